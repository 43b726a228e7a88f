//! A log whose process somebody made their own since it was first brought in: its new cases are cases of that. Changes
//! nothing.

use super::{LogWish, Staging};
use crate::desk::Error;
use crate::domain::process::{Process, Step};
use std::sync::Arc;

/// Where an activity has no step.
pub(super) const NO_STEP: u32 = u32::MAX;

/// The place of each activity among the steps of such a process: of the step that is called so now, or was by the log.
/// `versions`: all of it, the oldest first; `drawn`: whether one came from a log.
pub(super) fn steps_of_own(
    versions: &[Arc<Process>],
    drawn: impl Fn(&Process) -> bool,
    staging: &Staging,
    wish: &LogWish,
) -> Result<Vec<u32>, Error> {
    let Some(process) = versions.last() else { return Err(Error::Busy) };
    if !versions.iter().any(|version| drawn(version)) {
        return refused(process, ", not one that came from a log.");
    }
    if wish.says_more() {
        return refused(process, " by now: what finishes it, what is meant and its goals stand in its file.");
    }
    let place = |wanted: &dyn Fn(&Step) -> bool| (0..).zip(&process.steps).find(|(_, step)| wanted(step));
    let was = |activity: &str| {
        let drawn = versions.iter().rev().filter(|version| drawn(version));
        let mut called = drawn.flat_map(|version| &version.steps).filter(|step| step.title == activity);
        called.next().map(|step| step.handle.clone())
    };
    let place = |activity: &String| {
        let now = place(&|step| &step.title == activity);
        let then = || was(activity).and_then(|handle| place(&|step| step.handle == handle));
        now.or_else(then).map_or(NO_STEP, |(place, _)| place)
    };
    Ok(staging.activities.texts.iter().map(place).collect())
}

/// A new case does what its process has no step for.
pub(super) fn no_step<T>(process: &Process, activities: &[String], steps: &[u32]) -> Result<T, Error> {
    let missing = activities.iter().zip(steps).filter(|(_, step)| **step == NO_STEP);
    let missing = missing.map(|(activity, _)| activity.escape_debug().to_string()).collect::<Vec<_>>();
    match missing.as_slice() {
        [one] => refused(process, &format!(" by now, and has no step called `{one}`.")),
        [one, more @ ..] => {
            refused(process, &format!(" by now, and has no steps called `{one}` and {} more.", more.len()))
        }
        [] => Err(Error::Busy),
    }
}

fn refused<T>(process: &Process, what: &str) -> Result<T, Error> {
    let what = format!("`{}` is a process of your own{what}", process.handle);
    Err(Error::input(what, "Give the log another name with --process HANDLE."))
}
