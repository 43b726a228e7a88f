//! A clock: a goal, a calendar version and a log of intervals. Due, margin and the next rung are computed
//! from them each time; none is stored and moved around. Does not know what time it is.

use super::business::Pause;
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

/// How many turns of one rung are looked at together: after a long sleep a rung that repeats every minute
/// is caught up with in several goes.
const AT_ONCE: usize = 1000;

/// A rung whose turn has come or will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    pub at: Instant,
    pub rung: u32,
    pub occurrence: u32,
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
    fn ladder(&self, calendar: &Calendar) -> Option<(Instant, Instant)> {
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
        let turns =
            (0u32..).zip(rungs).filter_map(|(n, rung)| self.turn(calendar, ladder, n, rung, self.had(n)));
        breach.into_iter().chain(turns.map(|turn| turn.at)).min()
    }

    /// The rungs whose turn has come by `now`, in order of time, and of which of them there are more turns: no more
    /// than `AT_ONCE` of each are looked at.
    pub fn turns_until(&self, calendar: &Calendar, rungs: &[Rung], now: Instant) -> (Vec<Turn>, Vec<u32>) {
        let (mut turns, mut more) = (Vec::new(), Vec::new());
        let ladder = self.ladder(calendar).filter(|_| self.is_open() && !self.is_paused());
        let Some(ladder) = ladder else { return (turns, more) };
        for (n, rung) in (0u32..).zip(rungs) {
            let had = self.had(n);
            let coming = (had..).map_while(|occurrence| self.turn(calendar, ladder, n, rung, occurrence));
            let mut come = coming.take_while(|turn| turn.at <= now);
            turns.extend(come.by_ref().take(AT_ONCE));
            more.extend(come.next().map(|_| n));
        }
        turns.sort();
        (turns, more)
    }

    /// Whether any rung has a turn to come.
    pub fn has_turns_left(&self, calendar: &Calendar, rungs: &[Rung]) -> bool {
        let Some(ladder) = self.ladder(calendar) else { return true };
        (0u32..).zip(rungs).any(|(n, rung)| self.turn(calendar, ladder, n, rung, self.had(n)).is_some())
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

    /// When a rung has its nth turn; `None` when it has no such turn. A reminder that would come before the ladder even
    /// began is none. Behind due the clock has to run: while it stands still no rung comes nearer.
    fn turn(
        &self,
        calendar: &Calendar,
        (due, began): (Instant, Instant),
        n: u32,
        rung: &Rung,
        occurrence: u32,
    ) -> Option<Turn> {
        let first = calendar.shift_running(due, rung.at, &self.pauses);
        let at = match (occurrence, rung.every) {
            (0, _) => first,
            (_, None) => return None,
            (times, Some(every)) if times < rung.most.unwrap_or(u32::MAX) => {
                let by = Goal { count: every.count.checked_mul(i64::from(times))?, unit: every.unit };
                calendar.shift_running(first, by, &self.pauses)
            }
            _ => return None,
        };
        (at > began).then_some(Turn { at, rung: n, occurrence })
    }
}
