//! Two records that turn out to be one: what is asked of the one that goes, and of each case about it. What is
//! kept of it is given to the other by ordinary changes.

use super::event::SubjectId;
use super::id::{CaseId, Handle, RecordId};
use super::messages::Message;
use super::record::Contact;

/// A part of merging two records; all parts together are one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merge {
    /// This record is that one, of the kind named: it is put away, and says where to look.
    Record { record: RecordId, into: RecordId, kind: Handle },
    /// That record is this one now: its contacts are this one's, as they stand there, and what was written there and nobody
    /// has read yet waits here.
    TakeOver {
        record: RecordId,
        from: RecordId,
        name: String,
        messages: Vec<Message>,
        contacts: Vec<Contact>,
    },
    /// A case about a record that was merged is about the other.
    Case { case: CaseId, into: RecordId },
}

impl Merge {
    /// Whose journal it goes into.
    pub fn subject(&self) -> SubjectId {
        match self {
            Merge::Record { record, .. } | Merge::TakeOver { record, .. } => SubjectId::Record(*record),
            Merge::Case { case, .. } => SubjectId::Case(*case),
        }
    }
}
