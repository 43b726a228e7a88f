//! How late something is, as the screens and the command line say it. Computed from the clock on the wall
//! and a due instant; nothing is stored.

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
    fn accepted_work_that_nobody_began_is_said_from_the_first_hour_on() {
        let at = |minutes: i64| Instant(0) + Span::MINUTE.times(minutes);
        assert_eq!(not_started(at(59), at(0)), None);
        assert_eq!(not_started(at(60), at(0)).as_deref(), Some("not started for 1h"));
    }
}
