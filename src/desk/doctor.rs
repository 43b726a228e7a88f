//! `doctor`: SQLite's own check, the chain, and every table compared with what the journal folds to.

use super::{Desk, Error};
use crate::domain::Instant;
use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::SubjectId;
use crate::domain::faults::faults;
use crate::domain::fold::fold;
use crate::domain::rollup::{Rollup, WeekKey};
use crate::domain::rows;
use crate::domain::zone::Zone;
use crate::store::StoreError;
use chrono::{NaiveDate, TimeDelta};

/// Something that is not as the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it concerns: a subject, an entry, or the file.
    pub about: String,
    pub what: String,
}

impl Desk {
    /// Everything that does not agree with the journal; empty for a sound file. Calls `on_progress` with how
    /// many subjects of how many are compared.
    pub fn doctor(&mut self, on_progress: &mut dyn FnMut(usize, usize)) -> Result<Vec<Finding>, Error> {
        let mut found = Vec::new();
        let checked = self.store.integrity();
        let checked = read(checked, "file", &mut found)?;
        found.extend(checked.into_iter().flatten().map(|what| finding("file", what)));
        let broken = self.store.broken_at();
        if let Some((seq, why)) = read(broken, "journal", &mut found)?.flatten() {
            found.push(finding(&format!("entry {seq}"), why.to_string()));
        }
        let odd = self.store.odd_tables();
        let odd = read(odd, "file", &mut found)?;
        found.extend(odd.into_iter().flatten().map(|what| finding("file", what)));
        let strays = self.store.strays();
        let strays = read(strays, "file", &mut found)?;
        found.extend(strays.into_iter().flatten().map(|what| finding("file", what)));
        let lengths = self.store.odd_tallies();
        let lengths = read(lengths, "file", &mut found)?;
        found.extend(lengths.into_iter().flatten().map(|what| finding("file", what)));
        if read(self.store.derivation(), "head", &mut found)?.is_some_and(|of| of > rows::DERIVATION) {
            found.push(finding("head", "a newer program made the rows of its lists".to_string()));
        }
        let (folded, stored) = (self.fold_catalog(), self.store.catalog());
        let (folded, stored) = (read(folded, "catalog", &mut found)?, read(stored, "catalog", &mut found)?);
        let catalog = match (folded, stored) {
            (Some(folded), Some(_)) if !self.store.same_catalog(&folded)? => {
                found.push(finding("catalog", "the stored catalog is not what its entries say".to_string()));
                folded
            }
            (folded, stored) => folded.or(stored).unwrap_or_default(),
        };
        self.compare(&catalog, &mut found, on_progress)?;
        Ok(found)
    }

    /// Every record and case compared with its entries, and with them the counters and what is kept by week.
    pub(super) fn compare(
        &mut self,
        catalog: &Catalog,
        found: &mut Vec<Finding>,
        on_progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(), Error> {
        let subjects = self.store.subjects();
        let subjects = read(subjects, "file", found)?.unwrap_or_default();
        // Known only when every entry could be read.
        let mut next = Some(Numbers::FIRST);
        // What is kept by week, out of which every case is counted: nothing may be left of it.
        let kept = self.store.rollup(None, (i64::MIN, i64::MAX));
        let mut by_week = read(kept, "figures", found)?;
        let mut odd = empty_weeks(by_week.as_ref());
        for (n, id) in subjects.iter().enumerate() {
            on_progress(n, subjects.len());
            let (entries, stored) = (self.store.entries(*id), self.store.rows_of(*id));
            let about = id.to_string();
            let entries = read(entries, &about, found)?;
            next = next.zip(entries.as_ref()).map(|(mut next, entries)| {
                entries.iter().for_each(|entry| next.pass(entry));
                next
            });
            let Some(entries) = entries else {
                by_week = None;
                continue;
            };
            let subject = fold(*id, &entries, catalog);
            let mut expected = rows::rows(&subject, catalog);
            expected.retain(|row| match row {
                rows::Row::Measured(row) => {
                    by_week.iter_mut().for_each(|weeks| weeks.count(row, true));
                    false
                }
                _ => true,
            });
            let Some(stored) = read(stored, &about, found)? else { continue };
            let faults = subject.case().map(|case| faults(case, catalog)).unwrap_or_default();
            found.extend(faults.into_iter().map(|what| finding(&about, what)));
            let (expected, stored) = (sorted(expected), sorted(stored));
            if expected != stored {
                found.push(finding(&about, difference(&expected, &stored)));
            }
        }
        if let (Some(next), Some(head)) = (next, read(self.store.head(), "head", found)?) {
            found.extend(counters(head.numbers, next));
        }
        if let Some(mut left) = by_week {
            left.tidy();
            odd.extend(left.weeks.into_keys());
            found.extend(odd.into_iter().map(odd_week));
        }
        on_progress(subjects.len(), subjects.len());
        Ok(())
    }

    pub(super) fn fold_catalog(&self) -> Result<Catalog, StoreError> {
        let mut catalog = Catalog::default();
        for entry in self.store.entries(SubjectId::Catalog)? {
            catalog.apply(&entry);
        }
        Ok(catalog)
    }
}

fn finding(about: &str, what: String) -> Finding {
    Finding { about: about.to_string(), what }
}

/// Weeks that are kept and hold nothing, which no case leaves behind.
fn empty_weeks(kept: Option<&Rollup>) -> Vec<WeekKey> {
    let weeks = kept.into_iter().flat_map(|kept| &kept.weeks);
    weeks.filter(|(_, sums)| sums.is_empty()).map(|(key, _)| key.clone()).collect()
}

fn odd_week(key: WeekKey) -> Finding {
    let date = NaiveDate::default().checked_add_signed(TimeDelta::days(key.week)).unwrap_or_default();
    let what = format!(
        "the figures kept of the week of {date} for `{}`, version {}, are not what its cases say",
        key.process, key.version
    );
    finding("figures", what)
}

/// What cannot be read is one more finding, so that the rest is still looked at.
fn read<T>(read: Result<T, StoreError>, about: &str, found: &mut Vec<Finding>) -> Result<Option<T>, Error> {
    match read {
        Ok(value) => Ok(Some(value)),
        Err(StoreError::Damaged { detail, .. }) => {
            found.push(finding(about, format!("it cannot be read ({detail})")));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// A number that is given out again would be two things; one that was skipped was changed by nobody of ours.
fn counters(head: Numbers, next: Numbers) -> Vec<Finding> {
    let pairs = [
        ("case", head.case, next.case),
        ("handoff", head.handoff, next.handoff),
        ("task", head.task, next.task),
        ("record", head.record, next.record),
    ];
    let wrong = pairs.into_iter().filter(|(_, head, next)| head != next);
    let said = wrong.map(|(what, head, next)| {
        finding("head", format!("the next {what} would get number {head}; by the journal it is {next}"))
    });
    said.collect()
}

pub(super) fn sorted(mut rows: Vec<rows::Row>) -> Vec<rows::Row> {
    rows.sort_by_key(rows::Row::key);
    rows
}

fn difference(expected: &[rows::Row], stored: &[rows::Row]) -> String {
    let missing = expected.iter().find(|row| !stored.iter().any(|other| other.key() == row.key()));
    let extra = stored.iter().find(|row| !expected.iter().any(|other| other.key() == row.key()));
    match (missing, extra) {
        (Some(row), _) => format!("{} is missing from its table", named(row)),
        (None, Some(row)) => format!("{} is in its table and not in the journal", named(row)),
        (None, None) => match expected.iter().zip(stored).find(|(a, b)| a != b) {
            Some((row, other)) => apart(row, other),
            None => "its rows stand in another order than the journal says".to_string(),
        },
    }
}

/// What a row is of.
fn named(row: &rows::Row) -> String {
    use rows::Row;
    match row {
        Row::Case(_) => "the case".to_string(),
        Row::Place(row) => format!("branch {} of it", row.branch),
        Row::Task(row) => row.id.to_string(),
        Row::Handoff(row) => row.id.to_string(),
        Row::Clock(row) => format!("clock {} of it", row.clock),
        Row::Notice(row) => format!("a reminder of {} by clock {} of it", row.person, row.clock),
        Row::Exception(row) => format!("exception {} of it", row.exception),
        Row::Message(row) => format!("a message to {} on it", row.person),
        Row::Snooze(row) => format!("what {} put off of it", row.person),
        Row::Record(_) => "the record".to_string(),
        Row::Measured(_) => "what is kept of it by week".to_string(),
    }
}

/// The first column in which a row is not what it should be, and what stands there.
fn apart(expected: &rows::Row, stored: &rows::Row) -> String {
    let (should, is) = (columns(expected), columns(stored));
    match should.iter().zip(&is).find(|(a, b)| a != b) {
        Some(((column, should), (_, is))) => {
            format!("{}: `{column}` is {} and by the journal {}", named(expected), plain(is), plain(should))
        }
        None => format!("{} differs from the journal", named(expected)),
    }
}

/// A row as columns and values. The way it is shown to a debugger is the one list of its columns there is.
fn columns(row: &rows::Row) -> Vec<(String, String)> {
    let mut columns = Vec::<(String, String)>::new();
    for line in format!("{row:#?}").lines() {
        let column = line.strip_prefix("        ").filter(|rest| !rest.starts_with([' ', ')', '}', ']']));
        match (column.and_then(|rest| rest.split_once(": ")), columns.last_mut()) {
            (Some((column, value)), _) => columns.push((column.to_string(), value.to_string())),
            (None, Some((_, value))) => value.push_str(line.trim()),
            (None, None) => {}
        }
    }
    columns
}

/// A value without what the program calls its types: a time in UTC, a name in quotes.
fn plain(value: &str) -> String {
    let value = value.trim_end_matches([',', '}']);
    let inner = value.split_once('(').filter(|(kind, _)| kind.chars().all(char::is_alphanumeric));
    match (value, inner) {
        ("None", _) => "nothing".to_string(),
        (_, Some((kind, inner))) => {
            let inner = inner.strip_suffix(')').unwrap_or(inner);
            let inner = inner.trim_end_matches(',');
            match (kind, inner.parse()) {
                ("Instant", Ok(at)) => Zone::utc().rfc3339(Instant(at)),
                _ => plain(inner),
            }
        }
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{desk, h, op};
    use super::*;
    use crate::domain::CaseId;
    use crate::domain::event::{Actor, Entry, Event};
    use crate::store::Batch;

    fn found(sql: &str) -> Vec<String> {
        let (mut desk, _) = desk();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        assert!(desk.store.tamper(sql).unwrap() > 0, "{sql}");
        let found = desk.doctor(&mut |_, _| {}).unwrap();
        found.into_iter().map(|finding| format!("{}: {}", finding.about, finding.what)).collect()
    }

    #[test]
    fn what_differs_is_told_in_words() {
        for (sql, words) in [
            (
                "UPDATE work_case SET title = 'other'",
                "C-1: the case: `title` is \"other\" and by the journal \"Roof\"",
            ),
            (
                "UPDATE work_case SET touched = 0",
                "C-1: the case: `touched` is 1970-01-01T00:00:00+00:00 and by the journal 2",
            ),
            (
                "UPDATE work_case SET due = 0",
                "C-1: the case: `due` is 1970-01-01T00:00:00+00:00 and by the journal ",
            ),
            ("DELETE FROM place", "C-1: branch 1 of it is missing from its table"),
        ] {
            let found = found(sql);
            assert!(found.iter().any(|told| told.starts_with(words)), "{sql}: {found:?}");
        }
    }

    #[test]
    fn every_table_is_compared_with_the_journal() {
        for sql in [
            "UPDATE work_case SET title = 'other'",
            "UPDATE work_case SET touched = touched + 1",
            "UPDATE place SET responsible = 'ana'",
            "DELETE FROM place",
            "UPDATE task SET waited = 5",
            "UPDATE handoff SET note = NULL WHERE note IS NOT NULL",
            "INSERT INTO handoff SELECT 99, case_id, process, step, from_step, from_person, to_party, offered,
                 state, by_person, implicit, ended, due, breached, note, free, back FROM handoff LIMIT 1",
            "UPDATE clock SET next = next + 1",
            "INSERT INTO notice VALUES (1, 1, 0, 0, 'ana', 0, 5, 1)",
            "INSERT INTO exception VALUES (1, 1, 'ana', 'unrouted', 'x', 5)",
            "INSERT INTO work_case SELECT 77, process, version, title, about, accountable, urgent, state, outcome,
                 started, ended, due, breached, foreign_id, touched, migrated, tags, joining, moved, duplicate_of,
                 broken FROM work_case",
            "UPDATE work_case SET joining = 1",
            "UPDATE work_case SET moved = moved + 1",
            "UPDATE work_case SET broken = 5",
            "INSERT INTO record VALUES (5, 'customer', 'Ghost', '{}', 1, 1, NULL, '')",
            "UPDATE catalog SET state = replace(state, 'finance', 'finanze')",
            "UPDATE catalog SET state = replace(state, '09:00', ' 9:00')",
            "UPDATE catalog SET seq = seq + 1",
            "UPDATE tally SET n = n + 1",
            "INSERT INTO tally VALUES ('record', 'ghost', '', 2)",
            "INSERT INTO tally VALUES ('ghost', 'ghost', '', 0)",
            "UPDATE rollup SET arrived = arrived + 1",
            "UPDATE rollup SET work = '{\"cycle\":{\"sum\":1,\"counts\":[[3,1]]},\"steps\":{}}'",
            "UPDATE rollup SET work = 'nonsense'",
            "DELETE FROM rollup",
            "INSERT INTO rollup VALUES ('ghost', 3, 1, 0, 0, 0, 0, 0, '')",
            "INSERT INTO snooze VALUES (99, 1, 'ana', 5)",
            "UPDATE head SET catalog_seq = catalog_seq - 1",
            "UPDATE head SET next_case = 1",
            "UPDATE head SET next_handoff = next_handoff - 1",
            "UPDATE head SET next_task = next_task + 32",
            "UPDATE head SET next_record = 7",
            "DELETE FROM op WHERE first_seq = 1",
            "UPDATE op SET actor = '@ana' WHERE first_seq = 1",
            "UPDATE op SET last_seq = last_seq + 1 WHERE first_seq = 2",
            "INSERT INTO op SELECT zeroblob(16), actor, at, subject, subject_id, first_seq, last_seq, NULL FROM op LIMIT 1",
        ] {
            assert_ne!(found(sql), [""; 0], "{sql}");
        }
    }

    /// A whole chain and tables that agree with it, and yet what no decision would have written.
    #[test]
    fn what_no_decision_would_have_written_is_found_although_all_tables_agree() {
        let (mut desk, now) = desk();
        let (id, op) = (SubjectId::Case(CaseId(1)), op());
        let (last, subject) = desk.load(id).unwrap();
        let mut subject = (*subject).clone();
        let before = rows::rows(&subject, &desk.catalog);
        let head = desk.store.head().unwrap();
        let event = Event::BranchArrived { branch: 1, join: h("nowhere"), from: h("sell") };
        let (actor, seq) = (Actor::Person(h("bo")), head.seq + 1);
        subject.apply(
            &Entry { seq, at: now, actor: actor.clone(), subject: id, op, event: event.clone() },
            &desk.catalog,
        );
        let batch = Batch {
            subject: id,
            expected: last,
            catalog_seen: head.catalog_seq,
            numbers: (head.numbers, head.numbers),
            at: now,
            actor,
            op,
            action: None,
            events: vec![event],
            changes: rows::changes(&before, rows::rows(&subject, &desk.catalog)).into(),
            catalog: None,
        };
        desk.store.append(&batch).unwrap();
        let said = desk.doctor(&mut |_, _| {}).unwrap();
        let said = said.into_iter().map(|found| found.what).collect::<Vec<_>>();
        assert!(
            said.contains(&"branch 1 waits at `nowhere`, a step the process does not have".to_string()),
            "{said:?}"
        );
        assert!(!said.iter().any(|what| what.contains("row")), "the tables agree: {said:?}");
    }

    #[test]
    fn what_cannot_be_read_is_a_finding_and_the_rest_is_still_looked_at() {
        let said = found("UPDATE entry SET body = 'nonsense' WHERE subject = 2");
        assert!(said.iter().any(|what| what.ends_with("its content was changed")), "{said:?}");
        assert!(said.iter().any(|what| what.starts_with("C-1: ")), "{said:?}");
        let said = found("UPDATE place SET step = 'NOT A HANDLE'");
        assert!(said.iter().any(|what| what.starts_with("C-1: ")), "{said:?}");
        let said = found("UPDATE catalog SET state = '{'");
        assert!(said.iter().any(|what| what.starts_with("catalog: ")), "{said:?}");
        let said = found("UPDATE entry SET body = '{' WHERE subject = 0 AND seq = 2");
        assert!(said.iter().any(|what| what.starts_with("catalog: ")), "{said:?}");
        let said = found("UPDATE entry SET actor = '@' WHERE seq = 9");
        assert!(said.iter().any(|what| what.starts_with("entry 9: ")), "{said:?}");
    }
}
