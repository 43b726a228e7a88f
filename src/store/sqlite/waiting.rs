//! What the memory store has taken and not put into tables yet. Nothing of it has to outlive the program, so
//! tables are brought up to date when somebody asks them something, with each row written once however often
//! it changed. A file never waits: there, taken means durable.

use super::journal::{self, Standing};
use super::{Store, explain, write};
use crate::domain::event::{OpId, SubjectId};
use crate::domain::rollup::Rollup;
use crate::domain::rows::{Changes, Row, RowKey};
use crate::store::{Appended, Batch, Head, StoreError};
use rusqlite::Connection;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Batches in the order they were taken, with where the journal stands after them.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    batches: Vec<Batch>,
    /// `None` while nothing waits.
    head: Option<Head>,
    last: HashMap<SubjectId, i64>,
    ops: HashMap<OpId, SubjectId>,
}

impl Waiting {
    pub fn head(&self) -> Option<Head> {
        self.head
    }

    pub fn last_seq(&self, of: SubjectId) -> Option<i64> {
        self.last.get(&of).copied()
    }

    /// Takes a batch, or says why it does not fit, as a file would.
    fn take(&mut self, conn: &Connection, batch: &Batch) -> rusqlite::Result<Appended> {
        let repeated = match self.ops.get(&batch.op) {
            Some(subject) => Some(*subject),
            None => journal::subject_of(conn, batch.op)?,
        };
        if let Some(subject) = repeated {
            return Ok(Appended::Repeated { subject });
        }
        let mut head = match self.head {
            Some(head) => head,
            None => journal::head(conn)?,
        };
        let last = match self.last_seq(batch.subject) {
            Some(last) => last,
            None => journal::last_seq(conn, batch.subject)?,
        };
        if journal::conflicts(batch, &head, last) {
            return Ok(Appended::Conflict);
        }
        let first = head.seq + 1;
        head.seq += batch.events.len() as i64;
        if batch.numbers.0 != batch.numbers.1 {
            head.numbers = batch.numbers.1;
        }
        self.head = Some(head);
        self.last.insert(batch.subject, head.seq);
        self.ops.insert(batch.op, batch.subject);
        self.batches.push(batch.clone());
        Ok(Appended::Done { first, last: head.seq })
    }
}

impl Store {
    /// Takes a batch to be written later; `None` where it has to be written now: a file, the catalog, and what
    /// a table could still refuse.
    pub(super) fn take(&self, batch: &Batch) -> Result<Option<Appended>, StoreError> {
        let Some(waiting) = &self.waiting else { return Ok(None) };
        let foreign = |row: &Row| matches!(row, Row::Case(case) if case.foreign.is_some());
        if batch.catalog.is_some() || batch.changes.put.iter().any(foreign) {
            return Ok(None);
        }
        let taken = waiting.borrow_mut().take(&self.conn, batch);
        taken.map(Some).map_err(|e| self.explain(&e))
    }

    /// The connection, with every table up to date.
    pub(super) fn conn(&self) -> Result<&Connection, StoreError> {
        let Some(waiting) = &self.waiting else { return Ok(&self.conn) };
        let waiting = waiting.take();
        if !waiting.batches.is_empty() {
            settle(&self.conn, waiting.batches).map_err(|e| explain(&self.path, &e))?;
        }
        Ok(&self.conn)
    }
}

fn settle(conn: &Connection, batches: Vec<Batch>) -> rusqlite::Result<()> {
    let tx = conn.unchecked_transaction()?;
    let mut rows = BTreeMap::<RowKey, Option<Row>>::new();
    let mut standing = Standing::read(&tx)?;
    for mut batch in batches {
        let Changes { put, remove } = Arc::unwrap_or_clone(std::mem::take(&mut batch.changes));
        for key in remove {
            // Counted out and in again is twice: what is measured is no row that is there or not.
            match key {
                RowKey::Measured(row) => standing.count(&row, true),
                key => drop(rows.insert(key, None)),
            }
        }
        for row in put {
            match row {
                Row::Measured(row) => standing.count(&row, false),
                row => drop(rows.insert(row.key(), Some(row))),
            }
        }
        journal::append_after(&tx, &batch, &mut standing)?;
    }
    let mut changes = Changes::default();
    for (key, row) in rows {
        match row {
            Some(row) => changes.put.push(row),
            None => changes.remove.push(key),
        }
    }
    standing.write(&tx)?;
    write::changes(&tx, &changes, false, &mut Rollup::default())?;
    tx.commit()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::command::Numbers;
    use crate::domain::event::{Actor, Event};
    use crate::domain::{CaseId, Instant, RecordId};

    fn batch(store: &Store, op: u128) -> Batch {
        let head = store.head().unwrap();
        let subject = SubjectId::Case(CaseId(1));
        Batch {
            subject,
            expected: store.last_seq(subject).unwrap(),
            catalog_seen: head.catalog_seq,
            numbers: (head.numbers, Numbers { case: 2, ..Numbers::FIRST }),
            at: Instant(5),
            actor: Actor::Tick,
            op: OpId(uuid::Uuid::from_u128(op)),
            action: None,
            events: vec![Event::CaseNoted { text: "x".into(), to: vec![] }],
            changes: Changes { put: Vec::new(), remove: vec![RowKey::Record(RecordId(1))] }.into(),
            catalog: None,
        }
    }

    #[test]
    fn batches_wait_conflict_and_repeat_as_written_ones_do_and_a_question_finds_them_written() {
        let mut store = Store::in_memory().unwrap();
        let stale = batch(&store, 9);
        let (one, subject) = (batch(&store, 1), SubjectId::Case(CaseId(1)));
        assert_eq!(store.append(&one).unwrap(), Appended::Done { first: 1, last: 1 });
        let two = batch(&store, 2);
        assert_eq!(store.append(&two).unwrap(), Appended::Done { first: 2, last: 2 });
        for written in [false, true] {
            assert_eq!(store.append(&one).unwrap(), Appended::Repeated { subject });
            assert_eq!(store.append(&stale).unwrap(), Appended::Conflict);
            assert_eq!((store.head().unwrap().seq, store.last_seq(subject).unwrap()), (2, 2));
            let count = "SELECT count(*) FROM entry";
            let rows = store.conn.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap();
            assert_eq!(rows, if written { 2 } else { 0 });
            assert_eq!(store.entries(subject).unwrap().len(), 2);
        }
        assert_eq!(store.broken_at().unwrap(), None);
        assert_eq!(store.strays().unwrap(), [""; 0]);
    }
}
