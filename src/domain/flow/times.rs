//! Where time goes in steps: on offer, in hand, waiting, worked; as it passes, and as the calendar counts it.

use super::{Became, CaseFacts, Visit};
use crate::domain::calendar::Calendar;
use crate::domain::metrics::Stat;
use crate::domain::{Handle, Instant, Span, Total};
use std::collections::BTreeMap;

/// The same lengths twice: elapsed, and by the calendar of the process where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Timed {
    pub elapsed: Stat,
    pub business: Option<Stat>,
}

impl Timed {
    /// Of pairs of instants.
    pub fn of(spans: &[(Instant, Instant)], calendar: Option<&Calendar>) -> Timed {
        Timed {
            elapsed: Stat::of(spans.iter().map(|(from, to)| (*to - *from).max(Span::ZERO)).collect()),
            business: calendar.map(|calendar| {
                Stat::of(spans.iter().map(|(from, to)| calendar.open_time(*from, (*to).max(*from))).collect())
            }),
        }
    }
}

/// A step of finished cases.
#[derive(Debug, Clone, PartialEq)]
pub struct StepTimes {
    pub step: Handle,
    /// Offered until accepted; in a log, since the row before ended.
    pub queue: Timed,
    /// Accepted until done, waits included.
    pub in_hand: Timed,
    /// Waiting for something while in hand, as it passes.
    pub waits: Stat,
    /// In hand less the waits, as it passes.
    pub touch: Stat,
}

/// By step, in the order of handles.
pub fn step_times(cases: &[CaseFacts], calendar: Option<&Calendar>) -> Vec<StepTimes> {
    let mut by_step = BTreeMap::<&Handle, Vec<&Visit>>::new();
    for visit in super::finished(cases).flat_map(|case| &case.visits).filter(|visit| visit.left.is_some()) {
        by_step.entry(&visit.step).or_default().push(visit);
    }
    let times = |(step, visits): (&Handle, Vec<&Visit>)| {
        let left = |visit: &Visit| visit.left.unwrap_or(visit.accepted);
        let queue = visits.iter().map(|visit| (visit.entered, visit.accepted)).collect::<Vec<_>>();
        let hand = visits.iter().map(|visit| (visit.accepted, left(visit))).collect::<Vec<_>>();
        let touch = |visit: &&Visit| (left(visit) - visit.accepted - visit.waited).max(Span::ZERO);
        StepTimes {
            step: step.clone(),
            queue: Timed::of(&queue, calendar),
            in_hand: Timed::of(&hand, calendar),
            waits: Stat::of(visits.iter().map(|visit| visit.waited).collect()),
            touch: Stat::of(visits.iter().map(touch).collect()),
        }
    };
    by_step.into_iter().map(times).collect()
}

/// Touch and length of all finished cases: what overlaps counts once. `None` where the log knows one time a
/// row, or nothing took time.
pub fn efficiency(cases: &[CaseFacts]) -> Option<(Total, Total)> {
    let (mut touch, mut length) = (Total::ZERO, Total::ZERO);
    for case in super::finished(cases) {
        let Some(cycle) = case.cycle() else { continue };
        length += cycle;
        let mut work =
            case.visits.iter().filter_map(|visit| Some((visit.accepted, visit.left?, visit.waited)));
        let mut until = case.started;
        let mut spans = work.by_ref().collect::<Vec<_>>();
        spans.sort();
        for (from, to, waited) in spans {
            let own = (to - from.max(until)).max(Span::ZERO);
            touch += (own - waited).max(Span::ZERO);
            until = until.max(to);
        }
    }
    (touch > Total::ZERO && length > Total::ZERO).then_some((touch, length))
}

/// How long work lay with nobody who had accepted it: of finished offers, and of those open at `now`.
pub fn unaccepted(cases: &[CaseFacts], now: Instant) -> (Stat, Stat) {
    let offers = || cases.iter().flat_map(|case| &case.offers);
    let over = offers().filter_map(|offer| Some(offer.ended? - offer.offered));
    let open = offers().filter(|offer| offer.became == Became::Open).map(|offer| now - offer.offered);
    (Stat::of(over.collect()), Stat::of(open.collect()))
}
