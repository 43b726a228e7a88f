//! Holidays out of a file for a calendar that is here: what they would change, before anything is. Reads;
//! the change itself is the calendar's next version, applied like any other.

use super::{Desk, Error};
use crate::domain::calendar::Calendar;
use crate::domain::command::Command;
use crate::domain::holidays::Plan;
use crate::domain::nearest::nearest;
use crate::domain::refusal::Refusal;
use crate::domain::{Handle, Instant, ics};
use chrono::{Datelike, NaiveDate};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// No file of holidays is longer.
const LARGEST: u64 = 4 * 1024 * 1024;
/// A longer range is taken for a slip of the finger.
const MOST_YEARS: i32 = 20;

/// Which dates are asked for, both included; this year and the next unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HolidayRange {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// The holidays of a file, for one version of a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holidays {
    pub calendar: Handle,
    pub version: u32,
    pub definition: Arc<Calendar>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub plan: Plan,
}

impl Holidays {
    /// The command that brings the wanted ones in; it changes nothing when all are there already.
    pub fn command(&self) -> Command {
        let definition = Arc::new(self.plan.apply(&self.definition));
        Command::ApplyCalendar { calendar: self.calendar.clone(), definition }
    }
}

impl Desk {
    /// What the file would change in a calendar, the company's own unless named. `name` is the file's, for the
    /// sentence that refuses it.
    ///
    /// # Errors
    /// No such calendar, a range that is none, or bytes that are no iCalendar file.
    pub fn holidays(
        &mut self,
        (name, bytes): (&str, &[u8]),
        calendar: Option<&Handle>,
        range: HolidayRange,
        now: Instant,
    ) -> Result<Holidays, Error> {
        let catalog = self.catalog()?;
        let own = catalog.settings.as_ref().map(|settings| &settings.calendar);
        let Some(handle) = calendar.or(own) else {
            return Err(not_found("There is no calendar yet.", "`baton init` makes the usual ones."));
        };
        let Some((version, definition)) = catalog.newest_calendar(handle) else {
            let hint = match nearest(handle.as_str(), catalog.calendars.keys().map(Handle::as_str)) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "`baton calendar list` shows them.".to_string(),
            };
            return Err(not_found(&format!("There is no calendar `{handle}`."), &hint));
        };
        let zone = definition.zone();
        let (from, to) = dates(range, zone.date(now).year())?;
        let read = ics::read(bytes, zone, from, to).map_err(|e| {
            let told = e.to_string();
            let (what, hint) = told.split_once("; ").unwrap_or((&told, ""));
            let (first, rest) = hint.split_at(hint.chars().next().map_or(0, char::len_utf8));
            Error::input(format!("{name}: {what}."), format!("{}{rest}.", first.to_uppercase()))
        })?;
        let plan = Plan::new(read, definition);
        Ok(Holidays { calendar: handle.clone(), version, definition: definition.clone(), from, to, plan })
    }

    /// The same for a file that is here; a path may begin with `~/`.
    ///
    /// # Errors
    /// Those of [`Desk::holidays`], and that the file cannot be read.
    pub fn holidays_of_file(
        &mut self,
        path: &str,
        calendar: Option<&Handle>,
        now: Instant,
    ) -> Result<Holidays, Error> {
        let home = path.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
        let file = home.unwrap_or_else(|| Path::new(path).to_path_buf());
        let mut bytes = Vec::new();
        std::fs::File::open(&file)
            .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
            .map_err(|e| Error::input(format!("{path} cannot be read: {e}."), "Check its name."))?;
        if bytes.len() as u64 > LARGEST {
            return Err(Error::input(
                format!("{path} is larger than 4 MiB."),
                "That is no file of holidays.",
            ));
        }
        self.holidays((path, &bytes), calendar, HolidayRange::default(), now)
    }

    /// How many open clocks will follow a calendar to its newest version at the next tick.
    pub fn clocks_to_follow(&mut self, calendar: &Handle) -> Result<usize, Error> {
        match self.catalog()?.newest_calendar(calendar) {
            Some((newest, _)) => Ok(self.store.clocks_on_older(calendar, newest)?),
            None => Ok(0),
        }
    }
}

fn dates(range: HolidayRange, year: i32) -> Result<(NaiveDate, NaiveDate), Error> {
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
    let from = range.from.or_else(|| day(range.to.map_or(year, |to| to.year().min(year)), 1, 1));
    let from = from.unwrap_or(NaiveDate::MIN);
    let to = range.to.or_else(|| day(from.year().max(year) + 1, 12, 31)).unwrap_or(NaiveDate::MAX);
    if from > to {
        let what = format!("{from} lies after {to}.");
        return Err(Error::input(what, "Give the first date with --from and the last with --to."));
    }
    if to.year() - from.year() > MOST_YEARS {
        let what = format!("From {from} to {to} is too long.");
        return Err(Error::input(what, format!("Ask for at most {MOST_YEARS} years at once.")));
    }
    Ok((from, to))
}

fn not_found(what: &str, hint: &str) -> Error {
    let refusal = Refusal::NotFound { what: what.to_string(), hint: hint.to_string() };
    Error::refused(refusal, &|_| String::new())
}
