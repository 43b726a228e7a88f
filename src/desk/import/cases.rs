//! One case of a log after the other: what of it had happened, what is under way, and whether it is here
//! already.

use super::{LogImport, calendar_version};
use crate::desk::{Desk, Error, Series};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context, ImportCase};
use crate::domain::event::{ClockStart, Event, ImportedOpen, ImportedRow, OpId, SubjectId};
use crate::domain::process::{Process, Step};
use crate::domain::{Goal, Handle, Instant, Party, Span};
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
    /// Step of each activity, by number.
    pub steps: &'a [u32],
    /// Person of each resource, by number.
    pub people: &'a [Handle],
    pub as_of: Option<Instant>,
    pub shift: Span,
    /// The process was not here before, so no case of it can be.
    pub anew: bool,
    pub accountable: Party,
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
        let open = self.open(past, future)?;
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
            match self.is_known(desk, SubjectId::Case(case), &rows)? {
                true => report.known += 1,
                false => {
                    report.refused_cases += 1;
                    report.refuse(|| {
                        let foreign = foreign.escape_debug();
                        format!("case `{foreign}`: is here as {case} with other rows, and lives on here")
                    });
                }
            }
            return Ok(());
        }
        let passes = rows.windows(2).filter(|pair| match pair {
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
            attributes: self.said(past, stage)?,
        };
        let ctx = Context { action: Some(self.action), ..by.context() };
        desk.execute(&Command::ImportCase(import), &ctx)?;
        Ok(())
    }

    fn person(&self, row: &Staged) -> Option<&Handle> {
        row.resource.and_then(|n| self.people.get(n as usize))
    }

    fn step(&self, row: &Staged) -> Result<&Step, Error> {
        let place = self.steps.get(row.activity as usize).copied().unwrap_or(0);
        self.process.steps.get(place as usize).ok_or(Error::Busy)
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

    fn clock(&self, goal: Option<Goal>) -> Result<Option<ClockStart>, Error> {
        let Some(goal) = goal else { return Ok(None) };
        let start = self.calendar.as_ref().and_then(|calendar| {
            let calendar_version = calendar_version(self.catalog, calendar)?;
            Some(ClockStart { clock: 1, goal, calendar: calendar.clone(), calendar_version, until: None })
        });
        start.map(Some).ok_or_else(|| {
            Error::input(
                format!("There is no calendar to count {goal} in."),
                "`baton init` makes one; or leave --goal out.",
            )
        })
    }

    /// Whether every row is among those the case was imported with, moved as it was.
    fn is_known(&self, desk: &Desk, case: SubjectId, rows: &[ImportedRow]) -> Result<bool, Error> {
        let entries = desk.store.entries(case)?;
        let Some(Event::CaseImported { version, shift, rows: known, .. }) = entries.first().map(|e| &e.event)
        else {
            return Ok(false);
        };
        let Some(process) = self.catalog.process(&self.process.handle, *version) else { return Ok(false) };
        let same = |a: &ImportedRow, b: &ImportedRow| {
            let title = |process: &Process, row: &ImportedRow| {
                process.steps.get(row.step as usize).map(|step| step.title.clone())
            };
            a.start - *shift == b.start - self.shift
                && a.end - *shift == b.end - self.shift
                && a.resource == b.resource
                && (*version == self.version && a.step == b.step
                    || title(process, a) == title(self.process, b))
        };
        // Both are in the same order, so that one walk finds every row.
        let mut known = known.iter();
        Ok(rows.iter().all(|row| known.any(|before| same(before, row))))
    }
}
