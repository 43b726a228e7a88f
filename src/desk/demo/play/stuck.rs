//! The cases that are stuck today: each runs like any other up to a point that is reached at a given instant,
//! and stays there. Every other branch goes on to its join and waits.

use super::{Act, Play};
use crate::desk::demo::company::{Stuck, plain};
use crate::domain::command::AboutRecord;
use crate::domain::decide::{Way, way_on};
use crate::domain::process::{Go, Step};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, Span, TaskId};

impl Play<'_> {
    /// When the step a stall is about is offered.
    fn offer_at(&self, case: CaseId) -> Option<Instant> {
        let run = self.runs.get(&case)?;
        let stall = self.stall(run.stall)?;
        let state = self.now - stall.since();
        let before = match stall.kind {
            Stuck::NotAccepted | Stuck::RoleNobody => Span::ZERO,
            _ => {
                let accept =
                    run.process.step(&stall.step).and_then(|step| step.accept).map_or(Span::HOUR, plain);
                Span((accept.0 * 6 / 10).min((stall.age() - stall.since()).0 / 6))
            }
        };
        Some(state - before)
    }

    /// A little later, and in any case before the end: half of what is left remains for what comes after.
    fn hurry(&mut self, case: CaseId, at: Instant, end: Instant, share: f64) -> Instant {
        let left = (end - at).0.max(0) as f64;
        let then = at + Span((left * share) as i64);
        let opening = self.runs.get(&case).and_then(|run| run.calendar.next_opening(then));
        match opening {
            Some(opening) if opening < at + Span((left * 0.5) as i64) => opening,
            _ => then,
        }
    }

    #[allow(clippy::too_many_arguments)]
    pub(super) fn offered_in_stall(
        &mut self,
        at: Instant,
        usual: Instant,
        case: CaseId,
        handoff: HandoffId,
        step: &Handle,
        from: &Handle,
        people: &[Handle],
        by: Handle,
    ) {
        let Some(run) = self.runs.get_mut(&case) else { return };
        let Some(stall) = run.stall.and_then(|n| self.company.stall.get(n)) else { return };
        let state = self.now - stall.since();
        if step == &stall.step && !run.arrived {
            run.arrived = true;
            let text = stall.said.clone();
            match stall.kind {
                Stuck::NotAccepted | Stuck::RoleNobody => {}
                Stuck::DeclinedLeft => {
                    let reason = stall.code.clone().unwrap_or(crate::domain::event::DeclineReason::Other);
                    let by = stall.to.person().cloned().unwrap_or(by);
                    self.later(state, case, Act::Decline { handoff, by, reason, text, then: None });
                }
                Stuck::Recalled => {
                    let by = from.clone();
                    self.later(state, case, Act::Recall { handoff, by, reason: text, again: false });
                }
                Stuck::Delegated | Stuck::Paused | Stuck::Voting => {
                    let by = stall.holder.person().cloned().unwrap_or(by);
                    self.later(state, case, Act::Accept { handoff, by, say: None });
                }
                Stuck::NotStarted
                | Stuck::Begun
                | Stuck::OverdueWork
                | Stuck::WaitingBranch
                | Stuck::CaseLate => {
                    let by = stall.holder.person().cloned().unwrap_or(by);
                    self.later(state, case, Act::Accept { handoff, by, say: Some(text) });
                }
            }
            return;
        }
        let arrived = run.arrived;
        // Whoever hands the stalled step over has to hold the one before it.
        let sender = stall.from.person().filter(|sender| !arrived && people.contains(sender));
        let by = sender.cloned().unwrap_or(by);
        let when = match (arrived, self.offer_at(case)) {
            (false, Some(end)) => self.hurry(case, at, end, 0.12),
            _ => {
                let end = self.now;
                self.hurry(case, at, end, 0.2).min(usual)
            }
        };
        self.later(when, case, Act::Accept { handoff, by, say: None });
    }

    pub(super) fn accepted_in_stall(
        &mut self,
        at: Instant,
        usual: Instant,
        case: CaseId,
        task: TaskId,
        by: &Handle,
        step: &Handle,
    ) {
        let Some(run) = self.runs.get(&case) else { return };
        let Some(stall) = self.stall(run.stall) else { return };
        let arrived = run.arrived;
        let by = by.clone();
        if arrived && step == &stall.step {
            if stall.kind != Stuck::NotStarted {
                let end = self.now;
                let begin = self.hurry(case, at, end, 0.02);
                self.later(begin, case, Act::BeginOnly { task, by: by.clone() });
                let then = self.hurry(case, begin, end, 0.1);
                let said = stall.said.clone();
                match (stall.kind, stall.with.as_ref().and_then(Party::person)) {
                    (Stuck::Delegated, Some(to)) => {
                        self.later(then, case, Act::Delegate { task, by, to: to.clone(), note: said });
                    }
                    (Stuck::Paused, _) => {
                        let until = self.now + Span::DAY.times(3);
                        self.later(then, case, Act::Wait { task, by, until, reason: Some(said) });
                    }
                    (Stuck::Voting, _) => {
                        self.later(then, case, Act::Finish { task, by, to: None, note: None });
                    }
                    _ => {}
                }
            }
            return;
        }
        let end = if arrived { Some(self.now) } else { self.offer_at(case) };
        let end = end.unwrap_or(self.now);
        let begin = self.hurry(case, at, end, 0.08);
        let finish = self.hurry(case, begin, end, 0.25);
        let finish = if arrived { finish.min(usual.max(begin)) } else { finish };
        self.later(begin, case, Act::Begin { task, by, finish });
    }

    /// The step before the stalled one is finished at the very instant the stall says; others when they are.
    pub(super) fn finish_in_stall(
        &mut self,
        at: Instant,
        finish: Instant,
        case: CaseId,
        task: TaskId,
        by: &Handle,
    ) {
        let by = by.clone();
        let targets = self.targets(at, case, task).unwrap_or_default();
        let stall = self.runs.get(&case).and_then(|run| self.stall(run.stall));
        let leads = stall.filter(|stall| targets.contains(&stall.step));
        let (Some(stall), Some(end)) = (leads, self.offer_at(case)) else {
            self.later(finish, case, Act::Finish { task, by, to: None, note: None });
            return;
        };
        let to: Option<Party> = (targets.len() == 1).then(|| stall.to.clone());
        let note = matches!(stall.kind, Stuck::NotAccepted | Stuck::RoleNobody).then(|| stall.said.clone());
        self.later(end, case, Act::Finish { task, by, to, note });
    }

    /// Why the stalled step was handed over with something missing, where it was.
    pub(super) fn missing(&self, id: CaseId, step: &Step) -> Option<String> {
        let run = self.runs.get(&id)?;
        let stall = self.stall(run.stall)?;
        let leads = step.next.iter().any(|arm| match &arm.go {
            Go::To(targets) => targets.contains(&stall.step),
            Go::End(_) => false,
        });
        stall.missing.clone().filter(|_| leads && !run.arrived)
    }

    /// Where the case would go from this task with what will be filled in.
    fn targets(&self, at: Instant, id: CaseId, task: TaskId) -> Option<Vec<Handle>> {
        let run = self.runs.get(&id)?;
        let case = self.case(id)?;
        let step = run.process.step(&case.tasks.get(&task)?.step)?;
        let drawn = self.draw(at, id, step, &mut self.dice.clone())?;
        let mut after = case.clone();
        for (name, text) in drawn {
            let field = run.process.field(&name)?;
            after.data.insert(name.clone(), field.kind.read(&name, &text, &self.company.currency).ok()?);
        }
        let outcome = step.outcomes().first().copied();
        match way_on(&run.process, &after, &AboutRecord::default(), step, outcome).ok()? {
            Way::To { targets, .. } => Some(targets),
            Way::End(_) => None,
        }
    }
}
