//! What a log that is written here says of a case beside its rows, so that it comes back whole: on the way out put
//! together from the case, on the way in brought to the rows that were read. A log whose rows were changed meanwhile
//! is one like any other.

use crate::domain::case::{Case, CaseState, HandoffState, Place, Task, TaskState};
use crate::domain::clock::Clock;
use crate::domain::event::{Entry, Event};
use crate::domain::flow::Pushed;
use crate::domain::fold::undone;
use crate::domain::process::Process;
use crate::domain::told_whole::{To, Whole, WholeBecame, WholeOffer, WholeReturn, WholeWork};
use crate::domain::visits::is_outside;
use crate::domain::{Handle, Instant, Party, TaskId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// As it stands in a log: steps are activities and people are resources. Beside each piece of work stands which row it
/// is of: activity, start, and end where it has one.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Told {
    rows: Vec<(String, Instant, Option<Instant>)>,
    /// The activities that somebody outside does.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    outside: BTreeSet<String>,
    #[serde(flatten)]
    whole: Whole<String, String>,
}

/// Work of a case in the order of a log, without what ended with its branch: no log has a word for it that comes back.
fn in_order(case: &Case) -> Vec<(TaskId, &Task)> {
    let told = |task: &Task| match (task.state, &case.state) {
        (TaskState::Closed { .. }, _) => false,
        (TaskState::Open, state) => *state == CaseState::Open,
        _ => true,
    };
    case.tasks.iter().filter(|(_, task)| told(task)).map(|(id, task)| (*id, task)).collect()
}

/// What is told of this case; `None` of one that a log told in the first place.
pub(super) fn told(
    case: &Case,
    entries: &[Entry],
    process: &Process,
    activity: &dyn Fn(&Handle) -> String,
    name: &dyn Fn(&Handle) -> String,
    due: &dyn Fn(&Clock) -> Option<Instant>,
) -> Option<Told> {
    let (ended, withdrawn) = match &case.state {
        CaseState::Open => (None, None),
        CaseState::Done { at, .. } => (Some(*at), None),
        CaseState::Withdrawn { at, reason, .. } => (Some(*at), Some(reason.clone())),
    };
    if case.is_logged() {
        return None;
    }
    let tasks = in_order(case);
    let row = |task: TaskId| tasks.iter().position(|(id, _)| *id == task);
    let whys = returned(entries);
    let until = |clock: Option<u32>| due(case.clocks.get(&clock?)?);
    // What somebody outside does is waiting, all of it.
    let outside = |task: &Task| process.step(&task.step).is_some_and(is_outside);
    let waits = |task: &Task| match task.ended().filter(|_| outside(task)) {
        Some(ended) => vec![(task.accepted, ended)],
        None => task.waits.iter().filter_map(|wait| Some((wait.from, wait.to?))).collect(),
    };
    let work = |(id, task): &(TaskId, &Task)| WholeWork {
        waits: waits(task),
        returned: match task.state {
            TaskState::Returned { again, .. } => Some(WholeReturn {
                to: row(again).or(row(*id)).unwrap_or(0),
                reason: whys.get(id).cloned().unwrap_or_default(),
            }),
            _ => None,
        },
        superseded: task.superseded,
        open: task.state == TaskState::Open,
        item: task.item.clone(),
        due: until(task.clock),
        clock: None,
    };
    let rows = tasks.iter().map(|(_, task)| (activity(&task.step), task.accepted, task.ended()));
    // Free tasks are no steps of the process, and no figure of one has their offers.
    let offers = case.handoffs.iter().filter(|(_, offer)| case.free_title(&offer.step).is_none());
    let offers = offers.map(|(id, offer)| {
        let held = case.branches.values().any(|branch| branch.place == Place::Held(*id));
        let person = |by: &Option<Handle>| by.as_ref().map(name);
        WholeOffer {
            step: activity(&offer.step),
            from_step: offer.from_step.as_ref().map(activity),
            from: name(&offer.from),
            to: match &offer.to {
                Party::Person(person) => To::Person(name(person)),
                Party::Role(role) => To::Role(role.clone()),
                Party::Contact => To::Contact,
            },
            offered: offer.offered,
            became: match &offer.state {
                HandoffState::Offered => WholeBecame::Open,
                HandoffState::Accepted { by, at, implicit } => {
                    WholeBecame::Accepted { at: *at, by: name(by), implicit: *implicit }
                }
                HandoffState::Declined { reason, text, at, by, .. } => WholeBecame::Declined {
                    at: *at,
                    by: person(by),
                    reason: reason.clone(),
                    text: text.clone(),
                    held,
                },
                HandoffState::Recalled { at, by } => WholeBecame::Recalled { at: *at, by: person(by), held },
                HandoffState::Closed { at } => WholeBecame::Closed { at: *at },
            },
            passed_on: offer.task.and_then(row),
            back: offer.back.and_then(row),
            due: until(offer.clock),
            clock: None,
            decide_by: until(case.decided_by(*id)),
            decide_clock: None,
        }
    });
    let whole = Whole {
        started: case.started,
        ended,
        work: tasks.iter().map(work).collect(),
        offers: offers.collect(),
        due: case.due(due),
        clock: None,
        title: Some(case.title.clone()),
        withdrawn,
        pushed: Pushed::of(entries),
    };
    let outside = tasks.iter().filter(|(_, task)| outside(task)).map(|(_, task)| activity(&task.step));
    Some(Told { rows: rows.collect(), outside: outside.collect(), whole })
}

/// Why work was sent back.
fn returned(entries: &[Entry]) -> BTreeMap<TaskId, String> {
    let undone = undone(entries);
    let mut whys = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !undone.contains(&entry.op)) {
        match &entry.event {
            Event::TaskReturned { task, reason, .. } => {
                whys.insert(*task, reason.clone());
            }
            Event::CaseImported { whole: Some(whole), first_task, .. } => {
                for (work, n) in whole.work.iter().zip(0..) {
                    let Some(back) = &work.returned else { continue };
                    whys.insert(TaskId(first_task.0 + n), back.reason.clone());
                }
            }
            _ => {}
        }
    }
    whys
}

impl Told {
    pub(super) fn written(&self) -> Option<String> {
        serde_json::to_string(self).ok()
    }

    pub(super) fn read(text: &str) -> Option<Told> {
        serde_json::from_str(text).ok()
    }

    /// The activities of the case that somebody outside does.
    pub(super) fn outside(&self) -> &BTreeSet<String> {
        &self.outside
    }

    /// Everybody it names.
    pub(super) fn people(&self) -> impl Iterator<Item = &str> {
        self.whole.offers.iter().flat_map(|offer| {
            let to = match &offer.to {
                To::Person(person) => Some(person.as_str()),
                To::Role(_) | To::Contact => None,
            };
            let by = match &offer.became {
                WholeBecame::Accepted { by, .. } => Some(by.as_str()),
                WholeBecame::Declined { by, .. } | WholeBecame::Recalled { by, .. } => by.as_deref(),
                WholeBecame::Open | WholeBecame::Closed { .. } => None,
            };
            [Some(offer.from.as_str()), to, by].into_iter().flatten()
        })
    }

    /// The same for these rows of the log: activity, start and end. `None` where they are not those it was written with.
    pub(super) fn whole_for(
        self,
        rows: &[(&str, Instant, Instant)],
        step: impl Fn(&str) -> Option<u32>,
        person: impl Fn(&str) -> Option<Handle>,
    ) -> Option<Whole<u32, Handle>> {
        // Which piece of work each row is, and the other way round.
        let mut of_work = vec![None; self.rows.len()];
        let mut works = Vec::with_capacity(rows.len());
        for (n, (activity, start, end)) in rows.iter().enumerate() {
            let is = |(told, from, to): &(String, Instant, Option<Instant>)| {
                told == activity && from == start && to.unwrap_or(*from) == *end
            };
            let found = |at: &usize| of_work.get(*at) == Some(&None) && self.rows.get(*at).is_some_and(is);
            let found = (0..self.rows.len()).find(found)?;
            *of_work.get_mut(found)? = Some(n);
            works.push(found);
        }
        let row = |work: usize| of_work.get(work).copied().flatten();
        let Whole { work, offers, .. } = &self.whole;
        if rows.len() != self.rows.len() || work.len() != rows.len() {
            return None;
        }
        let work = works.into_iter().map(|at| {
            let mut one = work.get(at)?.clone();
            if let Some(back) = &mut one.returned {
                back.to = row(back.to)?;
            }
            Some(one)
        });
        // What nobody ever did is no step of the process that the log shows.
        let offers = offers.iter().filter(|offer| step(&offer.step).is_some()).cloned().map(|mut offer| {
            offer.from_step = offer.from_step.filter(|from| step(from).is_some());
            offer.passed_on = offer.passed_on.and_then(row);
            offer.back = offer.back.and_then(row);
            offer
        });
        let (work, offers) = (work.collect::<Option<_>>()?, offers.collect());
        let whole = Whole { work, offers, ..self.whole };
        whole.named(|activity| step(&activity), |name| person(&name))
    }
}
