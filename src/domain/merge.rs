//! Two records that turn out to be one: what is asked of the one that goes, and of each case about it. What is
//! kept of it is given to the other by ordinary changes.

use super::event::SubjectId;
use super::id::{CaseId, Handle, RecordId};

/// A part of merging two records; all parts together are one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// This record is that one, of the kind named: it is put away, and says where to look.
    Record { record: RecordId, into: RecordId, kind: Handle },
    /// A case about a record that was merged is about the other.
    Case { case: CaseId, into: RecordId },
}

impl Merge {
    /// Whose journal it goes into.
    pub fn subject(&self) -> SubjectId {
        match self {
            Merge::Record { record, .. } => SubjectId::Record(*record),
            Merge::Case { case, .. } => SubjectId::Case(*case),
        }
    }
}
