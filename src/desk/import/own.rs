//! A log whose process somebody made their own since it was first brought in: its new cases are cases of that. Changes
//! nothing.

use super::{LogWish, Staging};
use crate::desk::Error;
use crate::domain::process::Process;

/// The place of each activity among the steps of such a process. `was_drawn`: an earlier version of it came from a log.
pub(super) fn steps_of_own(
    process: &Process,
    was_drawn: bool,
    staging: &Staging,
    wish: &LogWish,
) -> Result<Vec<u32>, Error> {
    let refused = |what: &str| {
        let what = format!("`{}` is a process of your own{what}", process.handle);
        Err(Error::input(what, "Give the log another name with --process HANDLE."))
    };
    if !was_drawn {
        return refused(", not one that came from a log.");
    }
    if wish.says_more() {
        return refused(" by now: what finishes it, what is meant and its goals stand in its file.");
    }
    let (mut steps, mut missing) = (Vec::new(), Vec::new());
    for activity in &staging.activities.texts {
        match (0..).zip(&process.steps).find(|(_, step)| &step.title == activity) {
            Some((place, _)) => steps.push(place),
            None => missing.push(activity.escape_debug().to_string()),
        }
    }
    match missing.as_slice() {
        [] => Ok(steps),
        [one] => refused(&format!(" by now, and has no step called `{one}`.")),
        [one, more @ ..] => {
            refused(&format!(" by now, and has no steps called `{one}` and {} more.", more.len()))
        }
    }
}
