//! How fast somebody is, and when with that a thing of theirs has its turn. Told from what they did; promises nothing.

use super::catalog::Catalog;
use super::id::Handle;
use super::instant::{Instant, Span};

/// How much somebody has and how fast they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pace {
    /// Open work they took before this.
    pub older: usize,
    /// What they finished lately.
    pub done: usize,
    /// Over how long that was.
    pub over: Span,
    /// When this has its turn, at an hour at which they work; `None` where they finished nothing.
    pub starts: Option<Instant>,
}

impl Pace {
    /// How much and how fast, with what follows for somebody's own hours.
    pub fn of(
        person: &Handle,
        (older, done): (usize, usize),
        over: Span,
        catalog: &Catalog,
        now: Instant,
    ) -> Pace {
        let pace = Pace { older, done, over, starts: None };
        Pace { starts: pace.turn_in().map(|turn| catalog.next_at_work(person, now + turn)), ..pace }
    }

    /// How long until this has its turn, when they go on as they did; `None` where they finished nothing.
    fn turn_in(&self) -> Option<Span> {
        let (older, done) = (i64::try_from(self.older).ok()?, i64::try_from(self.done).ok()?);
        (done > 0).then(|| Span(self.over.0 / done * older))
    }
}
