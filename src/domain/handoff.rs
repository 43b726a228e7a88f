//! A handoff: the transfer of responsibility for a branch from one party to another, as an object. What may
//! happen to it is decided in `decide::handoff`.

use super::case::Place;
use super::event::DeclineReason;
use super::id::{CaseId, Handle, HandoffId, TaskId};
use super::instant::Instant;
use super::party::Party;

/// How a handoff stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandoffState {
    Offered,
    Accepted {
        by: Handle,
        at: Instant,
        implicit: bool,
    },
    Declined {
        reason: DeclineReason,
        text: String,
        at: Instant,
        /// Whose answer it was, whoever gave it for them; `None` where a log does not say.
        by: Option<Handle>,
        /// Until when the sender is asked to have it right: due, and no clock.
        fix_by: Option<Instant>,
        /// The case it is a duplicate of.
        duplicate_of: Option<CaseId>,
    },
    Recalled {
        at: Instant,
        /// `None` where no person did: a rung offered it elsewhere.
        by: Option<Handle>,
    },
    /// Ended with its case or its branch.
    Closed {
        at: Instant,
    },
}

impl HandoffState {
    /// The word for it on screen and in JSON.
    pub fn word(&self) -> &'static str {
        match self {
            HandoffState::Offered => "offered",
            HandoffState::Accepted { .. } => "accepted",
            HandoffState::Declined { .. } => "declined",
            HandoffState::Recalled { .. } => "recalled",
            HandoffState::Closed { .. } => "closed",
        }
    }

    /// When it ended; `None` while it is open.
    pub fn ended(&self) -> Option<Instant> {
        match self {
            HandoffState::Offered => None,
            HandoffState::Accepted { at, .. }
            | HandoffState::Declined { at, .. }
            | HandoffState::Recalled { at, .. }
            | HandoffState::Closed { at } => Some(*at),
        }
    }
}

/// One offer of a branch to a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handoff {
    pub branch: u32,
    /// The step it leads into.
    pub step: Handle,
    /// The step whose work is handed over; `None` at the start of a case.
    pub from_step: Option<Handle>,
    pub occurrence: u32,
    /// Responsible until somebody accepts.
    pub from: Handle,
    pub to: Party,
    /// Set when work in hand is offered to somebody else.
    pub task: Option<TaskId>,
    pub note: Option<String>,
    pub offered: Instant,
    pub clock: Option<u32>,
    /// Until when the work is to be done, where that was agreed on.
    pub due: Option<Instant>,
    /// The work that was sent back with it.
    pub back: Option<TaskId>,
    pub state: HandoffState,
}

impl Handoff {
    /// Where the branch is once this was declined or recalled: work in hand stays in hand, anything else
    /// lies with the sender, who decides again.
    pub fn place_after_refusal(&self, id: HandoffId) -> Place {
        match self.task {
            Some(task) => Place::Task(task),
            None => Place::Held(id),
        }
    }
}
