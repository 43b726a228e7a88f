//! What it does to a case that somebody left or is away: their work lies with somebody else, and who stood in
//! for whom is remembered. Never refuses and never fails.

use super::case::{Case, CaseState, Place};
use super::clock::Clock;
use super::event::{Actor, Event, Holding};
use super::id::Handle;
use std::collections::BTreeSet;

impl Case {
    pub(super) fn apply_moved(&mut self, event: &Event) {
        match event {
            Event::WorkMoved { what: Holding::Branch(branch), from, to, .. } => {
                let Some(place) = self.branches.get(branch).map(|branch| branch.place.clone()) else {
                    return;
                };
                self.pass_on(&place, from, to);
            }
            Event::WorkMoved { what: Holding::Exception(exception), from, to, .. } => {
                if let Some(exception) = self.exceptions.get_mut(exception) {
                    exception.to.retain(|person| person != from && person != to);
                    exception.to.push(to.clone());
                }
            }
            Event::AccountableChanged { to, told, now, .. } => {
                self.accountable = to.clone();
                for exception in self.exceptions.values_mut().filter(|open| open.resolved.is_none()) {
                    hand_over(&mut exception.to, told, now);
                }
                let told_of = |clock: &Clock| {
                    clock.is_open()
                        && clock.fired.iter().any(|f| f.escalate.iter().any(|who| told.contains(who)))
                };
                self.clocks.change(told_of, |clock| {
                    clock.fired.iter_mut().for_each(|firing| hand_over(&mut firing.escalate, told, now));
                });
            }
            _ => {}
        }
    }

    /// Whoever is responsible by this place is so by name: the sender of the handoff, the holder of the task,
    /// whoever sent it to where it waits.
    fn pass_on(&mut self, place: &Place, from: &Handle, to: &Handle) {
        let task = match place {
            Place::Task(task) => Some(*task),
            Place::Offered(handoff) | Place::Held(handoff) => {
                let Some(handoff) = self.handoffs.get_mut(handoff) else { return };
                if &handoff.from == from {
                    handoff.from = to.clone();
                }
                handoff.task
            }
            Place::Waiting(wait) => {
                if let Some(wait) = self.waits.get_mut(wait).filter(|wait| &wait.from == from) {
                    wait.from = to.clone();
                }
                None
            }
        };
        if let Some(task) = task.and_then(|task| self.tasks.get_mut(&task)).filter(|t| &t.holder == from) {
            task.holder = to.clone();
        }
    }

    /// Everybody who holds something of the case by name: responsible for a branch, offered one, asked to decide
    /// an exception, accountable while it is open.
    pub fn holders(&self) -> BTreeSet<Handle> {
        let mut holders = BTreeSet::new();
        for branch in self.branches.values() {
            holders.extend(self.responsible(branch).cloned());
            if let Place::Offered(handoff) = branch.place {
                holders.extend(self.handoffs.get(&handoff).and_then(|h| h.to.person()).cloned());
            }
        }
        let open = self.exceptions.values().filter(|exception| exception.resolved.is_none());
        holders.extend(open.flat_map(|exception| exception.to.iter().cloned()));
        if self.state == CaseState::Open {
            holders.extend(self.accountable.person().cloned());
        }
        holders
    }

    /// Remembers who worked on a task for whom.
    pub(super) fn note_stand_in(&mut self, event: &Event, actor: &Actor) {
        let Actor::Substitute { person, of } = actor else { return };
        if let Event::HandoffAccepted { task, .. }
        | Event::TaskStarted { task }
        | Event::ItemChecked { task, .. }
        | Event::VoteCast { task, .. }
        | Event::TaskDone { task, .. } = event
            && let Some(task) = self.tasks.get_mut(task)
        {
            task.also.extend([person.clone(), of.clone()]);
            if let (Event::VoteCast { .. }, Some(vote)) = (event, task.votes.last_mut()) {
                vote.of = Some(of.clone());
            }
        }
    }
}

/// Puts these in the place of those, where any of them was told.
fn hand_over(people: &mut Vec<Handle>, told: &[Handle], now: &[Handle]) {
    if people.iter().any(|person| told.contains(person)) {
        people.retain(|person| !told.contains(person) && !now.contains(person));
        people.extend(now.iter().cloned());
    }
}
