//! When an open case is at risk, and how that is said: more of those that were like it took longer than is left
//! than did not. With too few of them only its age speaks, and it says so. Knows no clock.

use super::{Basis, Forecast};
use crate::domain::zone::Zone;
use crate::domain::{Instant, when};

/// From this share on it is likelier late than in time.
const LIKELY: f64 = 0.5;
/// Fewer than these say nothing, not even that a case is old ...
const FEW: usize = 5;
/// ... unless it is older than so many of a hundred ever were.
const OLD: f64 = 0.85;

/// What is likely of an open case with a due instant that has not come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Risk {
    pub due: Instant,
    pub basis: Basis,
    /// Finished cases it rests on.
    pub n: usize,
    /// Share of them that took longer than is left; by age alone, share of them that it is older than. 0 to 1.
    pub share: f64,
    likely: bool,
}

impl Risk {
    /// What a forecast says of being late; `None` when that has happened, or nothing can be said.
    pub fn of(forecast: &Forecast, due: Option<Instant>, now: Instant) -> Option<Risk> {
        let due = due.filter(|due| *due >= now)?;
        let (basis, n) = (forecast.basis, forecast.n);
        let (share, likely) = match basis {
            Basis::StepAndAge | Basis::Age => {
                let late = 1.0 - forecast.on_time?;
                (late, late >= LIKELY)
            }
            Basis::Rank => {
                let older = forecast.rank.filter(|_| n >= FEW)?;
                let (as_old, longer) = forecast.as_old;
                (older, if as_old < FEW { older >= OLD } else { longer as f64 >= as_old as f64 * LIKELY })
            }
        };
        Some(Risk { due, basis, n, share, likely })
    }

    /// Whether somebody should look at it before it is late.
    pub fn is_likely(&self) -> bool {
        self.likely
    }

    /// The chance to be on time; `None` where only the age is known.
    pub fn on_time(&self) -> Option<f64> {
        (self.basis != Basis::Rank).then_some(1.0 - self.share)
    }

    /// For somebody who asks why: `As a whole it is likely to be late (due Fri 17:00): 62% of 40 ...`. What only its age
    /// speaks of is said no more surely than that.
    pub fn sentence(&self, now: Instant, zone: &Zone) -> String {
        let likely = match (self.is_likely(), self.basis) {
            (true, Basis::Rank) => "may well be late",
            (true, _) => "is likely to be late",
            (false, _) => "is likely to be in time",
        };
        format!("As a whole it {likely} (due {}): {}.", when::show(self.due, now, zone), self.words())
    }

    /// `62% of 40 like it took longer than is left`
    pub fn words(&self) -> String {
        let Risk { n, share, .. } = self;
        match self.basis {
            Basis::StepAndAge => format!("{:.0}% of {n} like it took longer than is left", share * 100.0),
            Basis::Age => format!("{:.0}% of {n} as old took longer than is left", share * 100.0),
            Basis::Rank => {
                let older = (share * *n as f64).round();
                format!("older than {older} of {n} that ended; too few as old to say how likely it is late")
            }
        }
    }
}

impl Basis {
    /// The word in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Basis::StepAndAge => "step_and_age",
            Basis::Age => "age",
            Basis::Rank => "age_rank",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CaseId;

    fn of(basis: Basis, n: usize, on_time: Option<f64>, rank: Option<f64>) -> Forecast {
        Forecast { case: CaseId(1), basis, n, on_time, half_by: None, most_by: None, rank, as_old: (1, 0) }
    }

    #[test]
    fn a_case_is_at_risk_from_the_middle_on_and_says_what_it_rests_on() {
        let (due, now) = (Some(Instant(10)), Instant(10));
        let risk = |forecast: &Forecast| Risk::of(forecast, due, now);
        let likely = risk(&of(Basis::StepAndAge, 40, Some(0.375), Some(0.2))).unwrap();
        assert_eq!(likely.words(), "62% of 40 like it took longer than is left");
        assert!(likely.is_likely() && likely.on_time() == Some(0.375));
        assert!(risk(&of(Basis::Age, 40, Some(0.5), None)).unwrap().is_likely(), "as likely late as not");
        assert!(!risk(&of(Basis::Age, 40, Some(0.51), None)).unwrap().is_likely());
        assert_eq!(Risk::of(&of(Basis::Age, 40, Some(0.1), None), due, Instant(11)), None, "it is late");
        assert_eq!(Risk::of(&of(Basis::Age, 40, Some(0.1), None), None, now), None, "nothing was promised");
    }

    #[test]
    fn with_thin_data_only_the_age_speaks_and_it_says_so() {
        let thin = |n, rank| Risk::of(&of(Basis::Rank, n, None, Some(rank)), Some(Instant(10)), Instant(0));
        let old = thin(12, 11.0 / 12.0).unwrap();
        let words = "older than 11 of 12 that ended; too few as old to say how likely it is late";
        assert_eq!(old.words(), words);
        assert!(old.is_likely() && old.on_time().is_none());
        assert!(!thin(12, 0.5).unwrap().is_likely());
        assert_eq!(thin(4, 1.0), None);
        let of_some = |longer| {
            let few = Forecast { as_old: (18, longer), ..of(Basis::Rank, 40, None, Some(0.55)) };
            Risk::of(&few, Some(Instant(10)), Instant(0)).unwrap().is_likely()
        };
        assert_eq!([of_some(8), of_some(9)], [false, true], "the few as old took longer, half of them");
    }
}
