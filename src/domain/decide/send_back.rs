//! Sending work back to an earlier step after acceptance. What came after that step is done again; everything
//! that grew out of it meanwhile ends.

use super::super::agreed::Agreed;
use super::super::case::{Case, Task, TaskState};
use super::super::command::SendBack;
use super::super::event::{Event, ExceptionKind};
use super::super::id::{Handle, TaskId};
use super::super::party::Party;
use super::super::process::Step;
use super::super::refusal::Refusal;
use super::flow::Offer;
use super::{Draft, cancel, flow, required, task};

/// From which return between the same two steps on somebody has to look at it.
const TOO_OFTEN: usize = 3;

pub(super) fn send_back(draft: &mut Draft<'_>, ask: &SendBack) -> Result<(), Refusal> {
    let by = draft.actor()?;
    let held = task::mine(draft, ask.task)?;
    task::not_on_offer(draft, &held)?;
    let reason = required(&ask.reason, "The reason", "Say in a few words what is not in order.")?;
    let target = draft.step(&ask.to)?;
    let behind = ways_back(&draft.case, ask.task);
    let mut earlier = behind.iter().rev().filter_map(|id| Some((*id, draft.case.tasks.get(id)?.clone())));
    let Some((again, earlier)) = earlier.find(|(_, task)| task.step == ask.to) else {
        return Err(not_behind(draft, &behind, ask.task, &target));
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
        None if earlier.observed && draft.catalog.works_here(&earlier.holder) => {
            Party::Person(earlier.holder.clone())
        }
        None => flow::performer(draft, &target)?,
    };
    // Free tasks go their own way.
    let grown = |line: &[u32], step: Option<&Handle>| {
        line.starts_with(&earlier.line) && step.is_none_or(|step| draft.case.free_title(step).is_none())
    };
    let superseded = draft.case.tasks.iter().filter(|(id, task)| {
        **id > again
            && matches!(task.state, TaskState::Done { .. })
            && !task.superseded
            && grown(&task.line, Some(&task.step))
    });
    let superseded = superseded.map(|(id, _)| *id).collect::<Vec<_>>();
    let case = &draft.case;
    let others = case
        .branches
        .iter()
        .filter(|(n, other)| **n != held.branch && grown(&other.line, case.step_of(other)));
    let mut ends = others.map(|(n, _)| *n).collect::<Vec<_>>();
    ends.extend(case.arrivals.iter().filter(|waits| grown(&waits.line, None)).map(|waits| waits.branch));
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
    let offer = Offer { to, note: Some(note), occurrence, continues: false, agreed: Agreed::default() };
    flow::offer(draft, held.branch, &target, &by, offer)?;
    ping_pong(draft, &held.step, &target.handle);
    Ok(())
}

/// Finished work that this task can be sent back to, oldest first: on the way from the start of the case, not
/// in other arms of a split, nor in a split that has come together since. A free task stands by itself.
pub fn ways_back(case: &Case, id: TaskId) -> Vec<TaskId> {
    let held = case.tasks.get(&id);
    let Some((held, branch)) = held.and_then(|held| Some((held, case.branches.get(&held.branch)?))) else {
        return Vec::new();
    };
    if case.free_title(&held.step).is_some() {
        return Vec::new();
    }
    let behind = case.tasks.range(..id).filter(|(_, task)| {
        task.step != held.step
            && matches!(task.state, TaskState::Done { .. })
            && !task.superseded
            && branch.line.starts_with(&task.line)
            && case.free_title(&task.step).is_none()
    });
    behind.map(|(id, _)| *id).collect()
}

fn not_behind(draft: &Draft<'_>, behind: &[TaskId], id: TaskId, target: &Step) -> Refusal {
    let mut steps = Vec::<&str>::new();
    for task in behind.iter().filter_map(|id| draft.case.tasks.get(id)) {
        if !steps.contains(&task.step.as_str()) {
            steps.push(task.step.as_str());
        }
    }
    let hint = match steps.is_empty() {
        true => "Nothing was done before it; offer it to somebody else, or withdraw the case.".to_string(),
        false => format!("It can go back to: {}.", steps.join(", ")),
    };
    let case = &draft.case;
    let of_split = |task: &Task| {
        let open = case.branches.values().any(|branch| branch.line.starts_with(&task.line));
        task.step == target.handle && matches!(task.state, TaskState::Done { .. }) && !open
    };
    let free = case.tasks.get(&id).is_none_or(|task| case.free_title(&task.step).is_some());
    let own = case.tasks.get(&id).is_some_and(|task| task.step == target.handle);
    let together = case.tasks.range(..id).any(|(_, task)| of_split(task) && !task.superseded);
    let what = match together && !own && !free {
        // Its branch is gone: it has come together with the others.
        true => format!(
            "`{}` was done in a branch beside others, and {id} does not follow from that one alone.",
            target.title
        ),
        false => format!("`{}` was not done on the way to {id}.", target.title),
    };
    Refusal::not_now(what, hint)
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
    let people = draft.exception_receivers();
    draft.open_exception(ExceptionKind::PingPong, text, people);
}
