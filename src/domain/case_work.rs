//! What handoffs and tasks do to a case, as their entries made it. Never refuses and never fails.

use super::case::{Branch, Case, Handoff, HandoffState, Place, Task, TaskState, Vote, Wait};
use super::clock::{Clock, ClockOn, FollowUp};
use super::event::{Actor, ClockStart, Event};
use super::id::HandoffId;
use super::instant::Instant;

impl Case {
    pub(super) fn apply_handoff(&mut self, event: &Event, actor: &Actor, at: Instant) {
        match event {
            Event::HandoffOffered {
                handoff,
                branch,
                step,
                occurrence,
                from,
                to,
                task,
                note,
                clock,
                due,
                follow_up,
            } => {
                let from_step = self.branches.get(branch).and_then(|b| self.step_behind(&b.place));
                let entry = self
                    .branches
                    .entry(*branch)
                    .or_insert_with(|| Branch::outside(Place::Offered(*handoff), at));
                let before = std::mem::replace(&mut entry.place, Place::Offered(*handoff));
                entry.since = at;
                let back = entry.again.as_ref().map(|again| again.from);
                self.last_branch = self.last_branch.max(*branch);
                let visits = self.visits.entry(step.clone()).or_default();
                *visits = (*visits).max(*occurrence);
                let offered = Handoff {
                    branch: *branch,
                    step: step.clone(),
                    from_step,
                    occurrence: *occurrence,
                    from: from.clone(),
                    to: to.clone(),
                    task: *task,
                    note: note.clone(),
                    offered: at,
                    clock: clock.as_ref().map(|start| start.clock),
                    due: *due,
                    back,
                    state: HandoffState::Offered,
                };
                self.handoffs.insert(*handoff, offered);
                if let Place::Held(held) = before {
                    self.clocks.change(|clock| clock.on == ClockOn::Decide(held), |clock| clock.stop(at));
                }
                self.start_clock(ClockOn::Accept(*handoff), clock.as_ref(), at);
                self.start_clock(ClockOn::FollowUp(FollowUp::Offer(*handoff)), follow_up.as_ref(), at);
            }
            Event::HandoffAccepted { handoff, task, by, implicit, next_action, next_at, clock } => {
                let Some(offered) = self.end_handoff(*handoff, at, |state| {
                    *state = HandoffState::Accepted { by: by.clone(), at, implicit: *implicit };
                }) else {
                    return;
                };
                let (branch, step, occurrence) = (offered.branch, offered.step.clone(), offered.occurrence);
                let passed_on = offered.task == Some(*task);
                self.place(branch, Place::Task(*task), at);
                if let (true, Some(held)) = (passed_on, self.tasks.get_mut(task)) {
                    held.end_delegation();
                    let before = std::mem::replace(&mut held.holder, by.clone());
                    held.also.extend(held.started.map(|_| before));
                    held.accepted = at;
                    held.handoff = *handoff;
                    held.next_action.clone_from(next_action);
                    held.next_at = *next_at;
                    // What whoever had it before said they would do then is nothing to its new holder.
                    if held.waiting().is_none() {
                        let on = ClockOn::FollowUp(FollowUp::Task(*task));
                        let said = |clock: &Clock| clock.on == on && clock.until.is_some() && clock.is_open();
                        self.clocks.change(said, |clock| clock.stop(at));
                    }
                } else {
                    let work_clock = clock.as_ref().map(|start| start.clock);
                    let mut opened =
                        Task::open(branch, step, occurrence, by.clone(), *handoff, at, work_clock);
                    opened.next_action.clone_from(next_action);
                    opened.next_at = *next_at;
                    if let Some(branch) = self.branches.get_mut(&branch) {
                        opened.line.clone_from(&branch.line);
                        opened.item.clone_from(&branch.item);
                        opened.checked = branch.again.take().map(|again| again.ticked).unwrap_or_default();
                    }
                    self.tasks.insert(*task, opened);
                    self.start_clock(ClockOn::Work(*task), clock.as_ref(), at);
                }
            }
            Event::HandoffDeclined { handoff, reason, text, fix_by, duplicate_of, clock } => {
                let by = match actor {
                    Actor::Substitute { of, .. } => Some(of.clone()),
                    actor => actor.person().cloned(),
                };
                let state = HandoffState::Declined {
                    reason: reason.clone(),
                    text: text.clone(),
                    at,
                    by,
                    fix_by: *fix_by,
                    duplicate_of: *duplicate_of,
                };
                self.give_back(*handoff, state, clock.as_ref(), at);
            }
            Event::HandoffRecalled { handoff, clock, .. } => {
                let by = actor.person().cloned();
                self.give_back(*handoff, HandoffState::Recalled { at, by }, clock.as_ref(), at);
            }
            _ => {}
        }
    }

    pub(super) fn apply_task(&mut self, event: &Event, at: Instant) {
        let (Event::TaskStarted { task }
        | Event::ItemChecked { task, .. }
        | Event::TaskWaiting { task, .. }
        | Event::TaskResumed { task }
        | Event::VoteCast { task, .. }
        | Event::TaskDone { task, .. }) = event
        else {
            return;
        };
        let Some(held) = self.tasks.get_mut(task) else { return };
        let clock = held.clock.and_then(|n| self.clocks.get_mut(&n));
        match event {
            Event::TaskStarted { .. } => {
                held.started.get_or_insert(at);
            }
            Event::ItemChecked { item, done, .. } => {
                if *done {
                    held.checked.insert(*item);
                } else {
                    held.checked.remove(item);
                }
            }
            Event::TaskWaiting { reason, until, follow_up, .. } => {
                match held.waits.last_mut().filter(|wait| wait.to.is_none()) {
                    // It waits still, and somebody looks again at another time.
                    Some(wait) => (wait.reason, wait.until) = (reason.clone(), *until),
                    None => {
                        held.waits.push(Wait { from: at, to: None, reason: reason.clone(), until: *until })
                    }
                }
                if let Some(clock) = clock {
                    clock.pause(at);
                }
                // Whoever asks somebody outside looks again when it was said to, and not beside that.
                self.stop_follow_up(FollowUp::Task(*task), at);
                self.start_clock(ClockOn::FollowUp(FollowUp::Task(*task)), follow_up.as_ref(), at);
            }
            Event::TaskResumed { .. } => {
                held.end_wait(at);
                if let Some(clock) = clock {
                    clock.resume(at);
                }
                self.stop_follow_up(FollowUp::Task(*task), at);
            }
            Event::VoteCast { by, outcome, reason, .. } => {
                let (by, outcome, reason) = (by.clone(), outcome.clone(), reason.clone());
                held.votes.push(Vote { by, of: None, outcome, reason, at });
            }
            Event::TaskDone { data, documents, outcome, .. } => {
                held.end_wait(at);
                held.end_delegation();
                held.outcome.clone_from(outcome);
                held.state = TaskState::Done { at };
                if let Some(clock) = clock {
                    clock.stop(at);
                }
                self.stop_follow_up(FollowUp::Task(*task), at);
                let data = data.clone();
                self.take_data(&data);
                self.documents.extend(documents.iter().cloned());
            }
            _ => {}
        }
    }

    /// An offer is over, and lies where it was before it was made.
    fn give_back(&mut self, id: HandoffId, state: HandoffState, clock: Option<&ClockStart>, at: Instant) {
        let Some(ended) = self.end_handoff(id, at, |of| *of = state) else { return };
        let (branch, place) = (ended.branch, ended.place_after_refusal(id));
        self.place(branch, place, at);
        self.start_clock(ClockOn::Decide(id), clock, at);
    }

    /// Ends an open handoff and its clock; `None` when it is not there or not open.
    fn end_handoff(
        &mut self,
        id: HandoffId,
        at: Instant,
        end: impl FnOnce(&mut HandoffState),
    ) -> Option<&Handoff> {
        self.stop_follow_up(FollowUp::Offer(id), at);
        let handoff = self.handoffs.get_mut(&id).filter(|h| h.state == HandoffState::Offered)?;
        end(&mut handoff.state);
        if let Some(clock) = handoff.clock.and_then(|n| self.clocks.get_mut(&n)) {
            clock.stop(at);
        }
        Some(handoff)
    }

    /// Ends a branch, wherever it is, with everything open in it.
    pub(super) fn cancel(&mut self, branch: u32, at: Instant) {
        self.branches.remove(&branch);
        self.arrivals.retain(|arrival| arrival.branch != branch);
        let stopped = self.clocks.iter().filter(|(_, clock)| clock.on.branch(self) == Some(branch));
        for n in stopped.map(|(n, _)| *n).collect::<Vec<_>>() {
            if let Some(clock) = self.clocks.get_mut(&n) {
                clock.stop(at);
            }
        }
        self.close_work(Some(branch), at);
    }

    /// Closes the open tasks and handoffs of one branch, or of all.
    pub(super) fn close_work(&mut self, only: Option<u32>, at: Instant) {
        let here = |branch: u32| only.is_none_or(|only| only == branch);
        let open = |task: &Task| task.state == TaskState::Open && here(task.branch);
        self.tasks.change(open, |task| {
            task.end_wait(at);
            task.end_delegation();
            task.state = TaskState::Closed { at };
        });
        let offered = |handoff: &Handoff| handoff.state == HandoffState::Offered && here(handoff.branch);
        self.handoffs.change(offered, |handoff| handoff.state = HandoffState::Closed { at });
        for wait in self.waits.values_mut().filter(|w| here(w.branch)) {
            wait.ended.get_or_insert(at);
        }
    }

    fn place(&mut self, branch: u32, place: Place, at: Instant) {
        if let Some(branch) = self.branches.get_mut(&branch) {
            branch.place = place;
            branch.since = at;
        }
    }
}
