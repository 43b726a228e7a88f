//! How far long work is, on standard error: a number at a terminal and nothing in a pipe.

use std::io::{IsTerminal, Write};

/// How far a long look is, on a terminal that somebody watches: it takes longer to draw than to compare, so
/// one line a percent is enough.
pub struct Percent {
    shows: bool,
    last: usize,
}

impl Percent {
    /// At a terminal, for a person.
    pub fn new(for_people: bool) -> Percent {
        Percent { shows: for_people && std::io::stderr().is_terminal(), last: 0 }
    }

    /// Says how far it is, where that is worth saying.
    pub fn at(&mut self, n: usize, of: usize) {
        let percent = n * 100 / of.max(1);
        if self.shows && of > 1000 && percent != self.last {
            self.last = percent;
            let _ = write!(std::io::stderr(), "\r{percent}%");
        }
    }

    /// Takes it away again.
    pub fn clear(&self) {
        if self.last > 0 {
            let _ = write!(std::io::stderr(), "\r    \r");
        }
    }
}
