//! How long each visit to a step took and each handoff waited, from the rows of finished cases.

use super::WeekFigures;
use super::finished::{Became, FinishedWork};
use super::handoffs::Passes;
use crate::desk::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::figures::NONE;
use crate::domain::process::Measure;
use crate::domain::visits::{Over, Work, is_outside, visits};
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, Span, TaskId};
use crate::store::FinishedCase;
use chrono::{Datelike, TimeDelta};
use std::collections::{BTreeMap, HashMap};

/// One occurrence of a step that was done, or sent back.
#[derive(Debug)]
pub(super) struct Visit {
    pub case: CaseId,
    /// Its number in the [`FinishedWork`].
    pub step: u32,
    pub wait: Span,
    /// `None` where it is not worked at here, or the log knows one time a row.
    pub work: Option<Span>,
    /// It came by a way whose wait is meant.
    pub deliberate: bool,
    /// It came when the case was finished, by the rule of the process.
    pub after: bool,
    /// A log told it.
    told: bool,
}

impl Visit {
    /// Nothing of what came after the end.
    pub fn total(&self) -> Span {
        if self.after { Span::ZERO } else { self.wait + self.work.unwrap_or_default() }
    }
}

/// The finished cases of a period with all that was done in them.
#[derive(Debug)]
pub(super) struct Measured {
    pub finished: Vec<FinishedCase>,
    /// In order of their cases.
    pub visits: Vec<Visit>,
    pub passes: Passes,
    /// When work of each of them was first accepted; when it was registered where none was.
    begun: Vec<Instant>,
    /// How many of them a log told that knows no offers.
    pub logged: usize,
    /// Cases that ended in the period and never came to what finishes one.
    pub unfinished: usize,
}

impl Measured {
    /// Whether all of it is from a log that knows one time a row.
    pub fn elapsed(&self) -> bool {
        !self.visits.is_empty() && self.visits.iter().all(|visit| visit.told && visit.work.is_none())
    }

    /// From the first acceptance to the end of each finished case.
    pub fn taken_up(&self) -> Vec<Span> {
        self.finished.iter().zip(&self.begun).map(|(case, begun)| case.ended - *begun).collect()
    }

    /// The weeks in which cases ended, by the clocks of a zone.
    pub fn weeks(&self, zone: &Zone) -> Vec<WeekFigures> {
        let monday = |at: Instant| {
            let date = zone.date(at);
            date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
        };
        let ended = || self.finished.iter().map(|case| (case, monday(case.ended)));
        let (Some(first), Some(last)) =
            (ended().map(|(_, week)| week).min(), ended().map(|(_, week)| week).max())
        else {
            return Vec::new();
        };
        let mut weeks = BTreeMap::new();
        let mut week = first;
        while week <= last {
            let iso = week.iso_week();
            let name = format!("{}-W{:02}", iso.year(), iso.week());
            let (finished, with_due, on_time) = Default::default();
            weeks.insert(week, WeekFigures { name, finished, with_due, on_time });
            week += TimeDelta::days(7);
        }
        for (case, week) in ended() {
            let Some(week) = weeks.get_mut(&week) else { continue };
            week.finished.push(case.id);
            if case.due.is_some() {
                week.with_due.push(case.id);
            }
            if case.due.is_some_and(|due| case.ended <= due) {
                week.on_time.push(case.id);
            }
        }
        weeks.into_values().collect()
    }
}

/// From start to end of a finished case.
pub(super) fn cycle(case: &FinishedCase) -> Span {
    case.ended - case.started
}

impl Desk {
    /// Measures what of that work is wanted and finished within the period.
    pub(super) fn measure(
        &self,
        catalog: &Catalog,
        work: &FinishedWork,
        process: &Handle,
        period: (Instant, Instant),
        rule: &Measure,
        wanted: &dyn Fn(&CaseId) -> bool,
    ) -> Result<Measured, Error> {
        let finish = finish(work, rule);
        let within = |at: Instant| period.0 <= at && at < period.1;
        let (mut finished, mut unfinished) = (Vec::new(), 0);
        // For each case its place among those that count.
        let mut counted = vec![None; work.cases.len()];
        for ((case, at), counted) in work.cases.iter().zip(finish).zip(&mut counted) {
            if !wanted(&case.id) {
                continue;
            }
            unfinished += usize::from(at.is_none() && within(case.ended));
            if let Some(at) = at.filter(|at| within(*at)) {
                *counted = Some(finished.len());
                finished.push(FinishedCase { ended: at, ..case.clone() });
            }
        }
        let handoffs = self.store.ended_handoffs(process, work.period)?;
        let mut over = HashMap::<CaseId, Vec<Over<'_>>>::new();
        let mut passes = Passes::new(work);
        // Free tasks are no steps of the process; two of them have nothing in common but their name.
        for handoff in handoffs.iter().filter(|handoff| handoff.free.is_none()) {
            let counts = |place: &usize| counted.get(*place).is_some_and(Option::is_some);
            if work.place(handoff.case, 0).filter(counts).is_none() {
                continue;
            }
            passes.made(handoff);
            over.entry(handoff.case).or_default().extend(Over::of_row(handoff));
        }
        let rows = work.by_case();
        let begun = finished.iter().map(|case: &FinishedCase| case.started).collect();
        let mut measured = Measured { finished, visits: Vec::new(), passes, begun, logged: 0, unfinished };
        measured.visits.reserve_exact(rows.len());
        let meant = |before: Option<&Handle>, step: &Handle| {
            before.is_some_and(|before| rule.is_deliberate(before, step))
        };
        // The steps of each version that are for somebody outside, by their numbers.
        let outside_of = |version: u32| {
            let of = catalog.process(process, version);
            let is_one = |step: &Handle| of.and_then(|of| of.step(step)).is_some_and(is_outside);
            work.steps.iter().map(is_one).collect::<Vec<_>>()
        };
        let mut outside = HashMap::<u32, Vec<bool>>::new();
        for rows in rows.chunk_by(|one, other| one.case == other.case) {
            let Some(place) = rows.first().map(|row| row.case as usize) else { continue };
            let (Some(case), Some(counted)) = (work.cases.get(place), counted.get(place).copied().flatten())
            else {
                continue;
            };
            let first = rows.iter().map(|row| row.accepted).min();
            if let Some((begun, first)) = measured.begun.get_mut(counted).zip(first) {
                *begun = first;
            }
            measured.passes.told(case.id, rows);
            let logged = rows.iter().any(|row| row.told);
            measured.logged += usize::from(logged);
            let theirs = outside.entry(case.version).or_insert_with(|| outside_of(case.version));
            let works = rows.iter().zip(0..).filter(|(row, _)| row.became != Became::UnderWay);
            let works = works.filter_map(|(row, n)| {
                let (accepted, ended, waited) = (row.accepted, Some(row.ended), row.waited);
                let worked = matches!(row.became, Became::Done | Became::Returned);
                let outside = theirs.get(row.step as usize) == Some(&true);
                let step = work.steps.get(row.step)?;
                Some(Work { id: TaskId(n), step, accepted, ended, waited, worked, outside })
            });
            let offers = over.remove(&case.id).unwrap_or_default();
            let end = measured.finished.get(counted).map(|case| case.ended);
            let over = |entered: Instant| rule.finish.is_some() && end.is_some_and(|end| entered >= end);
            measured.visits.extend(visits(logged, works.collect(), offers).into_iter().map(|visit| Visit {
                case: case.id,
                wait: visit.wait,
                work: visit.work,
                deliberate: meant(visit.before, visit.of.step),
                after: over(visit.entered),
                step: rows.get(visit.of.id.0 as usize).map_or(NONE, |row| row.step),
                told: rows.get(visit.of.id.0 as usize).is_some_and(|row| row.told),
            }));
        }
        // A log that knows one time a row tells of no work.
        let is_known = |visit: &Visit| visit.told && visit.work > Some(Span::ZERO);
        if !measured.visits.iter().any(is_known) {
            measured.visits.iter_mut().filter(|visit| visit.told).for_each(|visit| visit.work = None);
        }
        Ok(measured)
    }
}

/// When each case was finished by the rule; `None` for one that ended and never came there.
pub(super) fn finish(work: &FinishedWork, rule: &Measure) -> Vec<Option<Instant>> {
    let Some(step) = &rule.finish else { return work.cases.iter().map(|case| Some(case.ended)).collect() };
    let mut finished = vec![None; work.cases.len()];
    for row in
        work.rows.iter().filter(|row| row.became == Became::Done && work.steps.get(row.step) == Some(step))
    {
        if let Some(last) = finished.get_mut(row.case as usize) {
            *last = (*last).max(Some(row.ended));
        }
    }
    finished
}
