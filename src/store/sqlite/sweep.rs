//! What belongs to one person's list: what they put out of it, and when they last looked. Decides nothing.

use super::read::{HANDOFF, TASK, handoff, task};
use super::{Store, codec, must_be_the_same_file};
use crate::domain::rows::{HandoffRow, SnoozeRow, TaskRow};
use crate::domain::{CaseId, Handle, Instant, Party};
use crate::store::StoreError;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

pub(super) fn put(conn: &Connection, r: &SnoozeRow) -> rusqlite::Result<usize> {
    conn.prepare_cached(
        "INSERT OR REPLACE INTO snooze (case_id, branch, person, until) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![r.case.0, r.branch, r.person.as_str(), r.until.0])
}

fn snooze(row: &Row<'_>) -> rusqlite::Result<SnoozeRow> {
    Ok(SnoozeRow {
        case: CaseId(row.get(0)?),
        branch: row.get(1)?,
        person: codec::handle(row, 2)?,
        until: codec::instant(row, 3)?,
    })
}

impl Store {
    /// What a person put out of their list and has not back yet at `now`.
    pub fn snoozes_of(&self, person: &Handle, now: Instant) -> Result<Vec<SnoozeRow>, StoreError> {
        let sql = "SELECT case_id, branch, person, until FROM snooze WHERE person = ?1 AND until > ?2";
        self.list(sql, params![person.as_str(), now.0], snooze)
    }

    pub(super) fn snoozes_in(&self, case: CaseId) -> Result<Vec<SnoozeRow>, StoreError> {
        self.list("SELECT case_id, branch, person, until FROM snooze WHERE case_id = ?1", [case.0], snooze)
    }

    /// When somebody's last session ended, and the last entry of the journal then.
    pub fn last_session(&self, person: &Handle) -> Result<Option<(Instant, i64)>, StoreError> {
        self.conn()?
            .prepare_cached("SELECT ended, seq FROM session WHERE person = ?1")
            .and_then(|mut s| {
                let row = |row: &Row<'_>| Ok((Instant(row.get(0)?), row.get(1)?));
                s.query_row([person.as_str()], row).optional()
            })
            .map_err(|e| self.explain(&e))
    }

    /// Remembers that somebody's session ended with this entry the last one.
    pub fn keep_session(&self, person: &Handle, ended: Instant, seq: i64) -> Result<(), StoreError> {
        must_be_the_same_file(&self.path, self.file)?;
        self.conn()?
            .prepare_cached("INSERT OR REPLACE INTO session (person, ended, seq) VALUES (?1, ?2, ?3)")
            .and_then(|mut s| s.execute(params![person.as_str(), ended.0, seq]))
            .map(|_| ())
            .map_err(|e| self.explain(&e))
    }

    /// Open cases that these parties answer for, in which a branch waits at a join and something is late, by number.
    pub fn cases_with_late_joins(
        &self,
        accountable: &[Party],
        now: Instant,
        limit: usize,
    ) -> Result<Vec<CaseId>, StoreError> {
        let parties = vec!["?"; accountable.len()].join(", ");
        let sql = format!(
            "SELECT c.id FROM work_case c WHERE c.joining = 1 AND c.accountable IN ({parties})
                 AND EXISTS (SELECT 1 FROM place p WHERE p.case_id = c.id AND p.due < ?)
             ORDER BY c.id LIMIT {limit}"
        );
        let mut values = accountable.iter().map(|party| Value::from(party.to_string())).collect::<Vec<_>>();
        values.push(Value::from(now.0));
        self.list(&sql, params_from_iter(values), |row| row.get(0).map(CaseId))
    }

    /// How much work somebody finished since an instant.
    pub fn finished_by(&self, person: &Handle, since: Instant) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM task WHERE holder = ?1 AND done = 1 AND ended >= ?2";
        let count = self.list(sql, params![person.as_str(), since.0], |row| row.get::<_, i64>(0))?;
        Ok(count.first().map_or(0, |count| usize::try_from(*count).unwrap_or(0)))
    }

    /// Work and handoffs of a process that are open or ended since an instant.
    pub fn work_since(
        &self,
        process: &Handle,
        since: Instant,
    ) -> Result<(Vec<TaskRow>, Vec<HandoffRow>), StoreError> {
        let of = "process = ?1 AND (ended IS NULL OR ended >= ?2) ORDER BY id";
        let params = params![process.as_str(), since.0];
        let tasks = self.list(&format!("SELECT {TASK} FROM task WHERE {of}"), params, task)?;
        Ok((tasks, self.list(&format!("SELECT {HANDOFF} FROM handoff WHERE {of}"), params, handoff)?))
    }
}
