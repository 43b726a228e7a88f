//! The lines of a timeline for work that moved without being finished.

use super::clock::{ClockOn, FollowUp};
use super::event::{ClockStart, Event};

/// Work that was moved without being finished.
pub(super) fn moved(event: &Event) -> (&'static str, String) {
    let noted = |text: String, note: &Option<String>| match note {
        Some(note) if !note.is_empty() => format!("{text}: \"{note}\""),
        _ => text,
    };
    match event {
        Event::TaskReturned { task, again, reason, superseded, .. } => {
            let ends = match superseded.as_slice() {
                [] => String::new(),
                ids => format!(
                    " (superseded: {})",
                    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
                ),
            };
            ("back", format!("{task} sent back, {again} is to be done again: \"{reason}\"{ends}"))
        }
        Event::TaskDelegated { task, to, note } => {
            ("delegate", noted(format!("{task} to {to}, who works on it for the holder"), note))
        }
        Event::DelegationResolved { task, note } => {
            ("resolve", noted(format!("{task} is back with its holder"), &Some(note.clone())))
        }
        Event::FreeTaskAdded { step } => ("task", step.title.clone()),
        _ => ("", String::new()),
    }
}

/// When what a clock that nobody promised anything by runs on is asked about.
pub(super) fn asked_about(on: ClockOn, clock: &ClockStart) -> String {
    let goal = clock.goal;
    match on {
        ClockOn::Decide(_) => format!("to be decided within {goal}"),
        ClockOn::FollowUp(FollowUp::Task(_)) if clock.until.is_some() => "to be asked about then".to_string(),
        ClockOn::FollowUp(FollowUp::Task(_)) => format!("to be asked for after {goal}"),
        ClockOn::FollowUp(FollowUp::Offer(id)) => {
            format!("{id} to be looked at, if nobody takes it, after {goal}")
        }
        _ => format!("to be looked at again after {goal}"),
    }
}
