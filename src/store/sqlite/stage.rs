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
/// Rows that wait in memory for others of their case: under a megabyte.
const WAITING: usize = 1 << 14;
/// Case, start, end, position, activity, resource.
const BYTES: usize = 8 + 8 + 8 + 8 + 4 + 4;
const NOBODY: u32 = u32::MAX;

/// One row of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged {
    /// UTC milliseconds.
    pub start: i64,
    pub end: i64,
    pub activity: u32,
    pub resource: Option<u32>,
    /// The last key of the order within a case, and what the row is told from others by.
    pub position: u64,
}

/// A row with its case.
#[derive(Debug, Clone, Copy)]
struct Placed {
    case: i64,
    row: Staged,
}

/// Where rows wait for the rest of their case.
#[derive(Debug)]
pub struct Stage {
    conn: Connection,
    current: Option<(String, i64)>,
    recent: HashMap<String, i64>,
    cases: i64,
    /// Rows that are in no chunk yet.
    waiting: Vec<Placed>,
    /// The last case of the last chunk; whether each began with no earlier case than the one before ended with.
    last: i64,
    in_order: bool,
}

impl Stage {
    /// An empty stage.
    pub fn new() -> Result<Stage, StoreError> {
        // An empty name is a file of SQLite's own, which is gone when the connection is.
        let conn = Connection::open("").map_err(|e| failed(&e))?;
        conn.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;
             PRAGMA temp_store = FILE;
             CREATE TABLE log_case (n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
             CREATE TABLE chunk (rows BLOB NOT NULL) STRICT;
             CREATE TABLE more (position INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
             BEGIN;",
        )
        .map_err(|e| failed(&e))?;
        Ok(Stage {
            conn,
            current: None,
            recent: HashMap::new(),
            cases: 0,
            waiting: Vec::new(),
            last: 0,
            in_order: true,
        })
    }

    /// Lays a text by for the row of this position.
    pub fn put_more(&mut self, position: u64, text: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO more VALUES (?1, ?2)";
        let put = |sql| self.conn.prepare_cached(sql)?.execute(params![position.cast_signed(), text]);
        put(sql).map(|_| ()).map_err(|e| failed(&e))
    }

    /// What was laid by for it.
    pub fn more(&self, position: u64) -> Result<Option<String>, StoreError> {
        let sql = "SELECT text FROM more WHERE position = ?1";
        let more = |sql| {
            self.conn.prepare_cached(sql)?.query_row([position.cast_signed()], |row| row.get(0)).optional()
        };
        more(sql).map_err(|e| failed(&e))
    }

    /// Takes a row in.
    pub fn put(&mut self, case: &str, row: Staged) -> Result<(), StoreError> {
        let n = match &self.current {
            Some((name, n)) if name == case => *n,
            _ => self.number(case).map_err(|e| failed(&e))?,
        };
        self.waiting.push(Placed { case: n, row });
        match self.waiting.len() < WAITING {
            true => Ok(()),
            false => self.write().map_err(|e| failed(&e)),
        }
    }

    /// Writes what waits as a chunk, in the order of its cases.
    fn write(&mut self) -> rusqlite::Result<()> {
        self.waiting.sort_by_key(|placed| placed.case);
        let (Some(first), Some(last)) = (self.waiting.first(), self.waiting.last()) else { return Ok(()) };
        self.in_order &= first.case >= self.last;
        self.last = last.case;
        let mut bytes = Vec::with_capacity(self.waiting.len() * BYTES);
        for Placed { case, row } in self.waiting.drain(..) {
            bytes.extend(case.to_le_bytes());
            bytes.extend(row.start.to_le_bytes());
            bytes.extend(row.end.to_le_bytes());
            bytes.extend(row.position.to_le_bytes());
            bytes.extend(row.activity.to_le_bytes());
            bytes.extend(row.resource.unwrap_or(NOBODY).to_le_bytes());
        }
        self.conn.prepare_cached("INSERT INTO chunk VALUES (?1)")?.execute(params![bytes])?;
        Ok(())
    }

    fn number(&mut self, case: &str) -> rusqlite::Result<i64> {
        let n = match self.recent.get(case) {
            Some(n) => *n,
            None => self.new_or_old(case)?,
        };
        if self.recent.len() >= RECENT {
            self.recent.clear();
        }
        self.recent.insert(case.to_string(), n);
        self.current = Some((case.to_string(), n));
        Ok(n)
    }

    fn new_or_old(&mut self, case: &str) -> rusqlite::Result<i64> {
        let sql = "INSERT INTO log_case VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";
        if self.conn.prepare_cached(sql)?.execute(params![self.cases + 1, case])? > 0 {
            self.cases += 1;
            return Ok(self.cases);
        }
        self.conn
            .prepare_cached("SELECT n FROM log_case WHERE name = ?1")?
            .query_row([case], |row| row.get(0))
    }

    /// How many cases there are.
    pub fn cases(&self) -> u64 {
        self.cases.unsigned_abs()
    }

    /// Puts the rows of each case together, once, unless they came so.
    pub fn sort(&mut self) -> Result<(), StoreError> {
        self.write().map_err(|e| failed(&e))?;
        if self.in_order {
            return Ok(());
        }
        self.in_order = true;
        self.together().map_err(|e| failed(&e))
    }

    /// Makes a chunk of all rows of each case.
    fn together(&self) -> rusqlite::Result<()> {
        self.conn
            .execute_batch("CREATE TABLE piece (case_n INTEGER NOT NULL, rows BLOB NOT NULL) STRICT;")?;
        let mut chunks = self.conn.prepare("SELECT rows FROM chunk ORDER BY rowid")?;
        let mut chunks = chunks.query([])?;
        let mut put = self.conn.prepare("INSERT INTO piece VALUES (?1, ?2)")?;
        while let Some(chunk) = chunks.next()? {
            let bytes = chunk.get_ref(0)?.as_blob()?;
            let mut rows = bytes;
            while let Some(case) = case_of(rows) {
                let own = rows.chunks_exact(BYTES).take_while(|row| case_of(row) == Some(case)).count();
                let (own, rest) = rows.split_at(own * BYTES);
                put.execute(params![case, own])?;
                rows = rest;
            }
        }
        self.conn.execute_batch(
            "DROP TABLE chunk;
             CREATE TABLE chunk AS SELECT rows FROM piece ORDER BY case_n, rowid;
             DROP TABLE piece;",
        )
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
        let mut chunks = self.conn.prepare_cached("SELECT rows FROM chunk ORDER BY rowid").map_err(fail)?;
        let mut chunks = chunks.query([]).map_err(fail)?;
        let (mut placed, mut case) = (Vec::<Placed>::new(), Vec::new());
        let mut finish = |placed: &mut Vec<Placed>| {
            let Some(name) = names.next().map_err(fail)? else { return Ok(()) };
            let name = name.get_ref(0).map_err(fail)?.as_str().map_err(|e| fail(e.into()))?;
            placed.sort_by_key(|one| (one.row.start, one.row.end, one.row.position));
            case.clear();
            case.extend(placed.drain(..).map(|one| one.row));
            visit(name, &case)
        };
        while let Some(chunk) = chunks.next().map_err(fail)? {
            let bytes = chunk.get_ref(0).map_err(fail)?.as_blob().map_err(|e| fail(e.into()))?;
            for one in bytes.chunks_exact(BYTES).map(row_of) {
                if placed.last().is_some_and(|last| last.case != one.case) {
                    finish(&mut placed)?;
                }
                placed.push(one);
            }
        }
        if placed.is_empty() { Ok(()) } else { finish(&mut placed) }
    }
}

fn case_of(bytes: &[u8]) -> Option<i64> {
    bytes.first_chunk().copied().map(i64::from_le_bytes)
}

fn row_of(bytes: &[u8]) -> Placed {
    let long = |from| i64::from_le_bytes(bytes[from..].first_chunk().copied().unwrap_or_default());
    let short = |from| u32::from_le_bytes(bytes[from..].first_chunk().copied().unwrap_or_default());
    let resource = Some(short(36)).filter(|n| *n != NOBODY);
    let position = long(24).cast_unsigned();
    let row = Staged { start: long(8), end: long(16), activity: short(32), resource, position };
    Placed { case: long(0), row }
}

fn failed(error: &rusqlite::Error) -> StoreError {
    explain(Path::new("a temporary file"), error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_of_a_case_come_together_however_far_apart_they_were() {
        let mut stage = Stage::new().unwrap();
        let rows = WAITING as u64 + 500;
        for n in 0..rows {
            let row = Staged {
                start: -(n as i64),
                end: 0,
                activity: 1,
                resource: (n % 2 == 0).then_some(3),
                position: n,
            };
            stage.put(&format!("case {}", n % 100), row).unwrap();
        }
        stage.sort().unwrap();
        let (mut seen, mut cases) = (0, 0);
        stage
            .each_case::<StoreError>(|name, rows| {
                assert_eq!(name, format!("case {cases}"));
                assert!(rows.windows(2).all(|pair| pair[0].start < pair[1].start));
                assert!(rows.iter().all(|row| row.resource.is_some() == (row.start % 2 == 0)));
                cases += 1;
                seen += rows.len() as u64;
                Ok(())
            })
            .unwrap();
        assert_eq!((seen, cases), (rows, 100));
    }

    proptest! {
        #[test]
        fn cases_come_as_they_first_appeared_and_rows_in_order(
            rows in prop::collection::vec((0..5_u8, 0..4_i64, 0..2_i64), 1..60)
        ) {
            let mut stage = Stage::new().unwrap();
            let mut model = Vec::<(String, Vec<(i64, i64, u32)>)>::new();
            for (n, (case, start, length)) in rows.iter().enumerate() {
                let name = format!("case {case}");
                let row = Staged { start: *start, end: start + length, activity: n as u32, resource: None, position: n as u64 + 1 };
                stage.put(&name, row).unwrap();
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
