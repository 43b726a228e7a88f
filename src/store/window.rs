//! Which stretch of an ordered list is asked for, in neutral words. A list is never read whole: it is read from
//! a row on, and a row is named by what it is ordered by, so that any page costs the same.

use crate::domain::{CaseId, Instant, RecordId};

/// Where a page lies in an ordered list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edge<K> {
    Start,
    End,
    /// The rows after this one, itself left out.
    After(K),
    /// The rows before this one, itself left out; given in the order of the list as all pages are.
    Before(K),
    /// This row, or the one that follows where it is gone, and what comes after it.
    From(K),
}

/// What cards are ordered by: what is due first, then what has been there longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CardKey {
    /// `i64::MAX` where nothing is promised.
    pub due: i64,
    pub since: i64,
    pub case: CaseId,
    pub branch: u32,
}

impl CardKey {
    pub fn new(due: Option<Instant>, since: Instant, case: CaseId, branch: u32) -> CardKey {
        CardKey { due: due.map_or(i64::MAX, |due| due.0), since: since.0, case, branch }
    }
}

/// What records of a kind can be ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RecordOrder {
    #[default]
    Name,
    /// The last changed first.
    Changed,
    /// The last added first.
    Added,
}

/// A record within one of its orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordKey {
    pub name: String,
    pub changed: i64,
    pub id: RecordId,
}
