//! Reads the ladders of a process file. Whether their clocks ever run is `process_check`.

use super::goal::Goal;
use super::ladder::{ClockKind, Ladder, Rung};
use super::process_export::clock_word;
use super::process_file::{inside_party, one_of, read_goal, required, whole_number};
use super::rule_file::read_audience;
use super::toml_walk::{Node, Reader, Table};

const RUNG_KEYS: [&str; 9] =
    ["at", "remind", "escalate", "raise", "release", "reassign", "exception", "every", "most"];

/// Every ladder, at most one for each clock.
pub(super) fn read_ladders(reader: &mut Reader, table: &mut Table) -> Vec<Ladder> {
    let mut ladders = Vec::<Ladder>::new();
    let items =
        reader.take(table, "ladder").and_then(|entry| reader.items(&entry, "begin each with `[[ladder]]`"));
    for (item, path) in items.unwrap_or_default() {
        let Some(mut table) = reader.table(item, &path, "the ladder") else { continue };
        let clocks = [ClockKind::Accept, ClockKind::Goal, ClockKind::Case];
        let on = required(reader, &mut table, "on", "\"accept\"", |reader, entry| {
            let on = one_of(reader, entry, &clocks.map(|clock| (clock_word(clock), clock)))?;
            if ladders.iter().any(|ladder| ladder.on == on) {
                let message = format!("there is a ladder on `{}` already", clock_word(on));
                reader.error(entry.value.span().start, message, "put all rungs into one".to_string());
            }
            Some(on)
        });
        let rungs = required(
            reader,
            &mut table,
            "rungs",
            "[{ at = \"0\", remind = \"responsible\" }]",
            |reader, entry| {
                let items =
                    reader.items(entry, "write `rungs = [{ at = \"0\", remind = \"responsible\" }]`")?;
                if items.is_empty() {
                    reader.error(
                        entry.value.span().start,
                        "a ladder without rungs",
                        "add a rung".to_string(),
                    );
                }
                Some(
                    items
                        .into_iter()
                        .filter_map(|(item, path)| read_rung(reader, item, &path, on))
                        .collect::<Vec<_>>(),
                )
            },
        );
        reader.finish(table, &["on", "rungs"]);
        ladders.extend(on.zip(rungs).map(|(on, rungs)| Ladder { on, rungs }));
    }
    ladders
}

fn read_rung(reader: &mut Reader, item: Node, path: &str, on: Option<ClockKind>) -> Option<Rung> {
    let mut table = reader.table(item, path, "the rung")?;
    let at = required(reader, &mut table, "at", "\"-1 business hour\"", |reader, entry| {
        reader.parsed::<Goal>(entry.value, "`at`")
    });
    let before = reader.problems.len();
    let mut audience = |key| {
        let entry = reader.take(&mut table, key)?;
        read_audience(reader, &entry)
    };
    let (remind, escalate) = (audience("remind"), audience("escalate"));
    let every = read_goal(reader, &mut table, "every");
    let most = reader.take(&mut table, "most").and_then(|entry| {
        let most = whole_number(reader, &entry, 5);
        if !table.has("every") {
            reader.error(
                entry.key_at,
                "`most` without `every`: the rung does not repeat",
                "add `every = \"1 day\"`".to_string(),
            );
        }
        most
    });
    let moves = ["release", "reassign"].into_iter().filter(|key| table.has(key)).collect::<Vec<_>>();
    if let ([key, ..], Some(ClockKind::Case)) = (moves.as_slice(), on) {
        let message = format!("a ladder on the case has nothing to `{key}`");
        let hint = "put the rung on the ladder of `accept` or `goal`".to_string();
        reader.error(item.span().start, message, hint);
    }
    if moves.len() > 1 {
        let hint = "keep one of them, or make two rungs".to_string();
        reader.error(item.span().start, "a rung cannot both `release` and `reassign`", hint);
    }
    let mut flag = |key: &str| {
        let entry = reader.take(&mut table, key);
        entry.and_then(|entry| reader.flag(entry.value, &format!("`{key}`"))).unwrap_or(false)
    };
    let (raise, release) = (flag("raise"), flag("release"));
    let reassign = reader.take(&mut table, "reassign").and_then(|entry| {
        inside_party(reader, entry.value, "`reassign`", "offer it to somebody inside, such as `@bo`")
    });
    let exception =
        reader.take(&mut table, "exception").and_then(|entry| reader.line(entry.value, "`exception`"));
    let rung = Rung { at: at?, remind, escalate, raise, release, reassign, exception, every, most };
    if !rung.acts() && reader.problems.len() == before {
        let hint = "add `remind = \"responsible\"` or `escalate = \"lead\"`".to_string();
        reader.error(item.span().start, "the rung tells nobody and does nothing", hint);
    }
    reader.finish(table, &RUNG_KEYS);
    Some(rung)
}
