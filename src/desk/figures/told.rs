//! What logs told of cases that no row of the desk tells: what passed before each row of those that know no offers, and why
//! work came back in those that were told whole. Reads; measures nothing.

use super::file::Chosen;
use super::finished::WorkRow;
use super::heard::Told;
use crate::desk::{Desk, Error};
use crate::domain::decline::DeclineReason;
use crate::domain::event::ImportedRow;
use crate::domain::process::Process;
use crate::domain::told_whole::{Whole, WholeBecame};
use crate::domain::{CaseId, Handle, Instant};

/// The time before a row of a log: since the row before it.
#[derive(Debug, Clone)]
pub(in crate::desk) struct ToldWait {
    pub case: CaseId,
    pub before: Handle,
    pub step: Handle,
    pub from: Instant,
    pub to: Instant,
}

impl Desk {
    /// The time before each row of the cases that logs told of, those open now and those that ended since an instant. Nobody
    /// knows what it was lost to: a log shows no offers.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub(in crate::desk) fn told_waits(
        &mut self,
        process: &Handle,
        from: Instant,
    ) -> Result<Vec<ToldWait>, Error> {
        let work = self.finished_cases(process, &Chosen { from: Some(from), ..Chosen::default() })?;
        let rows = work.by_case();
        let told = rows.iter().filter(|row| row.told);
        let catalog = self.catalog()?;
        let rule = catalog.newest(process).and_then(|(_, newest)| newest.measure.clone()).unwrap_or_default();
        let finish = super::measure::finish(&work, &rule);
        // What came after the finish by a rule of the process is no time of its case.
        let in_time = |before: &WorkRow| {
            let end = finish.get(before.case as usize).copied().flatten();
            rule.finish.is_none() || end.is_some_and(|end| before.ended < end)
        };
        let pairs = told.clone().zip(told.skip(1)).filter(|(before, row)| before.case == row.case);
        let pairs = pairs.filter(|(before, _)| in_time(before));
        let waits = pairs.filter_map(|(before, row)| {
            let case = work.cases.get(row.case as usize)?.id;
            let (before_step, step) =
                (work.steps.get(before.step)?.clone(), work.steps.get(row.step)?.clone());
            Some(ToldWait { case, before: before_step, step, from: before.ended, to: row.accepted })
        });
        let mut waits = waits.collect::<Vec<_>>();
        let (open, _) = self.told(&catalog, Some(process), Instant(i64::MAX), None)?;
        let pairs = open.iter().zip(open.iter().skip(1)).filter(|(before, row)| before.case == row.case);
        waits.extend(pairs.filter_map(|(before, row)| {
            let (before, from) = (before.step.clone(), before.ended?);
            Some(ToldWait { case: row.case, before, step: row.step.clone(), from, to: row.accepted })
        }));
        Ok(waits)
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
