//! What is wanted of an event log and what came of it. Reads nothing and brings in nothing.

use super::TOLD;
use crate::desk::Error;
use crate::domain::nearest::nearest;
use crate::domain::process::{Measure, Process, Way};
use crate::domain::{Goal, Handle, Instant};
use crate::eventlog::{self, Options};
use std::path::{Path, PathBuf};

/// A larger part of rows at midnight than this, and the log knows days rather than hours.
const DATES: f64 = 0.05;

/// What is wanted of a log.
#[derive(Debug, Clone, Default)]
pub struct LogWish {
    pub read: Options,
    /// Made from the name of the file unless given.
    pub process: Option<Handle>,
    /// Rows after this are left out, and cases that go on after it are open.
    pub open_as_of: Option<Instant>,
    /// Move everything by the whole weeks that bring `open_as_of` into the seven days before now.
    pub shift_to_now: bool,
    /// By step handle, activity, or `*` for all steps.
    pub goals: Vec<(String, Goal)>,
    /// The activity that finishes a case; the last row does unless it is given.
    pub finish: Option<String>,
    /// Ways between activities whose wait is meant.
    pub deliberate: Vec<(String, String)>,
    /// Activities that are meant to come again.
    pub repeats: Vec<String>,
    /// Say what would come in, and leave the file as it is.
    pub dry_run: bool,
}

/// What an import of a log brought, or would bring.
#[derive(Debug, Clone, PartialEq)]
pub struct LogImport {
    pub process: Handle,
    pub version: u32,
    pub dry_run: bool,
    pub file: PathBuf,
    /// What the reader took the file for; `None` before it was read.
    pub found: Option<eventlog::Guess>,
    /// What the reader found, in numbers.
    pub log: eventlog::Report,
    /// Refused rows, `file:line: reason`, and refused cases; the first twenty.
    pub refusals: Vec<String>,
    /// Rows that were refused.
    pub refused_rows: u64,
    /// Cases that are here already without some rows that the log has now, or are too long.
    pub refused_cases: u64,
    /// Rows of those cases that did not come in.
    pub rows_not_in: u64,
    /// Rows that became work.
    pub rows: u64,
    /// Rows after `open_as_of`.
    pub rows_left_out: u64,
    /// Cases that came in, the open ones among them, and handoffs of them.
    pub cases: u64,
    pub open: u64,
    pub handoffs: u64,
    /// Handoffs that wait to be accepted.
    pub pending: u64,
    /// Cases that were here already, row for row.
    pub known: u64,
    /// Cases that begin after `open_as_of`.
    pub cases_left_out: u64,
    /// Cases that were withdrawn, as the log says, and are in no figure.
    pub withdrawn: u64,
    /// Cases that a log written by this program told whole: with when they were registered and what was offered.
    pub whole: u64,
    pub steps: usize,
    /// People that were added, of so many resources.
    pub people_added: usize,
    pub resources: usize,
    /// By how many weeks everything was moved.
    pub weeks: i64,
}

impl LogImport {
    /// Of a file that nothing is known about yet.
    pub(super) fn of(process: Handle, path: &Path, dry_run: bool) -> LogImport {
        LogImport {
            process,
            version: 0,
            dry_run,
            file: path.to_path_buf(),
            found: None,
            log: eventlog::Report::default(),
            refusals: Vec::new(),
            refused_rows: 0,
            refused_cases: 0,
            rows_not_in: 0,
            rows: 0,
            rows_left_out: 0,
            cases: 0,
            open: 0,
            handoffs: 0,
            pending: 0,
            known: 0,
            cases_left_out: 0,
            withdrawn: 0,
            whole: 0,
            steps: 0,
            people_added: 0,
            resources: 0,
            weeks: 0,
        }
    }

    /// That no row of the file is one, with what was refused: an empty process would be made of it.
    pub(super) fn nothing(&self) -> Error {
        let what = format!("{} has no row that could be brought in.", self.file.display());
        let lines = [what].into_iter().chain(self.refusals.iter().cloned()).collect();
        Error::Input {
            lines,
            hint: "Nothing was imported; check the columns, or export it again.".to_string(),
        }
    }

    /// Whether anything of the log was refused: exit status 1.
    pub fn refused(&self) -> bool {
        self.refused_rows + self.refused_cases > 0
    }

    pub(super) fn refuse(&mut self, line: impl FnOnce() -> String) {
        if self.refusals.len() < TOLD {
            self.refusals.push(line());
        }
    }
}

impl LogWish {
    /// Whether it says of the process what the rows do not.
    pub(super) fn says_more(&self) -> bool {
        let lists = [self.goals.is_empty(), self.deliberate.is_empty(), self.repeats.is_empty()];
        self.finish.is_some() || lists.contains(&false)
    }

    /// How cases of the log are measured: as it was before where nothing is said.
    pub(super) fn measure(
        &self,
        process: &Process,
        before: Option<&Measure>,
        report: &LogImport,
    ) -> Result<Option<Measure>, Error> {
        let mut measure = before.cloned().unwrap_or_default();
        let there = |step: &Handle| process.step(step).is_some();
        // Steps that the log does not show any more cannot be spoken of.
        measure.finish = measure.finish.filter(there);
        measure.deliberate.retain(|way| there(&way.from) && there(&way.to));
        measure.repeats.retain(there);
        if let Some(finish) = &self.finish {
            measure.finish = Some(step_of(process, finish)?);
        }
        for (from, to) in &self.deliberate {
            let way = Way { from: step_of(process, from)?, to: step_of(process, to)? };
            if !measure.deliberate.contains(&way) {
                measure.deliberate.push(way);
            }
        }
        for step in &self.repeats {
            let step = step_of(process, step)?;
            if !measure.repeats.contains(&step) {
                measure.repeats.push(step);
            }
        }
        if let Some(zone) = &self.read.zone {
            measure.zone = zone.parse().ok();
        }
        measure.dates_only |= report.log.date_only_share() > DATES;
        measure.intervals |= report.found.as_ref().is_some_and(eventlog::Guess::tells_starts);
        Ok(Some(measure).filter(|measure| !measure.is_usual()))
    }
}

/// A step by its handle or by its activity.
pub(super) fn step_of(process: &Process, text: &str) -> Result<Handle, Error> {
    let by_title = process.steps.iter().find(|step| step.title == text);
    let found = by_title.or_else(|| process.steps.iter().find(|step| step.handle.as_str() == text));
    found.map(|step| step.handle.clone()).ok_or_else(|| {
        let names = process.steps.iter().flat_map(|step| [step.handle.as_str(), step.title.as_str()]);
        let hint = nearest(text, names).map_or_else(
            || "Name a step or an activity of it.".to_string(),
            |near| format!("Did you mean `{near}`?"),
        );
        Error::input(format!("The log has no step `{}`.", text.escape_debug()), hint)
    })
}
