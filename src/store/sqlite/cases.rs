//! Which cases: by what is known of them, and by the number of something in them. Selects and orders; what a row means
//! is the domain's.

use super::Store;
use super::codec;
use super::read::{CASE, case};
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, Handle, HandoffId, Instant, TaskId};
use crate::store::{CaseFilter, StoreError};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, params, params_from_iter};

impl Store {
    /// Cases, newest first.
    pub fn cases(&self, filter: &CaseFilter) -> Result<Vec<CaseRow>, StoreError> {
        let mut sql = format!("SELECT {CASE} FROM work_case c WHERE 1");
        let mut values = Vec::<Value>::new();
        if let Some(process) = &filter.process {
            sql.push_str(" AND c.process = ?");
            values.push(process.to_string().into());
        }
        if let Some(state) = &filter.state {
            sql.push_str(" AND c.state = ?");
            values.push(state.clone().into());
            if state == "open" && filter.process.is_some() && filter.due_before.is_none() {
                // Says what follows anyway: so the finished ones of a process are not looked at.
                sql.push_str(" AND c.ended IS NULL");
            }
        }
        if let Some(about) = filter.about {
            sql.push_str(" AND c.about = ?");
            values.push(about.0.into());
        }
        if let Some(of) = filter.duplicate_of {
            sql.push_str(" AND c.duplicate_of = ?");
            values.push(of.0.into());
        }
        if let Some((from, to)) = filter.ended {
            sql.push_str(" AND c.ended >= ? AND c.ended < ?");
            values.extend([Value::from(from.0), Value::from(to.0)]);
        }
        if let Some(ids) = &filter.ids {
            sql.push_str(&format!(" AND c.id IN ({})", vec!["?"; ids.len()].join(", ")));
            values.extend(ids.iter().map(|id| Value::from(id.0)));
        }
        if let Some(before) = filter.due_before {
            sql.push_str(" AND c.due < ?");
            values.push(before.0.into());
        }
        // The few that are due are sorted: in the order of their numbers every open case would be looked at.
        sql.push_str(if filter.due_before.is_some() {
            " ORDER BY +c.id DESC"
        } else {
            " ORDER BY c.id DESC"
        });
        if let Some(limit) = filter.limit {
            sql.push_str(" LIMIT ?");
            values.push((limit as i64).into());
        }
        self.list(&sql, params_from_iter(values), |row| case(row, 0))
    }

    /// When the first and the last case of a process were done.
    pub fn done_between(&self, process: &Handle) -> Result<Option<(Instant, Instant)>, StoreError> {
        self.conn()?
            .prepare_cached(
                "WITH done AS (SELECT ended FROM work_case WHERE process = ?1 AND ended IS NOT NULL AND state = 'done')
                 SELECT (SELECT ended FROM done ORDER BY ended LIMIT 1),
                     (SELECT ended FROM done ORDER BY ended DESC LIMIT 1)",
            )
            .and_then(|mut s| {
                s.query_row([process.as_str()], |row| {
                    Ok(codec::instant_or_none(row, 0)?.zip(codec::instant_or_none(row, 1)?))
                })
            })
            .map_err(|e| self.explain(&e))
    }

    /// The case an event log's case became.
    pub fn case_by_foreign(&self, process: &Handle, foreign: &str) -> Result<Option<CaseId>, StoreError> {
        self.conn()?
            .prepare_cached("SELECT id FROM work_case WHERE process = ?1 AND foreign_id = ?2")
            .and_then(|mut s| s.query_row(params![process.as_str(), foreign], |row| row.get(0)).optional())
            .map(|id| id.map(CaseId))
            .map_err(|e| self.explain(&e))
    }

    /// The case a task belongs to.
    pub fn case_of_task(&self, task: TaskId) -> Result<Option<CaseId>, StoreError> {
        self.one("SELECT case_id FROM task WHERE id = ?1", task.0).map(|id| id.map(CaseId))
    }

    /// The case a handoff belongs to.
    pub fn case_of_handoff(&self, handoff: HandoffId) -> Result<Option<CaseId>, StoreError> {
        self.one("SELECT case_id FROM handoff WHERE id = ?1", handoff.0).map(|id| id.map(CaseId))
    }

    fn one(&self, sql: &str, key: i64) -> Result<Option<i64>, StoreError> {
        self.conn()?
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row([key], |row| row.get(0)).optional())
            .map_err(|e| self.explain(&e))
    }
}
