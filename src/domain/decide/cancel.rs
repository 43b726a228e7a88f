//! Ending branches before their end: because enough others came, or because the work goes back to before
//! they began. Says what ends with each; who may ask for it is decided where the command is.

use super::super::case::{Case, Place, Request, TaskState, Waiting};
use super::super::clock::{ClockOn, FollowUp};
use super::super::event::{Awaits, Event, ExceptionKind};
use super::super::id::CaseId;
use super::Draft;

/// Ends these branches, open ones and those that wait at a join, with every task, handoff and clock in them.
/// One event a branch. Joins that can go on now are not looked at.
pub(super) fn cancel(draft: &mut Draft<'_>, branches: &[u32]) {
    for branch in branches {
        let waits = draft.case.arrivals.iter().any(|arrival| arrival.branch == *branch);
        if waits || draft.case.branches.contains_key(branch) {
            let closes = open_work(&draft.case, Some(*branch));
            let waited_for = waited_for(&draft.case, Some(*branch));
            draft.push(Event::BranchCancelled { branch: *branch, closes });
            tell_of_left_alone(draft, waited_for);
        }
    }
}

/// The open cases that one branch waits for, or the whole case, by the step that started each.
pub(super) fn waited_for(case: &Case, only: Option<u32>) -> Vec<(String, CaseId)> {
    let here = |branch: u32| only.is_none_or(|only| only == branch);
    let open = case.waits.values().filter(|wait| wait.ended.is_none() && here(wait.branch));
    let other = |wait: &Waiting| {
        let Awaits::Case(request) = &wait.awaits else { return None };
        match case.requests.get(request) {
            Some(Request::Case { case: Some(Ok(other)), .. }) => Some((wait.step.to_string(), *other)),
            _ => None,
        }
    };
    open.filter_map(other).collect()
}

/// What ends here is its own affair; a case that it started and waited for goes on, and somebody has to say what becomes
/// of that.
pub(super) fn tell_of_left_alone(draft: &mut Draft<'_>, cases: Vec<(String, CaseId)>) {
    for (step, other) in cases {
        let text = format!(
            "Nothing waits for {other} any more, which `{step}` started, and it goes on: withdraw it, or let it"
        );
        let to = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Stuck, text, to);
    }
}

/// Everything open on one branch, or in the whole case, in words: tasks with their steps, handoffs, what
/// waits at joins, and clocks.
pub(super) fn open_work(case: &Case, only: Option<u32>) -> Vec<String> {
    let here = |branch: u32| only.is_none_or(|only| only == branch);
    let waits_at = |wait: u32| case.waits.get(&wait).map_or_else(String::new, |wait| wait.step.to_string());
    let tasks = case.tasks.iter().filter(|(_, t)| t.state == TaskState::Open && here(t.branch));
    let mut open = tasks.map(|(id, task)| format!("{id} {}", task.step)).collect::<Vec<_>>();
    for (_, branch) in case.branches.iter().filter(|(n, _)| here(**n)) {
        match branch.place {
            Place::Offered(handoff) | Place::Held(handoff) => open.push(handoff.to_string()),
            Place::Waiting(wait) => open.push(match case.waits.get(&wait).map(|wait| &wait.awaits) {
                Some(Awaits::Message(name)) => format!("wait at {} for the message {name}", waits_at(wait)),
                _ => format!("wait at {}", waits_at(wait)),
            }),
            Place::Task(_) => {}
        }
    }
    let waiting = case.arrivals.iter().filter(|waits| here(waits.branch));
    open.extend(waiting.map(|waits| format!("{} waiting at {}", waits.from, waits.join)));
    let clocks = case.clocks.values().filter(|clock| clock.is_open());
    open.extend(
        clocks
            .filter(|clock| match clock.on.branch(case) {
                Some(branch) => here(branch),
                None => only.is_none(),
            })
            .map(|clock| match clock.on {
                ClockOn::Case => "case clock".to_string(),
                ClockOn::Accept(handoff) => format!("acceptance clock of {handoff}"),
                ClockOn::Decide(handoff) => format!("clock of what becomes of {handoff}"),
                ClockOn::Work(task) => format!("work clock of {task}"),
                ClockOn::Wait(wait) => format!("clock of the wait at {}", waits_at(wait)),
                ClockOn::FollowUp(FollowUp::Offer(handoff)) => format!("follow-up of {handoff}"),
                ClockOn::FollowUp(FollowUp::Task(task)) => format!("follow-up of {task}"),
                ClockOn::FollowUp(FollowUp::Wait(wait)) => {
                    format!("follow-up of the wait at {}", waits_at(wait))
                }
                ClockOn::FollowUp(FollowUp::Pause(_)) => "follow-up of the pause".to_string(),
            }),
    );
    open
}
