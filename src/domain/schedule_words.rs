//! A recurrence in the words of people, for the common ones; any other is told as it is written.

use chrono::Weekday;

/// `every Mon and Wed`, `every 2 weeks on Fri`, `the first Mon of each month`, `the 1st of each quarter`, from how
/// RFC 5545 writes it.
pub fn recurrence(rule: &str) -> String {
    told(rule.trim().trim_start_matches("RRULE:")).unwrap_or_else(|| rule.to_string())
}

fn told(rule: &str) -> Option<String> {
    let (mut freq, mut every, mut days, mut dates) = (None, 1_u32, Vec::new(), Vec::new());
    for part in rule.split(';') {
        match part.split_once('=')? {
            ("FREQ", word) => freq = Some(word),
            ("INTERVAL", n) => every = n.parse().ok()?,
            ("BYDAY", list) => days = list.split(',').map(day).collect::<Option<_>>()?,
            ("BYMONTHDAY", list) => dates = list.split(',').map(date).collect::<Option<_>>()?,
            // Where a week begins changes nothing that is said here, unless weeks are left out.
            ("WKST", _) if every == 1 => {}
            _ => return None,
        }
    }
    let plain = days.iter().all(|(nth, _)| nth.is_none());
    let names = days.iter().map(|(_, day)| day.to_string()).collect::<Vec<_>>();
    match (freq?, every, days.as_slice(), dates.as_slice()) {
        ("DAILY", 1, [], []) => Some("every day".to_string()),
        ("DAILY", n, [], []) => Some(format!("every {n} days")),
        ("WEEKLY", 1, [], []) => Some("every week".to_string()),
        ("WEEKLY", 1, _, []) if plain => Some(format!("every {}", and(&names))),
        ("WEEKLY", n, [], []) => Some(format!("every {n} weeks")),
        ("WEEKLY", n, _, []) if plain => Some(format!("every {n} weeks on {}", and(&names))),
        ("MONTHLY", n, [(Some(nth), day)], []) => Some(format!("the {nth} {day} of {}", months(n))),
        ("MONTHLY", n, [], dates) if !dates.is_empty() => {
            Some(format!("the {} of {}", and(dates), months(n)))
        }
        ("YEARLY", 1, [], []) => Some("every year".to_string()),
        _ => None,
    }
}

fn months(every: u32) -> String {
    match every {
        1 => "each month".to_string(),
        3 => "each quarter".to_string(),
        n => format!("every {n} months"),
    }
}

/// `MO`, `1MO`, `-1FR`
fn day(text: &str) -> Option<(Option<&'static str>, Weekday)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let day = match name {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    };
    let nth = match nth {
        "" => None,
        "1" => Some("first"),
        "2" => Some("second"),
        "3" => Some("third"),
        "4" => Some("fourth"),
        "-1" => Some("last"),
        _ => return None,
    };
    Some((nth, day))
}

fn date(text: &str) -> Option<String> {
    if text == "-1" {
        return Some("last day".to_string());
    }
    let n = text.parse::<u32>().ok().filter(|n| (1..=31).contains(n))?;
    let ending = match (n % 10, n / 10) {
        (1, 0 | 2 | 3) => "st",
        (2, 0 | 2) => "nd",
        (3, 0 | 2) => "rd",
        _ => "th",
    };
    Some(format!("{n}{ending}"))
}

fn and(names: &[String]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_recurrences_are_told_in_words_and_others_as_they_are_written() {
        for (rule, words) in [
            ("RRULE:FREQ=WEEKLY;BYDAY=MO,WE", "every Mon and Wed"),
            ("FREQ=WEEKLY;BYDAY=TU", "every Tue"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every 2 weeks on Fri"),
            ("RRULE:FREQ=MONTHLY;BYDAY=1MO", "the first Mon of each month"),
            ("RRULE:FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1", "the 1st of each quarter"),
            ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15,22", "the 1st, 15th and 22nd of each month"),
            ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1", "the last day of each month"),
            ("FREQ=DAILY", "every day"),
            ("RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2", "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2"),
            ("every so often", "every so often"),
        ] {
            assert_eq!(recurrence(rule), words);
        }
    }
}
