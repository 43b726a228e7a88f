//! Why work came back, and how often somebody had to be pushed: from the entries of cases that were worked here, because rows
//! do not tell. Reads; computes no figure.

use super::told;
use crate::desk::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::decline::DeclineReason;
use crate::domain::event::{Actor, Event, SubjectId};
use crate::domain::flow::{CaseFacts, Pushed};
use crate::domain::fold::undone;
use crate::domain::{CaseId, Handle};
use std::collections::BTreeMap;

/// So many cases have their entries read for reasons and reminders: the newest. Reading all of a million would
/// take minutes.
const MOST_READ: usize = 2000;

/// Why work came back, and how often somebody had to be pushed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// Cases whose entries were read, of so many worked here.
    pub read: usize,
    pub of: usize,
    /// Step, reason in words, and the cases.
    pub declined: BTreeMap<(Handle, String), Vec<CaseId>>,
    pub sent_back: BTreeMap<(Handle, String), Vec<CaseId>>,
    /// How often each person declined an offer, to them or to a role of theirs.
    pub declined_by: BTreeMap<Handle, usize>,
    pub pushed: Pushed,
}

impl Desk {
    /// What the entries of these cases say beyond their rows; those of imported ones say nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub fn heard(&mut self, cases: &[CaseFacts]) -> Result<Told, Error> {
        let catalog = self.catalog()?;
        let own = cases.iter().filter(|case| !case.imported);
        let mut told = Told { of: own.clone().count(), ..Told::default() };
        for case in own.rev().take(MOST_READ) {
            told.read += 1;
            self.hear(case, &catalog, &mut told)?;
        }
        Ok(told)
    }

    fn hear(&self, case: &CaseFacts, catalog: &Catalog, told: &mut Told) -> Result<(), Error> {
        let (mut offered, mut held) = (BTreeMap::new(), BTreeMap::new());
        let entries = self.store.entries(SubjectId::Case(case.id))?;
        told.pushed += Pushed::of(&entries);
        let undone = undone(&entries);
        for entry in entries.into_iter().filter(|entry| !undone.contains(&entry.op)) {
            match entry.event {
                Event::HandoffOffered { handoff, step, .. } => {
                    offered.insert(handoff, step);
                }
                Event::HandoffAccepted { handoff, task, .. } => {
                    if let Some(step) = offered.get(&handoff) {
                        held.insert(task, step.clone());
                    }
                }
                Event::HandoffDeclined { handoff, reason, .. } => {
                    if let Some(step) = offered.get(&handoff) {
                        let key = (step.clone(), DeclineReason::words(&reason).into_owned());
                        told.declined.entry(key).or_default().push(case.id);
                        let who = match &entry.actor {
                            Actor::Substitute { of, .. } => Some(of),
                            actor => actor.person(),
                        };
                        if let Some(who) = who {
                            *told.declined_by.entry(who.clone()).or_default() += 1;
                        }
                    }
                }
                Event::TaskReturned { task, reason, .. } => {
                    if let Some(step) = held.get(&task) {
                        told.sent_back.entry((step.clone(), reason)).or_default().push(case.id);
                    }
                }
                Event::CaseImported { process, version, rows, whole: Some(whole), .. } => {
                    let process = catalog.process(&process, version);
                    told::hear_whole(case.id, (&rows, &whole), process.map(|of| &**of), told);
                }
                _ => {}
            }
        }
        Ok(())
    }
}
