//! Until when somebody would have to accept what is offered now. Says what the process promises; starts no clock.

use super::catalog::Catalog;
use super::process::Process;
use super::{Goal, Handle, Instant};

/// The promise of the step and when it would run out; `None` where the step promises none, or no calendar says when.
pub fn accept_by(
    catalog: &Catalog,
    process: &Process,
    step: &Handle,
    now: Instant,
) -> Option<(Goal, Instant)> {
    let goal = process.step(step)?.accept?;
    let calendar = catalog.calendar_of(process)?;
    let (_, calendar) = catalog.newest_calendar(&calendar)?;
    Some((goal, calendar.due(now, goal, &[])?))
}
