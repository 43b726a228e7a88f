//! Where the branches of a case go: splits, joins, waits, and what was asked of others, as their entries made it.
//! Never refuses and never fails.

use super::case::{Arrival, Branch, Case, Met, Place};
use super::clock::{ClockOn, FollowUp};
use super::event::{AtWait, Awaits, Event};
use super::field::is_given;
use super::id::{CaseId, Handle};
use super::instant::Instant;
use super::process::{Step, StepKind, WaitFor};

/// A branch that waits at a step nobody has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub branch: u32,
    pub step: Handle,
    pub occurrence: u32,
    /// Responsible while it waits.
    pub from: Handle,
    pub awaits: Awaits,
    /// Runs until it goes on, where that is known.
    pub clock: Option<u32>,
    pub begun: Instant,
    pub ended: Option<Instant>,
}

/// What something waits for whose time has come: an exception says what that is.
pub(super) const CANNOT_GO_ON: &str = "what it lacks to go on";

impl Waiting {
    /// Whether time alone lets it go on.
    pub fn ends_by_itself(&self) -> bool {
        self.clock.is_some()
    }

    /// Whether it is for a case that could not be started.
    pub fn never_comes(&self, case: &Case) -> bool {
        let Awaits::Case(request) = &self.awaits else { return false };
        matches!(case.requests.get(request), Some(Request::Case { case: Some(Err(_)), .. }))
    }

    /// Whether its time has come, or the other case has ended, and the case could not go on then.
    pub fn is_over(&self, case: &Case, step: Option<&Step>) -> bool {
        match self.awaits {
            Awaits::Time if self.clock.is_none() => match step.map(|step| &step.kind) {
                Some(StepKind::Wait(WaitFor::Until(field))) => is_given(case.data.get(field)),
                _ => true,
            },
            Awaits::Case(_) => {
                let number = case.waits.iter().find(|(_, wait)| *wait == self).map(|(n, _)| *n);
                number.and_then(|n| case.held_up(n)).is_some_and(|at| at.outcome.is_some())
            }
            Awaits::Time | Awaits::Message(_) | Awaits::List(_) => false,
        }
    }
}

/// Something asked of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// Another case; what became of it.
    Case { process: Handle, case: Option<Result<CaseId, String>> },
    /// A command of the allow-list; whether it went well and what it said.
    Run { name: String, ended: Option<(bool, String)> },
}

impl Request {
    /// Whether nothing came of it yet.
    pub fn is_open(&self) -> bool {
        matches!(self, Request::Case { case: None, .. } | Request::Run { ended: None, .. })
    }
}

impl Case {
    /// What holds a wait up that is over, as the last exception about it says.
    pub fn held_up(&self, wait: u32) -> Option<&AtWait> {
        self.exceptions
            .values()
            .rev()
            .find_map(|exception| exception.at.as_ref().filter(|at| at.wait == wait))
    }

    /// Cases that were asked for, could not be started, and are waited for by nobody.
    pub fn unstarted(&self) -> impl Iterator<Item = (u32, &Handle, &str)> {
        let failed = self.requests.iter().filter_map(|(n, request)| match request {
            Request::Case { process, case: Some(Err(why)) } => Some((*n, process, why.as_str())),
            _ => None,
        });
        failed.filter(|(n, ..)| !self.waits.values().any(|wait| wait.awaits == Awaits::Case(*n)))
    }

    pub(super) fn apply_flow(&mut self, event: &Event, at: Instant) {
        match event {
            Event::BranchSplit { branch, into, scope, items, skipped } => {
                self.stand_outside(*branch, at);
                let Some(parent) = self.branches.remove(branch) else { return };
                self.last_scope = self.last_scope.max(*scope);
                self.skipped.extend(skipped.iter().map(|step| (*scope, step.clone())));
                for (n, child) in into.iter().enumerate() {
                    self.last_branch = self.last_branch.max(*child);
                    let mut scopes = parent.scopes.clone();
                    scopes.push(*scope);
                    let mut line = parent.line.clone();
                    line.push(*child);
                    let item = items.get(n).cloned();
                    let place = parent.place.clone();
                    let born = Branch { scopes, place, since: at, item, line, again: None };
                    self.branches.insert(*child, born);
                }
            }
            Event::BranchArrived { branch, join, from } => {
                if let Some(arrived) = self.branches.remove(branch) {
                    let arrival = Arrival {
                        join: join.clone(),
                        from: from.clone(),
                        scopes: arrived.scopes,
                        branch: *branch,
                        place: arrived.place,
                        line: arrived.line,
                        item: arrived.item,
                    };
                    self.arrivals.push(arrival);
                }
            }
            Event::BranchesJoined { branch, join, merged, enough, within } => {
                self.join(*branch, join, merged, (*enough, *within), at);
            }
            Event::BranchEnded { branch, outcome, .. } => {
                self.branches.remove(branch);
                if outcome.is_some() {
                    self.outcome.clone_from(outcome);
                }
            }
            Event::StepPassed { branch, step, occurrence } => {
                self.stand_outside(*branch, at);
                self.visit(step, *occurrence);
            }
            Event::WaitBegun { wait, branch, step, occurrence, from, awaits, clock, follow_up } => {
                self.stand_outside(*branch, at);
                // Where it waits for its list it has not begun.
                if !matches!(awaits, Awaits::List(_)) {
                    self.visit(step, *occurrence);
                }
                let waiting = Waiting {
                    branch: *branch,
                    step: step.clone(),
                    occurrence: *occurrence,
                    from: from.clone(),
                    awaits: awaits.clone(),
                    clock: clock.as_ref().map(|start| start.clock),
                    begun: at,
                    ended: None,
                };
                self.waits.insert(*wait, waiting);
                self.start_clock(ClockOn::Wait(*wait), clock.as_ref(), at);
                self.start_clock(ClockOn::FollowUp(FollowUp::Wait(*wait)), follow_up.as_ref(), at);
                if let Some(branch) = self.branches.get_mut(branch) {
                    branch.place = Place::Waiting(*wait);
                    branch.since = at;
                }
            }
            Event::WaitMoved { wait, clock, follow_up } => {
                let Some(waiting) = self.waits.get_mut(wait) else { return };
                let before = std::mem::replace(&mut waiting.clock, clock.as_ref().map(|start| start.clock));
                if let Some(before) = before.and_then(|n| self.clocks.get_mut(&n)) {
                    before.stop(at);
                }
                self.start_clock(ClockOn::Wait(*wait), clock.as_ref(), at);
                self.stop_follow_up(FollowUp::Wait(*wait), at);
                self.start_clock(ClockOn::FollowUp(FollowUp::Wait(*wait)), follow_up.as_ref(), at);
            }
            Event::WaitEnded { wait, .. } => {
                let Some(waiting) = self.waits.get_mut(wait) else { return };
                waiting.ended.get_or_insert(at);
                if let Some(clock) = waiting.clock.and_then(|n| self.clocks.get_mut(&n)) {
                    clock.stop(at);
                }
                self.stop_follow_up(FollowUp::Wait(*wait), at);
            }
            Event::MilestoneReached { title } => self.milestones.push((title.clone(), at)),
            _ => {}
        }
    }

    pub(super) fn apply_request(&mut self, event: &Event, at: Instant) {
        match event {
            Event::CaseRequested { request, process, instead, item, .. } => {
                self.requests.insert(*request, Request::Case { process: process.clone(), case: None });
                let Some(before) = *instead else { return };
                let instead = Awaits::Case(before);
                // One that nobody waited for is asked for anew, and stands for the one before.
                if !self.waits.values().any(|wait| wait.awaits == instead) {
                    self.requests.remove(&before);
                }
                let waits = self.waits.iter_mut().filter(|(_, wait)| wait.awaits == instead);
                for n in
                    waits.map(|(n, wait)| (*n, wait.awaits = Awaits::Case(*request)).0).collect::<Vec<_>>()
                {
                    self.stop_follow_up(FollowUp::Wait(n), at);
                    let branch = self.waits.get(&n).and_then(|wait| self.branches.get_mut(&wait.branch));
                    if let Some((branch, item)) = branch.zip(item.as_ref()) {
                        branch.item = Some(item.clone());
                    }
                }
            }
            Event::CaseLinked { request, case: started } => {
                if let Some(Request::Case { case, .. }) = self.requests.get_mut(request) {
                    *case = Some(Ok(*started));
                }
            }
            Event::CaseNotStarted { request, why } => {
                if let Some(Request::Case { case, .. }) = self.requests.get_mut(request) {
                    *case = Some(Err(why.clone()));
                }
            }
            Event::RunRequested { request, name } => {
                self.requests.insert(*request, Request::Run { name: name.clone(), ended: None });
            }
            Event::RunEnded { request, ok, output } => {
                if let Some(Request::Run { ended, .. }) = self.requests.get_mut(request) {
                    *ended = Some((*ok, output.clone()));
                }
            }
            Event::Reminded { people } => self.reminders.push((at, people.clone())),
            _ => {}
        }
    }

    /// The first branch of a case, and that of one that was reopened, stand nowhere until they come to a step.
    fn stand_outside(&mut self, branch: u32, at: Instant) {
        if branch > self.last_branch {
            self.last_branch = branch;
            let place = Place::Waiting(0);
            self.branches.insert(branch, Branch::outside(place, at));
        }
    }

    fn visit(&mut self, step: &Handle, occurrence: u32) {
        let visits = self.visits.entry(step.clone()).or_default();
        *visits = (*visits).max(occurrence);
    }

    /// The merged arrivals leave the join. The branch that goes on stands outside every split whose branches
    /// have all come together.
    fn join(
        &mut self,
        branch: u32,
        join: &Handle,
        merged: &[u32],
        (enough, within): (bool, bool),
        at: Instant,
    ) {
        let (met, waiting) = std::mem::take(&mut self.arrivals).into_iter().partition::<Vec<_>, _>(|a| {
            &a.join == join && (a.branch == branch || merged.contains(&a.branch))
        });
        self.arrivals = waiting;
        let Some(last) = met.iter().rfind(|a| a.branch == branch) else { return };
        let (mut scopes, mut line) = (last.scopes.clone(), last.line.clone());
        for other in &met {
            let shared = scopes.iter().zip(&other.scopes).take_while(|(a, b)| a == b).count();
            scopes.truncate(shared);
            let shared = line.iter().zip(&other.line).take_while(|(a, b)| a == b).count();
            line.truncate(shared);
        }
        let enough = enough.then(|| scopes.clone());
        if let Some(of) = &enough {
            self.enough.push((join.clone(), of.clone()));
            if !within {
                scopes.pop();
            }
        }
        while let Some(scope) = scopes.last() {
            let on_their_way = self.branches.values().map(|b| &b.scopes);
            if on_their_way.chain(self.arrivals.iter().map(|a| &a.scopes)).any(|other| other.contains(scope))
            {
                break;
            }
            scopes.pop();
        }
        self.joins += 1;
        line.truncate(scopes.len());
        // Some arms of a split have come together and others are still on their way: none of the arms.
        while line.len() < scopes.len() {
            line.push(u32::MAX - self.joins);
        }
        let place = last.place.clone();
        self.met.push(Met::new(self, line.clone(), met, enough));
        let joined = Branch { scopes, place, since: at, item: None, line, again: None };
        self.branches.insert(branch, joined);
    }
}
