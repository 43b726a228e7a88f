//! Dates as people type and read them: a small exact grammar, always of the future, in the calendar's zone, and
//! the words the screen and the commands show a time in. Guesses nothing: what could mean two dates is refused.

use super::calendar::Calendar;
use super::instant::{Instant, Span};
use super::when_words::{Day, day_of, hours_from_now, month_name, time_of_day, wrong_time};
use super::zone::{Fold, Zone, parse_rfc3339};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use std::cmp::Ordering;
use std::ops::Range;

/// An instant somebody wrote, and what they should know before it is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    pub at: Instant,
    pub note: Option<String>,
}

/// Which end of a working day a date without a time of day means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its opening: when something is taken up again.
    Begin,
    /// Its closing: what is due.
    End,
}

/// Words of a line that say a date, or try to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Which words, counted from 0.
    pub words: Range<usize>,
    pub when: Result<When, WhenError>,
}

/// Why a text is not a date, as a sentence with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    #[error(
        "`{0}` is not a date; write `tomorrow`, `fri 5pm`, `in 3d`, `27 nov`, `2026-11-27 14:00` or `end of month`"
    )]
    NotADate(String),
    #[error("`{text}` can be two dates; write `{first}` or `{second}`")]
    TwoDates { text: String, first: String, second: String },
    #[error("`{text}` can be two times; write `{day} {hour}am` or `{day} {hour}pm`")]
    TwoTimes { text: String, day: String, hour: u32 },
    #[error("there is no {day} {month} in {year}; the month ends on the {last}")]
    NoSuchDate { day: u32, month: &'static str, year: i32, last: u32 },
    #[error("`{0}` is no time of day; write `17:00`, `5pm` or `noon`")]
    NoTime(String),
    #[error("{0} has passed; write a later time, or `tomorrow`")]
    Past(String),
}

/// The longest text of the grammar has so many words: `end of month at 5pm`, `27 nov 2027 at 5pm`.
const MOST_WORDS: usize = 5;

/// Reads one date. A date without a time of day means closing time of that working day, else 17:00.
///
/// # Errors
/// When the text is no date, could be two, does not exist or has passed.
pub fn parse(text: &str, now: Instant, calendar: &Calendar) -> Result<When, WhenError> {
    parse_to(text, now, calendar, Edge::End)
}

/// The same where a date without a time of day may mean its beginning: its opening, else 09:00.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_to(text: &str, now: Instant, calendar: &Calendar, edge: Edge) -> Result<When, WhenError> {
    let lower = text.trim().to_lowercase();
    let words = lower.split_whitespace().collect::<Vec<_>>();
    let refuse = || WhenError::NotADate(text.trim().to_string());
    let zone = calendar.zone();
    if let [one] = words.as_slice()
        && let Some((at, local)) = exact(one, zone)
    {
        return future(When { at, note: skipped(local, at, zone) }, now, zone);
    }
    if let Some(after) = hours_from_now(&words) {
        return Ok(When { at: now + after, note: None });
    }
    let today = zone.date(now);
    let (day, time) = match words.as_slice() {
        [] => return Err(refuse()),
        [day @ .., "eod"] if !day.is_empty() => (day, None),
        [day @ .., "at", time] if !day.is_empty() => {
            let time = time_of_day(time);
            (day, Some(time.ok_or_else(|| wrong_time(&words, today).unwrap_or_else(refuse))?))
        }
        [day @ .., last] => match time_of_day(last) {
            Some(time) => (day, Some(time)),
            None => (words.as_slice(), None),
        },
    };
    let day = match day_of(day, today)? {
        Some(day) => day,
        None => return Err(wrong_time(&words, today).unwrap_or_else(refuse)),
    };
    if matches!(day, Day::Any) && time.is_none() {
        return Err(refuse());
    }
    Resolve { calendar, now, today, time, edge, typed: words.last().copied() }.resolve(day)
}

/// The longest run of words that is a date, the last of equals; a run that tries to be one only when there is none, or
/// when the date is a part of it: who writes `28 feb 2026` does not mean the next 28 Feb. Marked words such as `+customer` are the caller's, who takes what this does not.
pub fn find_in(words: &[&str], now: Instant, calendar: &Calendar) -> Option<Found> {
    let mut refused = Vec::<Found>::new();
    for length in (1..=MOST_WORDS.min(words.len())).rev() {
        for first in (0..=words.len() - length).rev() {
            let words_here = first..first + length;
            match parse(&words[words_here.clone()].join(" "), now, calendar) {
                Err(WhenError::NotADate(_)) => {}
                Ok(when) => {
                    let around = |tried: &Found| {
                        tried.words.start <= words_here.start && words_here.end <= tried.words.end
                    };
                    let found = refused.into_iter().find(around);
                    return found.or(Some(Found { words: words_here, when: Ok(when) }));
                }
                Err(error) => refused.push(Found { words: words_here, when: Err(error) }),
            }
        }
    }
    refused.into_iter().next()
}

/// `today 12:42`, `Tue 24 Nov 17:00`, and with the year when it is another one: `Fri 1 Jan 2027 09:00`.
pub fn show(at: Instant, now: Instant, zone: &Zone) -> String {
    let (local, today) = (zone.local(at), zone.date(now));
    if local.date_naive() == today {
        return local.format("today %H:%M").to_string();
    }
    let year = if local.year() == today.year() { "" } else { " %Y" };
    local.format(&format!("%a %-d %b{year} %H:%M")).to_string()
}

/// A length of plain time in words as short as they are useful: `2d 3h`, `5h`, `20m`, `0m`. Without sign.
pub fn distance(span: Span) -> String {
    let minutes = span.0.unsigned_abs() / Span::MINUTE.0.unsigned_abs();
    match (minutes / 1440, minutes / 60 % 24) {
        (0, 0) => format!("{minutes}m"),
        (0, hours) => format!("{hours}h"),
        (days, 0) => format!("{days}d"),
        (days, hours) => format!("{days}d {hours}h"),
    }
}

/// A length that was measured: as [`distance`], and below a day with its minutes: `2d 3h`, `7h 30m`, `20m`. What counts down on a
/// screen is told by the other, so that a minute that passes changes nothing there.
pub fn length(span: Span) -> String {
    let minutes = span.0.unsigned_abs() / Span::MINUTE.0.unsigned_abs();
    if minutes < 1440 { hours(span) } else { distance(span) }
}

/// A length by a calendar, which knows no days of twenty-four hours: `87h 30m`, `20m`.
pub fn hours(span: Span) -> String {
    let minutes = span.0.unsigned_abs() / Span::MINUTE.0.unsigned_abs();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

struct Resolve<'a> {
    calendar: &'a Calendar,
    now: Instant,
    today: NaiveDate,
    time: Option<NaiveTime>,
    edge: Edge,
    /// The last word, which is the time of day when there is one.
    typed: Option<&'a str>,
}

impl Resolve<'_> {
    fn resolve(&self, day: Day) -> Result<When, WhenError> {
        let zone = self.calendar.zone();
        let mut notes = Vec::new();
        let date = match day {
            Day::Is(date) => date,
            Day::Any => {
                if self.at(self.today) > self.now {
                    self.today
                } else {
                    self.today + Days::new(1)
                }
            }
            Day::EndOfMonth => {
                let last = last_of_month(self.today);
                if self.at(last) > self.now { last } else { last_of_month(last + Days::new(1)) }
            }
            Day::EndOfWeek => {
                let monday = self.today.week(Weekday::Mon).first_day();
                let last = |monday: NaiveDate| {
                    let week = monday.iter_days().take(7).collect::<Vec<_>>();
                    let open = |day: &&NaiveDate| self.calendar.closing(**day).is_some();
                    week.iter().rev().find(open).copied().unwrap_or(monday + Days::new(4))
                };
                let this = last(monday);
                if self.at(this) > self.now { this } else { last(monday + Days::new(7)) }
            }
            Day::Week { day, written_next } => self.weekday(day, written_next, &mut notes),
            Day::Yearly { day, month } => {
                let year = self.today.year();
                match (month, day).cmp(&(self.today.month(), self.today.day())) {
                    Ordering::Greater => real_date(year, month, day)?,
                    Ordering::Less => real_date(year + 1, month, day)?,
                    Ordering::Equal if self.at(self.today) > self.now => self.today,
                    Ordering::Equal => {
                        let passed = show(self.at(self.today), self.now, zone);
                        notes.push(format!("{passed} has passed: this is in {}", year + 1));
                        real_date(year + 1, month, day)?
                    }
                }
            }
        };
        let at = self.at(date);
        notes.extend(self.closed_note(date, at));
        notes.extend(self.time.and_then(|time| skipped(Some(date.and_time(time)), at, zone)));
        let note = (!notes.is_empty()).then(|| notes.join("; "));
        future(When { at, note }, self.now, zone)
    }

    /// A weekday is the next one after today; with `next` it is the one in the week that begins on Monday.
    fn weekday(&self, day: Weekday, written_next: bool, notes: &mut Vec<String>) -> NaiveDate {
        let ahead = 7 - u64::from(self.today.weekday().days_since(day));
        let coming = self.today + Days::new(ahead);
        let sunday = self.today.week(Weekday::Mon).last_day();
        let next_week = sunday + Days::new(u64::from(day.num_days_from_monday()) + 1);
        let date = if written_next { next_week } else { coming };
        let short = |date: NaiveDate| date.format("%-d %b").to_string();
        if date != coming {
            let word = day.to_string().to_lowercase();
            notes.push(format!("{} of next week: write \"{word}\" for {}", date.format("%A"), short(coming)));
        } else if ahead == 7 && !written_next {
            let today = self.today.format("%A");
            notes.push(match self.time.and(self.typed) {
                _ if self.at(self.today) <= self.now => format!("today is {today}: this is {}", short(date)),
                Some(time) => format!("today is {today}: write \"today {time}\" for {}", short(self.today)),
                None => format!("today is {today}: write \"today\" for {}", short(self.today)),
            });
        }
        date
    }

    fn at(&self, date: NaiveDate) -> Instant {
        let zone = self.calendar.zone();
        let local = |time| zone.instant(date.and_time(time), Fold::Earliest);
        let begins = self.edge == Edge::Begin && self.time.is_none();
        let opening = self.calendar.opening(date).unwrap_or_else(|| local(hour_minute(9, 0)));
        match (self.time, self.calendar.closing(date)) {
            (Some(time), _) => local(time),
            // Of a day that has begun only its end is to come.
            _ if begins && opening > self.now => opening,
            // The date shown must be the date said, though a night shift closes on the next.
            (None, Some(closing)) => closing.min(local(hour_minute(23, 59))),
            (None, None) => local(hour_minute(17, 0)),
        }
    }

    fn closed_note(&self, date: NaiveDate, at: Instant) -> Option<String> {
        let calendar = self.calendar;
        let just_before = at - Span(1);
        if calendar.is_open(at) || calendar.is_open(just_before) {
            None
        } else if calendar.closing(date).is_some() {
            Some(format!("closed at {}", calendar.zone().local(at).format("%H:%M on %a %-d %b")))
        } else if calendar.week_hours(date.weekday()).is_empty() {
            Some(date.format("%A is not a working day").to_string())
        } else {
            Some(date.format("%-d %b is not a working day").to_string())
        }
    }
}

fn future(when: When, now: Instant, zone: &Zone) -> Result<When, WhenError> {
    if when.at > now { Ok(when) } else { Err(WhenError::Past(show(when.at, now, zone))) }
}

fn skipped(local: Option<NaiveDateTime>, at: Instant, zone: &Zone) -> Option<String> {
    let local = local.filter(|local| zone.skips(*local))?;
    Some(format!(
        "the clocks skip {} that day: {} is meant",
        local.format("%H:%M"),
        zone.local(at).format("%H:%M")
    ))
}

/// An RFC 3339 instant, or a date and time joined by `T` in the calendar's zone.
fn exact(word: &str, zone: &Zone) -> Option<(Instant, Option<NaiveDateTime>)> {
    if !word.contains('t') || !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let word = word.to_uppercase();
    match NaiveDateTime::parse_from_str(&word, "%Y-%m-%dT%H:%M").or_else(|_| word.parse()) {
        Ok(local) => Some((zone.instant(local, Fold::Earliest), Some(local))),
        Err(_) => Some((parse_rfc3339(&word).ok()?, None)),
    }
}

pub(super) fn real_date(year: i32, month: u32, day: u32) -> Result<NaiveDate, WhenError> {
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| {
        let last = NaiveDate::from_ymd_opt(year, month, 1).map_or(31, |first| last_of_month(first).day());
        WhenError::NoSuchDate { day, month: month_name(i64::from(month)), year, last }
    })
}

fn last_of_month(date: NaiveDate) -> NaiveDate {
    let first = date.with_day(1).unwrap_or(date);
    first.checked_add_months(Months::new(1)).and_then(|next| next.pred_opt()).unwrap_or(date)
}

pub(super) fn hour_minute(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn berlin() -> Calendar {
        let text = concat!(
            "[calendar.office]\nzone = \"Europe/Berlin\"\nopen = { mon-thu = \"09:00-17:00\", fri = \"09:00-15:00\" }\n",
            "closed = [\"2026-12-25\"]\nspecial = { 2026-12-24 = \"09:00-12:00\" }"
        );
        Calendar::parse_file(text).unwrap().pop_first().unwrap().1
    }

    /// Friday morning.
    fn friday() -> Instant {
        parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap()
    }

    fn read_at(text: &str, now: &str) -> String {
        let calendar = berlin();
        let now = parse_rfc3339(now).unwrap();
        match parse(text, now, &calendar) {
            Ok(When { at, note: None }) => show(at, now, calendar.zone()),
            Ok(When { at, note: Some(note) }) => format!("{} ({note})", show(at, now, calendar.zone())),
            Err(error) => error.to_string(),
        }
    }

    fn read(text: &str) -> String {
        read_at(text, "2026-11-20T10:42:00+01:00")
    }

    #[test]
    fn what_is_taken_up_again_is_so_when_the_day_begins() {
        let (calendar, now) = (berlin(), friday());
        let read = |text: &str| {
            let when = parse_to(text, now, &calendar, Edge::Begin).unwrap();
            (show(when.at, now, calendar.zone()), when.note)
        };
        let plain = |text: &str| (text.to_string(), None);
        assert_eq!(read("mon"), plain("Mon 23 Nov 09:00"));
        assert_eq!(read("in 3d"), plain("Mon 23 Nov 09:00"));
        assert_eq!(read("mon 5pm"), plain("Mon 23 Nov 17:00"), "a time that is said is meant");
        assert_eq!(read("in 4h"), plain("today 14:42"));
        assert_eq!(read("today"), plain("today 15:00"), "it began at nine: what is to come is its end");
        let (shown, note) = read("tomorrow");
        assert_eq!(shown, "Sat 21 Nov 09:00");
        assert_eq!(note.as_deref(), Some("Saturday is not a working day"));
    }

    #[test]
    fn every_form_of_the_grammar_is_read() {
        for (text, said) in [
            ("today 5pm", "today 17:00 (closed at 17:00 on Fri 20 Nov)"),
            ("today 2pm", "today 14:00"),
            ("today", "today 15:00"),
            ("tomorrow", "Sat 21 Nov 17:00 (Saturday is not a working day)"),
            ("tomorrow at 9am", "Sat 21 Nov 09:00 (Saturday is not a working day)"),
            ("mon", "Mon 23 Nov 17:00"),
            ("Monday", "Mon 23 Nov 17:00"),
            ("tue 5pm", "Tue 24 Nov 17:00"),
            ("thu 9:30", "Thu 26 Nov 09:30"),
            ("sun", "Sun 22 Nov 17:00 (Sunday is not a working day)"),
            ("next mon", "Mon 23 Nov 17:00"),
            ("in 3d", "Mon 23 Nov 17:00"),
            ("+3d", "Mon 23 Nov 17:00"),
            ("+3d 5:15pm", "Mon 23 Nov 17:15 (closed at 17:15 on Mon 23 Nov)"),
            ("in 2w", "Fri 4 Dec 15:00"),
            ("in 4h", "today 14:42"),
            ("+30h", "Sat 21 Nov 16:42"),
            ("27 nov", "Fri 27 Nov 15:00"),
            ("27 November 2027", "Sat 27 Nov 2027 17:00 (Saturday is not a working day)"),
            ("27.11", "Fri 27 Nov 15:00"),
            ("27.11.", "Fri 27 Nov 15:00"),
            ("27.11.2026 noon", "Fri 27 Nov 12:00"),
            ("1.2", "Mon 1 Feb 2027 17:00"),
            ("2026-11-27", "Fri 27 Nov 15:00"),
            ("2026-11-27 14:00", "Fri 27 Nov 14:00"),
            ("2026-11-27T14:00", "Fri 27 Nov 14:00"),
            ("2026-11-27T14:00:00Z", "Fri 27 Nov 15:00"),
            ("2026-11-27T08:00:00-05:00", "Fri 27 Nov 14:00"),
            ("end of month", "Mon 30 Nov 17:00"),
            ("end of month 11am", "Mon 30 Nov 11:00"),
            ("noon", "today 12:00"),
            ("9am", "Sat 21 Nov 09:00 (Saturday is not a working day)"),
            ("24 dec", "Thu 24 Dec 12:00"),
            ("25 dec", "Fri 25 Dec 17:00 (25 Dec is not a working day)"),
            ("3/3", "Wed 3 Mar 2027 17:00"),
        ] {
            assert_eq!(read(text), said, "{text}");
        }
    }

    #[test]
    fn a_weekday_equal_to_today_is_in_seven_days_and_says_so() {
        assert_eq!(read("fri 2pm"), "Fri 27 Nov 14:00 (today is Friday: write \"today 2pm\" for 20 Nov)");
        assert_eq!(read("fri"), "Fri 27 Nov 15:00 (today is Friday: write \"today\" for 20 Nov)");
        assert_eq!(read("fri 9am"), "Fri 27 Nov 09:00 (today is Friday: this is 27 Nov)");
        assert_eq!(read("next fri"), "Fri 27 Nov 15:00");
        let wednesday = "2026-11-18T10:00:00+01:00";
        assert_eq!(read_at("fri", wednesday), "Fri 20 Nov 15:00");
        assert_eq!(
            read_at("next fri", wednesday),
            "Fri 27 Nov 15:00 (Friday of next week: write \"fri\" for 20 Nov)"
        );
    }

    #[test]
    fn what_has_passed_means_the_next_one_or_is_refused() {
        for (text, now, said) in [
            ("noon", "2026-11-19T12:00:00+01:00", "Fri 20 Nov 12:00"),
            ("19 nov", "2026-11-19T12:00:00+01:00", "today 17:00"),
            (
                "19 nov 9am",
                "2026-11-19T12:00:00+01:00",
                "Fri 19 Nov 2027 09:00 (today 09:00 has passed: this is in 2027)",
            ),
            ("end of month", "2026-11-30T18:00:00+01:00", "Thu 31 Dec 17:00"),
            (
                "today",
                "2026-11-19T17:00:00+01:00",
                "today 17:00 has passed; write a later time, or `tomorrow`",
            ),
        ] {
            assert_eq!(read_at(text, now), said, "{text}");
        }
        for (text, passed) in [
            ("2026-01-01", "Thu 1 Jan 17:00"),
            ("2025-11-20", "Thu 20 Nov 2025 17:00"),
            ("2026-11-20T09:42:00Z", "today 10:42"),
        ] {
            assert_eq!(read(text), format!("{passed} has passed; write a later time, or `tomorrow`"));
        }
    }

    #[test]
    fn what_could_mean_two_dates_or_none_is_refused_with_a_sentence() {
        assert_eq!(read("03/04"), "`03/04` can be two dates; write `3 apr` or `4 mar`");
        assert_eq!(
            read("03/04/2027 5pm"),
            "`03/04/2027` can be two dates; write `3 apr 2027` or `4 mar 2027`"
        );
        assert_eq!(read("31 feb"), "there is no 31 February in 2027; the month ends on the 28");
        assert_eq!(read("32 nov"), "there is no 32 November in 2026; the month ends on the 30");
        assert_eq!(read("29.2.2028"), "Tue 29 Feb 2028 17:00");
        assert_eq!(read("2026-11-31"), "there is no 31 November in 2026; the month ends on the 30");
        for text in [
            "",
            "  ",
            "monitor",
            "mo",
            "next",
            "next week",
            "in 3",
            "in 0d",
            "in 3 d",
            "+customer",
            "3d",
            "27 novel",
            "13pm",
            "0am",
            "25:00",
            "5",
            "at 5pm",
            "24/7",
            "1.2.3.4",
            "2026",
            "fri fri",
            "in 4h 5pm",
            "in 99999d",
            "+1",
            "2026-13-01",
            "tomorrow tomorrow",
            "27.11.26",
        ] {
            assert!(read(text).ends_with("or `end of month`"), "{text}: {}", read(text));
        }
    }

    #[test]
    fn a_time_the_clocks_skip_is_said() {
        assert_eq!(
            read_at("tomorrow 2:30", "2027-03-27T12:00:00+01:00"),
            "Sun 28 Mar 03:00 (Sunday is not a working day; the clocks skip 02:30 that day: 03:00 is meant)"
        );
    }

    #[test]
    fn the_date_said_is_the_date_shown_when_work_ends_at_midnight_or_later() {
        for open in ["00:00-24:00", "22:00-06:00"] {
            let text = format!("[calendar.all]\nzone = \"UTC\"\nopen = {{ mon-sun = \"{open}\" }}");
            let calendar = Calendar::parse_file(&text).unwrap().pop_first().unwrap().1;
            let when = parse("mon", friday(), &calendar).unwrap();
            assert_eq!(show(when.at, friday(), calendar.zone()), "Mon 23 Nov 23:59");
            assert_eq!(when.note, None);
        }
    }

    #[test]
    fn the_forms_people_type_most() {
        for (text, shown) in [
            ("tomorrow noon", "Sat 21 Nov 12:00 (Saturday is not a working day)"),
            ("eod", "today 15:00"),
            ("mon eod", "Mon 23 Nov 17:00"),
            ("end of day", "today 15:00"),
            ("eow", "today 15:00"),
            ("in 3 days", "Mon 23 Nov 17:00"),
            ("in 2 weeks", "Fri 4 Dec 15:00"),
            ("in 1 month at 9am", "Sun 20 Dec 09:00 (Sunday is not a working day)"),
            ("in 90 minutes", "today 12:12"),
            ("in 2 hours", "today 12:42"),
            ("next tue", "Tue 24 Nov 17:00"),
            ("24.12.", "Thu 24 Dec 12:00"),
            ("2026-12-24", "Thu 24 Dec 12:00"),
            ("fri 5", "`fri 5` can be two times; write `fri 5am` or `fri 5pm`"),
            ("tomorrow at 9", "`tomorrow at 9` can be two times; write `tomorrow 9am` or `tomorrow 9pm`"),
            (
                "fri 17",
                "`fri 17` is not a date; write `tomorrow`, `fri 5pm`, `in 3d`, `27 nov`, `2026-11-27 14:00` or `end of month`",
            ),
        ] {
            assert_eq!(read(text), shown, "{text}");
        }
        assert_eq!(read_at("eow", "2026-11-20T16:00:00+01:00"), "Fri 27 Nov 15:00");
        assert_eq!(
            read_at("eod", "2026-11-20T16:00:00+01:00"),
            "today 15:00 has passed; write a later time, or `tomorrow`"
        );
    }

    fn found(line: &str) -> Option<(String, String)> {
        let calendar = berlin();
        let words = line.split_whitespace().collect::<Vec<_>>();
        let found = find_in(&words, friday(), &calendar)?;
        let when = match found.when {
            Ok(when) => show(when.at, friday(), calendar.zone()),
            Err(error) => error.to_string(),
        };
        Some((words[found.words].join(" "), when))
    }

    #[test]
    fn a_date_is_found_among_other_words() {
        for (line, date, when) in [
            ("roof quote +Hansen Roofing #quote @bo fri 5pm !", "fri 5pm", "Fri 27 Nov 17:00"),
            ("call Mora about end of month at 4pm please", "end of month at 4pm", "Mon 30 Nov 16:00"),
            ("mon meeting moved to tue", "tue", "Tue 24 Nov 17:00"),
            ("monitor for bo in 3d", "in 3d", "Mon 23 Nov 17:00"),
            ("pay before 03/04", "03/04", "`03/04` can be two dates; write `3 apr` or `4 mar`"),
            ("pay 03/04 fri", "fri", "Fri 27 Nov 15:00"),
            (
                "fix it 28 feb 2026",
                "28 feb 2026",
                "Sat 28 Feb 17:00 has passed; write a later time, or `tomorrow`",
            ),
            ("fix it 28 feb 2027 9am", "28 feb 2027 9am", "Sun 28 Feb 2027 09:00"),
            ("call today 9am", "today 9am", "today 09:00 has passed; write a later time, or `tomorrow`"),
            ("call fri 25:00", "fri 25:00", "`25:00` is no time of day; write `17:00`, `5pm` or `noon`"),
            ("call fri at 13pm", "fri at 13pm", "`13pm` is no time of day; write `17:00`, `5pm` or `noon`"),
            ("call fri 5", "fri 5", "`fri 5` can be two times; write `fri 5am` or `fri 5pm`"),
            ("ratio 25:75 by fri", "fri", "Fri 27 Nov 15:00"),
        ] {
            assert_eq!(found(line), Some((date.to_string(), when.to_string())), "{line}");
        }
        for line in ["", "24/7 monitor", "roof quote +Hansen", "next customer", "sunroof"] {
            assert_eq!(found(line), None, "{line}");
        }
    }

    #[test]
    fn times_are_shown_with_as_much_as_is_needed() {
        let zone = "Europe/Berlin".parse().unwrap();
        for (at, shown) in [
            ("2026-11-20T12:42:00+01:00", "today 12:42"),
            ("2026-11-19T23:30:00Z", "today 00:30"),
            ("2026-11-20T23:30:00Z", "Sat 21 Nov 00:30"),
            ("2026-11-24T17:00:00+01:00", "Tue 24 Nov 17:00"),
            ("2027-01-01T09:00:00+01:00", "Fri 1 Jan 2027 09:00"),
        ] {
            assert_eq!(show(parse_rfc3339(at).unwrap(), friday(), &zone), shown);
        }
    }

    #[test]
    fn lengths_are_short() {
        for (minutes, shown) in [
            (0, "0m"),
            (20, "20m"),
            (59, "59m"),
            (60, "1h"),
            (345, "5h"),
            (1440, "1d"),
            (3060, "2d 3h"),
            (-3060, "2d 3h"),
        ] {
            assert_eq!(distance(Span::MINUTE.times(minutes)), shown);
        }
        assert_eq!(distance(Span(59_999)), "0m");
        assert!(distance(Span(i64::MIN)).ends_with('h'));
    }

    proptest! {
        #[test]
        fn what_is_read_is_in_the_future_and_nothing_panics(
            words in proptest::collection::vec(
                proptest::sample::select(vec![
                    "today", "tomorrow", "fri", "next", "in", "+3d", "3d", "29", "31", "feb", "nov", "27.11", "29.2.",
                    "end", "of", "month", "noon", "eod", "eow", "days", "months", "5", "5pm", "at", "2:30", "2026-11-27", "9999-12-31", "9999w", "+9999d",
                    "1000-01-01", "03/04", "é", "2026-11-27t14:00",
                ]),
                0..5,
            ),
            now in 631_152_000_000i64..4_102_444_800_000,
        ) {
            let (calendar, now) = (berlin(), Instant(now));
            if let Ok(when) = parse(&words.join(" "), now, &calendar) {
                prop_assert!(when.at > now);
            }
            if let Some(found) = find_in(&words, now, &calendar) {
                let again = parse(&words[found.words].join(" "), now, &calendar);
                prop_assert_eq!(again, found.when);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
            let _ = parse(&text, friday(), &berlin()).map_err(|error| error.to_string());
        }

        /// What `show` writes can be typed back, without the weekday and `today`.
        #[test]
        fn a_date_typed_exactly_is_that_date(minutes in 1i64..2_000_000) {
            let calendar = berlin();
            let now = friday();
            let at = now + Span::MINUTE.times(minutes);
            let local = calendar.zone().local(at).naive_local();
            let twice = calendar.zone().instant(local, Fold::Latest) != calendar.zone().instant(local, Fold::Earliest);
            prop_assume!(!twice);
            for form in ["%Y-%m-%d %H:%M", "%-d %b %Y %H:%M", "%-d.%-m.%Y %-H:%M", "%Y-%m-%dT%H:%M"] {
                let text = local.format(form).to_string();
                prop_assert_eq!(parse(&text, now, &calendar).map(|when| when.at), Ok(at), "{}", text);
            }
        }
    }
}
