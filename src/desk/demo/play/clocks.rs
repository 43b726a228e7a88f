//! What time alone brings to the cases: at the very instants at which a desk that is always open would do its
//! chores.

use super::super::dice::Dice;
use super::{Act, Play};
use crate::desk::Error;
use crate::domain::case::Case;
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::command::{Command, Context};
use crate::domain::decide::rungs_of;
use crate::domain::event::{Actor, SubjectId};
use crate::domain::free::AD_HOC;
use crate::domain::ladder::ClockKind;
use crate::domain::{CaseId, Instant, Span};

impl Play<'_> {
    /// What time alone brings, and when to look again.
    pub(super) fn clocks(&mut self, at: Instant, case: CaseId) -> Result<(), Error> {
        match self.runs.get_mut(&case) {
            Some(run) if run.next == Some(at) => run.next = None,
            // The clock was stopped or paused meanwhile.
            _ => return Ok(()),
        }
        let op = match self.is_turn_of_work(at, case) {
            true => self.dice.op(at),
            // What came back draws from dice of its own, so that the company is the same as ever.
            false => Dice::new((at.0 ^ case.0) as u64).op(at),
        };
        let ctx = Context::of(Actor::Tick, at, op);
        let done = self.desk.execute(&Command::RunClocks { case }, &ctx)?;
        self.follow(at, case, &done.events)?;
        self.wind(at, case)
    }

    /// Whether a clock of a case has its turn beside those of what came back, and of what is asked for again.
    fn is_turn_of_work(&self, at: Instant, id: CaseId) -> bool {
        let (Some(run), Some(case)) = (self.runs.get(&id), self.case(id)) else { return false };
        let come = run.turns.iter().filter(|(_, (_, turn))| turn.is_some_and(|turn| turn <= at));
        let mut on = come.filter_map(|(n, _)| case.clocks.get(n)).filter(|clock| clock.is_open());
        on.any(|clock| match clock.on {
            ClockOn::Decide(_) => false,
            ClockOn::FollowUp(of) => {
                let step = match of {
                    FollowUp::Task(task) => case.tasks.get(&task).filter(|task| task.waiting().is_some()),
                    _ => None,
                };
                let step = step.map(|task| &task.step).or_else(|| match of {
                    FollowUp::Wait(wait) => case.waits.get(&wait).map(|wait| &wait.step),
                    _ => None,
                });
                let chased = step.and_then(|step| run.process.step(step)).is_some_and(|s| s.chase.is_some());
                let rungs = rungs_of(&run.process, case, clock.on);
                let looks = rungs.get(..1).and_then(|first| clock.next_at(&run.calendar, first));
                step.is_some() && (chased || clock.fired.is_empty()) && looks.is_some_and(|turn| turn <= at)
            }
            on => {
                let kind = on.kind();
                let named = run.process.ladders.iter().any(|ladder| ladder.on == kind);
                let beside = run.process.handle.as_str() == AD_HOC
                    || kind == ClockKind::Case && !run.process.ladders.is_empty();
                // That whoever answers for it hears where no ladder is named came later than the company.
                let breaches = clock.breached.is_none()
                    && clock.due(&run.calendar).is_some_and(|due| due + Span(1) <= at);
                named || !beside || breaches
            }
        })
    }

    pub(super) fn wind(&mut self, at: Instant, id: CaseId) -> Result<(), Error> {
        self.at_hand(id)?;
        let Some(case) = self.desk.kept.get(&SubjectId::Case(id)).and_then(|kept| kept.subject.case()) else {
            return Ok(());
        };
        let Some(run) = self.runs.get_mut(&id) else { return Ok(()) };
        let mut next = None::<Instant>;
        for (n, clock) in case.clocks.iter().filter(|(_, clock)| clock.is_open()) {
            let seen = (clock.pauses.len(), clock.is_paused(), clock.fired.len(), clock.breached.is_some());
            let turn = match run.turns.get(n) {
                Some((before, turn)) if *before == seen => *turn,
                _ => {
                    let turn = clock.next_at(&run.calendar, &rungs_of(&run.process, case, clock.on));
                    run.turns.insert(*n, (seen, turn));
                    turn
                }
            };
            next = next.into_iter().chain(turn).min();
        }
        // What is due now has just had its turn.
        let next = next.map(|next| next.max(at + Span(1)));
        if run.next != next {
            run.next = next;
            if let Some(next) = next {
                self.later(next, id, Act::Clocks);
            }
        }
        if case_is_over(self.case(id)) {
            self.runs.remove(&id);
            self.desk.settle_rows_of(SubjectId::Case(id))?;
        }
        Ok(())
    }
}

fn case_is_over(case: Option<&Case>) -> bool {
    case.is_some_and(|case| {
        case.branches.is_empty() && case.exceptions.values().all(|e| e.resolved.is_some())
    })
}
