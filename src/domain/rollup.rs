//! The figures that are kept by day, so that a screen has them at once: what each case adds to them, and their
//! sums. A day is one of UTC and not of any zone, because a zone can be changed and what is kept cannot follow;
//! weeks of a zone are made of days, hours ignored. Lengths are kept as a distribution in steps of at most a
//! thirty-second, so that a percentile of any days put together is off by less than two in a hundred.

use super::case::{Case, CaseState, HandoffState, TaskState};
use super::id::{CaseId, Handle, TaskId};
use super::instant::{Instant, Span};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Steps within each doubling of a length, as a power of two.
const FINE: u32 = 5;

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
    /// Step, wait and work of each visit.
    pub visits: Vec<(Handle, Span, Span)>,
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

/// Finished work as far as its lengths need it.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    pub id: TaskId,
    pub step: &'a Handle,
    pub accepted: Instant,
    pub ended: Instant,
    pub waited: Span,
}

/// An offer that is over: its step, when it ended and when it began.
pub type Over<'a> = (&'a Handle, Instant, Instant);

/// Wait and work of each piece of work of one case, in the order it was accepted. Of a case that a log told,
/// all there is between two rows is a wait: a log shows no offers.
pub fn visits<'a>(
    logged: bool,
    mut works: Vec<Work<'a>>,
    mut offers: Vec<Over<'a>>,
) -> Vec<(Work<'a>, Span, Span)> {
    works.sort_by_key(|work| (work.accepted, work.id));
    let mut before = None::<Instant>;
    let visit = |work: Work<'a>| {
        let offered = match (logged, before) {
            (true, Some(before)) => (work.accepted - before).max(Span::ZERO),
            (true, None) => Span::ZERO,
            // For how long it was on offer before this acceptance, to everybody it was offered to.
            (false, _) => {
                let mut offered = Span::ZERO;
                offers.retain(|(step, ended, from)| {
                    let of_this = *step == work.step && *ended <= work.accepted;
                    if of_this {
                        offered = offered + (*ended - *from);
                    }
                    !of_this
                });
                offered
            }
        };
        before = Some(work.ended);
        (work, offered + work.waited, (work.ended - work.accepted - work.waited).max(Span::ZERO))
    };
    works.into_iter().map(visit).collect()
}

/// What a case adds. `due` is that of the whole case.
pub(super) fn measured(case: &Case, due: Option<Instant>) -> MeasuredRow {
    let ended = match &case.state {
        CaseState::Open => None,
        CaseState::Withdrawn { at, .. } => Some(Ended::Withdrawn(*at)),
        CaseState::Done { at, .. } => Some(Ended::Done(Box::new(worked(case, *at, due)))),
    };
    MeasuredRow {
        case: case.id,
        process: case.process.clone(),
        version: if case.migrated { 0 } else { case.version },
        started: case.started,
        ended,
    }
}

fn worked(case: &Case, at: Instant, due: Option<Instant>) -> Worked {
    // Free tasks are no steps of the process; two of them have nothing in common but their name.
    let tasks = || case.tasks.iter().filter(|(_, task)| case.free_title(&task.step).is_none());
    let work = tasks().filter_map(|(id, task)| match task.state {
        TaskState::Done { at } => Some(Work {
            id: *id,
            step: &task.step,
            accepted: task.accepted,
            ended: at,
            waited: task.waited(),
        }),
        _ => None,
    });
    let handoffs = || case.handoffs.values().filter(|handoff| case.free_title(&handoff.step).is_none());
    let logged = case.foreign.is_some();
    let over = handoffs().filter(|_| !logged);
    let over = over.filter_map(|handoff| Some((&handoff.step, handoff.state.ended()?, handoff.offered)));
    let visits = visits(logged, work.collect(), over.collect());
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
        visits: visits.into_iter().map(|(work, wait, took)| (work.step.clone(), wait, took)).collect(),
        returned: returned.map(|(_, task)| task.step.clone()).collect(),
        passes: passed.collect(),
    }
}

/// Lengths of time put together: their exact sum, and how many are of which size, in order. Lists and not maps:
/// an import holds some thousand days of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lengths {
    sum: i64,
    counts: Vec<(u32, i64)>,
}

impl Lengths {
    fn count(&mut self, length: Span, sign: i64) {
        self.sum += sign * length.0;
        self.more(size(length), sign);
    }

    /// Puts others to these.
    pub fn add(&mut self, other: &Lengths) {
        self.sum += other.sum;
        for (size, n) in &other.counts {
            self.more(*size, *n);
        }
    }

    fn more(&mut self, size: u32, n: i64) {
        match self.counts.binary_search_by_key(&size, |(size, _)| *size) {
            Ok(at) => match self.counts.get_mut(at) {
                Some((_, known)) if *known + n != 0 => *known += n,
                _ => {
                    self.counts.remove(at);
                }
            },
            Err(at) => self.counts.insert(at, (size, n)),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.sum == 0 && self.counts.is_empty()
    }

    pub fn n(&self) -> u64 {
        self.counts.iter().map(|(_, n)| n).sum::<i64>().unsigned_abs()
    }

    /// Exact.
    pub fn sum(&self) -> Span {
        Span(self.sum)
    }

    /// The length that so many of a hundred do not exceed, by nearest rank, off by less than two in a hundred;
    /// `None` of nothing.
    pub fn percentile(&self, percent: u64) -> Option<Span> {
        let rank = (self.n() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        let found = self.counts.iter().find(|(_, n)| {
            seen += n.unsigned_abs();
            seen >= rank
        });
        found.map(|(size, _)| middle(*size))
    }
}

/// Sizes of equal number are alike to one part in 32.
fn size(length: Span) -> u32 {
    let ms = length.0.max(0).unsigned_abs();
    if ms < 1 << FINE {
        return ms as u32;
    }
    let shift = ms.ilog2() - FINE;
    ((shift + 1) << FINE) + ((ms >> shift) as u32 - (1 << FINE))
}

fn middle(size: u32) -> Span {
    if size < 1 << FINE {
        return Span(i64::from(size));
    }
    let shift = ((size >> FINE) - 1).min(57);
    let least = ((1_i64 << FINE) + i64::from(size & ((1 << FINE) - 1))) << shift;
    Span(least + ((1_i64 << shift) - 1) / 2)
}

/// A day of a version of a process.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayKey {
    pub process: Handle,
    /// 0 for cases that have changed theirs.
    pub version: u32,
    /// Days of UTC since 1970.
    pub day: i64,
}

/// The sums of a day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DaySums {
    pub arrived: i64,
    pub withdrawn: i64,
    pub finished: i64,
    pub with_due: i64,
    pub on_time: i64,
    /// Of the cases that finished on the day, whenever their work was done.
    pub work: DayWork,
}

/// See [`DaySums::work`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DayWork {
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
    fn way(&mut self, from: Option<&Handle>) -> &mut WaySums {
        let at = self.from.binary_search_by(|(known, _)| known.as_ref().cmp(&from));
        let at = at.unwrap_or_else(|at| {
            self.from.insert(at, (from.cloned(), WaySums::default()));
            at
        });
        &mut self.from[at].1
    }
}

impl DaySums {
    pub fn is_empty(&self) -> bool {
        *self == DaySums::default()
    }

    /// Puts the sums of another day to these.
    pub fn add(&mut self, other: &DaySums) {
        self.arrived += other.arrived;
        self.withdrawn += other.withdrawn;
        self.finished += other.finished;
        self.with_due += other.with_due;
        self.on_time += other.on_time;
        self.work.add(&other.work);
    }
}

impl DayWork {
    pub fn is_empty(&self) -> bool {
        self.cycle.is_empty() && self.steps.is_empty()
    }

    /// Puts other work to this; what comes to nothing is not kept.
    pub fn add(&mut self, other: &DayWork) {
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

/// Sums by day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rollup {
    pub days: BTreeMap<DayKey, DaySums>,
}

impl Rollup {
    /// Counts a case in, or out again.
    pub fn count(&mut self, row: &MeasuredRow, out: bool) {
        let sign = if out { -1 } else { 1 };
        self.day(row, row.started).arrived += sign;
        match &row.ended {
            None => {}
            Some(Ended::Withdrawn(at)) => self.day(row, *at).withdrawn += sign,
            Some(Ended::Done(worked)) => {
                self.day(row, worked.at).count(worked, worked.at - row.started, sign)
            }
        }
    }

    fn day(&mut self, row: &MeasuredRow, at: Instant) -> &mut DaySums {
        let key = DayKey { process: row.process.clone(), version: row.version, day: day_of(at) };
        self.days.entry(key).or_default()
    }

    /// The days that are not the same in both.
    pub fn differing(&self, other: &Rollup) -> Vec<DayKey> {
        let (own, others) = (self.days.iter(), other.days.iter());
        let mut found = own.filter(|(key, sums)| other.days.get(key) != Some(sums)).map(|(key, _)| key);
        let missing = others.map(|(key, _)| key).filter(|key| !self.days.contains_key(key));
        found.by_ref().chain(missing).cloned().collect()
    }

    /// Forgets days that come to nothing.
    pub fn tidy(&mut self) {
        self.days.values_mut().for_each(|sums| sums.work.tidy());
        self.days.retain(|_, sums| !sums.is_empty());
    }
}

impl DaySums {
    fn count(&mut self, worked: &Worked, cycle: Span, sign: i64) {
        self.finished += sign;
        self.with_due += sign * i64::from(worked.on_time.is_some());
        self.on_time += sign * i64::from(worked.on_time == Some(true));
        self.work.cycle.count(cycle, sign);
        let steps = &mut self.work.steps;
        for (step, wait, work) in &worked.visits {
            let own = of(steps, step);
            own.wait.count(*wait, sign);
            own.work.count(*work, sign);
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

/// The day of UTC an instant is in.
pub fn day_of(at: Instant) -> i64 {
    at.0.div_euclid(Span::DAY.0)
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
            visits: vec![(h("a"), Span(length / 2), Span(length / 3)), (h("b"), Span(0), Span(length))],
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

    #[test]
    fn offers_before_an_acceptance_are_its_wait_and_of_a_log_the_time_between_rows() {
        let (a, b) = (h("a"), h("b"));
        let work = |id, step, accepted, ended, waited| Work {
            id: TaskId(id),
            step,
            accepted: Instant(accepted),
            ended: Instant(ended),
            waited: Span(waited),
        };
        let works = vec![work(2, &b, 50, 80, 10), work(1, &a, 10, 20, 0), work(3, &a, 100, 130, 0)];
        // Step a was declined once (2 to 5), then accepted (7 to 10); later again (90 to 100).
        let offers = vec![
            (&a, Instant(5), Instant(2)),
            (&a, Instant(10), Instant(7)),
            (&b, Instant(50), Instant(20)),
            (&a, Instant(100), Instant(90)),
        ];
        let of = |logged| {
            let visits = visits(logged, works.clone(), offers.clone());
            visits.iter().map(|(work, wait, took)| (work.id.0, wait.0, took.0)).collect::<Vec<_>>()
        };
        assert_eq!(of(false), [(1, 6, 10), (2, 40, 20), (3, 10, 30)]);
        assert_eq!(of(true), [(1, 0, 10), (2, 40, 20), (3, 20, 30)]);
    }

    proptest! {
        #[test]
        fn a_length_is_told_to_two_in_a_hundred(ms in prop_oneof![0..5_000_i64, 0..400_000_000_000_i64]) {
            let told = middle(size(Span(ms))).0;
            prop_assert!((told - ms).abs() * 64 <= ms, "{ms} is told as {told}");
            prop_assert!(size(Span(ms)) <= size(Span(ms + 1)));
        }

        #[test]
        fn percentiles_of_days_put_together_are_near_the_exact_ones(
            ms in prop::collection::vec(0..90_000_000_i64, 1..60), cut in 0..60_usize, percent in 1..=100_u64
        ) {
            let (mut all, mut one, mut sorted) = (Lengths::default(), Lengths::default(), ms.clone());
            ms.iter().take(cut).for_each(|ms| one.count(Span(*ms), 1));
            ms.iter().skip(cut).for_each(|ms| all.count(Span(*ms), 1));
            all.add(&one);
            sorted.sort();
            let exact = sorted[(ms.len() * percent as usize).div_ceil(100).max(1) - 1];
            let told = all.percentile(percent).unwrap().0;
            prop_assert!((told - exact).abs() * 64 <= exact, "{told} for {exact}");
            prop_assert_eq!((all.sum(), all.n()), (Span(ms.iter().sum()), ms.len() as u64));
        }

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
            let text = some.days.values().map(|sums| serde_json::to_string(&sums.work).unwrap());
            for (text, sums) in text.zip(some.days.values()) {
                prop_assert_eq!(&serde_json::from_str::<DayWork>(&text).unwrap(), &sums.work);
            }
        }
    }
}
