//! A scratch database for the rows of an event log: put in as the file has them, taken out case by case and in
//! order. It is SQLite's own temporary file, so that memory does not grow with the log and nothing is left
//! behind. Knows numbers for activities and resources, and none of their names.

use super::explain;
use crate::store::StoreError;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;
use std::path::Path;

/// Case names looked up without asking the database.
const RECENT: usize = 100_000;

/// One row of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged {
    /// UTC milliseconds.
    pub start: i64,
    pub end: i64,
    pub activity: u32,
    pub resource: Option<u32>,
}

/// Where rows wait for the rest of their case.
#[derive(Debug)]
pub struct Stage {
    conn: Connection,
    current: Option<(String, i64)>,
    recent: HashMap<String, i64>,
    cases: i64,
    /// Case, start, end and position of the last row.
    last: (i64, i64, i64, i64),
    in_order: bool,
}

impl Stage {
    /// An empty stage.
    pub fn new() -> Result<Stage, StoreError> {
        // An empty name is a file of SQLite's own, which is gone when the connection is.
        let conn = Connection::open("").map_err(|e| failed(&e))?;
        conn.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32000;
             PRAGMA temp_store = FILE;
             CREATE TABLE log_case (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
             CREATE TABLE log_row (case_n INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
                 position INTEGER NOT NULL, activity INTEGER NOT NULL, resource INTEGER) STRICT;
             BEGIN;",
        )
        .map_err(|e| failed(&e))?;
        let last = (0, i64::MIN, i64::MIN, 0);
        Ok(Stage { conn, current: None, recent: HashMap::new(), cases: 0, last, in_order: true })
    }

    /// Takes a row in. `position` is the last key of the order within a case.
    pub fn put(&mut self, case: &str, row: Staged, position: u64) -> Result<(), StoreError> {
        let n = match &self.current {
            Some((name, n)) if name == case => *n,
            _ => self.number(case).map_err(|e| failed(&e))?,
        };
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        let place = (n, row.start, row.end, position);
        self.in_order &= place >= self.last;
        self.last = place;
        self.conn
            .prepare_cached("INSERT INTO log_row VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .and_then(|mut s| s.execute(params![n, row.start, row.end, position, row.activity, row.resource]))
            .map(|_| ())
            .map_err(|e| failed(&e))
    }

    fn number(&mut self, case: &str) -> rusqlite::Result<i64> {
        let known = match self.recent.get(case) {
            Some(n) => Some(*n),
            None => self
                .conn
                .prepare_cached("SELECT n FROM log_case WHERE name = ?1")?
                .query_row([case], |row| row.get(0))
                .optional()?,
        };
        let n = match known {
            Some(n) => n,
            None => {
                self.cases += 1;
                self.conn
                    .prepare_cached("INSERT INTO log_case VALUES (?1, ?2)")?
                    .execute(params![self.cases, case])?;
                self.cases
            }
        };
        if self.recent.len() >= RECENT {
            self.recent.clear();
        }
        self.recent.insert(case.to_string(), n);
        self.current = Some((case.to_string(), n));
        Ok(n)
    }

    /// How many cases there are.
    pub fn cases(&self) -> u64 {
        self.cases.unsigned_abs()
    }

    /// Puts the rows in order, once, unless they came so.
    pub fn sort(&mut self) -> Result<(), StoreError> {
        if self.in_order {
            return Ok(());
        }
        self.in_order = true;
        self.conn
            .execute_batch(
                "CREATE TABLE sorted AS SELECT * FROM log_row ORDER BY case_n, start, end, position;
                 DROP TABLE log_row; ALTER TABLE sorted RENAME TO log_row;",
            )
            .map_err(|e| failed(&e))
    }

    /// Every case in order of its first appearance, with its rows by start, end and position. To be called
    /// after [`Stage::sort`]. Ends with the first error of `visit`.
    pub fn each_case<E: From<StoreError>>(
        &self,
        mut visit: impl FnMut(&str, &[Staged]) -> Result<(), E>,
    ) -> Result<(), E> {
        let fail = |e: rusqlite::Error| E::from(failed(&e));
        let mut names = self.conn.prepare_cached("SELECT name FROM log_case ORDER BY n").map_err(fail)?;
        let mut names = names.query([]).map_err(fail)?;
        let sql = "SELECT case_n, start, end, activity, resource FROM log_row ORDER BY rowid";
        let mut rows = self.conn.prepare_cached(sql).map_err(fail)?;
        let mut rows = rows.query([]).map_err(fail)?;
        let mut case = Vec::new();
        let mut current = 0i64;
        loop {
            let row = rows.next().map_err(fail)?;
            let n = match row {
                Some(row) => row.get::<_, i64>(0).map_err(fail)?,
                None => 0,
            };
            if n != current && current > 0 {
                let name = names.next().map_err(fail)?;
                let Some(name) = name else { return Ok(()) };
                let name = name.get_ref(0).map_err(fail)?.as_str().map_err(|e| fail(e.into()))?;
                visit(name, &case)?;
                case.clear();
            }
            let Some(row) = row else { return Ok(()) };
            current = n;
            case.push(Staged {
                start: row.get(1).map_err(fail)?,
                end: row.get(2).map_err(fail)?,
                activity: row.get(3).map_err(fail)?,
                resource: row.get(4).map_err(fail)?,
            });
        }
    }
}

fn failed(error: &rusqlite::Error) -> StoreError {
    explain(Path::new("a temporary file"), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cases_come_as_they_first_appeared_and_rows_in_order(
            rows in prop::collection::vec((0..5_u8, 0..4_i64, 0..2_i64), 1..60)
        ) {
            let mut stage = Stage::new().unwrap();
            let mut model = Vec::<(String, Vec<(i64, i64, u32)>)>::new();
            for (n, (case, start, length)) in rows.iter().enumerate() {
                let name = format!("case {case}");
                let row = Staged { start: *start, end: start + length, activity: n as u32, resource: None };
                stage.put(&name, row, n as u64 + 1).unwrap();
                if !model.iter().any(|(known, _)| *known == name) {
                    model.push((name.clone(), Vec::new()));
                }
                let of = model.iter_mut().find(|(known, _)| *known == name).unwrap();
                of.1.push((*start, start + length, n as u32));
            }
            model.iter_mut().for_each(|(_, rows)| rows.sort());
            stage.sort().unwrap();
            prop_assert_eq!(stage.cases(), model.len() as u64);
            let mut seen = Vec::new();
            stage
                .each_case::<StoreError>(|name, rows| {
                    let rows = rows.iter().map(|row| (row.start, row.end, row.activity)).collect();
                    seen.push((name.to_string(), rows));
                    Ok(())
                })
                .unwrap();
            prop_assert_eq!(seen, model);
        }
    }
}
