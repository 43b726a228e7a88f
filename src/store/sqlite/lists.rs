//! Lists out of tables. Selects and orders; what a row means is the domain's.

use super::Store;
use super::codec::{self, from_word};
use super::read::{CASE, HANDOFF, PLACE, TASK, exception, handoff, notice, open_place, record, task};
use super::window::numbers;
use crate::domain::event::{Entry, SubjectId};
use crate::domain::rows::{ClockRow, HandoffRow, RecordRow, TaskRow};
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party};
use crate::store::{CaseFilter, OpenPlace, StoreError};
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, params, params_from_iter};
use std::collections::BTreeMap;

/// Process, step, person, and how often.
pub type DoneCount = (Handle, Handle, Option<Handle>, u32);

impl Store {
    /// Every open branch of a process, or of all.
    pub fn places(&self, process: Option<&Handle>) -> Result<Vec<OpenPlace>, StoreError> {
        let sql = format!(
            "SELECT {PLACE}, {CASE} FROM place p JOIN work_case c ON c.id = p.case_id
             {} ORDER BY p.case_id, p.branch",
            if process.is_some() { "WHERE p.process = ?1" } else { "" }
        );
        self.list(&sql, params_from_iter(process.map(Handle::as_str)), open_place)
    }

    /// The open branches of one case.
    pub fn places_in(&self, case: CaseId) -> Result<Vec<OpenPlace>, StoreError> {
        let sql = format!(
            "SELECT {PLACE}, {CASE} FROM place p JOIN work_case c ON c.id = p.case_id
             WHERE p.case_id = ?1 ORDER BY p.branch"
        );
        self.list(&sql, [case.0], open_place)
    }

    /// The open branches of several cases, by case; of those without any, nothing.
    pub fn places_in_each(
        &self,
        cases: impl IntoIterator<Item = CaseId>,
    ) -> Result<BTreeMap<CaseId, Vec<OpenPlace>>, StoreError> {
        let mut places = BTreeMap::<CaseId, Vec<OpenPlace>>::new();
        let mut cases = cases.into_iter().peekable();
        if cases.peek().is_none() {
            return Ok(places);
        }
        let sql = format!(
            "SELECT {PLACE}, {CASE} FROM place p JOIN work_case c ON c.id = p.case_id
             WHERE p.case_id IN (SELECT value FROM json_each(?1)) ORDER BY p.case_id, p.branch"
        );
        for open in self.list(&sql, [numbers(cases.map(|case| case.0))], open_place)? {
            places.entry(open.case.id).or_default().push(open);
        }
        Ok(places)
    }

    /// When a step of a process was last offered to a person by name, and as what: of many at once the last.
    pub fn last_offered(
        &self,
        process: &Handle,
        step: &Handle,
        person: &Handle,
    ) -> Result<Option<(Instant, HandoffId)>, StoreError> {
        let to = Party::Person(person.clone()).to_string();
        self.conn()?
            .prepare_cached(
                // The bounds are those of the index of offers to persons.
                "SELECT offered, id FROM handoff WHERE process = ?1 AND step = ?2 AND to_party = ?3
                     AND to_party >= '@' AND to_party < 'A' ORDER BY offered DESC, id DESC LIMIT 1",
            )
            .and_then(|mut s| {
                let found = |row: &Row<'_>| Ok((Instant(row.get(0)?), HandoffId(row.get(1)?)));
                s.query_row(params![process.as_str(), step.as_str(), to], found).optional()
            })
            .map_err(|e| self.explain(&e))
    }

    /// How many tasks a person holds and how many offers wait for them by name.
    pub fn open_with(&self, person: &Handle) -> Result<u32, StoreError> {
        let to = Party::Person(person.clone()).to_string();
        self.conn()?
            .prepare_cached(
                "SELECT (SELECT count(*) FROM task WHERE holder = ?1 AND ended IS NULL)
                      + (SELECT count(*) FROM place WHERE to_party = ?2)",
            )
            .and_then(|mut s| s.query_row(params![person.as_str(), to], |row| row.get(0)))
            .map_err(|e| self.explain(&e))
    }

    /// Tasks: all of a case, or the open ones of a person.
    pub fn tasks(&self, case: Option<CaseId>, holder: Option<&Handle>) -> Result<Vec<TaskRow>, StoreError> {
        let mut sql = format!("SELECT {TASK} FROM task WHERE 1");
        let mut values = Vec::<Value>::new();
        if let Some(case) = case {
            sql.push_str(" AND case_id = ?");
            values.push(case.0.into());
        }
        if let Some(holder) = holder {
            sql.push_str(" AND ended IS NULL AND holder = ?");
            values.push(holder.to_string().into());
        }
        if values.is_empty() {
            sql.push_str(" AND ended IS NULL");
        }
        sql.push_str(" ORDER BY id");
        self.list(&sql, params_from_iter(values), task)
    }

    /// Handoffs: all of a case, or all that are open.
    pub fn handoffs(&self, case: Option<CaseId>) -> Result<Vec<HandoffRow>, StoreError> {
        match case {
            Some(case) => {
                let sql = format!("SELECT {HANDOFF} FROM handoff WHERE case_id = ?1 ORDER BY id");
                self.list(&sql, [case.0], handoff)
            }
            None => {
                let sql = format!("SELECT {HANDOFF} FROM handoff WHERE state = 'offered' ORDER BY offered");
                self.list(&sql, [], handoff)
            }
        }
    }

    /// The finished work and handoffs of the cases of a process that ended in a period, for figures.
    pub fn finished_work(
        &self,
        process: &Handle,
        from: Instant,
        to: Instant,
    ) -> Result<(Vec<TaskRow>, Vec<HandoffRow>), StoreError> {
        let within =
            "case_id IN (SELECT id FROM work_case WHERE process = ?1 AND ended >= ?2 AND ended < ?3)";
        let params = params![process.as_str(), from.0, to.0];
        let tasks =
            self.list(&format!("SELECT {TASK} FROM task WHERE {within} ORDER BY id"), params, task)?;
        let sql = format!("SELECT {HANDOFF} FROM handoff WHERE {within} ORDER BY id");
        Ok((tasks, self.list(&sql, params, handoff)?))
    }

    /// The entries that brought in the cases of event logs, of a process or of all, that ended since an instant
    /// and before another; with the open ones where there is no other.
    pub fn imports(
        &self,
        process: Option<&Handle>,
        from: Instant,
        to: Option<Instant>,
    ) -> Result<Vec<Entry>, StoreError> {
        // In this order and by this index: otherwise every entry of the journal is looked at for the few that are.
        let sql = "SELECT seq, at, actor, subject, subject_id, op, body
                   FROM work_case INDEXED BY case_foreign CROSS JOIN entry ON subject = ?4 AND subject_id = id
                   WHERE foreign_id IS NOT NULL AND (?1 IS NULL OR process = ?1)
                       AND (ended >= ?2 AND (?3 IS NULL OR ended < ?3) OR ended IS NULL AND ?3 IS NULL)
                       AND seq = (SELECT min(seq) FROM entry WHERE subject = ?4 AND subject_id = id)
                   ORDER BY seq";
        let (kind, _) = codec::subject(SubjectId::Case(CaseId(0)));
        self.read_entries(sql, params![process.map(Handle::as_str), from.0, to.map(|to| to.0), kind])
    }

    /// How often each person completed each step since an instant.
    pub fn done_since(&self, since: Instant) -> Result<Vec<DoneCount>, StoreError> {
        let sql = "SELECT process, step, holder, count(*) FROM task WHERE done = 1 AND ended >= ?1
                   GROUP BY process, step, holder";
        let row = |row: &Row<'_>| {
            Ok((codec::handle(row, 0)?, codec::handle(row, 1)?, codec::handle_or_none(row, 2)?, row.get(3)?))
        };
        self.list(sql, params![since.0], row)
    }

    /// Records of a kind, or all, by name; archived ones only when asked for.
    pub fn records(&self, kind: Option<&Handle>, archived: bool) -> Result<Vec<RecordRow>, StoreError> {
        let mut sql =
            "SELECT id, kind, name, fields, added, changed, archived, tags FROM record WHERE 1".to_string();
        if kind.is_some() {
            sql.push_str(" AND kind = ?1");
        }
        if !archived {
            sql.push_str(" AND archived IS NULL");
        }
        sql.push_str(" ORDER BY name COLLATE NOCASE, id");
        self.list(&sql, params_from_iter(kind.map(Handle::as_str)), record)
    }

    /// Cases with a clock that has something to say at `now`, earliest first.
    pub fn cases_due(&self, now: Instant, limit: usize) -> Result<Vec<CaseId>, StoreError> {
        let sql =
            // Without the hint SQLite groups along the primary key and looks at every open clock.
            "SELECT case_id, min(next) FROM clock INDEXED BY clock_next WHERE next <= ?1
             GROUP BY case_id ORDER BY 2 LIMIT ?2";
        self.list(sql, params![now.0, limit as i64], |row| row.get(0).map(CaseId))
    }

    /// Cases with a decision of several that somebody has voted on.
    pub fn cases_voted_on(&self) -> Result<Vec<CaseId>, StoreError> {
        self.list("SELECT DISTINCT case_id FROM place WHERE voted <> ''", [], |row| row.get(0).map(CaseId))
    }

    /// Cases with an open clock that runs on an older version of a calendar.
    pub fn cases_on_older(
        &self,
        calendar: &Handle,
        newest: u32,
        limit: usize,
    ) -> Result<Vec<CaseId>, StoreError> {
        let sql = "SELECT DISTINCT case_id FROM clock WHERE calendar = ?1 AND calendar_version < ?2 LIMIT ?3";
        self.list(sql, params![calendar.as_str(), newest, limit as i64], |row| row.get(0).map(CaseId))
    }

    /// How many open clocks run on an older version of a calendar.
    pub fn clocks_on_older(&self, calendar: &Handle, newest: u32) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM clock WHERE calendar = ?1 AND calendar_version < ?2";
        self.conn
            .prepare_cached(sql)
            .and_then(|mut s| s.query_row(params![calendar.as_str(), newest], |row| row.get::<_, i64>(0)))
            .map(|count| count as usize)
            .map_err(|e| self.explain(&e))
    }

    /// When the next clock has something to say.
    pub fn next_due(&self) -> Result<Option<Instant>, StoreError> {
        self.conn()?
            .prepare_cached("SELECT min(next) FROM clock WHERE next IS NOT NULL")
            .and_then(|mut s| s.query_row([], |row| row.get::<_, Option<i64>>(0)))
            .map(|at| at.map(Instant))
            .map_err(|e| self.explain(&e))
    }

    /// Every open clock, for `doctor`.
    pub fn clocks(&self, of: CaseId) -> Result<Vec<ClockRow>, StoreError> {
        let sql = "SELECT case_id, clock, kind, next, calendar, calendar_version FROM clock
                   WHERE case_id = ?1 ORDER BY clock";
        self.list(sql, [of.0], |row| {
            Ok(ClockRow {
                case: CaseId(row.get(0)?),
                clock: row.get(1)?,
                kind: from_word(row.get_ref(2)?.as_str()?, 2)?,
                next: codec::instant_or_none(row, 3)?,
                calendar: codec::handle(row, 4)?,
                calendar_version: row.get(5)?,
            })
        })
    }

    /// All rows of one subject, for `doctor`.
    pub fn rows_of(&self, of: SubjectId) -> Result<Vec<crate::domain::rows::Row>, StoreError> {
        use crate::domain::rows::Row;
        let mut rows = Vec::new();
        match of {
            SubjectId::Catalog => {}
            SubjectId::Record(id) => {
                let sql =
                    "SELECT id, kind, name, fields, added, changed, archived, tags FROM record WHERE id = ?1";
                rows.extend(self.list(sql, [id.0], record)?.into_iter().map(Row::Record));
                rows.extend(self.messages_on_record(id)?.into_iter().map(Row::Message));
            }
            SubjectId::Case(id) => {
                let filter = CaseFilter { ids: Some(vec![id]), ..CaseFilter::default() };
                rows.extend(self.cases(&filter)?.into_iter().map(Row::Case));
                rows.extend(self.places_in(id)?.into_iter().map(|open| Row::Place(open.place)));
                rows.extend(self.tasks(Some(id), None)?.into_iter().map(Row::Task));
                rows.extend(self.handoffs(Some(id))?.into_iter().map(Row::Handoff));
                rows.extend(self.clocks(id)?.into_iter().map(Row::Clock));
                let sql = "SELECT case_id, clock, rung, occurrence, person, escalation, at, branch
                           FROM notice WHERE case_id = ?1";
                rows.extend(self.list(sql, [id.0], notice)?.into_iter().map(Row::Notice));
                let sql = "SELECT case_id, exception, person, kind, text, opened FROM exception
                           WHERE case_id = ?1";
                rows.extend(self.list(sql, [id.0], exception)?.into_iter().map(Row::Exception));
                rows.extend(self.snoozes_in(id)?.into_iter().map(Row::Snooze));
                rows.extend(self.messages_in(id)?.into_iter().map(Row::Message));
            }
        }
        Ok(rows)
    }

    /// The texts a person typed and has not sent, by place.
    pub fn draft(&self, person: &Handle, place: &str) -> Result<Option<String>, StoreError> {
        self.conn()?
            .prepare_cached("SELECT text FROM draft WHERE person = ?1 AND place = ?2")
            .and_then(|mut s| s.query_row(params![person.as_str(), place], |row| row.get(0)).optional())
            .map_err(|e| self.explain(&e))
    }

    /// Everything a person typed and has not sent, with its place.
    pub fn drafts(&self, person: &Handle) -> Result<Vec<(String, String)>, StoreError> {
        let all = |conn: &rusqlite::Connection| -> rusqlite::Result<Vec<(String, String)>> {
            let mut read =
                conn.prepare_cached("SELECT place, text FROM draft WHERE person = ?1 ORDER BY place")?;
            read.query_map([person.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        all(self.conn()?).map_err(|e| self.explain(&e))
    }

    /// Keeps what a person typed; an empty text forgets it. False, with nothing done, where another text than `seen` is to be
    /// written over; what is not `seen` any more is not forgotten.
    pub fn keep_draft(
        &self,
        person: &Handle,
        place: &str,
        text: &str,
        seen: Option<&str>,
    ) -> Result<bool, StoreError> {
        super::must_be_the_same_file(&self.path, self.file)?;
        let sql = match text.is_empty() {
            true => "DELETE FROM draft WHERE person = ?1 AND place = ?2 AND text = ?4 AND ?3 = ''",
            false => {
                "INSERT INTO draft (person, place, text) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET text = excluded.text WHERE text IN (?3, ?4)"
            }
        };
        let changed = self
            .conn()?
            .prepare_cached(sql)
            .and_then(|mut s| s.execute(params![person.as_str(), place, text, seen]))
            .map_err(|e| self.explain(&e))?;
        Ok(changed > 0 || text.is_empty())
    }

    /// Takes or renews the named lease until `expires`; false when somebody else holds it at `now`. One that
    /// expires far later than any could was taken by a clock that has gone back since, and is free.
    pub fn take_lease(
        &self,
        name: &str,
        holder: uuid::Uuid,
        now: Instant,
        expires: Instant,
    ) -> Result<bool, StoreError> {
        super::must_be_the_same_file(&self.path, self.file)?;
        self.conn()?
            .prepare_cached(
                "INSERT INTO lease (name, holder, expires) VALUES (?1, ?2, ?4)
                 ON CONFLICT (name) DO UPDATE SET holder = ?2, expires = ?4
                 WHERE lease.holder = ?2 OR lease.expires <= ?3 OR lease.expires - ?4 > ?4 - ?3",
            )
            .and_then(|mut s| s.execute(params![name, holder.as_bytes(), now.0, expires.0]))
            .map(|changed| changed == 1)
            .map_err(|e| self.explain(&e))
    }

    /// Ends a lease before its time; nothing happens where somebody else holds it.
    pub fn end_lease(&self, name: &str, holder: uuid::Uuid) -> Result<(), StoreError> {
        self.conn()?
            .prepare_cached("DELETE FROM lease WHERE name = ?1 AND holder = ?2")
            .and_then(|mut s| s.execute(params![name, holder.as_bytes()]))
            .map(|_| ())
            .map_err(|e| self.explain(&e))
    }

    pub(super) fn list<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let fail = |e| self.explain(&e);
        let mut statement = self.conn()?.prepare_cached(sql).map_err(fail)?;
        let rows = statement.query_map(params, read).map_err(fail)?;
        rows.collect::<Result<_, _>>().map_err(fail)
    }
}
