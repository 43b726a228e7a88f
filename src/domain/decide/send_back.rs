//! Sending work back to an earlier step after acceptance. What came after that step is done again; everything
//! that grew out of it meanwhile ends.

use super::super::case::{Branch, Case, Task, TaskState};
use super::super::command::SendBack;
use super::super::counted::{counted, times as often};
use super::super::event::{Event, ExceptionKind};
use super::super::id::{Handle, TaskId};
use super::super::party::Party;
use super::super::process::{Process, Step};
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
    let behind = ways_back(&draft.case, &draft.process, ask.task);
    let before = behind.last().and_then(|id| draft.case.tasks.get(id)).map(|task| task.step.clone());
    let Some(to) = ask.to.clone().or(before) else { return Err(nothing_before(ask.task)) };
    let target = draft.step(&to)?;
    let (again, earlier) = which(draft, ask, &behind, &target)?;
    if let Some(item) = ask.items.iter().find(|item| **item as usize >= target.checklist.len()) {
        return Err(Refusal::not_found(
            format!(
                "`{}` has {} on its checklist, and no {}.",
                target.title,
                counted(target.checklist.len(), "item"),
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
    let case = &draft.case;
    let line = case.branches.get(&held.branch).map(|branch| branch.line.as_slice()).unwrap_or_default();
    let Some(parting) = case.behind(line, &earlier.line) else {
        return Err(not_behind(draft, &[], ask.task, &target));
    };
    // Free tasks go their own way.
    let bound = |step: Option<&Handle>| step.is_none_or(|step| case.free_title(step).is_none());
    let superseded = case.tasks.iter().filter(|(id, task)| {
        let grown = task.line.starts_with(&earlier.line) || parting.voids(**id, &task.line);
        **id > again
            && matches!(task.state, TaskState::Done { .. })
            && !task.superseded
            && grown
            && bound(Some(&task.step))
    });
    let superseded = superseded.map(|(id, _)| *id).collect::<Vec<_>>();
    let grown = |line: &[u32]| line.starts_with(&earlier.line) || parting.ends(line);
    let others = case.branches.iter().filter(|(n, other)| **n != held.branch && grown(&other.line));
    let others = others.filter(|(_, other)| bound(case.step_of(other)));
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
    let is_back = |branch: &Branch| branch.again.as_ref().is_some_and(|again| again.from == ask.task);
    let standing = draft.case.branches.iter().find(|(_, branch)| is_back(branch));
    let standing = standing.map_or(held.branch, |(n, _)| *n);
    let failed = ask.items.iter().filter_map(|item| target.checklist.get(*item as usize).cloned());
    let failed = failed.collect::<Vec<_>>();
    let note = match failed.is_empty() {
        true => reason,
        false => format!("{reason} (again: {})", failed.join("; ")),
    };
    let occurrence = draft.case.visits.get(&target.handle).copied().unwrap_or(0) + 1;
    let offer = Offer { note: Some(note), occurrence, ..Offer::to(to) };
    flow::offer(draft, standing, &target, &by, offer)?;
    ping_pong(draft, &held.step, &target.handle);
    Ok(())
}

/// The finished work that is to be done again.
fn which(
    draft: &Draft<'_>,
    ask: &SendBack,
    behind: &[TaskId],
    target: &Step,
) -> Result<(TaskId, Task), Refusal> {
    let case = &draft.case;
    let of_step = behind.iter().rev().filter_map(|id| Some((*id, case.tasks.get(id)?)));
    let of_step = of_step.filter(|(_, task)| task.step == target.handle).collect::<Vec<_>>();
    if let Some(asked) = ask.again {
        let found = of_step.iter().find(|(id, _)| *id == asked).map(|(id, task)| (*id, (*task).clone()));
        return found.ok_or_else(|| match of_step.as_slice() {
            [] => not_behind(draft, behind, ask.task, target),
            there => Refusal::not_found(
                format!("{asked} is no work of `{}` that {} can go back to.", target.title, ask.task),
                format!("There is: {}.", numbers(there)),
            ),
        });
    }
    let Some((id, newest)) = of_step.first() else {
        return Err(not_behind(draft, behind, ask.task, target));
    };
    // Of what was done for each of a list somebody has to say which.
    let side_by_side = |other: &Task| {
        other.line.len() == newest.line.len()
            && other.line != newest.line
            && case.item_of(other).is_some()
            && case.behind(&newest.line, &other.line).is_none()
    };
    if !of_step.iter().any(|(_, task)| side_by_side(task)) {
        return Ok((*id, (*newest).clone()));
    }
    let mut lines = Vec::new();
    let mut each = Vec::new();
    for (id, task) in of_step.iter().filter(|(_, task)| task.line == newest.line || side_by_side(task)) {
        if !lines.contains(&&task.line) {
            lines.push(&task.line);
            each.push(format!("{id} ({})", case.item_of(task).unwrap_or("-")));
        }
    }
    each.reverse();
    Err(Refusal::invalid(
        format!("`{}` was done for each of a list.", target.title),
        format!("Say which of it is to be done again, by its number: {}.", each.join(", ")),
    ))
}

/// Finished work that this task can be sent back to, oldest first: on the way from the start of the case, and within
/// a split or a list that has come together since, but not in other arms of one that is open. A free task stands by
/// itself.
pub fn ways_back(case: &Case, process: &Process, id: TaskId) -> Vec<TaskId> {
    let held = case.tasks.get(&id);
    let Some((held, branch)) = held.and_then(|held| Some((held, case.branches.get(&held.branch)?))) else {
        return Vec::new();
    };
    if case.free_title(&held.step).is_some() {
        return Vec::new();
    }
    let behind = case.tasks.range(..id).filter(|(other, task)| {
        task.step != held.step
            && matches!(task.state, TaskState::Done { .. })
            && !task.superseded
            && case.free_title(&task.step).is_none()
            && !case.lies_ahead(branch, **other, &task.line)
            && case.behind(&branch.line, &task.line).is_some_and(|parting| parting.fits(process))
    });
    behind.map(|(id, _)| *id).collect()
}

fn nothing_before(task: TaskId) -> Refusal {
    Refusal::not_now(
        format!("Nothing was done before {task} that it could go back to."),
        "Offer it to somebody else, or withdraw the case.".to_string(),
    )
}

fn numbers(of: &[(TaskId, &Task)]) -> String {
    of.iter().rev().map(|(id, _)| id.to_string()).collect::<Vec<_>>().join(", ")
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
    let line = case.tasks.get(&id).and_then(|held| case.branches.get(&held.branch)).map(|b| &b.line);
    let free = case.tasks.get(&id).is_none_or(|task| case.free_title(&task.step).is_some());
    let own = case.tasks.get(&id).is_some_and(|task| task.step == target.handle);
    let done = case.tasks.iter().filter(|(_, task)| {
        task.step == target.handle && matches!(task.state, TaskState::Done { .. }) && !task.superseded
    });
    let mut done = done.map(|(_, task)| line.and_then(|line| case.behind(line, &task.line)));
    let what = match done.next_back() {
        // It came together with others under another version.
        Some(Some(parting)) if !own && !free && !parting.fits(&draft.process) => {
            format!("The process has changed since `{}` came together with the others.", target.title)
        }
        Some(None) if !own && !free => format!(
            "`{}` was done in a branch beside that of {id}; work goes back there once they have come together.",
            target.title
        ),
        _ => format!("`{}` was not done on the way to {id}.", target.title),
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
    let text = format!("{} went back to {} {}.", title(from), title(to), often(times));
    let people = draft.exception_receivers();
    draft.open_exception(ExceptionKind::PingPong, text, people);
}
