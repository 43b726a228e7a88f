//! Making the derived tables again: empties them and puts in what it is given, within a transaction that was
//! begun. Computes no row, and touches no entry.

use super::{Store, write};
use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::SubjectId;
use crate::domain::imported::Told;
use crate::domain::rows::Row;
use crate::domain::{CaseId, Handle};
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

/// The tables that hold rows of subjects and nothing else.
const DERIVED: [&str; 11] = [
    "record",
    "work_case",
    "place",
    "task",
    "handoff",
    "clock",
    "notice",
    "exception",
    "snooze",
    "message",
    "record_message",
];

/// Counted or made with them, and the list of commands.
const MADE_AGAIN: [&str; 4] = ["tally", "link", "rollup", "op"];

/// One table, index, trigger or view, as the file says it was defined.
#[derive(PartialEq)]
struct Definition {
    kind: String,
    name: String,
    sql: String,
}

fn definitions(conn: &Connection) -> rusqlite::Result<Vec<Definition>> {
    let sql = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid";
    let mut statement = conn.prepare(sql)?;
    let read =
        |row: &rusqlite::Row<'_>| Ok(Definition { kind: row.get(0)?, name: row.get(1)?, sql: row.get(2)? });
    statement.query_map([], read)?.collect()
}

/// A command for each run of entries, as the journal has them.
const COMMANDS: &str = "SELECT op, actor, at, subject, subject_id, min(seq), max(seq) FROM entry GROUP BY op";

pub(super) fn derivation(conn: &Connection) -> rusqlite::Result<u32> {
    conn.prepare_cached("SELECT derivation FROM head")?.query_row([], |row| row.get(0))
}

impl Store {
    /// Which derivation made the rows of open cases; 0 in a file from before there was a number.
    pub fn derivation(&self) -> Result<u32, StoreError> {
        derivation(self.conn()?).map_err(|e| self.explain(&e))
    }

    /// Notes it, within a transaction that was begun.
    pub fn set_derivation(&mut self, derivation: u32) -> Result<(), StoreError> {
        let set = self.conn()?.execute("UPDATE head SET derivation = ?1", [derivation]);
        set.map(|_| ()).map_err(|e| self.explain(&e))
    }

    /// The open cases, oldest first.
    pub fn open_cases(&self) -> Result<Vec<CaseId>, StoreError> {
        self.list("SELECT id FROM work_case WHERE state = 'open' ORDER BY id", [], |row| {
            row.get(0).map(CaseId)
        })
    }

    /// How many cases are finished.
    pub fn how_many_done(&self) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM work_case WHERE state = 'done'";
        let done = self.list(sql, [], |row| row.get::<_, i64>(0))?;
        Ok(done.first().map_or(0, |done| usize::try_from(*done).unwrap_or(0)))
    }

    /// Processes of which any work was done here.
    pub fn processes_worked_here(&self) -> Result<Vec<Handle>, StoreError> {
        self.list("SELECT DISTINCT process FROM task", [], |row| super::codec::handle(row, 0))
    }

    /// Finished cases of event logs that ended before the last of their rows did. What cannot be read is left out.
    pub fn cases_of_logs_that_end_later(&self) -> Result<Vec<CaseId>, StoreError> {
        let (kind, _) = super::codec::subject(SubjectId::Case(CaseId(0)));
        let sql = "SELECT c.id, c.ended, e.body FROM work_case c INDEXED BY case_foreign
                   CROSS JOIN entry e ON e.subject = ?1 AND e.subject_id = c.id
                   WHERE c.foreign_id IS NOT NULL AND c.state = 'done'
                       AND e.seq = (SELECT min(seq) FROM entry WHERE subject = ?1 AND subject_id = c.id)";
        let ends_later = |row: &rusqlite::Row<'_>| {
            let told = serde_json::from_str::<Told<'_>>(row.get_ref(2)?.as_str()?).ok();
            let told = told.filter(|told| !told.case_imported.is_whole());
            let last =
                told.and_then(|told| told.case_imported.finished().iter().map(|(_, _, end, _)| *end).max());
            let ended = row.get::<_, i64>(1)?;
            Ok(last.is_some_and(|last| last > ended).then_some(CaseId(row.get(0)?)))
        };
        Ok(self.list(sql, [kind], ends_later)?.into_iter().flatten().collect())
    }

    /// Closed cases that were open more than once, and had something to be late for; and some that were not. A case that is
    /// taken up again offers work that came from no step, later than its beginning.
    pub fn closed_again(&self) -> Result<Vec<CaseId>, StoreError> {
        let sql = "SELECT DISTINCT h.case_id FROM handoff h CROSS JOIN work_case c ON c.id = h.case_id
                   WHERE h.from_step IS NULL AND h.offered > c.started AND c.state != 'open' AND c.due IS NOT NULL";
        self.list(sql, [], |row| row.get(0).map(CaseId))
    }

    /// Closed cases of a version of a process, and those that may have been of it before they changed theirs.
    pub fn closed_of(&self, process: &Handle, version: u32) -> Result<Vec<CaseId>, StoreError> {
        let sql = "SELECT id FROM work_case WHERE process = ?1 AND (version = ?2 OR migrated = 1) AND state != 'open'";
        self.list(sql, rusqlite::params![process.as_str(), version], |row| row.get(0).map(CaseId))
    }

    /// Makes tables, indexes and triggers again that are missing or defined otherwise than this program defines them, within a
    /// transaction that was begun; how many. The tables of rows are filled afterwards. What the journal, the head and the
    /// catalog hold is nowhere else: of these tables one that is there is left as it is.
    pub fn restore_definitions(&mut self) -> Result<usize, StoreError> {
        let ours = Store::in_memory()?;
        let wanted = definitions(ours.conn()?).map_err(|e| ours.explain(&e))?;
        let conn = self.conn()?;
        let restore = || {
            let there = definitions(conn)?;
            let made = |of: &Definition, all: &[Definition]| all.iter().any(|known| known == of);
            let again = |table: &str| DERIVED.contains(&table) || MADE_AGAIN.contains(&table);
            let mut restored = 0;
            for of in there.iter().filter(|of| !made(of, &wanted)) {
                // Nobody but a program of ours defines anything here; a table it does not know may hold something.
                if of.kind != "table" || again(&of.name) {
                    conn.execute_batch(&format!(
                        "DROP {} IF EXISTS \"{}\"",
                        of.kind,
                        of.name.replace('"', "\"\"")
                    ))?;
                    restored += 1;
                }
            }
            // Tables first, and anew what went with one.
            for tables in [true, false] {
                let there = definitions(conn)?;
                let missing = |of: &&Definition| !there.iter().any(|known| known.name == of.name);
                for of in wanted.iter().filter(|of| (of.kind == "table") == tables).filter(missing) {
                    conn.execute_batch(&of.sql)?;
                    restored += usize::from(!made(of, &there));
                }
            }
            Ok(restored)
        };
        restore().map_err(|e| self.explain(&e))
    }

    /// Makes what finds entries and commands again, so that nothing is missed for a damaged index.
    pub fn reindex_journal(&mut self) -> Result<(), StoreError> {
        self.conn()?.execute_batch("REINDEX entry; REINDEX op").map_err(|e| self.explain(&e))
    }

    /// Empties every table of rows.
    pub fn empty_rows(&mut self) -> Result<(), StoreError> {
        let all = DERIVED.map(|table| format!("DELETE FROM {table};")).concat();
        // The triggers count anew, from nothing.
        let all = format!("{all} DELETE FROM tally; DELETE FROM link; DELETE FROM rollup;");
        self.conn()?.execute_batch(&all).map_err(|e| self.explain(&e))
    }

    /// Puts rows into emptied tables.
    pub fn fill_rows(&mut self, rows: Vec<Row>) -> Result<(), StoreError> {
        let changes = crate::domain::rows::Changes { put: rows, remove: Vec::new() };
        self.put_rows(&changes)
    }

    /// Whether the stored catalog says the same as this one, word by word: a time that reads the same and is
    /// written otherwise was changed.
    pub fn same_catalog(&self, catalog: &Catalog) -> Result<bool, StoreError> {
        let sql = "SELECT state, seq FROM catalog WHERE id = 1";
        let stored =
            self.conn()?.query_row(sql, [], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)));
        let stored = stored.optional().map_err(|e| self.explain(&e))?;
        let Some((text, seq)) = stored else { return Ok(*catalog == Catalog::default()) };
        let stored = serde_json::from_str::<Value>(&text).ok();
        let without_seq = |mut value: Value| {
            // Within the text it is the one before the last command.
            value.as_object_mut().map(|map| map.remove("seq"));
            value
        };
        let own = serde_json::to_value(catalog).ok();
        Ok(seq == catalog.seq && stored.map(without_seq) == own.map(without_seq))
    }

    /// Puts the catalog right, within a transaction that was begun.
    pub fn put_catalog(&self, catalog: &Catalog) -> Result<(), StoreError> {
        let same = self.same_catalog(catalog)?;
        write_unless(same, self.conn()?, catalog).map_err(|e| self.explain(&e))
    }

    /// Puts the catalog, the counters of the head and the list of commands right. How many rows differed: a
    /// command that agrees stays untouched.
    pub fn mend(&mut self, catalog: &Catalog, numbers: Numbers) -> Result<usize, StoreError> {
        let same = self.same_catalog(catalog)?;
        self.settle_head()?;
        let conn = self.conn()?;
        let mend = || {
            write_unless(same, conn, catalog)?;
            let Numbers { case, handoff, task, record } = numbers;
            let head = conn.execute(
                "UPDATE head SET catalog_seq = ?1, next_case = ?2, next_handoff = ?3, next_task = ?4, next_record = ?5
                 WHERE (catalog_seq, next_case, next_handoff, next_task, next_record) <> (?1, ?2, ?3, ?4, ?5)",
                params![catalog.seq, case, handoff, task, record],
            )?;
            let wrong = format!(
                "DELETE FROM op WHERE (op, actor, at, subject, subject_id, first_seq, last_seq) NOT IN ({COMMANDS})"
            );
            let wrong = conn.execute(&wrong, [])?;
            let missing = format!(
                "INSERT INTO op (op, actor, at, subject, subject_id, first_seq, last_seq)
                 SELECT * FROM ({COMMANDS}) WHERE op NOT IN (SELECT op FROM op)"
            );
            let missing = conn.execute(&missing, [])?;
            Ok(usize::from(!same) + head + wrong.max(missing))
        };
        mend().map_err(|e| self.explain(&e))
    }
}

fn write_unless(same: bool, conn: &Connection, catalog: &Catalog) -> rusqlite::Result<()> {
    if same { Ok(()) } else { write::catalog(conn, catalog, catalog.seq) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A new table has to be made again by `doctor --rebuild`, or to be named here.
    #[test]
    fn every_table_is_derived_or_known_not_to_be() {
        let store = Store::in_memory().unwrap();
        let sql =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
        let mut names = store.conn.prepare(sql).unwrap();
        let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let names = names.map(Result::unwrap).filter(|name| !DERIVED.contains(&name.as_str()));
        assert_eq!(
            names.collect::<Vec<_>>(),
            [
                "catalog", "cursor", "draft", "entry", "head", "lease", "link", "op", "rollup", "session",
                "tally"
            ]
        );
    }
}
