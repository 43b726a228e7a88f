//! What a migration would do to a case: decided on what is stored now, and not written. Carrying it out is a
//! command like any other.

use super::{Desk, Error};
use crate::domain::command::{Command, Context};
use crate::domain::event::SubjectId;
use crate::domain::fold::Subject;
use crate::domain::migration::{self, CaseDiff};
use crate::domain::refusal::Refusal;
use crate::domain::{CaseId, Handle};

impl Desk {
    /// What migrating a case would change in it.
    ///
    /// # Errors
    /// The refusal the command would get.
    pub fn rehearse_migration(
        &mut self,
        case: CaseId,
        to: u32,
        map: &[(Handle, Handle)],
        ctx: &Context,
    ) -> Result<CaseDiff, Error> {
        let command = Command::MigrateCase { case, to, map: map.to_vec() };
        let Some(ready) = self.decide(&command, ctx)? else { return Ok(CaseDiff::default()) };
        let catalog = self.catalog()?;
        let (_, before) = self.load(SubjectId::Case(case))?;
        let (Some(before), Some(after)) = (before.case(), ready.after.as_ref().and_then(Subject::case))
        else {
            return Ok(CaseDiff::default());
        };
        let process = catalog.process(&after.process, to).ok_or_else(|| {
            let what = format!("There is no version {to} of `{}`.", after.process);
            let refusal = Refusal::NotFound { what, hint: "`baton process list` shows them.".to_string() };
            Error::refused(refusal, &|_| String::new())
        })?;
        Ok(migration::compare(before, after, process, &catalog))
    }
}
