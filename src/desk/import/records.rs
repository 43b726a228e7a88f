//! Records from a CSV file: a row becomes a record of a kind. What is here already with the same name is
//! changed where it differs, and left alone where it does not.

use super::TOLD;
use crate::desk::{Desk, Error, Series};
use crate::domain::command::{Command, Context};
use crate::domain::record::Kind;
use crate::domain::{Handle, RecordId};
use crate::eventlog::write::ESCAPED;
use std::collections::HashMap;
use std::path::Path;

/// What is wanted of a file of records.
#[derive(Debug, Clone)]
pub struct RecordsWish {
    pub kind: Handle,
    /// Column and field, where the names do not tell; the field `name` is the record's name.
    pub map: Vec<(String, String)>,
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
    let unreadable = |e: csv::Error| {
        Error::input(format!("{shown}: {e}"), "Save it as a CSV file in UTF-8 with a head line.")
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(unreadable)?;
    let head = reader.headers().map_err(unreadable)?.clone();
    let head =
        head.iter().map(|name| name.trim_start_matches('\u{feff}').trim().to_string()).collect::<Vec<_>>();
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
    };
    // Taken back as one.
    let action = Some((by.op)());
    let named = desk.store.records(Some(&wish.kind), false)?;
    let mut named = named.into_iter().map(|row| (row.name, row.id)).collect::<HashMap<_, _>>();
    let mut row = csv::StringRecord::new();
    loop {
        let read = reader.read_record(&mut row);
        let line = row.position().map_or(0, csv::Position::line);
        report.rows += u64::from(!matches!(read, Ok(false)));
        let refused = match read {
            Ok(false) => return Ok(report),
            Ok(true) if row.len() > head.len() => Some("more values than columns".to_string()),
            Ok(true) => {
                if escaped.is_some_and(|index| row.get(index) == Some("yes")) {
                    row = row.iter().map(|text| text.strip_prefix('\'').unwrap_or(text)).collect();
                }
                let ctx = Context { action, ..by.context() };
                one(desk, &row, &fields, kind, &ctx, &mut named, &mut report)?
            }
            Err(e) if matches!(e.kind(), csv::ErrorKind::Io(_)) => return Err(unreadable(e)),
            Err(e) => Some(e.to_string()),
        };
        if let Some(why) = refused {
            report.refused += 1;
            if report.refusals.len() < TOLD {
                report.refusals.push(format!("{shown}:{line}: {why}"));
            }
        }
    }
}

/// Brings in one row; the reason when it is refused.
fn one(
    desk: &mut Desk,
    row: &csv::StringRecord,
    fields: &[Option<String>],
    kind: &Kind,
    ctx: &Context,
    named: &mut HashMap<String, RecordId>,
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
    let command = match named.get(&name) {
        Some(record) => Command::ChangeRecord { record: *record, name: None, fields: values },
        None => Command::AddRecord { kind: kind.handle.clone(), name: name.clone(), fields: values },
    };
    match desk.execute(&command, ctx) {
        Ok(done) => {
            match (&command, done.events.is_empty(), done.subject) {
                (Command::AddRecord { .. }, _, crate::domain::event::SubjectId::Record(id)) => {
                    report.added += 1;
                    named.insert(name, id);
                }
                (_, true, _) => report.known += 1,
                _ => report.changed += 1,
            }
            Ok(None)
        }
        Err(Error::Refused { sentence, .. }) => Ok(Some(sentence.trim_end_matches('.').to_string())),
        Err(error) => Err(error),
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
            format!("Say which: --map COLUMN=name; there are `{}`.", head.join("`, `")),
        ));
    }
    Ok(fields)
}
