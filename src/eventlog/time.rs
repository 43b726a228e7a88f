//! Reading one written time, by hand, because this runs once or twice for every row of a log. It says what is
//! written; which zone a time without an offset is in, and which of two readings a column means, is decided
//! elsewhere.

const DAY_MS: i64 = 86_400_000;

/// A time as written: the wall clock as if it were UTC, and the offset if the text names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    pub wall_ms: i64,
    /// Seconds east of UTC.
    pub offset_s: Option<i32>,
}

impl Stamp {
    /// Whether the text gives, or seems to give, a date only.
    pub fn is_midnight(self) -> bool {
        self.wall_ms.rem_euclid(DAY_MS) == 0
    }
}

/// `2014-05-20T01:00:00.123+03:00` and its relatives: `/` or `.` between, a space for the `T`, seconds,
/// fraction, time and offset optional, `20140520T010000Z`.
pub(super) fn year_first(text: &str) -> Option<Stamp> {
    let mut at = Cursor::new(text);
    let year = at.digits(4, 4)?;
    let (month, day) = match at.next_if(is_date_separator) {
        Some(separator) => {
            let month = at.digits(1, 2)?;
            at.eat(separator)?;
            (month, at.digits(1, 2)?)
        }
        // Without separators a count since 1970 looks the same: milliseconds before 2001 would be dates of such years.
        None if !(1000..3000).contains(&year) => return None,
        None => (at.digits(2, 2)?, at.digits(2, 2)?),
    };
    at.clock(days(year, month, day)?)
}

/// `13/04/2020 10:00`, `29-02-2016 01:16`, `9.3.10 8:05`, `4/13/2020 1:05 PM`, `30-12-2010:11.02`. Years of two digits are 1969
/// to 2068, as in POSIX.
pub(super) fn day_or_month_first(text: &str, day_first: bool) -> Option<Stamp> {
    let mut at = Cursor::new(text);
    let first = at.digits(1, 2)?;
    let separator = at.next_if(is_date_separator)?;
    let second = at.digits(1, 2)?;
    at.eat(separator)?;
    let from = at.index;
    let year = match (at.digits(2, 4)?, at.index - from) {
        (year, 4) => year,
        (year, 2) if year < 69 => 2000 + year,
        (year, 2) => 1900 + year,
        _ => return None,
    };
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    at.clock(days(year, month, day)?)
}

/// Microseconds since 1970, with the bounds of [`epoch`].
pub(super) fn epoch_micros(text: &str) -> Option<Stamp> {
    let text = text.trim_ascii();
    let micros = text.parse::<i64>().ok().filter(|_| text.len() == 16 && text.as_bytes()[0] != b'0')?;
    Some(Stamp { wall_ms: (micros + 500).div_euclid(1000), offset_s: Some(0) })
}

/// Days since 1899-12-30, as spreadsheets count them; never guessed, because an amount looks the same.
pub(super) fn serial(text: &str) -> Option<Stamp> {
    const EPOCH: f64 = 25_569.0;
    let days = text.trim_ascii().parse::<f64>().ok().filter(|days| (1.0..2_958_466.0).contains(days))?;
    // A spreadsheet knows no more than fifteen digits: to the millisecond is as far as that goes.
    Some(Stamp { wall_ms: ((days - EPOCH) * DAY_MS as f64).round() as i64, offset_s: None })
}

/// `Wed Jan 02 08:00:00 CET 2019`, as Java prints a date: the text without its zone, and the offset that zone means
/// wherever it is written; `None` for one that means several.
pub(super) fn without_zone(text: &str) -> Option<(String, i32)> {
    const ZONES: [(&str, i32); 19] = [
        ("UTC", 0),
        ("GMT", 0),
        ("Z", 0),
        ("WET", 0),
        ("WEST", 60),
        ("BST", 60),
        ("CET", 60),
        ("CEST", 120),
        ("EET", 120),
        ("EEST", 180),
        ("MSK", 180),
        ("JST", 540),
        ("EST", -300),
        ("EDT", -240),
        ("CDT", -300),
        ("MST", -420),
        ("MDT", -360),
        ("PST", -480),
        ("PDT", -420),
    ];
    let words = text.split_ascii_whitespace().collect::<Vec<_>>();
    let [day, month, date, time, zone, year] = words.as_slice() else { return None };
    let (_, minutes) = ZONES.iter().find(|(name, _)| name == zone)?;
    Some((format!("{day} {month} {date} {time} {year}"), minutes * 60))
}

/// Seconds (with a fraction) or milliseconds since 1970. Only lengths that mean a time between 2001 and 2286
/// count, so that an id or an amount is not taken for one.
pub(super) fn epoch(text: &str, millis: bool) -> Option<Stamp> {
    // As older services write them in JSON; an offset behind the number says nothing of the instant.
    let inner = text.trim_ascii().strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"));
    let text = inner.map_or(text, |inner| inner.split(['+', '-']).next().unwrap_or(inner));
    let mut at = Cursor::new(text);
    let length = if millis { 13 } else { 10 };
    let (high, low) = (at.digits(5, 5)?, at.digits(length - 5, length - 5)?);
    if high < 10_000 {
        return None;
    }
    let count = i64::from(high) * if millis { 100_000_000 } else { 100_000 } + i64::from(low);
    let wall_ms = if millis { count } else { count * 1000 + at.fraction() };
    at.is_at_end().then_some(Stamp { wall_ms, offset_s: Some(0) })
}

fn is_date_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'/' | b'.')
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar (Hinnant's algorithm), if there is such a date.
fn days(year: u32, month: u32, day: u32) -> Option<i64> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=last).contains(&day) {
        return None;
    }
    let (year, month, day) = (i64::from(year), i64::from(month), i64::from(day));
    let year = if month > 2 { year } else { year - 1 };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

struct Cursor<'a> {
    bytes: &'a [u8],
    index: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes().trim_ascii(), index: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.index).copied()
    }

    fn is_at_end(&self) -> bool {
        self.index == self.bytes.len()
    }

    fn next_if(&mut self, wanted: impl Fn(u8) -> bool) -> Option<u8> {
        let byte = self.peek().filter(|&byte| wanted(byte))?;
        self.index += 1;
        Some(byte)
    }

    fn eat(&mut self, byte: u8) -> Option<u8> {
        self.next_if(|found| found == byte)
    }

    fn next_if_any(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.next_if(&wanted).is_some() {}
    }

    /// Spaces, also those that do not break, which programs write before AM and PM.
    fn spaces(&mut self) {
        while self.eat(b' ').is_some() || self.word("\u{a0}".as_bytes()) || self.word("\u{202f}".as_bytes()) {
        }
    }

    fn word(&mut self, word: &[u8]) -> bool {
        let found = self.bytes.get(self.index..self.index + word.len());
        let same = found.is_some_and(|found| found.eq_ignore_ascii_case(word));
        if same {
            self.index += word.len();
        }
        same
    }

    /// Takes as many digits as there are, up to `most`; refuses fewer than `least`.
    fn digits(&mut self, least: usize, most: usize) -> Option<u32> {
        let from = self.index;
        let mut value = 0;
        while self.index - from < most
            && let Some(digit) = self.next_if(|byte| byte.is_ascii_digit())
        {
            value = value * 10 + u32::from(digit - b'0');
        }
        (self.index - from >= least).then_some(value)
    }

    /// A fraction of a second, if there is one, in milliseconds rounded to the nearest.
    fn fraction(&mut self) -> i64 {
        let from = self.index;
        if self.next_if(|byte| matches!(byte, b'.' | b',')).is_none() {
            return 0;
        }
        let (mut ms, mut unit, mut place) = (0, 100, 0);
        while let Some(digit) = self.next_if(|byte| byte.is_ascii_digit()) {
            let digit = i64::from(digit - b'0');
            ms += if place == 3 { i64::from(digit >= 5) } else { digit * unit };
            (unit, place) = (unit / 10, place + 1);
        }
        if place == 0 {
            self.index = from;
        }
        ms
    }

    /// Takes what stands between a date and a time.
    fn separated(&mut self) -> bool {
        let from = self.index;
        self.spaces();
        self.index > from || self.next_if(|byte| matches!(byte, b'T' | b't' | b':')).is_some()
    }

    /// The rest after a date: nothing, an offset, or a time with or without one.
    fn clock(&mut self, days: i64) -> Option<Stamp> {
        let midnight = days * DAY_MS;
        let comma = self.eat(b',').is_some();
        // DB2 writes `2019-01-02-08.00.00`; with a colon it would be the offset of a date.
        let dashed = self.peek() == Some(b'-') && self.bytes.get(self.index + 3) == Some(&b'.');
        // SAP writes `20190102080000`.
        let compact = self
            .bytes
            .get(self.index.wrapping_sub(1)..)
            .is_some_and(|rest| matches!(rest.len(), 5 | 7) && rest.iter().all(u8::is_ascii_digit));
        if dashed {
            self.index += 1;
        } else if !compact && !self.separated() {
            let offset_s = self.offset()?;
            return (self.is_at_end() && !comma).then_some(Stamp { wall_ms: midnight, offset_s });
        }
        self.spaces();
        let mut hour = self.digits(1, 2)?;
        let separator = self.next_if(|byte| matches!(byte, b':' | b'.' | b'h' | b'H'));
        let minute = self.digits(2, 2)?;
        let seconds = match separator {
            Some(separator) => self.eat(separator).is_some(),
            None => self.peek().is_some_and(|byte| byte.is_ascii_digit()),
        };
        let second = if seconds { self.digits(2, 2)? } else { 0 };
        let ms = if seconds { self.fraction() } else { 0 };
        self.spaces();
        let (am, pm) = (self.word(b"AM") || self.word(b"A.M."), self.word(b"PM") || self.word(b"P.M."));
        if am || pm {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if pm { 12 } else { 0 };
            self.spaces();
        }
        // 24:00 is the end of the day in ISO 8601, and :60 a leap second: both are the next instant.
        if hour > 24 || minute > 59 || second > 60 || (hour == 24 && minute + second > 0) {
            return None;
        }
        let offset_s = self.offset()?;
        let of_day = i64::from(hour * 3600 + minute * 60 + second) * 1000 + ms;
        self.is_at_end().then_some(Stamp { wall_ms: midnight + of_day, offset_s })
    }

    /// `None`: nonsense; `Some(None)`: no offset.
    fn offset(&mut self) -> Option<Option<i32>> {
        if self.is_at_end() {
            return Some(None);
        }
        if self.word(b"Z") || self.word(b"UTC") || self.word(b"GMT") {
            return Some(Some(0));
        }
        let sign = match self.next_if(|byte| matches!(byte, b'+' | b'-'))? {
            b'-' => -1,
            _ => 1,
        };
        let hour = self.digits(2, 2)?;
        self.eat(b':');
        let minute = match self.peek() {
            None | Some(b'[') => 0,
            Some(_) => self.digits(2, 2)?,
        };
        if self.eat(b'[').is_some() {
            // Java names the zone after the offset, which has said everything.
            self.next_if_any(|byte| byte != b']');
            self.eat(b']')?;
        }
        let seconds = i32::try_from(hour * 3600 + minute * 60).ok()?;
        (hour < 24 && minute < 60).then_some(Some(sign * seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str) -> Option<i64> {
        year_first(text).map(|stamp| stamp.wall_ms - i64::from(stamp.offset_s.unwrap_or(0)) * 1000)
    }

    #[test]
    fn the_iso_family_is_one_instant() {
        for text in [
            "2011-10-11T11:45:40.276Z",
            "2011-10-11 13:45:40.276000+02:00",
            "2011/10/11 13:45:40.2759999 +0200",
            "2011-10-11T11:45:40,276",
            "20111011T114540.276Z",
            "2011.10.11 06:45:40.276-05:00",
            " 2011-10-11  11:45:40.276 UTC ",
            "2011-10-11t11:45:40.276z",
        ] {
            assert_eq!(utc(text), Some(1_318_333_540_276), "{text}");
        }
        assert_eq!(utc("2011-10-11T11:45"), Some(1_318_333_500_000));
        assert_eq!(
            utc("925603200129"),
            None,
            "milliseconds since 1970, and no twentieth of March of the year 9256"
        );
        assert_eq!(utc("2011-10-11 1:45"), Some(1_318_297_500_000));
        assert_eq!(utc("2011-10-11"), Some(1_318_291_200_000));
        assert_eq!(utc("2011-10-11+02:00"), Some(1_318_284_000_000));
        assert_eq!(utc("2011-10-11T24:00:00"), utc("2011-10-12"));
        assert_eq!(utc("1948-01-26T22:59:00Z"), Some(-692_067_660_000));
        assert_eq!(utc("2020-12-31T23:59:59.9996Z"), utc("2021-01-01"));
    }

    #[test]
    fn no_such_date_or_time_is_refused() {
        for text in [
            "2020-02-30T00:00:00Z",
            "2021-02-29",
            "1900-02-29",
            "2020-13-01",
            "2020-00-01",
            "2020-01-00",
            "2020-01-01T25:00",
            "2020-01-01T24:01",
            "2020-01-01T10:60",
            "2020-01-01T10:00:61",
            "2020-01-01T10:00+24:00",
            "2020-01-01T10:00+2",
            "2020-01-01T10:00 yesterday",
            "2020-01/01",
            "2020-01-01T",
            "2020-01-01T10:00:00.",
            "not a date",
            "?",
            "",
            "ä",
        ] {
            assert_eq!(year_first(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_before_the_year_are_read_both_ways() {
        let both = |text| {
            let wall = |day_first| {
                day_or_month_first(text, day_first)
                    .map(|stamp| stamp.wall_ms / DAY_MS - days(2020, 1, 1).unwrap())
            };
            (wall(true), wall(false))
        };
        assert_eq!(both("03/04/2020 10:00"), (Some(93), Some(63)));
        assert_eq!(both("13/04/2020 10:00"), (Some(103), None));
        assert_eq!(both("04/13/2020 1:05:06 PM"), (None, Some(103)));
        assert_eq!(both("13.04.20"), (Some(103), None));
        assert_eq!(both("13-04-2020:11.02"), (Some(103), None));
        assert_eq!(both("29-02-2020 01:16"), (Some(59), None));
        assert_eq!(both("13/04/202 10:00"), (None, None));
        assert_eq!(both("13/04-2020"), (None, None));
        let noon = day_or_month_first("1/2/2020 12:00 PM", true).unwrap();
        let midnight = day_or_month_first("1/2/2020 12:00 AM", true).unwrap();
        assert_eq!((noon.wall_ms - midnight.wall_ms, midnight.is_midnight()), (DAY_MS / 2, true));
        assert_eq!(day_or_month_first("1/2/2020 13:00 PM", true), None);
        assert_eq!(
            day_or_month_first("9.3.10 8:05", true).unwrap().wall_ms,
            utc("2010-03-09T08:05").unwrap()
        );
        assert_eq!(
            day_or_month_first("30-12-2010:11.02", true).unwrap().wall_ms,
            utc("2010-12-30T11:02").unwrap()
        );
        assert_eq!(utc("2010-12-30 11.02.30.5"), utc("2010-12-30T11:02:30.500"));
        assert_eq!(day_or_month_first("9.3.70", true).unwrap().wall_ms, utc("1970-03-09").unwrap());
    }

    #[test]
    fn what_other_systems_write_is_the_same_instant() {
        let wanted = utc("2019-01-02T08:00:00");
        for text in ["20190102080000", "201901020800", "2019-01-02-08.00.00.000000", "2019-01-02T08h00"] {
            assert_eq!(utc(text), wanted, "{text}");
        }
        assert_eq!(utc("2019-01-02-08:00"), utc("2019-01-02T08:00"), "the offset of a date");
        for text in ["2019010208000", "2019010208", "20190102080060000"] {
            assert_eq!(year_first(text), None, "{text}");
        }
        let first = |text| day_or_month_first(text, true).map(|stamp| stamp.wall_ms);
        for text in [
            "02/01/2019 08h00",
            "2/1/2019 8:00:00\u{202f}AM",
            "02/01/2019 08:00 a.m.",
            "02/01/2019\u{a0}8:00",
        ] {
            assert_eq!(first(text), wanted, "{text}");
        }
        assert_eq!(epoch_micros("1546416000000000").map(|stamp| stamp.wall_ms), wanted);
        assert_eq!(epoch("/Date(1546416000000)/", true).map(|stamp| stamp.wall_ms), wanted);
        assert_eq!(epoch("/Date(1546416000000+0100)/", true).map(|stamp| stamp.wall_ms), wanted);
        assert_eq!(serial("43467.3333333333").map(|stamp| stamp.wall_ms), wanted);
        let (rest, offset) = without_zone("Wed Jan 02 09:00:00 CET 2019").unwrap();
        assert_eq!((rest.as_str(), offset), ("Wed Jan 02 09:00:00 2019", 3600));
        assert_eq!(without_zone("Wed Jan 02 08:00:00 IST 2019"), None, "of India, Ireland or Israel");
    }

    #[test]
    fn seconds_and_milliseconds_since_1970() {
        assert_eq!(epoch("1318333540", false).unwrap().wall_ms, 1_318_333_540_000);
        assert_eq!(epoch("1318333540.276", false).unwrap().wall_ms, 1_318_333_540_276);
        assert_eq!(epoch("1318333540276", true).unwrap().wall_ms, 1_318_333_540_276);
        for text in ["131833354", "13183335401", "1318333540x", "", "-318333540"] {
            assert_eq!((epoch(text, false), epoch(text, true)), (None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_chrono_writes_is_read_back(ms in -60_000_000_000_000_i64..250_000_000_000_000, offset in -1439..1440) {
            let instant = chrono::DateTime::from_timestamp_millis(ms).unwrap();
            let zone = chrono::FixedOffset::east_opt(offset * 60).unwrap();
            let written = instant.with_timezone(&zone).to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
            prop_assert_eq!(utc(&written), Some(ms), "{}", written);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9TZ:./+ APMapm,-]{0,30}|\\PC{0,20}") {
            let found = [
                year_first(&text),
                day_or_month_first(&text, true),
                day_or_month_first(&text, false),
                epoch(&text, true),
                epoch(&text, false),
            ];
            for stamp in found.into_iter().flatten() {
                prop_assert!(stamp.offset_s.unwrap_or(0).abs() < 86_400);
                prop_assert!(stamp.wall_ms.abs() < 300_000_000_000_000);
            }
        }
    }
}
