//! Records and their kinds.

use super::args_record::{KindVerb, RecordVerb};
use super::file::read_file;
use super::print::{Facts, Table, Wall};
use super::receipt;
use super::session::{Session, not_found};
use crate::desk::{Error, RecordItem, RecordView, is_condition};
use crate::domain::command::Command;
use crate::domain::event::{SubjectId, Values};
use crate::domain::field;
use crate::domain::kind_file::{export_kind, parse_kind};
use crate::domain::nearest::nearest;
use crate::domain::problem::Problem;
use crate::domain::record::{Contact, Kind};
use crate::domain::rows::{PlaceKind, RecordRow};
use crate::domain::story::Line;
use crate::domain::tags;
use crate::domain::{CaseId, Handle};
use serde_json::{Value, json};
use std::path::Path;

pub fn run(s: &mut Session, verb: RecordVerb) -> Result<(), Error> {
    match verb {
        RecordVerb::Add { kind, name, fields } => {
            let mut work = s.make()?;
            receipt::run(s, &mut work, &Command::AddRecord { kind, name, fields })
        }
        RecordVerb::List { kind, of, which, archived } => list(s, kind.or(of), which.as_deref(), archived),
        RecordVerb::Show { record } => {
            let mut work = s.look()?;
            let id = work.record(&record)?;
            let view = work.desk.record(id, work.now)?;
            show(s, &view, &work.wall());
            Ok(())
        }
        RecordVerb::Set { record, fields, name } => {
            let mut work = s.change()?;
            let record = work.record(&record)?;
            receipt::run(s, &mut work, &Command::ChangeRecord { record, name, fields })
        }
        RecordVerb::Note { record, text } => {
            let mut work = s.change()?;
            let record = work.record(&record)?;
            receipt::run(s, &mut work, &Command::NoteRecord { record, text })
        }
        RecordVerb::Tag(ask) => {
            let mut work = s.change()?;
            let on = SubjectId::Record(work.record(&ask.record)?);
            receipt::run(s, &mut work, &ask.tags.command(on)?)
        }
        RecordVerb::Contact { record, name, mail, phone, rename, remove } => {
            let mut work = s.change()?;
            let record = work.record(&record)?;
            let known = work.desk.record(record, work.now)?.record.contacts;
            let was = known.into_iter().find(|contact| contact.name == name);
            let command = match was {
                Some(was) => {
                    let mut contact = Some(was.clone()).filter(|_| !remove);
                    if let Some(contact) = &mut contact {
                        contact.name = rename.unwrap_or(name);
                        contact.mail = mail.or(contact.mail.take());
                        contact.phone = phone.or(contact.phone.take());
                    }
                    Command::ChangeContact { record, was, contact }
                }
                None if remove || rename.is_some() => {
                    return Err(not_found(
                        format!("{record} has no contact `{}`.", name.escape_debug()),
                        format!("`baton record show {record}` shows who is."),
                    ));
                }
                None => Command::AddContact { record, contact: Contact { name, mail, phone } },
            };
            receipt::run(s, &mut work, &command)
        }
        RecordVerb::File { record, title, reference } => {
            let mut work = s.change()?;
            let record = work.record(&record)?;
            receipt::run(s, &mut work, &Command::AddFile { record, title, reference })
        }
        RecordVerb::Archive { record, reason } => {
            let mut work = s.change()?;
            let record = work.record(&record)?;
            receipt::run(s, &mut work, &Command::ArchiveRecord { record, reason })
        }
        RecordVerb::Merge { kept, gone, dry_run, as_shown } => {
            super::record_merge::run(s, (&kept, &gone), dry_run, as_shown.as_deref())
        }
        RecordVerb::Timeline { record } => {
            let mut work = s.look()?;
            let id = work.record(&record)?;
            let view = work.desk.record(id, work.now)?;
            let lines = view.timeline.iter().map(|(case, line)| (*case, line)).collect::<Vec<_>>();
            timeline(s, &lines, &work.wall());
            Ok(())
        }
        RecordVerb::Kind(verb) => kind(s, verb),
    }
}

fn list(s: &mut Session, kind: Option<Handle>, which: Option<&str>, archived: bool) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    if let Some(kind) = &kind
        && !catalog.kinds.contains_key(kind)
    {
        return Err(no_kind(kind, catalog.kinds.keys()));
    }
    let now = work.now;
    let mut items = work.desk.records(kind.as_ref(), archived, now)?;
    let (condition, contains) = condition_or_words(which);
    if let Some(condition) = condition {
        let rows = items.iter().map(|item| &item.row);
        let mut holds = work.desk.records_where(rows, condition)?.into_iter();
        items.retain(|_| holds.next().unwrap_or(false));
    }
    let wall = work.wall();
    let mut table = Table::new(&["ID", "KIND", "NAME", "OPEN", "LATE", "RESPONSIBLE", "LAST"]);
    let mut rows = Vec::new();
    for RecordItem { row, open, late, responsible, last } in &items {
        // Searched, though not shown: a line has no room for all of them.
        let fields = fields_text(&row.fields);
        if !has(contains, &[&row.name, &fields, &tags::show(&row.tags)]) {
            continue;
        }
        let count = |n: usize| if n == 0 { String::new() } else { n.to_string() };
        table.row([
            row.id.to_string(),
            row.kind.to_string(),
            row.name.clone(),
            count(*open),
            count(*late),
            responsible.as_ref().map(ToString::to_string).unwrap_or_default(),
            wall.at(*last),
        ]);
        rows.push(json!({
            "id": row.id.to_string(),
            "kind": row.kind.as_str(),
            "name": row.name,
            "responsible": responsible.as_ref().map(Handle::as_str),
            "last": wall.json(*last),
            "fields": row.fields,
            "tags": row.tags.iter().map(Handle::as_str).collect::<Vec<_>>(),
            "open_cases": open,
            "late_cases": late,
            "added": wall.json(row.added),
            "changed": wall.json(row.changed),
            "archived": wall.json_maybe(row.archived),
        }));
    }
    let none = match which {
        Some(_) => "No such records.",
        None if archived => "No record is archived.",
        None => "No records. `baton record add KIND NAME` adds one.",
    };
    s.list(&table, rows, none);
    Ok(())
}

fn show(s: &mut Session, view: &RecordView, wall: &Wall<'_>) {
    let RecordView { record, kind, cases, .. } = view;
    let kind_name = kind.as_ref().and_then(|k| k.singular.clone()).unwrap_or_else(|| record.kind.to_string());
    if s.json {
        let value = json!({
            "id": record.id.to_string(),
            "kind": record.kind.as_str(),
            "name": record.name,
            "fields": record.fields,
            "tags": record.tags.iter().map(Handle::as_str).collect::<Vec<_>>(),
            "contacts": record.contacts.iter().map(|c| json!({
                "name": c.name, "mail": c.mail, "phone": c.phone,
            })).collect::<Vec<_>>(),
            "added": wall.json(record.added),
            "changed": wall.json(record.changed),
            "archived": wall.json_maybe(record.archived),
            "merged_into": record.merged.map(|id| id.to_string()),
            "links": links(&view.links),
            "linked_from": links(&view.linked),
            "promises": view.promises.iter().map(|card| json!({
                "case": card.case.to_string(),
                "step": card.step_title,
                "responsible": card.responsible.as_str(),
                "to": card.to.as_ref().map(ToString::to_string),
                "due": wall.json_maybe(card.pressing.due),
                "urgency": card.urgency().word(),
                "of_case": card.pressing.of_case,
            })).collect::<Vec<_>>(),
            "files": view.files.iter().map(|file| json!({
                "case": file.case.map(|case| case.to_string()), "title": file.title, "reference": file.reference,
            })).collect::<Vec<_>>(),
            "cases": cases.iter().map(|case| super::case::row_json(case, wall)).collect::<Vec<_>>(),
            "timeline": view.timeline.iter().map(|(case, line)| line_json(*case, line, wall)).collect::<Vec<_>>(),
        });
        s.one(&Facts::default(), &value);
        return;
    }
    s.line(&format!("{} {} ({kind_name})", record.id, record.name));
    let mut table = Table::new(&["FIELD", "VALUE"]);
    for (name, value) in &record.fields {
        let title = kind.as_ref().and_then(|k| k.field(name)).and_then(|f| f.title.as_deref());
        table.row([title.unwrap_or(name), &field::show(value)]);
    }
    for contact in &record.contacts {
        let ways = [&contact.mail, &contact.phone].into_iter().flatten().cloned().collect::<Vec<_>>();
        table.row(["contact".to_string(), format!("{} {}", contact.name, ways.join(" "))]);
    }
    if !record.tags.is_empty() {
        table.row(["tags", &tags::show(&record.tags)]);
    }
    for (field, row) in &view.links {
        table.row([format!("{field} is"), format!("{} {}", row.id, row.name)]);
    }
    for (field, row) in &view.linked {
        table.row([format!("{field} of"), format!("{} {}", row.id, row.name)]);
    }
    if let Some(at) = record.archived {
        let into = record.merged.map(|id| format!(", merged into {id}")).unwrap_or_default();
        table.row(["archived".to_string(), format!("{}{into}", wall.at(at))]);
    }
    if !table.is_empty() {
        s.out.push_str(&table.text(s.plain, s.room));
    }
    if !view.promises.is_empty() {
        let mut table = Table::new(&["CASE", "STEP", "WITH", "DUE"]);
        for card in &view.promises {
            let to = card.to.as_ref().map(ToString::to_string).unwrap_or_default();
            let with = match card.kind {
                PlaceKind::Offered => format!("offered to {to}"),
                PlaceKind::Held if card.declined.is_some() => {
                    format!("{}, declined by {to}", card.responsible)
                }
                _ => card.responsible.to_string(),
            };
            let due = card.pressing.due.map(|due| wall.at(due)).unwrap_or_default();
            table.row([card.case.to_string(), card.step_title.clone(), with, due]);
        }
        s.out.push('\n');
        s.out.push_str(&table.text(s.plain, s.room));
    }
    if !cases.is_empty() {
        let mut table = Table::new(&["CASE", "STATE", "PROCESS", "TITLE"]);
        for case in cases {
            let state = case.outcome.as_ref().unwrap_or(&case.state).clone();
            table.row([case.id.to_string(), state, case.process.to_string(), case.title.clone()]);
        }
        s.out.push('\n');
        s.out.push_str(&table.text(s.plain, s.room));
    }
    if !view.files.is_empty() {
        let mut table = Table::new(&["CASE", "DOCUMENT", "WHERE"]);
        for file in &view.files {
            let case = file.case.map(|case| case.to_string()).unwrap_or_default();
            table.row([&case, &file.title, &file.reference]);
        }
        s.out.push('\n');
        s.out.push_str(&table.text(s.plain, s.room));
    }
    let lines = view.timeline.iter().map(|(case, line)| (*case, line)).collect::<Vec<_>>();
    s.out.push('\n');
    timeline(s, &lines, wall);
}

fn links(links: &[(String, RecordRow)]) -> Value {
    let link = |(field, row): &(String, RecordRow)| json!({"field": field, "record": row.id.to_string(), "name": row.name});
    links.iter().map(link).collect()
}

/// Prints what happened, oldest first.
pub fn timeline(s: &mut Session, lines: &[(Option<CaseId>, &Line)], wall: &Wall<'_>) {
    // On one case's page its number says nothing.
    let several = lines.iter().any(|(case, _)| case.is_some());
    let head: &[&'static str] =
        if several { &["WHEN", "WHO", "CASE", "WHAT", ""] } else { &["WHEN", "WHO", "WHAT", ""] };
    let mut table = Table::new(head);
    let mut rows = Vec::new();
    for (case, line) in lines {
        let undone = if line.undone { " (taken back)" } else { "" };
        let mut cells = vec![wall.at(line.at), line.actor.to_string()];
        if several {
            cells.push(case.map(|id| id.to_string()).unwrap_or_default());
        }
        cells.extend([line.verb.to_string(), format!("{}{undone}", line.text)]);
        table.row(cells);
        rows.push(line_json(*case, line, wall));
    }
    s.list(&table, rows, "Nothing has happened yet.");
}

/// One line of a timeline in JSON.
pub fn line_json(case: Option<CaseId>, line: &Line, wall: &Wall<'_>) -> Value {
    let mut value = json!({
        "seq": line.seq,
        "at": wall.json(line.at),
        "actor": line.actor.person().map(Handle::as_str),
        "case": case.map(|id| id.to_string()),
        "verb": line.verb,
        "text": line.text,
        "undone": line.undone,
    });
    if !line.attributes.is_empty() {
        let said = line.attributes.iter().map(|one| (one.key.clone(), one.value()));
        value["attributes"] = said.collect::<serde_json::Map<_, _>>().into();
    }
    value
}

fn kind(s: &mut Session, verb: KindVerb) -> Result<(), Error> {
    match verb {
        KindVerb::Apply { file } => {
            let kind = parse_kind(&read_file(&file)?).map_err(|problems| unusable(&file, &problems))?;
            let mut work = s.make()?;
            receipt::run(s, &mut work, &Command::ApplyKind { kind })
        }
        KindVerb::List => {
            let catalog = s.look()?.catalog()?;
            let mut table = Table::new(&["KIND", "TITLE", "FIELDS"]);
            for kind in catalog.kinds.values() {
                let fields = kind.fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>();
                table.row([kind.handle.as_str(), &kind.title, &fields.join(", ")]);
            }
            let rows = catalog.kinds.values().map(kind_json).collect();
            s.list(&table, rows, "No kinds yet. `baton record kind apply FILE` brings one in.");
            Ok(())
        }
        KindVerb::Show { kind } => {
            let catalog = s.look()?.catalog()?;
            let found = catalog.kinds.get(&kind).ok_or_else(|| no_kind(&kind, catalog.kinds.keys()))?;
            match s.json {
                true => s.one(&Facts::default(), &kind_json(found)),
                false => s.file(&export_kind(found)),
            }
            Ok(())
        }
    }
}

fn kind_json(kind: &Kind) -> Value {
    let mut value = serde_json::to_value(kind).unwrap_or_default();
    if let Some(handle) = value.as_object_mut().and_then(|kind| kind.remove("handle")) {
        value["kind"] = handle;
    }
    value
}

pub fn no_kind<'k>(kind: &Handle, known: impl Iterator<Item = &'k Handle> + Clone) -> Error {
    let hint = match nearest(kind.as_str(), known.clone().map(Handle::as_str)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Kinds here: {}.", known.map(Handle::as_str).collect::<Vec<_>>().join(", ")),
    };
    not_found(format!("There is no kind of record `{kind}`."), hint)
}

/// A file that cannot be brought in, with everything that is wrong with it.
pub fn unusable(file: &Path, problems: &[Problem]) -> Error {
    none_of(&[(file, problems)])
}

/// The same of several files, of which none is brought in.
pub fn none_of(files: &[(&Path, &[Problem])]) -> Error {
    let lines = files.iter().flat_map(|(file, problems)| {
        let name = file.display().to_string();
        let first = format!("{name} cannot be brought in.");
        let problems = problems.iter().map(|problem| problem.in_file(&name)).collect::<Vec<_>>();
        [first].into_iter().chain(problems)
    });
    Error::Input { lines: lines.collect(), hint: "Nothing was changed.".to_string() }
}

/// Values as one line.
pub fn fields_text(fields: &Values) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", field::show(value)));
    fields.collect::<Vec<_>>().join(", ")
}

/// What `--where` was given, as a condition or as words to look for.
pub fn condition_or_words(which: Option<&str>) -> (Option<&str>, Option<&str>) {
    match which {
        Some(text) if is_condition(text) => (Some(text), None),
        words => (None, words),
    }
}

/// Whether one of the texts contains what was asked for, in whatever case.
pub fn has(contains: Option<&str>, texts: &[&str]) -> bool {
    let Some(wanted) = contains.map(str::to_lowercase) else { return true };
    texts.iter().any(|text| text.to_lowercase().contains(&wanted))
}
