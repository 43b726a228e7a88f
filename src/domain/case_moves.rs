//! What sending back, delegating and adding tasks do to a case, as its entries made it. Never refuses and
//! never fails.

use super::case::{Again, Case, TaskState};
use super::clock::FollowUp;
use super::event::Event;
use super::id::TaskId;
use super::instant::Instant;
use super::task::Delegation;

impl Case {
    pub(super) fn apply_move(&mut self, event: &Event, at: Instant) {
        match event {
            Event::TaskReturned { task, again, items, superseded, .. } => {
                self.send_back(*task, *again, items, at);
                for task in superseded {
                    if let Some(task) = self.tasks.get_mut(task) {
                        task.superseded = true;
                    }
                }
            }
            Event::TaskDelegated { task, to, note } => {
                if let Some(task) = self.tasks.get_mut(task) {
                    task.delegate = Some(Delegation { to: to.clone(), note: note.clone(), since: at });
                    task.resolved = None;
                }
            }
            Event::DelegationResolved { task, note } => {
                if let Some(task) = self.tasks.get_mut(task)
                    && let Some(delegation) = task.delegate.take()
                {
                    task.also.insert(delegation.to.clone());
                    task.resolved = Some((delegation.to, note.clone()));
                }
            }
            Event::FreeTaskAdded { step } => self.free.push((**step).clone()),
            _ => {}
        }
    }

    /// The work ends, and its branch stands again where the earlier work stood.
    fn send_back(&mut self, task: TaskId, again: TaskId, items: &[u32], at: Instant) {
        let Some(earlier) = self.tasks.get(&again) else { return };
        let line = earlier.line.clone();
        let ticked = earlier.checked.iter().filter(|item| !items.contains(item)).copied().collect();
        let Some(held) = self.tasks.get_mut(&task) else { return };
        held.end_wait(at);
        held.end_delegation();
        held.state = TaskState::Returned { at, again };
        if let Some(clock) = held.clock.and_then(|n| self.clocks.get_mut(&n)) {
            clock.stop(at);
        }
        let branch = held.branch;
        let standing = self.part(branch, &line);
        if let Some(branch) = standing.and_then(|branch| self.branches.get_mut(&branch)) {
            branch.again = Some(Again { from: task, ticked });
        }
        self.stop_follow_up(FollowUp::Task(task), at);
    }
}
