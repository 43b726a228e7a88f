//! Looking a command up by its identity, for whoever retries one.

use super::{Store, codec};
use crate::domain::event::{OpId, SubjectId};
use crate::store::StoreError;
use rusqlite::OptionalExtension;

impl Store {
    /// The subject of the command with this identity; `None` when it was never carried out.
    pub fn subject_of_op(&self, op: OpId) -> Result<Option<SubjectId>, StoreError> {
        self.conn
            .prepare_cached("SELECT subject, subject_id FROM op WHERE op = ?1")
            .and_then(|mut s| {
                s.query_row([op.0.as_bytes()], |row| Ok(codec::subject_from(row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .map_err(|e| self.explain(&e))
    }
}
