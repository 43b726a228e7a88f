//! `doctor --rebuild`: every derived table made again from the journal, or nothing changed at all. Only from a
//! journal whose chain holds: rows made from a changed past would make the change look true.

use super::doctor::sorted;
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::command::Numbers;
use crate::domain::event::SubjectId;
use crate::domain::fold::fold;
use crate::domain::refusal::Refusal;
use crate::domain::rows::{self, Row};
use crate::store::{Store, StoreError};
use std::path::Path;

impl Desk {
    /// Opens a file to look it over or to mend it: where the stored catalog cannot be read, with the one its
    /// entries make.
    pub fn open_damaged(path: &Path) -> Result<Desk, Error> {
        let store = Store::open_existing(path)?;
        let damaged = matches!(store.catalog(), Err(StoreError::Damaged { .. }));
        if !damaged {
            return Desk::on(store);
        }
        let mut desk = Desk::with(store, Catalog::default());
        let folded = desk.fold_catalog().unwrap_or_default();
        // The number of the head is what the catalog is compared with before each use.
        let seq = desk.store.head()?.catalog_seq;
        desk.take_catalog(Catalog { seq, ..folded });
        Ok(desk)
    }

    /// Makes every derived table again, in one transaction, and says how many rows differed. Calls
    /// `on_progress` with how many subjects of how many are made.
    ///
    /// # Errors
    /// Refused when the chain is broken; damaged when the file itself is, so that even a new table does not
    /// hold. Nothing has changed then.
    pub fn rebuild(&mut self, on_progress: &mut dyn FnMut(usize, usize)) -> Result<usize, Error> {
        self.kept.clear();
        self.store.begin()?;
        let done = self.make_again(on_progress).and_then(|(catalog, differed)| {
            self.store.commit()?;
            Ok((catalog, differed))
        });
        match done {
            Ok((catalog, differed)) => {
                self.take_catalog(catalog);
                Ok(differed)
            }
            Err(error) => {
                self.store.roll_back()?;
                Err(error)
            }
        }
    }

    pub(super) fn make_again(
        &mut self,
        on_progress: &mut dyn FnMut(usize, usize),
    ) -> Result<(Catalog, usize), Error> {
        let restored = self.store.restore_definitions()?;
        self.store.reindex_journal()?;
        if let Some((seq, why)) = self.store.broken_at()? {
            return Err(broken(seq, why));
        }
        let catalog = self.fold_catalog()?;
        let (mut numbers, mut differed) = (Numbers::FIRST, restored);
        let subjects = self.store.subjects()?;
        // Twice through the journal, so that memory holds one subject and not the company.
        for id in &subjects {
            let entries = self.store.entries(*id)?;
            entries.iter().for_each(|entry| numbers.pass(entry));
            let mut expected = rows::rows(&fold(*id, &entries, &catalog), &catalog);
            expected.retain(|row| !matches!(row, Row::Measured(_)));
            differed += match self.store.rows_of(*id) {
                Ok(stored) => differing(expected, stored),
                Err(StoreError::Damaged { .. }) => expected.len(),
                Err(error) => return Err(error.into()),
            };
        }
        differed += self.store.odd_tallies()?.len();
        // What cannot be read counts as missing.
        let kept = self.store.rollup(None, (i64::MIN, i64::MAX)).unwrap_or_default();
        self.store.empty_rows()?;
        for (n, id) in subjects.iter().enumerate() {
            on_progress(n, subjects.len());
            self.store.fill_rows(self.rows_by_journal(*id, &catalog)?)?;
        }
        on_progress(subjects.len(), subjects.len());
        differed += self.store.rollup(None, (i64::MIN, i64::MAX))?.differing(&kept).len();
        differed += self.store.mend(&catalog, numbers)?;
        match self.store.integrity()?.into_iter().next() {
            Some(detail) => Err(StoreError::Damaged { path: self.store.path().to_path_buf(), detail }.into()),
            None => Ok((catalog, differed)),
        }
    }

    fn rows_by_journal(&self, id: SubjectId, catalog: &Catalog) -> Result<Vec<Row>, StoreError> {
        Ok(rows::rows(&fold(id, &self.store.entries(id)?, catalog), catalog))
    }
}

fn broken(seq: i64, why: &str) -> Error {
    let refusal = Refusal::NotNow {
        what: format!("Nothing was rebuilt: the chain of the journal breaks at entry {seq} ({why})."),
        hint: "Restore a backup; tables are only made from a journal that is as it was written.".to_string(),
    };
    Error::refused(refusal, &|at| at.0.to_string())
}

/// Rows that are missing, too many or different.
fn differing(expected: Vec<Row>, stored: Vec<Row>) -> usize {
    let (expected, mut stored) = (sorted(expected), sorted(stored).into_iter().peekable());
    let mut differing = 0;
    for row in &expected {
        while stored.next_if(|other| other.key() < row.key()).is_some() {
            differing += 1;
        }
        differing += usize::from(stored.next_if(|other| other.key() == row.key()).as_ref() != Some(row));
    }
    differing + stored.count()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::command::Command;
    use crate::domain::{CaseId, HandoffId};

    fn rebuilt(desk: &mut Desk) -> usize {
        let differed = desk.rebuild(&mut |_, _| {}).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        differed
    }

    /// Everything a file holds, by subject.
    fn content(desk: &Desk) -> Vec<Vec<Row>> {
        let subjects = desk.store.subjects().unwrap();
        subjects.into_iter().map(|id| sorted(desk.store.rows_of(id).unwrap())).collect()
    }

    /// What was made again is worked on.
    fn accept(desk: &mut Desk, now: crate::domain::Instant) {
        let (case, handoff) = (CaseId(1), HandoffId(2));
        let accept = Command::AcceptHandoff { case, handoff, next_action: None, when: None };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
    }

    #[test]
    fn a_sound_file_stays_as_it_is() {
        let (mut desk, now) = desk();
        desk.undo(&ctx("bo", now)).unwrap();
        let (before, head) = (content(&desk), desk.store.head().unwrap());
        let mut steps = Vec::new();
        assert_eq!(desk.rebuild(&mut |n, of| steps.push((n, of))).unwrap(), 0);
        assert_eq!((content(&desk), desk.store.head().unwrap()), (before, head));
        assert_eq!(steps, [(0, 1), (1, 1)]);
    }

    /// A table of lists, its index, a trigger that counts, or the list of commands: the journal is there, and so is how each
    /// is made.
    #[test]
    fn what_was_dropped_or_made_otherwise_is_made_again() {
        for tampered in [
            &["DROP TABLE place"][..],
            &["DROP TABLE work_case"],
            &["DROP TABLE tally"],
            &["DROP TABLE rollup"],
            &["DROP TABLE op"],
            &["DROP TABLE draft"],
            &["DROP INDEX handoff_person"],
            &["DROP INDEX clock_next", "CREATE INDEX clock_next ON clock (kind)"],
            &["CREATE TRIGGER other AFTER INSERT ON place BEGIN DELETE FROM task; END"],
            &["DROP TABLE clock", "CREATE TABLE clock (x)"],
        ] {
            let (mut desk, now) = desk();
            let before = content(&desk);
            tampered.iter().for_each(|sql| _ = desk.store.tamper(sql).unwrap());
            assert!(rebuilt(&mut desk) > 0, "{tampered:?}");
            assert_eq!(content(&desk), before, "{tampered:?}");
            accept(&mut desk, now);
            assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), [], "{tampered:?}");
        }
    }

    #[test]
    fn whatever_is_done_to_derived_tables_is_undone() {
        for (differed, sql) in [
            (1, "UPDATE work_case SET title = 'other'"),
            (1, "DELETE FROM place"),
            (1, "UPDATE place SET step = 'NOT A HANDLE'"),
            (1, "INSERT INTO exception VALUES (1, 1, 'ana', 'unrouted', 'x', 5)"),
            (1, "INSERT INTO record VALUES (5, 'customer', 'Ghost', '{}', 1, 1, NULL, '')"),
            (1, "UPDATE catalog SET state = replace(state, 'finance', 'finanze')"),
            (1, "UPDATE catalog SET state = '{'"),
            (1, "DELETE FROM catalog"),
            (1, "UPDATE head SET next_case = 1, next_task = 90, catalog_seq = 2"),
            (1, "DELETE FROM op WHERE first_seq = 3"),
            (1, "UPDATE op SET at = at + 1 WHERE first_seq = 3"),
            (
                1,
                "INSERT INTO op SELECT zeroblob(16), actor, at, subject, subject_id, first_seq, last_seq, NULL FROM op LIMIT 1",
            ),
        ] {
            let (mut desk, now) = desk();
            let (before, head) = (content(&desk), desk.store.head().unwrap());
            assert!(desk.store.tamper(sql).unwrap() > 0, "{sql}");
            let found = rebuilt(&mut desk);
            // What cannot be read counts whole.
            assert!(if sql.contains("HANDLE") { found > 1 } else { found == differed }, "{found}: {sql}");
            assert_eq!((content(&desk), desk.store.head().unwrap()), (before, head), "{sql}");
            accept(&mut desk, now);
            assert!(desk.catalog().unwrap().roles.contains_key(&h("finance")));
        }
    }

    #[test]
    fn a_changed_past_is_refused_and_nothing_is_written() {
        for (sql, said) in [
            (
                "UPDATE entry SET body = replace(body, '12400', '99999') WHERE subject = 2",
                "Nothing was rebuilt: the chain of the journal breaks at entry ",
            ),
            (
                "DELETE FROM entry WHERE seq = 4",
                "Nothing was rebuilt: the chain of the journal breaks at entry 4",
            ),
            ("DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)", "Nothing was rebuilt"),
            ("UPDATE head SET hash = zeroblob(32)", "Nothing was rebuilt"),
        ] {
            let (mut desk, _) = desk();
            desk.store.tamper("UPDATE work_case SET title = 'other'").unwrap();
            assert!(desk.store.tamper(sql).unwrap() > 0);
            let before = content(&desk);
            let refused = desk.rebuild(&mut |_, _| {}).unwrap_err();
            assert!(refused.to_string().starts_with(said), "{refused}");
            assert!(refused.hint().starts_with("Restore a backup"), "{}", refused.hint());
            assert_eq!(content(&desk), before, "{sql}");
            assert!(desk.store.begin().is_ok(), "no transaction is left open");
        }
    }

    #[test]
    fn a_file_whose_catalog_cannot_be_read_is_opened_and_mended() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("t.db");
        desk().0.store.backup(&path).unwrap();
        Store::open(&path).unwrap().tamper("UPDATE catalog SET state = '{'").unwrap();
        assert!(Desk::open_existing(&path).is_err());
        let mut damaged = Desk::open_damaged(&path).unwrap();
        let found = damaged.doctor(&mut |_, _| {}).unwrap();
        assert_eq!(found.iter().map(|found| found.about.as_str()).collect::<Vec<_>>(), ["catalog"]);
        assert_eq!(rebuilt(&mut damaged), 1);
        assert!(Desk::open_existing(&path).is_ok());
    }
}
