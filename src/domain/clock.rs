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
use std::borrow::Cow;

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
    /// An offer that nobody has promised to answer by a time.
    Offer(HandoffId),
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
            ClockOn::Accept(handoff)
            | ClockOn::Decide(handoff)
            | ClockOn::FollowUp(FollowUp::Offer(handoff)) => case.handoffs.get(&handoff).map(|h| h.branch),
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
    pub recounted: Option<Recounted>,
}

/// Since when a clock is due when it is, where something other than time has moved that: urgency, another version of the
/// process, an edit of the calendar, a date that was agreed on. Nothing was missed of what would have come before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recounted {
    pub at: Instant,
    /// How many turns its rungs had had.
    pub fired: usize,
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
            recounted: None,
        }
    }

    /// Goes on with the ladder of the clock before it: its rungs have had the turns they had, and whoever heard above
    /// hears of it still. Those who were reminded of the offer before are asked no more.
    pub fn climb_on(&mut self, after: u32, before: &Clock) {
        let Clock { goal, until, started, .. } = *before;
        let first = before.climbs.clone().unwrap_or(Climbs { after, goal, until, started });
        self.climbs = Some(Climbs { after, ..first });
        self.recounted = before.recounted;
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
        // A date that came while it stood still is one that it is late for from now on.
        let came = |from: Instant| self.until.is_some_and(|until| from < until && until <= at);
        if self.stands_since().is_some_and(came) {
            self.recount(at);
        }
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
            // Nothing becomes late while it stands still, and what was late before is.
            Some(until) => Some(until).filter(|until| self.stands_since().is_none_or(|from| from >= *until)),
            None => calendar.due(self.started, self.goal, &self.pauses),
        }
    }

    /// Since when it is paused, while it is.
    fn stands_since(&self) -> Option<Instant> {
        self.pauses.last().filter(|pause| pause.to.is_none()).map(|pause| pause.from)
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
        let courses = self.courses(calendar, ladder, rungs);
        let turns = courses.iter().zip(0u32..).filter_map(|(course, n)| {
            let next = course.coming(calendar, ladder.1, self.had(n))?;
            Some(course.turn(calendar, next))
        });
        breach.into_iter().chain(turns).min()
    }

    /// The rungs whose turn has come by `now`, in order of time: of each the latest, which stands for those before it.
    pub fn turns_until(&self, calendar: &Calendar, rungs: &[Rung], now: Instant) -> Vec<Turn> {
        let ladder = self.ladder(calendar).filter(|_| self.is_open() && !self.is_paused());
        let Some(ladder) = ladder else { return Vec::new() };
        let mut turns = Vec::new();
        for (n, course) in (0u32..).zip(self.courses(calendar, ladder, rungs)) {
            let Some(first) = course.coming(calendar, ladder.1, self.had(n)) else { continue };
            let next = course.first_after(calendar, first, now);
            let Some(occurrence) = next.checked_sub(1).filter(|last| *last >= first) else { continue };
            let at = course.turn(calendar, occurrence);
            turns.push(Turn { at, rung: n, occurrence, missed: occurrence - first });
        }
        turns.sort();
        turns
    }

    /// For how long a turn that has come is due by `now`. None was before the clock was due when it is.
    pub fn missed_for(&self, turn: &Turn, now: Instant) -> Span {
        now - self.recounted.map_or(turn.at, |since| since.at.max(turn.at))
    }

    /// Whether any rung has a turn to come.
    pub fn has_turns_left(&self, calendar: &Calendar, rungs: &[Rung]) -> bool {
        let Some(ladder) = self.ladder(calendar) else { return true };
        let courses = self.courses(calendar, ladder, rungs);
        (0u32..).zip(courses).any(|(n, course)| course.coming(calendar, ladder.1, self.had(n)).is_some())
    }

    /// How high each rung stands: by when it first comes.
    pub fn heights(&self, calendar: &Calendar, rungs: &[Rung]) -> Vec<Instant> {
        let due = self.ladder(calendar).map_or(self.started, |(due, _)| due);
        rungs.iter().map(|rung| calendar.shift_running(due, rung.at, &self.pauses)).collect()
    }

    /// It is due at another instant from now on.
    pub fn recount(&mut self, at: Instant) {
        self.recounted = Some(Recounted { at, fired: self.fired.len() });
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
        had(&self.fired, rung)
    }

    /// How the turns of each rung lie. What would have come before the due instant was what it is comes once, when it became
    /// that: of what lies up to due, and where there is none of that, the first behind it. The others follow from
    /// there at their distances, as after a pause.
    fn courses<'c>(&'c self, calendar: &Calendar, (due, began): Ladder, rungs: &[Rung]) -> Vec<Course<'c>> {
        let plain = rungs.iter().map(|rung| Course {
            first: calendar.shift_running(due, rung.at, &self.pauses),
            every: rung.every,
            turns: rung.every.map_or(1, |_| rung.most.unwrap_or(u32::MAX)),
            pauses: Cow::Borrowed(&self.pauses),
        });
        let mut courses = plain.collect::<Vec<_>>();
        let Some(since) = self.recounted else { return courses };
        let before = self.fired.get(..since.fired).unwrap_or(&self.fired);
        let owed = courses.iter().zip(0u32..).map(|(course, n)| {
            let next = course.coming(calendar, began, had(before, n))?;
            Some(course.turn(calendar, next)).filter(|at| *at < since.at)
        });
        let owed = owed.collect::<Vec<_>>();
        let behind = match owed.iter().flatten().min() {
            Some(first) => (*first).max(due),
            None => return courses,
        };
        for ((course, rung), owed) in courses.iter_mut().zip(rungs).zip(owed) {
            let up_to_due = owed.filter(|at| *at <= due);
            let from = up_to_due.unwrap_or(behind);
            if from < since.at {
                course.pauses.to_mut().push(Pause { from, to: Some(since.at) });
            }
            if up_to_due.is_none() {
                course.first = calendar.shift_running(due, rung.at, &course.pauses);
            }
        }
        courses
    }
}

/// The instant the rungs of a ladder are counted from, and when it began.
type Ladder = (Instant, Instant);

/// How the turns of one rung lie.
struct Course<'c> {
    first: Instant,
    every: Option<Goal>,
    /// How many there are.
    turns: u32,
    /// What counts for none of them.
    pauses: Cow<'c, [Pause]>,
}

impl Course<'_> {
    /// The turn that comes next when `had` have been; `None` when there is no more. One that would come before the
    /// ladder even began is none.
    fn coming(&self, calendar: &Calendar, began: Instant, had: u32) -> Option<u32> {
        let next = self.first_after(calendar, had, began);
        (next < self.turns).then_some(next)
    }

    /// The first turn from `from` on that comes after an instant; how many there are in all when none does. Looks at few
    /// of them, so that years of minutes are as quick as an hour of them.
    fn first_after(&self, calendar: &Calendar, from: u32, at: Instant) -> u32 {
        let all = self.turns;
        let after = |occurrence: u32| self.turn(calendar, occurrence) > at;
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

    /// When it has its nth turn. Behind due the clock has to run: while it stands still no rung comes nearer.
    fn turn(&self, calendar: &Calendar, occurrence: u32) -> Instant {
        let Some(every) = self.every.filter(|_| occurrence > 0) else { return self.first };
        match every.count.checked_mul(i64::from(occurrence)) {
            Some(count) => calendar.shift_running(self.first, Goal { count, unit: every.unit }, &self.pauses),
            None => END,
        }
    }
}

/// How many turns of a rung are among these.
fn had(fired: &[Firing], rung: u32) -> u32 {
    fired.iter().filter(|f| f.rung == rung).map(|f| f.occurrence + 1).max().unwrap_or(0)
}
