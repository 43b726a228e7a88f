//! The catalog and the rows of open cases, derived anew once where an older program made them: what lists show of a case may differ
//! from one program to the next although the journal is the same. What is closed keeps the rows it ended with, but for logs,
//! what was reopened and what was done for each of a list.

use super::{Desk, Error};
use crate::domain::CaseId;
use crate::domain::catalog::Catalog;
use crate::domain::event::SubjectId;
use crate::domain::fold::fold;
use crate::domain::process::Process;
use crate::domain::rollup::Ended;
use crate::domain::rows::{self, Changes, DERIVATION, Row};
use crate::store::StoreError;
use std::path::Path;
use std::sync::Arc;

mod weeks;

/// The derivations that first let cases of logs end with what ends last, and count every visit to a step that was worked at.
const LOGS_END_LATER: u32 = 5;
const VISITS_SENT_BACK: u32 = 6;
/// The derivation that first kept what a closed case broke before it was reopened.
const BROKEN_BEFORE: u32 = 9;
/// The derivation that first kept what work was done for.
const DONE_FOR_EACH: u32 = 11;

impl Desk {
    /// Opens a file that must be there, and tells how many open cases of how many have rows of this program, where
    /// an older one made them.
    pub fn open_telling(path: &Path, on_progress: &mut dyn FnMut(usize, usize)) -> Result<Desk, Error> {
        let store = crate::store::Store::open_existing(path)?;
        let catalog = store.catalog()?;
        let mut desk = Desk::with(store, catalog);
        desk.derive_open(on_progress)?;
        Ok(desk)
    }

    /// Puts the rows of every open case right, in one transaction, unless they are of this program already. Another
    /// program that opens the file meanwhile waits, and finds it done.
    pub(super) fn derive_open(&mut self, on_progress: &mut dyn FnMut(usize, usize)) -> Result<(), Error> {
        if self.store.derivation()? >= DERIVATION {
            return Ok(());
        }
        self.store.begin()?;
        let done = self.derive_in(on_progress).and_then(|()| Ok(self.store.commit()?));
        if done.is_err() {
            self.store.roll_back()?;
        }
        done
    }

    fn derive_in(&mut self, on_progress: &mut dyn FnMut(usize, usize)) -> Result<(), Error> {
        if self.store.derivation()? >= DERIVATION {
            return Ok(());
        }
        let was = self.store.derivation()?;
        let catalog = self.derive_catalog()?;
        let open = self.store.open_cases()?;
        let weeks = if was < VISITS_SENT_BACK { self.store.how_many_done()? } else { 0 };
        let all = open.len() + weeks;
        for (n, id) in open.iter().enumerate() {
            on_progress(n, all);
            match self.changes_of(SubjectId::Case(*id), &catalog) {
                Ok(changes) => self.store.put_rows(&changes)?,
                // What cannot be read stays as it is; `doctor` finds it.
                Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if was < LOGS_END_LATER {
            self.derive_ended(self.store.cases_of_logs_that_end_later()?, &catalog)?;
        }
        if was < BROKEN_BEFORE {
            self.derive_ended(self.store.closed_again()?, &catalog)?;
        }
        if was < DONE_FOR_EACH {
            let mut cases = Vec::new();
            for (process, versions) in &catalog.processes {
                let splits = |(_, of): &(u32, &Arc<Process>)| of.steps.iter().any(|step| step.each.is_some());
                for (version, _) in (1..).zip(versions).filter(splits) {
                    cases.extend(self.store.closed_of(process, version)?);
                }
            }
            self.derive_ended(cases, &catalog)?;
        }
        if was < VISITS_SENT_BACK {
            self.derive_weeks(&catalog, &mut |done| on_progress(open.len() + done, all))?;
        }
        on_progress(all, all);
        self.store.set_derivation(DERIVATION)?;
        Ok(())
    }

    /// Some closed cases that an older program let end otherwise. They count in the week they ended in, as that one
    /// counted them.
    fn derive_ended(&mut self, cases: Vec<CaseId>, catalog: &Catalog) -> Result<(), Error> {
        for id in cases {
            match self.changes_of_ended(SubjectId::Case(id), catalog) {
                Ok(changes) => self.store.put_rows(&changes)?,
                Err(StoreError::Damaged { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn changes_of_ended(&self, id: SubjectId, catalog: &Catalog) -> Result<Changes, StoreError> {
        let (mut before, entries) = (self.store.rows_of(id)?, self.store.entries(id)?);
        let after = rows::rows(&fold(id, &entries, catalog), catalog);
        let was = before.iter().find_map(|row| {
            if let Row::Case(row) = row { row.ended.map(|ended| (ended, row.due)) } else { None }
        });
        let counted =
            after.iter().find_map(|row| if let Row::Measured(row) = row { Some(row) } else { None });
        if let Some(((ended, due), counted)) = was.zip(counted) {
            let mut counted = (**counted).clone();
            if let Some(Ended::Done(worked)) = &mut counted.ended {
                worked.at = ended;
                worked.on_time = due.map(|due| ended <= due);
            }
            before.push(Row::Measured(Arc::new(counted)));
        }
        Ok(rows::changes(&before, after))
    }

    /// The catalog as its entries say; the stored one where they cannot be read, which `doctor` finds.
    fn derive_catalog(&mut self) -> Result<Catalog, Error> {
        match self.fold_catalog() {
            Ok(folded) => {
                self.store.put_catalog(&folded)?;
                self.take_catalog(folded.clone());
                Ok(folded)
            }
            Err(StoreError::Damaged { .. }) => Ok(self.store.catalog()?),
            Err(error) => Err(error.into()),
        }
    }

    fn changes_of(&self, id: SubjectId, catalog: &Catalog) -> Result<Changes, StoreError> {
        let mut derived = rows::rows(&fold(id, &self.store.entries(id)?, catalog), catalog);
        // Counted already, and not among the stored rows.
        derived.retain(|row| !matches!(row, Row::Measured(_)));
        Ok(rows::changes(&self.store.rows_of(id)?, derived))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, finish};
    use super::*;
    use crate::desk::figures::Chosen;
    use crate::domain::command::{Command, StartCase};
    use crate::domain::rollup::{MeasuredRow, Worked};
    use crate::domain::rows::CaseRow;
    use crate::domain::{Span, TaskId};

    /// The rows of a case as its entries make them.
    fn made(desk: &mut Desk, case: CaseId) -> Vec<Row> {
        let (id, catalog) = (SubjectId::Case(case), desk.catalog().unwrap());
        rows::rows(&fold(id, &desk.store.entries(id).unwrap(), &catalog), &catalog)
    }

    /// What is counted of a finished case, changed.
    fn measured(row: &MeasuredRow, change: impl Fn(&mut Worked)) -> Row {
        let mut row = row.clone();
        let Some(Ended::Done(worked)) = &mut row.ended else { panic!("done") };
        change(worked);
        Row::Measured(Arc::new(row))
    }

    fn done(task: i64) -> Command {
        finish(CaseId(2), TaskId(task))
    }

    /// As a file that another derivation wrote: one row differs, one is too many, one is missing.
    fn aged(path: &Path, derivation: u32) {
        let (mut desk, now) = desk();
        let note = Command::NoteCase { case: CaseId(1), text: "x".into() };
        desk.execute(&note, &ctx("bo", now)).unwrap();
        desk.store.backup(path).unwrap();
        let store = Desk::open(path).unwrap().store;
        for sql in [
            "UPDATE place SET to_party = '@bo' WHERE case_id = 1",
            "INSERT INTO exception (case_id, exception, person, kind, text, opened) VALUES (1, 7, 'bo', 'rung', 'x', 0)",
            "DELETE FROM handoff WHERE id = (SELECT max(id) FROM handoff)",
            &format!("UPDATE head SET derivation = {derivation}"),
        ] {
            assert!(store.tamper(sql).unwrap() > 0, "{sql}");
        }
    }

    #[test]
    fn rows_of_open_cases_are_derived_anew_once_where_an_older_program_made_them() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("aged.baton");
        aged(&path, 0);
        let mut told = Vec::new();
        let mut desk = Desk::open_telling(&path, &mut |done, of| told.push((done, of))).unwrap();
        assert_eq!(told, [(0, 1), (1, 1)]);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        assert_eq!(desk.places(None).unwrap()[0].place.to.as_ref().unwrap().to_string(), "finance");
        // Once: what is changed after that is for `doctor` to find.
        drop(desk);
        let other = folder.path().join("changed.baton");
        aged(&other, DERIVATION);
        let mut desk = Desk::open_telling(&other, &mut |_, _| panic!("nothing to derive")).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap().len(), 1);
    }

    #[test]
    fn a_row_that_cannot_be_read_keeps_nobody_from_opening_the_file_and_mending_it() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("aged.baton");
        aged(&path, 0);
        let store = crate::store::Store::open(&path).unwrap();
        assert_eq!(store.tamper("UPDATE exception SET kind = 'no kind'").unwrap(), 1);
        drop(store);
        let mut desk = Desk::open(&path).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap().len(), 1);
        desk.rebuild(&mut |_, _| {}).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// One row within another: the case ended with the one that began last, and ends with the one that ended last.
    #[test]
    fn finished_cases_of_a_log_end_with_what_ended_last_in_an_older_file_too() {
        let folder = tempfile::TempDir::new().unwrap();
        let (log, path) = (folder.path().join("log.csv"), folder.path().join("aged.baton"));
        let lines = "case,activity,start,end\n1,Long,2026-11-02T09:00:00Z,2026-11-20T09:00:00Z\n\
                     1,Short,2026-11-03T09:00:00Z,2026-11-04T09:00:00Z\n2,Long,2026-11-02T09:00:00Z,2026-11-03T09:00:00Z\n";
        std::fs::write(&log, lines).unwrap();
        let (mut desk, now) = desk();
        let mut next = super::super::tests::op;
        let mut by = crate::desk::Series { person: "bo".parse().unwrap(), now, op: &mut next };
        desk.import_log(&log, &crate::desk::LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        // As an older program left it.
        let id = desk.store.case_by_foreign(&"log".parse().unwrap(), "1").unwrap().unwrap();
        let new = made(&mut desk, id);
        let began_last = crate::domain::zone::parse_rfc3339("2026-11-04T09:00:00Z").unwrap();
        let old = new.iter().cloned().map(|row| match row {
            Row::Case(row) => Row::Case(CaseRow { ended: Some(began_last), touched: began_last, ..row }),
            Row::Measured(row) => measured(&row, |worked| worked.at = began_last),
            row => row,
        });
        let old = rows::changes(&new, old.collect());
        desk.store.put_rows(&old).unwrap();
        desk.store.tamper("UPDATE head SET derivation = 4").unwrap();
        assert!(!desk.doctor(&mut |_, _| {}).unwrap().is_empty());
        desk.store.backup(&path).unwrap();
        assert_eq!(Desk::open(&path).unwrap().doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// It was done a day late, reopened, and done within the new time.
    #[test]
    fn a_broken_promise_stays_broken_when_a_case_was_reopened_in_an_older_file_too() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("aged.baton");
        let (mut desk, now) = desk();
        let text = "process = 'quick'\ntitle = 'Quick'\nkind = 'operational'\npurpose = 'x'\naccountable = '@bo'\n\
                    goal = '3 days'\n[[step]]\nstep = 'do'\ntitle = 'Do'\nby = '@bo'\ngoal = '1 day'\nnext = { end = 'ok' }\n";
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        let start = StartCase { process: Some("quick".parse().unwrap()), ..StartCase::default() };
        let case = CaseId(2);
        let reason = "wrong".to_string();
        let reopen = Command::ReopenCase { case, reason, to: None, party: None };
        let (ended, broke) = (now + Span::DAY.times(6), now + Span::DAY.times(3));
        for (day, command) in [
            (0, Command::PublishProcess { process: process.into() }),
            (0, Command::StartCase(start)),
            (4, done(2)),
            (5, reopen),
        ] {
            desk.execute(&command, &ctx("bo", now + Span::DAY.times(day))).unwrap();
        }
        // Open again it has time once more, and is missed already.
        let open = |desk: &mut Desk| {
            let facts = desk.facts(&"quick".parse().unwrap(), &Chosen::default()).unwrap();
            (facts[0].ended, facts[0].kept(broke + Span::DAY.times(2)))
        };
        assert_eq!(open(&mut desk), (None, Some(false)));
        let row = desk.case(case, ended).unwrap().row;
        assert_eq!((row.due, row.breached, row.broken), (Some(now + Span::DAY.times(8)), None, Some(broke)));
        desk.store.tamper("UPDATE work_case SET broken = NULL").unwrap();
        desk.store.tamper("UPDATE head SET derivation = 9").unwrap();
        assert_eq!(open(&mut desk), (None, Some(true)));
        desk.derive_open(&mut |_, _| {}).unwrap();
        assert_eq!(open(&mut desk), (None, Some(false)));
        desk.execute(&done(3), &ctx("bo", ended)).unwrap();
        assert_eq!(open(&mut desk), (Some(ended), Some(false)));
        let on_time = |desk: &mut Desk| {
            let figures = desk.figures(&"quick".parse().unwrap(), now, ended + Span(1), ended).unwrap();
            (figures.on_time.len(), figures.with_due.len())
        };
        let right = (desk.case(case, ended).unwrap().row, on_time(&mut desk));
        assert_eq!((right.0.due, right.0.breached, right.1), (Some(broke), Some(broke), (0, 1)));
        // As an older program left it: the newest time alone counted.
        let new = made(&mut desk, case);
        let old = new.iter().cloned().map(|row| match row {
            Row::Case(row) => {
                Row::Case(CaseRow { due: Some(now + Span::DAY.times(8)), breached: None, ..row })
            }
            Row::Measured(row) => measured(&row, |worked| worked.on_time = Some(true)),
            row => row,
        });
        let old = rows::changes(&new, old.collect());
        desk.store.put_rows(&old).unwrap();
        desk.store.tamper("UPDATE head SET derivation = 8").unwrap();
        assert_eq!(on_time(&mut desk), (1, 1));
        assert!(!desk.doctor(&mut |_, _| {}).unwrap().is_empty());
        desk.store.backup(&path).unwrap();
        let mut desk = Desk::open(&path).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        assert_eq!((desk.case(case, ended).unwrap().row, on_time(&mut desk)), right);
    }

    /// Each item of a list is done once; then one of them is sent back, and done again.
    #[test]
    fn work_for_each_of_a_list_is_no_rework_in_an_older_file_either() {
        let (mut desk, now) = desk();
        let text = "process = 'many'\ntitle = 'Many'\nkind = 'operational'\npurpose = 'x'\naccountable = '@bo'\n\
                    [data.xs]\ntype = 'list'\n[[step]]\nstep = 'list'\ntitle = 'List'\nby = '@bo'\ngoal = '1 day'\n\
                    next = 'do'\n[[step]]\nstep = 'do'\ntitle = 'Do'\nby = '@bo'\ngoal = '1 day'\neach = 'xs'\n\
                    next = 'end'\n[[step]]\nstep = 'end'\ntitle = 'End'\nby = '@bo'\ngoal = '1 day'\nnext = { end = 'ok' }\n";
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        desk.execute(&Command::PublishProcess { process: process.into() }, &ctx("bo", now)).unwrap();
        let many = || "many".parse().unwrap();
        for case in [CaseId(2), CaseId(3)] {
            let data = vec![("xs".to_string(), "p, q, r".to_string())];
            let start = StartCase { process: Some(many()), data, ..StartCase::default() };
            desk.execute(&Command::StartCase(start), &ctx("bo", now)).unwrap();
            let open = |desk: &Desk| {
                desk.store.tasks(Some(case), None).unwrap().into_iter().find(|task| task.ended.is_none())
            };
            while let Some(task) = open(&desk) {
                desk.execute(&finish(case, task.id), &ctx("bo", now + Span::HOUR)).unwrap();
            }
            let items = desk.store.tasks(Some(case), None).unwrap().into_iter().map(|task| task.item);
            let item = |name: &str| Some(name.to_string());
            assert_eq!(items.collect::<Vec<_>>(), [None, item("p"), item("q"), item("r"), None]);
        }
        let (case, reason) = (CaseId(3), "wrong".to_string());
        let to = Some("do".parse().unwrap());
        desk.execute(&Command::ReopenCase { case, reason, to, party: None }, &ctx("bo", now + Span::DAY))
            .unwrap();
        let open = |desk: &Desk| {
            desk.store.tasks(Some(case), None).unwrap().into_iter().find(|task| task.ended.is_none())
        };
        while let Some(task) = open(&desk) {
            desk.execute(&finish(case, task.id), &ctx("bo", now + Span::DAY.times(2))).unwrap();
        }
        let again = |desk: &mut Desk| {
            let facts = desk.facts(&many(), &Chosen::default()).unwrap();
            let rows = desk
                .store
                .samples(&many(), 1, crate::domain::Instant(0), now + Span::DAY.times(9), &[])
                .unwrap();
            let samples = rows.iter().map(|row| row.right).collect::<Vec<_>>();
            let log = desk.log_of(&many(), &Chosen::default()).unwrap();
            let report = crate::domain::figures::report(&log, &log.events, true, None);
            (facts.iter().map(|of| of.done_again(&[])).collect::<Vec<_>>(), samples, report.repeats())
        };
        // The log has no word for what was done for which, and takes what is done for each as meant to come again.
        assert_eq!(again(&mut desk), (vec![false, true], vec![Some(true), Some(false)], 1));
        // As an older program left it.
        desk.store.tamper("UPDATE task SET item = NULL").unwrap();
        desk.store.tamper("UPDATE head SET derivation = 10").unwrap();
        assert_eq!(again(&mut desk).0, [true, true]);
        desk.derive_open(&mut |_, _| {}).unwrap();
        assert_eq!(again(&mut desk), (vec![false, true], vec![Some(true), Some(false)], 1));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// What an older program kept of the lengths of steps is counted anew, whatever it was, and the rest is left as it was.
    #[test]
    fn lengths_of_steps_are_counted_anew_in_a_file_of_a_program_that_left_some_out() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("aged.baton");
        let mut desk = Desk::in_memory().unwrap();
        let now = crate::domain::zone::parse_rfc3339("2026-11-20T10:42:00+01:00").unwrap();
        super::super::demo::generate(&mut desk, 1, now, 60, 80).unwrap();
        let log = folder.path().join("log.csv");
        std::fs::write(&log, "case,activity,start,end\n1,A,2026-11-02T09:00:00Z,2026-11-02T12:00:00Z\n")
            .unwrap();
        let mut next = super::super::tests::op;
        let mut by = crate::desk::Series { person: "ana".parse().unwrap(), now, op: &mut next };
        desk.import_log(&log, &crate::desk::LogWish::default(), &mut by, &mut |_, _| {}).unwrap();
        let kept = |desk: &mut Desk| desk.store.rollup(None, (i64::MIN, i64::MAX)).unwrap();
        let right = kept(&mut desk);
        let theirs = desk.store.processes_worked_here().unwrap().into_iter().collect();
        desk.store.put_step_lengths(&theirs, crate::domain::rollup::Rollup::default()).unwrap();
        let wrong = kept(&mut desk);
        assert!(right.differing(&wrong).len() > 20);
        desk.store.tamper("UPDATE head SET derivation = 5").unwrap();
        desk.store.backup(&path).unwrap();
        let mut told = Vec::new();
        let mut desk = Desk::open_telling(&path, &mut |done, of| told.push((done, of))).unwrap();
        assert_eq!(kept(&mut desk), right);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        assert!(told.is_sorted() && told.last().is_some_and(|(done, of)| done == of), "{told:?}");
    }

    #[test]
    fn two_programs_that_open_an_older_file_at_once_agree() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("aged.baton");
        aged(&path, 0);
        let open = || Desk::open(&path).map(|_| ());
        std::thread::scope(|scope| {
            let both = [scope.spawn(open), scope.spawn(open)];
            both.into_iter().for_each(|one| one.join().unwrap().unwrap());
        });
        assert_eq!(Desk::open(&path).unwrap().doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// Its rows are read as they are; writing would mix two derivations.
    #[test]
    fn an_older_program_looks_into_a_file_of_a_newer_derivation_and_does_not_write() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("newer.baton");
        aged(&path, DERIVATION + 1);
        let mut desk = Desk::open(&path).unwrap();
        assert_eq!(desk.places(None).unwrap().len(), 1);
        let found = desk.doctor(&mut |_, _| {}).unwrap();
        assert!(
            found.iter().any(|one| one.what == "a newer program made the rows of its lists"),
            "{found:?}"
        );
        let note = Command::NoteCase { case: CaseId(1), text: "x".into() };
        let refused = desk.execute(&note, &ctx("bo", crate::domain::Instant(0))).unwrap_err();
        assert!(matches!(refused, Error::Store(crate::store::StoreError::Newer { .. })), "{refused:?}");
    }
}
