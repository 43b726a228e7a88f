//! Where time goes in steps: on offer, in hand, waiting, worked; as it passes, and as the calendar counts it.

use super::{Became, CaseFacts, Visit};
use crate::domain::calendar::Calendar;
use crate::domain::metrics::Stat;
use crate::domain::{CaseId, Handle, Instant, Span, Total};
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
    /// Waiting for something while in hand.
    pub waits: Timed,
    /// In hand less the waits.
    pub touch: Timed,
}

/// When work waited while in hand, by case, step and acceptance. Rows tell how long only: it comes from the entries.
pub type Waits = BTreeMap<(CaseId, Handle, Instant), Vec<(Instant, Instant)>>;

/// Queue, time in hand, waits and touch of all visits that are over.
fn timed(visits: &[(CaseId, &Visit)], waits: &Waits, calendar: Option<&Calendar>) -> [Timed; 4] {
    let left = |visit: &Visit| visit.left.unwrap_or(visit.accepted);
    let own = || visits.iter().map(|(_, visit)| *visit);
    let queue = own().map(|visit| (visit.entered, visit.accepted)).collect::<Vec<_>>();
    let hand = own().map(|visit| (visit.accepted, left(visit))).collect::<Vec<_>>();
    let touch = |visit: &Visit| (left(visit) - visit.accepted - visit.waited).max(Span::ZERO);
    // By the calendar what was waited, and what was left of the time in hand.
    let business = calendar.map(|calendar| {
        let of = |(case, visit): &(CaseId, &Visit)| {
            let known = waits.get(&(*case, visit.step.clone(), visit.accepted));
            let spans = known.filter(|_| visit.waited > Span::ZERO).into_iter().flatten();
            let waited = spans.map(|(from, to)| calendar.open_time(*from, *to)).sum::<Span>();
            let hand = calendar.open_time(visit.accepted, left(visit).max(visit.accepted));
            (waited, (hand - waited).max(Span::ZERO))
        };
        visits.iter().map(of).unzip::<_, _, Vec<_>, Vec<_>>()
    });
    let (waited, touched) = business.map_or((None, None), |(a, b)| (Some(Stat::of(a)), Some(Stat::of(b))));
    [
        Timed::of(&queue, calendar),
        Timed::of(&hand, calendar),
        Timed { elapsed: Stat::of(own().map(|visit| visit.waited).collect()), business: waited },
        Timed { elapsed: Stat::of(own().map(touch).collect()), business: touched },
    ]
}

/// The same of all steps together.
pub fn all_times(cases: &[CaseFacts], waits: &Waits, calendar: Option<&Calendar>) -> [Timed; 4] {
    timed(&over(cases).collect::<Vec<_>>(), waits, calendar)
}

fn over(cases: &[CaseFacts]) -> impl Iterator<Item = (CaseId, &Visit)> {
    let visits = super::finished(cases).flat_map(|case| case.visits.iter().map(|visit| (case.id, visit)));
    visits.filter(|(_, visit)| visit.left.is_some())
}

/// By step, in the order of handles.
pub fn step_times(cases: &[CaseFacts], waits: &Waits, calendar: Option<&Calendar>) -> Vec<StepTimes> {
    let mut by_step = BTreeMap::<&Handle, Vec<(CaseId, &Visit)>>::new();
    for (case, visit) in over(cases) {
        by_step.entry(&visit.step).or_default().push((case, visit));
    }
    let times = |(step, visits): (&Handle, Vec<(CaseId, &Visit)>)| {
        let [queue, in_hand, waits, touch] = timed(&visits, waits, calendar);
        StepTimes { step: step.clone(), queue, in_hand, waits, touch }
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
