//! What logs told of cases that no row of the desk tells: what passed before each row of those that know no offers, and why
//! work came back in those that were told whole. Reads; measures nothing.

use super::file::Chosen;
use super::history::Told;
use crate::desk::{Desk, Error};
use crate::domain::decline::DeclineReason;
use crate::domain::event::ImportedRow;
use crate::domain::process::Process;
use crate::domain::told_whole::{Whole, WholeBecame};
use crate::domain::{CaseId, Handle, Instant};

impl Desk {
    /// The time before each row of the cases that logs told of, those open now and those that ended since an instant: case,
    /// the step before, the step, and from when to when. Nobody knows what it was lost to: a log shows no offers.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn told_waits(
        &mut self,
        process: &Handle,
        from: Instant,
        each: &mut dyn FnMut(CaseId, &Handle, &Handle, (Instant, Instant)),
    ) -> Result<(), Error> {
        let work = self.finished_cases(process, &Chosen { from: Some(from), ..Chosen::default() })?;
        let rows = work.by_case();
        let told = rows.iter().filter(|row| row.told);
        for (before, row) in told.clone().zip(told.skip(1)).filter(|(before, row)| before.case == row.case) {
            let case = work.cases.get(row.case as usize).map(|case| case.id);
            if let (Some(case), Some(before_step), Some(step)) =
                (case, work.steps.get(before.step), work.steps.get(row.step))
            {
                each(case, before_step, step, (before.ended, row.accepted));
            }
        }
        let catalog = self.catalog()?;
        let (open, _) = self.told(&catalog, Some(process), Instant(i64::MAX), None)?;
        for (before, row) in
            open.iter().zip(open.iter().skip(1)).filter(|(before, row)| before.case == row.case)
        {
            if let Some(ended) = before.ended {
                each(row.case, &before.step, &row.step, (ended, row.accepted));
            }
        }
        Ok(())
    }
}

/// What a case that was told whole says of why work came back.
pub(super) fn hear_whole(
    case: CaseId,
    (rows, whole): (&[ImportedRow], &Whole<u32, Handle>),
    process: Option<&Process>,
    told: &mut Told,
) {
    let handle = |step: u32| Some(process?.steps.get(step as usize)?.handle.clone());
    for (row, work) in rows.iter().zip(&whole.work) {
        if let Some((back, step)) = work.returned.as_ref().zip(handle(row.step)) {
            told.sent_back.entry((step, back.reason.clone())).or_default().push(case);
        }
    }
    for offer in &whole.offers {
        let (WholeBecame::Declined { by, reason, .. }, Some(step)) = (&offer.became, handle(offer.step))
        else {
            continue;
        };
        let key = (step, DeclineReason::words(reason).into_owned());
        told.declined.entry(key).or_default().push(case);
        if let Some(by) = by {
            *told.declined_by.entry(by.clone()).or_default() += 1;
        }
    }
}
