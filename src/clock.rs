//! The only place that asks for the time.

use crate::domain::Instant;
use std::time::{SystemTime, UNIX_EPOCH};

/// Where `now` comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's own.
    System,
    /// Stands still; `--now`, tests and what-if.
    Fixed(Instant),
}

impl Clock {
    /// The present instant.
    pub fn now(self) -> Instant {
        match self {
            Clock::Fixed(at) => at,
            Clock::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
        }
    }
}

/// How long something takes, whatever the clock on the wall does meanwhile.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(std::time::Instant);

impl Stopwatch {
    /// Begins to count.
    pub fn start() -> Stopwatch {
        Stopwatch(std::time::Instant::now())
    }

    /// Counted so far.
    pub fn elapsed(self) -> std::time::Duration {
        self.0.elapsed()
    }
}
