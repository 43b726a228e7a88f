//! Points and lengths of time as whole milliseconds, so that sums are exact. Does not know what time it is,
//! nor any zone: see `zone`.

use serde::{Deserialize, Serialize};
use std::ops::{Add, AddAssign, Neg, Sub};

/// A point in time: milliseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

/// A signed length of elapsed time in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(pub i64);

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);
    /// 60 000 milliseconds.
    pub const MINUTE: Span = Span(60_000);
    /// 60 minutes.
    pub const HOUR: Span = Span(3_600_000);
    /// 24 hours of elapsed time, whatever the clocks on the wall do.
    pub const DAY: Span = Span(86_400_000);

    /// This length `n` times over.
    #[must_use]
    pub const fn times(self, n: i64) -> Span {
        Span(self.0.saturating_mul(n))
    }

    /// In seconds, as the figures of `metrics` are given.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

/// Lengths put together. Wider than a [`Span`]: where every open item ends in the year 9999, some ten thousand of them
/// are longer than 64 bits of milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Total(pub i128);

impl Total {
    pub const ZERO: Total = Total(0);

    /// In seconds, as the figures of `metrics` are given.
    #[must_use]
    pub fn seconds(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// As a length, the longest there is where it is longer.
    #[must_use]
    pub fn span(self) -> Span {
        Span(i64::try_from(self.0).unwrap_or(if self.0 < 0 { i64::MIN } else { i64::MAX }))
    }

    /// What part of another it is; nothing of nothing.
    #[must_use]
    pub fn part_of(self, all: Total) -> Option<f64> {
        (all.0 > 0).then(|| self.0 as f64 / all.0 as f64)
    }
}

impl From<Span> for Total {
    fn from(span: Span) -> Total {
        Total(i128::from(span.0))
    }
}

impl Add for Total {
    type Output = Total;
    fn add(self, other: Total) -> Total {
        Total(self.0 + other.0)
    }
}

impl Sub for Total {
    type Output = Total;
    fn sub(self, other: Total) -> Total {
        Total(self.0 - other.0)
    }
}

impl AddAssign<Span> for Total {
    fn add_assign(&mut self, span: Span) {
        self.0 += i128::from(span.0);
    }
}

impl std::iter::Sum<Span> for Total {
    fn sum<I: Iterator<Item = Span>>(iter: I) -> Total {
        iter.fold(Total::ZERO, |all, span| all + span.into())
    }
}

impl std::iter::Sum for Total {
    fn sum<I: Iterator<Item = Total>>(iter: I) -> Total {
        iter.fold(Total::ZERO, Add::add)
    }
}

impl Add<Span> for Instant {
    type Output = Instant;
    fn add(self, span: Span) -> Instant {
        Instant(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Instant {
    type Output = Instant;
    fn sub(self, span: Span) -> Instant {
        Instant(self.0.saturating_sub(span.0))
    }
}

impl Sub for Instant {
    type Output = Span;
    fn sub(self, earlier: Instant) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0.saturating_add(other.0))
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0.saturating_sub(other.0))
    }
}

impl Neg for Span {
    type Output = Span;
    fn neg(self) -> Span {
        Span(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Span {
    fn sum<I: Iterator<Item = Span>>(iter: I) -> Span {
        iter.fold(Span::ZERO, Add::add)
    }
}
