//! The lengths that are kept by week of the work at each step, counted anew where an older program kept them: once those left out
//! what was sent back, what somebody had in hand before handing it on, and took waiting for somebody outside for work.

use crate::desk::{Desk, Error};
use crate::domain::case_rows;
use crate::domain::catalog::Catalog;
use crate::domain::event::SubjectId;
use crate::domain::fold::Subject;
use crate::domain::rollup::{Rollup, WeekKey, week_of};
use crate::domain::rows::{HandoffRow, TaskRow};
use crate::domain::visits::{Over, Work, is_outside, visits};
use crate::domain::{CaseId, Handle};
use crate::store::StoreError;
use std::collections::{BTreeMap, BTreeSet};

/// So many cases are looked at in one go.
const PAGE: usize = 2000;

impl Desk {
    /// From the rows of finished cases, which say all there is of lengths: folding a million cases would take minutes.
    pub(super) fn derive_weeks(
        &mut self,
        catalog: &Catalog,
        on_progress: &mut dyn FnMut(usize),
    ) -> Result<(), Error> {
        // What logs told of finished work came to the same in older programs, but for steps outside.
        let mut theirs = self.store.processes_worked_here()?.into_iter().collect::<BTreeSet<Handle>>();
        let outside = catalog
            .processes
            .iter()
            .filter(|(_, versions)| versions.iter().any(|version| version.steps.iter().any(is_outside)));
        theirs.extend(outside.map(|(process, _)| process.clone()));
        let (mut anew, mut after, mut done) = (Rollup::default(), CaseId(0), 0);
        loop {
            let page = self.store.finished_after(after, PAGE)?;
            let Some(last) = page.cases.last() else { break };
            after = last.id;
            let mut tasks = BTreeMap::<CaseId, Vec<TaskRow>>::new();
            for task in page.tasks.into_iter().filter(|task| task.free.is_none()) {
                tasks.entry(task.case).or_default().push(task);
            }
            let mut handoffs = BTreeMap::<CaseId, Vec<HandoffRow>>::new();
            for handoff in page.handoffs.into_iter().filter(|handoff| handoff.free.is_none()) {
                handoffs.entry(handoff.case).or_default().push(handoff);
            }
            done += page.cases.len();
            on_progress(done);
            for case in page.cases.iter().filter(|case| theirs.contains(&case.process)) {
                let Some(ended) = case.ended else { continue };
                let logged = case.foreign.is_some();
                let mut tasks = tasks.remove(&case.id).unwrap_or_default();
                if logged {
                    tasks.extend(self.told_of(case.id, catalog)?);
                }
                let process = catalog.process(&case.process, case.version).map(|of| &**of);
                let works = tasks.iter().map(|task| Work::of_row(task, process)).collect();
                let handoffs = handoffs.remove(&case.id).unwrap_or_default();
                let visits = visits(logged, works, handoffs.iter().filter_map(Over::of_row));
                let version = if case.migrated { 0 } else { case.version };
                anew.count_visits(
                    WeekKey { process: case.process.clone(), version, week: week_of(ended) },
                    &visits,
                );
            }
        }
        Ok(self.store.put_step_lengths(&theirs, anew)?)
    }

    /// The finished work that its log told of a case; nothing where the entry cannot be read, which `doctor` finds.
    fn told_of(&self, case: CaseId, catalog: &Catalog) -> Result<Vec<TaskRow>, Error> {
        let id = SubjectId::Case(case);
        let entries = match self.store.entries(id) {
            Err(StoreError::Damaged { .. }) => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut subject = Subject::empty(id);
        entries.iter().take(1).for_each(|entry| subject.apply(entry, catalog));
        Ok(subject.case().map(|case| case_rows::history(case).0).unwrap_or_default())
    }
}
