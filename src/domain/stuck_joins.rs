//! Joins that wait: which branches of their set are missing, who has them, and which can no longer come. Continues
//! `stuck`.

use super::case::{Branch, Place};
use super::event::Event;
use super::id::Handle;
use super::instant::Instant;
use super::stuck::{Cause, Fix, Look, Missing, Stuck};
use super::urgency::Urgency;

impl Look<'_> {
    /// Joins that wait, with which of their set is missing and who has it.
    pub fn joins(&self) -> Vec<Stuck> {
        let mut joins = Vec::<(&Handle, &[u32])>::new();
        for arrival in &self.case.arrivals {
            let known = (&arrival.join, arrival.scopes.as_slice());
            if !joins.contains(&known) {
                joins.push(known);
            }
        }
        joins.into_iter().filter_map(|(join, scopes)| self.join(join, scopes)).collect()
    }

    fn join(&self, handle: &Handle, scopes: &[u32]) -> Option<Stuck> {
        let join = self.process.step(handle)?;
        let arrived = self.case.arrivals.iter().filter(|a| &a.join == handle && a.scopes == scopes);
        let arrived = arrived.collect::<Vec<_>>();
        let coming = self.case.branches.values().filter(|branch| branch.scopes.starts_with(scopes));
        let coming = coming.collect::<Vec<_>>();
        let mut missing = Vec::new();
        if join.each.is_some() {
            missing.extend(coming.iter().map(|branch| self.missing(branch)));
        }
        for source in join.join.iter().filter(|source| !arrived.iter().any(|a| a.from == **source)) {
            let on_the_way = coming.iter().filter(|branch| {
                let at = self.case.step_of(branch);
                at.is_some_and(|at| super::decide::leads_to(self.process, at, source, &[handle]))
            });
            let on_the_way = on_the_way.map(|branch| self.missing(branch)).collect::<Vec<_>>();
            let left_out = self.case.skipped.iter().any(|(scope, step)| {
                scopes.contains(scope) && super::decide::leads_to(self.process, step, source, &[handle])
            });
            if on_the_way.is_empty() && !left_out {
                missing.push(Missing {
                    step: self.title(source),
                    holder: None,
                    since: None,
                    due: None,
                    urgency: Urgency::Open,
                });
            }
            for one in on_the_way {
                if !missing.contains(&one) {
                    missing.push(one);
                }
            }
        }
        if missing.is_empty() {
            return None;
        }
        let here = arrived.iter().map(|arrival| self.title(&arrival.from)).collect();
        let since = self.since_arrived(handle).unwrap_or(self.case.touched);
        Some(Stuck {
            cause: Cause::Join { join: join.title.clone(), here, missing },
            branch: None,
            step: join.title.clone(),
            since,
            due: None,
            shut: None,
            fix: Fix::Note,
        })
    }

    fn missing(&self, branch: &Branch) -> Missing {
        let step = self.title_at(branch).unwrap_or_default();
        let holder = self.case.responsible(branch).cloned();
        let clock = match &branch.place {
            Place::Offered(id) => self.case.handoffs.get(id).and_then(|handoff| handoff.clock),
            Place::Task(id) => self.case.tasks.get(id).and_then(|task| task.clock),
            Place::Held(_) | Place::Waiting(_) => None,
        };
        let started = clock.and_then(|n| self.case.clocks.get(&n)).map(|clock| clock.started);
        let due = self.due(clock);
        let urgency = Urgency::of(self.now, started, due);
        Missing { step, holder, since: Some(branch.since), due, urgency }
    }

    fn since_arrived(&self, join: &Handle) -> Option<Instant> {
        let arrived = self.entries.iter().filter(|entry| match &entry.event {
            Event::BranchArrived { join: at, .. } => at == join,
            _ => false,
        });
        arrived.map(|entry| entry.at).next_back()
    }
}
