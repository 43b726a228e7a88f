//! Taking a closed case up again: a new cycle with its own clock and ladder. What was, with its breach, stays as
//! it was.

use super::super::case::{CaseState, TaskState};
use super::super::event::Event;
use super::super::id::Handle;
use super::super::overtaken::Thing;
use super::super::party::Party;
use super::super::process::Step;
use super::super::refusal::Refusal;
use super::action::goal_for;
use super::flow::Sending;
use super::{Draft, case, contract, flow, required};

/// Offers a step again: the one named, or the last that people did; one that is done for each of a list, for each. Who
/// reopens is the sender.
pub(super) fn reopen(
    draft: &mut Draft<'_>,
    reason: &str,
    to: Option<&Handle>,
    party: Option<&Party>,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    if draft.case.state == CaseState::Open {
        return Err(Refusal::overtaken(
            format!("{} is open.", draft.case.id),
            format!("`baton case show {}` shows where the work is.", draft.case.id),
            Thing::Case,
        ));
    }
    let reason = required(reason, "The reason", "Say why it is taken up again.")?;
    let step = match to {
        Some(step) => draft.step(step)?,
        None => last_step(draft)?,
    };
    if !step.kind.is_human() {
        return Err(Refusal::invalid(
            format!("Nobody does `{}`: it is a step of type {}.", step.title, step.kind.word()),
            "Name a step that people do with --to.",
        ));
    }
    let goal = goal_for(draft.process.goal, draft.process.urgent_goal, draft.case.urgent);
    // A date that somebody was promised holds as long as it lies ahead.
    let agreed = draft.case.case_clock().and_then(|(_, clock)| clock.until);
    let clock = case::promised(draft, goal, agreed.filter(|until| *until > draft.ctx.now))?;
    let cycle = draft.case.cycle + 1;
    draft.push(Event::CaseReopened { cycle, reason: reason.clone(), clock });
    answered_for(draft);
    // One that is done for each of a list is, as the list is now. Why it is taken up again says why without what it lacks.
    let sending =
        Sending { to: party.cloned(), note: Some(reason.clone()), by_hand: true, ..Sending::default() };
    let branch = draft.case.last_branch + 1;
    let without = |lacks: &str, why: &str| format!("{} taken up again without {lacks}: {why}", step.title);
    contract::send_anyway(draft, Vec::new(), &reason, without, |draft| {
        flow::begin_at(draft, branch, &step, &actor, &sending)
    })
}

/// Whoever answered for it may have left while it was closed: whoever the newest version names answers for it now.
fn answered_for(draft: &mut Draft<'_>) {
    let gone = draft.case.accountable.person().filter(|person| draft.catalog.has_left(person)).cloned();
    let newest = draft.catalog.newest(&draft.case.process).map(|(_, newest)| newest.accountable.clone());
    if let (Some(gone), Some(to)) = (gone, newest.filter(|to| flow::must_exist(draft, to).is_ok())) {
        let reason = Some(format!("{gone} has left"));
        draft.push(Event::AccountableChanged { to, reason, told: Vec::new(), now: Vec::new() });
    }
}

/// The step of the work that ended last, and failing that the first that people do.
fn last_step(draft: &Draft<'_>) -> Result<Step, Refusal> {
    let human = |step: &&Step| step.kind.is_human();
    // What was to be done again counts as not done.
    let stands = draft.case.tasks.iter().filter(|(_, task)| !task.superseded);
    let done = stands.filter_map(|(id, task)| {
        let step = draft.process.step(&task.step).filter(human)?;
        Some((matches!(task.state, TaskState::Done { .. }), task.ended()?, *id, step))
    });
    let last = done.max_by_key(|(done, at, id, _)| (*done, *at, *id)).map(|(.., step)| step);
    last.or_else(|| draft.process.steps.iter().find(human)).cloned().ok_or_else(|| {
        Refusal::not_now(
            format!("`{}` has no step that people do.", draft.process.title),
            "Start a new case.",
        )
    })
}
