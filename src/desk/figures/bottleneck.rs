//! The step with the largest part of all waiting, and what less waiting there would have been worth.

use super::measure::{self, Measured};
use super::{Bottleneck, StepFigures, part};
use crate::domain::metrics::Stat;
use crate::domain::process::Process;
use crate::domain::{CaseId, Goal, Handle, Span, Unit};
use crate::store::OpenPlace;
use std::collections::BTreeMap;

pub(super) fn bottleneck(
    steps: &[StepFigures],
    measured: &Measured,
    process: &Process,
    places: &[OpenPlace],
) -> Option<Bottleneck> {
    let lost = |step: &StepFigures| step.wait.sum - step.deliberate;
    let worst = steps.iter().filter(|step| lost(step) > Span::ZERO).max_by_key(|step| lost(step))?;
    let all = steps.iter().map(lost).sum::<Span>();
    let mut holders = BTreeMap::<&Handle, usize>::new();
    let there = places.iter().filter(|open| open.place.step == worst.step);
    for open in there.clone() {
        *holders.entry(&open.place.responsible).or_default() += 1;
    }
    let most = holders.into_iter().max_by_key(|(_, count)| *count);
    let target = process.step(&worst.step).and_then(|step| step.accept);
    let median_then = target.and_then(|target| {
        let allowed = as_it_passes(target);
        let mut saved = BTreeMap::<CaseId, Span>::new();
        for visit in measured
            .visits
            .iter()
            .filter(|visit| visit.step == worst.step && !visit.deliberate && visit.wait > allowed)
        {
            let of = saved.entry(visit.case).or_default();
            *of = *of + (visit.wait - allowed);
        }
        let shorter = measured
            .finished
            .iter()
            .map(|case| measure::cycle(case) - saved.get(&case.id).copied().unwrap_or_default());
        Stat::of(shorter.map(|length| length.max(Span::ZERO)).collect()).median_span()
    });
    Some(Bottleneck {
        step: worst.step.clone(),
        title: worst.title.clone(),
        wait: worst.wait,
        work: worst.work,
        share: part(lost(worst), all),
        held: most.map(|(person, count)| (person.clone(), count, there.count())),
        target,
        median_then,
    })
}

fn as_it_passes(goal: Goal) -> Span {
    let one = match goal.unit {
        Unit::Minute | Unit::BusinessMinute => Span::MINUTE,
        Unit::Hour | Unit::BusinessHour => Span::HOUR,
        Unit::Day | Unit::BusinessDay => Span::DAY,
        Unit::Week => Span::DAY.times(7),
    };
    one.times(goal.count)
}
