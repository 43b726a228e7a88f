//! Why a case does not move, with what the domain needs to know of others, and what that costs a process in all.
//! Reads only; the causes are `domain::stuck`.

use super::{Desk, Error};
use crate::domain::event::SubjectId;
use crate::domain::flow::Risk;
use crate::domain::fold::fold;
use crate::domain::refusal::Refusal;
use crate::domain::rows::{CaseRow, HandoffRow, TaskRow};
use crate::domain::stuck::{Look, Pace, Stuck};
use crate::domain::urgency::is_past;
use crate::domain::visits::is_outside;
use crate::domain::when::{distance, show};
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, Span};
use std::collections::BTreeMap;

/// What counts as somebody's recent pace.
const LATELY: Span = Span::DAY.times(14);

/// Why one case does not move.
#[derive(Debug, Clone, PartialEq)]
pub struct StuckCase {
    pub row: CaseRow,
    /// What needs a decision first; empty for a closed case.
    pub causes: Vec<Stuck>,
    /// How likely it is to be late, where something can be said of that.
    pub risk: Option<Risk>,
}

impl StuckCase {
    /// That the case is late as a whole, and since when, for somebody who asks why. What its work is late with, the causes say.
    pub fn late(&self, now: Instant, zone: &Zone) -> Option<String> {
        let due = self.row.due.filter(|_| self.row.state == "open" && is_past(self.row.due, now))?;
        let long = distance(now - due);
        Some(format!("As a whole it is late: it was due {}, {long} ago.", show(due, now, zone)))
    }
}

/// What waiting costs, of one cause at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// `not_accepted`, `not_offered_again`, `outside`, `waiting`, `not_started`; `before_it` of what a log told, which does not
    /// say what the time between two rows was lost to.
    pub cause: &'static str,
    /// The handoff, as `Quote -> Approve`, or the step.
    pub at: String,
    /// Within the hours of the process's calendar; as it passes where it has none.
    pub hours: Span,
    pub times: usize,
    /// The cases, those that lost most first.
    pub cases: Vec<CaseId>,
}

/// Hours, how often, and the hours of each case.
type Sum = (Span, usize, BTreeMap<CaseId, Span>);

impl Desk {
    /// Why a case does not move.
    pub fn stuck(&mut self, id: CaseId, now: Instant) -> Result<StuckCase, Error> {
        let catalog = self.catalog()?;
        let missing = || {
            let hint = "`baton case list` shows the cases.".to_string();
            Error::refused(Refusal::NotFound { what: format!("There is no case {id}."), hint }, &|_| {
                String::new()
            })
        };
        let row = self.row_of(id)?.ok_or_else(missing)?;
        let entries = self.store.entries(SubjectId::Case(id))?;
        let subject = fold(SubjectId::Case(id), &entries, &catalog);
        let case = subject.case().ok_or_else(missing)?;
        let process = case.definition(&catalog).ok_or_else(missing)?;
        let mut pace = BTreeMap::new();
        for (task, work) in
            case.tasks.iter().filter(|(_, work)| work.ended().is_none() && work.started.is_none())
        {
            let open = self.store.tasks(None, Some(&work.holder))?;
            let older =
                open.iter().filter(|other| other.id != *task && other.accepted < work.accepted).count();
            let done = self.store.finished_by(&work.holder, now - LATELY)?;
            pace.insert(
                (work.holder.clone(), *task),
                Pace::of(&work.holder, (older, done), LATELY, &catalog, now),
            );
        }
        let risk = self.risk_of(id, now)?;
        let look = Look { case, process: &process, catalog: &catalog, entries: &entries, pace: &pace, now };
        Ok(StuckCase { row, causes: look.causes(), risk })
    }

    /// The hours a process lost since an instant, by cause and by handoff, most first: offered and not accepted,
    /// declined and not offered again, with somebody outside, in hand and waiting. Beside them what was accepted and not begun:
    /// until somebody said that they began, or until now; that is time in hand. Open work counts up to now.
    pub fn lost(&mut self, process: &Handle, from: Instant, now: Instant) -> Result<Vec<Lost>, Error> {
        let catalog = self.catalog()?;
        let newest = catalog.newest(process).map(|(_, newest)| newest.clone());
        let calendar = newest.as_ref().and_then(|newest| catalog.calendar_of(newest));
        let calendar =
            calendar.and_then(|name| catalog.newest_calendar(&name)).map(|(_, calendar)| calendar.clone());
        let open_time = |a: Instant, b: Instant| {
            let (a, b) = (a.max(from), b.min(now));
            match &calendar {
                _ if b <= a => Span::ZERO,
                Some(calendar) => calendar.open_time(a, b),
                None => b - a,
            }
        };
        let title = |step: &Handle| {
            // What another version called so is still called so.
            let versions = catalog.processes.get(process).into_iter().flatten().rev();
            let known =
                versions.filter_map(|version| version.step(step)).map(|step| step.title.clone()).next();
            known.unwrap_or_else(|| step.to_string())
        };
        let (tasks, handoffs) = self.store.work_since(process, from)?;
        let mut lost = BTreeMap::<(&'static str, String), Sum>::new();
        let mut add = |cause, at: String, case: CaseId, span: Span| {
            if span > Span::ZERO {
                let one = lost.entry((cause, at)).or_default();
                one.0 = one.0 + span;
                one.1 += 1;
                let of = one.2.entry(case).or_default();
                *of = *of + span;
            }
        };
        let way = |step: &Handle, before: &Option<Handle>| match before {
            Some(before) => format!("{} -> {}", title(before), title(step)),
            None => format!("start -> {}", title(step)),
        };
        let measure = newest.as_ref().and_then(|newest| newest.measure.clone()).unwrap_or_default();
        let meant = |before: Option<&Handle>, step: &Handle| {
            before.is_some_and(|before| measure.is_deliberate(before, step))
        };
        let mut refused = BTreeMap::<(CaseId, &Handle), Instant>::new();
        for HandoffRow { step, from_step, case, offered, ended, implicit, state, .. } in &handoffs {
            let at = || way(step, from_step);
            let refusal = matches!(state.as_str(), "declined" | "recalled");
            // What was offered on and not taken stayed in the hand it was in.
            if refusal && from_step.as_ref() == Some(step) {
                continue;
            }
            // Until somebody offers it again it lies with whoever offered it.
            if let Some(since) = refused.remove(&(*case, step)) {
                add("not_offered_again", at(), *case, open_time(since, *offered));
            }
            if let Some(ended) = ended.filter(|_| refusal) {
                refused.insert((*case, step), ended);
            }
            if !implicit && !meant(from_step.as_ref(), step) {
                add("not_accepted", at(), *case, open_time(*offered, ended.unwrap_or(now)));
            }
        }
        for told in self.told_waits(process, from)? {
            if !meant(Some(&told.before), &told.step) {
                let at = way(&told.step, &Some(told.before));
                add("before_it", at, told.case, open_time(told.from, told.to));
            }
        }
        let outside =
            |step: &Handle| newest.as_ref().and_then(|newest| newest.step(step)).is_some_and(is_outside);
        for TaskRow { id, step, case, accepted, started, ended, waited, .. } in &tasks {
            let end = ended.unwrap_or(now);
            if outside(step) {
                add("outside", title(step), *case, open_time(*accepted, end));
                continue;
            }
            // What is over was begun at some time, which not everybody says.
            if let Some(begun) = started.or(Some(now).filter(|_| ended.is_none())) {
                add("not_started", title(step), *case, open_time(*accepted, begun.min(end)));
            }
            if *waited > Span::ZERO
                && let Some(known) = self.case_now(*case)?
                && let Some(task) = known.tasks.get(id)
            {
                let waits = task.waits.iter().map(|wait| open_time(wait.from, wait.to.unwrap_or(now)));
                add("waiting", title(step), *case, waits.sum());
            }
        }
        let told = lost.into_iter().map(|((cause, at), (hours, times, cases))| {
            let mut cases = cases.into_iter().collect::<Vec<_>>();
            cases.sort_by_key(|(case, span)| (std::cmp::Reverse(*span), *case));
            Lost { cause, at, hours, times, cases: cases.into_iter().map(|(case, _)| case).collect() }
        });
        let mut told = told.collect::<Vec<_>>();
        told.sort_by_key(|lost| std::cmp::Reverse(lost.hours));
        Ok(told)
    }
}
