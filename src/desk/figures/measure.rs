//! How long each visit to a step took and each handoff waited, from the rows of finished cases.

use super::WeekFigures;
use crate::desk::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::process::Measure;
use crate::domain::rollup::{Over, Work, visits};
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
    /// It came by a way whose wait is meant.
    pub deliberate: bool,
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
    pub offered: Instant,
    pub ended: Instant,
    pub accepted_in: Option<Span>,
    pub declined: bool,
    pub due: Option<Instant>,
}

impl Pass {
    /// Whether it was answered in time; `None` where nobody answered, or nothing was promised.
    pub fn kept(&self) -> Option<bool> {
        let answered = self.declined || self.accepted_in.is_some();
        self.due.filter(|_| answered).map(|due| self.ended <= due)
    }
}

/// The finished cases of a period with all that was done in them.
#[derive(Debug)]
pub(super) struct Measured {
    pub finished: Vec<CaseRow>,
    pub visits: Vec<Visit>,
    pub passes: Vec<Pass>,
    /// When work of each of them was first accepted, where any was.
    begun: BTreeMap<CaseId, Instant>,
    /// Cases that ended in the period and never came to what finishes one.
    pub unfinished: usize,
}

impl Measured {
    /// Whether all of it is from a log that knows one time a row.
    pub fn elapsed(&self) -> bool {
        !self.visits.is_empty() && self.visits.iter().all(|visit| visit.imported && visit.work == Span::ZERO)
    }

    /// From the first acceptance to the end of each finished case.
    pub fn taken_up(&self) -> Vec<Span> {
        let begun = |case: &CaseRow| self.begun.get(&case.id).copied().unwrap_or(case.started);
        self.finished.iter().filter_map(|case| Some(case.ended? - begun(case))).collect()
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
        rule: &Measure,
        wanted: &dyn Fn(&CaseId) -> bool,
    ) -> Result<Measured, Error> {
        // By a rule of its own a case finishes before it ends: those that end later are looked at too.
        let (period, to) = ((from, to), if rule.finish.is_some() { Instant(i64::MAX) } else { to });
        let filter = CaseFilter {
            process: Some(process.clone()),
            state: Some("done".to_string()),
            ended: Some((from, to)),
            ..CaseFilter::default()
        };
        let mut finished = self.store.cases(&filter)?;
        finished.retain(|case| wanted(&case.id));
        let (tasks, handoffs) = self.finished_work(catalog, process, from, to)?;
        let unfinished = finish(&mut finished, &tasks, rule, period);
        let done = finished.iter().map(|case| case.id).collect::<BTreeSet<_>>();
        let imported = finished.iter().filter(|case| case.foreign.is_some());
        let imported = imported.map(|case| case.id).collect::<BTreeSet<_>>();
        // Free tasks are no steps of the process; two of them have nothing in common but their name.
        let of_process = |handoff: &HandoffRow| handoff.free.is_none() && done.contains(&handoff.case);
        let handoffs = handoffs.into_iter().filter(of_process).collect::<Vec<_>>();
        let mut begun = BTreeMap::<CaseId, Instant>::new();
        for task in tasks.iter().filter(|task| task.free.is_none() && done.contains(&task.case)) {
            let first = begun.entry(task.case).or_insert(task.accepted);
            *first = task.accepted.min(*first);
        }
        let mut by_case = BTreeMap::<CaseId, Vec<TaskRow>>::new();
        for task in
            tasks.into_iter().filter(|task| task.done && task.free.is_none() && done.contains(&task.case))
        {
            by_case.entry(task.case).or_default().push(task);
        }
        let mut over = BTreeMap::<CaseId, Vec<Over<'_>>>::new();
        for handoff in handoffs.iter().filter(|handoff| !imported.contains(&handoff.case)) {
            if let Some(ended) = handoff.ended {
                let (from, offered) = (handoff.from_step.as_ref(), handoff.offered);
                let over = over.entry(handoff.case).or_default();
                over.push(Over { step: &handoff.step, from, offered, ended });
            }
        }
        let mut found = Vec::new();
        for (case, tasks) in &by_case {
            let logged = imported.contains(case);
            let works = tasks.iter().map(|task| Work {
                id: task.id,
                step: &task.step,
                accepted: task.accepted,
                ended: task.ended.unwrap_or(task.accepted),
                waited: task.waited,
            });
            let offers = over.remove(case).unwrap_or_default();
            found.extend(visits(logged, works.collect(), offers).into_iter().map(|visit| Visit {
                case: *case,
                wait: visit.wait,
                work: visit.work,
                deliberate: visit.before.is_some_and(|before| rule.is_deliberate(before, visit.of.step)),
                step: visit.of.step.clone(),
                imported: logged,
            }));
        }
        let passes = handoffs.into_iter().filter_map(pass).collect();
        Ok(Measured { finished, visits: found, passes, begun, unfinished })
    }
}

/// Lets cases end when they were finished by the rule, and leaves those out that were not, or not in the period.
/// How many ended in it and were not.
fn finish(cases: &mut Vec<CaseRow>, tasks: &[TaskRow], rule: &Measure, period: (Instant, Instant)) -> usize {
    let Some(step) = &rule.finish else { return 0 };
    let mut finished = BTreeMap::<CaseId, Instant>::new();
    for task in tasks.iter().filter(|task| task.done && task.free.is_none() && &task.step == step) {
        let at = task.ended.unwrap_or(task.accepted);
        let last = finished.entry(task.case).or_insert(at);
        *last = at.max(*last);
    }
    let within = |at: Option<Instant>| at.is_some_and(|at| period.0 <= at && at < period.1);
    let mut unfinished = 0;
    cases.retain_mut(|case| {
        let at = finished.get(&case.id).copied();
        unfinished += usize::from(at.is_none() && within(case.ended));
        case.ended = at;
        within(at)
    });
    unfinished
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
        offered: handoff.offered,
        ended,
        accepted_in: accepted.then(|| ended - handoff.offered),
        declined,
        due: handoff.due,
    })
}
