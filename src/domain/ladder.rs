//! A ladder: ordered timed responses on a clock. Which rung is due when is `clock`; who hears of it is
//! `recipients`.

use super::goal::Goal;
use super::party::Party;
use serde::{Deserialize, Serialize};

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
    /// Repeats after the first time, this far apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<Goal>,
    /// How many times in all when it repeats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
}

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
