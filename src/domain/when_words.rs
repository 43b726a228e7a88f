//! The words of dates and times of day, before anything is known of the calendar. Continues `when`.

use super::instant::Span;
use super::when::{WhenError, hour_minute, real_date};
use chrono::{Days, Month, Months, NaiveDate, NaiveTime, TimeDelta, Weekday};

/// What the words before the time of day say.
pub(super) enum Day {
    Is(NaiveDate),
    /// A day and month in the next year it has not passed.
    Yearly {
        day: u32,
        month: u32,
    },
    /// `written_next` with `next` before it.
    Week {
        day: Weekday,
        written_next: bool,
    },
    EndOfMonth,
    /// The last working day from Monday to Sunday.
    EndOfWeek,
    /// No day at all: the next time it is so late.
    Any,
}

/// What is wrong with the time behind a day, where there is a day.
pub(super) fn wrong_time(words: &[&str], today: NaiveDate) -> Option<WhenError> {
    two_times(words, today).or_else(|| no_time(words, today))
}

/// `fri 25:00`: a day, and what is written as a time and is none.
fn no_time(words: &[&str], today: NaiveDate) -> Option<WhenError> {
    let (time, day) = words.split_last()?;
    let day = day.strip_suffix(&["at"]).unwrap_or(day);
    let clock = [time.strip_suffix("am"), time.strip_suffix("pm")].into_iter().flatten().next();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let like_one = match (time.split_once(':'), clock) {
        (Some((hour, minute)), _) => digits(hour) && digits(minute.trim_end_matches(['a', 'p', 'm'])),
        (None, Some(hour)) => digits(hour),
        (None, None) => false,
    };
    let known = like_one && !day.is_empty() && matches!(day_of(day, today), Ok(Some(_)));
    known.then(|| WhenError::NoTime((*time).to_string()))
}

/// `fri 5`: a day, and an hour that could be of its morning or its afternoon.
fn two_times(words: &[&str], today: NaiveDate) -> Option<WhenError> {
    let (hour, day) = words.split_last()?;
    let day = day.strip_suffix(&["at"]).unwrap_or(day);
    let hour = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    let known = !day.is_empty() && matches!(day_of(day, today), Ok(Some(_)));
    known.then(|| WhenError::TwoTimes { text: words.join(" "), day: day.join(" "), hour })
}

pub(super) fn hours_from_now(words: &[&str]) -> Option<Span> {
    if let ["in", count, unit] = words {
        let unit = match *unit {
            "minute" | "minutes" | "min" => Span::MINUTE,
            "hour" | "hours" => Span::HOUR,
            _ => return None,
        };
        return Some(unit.times(number(count)?));
    }
    let count = amount(words)?.strip_suffix('h')?;
    Some(Span::HOUR.times(number(count)?))
}

/// `3d` of `in 3d` and `+3d`.
fn amount<'a>(words: &[&'a str]) -> Option<&'a str> {
    match words {
        ["in", amount] => Some(amount),
        [amount] => amount.strip_prefix('+'),
        _ => None,
    }
}

/// From 1 to 9999, digits only.
fn number(text: &str) -> Option<i64> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|n| digits && *n > 0)
}

pub(super) fn day_of(words: &[&str], today: NaiveDate) -> Result<Option<Day>, WhenError> {
    if let Some(amount) = amount(words) {
        let days = (amount.strip_suffix('d').and_then(number))
            .or_else(|| amount.strip_suffix('w').and_then(number).map(|weeks| weeks * 7));
        return Ok(days.map(|days| Day::Is(today + TimeDelta::days(days))));
    }
    Ok(match words {
        ["in", count, unit] => match (number(count), *unit) {
            (Some(days), "day" | "days") => Some(Day::Is(today + TimeDelta::days(days))),
            (Some(weeks), "week" | "weeks") => Some(Day::Is(today + TimeDelta::days(weeks * 7))),
            (Some(months), "month" | "months") => {
                let months = Months::new(u32::try_from(months).unwrap_or(0));
                today.checked_add_months(months).map(Day::Is)
            }
            _ => None,
        },
        ["eod"] | ["end", "of", "day"] => Some(Day::Is(today)),
        ["eow"] | ["end", "of", "week"] => Some(Day::EndOfWeek),
        [] => Some(Day::Any),
        ["today"] => Some(Day::Is(today)),
        ["tomorrow"] => Some(Day::Is(today + Days::new(1))),
        ["end", "of", "month"] => Some(Day::EndOfMonth),
        ["next", day] => day.parse().ok().map(|day| Day::Week { day, written_next: true }),
        [day, name] => match (number(day), month(name)) {
            (Some(day), Some(month)) => Some(yearly(day, month)),
            _ => None,
        },
        [day, name, year] => match (number(day), month(name), number(year)) {
            (Some(day), Some(month), Some(year @ 1000..)) => Some(dated(year, month, day)?),
            _ => None,
        },
        [word] => match word.parse() {
            Ok(day) => Some(Day::Week { day, written_next: false }),
            Err(_) => numeric(word)?,
        },
        _ => None,
    })
}

/// `27.11`, `27.11.2026`, `2026-11-27`; `03/04` is refused.
fn numeric(word: &str) -> Result<Option<Day>, WhenError> {
    let parts = |by| word.trim_end_matches('.').split(by).map(number).collect::<Option<Vec<_>>>();
    match parts('/').as_deref() {
        Some([same, month @ 1..=12]) if same == month => return Ok(Some(yearly(*same, *month))),
        Some([a @ 1..=12, b @ 1..=12, year @ ..]) => {
            let year = year.first().map_or(String::new(), |year| format!(" {year}"));
            let written = |day, month| format!("{day} {}{year}", month_name(month)[..3].to_lowercase());
            let (text, first, second) = (word.to_string(), written(*a, *b), written(*b, *a));
            return Err(WhenError::TwoDates { text, first, second });
        }
        _ => {}
    }
    match (parts('.').as_deref(), parts('-').as_deref()) {
        (Some([day @ 1..=31, month @ 1..=12]), _) => Ok(Some(yearly(*day, *month))),
        (Some([day @ 1..=31, month @ 1..=12, year @ 1000..=9999]), _) => dated(*year, *month, *day).map(Some),
        (_, Some([year @ 1000..=9999, month @ 1..=12, day @ 1..=31])) => dated(*year, *month, *day).map(Some),
        _ => Ok(None),
    }
}

fn yearly(day: i64, month: i64) -> Day {
    Day::Yearly { day: u32::try_from(day).unwrap_or(0), month: u32::try_from(month).unwrap_or(0) }
}

fn dated(year: i64, month: i64, day: i64) -> Result<Day, WhenError> {
    let small = |n| u32::try_from(n).unwrap_or(0);
    real_date(i32::try_from(year).unwrap_or(0), small(month), small(day)).map(Day::Is)
}

/// Short or long, nothing between.
fn month(word: &str) -> Option<i64> {
    word.parse::<Month>().ok().map(|month| i64::from(month.number_from_month()))
}

pub(super) fn month_name(number: i64) -> &'static str {
    u8::try_from(number).ok().and_then(|n| Month::try_from(n).ok()).map_or("month", |month| month.name())
}

/// `17:00`, `5pm`, `5:30pm`, `noon`.
pub(super) fn time_of_day(word: &str) -> Option<NaiveTime> {
    if word == "noon" {
        return Some(hour_minute(12, 0));
    }
    let (clock, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (word, None),
    };
    let digits = |part: &str, most: usize| {
        ((1..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u32>())?
            .ok()
    };
    let (hour, minute) = match (clock.split_once(':'), half) {
        (Some((hour, minute)), _) if minute.len() == 2 => (digits(hour, 2)?, digits(minute, 2)?),
        (None, Some(_)) => (digits(clock, 2)?, 0),
        _ => return None,
    };
    match half {
        Some(half) if (1..=12).contains(&hour) => NaiveTime::from_hms_opt(hour % 12 + half, minute, 0),
        Some(_) => None,
        None => NaiveTime::from_hms_opt(hour, minute, 0),
    }
}
