//! A clock: a goal, a calendar version and a log of intervals. Due, margin and the next rung are computed
//! from them each time; none is stored and moved around. Does not know what time it is.

use super::business::{END, Pause};
use super::calendar::Calendar;
use super::case::Case;
use super::event::{ClockStart, Outcome};
use super::goal::Goal;
use super::id::{Handle, HandoffId, TaskId};
use super::instant::{Instant, Span};
use super::ladder::{ClockKind, Rung};
use serde::{Deserialize, Serialize};

/// What a clock of a case measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockOn {
    Accept(HandoffId),
    /// What was declined or recalled, until whoever sent it decides again.
    Decide(HandoffId),
    Work(TaskId),
    Case,
    /// How long a branch waits; it breaches nothing.
    Wait(u32),
    /// How long until somebody should look again; it breaches nothing.
    FollowUp(FollowUp),
}

/// What somebody should look at again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    /// Work in hand that waits.
    Task(TaskId),
    /// A branch that waits.
    Wait(u32),
    /// A pause of the case.
    Pause(u32),
}

impl ClockOn {
    /// The kind of clock, by which a process names its ladders.
    pub fn kind(self) -> ClockKind {
        match self {
            ClockOn::Accept(_) | ClockOn::Decide(_) => ClockKind::Accept,
            ClockOn::Work(_) => ClockKind::Goal,
            ClockOn::Case => ClockKind::Case,
            ClockOn::Wait(_) => ClockKind::Wait,
            ClockOn::FollowUp(_) => ClockKind::FollowUp,
        }
    }

    /// The branch whose work it measures; `None` for the whole case.
    pub fn branch(self, case: &Case) -> Option<u32> {
        match self {
            ClockOn::Accept(handoff) | ClockOn::Decide(handoff) => {
                case.handoffs.get(&handoff).map(|h| h.branch)
            }
            ClockOn::Work(task) | ClockOn::FollowUp(FollowUp::Task(task)) => {
                case.tasks.get(&task).map(|t| t.branch)
            }
            ClockOn::Wait(wait) | ClockOn::FollowUp(FollowUp::Wait(wait)) => {
                case.waits.get(&wait).map(|w| w.branch)
            }
            ClockOn::Case | ClockOn::FollowUp(FollowUp::Pause(_)) => None,
        }
    }
}

/// A rung that has had its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Firing {
    pub rung: u32,
    pub occurrence: u32,
    /// When it was written.
    pub at: Instant,
    pub outcome: Outcome,
    pub remind: Vec<Handle>,
    pub escalate: Vec<Handle>,
}

/// A rung whose turn has come or will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub at: Instant,
    pub rung: u32,
    pub occurrence: u32,
    /// How many turns of the same rung came before it, since it last had one: they count as had with it.
    pub missed: u32,
}

/// One running or finished clock of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    pub on: ClockOn,
    pub goal: Goal,
    pub calendar: Handle,
    pub calendar_version: u32,
    /// Due at this instant, whatever the goal.
    pub until: Option<Instant>,
    pub started: Instant,
    pub pauses: Vec<Pause>,
    pub stopped: Option<Instant>,
    /// Latched: stopping never clears it.
    pub breached: Option<Instant>,
    pub fired: Vec<Firing>,
    /// The ladder it goes on climbing, where a rung moved the offer.
    pub climbs: Option<Climbs>,
}

/// A ladder that goes on across the offers its own rungs make: its rungs come by the promise it began on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climbs {
    /// The clock before this one.
    pub after: u32,
    /// What the first clock of the ladder counts.
    pub goal: Goal,
    pub until: Option<Instant>,
    pub started: Instant,
}

impl Clock {
    /// A clock that begins to run at `started`.
    pub fn begin(on: ClockOn, start: &ClockStart, started: Instant) -> Clock {
        Clock {
            on,
            goal: start.goal,
            calendar: start.calendar.clone(),
            calendar_version: start.calendar_version,
            until: start.until,
            started,
            pauses: Vec::new(),
            stopped: None,
            breached: None,
            fired: Vec::new(),
            climbs: None,
        }
    }

    /// Goes on with the ladder of the clock before it: its rungs have had the turns they had, and whoever heard above
    /// hears of it still. Those who were reminded of the offer before are asked no more.
    pub fn climb_on(&mut self, after: u32, before: &Clock) {
        let Clock { goal, until, started, .. } = *before;
        let first = before.climbs.clone().unwrap_or(Climbs { after, goal, until, started });
        self.climbs = Some(Climbs { after, ..first });
        let had = before.fired.iter().cloned();
        self.fired = had.map(|firing| Firing { remind: Vec::new(), ..firing }).collect();
    }

    /// Whether it still counts or could count again.
    pub fn is_open(&self) -> bool {
        self.stopped.is_none()
    }

    /// Whether it is paused now.
    pub fn is_paused(&self) -> bool {
        self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// Begins a pause; one that is under way goes on.
    pub fn pause(&mut self, at: Instant) {
        if self.is_open() && !self.is_paused() {
            self.pauses.push(Pause { from: at, to: None });
        }
    }

    /// Ends the pause under way.
    pub fn resume(&mut self, at: Instant) {
        if let Some(pause) = self.pauses.last_mut() {
            pause.to.get_or_insert(at.max(pause.from));
        }
    }

    /// Stops for good.
    pub fn stop(&mut self, at: Instant) {
        self.resume(at);
        self.stopped.get_or_insert(at);
    }

    /// The earliest instant at which elapsed equals the goal; `None` while a pause keeps it from being known.
    pub fn due(&self, calendar: &Calendar) -> Option<Instant> {
        match self.until {
            Some(until) => Some(until),
            None => calendar.due(self.started, self.goal, &self.pauses),
        }
    }

    /// The instant its rungs are counted from, and when their ladder began.
    fn ladder(&self, calendar: &Calendar) -> Option<Ladder> {
        match &self.climbs {
            Some(first) => {
                let due = first.until.or_else(|| calendar.due(first.started, first.goal, &[]))?;
                Some((due, first.started))
            }
            None => Some((self.due(calendar)?, self.started)),
        }
    }

    /// The next instant at which something is to be noted: the breach, or the first rung that has not had its
    /// turn. `None` when the clock is stopped, paused, or has said all it has to say.
    pub fn next_at(&self, calendar: &Calendar, rungs: &[Rung]) -> Option<Instant> {
        if !self.is_open() || self.is_paused() {
            return None;
        }
        let due = self.due(calendar)?;
        if let ClockOn::Wait(_) = self.on {
            return Some(due);
        }
        // Breach is elapsed > goal, so the due instant itself is still in time.
        let breaches = self.breached.is_none() && self.on.kind().breaches();
        let breach = breaches.then_some(due + Span(1));
        let ladder = self.ladder(calendar)?;
        let turns = rungs.iter().zip(0u32..).filter_map(|(rung, n)| {
            let next = self.coming(calendar, ladder, rung, self.had(n))?;
            Some(self.turn(calendar, ladder.0, rung, next))
        });
        breach.into_iter().chain(turns).min()
    }

    /// The rungs whose turn has come by `now`, in order of time: of each the latest, which stands for those before it.
    pub fn turns_until(&self, calendar: &Calendar, rungs: &[Rung], now: Instant) -> Vec<Turn> {
        let ladder = self.ladder(calendar).filter(|_| self.is_open() && !self.is_paused());
        let Some(ladder) = ladder else { return Vec::new() };
        let mut turns = Vec::new();
        for (n, rung) in (0u32..).zip(rungs) {
            let Some(first) = self.coming(calendar, ladder, rung, self.had(n)) else { continue };
            let next = self.first_after(calendar, ladder.0, rung, first, now);
            let Some(occurrence) = next.checked_sub(1).filter(|last| *last >= first) else { continue };
            let at = self.turn(calendar, ladder.0, rung, occurrence);
            turns.push(Turn { at, rung: n, occurrence, missed: occurrence - first });
        }
        turns.sort();
        turns
    }

    /// Whether any rung has a turn to come.
    pub fn has_turns_left(&self, calendar: &Calendar, rungs: &[Rung]) -> bool {
        let Some(ladder) = self.ladder(calendar) else { return true };
        (0u32..).zip(rungs).any(|(n, rung)| self.coming(calendar, ladder, rung, self.had(n)).is_some())
    }

    /// How high each rung stands: by when it first comes.
    pub fn heights(&self, calendar: &Calendar, rungs: &[Rung]) -> Vec<Instant> {
        let due = self.ladder(calendar).map_or(self.started, |(due, _)| due);
        rungs.iter().map(|rung| calendar.shift_running(due, rung.at, &self.pauses)).collect()
    }

    /// Counts towards something else, on the same log.
    pub fn count_towards(&mut self, goal: Goal, calendar: Handle, calendar_version: u32) {
        self.goal = goal;
        self.calendar = calendar;
        self.calendar_version = calendar_version;
        if let Some(climbs) = &mut self.climbs {
            climbs.goal = goal;
        }
    }

    /// How many times a rung has had its turn.
    fn had(&self, rung: u32) -> u32 {
        self.fired.iter().filter(|f| f.rung == rung).map(|f| f.occurrence + 1).max().unwrap_or(0)
    }

    /// The turn that comes next when `had` have been; `None` when there is no more. One that would come before the
    /// ladder even began is none.
    fn coming(&self, calendar: &Calendar, (due, began): Ladder, rung: &Rung, had: u32) -> Option<u32> {
        let next = self.first_after(calendar, due, rung, had, began);
        (next < turns_of(rung)).then_some(next)
    }

    /// The first turn from `from` on that comes after an instant; how many there are in all when none does. Looks at few
    /// of them, so that years of minutes are as quick as an hour of them.
    fn first_after(&self, calendar: &Calendar, due: Instant, rung: &Rung, from: u32, at: Instant) -> u32 {
        let all = turns_of(rung);
        let after = |occurrence: u32| self.turn(calendar, due, rung, occurrence) > at;
        if from >= all || after(from) {
            return from.min(all);
        }
        let (mut low, mut step) = (from, 1u32);
        let mut high = loop {
            let next = low.saturating_add(step).min(all);
            if next == all || after(next) {
                break next;
            }
            (low, step) = (next, step.saturating_mul(2));
        };
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match after(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
        high
    }

    /// When a rung has its nth turn. Behind due the clock has to run: while it stands still no rung comes nearer.
    fn turn(&self, calendar: &Calendar, due: Instant, rung: &Rung, occurrence: u32) -> Instant {
        let first = calendar.shift_running(due, rung.at, &self.pauses);
        let Some(every) = rung.every.filter(|_| occurrence > 0) else { return first };
        match every.count.checked_mul(i64::from(occurrence)) {
            Some(count) => calendar.shift_running(first, Goal { count, unit: every.unit }, &self.pauses),
            None => END,
        }
    }
}

/// The instant the rungs of a ladder are counted from, and when it began.
type Ladder = (Instant, Instant);

/// How many turns a rung has.
fn turns_of(rung: &Rung) -> u32 {
    rung.every.map_or(1, |_| rung.most.unwrap_or(u32::MAX))
}
