//! What cannot be of a case, whatever happened to it: broken custody, arrivals that wait for ever, clocks that
//! measure nothing. `doctor` looks for these beside comparing tables, since a journal can be whole and still
//! hold what no decision would have written.

use super::case::{Arrival, Case, CaseState, Handoff, HandoffState, Place, TaskState};
use super::catalog::Catalog;
use super::clock::{ClockOn, FollowUp};
use super::decide::leads_to;
use super::id::Handle;
use super::process::{Process, Step};
use std::collections::BTreeSet;

/// Everything about a case that no decision brings about, each as a sentence without its full stop.
pub fn faults(case: &Case, catalog: &Catalog) -> Vec<String> {
    let mut found = Vec::new();
    custody(case, catalog, &mut found);
    match case.definition(catalog) {
        None => {
            found.push(format!("it runs version {} of `{}`, which there is not", case.version, case.process))
        }
        Some(process) => {
            steps(case, &process, &mut found);
            joins(case, &process, &mut found);
        }
    }
    clocks(case, catalog, &mut found);
    found
}

/// Exactly one responsible party for each open branch, and none where a case is closed.
fn custody(case: &Case, catalog: &Catalog, found: &mut Vec<String>) {
    for (n, branch) in &case.branches {
        match case.responsible(branch) {
            None => found.push(format!("nobody is responsible for branch {n}")),
            Some(person) if !catalog.people.contains_key(person) => {
                found.push(format!("{person}, who is responsible for branch {n}, is nobody here"));
            }
            Some(_) => {}
        }
    }
    let at = |place: &Place| case.branches.values().any(|branch| branch.place == *place);
    for (id, handoff) in case.handoffs.iter().filter(|(_, h)| h.state == HandoffState::Offered) {
        if !at(&Place::Offered(*id)) {
            found.push(format!("{id} is offered and no branch is there"));
        } else if handoff.task.is_some_and(|task| !case.tasks.contains_key(&task)) {
            found.push(format!("{id} passes work on that there is not"));
        }
    }
    for (id, _) in case.tasks.iter().filter(|(_, task)| task.state == TaskState::Open) {
        let passed_on = |h: &Handoff| h.task == Some(*id) && h.state == HandoffState::Offered;
        if !at(&Place::Task(*id)) && !case.handoffs.values().any(passed_on) {
            found.push(format!("{id} is in hand and no branch is there"));
        }
    }
    for (n, _) in case.waits.iter().filter(|(_, wait)| wait.ended.is_none()) {
        if !at(&Place::Waiting(*n)) {
            found.push(format!("wait {n} goes on and no branch is there"));
        }
    }
    let open = case.state == CaseState::Open;
    if open && case.branches.is_empty() {
        found.push("it is open and nothing of it is".to_string());
    } else if !open && !case.branches.is_empty() {
        found.push("it is closed and something of it is open".to_string());
    }
}

fn steps(case: &Case, process: &Process, found: &mut Vec<String>) {
    for (n, branch) in &case.branches {
        if let Some(step) = case.step_of(branch).filter(|step| process.step(step).is_none()) {
            found.push(format!("branch {n} is at `{step}`, a step the process does not have"));
        }
    }
}

/// Arrivals wait only at a join, in an open case, and only for what may still come.
fn joins(case: &Case, process: &Process, found: &mut Vec<String>) {
    if case.state != CaseState::Open && !case.arrivals.is_empty() {
        found.push("it is closed and something of it waits at a join".to_string());
        return;
    }
    for arrival in &case.arrivals {
        let (n, name, from) = (arrival.branch, &arrival.join, &arrival.from);
        match process.step(name) {
            None => found.push(format!("branch {n} waits at `{name}`, a step the process does not have")),
            // One of several that do the same step waits for the others.
            Some(join) if join.each.is_some() && from == name => {
                let scope = arrival.scopes.last();
                if !case.branches.values().any(|branch| branch.scopes.last() == scope) {
                    found.push(format!("branch {n} waits at `{name}` although all the others are done"));
                }
            }
            Some(join) if join.join.is_empty() => {
                found.push(format!("branch {n} waits at `{name}`, which is no join"));
            }
            Some(join) if !join.join.contains(from) => {
                found.push(format!("branch {n} waits at `{name}`, which does not wait for `{from}`"));
            }
            Some(join) => found.extend(stuck(case, process, join, arrival)),
        }
    }
}

/// Why an arrival waits in vain: its set is there already, or can never be. A set may be made of branches that
/// stem from one split at any depth, so a source counts as possible as soon as one such branch could bring it.
fn stuck(case: &Case, process: &Process, join: &Step, arrival: &Arrival) -> Option<String> {
    let (n, name) = (arrival.branch, &join.handle);
    let met = |source: &Handle, same: &dyn Fn(&[u32]) -> bool| {
        case.arrivals.iter().any(|a| a.join == *name && a.from == *source && same(&a.scopes))
    };
    let here = join.join.iter().filter(|source| met(source, &|scopes| scopes == arrival.scopes)).count();
    let need = join.need.map_or(join.join.len(), |need| need as usize);
    if here >= need {
        return Some(format!("branch {n} waits at `{name}` although everything it waits for is there"));
    }
    let related = |scopes: &[u32]| scopes.first() == arrival.scopes.first();
    let may_come = |source: &Handle| {
        case.branches
            .values()
            .filter(|branch| related(&branch.scopes))
            .any(|branch| case.step_of(branch).is_some_and(|at| leads_to(process, at, source, &[name])))
    };
    // A way that was left out counts as arrived.
    let left_out = |source: &Handle| {
        let mut skipped = case.skipped.iter().filter(|(scope, _)| arrival.scopes.contains(scope));
        skipped.any(|(_, step)| leads_to(process, step, source, &[name]))
    };
    let possible = |source: &&Handle| met(source, &related) || may_come(source) || left_out(source);
    let never = join.join.iter().find(|source| !possible(source))?;
    if join.join.iter().filter(possible).count() >= need {
        return None;
    }
    Some(format!("branch {n} waits at `{name}` for `{never}`, from where nothing can come"))
}

/// An open clock measures something open by a calendar that is there, and no rung has one turn twice.
fn clocks(case: &Case, catalog: &Catalog, found: &mut Vec<String>) {
    for (n, clock) in &case.clocks {
        if catalog.calendar(&clock.calendar, clock.calendar_version).is_none() {
            let (version, calendar) = (clock.calendar_version, &clock.calendar);
            found.push(format!("clock {n} counts by version {version} of `{calendar}`, which there is not"));
        }
        let measured = match clock.on {
            ClockOn::Accept(id) | ClockOn::FollowUp(FollowUp::Offer(id)) => {
                case.handoffs.get(&id).is_some_and(|handoff| handoff.state == HandoffState::Offered)
            }
            ClockOn::Decide(id) => case.branches.values().any(|branch| branch.place == Place::Held(id)),
            ClockOn::Work(id) => case.tasks.get(&id).is_some_and(|task| task.state == TaskState::Open),
            ClockOn::Case => case.state == CaseState::Open,
            ClockOn::Wait(wait) | ClockOn::FollowUp(FollowUp::Wait(wait)) => {
                case.waits.get(&wait).is_some_and(|wait| wait.ended.is_none())
            }
            ClockOn::FollowUp(FollowUp::Task(task)) => {
                // Work that waits, and work that somebody outside is asked for while it is in hand.
                case.tasks.get(&task).is_some_and(|task| task.state == TaskState::Open)
            }
            ClockOn::FollowUp(FollowUp::Pause(pause)) => case.paused().any(|(open, _)| open == pause),
        };
        if clock.is_open() && !measured {
            found.push(format!("clock {n} runs and measures nothing that is open"));
        }
        let mut turns = BTreeSet::new();
        if let Some(twice) = clock.fired.iter().find(|f| !turns.insert((f.rung, f.occurrence))) {
            let (rung, turn) = (twice.rung + 1, twice.occurrence + 1);
            found.push(format!("rung {rung} of clock {n} had its turn {turn} twice"));
        }
    }
    let tasks =
        case.tasks.iter().map(|(id, task)| (id.to_string(), task.clock, task.state == TaskState::Open));
    let handoffs = case
        .handoffs
        .iter()
        .map(|(id, handoff)| (id.to_string(), handoff.clock, handoff.state == HandoffState::Offered));
    for (id, clock, open) in tasks.chain(handoffs) {
        // A version without that goal has ended its clock.
        let stopped = clock
            .filter(|n| open && !case.migrated && case.clocks.get(n).is_some_and(|clock| !clock.is_open()));
        if let Some(n) = stopped {
            found.push(format!("{id} is open and clock {n}, which measures it, has stopped"));
        }
    }
}
