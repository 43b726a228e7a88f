//! Which branch, handoff and work is about which one of a list, as the entries say one after the other. Puts nothing into
//! words.

use super::event::{Entry, Event};
use super::fold;
use super::id::{Handle, HandoffId, TaskId};
use super::process::Process;
use std::collections::BTreeMap;

/// Which handoff was about which item of a list, ended ones too: a branch is gone when it has arrived.
pub fn items(entries: &[Entry]) -> BTreeMap<HandoffId, String> {
    let undone = fold::undone(entries);
    let mut known = Items::default();
    let mut items = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !undone.contains(&entry.op)) {
        let item = known.learn(&entry.event).map(str::to_string);
        if let (Event::HandoffOffered { handoff, .. }, Some(item)) = (&entry.event, item) {
            items.insert(*handoff, item);
        }
    }
    items
}

/// Which branch is about which item of a list, as the events say one after the other.
#[derive(Debug, Default)]
pub(super) struct Items {
    branches: BTreeMap<u32, String>,
    /// What handoffs, and the work that came of them, were about.
    handoffs: BTreeMap<HandoffId, String>,
    work: BTreeMap<TaskId, String>,
    /// Which step a handoff is to, and the work that came of it.
    steps: BTreeMap<HandoffId, Handle>,
    work_steps: BTreeMap<TaskId, Handle>,
    /// What goes back is about what it was about before; told of the branch that is offered next.
    back: Option<Option<String>>,
}

impl Items {
    /// Takes in what an event says of items, and gives the one that it is about.
    pub(super) fn learn(&mut self, event: &Event) -> Option<&str> {
        match event {
            Event::BranchSplit { into, items, .. } => {
                self.branches.extend(into.iter().copied().zip(items.iter().cloned()));
                None
            }
            Event::HandoffOffered { branch, handoff, step, .. } => {
                self.steps.insert(*handoff, step.clone());
                match self.back.take() {
                    Some(Some(item)) => _ = self.branches.insert(*branch, item),
                    Some(None) => _ = self.branches.remove(branch),
                    None => {}
                }
                let item = self.branches.get(branch)?;
                self.handoffs.insert(*handoff, item.clone());
                Some(item)
            }
            Event::HandoffAccepted { handoff, task, .. } => {
                self.work_steps.extend(self.steps.get(handoff).map(|step| (*task, step.clone())));
                self.work.extend(self.handoffs.get(handoff).map(|item| (*task, item.clone())));
                None
            }
            Event::TaskReturned { again, .. } => {
                self.back = Some(self.work.get(again).cloned());
                None
            }
            // The branch goes on as one, about nothing in particular.
            Event::BranchesJoined { branch, .. } => self.branches.remove(branch).and(None),
            _ => None,
        }
    }

    /// What an item of a checklist says, which an event counts from 0.
    pub(super) fn point<'p>(&self, process: Option<&'p Process>, task: TaskId, item: u32) -> Option<&'p str> {
        let step = process?.step(self.work_steps.get(&task)?)?;
        step.checklist.get(item as usize).map(String::as_str)
    }
}
