//! What is arranged about work without moving it: somebody puts it out of their own list until a date, and a
//! date is agreed on. Holds what is asked for and what came of it; whether it may be is `decide::arrange`.

use super::case::{Case, CaseState};
use super::clock::{Clock, ClockOn, Firing};
use super::event::Event;
use super::id::{CaseId, Handle, TaskId};
use super::instant::Instant;
use super::party::Party;
use super::rows::{Row, SnoozeRow};

/// Putting a branch out of one's own list; `until` is when it comes back, `None` brings it back now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    pub case: CaseId,
    pub branch: u32,
    pub until: Option<Instant>,
}

/// Agreeing on another date for work in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreeDue {
    pub case: CaseId,
    pub task: TaskId,
    pub due: Instant,
    pub reason: String,
}

/// Sending work in hand back to an earlier step.
#[derive(Debug, Clone)]
pub struct SendBack {
    pub case: CaseId,
    pub task: TaskId,
    /// To this step; without it to what was done last before it.
    pub to: Option<Handle>,
    /// Which of the work done at that step, where it was done more than once; without it the newest.
    pub again: Option<TaskId>,
    pub reason: String,
    /// Items of that step's checklist that were not in order, counted from 0.
    pub items: Vec<u32>,
    /// Offer it to this party instead of whoever did it before.
    pub party: Option<Party>,
}

/// One branch out of one person's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snoozed {
    pub person: Handle,
    pub branch: u32,
    pub at: Instant,
    pub until: Instant,
}

impl Case {
    pub(super) fn apply_arranged(&mut self, event: &Event, at: Instant) {
        match event {
            Event::Snoozed { branch, person, until } => {
                self.snoozes.retain(|snoozed| (&snoozed.person, snoozed.branch) != (person, *branch));
                let snoozed = |until| Snoozed { person: person.clone(), branch: *branch, at, until };
                self.snoozes.extend(until.map(snoozed));
            }
            Event::DueAgreed { task, clock, .. } => {
                match self.clocks.get_mut(&clock.clock) {
                    Some(running) => {
                        running.until = clock.until;
                        running.recount(at);
                    }
                    None => self.start_clock(ClockOn::Work(*task), Some(clock), at),
                }
                if let Some(task) = self.tasks.get_mut(task) {
                    task.clock = Some(clock.clock);
                }
            }
            _ => {}
        }
    }

    /// What is out of whose list. Work that has moved since is a new thing, and back in it; so is what became late, and
    /// what its person was told of since.
    pub fn snoozed(&self) -> impl Iterator<Item = &Snoozed> {
        let open = self.state == CaseState::Open;
        let still = move |snoozed: &&Snoozed| {
            open && self.branches.get(&snoozed.branch).is_some_and(|branch| branch.since <= snoozed.at)
                && !self.promises_of(snoozed.branch).any(|clock| clock.speaks_up(snoozed))
        };
        self.snoozes.iter().filter(still)
    }

    /// The clocks that say when a branch is late: its own, and that of the case.
    pub(super) fn promises_of(&self, branch: u32) -> impl Iterator<Item = &Clock> {
        let of = move |clock: &&Clock| clock.on == ClockOn::Case || clock.on.branch(self) == Some(branch);
        self.clocks.values().filter(|clock| clock.is_open()).filter(of)
    }

    /// When a branch that was put away at an instant becomes late, and is back by that.
    pub(super) fn late_from(
        &self,
        branch: u32,
        away: Instant,
        due: &dyn Fn(&Clock) -> Option<Instant>,
    ) -> Option<Instant> {
        let breaches = self.promises_of(branch).filter(|clock| clock.on.kind().breaches());
        breaches.filter_map(due).filter(|due| *due > away).min()
    }

    pub(super) fn snooze_rows(&self, due: &dyn Fn(&Clock) -> Option<Instant>) -> impl Iterator<Item = Row> {
        self.snoozed().map(move |snoozed| {
            let late = self.late_from(snoozed.branch, snoozed.at, due);
            Row::Snooze(SnoozeRow {
                case: self.id,
                branch: snoozed.branch,
                person: snoozed.person.clone(),
                until: late.map_or(snoozed.until, |late| late.min(snoozed.until)),
            })
        })
    }
}

impl Clock {
    /// Whether it brings back what somebody put away: it ran out since, or told them something.
    fn speaks_up(&self, of: &Snoozed) -> bool {
        let told =
            |f: &Firing| f.at > of.at && f.remind.iter().chain(&f.escalate).any(|who| *who == of.person);
        self.breached.is_some_and(|due| due > of.at) || self.fired.iter().rev().any(told)
    }
}
