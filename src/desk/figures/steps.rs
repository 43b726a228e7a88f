//! Visits put together by step. Reads nothing.

use super::finished::FinishedWork;
use super::measure::Visit;
use super::{StepFigures, distinct, part, titled};
use crate::domain::catalog::Catalog;
use crate::domain::metrics::Stat;
use crate::domain::process::Process;
use crate::domain::{Handle, Total};
use std::collections::BTreeMap;

pub(super) type ByStep<'v> = BTreeMap<Handle, Vec<&'v Visit>>;

/// The visits of each step.
pub(super) fn by_step<'v>(work: &FinishedWork, visits: &'v [Visit]) -> ByStep<'v> {
    let mut by_number = vec![Vec::new(); work.steps.iter().count()];
    for visit in visits {
        if let Some(own) = by_number.get_mut(visit.step as usize) {
            own.push(visit);
        }
    }
    let named = work.steps.iter().cloned().zip(by_number);
    named.filter(|(_, visits)| !visits.is_empty()).collect()
}

/// The figures of each step, beside those of the period before.
pub(super) fn steps(
    process: &Process,
    catalog: &Catalog,
    visits: &ByStep<'_>,
    before: &ByStep<'_>,
) -> Vec<StepFigures> {
    let mut order = process.steps.iter().map(|step| step.handle.clone()).collect::<Vec<_>>();
    order.extend(visits.keys().filter(|step| process.step(step).is_none()).cloned());
    let all = visits.values().flatten().map(|visit| visit.total()).sum::<Total>();
    let of = |visits: &[&Visit]| {
        let wait = Stat::of(visits.iter().map(|visit| visit.wait).collect());
        (wait, Stat::of(visits.iter().filter_map(|visit| visit.work).collect()))
    };
    let middle =
        |(wait, work): &(Stat, Stat)| Some(wait.median_span()? + work.median_span().unwrap_or_default());
    let waits = |of: &[&Visit], wanted: &dyn Fn(&Visit) -> bool| {
        of.iter().filter(|visit| wanted(visit)).map(|visit| visit.wait).sum::<Total>()
    };
    let figures = |step: Handle| {
        let own = visits.get(&step).map(Vec::as_slice).unwrap_or_default();
        let earlier = before.get(&step).map(Vec::as_slice).unwrap_or_default();
        let stats = of(own);
        let total = own.iter().map(|visit| visit.total()).sum::<Total>();
        StepFigures {
            title: titled(catalog, &process.handle, &step),
            open: Vec::new(),
            late: Vec::new(),
            visits: own.len(),
            cases: distinct(own.iter().map(|visit| visit.case)),
            wait: stats.0,
            work: stats.1,
            deliberate: waits(own, &|visit| visit.deliberate && !visit.after),
            after: waits(own, &|visit| visit.after),
            total,
            share: part(total, all),
            trend: middle(&stats).zip(middle(&of(earlier))).map(|(now, before)| now - before),
            step,
        }
    };
    order.into_iter().map(figures).collect()
}
