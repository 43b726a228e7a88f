//! What starts cases of a process at times. Plain data; when it is time is computed here, from instants that
//! are given.

use super::goal::Goal;
use serde::{Deserialize, Serialize};

/// Starts a case at each time of a recurrence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// A recurrence as RFC 5545 writes it, such as `RRULE:FREQ=MONTHLY;BYDAY=1MO`, daily or coarser.
    pub every: String,
    /// Local time of day in the zone of the process's calendar, as minutes after midnight.
    pub at: u32,
    pub overlap: Overlap,
    /// A time missed for longer than this is noted and starts nothing.
    pub catch_up: Goal,
    /// Data the case starts with, as text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<(String, String)>,
}

/// What happens when the case of the time before is still open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlap {
    /// Nothing is started, and that is noted.
    Skip,
    Start,
}
