//! Who can act at a step of a case: one answer for picks, offers, reminders and rungs. Whoever may only look at the
//! process, did what the step checks, or declined this visit cannot, nor can anybody in their name who is not allowed
//! to either.

use super::super::case::Case;
use super::super::catalog::Catalog;
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::party::Party;
use super::super::process::{Process, Step};
use super::barred::{Visit, said_no};
use super::{Draft, decision, duties};
use std::collections::BTreeSet;

/// What is to be done: work of a case, at a step where it is known, on a visit where it was offered to several.
#[derive(Clone, Copy)]
pub(super) struct Able<'a> {
    pub catalog: &'a Catalog,
    pub case: &'a Case,
    pub process: &'a Process,
    pub step: Option<&'a Step>,
    pub visit: Option<Visit<'a>>,
    pub now: Instant,
}

impl<'a> Able<'a> {
    /// Whoever can act at a step of the case that is decided about.
    pub fn at(draft: &'a Draft<'_>, step: &'a Step) -> Able<'a> {
        let (catalog, case, process) = (draft.catalog, &draft.case, &draft.process);
        Able { catalog, case, process, step: Some(step), visit: None, now: draft.ctx.now }
    }

    /// Whether somebody may work on the case at all.
    pub fn works(&self, person: &Handle) -> bool {
        self.catalog.may_work(person, &self.case.process, &self.case.accountable)
    }

    /// Whether somebody may do it, themselves or for this person, who is away. A substitute may what the absent may.
    pub fn may(&self, person: &Handle, of: Option<&Handle>) -> bool {
        let declined = |visit| [Some(person), of].into_iter().flatten().any(|who| self.no(visit, who));
        (self.works(person) || of.is_some_and(|of| self.works(of)))
            && self.step.is_none_or(|step| duties::may_act(self.case, self.process, step, person, of).is_ok())
            && !self.visit.is_some_and(declined)
            && !self.has_voted(person, of)
    }

    /// Whether all that is open there is a vote of several that they gave theirs in: nobody votes twice, and only whoever
    /// holds the decision has more to do with it.
    fn has_voted(&self, person: &Handle, of: Option<&Handle>) -> bool {
        let Some(step) = self.step.filter(|step| decision::of_several(step)) else { return false };
        let open = self.case.tasks.values().filter(|task| task.step == step.handle && task.ended().is_none());
        let mut held = open.map(|task| {
            let votes = task.votes.iter().any(|vote| vote.is_of(person));
            votes && (of.is_some() || &task.holder != person)
        });
        held.next().is_some_and(|first| first && held.all(|voted| voted))
    }

    fn no(&self, visit: Visit<'_>, person: &Handle) -> bool {
        said_no(self.case, visit, person).is_some()
    }

    /// Those of a party who can be expected to do it now.
    pub fn of(&self, party: &Party) -> BTreeSet<Handle> {
        self.catalog.available_who(party, self.now, &|person, of| self.may(person, of))
    }
}
