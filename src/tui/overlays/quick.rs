//! A new case in one line, and what Tab completes in any form. The line fills the fields below it: `+record`
//! `#process` or `#tag`, `@person`, `!`, and a date as people write it; what is left is the title.

use super::form::{Chip, Control, Form, FormField};
use super::forms::{Kind, data_field, form};
use super::understand::Sense;
use crate::desk::RecordItem;
use crate::domain::catalog::Catalog;
use crate::domain::counted::one;
use crate::domain::decide;
use crate::domain::process::{DataField, Process};
use crate::domain::record::FieldType;
use crate::domain::{Handle, Instant, when};

/// A new case, with `+record`, `#process`, `#tag`, `@person`, `!` and a date understood in the first line.
/// `here` is the process of the board on screen; a company with one process means that one. Otherwise a process is
/// proposed only where the title is all it needs: one key, the title and Enter are enough for a case.
pub fn new_case(catalog: &Catalog, about: Option<&RecordItem>, here: Option<&Handle>) -> Form {
    let record = about.map(|item| item.row.id.to_string()).unwrap_or_default();
    let kind = about.map(|item| &item.row.kind);
    let ready = |process: &Process| process.about.as_ref() == kind && asked(process).is_empty();
    let newest = catalog.processes.iter().filter_map(|(handle, versions)| Some((handle, versions.last()?)));
    let mut fit = newest.filter(|(_, process)| ready(process)).map(|(handle, _)| handle);
    let only = catalog.processes.keys().next().filter(|_| catalog.processes.len() == 1);
    let process = here.or(only).or_else(|| fit.next()).map(Handle::to_string).unwrap_or_default();
    let fields = vec![
        FormField::text("title", "What", ""),
        FormField::text("process", "Process  #", &process),
        FormField::text("about", "About    +", &record),
        FormField::text("to", "To       @", ""),
        FormField::text("due", "Due", ""),
        FormField::text("tags", "Tags     #", ""),
        FormField::check("urgent", "urgent", false),
    ];
    let mut form =
        form("New case".to_string(), "create", Kind::NewCase(about.map(|item| item.row.id)), fields);
    form.notes.push("In the first line: +record #process #tag @person ! and a date. Backspace behind one makes it plain words.".to_string());
    form
}

/// Moves what is marked in the first line into the fields below. `finished`: nothing more is being typed, so
/// that the last word counts as well.
pub(super) fn read_first_line(form: &mut Form, sense: &Sense<'_>, finished: bool) {
    let Some(Control::Text(text)) = form.fields.first().map(|field| &field.control) else { return };
    let line = text.text().to_string();
    // A word that is still being typed stays, so that nothing jumps away under the finger.
    let (done, rest) = match (finished, line.rsplit_once(' ')) {
        (true, _) => (line.as_str(), ""),
        // Nothing more can come of it.
        (false, Some((_, "!"))) => (line.as_str(), ""),
        (false, Some((done, rest))) => (done, rest),
        (false, None) => return,
    };
    if name_goes_on(form, sense, done, rest) {
        return;
    }
    let (mut kept, mut moved, mut chips) = (Vec::new(), false, Vec::<(String, String)>::new());
    let mut next = false;
    for word in done.split(' ') {
        if let Some((name, begun)) = chips.last_mut().filter(|(name, _)| name == "about" && next)
            && is_called(begun, word, sense)
        {
            *begun = format!("{begun} {word}");
            let (name, value) = (name.clone(), begun.clone());
            form.fields.iter_mut().filter(|field| field.name == name).for_each(|field| field.fill(&value));
            continue;
        }
        let tag =
            |value: &str| !sense.catalog.processes.keys().any(|known| known.as_str().starts_with(value));
        let (name, value) = match word.split_at_checked(1) {
            Some(("+", value)) if !value.is_empty() => ("about", value),
            Some(("#", value)) if !value.is_empty() && tag(value) => ("tags", value),
            Some(("#", value)) if !value.is_empty() => ("process", value),
            Some(("@", value)) if !value.is_empty() => ("to", value),
            Some(("!", "")) => ("urgent", "yes"),
            _ => {
                kept.push(word);
                next = false;
                continue;
            }
        };
        next = name == "about";
        if let Some(field) = form.fields.iter_mut().find(|field| field.name == name) {
            match name {
                "tags" => field.fill(format!("{} {value}", field.value()).trim()),
                _ => field.fill(value),
            }
            // A mark alone is no word to keep: it would be understood again.
            let word = if name == "urgent" { "" } else { value };
            chips.push((name.to_string(), word.to_string()));
            moved = true;
        }
    }
    if moved && let Some(first) = form.fields.first_mut() {
        let kept = kept.join(" ");
        let gap = if kept.is_empty() || finished { "" } else { " " };
        let left = format!("{kept}{gap}{rest}");
        first.fill(&left);
        let chips = chips.into_iter().map(|(field, word)| Chip { field, word, left: left.clone() });
        form.chips.extend(chips);
    }
}

/// Whether a record's name begins with these words and this one: `+Hansen` and `Roofing`.
fn is_called(begun: &str, word: &str, sense: &Sense<'_>) -> bool {
    let words = format!("{begun} {word}").to_lowercase();
    let called = |item: &RecordItem| {
        let name = item.row.name.to_lowercase();
        name.strip_prefix(&words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    !word.is_empty() && sense.records.iter().any(called)
}

/// Takes the word behind a record that was named into its name, where it has more than one.
fn name_goes_on(form: &mut Form, sense: &Sense<'_>, done: &str, rest: &str) -> bool {
    let Some(chip) = form.chips.last_mut().filter(|chip| chip.field == "about") else { return false };
    let next = done.strip_prefix(chip.left.as_str()).filter(|next| !next.contains(' '));
    let Some(next) = next.filter(|next| is_called(&chip.word, next, sense)) else { return false };
    chip.word = format!("{} {next}", chip.word);
    chip.left = format!("{}{rest}", chip.left);
    let (name, left) = (chip.word.clone(), chip.left.clone());
    form.fields.iter_mut().filter(|field| field.name == "about").for_each(|field| field.fill(&name));
    form.fields[0].fill(&left);
    true
}

/// What a word that is still being typed would be understood as, said beside the field it would go to.
pub(super) fn say_ahead(form: &mut Form, sense: &Sense<'_>) {
    let Some(word) = form.fields.first().and_then(|first| match &first.control {
        Control::Text(text) => text.text().rsplit(' ').next().map(str::to_string),
        _ => None,
    }) else {
        return;
    };
    if !word.starts_with(['+', '#', '@']) || word.len() < 2 || form.focus != 0 {
        return;
    }
    let mut ahead = form.clone();
    super::understand::understand(&mut ahead, sense, true);
    for field in form.fields.iter_mut().filter(|field| field.value().is_empty()) {
        let would = ahead.fields.iter().find(|other| other.name == field.name && !other.value().is_empty());
        if let Some(would) = would {
            (field.echo, field.wrong) = (format!("{} {}", would.value(), would.echo), would.wrong);
        }
    }
}

/// A date among the words of the title: the words without it, what it was, and when it is. None where the date
/// has a field of its own already, or the title is in quotes.
pub(super) fn date_in_title(
    form: &Form,
    sense: &Sense<'_>,
) -> Option<(String, String, Result<Instant, String>)> {
    let title = form.value("title");
    if !form.value("due").is_empty() || title.contains('"') {
        return None;
    }
    let words = title.split_whitespace().collect::<Vec<_>>();
    let found = when::find_in(&words, sense.now, sense.catalog.own_calendar()?)?;
    // The title is not only a date, and a date that is refused may well be part of it.
    let said = words[found.words.clone()].join(" ");
    let (before, after) = (&words[..found.words.start], &words[found.words.end..]);
    let rest = [before, after].concat().join(" ");
    if rest.is_empty() {
        return None;
    }
    Some((rest, said, found.when.map(|when| when.at).map_err(|error| error.to_string())))
}

/// The title without its date and quotes, and when the case is due.
pub(super) fn title_and_due(
    form: &Form,
    sense: &Sense<'_>,
) -> Result<(Option<String>, Option<Instant>), (usize, String)> {
    let at = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or(0);
    let given = |text: String| Some(text.replace('"', "")).filter(|text| !text.trim().is_empty());
    let title = form.value("title");
    match form.value("due").as_str() {
        "" => match date_in_title(form, sense) {
            Some((rest, _, Ok(due))) => Ok((given(rest), Some(due))),
            Some((_, _, Err(_))) | None => Ok((given(title), None)),
        },
        text => Ok((given(title), Some(sense.until(text).map_err(|wrong| (at("due"), wrong))?))),
    }
}

/// What a case would be called that is given no words of its own.
pub(super) fn untitled(form: &Form, sense: &Sense<'_>) -> Option<String> {
    let (_, process) = sense.catalog.newest(sense.process(&form.value("process")).ok()?)?;
    let about = form.value("about");
    let about = sense.record(&about).ok().filter(|_| !about.is_empty());
    Some(decide::untitled(process, about.map(|item| item.row.name.as_str())))
}

/// The fields that a case of this process begins with: what it requires, and what its first step needs. Whether
/// it may begin without.
fn asked(process: &Process) -> Vec<(FormField, bool)> {
    let first = process.steps.first();
    let needed = |data: &&DataField| first.is_some_and(|step| step.needs.contains(&data.name));
    let data = process.data.iter().filter(|data| data.required || needed(data));
    let data = data.map(|data| (data_field(data, ""), !data.required));
    let documents = first.into_iter().flat_map(|step| &step.documents).map(|title| {
        let field = FormField::text(&format!("doc {title}"), title, "");
        (FormField { needed: true, ..field }, true)
    });
    data.chain(documents).collect()
}

/// A new case asks for what its process requires and its first step needs.
pub(super) fn ask_required(form: &mut Form, sense: &Sense<'_>) {
    let process = sense.process(&form.value("process")).ok();
    let process = process.and_then(|handle| sense.catalog.newest(handle)).map(|(_, process)| process.clone());
    let mut wanted = process.iter().flat_map(|process| asked(process)).collect::<Vec<_>>();
    if wanted.iter().any(|(_, without)| *without) {
        wanted.push((FormField::text("anyway", "Start anyway", ""), true));
    }
    let of_process = |field: &FormField| {
        field.name.starts_with("data ") || field.name.starts_with("doc ") || field.name == "anyway"
    };
    let have = form.fields.iter().filter(|field| of_process(field)).map(|field| &field.name);
    if !have.eq(wanted.iter().map(|(field, _)| &field.name)) {
        form.fields.retain(|field| !of_process(field));
        form.fields.extend(wanted.into_iter().map(|(field, _)| field));
        form.focus = form.focus.min(form.fields.len() - 1);
    }
}

/// The kind of record that a case of the process in the form has to be about.
pub(super) fn about_kind<'a>(form: &Form, sense: &Sense<'a>) -> Option<&'a Handle> {
    let (_, process) = sense.catalog.newest(sense.process(&form.value("process")).ok()?)?;
    process.about.as_ref()
}

/// The first field a case of this process cannot begin without, and what belongs there.
pub(super) fn missing(form: &Form, sense: &Sense<'_>) -> Option<(usize, String)> {
    let (_, process) = sense.catalog.newest(sense.process(&form.value("process")).ok()?)?;
    let at = |name: &str| form.fields.iter().position(|field| field.name == name);
    if let Some(kind) = process.about.as_ref().filter(|_| form.value("about").is_empty()) {
        let about = one(kind.as_str());
        let none = sense.records.iter().all(|item| item.row.kind != *kind);
        return Some((
            at("about")?,
            match none {
                true => format!(
                    "It is about {about}, and there is none yet. Esc keeps this, N makes one, n goes on."
                ),
                false => format!("It is about {about}: the beginning of its name, and Tab."),
            },
        ));
    }
    let anyway = !form.value("anyway").is_empty();
    let empty = asked(process).into_iter().filter(|(field, _)| form.value(&field.name).is_empty());
    let (field, without) = empty.into_iter().find(|(_, without)| !(*without && anyway))?;
    let or = if without { " Or say under \"Start anyway\" why not." } else { "" };
    Some((at(&field.name)?, format!("{} is needed to begin.{or}", field.label)))
}

/// The beginning of a record's name that is being typed and that nobody here knows yet: to be asked for.
pub fn name_begun(form: &Form, sense: &Sense<'_>) -> Option<String> {
    const LETTERS: usize = 2;
    let field = form.fields.get(form.focus)?;
    let Control::Text(text) = &field.control else { return None };
    let begun = match (field.name.as_str(), &field.kind) {
        ("title", _) if matches!(form.kind, Kind::NewCase(_)) => {
            text.text().rsplit(' ').next()?.strip_prefix('+')?
        }
        ("about", _) | (_, Some(FieldType::Link { .. })) => text.text().trim(),
        _ => return None,
    };
    let known = record(begun, sense).is_some() || sense.record_named(begun).is_some();
    (begun.chars().count() >= LETTERS && !known).then(|| begun.to_string())
}

/// Completes the word in the field that has the keys: true when there was something to complete. In the first
/// line of a new case the completed word moves to its field.
pub fn complete(form: &mut Form, sense: &Sense<'_>) -> bool {
    let in_line = matches!(form.kind, Kind::NewCase(_)) && form.focus == 0;
    let Some(field) = form.fields.get(form.focus) else { return false };
    let Control::Text(text) = &field.control else { return false };
    let typed = text.text().to_string();
    if in_line {
        let (before, word) = typed.rsplit_once(' ').unwrap_or(("", &typed));
        let (name, found) = match word.split_at_checked(1) {
            Some(("+", word)) => ("about", record(word, sense)),
            Some(("#", word)) => ("process", process(word, sense)),
            Some(("@", word)) => ("to", person(word, sense)),
            _ => return false,
        };
        let Some(found) = found else { return false };
        let gap = if before.is_empty() { "" } else { " " };
        let kept = format!("{before}{gap}");
        let word = word.chars().skip(1).collect::<String>();
        form.chips.push(Chip { field: name.to_string(), word, left: kept.clone() });
        if let Some(field) = form.fields.iter_mut().find(|field| field.name == name) {
            field.fill(&found);
        }
        form.fields[0].fill(&kept);
        return true;
    }
    let typed = typed.trim();
    let found = match (field.name.as_str(), &field.kind) {
        ("to" | "who" | "substitute", _) | (_, Some(FieldType::Person)) => {
            person(typed.trim_start_matches('@'), sense)
        }
        ("about", _) => record(typed, sense),
        (_, Some(FieldType::Link { .. })) => record(typed, sense),
        ("process", _) => process(typed, sense),
        (super::closing::OF, _) => super::closing::completed(form, typed, sense),
        _ => None,
    };
    // What is said in full is left as it is, and Tab goes on.
    let said = |found: &String| {
        found == typed || found.trim_start_matches('@') == typed || sense.record_named(typed).is_some()
    };
    match found.filter(|found| !typed.is_empty() && !said(found)) {
        Some(found) => {
            let focus = form.focus;
            form.fields[focus].fill(&found);
            true
        }
        None => false,
    }
}

/// The first record whose name, or a word of it, begins so.
fn record(typed: &str, sense: &Sense<'_>) -> Option<String> {
    let typed = typed.to_lowercase();
    let begins = |item: &&RecordItem| item.row.name.to_lowercase().starts_with(&typed);
    let within =
        |item: &&RecordItem| item.row.name.to_lowercase().split(' ').any(|word| word.starts_with(&typed));
    let found = sense.records.iter().find(begins).or_else(|| sense.records.iter().find(within));
    found.filter(|_| !typed.is_empty()).map(|item| item.row.id.to_string())
}

fn process(typed: &str, sense: &Sense<'_>) -> Option<String> {
    let found = sense.catalog.processes.keys().find(|handle| handle.as_str().starts_with(typed));
    found.filter(|_| !typed.is_empty()).map(Handle::to_string)
}

/// The first person of this beginning, then the first role.
fn person(typed: &str, sense: &Sense<'_>) -> Option<String> {
    let typed = typed.to_lowercase();
    let begins = |handle: &&Handle| handle.as_str().starts_with(&typed);
    let named = |(_, person): &(&Handle, &crate::domain::catalog::Person)| {
        person.name.to_lowercase().split(' ').any(|word| word.starts_with(&typed))
    };
    let people = &sense.catalog.people;
    let found = people.keys().find(begins).map(|handle| format!("@{handle}"));
    let found = found.or_else(|| sense.catalog.roles.keys().find(begins).map(Handle::to_string));
    let found = found.or_else(|| people.iter().find(named).map(|(handle, _)| format!("@{handle}")));
    found.filter(|_| !typed.is_empty())
}
