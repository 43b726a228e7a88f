//! Looking commands up: by their identity, for whoever retries one, and by who gave them and what they were
//! given with, for whoever takes them back.

use super::{Store, codec};
use crate::domain::event::{Actor, OpId};
use crate::domain::{Handle, Instant};
use crate::store::{OpRow, StoreError};
use rusqlite::{Params, Row, params};

const OP: &str = "op, coalesce(action, op), subject, subject_id, at, first_seq, last_seq";

impl Store {
    /// The command with this identity; `None` when it was never carried out.
    pub fn op(&self, op: OpId) -> Result<Option<OpRow>, StoreError> {
        let sql = format!("SELECT {OP} FROM op WHERE op = ?1");
        Ok(self.ops(&sql, [op.0.as_bytes()])?.pop())
    }

    /// The commands of an action, oldest first; empty when none of it was carried out.
    pub fn ops_of_action(&self, action: OpId) -> Result<Vec<OpRow>, StoreError> {
        // Two lookups: one with OR would read the whole table.
        let sql = format!(
            "SELECT {OP} FROM op WHERE op = ?1 AND action IS NULL
             UNION ALL SELECT {OP} FROM op WHERE action = ?1 ORDER BY first_seq"
        );
        self.ops(&sql, [action.0.as_bytes()])
    }

    /// A person's commands, those on behalf of another among them, whose last entry is before `before`, newest first, up to `limit`.
    pub fn ops_of(&self, person: &Handle, before: i64, limit: usize) -> Result<Vec<OpRow>, StoreError> {
        // What somebody did on behalf of another is theirs too: `@zoe @bo` stands right behind `@zoe`.
        let sql = format!(
            "SELECT * FROM (SELECT {OP} FROM op WHERE actor = ?1 AND last_seq < ?2
                 ORDER BY last_seq DESC LIMIT ?3)
             UNION ALL SELECT {OP} FROM op
                 WHERE actor > ?1 || ' @' AND actor < ?1 || ' A' AND last_seq < ?2
             ORDER BY last_seq DESC LIMIT ?3"
        );
        self.ops(&sql, params![codec::actor(&Actor::Person(person.clone())), before, limit as i64])
    }

    fn ops(&self, sql: &str, params: impl Params) -> Result<Vec<OpRow>, StoreError> {
        let fail = |e| self.explain(&e);
        let mut statement = self.conn()?.prepare_cached(sql).map_err(fail)?;
        let rows = statement.query_map(params, row).map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }
}

fn row(row: &Row<'_>) -> rusqlite::Result<OpRow> {
    let id = |column| row.get(column).map(|bytes| OpId(uuid::Uuid::from_bytes(bytes)));
    Ok(OpRow {
        op: id(0)?,
        action: id(1)?,
        subject: codec::subject_from(row.get(2)?, row.get(3)?),
        at: Instant(row.get(4)?),
        first: row.get(5)?,
        last: row.get(6)?,
    })
}
