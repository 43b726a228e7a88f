//! What figures are counted from, row by row and without making anything of it: half a million of them are read
//! for one report, so nothing is allocated for a row.

use super::Store;
use super::codec;
use super::read::{HANDOFF, TASK, handoff, task};
use crate::domain::event::SubjectId;
use crate::domain::imported::{Told, ToldCase};
use crate::domain::rows::{HandoffRow, TaskRow};
use crate::domain::{CaseId, Handle, Instant};
use crate::store::StoreError;
use rusqlite::{Row, params};
use std::ops::Range;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// A finished case.
#[derive(Debug, Clone, PartialEq)]
pub struct FinishedCase {
    pub id: CaseId,
    pub version: u32,
    pub migrated: bool,
    pub started: Instant,
    pub ended: Instant,
    pub due: Option<Instant>,
    /// What the log it came from calls it.
    pub foreign: Option<Arc<str>>,
    /// Kind of the record it is about.
    pub kind: Option<Handle>,
}

/// Work that is over, in UTC milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndedTask<'a> {
    pub case: CaseId,
    pub step: &'a str,
    /// `None` where a log named nobody.
    pub holder: Option<&'a str>,
    pub start: i64,
    pub end: i64,
    pub waited: i64,
    /// Done, sent back, or, where it is neither, closed.
    pub done: bool,
    pub returned: bool,
    /// Done for one of a list.
    pub for_item: bool,
}

/// Cases on their way to the thread that reads what was told of them: so many together, because handing on costs more
/// than one of them.
#[derive(Default)]
struct Batch {
    cases: Vec<(FinishedCase, Option<Range<usize>>)>,
    /// What was told of them, one after the other.
    text: String,
}

impl Batch {
    const CASES: usize = 500;

    fn keep(&mut self, told: &str) -> Range<usize> {
        let from = self.text.len();
        self.text.push_str(told);
        from..self.text.len()
    }

    fn tell(
        self,
        each: &mut (dyn FnMut(FinishedCase, Option<&ToldCase<'_>>) + Send),
    ) -> Result<(), serde_json::Error> {
        for (case, told) in self.cases {
            let told =
                told.and_then(|at| self.text.get(at)).map(serde_json::from_str::<Told<'_>>).transpose()?;
            let told = told.map(|told| told.case_imported).filter(|told| !told.is_whole());
            each(case, told.as_ref());
        }
        Ok(())
    }
}

impl Store {
    /// The cases of a process that were done at or after `from` and before `to`, in order of their numbers, each with
    /// what the log it came from told of it. What was told is read by another thread while this one reads on: of a large
    /// log each is half of the time.
    pub fn each_finished_case(
        &self,
        process: &Handle,
        from: Option<Instant>,
        to: Option<Instant>,
        each: &mut (dyn FnMut(FinishedCase, Option<&ToldCase<'_>>) + Send),
    ) -> Result<(), StoreError> {
        let (kind, _) = codec::subject(SubjectId::Case(CaseId(0)));
        // All of them: one walk along the table is faster than looking each case up and sorting what was found.
        let walk = if (from, to) == (None, None) { "+" } else { "" };
        let sql = format!(
            "SELECT c.id, c.version, c.migrated, c.started, c.ended, c.due, c.foreign_id, r.kind,
                CASE WHEN c.foreign_id IS NOT NULL THEN
                    (SELECT body FROM entry WHERE subject = {kind} AND subject_id = c.id ORDER BY seq LIMIT 1) END
             FROM work_case c LEFT JOIN record r ON r.id = c.about
             WHERE {walk}c.process = ?1 AND c.state = 'done' AND {walk}c.ended >= ?2 AND {walk}c.ended < ?3
             ORDER BY c.id"
        );
        let finished = |row: &Row<'_>| -> rusqlite::Result<_> {
            Ok(FinishedCase {
                id: CaseId(row.get(0)?),
                version: row.get(1)?,
                migrated: row.get(2)?,
                started: Instant(row.get(3)?),
                ended: Instant(row.get(4)?),
                due: codec::instant_or_none(row, 5)?,
                foreign: row.get(6)?,
                kind: codec::handle_or_none(row, 7)?,
            })
        };
        let bad = |e: serde_json::Error| self.explain(&codec::bad(8, e));
        std::thread::scope(|scope| {
            let (send, batches) = sync_channel::<Batch>(4);
            let reader = scope.spawn(move || batches.into_iter().try_for_each(|batch| batch.tell(each)));
            let mut batch = Batch::default();
            let read = self.each(&sql, process, from, to, |row| {
                let told = row.get_ref(8)?.as_str_or_null()?.map(|told| batch.keep(told));
                batch.cases.push((finished(row)?, told));
                // Nobody takes it any more where something could not be read, and that is said below.
                if batch.cases.len() == Batch::CASES && send.send(std::mem::take(&mut batch)).is_err() {
                    return Err(rusqlite::Error::InvalidQuery);
                }
                Ok(())
            });
            let _ = send.send(batch);
            drop(send);
            reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(bad)?;
            read
        })
    }

    /// The work at steps of those cases that is over, in the order it was given numbers: that of the case.
    pub fn each_ended_task(
        &self,
        process: &Handle,
        from: Option<Instant>,
        to: Option<Instant>,
        each: &mut dyn FnMut(EndedTask<'_>),
    ) -> Result<(), StoreError> {
        let columns =
            "SELECT case_id, step, holder, accepted, ended, waited, done, returned, item IS NOT NULL
                       FROM task";
        let over = "ended IS NOT NULL AND free IS NULL";
        let sql = match (from, to) {
            // All of them: one walk along the table is faster than looking each case up.
            (None, None) => format!("{columns} WHERE process = ?1 AND {over} AND ?2 <= ?3 ORDER BY id"),
            _ => format!(
                "{columns} WHERE case_id IN (SELECT id FROM work_case WHERE process = ?1 AND ended >= ?2
                 AND ended < ?3) AND {over} ORDER BY id"
            ),
        };
        let read = |row: &Row<'_>| {
            each(EndedTask {
                case: CaseId(row.get_ref(0)?.as_i64()?),
                step: row.get_ref(1)?.as_str()?,
                holder: row.get_ref(2)?.as_str_or_null()?,
                start: row.get_ref(3)?.as_i64()?,
                end: row.get_ref(4)?.as_i64()?,
                waited: row.get_ref(5)?.as_i64()?,
                done: row.get_ref(6)?.as_i64()? != 0,
                returned: row.get_ref(7)?.as_i64()? != 0,
                for_item: row.get_ref(8)?.as_i64()? != 0,
            });
            Ok(())
        };
        self.each(&sql, process, from, to, read)
    }

    /// The handoffs of those cases, in the order they were made.
    pub fn ended_handoffs(
        &self,
        process: &Handle,
        (from, to): (Option<Instant>, Option<Instant>),
    ) -> Result<Vec<HandoffRow>, StoreError> {
        let of = match (from, to) {
            (None, None) => "process = ?1 AND ?2 <= ?3",
            _ => "case_id IN (SELECT id FROM work_case WHERE process = ?1 AND ended >= ?2 AND ended < ?3)",
        };
        let sql = format!("SELECT {HANDOFF} FROM handoff WHERE {of} AND ended IS NOT NULL ORDER BY id");
        let mut handoffs = Vec::new();
        self.each(&sql, process, from, to, |row| {
            handoffs.push(handoff(row)?);
            Ok(())
        })?;
        Ok(handoffs)
    }

    /// Work and handoffs of the open cases of a process.
    pub fn open_work(&self, process: &Handle) -> Result<(Vec<TaskRow>, Vec<HandoffRow>), StoreError> {
        // That they have not ended follows, and finds them without looking at all that have.
        let within = "case_id IN (SELECT id FROM work_case
                                  WHERE process = ?1 AND state = 'open' AND ended IS NULL)
                      AND ?2 <= ?3 ORDER BY id";
        let (mut tasks, mut handoffs) = (Vec::new(), Vec::new());
        let sql = format!("SELECT {TASK} FROM task WHERE {within}");
        self.each(&sql, process, None, None, |row| {
            tasks.push(task(row)?);
            Ok(())
        })?;
        let sql = format!("SELECT {HANDOFF} FROM handoff WHERE {within}");
        self.each(&sql, process, None, None, |row| {
            handoffs.push(handoff(row)?);
            Ok(())
        })?;
        Ok((tasks, handoffs))
    }

    fn each(
        &self,
        sql: &str,
        process: &Handle,
        from: Option<Instant>,
        to: Option<Instant>,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let fail = |e| self.explain(&e);
        let mut statement = self.conn()?.prepare_cached(sql).map_err(fail)?;
        let edges = (from.map_or(i64::MIN, |at| at.0), to.map_or(i64::MAX, |at| at.0));
        let mut rows = statement.query(params![process.as_str(), edges.0, edges.1]).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            read(row).map_err(fail)?;
        }
        Ok(())
    }
}
