//! A ladder: ordered timed responses on a clock. Which rung is due when is `clock`; who hears of it is
//! `recipients`.

use super::goal::{Goal, Unit};
use super::party::Party;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What a clock of a case runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From offer to accept, decline or recall of a handoff.
    Accept,
    /// From acceptance to done of a step; `goal` in process files.
    Goal,
    /// The whole case.
    Case,
    /// A wait; it has no ladder.
    Wait,
    /// Until somebody should look at a wait or a pause again; its one rung is that of the step.
    FollowUp,
}

impl ClockKind {
    /// The word for this clock in messages.
    pub fn word(self) -> &'static str {
        match self {
            ClockKind::Accept => "acceptance",
            ClockKind::Goal => "work",
            ClockKind::Case => "case",
            ClockKind::Wait => "wait",
            ClockKind::FollowUp => "follow-up",
        }
    }
}

/// The rungs for every clock of one kind in a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    pub on: ClockKind,
    pub rungs: Vec<Rung>,
}

/// One timed response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Signed offset from the due instant, in its own unit, counted in the clock's calendar. Zero is at due.
    pub at: Goal,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind: Option<Audience>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate: Option<Audience>,
    /// Makes the case urgent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub raise: bool,
    /// Offers the work to the role that does the step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub release: bool,
    /// Offers the work to this party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reassign: Option<Party>,
    /// Opens an exception with this text for the accountable party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exception: Option<String>,
    /// Repeats after the first time, this far apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Goal>,
    /// How many times in all when it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
}

impl Rung {
    /// A rung that does nothing yet, at an offset from due.
    pub fn at(at: Goal) -> Rung {
        Rung {
            at,
            remind: None,
            escalate: None,
            raise: false,
            release: false,
            reassign: None,
            exception: None,
            every: None,
            most: None,
        }
    }

    /// Whether it tells somebody or does something.
    pub fn acts(&self) -> bool {
        let tells = self.remind.is_some() || self.escalate.is_some();
        tells || self.raise || self.release || self.reassign.is_some() || self.exception.is_some()
    }
}

/// What is climbed on a kind of clock for which a process names no ladder: whoever answers for it hears once of what is
/// late, as soon as it is.
/// Nothing may go silent because nobody wrote a rung.
pub static BUILT_IN: LazyLock<Vec<Ladder>> = LazyLock::new(|| {
    let at_due = Rung::at(Goal { count: 0, unit: Unit::Minute });
    let tell = Rung { escalate: Some(Audience::Accountable), ..at_due };
    let on = [ClockKind::Accept, ClockKind::Goal, ClockKind::Case];
    on.map(|on| Ladder { on, rungs: vec![tell.clone()] }).into()
});

/// After how long whoever answers for the case hears of a wait that no time ends and that no step chases: for a
/// message, or for a date that nobody has filled in.
pub const UNWATCHED: Goal = Goal { count: 5, unit: Unit::BusinessDay };

/// To whom a rung speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    Responsible,
    /// The sender of the handoff the clock belongs to.
    Sender,
    /// The lead of the role that is offered the work or does the step.
    Lead,
    Accountable,
    /// A named person or role.
    Party(Party),
}
