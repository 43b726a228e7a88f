//! Looking a file over: SQLite's own check, the hash chain, what stands in it, and consistent copies.

use super::codec;
use super::{Store, explain};
use crate::domain::event::SubjectId;
use crate::domain::{CaseId, Instant, RecordId};
use crate::store::StoreError;
use std::path::Path;

/// What a file holds, for `db info`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    pub entries: i64,
    pub cases: i64,
    pub records: i64,
    pub open_clocks: i64,
    pub bytes: i64,
    pub sqlite: String,
}

impl Store {
    /// Whether tables look at what each row holds. `IN` of three values makes a table of them for every row, which is
    /// a tenth of a large import; what that writes comes from the same code as every row, and `doctor` looks at it.
    pub fn check_rows(&self, on: bool) {
        // Refused, it costs time and nothing else.
        let _ = self.conn.pragma_update(None, "ignore_check_constraints", if on { "OFF" } else { "ON" });
    }

    /// Counts and sizes.
    pub fn info(&self) -> Result<Info, StoreError> {
        let conn = self.conn()?;
        let number = |sql: &str| {
            conn.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(|e| explain(self.path(), &e))
        };
        Ok(Info {
            entries: number("SELECT count(*) FROM entry")?,
            cases: number("SELECT count(*) FROM work_case")?,
            records: number("SELECT count(*) FROM record")?,
            open_clocks: number("SELECT count(*) FROM clock")?,
            bytes: number("PRAGMA page_count")? * number("PRAGMA page_size")?,
            sqlite: rusqlite::version().to_string(),
        })
    }

    /// What SQLite's own check finds; empty when it finds nothing.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let fail = |e| explain(self.path(), &e);
        let mut statement = self.conn()?.prepare("PRAGMA integrity_check(20)").map_err(fail)?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).map_err(fail)?;
        let found = rows.collect::<Result<Vec<_>, _>>().map_err(fail)?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    /// Walks the chain from the first entry. The number of the first entry that does not fit, and why; `None`
    /// when the whole past is as it was written. Shows a changed, removed or reordered past; it cannot show a
    /// cut-off end: compare the head with one kept elsewhere.
    pub fn broken_at(&self) -> Result<Option<(i64, &'static str)>, StoreError> {
        let fail = |e| explain(self.path(), &e);
        let mut statement = self
            .conn()?
            .prepare(
                "SELECT seq, at, actor, subject, subject_id, op, body, body_hash, hash FROM entry ORDER BY seq",
            )
            .map_err(fail)?;
        let mut rows = statement.query([]).map_err(fail)?;
        let (mut expected, mut before) = (1i64, [0u8; 32]);
        while let Some(row) = rows.next().map_err(fail)? {
            let seq = row.get::<_, i64>(0).map_err(fail)?;
            if seq != expected {
                return Ok(Some((expected, "it is missing")));
            }
            let at = Instant(row.get(1).map_err(fail)?);
            let actor = row.get::<_, String>(2).map_err(fail)?;
            let subject = codec::subject_from(row.get(3).map_err(fail)?, row.get(4).map_err(fail)?);
            let op = crate::domain::event::OpId(uuid::Uuid::from_bytes(row.get(5).map_err(fail)?));
            let body = row.get::<_, String>(6).map_err(fail)?;
            let body_hash = row.get::<_, [u8; 32]>(7).map_err(fail)?;
            if codec::body_hash(&body) != body_hash {
                return Ok(Some((seq, "its content was changed")));
            }
            let hash = row.get::<_, [u8; 32]>(8).map_err(fail)?;
            if codec::chain(&before, seq, at, &actor, subject, op, &body_hash) != hash {
                return Ok(Some((seq, "it does not follow from the one before")));
            }
            (expected, before) = (seq + 1, hash);
        }
        let head = self.head()?;
        match (head.seq + 1, self.digest()?) == (expected, before) {
            true => Ok(None),
            false => Ok(Some((expected, "the head does not match the last entry"))),
        }
    }

    /// What beside the chain and the rows does not agree with the entries: the list of commands, by which a
    /// retry is known, and where the catalog ends.
    pub fn strays(&self) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT 'the command of entry ' || seq || ' is not among the commands' FROM entry e
                   WHERE NOT EXISTS (SELECT 1 FROM op o WHERE o.op = e.op AND o.actor = e.actor AND o.at = e.at
                       AND o.subject = e.subject AND o.subject_id = e.subject_id
                       AND e.seq BETWEEN o.first_seq AND o.last_seq)
                   UNION ALL SELECT 'a command names entries that are not its own: ' || first_seq FROM op o
                   WHERE o.last_seq - o.first_seq + 1 <> (SELECT count(*) FROM entry e
                       WHERE e.seq BETWEEN o.first_seq AND o.last_seq AND e.op = o.op)
                   UNION ALL SELECT 'the head names another last entry of the catalog' FROM head
                   WHERE catalog_seq <> (SELECT coalesce(max(seq), 0) FROM entry WHERE subject = 0)";
        let fail = |e| explain(self.path(), &e);
        let mut statement = self.conn()?.prepare(sql).map_err(fail)?;
        let rows = statement.query_map([], |row| row.get(0)).map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }

    /// Tables and indexes that are not defined as this program defines them.
    pub fn odd_tables(&self) -> Result<Vec<String>, StoreError> {
        let (ours, found) = (Store::in_memory()?.definitions()?, self.definitions()?);
        let odd = found.symmetric_difference(&ours).map(|(name, _)| name.clone());
        let odd = odd.collect::<std::collections::BTreeSet<_>>();
        Ok(odd.into_iter().map(|name| format!("`{name}` is not defined as it should be")).collect())
    }

    /// The name of each table and index, with everything the file says of it. `ANALYZE` adds tables of its own.
    fn definitions(&self) -> Result<std::collections::BTreeSet<(String, String)>, StoreError> {
        let fail = |e| explain(self.path(), &e);
        let sql = "SELECT CAST(name AS TEXT), concat_ws(' ', typeof(name), typeof(type), typeof(tbl_name), typeof(sql),
                       type, tbl_name, sql) FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'";
        let mut statement = self.conn()?.prepare(sql).map_err(fail)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }

    /// Every subject that has entries or rows.
    pub fn subjects(&self) -> Result<Vec<SubjectId>, StoreError> {
        let fail = |e| explain(self.path(), &e);
        let sql = "SELECT subject, subject_id FROM entry WHERE subject > 0
                   UNION SELECT 1, id FROM record UNION SELECT 2, id FROM work_case
                   UNION SELECT 2, case_id FROM place UNION SELECT 2, case_id FROM task
                   UNION SELECT 2, case_id FROM handoff UNION SELECT 2, case_id FROM clock
                   UNION SELECT 2, case_id FROM notice UNION SELECT 2, case_id FROM exception
                   UNION SELECT 2, case_id FROM snooze UNION SELECT 2, case_id FROM message
                   UNION SELECT 1, record_id FROM record_message";
        let mut statement = self.conn()?.prepare_cached(sql).map_err(fail)?;
        let rows = statement
            .query_map([], |row| {
                let id = row.get::<_, i64>(1)?;
                Ok(match row.get::<_, i64>(0)? {
                    1 => SubjectId::Record(RecordId(id)),
                    _ => SubjectId::Case(CaseId(id)),
                })
            })
            .map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }

    /// A consistent copy while others write, opened and checked afterwards. Refuses to overwrite.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if to.try_exists().unwrap_or(true) {
            return Err(StoreError::Other {
                path: to.to_path_buf(),
                detail: "there is something of that name already".to_string(),
            });
        }
        let text = to.to_str().ok_or_else(|| StoreError::Other {
            path: to.to_path_buf(),
            detail: "the name is not valid UTF-8".to_string(),
        })?;
        self.conn()?.execute("VACUUM INTO ?1", [text]).map_err(|e| explain(to, &e))?;
        let copy = Store::open_existing(to)?;
        match copy.integrity()?.into_iter().next() {
            Some(detail) => Err(StoreError::Damaged { path: to.to_path_buf(), detail }),
            None if copy.broken_at()?.is_some() => Err(StoreError::Damaged {
                path: to.to_path_buf(),
                detail: "the journal of the copy does not hold together".to_string(),
            }),
            None => Ok(()),
        }
    }

    /// Changes one row behind the journal's back, for the tests of `doctor`.
    #[cfg(test)]
    pub fn tamper(&self, sql: &str) -> rusqlite::Result<usize> {
        self.conn().map_err(|_| rusqlite::Error::InvalidQuery)?.execute(sql, [])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_did_not_look_looks_again() {
        let store = Store::in_memory().unwrap();
        let wrong = "INSERT INTO entry VALUES (?1, 0, '', 7, 1, x'00', '', x'00', x'00')";
        let put = |n: i64| store.conn().unwrap().prepare_cached(wrong).unwrap().execute([n]);
        assert!(put(1).is_err());
        store.check_rows(false);
        assert!(put(2).is_ok());
        store.check_rows(true);
        assert!(put(3).is_err(), "a statement that was ready looks too");
    }
}
