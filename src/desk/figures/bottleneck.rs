//! The step with the largest part of all waiting, and what faster answers there would have been worth.

use super::measure::{self, Measured};
use super::{Bottleneck, Had, StepFigures, part};
use crate::domain::calendar::Calendar;
use crate::domain::metrics::Stat;
use crate::domain::process::Process;
use crate::domain::{CaseId, Handle, Span, Total, when};
use crate::store::OpenPlace;
use std::collections::BTreeMap;

pub(super) fn bottleneck(
    steps: &[StepFigures],
    measured: &Measured,
    process: &Process,
    calendar: Option<&Calendar>,
    places: &[OpenPlace],
) -> Option<Bottleneck> {
    let lost = |step: &StepFigures| step.wait.sum - step.deliberate - step.after;
    let worst = steps.iter().filter(|step| lost(step) > Total::ZERO).max_by_key(|step| lost(step))?;
    let all = steps.iter().map(lost).sum::<Total>();
    let mut holders = BTreeMap::<&Handle, usize>::new();
    let there = places.iter().filter(|open| open.place.step == worst.step);
    for open in there.clone() {
        *holders.entry(&open.place.responsible).or_default() += 1;
    }
    let most = holders.into_iter().max_by_key(|(_, count)| *count);
    Some(Bottleneck {
        step: worst.step.clone(),
        title: worst.title.clone(),
        wait: worst.wait,
        work: worst.work,
        share: worst.share,
        of_waiting: part(lost(worst), all),
        held: most.map(|(person, count)| (person.clone(), count, there.count())),
        had: calendar.and_then(|calendar| had(&worst.step, measured, process, calendar)),
    })
}

/// Only what would have been shorter, and is told as shorter.
fn had(step: &Handle, measured: &Measured, process: &Process, calendar: &Calendar) -> Option<Had> {
    let promise = process.step(step)?.accept?;
    let rule = process.measure.clone().unwrap_or_default();
    let meant = |from: Option<&Handle>| from.is_some_and(|from| rule.is_deliberate(from, step));
    let (mut saved, mut slow, mut offers) = (BTreeMap::<CaseId, Span>::new(), 0, 0);
    for (pass, _) in measured.passes.arriving_at(step).filter(|(_, from)| !meant(*from)) {
        offers += 1;
        let Some(due) = calendar.due(pass.offered, promise, &[]).filter(|due| *due < pass.ended) else {
            continue;
        };
        slow += 1;
        let of = saved.entry(pass.case).or_default();
        *of = *of + (pass.ended - due);
    }
    let median = |saved: &BTreeMap<CaseId, Span>| {
        let shorter = measured.finished.iter().map(|case| {
            let length = measure::cycle(case) - saved.get(&case.id).copied().unwrap_or_default();
            length.max(Span::ZERO)
        });
        Stat::of(shorter.collect()).median_span()
    };
    let (now, then) = (median(&BTreeMap::new())?, median(&saved)?);
    let shorter = then < now && when::length(then) != when::length(now);
    shorter.then_some(Had { promise, slow, offers, median: then })
}
