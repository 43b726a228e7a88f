//! Figures over lengths of time, exact where they can be: sums are whole milliseconds, percentiles say which of
//! the two usual kinds they are. Does not know what was measured.

use super::instant::{Span, Total};

/// Fewer than this promise nothing, and what is said of them is marked.
pub const THIN: usize = 20;

/// What a set of lengths comes to. All of it is `None` or zero when there are none.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Stat {
    pub n: usize,
    pub sum: Total,
    /// Linear between the two in the middle (type 7), in milliseconds.
    pub median: Option<f64>,
    /// Linear (type 7), in milliseconds.
    pub p85: Option<f64>,
    /// Linear (type 7), in milliseconds.
    pub p95: Option<f64>,
    pub least: Option<Span>,
    pub most: Option<Span>,
    /// The smallest length that at least 85 of a hundred stay within: what can be promised. An observed one.
    pub within: Option<Span>,
    /// The same for 50 and 95 of a hundred.
    pub half_within: Option<Span>,
    pub within_95: Option<Span>,
}

impl Stat {
    /// Of lengths in any order.
    pub fn of(mut lengths: Vec<Span>) -> Stat {
        lengths.sort_unstable();
        Stat::of_sorted(&lengths)
    }

    /// Of lengths in ascending order.
    pub fn of_sorted(lengths: &[Span]) -> Stat {
        Stat {
            n: lengths.len(),
            sum: lengths.iter().copied().sum(),
            median: percentile(lengths, 50),
            p85: percentile(lengths, 85),
            p95: percentile(lengths, 95),
            least: lengths.first().copied(),
            most: lengths.last().copied(),
            within: nearest_rank(lengths, 85),
            half_within: nearest_rank(lengths, 50),
            within_95: nearest_rank(lengths, 95),
        }
    }

    /// The mean in milliseconds; the median belongs beside it.
    pub fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum.0 as f64 / self.n as f64)
    }

    /// Whether they promise nothing.
    pub fn thin(&self) -> bool {
        self.n < THIN
    }

    /// The median to the nearest millisecond.
    pub fn median_span(&self) -> Option<Span> {
        self.median.map(|ms| Span(ms.round() as i64))
    }

    /// The 85th percentile to the nearest millisecond.
    pub fn p85_span(&self) -> Option<Span> {
        self.p85.map(|ms| Span(ms.round() as i64))
    }
}

/// The percentile of sorted lengths in milliseconds, linear between neighbours: type 7 of Hyndman and Fan.
pub fn percentile(sorted: &[Span], percent: usize) -> Option<f64> {
    let steps = sorted.len().checked_sub(1)? * percent;
    let (below, rest) = (steps / 100, steps % 100);
    let low = sorted.get(below)?;
    let high = sorted.get(below + 1).unwrap_or(low);
    Some(low.0 as f64 + (high.0 - low.0) as f64 * rest as f64 / 100.0)
}

/// The smallest of sorted lengths that at least so many percent do not exceed: type 1, nearest rank.
pub fn nearest_rank(sorted: &[Span], percent: usize) -> Option<Span> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_kinds_of_percentile_are_those_of_the_books() {
        let of = |ms: &[i64]| Stat::of(ms.iter().copied().map(Span).collect());
        assert_eq!(of(&[]), Stat::default());
        let one = of(&[7]);
        assert_eq!(
            (one.median, one.p85, one.within, one.sum.span()),
            (Some(7.0), Some(7.0), Some(Span(7)), Span(7))
        );
        // numpy.percentile([10, 20, 30, 40], [50, 85]) gives 25 and 35.5.
        let four = of(&[40, 10, 30, 20]);
        assert_eq!((four.median, four.p85, four.within), (Some(25.0), Some(35.5), Some(Span(40))));
        assert_eq!(of(&(1..=20).collect::<Vec<_>>()).within, Some(Span(17)), "17 of 20 are 85 of 100");
    }

    #[test]
    fn a_sum_may_be_longer_than_any_length() {
        // Some 8,000 years each, as work has that is open until the year 9999.
        let stat = Stat::of(vec![Span(253_000_000_000_000); 40_000]);
        assert_eq!(stat.sum, Total(10_120_000_000_000_000_000));
        assert_eq!((stat.mean(), stat.sum.seconds()), (Some(253e12), 10_120e12));
    }

    proptest! {
        #[test]
        fn a_promise_is_kept_by_as_many_as_it_says(ms in prop::collection::vec(0..10_000_i64, 1..80)) {
            let stat = Stat::of(ms.iter().copied().map(Span).collect());
            let within = stat.within.unwrap();
            let kept = ms.iter().filter(|length| **length <= within.0).count();
            let shorter = ms.iter().filter(|length| **length < within.0).count();
            prop_assert!(kept * 100 >= ms.len() * 85);
            prop_assert!(shorter * 100 < ms.len() * 85, "and by no shorter one");
            let (low, high) = (*ms.iter().min().unwrap() as f64, *ms.iter().max().unwrap() as f64);
            prop_assert!(low <= stat.median.unwrap() && stat.median <= stat.p85 && stat.p85.unwrap() <= high);
            prop_assert_eq!(stat.sum.span(), Span(ms.iter().sum()));
        }
    }
}
