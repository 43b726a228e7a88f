//! Dates as they are typed: read, and said back as they were understood, before anything follows from them. The one place of
//! the command line that does both, so that no date is taken in silence.

use super::session::{Session, Work};
use crate::desk::Error;
use crate::domain::Instant;
use crate::domain::urgency::how_far;
use crate::domain::when::When;

/// When something is due, or ends: a day means its end.
pub fn due(s: &mut Session, work: &mut Work, what: &str, text: &str) -> Result<Instant, Error> {
    let when = work.time_to_come(text)?;
    Ok(said(s, work, what, when))
}

/// When something is taken up again: a day means its beginning.
pub fn begins(s: &mut Session, work: &mut Work, what: &str, text: &str) -> Result<Instant, Error> {
    let when = work.time_to_begin(text)?;
    Ok(said(s, work, what, when))
}

fn said(s: &mut Session, work: &Work, what: &str, when: When) -> Instant {
    say(s, work, what, when.at);
    when.note.iter().for_each(|note| s.say(&format!("note: {note}")));
    when.at
}

/// `due Sat 21 Nov 17:00, in 1 day`
pub fn say(s: &mut Session, work: &Work, what: &str, at: Instant) {
    let far = if at > work.now { how_far(work.now, at) } else { "now or before".to_string() };
    s.say(&format!("{what} {}, {far}", work.wall().at(at)));
}
