//! The journal for whoever continues something: how far a chore has read it, and what of it asks or was done by a
//! rule.

use super::{Store, codec};
use crate::domain::event::{Entry, SubjectId};
use crate::domain::{Handle, Instant};
use crate::store::StoreError;
use rusqlite::{OptionalExtension, params};

impl Store {
    /// How far a chore has read the journal; 0 before it began.
    pub fn cursor(&self, name: &str) -> Result<i64, StoreError> {
        self.conn
            .prepare_cached("SELECT seq FROM cursor WHERE name = ?1")
            .and_then(|mut s| s.query_row([name], |row| row.get(0)).optional())
            .map(|seq| seq.unwrap_or(0))
            .map_err(|e| self.explain(&e))
    }

    /// Notes how far a chore has read the journal; never back.
    pub fn set_cursor(&self, name: &str, seq: i64) -> Result<(), StoreError> {
        super::must_be_the_same_file(&self.path, self.file)?;
        self.conn
            .prepare_cached(
                "INSERT INTO cursor (name, seq) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET seq = max(seq, ?2)",
            )
            .and_then(|mut s| s.execute(params![name, seq]))
            .map(|_| ())
            .map_err(|e| self.explain(&e))
    }

    /// Entries after `after` that ask for a program, oldest first.
    pub fn run_requests_after(&self, after: i64) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT seq, at, actor, subject, subject_id, op, body FROM entry
                   WHERE seq > ?1 AND body LIKE '{\"run_requested\"%' ORDER BY seq LIMIT 100";
        self.read_entries(sql, params![after])
    }

    /// What a rule has done lately, newest first: the subject and when.
    pub fn acted(
        &self,
        process: &Handle,
        rule: &Handle,
        limit: usize,
    ) -> Result<Vec<(SubjectId, Instant)>, StoreError> {
        let fail = |e| self.explain(&e);
        // `!` is the sign after the space that ends the name.
        let (from, to) = (format!("rule {process} {rule} "), format!("rule {process} {rule}!"));
        let mut statement = self
            .conn
            .prepare_cached(
                "SELECT subject, subject_id, at FROM op WHERE actor >= ?1 AND actor < ?2
                 ORDER BY last_seq DESC LIMIT ?3",
            )
            .map_err(fail)?;
        let rows = statement
            .query_map(params![from, to, limit as i64], |row| {
                Ok((codec::subject_from(row.get(0)?, row.get(1)?), Instant(row.get(2)?)))
            })
            .map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }
}
