//! The figures of an event log, exact: integer milliseconds in, counts, sums and percentiles out, in one pass
//! over rows that are grouped by case. Every list has an order of its own that no tie leaves open. Reads no
//! file, knows no clock, and does not know what a handoff of the desk is: only rows.

mod core;
mod group;
mod handover;
mod lifecycle;
mod log;
mod pairs;
mod report;
#[cfg(test)]
mod tests;
mod variants;
mod weeks;

pub use core::Core;
pub use handover::{Handover, Passed};
pub use lifecycle::{Pairing, Queue, QueueOf, queue};
pub use log::{Event, Log, NONE, Names, Rule};
pub use pairs::{ActivityFigures, Again, Follows, Way};
pub use report::{Before, Flow, Report, TARGETS, complete, intervals, joined, report};
pub use variants::{Counts, Variant};
pub use weeks::{Aging, Week, weeks_of, weeks_with};
