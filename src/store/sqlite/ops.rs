//! Looking a command up by its identity, for whoever retries one.

use super::{Store, journal};
use crate::domain::event::{OpId, SubjectId};
use crate::store::StoreError;

impl Store {
    /// The subject of the command with this identity; `None` when it was never carried out.
    pub fn subject_of_op(&self, op: OpId) -> Result<Option<SubjectId>, StoreError> {
        journal::subject_of(self.conn()?, op).map_err(|e| self.explain(&e))
    }
}
