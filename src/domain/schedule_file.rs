//! Reads the schedules of a process file. Whether the recurrence ever comes and the data fits is `rule_check`.

use super::goal::{Goal, Unit};
use super::process_file::{one_of, read_goal, required};
use super::schedule::{Overlap, Schedule, is_end};
use super::toml_walk::{Entry, Reader, Table};
use rrule::{Frequency, RRule, Tz, Unvalidated};
use toml::de::DeValue;

const NINE: u32 = 9 * 60;
const KEYS: [&str; 5] = ["every", "at", "overlap", "catch_up", "with"];
const EXAMPLE: &str = "write `every = \"RRULE:FREQ=MONTHLY;BYDAY=1MO\"`, the first Monday of each month";

/// Every `[[schedule]]`.
pub(super) fn read_schedules(reader: &mut Reader, table: &mut Table) -> Vec<Schedule> {
    let items = reader
        .take(table, "schedule")
        .and_then(|entry| reader.items(&entry, "begin each with `[[schedule]]`"));
    let items = items.unwrap_or_default().into_iter();
    items
        .filter_map(|(item, path)| {
            let table = reader.table(item, &path, "the schedule")?;
            read_one(reader, table)
        })
        .collect()
}

fn read_one(reader: &mut Reader, mut table: Table) -> Option<Schedule> {
    let every = required(reader, &mut table, "every", "\"RRULE:FREQ=MONTHLY;BYDAY=1MO\"", |reader, entry| {
        let text = reader.line(entry.value, "`every`")?;
        let rule = text.strip_prefix("RRULE:").unwrap_or(&text);
        match recurrence(rule) {
            Ok(()) => Some(format!("RRULE:{rule}")),
            Err((message, hint)) => {
                reader.error(entry.value.span().start, message, hint);
                None
            }
        }
    });
    let at = reader.take(&mut table, "at").map_or(Some(NINE), |entry| read_time(reader, &entry));
    let words = [("skip", Overlap::Skip), ("start", Overlap::Start)];
    let overlap = reader
        .take(&mut table, "overlap")
        .map_or(Some(Overlap::Skip), |entry| one_of(reader, &entry, &words));
    let catch_up = match table.has("catch_up") {
        true => read_goal(reader, &mut table, "catch_up"),
        false => Some(Goal { count: 7, unit: Unit::Day }),
    };
    let data = reader.take(&mut table, "with").map_or(Some(Vec::new()), |entry| read_data(reader, &entry));
    reader.finish(table, &KEYS);
    Some(Schedule { every: every?, at: at?, overlap: overlap?, catch_up: catch_up?, data: data? })
}

/// Fields as a person would type them.
fn read_data(reader: &mut Reader, entry: &Entry) -> Option<Vec<(String, String)>> {
    let entries = reader.table(entry.value, &entry.path, "`with`")?.all();
    let count = entries.len();
    let pair = |entry: Entry| {
        reader.places.set(entry.path.clone(), entry.value.span().start);
        let text = match entry.value.get_ref() {
            DeValue::Integer(number) => Some(number.as_str().to_string()),
            DeValue::Float(number) => Some(number.as_str().to_string()),
            DeValue::Boolean(flag) => Some(if *flag { "yes" } else { "no" }.to_string()),
            _ => reader.line(entry.value, &format!("`{}`", entry.key)),
        };
        text.map(|text| (entry.key.to_string(), text))
    };
    let pairs = entries.into_iter().filter_map(pair).collect::<Vec<_>>();
    (pairs.len() == count).then_some(pairs)
}

/// `09:00` as minutes after midnight.
fn read_time(reader: &mut Reader, entry: &Entry) -> Option<u32> {
    let text = reader.line(entry.value, "`at`")?;
    let number = |text: &str, below: u32| {
        let digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|number| digits && *number < below)
    };
    let time = text.split_once(':').and_then(|(h, m)| Some(number(h, 24)? * 60 + number(m, 60)?));
    if time.is_none() {
        let message = format!("{} is not a time of day", super::problem::quoted(&text));
        reader.error(entry.value.span().start, message, "write `at = \"09:00\"`".to_string());
    }
    time
}

/// Whether a rule of RFC 5545 can be followed: it parses, is daily or coarser, leaves the time of day to `at`, and
/// comes at least once.
fn recurrence(rule: &str) -> Result<(), (String, String)> {
    let refuse = |message: String| Err((message, EXAMPLE.to_string()));
    let no_rule = |why: String| format!("`every` is not a recurrence: {why}");
    if rule.contains("DTSTART") {
        return refuse(no_rule("only the rule itself stands here, without a start".to_string()));
    }
    if rule.chars().any(char::is_whitespace) {
        return refuse(format!("{} is not a recurrence", super::problem::quoted(rule)));
    }
    // An end is read by `schedule`: the library asks that it be in the zone of a start, and none stands here.
    let (ends, parts) =
        rule.split(';').partition::<Vec<_>, _>(|part| part.to_ascii_uppercase().starts_with("UNTIL="));
    if let Some(end) = ends.iter().find(|end| !is_end(&end["UNTIL=".len()..])) {
        let hint = "write the last day as `UNTIL=20271231`".to_string();
        return Err((format!("`{end}` is not a date"), hint));
    }
    let rule = match parts.join(";").parse::<RRule<Unvalidated>>() {
        Ok(rule) => rule,
        Err(error) => return refuse(no_rule(error.to_string())),
    };
    if !matches!(
        rule.get_freq(),
        Frequency::Yearly | Frequency::Monthly | Frequency::Weekly | Frequency::Daily
    ) {
        let hint = "a schedule comes daily at most; write `FREQ=DAILY`, `WEEKLY`, `MONTHLY` or `YEARLY`";
        return Err((format!("`FREQ={}` is too often", rule.get_freq()), hint.to_string()));
    }
    if !(rule.get_by_hour().is_empty() && rule.get_by_minute().is_empty() && rule.get_by_second().is_empty())
    {
        let hint = "leave `BYHOUR` and its like out, and write `at = \"09:00\"`".to_string();
        return Err(("the time of day is not said in the rule".to_string(), hint));
    }
    // A leap year, so that the 29th of February comes soon.
    let start = chrono::NaiveDate::from_ymd_opt(2024, 1, 1)
        .and_then(|date| date.and_hms_opt(9, 0, 0))
        .and_then(|time| time.and_local_timezone(Tz::UTC).single());
    let Some(start) = start else { return Ok(()) };
    match rule.validate(start) {
        Err(error) => refuse(no_rule(error.to_string())),
        Ok(rule) => {
            let set = rrule::RRuleSet::new(start).rrule(rule);
            match set.all(1).dates.is_empty() {
                true => refuse("the time of `every` never comes".to_string()),
                false => Ok(()),
            }
        }
    }
}
