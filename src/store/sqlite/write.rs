//! Rows into tables, as the domain gave them. Computes nothing.

use super::codec::{self, word};
use crate::domain::catalog::Catalog;
use crate::domain::event::SubjectId;
use crate::domain::rollup::Rollup;
use crate::domain::rows::{CaseRow, Changes, PlaceKind, PlaceRow, Row, RowKey};
use rusqlite::{Connection, params};

/// Changes of a case that no index has a part of.
const CASE_WITHIN: &str = "UPDATE work_case SET outcome = ?9, breached = ?13, touched = ?15, moved = ?19,
         broken = ?21
     WHERE id = ?1 AND process = ?2 AND version = ?3 AND title = ?4 AND about IS ?5 AND urgent = ?7 AND state = ?8
         AND started = ?10 AND ended IS ?11 AND due IS ?12 AND foreign_id IS ?14 AND migrated = ?16 AND tags = ?17
         AND accountable = ?6 AND joining = ?18 AND duplicate_of IS ?20";
/// Changes of a place that no index has a part of.
const PLACE_WITHIN: &str =
    "UPDATE place SET kind = ?5, from_person = ?8, handoff = ?9, task = ?10, clock_started = ?13,
         started = ?14, wait_reason = ?15, wait_until = ?16, decline_code = ?17, decline_text = ?18,
         item = ?19, voted = ?20, barred = ?23
     WHERE case_id = ?1 AND branch = ?2 AND process = ?3 AND step = ?4 AND responsible = ?6
         AND to_party IS ?7 AND since = ?11 AND due IS ?12 AND free IS ?21 AND delegate IS ?22";

/// What is kept by week is counted into `rollup`, for the caller to write once. Of a subject that is `new` no row
/// can be there already.
pub(super) fn changes(
    conn: &Connection,
    changes: &Changes,
    new: bool,
    rollup: &mut Rollup,
) -> rusqlite::Result<()> {
    for key in &changes.remove {
        match key {
            RowKey::Measured(row) => rollup.count(row, true),
            key => remove(conn, key)?,
        }
    }
    for row in &changes.put {
        match row {
            Row::Measured(row) => rollup.count(row, false),
            row => put(conn, row, new)?,
        }
    }
    Ok(())
}

pub(super) fn catalog(conn: &Connection, catalog: &Catalog, seq: i64) -> rusqlite::Result<()> {
    let state = serde_json::to_string(catalog).map_err(|e| codec::bad(2, e))?;
    conn.prepare_cached("INSERT OR REPLACE INTO catalog (id, seq, state) VALUES (1, ?1, ?2)")?
        .execute(params![seq, state])?;
    Ok(())
}

fn put(conn: &Connection, row: &Row, new: bool) -> rusqlite::Result<()> {
    match row {
        Row::Case(r) => put_case(conn, r, new),
        Row::Place(r) => put_place(conn, r, new),
        Row::Task(r) => conn
            .prepare_cached(
                "INSERT INTO task (id, case_id, process, step, occurrence, holder, accepted,
                     started, ended, done, waited, due, breached, free, returned, superseded, item)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
                 ON CONFLICT (id) DO UPDATE SET process = ?3, step = ?4, occurrence = ?5, holder = ?6,
                     accepted = ?7, started = ?8, ended = ?9, done = ?10, waited = ?11, due = ?12,
                     breached = ?13, free = ?14, returned = ?15, superseded = ?16, item = ?17",
            )?
            .execute(params![
                r.id.0,
                r.case.0,
                r.process.as_str(),
                r.step.as_str(),
                r.occurrence,
                r.holder.as_ref().map(|h| h.as_str()),
                r.accepted.0,
                r.started.map(|at| at.0),
                r.ended.map(|at| at.0),
                r.done,
                r.waited.0,
                r.due.map(|at| at.0),
                r.breached.map(|at| at.0),
                r.free,
                r.returned,
                r.superseded,
                r.item,
            ]),
        Row::Handoff(r) => conn
            .prepare_cached(
                "INSERT INTO handoff (id, case_id, process, step, from_step, from_person,
                     to_party, offered, state, by_person, implicit, ended, due, breached, note,
                     free, back)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
                 ON CONFLICT (id) DO UPDATE SET process = ?3, step = ?4, from_step = ?5, from_person = ?6,
                     to_party = ?7, offered = ?8, state = ?9, by_person = ?10, implicit = ?11, ended = ?12,
                     due = ?13, breached = ?14, note = ?15, free = ?16, back = ?17",
            )?
            .execute(params![
                r.id.0,
                r.case.0,
                r.process.as_str(),
                r.step.as_str(),
                r.from_step.as_ref().map(|h| h.as_str()),
                r.from.as_str(),
                r.to.to_string(),
                r.offered.0,
                r.state,
                r.by.as_ref().map(|h| h.as_str()),
                r.implicit,
                r.ended.map(|at| at.0),
                r.due.map(|at| at.0),
                r.breached.map(|at| at.0),
                r.note,
                r.free,
                r.back,
            ]),
        Row::Clock(r) => conn
            .prepare_cached(
                "INSERT OR REPLACE INTO clock (case_id, clock, kind, next, calendar, calendar_version)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                r.case.0,
                r.clock,
                word(&r.kind),
                r.next.map(|at| at.0),
                r.calendar.as_str(),
                r.calendar_version,
            ]),
        Row::Notice(r) => conn
            .prepare_cached(
                "INSERT OR REPLACE INTO notice (case_id, clock, rung, occurrence, person, escalation, at, branch)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                r.case.0,
                r.clock,
                r.rung,
                r.occurrence,
                r.person.as_str(),
                r.escalation,
                r.at.0,
                r.branch,
            ]),
        Row::Exception(r) => conn
            .prepare_cached(
                "INSERT OR REPLACE INTO exception (case_id, exception, person, kind, text, opened)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                r.case.0,
                r.exception,
                r.person.as_str(),
                word(&r.kind),
                r.text,
                r.opened.0,
            ]),
        Row::Snooze(r) => super::sweep::put(conn, r),
        Row::Message(r) => {
            let (table, column, id) = messages_of(r.on);
            let sql = format!(
                "INSERT OR REPLACE INTO {table} ({column}, message, person, sender, text, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            );
            conn.prepare_cached(&sql)?.execute(params![
                id,
                r.message,
                r.person.as_str(),
                r.from.as_ref().map(|from| from.as_str()),
                r.text,
                r.at.0,
            ])
        }
        Row::Record(r) => {
            let fields = serde_json::to_string(&r.fields).map_err(|e| codec::bad(3, e))?;
            conn.prepare_cached(
                "INSERT INTO record (id, kind, name, fields, added, changed, archived, tags)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 ON CONFLICT (id) DO UPDATE SET kind = ?2, name = ?3, fields = ?4, added = ?5, changed = ?6,
                     archived = ?7, tags = ?8",
            )?
            .execute(params![
                r.id.0,
                r.kind.as_str(),
                r.name,
                fields,
                r.added.0,
                r.changed.0,
                r.archived.map(|at| at.0),
                codec::words(&r.tags),
            ])
        }
        Row::Measured(_) => Ok(0),
    }
    .map(|_| ())
}

/// The table of the messages on something, its first column, and the number there.
fn messages_of(on: SubjectId) -> (&'static str, &'static str, i64) {
    match on {
        SubjectId::Record(id) => ("record_message", "record_id", id.0),
        // The catalog has none.
        SubjectId::Catalog => ("message", "case_id", 0),
        SubjectId::Case(id) => ("message", "case_id", id.0),
    }
}

/// Puts a row where there may be one already. `within` changes only columns that no index has, and only where all
/// the others stay: SQLite moves every entry of an index that has a column which is set, whatever it is set to.
fn upsert(
    conn: &Connection,
    new: bool,
    within: &str,
    whole: &str,
    values: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<usize> {
    let changed = if new { 0 } else { conn.prepare_cached(within)?.execute(values)? };
    match changed {
        0 => conn.prepare_cached(whole)?.execute(values),
        changed => Ok(changed),
    }
}

fn put_case(conn: &Connection, r: &CaseRow, new: bool) -> rusqlite::Result<usize> {
    upsert(
        conn,
        new,
        CASE_WITHIN,
        // Not OR REPLACE: that would silently remove another case of the same name in an event log.
        "INSERT INTO work_case (id, process, version, title, about, accountable, urgent,
             state, outcome, started, ended, due, breached, foreign_id, touched, migrated, tags, joining, moved,
             duplicate_of, broken)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
             ?21)
         ON CONFLICT (id) DO UPDATE SET process = ?2, version = ?3, title = ?4, about = ?5,
             accountable = ?6, urgent = ?7, state = ?8, outcome = ?9, started = ?10, ended = ?11,
             due = ?12, breached = ?13, foreign_id = ?14, touched = ?15, migrated = ?16, tags = ?17,
             joining = ?18, moved = ?19, duplicate_of = ?20, broken = ?21",
        params![
            r.id.0,
            r.process.as_str(),
            r.version,
            r.title,
            r.about.map(|id| id.0),
            r.accountable.to_string(),
            r.urgent,
            r.state,
            r.outcome,
            r.started.0,
            r.ended.map(|at| at.0),
            r.due.map(|at| at.0),
            r.breached.map(|at| at.0),
            r.foreign,
            r.touched.0,
            r.migrated,
            codec::words(&r.tags),
            r.joining,
            r.moved.map(|at| at.0),
            r.duplicate_of.map(|id| id.0),
            r.broken.map(|at| at.0),
        ],
    )
}

fn put_place(conn: &Connection, r: &PlaceRow, new: bool) -> rusqlite::Result<usize> {
    let kind = match r.kind {
        PlaceKind::Offered => 0,
        PlaceKind::Task => 1,
        PlaceKind::Held => 2,
        PlaceKind::Waiting => 3,
    };
    upsert(
        conn,
        new,
        PLACE_WITHIN,
        // Not OR REPLACE: a row that is replaced is not counted as gone.
        "INSERT INTO place (case_id, branch, process, step, kind, responsible, to_party,
             from_person, handoff, task, since, due, clock_started, started, wait_reason, wait_until,
             decline_code, decline_text, item, voted, free, delegate, barred)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
             ?19, ?20, ?21, ?22, ?23)
         ON CONFLICT (case_id, branch) DO UPDATE SET process = ?3, step = ?4, kind = ?5, responsible = ?6,
             to_party = ?7, from_person = ?8, handoff = ?9, task = ?10, since = ?11, due = ?12,
             clock_started = ?13, started = ?14, wait_reason = ?15, wait_until = ?16, decline_code = ?17,
             decline_text = ?18, item = ?19, voted = ?20, free = ?21, delegate = ?22,
             barred = ?23",
        params![
            r.case.0,
            r.branch,
            r.process.as_str(),
            r.step.as_str(),
            kind,
            r.responsible.as_str(),
            r.to.as_ref().map(ToString::to_string),
            r.from.as_ref().map(|h| h.as_str()),
            r.handoff.map(|id| id.0),
            r.task.map(|id| id.0),
            r.since.0,
            r.due.map(|at| at.0),
            r.clock_started.map(|at| at.0),
            r.started,
            r.waiting.as_ref().map(|(reason, _)| reason),
            r.waiting.as_ref().and_then(|(_, until)| until.map(|at| at.0)),
            r.declined.as_ref().map(|(reason, _)| word(reason)),
            r.declined.as_ref().map(|(_, text)| text),
            r.item.as_deref(),
            r.voted.as_ref().map(|people| people.iter().map(|p| p.as_str()).collect::<Vec<_>>().join(" ")),
            r.free,
            r.delegate.as_ref().map(|h| h.as_str()),
            codec::words(&r.barred),
        ],
    )
}

fn remove(conn: &Connection, key: &RowKey) -> rusqlite::Result<()> {
    match key {
        RowKey::Case(id) => conn.prepare_cached("DELETE FROM work_case WHERE id = ?1")?.execute([id.0]),
        RowKey::Place(case, branch) => conn
            .prepare_cached("DELETE FROM place WHERE case_id = ?1 AND branch = ?2")?
            .execute(params![case.0, branch]),
        RowKey::Task(id) => conn.prepare_cached("DELETE FROM task WHERE id = ?1")?.execute([id.0]),
        RowKey::Handoff(id) => conn.prepare_cached("DELETE FROM handoff WHERE id = ?1")?.execute([id.0]),
        RowKey::Clock(case, clock) => conn
            .prepare_cached("DELETE FROM clock WHERE case_id = ?1 AND clock = ?2")?
            .execute(params![case.0, clock]),
        RowKey::Notice(case, clock, rung, occurrence, person, escalation) => conn
            .prepare_cached(
                "DELETE FROM notice WHERE case_id = ?1 AND clock = ?2 AND rung = ?3 AND occurrence = ?4
                     AND person = ?5 AND escalation = ?6",
            )?
            .execute(params![case.0, clock, rung, occurrence, person.as_str(), escalation]),
        RowKey::Message(on, message, person) => {
            let (table, column, id) = messages_of(*on);
            let sql = format!("DELETE FROM {table} WHERE {column} = ?1 AND message = ?2 AND person = ?3");
            conn.prepare_cached(&sql)?.execute(params![id, message, person.as_str()])
        }
        RowKey::Exception(case, exception, person) => conn
            .prepare_cached("DELETE FROM exception WHERE case_id = ?1 AND exception = ?2 AND person = ?3")?
            .execute(params![case.0, exception, person.as_str()]),
        RowKey::Snooze(case, branch, person) => conn
            .prepare_cached("DELETE FROM snooze WHERE case_id = ?1 AND branch = ?2 AND person = ?3")?
            .execute(params![case.0, branch, person.as_str()]),
        RowKey::Record(id) => conn.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([id.0]),
        RowKey::Measured(_) => Ok(0),
    }
    .map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    /// An index that is added and has such a column would be written at every command again.
    #[test]
    fn what_is_changed_within_a_row_moves_no_entry_of_an_index() {
        let store = Store::in_memory().unwrap();
        let written = |sql: &str| {
            let mut statement = store.conn().unwrap().prepare(&format!("EXPLAIN {sql}")).unwrap();
            // Nothing is bound: it is not run.
            let (mut rows, mut count) = (statement.raw_query(), 0);
            while let Some(row) = rows.next().unwrap() {
                count += usize::from(row.get::<_, String>(1).unwrap() == "OpenWrite");
            }
            count
        };
        for within in [CASE_WITHIN, PLACE_WITHIN] {
            assert_eq!(written(within), 1, "{within}");
        }
        assert!(written("UPDATE work_case SET ended = 5 WHERE id = 1") > 1);
    }
}
