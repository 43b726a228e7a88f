//! How long each visit to a step took and each handoff waited, from the rows of finished cases.

use super::WeekFigures;
use crate::desk::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::rows::{CaseRow, HandoffRow, TaskRow};
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use crate::store::CaseFilter;
use chrono::{Datelike, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// One occurrence of a step that was done.
#[derive(Debug)]
pub(super) struct Visit {
    pub case: CaseId,
    pub step: Handle,
    pub wait: Span,
    pub work: Span,
    imported: bool,
}

impl Visit {
    pub fn total(&self) -> Span {
        self.wait + self.work
    }
}

/// One handoff that came to an end, and was not from somebody to themselves.
#[derive(Debug)]
pub(super) struct Pass {
    pub case: CaseId,
    pub from_step: Option<Handle>,
    pub from: Handle,
    pub step: Handle,
    pub to: Party,
    pub accepted_in: Option<Span>,
    pub declined: bool,
}

/// The finished cases of a period with all that was done in them.
#[derive(Debug)]
pub(super) struct Measured {
    pub finished: Vec<CaseRow>,
    pub visits: Vec<Visit>,
    pub passes: Vec<Pass>,
}

impl Measured {
    /// Whether all of it is from a log that knows one time a row.
    pub fn elapsed(&self) -> bool {
        !self.visits.is_empty() && self.visits.iter().all(|visit| visit.imported && visit.work == Span::ZERO)
    }

    /// The weeks in which cases ended, by the clocks of a zone.
    pub fn weeks(&self, zone: &Zone) -> Vec<WeekFigures> {
        let monday = |at: Instant| {
            let date = zone.date(at);
            date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
        };
        let ended = || self.finished.iter().filter_map(|case| Some((case, monday(case.ended?))));
        let (Some(first), Some(last)) =
            (ended().map(|(_, week)| week).min(), ended().map(|(_, week)| week).max())
        else {
            return Vec::new();
        };
        let mut weeks = BTreeMap::new();
        let mut week = first;
        while week <= last {
            let iso = week.iso_week();
            let name = format!("{}-W{:02}", iso.year(), iso.week());
            let (finished, with_due, on_time) = Default::default();
            weeks.insert(week, WeekFigures { name, finished, with_due, on_time });
            week += TimeDelta::days(7);
        }
        for (case, week) in ended() {
            let Some(week) = weeks.get_mut(&week) else { continue };
            week.finished.push(case.id);
            if case.due.is_some() {
                week.with_due.push(case.id);
            }
            if case.due.is_some() && case.ended <= case.due {
                week.on_time.push(case.id);
            }
        }
        weeks.into_values().collect()
    }
}

/// From start to end of a finished case.
pub(super) fn cycle(case: &CaseRow) -> Span {
    case.ended.map_or(Span::ZERO, |ended| ended - case.started)
}

impl Desk {
    pub(super) fn measure(
        &self,
        catalog: &Catalog,
        process: &Handle,
        from: Instant,
        to: Instant,
        wanted: &dyn Fn(&CaseId) -> bool,
    ) -> Result<Measured, Error> {
        let filter = CaseFilter {
            process: Some(process.clone()),
            state: Some("done".to_string()),
            ended: Some((from, to)),
            ..CaseFilter::default()
        };
        let mut finished = self.store.cases(&filter)?;
        finished.retain(|case| wanted(&case.id));
        let done = finished.iter().map(|case| case.id).collect::<BTreeSet<_>>();
        let imported = finished.iter().filter(|case| case.foreign.is_some());
        let imported = imported.map(|case| case.id).collect::<BTreeSet<_>>();
        let (tasks, handoffs) = self.finished_work(catalog, process, from, to)?;
        // Free tasks are no steps of the process; two of them have nothing in common but their name.
        let of_process = |handoff: &HandoffRow| handoff.free.is_none() && done.contains(&handoff.case);
        let handoffs = handoffs.into_iter().filter(of_process).collect::<Vec<_>>();
        let mut by_case = BTreeMap::<CaseId, Vec<TaskRow>>::new();
        for task in
            tasks.into_iter().filter(|task| task.done && task.free.is_none() && done.contains(&task.case))
        {
            by_case.entry(task.case).or_default().push(task);
        }
        let mut offers = offers(&handoffs);
        let mut visits = Vec::new();
        for (case, mut tasks) in by_case {
            tasks.sort_by_key(|task| (task.accepted, task.id));
            let logged = imported.contains(&case);
            let mut before = None::<Instant>;
            for task in tasks {
                let ended = task.ended.unwrap_or(task.accepted);
                let waited = match (logged, before) {
                    // A log shows no offers: all there is between two rows is a wait.
                    (true, Some(before)) => (task.accepted - before).max(Span::ZERO),
                    (true, None) => Span::ZERO,
                    (false, _) => offered(&mut offers, &task),
                };
                before = Some(ended);
                visits.push(Visit {
                    case,
                    wait: waited + task.waited,
                    work: (ended - task.accepted - task.waited).max(Span::ZERO),
                    step: task.step,
                    imported: logged,
                });
            }
        }
        let passes = handoffs.into_iter().filter_map(pass).collect();
        Ok(Measured { finished, visits, passes })
    }
}

/// Offers by case and step that are over, the last one first.
type Offers = BTreeMap<(CaseId, Handle), Vec<(Instant, Instant)>>;

fn offers(handoffs: &[HandoffRow]) -> Offers {
    let mut offers = Offers::new();
    for handoff in handoffs {
        if let Some(ended) = handoff.ended {
            let of = offers.entry((handoff.case, handoff.step.clone())).or_default();
            of.push((ended, handoff.offered));
        }
    }
    offers.values_mut().for_each(|of| of.sort_by(|a, b| b.cmp(a)));
    offers
}

/// For how long work was on offer before this acceptance: to everybody it was offered to for this visit.
fn offered(offers: &mut Offers, task: &TaskRow) -> Span {
    let Some(of) = offers.get_mut(&(task.case, task.step.clone())) else { return Span::ZERO };
    let mut waited = Span::ZERO;
    while let Some((ended, offered)) = of.last().copied().filter(|(ended, _)| *ended <= task.accepted) {
        waited = waited + (ended - offered);
        of.pop();
    }
    waited
}

fn pass(handoff: HandoffRow) -> Option<Pass> {
    let ended = handoff.ended?;
    let (accepted, declined) = (handoff.state == "accepted", handoff.state == "declined");
    if handoff.implicit || !(accepted || declined || handoff.state == "recalled") {
        return None;
    }
    Some(Pass {
        case: handoff.case,
        from_step: handoff.from_step,
        from: handoff.from,
        step: handoff.step,
        to: handoff.to,
        accepted_in: accepted.then(|| ended - handoff.offered),
        declined,
    })
}
