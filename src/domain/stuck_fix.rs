//! What would move a case on, with the command for it. Says nothing about why it does not move; that is `stuck`.

use super::id::{CaseId, HandoffId, TaskId};

/// What would move it on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// Whom it is offered to accepts it, or it is offered to somebody else.
    Accept(HandoffId),
    Offer(HandoffId),
    /// A task of the case's own came back: it is offered again, or nobody needs it any more.
    OfferOrDrop(HandoffId, u32),
    Start(TaskId),
    HandOn(TaskId),
    /// Work in somebody's hand goes to somebody else.
    Reassign(TaskId),
    /// Work that waits goes on.
    Resume(TaskId),
    /// A branch that waits goes on.
    Proceed,
    /// What a branch needs to go on is filled in: this field, where it is known which.
    FillIn(Option<String>),
    ResumeCase,
    Vote(TaskId),
    Decide(u32),
    /// Nothing but time, or a word with somebody.
    Note,
}

impl Fix {
    /// The same for somebody whose work it is not: what they may `move` goes to another, and of the rest they can speak.
    pub fn for_another(self, movable: bool) -> Fix {
        match self {
            Fix::Accept(handoff) if movable => Fix::Offer(handoff),
            Fix::Start(task) | Fix::HandOn(task) if movable => Fix::Reassign(task),
            Fix::Accept(_) | Fix::Start(_) | Fix::HandOn(_) | Fix::Resume(_) => Fix::Note,
            fix => fix,
        }
    }

    /// The command for it.
    pub fn command(&self, case: CaseId) -> String {
        match self {
            Fix::Accept(id) => format!("baton handoff accept {id}"),
            Fix::Offer(id) => format!("baton handoff offer {id} --to …"),
            Fix::OfferOrDrop(id, branch) => format!(
                "baton handoff offer {id} --to …, or baton case proceed {case} --branch {branch} --reason …"
            ),
            Fix::Start(id) => format!("baton task start {id}"),
            Fix::HandOn(id) => format!("baton task done {id}"),
            Fix::Reassign(id) => format!("baton task reassign {id} --to …"),
            Fix::Resume(id) => format!("baton task resume {id}"),
            Fix::Proceed => format!("baton case proceed {case} --reason …"),
            Fix::FillIn(field) => {
                format!("baton case set {case} {}=…", field.as_deref().unwrap_or("FIELD"))
            }
            Fix::ResumeCase => format!("baton case resume {case}"),
            Fix::Vote(id) => format!("baton task done {id} --outcome … --reason …"),
            Fix::Decide(n) => format!("baton case resolve {case} {n} --note …"),
            Fix::Note => format!("baton case note {case} …"),
        }
    }
}
