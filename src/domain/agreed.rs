//! Times that sender and receiver agreed on for one handoff, other than what the process says. Neither is a date that
//! is stored and moved: each becomes what a clock runs to.

use super::event::{ClockStart, Event};
use super::instant::Instant;
use super::refusal::Refusal;

/// What was agreed on when work was offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreed {
    /// Until when it is to be accepted, in place of the step's acceptance time.
    pub accept_by: Option<Instant>,
    /// Until when the work is to be done, in place of the step's goal.
    pub due: Option<Instant>,
}

impl Agreed {
    /// Whether nothing was agreed on.
    pub fn is_nothing(self) -> bool {
        self == Agreed::default()
    }

    /// Refuses dates that nobody can keep.
    pub(super) fn must_lie_ahead(self, now: Instant) -> Result<(), Refusal> {
        if self.accept_by.is_some_and(|by| by <= now) {
            return Err(Refusal::invalid(
                "Nobody can accept it by then: that date lies in the past.",
                "Name one to come: `tomorrow noon`, `fri 5pm`, `in 4h`.",
            ));
        }
        if self.due.is_some_and(|due| due <= now) {
            return Err(Refusal::invalid(
                "Nobody can have it done by then: that date lies in the past.",
                "Name one to come: `tomorrow noon`, `fri 5pm`, `in 3d`.",
            ));
        }
        match (self.accept_by, self.due) {
            (Some(by), Some(due)) if due < by => Err(Refusal::invalid(
                "It would be due before it has to be accepted.",
                "Name an earlier date to accept it by, or a later one to have it done.",
            )),
            _ => Ok(()),
        }
    }

    /// Whether an offer carries what was agreed on. What is accepted at once has no clock to run to a date.
    pub(super) fn is_carried_by(self, offer: &Event) -> bool {
        let Event::HandoffOffered { clock, due, .. } = offer else { return false };
        let until = |clock: &ClockStart| self.accept_by.is_none_or(|by| clock.until == Some(by));
        *due == self.due && clock.as_ref().is_none_or(until)
    }
}
