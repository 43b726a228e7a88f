//! Writes rules, actions, schedules and decision tables as a person would have written them. The rest of the file
//! is `process_export`.

use super::process_export::{audience_word, list, put, put_maybe, put_text, text};
use super::rule::{Action, Rule, Start, Trigger};
use super::schedule::{Overlap, Schedule};
use super::table::{DecisionTable, Hit};
use serde_json::Value;

pub(super) fn put_rule(out: &mut String, rule: &Rule) {
    out.push_str("\n[[rule]]\n");
    put_text(out, "rule", rule.rule.as_str());
    put_text(out, "on", word_of(&Trigger::ALL, rule.on));
    put_maybe(out, "step", rule.step.as_ref());
    put_maybe(out, "if", rule.when.as_ref());
    put_actions(out, &rule.then);
    put_maybe(out, "reason", rule.reason.as_ref());
}

pub(super) fn put_actions(out: &mut String, actions: &[Action]) {
    match actions {
        [] => put(out, "then", "[]"),
        [one] => put(out, "then", &format!("[{}]", action_text(one))),
        actions => {
            let actions = actions.iter().map(|action| format!("  {},\n", action_text(action)));
            put(out, "then", &format!("[\n{}]", actions.collect::<String>()));
        }
    }
}

fn action_text(action: &Action) -> String {
    match action {
        Action::Start(start) => {
            let parts = start_parts(start).into_iter().map(|(key, value)| format!("{key} = {value}"));
            format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
        }
        Action::Set(pairs) => format!("{{ set = {} }}", pairs_text(pairs)),
        Action::Urgent(urgent) => format!("{{ urgent = {urgent} }}"),
        Action::Note(note) => format!("{{ note = {} }}", text(note)),
        Action::Remind(audience) => format!("{{ remind = {} }}", text(&audience_word(audience))),
        Action::Exception(why) => format!("{{ exception = {} }}", text(why)),
        Action::Run(name) => format!("{{ run = {} }}", text(name)),
    }
}

/// The keys that start a case, of an action and of a step alike.
pub(super) fn start_parts(start: &Start) -> Vec<(&'static str, String)> {
    let mut parts = vec![("start", text(start.process.as_str()))];
    if start.about_record {
        parts.push(("about", text("record")));
    }
    if !start.data.is_empty() {
        parts.push(("with", pairs_text(&start.data)));
    }
    parts.extend(start.title.as_ref().map(|title| ("case_title", text(title))));
    parts
}

fn pairs_text(pairs: &[(String, String)]) -> String {
    let pairs = pairs.iter().map(|(field, value)| format!("{} = {}", key(field), text(value)));
    format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
}

fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if bare { name.to_string() } else { text(name) }
}

pub(super) fn put_schedule(out: &mut String, schedule: &Schedule) {
    out.push_str("\n[[schedule]]\n");
    put_text(out, "every", &schedule.every);
    put_text(out, "at", &format!("{:02}:{:02}", schedule.at / 60, schedule.at % 60));
    let overlap = match schedule.overlap {
        Overlap::Skip => "skip",
        Overlap::Start => "start",
    };
    put_text(out, "overlap", overlap);
    put_text(out, "catch_up", &schedule.catch_up.to_string());
    if !schedule.data.is_empty() {
        put(out, "with", &pairs_text(&schedule.data));
    }
}

pub(super) fn put_table(out: &mut String, table: &DecisionTable) {
    out.push_str(&format!("\n[table.{}]\n", key(table.table.as_str())));
    put_text(out, "hit", word_of(&Hit::ALL, table.hit));
    put(out, "inputs", &list(table.inputs.iter().map(String::as_str)));
    put(out, "outputs", &list(table.outputs.iter().map(String::as_str)));
    out.push_str("rows = [\n");
    for row in &table.rows {
        let cells = row.when.iter().map(|cell| text(cell)).chain(row.then.iter().map(value_text));
        out.push_str(&format!("  [{}],\n", cells.collect::<Vec<_>>().join(", ")));
    }
    out.push_str("]\n");
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.to_string(),
            (None, Some(number)) => toml::Value::Float(number).to_string(),
            (None, None) => text(&number.to_string()),
        },
        Value::String(value) => text(value),
        other => text(&other.to_string()),
    }
}

/// The word of a closed set's member in process files.
pub(super) fn word_of<T: Copy + PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, of)| *of == value).map_or("", |(word, _)| word)
}
