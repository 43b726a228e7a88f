//! How often somebody had to be pushed, counted from the entries of a case: no row tells of it. Weighs nothing.

use crate::domain::event::{Entry, Event, Outcome};
use crate::domain::fold::undone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::ops::AddAssign;

/// In one case, or in several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pushed {
    /// People who were reminded of what is theirs.
    pub reminders: usize,
    /// People something was escalated to.
    pub escalations: usize,
    /// Work that was offered again, or to somebody else, after it had been offered or taken.
    pub reassigned: usize,
    /// Complaints and other departures from the definition.
    pub exceptions: usize,
    /// Follow-ups on something awaited.
    pub chasers: usize,
}

impl Pushed {
    /// Of all entries of a case; of one that a log told whole also what was told.
    pub fn of(entries: &[Entry]) -> Pushed {
        let mut pushed = Pushed::default();
        let mut known = BTreeSet::new();
        let undone = undone(entries);
        for entry in entries.iter().filter(|entry| !undone.contains(&entry.op)) {
            match &entry.event {
                Event::HandoffOffered { step, branch, occurrence, .. } => {
                    pushed.reassigned += usize::from(!known.insert((branch, step, occurrence)));
                }
                Event::RungFired { outcome: Outcome::Acted, remind, escalate, .. } => {
                    pushed.reminders += remind.len();
                    pushed.escalations += escalate.len();
                }
                Event::ExceptionOpened { .. } => pushed.exceptions += 1,
                Event::FollowUpCame { outcome: Outcome::Acted, people, .. } => pushed.chasers += people.len(),
                Event::CaseImported { whole: Some(whole), .. } => pushed += whole.pushed,
                _ => {}
            }
        }
        pushed
    }

    pub fn is_nothing(&self) -> bool {
        *self == Pushed::default()
    }
}

impl AddAssign for Pushed {
    fn add_assign(&mut self, more: Pushed) {
        self.reminders += more.reminders;
        self.escalations += more.escalations;
        self.reassigned += more.reassigned;
        self.exceptions += more.exceptions;
        self.chasers += more.chasers;
    }
}
