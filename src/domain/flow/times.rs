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
        Timed::sums(spans.iter().map(|span| vec![*span]).collect(), calendar)
    }

    /// Of what several stretches come to, each time.
    fn sums(lengths: Vec<Vec<(Instant, Instant)>>, calendar: Option<&Calendar>) -> Timed {
        let sum = |of: &dyn Fn(Instant, Instant) -> Span| {
            let one = |spans: &Vec<(Instant, Instant)>| {
                spans.iter().map(|(from, to)| of(*from, (*to).max(*from))).sum::<Span>()
            };
            Stat::of(lengths.iter().map(one).collect())
        };
        Timed {
            elapsed: sum(&|from, to| to - from),
            business: calendar.map(|calendar| sum(&|from, to| calendar.open_time(from, to))),
        }
    }
}

/// A step of finished cases.
#[derive(Debug, Clone, PartialEq)]
pub struct StepTimes {
    pub step: Handle,
    /// First offered until accepted, less what others had it in hand; in a log, since the row before ended. Of a step for
    /// somebody outside until they have done it.
    pub queue: Timed,
    /// Accepted until done or sent back, waits included. Nothing where nobody here works at it, or a log knows one time a row.
    pub in_hand: Timed,
    /// Waiting for something while in hand.
    pub waits: Timed,
    /// In hand less the waits.
    pub touch: Timed,
}

/// When work waited while in hand, by case, step and acceptance. Rows tell how long only: it comes from the entries.
pub type Waits = BTreeMap<(CaseId, Handle, Instant), Vec<(Instant, Instant)>>;

/// A visit that is over, and whether it is known how long somebody here had it in hand.
struct Over<'c> {
    case: CaseId,
    visit: &'c Visit,
    known: bool,
}

/// Queue, time in hand, waits and touch of visits that are over.
fn timed(visits: &[Over<'_>], waits: &Waits, calendar: Option<&Calendar>) -> [Timed; 4] {
    let queue = |over: &Over<'_>| {
        let visit = over.visit;
        if visit.outside {
            return vec![(visit.entered, visit.left.unwrap_or(visit.accepted))];
        }
        let mut from = visit.entered;
        let mut spans = Vec::with_capacity(1);
        for (taken, handed_on) in &visit.held {
            spans.push((from, *taken));
            from = *handed_on;
        }
        spans.push((from, visit.accepted));
        spans
    };
    let queue = visits.iter().map(queue).collect();
    let known = || visits.iter().filter(|over| over.known);
    let hand = Timed::sums(known().map(|over| over.visit.in_hand().collect()).collect(), calendar);
    let length =
        |spans: &mut dyn Iterator<Item = (Instant, Instant)>| spans.map(|(a, b)| b - a).sum::<Span>();
    let touch = |over: &Over<'_>| (length(&mut over.visit.in_hand()) - over.visit.waited).max(Span::ZERO);
    // By the calendar what was waited, and what was left of the time in hand.
    let business = calendar.map(|calendar| {
        let of = |Over { case, visit, .. }: &Over<'_>| {
            let known = waits.get(&(*case, visit.step.clone(), visit.accepted));
            let spans = known.filter(|_| visit.waited > Span::ZERO).into_iter().flatten();
            let waited = spans.map(|(from, to)| calendar.open_time(*from, *to)).sum::<Span>();
            let hand = visit.in_hand().map(|(from, to)| calendar.open_time(from, to)).sum::<Span>();
            (waited, (hand - waited).max(Span::ZERO))
        };
        known().map(of).unzip::<_, _, Vec<_>, Vec<_>>()
    });
    let (waited, touched) = business.map_or((None, None), |(a, b)| (Some(Stat::of(a)), Some(Stat::of(b))));
    [
        Timed::sums(queue, calendar),
        hand,
        Timed { elapsed: Stat::of(known().map(|over| over.visit.waited).collect()), business: waited },
        Timed { elapsed: Stat::of(known().map(touch).collect()), business: touched },
    ]
}

/// The same of all steps together.
pub fn all_times(cases: &[CaseFacts], waits: &Waits, calendar: Option<&Calendar>) -> [Timed; 4] {
    timed(&over(cases).collect::<Vec<_>>(), waits, calendar)
}

/// Whether any of what logs told took time: where none did they know one time a row, and tell of no work.
fn logs_tell_work(cases: &[CaseFacts]) -> bool {
    let mut told = cases.iter().filter(|case| case.imported).flat_map(|case| &case.visits);
    told.any(|visit| visit.left.is_some_and(|left| left != visit.accepted))
}

/// Whether it is known how long work of a case was in hand: not of a log that knows one time a row.
pub fn tells_work(cases: &[CaseFacts]) -> impl Fn(&CaseFacts) -> bool + use<> {
    let logs = logs_tell_work(cases);
    move |case| logs || !case.imported
}

fn over(cases: &[CaseFacts]) -> impl Iterator<Item = Over<'_>> {
    let tells = tells_work(cases);
    super::finished(cases).flat_map(move |case| {
        let known = tells(case);
        let worked = case.visits.iter().filter(|visit| visit.left.is_some() && visit.worked());
        worked.map(move |visit| Over { case: case.id, visit, known: known && !visit.outside })
    })
}

/// By step, in the order of handles.
pub fn step_times(cases: &[CaseFacts], waits: &Waits, calendar: Option<&Calendar>) -> Vec<StepTimes> {
    let mut by_step = BTreeMap::<&Handle, Vec<Over<'_>>>::new();
    for over in over(cases) {
        by_step.entry(&over.visit.step).or_default().push(over);
    }
    let times = |(step, visits): (&Handle, Vec<Over<'_>>)| {
        let [queue, in_hand, waits, touch] = timed(&visits, waits, calendar);
        StepTimes { step: step.clone(), queue, in_hand, waits, touch }
    };
    by_step.into_iter().map(times).collect()
}

/// Touch and length of the finished cases whose work is known: what overlaps counts once, what it waited for is no work
/// while nothing else was done, and what somebody outside has is none. `None` where a log knows one time a row, or nothing
/// took time.
pub fn efficiency(cases: &[CaseFacts], waits: &Waits) -> Option<(Total, Total)> {
    let (mut touch, mut length) = (Total::ZERO, Total::ZERO);
    let tells = tells_work(cases);
    for case in super::finished(cases).filter(|case| tells(case)) {
        let Some(cycle) = case.cycle() else { continue };
        length += cycle;
        let worked = case.visits.iter().filter(|visit| visit.worked() && !visit.outside);
        let mut spans = Vec::with_capacity(case.visits.len());
        for visit in worked {
            let waited = waits.get(&(case.id, visit.step.clone(), visit.accepted));
            let waited = waited.map_or(&[][..], Vec::as_slice);
            spans.extend(visit.in_hand().flat_map(|span| without(span, waited)));
        }
        spans.sort_unstable();
        let mut until = case.started;
        for (from, to) in spans {
            touch += (to - from.max(until)).max(Span::ZERO);
            until = until.max(to);
        }
    }
    (touch > Total::ZERO && length > Total::ZERO).then_some((touch, length))
}

/// What is left of a stretch of time without others, which come in order.
fn without(
    (from, to): (Instant, Instant),
    others: &[(Instant, Instant)],
) -> impl Iterator<Item = (Instant, Instant)> {
    let begins = std::iter::once(from).chain(others.iter().map(move |(_, end)| (*end).max(from)));
    let ends = others.iter().map(move |(begin, _)| (*begin).min(to)).chain(std::iter::once(to));
    begins.zip(ends).filter(|(from, to)| from < to)
}

/// How long work lay with nobody who had accepted it: of finished offers, and of those open at `now`. What logs told is left
/// out: between two rows nothing says when work was taken.
pub fn unaccepted(cases: &[CaseFacts], now: Instant) -> (Stat, Stat) {
    let offers = || cases.iter().filter(|case| !case.imported).flat_map(|case| &case.offers);
    let over = offers().filter_map(|offer| Some(offer.ended? - offer.offered));
    let open = cases.iter().flat_map(|case| &case.offers).filter(|offer| offer.became == Became::Open);
    (Stat::of(over.collect()), Stat::of(open.map(|offer| now - offer.offered).collect()))
}
