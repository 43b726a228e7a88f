//! A calendar: when a party is open for business, as people write it down. Reads and writes its text forms;
//! counting time on it is `business`.

use super::id::Handle;
use super::zone::{Zone, ZoneError};
use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use toml::Spanned;

/// A zone, weekly windows, and dates that differ. A window belongs to the date it opens on: a night shift that
/// begins before a closed date is worked to its end, and none begins on the closed date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Plain", into = "Plain")]
pub struct Calendar {
    zone: Zone,
    /// Monday first. Sorted, and at least one day has a window.
    week: [Vec<Window>; 7],
    closed: BTreeSet<NaiveDate>,
    /// Hours that replace those of the week on one date.
    special: BTreeMap<NaiveDate, Vec<Window>>,
    /// What a closed or special date is called; only those have a name.
    names: BTreeMap<NaiveDate, String>,
}

/// How a date stands in a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// The hours of its weekday.
    Ordinary,
    /// Its weekday has no hours.
    NoHours,
    Closed,
    /// Hours of its own.
    Special,
}

/// Minutes from the midnight that begins the date: `open` before 24:00, `close` at most 24 hours after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Window {
    open: u16,
    close: u16,
}

/// Why a text is not a calendar, as a sentence with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error(transparent)]
    Zone(#[from] ZoneError),
    #[error("`{0}` is not a day or a run of days; write `sat` or `mon-fri`")]
    Day(String),
    #[error("{0} has hours twice; give each day once, several windows as \"09:00-12:00, 13:00-17:00\"")]
    DayTwice(&'static str),
    #[error(
        "`{0}` are not hours; write \"09:00-17:00\", several as \"09:00-12:00, 13:00-17:00\", midnight at the end as 24:00"
    )]
    Hours(String),
    #[error("`{0}` is not a date; write \"2026-12-24\" in quotes")]
    Date(String),
    #[error("{0} is both closed and has special hours; leave one of them out")]
    ClosedAndSpecial(NaiveDate),
    #[error("{0} has a name and is neither closed nor special; add it to closed, or take the name away")]
    NamedOnly(NaiveDate),
    #[error("the calendar is never open; give it hours, as open = {{ mon-fri = \"09:00-17:00\" }}")]
    NeverOpen,
}

/// What is wrong in a calendar file, and where. Line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {what}")]
pub struct CalendarFileError {
    pub line: usize,
    pub column: usize,
    pub what: String,
}

/// The shape of a calendar in JSON, and with `Spanned` texts in TOML.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw<T: Ord> {
    zone: T,
    open: BTreeMap<T, T>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    closed: Vec<T>,
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    special: BTreeMap<T, T>,
    #[serde(default = "BTreeMap::new", skip_serializing_if = "BTreeMap::is_empty")]
    names: BTreeMap<T, T>,
}

type Plain = Raw<String>;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    calendar: BTreeMap<Spanned<Handle>, Spanned<Raw<Spanned<String>>>>,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Calendar {
    /// Reads every `[calendar.NAME]` table of a TOML text; other tables are left alone.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line and column.
    pub fn parse_file(text: &str) -> Result<BTreeMap<Handle, Calendar>, CalendarFileError> {
        let file = toml::from_str::<File>(text).map_err(|e| {
            let start = e.span().map_or(0, |span| span.start);
            if e.message().ends_with("expected a string") {
                let what = "this must be a text; put dates, hours and names in quotes, as \"2026-12-24\"";
                return CalendarFileError::at(text, start, what);
            }
            CalendarFileError::at(text, start, e.message())
        })?;
        if file.calendar.is_empty() {
            let what = "there is no calendar in this file; begin one with [calendar.office]";
            return Err(CalendarFileError::at(text, 0, what));
        }
        let mut calendars = BTreeMap::new();
        for (name, raw) in file.calendar {
            let table = raw.span().start;
            let calendar = Calendar::from_raw(raw.into_inner()).map_err(|(span, error)| {
                CalendarFileError::at(text, span.unwrap_or(table), &error.to_string())
            })?;
            calendars.insert(name.into_inner(), calendar);
        }
        Ok(calendars)
    }

    /// Open from Monday to Friday, 09:00 to 17:00: what a workspace has before anybody wrote a calendar.
    pub fn office(zone: Zone) -> Calendar {
        let hours = vec![Window { open: 9 * 60, close: 17 * 60 }];
        let week = std::array::from_fn(|day| if day < 5 { hours.clone() } else { Vec::new() });
        Calendar { zone, week, closed: BTreeSet::new(), special: BTreeMap::new(), names: BTreeMap::new() }
    }

    /// The zone its hours are told in.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The same hours told in another zone.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Calendar {
        Calendar { zone, ..self }
    }

    /// The same hours with no date closed: holidays are those of a country, and hours are not.
    #[must_use]
    pub fn without_closed(self) -> Calendar {
        let Calendar { zone, week, closed, special, mut names } = self;
        names.retain(|date, _| !closed.contains(date));
        Calendar { zone, week, closed: BTreeSet::new(), special, names }
    }

    /// The dates it is closed on beside its week, in order.
    pub fn closed(&self) -> impl Iterator<Item = NaiveDate> + '_ {
        self.closed.iter().copied()
    }

    /// How a date stands.
    pub fn kind_of(&self, date: NaiveDate) -> DateKind {
        if self.special.contains_key(&date) {
            DateKind::Special
        } else if self.closed.contains(&date) {
            DateKind::Closed
        } else if self.week_hours(date.weekday()).is_empty() {
            DateKind::NoHours
        } else {
            DateKind::Ordinary
        }
    }

    /// What a date that differs is called.
    pub fn name_of(&self, date: NaiveDate) -> Option<&str> {
        self.names.get(&date).map(String::as_str)
    }

    /// The hours of a date as they are written, such as `09:00-12:00, 13:00-17:00`; empty when it is closed.
    pub fn hours_text(&self, date: NaiveDate) -> String {
        written(self.hours(date))
    }

    /// Closed on one more date. Hours of its own give way; a name that is there stays when none comes.
    pub fn close(&mut self, date: NaiveDate, name: Option<&str>) {
        self.special.remove(&date);
        self.closed.insert(date);
        if let Some(name) = name.map(str::trim).filter(|name| !name.is_empty()) {
            self.names.insert(date, name.to_string());
        }
    }

    /// The windows that open on a date, sorted; none when it is no working day.
    pub(super) fn hours(&self, date: NaiveDate) -> &[Window] {
        if let Some(hours) = self.special.get(&date) {
            hours
        } else if self.closed.contains(&date) {
            &[]
        } else {
            self.week_hours(date.weekday())
        }
    }

    /// The windows of a weekday without regard to dates that differ.
    pub(super) fn week_hours(&self, day: Weekday) -> &[Window] {
        &self.week[day.num_days_from_monday() as usize]
    }

    /// The offset in bytes is of the text that is wrong; `None` when it is the whole table.
    fn from_raw(raw: Raw<Spanned<String>>) -> Result<Calendar, (Option<usize>, CalendarError)> {
        fn read<T>(
            text: &Spanned<String>,
            how: impl Fn(&str) -> Result<T, CalendarError>,
        ) -> Result<T, (Option<usize>, CalendarError)> {
            how(text.get_ref()).map_err(|error| (Some(text.span().start), error))
        }
        let zone = read(&raw.zone, |name| Ok(name.parse()?))?;
        let mut week = <[Vec<Window>; 7]>::default();
        let mut given = [false; 7];
        let mut open = raw.open.iter().collect::<Vec<_>>();
        // In the order written, so that the second mention of a day is the one at fault.
        open.sort_by_key(|(days, _)| days.span().start);
        for (days, text) in open {
            let hours = read(text, hours)?;
            for day in read(days, days_of)? {
                if std::mem::replace(&mut given[day], true) {
                    return Err((Some(days.span().start), CalendarError::DayTwice(DAYS[day])));
                }
                week[day].clone_from(&hours);
            }
        }
        if week.iter().all(Vec::is_empty) {
            return Err((None, CalendarError::NeverOpen));
        }
        let closed = raw.closed.iter().map(|text| read(text, date)).collect::<Result<BTreeSet<_>, _>>()?;
        let mut special = BTreeMap::new();
        for (text, hours_text) in &raw.special {
            let date = read(text, date)?;
            if closed.contains(&date) {
                return Err((Some(text.span().start), CalendarError::ClosedAndSpecial(date)));
            }
            special.insert(date, read(hours_text, hours)?);
        }
        let mut names = BTreeMap::new();
        for (text, name) in &raw.names {
            let date = read(text, date)?;
            if !closed.contains(&date) && !special.contains_key(&date) {
                return Err((Some(text.span().start), CalendarError::NamedOnly(date)));
            }
            names.insert(date, name.get_ref().clone());
        }
        Ok(Calendar { zone, week, closed, special, names })
    }
}

impl Window {
    /// The local times at which it opens and closes when it belongs to `date`.
    pub(super) fn on(self, date: NaiveDate) -> (NaiveDateTime, NaiveDateTime) {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        let after = |minutes: u16| midnight + TimeDelta::minutes(i64::from(minutes));
        (after(self.open), after(self.close))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let close = if self.close > 1440 { self.close - 1440 } else { self.close };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.open / 60, self.open % 60, close / 60, close % 60)
    }
}

impl FromStr for Window {
    type Err = ();

    fn from_str(text: &str) -> Result<Window, ()> {
        let (open, close) = text.split_once('-').ok_or(())?;
        let (open, close) = (minutes(open.trim())?, minutes(close.trim())?);
        match (open, close) {
            (1440.., _) => Err(()),
            _ if open == close => Err(()),
            _ if close < open => Ok(Window { open, close: close + 1440 }),
            _ => Ok(Window { open, close }),
        }
    }
}

/// `24:00` is the end of the day and nothing lies beyond it.
fn minutes(text: &str) -> Result<u16, ()> {
    let (hour, minute) = text.split_once(':').ok_or(())?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !(digits(hour) && digits(minute) && (1..=2).contains(&hour.len()) && minute.len() == 2) {
        return Err(());
    }
    let (hour, minute) = (hour.parse::<u16>().map_err(drop)?, minute.parse::<u16>().map_err(drop)?);
    let all = hour * 60 + minute;
    if minute < 60 && all <= 1440 { Ok(all) } else { Err(()) }
}

fn hours(text: &str) -> Result<Vec<Window>, CalendarError> {
    let refuse = |()| CalendarError::Hours(text.to_string());
    let mut windows = text
        .split(',')
        .map(|part| part.trim().parse().map_err(refuse))
        .collect::<Result<Vec<Window>, _>>()?;
    windows.sort();
    windows.dedup_by(|next, before| {
        let close = before.close.max(next.close);
        // A longer window could not be written down again; instants in two windows count once all the same.
        let joins = next.open <= before.close && close - before.open <= 1440;
        if joins {
            before.close = close;
        }
        joins
    });
    Ok(windows)
}

fn written(hours: &[Window]) -> String {
    hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn days_of(text: &str) -> Result<Vec<usize>, CalendarError> {
    let refuse = || CalendarError::Day(text.to_string());
    let day = |name: &str| DAYS.iter().position(|day| *day == name.trim()).ok_or_else(refuse);
    let Some((first, last)) = text.split_once('-') else { return Ok(vec![day(text)?]) };
    let (first, last) = (day(first)?, day(last)?);
    let length = (last + 7 - first) % 7;
    Ok((first..=first + length).map(|day| day % 7).collect())
}

fn date(text: &str) -> Result<NaiveDate, CalendarError> {
    text.parse().map_err(|_| CalendarError::Date(text.to_string()))
}

impl TryFrom<Plain> for Calendar {
    type Error = CalendarError;

    fn try_from(plain: Plain) -> Result<Calendar, CalendarError> {
        let spanned = |text| Spanned::new(0..0, text);
        let pairs = |map: BTreeMap<_, _>| map.into_iter().map(|(k, v)| (spanned(k), spanned(v))).collect();
        let raw = Raw {
            zone: spanned(plain.zone),
            open: pairs(plain.open),
            closed: plain.closed.into_iter().map(spanned).collect(),
            special: pairs(plain.special),
            names: pairs(plain.names),
        };
        Calendar::from_raw(raw).map_err(|(_, error)| error)
    }
}

impl From<Calendar> for Plain {
    fn from(calendar: Calendar) -> Plain {
        let mut open = BTreeMap::new();
        let mut first = 0;
        for run in calendar.week.chunk_by(|a, b| a == b) {
            let last = first + run.len() - 1;
            if !run[0].is_empty() {
                let days = if first == last {
                    DAYS[first].to_string()
                } else {
                    format!("{}-{}", DAYS[first], DAYS[last])
                };
                open.insert(days, written(&run[0]));
            }
            first = last + 1;
        }
        Raw {
            zone: calendar.zone.into(),
            open,
            closed: calendar.closed.iter().map(ToString::to_string).collect(),
            special: calendar
                .special
                .iter()
                .map(|(date, hours)| (date.to_string(), written(hours)))
                .collect(),
            names: calendar.names.into_iter().map(|(date, name)| (date.to_string(), name)).collect(),
        }
    }
}

impl CalendarFileError {
    fn at(text: &str, offset: usize, what: &str) -> CalendarFileError {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        CalendarFileError {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: what.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(body: &str) -> Result<Calendar, String> {
        Calendar::parse_file(&format!("[calendar.office]\n{body}\n"))
            .map(|mut all| all.pop_first().unwrap().1)
            .map_err(|e| e.to_string())
    }

    #[test]
    fn every_way_to_write_hours_is_read_and_written_back_the_same() {
        let calendar = one(concat!(
            "zone = \"Europe/Berlin\"\n",
            "open = { mon-thu = \"9:00-12:00, 13:00-17:00\", fri = \"09:00-24:00\", sat-sun = \"22:00-06:00\" }\n",
            "closed = [\"2026-12-25\"]\n",
            "special = { \"2026-12-24\" = \"09:00-12:00\" }",
        ))
        .unwrap();
        let json = serde_json::to_string(&calendar).unwrap();
        assert_eq!(
            json,
            concat!(
                r#"{"zone":"Europe/Berlin","open":{"fri":"09:00-24:00","mon-thu":"09:00-12:00, 13:00-17:00","#,
                r#""sat-sun":"22:00-06:00"},"closed":["2026-12-25"],"special":{"2026-12-24":"09:00-12:00"}}"#
            )
        );
        assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), calendar);
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(calendar.hours(date("2026-12-25")), []);
        assert_eq!(calendar.hours(date("2026-12-24")), [Window { open: 540, close: 720 }]);
        assert_eq!(calendar.hours(date("2026-12-26")), [Window { open: 1320, close: 1800 }]);
    }

    #[test]
    fn a_date_that_differs_may_have_a_name_and_closing_one_keeps_what_was_known() {
        let mut calendar = one(concat!(
            "zone = \"UTC\"\nopen = { mon-fri = \"09:00-17:00\" }\nclosed = [\"2026-12-25\"]\n",
            "special = { \"2026-12-24\" = \"09:00-12:00\" }\n",
            "names = { \"2026-12-25\" = \"Christmas Day\", \"2026-12-24\" = \"Eve\" }",
        ))
        .unwrap();
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        assert_eq!(calendar.name_of(date("2026-12-25")), Some("Christmas Day"));
        assert_eq!(calendar.kind_of(date("2026-12-24")), DateKind::Special);
        assert_eq!(calendar.hours_text(date("2026-12-24")), "09:00-12:00");
        calendar.close(date("2026-12-25"), None);
        calendar.close(date("2026-12-24"), Some(" "));
        calendar.close(date("2026-12-28"), Some("Bridge"));
        let json = serde_json::to_string(&calendar).unwrap();
        assert!(
            json.ends_with(concat!(
                r#""closed":["2026-12-24","2026-12-25","2026-12-28"],"names":{"2026-12-24":"Eve","#,
                r#""2026-12-25":"Christmas Day","2026-12-28":"Bridge"}}"#
            )),
            "{json}"
        );
        assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), calendar);
        let kinds = ["2026-12-24", "2026-12-26", "2026-12-29"].map(|text| calendar.kind_of(date(text)));
        assert_eq!(kinds, [DateKind::Closed, DateKind::NoHours, DateKind::Ordinary]);
    }

    #[test]
    fn windows_that_meet_are_one() {
        let hours = |text| hours(text).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(hours("13:00-17:00, 09:00-12:00, 11:00-13:00"), ["09:00-17:00"]);
        assert_eq!(hours("18:00-00:00, 22:00-06:00"), ["18:00-06:00"]);
        assert_eq!(hours("09:00-24:00, 22:00-10:00"), ["09:00-24:00", "22:00-10:00"]);
    }

    #[test]
    fn a_run_of_days_may_pass_the_weekend() {
        assert_eq!(days_of("sat-mon"), Ok(vec![5, 6, 0]));
        assert_eq!(days_of("mon-sun").unwrap().len(), 7);
        for text in ["", "monday", "mon-", "mon-fri-sat", "Mon"] {
            assert!(days_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let zone = "zone = \"Europe/Berlin\"";
        let week = "open = { mon-fri = \"09:00-17:00\" }";
        for (body, said) in [
            (
                format!("zone = \"Europe/Berln\"\n{week}"),
                "line 2, column 8: there is no time zone `Europe/Berln`",
            ),
            (
                format!("{zone}\nopen = {{ mo-fri = \"09:00-17:00\" }}"),
                "line 3, column 10: `mo-fri` is not a day",
            ),
            (
                format!("{zone}\nopen = {{ mon-fri = \"09:00-17:00\", fri = \"09:00-15:00\" }}"),
                "line 3, column 35: fri has hours twice",
            ),
            (format!("{zone}\nopen = {{ mon = \"9-17\" }}"), "line 3, column 16: `9-17` are not hours"),
            (
                format!("{zone}\nopen = {{ mon = \"24:00-06:00\" }}"),
                "line 3, column 16: `24:00-06:00` are not",
            ),
            (
                format!("{zone}\nopen = {{ mon = \"09:00-09:00\" }}"),
                "line 3, column 16: `09:00-09:00` are not",
            ),
            (
                format!("{zone}\nopen = {{ mon = \"09:00-24:30\" }}"),
                "line 3, column 16: `09:00-24:30` are not",
            ),
            (
                format!("{zone}\n{week}\nclosed = [\"24.12.2026\"]"),
                "line 4, column 11: `24.12.2026` is not a date",
            ),
            (
                format!(
                    "{zone}\n{week}\nclosed = [\"2026-12-24\"]\nspecial = {{ 2026-12-24 = \"09:00-12:00\" }}"
                ),
                "line 5, column 13: 2026-12-24 is both closed and has special hours",
            ),
            (
                format!("{zone}\n{week}\nnames = {{ 2026-12-24 = \"Eve\" }}"),
                "line 4, column 11: 2026-12-24 has a name and is neither closed nor special",
            ),
            (format!("{zone}\nopen = {{}}"), "line 1, column 1: the calendar is never open"),
            (format!("{zone}\n{week}\nhours = 3"), "line 4, column 1: unknown field `hours`"),
            (format!("{zone}\n{week}\nclosed = [2026-12-24]"), "line 4, column 11: this must be a text"),
            (zone.to_string(), "line 1, column 1: missing field `open`"),
        ] {
            let error = one(&body).unwrap_err();
            assert!(error.starts_with(said), "{error}\n{body}");
        }
        let error = Calendar::parse_file("[calender.office]").unwrap_err();
        assert!(error.what.starts_with("there is no calendar in this file"), "{error}");
    }

    #[test]
    fn json_that_breaks_the_rules_is_refused_too() {
        let error = serde_json::from_str::<Calendar>(r#"{"zone":"UTC","open":{}}"#).unwrap_err();
        assert!(error.to_string().contains("never open"), "{error}");
    }

    #[test]
    fn the_office_is_what_it_would_be_if_written_down() {
        let written = one("zone = \"UTC\"\nopen = { mon-fri = \"09:00-17:00\" }").unwrap();
        assert_eq!(Calendar::office(Zone::utc()), written);
    }
}
