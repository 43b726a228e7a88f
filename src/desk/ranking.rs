//! What each process loses, to say which to improve first. Gathers; judging is the domain's.

use super::{Chosen, Desk, Error};
use crate::domain::flow::{Became, CaseFacts, Visit};
use crate::domain::process::Measure;
use crate::domain::rank::{self, Burden, Ranked};
use crate::domain::{Handle, Instant, Span};

/// How far back the ranking looks.
pub const RANKED_DAYS: i64 = 90;

impl Desk {
    /// Every process with what it lost in the last 90 days, most first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn ranked(&mut self, now: Instant) -> Result<Vec<Ranked>, Error> {
        let catalog = self.catalog()?;
        let chosen = Chosen { from: Some(now - Span::DAY.times(RANKED_DAYS)), ..Chosen::default() };
        let mut burdens = Vec::new();
        for handle in catalog.processes.keys() {
            let Some((_, process)) = catalog.newest(handle) else { continue };
            let cases = self.facts(handle, &chosen)?;
            let finished = cases.iter().filter(|case| case.ended.is_some()).count();
            let told = self.heard(&cases)?;
            burdens.push(Burden {
                process: handle.clone(),
                title: process.title.clone(),
                finished,
                open: cases.len() - finished,
                lost: cases.iter().map(|case| lost(case, process.measure.as_ref(), now)).sum(),
                returns: cases.iter().map(CaseFacts::returns).sum(),
                exceptions: told.pushed.exceptions,
                read: (told.read, told.of),
                effort: catalog.efforts.get(handle).copied(),
            });
        }
        Ok(rank::rank(burdens))
    }
}

/// The longer of two: how long its work waited for somebody, but for waits that are meant, and how long it is or was late.
fn lost(case: &CaseFacts, measure: Option<&Measure>, now: Instant) -> Span {
    let meant = |before: Option<&Handle>, step: &Handle| {
        before.zip(measure).is_some_and(|(before, measure)| measure.is_deliberate(before, step))
    };
    let late = case.due.map_or(Span::ZERO, |due| case.ended.unwrap_or(now) - due);
    // By a rule of its own a case may be finished before its last step.
    let in_time = |visit: &&Visit| case.ended.is_none_or(|end| visit.entered < end);
    let visits =
        case.visits.iter().filter(in_time).filter(|visit| !meant(visit.before.as_ref(), &visit.step));
    let waited = visits.map(|visit| visit.waiting(now));
    let open = case.offers.iter().filter(|offer| offer.became == Became::Open);
    let open =
        open.filter(|offer| !meant(offer.from_step.as_ref(), &offer.step)).map(|offer| now - offer.offered);
    waited.chain(open).sum::<Span>().max(late).max(Span::ZERO)
}
