//! What differs between two versions of a process, by what they mean: key by key, step by step, in the words of
//! process files. Compares; decides nothing.

use super::process::{Arm, Go, Process};
use serde_json::{Map, Value};

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Added,
    Removed,
    Changed,
}

impl How {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            How::Added => "added",
            How::Removed => "removed",
            How::Changed => "changed",
        }
    }

    /// The sign before a line.
    pub fn sign(self) -> &'static str {
        match self {
            How::Added => "+",
            How::Removed => "-",
            How::Changed => "~",
        }
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// `process`, `data`, `step`, `ladder`, `rule`, `schedule`, `table`, `improve` or `measure`.
    pub group: &'static str,
    /// Which of the group: the handle of a step, the name of a field. Empty where there is one of it.
    pub name: String,
    /// What of it; `None` when all of it came or went.
    pub key: Option<String>,
    pub how: How,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl Change {
    /// `~ step bill, goal: 8 hours -> 10 hours`
    pub fn line(&self) -> String {
        let name = if self.name.is_empty() { String::new() } else { format!(" {}", self.name) };
        let key = self.key.as_ref().map(|key| format!(", {key}")).unwrap_or_default();
        let values = match (&self.before, &self.after) {
            (Some(before), Some(after)) => format!(": {before} -> {after}"),
            (None, Some(one)) | (Some(one), None) => format!(": {one}"),
            (None, None) => String::new(),
        };
        format!("{} {}{name}{key}{values}", self.how.sign(), self.group)
    }
}

/// The lists of a process: where they stand, what one of them is called, and what tells them apart.
const LISTS: [(&str, &str, &str); 6] = [
    ("data", "data", "name"),
    ("steps", "step", "step"),
    ("ladders", "ladder", "on"),
    ("rules", "rule", "rule"),
    ("schedules", "schedule", "every"),
    ("tables", "table", "table"),
];

/// Everything that differs, in the order of a process file; empty for two of the same meaning.
pub fn diff(old: &Process, new: &Process) -> Vec<Change> {
    // A length in another unit is no difference.
    if old == new {
        return Vec::new();
    }
    let (before, after) = (fields(old), fields(new));
    let mut changes = Vec::new();
    let lists = |key: &str| LISTS.iter().any(|(list, ..)| *list == key);
    let own = |all: &Map<String, Value>| {
        let own =
            all.iter().filter(|(key, _)| !lists(key) && !["improve", "measure"].contains(&key.as_str()));
        own.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>()
    };
    compare(&mut changes, "process", "", &own(&before), &own(&after));
    for (list, group, id) in LISTS {
        compare_lists(&mut changes, group, id, items(&before, list), items(&after, list));
    }
    for group in ["improve", "measure"] {
        let of = |all: &Map<String, Value>| all.get(group).and_then(Value::as_object).cloned();
        let (before, after) = (of(&before).unwrap_or_default(), of(&after).unwrap_or_default());
        compare(&mut changes, group, "", &before, &after);
    }
    changes
}

/// A process as keys and values, those of its ways onwards in words.
fn fields(process: &Process) -> Map<String, Value> {
    let Ok(Value::Object(mut all)) = serde_json::to_value(process) else { return Map::new() };
    if let Some(steps) = all.get_mut("steps").and_then(Value::as_array_mut) {
        for (step, value) in process.steps.iter().zip(steps) {
            if let Some(handle) = value.as_object_mut().and_then(|step| step.shift_remove("handle")) {
                value["step"] = handle;
            }
            value["next"] = Value::from(step.next.iter().map(way).collect::<Vec<_>>().join("; else "));
        }
    }
    all
}

fn way(arm: &Arm) -> String {
    let to = match &arm.go {
        Go::End(None) => "end".to_string(),
        Go::End(Some(outcome)) => format!("end: {outcome}"),
        Go::To(steps) => {
            let only = |n: usize| arm.only.iter().find(|(of, _)| *of as usize == n);
            let step = |(n, step)| match only(n) {
                Some((_, when)) => format!("{step} (if {when})"),
                None => format!("{step}"),
            };
            steps.iter().enumerate().map(step).collect::<Vec<_>>().join(" + ")
        }
    };
    let on = arm.on.iter().map(|on| format!(" on {on}")).collect::<String>();
    let when = arm.when.iter().map(|when| format!(" if {when}")).collect::<String>();
    format!("{to}{on}{when}")
}

fn items<'v>(all: &'v Map<String, Value>, list: &str) -> Vec<&'v Map<String, Value>> {
    let items = all.get(list).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_object).collect()
}

fn compare_lists(
    changes: &mut Vec<Change>,
    group: &'static str,
    id: &str,
    before: Vec<&Map<String, Value>>,
    after: Vec<&Map<String, Value>>,
) {
    let name = |item: &Map<String, Value>| item.get(id).map(words).unwrap_or_default();
    let find = |all: &[&Map<String, Value>], wanted: &str| {
        all.iter().find(|item| name(item) == wanted).map(|item| (*item).clone())
    };
    let whole = |item: &Map<String, Value>, how: How| {
        let title = item.get("title").or(item.get("type")).map(words);
        let (before, after) = if how == How::Added { (None, title) } else { (title, None) };
        Change { group, name: name(item), key: None, how, before, after }
    };
    // What is new under a title that is gone has another name only.
    let new = after.iter().filter(|item| find(&before, &name(item)).is_none());
    let mut new = new.map(|item| (*item).clone()).collect::<Vec<_>>();
    for item in &before {
        let titled =
            |other: &Map<String, Value>| other.get("title").is_some_and(|t| item.get("title") == Some(t));
        match find(&after, &name(item)) {
            Some(other) => compare(changes, group, &name(item), item, &other),
            None => match new.iter().position(titled) {
                Some(at) => compare(changes, group, &name(item), item, &new.remove(at)),
                None => changes.push(whole(item, How::Removed)),
            },
        }
    }
    changes.extend(new.iter().map(|item| whole(item, How::Added)));
    let order = |all: &[&Map<String, Value>], other: &[&Map<String, Value>]| {
        let names = all.iter().map(|item| name(item)).filter(|name| find(other, name).is_some());
        names.collect::<Vec<_>>().join(", ")
    };
    let (before, after) = (order(&before, &after), order(&after, &before));
    if before != after {
        let key = Some("order".to_string());
        let (before, after) = (Some(before), Some(after));
        changes.push(Change { group, name: String::new(), key, how: How::Changed, before, after });
    }
}

fn compare(
    changes: &mut Vec<Change>,
    group: &'static str,
    name: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) {
    let added = after.keys().filter(|key| !before.contains_key(*key));
    for key in before.keys().chain(added) {
        let (old, new) = (before.get(key), after.get(key));
        if old == new {
            continue;
        }
        let how = match (old, new) {
            (None, _) => How::Added,
            (_, None) => How::Removed,
            _ => How::Changed,
        };
        changes.push(Change {
            group,
            name: name.to_string(),
            key: Some(key.clone()),
            how,
            before: old.map(words),
            after: new.map(words),
        });
    }
}

/// A stored value as a person would say it.
fn words(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let one = |(key, value): (&String, &Value)| match (key.as_str(), value) {
                // Whoever does a step, and whoever a rung speaks to.
                ("party", party) => words(party),
                ("data", Value::String(field)) => format!("the person in {field}"),
                (key, Value::Null) => key.to_string(),
                (key, value) => format!("{key} {}", words(value)),
            };
            fields.iter().map(one).collect::<Vec<_>>().join(" ")
        }
        Value::Array(items) if items.is_empty() => "none".to_string(),
        Value::Array(items) => items.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        other => super::field::show(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::process::{DataField, Performer, Step, StepKind, WaitFor};
    use crate::domain::process_check::{Known, read};
    use crate::domain::record::FieldType;

    const SALE: &str = r#"
process = "sale"
title = "Sale"
kind = "operational"
purpose = "An order becomes money."
accountable = "@dana"
goal = "5 days"
[data.amount]
type = "money"
[[step]]
step = "sell"
title = "Sell"
by = "sales"
goal = "8 hours"
gives = ["amount"]
next = "bill"
[[step]]
step = "bill"
title = "Bill"
by = "finance"
goal = "8 hours"
accept = "4 hours"
needs = ["amount"]
next = [{ if = "data.amount > 5", end = "paid" }, { to = "sell" }]
[[ladder]]
on = "accept"
rungs = [{ at = "0", remind = "responsible" }]
"#;

    fn sale() -> Process {
        read(SALE, &Known::default()).0.unwrap()
    }

    fn lines(change: impl Fn(&mut Process)) -> Vec<String> {
        let mut new = sale();
        change(&mut new);
        diff(&sale(), &new).iter().map(Change::line).collect()
    }

    #[test]
    fn two_of_the_same_meaning_do_not_differ() {
        let commented = format!("# a note\n{}", SALE.replace("goal = \"5 days\"", "goal = \"5  days\""));
        let again = read(&commented.replace("5  days", "5 days"), &Known::default()).0.unwrap();
        assert_eq!(diff(&sale(), &again), []);
    }

    #[test]
    fn what_differs_is_told_key_by_key_in_the_words_of_files() {
        let told = lines(|p| {
            p.goal = Some("6 days".parse().unwrap());
            p.urgent_goal = Some("1 day".parse().unwrap());
            p.data[0].required = true;
            p.data.push(DataField {
                name: "vat".into(),
                title: None,
                kind: FieldType::YesNo,
                required: false,
            });
            p.steps[0].goal = None;
            p.steps[0].checklist = vec!["Signed".into(), "Dated".into()];
            p.steps[1].by = Performer::Data("who".into());
            p.steps[1].next.pop();
            p.steps[1].kind = StepKind::Wait(WaitFor::Message("paper".into()));
            p.ladders[0].rungs[0].every = Some("1 day".parse().unwrap());
        });
        insta::assert_snapshot!(told.join("\n"), @r"
        ~ process, goal: 5 days -> 6 days
        + process, urgent_goal: 1 day
        + data amount, required: yes
        + data vat: yes_no
        - step sell, goal: 8 hours
        + step sell, checklist: Signed, Dated
        ~ step bill, by: finance -> the person in who
        ~ step bill, next: end: paid if data.amount > 5; else sell -> end: paid if data.amount > 5
        + step bill, type: wait message paper
        ~ ladder accept, rungs: at 0 minutes remind responsible -> at 0 minutes remind responsible every 1 day
        ");
    }

    #[test]
    fn steps_come_go_and_change_their_order() {
        let told = lines(|p| {
            let by = Performer::Party("ops".parse().unwrap());
            p.steps.push(Step::work("pack".parse().unwrap(), "Pack".into(), by));
            p.steps.swap(0, 1);
            p.ladders.clear();
        });
        insta::assert_snapshot!(told.join("\n"), @r"
        + step pack: Pack
        ~ step, order: sell, bill -> bill, sell
        - ladder accept
        ");
        let told = lines(|p| {
            p.steps.remove(0);
        });
        assert_eq!(told, ["- step sell: Sell"]);
        let told = lines(|p| p.steps[1].handle = "invoice".parse().unwrap());
        assert_eq!(told, ["~ step bill, step: bill -> invoice"]);
    }
}
