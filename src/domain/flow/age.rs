//! Open work and how old it is, against how old finished work was when it left the same step.

use super::{Became, CaseFacts};
use crate::domain::metrics::{Stat, nearest_rank};
use crate::domain::{CaseId, Handle, Instant, Span};
use std::collections::BTreeMap;

/// An open case at one of its steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Aged {
    pub case: CaseId,
    pub title: String,
    pub step: Handle,
    /// Since the case began, and since it came to the step.
    pub age: Span,
    pub in_step: Span,
    pub due: Option<Instant>,
}

/// Open work, oldest case first.
pub fn ages(cases: &[CaseFacts], now: Instant) -> Vec<Aged> {
    let mut aged = Vec::new();
    for case in super::open(cases) {
        let mut at = BTreeMap::<&Handle, Instant>::new();
        let visits = case.visits.iter().filter(|visit| visit.left.is_none());
        let offers = case.offers.iter().filter(|offer| offer.became == Became::Open);
        let here =
            visits.map(|visit| (&visit.step, visit.entered)).chain(offers.map(|o| (&o.step, o.offered)));
        for (step, since) in here {
            let known = at.entry(step).or_insert(since);
            *known = since.min(*known);
        }
        aged.extend(at.into_iter().map(|(step, since)| Aged {
            case: case.id,
            title: case.title.clone(),
            step: step.clone(),
            age: now - case.started,
            in_step: now - since,
            due: case.due,
        }));
    }
    aged.sort_by(|a, b| b.age.cmp(&a.age).then(a.case.cmp(&b.case)));
    aged
}

/// Age of finished cases when they left each step: 50, 85 and 95 of a hundred were no older.
pub fn bands(cases: &[CaseFacts]) -> BTreeMap<Handle, (Stat, Option<Span>)> {
    let mut by_step = BTreeMap::<Handle, Vec<Span>>::new();
    for case in super::finished(cases) {
        for visit in &case.visits {
            let age = visit.left.map(|left| left - case.started);
            by_step.entry(visit.step.clone()).or_default().extend(age);
        }
    }
    by_step
        .into_iter()
        .map(|(step, mut ages)| {
            ages.sort_unstable();
            let most = nearest_rank(&ages, 95);
            (step, (Stat::of_sorted(&ages), most))
        })
        .collect()
}
