//! What moves the clocks of a case as a whole: pauses, follow-ups, reopening and another version of the process,
//! as their entries made it. Never refuses and never fails.

use super::business::Pause;
use super::case::{Case, CaseState, Met, TaskState};
use super::clock::{Clock, ClockOn, Firing, FollowUp};
use super::event::{Awaits, ClockMoved, ClockStart, Entry, Event, Outcome};
use super::id::{Handle, HandoffId, TaskId};
use super::instant::Instant;
use super::ladder::ClockKind;
use std::collections::BTreeMap;

/// A stretch in which the clock of the case did not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePause {
    pub from: Instant,
    pub to: Option<Instant>,
    pub reason: String,
    /// When to look again.
    pub until: Option<Instant>,
    /// Who asked for it, and looks at it again.
    pub by: Option<Handle>,
    /// The work that pauses it for as long as it is in hand.
    pub task: Option<TaskId>,
}

/// Rungs of a ladder that a clock has left behind count from here, so that they stand beside those of the ladder
/// it has now.
const LEFT_BEHIND: u32 = 10_000;

impl Case {
    /// The clock of the whole case: of its newest cycle.
    pub fn case_clock(&self) -> Option<(u32, &Clock)> {
        let mut clocks = self.clocks.iter().rev().filter(|(_, clock)| clock.on == ClockOn::Case);
        clocks.next().map(|(n, clock)| (*n, clock))
    }

    /// When it is due; `clock` says when a clock is. Reopening takes no broken promise back: once it is closed it was
    /// due when it first broke one.
    pub fn due(&self, clock: impl Fn(&Clock) -> Option<Instant>) -> Option<Instant> {
        let open = self.state == CaseState::Open;
        let broken = self.broken_before(&clock).filter(|_| !open);
        // What was promised the last time is no promise of this time.
        broken.or_else(|| clock(self.case_clock().filter(|(_, clock)| clock.is_open() || !open)?.1))
    }

    /// The first due instant that was broken in a time this case was open before the one it is or was open last.
    pub fn broken_before(&self, due: impl Fn(&Clock) -> Option<Instant>) -> Option<Instant> {
        let open = self.state == CaseState::Open;
        let newest = self.case_clock().filter(|(_, clock)| clock.is_open() || !open).map(|(n, _)| n);
        let earlier =
            self.clocks.iter().filter(|(n, clock)| clock.on == ClockOn::Case && Some(**n) != newest);
        earlier
            .filter_map(|(_, clock)| due(clock).filter(|due| clock.stopped.is_some_and(|at| at > *due)))
            .min()
    }

    /// The pauses under way, by number.
    pub fn paused(&self) -> impl Iterator<Item = (u32, &CasePause)> {
        self.pauses.iter().filter(|(_, pause)| pause.to.is_none()).map(|(n, pause)| (*n, pause))
    }

    /// Why the clock of the case was paused in this stretch.
    pub fn paused_for(&self, stretch: &Pause) -> Option<String> {
        // A clock that begins while the case is paused stands still from then on.
        let within = |pause: &&CasePause| {
            (pause.from >= stretch.from || pause.to.is_none_or(|to| to > stretch.from))
                && stretch.to.is_none_or(|to| pause.from < to || pause.from == stretch.from)
        };
        let reasons = self.pauses.values().filter(within).map(|pause| pause.reason.as_str());
        Some(reasons.collect::<Vec<_>>().join(", ")).filter(|reasons| !reasons.is_empty())
    }

    pub(super) fn start_clock(&mut self, on: ClockOn, start: Option<&ClockStart>, at: Instant) {
        if let Some(start) = start {
            let mut clock = Clock::begin(on, start, at);
            if let Some((after, before)) = start.climbs.and_then(|n| Some((n, self.clocks.get(&n)?))) {
                clock.climb_on(after, before);
            }
            self.clocks.insert(start.clock, clock);
        }
    }

    pub(super) fn apply_clocks(&mut self, entry: &Entry) {
        let at = entry.at;
        match &entry.event {
            Event::FollowUpCame { clock, occurrence, outcome, people, .. } => {
                let (occurrence, outcome, remind) = (*occurrence, *outcome, people.clone());
                let escalate = Vec::new();
                self.fire(*clock, None, Firing { rung: 0, occurrence, at, outcome, remind, escalate });
            }
            Event::ClockBegun { on, clock } => self.start_clock(*on, Some(clock), at),
            Event::CasePaused { pause, reason, until, task, follow_up } => {
                let (reason, by) = (reason.clone(), entry.actor.person().cloned());
                match self.pauses.get_mut(pause).filter(|before| before.to.is_none()) {
                    // Somebody looks at it again at another time: it has been paused since it was.
                    Some(before) => (before.reason, before.until, before.by) = (reason, *until, by),
                    None => {
                        let begun = CasePause { from: at, to: None, reason, until: *until, by, task: *task };
                        self.pauses.insert(*pause, begun);
                    }
                }
                self.stop_follow_up(FollowUp::Pause(*pause), at);
                self.each_case_clock(|clock| clock.pause(at));
                self.start_clock(ClockOn::FollowUp(FollowUp::Pause(*pause)), follow_up.as_ref(), at);
            }
            Event::CaseResumed { pause } => self.end_pause(*pause, at),
            Event::CaseReopened { cycle, clock, .. } => {
                self.state = CaseState::Open;
                self.cycle = *cycle;
                self.outcome = None;
                // What earlier branches did or left out says nothing about those to come.
                self.enough.clear();
                self.skipped.clear();
                self.met.clear();
                self.start_clock(ClockOn::Case, clock.as_ref(), at);
            }
            Event::CaseMigrated { to, map, clocks, closes, starts, checked, messages, .. } => {
                self.version = *to;
                self.migrated = true;
                self.rename_steps(map);
                for moved in clocks {
                    self.move_clock(moved, at);
                }
                for n in closes {
                    if let Some(clock) = self.clocks.get_mut(n) {
                        clock.stop(at);
                    }
                }
                for (on, start) in starts {
                    self.start_clock(*on, Some(start), at);
                    self.hold_clock(*on, start.clock, at);
                }
                for (task, items) in checked {
                    if let Some(task) = self.tasks.get_mut(task) {
                        task.checked = items.iter().copied().collect();
                    }
                }
                for (wait, message) in messages {
                    if let Some(wait) = self.waits.get_mut(wait) {
                        wait.awaits = Awaits::Message(message.clone());
                    }
                }
            }
            _ => {}
        }
    }

    /// Notes a rung that had its turn. One of the ladder of another version, which a migration taken back since
    /// left behind, is none of the ladder that is climbed now.
    pub(super) fn fire(&mut self, clock: u32, version: Option<u32>, mut firing: Firing) {
        let other = version.is_some_and(|version| version != self.version);
        // A rung of the very instant that moved the offer had its turn on the ladder that goes on.
        let n = clock;
        let goes_on = |clock: &Clock| clock.is_open() && clock.climbs.as_ref().is_some_and(|c| c.after == n);
        if self.clocks.get(&n).is_some_and(|clock| !clock.is_open()) {
            let had = Firing { remind: Vec::new(), ..firing.clone() };
            self.clocks.change(goes_on, |clock| clock.fired.push(had.clone()));
        }
        let Some(clock) = self.clocks.get_mut(&clock) else { return };
        if other {
            firing.rung = firing.rung.saturating_add(LEFT_BEHIND);
        }
        let taken =
            |rung: u32| clock.fired.iter().any(|f| (f.rung, f.occurrence) == (rung, firing.occurrence));
        // Where there is one version, each turn comes once; looking would make a long climb slow.
        while version.is_some() && taken(firing.rung) && firing.rung < u32::MAX {
            firing.rung = firing.rung.saturating_add(LEFT_BEHIND);
        }
        clock.fired.push(firing);
    }

    /// Pauses by work end with that work, whatever ended it; without a pause the clock counts.
    pub(super) fn settle_pauses(&mut self, at: Instant) {
        if self.pauses.is_empty() {
            return;
        }
        let in_hand = |task: &TaskId| self.tasks.get(task).is_some_and(|task| task.state == TaskState::Open);
        let over = self.paused().filter(|(_, pause)| pause.task.is_some_and(|task| !in_hand(&task)));
        for n in over.map(|(n, _)| n).collect::<Vec<_>>() {
            self.end_pause(n, at);
        }
    }

    /// The clock that runs until somebody looks at this again.
    pub(super) fn looked_at(&self, of: FollowUp) -> Option<u32> {
        let running = |clock: &Clock| clock.is_open() && clock.on == ClockOn::FollowUp(of);
        self.clocks.iter().find(|(_, clock)| running(clock)).map(|(n, _)| *n)
    }

    /// The clock that runs until whoever sent this decides again.
    pub fn decided_by(&self, of: HandoffId) -> Option<u32> {
        let running = |clock: &Clock| clock.is_open() && clock.on == ClockOn::Decide(of);
        self.clocks.iter().find(|(_, clock)| running(clock)).map(|(n, _)| *n)
    }

    pub(super) fn stop_follow_up(&mut self, of: FollowUp, at: Instant) {
        self.clocks.change(|clock| clock.on == ClockOn::FollowUp(of), |clock| clock.stop(at));
    }

    fn end_pause(&mut self, n: u32, at: Instant) {
        if let Some(pause) = self.pauses.get_mut(&n) {
            pause.to.get_or_insert(at.max(pause.from));
        }
        self.stop_follow_up(FollowUp::Pause(n), at);
        if self.paused().next().is_none() {
            self.each_case_clock(|clock| clock.resume(at));
        }
    }

    fn each_case_clock(&mut self, change: impl Fn(&mut Clock)) {
        self.clocks.change(|clock| clock.on == ClockOn::Case && clock.is_open(), change);
    }

    fn rename_steps(&mut self, map: &[(Handle, Handle)]) {
        let rename = |step: &mut Handle| {
            if let Some((_, to)) = map.iter().find(|(from, _)| from == step) {
                *step = to.clone();
            }
        };
        self.tasks.change(|_| true, |task| rename(&mut task.step));
        self.handoffs.change(
            |_| true,
            |handoff| {
                rename(&mut handoff.step);
                handoff.from_step.as_mut().map(rename);
            },
        );
        self.waits.values_mut().for_each(|wait| rename(&mut wait.step));
        let met = self.met.iter_mut().flat_map(Met::arrivals_mut);
        for arrival in self.arrivals.iter_mut().chain(met) {
            rename(&mut arrival.join);
            rename(&mut arrival.from);
        }
        self.enough.iter_mut().for_each(|(join, _)| rename(join));
        self.skipped.iter_mut().for_each(|(_, step)| rename(step));
        let mut visits = BTreeMap::<Handle, u32>::new();
        for (mut step, count) in std::mem::take(&mut self.visits) {
            rename(&mut step);
            let known = visits.entry(step).or_default();
            *known = (*known).max(count);
        }
        self.visits = visits;
    }

    fn move_clock(&mut self, moved: &ClockMoved, at: Instant) {
        let Some(clock) = self.clocks.get_mut(&moved.clock) else { return };
        let due_by = |clock: &Clock| (clock.goal, clock.calendar.clone(), clock.calendar_version);
        let before = due_by(clock);
        clock.count_towards(moved.goal, moved.calendar.clone(), moved.calendar_version);
        if let Some(passed) = &moved.passed {
            leave_behind(clock, passed, at);
        }
        if due_by(clock) != before {
            clock.recount(at);
        }
    }

    /// Lets what a new clock measures know it; it stands still where the old one would.
    fn hold_clock(&mut self, on: ClockOn, n: u32, at: Instant) {
        let stands = match on {
            ClockOn::Accept(handoff) => {
                if let Some(handoff) = self.handoffs.get_mut(&handoff) {
                    handoff.clock = Some(n);
                }
                false
            }
            ClockOn::Work(task) => match self.tasks.get_mut(&task) {
                Some(task) => {
                    task.clock = Some(n);
                    task.waiting().is_some()
                }
                None => false,
            },
            ClockOn::Wait(wait) => {
                if let Some(wait) = self.waits.get_mut(&wait) {
                    wait.clock = Some(n);
                }
                false
            }
            ClockOn::Case => self.paused().next().is_some(),
            ClockOn::Decide(_) | ClockOn::FollowUp(_) => false,
        };
        if let Some(clock) = self.clocks.get_mut(&n).filter(|_| stands) {
            clock.pause(at);
        }
    }
}

/// The rungs of another ladder have had no turn but those that passed before it was one.
fn leave_behind(clock: &mut Clock, passed: &[(u32, u32)], at: Instant) {
    for firing in &mut clock.fired {
        firing.rung = firing.rung.saturating_add(LEFT_BEHIND);
    }
    clock.fired.extend(passed.iter().map(|(rung, occurrence)| Firing {
        rung: *rung,
        occurrence: *occurrence,
        at,
        outcome: Outcome::Superseded,
        remind: Vec::new(),
        escalate: Vec::new(),
    }));
}

impl ClockKind {
    /// Whether running out of it is late.
    pub(super) fn breaches(self) -> bool {
        !matches!(self, ClockKind::Wait | ClockKind::FollowUp)
    }
}
