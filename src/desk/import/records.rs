//! Records from a CSV file: a row becomes a record of a kind. What is here already with the same name is
//! changed where it differs, and left alone where it does not.

use super::TOLD;
use crate::desk::{Desk, Error, Series};
use crate::domain::command::{Command, Context};
use crate::domain::counted::counted;
use crate::domain::event::{Event, SubjectId};
use crate::domain::field::{self, is_given};
use crate::domain::record::{Kind, Record};
use crate::domain::{Handle, RecordId};
use crate::eventlog::write::ESCAPED;
use crate::eventlog::{self, Sheet};
use std::collections::HashMap;
use std::path::Path;

/// The records of each name, and whether anything is filled in.
type Names = HashMap<String, Vec<(RecordId, bool)>>;

/// What is wanted of a file of records.
#[derive(Debug, Clone)]
pub struct RecordsWish {
    pub kind: Handle,
    /// Column and field, where the names do not tell; the field `name` is the record's name.
    pub map: Vec<(String, String)>,
    /// What stands between the columns, and such as `windows-1252`; told from the file without them.
    pub delimiter: Option<char>,
    pub encoding: Option<String>,
    /// Say what would come in, and leave the file as it is.
    pub dry_run: bool,
}

/// What an import of records brought, or would bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordsImport {
    pub kind: Handle,
    pub dry_run: bool,
    /// Which column fills which field, in the order of the columns.
    pub columns: Vec<(String, String)>,
    /// Columns that fill none.
    pub unused: Vec<String>,
    pub rows: u64,
    pub added: u64,
    pub changed: u64,
    pub known: u64,
    pub refused: u64,
    /// `file:line: reason`, the first twenty.
    pub refusals: Vec<String>,
    /// What is written over, the first twenty: which record and field, from what to what.
    pub changes: Vec<String>,
}

impl Desk {
    /// Brings in the records of a CSV file with a head line, in one transaction. A row that is not acceptable
    /// is refused and the others come in.
    ///
    /// # Errors
    /// A file that cannot be read, a column or field that is not there, and those of the store.
    pub fn import_records(
        &mut self,
        path: &Path,
        wish: &RecordsWish,
        by: &mut Series<'_>,
    ) -> Result<RecordsImport, Error> {
        let catalog = self.catalog()?;
        let Some(kind) = catalog.kinds.get(&wish.kind) else {
            let kinds = catalog.kinds.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            return Err(Error::input(
                format!("There is no kind of record `{}`.", wish.kind),
                format!("Kinds here: {kinds}."),
            ));
        };
        let work = |desk: &mut Desk| read(desk, path, wish, kind, by);
        match wish.dry_run {
            true => self.rehearse(work),
            false => self.in_one_transaction(work),
        }
    }
}

fn read(
    desk: &mut Desk,
    path: &Path,
    wish: &RecordsWish,
    kind: &Kind,
    by: &mut Series<'_>,
) -> Result<RecordsImport, Error> {
    let shown = path.display();
    let mut sheet = Sheet::open(path, wish.encoding.as_deref(), wish.delimiter).map_err(unreadable)?;
    let head = sheet.head.clone();
    let fields = fields(&head, kind, &wish.map)?;
    let escaped = head.iter().position(|name| name == ESCAPED);
    let columns = head.iter().zip(&fields);
    let mut report = RecordsImport {
        kind: wish.kind.clone(),
        dry_run: wish.dry_run,
        columns: columns.clone().filter_map(|(c, f)| Some((c.clone(), f.clone()?))).collect(),
        unused: columns
            .filter(|(column, field)| field.is_none() && column.as_str() != ESCAPED)
            .map(|(column, _)| column.clone())
            .collect(),
        rows: 0,
        added: 0,
        changed: 0,
        known: 0,
        refused: 0,
        refusals: Vec::new(),
        changes: Vec::new(),
    };
    // Taken back as one.
    let action = Some((by.op)());
    let mut named = Names::new();
    for row in desk.store.records(Some(&wish.kind), false)? {
        let has_data = row.fields.values().any(|value| is_given(Some(value)));
        named.entry(row.name).or_default().push((row.id, has_data));
    }
    let mut row = csv::StringRecord::new();
    while let Some(line) = sheet.next(&mut row).map_err(|e| unreadable(e.in_file(path)))? {
        desk.goes_on()?;
        report.rows += 1;
        let refused = match row.len() > head.len() {
            true => Some("more values than columns".to_string()),
            false => {
                if escaped.is_some_and(|index| row.get(index) == Some("yes")) {
                    row = row.iter().map(|text| text.strip_prefix('\'').unwrap_or(text)).collect();
                }
                let ctx = Context { action, ..by.context() };
                one(desk, &row, &fields, kind, &ctx, &mut named, &mut report)?
            }
        };
        if let Some(why) = refused {
            report.refused += 1;
            if report.refusals.len() < TOLD {
                report.refusals.push(format!("{shown}:{line}: {why}"));
            }
        }
    }
    Ok(report)
}

/// Brings in one row; the reason when it is refused.
fn one(
    desk: &mut Desk,
    row: &csv::StringRecord,
    fields: &[Option<String>],
    kind: &Kind,
    ctx: &Context,
    named: &mut Names,
    report: &mut RecordsImport,
) -> Result<Option<String>, Error> {
    let mut name = String::new();
    let mut values = Vec::new();
    for (field, text) in fields.iter().zip(row.iter()) {
        match field.as_deref() {
            Some("name") if kind.field("name").is_none() => name = text.trim().to_string(),
            // An empty cell says nothing, so that it takes nothing away.
            Some(field) if !text.trim().is_empty() => values.push((field.to_string(), text.to_string())),
            _ => {}
        }
    }
    let record = match which(named.get(&name).map_or(&[], Vec::as_slice)) {
        Ok(record) => record,
        Err(ids) => {
            return Ok(Some(format!(
                "{} are called `{name}`: {}. Merge them, or give them names of their own.",
                counted(ids.len(), "record"),
                ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            )));
        }
    };
    let command = match &record {
        Some(record) => Command::ChangeRecord { record: *record, name: None, fields: values },
        None => Command::AddRecord { kind: kind.handle.clone(), name: name.clone(), fields: values },
    };
    let before = match record.filter(|_| report.changes.len() < TOLD) {
        Some(record) => desk.load(SubjectId::Record(record))?.1.record().cloned(),
        None => None,
    };
    match desk.execute(&command, ctx) {
        Ok(done) => {
            for event in &done.events {
                let (Event::RecordChanged { fields, .. }, Some(before)) = (event, &before) else { continue };
                report.changes.extend(fields.iter().map(|(name, to)| change(kind, before, name, to)));
            }
            report.changes.truncate(TOLD);
            match (&command, done.events.is_empty(), done.subject) {
                (Command::AddRecord { .. }, _, SubjectId::Record(id)) => {
                    report.added += 1;
                    named.insert(name, vec![(id, true)]);
                }
                (_, true, _) => report.known += 1,
                _ => report.changed += 1,
            }
            Ok(None)
        }
        Err(error @ Error::Refused { .. }) => {
            Ok(Some(format!("{error} {}", error.hint()).trim().to_string()))
        }
        Err(error) => Err(error),
    }
}

/// `R-6 Baltic Foods, Contact person: Bo -> Ana`
fn change(kind: &Kind, before: &Record, name: &str, to: &serde_json::Value) -> String {
    let title =
        kind.field(name).and_then(|field| field.title.clone()).unwrap_or_else(|| name.replace('_', " "));
    let from = before.fields.get(name).filter(|value| is_given(Some(value)));
    let from = from.map_or_else(|| "nothing".to_string(), field::show);
    format!("{} {}, {title}: {from} -> {}", before.id, before.name, field::show(to))
}

/// Which of the records with the name a row is: the one, else the only one somebody filled in.
fn which(named: &[(RecordId, bool)]) -> Result<Option<RecordId>, Vec<RecordId>> {
    let mut filled = named.iter().filter(|(_, has_data)| *has_data);
    match (named, filled.next(), filled.next()) {
        ([], ..) => Ok(None),
        ([(one, _)], ..) | (_, Some((one, _)), None) => Ok(Some(*one)),
        _ => Err(named.iter().map(|(id, _)| *id).collect()),
    }
}

/// Why a file cannot be read; the reader of logs is the same, and says so.
fn unreadable(error: eventlog::Error) -> Error {
    let told = error
        .to_string()
        .replace("is not an event log: ", "cannot be read: ")
        .replace("export the log", "export it");
    match told.rsplit_once("; ") {
        Some((what, hint)) => {
            let (first, rest) = hint.split_at(hint.chars().next().map_or(0, char::len_utf8));
            Error::input(format!("{what}."), format!("{}{rest}.", first.to_uppercase()))
        }
        None => Error::input(told, "Save it as a CSV file with a head line."),
    }
}

/// The field each column fills: as told, or the one with this name or title.
fn fields(head: &[String], kind: &Kind, map: &[(String, String)]) -> Result<Vec<Option<String>>, Error> {
    let known = || kind.fields.iter().map(|field| field.name.as_str()).chain(["name"]);
    for (column, field) in map {
        if !head.iter().any(|name| name == column) {
            let columns = head.join("`, `");
            return Err(Error::input(
                format!("There is no column `{column}`."),
                format!("There are `{columns}`."),
            ));
        }
        if !known().any(|name| name == field) {
            let names = known().collect::<Vec<_>>().join(", ");
            return Err(Error::input(
                format!("A {} has no field `{field}`.", kind.handle),
                format!("It has {names}."),
            ));
        }
    }
    let same = |a: &str, b: &str| {
        let plain = |text: &str| text.to_lowercase().replace([' ', '-'], "_");
        plain(a) == plain(b)
    };
    let fields = head.iter().map(|column| {
        let told = map.iter().find(|(name, _)| name == column).map(|(_, field)| field.clone());
        told.or_else(|| {
            let field = kind.fields.iter().find(|field| {
                same(&field.name, column) || field.title.as_deref().is_some_and(|title| same(title, column))
            });
            let name = same(column, "name") || same(column, kind.handle.as_str());
            field.map(|field| field.name.clone()).or_else(|| name.then(|| "name".to_string()))
        })
    });
    let fields = fields.collect::<Vec<_>>();
    if !fields.iter().flatten().any(|field| field == "name") {
        return Err(Error::input(
            "No column holds the name of the record.",
            format!(
                "Map the column that has it, such as {}=name; there are {}.",
                head.first().map_or("Company", String::as_str),
                head.join(", ")
            ),
        ));
    }
    Ok(fields)
}
