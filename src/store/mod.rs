//! The contract of the store in neutral words: entries with their already-applied rows go in together or not
//! at all, and lists come out. Knows the domain's types and none of its rules. `sqlite` is the only backend;
//! `contract` holds the tests any backend must pass.

#[cfg(test)]
mod contract;
mod sqlite;
mod window;

use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::{Actor, Event, OpId, SubjectId};
use crate::domain::rows::{CaseRow, Changes, PlaceRow};
use crate::domain::urgency::Pressing;
use crate::domain::{CaseId, Handle, Instant, Party, RecordId};
use std::path::PathBuf;
use std::sync::Arc;

#[cfg(test)]
pub use sqlite::Remembered;
pub use sqlite::{
    AheadRow, EndedTask, Finished, FinishedCase, Info, MOST_COUNTED, Stage, Staged, Store, Writer,
    when_waiting,
};
pub use window::{CardKey, Edge, RecordKey, RecordOrder};

/// Where the journal stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry; 0 for an empty journal.
    pub seq: i64,
    /// Number of the last entry of the catalog.
    pub catalog_seq: i64,
    pub numbers: Numbers,
}

/// What one command brings about, ready to be written.
#[derive(Debug, Clone)]
pub struct Batch {
    pub subject: SubjectId,
    /// Number of the subject's last entry when it was decided; 0 for a new one.
    pub expected: i64,
    /// Number of the catalog's last entry when it was decided.
    pub catalog_seen: i64,
    pub numbers: (Numbers, Numbers),
    pub at: Instant,
    pub actor: Actor,
    pub op: OpId,
    /// What it was given together with; `None` when it is an action of its own.
    pub action: Option<OpId>,
    pub events: Vec<Event>,
    /// Shared, since the memory store keeps it for later.
    pub changes: Arc<Changes>,
    /// The catalog afterwards, when the subject is the catalog.
    pub catalog: Option<Catalog>,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appended {
    /// Written; the numbers of its first and last entry.
    Done { first: i64, last: i64 },
    /// A command with this identity was written before; nothing was added.
    Repeated { subject: SubjectId },
    /// Somebody else changed the subject, the catalog or took the numbers meanwhile: decide again.
    Conflict,
}

/// A command as the journal has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpRow {
    pub op: OpId,
    /// The action it belongs to: its own identity when it was given alone.
    pub action: OpId,
    pub subject: SubjectId,
    pub at: Instant,
    pub first: i64,
    pub last: i64,
}

/// An open branch with its case.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenPlace {
    pub place: PlaceRow,
    pub case: CaseRow,
}

impl OpenPlace {
    /// By what it is told how late it is: its own promise, or that of its case.
    pub fn pressing(&self, now: Instant) -> Pressing {
        let OpenPlace { place, case } = self;
        Pressing::of(now, (place.clock_started, place.due), (case.started, case.due))
    }
}

/// What a line of a list says of the open case that its branch belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseHead {
    pub version: u32,
    pub title: String,
    pub urgent: bool,
    pub tags: Vec<Handle>,
}

impl From<&CaseRow> for CaseHead {
    fn from(case: &CaseRow) -> CaseHead {
        CaseHead {
            version: case.version,
            title: case.title.clone(),
            urgent: case.urgent,
            tags: case.tags.clone(),
        }
    }
}

/// An open case that is past its due.
#[derive(Debug, Clone, PartialEq)]
pub struct LateCase {
    pub case: CaseId,
    pub due: Instant,
    pub started: Instant,
    pub accountable: Party,
}

/// Which cases a list is of. Empty means all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseFilter {
    pub process: Option<Handle>,
    pub state: Option<String>,
    pub about: Option<RecordId>,
    /// Closed as duplicates of this one.
    pub duplicate_of: Option<CaseId>,
    /// Ended at or after the first and before the second.
    pub ended: Option<(Instant, Instant)>,
    pub ids: Option<Vec<CaseId>>,
    /// Their own due came before this.
    pub due_before: Option<Instant>,
    pub limit: Option<usize>,
}

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{path} is not a Baton file")]
    NotOurs { path: PathBuf },
    #[error("{path} was written by a newer Baton (format {found}, this one knows {known})")]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error("{path} cannot be written")]
    ReadOnly { path: PathBuf },
    #[error("there is no room left where {path} is")]
    Full { path: PathBuf },
    #[error("{path} is damaged: {detail}")]
    Damaged { path: PathBuf, detail: String },
    #[error("{path} is gone or was replaced while it was open")]
    Gone { path: PathBuf },
    #[error("{path} does not exist")]
    Missing { path: PathBuf },
    #[error("somebody else has been writing to {path} for ten seconds")]
    Busy { path: PathBuf },
    #[error("{path} is on {place}, where two computers can damage it")]
    Shared { path: PathBuf, place: String },
    #[error("{path}: {detail}")]
    Other { path: PathBuf, detail: String },
}

impl StoreError {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            StoreError::NotOurs { .. } => "Name another file with --db; this one was left untouched.",
            StoreError::Newer { .. } => "Update Baton on this machine; the file was left untouched.",
            StoreError::ReadOnly { .. } => "Check the permissions of the file and of its folder.",
            StoreError::Full { .. } => "Free some space and try again; nothing was half-done.",
            StoreError::Damaged { .. } => {
                "Restore a backup beside it and look at that with `baton --db FILE doctor`; keep this one."
            }
            StoreError::Gone { .. } => "Start Baton again; put the file back first if it was moved.",
            StoreError::Missing { .. } => "`baton init` makes a new one; --db names another.",
            StoreError::Busy { .. } => "Try again in a moment; nothing was changed.",
            StoreError::Shared { .. } => "Keep the file on a local disk and reach it over SSH.",
            StoreError::Other { .. } => "Nothing was changed. `baton doctor` looks the file over.",
        }
    }
}
