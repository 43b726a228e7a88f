//! What pick policies go by: who was offered a step when, and how much lies with whom. Looked up only where the
//! process of the case has such picks.

use super::{Desk, Error};
use crate::domain::case::Case;
use crate::domain::command::{Command, Loads};
use crate::domain::process::{Pick, Step};

impl Desk {
    /// Everything the picks of a case's process could ask for.
    pub(super) fn loads(&mut self, case: Option<&Case>, command: &Command) -> Result<Loads, Error> {
        let process = match (case, command) {
            (Some(case), _) => self.catalog.process(&case.process, case.version),
            (None, Command::StartCase(start)) => {
                start.process.as_ref().and_then(|process| self.catalog.newest(process)).map(|(_, p)| p)
            }
            _ => None,
        };
        let mut loads = Loads::default();
        let picks = |step: &Step| matches!(step.pick, Pick::RoundRobin | Pick::LeastLoaded);
        let Some(process) = process.filter(|process| process.steps.iter().any(picks)).cloned() else {
            return Ok(loads);
        };
        // What the same series gave to somebody counts as well.
        self.settle_rows()?;
        for step in &process.steps {
            if !picks(step) {
                continue;
            }
            let role = step.by.party().and_then(|party| self.catalog.roles.get(party.role()?));
            for person in role.iter().flat_map(|role| &role.members) {
                if step.pick == Pick::LeastLoaded && !loads.open.contains_key(person) {
                    loads.open.insert(person.clone(), self.store.open_with(person)?);
                }
                if step.pick == Pick::RoundRobin
                    && let Some(at) = self.store.last_offered(&process.handle, &step.handle, person)?
                {
                    loads.offered.insert((step.handle.clone(), person.clone()), at);
                }
            }
        }
        Ok(loads)
    }
}
