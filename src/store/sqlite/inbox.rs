//! What concerns one person, out of tables. Selects; whether it is theirs to decide is the desk's.

use super::Store;
use super::codec::{self, from_word};
use super::read::{CASE, HEAD, PLACE, case, exception, head, message, message_on, open_place, place, record};
use super::window::numbers;
use crate::domain::event::SubjectId;
use crate::domain::ladder::ClockKind;
use crate::domain::rows::{CaseRow, ExceptionRow, MessageRow, PlaceRow, RecordRow};
use crate::domain::{CaseId, Handle, Instant, Party, RecordId};
use crate::store::{CaseHead, LateCase, OpenPlace, StoreError};
use rusqlite::{Row, params, params_from_iter};

/// What selects from every open branch `p` that concerns a person with these roles, and the values of it.
fn concerning(columns: &str, from: &str, person: &Handle, roles: &[Handle]) -> (String, Vec<String>) {
    let marks = (0..=roles.len()).map(|n| format!("?{}", n + 2)).collect::<Vec<_>>().join(", ");
    // One walk along each of three indexes, none of which meets what another met: neither an OR nor a UNION would know.
    let sql = format!(
        "SELECT {columns} FROM {from} WHERE p.responsible = ?1
         UNION ALL SELECT {columns} FROM {from} WHERE p.to_party IN ({marks}) AND p.responsible <> ?1
         UNION ALL SELECT {columns} FROM {from} WHERE p.delegate = ?1 AND p.responsible <> ?1
             AND (p.to_party IS NULL OR p.to_party NOT IN ({marks}))"
    );
    let mut values = vec![person.to_string(), Party::Person(person.clone()).to_string()];
    values.extend(roles.iter().map(ToString::to_string));
    (sql, values)
}

impl Store {
    /// Every open branch that concerns a person or one of their roles: responsible for it, offered it, or
    /// working on it for somebody.
    pub fn places_of(&self, person: &Handle, roles: &[Handle]) -> Result<Vec<OpenPlace>, StoreError> {
        let from = "place p JOIN work_case c ON c.id = p.case_id";
        let (sql, values) = concerning(&format!("{PLACE}, {CASE}"), from, person, roles);
        self.list(&sql, params_from_iter(values), open_place)
    }

    /// The same, one at a time and of its case only what a line says: there may be thousands.
    pub fn each_place_of(
        &self,
        person: &Handle,
        roles: &[Handle],
        take: &mut dyn FnMut(PlaceRow, CaseHead),
    ) -> Result<(), StoreError> {
        // Open cases are few among all there ever were: in the table each would be a page of its own.
        let from =
            "place p CROSS JOIN work_case c INDEXED BY case_open ON c.id = p.case_id AND c.state = 'open'";
        let (sql, values) = concerning(&format!("{PLACE}, {HEAD}"), from, person, roles);
        let fail = |e| self.explain(&e);
        let mut statement = self.conn()?.prepare_cached(&sql).map_err(fail)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(fail)?;
        while let Some(row) = rows.next().map_err(fail)? {
            take(place(row).map_err(fail)?, head(row, 23).map_err(fail)?);
        }
        Ok(())
    }

    /// Open cases past their own due, the longest first.
    pub fn late_cases(&self, now: Instant) -> Result<Vec<LateCase>, StoreError> {
        // Out of the index alone.
        let sql = "SELECT id, due, started, accountable FROM work_case
                   WHERE state = 'open' AND due IS NOT NULL AND due < ?1 ORDER BY due, id";
        self.list(sql, [now.0], |row| {
            Ok(LateCase {
                case: CaseId(row.get(0)?),
                due: codec::instant(row, 1)?,
                started: codec::instant(row, 2)?,
                accountable: codec::party(row, 3)?,
            })
        })
    }

    /// How often a person was reminded of each branch of each case, about clocks that are still open.
    pub fn reminders_of(&self, person: &Handle) -> Result<Vec<(CaseId, Option<u32>, usize)>, StoreError> {
        // Out of the index alone.
        let sql = "SELECT case_id, branch, count(*) FROM notice WHERE person = ?1 AND escalation = 0
                   GROUP BY case_id, branch";
        let read = |row: &Row<'_>| Ok((CaseId(row.get(0)?), row.get(1)?, row.get::<_, i64>(2)? as usize));
        self.list(sql, [person.as_str()], read)
    }

    /// Of which branches, or whole cases, something climbed to a person by clocks that are still open.
    pub fn escalations_of(&self, person: &Handle) -> Result<Vec<(CaseId, Option<u32>)>, StoreError> {
        // Out of the index alone.
        let sql = "SELECT DISTINCT case_id, branch FROM notice WHERE person = ?1 AND escalation = 1";
        self.list(sql, [person.as_str()], |row| Ok((CaseId(row.get(0)?), row.get(1)?)))
    }

    /// The clock by which a case as a whole climbed to a person first, with its kind; none where it was a rule that
    /// told them.
    pub fn climbed_by(
        &self,
        person: &Handle,
        case: CaseId,
    ) -> Result<Option<(u32, Option<ClockKind>)>, StoreError> {
        let sql = "SELECT n.clock, k.kind FROM notice n
             LEFT JOIN clock k ON k.case_id = n.case_id AND k.clock = n.clock
             WHERE n.person = ?1 AND n.escalation = 1 AND n.case_id = ?2 AND n.branch IS NULL
             ORDER BY n.at LIMIT 1";
        let read = |row: &Row<'_>| {
            let kind = row.get_ref(1)?.as_str_or_null()?.map(|word| from_word(word, 1)).transpose()?;
            Ok((row.get(0)?, kind))
        };
        Ok(self.list(sql, params![person.as_str(), case.0], read)?.into_iter().next())
    }

    /// The open clocks of these cases by which somebody looks again at what waits or is paused.
    pub fn follow_ups_of(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, u32)>, StoreError> {
        let sql = "SELECT case_id, clock FROM clock WHERE kind = ?2
                   AND case_id IN (SELECT value FROM json_each(?1)) ORDER BY case_id, clock";
        let cases = numbers(cases.iter().map(|case| case.0));
        let kind = codec::word(&ClockKind::FollowUp);
        self.list(sql, params![cases, kind], |row| Ok((CaseId(row.get(0)?), row.get(1)?)))
    }

    /// Notes that wait for a person, oldest first.
    pub fn messages_of(&self, person: &Handle) -> Result<Vec<(MessageRow, CaseRow)>, StoreError> {
        let sql = format!(
            "SELECT m.case_id, m.message, m.person, m.sender, m.text, m.at, {CASE}
             FROM message m JOIN work_case c ON c.id = m.case_id WHERE m.person = ?1 ORDER BY m.at, m.case_id, m.message"
        );
        self.list(&sql, [person.as_str()], |row| Ok((message(row)?, case(row, 6)?)))
    }

    /// The same on records.
    pub fn record_messages_of(&self, person: &Handle) -> Result<Vec<(MessageRow, RecordRow)>, StoreError> {
        let sql = "SELECT r.id, r.kind, r.name, r.fields, r.added, r.changed, r.archived, r.tags,
                       m.message, m.person, m.sender, m.text, m.at
                   FROM record_message m JOIN record r ON r.id = m.record_id
                   WHERE m.person = ?1 ORDER BY m.at, m.record_id, m.message";
        self.list(sql, [person.as_str()], |row| {
            let record = record(row)?;
            Ok((message_on(SubjectId::Record(record.id), row, 8)?, record))
        })
    }

    pub(super) fn messages_on_record(&self, id: RecordId) -> Result<Vec<MessageRow>, StoreError> {
        let sql = "SELECT message, person, sender, text, at FROM record_message WHERE record_id = ?1";
        self.list(sql, [id.0], |row| message_on(SubjectId::Record(id), row, 0))
    }

    pub(super) fn messages_in(&self, case: CaseId) -> Result<Vec<MessageRow>, StoreError> {
        let sql = "SELECT case_id, message, person, sender, text, at FROM message WHERE case_id = ?1";
        self.list(sql, [case.0], message)
    }

    /// Open exceptions that were put to the admins because nobody else could be told, once each.
    pub fn unrouted(&self) -> Result<Vec<(ExceptionRow, CaseRow)>, StoreError> {
        let sql = format!(
            "SELECT e.case_id, e.exception, min(e.person), e.kind, e.text, e.opened, {CASE}
             FROM exception e JOIN work_case c ON c.id = e.case_id WHERE e.kind = 'unrouted'
             GROUP BY e.case_id, e.exception ORDER BY e.opened"
        );
        self.list(&sql, [], |row| Ok((exception(row)?, case(row, 6)?)))
    }

    /// Everybody an open exception of these cases is put to.
    pub fn asked_about(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, u32, Handle)>, StoreError> {
        let sql = "SELECT case_id, exception, person FROM exception
                   WHERE case_id IN (SELECT value FROM json_each(?1))";
        let cases = numbers(cases.iter().map(|case| case.0));
        self.list(sql, [cases], |row| Ok((CaseId(row.get(0)?), row.get(1)?, codec::handle(row, 2)?)))
    }

    /// Everybody something climbed to of these cases, by clocks that are still open.
    pub fn climbed_to(&self, cases: &[CaseId]) -> Result<Vec<(CaseId, Option<u32>, Handle)>, StoreError> {
        let sql = "SELECT DISTINCT case_id, branch, person FROM notice
                   WHERE escalation = 1 AND case_id IN (SELECT value FROM json_each(?1))";
        let cases = numbers(cases.iter().map(|case| case.0));
        self.list(sql, [cases], |row| Ok((CaseId(row.get(0)?), row.get(1)?, codec::handle(row, 2)?)))
    }

    /// Open exceptions in a person's inbox.
    pub fn exceptions_of(&self, person: &Handle) -> Result<Vec<(ExceptionRow, CaseRow)>, StoreError> {
        let sql = format!(
            "SELECT e.case_id, e.exception, e.person, e.kind, e.text, e.opened, {CASE}
             FROM exception e JOIN work_case c ON c.id = e.case_id WHERE e.person = ?1 ORDER BY e.opened"
        );
        self.list(&sql, [person.as_str()], |row| Ok((exception(row)?, case(row, 6)?)))
    }
}
