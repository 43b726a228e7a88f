//! How late something is, as the screens and the command line say it. Computed from the clock on the wall
//! and a due instant; nothing is stored.

use super::counted::counted;
use super::instant::{Instant, Span};
use super::when;
use super::zone::Zone;

/// How much something presses, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// Past twice the time it was given.
    VeryLate,
    Late,
    /// Less than a fifth of its time is left.
    Soon,
    InTime,
    /// Nothing was promised, or the clock is paused.
    Open,
}

impl Urgency {
    /// How `due` stands at `now` for a clock that began at `started`.
    pub fn of(now: Instant, started: Option<Instant>, due: Option<Instant>) -> Urgency {
        let Some(due) = due else { return Urgency::Open };
        let given = started.map_or(Span::DAY, |started| due - started);
        match now - due {
            late if late > Span::ZERO && late > given => Urgency::VeryLate,
            late if late > Span::ZERO => Urgency::Late,
            early if -early.0 < given.0 / 5 => Urgency::Soon,
            _ => Urgency::InTime,
        }
    }

    /// Whether it is past due.
    pub fn is_late(self) -> bool {
        matches!(self, Urgency::VeryLate | Urgency::Late)
    }

    /// The two-column mark.
    pub fn mark(self) -> &'static str {
        match self {
            Urgency::VeryLate => "!!",
            Urgency::Late => "!",
            Urgency::Soon => "~",
            Urgency::InTime | Urgency::Open => "",
        }
    }

    /// The word for it in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Urgency::VeryLate => "very_late",
            Urgency::Late => "late",
            Urgency::Soon => "soon",
            Urgency::InTime => "in_time",
            Urgency::Open => "open",
        }
    }
}

/// By what a piece of work is told how late it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pressing {
    pub started: Option<Instant>,
    pub due: Option<Instant>,
    pub urgency: Urgency,
    /// It is the promise of the whole case.
    pub of_case: bool,
}

impl Pressing {
    /// Its own promise, when that began and is due; or that of its whole case, where that is past and came first, so that
    /// nothing becomes less late when its own promise runs out too. The one place that decides it, for every list and page.
    pub fn of(
        now: Instant,
        (started, due): (Option<Instant>, Option<Instant>),
        (case_started, case_due): (Instant, Option<Instant>),
    ) -> Pressing {
        let urgency = Urgency::of(now, started, due);
        let first = !urgency.is_late() || case_due < due;
        match is_past(case_due, now) && first {
            true => {
                let urgency = Urgency::of(now, Some(case_started), case_due);
                Pressing { started: Some(case_started), due: case_due, urgency, of_case: true }
            }
            false => Pressing { started, due, urgency, of_case: false },
        }
    }
}

/// Whether a due instant is past.
pub fn is_past(due: Option<Instant>, now: Instant) -> bool {
    due.is_some_and(|due| due < now)
}

/// `2d 3h late`, `due 2h` within the day, `due Mon 12:00` later; empty without a due instant.
pub fn time_left(now: Instant, due: Option<Instant>, zone: &Zone) -> String {
    match due {
        None => String::new(),
        Some(due) if Span((now - due).0.abs()) < Span::MINUTE => "due now".to_string(),
        Some(due) if now > due => format!("{} late", when::distance(now - due)),
        Some(due) if due - now < Span::HOUR.times(12) => format!("due {}", when::distance(due - now)),
        Some(due) => format!("due {}", when::show(due, now, zone)),
    }
}

/// How far off a date is, in words for agreeing on it: `in 4 days`, `in 3h`, `2d 3h late`.
pub fn how_far(now: Instant, due: Instant) -> String {
    let ahead = due - now;
    match ahead {
        _ if now > due => format!("{} late", when::distance(ahead)),
        _ if ahead < Span::DAY => format!("in {}", when::distance(ahead)),
        _ => format!("in {}", counted(ahead.0 / Span::DAY.0, "day")),
    }
}

/// `not started for 3h`: accepted, and nobody has begun. Nothing within the first hour.
pub fn not_started(now: Instant, accepted: Instant) -> Option<String> {
    let idle = now - accepted;
    (idle >= Span::HOUR).then(|| format!("not started for {}", when::distance(idle)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_measured_against_the_time_that_was_given() {
        let at = |hours: i64| Instant(0) + Span::HOUR.times(hours);
        let of = |now: i64| Urgency::of(at(now), Some(at(0)), Some(at(10)));
        assert_eq!(of(5), Urgency::InTime);
        assert_eq!(of(9), Urgency::Soon);
        assert_eq!(of(10), Urgency::Soon, "the due instant itself is still in time");
        assert_eq!(Urgency::of(at(10) + Span(1), Some(at(0)), Some(at(10))), Urgency::Late);
        assert_eq!(of(20), Urgency::Late);
        assert_eq!(of(21), Urgency::VeryLate);
        assert_eq!(Urgency::of(at(1), None, None), Urgency::Open);
    }

    #[test]
    fn work_is_told_by_its_whole_case_only_where_that_is_late_and_came_first() {
        let at = |hours: i64| Instant(0) + Span::HOUR.times(hours);
        let told = |own: Option<i64>, case: Option<i64>| {
            let told = Pressing::of(at(10), (Some(at(0)), own.map(at)), (at(0), case.map(at)));
            (told.due.map(|due| (due - at(0)).0 / Span::HOUR.0), told.urgency.is_late(), told.of_case)
        };
        assert_eq!(told(Some(20), Some(9)), (Some(9), true, true));
        assert_eq!(told(None, Some(9)), (Some(9), true, true));
        assert_eq!(told(Some(8), Some(9)), (Some(8), true, false), "its own came first");
        assert_eq!(told(Some(9), Some(8)), (Some(8), true, true), "nothing becomes less late");
        assert_eq!(told(Some(20), Some(11)), (Some(20), false, false));
        assert_eq!(told(Some(20), None), (Some(20), false, false), "a paused case has no due");
        assert_eq!(told(None, Some(10)), (None, false, false), "the due instant itself is still in time");
    }

    #[test]
    fn accepted_work_that_nobody_began_is_said_from_the_first_hour_on() {
        let at = |minutes: i64| Instant(0) + Span::MINUTE.times(minutes);
        assert_eq!(not_started(at(59), at(0)), None);
        assert_eq!(not_started(at(60), at(0)).as_deref(), Some("not started for 1h"));
    }
}
