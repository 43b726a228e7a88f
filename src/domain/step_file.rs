//! Reads the steps of a process file: who does each, what its handoff carries, and what its type adds. Routes are
//! `process_routes`, actions `rule_file`; whether it makes sense is `process_check`.

use super::id::Handle;
use super::party::Party;
use super::problem::{meant, quoted};
use super::process::{Late, Performer, Pick, Step, StepKind, WaitFor};
use super::process_file::{Unread, inside_party, line, one_of, read_goal, required, whole_number};
use super::process_routes::{read_handles, read_join, read_next};
use super::rule_file::{read_any_actions, read_start};
use super::toml_walk::{Entry, Reader, Table};
use toml::de::DeValue;

/// More than any process has; that of a hospital, drawn from its log, has 624.
pub const MOST_STEPS: usize = 2000;
const TYPES: [&str; 5] = ["work", "decision", "wait", "auto", "process"];
const STEP_KEYS: [&str; 36] = [
    "step",
    "title",
    "type",
    "by",
    "pick",
    "not_by",
    "minded",
    "pauses",
    "chase",
    "goal",
    "urgent_goal",
    "accept",
    "done",
    "how",
    "checklist",
    "needs",
    "documents",
    "next_action",
    "gives",
    "join",
    "need",
    "late",
    "each",
    "milestone",
    "limit",
    "quorum",
    "until",
    "for",
    "message",
    "then",
    "start",
    "about",
    "with",
    "case_title",
    "wait",
    "next",
];
/// Keys of a step that somebody takes.
const TAKEN: [&str; 13] = [
    "by",
    "pick",
    "not_by",
    "minded",
    "goal",
    "urgent_goal",
    "accept",
    "done",
    "checklist",
    "needs",
    "documents",
    "next_action",
    "gives",
];
/// Keys of one type, with the type.
const OF_TYPE: [(&str, &str); 10] = [
    ("quorum", "decision"),
    ("until", "wait"),
    ("for", "wait"),
    ("message", "wait"),
    ("then", "auto"),
    ("start", "process"),
    ("about", "process"),
    ("with", "process"),
    ("case_title", "process"),
    ("wait", "process"),
];

/// Every step. `None` only when not even a stand-in for a handle can be made.
pub(super) fn read_steps(reader: &mut Reader, table: &mut Table, unread: &mut Unread) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    const BEGIN: &str = "begin each step with `[[step]]`";
    let entry = reader.take(table, "step");
    let items = entry.as_ref().map_or(Some(Vec::new()), |entry| reader.items(entry, BEGIN));
    if items.as_ref().is_some_and(Vec::is_empty) {
        let at = entry.map_or(0, |entry| entry.value.span().start);
        reader.error(at, "the process has no step", BEGIN.to_string());
    }
    let mut items = items.unwrap_or_default();
    if let Some((item, _)) = items.get(MOST_STEPS) {
        let hint = "split it: one process can follow another".to_string();
        reader.error(item.span().start, format!("a process has at most {MOST_STEPS} steps"), hint);
        items.clear();
    }
    unread.steps = items.is_empty();
    for (index, (item, path)) in items.into_iter().enumerate() {
        let what = format!("step {}", index + 1);
        let table = reader.table(item, &path, &what);
        let stand_in = Handle::from_text(&what)?;
        match table {
            Some(table) => steps.push(read_step(reader, table, (index, stand_in), unread)),
            None => {
                unread.steps = true;
                break;
            }
        }
    }
    Some(steps)
}

fn read_step(
    reader: &mut Reader,
    mut table: Table,
    (index, stand_in): (usize, Handle),
    unread: &mut Unread,
) -> Step {
    let handle = required(reader, &mut table, "step", "\"confirm\"", |reader, entry| {
        reader.parsed::<Handle>(entry.value, "`step`")
    });
    unread.steps |= handle.is_none();
    let handle = handle.unwrap_or(stand_in);
    table.what = format!("step `{handle}`");
    let title = line(reader, &mut table, "title").unwrap_or_else(|| handle.to_string());
    let kind = read_kind(reader, &mut table);
    let before = reader.problems.len();
    let (join, next) = (read_join(reader, &mut table), read_next(reader, &mut table));
    if reader.problems.len() > before || kind.is_none() {
        unread.routes.insert(index);
    }
    // Nobody stands for a performer that could not be read: a step that somebody takes has one.
    let by = match kind.as_ref().is_none_or(StepKind::is_human) {
        true => required(reader, &mut table, "by", "\"finance\"", read_performer),
        false => None,
    };
    let step = Step::work(handle, title, by.unwrap_or(Performer::Sender));
    let step = Step { kind: kind.unwrap_or_default(), join, next, ..step };
    let step = read_taking(reader, &mut table, step);
    let step = read_promise(reader, &mut table, step);
    let step = read_gathering(reader, &mut table, step);
    reader.finish(table, &STEP_KEYS);
    step
}

/// Who takes it, who may not, and who asks again.
fn read_taking(reader: &mut Reader, table: &mut Table, step: Step) -> Step {
    let pick = reader.take(table, "pick").and_then(|entry| one_of(reader, &entry, &Pick::ALL));
    let not_by = reader.take(table, "not_by").and_then(|entry| match entry.value.get_ref() {
        DeValue::String(_) => reader.parsed::<Handle>(entry.value, "`not_by`").map(|step| vec![step]),
        _ => {
            let steps = read_handles(reader, &entry, "write `not_by = [\"confirm\"]`")?;
            Some(steps.into_iter().map(|(step, _)| step).collect())
        }
    });
    let minded = reader.take(table, "minded").and_then(|entry| {
        let hint = "name the role that asks the contact, such as `minded = \"finance\"`";
        inside_party(reader, entry.value, "`minded`", hint)
    });
    let pauses = reader
        .take(table, "pauses")
        .and_then(|entry| one_of(reader, &entry, &[("case", true)]))
        .unwrap_or_default();
    let chase = read_goal(reader, table, "chase");
    Step {
        pick: pick.unwrap_or_default(),
        not_by: not_by.unwrap_or_default(),
        minded,
        pauses_case: pauses,
        chase,
        ..step
    }
}

/// What is promised of the work, and what its handoff carries.
fn read_promise(reader: &mut Reader, table: &mut Table, step: Step) -> Step {
    let (goal, urgent_goal) = (read_goal(reader, table, "goal"), read_goal(reader, table, "urgent_goal"));
    let accept = read_goal(reader, table, "accept");
    let done = reader.take(table, "done").and_then(|entry| reader.long(entry.value, "`done`"));
    let how = reader.take(table, "how").and_then(|entry| reader.long(entry.value, "`how`"));
    let mut list = |key| reader.take(table, key).and_then(|entry| reader.lines(&entry)).unwrap_or_default();
    let (checklist, needs) = (list("checklist"), list("needs"));
    let (documents, gives) = (list("documents"), list("gives"));
    let words = [("required", true), ("optional", false)];
    let ask_next = reader.take(table, "next_action").and_then(|entry| one_of(reader, &entry, &words));
    let ask_next = ask_next.unwrap_or_default();
    Step { goal, urgent_goal, accept, done, how, checklist, needs, documents, gives, ask_next, ..step }
}

/// How many branches it takes, how many it makes, and what is reached with it.
fn read_gathering(reader: &mut Reader, table: &mut Table, step: Step) -> Step {
    let need = reader.take(table, "need").and_then(|entry| whole_number(reader, &entry, 2));
    let words = [("continue", Late::Continue), ("cancel", Late::Cancel)];
    let late = reader.take(table, "late").and_then(|entry| {
        let late = one_of(reader, &entry, &words);
        if !table.has("need") {
            let message = "`late` without `need`: the join waits for all, so none is late";
            reader.error(entry.key_at, message, "add `need = 2`, or leave `late` out".to_string());
        }
        late
    });
    let each = line(reader, table, "each");
    let milestone = line(reader, table, "milestone");
    let limit = reader.take(table, "limit").and_then(|entry| whole_number(reader, &entry, 5));
    Step { need, late: late.unwrap_or_default(), each, milestone, limit, ..step }
}

/// What happens at the step, with a stand-in of the same sort where that could not be read, and a word on every key
/// that belongs to another type. `None` when there is no such type.
fn read_kind(reader: &mut Reader, table: &mut Table) -> Option<StepKind> {
    let word = match reader.take(table, "type") {
        None => "work".to_string(),
        Some(entry) => {
            let word = reader.line(entry.value, "`type`").unwrap_or_default();
            if !TYPES.contains(&word.as_str()) {
                if !word.is_empty() {
                    let message = format!("{} is not a type of step", quoted(&word));
                    reader.error(entry.value.span().start, message, meant(&word, TYPES));
                }
                for (key, _) in OF_TYPE {
                    reader.take(table, key);
                }
                return None;
            }
            word
        }
    };
    refuse_foreign(reader, table, &word);
    match word.as_str() {
        "work" => Some(StepKind::Work),
        "decision" => {
            let quorum = reader.take(table, "quorum");
            let quorum = quorum.and_then(|entry| reader.parsed(entry.value, "`quorum`"));
            Some(StepKind::Decision { quorum })
        }
        "wait" => {
            let wait = read_wait(reader, table).unwrap_or(WaitFor::Message(String::new()));
            Some(StepKind::Wait(wait))
        }
        "auto" => {
            let hint = "[{ note = \"…\" }]";
            // One that does nothing is where ways meet.
            let actions = required(reader, table, "then", hint, read_any_actions);
            Some(StepKind::Auto { actions: actions.unwrap_or_default() })
        }
        _ => {
            let wait = reader.take(table, "wait");
            let start = read_start(reader, table);
            let wait = wait.is_none_or(|entry| reader.flag(entry.value, "`wait`").unwrap_or(true));
            match start {
                Some(start) => Some(StepKind::Process { start, wait }),
                None => Some(StepKind::Auto { actions: Vec::new() }),
            }
        }
    }
}

fn refuse_foreign(reader: &mut Reader, table: &mut Table, word: &str) {
    for (key, of) in OF_TYPE {
        if of == word || !table.has(key) {
            continue;
        }
        if let Some(entry) = reader.take(table, key) {
            let message = format!("{} is of type `{word}`, which takes no `{key}`", table.what);
            let hint = match key {
                "wait" | "until" | "for" | "message" if word == "process" || word == "wait" => {
                    format!("`{key}` is for a step of type `{of}`; leave it out")
                }
                _ => format!("write `type = \"{of}\"`, or leave `{key}` out"),
            };
            reader.error(entry.key_at, message, hint);
        }
    }
    if matches!(word, "work" | "decision") {
        return;
    }
    let lone = [("pauses", word == "auto"), ("chase", word != "wait")];
    let lone = lone.into_iter().filter_map(|(key, refused)| refused.then_some(key));
    for key in TAKEN.into_iter().chain(lone) {
        if let Some(entry) = reader.take(table, key) {
            let message = format!("{} is of type `{word}`, which takes no `{key}`", table.what);
            let hint = match key {
                "by" | "pick" | "not_by" | "minded" => {
                    "nobody has to take it: whoever sent the work there stays responsible; leave it out"
                }
                "goal" | "urgent_goal" | "accept" => {
                    "nobody works on it, so no clock runs; give the process or the step after it a `goal`"
                }
                "gives" => "let an action `set` the field, or let a step that somebody does give it",
                "pauses" | "chase" => "it is over at once, or watched elsewhere; leave it out",
                _ => "put it into a step that somebody does",
            };
            reader.error(entry.key_at, message, hint.to_string());
        }
    }
}

fn read_wait(reader: &mut Reader, table: &mut Table) -> Option<WaitFor> {
    let ways = ["until", "for", "message"].map(|key| reader.take(table, key));
    let ways = ways.into_iter().flatten().collect::<Vec<_>>();
    let hint = "write `until = \"delivered_on\"`, `for = \"3 business days\"` or `message = \"payment\"`";
    match ways.as_slice() {
        [] => {
            reader.error(table.at(), format!("{} waits for nothing", table.what), hint.to_string());
            None
        }
        [one] if one.key == "until" => reader.line(one.value, "`until`").map(WaitFor::Until),
        [one] if one.key == "message" => reader.line(one.value, "`message`").map(WaitFor::Message),
        [one] => super::process_file::goal_of(reader, one).map(WaitFor::For),
        [one, another, ..] => {
            let message = format!("`{}` beside `{}`: a step waits for one thing", another.key, one.key);
            let hint = "for whichever comes first, split and join with `need = 1` and `late = \"cancel\"`";
            reader.error(another.key_at, message, hint.to_string());
            None
        }
    }
}

fn read_performer(reader: &mut Reader, entry: &Entry) -> Option<Performer> {
    match entry.value.get_ref() {
        DeValue::Table(_) => {}
        DeValue::String(text) if text.as_ref() == "contact" => {
            return Some(Performer::Party(Party::Contact));
        }
        _ => return inside_party(reader, entry.value, "`by`", "").map(Performer::Party),
    }
    let mut table = reader.table(entry.value, &entry.path, "`by`")?;
    let field = required(reader, &mut table, "data", "\"driver\"", |reader, entry| {
        reader.line(entry.value, "`data`")
    });
    reader.finish(table, &["data"]);
    field.map(Performer::Data)
}
