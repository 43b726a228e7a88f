//! Rows as they stand in tables, read back into the domain's values: which columns, and what is in each.

use super::codec::{self, from_word};
use crate::domain::event::SubjectId;
use crate::domain::rows::{
    CaseRow, ExceptionRow, HandoffRow, MessageRow, NoticeRow, PlaceKind, PlaceRow, RecordRow, TaskRow,
};
use crate::domain::{CaseId, HandoffId, RecordId, Span, TaskId};
use crate::store::{CaseHead, OpenPlace};
use rusqlite::Row;

pub(super) const CASE: &str =
    "c.id, c.process, c.version, c.title, c.about, c.accountable, c.urgent, c.state, c.outcome,
    c.started, c.ended, c.due, c.breached, c.foreign_id, c.touched, c.migrated, c.tags,
    c.joining, c.moved, c.duplicate_of, c.broken";
pub(super) const PLACE: &str =
    "p.case_id, p.branch, p.process, p.step, p.kind, p.responsible, p.to_party, p.from_person,
    p.handoff, p.task, p.since, p.due, p.clock_started, p.started, p.wait_reason, p.wait_until,
    p.decline_code, p.decline_text, p.item, p.voted, p.free, p.delegate, p.barred";
/// Out of the index of open cases alone.
pub(super) const HEAD: &str = "c.version, c.title, c.urgent, c.tags";
pub(super) const TASK: &str =
    "id, case_id, process, step, occurrence, holder, accepted, started, ended, done, waited,
    due, breached, free, returned, superseded, item";
pub(super) const HANDOFF: &str =
    "id, case_id, process, step, from_step, from_person, to_party, offered, state,
    by_person, implicit, ended, due, breached, note, free, back";

pub(super) fn open_place(row: &Row<'_>) -> rusqlite::Result<OpenPlace> {
    Ok(OpenPlace { place: place(row)?, case: case(row, 23)? })
}

pub(super) fn head(row: &Row<'_>, first: usize) -> rusqlite::Result<CaseHead> {
    Ok(CaseHead {
        version: row.get(first)?,
        title: row.get(first + 1)?,
        urgent: row.get(first + 2)?,
        tags: codec::handles(row, first + 3)?,
    })
}

pub(super) fn place(row: &Row<'_>) -> rusqlite::Result<PlaceRow> {
    let waiting = match row.get::<_, Option<String>>(14)? {
        Some(reason) => Some((reason, codec::instant_or_none(row, 15)?)),
        None => None,
    };
    let declined = match row.get_ref(16)?.as_str_or_null()? {
        Some(code) => Some((from_word(code, 16)?, row.get::<_, Option<String>>(17)?.unwrap_or_default())),
        None => None,
    };
    Ok(PlaceRow {
        case: CaseId(row.get(0)?),
        branch: row.get(1)?,
        process: codec::handle(row, 2)?,
        step: codec::handle(row, 3)?,
        kind: match row.get::<_, i64>(4)? {
            0 => PlaceKind::Offered,
            1 => PlaceKind::Task,
            2 => PlaceKind::Held,
            _ => PlaceKind::Waiting,
        },
        responsible: codec::handle(row, 5)?,
        to: codec::party_or_none(row, 6)?,
        from: codec::handle_or_none(row, 7)?,
        handoff: row.get::<_, Option<i64>>(8)?.map(HandoffId),
        task: row.get::<_, Option<i64>>(9)?.map(TaskId),
        since: codec::instant(row, 10)?,
        due: codec::instant_or_none(row, 11)?,
        clock_started: codec::instant_or_none(row, 12)?,
        started: row.get(13)?,
        waiting,
        declined,
        item: row.get(18)?,
        voted: match row.get_ref(19)?.as_str_or_null()? {
            None => None,
            Some(people) => {
                let people = people.split_whitespace().map(str::parse);
                Some(people.collect::<Result<_, _>>().map_err(|e| codec::bad(19, e))?)
            }
        },
        free: row.get(20)?,
        delegate: codec::handle_or_none(row, 21)?,
        barred: codec::handles(row, 22)?,
    })
}

pub(super) fn case(row: &Row<'_>, first: usize) -> rusqlite::Result<CaseRow> {
    Ok(CaseRow {
        id: CaseId(row.get(first)?),
        process: codec::handle(row, first + 1)?,
        version: row.get(first + 2)?,
        title: row.get(first + 3)?,
        about: row.get::<_, Option<i64>>(first + 4)?.map(RecordId),
        accountable: codec::party(row, first + 5)?,
        urgent: row.get(first + 6)?,
        state: row.get(first + 7)?,
        outcome: row.get(first + 8)?,
        started: codec::instant(row, first + 9)?,
        ended: codec::instant_or_none(row, first + 10)?,
        due: codec::instant_or_none(row, first + 11)?,
        breached: codec::instant_or_none(row, first + 12)?,
        foreign: row.get(first + 13)?,
        touched: codec::instant(row, first + 14)?,
        migrated: row.get(first + 15)?,
        tags: codec::handles(row, first + 16)?,
        joining: row.get(first + 17)?,
        moved: codec::instant_or_none(row, first + 18)?,
        duplicate_of: row.get::<_, Option<i64>>(first + 19)?.map(CaseId),
        broken: codec::instant_or_none(row, first + 20)?,
    })
}

pub(super) fn notice(row: &Row<'_>) -> rusqlite::Result<NoticeRow> {
    Ok(NoticeRow {
        case: CaseId(row.get(0)?),
        clock: row.get(1)?,
        rung: row.get(2)?,
        occurrence: row.get(3)?,
        person: codec::handle(row, 4)?,
        escalation: row.get(5)?,
        at: codec::instant(row, 6)?,
        branch: row.get(7)?,
    })
}

pub(super) fn message(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    message_on(SubjectId::Case(CaseId(row.get(0)?)), row, 1)
}

/// What waits for somebody on a case or a record, whose columns begin at `first`.
pub(super) fn message_on(on: SubjectId, row: &Row<'_>, first: usize) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        on,
        message: row.get(first)?,
        person: codec::handle(row, first + 1)?,
        from: codec::handle_or_none(row, first + 2)?,
        text: row.get(first + 3)?,
        at: codec::instant(row, first + 4)?,
    })
}

pub(super) fn exception(row: &Row<'_>) -> rusqlite::Result<ExceptionRow> {
    Ok(ExceptionRow {
        case: CaseId(row.get(0)?),
        exception: row.get(1)?,
        person: codec::handle(row, 2)?,
        kind: from_word(row.get_ref(3)?.as_str()?, 3)?,
        text: row.get(4)?,
        opened: codec::instant(row, 5)?,
    })
}

pub(super) fn task(row: &Row<'_>) -> rusqlite::Result<TaskRow> {
    Ok(TaskRow {
        id: TaskId(row.get(0)?),
        case: CaseId(row.get(1)?),
        process: codec::handle(row, 2)?,
        step: codec::handle(row, 3)?,
        occurrence: row.get(4)?,
        holder: codec::handle_or_none(row, 5)?,
        accepted: codec::instant(row, 6)?,
        started: codec::instant_or_none(row, 7)?,
        ended: codec::instant_or_none(row, 8)?,
        done: row.get(9)?,
        waited: Span(row.get(10)?),
        due: codec::instant_or_none(row, 11)?,
        breached: codec::instant_or_none(row, 12)?,
        free: row.get(13)?,
        returned: row.get(14)?,
        superseded: row.get(15)?,
        item: row.get(16)?,
    })
}

pub(super) fn handoff(row: &Row<'_>) -> rusqlite::Result<HandoffRow> {
    Ok(HandoffRow {
        id: HandoffId(row.get(0)?),
        case: CaseId(row.get(1)?),
        process: codec::handle(row, 2)?,
        step: codec::handle(row, 3)?,
        from_step: codec::handle_or_none(row, 4)?,
        from: codec::handle(row, 5)?,
        to: codec::party(row, 6)?,
        offered: codec::instant(row, 7)?,
        state: row.get(8)?,
        by: codec::handle_or_none(row, 9)?,
        implicit: row.get(10)?,
        ended: codec::instant_or_none(row, 11)?,
        due: codec::instant_or_none(row, 12)?,
        breached: codec::instant_or_none(row, 13)?,
        note: row.get(14)?,
        free: row.get(15)?,
        back: row.get(16)?,
    })
}

pub(super) fn record(row: &Row<'_>) -> rusqlite::Result<RecordRow> {
    Ok(RecordRow {
        id: RecordId(row.get(0)?),
        kind: codec::handle(row, 1)?,
        name: row.get(2)?,
        fields: serde_json::from_str(row.get_ref(3)?.as_str()?).map_err(|e| codec::bad(3, e))?,
        added: codec::instant(row, 4)?,
        changed: codec::instant(row, 5)?,
        archived: codec::instant_or_none(row, 6)?,
        tags: codec::handles(row, 7)?,
    })
}
