//! How much work was open on average, and whether a period is steady enough for averages to mean anything. Exact: not
//! sampled. Knows no clock: the period and `now` are arguments.

use super::CaseFacts;
use crate::domain::metrics::Stat;
use crate::domain::{Instant, Span, Total};

/// From this gap on averages over the period mislead.
const STEADY: f64 = 0.1;

/// A period by Little's law: average work in progress is throughput times mean cycle time while nothing changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Steadiness {
    pub window: Span,
    pub arrivals: usize,
    pub done: usize,
    /// Cases open at an instant of the period, on average.
    pub wip: f64,
    /// What it would be by the law; `None` when nothing was done.
    pub by_law: Option<f64>,
}

impl Steadiness {
    /// Of the period from `from` to `to`, up to `now`; `None` without one.
    pub fn of(
        cases: &[CaseFacts],
        withdrawn: &[(Instant, Instant)],
        from: Instant,
        to: Instant,
        now: Instant,
    ) -> Option<Steadiness> {
        let spans = || {
            let cases = cases.iter().map(|case| (case.started, case.ended.unwrap_or(now)));
            cases.chain(withdrawn.iter().copied())
        };
        let first = spans().map(|(start, _)| start).min()?;
        let last = spans().map(|(_, end)| end).max()?;
        // Of everything there ever was the period is as long as there was anything.
        let from = if from.0 <= i64::MIN / 4 { first } else { from };
        let to = if to.0 >= i64::MAX / 4 { last } else { to.min(now) };
        let window = to - from;
        if window <= Span::ZERO {
            return None;
        }
        let all = spans().map(|(start, end)| (end.min(to) - start.max(from)).max(Span::ZERO)).sum::<Total>();
        // The last of all ends at the end of the period, and was done in it.
        let is_done = |at: Instant| from <= at && at <= to;
        let done = cases.iter().filter(|case| case.ended.is_some_and(is_done));
        let cycle = Stat::of(done.filter_map(CaseFacts::cycle).collect());
        Some(Steadiness {
            window,
            arrivals: spans().filter(|(start, _)| from <= *start && *start < to).count(),
            done: cycle.n,
            wip: all.0 as f64 / window.0 as f64,
            by_law: (cycle.n > 0).then(|| cycle.sum.0 as f64 / window.0 as f64),
        })
    }

    /// How far the law is from what was, as a part of that.
    pub fn gap(&self) -> Option<f64> {
        self.by_law.filter(|_| self.wip > 0.0).map(|by_law| (by_law - self.wip).abs() / self.wip)
    }

    pub fn is_steady(&self) -> bool {
        self.gap().is_some_and(|gap| gap <= STEADY)
    }

    /// Seconds from one arrival to the next, not rounded.
    pub fn takt_seconds(&self) -> Option<f64> {
        (self.arrivals > 0).then(|| self.window.seconds() / self.arrivals as f64)
    }

    /// The same as a length.
    pub fn takt(&self) -> Option<Span> {
        self.takt_seconds().map(|seconds| Span((seconds * 1000.0).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CaseId;

    fn case(started: i64, ended: Option<i64>) -> CaseFacts {
        CaseFacts {
            id: CaseId(1),
            title: String::new(),
            version: 1,
            migrated: false,
            about: None,
            kind: None,
            started: Instant(started),
            ended: ended.map(Instant),
            due: None,
            imported: false,
            visits: Vec::new(),
            offers: Vec::new(),
        }
    }

    #[test]
    fn where_everything_that_starts_ends_within_the_period_the_law_is_an_identity() {
        let cases = [case(0, Some(10)), case(5, Some(25)), case(20, Some(40))];
        let of =
            Steadiness::of(&cases, &[], Instant(i64::MIN / 4), Instant(i64::MAX / 4), Instant(900)).unwrap();
        assert_eq!((of.window, of.arrivals, of.done), (Span(40), 3, 3));
        assert_eq!((of.wip, of.by_law, of.gap()), (50.0 / 40.0, Some(50.0 / 40.0), Some(0.0)));
        assert_eq!((of.is_steady(), of.takt()), (true, Some(Span(13))));
        let stated = Steadiness::of(&cases, &[], Instant(-40), Instant(60), Instant(900)).unwrap();
        assert_eq!((stated.window, stated.wip, stated.takt()), (Span(100), 0.5, Some(Span(33))));
    }

    #[test]
    fn what_began_before_or_is_open_yet_is_in_progress_and_moves_the_law_away() {
        let cases = [case(0, Some(30)), case(10, None), case(12, None)];
        let of = Steadiness::of(&cases, &[], Instant(20), Instant(40), Instant(40)).unwrap();
        // 10 of the first, 20 of each of the others, in 20; one of 30 was done.
        assert_eq!((of.wip, of.by_law), (2.5, Some(1.5)));
        assert_eq!((of.gap(), of.is_steady(), of.takt()), (Some(0.4), false, None));
        let open = Steadiness::of(&cases[1..], &[], Instant(20), Instant(40), Instant(40)).unwrap();
        assert_eq!((open.by_law, open.gap(), open.is_steady()), (None, None, false));
        // Withdrawn at 36 after 26: 10 more of the 20, no more done.
        let of = Steadiness::of(&cases, &[(Instant(26), Instant(36))], Instant(20), Instant(40), Instant(40));
        assert_eq!(of.map(|of| (of.wip, of.arrivals, of.done)), Some((3.0, 1, 1)));
        assert_eq!(Steadiness::of(&[], &[], Instant(0), Instant(9), Instant(9)), None);
        assert_eq!(Steadiness::of(&cases, &[], Instant(50), Instant(40), Instant(40)), None);
    }
}
