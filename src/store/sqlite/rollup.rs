//! The table of figures kept by week: adding to it, reading it, and filling it in a file that had none. What a
//! case adds and what the sums mean is the domain's.

use super::{Store, codec, journal};
use crate::domain::catalog::Catalog;
use crate::domain::event::SubjectId;
use crate::domain::fold::fold;
use crate::domain::rollup::{Ended, MeasuredRow, Rollup, WeekKey, WeekSums, WeekWork};
use crate::domain::rows::{Row, rows};
use crate::domain::{CaseId, Handle, Instant};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// Adds what was counted to the table, and begins to count anew.
pub(super) fn settle(conn: &Connection, rollup: &mut Rollup) -> rusqlite::Result<()> {
    let mut taken = std::mem::take(rollup);
    taken.tidy();
    for (key, sums) in taken.weeks {
        add(conn, &key, &sums)?;
    }
    Ok(())
}

fn add(conn: &Connection, key: &WeekKey, sums: &WeekSums) -> rusqlite::Result<()> {
    let place = params![key.process.as_str(), key.week, key.version];
    let work = match sums.work.is_empty() {
        // Most commands begin a case or none: what was done in others need not be read for them.
        true => None,
        false => {
            let sql = "SELECT work FROM rollup WHERE process = ?1 AND week = ?2 AND version = ?3";
            let known = conn.prepare_cached(sql)?.query_row(place, |row| work(row, 0)).optional()?;
            let mut work = known.unwrap_or_default();
            work.add(&sums.work);
            Some(text(&work)?)
        }
    };
    conn.prepare_cached(
        "INSERT INTO rollup (process, week, version, arrived, withdrawn, finished, with_due, on_time, work)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ifnull(?9, ''))
         ON CONFLICT (process, week, version) DO UPDATE SET arrived = arrived + ?4, withdrawn = withdrawn + ?5,
             finished = finished + ?6, with_due = with_due + ?7, on_time = on_time + ?8,
             work = ifnull(?9, work)",
    )?
    .execute(params![
        key.process.as_str(),
        key.week,
        key.version,
        sums.arrived,
        sums.withdrawn,
        sums.finished,
        sums.with_due,
        sums.on_time,
        work,
    ])?;
    Ok(())
}

fn text(work: &WeekWork) -> rusqlite::Result<String> {
    match work.is_empty() {
        true => Ok(String::new()),
        false => serde_json::to_string(work).map_err(|e| codec::bad(8, e)),
    }
}

fn work(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<WeekWork> {
    match row.get_ref(at)?.as_str()? {
        "" => Ok(WeekWork::default()),
        text => serde_json::from_str(text).map_err(|e| codec::bad(at, e)),
    }
}

impl Store {
    /// What is kept of a process from the week of one Monday to that of another, the last included; of all processes for none.
    pub fn rollup(&mut self, process: Option<&Handle>, weeks: (i64, i64)) -> Result<Rollup, StoreError> {
        self.settle_rollup()?;
        let sql =
            "SELECT process, week, version, arrived, withdrawn, finished, with_due, on_time, work FROM rollup
                   WHERE (?1 IS NULL OR process = ?1) AND week BETWEEN ?2 AND ?3";
        // Said apart so that one process is read along the table's own order.
        let sql = match process {
            Some(_) => sql.replace("(?1 IS NULL OR process = ?1)", "process = ?1"),
            None => sql.to_string(),
        };
        let read = |row: &rusqlite::Row<'_>| {
            let key = WeekKey { process: codec::handle(row, 0)?, week: row.get(1)?, version: row.get(2)? };
            let sums = WeekSums {
                arrived: row.get(3)?,
                withdrawn: row.get(4)?,
                finished: row.get(5)?,
                with_due: row.get(6)?,
                on_time: row.get(7)?,
                work: work(row, 8)?,
            };
            Ok((key, sums))
        };
        let rows = self.list(&sql, params![process.map(Handle::as_str), weeks.0, weeks.1], read)?;
        Ok(Rollup { weeks: rows.into_iter().collect::<BTreeMap<_, _>>() })
    }

    /// Puts the waits and the work of steps that were counted anew in the place of those that are kept of these
    /// processes, within a transaction that was begun.
    pub fn put_step_lengths(&mut self, processes: &BTreeSet<Handle>, anew: Rollup) -> Result<(), StoreError> {
        let mut put = anew;
        for process in processes {
            for (key, sums) in self.rollup(Some(process), (i64::MIN, i64::MAX))?.weeks {
                let put = put.weeks.entry(key).or_default();
                for (step, sums) in sums.work.steps {
                    let put = put.work.steps.entry(step).or_default();
                    put.wait.take(&sums.wait);
                    put.work.take(&sums.work);
                }
            }
        }
        let conn = self.conn()?;
        settle(conn, &mut put).map_err(|e| self.explain(&e))
    }

    /// Fills an emptied table as the migration does.
    #[cfg(test)]
    pub fn fill_rollup_anew(&self) -> Result<(), StoreError> {
        let conn = self.conn()?;
        let filled = conn.execute("DELETE FROM rollup", []).and_then(|_| fill(conn));
        filled.map_err(|e| self.explain(&e))
    }

    /// How many cases of a process are open, by what is kept.
    pub fn kept_open(&mut self, process: &Handle) -> Result<usize, StoreError> {
        self.settle_rollup()?;
        let sql = "SELECT ifnull(sum(arrived - withdrawn - finished), 0) FROM rollup WHERE process = ?1";
        let open = self.list(sql, [process.as_str()], |row| row.get::<_, i64>(0))?;
        Ok(open.first().map_or(0, |open| usize::try_from(*open).unwrap_or(0)))
    }
}

/// Counts every case of a file from before there was such a table. A case that cannot be read is left out: the
/// file must open all the same, and `doctor` says so.
pub(super) fn fill(conn: &Connection) -> rusqlite::Result<()> {
    let text = conn.query_row("SELECT state FROM catalog WHERE id = 1", [], |row| row.get::<_, String>(0));
    let catalog = text.optional()?.and_then(|text| serde_json::from_str::<Catalog>(&text).ok());
    let catalog = catalog.unwrap_or_default();
    let mut rollup = Rollup::default();
    let mut cases =
        conn.prepare("SELECT id, state, process, version, migrated, started, ended FROM work_case")?;
    let mut cases = cases.query([])?;
    while let Some(row) = cases.next()? {
        let id = CaseId(row.get(0)?);
        let counted = match row.get_ref(1)?.as_str()? {
            "done" => folded(conn, id, &catalog),
            _ => unfinished(row, id),
        };
        if let Ok(Some(row)) = counted {
            rollup.count(&row, false);
        }
    }
    settle(conn, &mut rollup)
}

fn unfinished(row: &rusqlite::Row<'_>, case: CaseId) -> rusqlite::Result<Option<MeasuredRow>> {
    Ok(Some(MeasuredRow {
        case,
        process: codec::handle(row, 2)?,
        version: if row.get::<_, bool>(4)? { 0 } else { row.get(3)? },
        started: codec::instant(row, 5)?,
        ended: row.get::<_, Option<i64>>(6)?.map(|at| Ended::Withdrawn(Instant(at))),
    }))
}

fn folded(conn: &Connection, id: CaseId, catalog: &Catalog) -> rusqlite::Result<Option<MeasuredRow>> {
    let subject = SubjectId::Case(id);
    let (kind, number) = codec::subject(subject);
    let sql = "SELECT seq, at, actor, subject, subject_id, op, body FROM entry
               WHERE subject = ?1 AND subject_id = ?2 ORDER BY seq";
    let mut statement = conn.prepare_cached(sql)?;
    let entries = statement.query_map([kind, number], journal::entry)?.collect::<Result<Vec<_>, _>>()?;
    let rows = rows(&fold(subject, &entries, catalog), catalog);
    Ok(rows
        .into_iter()
        .find_map(|row| if let Row::Measured(row) = row { Some((*row).clone()) } else { None }))
}
