//! Bits that turn over in a copy of the file.
//!
//! What counts: a flip changes *content* when anything that a query can see reads differently or cannot be read
//! any more: a row of a table, read in the order of its key; a row found through an index; the text of the
//! schema; one of the numbers by which the program knows the file. That is what `Content` reads, by SQL and with
//! nothing of ours. Free pages, the gaps within a page and counters of SQLite's own hold no content: a flip
//! there that nothing notices is none. A flip is *found* when the file is refused or `doctor` says something.
//!
//! The rows of `draft`, `lease` and `session` do not count: what somebody was typing, who runs the chores and when
//! somebody left is nowhere but there, so that nothing could tell what it was. That they can be lost is why they
//! are not in the journal.

use crate::company::Company;
use baton::desk::Desk;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use tempfile::TempDir;

/// Of the flips that change content.
const FOUND: f64 = 0.999;

#[test]
fn flipped_bits_never_panic_and_changed_content_is_found() {
    flips(1_000, 1);
}

#[test]
#[ignore = "minutes: the size of a release run"]
fn ten_thousand_flipped_bits_never_panic_and_changed_content_is_found() {
    flips(10_000, 2);
}

fn flips(times: usize, seed: u64) {
    let company = Company::lived_in();
    company.desk().keep_draft(&crate::company::h("bo"), "C-1", "half a sentence").unwrap();
    // A file of its own, with nothing left in a log beside it.
    let folder = TempDir::new().unwrap();
    let (whole, path) = (folder.path().join("whole.db"), folder.path().join("flipped.db"));
    company.desk().store().backup(&whole).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.path().join(format!("whole.db{end}")));
    }
    let bytes = std::fs::read(&whole).unwrap();
    let content = Content::of(&whole).unwrap();
    // Most of a young file is empty: half of the flips go where something is.
    let used = (0..bytes.len()).filter(|byte| bytes[*byte] != 0).collect::<Vec<_>>();
    let (mut changed, mut found, mut unseen) = (0, 0, Vec::new());
    // Any spread will do; this one is the same every time.
    let mut random = seed;
    for n in 0..times {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = (random >> 11) as usize;
        let byte = if n % 2 == 0 { used[at / 8 % used.len()] } else { at / 8 % bytes.len() };
        let mut flipped = bytes.clone();
        flipped[byte] ^= 1 << (at % 8);
        std::fs::write(&path, flipped).unwrap();
        let read = Content::of(&path);
        let differs = read.as_ref() != Ok(&content);
        let notices = Desk::open_damaged(&path)
            .and_then(|mut desk| desk.doctor(&mut |_, _| {}))
            .map_or(true, |findings| !findings.is_empty());
        changed += usize::from(differs);
        found += usize::from(differs && notices);
        if differs && !notices {
            unseen.push((byte, at % 8, read.map_or_else(|e| e, |read| read.difference(&content))));
        }
        for end in ["", "-wal", "-shm", "-journal"] {
            let _ = std::fs::remove_file(folder.path().join(format!("flipped.db{end}")));
        }
    }
    let share = found as f64 / changed as f64;
    println!("{times} flips: {changed} changed content, {found} of them found ({:.3} %)", share * 100.0);
    assert!(changed * 3 > times, "the flips hit what is looked at: {changed} of {times}");
    assert!(share >= FOUND, "{:.3} % found; byte and bit of what was not: {unseen:?}", share * 100.0);
}

/// Everything a query can see.
#[derive(PartialEq)]
struct Content(Vec<Vec<Value>>);

impl Content {
    /// The first row that differs, as it reads now and as it was.
    fn difference(&self, was: &Content) -> String {
        let pair = self.0.iter().zip(&was.0).find(|(now, was)| now != was);
        format!("{pair:?}; {} rows, {} before", self.0.len(), was.0.len())
    }

    /// Fails when something cannot be read.
    fn of(path: &Path) -> Result<Content, String> {
        let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .map_err(|e| e.to_string())?;
        let mut all = Vec::new();
        for number in ["user_version", "application_id", "encoding"] {
            rows(&file, &format!("PRAGMA {number}"), &mut all)?;
        }
        rows(&file, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name", &mut all)?;
        let (mut tables, mut indexes) = (Vec::new(), Vec::new());
        rows(&file, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name", &mut tables)?;
        let kept = tables
            .iter()
            .map(|row| text(&row[0]))
            .filter(|name| !["draft", "lease", "session"].contains(name));
        for table in kept {
            rows(
                &file,
                &format!("SELECT * FROM {table} NOT INDEXED ORDER BY {}", key(&file, table)?),
                &mut all,
            )?;
        }
        // Only what an index holds: every lookup through it reads that first.
        let sql = "SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name";
        rows(&file, sql, &mut indexes)?;
        for index in &indexes {
            let (name, table, sql) = (text(&index[0]), text(&index[1]), text(&index[2]));
            let only = sql.split_once(" WHERE ").map_or(String::new(), |(_, only)| format!("WHERE {only}"));
            let mut columns = Vec::new();
            let names =
                format!("SELECT name FROM pragma_index_xinfo('{name}') WHERE name IS NOT NULL AND cid >= 0");
            rows(&file, &names, &mut columns)?;
            let columns = columns.iter().map(|row| text(&row[0])).collect::<Vec<_>>().join(", ");
            rows(
                &file,
                &format!("SELECT {columns} FROM {table} INDEXED BY {name} {only} ORDER BY {columns}"),
                &mut all,
            )?;
        }
        Ok(Content(all))
    }
}

fn key(file: &Connection, table: &str) -> Result<String, String> {
    let mut columns = Vec::new();
    rows(
        file,
        &format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"),
        &mut columns,
    )?;
    Ok(columns.iter().map(|row| text(&row[0])).collect::<Vec<_>>().join(", "))
}

fn text(value: &Value) -> &str {
    match value {
        Value::Text(text) => text,
        _ => "",
    }
}

/// The rows of a query after a line with its name.
fn rows(file: &Connection, sql: &str, into: &mut Vec<Vec<Value>>) -> Result<(), String> {
    let fail = |e: rusqlite::Error| format!("{e}: {sql}");
    let mut statement = file.prepare(sql).map_err(fail)?;
    let columns = statement.column_count();
    let mut rows = statement.query([]).map_err(fail)?;
    while let Some(row) = rows.next().map_err(fail)? {
        into.push((0..columns).map(|n| row.get(n)).collect::<Result<_, _>>().map_err(fail)?);
    }
    Ok(())
}
