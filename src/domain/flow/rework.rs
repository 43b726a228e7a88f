//! What had to be done again: steps that came twice, work that was sent back, offers that were declined.

use super::{Became, CaseFacts, Passed, Visit};
use crate::domain::{CaseId, Handle, Span, Total, when};
use std::collections::BTreeMap;

/// Work done again in finished cases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rework {
    pub cases: usize,
    /// Any step that is not meant to come again was done at least twice.
    pub again: Vec<CaseId>,
    /// Anything was sent back or declined.
    pub back: Vec<CaseId>,
    pub repeats: usize,
    /// Repeats by whoever had the step before in the case, and by somebody else.
    pub same_person: usize,
    pub other_person: usize,
    /// Time at work of the repeats, as it passes; where all there is are logs that know one time a row, what passed before them.
    pub cost: Total,
    /// Whether that is time at work.
    pub is_timed: bool,
    /// What became of their offers, and how often their work was sent back.
    pub passed: Passed,
    /// A to B and straight back to A.
    pub ping_pong: usize,
    pub ping_pong_cases: Vec<CaseId>,
    /// Most repeats first.
    pub steps: Vec<StepRework>,
}

/// What was done again at one step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRework {
    pub step: Handle,
    pub visits: usize,
    pub repeats: usize,
    pub sent_back: usize,
    pub declined: usize,
    /// Of its repeats.
    pub cost: Total,
    /// It is meant to come again: what came is counted here and in no sum.
    pub meant: bool,
    pub cases: Vec<CaseId>,
}

impl Rework {
    /// `5h of work`, or `5h passed before them`.
    pub fn cost_in_words(&self) -> String {
        let kind = if self.is_timed { "of work" } else { "passed before them" };
        format!("{} {kind}", when::length(self.cost.span()))
    }

    /// Cases in which no step was done twice, from 0 to 1.
    pub fn first_time_right(&self) -> Option<f64> {
        (self.cases > 0).then(|| 1.0 - self.again.len() as f64 / self.cases as f64)
    }
}

/// `meant` are the steps that come again on purpose.
pub fn rework(cases: &[CaseFacts], meant: &[Handle]) -> Rework {
    let mut out = Rework::default();
    // Where of none it is known how long it was in hand, what passed before it is all there is.
    let tells = super::tells_work(cases);
    let is_timed = super::finished(cases).any(&tells);
    out.is_timed = is_timed;
    let mut steps = BTreeMap::<Handle, StepRework>::new();
    for case in super::finished(cases) {
        out.cases += 1;
        let mut back = false;
        let mut seen = BTreeMap::new();
        for visit in &case.visits {
            let own = at(&mut steps, &visit.step);
            own.meant = meant.contains(&visit.step);
            // What was sent back was worked at, too; what something else took away is in no log either.
            let worked = visit.worked();
            let before =
                if worked { seen.insert((&visit.step, &visit.item), visit.holder.as_ref()) } else { None };
            let repeated = before.is_some();
            own.visits += usize::from(worked);
            own.repeats += usize::from(repeated);
            own.sent_back += usize::from(visit.returned);
            back |= visit.returned;
            if let Some(before) = before {
                let cost = if is_timed == tells(case) { cost(visit, is_timed) } else { Span::ZERO };
                own.cost += cost;
                if !own.meant {
                    out.repeats += 1;
                    out.cost += cost;
                    let known = before.zip(visit.holder.as_ref());
                    out.same_person += usize::from(known.is_some_and(|(before, now)| before == now));
                    out.other_person += usize::from(known.is_some_and(|(before, now)| before != now));
                }
            }
            if repeated || visit.returned {
                own.cases.push(case.id);
            }
        }
        for offer in case.offers.iter().filter(|offer| offer.became == Became::Declined) {
            let own = at(&mut steps, &offer.step);
            own.declined += 1;
            own.cases.push(case.id);
            back = true;
        }
        let bounced = bounces(case);
        out.ping_pong += bounced;
        if bounced > 0 {
            out.ping_pong_cases.push(case.id);
        }
        if case.done_again(meant) {
            out.again.push(case.id);
        }
        if back {
            out.back.push(case.id);
        }
    }
    out.passed = Passed::of(super::finished(cases));
    out.steps = steps.into_values().collect();
    for step in &mut out.steps {
        step.cases.sort_unstable();
        step.cases.dedup();
    }
    out.steps.sort_by(|a, b| {
        let weight = |step: &StepRework| step.repeats + step.sent_back + step.declined;
        weight(b).cmp(&weight(a)).then(a.step.cmp(&b.step))
    });
    out
}

fn at<'m>(steps: &'m mut BTreeMap<Handle, StepRework>, step: &Handle) -> &'m mut StepRework {
    steps.entry(step.clone()).or_insert_with(|| StepRework {
        step: step.clone(),
        visits: 0,
        repeats: 0,
        sent_back: 0,
        declined: 0,
        cost: Total::ZERO,
        meant: false,
        cases: Vec::new(),
    })
}

fn cost(visit: &Visit, is_timed: bool) -> Span {
    let hand = || visit.in_hand().map(|(from, to)| to - from).sum::<Span>();
    match is_timed {
        // What somebody outside did again is no work of anybody here.
        true if visit.outside => Span::ZERO,
        true => (hand() - visit.waited).max(Span::ZERO),
        false => visit.left.unwrap_or(visit.accepted) - visit.entered,
    }
}

fn bounces(case: &CaseFacts) -> usize {
    let three = case.visits.windows(3).filter(|three| match three {
        [a, b, c] => a.holder.is_some() && b.holder.is_some() && a.holder == c.holder && a.holder != b.holder,
        _ => false,
    });
    three.count()
}
