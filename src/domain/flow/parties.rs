//! Who carries what, how reliable those outside are, and what it costs to keep work moving.

use super::{Became, CaseFacts, Passed, Pushed};
use crate::domain::metrics::Stat;
use crate::domain::{Handle, Instant, RecordId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// What a person carried.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Load {
    /// Open branches they are responsible for, offered on and not accepted yet too; those of them that are late.
    pub open: usize,
    pub late: usize,
    /// Done or sent back.
    pub done: usize,
    /// Of what they did: from acceptance to done, where it is known.
    pub in_hand: Stat,
    /// Of what they did and had a due instant.
    pub with_due: usize,
    pub on_time: usize,
    /// Offers they accepted here, how long those had waited, and how many of them longer than was promised.
    pub accepted_in: Stat,
    pub accepted_late: usize,
    /// Offers they declined.
    pub declined: usize,
}

/// By person. `held` says who is responsible for each open branch and whether it is late, `declined` who declined how
/// often: the rows of what was done tell neither. How long those outside took at steps of theirs is not charged to
/// whoever minds them here.
pub fn loads<'h>(
    cases: &[CaseFacts],
    held: impl IntoIterator<Item = (&'h Handle, bool)>,
    declined: &BTreeMap<Handle, usize>,
    is_outside: &BTreeSet<Handle>,
) -> BTreeMap<Handle, Load> {
    let mut loads = BTreeMap::<Handle, Load>::new();
    for (person, late) in held {
        let load = loads.entry(person.clone()).or_default();
        load.open += 1;
        load.late += usize::from(late);
    }
    for (person, times) in declined {
        loads.entry(person.clone()).or_default().declined = *times;
    }
    let (mut hands, mut accepted) =
        (BTreeMap::<Handle, Vec<Span>>::new(), BTreeMap::<Handle, Vec<Span>>::new());
    let tells = super::tells_work(cases);
    for case in cases {
        for visit in &case.visits {
            let Some(holder) = &visit.holder else { continue };
            let load = loads.entry(holder.clone()).or_default();
            if let Some(left) = visit.left.filter(|_| visit.worked()) {
                load.done += 1;
                if is_outside.contains(&visit.step) {
                    continue;
                }
                load.with_due += usize::from(visit.due.is_some());
                load.on_time += usize::from(visit.due.is_some_and(|due| left <= due));
                if tells(case) {
                    hands.entry(holder.clone()).or_default().push(left - visit.accepted);
                }
            }
        }
        // A log shows no offers: between two rows nothing says when work was taken.
        for offer in case.offers.iter().filter(|_| !case.imported) {
            let to = offer.by.as_ref().or(offer.to.person());
            let Some(to) = to else { continue };
            if let (Became::Accepted, Some(ended)) = (offer.became, offer.ended) {
                let load = loads.entry(to.clone()).or_default();
                load.accepted_late += usize::from(offer.due.is_some_and(|due| ended > due));
                accepted.entry(to.clone()).or_default().push(ended - offer.offered);
            }
        }
    }
    for (person, load) in &mut loads {
        load.in_hand = Stat::of(hands.remove(person).unwrap_or_default());
        load.accepted_in = Stat::of(accepted.remove(person).unwrap_or_default());
    }
    loads
}

/// How those outside did work that is theirs: steps by the contact of the record a case is about, which somebody here
/// minds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outside {
    pub asked: usize,
    pub open: usize,
    /// From asking to having it.
    pub answered: Stat,
    pub with_due: usize,
    pub on_time: usize,
}

/// By step and by the record whose contact it is. What is open past its due instant counts as not on time.
pub fn outside(
    cases: &[CaseFacts],
    is_outside: &BTreeSet<Handle>,
    now: Instant,
) -> BTreeMap<(Handle, Option<RecordId>), Outside> {
    let mut found = BTreeMap::<(Handle, Option<RecordId>), (Outside, Vec<Span>)>::new();
    for case in cases {
        for visit in case.visits.iter().filter(|visit| is_outside.contains(&visit.step)) {
            let (own, times) = found.entry((visit.step.clone(), case.about)).or_default();
            own.asked += 1;
            own.open += usize::from(visit.left.is_none());
            // Until it was accepted it was with whoever minds it here.
            times.extend(visit.left.map(|left| left - visit.accepted));
            if let Some(due) = visit.due.filter(|due| visit.left.is_some() || *due < now) {
                own.with_due += 1;
                own.on_time += usize::from(visit.left.unwrap_or(now) <= due);
            }
        }
    }
    found.into_iter().map(|(key, (own, times))| (key, Outside { answered: Stat::of(times), ..own })).collect()
}

/// The same put together by step.
pub fn outside_by_step(
    cases: &[CaseFacts],
    is_outside: &BTreeSet<Handle>,
    now: Instant,
) -> BTreeMap<Handle, Outside> {
    let alike = cases.iter().map(|case| CaseFacts { about: None, ..case.clone() }).collect::<Vec<_>>();
    outside(&alike, is_outside, now).into_iter().map(|((step, _), of)| (step, of)).collect()
}

/// What each kind of coordination is taken to cost, in minutes. Weights, not measurements: for comparing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes {
    pub reminder: usize,
    pub escalation: usize,
    pub reassignment: usize,
    pub back: usize,
    pub chaser: usize,
}

impl Default for Minutes {
    fn default() -> Self {
        Minutes { reminder: 2, escalation: 2, reassignment: 10, back: 20, chaser: 5 }
    }
}

/// How often work had to be pushed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    pub pushed: Pushed,
    /// Work that was sent back.
    pub sent_back: usize,
    /// Finished and open cases they were counted in.
    pub cases: usize,
}

impl Cost {
    pub fn minutes(&self, of: Minutes) -> usize {
        self.pushed.reminders * of.reminder
            + self.pushed.escalations * of.escalation
            + self.pushed.reassigned * of.reassignment
            + self.sent_back * of.back
            + self.pushed.chasers * of.chaser
    }
}

/// What the rows tell of it; the rest is in the entries, and comes from whoever folds them.
pub fn cost(cases: &[CaseFacts], pushed: Pushed) -> Cost {
    Cost { pushed, sent_back: Passed::of(cases).sent_back, cases: cases.len() }
}
