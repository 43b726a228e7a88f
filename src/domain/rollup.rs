//! The figures that are kept by week, so that a screen has them at once: what each case adds to them, and their
//! sums. A week is one of UTC and not of any zone, because a zone can be changed and what is kept cannot follow;
//! days would cost an import a third more. For the same reason a case ends when it ends, whatever a
//! process has for a rule of when it is finished.

use super::case::{Case, CaseState, HandoffState, TaskState};
use super::catalog::Catalog;
use super::id::{CaseId, Handle};
use super::instant::{Instant, Span};
use super::lengths::Lengths;
use super::visits::{Over, Visited, Work, is_outside, visits};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What one case adds. All of it is its key: whoever changes it takes the old one out and puts the new one in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MeasuredRow {
    pub case: CaseId,
    pub process: Handle,
    /// 0 where the case has changed its version: it tells nothing of either.
    pub version: u32,
    pub started: Instant,
    pub ended: Option<Ended>,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ended {
    Withdrawn(Instant),
    Done(Box<Worked>),
}

/// What was done in a finished case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Worked {
    pub at: Instant,
    /// `None` without a due instant.
    pub on_time: Option<bool>,
    /// Step, wait and work of each visit: done or sent back. Those outside do no work here.
    pub visits: Vec<(Handle, Span, Option<Span>)>,
    /// Steps whose work was sent back.
    pub returned: Vec<Handle>,
    pub passes: Vec<Passed>,
}

/// A handoff between two people that came to an end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Passed {
    pub from: Option<Handle>,
    pub step: Handle,
    pub accepted_in: Option<Span>,
    pub declined: bool,
}

/// What a case adds. `due` is that of the whole case.
pub(super) fn measured(case: &Case, due: Option<Instant>, catalog: &Catalog) -> MeasuredRow {
    let ended = match &case.state {
        CaseState::Open => None,
        CaseState::Withdrawn { at, .. } => Some(Ended::Withdrawn(*at)),
        CaseState::Done { at, .. } => Some(Ended::Done(Box::new(worked(case, *at, due, catalog)))),
    };
    MeasuredRow {
        case: case.id,
        process: case.process.clone(),
        version: if case.migrated { 0 } else { case.version },
        started: case.started,
        ended,
    }
}

fn worked(case: &Case, at: Instant, due: Option<Instant>, catalog: &Catalog) -> Worked {
    // Free tasks are no steps of the process; two of them have nothing in common but their name.
    let tasks = || case.tasks.iter().filter(|(_, task)| case.free_title(&task.step).is_none());
    let process = catalog.process(&case.process, case.version);
    let work = tasks().filter_map(|(id, task)| {
        Some(Work {
            id: *id,
            step: &task.step,
            accepted: task.accepted,
            ended: Some(task.ended()?),
            waited: task.waited(),
            worked: matches!(task.state, TaskState::Done { .. } | TaskState::Returned { .. }),
            outside: process.as_ref().and_then(|of| of.step(&task.step)).is_some_and(is_outside),
        })
    });
    let handoffs = || case.handoffs.values().filter(|handoff| case.free_title(&handoff.step).is_none());
    let over = handoffs().filter_map(|handoff| {
        let (from, offered) = (handoff.from_step.as_ref(), handoff.offered);
        let accepted = matches!(handoff.state, HandoffState::Accepted { .. });
        Some(Over { step: &handoff.step, from, offered, ended: handoff.state.ended()?, accepted })
    });
    let visits = visits(case.is_logged(), work.collect(), over);
    let passed = handoffs().filter_map(|handoff| {
        let (accepted_in, declined) = match &handoff.state {
            HandoffState::Accepted { at, implicit: false, .. } => (Some(*at - handoff.offered), false),
            HandoffState::Declined { .. } => (None, true),
            HandoffState::Recalled { .. } => (None, false),
            _ => return None,
        };
        Some(Passed { from: handoff.from_step.clone(), step: handoff.step.clone(), accepted_in, declined })
    });
    let returned = tasks().filter(|(_, task)| matches!(task.state, TaskState::Returned { .. }));
    Worked {
        at,
        on_time: due.map(|due| at <= due),
        visits: visits.iter().map(|visit| (visit.of.step.clone(), visit.wait, visit.work)).collect(),
        returned: returned.map(|(_, task)| task.step.clone()).collect(),
        passes: passed.collect(),
    }
}

/// A week of a version of a process.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeekKey {
    pub process: Handle,
    /// 0 for cases that have changed theirs.
    pub version: u32,
    /// The Monday it begins with, in days of UTC since 1970.
    pub week: i64,
}

/// The sums of a week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WeekSums {
    pub arrived: i64,
    pub withdrawn: i64,
    pub finished: i64,
    pub with_due: i64,
    pub on_time: i64,
    /// Of the cases that finished in the week, whenever their work was done.
    pub work: WeekWork,
}

/// See [`WeekSums::work`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WeekWork {
    pub cycle: Lengths,
    pub steps: BTreeMap<Handle, StepSums>,
}

/// The sums of a step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StepSums {
    pub wait: Lengths,
    pub work: Lengths,
    /// Work that was sent back.
    pub returned: i64,
    /// How it was handed over, by the step before; `None` at the start of a case. In order.
    pub from: Vec<(Option<Handle>, WaySums)>,
}

/// The sums of handoffs from one step into another.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WaySums {
    /// Accepted, declined or recalled.
    pub count: i64,
    pub declined: i64,
    pub accepted: Lengths,
}

impl StepSums {
    fn count(&mut self, wait: Span, work: Option<Span>, sign: i64) {
        self.wait.count(wait, sign);
        work.iter().for_each(|work| self.work.count(*work, sign));
    }

    fn way(&mut self, from: Option<&Handle>) -> &mut WaySums {
        let at = self.from.binary_search_by(|(known, _)| known.as_ref().cmp(&from));
        let at = at.unwrap_or_else(|at| {
            self.from.insert(at, (from.cloned(), WaySums::default()));
            at
        });
        &mut self.from[at].1
    }
}

impl WeekSums {
    pub fn is_empty(&self) -> bool {
        *self == WeekSums::default()
    }

    /// Puts the sums of another week to these.
    pub fn add(&mut self, other: &WeekSums) {
        self.arrived += other.arrived;
        self.withdrawn += other.withdrawn;
        self.finished += other.finished;
        self.with_due += other.with_due;
        self.on_time += other.on_time;
        self.work.add(&other.work);
    }
}

impl WeekWork {
    pub fn is_empty(&self) -> bool {
        self.cycle.is_empty() && self.steps.is_empty()
    }

    /// Puts other work to this; what comes to nothing is not kept.
    pub fn add(&mut self, other: &WeekWork) {
        self.cycle.add(&other.cycle);
        for (step, other) in &other.steps {
            let step = self.steps.entry(step.clone()).or_default();
            step.wait.add(&other.wait);
            step.work.add(&other.work);
            step.returned += other.returned;
            for (from, other) in &other.from {
                let way = step.way(from.as_ref());
                way.count += other.count;
                way.declined += other.declined;
                way.accepted.add(&other.accepted);
            }
        }
        self.tidy();
    }

    fn tidy(&mut self) {
        self.steps.values_mut().for_each(|step| step.from.retain(|(_, way)| *way != WaySums::default()));
        self.steps.retain(|_, step| *step != StepSums::default());
    }
}

/// Sums by week.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rollup {
    pub weeks: BTreeMap<WeekKey, WeekSums>,
}

impl Rollup {
    /// Counts a case in, or out again.
    pub fn count(&mut self, row: &MeasuredRow, out: bool) {
        let sign = if out { -1 } else { 1 };
        self.week(row, row.started).arrived += sign;
        match &row.ended {
            None => {}
            Some(Ended::Withdrawn(at)) => self.week(row, *at).withdrawn += sign,
            Some(Ended::Done(worked)) => {
                self.week(row, worked.at).count(worked, worked.at - row.started, sign)
            }
        }
    }

    /// Counts nothing but the waits and the work of a finished case in.
    pub fn count_visits(&mut self, key: WeekKey, visits: &[Visited<'_>]) {
        let steps = &mut self.weeks.entry(key).or_default().work.steps;
        for visit in visits {
            of(steps, visit.of.step).count(visit.wait, visit.work, 1);
        }
    }

    fn week(&mut self, row: &MeasuredRow, at: Instant) -> &mut WeekSums {
        let key = WeekKey { process: row.process.clone(), version: row.version, week: week_of(at) };
        self.weeks.entry(key).or_default()
    }

    /// The weeks that are not the same in both.
    pub fn differing(&self, other: &Rollup) -> Vec<WeekKey> {
        let (own, others) = (self.weeks.iter(), other.weeks.iter());
        let mut found = own.filter(|(key, sums)| other.weeks.get(key) != Some(sums)).map(|(key, _)| key);
        let missing = others.map(|(key, _)| key).filter(|key| !self.weeks.contains_key(key));
        found.by_ref().chain(missing).cloned().collect()
    }

    /// Forgets weeks that come to nothing.
    pub fn tidy(&mut self) {
        self.weeks.values_mut().for_each(|sums| sums.work.tidy());
        self.weeks.retain(|_, sums| !sums.is_empty());
    }
}

impl WeekSums {
    fn count(&mut self, worked: &Worked, cycle: Span, sign: i64) {
        self.finished += sign;
        self.with_due += sign * i64::from(worked.on_time.is_some());
        self.on_time += sign * i64::from(worked.on_time == Some(true));
        self.work.cycle.count(cycle, sign);
        let steps = &mut self.work.steps;
        for (step, wait, work) in &worked.visits {
            of(steps, step).count(*wait, *work, sign);
        }
        for step in &worked.returned {
            of(steps, step).returned += sign;
        }
        for pass in &worked.passes {
            let way = of(steps, &pass.step).way(pass.from.as_ref());
            way.count += sign;
            way.declined += sign * i64::from(pass.declined);
            if let Some(length) = pass.accepted_in {
                way.accepted.count(length, sign);
            }
        }
    }
}

fn of<'s>(steps: &'s mut BTreeMap<Handle, StepSums>, step: &Handle) -> &'s mut StepSums {
    steps.entry(step.clone()).or_default()
}

/// The Monday of the week of UTC an instant is in, in days since 1970, which began on a Thursday.
pub fn week_of(at: Instant) -> i64 {
    (at.0.div_euclid(Span::DAY.0) + 3).div_euclid(7) * 7 - 3
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn h(text: &str) -> Handle {
        text.parse().unwrap()
    }

    fn row(case: i64, started: i64, length: i64, version: u32) -> MeasuredRow {
        let worked = Worked {
            at: Instant(started + length),
            on_time: (length % 3 > 0).then_some(length % 3 == 1),
            visits: vec![(h("a"), Span(length / 2), Some(Span(length / 3))), (h("b"), Span(0), None)],
            returned: if length % 2 == 0 { vec![h("b")] } else { Vec::new() },
            passes: vec![Passed {
                from: (length % 5 > 0).then(|| h("a")),
                step: h("b"),
                accepted_in: (length % 7 > 0).then_some(Span(length / 4)),
                declined: length % 7 == 0,
            }],
        };
        let ended = match case % 4 {
            0 => None,
            1 => Some(Ended::Withdrawn(Instant(started + length))),
            _ => Some(Ended::Done(Box::new(worked))),
        };
        MeasuredRow { case: CaseId(case), process: h("p"), version, started: Instant(started), ended }
    }

    proptest! {
        /// Whatever is counted out leaves nothing behind, in any order.
        #[test]
        fn what_is_counted_out_again_was_never_there(
            rows in prop::collection::vec((0..9_i64, 0..300_000_000_i64, 0..300_000_000_i64, 0..3_u32), 1..20),
            kept in prop::collection::vec(any::<bool>(), 20),
        ) {
            let (mut all, mut some) = (Rollup::default(), Rollup::default());
            let rows = rows.iter().map(|(case, started, length, version)| row(*case, *started, *length, *version));
            let rows = rows.collect::<Vec<_>>();
            rows.iter().for_each(|row| all.count(row, false));
            for (row, kept) in rows.iter().zip(kept) {
                match kept {
                    true => some.count(row, false),
                    false => all.count(row, true),
                }
            }
            all.tidy();
            prop_assert_eq!(&all, &some);
            prop_assert_eq!(all.differing(&some), []);
            let text = some.weeks.values().map(|sums| serde_json::to_string(&sums.work).unwrap());
            for (text, sums) in text.zip(some.weeks.values()) {
                prop_assert_eq!(&serde_json::from_str::<WeekWork>(&text).unwrap(), &sums.work);
            }
        }
    }
}
