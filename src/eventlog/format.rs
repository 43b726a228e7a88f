//! In which form a column writes its times: told from all its rows, or by the user. Day and month are never
//! guessed: unless a row settles the question, it is asked.

use chrono::Datelike;
use chrono::format::{Item, Parsed, StrftimeItems, parse};
use std::fmt;

use super::error::{Error, Kind};
use super::excerpt;
use super::time::{Stamp, day_or_month_first, epoch, epoch_micros, serial, without_zone, year_first};

/// Forms with words in them; they are rare enough to be left to chrono, which takes `%B` for short names too.
/// As Java prints dates: chrono reads no names of zones.
const NAMED_ZONE: &str = "%a %b %e %H:%M:%S %Z %Y";
const PATTERNS: [&str; 22] = [
    "%d-%b-%Y %H:%M:%S%.f",
    "%d-%b-%Y %H:%M",
    "%d-%b-%Y",
    "%d %B %Y %H:%M:%S",
    "%d %B %Y %H:%M",
    "%d-%b-%y %H:%M",
    "%B %d, %Y %I:%M:%S %p",
    "%B %d, %Y %H:%M:%S",
    "%a, %d %B %Y %H:%M:%S %z",
    "%a %b %e %H:%M:%S %Y",
    "%d-%b-%y %I.%M.%S%.f %p",
    "%d-%b-%y",
    "%b %e %Y %I:%M%p",
    "%d %B %Y",
    "%B %d, %Y %I:%M %p",
    "%B %d, %Y",
    "%B %d %Y %H:%M:%S",
    "%B %d %Y %H:%M",
    "%B %d %Y",
    "%d%b%Y:%H:%M:%S%.f",
    "%d-%b-%y %H:%M:%S",
    NAMED_ZONE,
];

/// The form of all times of a log.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TimeFormat {
    YearFirst,
    DayFirst,
    MonthFirst,
    EpochSeconds,
    EpochMillis,
    EpochMicros,
    /// Days of a spreadsheet.
    Serial,
    /// As Java prints it.
    NamedZone,
    Pattern(String, Vec<Item<'static>>),
}

impl TimeFormat {
    pub fn new(text: &str) -> Result<Self, Error> {
        Ok(match text.to_ascii_lowercase().as_str() {
            "iso" | "ymd" => Self::YearFirst,
            "dmy" => Self::DayFirst,
            "mdy" => Self::MonthFirst,
            "epoch" => Self::EpochSeconds,
            "epoch-ms" => Self::EpochMillis,
            "epoch-us" => Self::EpochMicros,
            "excel" => Self::Serial,
            _ if text == NAMED_ZONE => Self::NamedZone,
            _ => match StrftimeItems::new(text).parse_to_owned() {
                Ok(items) if text.contains('%') => Self::Pattern(text.to_owned(), items),
                _ => return Err(Kind::BadTimeFormat(text.to_owned()).into()),
            },
        })
    }

    pub fn parse(&self, text: &str) -> Option<Stamp> {
        match self {
            Self::YearFirst => year_first(text),
            Self::DayFirst => day_or_month_first(text, true),
            Self::MonthFirst => day_or_month_first(text, false),
            Self::EpochSeconds => epoch(text, false),
            Self::EpochMillis => epoch(text, true),
            Self::EpochMicros => epoch_micros(text),
            Self::Serial => serial(text),
            Self::NamedZone => by_named_zone(text),
            Self::Pattern(_, items) => by_pattern(items, text),
        }
    }
}

impl fmt::Display for TimeFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::YearFirst => "year-month-day",
            Self::DayFirst => "day/month/year",
            Self::MonthFirst => "month/day/year",
            Self::EpochSeconds => "seconds since 1970",
            Self::EpochMillis => "milliseconds since 1970",
            Self::EpochMicros => "microseconds since 1970",
            Self::Serial => "days of a spreadsheet",
            Self::NamedZone => NAMED_ZONE,
            Self::Pattern(text, _) => text,
        })
    }
}

fn by_named_zone(text: &str) -> Option<Stamp> {
    let (rest, offset) = without_zone(text)?;
    let items = StrftimeItems::new("%a %b %e %H:%M:%S %Y").parse_to_owned().ok()?;
    Some(Stamp { offset_s: Some(offset), ..by_pattern(&items, &rest)? })
}

fn by_pattern(items: &[Item<'static>], text: &str) -> Option<Stamp> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text.trim_ascii(), items.iter()).ok()?;
    let offset_s = parsed.offset().or(parsed.timestamp().map(|_| 0));
    let wall = parsed
        .to_naive_datetime_with_offset(offset_s.unwrap_or(0))
        .ok()
        .or_else(|| parsed.to_naive_date().ok()?.and_hms_opt(0, 0, 0))?;
    let utc = wall.and_utc();
    // chrono keeps nanoseconds, a log is kept in milliseconds, rounded to the nearest.
    let nanos = i64::from(utc.timestamp_subsec_nanos());
    // For chrono `17` is a year of `%Y`, that of the Romans.
    if wall.year() < 1000 {
        return None;
    }
    Some(Stamp { wall_ms: utc.timestamp() * 1000 + (nanos + 500_000) / 1_000_000, offset_s })
}

/// What the rows of a column have said about its form so far.
pub(super) struct Candidates {
    patterns: Vec<TimeFormat>,
    by_pattern: [u64; PATTERNS.len()],
    year_first: u64,
    seconds: u64,
    millis: u64,
    micros: u64,
    day_or_month: u64,
    day_only: u64,
    month_only: u64,
    /// The first value that could not be told apart, and the first value of all, with their lines.
    unclear: Option<(u64, String)>,
    first: Option<(u64, String)>,
    /// Times that name no offset.
    pub naive: u64,
}

impl Candidates {
    pub fn new() -> Self {
        Self {
            patterns: PATTERNS.iter().filter_map(|text| TimeFormat::new(text).ok()).collect(),
            by_pattern: [0; PATTERNS.len()],
            year_first: 0,
            seconds: 0,
            millis: 0,
            micros: 0,
            day_or_month: 0,
            day_only: 0,
            month_only: 0,
            unclear: None,
            first: None,
            naive: 0,
        }
    }

    /// Notes one value; false if no form fits it.
    pub fn note(&mut self, line: u64, text: &str) -> bool {
        if self.first.is_none() {
            self.first = Some((line, excerpt(text)));
        }
        let stamp = self.fit(line, text);
        self.naive += u64::from(stamp.is_some_and(|stamp| stamp.offset_s.is_none()));
        stamp.is_some()
    }

    fn fit(&mut self, line: u64, text: &str) -> Option<Stamp> {
        if let Some(stamp) = year_first(text) {
            self.year_first += 1;
            return Some(stamp);
        }
        match (day_or_month_first(text, true), day_or_month_first(text, false)) {
            (Some(day), Some(month)) => {
                // 04/04 is the same day either way and settles nothing, but does no harm either.
                if day != month && self.unclear.is_none() {
                    self.unclear = Some((line, excerpt(text)));
                }
                self.day_or_month += 1;
                return Some(day);
            }
            (Some(day), None) => {
                self.day_only += 1;
                return Some(day);
            }
            (None, Some(month)) => {
                self.month_only += 1;
                return Some(month);
            }
            (None, None) => {}
        }
        for (millis, count) in [(false, &mut self.seconds), (true, &mut self.millis)] {
            if let Some(stamp) = epoch(text, millis) {
                *count += 1;
                return Some(stamp);
            }
        }
        if let Some(stamp) = epoch_micros(text) {
            self.micros += 1;
            return Some(stamp);
        }
        let fits = |format: &TimeFormat| format.parse(text);
        let (index, stamp) =
            self.patterns.iter().enumerate().find_map(|(index, format)| Some((index, fits(format)?)))?;
        if let Some(count) = self.by_pattern.get_mut(index) {
            *count += 1;
        }
        Some(stamp)
    }

    /// The one form that fits most rows. `Ok(None)` if there was no value at all.
    pub fn decide(self, column: &str) -> Result<Option<TimeFormat>, Error> {
        let Some((line, sample)) = self.first else { return Ok(None) };
        let numeric = self.day_or_month + self.day_only + self.month_only;
        let day_or_month =
            if self.month_only > self.day_only { TimeFormat::MonthFirst } else { TimeFormat::DayFirst };
        let is_numeric =
            |format: &TimeFormat| matches!(format, TimeFormat::DayFirst | TimeFormat::MonthFirst);
        let best = [
            (self.year_first, TimeFormat::YearFirst),
            (numeric, day_or_month),
            (self.seconds, TimeFormat::EpochSeconds),
            (self.millis, TimeFormat::EpochMillis),
            (self.micros, TimeFormat::EpochMicros),
        ]
        .into_iter()
        .chain(self.by_pattern.into_iter().zip(self.patterns))
        .filter(|(count, _)| *count > 0)
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
        let column = column.to_owned();
        let Some((_, format)) = best else {
            return Err(Error::at(line, Kind::NoTimes { column, sample }));
        };
        let open_question = match (self.day_only > 0, self.month_only > 0, self.unclear) {
            (true, true, unclear) => Some(("the rows disagree", unclear.unwrap_or((line, sample)))),
            (false, false, Some(unclear)) => Some(("no row settles it", unclear)),
            _ => None,
        };
        match open_question {
            Some((why, (line, sample))) if is_numeric(&format) => {
                Err(Error::at(line, Kind::AmbiguousDate { column, sample, why }))
            }
            _ => Ok(Some(format)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(values: &[&str]) -> Result<Option<TimeFormat>, Error> {
        let mut candidates = Candidates::new();
        for (line, value) in (2..).zip(values) {
            candidates.note(line, value);
        }
        candidates.decide("when")
    }

    #[test]
    fn one_row_settles_day_and_month_for_all() {
        assert_eq!(decided(&["03/04/2020", "13/04/2020"]), Ok(Some(TimeFormat::DayFirst)));
        assert_eq!(decided(&["03/04/2020", "04/13/2020"]), Ok(Some(TimeFormat::MonthFirst)));
        assert_eq!(decided(&["04/04/2020"]), Ok(Some(TimeFormat::DayFirst)));
        assert_eq!(decided(&[]), Ok(None));
    }

    #[test]
    fn what_no_row_settles_is_asked() {
        let error = decided(&["04/04/2020", "03/04/2020 10:00", "nonsense"]).unwrap_err();
        assert_eq!(error.line, Some(3));
        let said = error.to_string();
        assert!(said.contains("`when`") && said.contains("`03/04/2020 10:00`"), "{said}");
        assert!(said.contains("--time-format dmy") && said.contains("--time-format mdy"), "{said}");
        let disagreeing = decided(&["03/04/2020", "13/04/2020", "04/13/2020"]).unwrap_err();
        assert!(matches!(disagreeing.kind, Kind::AmbiguousDate { why: "the rows disagree", .. }));
        assert!(decided(&["13/04/2020", "04/13/2020"]).is_err());
    }

    #[test]
    fn bad_rows_do_not_outvote_a_form() {
        let values = ["not a date", "?", "2020-01-01", "2020-02-30", "n/a"];
        assert_eq!(decided(&values), Ok(Some(TimeFormat::YearFirst)));
        assert!(matches!(decided(&["yesterday"]).unwrap_err().kind, Kind::NoTimes { .. }));
    }

    #[test]
    fn forms_with_words_are_found_and_every_pattern_reads_what_it_writes() {
        let instant = chrono::DateTime::from_timestamp(1_586_772_000, 0).unwrap();
        for pattern in PATTERNS {
            let written = instant.format(pattern).to_string();
            let found = decided(&[&written]).unwrap().unwrap();
            let stamp = found.parse(&written).unwrap();
            let has_time = pattern.contains('H') || pattern.contains('I');
            let wanted = if has_time { 1_586_772_000_000 } else { 1_586_736_000_000 };
            assert_eq!(stamp.wall_ms, wanted, "{written} by {found}");
        }
    }

    #[test]
    fn a_format_given_is_checked_and_followed() {
        let format = TimeFormat::new("%d.%m.%Y %H:%M").unwrap();
        assert_eq!(format.parse("03.04.2020 10:00").unwrap().wall_ms, 1_585_908_000_000);
        assert_eq!(format.parse("03.04.2020 10:00:00"), None);
        assert_eq!(format.parse("03.04.20 10:00"), None, "no year 20");
        let with_offset = TimeFormat::new("%Y%m%d%H%M%S%.f%#z").unwrap();
        let stamp = with_offset.parse("20200403100000.1236+02").unwrap();
        assert_eq!((stamp.wall_ms, stamp.offset_s), (1_585_908_000_124, Some(7200)));
        assert_eq!(TimeFormat::new("dmy").unwrap(), TimeFormat::DayFirst);
        for bad in ["%Q", "tomorrow", "", "%"] {
            assert!(TimeFormat::new(bad).is_err(), "{bad}");
        }
    }
}
