//! How far long work is, on standard error: what it is and a number at a terminal, and nothing in a pipe.

use std::io::{IsTerminal, Write};

/// How far a long look is, on a terminal that somebody watches: it takes longer to draw than to compare, so
/// one line a percent is enough.
pub struct Percent {
    shows: bool,
    what: &'static str,
    last: Option<usize>,
}

impl Percent {
    /// At a terminal, for a person; `what` is being done.
    pub fn new(for_people: bool, what: &'static str) -> Percent {
        Percent { shows: for_people && std::io::stderr().is_terminal(), what, last: None }
    }

    /// Says how far it is, where that is worth saying.
    pub fn at(&mut self, n: usize, of: usize) {
        let percent = n * 100 / of.max(1);
        if self.shows && of > 1000 && Some(percent) != self.last {
            self.last = Some(percent);
            let _ = write!(std::io::stderr(), "\r{}: {percent}%", self.what);
        }
    }

    /// Takes it away again.
    pub fn clear(&self) {
        if self.last.is_some() {
            let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = self.what.len() + 6);
        }
    }
}
