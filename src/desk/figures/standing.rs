//! How the cases of a process stand now: which are open, which are late, who is responsible for what of them. The one
//! place that says so for every list, figure and command. Measures nothing that has ended.

use super::history::became;
use crate::desk::{Desk, Error};
use crate::domain::flow::Passed;
use crate::domain::urgency::{Urgency, is_past};
use crate::domain::{CaseId, Handle, Instant};
use crate::store::{CaseFilter, OpenPlace};
use std::collections::BTreeSet;

/// The open cases of a process.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// In order of their numbers.
    pub open: Vec<CaseId>,
    /// Those of them with anything late: an offer, a task, or the case itself.
    pub late: BTreeSet<CaseId>,
    /// Their open branches.
    pub places: Vec<OpenPlace>,
}

/// Whether an open branch is late.
pub fn is_late(open: &OpenPlace, now: Instant) -> bool {
    Urgency::of(now, open.place.clock_started, open.place.due).is_late()
}

impl Standing {
    /// Who is responsible for each open branch, accepted or still on offer, and whether it is late.
    pub fn held(&self, now: Instant) -> impl Iterator<Item = (&Handle, bool)> {
        self.places.iter().map(move |open| (&open.place.responsible, is_late(open, now)))
    }
}

impl Desk {
    /// How a process stands, of the cases that are wanted.
    ///
    /// # Errors
    /// Those of the store.
    pub fn standing(
        &self,
        process: &Handle,
        now: Instant,
        wanted: &dyn Fn(&CaseId) -> bool,
    ) -> Result<Standing, Error> {
        let mut places = self.store.places(Some(process))?;
        places.retain(|open| wanted(&open.case.id));
        let filter = CaseFilter {
            process: Some(process.clone()),
            state: Some("open".to_string()),
            ..CaseFilter::default()
        };
        let mut open = self.store.cases(&filter)?;
        open.retain(|case| wanted(&case.id));
        let mut late =
            places.iter().filter(|open| is_late(open, now)).map(|open| open.case.id).collect::<BTreeSet<_>>();
        late.extend(open.iter().filter(|case| is_past(case.due, now)).map(|case| case.id));
        Ok(Standing { open: open.iter().map(|case| case.id).collect(), late, places })
    }

    /// What became of the offers of open cases so far.
    ///
    /// # Errors
    /// Those of the store.
    pub fn under_way(&self, process: &Handle, wanted: &dyn Fn(&CaseId) -> bool) -> Result<Passed, Error> {
        let (tasks, handoffs) = self.store.open_work(process)?;
        let mut passed = Passed::default();
        for handoff in &handoffs {
            if handoff.free.is_none() && !handoff.implicit && wanted(&handoff.case) {
                passed.offer(became(&handoff.state));
            }
        }
        let back = tasks.iter().filter(|task| task.free.is_none() && task.returned && wanted(&task.case));
        passed.sent_back = back.count();
        Ok(passed)
    }
}
