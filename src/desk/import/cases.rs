//! One case of a log after the other: what of it had happened, what is under way, and whether it is here
//! already.

use super::LogImport;
use super::more::Said;
use super::observe::Names;
use super::own::{NO_STEP, no_step};
use crate::desk::whole::Told;
use crate::desk::{Desk, Error, Series};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context, ImportCase};
use crate::domain::counted::counted;
use crate::domain::event::{ClockStart, Event, ImportedOpen, ImportedRow, OpId, SubjectId};
use crate::domain::goal::Unit;
use crate::domain::process::{Process, Step};
use crate::domain::told_whole::{To, Whole, WholeBecame, WholeWork};
use crate::domain::{Goal, Handle, Instant, Party, Span};
use crate::eventlog;
use crate::store::{Stage, Staged};
use std::sync::Arc;

/// A case is one entry of the journal; a longer one would not fit.
const MOST_ROWS: usize = 100_000;

/// What all cases of an import have in common.
pub(super) struct Cases<'a> {
    pub process: &'a Arc<Process>,
    pub version: u32,
    pub calendar: Option<Handle>,
    pub catalog: &'a Catalog,
    /// Step of each activity, by number, and what it is called.
    pub steps: &'a [u32],
    pub activities: &'a Names,
    pub resources: &'a Names,
    /// Person of each resource, by number.
    pub people: &'a [Handle],
    pub as_of: Option<Instant>,
    pub shift: Span,
    /// The process was not here before, so no case of it can be.
    pub anew: bool,
    pub accountable: Party,
    /// The role of all of them.
    pub team: &'a Handle,
    /// What they are taken back as together.
    pub action: OpId,
    /// Something beside work was asked for.
    pub keeps: bool,
}

impl Cases<'_> {
    pub fn bring_in(
        &mut self,
        desk: &mut Desk,
        foreign: &str,
        rows: &[Staged],
        stage: &Stage,
        by: &mut Series<'_>,
        report: &mut LogImport,
    ) -> Result<(), Error> {
        let happened =
            self.as_of.map_or(rows.len(), |as_of| rows.partition_point(|row| row.start <= as_of.0));
        let (past, future) = rows.split_at(happened);
        report.rows_left_out += future.len() as u64;
        if past.is_empty() {
            report.cases_left_out += 1;
            return Ok(());
        }
        if past.len() > MOST_ROWS {
            report.refused_cases += 1;
            report.refuse(|| format!("case `{}`: more than {MOST_ROWS} rows", foreign.escape_debug()));
            return Ok(());
        }
        let Said { mut attributes, state, told, open: going_on } = self.said(past, stage)?;
        let whole = match told.filter(|_| self.as_of.is_none()) {
            Some(told) => self.whole(told, past, &going_on)?,
            None => None,
        };
        // One row of a case can be under way: the last that goes on, put behind all that was done meanwhile.
        let mut kept = Vec::new();
        if let (Some(last), None, None) = (going_on.last(), self.as_of, &whole) {
            let done = past.iter().enumerate().filter(|(n, _)| !going_on.contains(n)).map(|(_, row)| *row);
            kept.extend(done.chain(past.get(*last).copied()));
            attributes = self.said(&kept, stage)?.attributes;
        }
        let past = if kept.is_empty() { past } else { &kept };
        let withdrawn = whole.as_ref().is_some_and(|whole| whole.withdrawn.is_some());
        if state.as_deref() == Some(eventlog::WITHDRAWN) && !withdrawn {
            report.withdrawn += 1;
            return Ok(());
        }
        let open = match (self.as_of, past.last()) {
            _ if whole.is_some() => None,
            // Whoever wrote the log says so; its last row is as far as anybody knows.
            (None, Some(last)) if !kept.is_empty() || state.as_deref() == Some(eventlog::OPEN) => {
                Some(ImportedOpen::Task { clock: self.clock(self.step(last)?.goal)? })
            }
            _ => self.open(past, future)?,
        };
        let rows = past.iter().enumerate().map(|(n, row)| {
            let last = n + 1 == past.len();
            ImportedRow {
                step: self.steps.get(row.activity as usize).copied().unwrap_or(0),
                start: Instant(row.start) + self.shift,
                end: Instant(self.seen_end(row, last)) + self.shift,
                resource: self.person(row).cloned(),
            }
        });
        let rows = rows.collect::<Vec<_>>();
        if !self.anew
            && let Some(case) = desk.store.case_by_foreign(&self.process.handle, foreign)?
        {
            match self.of_known(desk, SubjectId::Case(case), past, &rows)? {
                Known::All => report.known += 1,
                Known::Other { more, ended } => {
                    report.refused_cases += 1;
                    report.rows_not_in += more;
                    report.refuse(|| {
                        let (foreign, lives) = (foreign.escape_debug(), if ended { "has ended" } else { "lives on" });
                        let rows = counted(more, "row");
                        format!("case `{foreign}`: is here as {case}, which {lives} here, without {rows} of the log; all of it comes in with --process and another name")
                    });
                }
            }
            return Ok(());
        }
        if past.iter().any(|row| self.steps.get(row.activity as usize) == Some(&NO_STEP)) {
            return no_step(self.process, &self.activities.texts, self.steps);
        }
        if let Some(whole) = &whole {
            let offers =
                whole.offers.iter().filter(|offer| !matches!(offer.became, WholeBecame::Closed { .. }));
            report.handoffs += offers.count() as u64;
            let waiting = whole.offers.iter().filter(|offer| offer.became == WholeBecame::Open);
            report.pending += waiting.count() as u64;
            report.open += u64::from(whole.ended.is_none());
            report.whole += 1;
        }
        let passes = rows.windows(2).filter(|_| whole.is_none()).filter(|pair| match pair {
            [before, after] => {
                before.resource.is_some() && after.resource.is_some() && before.resource != after.resource
            }
            _ => false,
        });
        report.handoffs += passes.count() as u64;
        report.pending += u64::from(matches!(open, Some(ImportedOpen::Handoff { .. })));
        report.open += u64::from(open.is_some());
        report.cases += 1;
        report.rows += rows.len() as u64;
        let import = ImportCase {
            process: self.process.handle.clone(),
            version: self.version,
            foreign: foreign.to_string(),
            accountable: self.accountable.clone(),
            shift: self.shift,
            rows,
            open,
            attributes,
            whole: whole.map(Box::new),
        };
        let ctx = Context { action: Some(self.action), ..by.context() };
        desk.execute(&Command::ImportCase(import), &ctx)?;
        Ok(())
    }

    /// What was told of the case by this program, where its rows are still those that were; `None` where they are not.
    fn whole(
        &self,
        told: Told,
        past: &[Staged],
        going_on: &[usize],
    ) -> Result<Option<Whole<u32, Handle>>, Error> {
        let rows = past.iter().map(|row| {
            let activity = self.activities.texts.get(row.activity as usize).map_or("", String::as_str);
            (activity, Instant(row.start), Instant(row.end))
        });
        let step = |activity: &str| {
            let step = self.steps.get(self.activities.get(activity)? as usize).copied()?;
            (step != NO_STEP).then_some(step)
        };
        let person = |name: &str| self.people.get(self.resources.get(name)? as usize).cloned();
        let Some(mut whole) = told.whole_for(&rows.collect::<Vec<_>>(), step, person) else {
            return Ok(None);
        };
        let said = whole.work.iter().enumerate().filter(|(_, work)| work.open).map(|(n, _)| n);
        if !said.eq(going_on.iter().copied()) {
            return Ok(None);
        }
        // It waits for something that has no row: then its last work is as far as anybody knows.
        if whole.ended.is_none() && whole.open() == 0 {
            let last = past.iter().enumerate().max_by_key(|(n, row)| (row.end, *n)).map_or(0, |(n, _)| n);
            if let Some(work) = whole.work.get_mut(last) {
                *work = WholeWork { open: true, ..WholeWork::default() };
            }
        }
        whole.clock = self.promised(whole.due.take());
        let mut clocks = number(&mut whole.clock, 0);
        for (row, work) in past.iter().zip(&mut whole.work) {
            let told = self.promised(work.due.take());
            work.clock = match told {
                None if work.open => self.clock(self.step(row)?.goal)?,
                told => told,
            };
            clocks += number(&mut work.clock, clocks);
        }
        for offer in &mut whole.offers {
            let is_open = offer.became == WholeBecame::Open;
            let accept = || self.process.steps.get(offer.step as usize).and_then(|step| step.accept);
            offer.clock = match self.promised(offer.due.take()) {
                None if is_open => self.clock(accept())?,
                told => told,
            };
            clocks += number(&mut offer.clock, clocks);
            offer.decide_clock = self.promised(offer.decide_by.take());
            clocks += number(&mut offer.decide_clock, clocks);
            if !is_open {
                continue;
            }
            // Somebody has to be able to take it.
            let known = match &offer.to {
                To::Person(_) => true,
                To::Role(role) => self.catalog.roles.contains_key(role),
                To::Contact => false,
            };
            if !known {
                offer.to = To::Role(self.team.clone());
            }
        }
        Ok(Some(whole))
    }

    fn person(&self, row: &Staged) -> Option<&Handle> {
        row.resource.and_then(|n| self.people.get(n as usize))
    }

    fn step(&self, row: &Staged) -> Result<&Step, Error> {
        let place = self.steps.get(row.activity as usize).copied().unwrap_or(0);
        match self.process.steps.get(place as usize) {
            Some(step) => Ok(step),
            None => no_step(self.process, &self.activities.texts, self.steps),
        }
    }

    /// Until when work is known to have gone on: what ended after `as_of` had not ended then.
    fn seen_end(&self, row: &Staged, last: bool) -> i64 {
        match self.as_of {
            Some(as_of) if row.end > as_of.0 && last => row.start,
            Some(as_of) => row.end.min(as_of.0),
            None => row.end,
        }
    }

    /// What is under way at `as_of`: the work of the last row, or the handoff to whoever does the next one.
    fn open(&self, past: &[Staged], future: &[Staged]) -> Result<Option<ImportedOpen>, Error> {
        let (Some(as_of), Some(last)) = (self.as_of, past.last()) else { return Ok(None) };
        if last.end > as_of.0 {
            return Ok(Some(ImportedOpen::Task { clock: self.clock(self.step(last)?.goal)? }));
        }
        let Some(next) = future.first() else { return Ok(None) };
        match self.person(next) {
            Some(to) if self.person(last) != Some(to) => {
                let step = self.step(next)?;
                Ok(Some(ImportedOpen::Handoff {
                    step: step.handle.clone(),
                    to: Party::Person(to.clone()),
                    clock: self.clock(step.accept)?,
                }))
            }
            _ => Ok(Some(ImportedOpen::Task { clock: self.clock(self.step(last)?.goal)? })),
        }
    }

    /// A clock of a goal, or until an instant that was told.
    fn start(&self, goal: Goal, until: Option<Instant>) -> Option<ClockStart> {
        let calendar = self.calendar.clone()?;
        let calendar_version = calendar_version(self.catalog, &calendar)?;
        Some(ClockStart { clock: 1, goal, calendar, calendar_version, until, climbs: None })
    }

    /// The clock of what was to be done until an instant.
    fn promised(&self, due: Option<Instant>) -> Option<ClockStart> {
        due.and_then(|due| self.start(Goal { count: 0, unit: Unit::Minute }, Some(due)))
    }

    fn clock(&self, goal: Option<Goal>) -> Result<Option<ClockStart>, Error> {
        let Some(goal) = goal else { return Ok(None) };
        self.start(goal, None).map(Some).ok_or_else(|| {
            Error::input(
                format!("There is no calendar to count {goal} in."),
                "`baton init` makes one; or leave --goal out.",
            )
        })
    }

    /// Which of these rows are not among those the case was imported with, moved as it was.
    fn of_known(
        &self,
        desk: &Desk,
        case: SubjectId,
        past: &[Staged],
        rows: &[ImportedRow],
    ) -> Result<Known, Error> {
        let entries = desk.store.entries(case)?;
        let other = |more: usize| Known::Other { more: more as u64, ended: false };
        let Some(Event::CaseImported { version, shift, rows: known, open, whole, .. }) =
            entries.first().map(|e| &e.event)
        else {
            return Ok(other(rows.len()));
        };
        let Some(process) = self.catalog.process(&self.process.handle, *version) else {
            return Ok(other(rows.len()));
        };
        let same = |before: &ImportedRow, (staged, row): (&Staged, &ImportedRow)| {
            let then = process.steps.get(before.step as usize);
            // It was called so by the log, or it is the same step, whatever it is called by now.
            let called = self.activities.texts.get(staged.activity as usize);
            let step = then.is_some_and(|then| {
                let now = self.process.steps.get(row.step as usize);
                Some(&then.title) == called || now.is_some_and(|now| now.handle == then.handle)
            });
            before.start - *shift == row.start - self.shift
                && before.end - *shift == row.end - self.shift
                && before.resource == row.resource
                && step
        };
        // Both are in the same order, so that one walk finds every row.
        let (mut known, mut more) = (known.iter(), 0);
        for row in past.iter().zip(rows) {
            let mut rest = known.clone();
            let until = row.1.start - self.shift;
            let mut near = rest.by_ref().take_while(|before| before.start - *shift <= until);
            match near.any(|before| same(before, row)) {
                true => known = rest,
                false => more += 1,
            }
        }
        Ok(if more == 0 {
            Known::All
        } else {
            Known::Other {
                more,
                ended: open.is_none() && whole.as_ref().is_none_or(|whole| whole.ended.is_some()),
            }
        })
    }
}

/// Gives a clock the number after so many; how many more there are then.
fn number(clock: &mut Option<ClockStart>, before: u32) -> u32 {
    let Some(clock) = clock else { return 0 };
    clock.clock = before + 1;
    1
}

/// What a case that is here already has of its rows.
enum Known {
    All,
    /// So many are not there; whether all of it had ended when it came in.
    Other {
        more: u64,
        ended: bool,
    },
}

/// The catalog's calendar for clocks, where there is one.
fn calendar_version(catalog: &Catalog, calendar: &Handle) -> Option<u32> {
    catalog.newest_calendar(calendar).map(|(version, _)| version)
}
