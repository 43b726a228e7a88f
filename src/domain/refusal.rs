//! Why a command is refused: typed, and always a sentence with a hint. The front ends print both and add
//! nothing.

use super::event::Actor;
use super::id::{Handle, HandoffId, TaskId};
use super::instant::Instant;
use super::overtaken::Thing;
use super::party::Party;

/// The domain's no.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// The thing is not there.
    NotFound {
        what: String,
        hint: String,
    },
    /// Input that is not acceptable as it stands.
    Invalid {
        what: String,
        hint: String,
    },
    /// It is there already, or it is not in a state for this.
    NotNow {
        what: String,
        hint: String,
    },
    /// Somebody else may do it.
    NotYours {
        what: String,
        hint: String,
    },
    /// Somebody was first: it is done, or over. `told` says who did what and when, once the entries were looked at.
    Overtaken {
        what: String,
        hint: String,
        of: Thing,
        told: Option<String>,
    },
    AlreadyAccepted {
        handoff: HandoffId,
        by: Handle,
        at: Instant,
    },
    /// The contract is not met.
    Incomplete {
        task: TaskId,
        missing: Vec<String>,
    },
}

impl Refusal {
    pub(super) fn not_found(what: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::NotFound { what: what.into(), hint: hint.into() }
    }

    pub(super) fn invalid(what: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::Invalid { what: what.into(), hint: hint.into() }
    }

    pub(super) fn not_now(what: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::NotNow { what: what.into(), hint: hint.into() }
    }

    pub(super) fn not_yours(what: impl Into<String>, hint: impl Into<String>) -> Refusal {
        Refusal::NotYours { what: what.into(), hint: hint.into() }
    }

    pub(super) fn overtaken(what: impl Into<String>, hint: impl Into<String>, of: Thing) -> Refusal {
        Refusal::Overtaken { what: what.into(), hint: hint.into(), of, told: None }
    }

    /// The same with who was first, what they did and when.
    #[must_use]
    pub fn with_who(mut self, who: impl FnOnce(Thing) -> Option<String>) -> Refusal {
        if let Refusal::Overtaken { of, told, .. } = &mut self {
            *told = who(*of);
        }
        self
    }

    /// Somebody who is not in the catalog acts or is named.
    pub(super) fn unknown_person(person: &Handle) -> Refusal {
        Refusal::not_found(
            format!("`{person}` is nobody here."),
            format!("`baton person list` shows who is; `baton person add {person}` adds them."),
        )
    }

    /// Somebody who is not here any more acts or is named.
    pub(super) fn has_left(person: &Handle) -> Refusal {
        Refusal::not_now(
            format!("`{person}` has left."),
            format!(
                "Name somebody who works here; an admin lets them in again: `baton person back {person}`."
            ),
        )
    }

    pub(super) fn not_offered_to(handoff: HandoffId, to: &Party, actor: &Actor) -> Refusal {
        Refusal::not_yours(
            format!("{handoff} is offered to {to}, not to {actor}."),
            format!("Only {to} can accept or decline it; the sender can recall it."),
        )
    }

    /// The sentence, given how to show an instant.
    pub fn sentence(&self, show: &dyn Fn(Instant) -> String) -> String {
        match self {
            Refusal::NotFound { what, .. }
            | Refusal::Invalid { what, .. }
            | Refusal::NotNow { what, .. }
            | Refusal::NotYours { what, .. } => what.clone(),
            Refusal::Overtaken { what, told: None, .. } => what.clone(),
            Refusal::Overtaken { what, told: Some(told), .. } => {
                format!("{} ({told}).", what.trim_end_matches('.'))
            }
            Refusal::AlreadyAccepted { handoff, by, at } => {
                format!("{handoff} was accepted by {by}, {}.", show(*at))
            }
            Refusal::Incomplete { task, missing } => {
                format!("{task} cannot be sent on yet. Missing: {}.", missing.join("; "))
            }
        }
    }

    /// What to do instead.
    pub fn hint(&self) -> String {
        match self {
            Refusal::NotFound { hint, .. }
            | Refusal::Invalid { hint, .. }
            | Refusal::NotNow { hint, .. }
            | Refusal::NotYours { hint, .. }
            | Refusal::Overtaken { hint, .. } => hint.clone(),
            Refusal::AlreadyAccepted { by, .. } => format!("{by} is responsible now; nothing was changed."),
            Refusal::Incomplete { task, .. } => {
                format!("Fill it in, or send it anyway: `baton task done {task} --anyway \"the reason\"`.")
            }
        }
    }
}
