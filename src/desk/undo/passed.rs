//! Actions that are passed over on the way to one that can be taken back, and what an older one may not touch then.

use super::{Error, Part};
use crate::domain::event::{OpId, SubjectId};
use crate::domain::taken::About;
use std::collections::BTreeSet;

/// How many actions are passed over.
pub(super) const MOST_PASSED: usize = 50;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::desk) enum Turn {
    Undo,
    UndoPassing,
    Redo,
}

/// Actions that have to stay, and what they changed.
#[derive(Default)]
pub(super) struct Passed {
    pub actions: Vec<OpId>,
    subjects: BTreeSet<SubjectId>,
    abouts: BTreeSet<About>,
    /// Why the first of them has to.
    pub refusal: Option<Error>,
}

impl Passed {
    pub fn over(&mut self, action: OpId, parts: &[Part], refusal: Error) {
        self.actions.push(action);
        self.subjects.extend(of_cases(parts).map(|part| part.subject));
        self.abouts.extend(parts.iter().flat_map(Part::abouts));
        self.refusal.get_or_insert(refusal);
    }

    /// Whether they changed something that this action changed before.
    pub fn touches(&self, parts: &[Part]) -> bool {
        of_cases(parts).any(|part| self.subjects.contains(&part.subject))
            || parts.iter().flat_map(Part::abouts).any(|about| self.abouts.contains(&about))
    }
}

/// The parts that are no part of the catalog.
pub(super) fn of_cases(parts: &[Part]) -> impl Iterator<Item = &Part> {
    parts.iter().filter(|part| part.subject != SubjectId::Catalog)
}
