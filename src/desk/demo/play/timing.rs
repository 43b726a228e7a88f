//! When people act: mostly within what was promised and in the hours of the calendar, now and then late; some
//! decline, some think again, some wait.

use super::{Act, Play};
use crate::desk::Error;
use crate::desk::demo::DEMO_PERSON;
use crate::desk::demo::company::plain;
use crate::domain::calendar::Calendar;
use crate::domain::{CaseId, Goal, Handle, HandoffId, Instant, Party, Span, TaskId, Unit};

impl Play<'_> {
    /// When a case begins: at a time of day at which somebody is there.
    pub(super) fn first_instant(&mut self, n: usize) -> Result<Instant, Error> {
        let scene = self.scenes.get(n).cloned().ok_or(Error::Busy)?;
        if scene.stall.is_some() {
            return Ok(scene.start);
        }
        let process = self.process_of(scene.kind)?;
        let calendar = self.calendar_of(&process)?;
        let mut start = scene.start;
        for _ in 0..10 {
            let Some(opening) = calendar.next_opening(start) else { break };
            let begin = if opening == start { start } else { opening + self.minutes(4.0, 400.0) };
            if begin < self.now {
                return Ok(begin);
            }
            start = start - Span::DAY;
        }
        Ok(scene.start)
    }

    fn minutes(&mut self, low: f64, high: f64) -> Span {
        Span((self.dice.between(low, high) * 60_000.0) as i64)
    }

    /// So many minutes later, when somebody is there.
    pub(super) fn soon(&mut self, case: CaseId, at: Instant, low: f64, high: f64) -> Instant {
        let span = self.minutes(low, high);
        self.runs.get(&case).map_or(at + span, |run| open_time_later(&run.calendar, at, span))
    }

    /// After a share of what a goal allows.
    fn within(&mut self, case: CaseId, at: Instant, goal: Option<Goal>, share: f64) -> Instant {
        let jitter = Span(self.dice.below(60_000) as i64);
        let Some(run) = self.runs.get(&case) else { return at };
        let Some(goal) = goal else { return open_time_later(&run.calendar, at, Span::HOUR + jitter) };
        let span = Span((plain(goal).0 as f64 * share) as i64) + jitter;
        match goal.unit.is_business() {
            true => open_time_later(&run.calendar, at, span),
            false => run.calendar.next_opening(at + span).unwrap_or(at + span),
        }
    }

    /// Somebody was offered work: when do they answer, and what?
    #[allow(clippy::too_many_arguments)]
    pub(super) fn offered(
        &mut self,
        at: Instant,
        case: CaseId,
        handoff: HandoffId,
        step: &Handle,
        from: &Handle,
        to: &Party,
    ) -> Result<(), Error> {
        let Some(run) = self.runs.get(&case) else { return Ok(()) };
        let accept = run.process.step(step).and_then(|step| step.accept);
        let people = self.fit(case, step, to);
        let others = people.iter().filter(|person| *person != from).cloned().collect::<Vec<_>>();
        let by = self.dice.pick(if others.is_empty() { &people } else { &others }).cloned();
        let Some(by) = by else { return Ok(()) };
        // Most answer early in the time they have.
        let eager = self.dice.between(0.0, 1.0);
        let share = match self.dice.chance(7) {
            true => 1.1 + eager,
            false => 0.03 + 0.85 * eager * eager,
        };
        let when = self.within(case, at, accept, share);
        if self.runs.get(&case).is_some_and(|run| run.stall.is_some()) {
            self.offered_in_stall(at, when, case, handoff, step, from, &people, by);
            return Ok(());
        }
        let kind = self.kind(case).ok_or(Error::Busy)?;
        let fate = self.dice.below(100);
        // Whoever opens the demo was away for some days: they find something to accept.
        let theirs = people.iter().any(|person| person.as_str() == DEMO_PERSON);
        if theirs && at > self.now - Span::DAY.times(3) && when <= self.now && fate < 80 {
            let say = None;
            self.later(self.now + Span::HOUR, case, Act::Accept { handoff, by, say });
            return Ok(());
        }
        if fate < 5 && matches!(to, Party::Role(_)) {
            let then = people.iter().find(|person| **person != by).cloned();
            if let (Some(decline), Some(then)) = (self.dice.pick(&kind.declines), then) {
                let (reason, text) = (decline.code.clone(), decline.text.clone());
                self.later(when, case, Act::Decline { handoff, by, reason, text, then: Some(then) });
                return Ok(());
            }
        }
        if fate >= 98 {
            let sooner = self.soon(case, at, 5.0, 90.0).min(when);
            let reason = "One thing is missing; I offer it again when it is there.".to_string();
            self.later(sooner, case, Act::Recall { handoff, by: from.clone(), reason, again: true });
            return Ok(());
        }
        let say = match self.dice.chance(70) {
            true => self.dice.pick(&kind.next_actions).cloned(),
            false => None,
        };
        self.later(when, case, Act::Accept { handoff, by, say });
        Ok(())
    }

    /// Somebody has work in hand: when do they begin, and when are they done?
    pub(super) fn accepted(
        &mut self,
        at: Instant,
        case: CaseId,
        task: TaskId,
        by: &Handle,
    ) -> Result<(), Error> {
        let Some(step) = self.case(case).and_then(|case| Some(case.tasks.get(&task)?.step.clone())) else {
            return Ok(());
        };
        let Some(run) = self.runs.get(&case) else { return Ok(()) };
        let goal = run.process.step(&step).and_then(|step| step.goal);
        let share = match self.dice.chance(6) {
            true => self.dice.between(1.05, 1.5),
            false => self.dice.between(0.15, 0.75),
        };
        let finish = self.within(case, at, goal, share);
        if self.runs.get(&case).is_some_and(|run| run.stall.is_some()) {
            self.accepted_in_stall(at, finish, case, task, by, &step);
            return Ok(());
        }
        let into = self.dice.between(0.02, 0.35);
        let begin = self.within(case, at, goal, share * into).min(finish);
        self.later(begin, case, Act::Begin { task, by: by.clone(), finish });
        Ok(())
    }

    /// Work has begun and will be finished; some of it waits for a while in between.
    pub(super) fn plan_finish(
        &mut self,
        at: Instant,
        case: CaseId,
        task: TaskId,
        by: &Handle,
        finish: Instant,
    ) {
        if self.runs.get(&case).is_some_and(|run| run.stall.is_some()) {
            self.finish_in_stall(at, finish, case, task, by);
            return;
        }
        let long = finish - at > Span::HOUR.times(20);
        if long && self.dice.chance(15) {
            let third = Span((finish - at).0 / 3);
            let Some(run) = self.runs.get(&case) else { return };
            let from = run.calendar.next_opening(at + third).unwrap_or(at + third);
            let until = run.calendar.next_opening(from + third).unwrap_or(from + third);
            if from < until && until < finish {
                self.later(from, case, Act::Wait { task, by: by.clone(), until, reason: None });
            }
        }
        self.later(finish, case, Act::Finish { task, by: by.clone(), to: None, note: None });
    }
}

/// The instant after so much open time.
fn open_time_later(calendar: &Calendar, at: Instant, span: Span) -> Instant {
    let goal = Goal { count: (span.0 / 60_000).max(1), unit: Unit::BusinessMinute };
    let seconds = Span(span.0.rem_euclid(60_000));
    calendar.due(at, goal, &[]).map_or(at + span, |due| due + seconds)
}
