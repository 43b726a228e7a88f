//! Deeds that are shown before they are done: two records made one, and a file of records brought in. The desk carries a
//! deed out and takes it back to say what it would come to; here it is put into words and asked about.

use super::act::open_form;
use super::model::Model;
use super::msg::{Effect, Loaded, Msg, Query};
use super::overlays::form::FormField;
use super::overlays::forms::{Kind, form};
use super::overlays::incoming::{self, LogAsk};
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::told::{Asks, ToldBox};
use super::overlays::understand::Sense;
use super::overlays::{Form, Overlay};
use super::theme::Meaning;
use super::worker::{Place, op};
use crate::desk::{
    Desk, Error, LogImport, LogWish, Merged, RecordsImport, RecordsWish, Series, shipped_kinds,
};
use crate::domain::counted::counted;
use crate::domain::record::FieldType;
use crate::domain::{Handle, RecordId};
use std::path::PathBuf;

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// `gone` becomes one with `kept`; `seen` is what that was shown to come to.
    Merge { kept: RecordId, gone: RecordId, seen: Option<Box<Merged>> },
    /// The rows of a CSV file become records; `map` says which columns are which fields.
    Records { path: String, kind: Handle, map: Vec<(String, String)>, encoding: Option<String> },
    /// The cases of an event log come in.
    Log { path: String, ask: Box<LogAsk> },
}

/// What a deed comes to.
#[derive(Debug)]
pub struct Preview {
    pub deed: Deed,
    pub title: String,
    pub lines: Vec<String>,
    /// Whether doing it would change anything.
    pub changes: bool,
}

/// What `deed` would come to; nothing is changed.
pub(super) fn preview(desk: &mut Desk, place: &Place, deed: Deed) -> Result<Preview, Error> {
    let (title, lines, changes) = match carry(desk, place, &deed, true)? {
        Came::Merged(merged) => {
            let title = format!("Merge {} into {} {}?", merged.gone.0, merged.kept.0, merged.kept.1);
            let lines = merge_lines(desk, place, &merged)?;
            let deed = Deed::Merge { kept: merged.kept.0, gone: merged.gone.0, seen: Some(merged) };
            return Ok(Preview { deed, title, lines, changes: true });
        }
        Came::Records(report) => {
            let changes = report.added + report.changed > 0;
            (format!("Bring in records of {}?", report.kind), import_lines(&report), changes)
        }
        Came::Log(report) => {
            let changes = report.cases > 0;
            (format!("Bring in the cases of {}?", report.process), log_lines(&report), changes)
        }
    };
    Ok(Preview { deed, title, lines, changes })
}

/// Carries a deed out.
pub(super) fn done(desk: &mut Desk, place: &Place, deed: &Deed) -> Result<Vec<Msg>, Error> {
    let (receipt, record) = match carry(desk, place, deed, false)? {
        Came::Merged(merged) => {
            let Merged { kept, gone, .. } = *merged;
            (format!("{} {} is one with {} {} now.", gone.0, gone.1, kept.0, kept.1), Some(kept.0))
        }
        Came::Records(report) => {
            let RecordsImport { added, changed, known, refused, .. } = *report;
            (format!("{added} added, {changed} changed, {known} the same, {refused} refused."), None)
        }
        Came::Log(report) => {
            let (process, cases, open) = (&report.process, report.cases, report.open);
            let receipt = format!(
                "{} of {process} came in, {open} of them open; 4 shows their figures.",
                counted(cases, "case")
            );
            let catalog = Msg::Loaded(Box::new(Loaded::Catalog(desk.catalog()?)));
            // It brings a process as well, which others may rely on.
            let undoable = false;
            let done = Msg::Done { receipt, case: None, record: None, cases: Vec::new(), undoable };
            return Ok(vec![catalog, done]);
        }
    };
    Ok(vec![Msg::Done { receipt, case: None, record, cases: Vec::new(), undoable: true }])
}

enum Came {
    Merged(Box<Merged>),
    Records(Box<RecordsImport>),
    Log(Box<LogImport>),
}

fn carry(desk: &mut Desk, place: &Place, deed: &Deed, dry_run: bool) -> Result<Came, Error> {
    let mut next = op;
    let mut by = Series { person: place.me.clone(), now: place.clock.now(), op: &mut next };
    Ok(match deed {
        Deed::Merge { kept, gone, seen } => {
            let merged = desk.merge_as_seen(*kept, *gone, seen.as_deref(), dry_run, &mut by)?;
            Came::Merged(Box::new(merged))
        }
        Deed::Records { path, kind, map, encoding } => {
            let wish = RecordsWish {
                kind: kind.clone(),
                map: map.clone(),
                delimiter: None,
                encoding: encoding.clone(),
                dry_run,
            };
            let file = at_home(path);
            Came::Records(Box::new(desk.import_records(&file, &wish, &mut by)?))
        }
        Deed::Log { path, ask } => {
            let wish = LogWish {
                read: ask.options(),
                process: ask.process.clone(),
                open_as_of: ask.open_as_of,
                shift_to_now: ask.open_as_of.is_some(),
                goals: ask.goal.map(|goal| ("*".to_string(), goal)).into_iter().collect(),
                dry_run,
                ..LogWish::default()
            };
            let report = desk.import_log(&at_home(path), &wish, &mut by, &mut |_, _| {})?;
            Came::Log(Box::new(report))
        }
    })
}

/// A path as it is typed.
fn at_home(path: &str) -> PathBuf {
    let home = path.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| PathBuf::from(path))
}

/// What would come in, what the file was taken for, and what is refused.
fn log_lines(report: &LogImport) -> Vec<String> {
    let rows = (report.log.rows_read, report.rows, report.rows_left_out, report.refused_rows);
    let cases = (report.cases, report.open, report.known, report.refused_cases);
    let mut lines = vec![
        format!("rows   {} read, {} to come in, {} later, {} refused", rows.0, rows.1, rows.2, rows.3),
        format!(
            "cases  {} to come in, {} open, {} known already, {} refused",
            cases.0, cases.1, cases.2, cases.3
        ),
        format!(
            "       {}, {}, {} to add",
            counted(report.steps, "step"),
            counted(report.handoffs, "handoff"),
            counted(report.people_added, "person")
        ),
        String::new(),
    ];
    lines.extend(
        report
            .found
            .iter()
            .flat_map(|found| found.to_string().lines().map(str::to_string).collect::<Vec<_>>()),
    );
    if !report.refusals.is_empty() {
        lines.push(String::new());
        lines.extend(report.refusals.iter().cloned());
    }
    lines.iter().map(|line| incoming::in_words(line)).collect()
}

/// What a merge comes to, in the words of the kind and with the names of the records.
fn merge_lines(desk: &mut Desk, place: &Place, merged: &Merged) -> Result<Vec<String>, Error> {
    let Merged { kept, gone, fields, lost, contacts, cases, links } = merged;
    let now = place.clock.now();
    let kind = desk.record(kept.0, now)?.kind;
    let mut said = |(field, value): &(String, String)| {
        let known = kind.iter().flat_map(|kind| &kind.fields).find(|known| &known.name == field);
        let links = known.is_some_and(|known| matches!(known.kind, FieldType::Link { .. }));
        let field = known.map_or_else(|| field.replace('_', " "), super::panes::record::label);
        // A number alone reads like that of a record.
        let named = value.parse().ok().filter(|_| links).and_then(|id| desk.record(id, now).ok());
        (field, named.map_or_else(|| value.clone(), |view| format!("{value} {}", view.row.name)))
    };
    let fields = fields.iter().map(&mut said).collect::<Vec<_>>();
    let lost = lost.iter().map(&mut said).collect::<Vec<_>>();
    let mut lines = vec![format!("{} {} is put away; {} {} stays.", gone.0, gone.1, kept.0, kept.1)];
    lines.extend(fields.iter().map(|(field, value)| format!("  fills {field}: {value}")));
    lines.extend(lost.iter().map(|(field, value)| format!("  not kept: {field} {value}")));
    lines.extend(contacts.iter().map(|name| format!("  contact {name} comes over")));
    let over = [(cases.len(), "case"), (links.len(), "link")];
    let over = over.iter().filter(|(many, _)| *many > 0).map(|(many, noun)| (*many, counted(*many, noun)));
    let (many, words): (Vec<_>, Vec<_>) = over.unzip();
    if !many.is_empty() {
        let come = if many == [1] { "comes" } else { "come" };
        lines.push(format!("  {} {come} over", words.join(" and ")));
    }
    Ok(lines)
}

fn import_lines(report: &RecordsImport) -> Vec<String> {
    let mut lines = report.columns.iter().map(|(column, field)| format!("column {column} -> {field}"));
    let mut lines = lines.by_ref().collect::<Vec<_>>();
    if !report.unused.is_empty() {
        lines.push(format!("not used: {}", report.unused.join(", ")));
    }
    let RecordsImport { rows, added, changed, known, refused, .. } = report;
    lines.push(String::new());
    lines.push(format!(
        "{} read: {added} to add, {changed} to change, {known} the same, {refused} refused.",
        counted(usize::try_from(*rows).unwrap_or(usize::MAX), "row")
    ));
    lines.extend(report.changes.iter().map(|change| format!("  {change}")));
    lines.extend(report.refusals.iter().cloned());
    lines
}

/// The preview came: it is asked about, unless there is nothing to do. A form it came from waits below.
pub(super) fn previewed(model: &mut Model, preview: Preview) {
    match model.overlays.last_mut() {
        Some(Overlay::Form(form)) => form.sent = false,
        // Whoever left the form has called it off.
        _ if matches!(preview.deed, Deed::Log { .. }) => return,
        _ => {}
    }
    let lines = preview.lines.into_iter().map(|line| (line, Meaning::Plain));
    let mut lines = lines.collect::<Vec<_>>();
    let asks = match preview.changes {
        true => Asks::Deed(preview.deed),
        false => {
            lines.push(("Nothing of it would change anything.".to_string(), Meaning::Active));
            Asks::Reading { dates: false }
        }
    };
    model.overlays.push(Overlay::Told(Box::new(ToldBox::new(preview.title, lines, asks))));
}

/// What the form says meanwhile.
const CARRYING: &str = "Bringing it in ... Esc stops, and nothing of it is there then.";

/// It is done, or was refused.
pub(super) fn carried(model: &mut Model) {
    model.carrying = false;
    for overlay in &mut model.overlays {
        if let Overlay::Form(form) = overlay {
            form.notes.retain(|note| note != CARRYING);
        }
    }
}

/// The question was answered with yes: the form below, where there is one, waits for the answer.
pub(super) fn agreed(model: &mut Model, deed: Deed) -> Vec<Effect> {
    let of_file = matches!(deed, Deed::Records { .. } | Deed::Log { .. });
    if let (Some(Overlay::Form(form)), true) = (model.overlays.last_mut(), of_file) {
        form.sent = true;
        form.error = None;
        form.notes.push(CARRYING.to_string());
        model.carrying = true;
    }
    vec![Effect::Carry(deed)]
}

/// Asks with which record the one in focus becomes one, likely names first.
pub(super) fn ask_merge(model: &mut Model) -> Vec<Effect> {
    let Some(gone) = model.record_in_focus().and_then(|id| model.record_here(id)) else { return Vec::new() };
    let same = model.records.iter().flatten();
    let mut same = same.filter(|item| item.row.kind == gone.row.kind && item.row.id != gone.row.id);
    let mut same = same.by_ref().collect::<Vec<_>>();
    let name = gone.row.name.to_lowercase();
    let alike = |other: &str| {
        let other = other.to_lowercase();
        name.chars().zip(other.chars()).take_while(|(a, b)| a == b).count()
    };
    same.sort_by_key(|item| (std::cmp::Reverse(alike(&item.row.name)), item.row.name.to_lowercase()));
    let item = |item: &&crate::desk::RecordItem| Item {
        label: item.row.name.clone(),
        detail: item.row.id.to_string(),
        key: String::new(),
        possible: true,
        pick: Pick::Merge { kept: item.row.id, gone: gone.row.id },
    };
    let items = same.iter().map(item).collect();
    let title = format!("{} {} is the same as, and becomes one with", gone.row.id, gone.row.name);
    model.overlays.push(Overlay::Menu(Box::new(Menu::new(&title, "which", items))));
    Vec::new()
}

/// Asks for the file of an import.
pub(super) fn ask_file(model: &mut Model) -> Vec<Effect> {
    let here = super::order::kind_on_screen(model).map(|kind| kind.handle.clone());
    // A file that is not set up yet has those it will have then.
    let shipped = if model.first_run { shipped_kinds() } else { Vec::new() };
    let mut kinds = model.catalog.kinds.values().chain(&shipped).collect::<Vec<_>>();
    kinds.sort_by_key(|kind| here.as_ref() != Some(&kind.handle));
    let kinds = kinds.into_iter().map(|kind| (kind.handle.to_string(), kind.title.clone()));
    let log = (incoming::LOG.to_string(), "Cases: an event log (CSV, XES)".to_string());
    let kinds = kinds.chain([log]).collect();
    let fields = vec![
        FormField::text("path", "File", ""),
        FormField::choice("kind", "Holds", kinds),
        FormField::text("map", "Columns", ""),
        incoming::encoding(),
    ];
    let mut form = form("Bring in a file".to_string(), "look at it", Kind::RecordFile, fields);
    form.notes.push(
        "A CSV file with a head line. What would come in is shown before anything changes.".to_string(),
    );
    form.notes
        .push("Columns are found by their names; Firma=name, Tel=phone says which others are.".to_string());
    open_form(model, form)
}

/// Has the file looked at; it is answered with what would come in.
pub(super) fn read_file(form: &mut Form, sense: &Sense<'_>) -> Vec<Effect> {
    let path = form.value("path");
    let refuse = |form: &mut Form, at: usize, why: &str| {
        form.focus = at;
        form.error = Some((why.to_string(), String::new()));
        Vec::new()
    };
    if path.is_empty() {
        return refuse(form, 0, "Say which file, such as ~/Downloads/customers.csv.");
    }
    let told = form.value("map");
    let told = told.split(',').map(str::trim).filter(|part| !part.is_empty());
    let map = told.map(|part| {
        let (column, field) = part.rsplit_once('=')?;
        Some((column.trim().to_string(), field.trim().to_string()))
    });
    let Some(map) = map.collect::<Option<Vec<_>>>() else {
        return refuse(form, 2, "Write COLUMN=field, such as Firma=name, Tel=phone.");
    };
    let deed = match (form.value("kind"), form.value("kind").parse::<Handle>()) {
        (of, _) if of == incoming::LOG => match incoming::asked(form, map, sense) {
            Ok(ask) => Deed::Log { path, ask: Box::new(ask) },
            Err((at, why)) => return refuse(form, at, &why),
        },
        (_, Ok(kind)) => Deed::Records { path, kind, map, encoding: incoming::encoding_of(form) },
        (_, Err(_)) => return refuse(form, 1, "Say which records these are."),
    };
    (form.sent, form.error) = (true, None);
    let kept = Effect::KeepDraft { place: form.place(), text: form.draft() };
    vec![kept, Effect::Load(Query::Preview(deed))]
}

/// Answers the worker's question.
pub(super) fn load(desk: &mut Desk, place: &Place, deed: Deed) -> Result<Loaded, Error> {
    Ok(Loaded::Preview(Box::new(preview(desk, place, deed)?)))
}
