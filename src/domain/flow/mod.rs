//! How the cases of a process went, as the desk knows it: visits to steps, offers and what became of them. Pure
//! figures over these; the log of any system has its own in `figures`. Knows no clock: `now` is an argument.

mod age;
mod compare;
mod dice;
mod forecast;
mod kept;
mod parties;
mod passed;
mod pushed;
mod rework;
mod risk;
mod steady;
#[cfg(test)]
mod tests;
mod then;
mod times;

use super::cohort::Seen;
use super::id::{CaseId, Handle, RecordId};
use super::instant::{Instant, Span};
use super::party::Party;
use std::collections::BTreeSet;

pub use age::{Aged, ages, bands};
pub use compare::{Compared, compare};
pub use dice::Dice;
pub use forecast::{
    Basis, Calibration, Forecast, LONGEST, Outlook, Past, Remaining, Standing, calibration, daily, forecast,
    how_many, remaining, when_done,
};
pub use kept::{Kept, Promises, promises};
pub use parties::{Cost, Load, Minutes, Outside, cost, loads, outside, outside_by_step};
pub use passed::Passed;
pub use pushed::Pushed;
pub use rework::{Rework, StepRework, rework};
pub use risk::Risk;
pub use steady::Steadiness;
pub use times::{StepTimes, Timed, Waits, all_times, efficiency, step_times, tells_work, unaccepted};

/// A case with what was done in it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFacts {
    pub id: CaseId,
    pub title: String,
    pub version: u32,
    /// It changed its version, and is left out where versions are compared.
    pub migrated: bool,
    /// The record it is about, and its kind.
    pub about: Option<RecordId>,
    pub kind: Option<Handle>,
    pub started: Instant,
    /// `None` while it is open.
    pub ended: Option<Instant>,
    pub due: Option<Instant>,
    /// From a log, which shows no offers.
    pub imported: bool,
    /// In the order they were accepted.
    pub visits: Vec<Visit>,
    /// In the order they were offered; those from somebody to themselves are left out.
    pub offers: Vec<Offer>,
}

/// One occurrence of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub step: Handle,
    /// What it was for, where a step is done once for each of a list.
    pub item: Option<String>,
    /// The step it came from, where that is known.
    pub before: Option<Handle>,
    pub holder: Option<Handle>,
    /// When it was first offered; in a log, when the row before ended.
    pub entered: Instant,
    /// When others had it in hand, who handed it on before it was accepted last.
    pub held: Vec<(Instant, Instant)>,
    pub accepted: Instant,
    /// `None` while it is in hand.
    pub left: Option<Instant>,
    /// Waiting for something while in hand.
    pub waited: Span,
    pub due: Option<Instant>,
    /// Sent back to an earlier step instead of done.
    pub returned: bool,
    /// Done, and neither sent back nor taken away by something else.
    pub done: bool,
    /// For somebody outside to do: it waits for them, and whoever has it in hand minds it.
    pub outside: bool,
}

impl Visit {
    /// Done or sent back: what ended with its branch is in no figure of steps.
    pub fn worked(&self) -> bool {
        self.done || self.returned
    }

    /// How long it waited, as it passes: for somebody to take it, for something while in hand, for somebody outside.
    pub fn waiting(&self, now: Instant) -> Span {
        let held = self.held.iter().map(|(from, to)| *to - *from).sum::<Span>();
        let waited = (self.accepted - self.entered - held).max(Span::ZERO);
        match self.outside {
            true => waited + held + (self.left.unwrap_or(now) - self.accepted).max(Span::ZERO),
            false => waited + self.waited,
        }
    }

    /// When somebody had it in hand, until it was done; all of it, whoever it was.
    pub fn in_hand(&self) -> impl Iterator<Item = (Instant, Instant)> {
        let last = self.left.map(|left| (self.accepted, left.max(self.accepted)));
        self.held.iter().copied().chain(last)
    }
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    Open,
    Accepted,
    Declined,
    Recalled,
    /// It fell away with the work around it.
    Closed,
}

/// Work that was offered to somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub step: Handle,
    pub from_step: Option<Handle>,
    pub from: Handle,
    pub to: Party,
    pub by: Option<Handle>,
    pub offered: Instant,
    pub ended: Option<Instant>,
    pub due: Option<Instant>,
    pub became: Became,
    /// Work that was sent back.
    pub back: bool,
}

impl CaseFacts {
    /// From start to end; `None` while it is open.
    pub fn cycle(&self) -> Option<Span> {
        self.ended.map(|ended| ended - self.started)
    }

    /// From the first acceptance to the end: without the time in which nobody had taken any of it. A log begins with its
    /// first row.
    pub fn taken_up(&self) -> Option<(Instant, Instant)> {
        let first = self.visits.iter().map(|visit| visit.accepted).min().unwrap_or(self.started);
        self.ended.map(|ended| (first, ended))
    }

    /// How often its work was sent back or declined.
    pub fn returns(&self) -> usize {
        Passed::of([self]).returns()
    }

    /// Whether a step was done twice that is not meant to be.
    pub fn done_again(&self, meant: &[Handle]) -> bool {
        let mut seen = BTreeSet::new();
        let worked = self.visits.iter().filter(|visit| visit.worked() && !meant.contains(&visit.step));
        worked.map(|visit| (&visit.step, &visit.item)).any(|done| !seen.insert(done))
    }

    /// It as a comparison sees it. `meant` are the steps that come again on purpose.
    pub fn seen(&self, meant: &[Handle]) -> Seen {
        Seen {
            started: self.started,
            ended: self.ended,
            due: self.due,
            returns: u32::try_from(self.returns()).unwrap_or(u32::MAX),
            right: Some(!self.done_again(meant)),
        }
    }

    /// Whether it kept its due instant, or has not passed it yet; `None` without one.
    pub fn kept(&self, now: Instant) -> Option<bool> {
        self.due.map(|due| self.ended.unwrap_or(now) <= due)
    }
}

/// The lengths of the finished ones.
pub fn cycles(cases: &[CaseFacts]) -> Vec<Span> {
    cases.iter().filter_map(CaseFacts::cycle).collect()
}

/// The finished ones.
pub fn finished(cases: &[CaseFacts]) -> impl Iterator<Item = &CaseFacts> {
    cases.iter().filter(|case| case.ended.is_some())
}

/// The open ones.
pub fn open(cases: &[CaseFacts]) -> impl Iterator<Item = &CaseFacts> {
    cases.iter().filter(|case| case.ended.is_none())
}
