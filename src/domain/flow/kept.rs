//! How steps and handoffs kept the times promised for them: from arriving in a step to leaving it. Knows no calendar: when
//! something was due is given.

use super::{Became, CaseFacts};
use crate::domain::{Handle, Instant};
use std::collections::BTreeMap;

/// Of what had a due instant: kept by those that are over, and what is open past it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kept {
    pub with_due: usize,
    pub met: usize,
    pub open_past_due: usize,
}

impl Kept {
    fn note(&mut self, due: Option<Instant>, ended: Option<Instant>, now: Instant) {
        match (due, ended) {
            (Some(due), Some(ended)) => {
                self.with_due += 1;
                // To the very instant is kept.
                self.met += usize::from(ended <= due);
            }
            (Some(due), None) => self.open_past_due += usize::from(due < now),
            (None, _) => {}
        }
    }

    /// Of what is over, from 0 to 1.
    pub fn finished(&self) -> Option<f64> {
        (self.with_due > 0).then(|| self.met as f64 / self.with_due as f64)
    }

    /// With what is open past its due instant as missed.
    pub fn as_of_now(&self) -> Option<f64> {
        let all = self.with_due + self.open_past_due;
        (all > 0).then(|| self.met as f64 / all as f64)
    }
}

/// The two promises of a step: to be answered when it is offered, and to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Promises {
    /// Offers that were accepted, or may be: what was declined nobody took, and what was taken back is nobody's fault.
    pub accept: Kept,
    pub goal: Kept,
}

/// By step.
pub fn promises(cases: &[CaseFacts], now: Instant) -> BTreeMap<Handle, Promises> {
    let mut found = BTreeMap::<Handle, Promises>::new();
    for case in cases {
        for visit in &case.visits {
            found.entry(visit.step.clone()).or_default().goal.note(visit.due, visit.left, now);
        }
        let counts = |became| matches!(became, Became::Accepted | Became::Open);
        for offer in case.offers.iter().filter(|offer| counts(offer.became)) {
            found.entry(offer.step.clone()).or_default().accept.note(offer.due, offer.ended, now);
        }
    }
    found
}
