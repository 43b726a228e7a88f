//! Reads where a step leads and what it waits for: `next` in all its forms, and `join`. Whether the targets
//! exist is `process_check`.

use super::id::Handle;
use super::problem::quoted;
use super::process::{Arm, Go};
use super::process_file::required;
use super::toml_walk::{Entry, Node, Reader, Table, kind_of};
use toml::de::DeValue;

const ARM_KEYS: [&str; 5] = ["on", "if", "to", "all", "end"];
const FORMS: &str = "write `next = \"step\"`, `{ all = [\"a\", \"b\"] }`, `{ end = true }`, or a list of \
                     `{ if = \"…\", to = \"…\" }`";

/// The set a step waits for; empty when it waits for nothing.
pub(super) fn read_join(reader: &mut Reader, table: &mut Table) -> Vec<Handle> {
    let Some(entry) = reader.take(table, "join") else { return Vec::new() };
    read_handles(reader, &entry, "write `join = [\"a\", \"b\"]`")
        .unwrap_or_default()
        .into_iter()
        .map(|(step, _)| step)
        .collect()
}

/// Every way onwards. Place of the condition of arm k: `….next.k.if`; of its nth target: `….next.k.go.n`, and of
/// the condition of that: `….next.k.only.n`.
pub(super) fn read_next(reader: &mut Reader, table: &mut Table) -> Vec<Arm> {
    let Some(entry) = reader.take(table, "next") else {
        reader.missing(table, "next", "{ end = true }");
        return Vec::new();
    };
    let at = entry.value.span().start;
    match entry.value.get_ref() {
        DeValue::String(_) => {
            let step = reader.parsed::<Handle>(entry.value, "`next`");
            reader.places.set(format!("{}.0.go.0", entry.path), at);
            step.map(|step| Arm::new(None, Go::To(vec![step]))).into_iter().collect()
        }
        DeValue::Table(_) => {
            let path = format!("{}.0", entry.path);
            read_arm(reader, entry.value, &path).into_iter().collect()
        }
        DeValue::Array(items) if items.is_empty() => {
            reader.error(
                at,
                "`next` leads nowhere",
                "write `next = { end = true }` if the branch ends here".to_string(),
            );
            Vec::new()
        }
        DeValue::Array(items) if items.iter().all(|item| matches!(item.get_ref(), DeValue::String(_))) => {
            let names =
                items.iter().filter_map(|item| item.get_ref().as_str()).map(|name| format!("{name:?}"));
            let hint = match items.len() {
                1 => format!("write `next = {}`", names.collect::<String>()),
                _ => format!(
                    "for all of them at once write `next = {{ all = [{}] }}`",
                    names.collect::<Vec<_>>().join(", ")
                ),
            };
            reader.error(at, "`next` cannot be a list of steps", hint);
            Vec::new()
        }
        DeValue::Array(_) => {
            let items = reader.items(&entry, FORMS).unwrap_or_default();
            items.into_iter().filter_map(|(item, path)| read_arm(reader, item, &path)).collect()
        }
        other => {
            let message = format!("`next` must say where work goes, not {}", kind_of(other));
            reader.error(at, message, FORMS.to_string());
            Vec::new()
        }
    }
}

fn read_arm(reader: &mut Reader, item: Node, path: &str) -> Option<Arm> {
    let at = item.span().start;
    if let DeValue::String(_) = item.get_ref() {
        reader.error(at, "a choice in `next` must be a table", "write `{ to = \"…\" }`".to_string());
        return None;
    }
    let mut table = reader.table(item, path, "the arm of `next`")?;
    let when = reader.take(&mut table, "if");
    let on = reader.take(&mut table, "on");
    let ways = ["to", "all", "end"].map(|key| reader.take(&mut table, key));
    let ways = ways.into_iter().flatten().collect::<Vec<_>>();
    reader.finish(table, &ARM_KEYS);
    let go = match ways.as_slice() {
        [one] => read_go(reader, one, path),
        [] => {
            let hint = "add `to = \"step\"`, `all = [\"a\", \"b\"]` or `end = true`".to_string();
            reader.error(at, "the arm of `next` leads nowhere", hint);
            None
        }
        [one, another, ..] => {
            let message = format!("`{}` beside `{}`: an arm leads one way", another.key, one.key);
            reader.error(another.key_at, message, "write one arm for each".to_string());
            None
        }
    };
    let when = match when {
        Some(entry) => Some(reader.line(entry.value, "`if`")?),
        None => None,
    };
    let on = match on {
        Some(entry) => Some(reader.parsed::<Handle>(entry.value, "`on`")?.to_string()),
        None => None,
    };
    let (go, only) = go?;
    Some(Arm { when, on, go, only })
}

/// The conditions of single targets, by their position.
type Only = Vec<(u32, String)>;

fn read_go(reader: &mut Reader, entry: &Entry, path: &str) -> Option<(Go, Only)> {
    let at = entry.value.span().start;
    match (entry.key, entry.value.get_ref()) {
        ("end", DeValue::Boolean(true)) => Some((Go::End(None), Vec::new())),
        ("end", DeValue::String(_)) => {
            reader.line(entry.value, "`end`").map(|outcome| (Go::End(Some(outcome)), Vec::new()))
        }
        ("end", _) => {
            let hint = "write `end = true`, or the outcome: `end = \"paid\"`".to_string();
            reader.error(at, "`end` is true or an outcome", hint);
            None
        }
        ("to", DeValue::String(_)) => {
            let step = reader.parsed::<Handle>(entry.value, "`to`")?;
            reader.places.set(format!("{path}.go.0"), at);
            Some((Go::To(vec![step]), Vec::new()))
        }
        _ => read_targets(reader, entry, path),
    }
}

/// Steps at once, each by its name or, with a condition, as `{ to = "…", if = "…" }`.
fn read_targets(reader: &mut Reader, entry: &Entry, path: &str) -> Option<(Go, Only)> {
    let (mut steps, mut only, mut whole) = (Vec::<Handle>::new(), Vec::new(), true);
    let items = reader.items(entry, &format!("write `{} = [\"a\", \"b\"]`", entry.key))?;
    for (item, item_path) in items {
        let mut at = item.span().start;
        let mut condition = None;
        let step = match item.get_ref() {
            DeValue::Table(_) => {
                let mut table = reader.table(item, &item_path, "the target")?;
                let step = required(reader, &mut table, "to", "\"step\"", |reader, entry| {
                    at = entry.value.span().start;
                    reader.parsed::<Handle>(entry.value, "`to`")
                });
                if let Some(entry) = reader.take(&mut table, "if") {
                    condition = reader.line(entry.value, "`if`");
                    whole &= condition.is_some();
                    reader.places.set(format!("{path}.only.{}", steps.len()), entry.value.span().start);
                }
                reader.finish(table, &["to", "if"]);
                step
            }
            _ => reader.parsed::<Handle>(item, &format!("an item of `{}`", entry.key)),
        };
        match step {
            Some(step) if steps.contains(&step) => {
                let message = format!("`{}` names {} twice", entry.key, quoted(step.as_str()));
                reader.error(at, message, "leave one out".to_string());
            }
            Some(step) => {
                reader.places.set(format!("{path}.go.{}", steps.len()), at);
                only.extend(condition.map(|condition| (steps.len() as u32, condition)));
                steps.push(step);
            }
            None => whole = false,
        }
    }
    if !whole {
        return None;
    }
    if steps.is_empty() {
        let at = entry.value.span().start;
        reader.error(at, format!("`{}` leads nowhere", entry.key), "name a step".to_string());
        return None;
    }
    Some((Go::To(steps), only))
}

/// The steps of a list with the byte each stands at. `None` when any could not be read.
pub(super) fn read_handles(reader: &mut Reader, entry: &Entry, hint: &str) -> Option<Vec<(Handle, usize)>> {
    let mut steps = Vec::<(Handle, usize)>::new();
    let mut whole = true;
    for (item, _) in reader.items(entry, hint)? {
        let at = item.span().start;
        match reader.parsed::<Handle>(item, &format!("an item of `{}`", entry.key)) {
            Some(step) if steps.iter().any(|(other, _)| *other == step) => {
                let message = format!("`{}` names {} twice", entry.key, quoted(step.as_str()));
                reader.error(at, message, "leave one out".to_string());
            }
            Some(step) => steps.push((step, at)),
            None => whole = false,
        }
    }
    whole.then_some(steps)
}
