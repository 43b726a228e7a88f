//! Which cases of two versions may be held against each other. Of cases that began lately only the short ones are over, so that
//! every newer version would look faster; those that began long enough ago count, and the open ones among them by their age.
//! Weighs nothing.

use super::comparison::Sample;
use super::instant::{Instant, Span};
use super::metrics::nearest_rank;

/// A case as far as it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    pub started: Instant,
    /// `None` while it is open.
    pub ended: Option<Instant>,
    pub due: Option<Instant>,
    /// How often its work was declined or sent back.
    pub returns: u32,
    /// Whether no step was done twice that is not meant to be; `None` where that is not known.
    pub right: Option<bool>,
}

/// What is compared of two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohort {
    pub before: Vec<Sample>,
    pub after: Vec<Sample>,
    /// How long ago a case began that counts, at least: as long as 85 of a hundred of the version before took, of the later one
    /// where none was there before.
    pub age: Span,
    /// Finished cases that began later.
    pub young: usize,
    /// Open cases that count by how old they are: longer than that they take anyway.
    pub open: usize,
}

impl Cohort {
    pub fn of(before: &[Seen], after: &[Seen], now: Instant) -> Cohort {
        let usual = |of: &[Seen]| {
            let mut lengths =
                of.iter().filter_map(|case| Some(case.ended? - case.started)).collect::<Vec<_>>();
            lengths.sort_unstable();
            nearest_rank(&lengths, 85)
        };
        let age = usual(before).or_else(|| usual(after));
        // Where nothing is over nothing is to be compared.
        let counts = |case: &&Seen| age.is_some_and(|age| now - case.started >= age);
        let sample = |case: &Seen| Sample {
            cycle: case.ended.unwrap_or(now) - case.started,
            on_time: match (case.due, case.ended) {
                (Some(due), Some(ended)) => Some(ended <= due),
                // What is not due yet may keep its promise.
                (Some(due), None) => Some(false).filter(|_| due < now),
                (None, _) => None,
            },
            returns: case.returns,
            right: case.right.filter(|right| case.ended.is_some() || !right),
        };
        let samples = |of: &[Seen]| of.iter().filter(counts).map(sample).collect();
        let all = || before.iter().chain(after);
        Cohort {
            before: samples(before),
            after: samples(after),
            age: age.unwrap_or(Span::ZERO),
            young: all().filter(|case| case.ended.is_some() && !counts(case)).count(),
            open: all().filter(|case| case.ended.is_none() && counts(case)).count(),
        }
    }

    /// What is left out and what counts though it is open; `None` where neither is.
    pub fn said(&self) -> Option<String> {
        let open = match self.open {
            0 => String::new(),
            n => format!("; {n} of them open, by their age"),
        };
        (self.young + self.open > 0).then(|| {
            format!(
                "Compared: {} and {} that began {} ago or before, as long as 85% of those before took{open}. Of younger ones \
                 only the short are over.",
                self.before.len(),
                self.after.len(),
                super::when::length(self.age),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Instant {
        Instant(Span::DAY.times(day).0)
    }

    /// Lengths in turn, a case a day, as far as they have come on a day.
    fn seen(from: i64, to: i64, today: i64) -> Vec<Seen> {
        let lengths = [3, 6, 10, 20, 30, 40, 50];
        let cases = (from..to).zip(lengths.iter().cycle()).filter(|(day, _)| *day <= today);
        let case = |(day, length): (i64, &i64)| Seen {
            started: at(day),
            ended: Some(at(day + length)).filter(|ended| *ended <= at(today)),
            due: Some(at(day + 30)),
            returns: 0,
            right: Some(true),
        };
        cases.map(case).collect()
    }

    fn median(samples: &[Sample]) -> Span {
        let mut lengths = samples.iter().map(|sample| sample.cycle).collect::<Vec<_>>();
        lengths.sort_unstable();
        nearest_rank(&lengths, 50).unwrap()
    }

    #[test]
    fn two_versions_that_take_the_same_are_the_same_whenever_one_looks() {
        for (today, began) in [(186, 7), (193, 14), (207, 28), (400, 140)] {
            let cohort = Cohort::of(&seen(0, 140, today), &seen(140, 280, today), at(today));
            assert_eq!((cohort.age, cohort.before.len()), (Span::DAY.times(40), 140));
            assert_eq!(cohort.after.len(), began, "open or not, on day {today}");
            assert_eq!(
                (median(&cohort.before), median(&cohort.after)),
                (Span::DAY.times(20), Span::DAY.times(20))
            );
            assert_eq!(cohort.open + cohort.young > 0, today < 400);
        }
    }

    #[test]
    fn what_is_open_has_broken_what_it_broke_and_kept_nothing_yet() {
        let case = |due: i64, right: bool| Seen {
            started: at(0),
            ended: None,
            due: Some(at(due)),
            returns: 1,
            right: Some(right),
        };
        let over = Seen { ended: Some(at(2)), ..case(9, true) };
        let cohort = Cohort::of(&[over], &[case(5, true), case(50, false)], at(10));
        let told = cohort.after.iter().map(|of| (of.on_time, of.right, of.returns)).collect::<Vec<_>>();
        assert_eq!(told, [(Some(false), None, 1), (None, Some(false), 1)]);
        assert!(cohort.said().unwrap().contains("2 of them open"));
        assert_eq!(Cohort::of(&[over], &[over], at(10)).said(), None);
    }
}
