//! The finished work of a process, each row read once and kept small, because half a million of them are read for one
//! report: logs, visits and handoffs are all made from it. Measures nothing.

use super::EVER;
use super::file::Chosen;
use crate::desk::{Desk, Error};
use crate::domain::figures::{NONE, Names};
use crate::domain::imported::ToldCase;
use crate::domain::process::Process;
use crate::domain::{CaseId, Handle, Instant, Span};
use crate::eventlog;
use crate::store::{EndedTask, FinishedCase};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

/// Handles by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Handles {
    names: Names,
    handles: Vec<Handle>,
}

impl Handles {
    /// The number of a handle; [`NONE`] of what is none.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        let number = self.names.number(text);
        if number as usize == self.handles.len() {
            match text.parse() {
                Ok(handle) => self.handles.push(handle),
                Err(_) => return NONE,
            }
        }
        number
    }

    pub(super) fn get(&self, number: u32) -> Option<&Handle> {
        self.handles.get(number as usize)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Handle> {
        self.handles.iter()
    }
}

/// What became of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    Done,
    Returned,
    /// It was taken out of somebody's hand, or nobody needed it any more.
    Closed,
    /// The last row of a log's case that went on here: its work has a row of its own.
    UnderWay,
}

/// Work at a step of the process by one person. Numbers are those of the [`FinishedWork`].
#[derive(Debug, Clone, Copy)]
pub(super) struct WorkRow {
    /// Its place among the cases.
    pub case: u32,
    pub step: u32,
    /// [`NONE`] where a log named nobody.
    pub holder: u32,
    /// As a log says it, else [`NONE`].
    pub group: u32,
    pub accepted: Instant,
    pub ended: Instant,
    pub waited: Span,
    pub became: Became,
    /// A log told it.
    pub told: bool,
}

/// The cases of a process that ended in a period, and their work.
#[derive(Debug, Default)]
pub struct FinishedWork {
    /// In order of their numbers.
    pub(super) cases: Vec<FinishedCase>,
    pub(super) steps: Handles,
    pub(super) people: Handles,
    pub(super) groups: Names,
    /// What logs told, then what was done here; each in order of its case, or of the work's number.
    pub(super) rows: Vec<WorkRow>,
    /// Until when a log said a case was to be done, by its place.
    pub(super) deadlines: Vec<(u32, i64)>,
    /// Steps that were done once for each of a list.
    pub(super) for_items: BTreeSet<u32>,
    /// Within which cases ended; `None`, `None` for all there are.
    pub(super) period: (Option<Instant>, Option<Instant>),
}

impl FinishedWork {
    /// Rows of each case with its place, in the order they were read.
    pub(super) fn by_case(&self) -> Vec<&WorkRow> {
        let mut rows = self.rows.iter().collect::<Vec<_>>();
        // Mostly they are in this order, and then it costs nothing.
        rows.sort_by_key(|row| row.case);
        rows
    }

    /// The place of a case, looked for near another.
    pub(super) fn place(&self, case: CaseId, near: usize) -> Option<usize> {
        // Rows of one case come together, and those of the next after them.
        let is = |place: &usize| self.cases.get(*place).is_some_and(|known| known.id == case);
        let found = [near, near + 1].into_iter().find(is);
        found.or_else(|| self.cases.binary_search_by_key(&case, |known| known.id).ok())
    }
}

impl Desk {
    /// The work of the finished cases that are chosen; where the process says itself when a case is finished, of those
    /// too that ended after the period.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn finished_cases(&mut self, process: &Handle, chosen: &Chosen) -> Result<FinishedWork, Error> {
        let catalog = self.catalog()?;
        let newest = super::newest(&catalog, process)?;
        let ruled = newest.measure.as_ref().is_some_and(|measure| measure.finish.is_some());
        // Everything there ever was is read in one walk.
        let from = chosen.from.filter(|from| *from > EVER.0);
        let to = chosen.to.filter(|to| !ruled && *to < EVER.1);
        let zone =
            newest.measure.as_ref().and_then(|measure| Some(measure.zone.as_ref()?.name().to_string()));
        let of_party = match chosen.is_of_somebody() {
            true => Some(self.facts(process, chosen)?.iter().map(|case| case.id).collect::<HashSet<_>>()),
            false => None,
        };
        let versions = catalog.processes.get(process).map(Vec::as_slice).unwrap_or_default();
        let mut telling = Telling {
            versions,
            steps: versions.iter().map(|version| vec![NONE; version.steps.len()]).collect(),
            zone: zone.as_deref(),
        };
        let mut work = FinishedWork { period: (from, to), ..FinishedWork::default() };
        let mut taken = |case: FinishedCase, told: Option<&ToldCase<'_>>| {
            if chosen.takes(&case) && of_party.as_ref().is_none_or(|own| own.contains(&case.id)) {
                let place = work.cases.len() as u32;
                work.cases.push(case);
                if let Some(told) = told {
                    telling.put(told, place, &mut work);
                }
            }
        };
        self.store.each_finished_case(process, from, to, &mut taken)?;
        let mut near = 0;
        let mut put = |task: EndedTask<'_>| {
            let Some(place) = work.place(task.case, near) else { return };
            near = place;
            let step = work.steps.number(task.step);
            if task.for_item {
                work.for_items.insert(step);
            }
            let holder = task.holder.map_or(NONE, |holder| work.people.number(holder));
            work.rows.push(WorkRow {
                case: place as u32,
                step,
                holder,
                group: NONE,
                accepted: Instant(task.start),
                ended: Instant(task.end),
                waited: Span(task.waited),
                became: match (task.done, task.returned) {
                    (true, _) => Became::Done,
                    (_, true) => Became::Returned,
                    _ => Became::Closed,
                },
                told: false,
            });
        };
        self.store.each_ended_task(process, from, to, &mut put)?;
        Ok(work)
    }
}

/// Puts what logs told of cases to their work.
struct Telling<'c> {
    versions: &'c [Arc<Process>],
    /// The steps of each version by their place, so that none is looked up twice by what it is called.
    steps: Vec<Vec<u32>>,
    /// What the log wrote without an offset was read in this zone.
    zone: Option<&'c str>,
}

impl Telling<'_> {
    fn put(&mut self, told: &ToldCase<'_>, place: u32, work: &mut FinishedWork) {
        let version = (told.version as usize).wrapping_sub(1);
        let steps_then = self.versions.get(version).map(|version| &version.steps);
        let Some((steps_then, known)) = steps_then.zip(self.steps.get_mut(version)) else { return };
        let said = told.attributes.as_ref().map(|all| all.of_case()).unwrap_or_default();
        let said = said.iter().find(|said| said.key == eventlog::DEADLINE);
        if let Some(deadline) = said.and_then(|said| eventlog::instant_of(&said.text, self.zone)) {
            work.deadlines.push((place, deadline.saturating_add(told.shift)));
        }
        let finished = told.finished().len();
        for (n, (step, start, end, resource)) in told.rows.iter().enumerate() {
            let at = *step as usize;
            let group = told.attributes.as_ref().and_then(|all| all.row_text(n, eventlog::GROUP));
            let (Some(step), Some(number)) = (steps_then.get(at), known.get_mut(at)) else { continue };
            if *number == NONE {
                *number = work.steps.number(step.handle.as_str());
            }
            work.rows.push(WorkRow {
                case: place,
                step: *number,
                holder: resource.map_or(NONE, |one| work.people.number(one)),
                group: work.groups.maybe(group),
                accepted: Instant(*start),
                ended: Instant(*end),
                waited: Span::ZERO,
                became: if n < finished { Became::Done } else { Became::UnderWay },
                told: true,
            });
        }
    }
}
