//! What people do next because of what has just happened: offers to answer, work to begin, votes to give, and the
//! cases that other cases start. When they do it is `timing`.

use super::super::DEMO_CASES;
use super::{Act, Play, Run};
use crate::desk::Error;
use crate::domain::case::{Case, HandoffState, Request};
use crate::domain::decide::decision::voting_role;
use crate::domain::decide::duties;
use crate::domain::event::{Event, ExceptionKind, SubjectId};
use crate::domain::field::show;
use crate::domain::process::StepKind;
use crate::domain::{CaseId, Handle, Instant, Party, TaskId};
use std::collections::{BTreeMap, BTreeSet};

impl Play<'_> {
    pub(super) fn follow(&mut self, at: Instant, case: CaseId, events: &[Event]) -> Result<(), Error> {
        let taken = events.iter().filter_map(|event| match event {
            Event::HandoffAccepted { handoff, .. } => Some(*handoff),
            _ => None,
        });
        let taken = taken.collect::<BTreeSet<_>>();
        for event in events {
            match event {
                Event::HandoffOffered { handoff, step, from, to, .. } if !taken.contains(handoff) => {
                    self.offered(at, case, *handoff, step, from, to)?;
                }
                Event::HandoffAccepted { task, by, .. } => self.accepted(at, case, *task, by)?,
                Event::VoteCast { task, .. } => self.next_vote(at, case, *task),
                Event::ExceptionOpened { exception, kind: ExceptionKind::SentAnyway, to, .. } => {
                    let stalls = self.runs.get(&case).is_some_and(|run| run.stall.is_some());
                    if let Some(by) = to.first().cloned().filter(|_| !stalls) {
                        let days = self.dice.between(0.2, 4.0);
                        let at = self.soon(case, at, 480.0 * days, 480.0 * days + 200.0);
                        self.later(at, case, Act::Resolve { exception: *exception, by });
                    }
                }
                Event::CaseDone { .. } => self.adopt(at, case)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Cases that a rule has started go on like any other.
    fn adopt(&mut self, at: Instant, parent: CaseId) -> Result<(), Error> {
        let asked = self.case(parent).map(|case| case.requests.values().cloned().collect::<Vec<_>>());
        for request in asked.unwrap_or_default() {
            let Request::Case { case: Some(Ok(id)), .. } = request else { continue };
            self.desk.load(SubjectId::Case(id))?;
            let Some(case) = self.case(id).cloned() else { continue };
            let Some(kind) = self.company.process.iter().position(|kind| kind.process == case.process) else {
                continue;
            };
            let process = self.process_of(kind)?;
            let run = Run {
                kind,
                record: self.records.iter().position(|(record, _)| Some(*record) == case.about),
                stall: None,
                calendar: self.calendar_of(&process)?,
                process,
                data: case.data.iter().map(|(name, value)| (name.clone(), show(value))).collect(),
                arrived: false,
                turns: BTreeMap::new(),
                next: None,
            };
            self.runs.insert(id, run);
            for (handoff, offer) in case.handoffs.iter().filter(|(_, h)| h.state == HandoffState::Offered) {
                self.offered(at, id, *handoff, &offer.step, &offer.from, &offer.to)?;
            }
            self.wind(at, id)?;
        }
        Ok(())
    }

    /// Those of a party who may do a step, after what they did before.
    pub(super) fn fit(&self, case: CaseId, step: &Handle, to: &Party) -> Vec<Handle> {
        let mut people = self.people(to);
        let run = self.runs.get(&case);
        let step = run.and_then(|run| run.process.step(step)).filter(|step| !step.not_by.is_empty());
        if let (Some(run), Some(step), Some(case)) = (run, step, self.case(case)) {
            people.retain(|person| duties::may_act(case, &run.process, step, person, None).is_ok());
        }
        people
    }

    /// One of those who have yet to vote, where more votes are needed.
    fn next_vote(&mut self, at: Instant, id: CaseId, task: TaskId) {
        if self.runs.get(&id).is_some_and(|run| run.stall.is_some()) {
            return;
        }
        let Some(case) = self.case(id) else { return };
        let Some(open) = case.tasks.get(&task).filter(|task| task.ended().is_none()) else { return };
        let Some(step) = self.runs.get(&id).and_then(|run| run.process.step(&open.step)) else { return };
        let Some(offer) = case.handoffs.get(&open.handoff) else { return };
        // In the company that the documentation shows, a decision that came to one of several after a decline waits
        // for the others; in a large one such cases would gather by the thousand, so that there they vote.
        let waits = self.scenes.len() <= DEMO_CASES;
        let role = voting_role(case, step, open).filter(|_| !waits).cloned().map(Party::Role);
        let yet = self.fit(id, &open.step, role.as_ref().unwrap_or(&offer.to)).into_iter();
        let yet = yet.filter(|person| !open.votes.iter().any(|vote| vote.is_of(person))).collect::<Vec<_>>();
        if let Some(by) = self.dice.pick(&yet).cloned() {
            let at = self.soon(id, at, 10.0, 300.0);
            self.later(at, id, Act::Finish { task, by, to: None, note: None });
        }
    }

    /// Whether it is still there to be finished by this person: votes may have ended it.
    pub(super) fn may_finish(&self, case: CaseId, task: TaskId, by: &Handle) -> bool {
        let open = |case: &Case| case.tasks.get(&task).is_some_and(|task| task.ended().is_none());
        let voted = |case: &Case| {
            let several = |step: &Handle| {
                let step = self.runs.get(&case.id).and_then(|run| run.process.step(step));
                step.is_some_and(|step| matches!(step.kind, StepKind::Decision { quorum: Some(_) }))
            };
            let task = case.tasks.get(&task);
            task.is_some_and(|task| several(&task.step) && task.votes.iter().any(|vote| vote.is_of(by)))
        };
        self.case(case).is_some_and(|case| open(case) && !voted(case))
    }
}
