//! A case that turns out to be another one: what is asked of it, and whether the other can be the one that stays. What
//! is known of the other case is the desk's to look up; nothing here changes either.

use super::case::{Case, CaseState};
use super::command::Command;
use super::id::CaseId;
use super::refusal::Refusal;

/// Ends a case as the duplicate of another, which stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseDuplicate {
    pub case: CaseId,
    pub of: CaseId,
    /// What else there is to say; may be empty.
    pub text: String,
}

/// What the decision needs of the other case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Other {
    pub id: CaseId,
    /// Which case it was closed as a duplicate of.
    pub duplicate_of: Option<CaseId>,
}

impl Case {
    /// The case that this one was closed as a duplicate of; none any more once it was taken up again.
    pub fn duplicate_of(&self) -> Option<CaseId> {
        match &self.state {
            CaseState::Withdrawn { duplicate_of, .. } => *duplicate_of,
            CaseState::Open | CaseState::Done { .. } => None,
        }
    }
}

impl Command {
    /// The other case that this speaks of, which the decision has to know something of.
    pub fn other_case(&self) -> Option<CaseId> {
        match self {
            Command::CloseDuplicate(close) => Some(close.of),
            Command::DeclineHandoff { duplicate_of, .. } => *duplicate_of,
            _ => None,
        }
    }
}

/// The words that stand as the reason.
pub fn reason(of: CaseId, text: &str) -> String {
    match text.trim() {
        "" => format!("duplicate of {of}"),
        text => format!("duplicate of {of}: {text}"),
    }
}

/// Refuses what would make no end of it: the case itself, one that is not there, and one that is a duplicate too.
pub(super) fn must_stay(case: CaseId, of: CaseId, other: Option<Other>) -> Result<(), Refusal> {
    if case == of {
        return Err(Refusal::invalid(
            format!("{case} cannot be a duplicate of itself."),
            "Name the other case, the one that stays.",
        ));
    }
    match other.filter(|other| other.id == of) {
        None => {
            Err(Refusal::not_found(format!("There is no case {of}."), "`baton case list` shows the cases."))
        }
        Some(Other { duplicate_of: Some(own), .. }) if own == case => Err(Refusal::not_now(
            format!("{of} was closed as a duplicate of {case} itself."),
            format!("One of the two has to stay; `baton case reopen {of} --reason …` takes {of} up again."),
        )),
        Some(Other { duplicate_of: Some(first), .. }) => Err(Refusal::not_now(
            format!("{of} is a duplicate itself, of {first}."),
            format!("Name {first}, which stays."),
        )),
        Some(_) => Ok(()),
    }
}
