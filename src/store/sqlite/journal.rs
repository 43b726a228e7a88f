//! Writing batches and reading entries: one transaction holds a batch's entries, its rows and the new head,
//! or nothing.

use super::codec;
use super::{MIGRATIONS, Store, must_be_the_same_file, version};
use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::{Entry, OpId, SubjectId};
use crate::domain::rollup::{MeasuredRow, Rollup};
use crate::domain::rows::{Changes, DERIVATION};
use crate::domain::{CaseId, Instant};
use crate::store::{Appended, Batch, Head, StoreError};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::path::Path;

/// So many weeks are counted before they are written: a few megabytes.
const MOST_WEEKS: usize = 512;

/// Where the journal stands, with the hash of its last entry.
#[derive(Debug)]
pub(super) struct Standing {
    head: Head,
    hash: [u8; 32],
    /// What the transaction adds to the figures kept by week.
    rollup: Rollup,
    /// No case of a higher number has any entry; looked up where many are to come.
    highest_case: Option<i64>,
}

/// A transaction that takes many batches and lets all of them stand or none.
pub struct Writer<'s> {
    tx: Transaction<'s>,
    path: &'s std::path::Path,
}

impl Store {
    /// Where the journal stands.
    pub fn head(&self) -> Result<Head, StoreError> {
        if let Some(standing) = &self.head {
            return Ok(standing.head);
        }
        let waiting = self.waiting.as_ref().and_then(|waiting| waiting.borrow().head());
        waiting.map_or_else(|| head(&self.conn).map_err(|e| self.explain(&e)), Ok)
    }

    /// The hash of the last entry, which covers all before it.
    pub fn digest(&self) -> Result<[u8; 32], StoreError> {
        if let Some(standing) = &self.head {
            return Ok(standing.hash);
        }
        digest(self.conn()?).map_err(|e| self.explain(&e))
    }

    /// Begins to write. Holds off every other writer until it is committed or dropped.
    pub fn writer(&mut self) -> Result<Writer<'_>, StoreError> {
        self.conn()?;
        let Store { conn, path, file, .. } = self;
        let fail = |e: rusqlite::Error| super::explain(path, &e);
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
        must_be_writable(&tx, path, *file)?;
        Ok(Writer { tx, path })
    }

    /// Begins a transaction that holds every batch appended until [`Store::commit`], and holds off every other
    /// writer as long.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.conn()?.execute_batch("BEGIN IMMEDIATE").map_err(|e| self.explain(&e))?;
        self.spoiled = false;
        self.keep_pages(super::CACHE_WITHIN);
        let ready = must_be_writable(&self.conn, &self.path, self.file)
            .and_then(|()| Standing::for_many(&self.conn).map_err(|e| self.explain(&e)));
        match ready {
            Ok(standing) => {
                self.head = Some(standing);
                Ok(())
            }
            Err(error) => {
                self.roll_back()?;
                Err(error)
            }
        }
    }

    /// Writes where the journal stands, within the transaction under way.
    pub(super) fn settle_head(&mut self) -> Result<(), StoreError> {
        match self.head.take() {
            Some(standing) => standing.write(&self.conn).map_err(|e| self.explain(&e)),
            None => Ok(()),
        }
    }

    /// Makes everything since [`Store::begin`] durable; refuses when a part of it could not be written.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        if self.spoiled {
            let detail = "a part of it could not be written".to_string();
            return Err(StoreError::Other { path: self.path.clone(), detail });
        }
        self.settle_head()?;
        self.conn.execute_batch("COMMIT").map_err(|e| self.explain(&e))?;
        self.keep_pages(super::CACHE);
        Ok(())
    }

    fn keep_pages(&self, kibibytes: &str) {
        // Refused, it costs memory or time and nothing else.
        let _ = self.conn.pragma_update(None, "cache_size", kibibytes);
    }

    /// Forgets everything since [`Store::begin`].
    pub fn roll_back(&mut self) -> Result<(), StoreError> {
        self.head = None;
        self.keep_pages(super::CACHE);
        match self.conn.is_autocommit() {
            // SQLite has rolled back by itself, as it does when the disk is full.
            true => Ok(()),
            false => self.conn.execute_batch("ROLLBACK").map_err(|e| self.explain(&e)),
        }
    }

    /// Brings rows up to date that were left out of their batches, within a transaction.
    pub fn put_rows(&mut self, changes: &Changes) -> Result<(), StoreError> {
        let (mut own, mut within) = (Rollup::default(), self.head.as_mut());
        let rollup = within.as_mut().map_or(&mut own, |standing| &mut standing.rollup);
        let put = super::write::changes(&self.conn, changes, false, rollup);
        let put = put.and_then(|()| super::rollup::settle(&self.conn, &mut own));
        put.map_err(|e| self.explain(&e))
    }

    /// Writes what the transaction under way has counted by week, so that it can be read.
    pub(super) fn settle_rollup(&mut self) -> Result<(), StoreError> {
        let Some(standing) = &mut self.head else { return Ok(()) };
        super::rollup::settle(&self.conn, &mut standing.rollup).map_err(|e| super::explain(&self.path, &e))
    }

    /// Writes one batch: durably, or into the transaction that was begun.
    pub fn append(&mut self, batch: &Batch) -> Result<Appended, StoreError> {
        if let Some(standing) = &mut self.head {
            let appended = append_after(&self.conn, batch, standing);
            // Half a batch may stand there now: nothing of the transaction may become durable.
            self.spoiled |= appended.is_err();
            return appended.map_err(|e| self.explain(&e));
        }
        if let Some(taken) = self.take(batch)? {
            return Ok(taken);
        }
        let writer = self.writer()?;
        let appended = writer.append(batch)?;
        if let Appended::Done { .. } = appended {
            writer.commit()?;
        }
        Ok(appended)
    }

    /// All entries of a subject, oldest first.
    pub fn entries(&self, of: SubjectId) -> Result<Vec<Entry>, StoreError> {
        let (kind, id) = codec::subject(of);
        let sql = "SELECT seq, at, actor, subject, subject_id, op, body FROM entry
                   WHERE subject = ?1 AND subject_id = ?2 ORDER BY seq";
        self.read_entries(sql, params![kind, id])
    }

    /// Up to `limit` entries after `after`, whatever their subject.
    pub fn entries_after(&self, after: i64, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let sql = "SELECT seq, at, actor, subject, subject_id, op, body FROM entry
                   WHERE seq > ?1 ORDER BY seq LIMIT ?2";
        self.read_entries(sql, params![after, limit as i64])
    }

    pub(super) fn read_entries(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<Entry>, StoreError> {
        let fail = |e| self.explain(&e);
        let mut statement = self.conn()?.prepare_cached(sql).map_err(fail)?;
        let rows = statement.query_map(params, entry).map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }

    /// Number of a subject's last entry; 0 when it has none.
    pub fn last_seq(&self, of: SubjectId) -> Result<i64, StoreError> {
        let waiting = self.waiting.as_ref().and_then(|waiting| waiting.borrow().last_seq(of));
        waiting.map_or_else(|| last_seq(&self.conn, of).map_err(|e| self.explain(&e)), Ok)
    }

    /// The catalog as stored.
    pub fn catalog(&self) -> Result<Catalog, StoreError> {
        let text = self
            .conn()?
            .prepare_cached("SELECT state, seq FROM catalog WHERE id = 1")
            .and_then(|mut s| s.query_row([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?))).optional())
            .map_err(|e| self.explain(&e))?;
        let Some((text, seq)) = text else { return Ok(Catalog::default()) };
        let catalog = serde_json::from_str::<Catalog>(&text).map_err(|e| StoreError::Damaged {
            path: self.path.clone(),
            detail: format!("the catalog cannot be read ({e})"),
        })?;
        Ok(Catalog { seq, ..catalog })
    }
}

impl Writer<'_> {
    /// Adds a batch to the transaction. Anything but `Done` has written nothing.
    pub fn append(&self, batch: &Batch) -> Result<Appended, StoreError> {
        try_append(&self.tx, batch).map_err(|e| super::explain(self.path, &e))
    }

    /// Makes everything appended durable. Nothing may be acknowledged before this has returned.
    pub fn commit(self) -> Result<(), StoreError> {
        let path = self.path;
        self.tx.commit().map_err(|e| super::explain(path, &e))
    }
}

/// Refuses a file that was replaced, or that a newer program has changed meanwhile. Asked within the
/// transaction, while nobody else can write: before it, a newer program could still change the tables.
fn must_be_writable(conn: &Connection, path: &Path, file: Option<(u64, u64)>) -> Result<(), StoreError> {
    must_be_the_same_file(path, file)?;
    let found = version(conn).map_err(|e| super::explain(path, &e))?;
    let known = MIGRATIONS.len() as i64;
    if known != found {
        return Err(StoreError::Newer { path: path.to_path_buf(), found, known });
    }
    // Rows of two derivations in one file would be nobody's.
    let (found, known) =
        (super::rebuild::derivation(conn).map_err(|e| super::explain(path, &e))?, DERIVATION);
    match found > known {
        true => Err(StoreError::Newer { path: path.to_path_buf(), found: found.into(), known: known.into() }),
        false => Ok(()),
    }
}

pub(super) fn try_append(tx: &Connection, batch: &Batch) -> rusqlite::Result<Appended> {
    let mut standing = Standing::read(tx)?;
    let appended = append_after(tx, batch, &mut standing)?;
    if let Appended::Done { .. } = appended {
        standing.write(tx)?;
    }
    Ok(appended)
}

impl Standing {
    pub(super) fn read(conn: &Connection) -> rusqlite::Result<Standing> {
        let (head, hash) = (head(conn)?, digest(conn)?);
        Ok(Standing { head, hash, rollup: Rollup::default(), highest_case: None })
    }

    /// The same where many batches are to come.
    fn for_many(conn: &Connection) -> rusqlite::Result<Standing> {
        let (kind, _) = codec::subject(SubjectId::Case(CaseId(0)));
        let sql = "SELECT ifnull(max(subject_id), 0) FROM entry WHERE subject = ?1";
        let highest_case = Some(conn.prepare_cached(sql)?.query_row([kind], |row| row.get(0))?);
        Ok(Standing { highest_case, ..Standing::read(conn)? })
    }

    /// The last entry of a subject. A case that takes the next number above all there are has none.
    fn last_before(&mut self, tx: &Connection, of: SubjectId) -> rusqlite::Result<i64> {
        match (of, &mut self.highest_case) {
            (SubjectId::Case(id), Some(highest)) if id.0 > *highest && id.0 == self.head.numbers.case => {
                *highest = id.0;
                Ok(0)
            }
            (of, _) => last_seq(tx, of),
        }
    }

    /// Counts a case in, or out again.
    pub(super) fn count(&mut self, row: &MeasuredRow, out: bool) {
        self.rollup.count(row, out);
    }

    pub(super) fn write(mut self, conn: &Connection) -> rusqlite::Result<()> {
        super::rollup::settle(conn, &mut self.rollup)?;
        let Head { seq, catalog_seq, numbers: Numbers { case, handoff, task, record } } = self.head;
        conn.prepare_cached(
            "UPDATE head SET seq = ?1, hash = ?2, catalog_seq = ?3, next_case = ?4, next_handoff = ?5,
                 next_task = ?6, next_record = ?7 WHERE id = 1",
        )?
        .execute(params![seq, self.hash, catalog_seq, case, handoff, task, record])?;
        Ok(())
    }
}

/// Appends to where the journal stands, and moves that on; its row is the caller's to write.
pub(super) fn append_after(
    tx: &Connection,
    batch: &Batch,
    standing: &mut Standing,
) -> rusqlite::Result<Appended> {
    let op = batch.op.0.as_bytes();
    let action = batch.action.as_ref().map(|action| action.0.as_bytes());
    let Standing { mut head, mut hash, .. } = *standing;
    let (before, after) = batch.numbers;
    // What was done already has itself moved what it was decided on.
    let repeated = |subject| Appended::Repeated { subject };
    if conflicts(batch, &head, standing.last_before(tx, batch.subject)?) {
        return Ok(subject_of(tx, batch.op)?.map_or(Appended::Conflict, repeated));
    }
    let first = head.seq + 1;
    let actor = codec::actor(&batch.actor);
    let (kind, id) = codec::subject(batch.subject);
    let noted = tx
        .prepare_cached(
            "INSERT INTO op (op, actor, at, subject, subject_id, first_seq, last_seq, action)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (op) DO NOTHING",
        )?
        .execute(params![
            op,
            actor,
            batch.at.0,
            kind,
            id,
            first,
            head.seq + batch.events.len() as i64,
            action
        ])?;
    if noted == 0 {
        return Ok(repeated(subject_of(tx, batch.op)?.unwrap_or(batch.subject)));
    }
    let mut insert = tx.prepare_cached(
        "INSERT INTO entry (seq, at, actor, subject, subject_id, op, body, body_hash, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for event in &batch.events {
        let body = serde_json::to_string(event).map_err(|e| codec::bad(6, e))?;
        let body_hash = codec::body_hash(&body);
        head.seq += 1;
        hash = codec::chain(&hash, head.seq, batch.at, &actor, batch.subject, batch.op, &body_hash);
        insert.execute(params![head.seq, batch.at.0, actor, kind, id, op, body, body_hash, hash])?;
    }
    super::write::changes(tx, &batch.changes, batch.expected == 0, &mut standing.rollup)?;
    if standing.rollup.weeks.len() > MOST_WEEKS {
        super::rollup::settle(tx, &mut standing.rollup)?;
    }
    if let Some(catalog) = &batch.catalog {
        head.catalog_seq = head.seq;
        super::write::catalog(tx, catalog, head.seq)?;
    }
    if before != after {
        head.numbers = after;
    }
    (standing.head, standing.hash) = (head, hash);
    Ok(Appended::Done { first, last: head.seq })
}

/// Whether the subject, the catalog or the numbers moved since the batch was decided.
pub(super) fn conflicts(batch: &Batch, head: &Head, last: i64) -> bool {
    let (before, after) = batch.numbers;
    head.catalog_seq != batch.catalog_seen
        || last != batch.expected
        || (before != after && before != head.numbers)
}

/// The subject of the command with this identity.
pub(super) fn subject_of(conn: &Connection, op: OpId) -> rusqlite::Result<Option<SubjectId>> {
    conn.prepare_cached("SELECT subject, subject_id FROM op WHERE op = ?1")?
        .query_row([op.0.as_bytes()], |row| Ok(codec::subject_from(row.get(0)?, row.get(1)?)))
        .optional()
}

pub(super) fn head(conn: &Connection) -> rusqlite::Result<Head> {
    conn.prepare_cached("SELECT seq, catalog_seq, next_case, next_handoff, next_task, next_record FROM head")?
        .query_row([], |row| {
            Ok(Head {
                seq: row.get(0)?,
                catalog_seq: row.get(1)?,
                numbers: Numbers {
                    case: row.get(2)?,
                    handoff: row.get(3)?,
                    task: row.get(4)?,
                    record: row.get(5)?,
                },
            })
        })
}

fn digest(conn: &Connection) -> rusqlite::Result<[u8; 32]> {
    conn.prepare_cached("SELECT hash FROM head")?.query_row([], |row| row.get(0))
}

pub(super) fn last_seq(conn: &Connection, of: SubjectId) -> rusqlite::Result<i64> {
    let (kind, id) = codec::subject(of);
    conn.prepare_cached("SELECT max(seq) FROM entry WHERE subject = ?1 AND subject_id = ?2")?
        .query_row([kind, id], |row| row.get::<_, Option<i64>>(0))
        .map(|seq| seq.unwrap_or(0))
}

pub(super) fn entry(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        at: Instant(row.get(1)?),
        actor: codec::actor_from(row.get_ref(2)?.as_str()?).ok_or_else(|| codec::bad(2, "no such actor"))?,
        subject: codec::subject_from(row.get(3)?, row.get(4)?),
        op: OpId(uuid::Uuid::from_bytes(row.get(5)?)),
        event: codec::event(row, 6)?,
    })
}
