//! The rows that lists are made of: a plain function of a subject's state. The store writes them and never
//! computes one; `doctor` compares what is stored with what this gives.

use super::catalog::Catalog;
use super::event::{DeclineReason, ExceptionKind, SubjectId, Values};
use super::fold::Subject;
use super::id::{CaseId, Handle, HandoffId, RecordId, TaskId};
use super::instant::{Instant, Span};
use super::ladder::ClockKind;
use super::party::Party;
use super::rollup::MeasuredRow;
use std::sync::Arc;

/// The number of what this program derives for an open case, and for the catalog. Raise it whenever [`rows`] or the
/// fold of a catalog gives something else than the program before: then both are made anew when a file is first opened, and a
/// program of a lower number writes no more into it.
pub const DERIVATION: u32 = 11;

/// One row of one list.
#[derive(Debug, Clone, PartialEq)]
pub enum Row {
    Case(CaseRow),
    Place(PlaceRow),
    Task(TaskRow),
    Handoff(HandoffRow),
    Clock(ClockRow),
    Notice(NoticeRow),
    Exception(ExceptionRow),
    Snooze(SnoozeRow),
    Message(MessageRow),
    Record(RecordRow),
    /// Not stored as it is: it is counted into the figures kept by week, and out of them again.
    Measured(Arc<MeasuredRow>),
}

/// What tells rows of one subject apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowKey {
    Case(CaseId),
    Place(CaseId, u32),
    Task(TaskId),
    Handoff(HandoffId),
    Clock(CaseId, u32),
    Notice(CaseId, u32, u32, u32, Handle, bool),
    Exception(CaseId, u32, Handle),
    Snooze(CaseId, u32, Handle),
    Message(SubjectId, u32, Handle),
    Record(RecordId),
    Measured(Arc<MeasuredRow>),
}

/// A case.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseRow {
    pub id: CaseId,
    pub process: Handle,
    pub version: u32,
    pub title: String,
    pub about: Option<RecordId>,
    pub accountable: Party,
    pub urgent: bool,
    pub tags: Vec<Handle>,
    /// `open`, `done` or `withdrawn`.
    pub state: String,
    pub outcome: Option<String>,
    pub started: Instant,
    pub ended: Option<Instant>,
    /// Of the time it is or was open last; of a closed case the first one it broke, however often it was reopened.
    pub due: Option<Instant>,
    /// The due instant that was broken, of the same time.
    pub breached: Option<Instant>,
    pub foreign: Option<String>,
    /// It has changed its version, and is left out where versions are compared.
    pub migrated: bool,
    /// A branch of it has come to a join and waits there for the others.
    pub joining: bool,
    pub touched: Instant,
    /// When a person last brought it on; `None` once it is closed.
    pub moved: Option<Instant>,
    /// The case it was closed as a duplicate of.
    pub duplicate_of: Option<CaseId>,
    /// Of a case that is open again: the first due instant it broke before it was reopened.
    pub broken: Option<Instant>,
}

/// What kind of place an open branch is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaceKind {
    Offered,
    Task,
    Held,
    /// It waits, and nobody has to do anything.
    Waiting,
}

/// An open branch: where it is, who is responsible and until when.
#[derive(Debug, Clone, PartialEq)]
pub struct PlaceRow {
    pub case: CaseId,
    pub branch: u32,
    pub process: Handle,
    pub step: Handle,
    /// The title, for a task no process names.
    pub free: Option<String>,
    pub kind: PlaceKind,
    /// The responsible person.
    pub responsible: Handle,
    /// To whom it is offered.
    pub to: Option<Party>,
    /// Who handed it over, where somebody did.
    pub from: Option<Handle>,
    pub handoff: Option<HandoffId>,
    pub task: Option<TaskId>,
    pub since: Instant,
    /// `None` without a goal, or while paused.
    pub due: Option<Instant>,
    /// When the clock began that `due` belongs to.
    pub clock_started: Option<Instant>,
    pub started: bool,
    /// Why it waits, and when to look again.
    pub waiting: Option<(String, Option<Instant>)>,
    /// Why it came back, or why whoever it was offered on to did not take it.
    pub declined: Option<(DeclineReason, String)>,
    /// What it is about, where a step is done once for each of a list.
    pub item: Option<String>,
    /// Who has voted, where several decide.
    pub voted: Option<Vec<Handle>>,
    /// Who works on it for the responsible person.
    pub delegate: Option<Handle>,
    /// Who may not take it, although it is offered to a role they may belong to.
    pub barred: Vec<Handle>,
}

/// What a branch waits for that time alone lets go on.
pub const TIME: &str = "its time";

impl PlaceRow {
    /// Whether it waits for nothing but its time; whatever else it waits for is looked at again then.
    pub fn ends_by_itself(&self) -> bool {
        let waits = self.waiting.as_ref().is_some_and(|(what, _)| what == TIME);
        self.kind == PlaceKind::Waiting && waits
    }

    /// The title of its step: a free task's own, or what the process says.
    pub fn step_title(&self, catalog: &Catalog, version: u32) -> String {
        let process = catalog.process(&self.process, version);
        let step = process.and_then(|process| process.step(&self.step)).map(|step| step.title.clone());
        self.free.clone().or(step).unwrap_or_else(|| self.step.to_string())
    }

    /// The same with the one of a list that it is about.
    pub fn title(&self, catalog: &Catalog, version: u32) -> String {
        let step = self.step_title(catalog, version);
        self.item.as_ref().map_or_else(|| step.clone(), |item| format!("{step} ({item})"))
    }

    /// Whether this person may take it: it is offered to them or to a role of theirs, and they are not barred.
    pub fn is_offered_to(&self, catalog: &Catalog, person: &Handle) -> bool {
        self.kind == PlaceKind::Offered
            && self.to.as_ref().is_some_and(|to| catalog.includes(to, person))
            && !self.barred.contains(person)
    }
}

/// The work of one occurrence.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    pub id: TaskId,
    pub case: CaseId,
    pub process: Handle,
    pub step: Handle,
    /// The title, for a task no process names.
    pub free: Option<String>,
    pub occurrence: u32,
    /// What it is done for, where a step is done once for each of a list.
    pub item: Option<String>,
    /// `None` where a log named nobody.
    pub holder: Option<Handle>,
    pub accepted: Instant,
    pub started: Option<Instant>,
    pub ended: Option<Instant>,
    pub done: bool,
    /// Sent back to an earlier step.
    pub returned: bool,
    /// Done, and to be done again after work before it was.
    pub superseded: bool,
    pub waited: Span,
    pub due: Option<Instant>,
    pub breached: Option<Instant>,
}

/// A handoff.
#[derive(Debug, Clone, PartialEq)]
pub struct HandoffRow {
    pub id: HandoffId,
    pub case: CaseId,
    pub process: Handle,
    pub step: Handle,
    /// The title, for a task no process names.
    pub free: Option<String>,
    pub from_step: Option<Handle>,
    pub from: Handle,
    pub to: Party,
    pub offered: Instant,
    /// `offered`, `accepted`, `declined`, `recalled` or `closed`.
    pub state: String,
    pub by: Option<Handle>,
    pub implicit: bool,
    pub ended: Option<Instant>,
    pub due: Option<Instant>,
    pub breached: Option<Instant>,
    pub note: Option<String>,
    /// Work that was sent back.
    pub back: bool,
}

/// An open clock that still has something to say.
#[derive(Debug, Clone, PartialEq)]
pub struct ClockRow {
    pub case: CaseId,
    pub clock: u32,
    pub kind: ClockKind,
    pub next: Option<Instant>,
    pub calendar: Handle,
    pub calendar_version: u32,
}

/// Somebody was told, by a rung of a clock that is still open.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeRow {
    pub case: CaseId,
    pub clock: u32,
    pub rung: u32,
    pub occurrence: u32,
    pub person: Handle,
    /// An escalation; otherwise a reminder.
    pub escalation: bool,
    pub at: Instant,
    /// The branch the clock belongs to; `None` for the case clock.
    pub branch: Option<u32>,
}

/// An open exception in somebody's inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionRow {
    pub case: CaseId,
    pub exception: u32,
    pub person: Handle,
    pub kind: ExceptionKind,
    pub text: String,
    pub opened: Instant,
}

/// A branch that somebody put out of their list.
#[derive(Debug, Clone, PartialEq)]
pub struct SnoozeRow {
    pub case: CaseId,
    pub branch: u32,
    pub person: Handle,
    pub until: Instant,
}

/// A note that waits for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    /// The case or record it was written on.
    pub on: SubjectId,
    /// Counted there, from 1.
    pub message: u32,
    pub person: Handle,
    /// Who wrote it; none where it was written by itself.
    pub from: Option<Handle>,
    pub text: String,
    pub at: Instant,
}

/// A record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    pub id: RecordId,
    pub kind: Handle,
    pub name: String,
    pub fields: Values,
    pub tags: Vec<Handle>,
    pub added: Instant,
    pub changed: Instant,
    pub archived: Option<Instant>,
}

impl Row {
    /// The key the row is stored under.
    pub fn key(&self) -> RowKey {
        match self {
            Row::Case(row) => RowKey::Case(row.id),
            Row::Place(row) => RowKey::Place(row.case, row.branch),
            Row::Task(row) => RowKey::Task(row.id),
            Row::Handoff(row) => RowKey::Handoff(row.id),
            Row::Clock(row) => RowKey::Clock(row.case, row.clock),
            Row::Notice(row) => RowKey::Notice(
                row.case,
                row.clock,
                row.rung,
                row.occurrence,
                row.person.clone(),
                row.escalation,
            ),
            Row::Exception(row) => RowKey::Exception(row.case, row.exception, row.person.clone()),
            Row::Snooze(row) => RowKey::Snooze(row.case, row.branch, row.person.clone()),
            Row::Message(row) => RowKey::Message(row.on, row.message, row.person.clone()),
            Row::Record(row) => RowKey::Record(row.id),
            Row::Measured(row) => RowKey::Measured(row.clone()),
        }
    }
}

/// The difference between two states' rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Changes {
    pub put: Vec<Row>,
    pub remove: Vec<RowKey>,
}

/// What has to be written so that the rows of `before` become those of `after`.
pub fn changes(before: &[Row], after: Vec<Row>) -> Changes {
    if before.is_empty() {
        return Changes { put: after, remove: Vec::new() };
    }
    let mut old = before.iter().map(|row| (row.key(), row)).collect::<std::collections::BTreeMap<_, _>>();
    let mut put = Vec::new();
    for row in after {
        if old.remove(&row.key()) != Some(&row) {
            put.push(row);
        }
    }
    Changes { put, remove: old.into_keys().collect() }
}

/// The same of two states of a subject, without making the rows of what both share.
pub fn between(before: &Subject, after: &Subject, catalog: &Catalog) -> Changes {
    match (before.case(), after.case()) {
        (Some(old), Some(new)) => {
            let row_of = |case, other| super::case_rows::unlike(case, other, catalog);
            changes(&row_of(old, new), row_of(new, old))
        }
        _ => changes(&rows(before, catalog), rows(after, catalog)),
    }
}

/// The rows of a subject. The catalog gives none: it is small and read whole.
pub fn rows(subject: &Subject, catalog: &Catalog) -> Vec<Row> {
    match subject {
        Subject::Catalog | Subject::Record(None) | Subject::Case(None) => Vec::new(),
        Subject::Record(Some(record)) => {
            let own = Row::Record(RecordRow {
                id: record.id,
                kind: record.kind.clone(),
                name: record.name.clone(),
                fields: record.fields.clone(),
                tags: record.tags.iter().cloned().collect(),
                added: record.added,
                changed: record.changed,
                archived: record.archived,
            });
            [own].into_iter().chain(record.messages.rows(SubjectId::Record(record.id))).collect()
        }
        Subject::Case(Some(case)) => super::case_rows::of(case, catalog),
    }
}
