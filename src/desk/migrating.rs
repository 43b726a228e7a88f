//! A migration before it happens: which step becomes which, and what it would do to each open case. Carrying it
//! out is a bulk action like any other, taken back by one undo.

use super::query::not_found;
use super::{Desk, Error};
use crate::domain::command::{Command, Context};
use crate::domain::migration::{CaseDiff, Plan};
use crate::domain::process::Process;
use crate::domain::refusal::Refusal;
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, Handle};
use crate::store::CaseFilter;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a case would be left as it is, with what to do about it.
pub type Left = (String, String);

/// A plan, and what it would do to each case.
#[derive(Debug, Clone, PartialEq)]
pub struct Migrating {
    pub plan: Plan,
    pub old: Arc<Process>,
    pub new: Arc<Process>,
    /// How many cases are at each step of the old version.
    pub here: BTreeMap<Handle, usize>,
    pub cases: Vec<(CaseRow, Result<CaseDiff, Left>)>,
}

impl Migrating {
    /// The cases it can be done to, as commands.
    pub fn commands(&self) -> Vec<Command> {
        let map = self.plan.pairs();
        let can = self.cases.iter().filter(|(_, result)| result.is_ok());
        let command = |case: CaseId| Command::MigrateCase { case, to: self.plan.to, map: map.clone() };
        can.map(|(row, _)| command(row.id)).collect()
    }

    /// How many cases it would leave as they are.
    pub fn left(&self) -> usize {
        self.cases.iter().filter(|(_, result)| result.is_err()).count()
    }
}

impl Desk {
    /// What migrating the open cases of one version to another would do. `map` overrides what is proposed; with no
    /// `from` the newest version that open cases run and that is not `to`.
    ///
    /// # Errors
    /// A process or version that is not there, and that no case runs an older version.
    pub fn migrating(
        &mut self,
        process: &Handle,
        from: Option<u32>,
        to: u32,
        map: &[(Handle, Handle)],
        ctx: &Context,
    ) -> Result<Migrating, Error> {
        let catalog = self.catalog()?;
        let version = |version: u32| {
            let missing = || {
                let what = format!("There is no version {version} of `{process}`.");
                not_found(what, "`baton process list` shows the newest.")
            };
            catalog.process(process, version).cloned().ok_or_else(missing)
        };
        let new = version(to)?;
        let filter = CaseFilter {
            process: Some(process.clone()),
            state: Some("open".to_string()),
            ..CaseFilter::default()
        };
        let mut cases = self.store.cases(&filter)?;
        let newest = || cases.iter().map(|case| case.version).filter(|version| *version != to).max();
        let Some(from) = from.or_else(newest) else {
            let refusal = Refusal::NotNow {
                what: format!("No open case of `{process}` runs another version than {to}."),
                hint: "Cases that begin from now on run the newest.".to_string(),
            };
            return Err(Error::refused(refusal, &|_| String::new()));
        };
        let old = version(from)?;
        cases.retain(|case| case.version == from);
        cases.sort_by_key(|case| case.id);
        let mut plan = Plan::propose(process, (from, &old), (to, &new));
        for (step, target) in map {
            plan.map.insert(step.clone(), Some(target.clone()));
        }
        let mut here = BTreeMap::<Handle, usize>::new();
        for open in self.store.places(Some(process))? {
            if cases.iter().any(|case| case.id == open.place.case) {
                *here.entry(open.place.step).or_default() += 1;
            }
        }
        let pairs = plan.pairs();
        let mut results = Vec::new();
        for case in cases {
            let result = match self.rehearse_migration(case.id, to, &pairs, ctx) {
                Ok(diff) => Ok(diff),
                Err(error @ Error::Refused { .. }) => Err((error.to_string(), error.hint())),
                Err(error) => return Err(error),
            };
            results.push((case, result));
        }
        Ok(Migrating { plan, old, new, here, cases: results })
    }
}
