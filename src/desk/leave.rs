//! Somebody leaves: what they hold as a plan, and the plan carried out as one. All of it happens, or nothing.

use super::{Desk, Done, Error, Series};
use crate::domain::command::Command;
use crate::domain::leaver::{InHand, Plan};
use crate::domain::{Handle, Instant};
use crate::store::CaseFilter;

impl Desk {
    /// Everything somebody holds, with proposals.
    ///
    /// # Errors
    /// When nobody has that handle, or the store could not do it.
    pub fn leaving(&mut self, person: &Handle, now: Instant) -> Result<Plan, Error> {
        let catalog = self.catalog()?;
        let open = CaseFilter { state: Some("open".to_string()), ..CaseFilter::default() };
        let hand = InHand {
            places: self.store.places_of(person, &[])?.into_iter().map(|p| (p.place, p.case)).collect(),
            handoffs: self.store.handoffs(None)?,
            exceptions: self.store.exceptions_of(person)?,
            cases: self.store.cases(&open)?,
        };
        Ok(Plan::of(&catalog, person, &hand, now))
    }

    /// Marks somebody as gone and gives everything they hold to those whom the plan names. What they have come
    /// to hold since the plan was made blocks it like a line without a destination.
    ///
    /// # Errors
    /// Refusals of the domain, and of the store; nothing has happened then.
    pub fn leave(&mut self, plan: &Plan, by: &mut Series<'_>) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| {
            let mut now = desk.leaving(&plan.person, by.now)?;
            for line in &mut now.lines {
                let said = plan.lines.iter().find(|said| said.held == line.held);
                line.to = said.and_then(|said| said.to.clone());
            }
            let homeless = now.homeless();
            let gone = Command::Leave { person: plan.person.clone(), homeless };
            let mut done = vec![desk.execute(&gone, &by.context())?];
            for command in now.commands(&*desk.catalog()?, by.now) {
                done.push(desk.execute(&command, &by.context())?);
            }
            Ok(done)
        })
    }
}
