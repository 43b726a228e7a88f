//! Sending work back to an earlier step after acceptance. What came after that step is done again; everything
//! that grew out of it meanwhile ends.

use super::super::case::{Branch, Task, TaskState};
use super::super::command::SendBack;
use super::super::event::{Event, ExceptionKind};
use super::super::id::{Handle, TaskId};
use super::super::party::Party;
use super::super::process::Step;
use super::super::refusal::Refusal;
use super::flow::Offer;
use super::{Draft, cancel, flow, recipients, required, task};

/// From which return between the same two steps on somebody has to look at it.
const TOO_OFTEN: usize = 3;

pub(super) fn send_back(draft: &mut Draft<'_>, ask: &SendBack) -> Result<(), Refusal> {
    let by = draft.actor()?;
    let held = task::mine(draft, ask.task)?;
    task::not_on_offer(draft, &held)?;
    let reason = required(&ask.reason, "The reason", "Say in a few words what is not in order.")?;
    let branch = draft.branch(held.branch)?;
    let target = draft.step(&ask.to)?;
    let Some((again, earlier)) = last_done(draft, &branch, ask.task, &held, &ask.to) else {
        return Err(not_behind(draft, &branch, ask.task, &held, &target));
    };
    if let Some(item) = ask.items.iter().find(|item| **item as usize >= target.checklist.len()) {
        return Err(Refusal::not_found(
            format!(
                "`{}` has {} items on its checklist, and no {}.",
                target.title,
                target.checklist.len(),
                item + 1
            ),
            format!("Items are counted from 1; `baton process show {}` lists them.", draft.process.handle),
        ));
    }
    let to = match &ask.party {
        Some(party) => party.clone(),
        None if earlier.observed => Party::Person(earlier.holder.clone()),
        None => flow::performer(draft, &target)?,
    };
    flow::must_exist(draft, &to)?;
    let grown = |line: &[u32]| line.starts_with(&earlier.line);
    let superseded = draft.case.tasks.iter().filter(|(id, task)| {
        **id > again && matches!(task.state, TaskState::Done { .. }) && !task.superseded && grown(&task.line)
    });
    let superseded = superseded.map(|(id, _)| *id).collect::<Vec<_>>();
    let case = &draft.case;
    let others = case.branches.iter().filter(|(n, other)| **n != held.branch && grown(&other.line));
    let mut ends = others.map(|(n, _)| *n).collect::<Vec<_>>();
    ends.extend(case.arrivals.iter().filter(|waits| grown(&waits.line)).map(|waits| waits.branch));
    draft.push(Event::TaskReturned {
        task: ask.task,
        again,
        reason: reason.clone(),
        items: ask.items.clone(),
        superseded,
    });
    cancel::cancel(draft, &ends);
    let failed = ask.items.iter().filter_map(|item| target.checklist.get(*item as usize).cloned());
    let failed = failed.collect::<Vec<_>>();
    let note = match failed.is_empty() {
        true => reason,
        false => format!("{reason} (again: {})", failed.join("; ")),
    };
    let occurrence = draft.case.visits.get(&target.handle).copied().unwrap_or(0) + 1;
    let offer = Offer { to, note: Some(note), occurrence, continues: false };
    flow::offer(draft, held.branch, &target, &by, offer)?;
    ping_pong(draft, &held.step, &target.handle);
    Ok(())
}

/// The last time a step was done behind this branch.
fn last_done(
    draft: &Draft<'_>,
    branch: &Branch,
    id: TaskId,
    held: &Task,
    step: &Handle,
) -> Option<(TaskId, Task)> {
    let behind = behind(draft, branch, id, held);
    behind.into_iter().rev().find(|(_, task)| &task.step == step).map(|(id, task)| (id, task.clone()))
}

/// Finished work that lies behind a branch, oldest first: on its way from the start of the case, not in other
/// arms of a split, nor in a split that has come together since.
fn behind<'d>(draft: &'d Draft<'_>, branch: &Branch, id: TaskId, held: &Task) -> Vec<(TaskId, &'d Task)> {
    let tasks = draft.case.tasks.iter().filter(|(other, task)| {
        **other < id
            && task.step != held.step
            && matches!(task.state, TaskState::Done { .. })
            && !task.superseded
            && branch.line.starts_with(&task.line)
            && free_of(draft, &task.step) == free_of(draft, &held.step)
    });
    tasks.map(|(id, task)| (*id, task)).collect()
}

/// A free task stands by itself: no step lies behind it, and it behind none.
fn free_of<'d>(draft: &'d Draft<'_>, step: &'d Handle) -> Option<&'d Handle> {
    draft.case.free_title(step).map(|_| step)
}

fn not_behind(draft: &Draft<'_>, branch: &Branch, id: TaskId, held: &Task, target: &Step) -> Refusal {
    let mut steps = Vec::<String>::new();
    for (_, task) in behind(draft, branch, id, held) {
        if !steps.iter().any(|step| step == task.step.as_str()) {
            steps.push(task.step.to_string());
        }
    }
    let hint = match steps.is_empty() {
        true => "Nothing was done before it; offer it to somebody else, or withdraw the case.".to_string(),
        false => format!("It can go back to: {}.", steps.join(", ")),
    };
    Refusal::not_now(format!("`{}` was not done on the way to {id}.", target.title), hint)
}

/// Work that goes to and fro between two steps needs somebody who answers for both.
fn ping_pong(draft: &mut Draft<'_>, from: &Handle, to: &Handle) {
    let step = |id: &TaskId| draft.case.tasks.get(id).map(|task| &task.step);
    let between = |task: &&Task| match &task.state {
        TaskState::Returned { again, .. } => {
            let again = step(again);
            (&task.step == from && again == Some(to)) || (&task.step == to && again == Some(from))
        }
        _ => false,
    };
    let times = draft.case.tasks.values().filter(between).count();
    let open = |e: &super::super::case::Exception| e.kind == ExceptionKind::PingPong && e.resolved.is_none();
    if times < TOO_OFTEN || draft.case.exceptions.values().any(open) {
        return;
    }
    let title =
        |handle| draft.process.step(handle).map_or_else(|| handle.to_string(), |s: &Step| s.title.clone());
    let text = format!("{} went back to {} {times} times.", title(from), title(to));
    let people = recipients::answerable(draft);
    draft.open_exception(ExceptionKind::PingPong, text, people);
}
