//! Where in time most of what is shown lies, so that a few wrong dates do not press a picture into one corner. Leaves
//! nothing out of any figure: what is counted is counted whole.

use super::weeks::Week;
use crate::domain::Instant;
use crate::domain::counted::counted;
use crate::domain::zone::Zone;

/// The thousandth at either end may be left out: one real log of 2018 runs from 1948 to 2020, and its 3,768 weeks
/// cannot be read.
const PART: usize = 1000;

/// From the first to the last instant of all but the first and the last thousandth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Core {
    pub from: Instant,
    pub to: Instant,
    /// How many lie before and after.
    pub outside: usize,
}

impl Core {
    /// `None` where everything can be shown: there are fewer than a thousand, or none of those at the ends is further away
    /// than a quarter of the rest is long. Today's are at an end too, and a desk that leaves them out shows yesterday.
    pub fn of(mut dates: Vec<Instant>) -> Option<Core> {
        dates.sort_unstable();
        let out = dates.len() / PART;
        let (from, to) = (*dates.get(out)?, *dates.get(dates.len().checked_sub(1 + out)?)?);
        let far = (to - from).0 / 4;
        let near = |at: &Instant| (from - *at).0 <= far && (*at - to).0 <= far;
        let all = dates.len();
        dates.retain(near);
        let outside = all - dates.len();
        (outside > 0).then_some(Core { from: *dates.first()?, to: *dates.last()?, outside })
    }

    pub fn holds(&self, at: Instant) -> bool {
        self.from <= at && at <= self.to
    }

    /// Whether any of the week is within.
    pub fn holds_any_of(&self, week: &Week, zone: &Zone) -> bool {
        (zone.date(self.from) - week.monday).num_days() < 7 && week.monday <= zone.date(self.to)
    }

    /// `12 dates outside 2019-01-01 to 2019-07-09 are not shown, but counted.`
    pub fn said(&self, zone: &Zone) -> String {
        let (from, to) = (zone.date(self.from), zone.date(self.to));
        let are = if self.outside == 1 { "is" } else { "are" };
        format!("{} outside {from} to {to} {are} not shown, but counted.", counted(self.outside, "date"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(dates: impl Iterator<Item = i64>) -> Option<(i64, i64, usize)> {
        Core::of(dates.map(Instant).collect()).map(|core| (core.from.0, core.to.0, core.outside))
    }

    #[test]
    fn a_few_far_away_are_left_out() {
        assert_eq!(core((10_000..12_000).chain([0, 90_000])), Some((10_000, 11_999, 2)));
        assert_eq!(core((10_000..12_000).chain([0])), Some((10_000, 11_999, 1)));
        assert_eq!(core((10_000..12_000).chain([90_000])), Some((10_000, 11_999, 1)));
    }

    #[test]
    fn what_lies_close_is_shown_and_so_is_all_of_a_few() {
        assert_eq!(core(0..5_000), None);
        assert_eq!(core((0..5_000).chain([5_500])), None);
        assert_eq!(core((0..900).chain([90_000])), None);
        assert_eq!(core(std::iter::empty()), None);
        // More than a thousandth are no slip of somebody's pen.
        assert_eq!(core((0..2_000).chain([90_000, 90_000, 90_000])), None);
    }
}
