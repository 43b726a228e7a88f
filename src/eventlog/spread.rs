//! Where in time most rows of a log lie: how many fall on each day. Memory is bounded by the days of six
//! centuries; what is scattered wider than that has no middle worth showing.

use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;
const MOST_DAYS: usize = 220_000;

#[derive(Default)]
pub(super) struct Spread {
    days: BTreeMap<i64, u64>,
    last: Option<(i64, u64)>,
    rows: u64,
    overflow: bool,
}

/// The days that hold all but the first and the last thousandth.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Core {
    /// UTC milliseconds: the first instant, and the first after it.
    pub ms: (i64, i64),
    /// Rows before and after.
    pub outside: u64,
}

impl Spread {
    pub fn note(&mut self, ms: i64) {
        self.rows += 1;
        let day = ms.div_euclid(DAY_MS);
        match &mut self.last {
            // Rows of a case are close to each other, so that most need no look into the table.
            Some((last, count)) if *last == day => *count += 1,
            _ => {
                self.settle();
                self.last = Some((day, 1));
            }
        }
    }

    fn settle(&mut self) {
        let Some((day, count)) = self.last.take() else { return };
        if self.days.len() < MOST_DAYS || self.days.contains_key(&day) {
            *self.days.entry(day).or_default() += count;
        } else {
            self.overflow = true;
        }
    }

    pub fn core(&mut self) -> Option<Core> {
        self.settle();
        if self.overflow || self.rows == 0 {
            return None;
        }
        let allowed = self.rows / 1000;
        let cut = |days: &mut dyn Iterator<Item = (&i64, &u64)>| {
            let mut before = 0;
            for (day, count) in days {
                if before + count > allowed {
                    return Some((*day, before));
                }
                before += count;
            }
            None
        };
        let (first, early) = cut(&mut self.days.iter())?;
        let (last, late) = cut(&mut self.days.iter().rev())?;
        Some(Core { ms: (first * DAY_MS, (last + 1) * DAY_MS), outside: early + late })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousandth_on_either_side_is_outside() {
        let mut spread = Spread::default();
        assert_eq!(spread.core(), None);
        for ms in (0..1998).map(|n| 100 * DAY_MS + n % 7) {
            spread.note(ms);
        }
        spread.note(-5 * DAY_MS);
        spread.note(9999 * DAY_MS);
        assert_eq!(spread.core(), Some(Core { ms: (100 * DAY_MS, 101 * DAY_MS), outside: 2 }));
        spread.note(-5 * DAY_MS);
        spread.note(-5 * DAY_MS);
        let wide = spread.core().unwrap();
        assert_eq!((wide.ms.0, wide.outside), (-5 * DAY_MS, 1), "three of 2002 are more than a thousandth");
    }
}
