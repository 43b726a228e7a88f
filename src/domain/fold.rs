//! From entries to state. This is the one definition of what a subject is; tables are derived from it and
//! `doctor` compares them with it.

use super::case::Case;
use super::catalog::Catalog;
use super::clock::Clock;
use super::event::{Entry, Event, OpId, SubjectId};
use super::instant::Instant;
use super::record::Record;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A subject's state; empty when it is not there, or its beginning was taken back.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    Catalog,
    Record(Option<Box<Record>>),
    Case(Option<Arc<Case>>),
}

impl Subject {
    /// Nothing yet.
    pub fn empty(id: SubjectId) -> Subject {
        match id {
            SubjectId::Catalog => Subject::Catalog,
            SubjectId::Record(_) => Subject::Record(None),
            SubjectId::Case(_) => Subject::Case(None),
        }
    }

    /// The case, where this is one.
    pub fn case(&self) -> Option<&Case> {
        match self {
            Subject::Case(case) => case.as_deref(),
            Subject::Catalog | Subject::Record(_) => None,
        }
    }

    /// The case, to be held on to.
    pub fn shared_case(&self) -> Option<Arc<Case>> {
        match self {
            Subject::Case(case) => case.clone(),
            Subject::Catalog | Subject::Record(_) => None,
        }
    }

    /// The record, where this is one.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Subject::Record(record) => record.as_deref(),
            Subject::Catalog | Subject::Case(_) => None,
        }
    }

    /// Notes the number of the last entry that concerns the subject.
    pub fn set_seq(&mut self, seq: i64) {
        match self {
            Subject::Record(Some(record)) => record.seq = seq,
            Subject::Case(Some(case)) => Arc::make_mut(case).seq = seq,
            _ => {}
        }
    }

    /// Clocks that run otherwise since something was taken back are due when they are from then on: nothing was missed of
    /// what would have come meanwhile.
    fn recount(&mut self, before: &Case, after: &Case, at: Instant) {
        let Subject::Case(Some(case)) = self else { return };
        let runs = |clock: &Clock| {
            let by = (clock.goal, clock.until, clock.calendar.clone(), clock.calendar_version);
            (by, clock.started, clock.pauses.clone(), clock.stopped)
        };
        let other = after.clocks.iter().filter(|(n, clock)| {
            clock.is_open() && before.clocks.get(n).is_none_or(|before| runs(before) != runs(clock))
        });
        for n in other.map(|(n, _)| *n).collect::<Vec<_>>() {
            if let Some(clock) = Arc::make_mut(case).clocks.get_mut(&n) {
                clock.recount(at);
            }
        }
    }

    /// Takes in one more entry. Not for `ActionUndone` and `ActionRedone`: those change which entries count,
    /// so the subject is folded anew.
    pub fn apply(&mut self, entry: &Entry, catalog: &Catalog) {
        match (&mut *self, entry.subject) {
            (Subject::Record(Some(record)), _) => record.apply(entry),
            (Subject::Case(Some(case)), _) => Arc::make_mut(case).apply(entry),
            (Subject::Record(none), SubjectId::Record(id)) => *none = Record::begin(id, entry).map(Box::new),
            (Subject::Case(none), SubjectId::Case(id)) => {
                let process = match &entry.event {
                    Event::CaseImported { process, version, .. } => catalog.process(process, *version),
                    _ => None,
                };
                *none = Case::begin(id, entry, process.map(|p| &**p)).map(Arc::new);
            }
            _ => {}
        }
    }
}

/// Whether the event changes which entries count.
pub fn refolds(event: &Event) -> bool {
    matches!(event, Event::ActionUndone { .. } | Event::ActionRedone { .. })
}

/// The commands that count as not given, after all of these entries.
pub fn undone(entries: &[Entry]) -> BTreeSet<OpId> {
    let mut undone = BTreeSet::new();
    for entry in entries {
        match &entry.event {
            Event::ActionUndone { op } => {
                undone.insert(*op);
            }
            Event::ActionRedone { op } => {
                undone.remove(op);
            }
            _ => {}
        }
    }
    undone
}

/// What counts of these entries, and nothing that taking back does itself.
fn counted(id: SubjectId, entries: &[Entry], catalog: &Catalog) -> Subject {
    let undone = undone(entries);
    let mut subject = Subject::empty(id);
    for entry in entries.iter().filter(|entry| !refolds(&entry.event) && !undone.contains(&entry.op)) {
        subject.apply(entry, catalog);
    }
    subject
}

/// The state of a record or case after all its entries, oldest first.
pub fn fold(id: SubjectId, entries: &[Entry], catalog: &Catalog) -> Subject {
    let undone = undone(entries);
    let mut subject = Subject::empty(id);
    for (n, entry) in entries.iter().enumerate() {
        match &entry.event {
            Event::ActionUndone { op } if undone.contains(op) => {
                let counted = |entries: &[Entry]| counted(id, entries, catalog);
                let (before, after) = (counted(&entries[..n]), counted(&entries[..=n]));
                if let (Some(before), Some(after)) = (before.case(), after.case()) {
                    subject.recount(before, after, entry.at);
                }
            }
            event if refolds(event) || undone.contains(&entry.op) => {}
            _ => subject.apply(entry, catalog),
        }
    }
    subject.set_seq(entries.last().map_or(0, |entry| entry.seq));
    subject
}
