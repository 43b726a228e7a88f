//! Reads a process file. Says everything that is wrong with how it is written; whether what it says makes sense
//! is `process_check`.

use super::goal::Goal;
use super::id::Handle;
use super::kind_file::{is_name, read_fields};
use super::ladder_file::read_ladders;
use super::measure::read_measure;
use super::party::Party;
use super::problem::{Places, Problem, in_order, meant, quoted};
use super::process::{Improve, Process, ProcessKind};
use super::process_export::kind_word;
use super::promise::Rhythm;
use super::rule_file::read_rules;
use super::schedule_file::read_schedules;
use super::step_file::read_steps;
use super::table_file::read_tables;
use super::toml_walk::{self, Entry, Node, Reader, Table};
use std::collections::BTreeSet;
use toml::de::DeValue;

pub use super::process_export::export;

const KEYS: [&str; 18] = [
    "process",
    "title",
    "kind",
    "purpose",
    "accountable",
    "about",
    "goal",
    "urgent_goal",
    "calendar",
    "decline",
    "data",
    "step",
    "ladder",
    "rule",
    "schedule",
    "table",
    "improve",
    "measure",
];
/// Reasons for declining that every process knows.
const GENERAL_REASONS: [&str; 5] = ["missing_information", "wrong_party", "not_ready", "duplicate", "other"];
/// A process as far as it could be read, with stand-ins for what could not.
pub(super) struct Draft {
    pub process: Process,
    pub places: Places,
    pub unread: Unread,
    pub problems: Vec<Problem>,
}

/// What a file says but could not be read, so that nothing is concluded from its absence.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// A step's own handle.
    pub steps: bool,
    /// Steps, by their number, of which it is not known where they lead or what they wait for.
    pub routes: BTreeSet<usize>,
    /// Fields of the data by name.
    pub data: Vec<String>,
    /// A decision table.
    pub tables: bool,
}

/// Reads a process from TOML. The error is everything wrong with how the file is written, in the order of its
/// lines.
pub fn parse(text: &str) -> Result<Process, Vec<Problem>> {
    let draft = draft(text)?;
    match draft.problems.is_empty() {
        true => Ok(draft.process),
        false => Err(in_order(draft.problems)),
    }
}

/// Reads as much as can be read. The error is a text that is no TOML.
pub(super) fn draft(text: &str) -> Result<Draft, Vec<Problem>> {
    let tree = toml_walk::parse(text)?;
    let mut reader = Reader::new(text);
    let mut unread = Unread::default();
    match read_process(&mut reader, Table::root(&tree, "the process"), &mut unread) {
        Some(process) => Ok(Draft { process, places: reader.places, unread, problems: reader.problems }),
        None => Err(in_order(reader.problems)),
    }
}

/// `None` only when not even a stand-in for a handle can be made.
fn read_process(reader: &mut Reader, mut table: Table, unread: &mut Unread) -> Option<Process> {
    let handle = required(reader, &mut table, "process", "\"order-to-cash\"", |reader, entry| {
        reader.parsed::<Handle>(entry.value, "`process`")
    });
    let handle = match handle {
        Some(handle) => handle,
        None => Handle::from_text("process")?,
    };
    let title = line(reader, &mut table, "title").unwrap_or_else(|| handle.to_string());
    let kinds = [ProcessKind::Operational, ProcessKind::Management, ProcessKind::Support];
    let kind = reader
        .take(&mut table, "kind")
        .and_then(|entry| one_of(reader, &entry, &kinds.map(|k| (kind_word(k), k))));
    let purpose = required(
        reader,
        &mut table,
        "purpose",
        "\"what a case is for, in one sentence\"",
        |reader, entry| reader.long(entry.value, "`purpose`"),
    );
    let accountable = required(reader, &mut table, "accountable", "\"@dana\"", |reader, entry| {
        inside_party(
            reader,
            entry.value,
            "`accountable`",
            "name the person who answers for the outcome, such as `@dana`",
        )
    });
    let about = reader.take(&mut table, "about").and_then(|entry| reader.parsed(entry.value, "`about`"));
    let goal = read_goal(reader, &mut table, "goal");
    let urgent_goal = read_goal(reader, &mut table, "urgent_goal");
    let calendar =
        reader.take(&mut table, "calendar").and_then(|entry| reader.parsed(entry.value, "`calendar`"));
    let decline = read_reasons(reader, &mut table);
    let (data, unread_data) = read_fields(reader, &mut table, "data");
    unread.data = unread_data;
    let steps = read_steps(reader, &mut table, unread)?;
    let ladders = read_ladders(reader, &mut table);
    let rules = read_rules(reader, &mut table);
    let schedules = read_schedules(reader, &mut table);
    let before = reader.problems.len();
    let tables = read_tables(reader, &mut table);
    unread.tables = reader.problems.len() > before;
    let improve = reader.take(&mut table, "improve").and_then(|entry| read_improve(reader, &entry));
    let measure = reader.take(&mut table, "measure").and_then(|entry| read_measure(reader, &entry));
    reader.finish(table, &KEYS);
    Some(Process {
        title,
        kind: kind.unwrap_or(ProcessKind::Operational),
        purpose: purpose.unwrap_or_default(),
        // Nobody can name the contact here, so it stands for a party that could not be read.
        accountable: accountable.unwrap_or(Party::Contact),
        about,
        goal,
        urgent_goal,
        calendar,
        data,
        steps,
        ladders,
        decline,
        rules,
        schedules,
        tables,
        improve,
        measure,
        ..Process::new(handle, String::new(), Party::Contact)
    })
}

/// Codes for declining beside the general ones, as people type them.
fn read_reasons(reader: &mut Reader, table: &mut Table) -> Vec<String> {
    let Some(entry) = reader.take(table, "decline") else { return Vec::new() };
    let reasons = reader.lines(&entry).unwrap_or_default();
    for (n, reason) in reasons.iter().enumerate() {
        let place = reader.places.of(&format!("{}.{n}", entry.path));
        if !is_name(reason) {
            let near = Handle::from_text(reason).map(|near| near.as_str().replace(['-', '.'], "_"));
            let hint = near.filter(|near| is_name(near)).map(|near| format!("write `{near}`"));
            let message =
                format!("{} is no code for declining: lower-case letters, digits and `_`", quoted(reason));
            reader.error_at(place, message, hint);
        } else if GENERAL_REASONS.contains(&reason.as_str()) {
            let message = format!("every process knows the reason {}", quoted(reason));
            reader.error_at(place, message, "leave it out".to_string());
        }
    }
    reasons
}

/// A person or a role, and not the contact of the record.
pub(super) fn inside_party(reader: &mut Reader, value: Node, name: &str, instead: &str) -> Option<Party> {
    if let DeValue::Array(_) = value.get_ref() {
        let hint = "make a role of them, and name the role".to_string();
        reader.error(value.span().start, format!("{name} is one party, not a list"), hint);
        return None;
    }
    match reader.parsed::<Party>(value, name)? {
        Party::Contact => {
            let message = format!("{name} must be somebody inside, not the contact");
            reader.error(value.span().start, message, instead.to_string());
            None
        }
        party => Some(party),
    }
}

const HOW_TO_REVIEW: &str =
    "write `review = \"every 30 days\"`, or a recurrence such as `FREQ=MONTHLY;BYDAY=1MO`";

fn read_improve(reader: &mut Reader, entry: &Entry) -> Option<Improve> {
    let mut table = reader.table(entry.value, &entry.path, "`improve`")?;
    let metric = required(reader, &mut table, "metric", "\"cycle time p85\"", |reader, entry| {
        reader.line(entry.value, "`metric`")
    });
    let judged = reader
        .take(&mut table, "judged")
        .and_then(|entry| reader.flag(entry.value, "`judged`"))
        .unwrap_or(false);
    let expect = line(reader, &mut table, "expect");
    let review = required(reader, &mut table, "review", "\"every 30 days\"", |reader, entry| {
        let review = reader.line(entry.value, "`review`")?;
        if Rhythm::read(&review).is_none() {
            let message = format!("{} does not say when to review", quoted(&review));
            reader.error(entry.value.span().start, message, HOW_TO_REVIEW.to_string());
        }
        Some(review)
    });
    reader.finish(table, &["metric", "judged", "expect", "review"]);
    Some(Improve { metric: metric?, judged, expect, review: review? })
}

/// A goal longer than nothing.
pub(super) fn read_goal(reader: &mut Reader, table: &mut Table, key: &str) -> Option<Goal> {
    let entry = reader.take(table, key)?;
    goal_of(reader, &entry)
}

pub(super) fn goal_of(reader: &mut Reader, entry: &Entry) -> Option<Goal> {
    let key = entry.key;
    let goal = reader.parsed::<Goal>(entry.value, &format!("`{key}`"))?;
    if goal.count <= 0 {
        let message = format!("`{key}` must be longer than nothing");
        reader.error(entry.value.span().start, message, "write `1 business day`, for example".to_string());
        return None;
    }
    Some(goal)
}

/// A whole number from 1; the hint gives one for example.
pub(super) fn whole_number(reader: &mut Reader, entry: &Entry, example: u32) -> Option<u32> {
    let number = match entry.value.get_ref() {
        DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    let number = number.filter(|number| *number > 0);
    if number.is_none() {
        let message = format!("`{}` must be a whole number from 1", entry.key);
        reader.error(entry.value.span().start, message, format!("write `{} = {example}`", entry.key));
    }
    number
}

pub(super) fn line(reader: &mut Reader, table: &mut Table, key: &str) -> Option<String> {
    reader.take(table, key).and_then(|entry| reader.line(entry.value, &format!("`{key}`")))
}

pub(super) fn one_of<T: Copy>(reader: &mut Reader, entry: &Entry, words: &[(&str, T)]) -> Option<T> {
    let word = reader.line(entry.value, &format!("`{}`", entry.key))?;
    let found = words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
    if found.is_none() {
        let message = format!("`{}` cannot be {}", entry.key, quoted(&word));
        reader.error(entry.value.span().start, message, meant(&word, words.iter().map(|(name, _)| *name)));
    }
    found
}

/// Reads a key that must be there.
pub(super) fn required<'a, T>(
    reader: &mut Reader,
    table: &mut Table<'a>,
    key: &str,
    example: &str,
    read: impl FnOnce(&mut Reader, &Entry<'a>) -> Option<T>,
) -> Option<T> {
    match reader.take(table, key) {
        Some(entry) => read(reader, &entry),
        None => {
            reader.missing(table, key, example);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kind_file::parse_kind;
    use crate::domain::process::{Arm, Go};
    use crate::domain::process_check::{Known, read};
    use proptest::prelude::*;

    fn next_of(next: &str) -> Result<Vec<Arm>, Vec<Problem>> {
        let head = "process = \"p\"\npurpose = \"x\"\naccountable = \"@a\"\n[[step]]\nstep = \"s\"\nby = \"r\"\nnext = ";
        parse(&format!("{head}{next}\n")).map(|process| process.steps[0].next.clone())
    }

    #[test]
    fn every_form_of_next_is_read() {
        let to = |names: &[&str]| Go::To(names.iter().map(|name| name.parse().unwrap()).collect());
        let arm = |when: Option<&str>, go| Arm::new(when.map(str::to_string), go);
        for (next, arms) in [
            ("\"x\"", vec![arm(None, to(&["x"]))]),
            ("{ to = \"x\" }", vec![arm(None, to(&["x"]))]),
            ("{ to = [\"x\", \"y\"] }", vec![arm(None, to(&["x", "y"]))]),
            ("{ all = [\"x\", \"y\"] }", vec![arm(None, to(&["x", "y"]))]),
            ("{ end = true }", vec![arm(None, Go::End(None))]),
            ("{ end = \"paid\" }", vec![arm(None, Go::End(Some("paid".into())))]),
            (
                "[{ if = \"a\", all = [\"x\", \"y\"] }, { end = true }]",
                vec![arm(Some("a"), to(&["x", "y"])), arm(None, Go::End(None))],
            ),
        ] {
            assert_eq!(next_of(next), Ok(arms), "{next}");
        }
    }

    #[test]
    fn what_is_left_out_has_a_plain_meaning() {
        let process = parse("process = \"p\"\npurpose = \"x\"\naccountable = \"@a\"\n[[step]]\nstep = \"s\"\nby = \"r\"\nnext = { end = true }\n").unwrap();
        assert_eq!(
            (process.title.as_str(), process.kind, process.goal),
            ("p", ProcessKind::Operational, None)
        );
        assert_eq!((process.steps[0].title.as_str(), process.steps[0].join.len()), ("s", 0));
    }

    #[test]
    fn fields_stand_in_the_order_of_the_file() {
        let process = parse(include_str!("testdata/order.toml")).unwrap();
        let names = process.data.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
        assert_eq!(names, ["order_no", "amount", "terms", "sent_on", "ok", "driver"]);
        assert!(process.data[0].required && !process.data[1].required);
    }

    #[test]
    fn a_file_too_large_or_of_too_many_steps_is_refused() {
        let long = "#".repeat(toml_walk::LONGEST + 1);
        assert_eq!(parse(&long).unwrap_err()[0].message, "the file is longer than 4096 KiB");
        assert!(
            parse("step = []")
                .unwrap_err()
                .iter()
                .any(|problem| problem.message == "the process has no step")
        );
        let many = "[[step]]\nstep = \"s\"\n".repeat(2001);
        assert!(
            parse(&many)
                .unwrap_err()
                .iter()
                .any(|problem| problem.message == "a process has at most 2000 steps")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "(?s).{0,80}") {
            let _ = read(&text, &Known::default());
            let _ = parse_kind(&text);
        }

        /// Damage to a good file: lines lost, doubled, swapped, values replaced by others of any type.
        #[test]
        fn a_damaged_file_is_answered_with_places_inside_it(
            damage in prop::collection::vec((0usize..100, 0usize..100, 0usize..12), 1..6),
        ) {
            let mut lines = include_str!("testdata/order.toml").lines().map(str::to_string).collect::<Vec<_>>();
            for (one, other, how) in damage {
                let (one, other) = (one % lines.len(), other % lines.len());
                let key = lines[one].split('=').next().unwrap_or("x").to_string();
                match how {
                    0 => drop(lines.remove(one)),
                    1 => lines.swap(one, other),
                    2 => lines.insert(one, lines[other].clone()),
                    3 => lines[one] = lines[one].replace('"', ""),
                    how => {
                        let values = ["5", "true", "[]", "{}", "\"x\"", "[[1]]", "[\"close\", {}]", "2026-01-01"];
                        lines[one] = format!("{key} = {}", values[how - 4]);
                    }
                }
            }
            let text = lines.join("\n");
            let (process, problems) = read(&text, &Known::default());
            prop_assert_eq!(process.is_none(), problems.iter().any(Problem::is_error));
            for problem in problems {
                prop_assert!(problem.line >= 1 && problem.line <= lines.len().max(1) + 1, "{}", problem);
                prop_assert!(problem.column >= 1 && !problem.message.is_empty());
            }
        }
    }
}
