//! Which entry it was that came before somebody: what they wanted to do is done, or over. Knows events and nothing
//! of who is refused.

use super::event::{Entry, Event};
use super::fold::undone;
use super::id::{HandoffId, TaskId};

/// What somebody else got to first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// It ended, or was taken up again.
    Case,
    /// The clock of the case was paused, or goes on.
    Pause,
    Task(TaskId),
    Handoff(HandoffId),
    Exception(u32),
    /// A branch waited, and does not any more.
    Wait,
    Record,
}

impl Thing {
    /// The newest entry that stands and made of it what it is.
    pub fn last(self, entries: &[Entry]) -> Option<&Entry> {
        let undone = undone(entries);
        let mut standing = entries.iter().rev().filter(|entry| !undone.contains(&entry.op));
        standing.find(|entry| self.made_by(&entry.event))
    }

    fn made_by(self, event: &Event) -> bool {
        let closes = |closes: &[String], name: String| {
            closes.iter().any(|closed| closed.split(' ').next() == Some(name.as_str()))
        };
        match (self, event) {
            (
                Thing::Case,
                Event::CaseDone { .. } | Event::CaseWithdrawn { .. } | Event::CaseReopened { .. },
            )
            | (Thing::Pause, Event::CasePaused { .. } | Event::CaseResumed { .. })
            | (Thing::Wait, Event::WaitEnded { .. })
            | (Thing::Record, Event::RecordArchived { .. }) => true,
            (
                Thing::Task(id),
                Event::TaskStarted { task }
                | Event::TaskWaiting { task, .. }
                | Event::TaskResumed { task }
                | Event::TaskDone { task, .. }
                | Event::TaskReturned { task, .. }
                | Event::TaskDelegated { task, .. }
                | Event::DelegationResolved { task, .. },
            ) => *task == id,
            (
                Thing::Handoff(id),
                Event::HandoffOffered { handoff, .. }
                | Event::HandoffAccepted { handoff, .. }
                | Event::HandoffDeclined { handoff, .. }
                | Event::HandoffRecalled { handoff, .. },
            ) => *handoff == id,
            (
                Thing::Task(id),
                Event::BranchCancelled { closes: ended, .. } | Event::CaseWithdrawn { closes: ended, .. },
            ) => closes(ended, id.to_string()),
            (
                Thing::Handoff(id),
                Event::BranchCancelled { closes: ended, .. } | Event::CaseWithdrawn { closes: ended, .. },
            ) => closes(ended, id.to_string()),
            (Thing::Exception(n), Event::ExceptionResolved { exception, .. }) => *exception == n,
            _ => false,
        }
    }
}
