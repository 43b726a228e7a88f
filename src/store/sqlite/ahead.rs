//! What lies ahead of open cases and what lies behind finished ones, for forecasts and comparisons. Selects; what
//! is likely is the domain's.

use super::Store;
use super::codec;
use super::read::{CASE, HANDOFF, TASK, case, handoff, task};
use crate::domain::cohort::Seen;
use crate::domain::rows::{CaseRow, HandoffRow, TaskRow};
use crate::domain::{CaseId, Handle, Instant, Party};
use crate::store::StoreError;
use rusqlite::{Row, params};

/// One branch of an open case.
#[derive(Debug, Clone, PartialEq)]
pub struct AheadRow {
    pub case: CaseId,
    pub process: Handle,
    pub accountable: Party,
    pub started: Instant,
    pub due: Option<Instant>,
    pub step: Handle,
    /// When it was first offered there, or came there without an offer.
    pub since: Instant,
}

/// Finished cases with what was done in them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Finished {
    pub cases: Vec<CaseRow>,
    pub tasks: Vec<TaskRow>,
    pub handoffs: Vec<HandoffRow>,
}

/// So many of the newest finished cases that were done here tell how it usually goes.
const NEWEST: usize = 300;

/// A branch came to its step when it was first offered there since work last left the step: offering what lies there to
/// somebody else makes it no younger.
const AHEAD: &str = "SELECT c.id, c.process, c.accountable, c.started, c.due, p.step,
        ifnull((SELECT min(h.offered) FROM handoff h WHERE h.case_id = p.case_id AND h.step = p.step
            AND h.offered >= ifnull((SELECT max(t.ended) FROM task t
                WHERE t.case_id = p.case_id AND t.step = p.step), h.offered)), p.since)
    FROM work_case c JOIN place p ON p.case_id = c.id WHERE c.state = 'open' AND p.free IS NULL";

impl Store {
    /// The branches of open cases that are due at or after `from`, soonest first; at most `limit`.
    pub fn ahead(&self, from: Instant, limit: usize) -> Result<Vec<AheadRow>, StoreError> {
        let sql = format!("{AHEAD} AND c.due IS NOT NULL AND c.due >= ?1 ORDER BY c.due LIMIT ?2");
        self.list(&sql, params![from.0, limit as i64], ahead)
    }

    /// The same of one case, whenever it is due.
    pub fn ahead_of(&self, case: CaseId) -> Result<Vec<AheadRow>, StoreError> {
        self.list(&format!("{AHEAD} AND c.id = ?1"), params![case.0], ahead)
    }

    /// The same of every open case of a process.
    pub fn ahead_in(&self, process: &Handle) -> Result<Vec<AheadRow>, StoreError> {
        self.list(&format!("{AHEAD} AND c.process = ?1 ORDER BY c.id"), params![process.as_str()], ahead)
    }

    /// The cases of one version that were done up to an instant and those that are open, those that changed their version left out, and those of a
    /// log that began before `since`. What logs told of returns there is none: they show no offers. `meant` are the steps that
    /// come again on purpose.
    pub fn samples(
        &self,
        process: &Handle,
        version: u32,
        since: Instant,
        until: Instant,
        meant: &[Handle],
    ) -> Result<Vec<Seen>, StoreError> {
        let sql = "SELECT c.started, c.ended, c.due,
                       (SELECT count(*) FROM task WHERE case_id = c.id AND returned = 1 AND free IS NULL)
                       + (SELECT count(*) FROM handoff WHERE case_id = c.id AND state = 'declined'
                           AND implicit = 0 AND free IS NULL),
                       CASE WHEN c.foreign_id IS NULL THEN NOT EXISTS (
                           SELECT 1 FROM task WHERE case_id = c.id AND (done = 1 OR returned = 1) AND free IS NULL
                               AND step NOT IN (SELECT value FROM json_each(?5))
                           GROUP BY step, item HAVING count(*) > 1) END
                   FROM work_case c WHERE c.process = ?1 AND c.version = ?2 AND (c.ended <= ?3 OR c.ended IS NULL)
                       AND c.state IN ('done', 'open') AND c.migrated = 0
                       AND (c.foreign_id IS NULL OR c.started >= ?4)";
        let meant = serde_json::json!(meant.iter().map(Handle::as_str).collect::<Vec<_>>()).to_string();
        self.list(sql, params![process.as_str(), version, until.0, since.0, meant], |row| {
            Ok(Seen {
                started: codec::instant(row, 0)?,
                ended: codec::instant_or_none(row, 1)?,
                due: codec::instant_or_none(row, 2)?,
                returns: row.get(3)?,
                right: row.get(4)?,
            })
        })
    }

    /// Whether [`Store::samples`] has any of a version.
    pub fn has_samples(&self, process: &Handle, version: u32, since: Instant) -> Result<bool, StoreError> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM work_case WHERE process = ?1 AND version = ?2 AND state = 'done'
                            AND ended IS NOT NULL AND migrated = 0 AND (foreign_id IS NULL OR started >= ?3))";
        let mut statement = self.conn()?.prepare_cached(sql).map_err(|e| self.explain(&e))?;
        statement
            .query_row(params![process.as_str(), version, since.0], |row| row.get(0))
            .map_err(|e| self.explain(&e))
    }

    /// How many finished cases of a version [`Store::samples`] leaves out because a log told of them, and they began before.
    pub fn samples_of_before(
        &self,
        process: &Handle,
        version: u32,
        since: Instant,
    ) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM work_case WHERE process = ?1 AND version = ?2 AND state = 'done'
                       AND migrated = 0 AND foreign_id IS NOT NULL AND started < ?3";
        let found =
            self.list(sql, params![process.as_str(), version, since.0], |row| row.get::<_, i64>(0))?;
        Ok(found.first().map_or(0, |n| usize::try_from(*n).unwrap_or(0)))
    }

    /// When the accepted offers of those cases were made and accepted. Those to oneself are none; logs show none.
    pub fn accepted_offers(
        &self,
        process: &Handle,
        version: u32,
        until: Instant,
    ) -> Result<Vec<(Instant, Instant)>, StoreError> {
        let sql = "SELECT h.offered, h.ended FROM work_case c JOIN handoff h ON h.case_id = c.id
                   WHERE c.process = ?1 AND c.version = ?2 AND c.ended <= ?3 AND c.state = 'done' AND c.migrated = 0
                       AND c.foreign_id IS NULL AND h.state = 'accepted' AND h.implicit = 0 AND h.free IS NULL
                       AND h.ended IS NOT NULL";
        self.list(sql, params![process.as_str(), version, until.0], |row| {
            Ok((codec::instant(row, 0)?, codec::instant(row, 1)?))
        })
    }

    /// How many cases of a version are open now, and how many finished ones of it, the one before or a later one had
    /// changed theirs and are in no comparison.
    pub fn beside_samples(&self, process: &Handle, version: u32) -> Result<(usize, usize), StoreError> {
        let sql =
            "SELECT (SELECT count(*) FROM work_case WHERE process = ?1 AND version = ?2 AND ended IS NULL
                       AND state = 'open'),
                   (SELECT count(*) FROM work_case WHERE process = ?1 AND version + 1 >= ?2 AND migrated = 1
                       AND state = 'done')";
        self.conn()?
            .prepare_cached(sql)
            .and_then(|mut s| {
                s.query_row(params![process.as_str(), version], |row| {
                    Ok((row.get::<_, i64>(0)? as usize, row.get::<_, i64>(1)? as usize))
                })
            })
            .map_err(|e| self.explain(&e))
    }

    /// Finished cases after one, in order of their numbers, at most so many, with what was done in them here.
    pub fn finished_after(&self, after: CaseId, limit: usize) -> Result<Finished, StoreError> {
        let sql =
            format!("SELECT {CASE} FROM work_case c WHERE id > ?1 AND state = 'done' ORDER BY id LIMIT ?2");
        let cases = self.list(&sql, params![after.0, limit as i64], |row| case(row, 0))?;
        let (Some(first), Some(last)) = (cases.first(), cases.last()) else { return Ok(Finished::default()) };
        let within = params![first.id.0, last.id.0];
        let tasks = format!("SELECT {TASK} FROM task WHERE case_id BETWEEN ?1 AND ?2 ORDER BY id");
        let handoffs = format!("SELECT {HANDOFF} FROM handoff WHERE case_id BETWEEN ?1 AND ?2 ORDER BY id");
        let (tasks, handoffs) = (self.list(&tasks, within, task)?, self.list(&handoffs, within, handoff)?);
        Ok(Finished { cases, tasks, handoffs })
    }

    /// The newest finished cases of a process with what was done in them here: what a log told has no rows.
    pub fn newest_finished(&self, process: &Handle) -> Result<Finished, StoreError> {
        let newest = "SELECT id FROM work_case WHERE process = ?1 AND ended IS NOT NULL
                      ORDER BY ended DESC LIMIT ?2";
        let sql =
            format!("SELECT {CASE} FROM work_case c WHERE id IN ({newest}) AND state = 'done' ORDER BY id");
        let values = params![process.as_str(), NEWEST as i64];
        let cases = self.list(&sql, values, |row| case(row, 0))?;
        let tasks = format!("SELECT {TASK} FROM task WHERE case_id IN ({newest}) ORDER BY id");
        let handoffs = format!("SELECT {HANDOFF} FROM handoff WHERE case_id IN ({newest}) ORDER BY id");
        let (tasks, handoffs) = (self.list(&tasks, values, task)?, self.list(&handoffs, values, handoff)?);
        Ok(Finished { cases, tasks, handoffs })
    }
}

fn ahead(row: &Row<'_>) -> rusqlite::Result<AheadRow> {
    Ok(AheadRow {
        case: CaseId(row.get(0)?),
        process: codec::handle(row, 1)?,
        accountable: codec::party(row, 2)?,
        started: codec::instant(row, 3)?,
        due: codec::instant_or_none(row, 4)?,
        step: codec::handle(row, 5)?,
        since: codec::instant(row, 6)?,
    })
}
