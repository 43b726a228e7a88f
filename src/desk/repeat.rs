//! What a command did that was carried out before: a retry must not be decided anew, since the domain would
//! refuse to accept again what the first try accepted.

use super::{Desk, Done, Error};
use crate::domain::event::OpId;

impl Desk {
    /// What the command with this identity did; `None` when it was never carried out.
    pub fn carried_out(&self, op: OpId) -> Result<Option<Done>, Error> {
        let Some(row) = self.store.op(op)? else { return Ok(None) };
        let subject = row.subject;
        let entries = self.store.entries(subject)?.into_iter();
        let events = entries.filter(|entry| entry.op == op).map(|entry| entry.event).collect();
        Ok(Some(Done { subject, events, repeated: true, warnings: Vec::new() }))
    }
}
