//! Reads what happens by itself: rules, the actions of rules and automatic steps, and the start of another case.
//! Whether steps, fields and processes exist is `process_check`.

use super::id::Handle;
use super::ladder::Audience;
use super::problem::{meant, quoted};
use super::process_file::{inside_party, line, one_of, required};
use super::rule::{Action, Rule, Start, Trigger};
use super::toml_walk::{Entry, Node, Reader, Table, kind_of};
use toml::de::DeValue;

const ACTIONS: [&str; 7] = ["start", "set", "urgent", "note", "remind", "exception", "run"];
const START_KEYS: [&str; 3] = ["about", "with", "case_title"];

/// Every rule. One without a name is called by its place: `rule-1`.
pub(super) fn read_rules(reader: &mut Reader, table: &mut Table) -> Vec<Rule> {
    let mut rules = Vec::<Rule>::new();
    let items =
        reader.take(table, "rule").and_then(|entry| reader.items(&entry, "begin each with `[[rule]]`"));
    for (n, (item, path)) in items.unwrap_or_default().into_iter().enumerate() {
        let what = format!("rule {}", n + 1);
        let Some(mut table) = reader.table(item, &path, &what) else { continue };
        let named = reader.take(&mut table, "rule");
        let at = named.as_ref().map_or(item.span().start, |entry| entry.value.span().start);
        let name = named.and_then(|entry| reader.parsed::<Handle>(entry.value, "`rule`"));
        let Some(name) = name.or_else(|| Handle::from_text(&format!("rule-{}", n + 1))) else { continue };
        if rules.iter().any(|rule| rule.rule == name) {
            let hint = "give it another name with `rule = \"…\"`".to_string();
            reader.error(at, format!("there is a rule `{name}` already"), hint);
        }
        let on = required(reader, &mut table, "on", "\"case.done\"", |reader, entry| {
            one_of(reader, entry, &Trigger::ALL)
        });
        let step =
            reader.take(&mut table, "step").map(|entry| reader.parsed::<Handle>(entry.value, "`step`"));
        let when = line(reader, &mut table, "if");
        let then = required(reader, &mut table, "then", "[{ note = \"…\" }]", read_actions);
        let reason = line(reader, &mut table, "reason");
        reader.finish(table, &["rule", "on", "step", "if", "then", "reason"]);
        // A step that could not be read must not make a rule for every step of it.
        if let (Some(on), Some(then), None | Some(Some(_))) = (on, then, &step) {
            rules.push(Rule { rule: name, on, step: step.flatten(), when, then, reason });
        }
    }
    rules
}

/// The actions of a list; every one of them could be read.
pub(super) fn read_actions(reader: &mut Reader, entry: &Entry) -> Option<Vec<Action>> {
    let actions = read_any_actions(reader, entry)?;
    if actions.is_empty() {
        let hint = format!("an action is one of {}", ACTIONS.map(|word| format!("`{word}`")).join(", "));
        reader.error(entry.value.span().start, format!("`{}` does nothing", entry.key), hint);
        return None;
    }
    Some(actions)
}

/// [`read_actions`] of a list that may be empty.
pub(super) fn read_any_actions(reader: &mut Reader, entry: &Entry) -> Option<Vec<Action>> {
    let items = reader.items(entry, "write `then = [{ note = \"…\" }]`")?;
    let count = items.len();
    let actions = items.into_iter().filter_map(|(item, path)| read_action(reader, item, &path));
    let actions = actions.collect::<Vec<_>>();
    (actions.len() == count).then_some(actions)
}

fn read_action(reader: &mut Reader, item: Node, path: &str) -> Option<Action> {
    let at = item.span().start;
    if let DeValue::String(_) = item.get_ref() {
        reader.error(at, "an action must be a table", "write `{ note = \"…\" }`".to_string());
        return None;
    }
    let mut table = reader.table(item, path, "the action")?;
    let words = ACTIONS.into_iter().filter(|word| table.has(word)).collect::<Vec<_>>();
    match words.as_slice() {
        [] => {
            let hint = format!("an action is one of {}", ACTIONS.map(|word| format!("`{word}`")).join(", "));
            let unknown = table.keys().next().map(str::to_string);
            match unknown {
                Some(word) => {
                    let hint = meant(&word, ACTIONS).unwrap_or(hint);
                    reader.error(at, format!("{} is not an action", quoted(&word)), hint);
                }
                None => reader.error(at, "the action does nothing", hint),
            }
            return None;
        }
        ["start"] => {
            let start = read_start(reader, &mut table);
            reader.finish(table, &["start", "about", "with", "case_title"]);
            return start.map(Action::Start);
        }
        [_] => {}
        [one, another, ..] => {
            let message = format!("`{another}` beside `{one}`: an action is one thing");
            reader.error(at, message, "write one table for each, in the order they happen".to_string());
            return None;
        }
    }
    let word = words[0];
    let entry = reader.take(&mut table, word)?;
    let of_start = START_KEYS.into_iter().find(|key| table.has(key));
    if let Some(key) = of_start {
        reader.error(at, format!("`{key}` beside `{word}`"), format!("`{key}` belongs to `start`"));
        return None;
    }
    let name = format!("`{word}`");
    let action = match word {
        "set" => read_pairs(reader, &entry, "{ checked = \"true\" }").map(Action::Set),
        "urgent" => reader.flag(entry.value, &name).map(Action::Urgent),
        "note" => reader.long(entry.value, &name).map(Action::Note),
        "remind" => read_audience(reader, &entry).map(Action::Remind),
        "exception" => reader.long(entry.value, &name).map(Action::Exception),
        _ => reader.line(entry.value, &name).map(Action::Run),
    };
    reader.finish(table, &[word]);
    action
}

/// The case that `start` names, out of the keys beside it.
pub(super) fn read_start(reader: &mut Reader, table: &mut Table) -> Option<Start> {
    let process = required(reader, table, "start", "\"other-process\"", |reader, entry| {
        reader.parsed::<Handle>(entry.value, "`start`")
    });
    let [about, with, title] = START_KEYS.map(|key| reader.take(table, key));
    let about_record = about.map(|entry| one_of(reader, &entry, &[("record", true)]));
    let data = with.map(|entry| read_pairs(reader, &entry, "{ order_no = \"data.order_no\" }"));
    let title = title.map(|entry| reader.line(entry.value, "`case_title`"));
    Some(Start {
        process: process?,
        about_record: about_record.unwrap_or(Some(false))?,
        title: title.map_or(Some(None), |title| title.map(Some))?,
        data: data.unwrap_or(Some(Vec::new()))?,
    })
}

/// Fields and the expressions that give them. A number or true may stand without quotes.
fn read_pairs(reader: &mut Reader, entry: &Entry, example: &str) -> Option<Vec<(String, String)>> {
    let what = format!("`{}`", entry.key);
    let DeValue::Table(_) = entry.value.get_ref() else {
        let message = format!("{what} must be a table, not {}", kind_of(entry.value.get_ref()));
        reader.error(entry.value.span().start, message, format!("write `{} = {example}`", entry.key));
        return None;
    };
    let entries = reader.table(entry.value, &entry.path, &what)?.all();
    if entries.is_empty() {
        let hint = format!("write `{} = {example}`", entry.key);
        reader.error(entry.value.span().start, format!("{what} names no field"), hint);
        return None;
    }
    let count = entries.len();
    let pair = |entry: Entry| {
        reader.places.set(entry.path.clone(), entry.value.span().start);
        let source = match entry.value.get_ref() {
            DeValue::Integer(number) => Some(number.as_str().to_string()),
            DeValue::Float(number) => Some(number.as_str().to_string()),
            DeValue::Boolean(flag) => Some(flag.to_string()),
            _ => reader.line(entry.value, &quoted(entry.key)),
        };
        source.map(|source| (entry.key.to_string(), source))
    };
    let pairs = entries.into_iter().filter_map(pair).collect::<Vec<_>>();
    (pairs.len() == count).then_some(pairs)
}

/// Whom something is told.
pub(super) fn read_audience(reader: &mut Reader, entry: &Entry) -> Option<Audience> {
    let word = reader.line(entry.value, &format!("`{}`", entry.key))?;
    match word.as_str() {
        "responsible" => Some(Audience::Responsible),
        "sender" => Some(Audience::Sender),
        "lead" => Some(Audience::Lead),
        "accountable" => Some(Audience::Accountable),
        _ => {
            let hint = "tell somebody inside, such as `lead`";
            inside_party(reader, entry.value, &format!("`{}`", entry.key), hint).map(Audience::Party)
        }
    }
}
