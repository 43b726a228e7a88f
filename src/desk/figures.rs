//! The figures of one process over a period, each with the cases behind it. Finished cases are measured, open
//! ones are counted: an unfinished length would pull every middle down.

mod bottleneck;
mod every;
mod file;
mod finished;
mod glance;
mod handoffs;
mod heard;
mod history;
mod measure;
mod standing;
mod steps;
#[cfg(test)]
mod tests;
mod told;

use super::query::no_process;
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::flow::Passed;
use crate::domain::metrics::{Stat, THIN};
use crate::domain::process::{Process, Way};
use crate::domain::{CaseId, Goal, Handle, Instant, Party, Span, Total};
use crate::store::FinishedCase;
use bottleneck::bottleneck;
pub use every::FigureLine;
pub use file::{Chosen, LogRows, read_log};
pub use finished::FinishedWork;
pub use glance::{Glance, StepGlance, total};
use handoffs::{Pass, Passes};
pub use heard::Told;
pub use history::Stays;
pub(super) use history::case_of;
pub use standing::{Standing, is_late};
use std::collections::BTreeSet;
use steps::{by_step, steps};

/// A period with everything in it there ever was.
pub const EVER: (Instant, Instant) = (Instant(i64::MIN / 4), Instant(i64::MAX / 4));

/// How a process did between two instants, and how it stands now.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    pub process: Handle,
    pub title: String,
    /// Cases that ended at or after the first and before the second.
    pub from: Instant,
    pub to: Instant,
    /// Waits are the time elapsed since the row before: the log knows only when work was done, not when it
    /// began.
    pub elapsed: bool,
    /// All of the finished cases are from a log, which shows no offers: between two people it knows the time since the row before.
    pub logged: bool,
    /// Open now, and those of them with anything late: a handoff, a task, or the case itself.
    pub open: Vec<CaseId>,
    pub late: Vec<CaseId>,
    /// Done in the period; withdrawn cases are in no figure.
    pub finished: Vec<CaseId>,
    /// What became of the offers of open cases so far, where nothing has finished: it is in no figure.
    pub under_way: Option<Passed>,
    /// Those of them that had a due instant, and those that kept it.
    pub with_due: Vec<CaseId>,
    pub on_time: Vec<CaseId>,
    /// From start to end of each finished case.
    pub cycle: Stat,
    /// Within which 85 of a hundred were done; `None` below twenty cases, which promise nothing.
    pub service_level: Option<Span>,
    /// In the order of the process; steps that only older versions have come last.
    pub steps: Vec<StepFigures>,
    pub bottleneck: Option<Bottleneck>,
    /// The same from the first acceptance.
    pub taken_up: Stat,
    /// All handoffs between two people of finished cases that were accepted: offer to acceptance.
    pub handoffs: Stat,
    /// The same one by one, to be put together by what they passed between.
    passes: Passes,
    /// From the week of the first case that ended to that of the last, without gaps.
    pub weeks: Vec<WeekFigures>,
    /// The step that finishes a case where its last work does not, and how many cases ended in the period and
    /// never came there: they are in no figure.
    pub finish: Option<Handle>,
    pub unfinished: usize,
    /// Ways whose wait is meant, and makes no bottleneck.
    pub deliberate: Vec<Way>,
}

/// A step's figures; its visits are those of finished cases.
#[derive(Debug, Clone, PartialEq)]
pub struct StepFigures {
    pub step: Handle,
    pub title: String,
    pub open: Vec<CaseId>,
    pub late: Vec<CaseId>,
    pub visits: usize,
    pub cases: Vec<CaseId>,
    /// First offer to acceptance, and the waits of the work; of a step for somebody outside all of it.
    pub wait: Stat,
    /// Acceptance to done, less the waits; nothing where nobody here works at it, or a log knows one time a row.
    pub work: Stat,
    /// Of the waits, what was meant.
    pub deliberate: Total,
    /// Of the waits, those of visits that came when the case was finished already, by the rule of its process: no time of
    /// its, and nobody lost it.
    pub after: Total,
    /// Wait and work of all visits until cases were finished, and their part of that of all steps, from 0 to 1.
    pub total: Total,
    pub share: f64,
    /// How the medians of wait and work together changed against the period before.
    pub trend: Option<Span>,
}

/// A handoff's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct HandoffFigures {
    /// `None` at the start of a case; also where it is counted by sender.
    pub from_step: Option<Handle>,
    /// The sender; `None` where it is counted by step.
    pub from: Option<Handle>,
    pub step: Handle,
    /// Whom it was offered to; `None` where it is counted by step.
    pub to: Option<Party>,
    /// Handoffs that were accepted, declined or recalled.
    pub count: usize,
    pub accepted: Stat,
    /// The same by the calendar of the process, where it has one.
    pub business: Option<Stat>,
    /// Answers, accepted or declined, to offers that had a due instant, and those that came in time.
    pub with_due: usize,
    pub on_time: usize,
    pub declined: usize,
    pub cases: Vec<CaseId>,
}

/// The step with the largest part of all waiting.
#[derive(Debug, Clone, PartialEq)]
pub struct Bottleneck {
    pub step: Handle,
    pub title: String,
    pub wait: Stat,
    pub work: Stat,
    /// Its part of the time of all steps, as [`StepFigures::share`], and of the waiting of all, from 0 to 1.
    pub share: f64,
    pub of_waiting: f64,
    /// Who holds most of what is open there: how many of how many.
    pub held: Option<(Handle, usize, usize)>,
    /// What faster answers would have been worth; `None` where the step promises no acceptance time, or keeping
    /// it would not have made the median shorter.
    pub had: Option<Had>,
}

/// What it would have been worth had every offer of a step been answered within the promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Had {
    pub promise: Goal,
    /// Offers that took longer to be answered, of how many.
    pub slow: usize,
    pub offers: usize,
    /// The median cycle time then.
    pub median: Span,
}

/// A week's cases that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekFigures {
    /// `2026-W47`
    pub name: String,
    pub finished: Vec<CaseId>,
    pub with_due: Vec<CaseId>,
    pub on_time: Vec<CaseId>,
}

/// A number whose cases are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    Open,
    Late,
    Finished,
    WithDue,
    OnTime,
    /// Finished cases that came to the step.
    Step(Handle),
    StepOpen(Handle),
    StepLate(Handle),
    /// From a step into another; from `None` at the start of a case.
    Way(Option<Handle>, Handle),
    /// From a person into a step, offered to a party.
    Pair(Handle, Handle, Party),
    /// By its name.
    Week(String),
}

impl Figures {
    /// The cases a number was counted from, in order of their numbers.
    pub fn cases_behind(&self, which: &Which) -> Vec<CaseId> {
        let step = |step: &Handle| self.steps.iter().find(|known| &known.step == step);
        let mut cases = match which {
            Which::Open => self.open.clone(),
            Which::Late => self.late.clone(),
            Which::Finished => self.finished.clone(),
            Which::WithDue => self.with_due.clone(),
            Which::OnTime => self.on_time.clone(),
            Which::Step(of) => step(of).map(|step| step.cases.clone()).unwrap_or_default(),
            Which::StepOpen(of) => step(of).map(|step| step.open.clone()).unwrap_or_default(),
            Which::StepLate(of) => step(of).map(|step| step.late.clone()).unwrap_or_default(),
            Which::Way(from, to) => {
                let ways = self.ways();
                let found = ways.into_iter().find(|way| &way.from_step == from && &way.step == to);
                found.map(|way| way.cases).unwrap_or_default()
            }
            Which::Pair(from, step, to) => {
                let same = |pair: &&HandoffFigures| {
                    pair.from.as_ref() == Some(from) && &pair.step == step && pair.to.as_ref() == Some(to)
                };
                self.pairs().iter().find(same).map(|pair| pair.cases.clone()).unwrap_or_default()
            }
            Which::Week(name) => {
                let found = self.weeks.iter().find(|week| &week.name == name);
                found.map(|week| week.finished.clone()).unwrap_or_default()
            }
        };
        cases.sort();
        cases.dedup();
        cases
    }

    /// Handoffs by step before and step after, most first; equal counts in the order of their names.
    pub fn ways(&self) -> Vec<HandoffFigures> {
        self.passes.ways()
    }

    /// The same by sender, step and whom it was offered to.
    pub fn pairs(&self) -> Vec<HandoffFigures> {
        self.passes.pairs()
    }

    /// What a step is called.
    pub fn step_title(&self, step: &Handle) -> String {
        let found = self.steps.iter().find(|known| &known.step == step);
        found.map_or_else(|| step.to_string(), |step| step.title.clone())
    }

    /// Kept promises of promises made, from 0 to 1; `None` when none was made.
    pub fn on_time_share(&self) -> Option<f64> {
        let made = self.with_due.len();
        (made > 0).then(|| self.on_time.len() as f64 / made as f64)
    }
}

impl Desk {
    /// The figures of a process for the cases that ended at or after `from` and before `to`, and how it stands
    /// at `now`.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn figures(
        &mut self,
        process: &Handle,
        from: Instant,
        to: Instant,
        now: Instant,
    ) -> Result<Figures, Error> {
        self.figures_of(process, from, to, now, &Chosen::default())
    }

    /// The same of some of its cases: those of a version, about a kind of record, or that somebody had work of.
    ///
    /// # Errors
    /// As above.
    pub fn figures_of(
        &mut self,
        process: &Handle,
        from: Instant,
        to: Instant,
        now: Instant,
        only: &Chosen,
    ) -> Result<Figures, Error> {
        let chosen = Chosen { from: Some(from), to: Some(to), ..only.clone() };
        let work = self.finished_cases(process, &chosen)?;
        self.figures_from(&work, process, &chosen, now)
    }

    /// The same, of work that was read for this choice.
    ///
    /// # Errors
    /// As above.
    pub fn figures_from(
        &mut self,
        work: &FinishedWork,
        process: &Handle,
        chosen: &Chosen,
        now: Instant,
    ) -> Result<Figures, Error> {
        let catalog = self.catalog()?;
        let (from, to) = (chosen.from.unwrap_or(EVER.0), chosen.to.unwrap_or(EVER.1));
        let before = from - (to - from);
        let earlier = Chosen { from: Some(before), to: Some(from), ..chosen.clone() };
        let kept = match chosen.is_all() {
            true => None,
            false => {
                let both = Chosen { from: Some(before), to: Some(to), ..chosen.clone() };
                let cases = self.facts(process, &both)?;
                Some(cases.iter().map(|case| case.id).collect::<BTreeSet<_>>())
            }
        };
        let wanted = |case: &CaseId| kept.as_ref().is_none_or(|kept| kept.contains(case));
        let newest = newest(&catalog, process)?;
        let zone = self.zone_for_weeks(process)?;
        let Standing { open, late, places } = self.standing(process, now, &wanted)?;
        let rule = newest.measure.clone().unwrap_or_default();
        let measured = self.measure(&catalog, work, process, (from, to), &rule, &wanted)?;
        // Before all there ever was nothing was.
        let (work_before, visits_before) = match from <= EVER.0 {
            true => Default::default(),
            false => {
                let work = self.finished_cases(process, &earlier)?;
                let visits = self.measure(&catalog, &work, process, (before, from), &rule, &wanted)?.visits;
                (work, visits)
            }
        };
        let mut steps =
            steps(newest, &catalog, &by_step(work, &measured.visits), &by_step(&work_before, &visits_before));
        for open in &places {
            if let Some(step) = steps.iter_mut().find(|step| step.step == open.place.step) {
                step.open.push(open.case.id);
                if is_late(open, now) {
                    step.late.push(open.case.id);
                }
            }
        }
        let calendar = catalog.calendar_of(newest).and_then(|calendar| catalog.newest_calendar(&calendar));
        let calendar = calendar.map(|(_, calendar)| calendar);
        let kept = |case: &&FinishedCase| case.due.is_some_and(|due| case.ended <= due);
        let finished = &measured.finished;
        let cycle = Stat::of(finished.iter().map(measure::cycle).collect());
        Ok(Figures {
            process: process.clone(),
            title: newest.title.clone(),
            from,
            to,
            elapsed: measured.elapsed(),
            logged: !finished.is_empty() && measured.logged == finished.len(),
            under_way: if finished.is_empty() { Some(self.under_way(process, &wanted)?) } else { None },
            open,
            late: late.into_iter().collect(),
            finished: finished.iter().map(|case| case.id).collect(),
            with_due: finished.iter().filter(|case| case.due.is_some()).map(|case| case.id).collect(),
            on_time: finished.iter().filter(kept).map(|case| case.id).collect(),
            cycle,
            taken_up: Stat::of(measured.taken_up()),
            service_level: cycle.within.filter(|_| cycle.n >= THIN),
            bottleneck: bottleneck(&steps, &measured, newest, calendar.map(|calendar| &**calendar), &places),
            handoffs: Stat::of(measured.passes.iter().filter_map(Pass::accepted_in).collect()),
            weeks: measured.weeks(&zone),
            steps,
            passes: measured.passes.by(calendar.cloned()),
            unfinished: measured.unfinished,
            finish: rule.finish,
            deliberate: rule.deliberate,
        })
    }
}

fn newest<'c>(catalog: &'c Catalog, process: &Handle) -> Result<&'c Process, Error> {
    let found = catalog.newest(process).map(|(_, newest)| &**newest);
    found.ok_or_else(|| no_process(process, catalog))
}

/// Each case once, however often it came by.
fn distinct(cases: impl Iterator<Item = CaseId>) -> Vec<CaseId> {
    let mut cases = cases.collect::<Vec<_>>();
    // They come in order, mostly.
    cases.dedup();
    cases.sort();
    cases.dedup();
    cases
}

/// What the newest version that has a step calls it.
fn titled(catalog: &Catalog, process: &Handle, step: &Handle) -> String {
    let mut versions = catalog.processes.get(process).into_iter().flatten().rev();
    let found = versions.find_map(|version| version.step(step));
    found.map_or_else(|| step.to_string(), |step| step.title.clone())
}

fn part(of: Total, all: Total) -> f64 {
    of.part_of(all).unwrap_or(0.0)
}
