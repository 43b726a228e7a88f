//! Finished work, wherever it is kept: that of the desk in its tables, that of event logs in the entries that
//! brought the cases in. Reads only.

use super::{Desk, Error};
use crate::domain::case_rows;
use crate::domain::catalog::Catalog;
use crate::domain::fold::Subject;
use crate::domain::process::StepKind;
use crate::domain::rows::{HandoffRow, TaskRow};
use crate::domain::{CaseId, Handle, Instant};
use std::collections::BTreeMap;

impl Desk {
    /// The finished work and handoffs of the cases of a process that ended in a period, in order of their
    /// numbers.
    pub(super) fn finished_work(
        &self,
        catalog: &Catalog,
        process: &Handle,
        from: Instant,
        to: Instant,
    ) -> Result<(Vec<TaskRow>, Vec<HandoffRow>), Error> {
        let (mut tasks, mut handoffs) = self.store.finished_work(process, from, to)?;
        let (told, passed) = self.told(catalog, Some(process), from, Some(to))?;
        tasks.extend(told);
        handoffs.extend(passed);
        tasks.sort_by_key(|task| task.id);
        handoffs.sort_by_key(|handoff| handoff.id);
        Ok((tasks, handoffs))
    }

    /// Steps that were completed since an instant, every time by this person: process, step, how often.
    pub(super) fn done_by_nobody_else(
        &self,
        catalog: &Catalog,
        person: &Handle,
        since: Instant,
    ) -> Result<Vec<(Handle, Handle, u32)>, Error> {
        let mut done = BTreeMap::<(Handle, Handle), (u32, bool)>::new();
        let mut count = |process, step, holder: Option<&Handle>, times| {
            let (all, others) = done.entry((process, step)).or_default();
            *all += times;
            *others |= holder != Some(person);
        };
        for (process, step, holder, times) in self.store.done_since(since)? {
            count(process, step, holder.as_ref(), times);
        }
        for task in self.told(catalog, None, since, None)?.0 {
            if task.ended >= Some(since) {
                count(task.process, task.step, task.holder.as_ref(), 1);
            }
        }
        // What several decide was done by all who voted, whoever held it.
        let several = |(process, step): &(Handle, Handle)| {
            let step = catalog.newest(process).and_then(|(_, newest)| newest.step(step));
            step.is_some_and(|step| matches!(step.kind, StepKind::Decision { quorum: Some(_) }))
        };
        let only = done.into_iter().filter(|(of, (_, others))| !others && !several(of));
        Ok(only.map(|((process, step), (times, _))| (process, step, times)).collect())
    }

    /// Every task of a case.
    pub(super) fn tasks_of(&mut self, case: CaseId) -> Result<Vec<TaskRow>, Error> {
        let mut tasks = self.history(case)?.0;
        tasks.extend(self.store.tasks(Some(case), None)?);
        tasks.sort_by_key(|task| task.id);
        Ok(tasks)
    }

    /// Every handoff of a case.
    pub(super) fn handoffs_of(&mut self, case: CaseId) -> Result<Vec<HandoffRow>, Error> {
        let mut handoffs = self.history(case)?.1;
        handoffs.extend(self.store.handoffs(Some(case))?);
        handoffs.sort_by_key(|handoff| handoff.id);
        Ok(handoffs)
    }

    fn history(&mut self, case: CaseId) -> Result<(Vec<TaskRow>, Vec<HandoffRow>), Error> {
        let case = self.case_now(case)?;
        Ok(case.map(|case| case_rows::history(&case)).unwrap_or_default())
    }

    /// What the logs of cases told that ended since an instant and before another, or are open where there is
    /// no other.
    pub(super) fn told(
        &self,
        catalog: &Catalog,
        process: Option<&Handle>,
        from: Instant,
        to: Option<Instant>,
    ) -> Result<(Vec<TaskRow>, Vec<HandoffRow>), Error> {
        let (mut tasks, mut handoffs) = (Vec::new(), Vec::new());
        for entry in self.store.imports(process, from, to)? {
            let mut subject = Subject::empty(entry.subject);
            subject.apply(&entry, catalog);
            if let Some(case) = subject.case() {
                let (told, passed) = case_rows::history(case);
                tasks.extend(told);
                handoffs.extend(passed);
            }
        }
        Ok((tasks, handoffs))
    }
}
