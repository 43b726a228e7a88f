//! Snoozing and agreeing on a date. Neither moves anything: the first changes one person's list alone, the
//! second what is promised, and both stay in the timeline.

use super::super::case::{Place, Task};
use super::super::clock::Clock;
use super::super::event::{ClockStart, Event};
use super::super::id::{HandoffId, TaskId};
use super::super::instant::Instant;
use super::super::refusal::Refusal;
use super::wait::NOTHING;
use super::{Draft, required};

/// Puts a branch out of the actor's own list. It always comes back: at the date, or as soon as it moves.
pub(super) fn snooze(draft: &mut Draft<'_>, number: u32, until: Option<Instant>) -> Result<(), Refusal> {
    let person = draft.actor()?;
    let branch = draft.branch(number)?;
    let before = draft.case.snoozed().find(|known| known.person == person && known.branch == number);
    let before = before.map(|known| known.until);
    let Some(until) = until else {
        if before.is_none_or(|before| before <= draft.ctx.now) {
            return Err(Refusal::not_now(
                format!("{} is in your list.", draft.case.id),
                "Only what was put away comes back.",
            ));
        }
        draft.push(Event::Snoozed { branch: number, person, until: None });
        return Ok(());
    };
    if until <= draft.ctx.now {
        return Err(Refusal::invalid(
            "That date lies in the past.",
            "Say when it shall come back: tomorrow, `mon 9am`, `in 3d`.",
        ));
    }
    let to = match &branch.place {
        Place::Offered(id) => draft.case.handoffs.get(id).map(|handoff| handoff.to.clone()),
        _ => None,
    };
    let delegate = match &branch.place {
        Place::Task(id) => draft.case.tasks.get(id).and_then(|task| task.delegate.clone()),
        _ => None,
    };
    let responsible = draft.case.responsible(&branch).cloned();
    let step = draft.case.step_of(&branch).cloned();
    let theirs =
        responsible.as_ref().is_some_and(|holder| draft.catalog.acts_as(&person, holder, draft.ctx.now))
            || to.is_some_and(|to| draft.catalog.right_to(&person, &to, draft.ctx.now).is_some())
            || delegate.is_some_and(|delegate| delegate.to == person)
            || step.is_some_and(|step| draft.may_steer(&person, &step));
    if !theirs {
        let holder = responsible.map(|holder| holder.to_string()).unwrap_or_default();
        return Err(Refusal::not_yours(
            format!("{} is not in your list: {holder} is responsible.", draft.case.id),
            "Everybody puts away only what is theirs to decide.",
        ));
    }
    if before != Some(until) {
        draft.push(Event::Snoozed { branch: number, person, until: Some(until) });
    }
    Ok(())
}

/// That what was put away is due before it was to come back, and comes back then.
pub(super) fn back_before(draft: &Draft<'_>) -> Option<String> {
    let Some(Event::Snoozed { branch, until: Some(until), .. }) = draft.events().last() else { return None };
    let due = |clock: &Clock| clock.due(draft.catalog.calendar(&clock.calendar, clock.calendar_version)?);
    let late = draft.case.late_from(*branch, draft.ctx.now, &due).filter(|late| late < until)?;
    let shown = draft.catalog.shown(late, draft.ctx.now);
    Some(format!("{} is due before that, {shown}, and comes back then.", draft.case.id))
}

/// Sets the date work in hand is promised for. What was noted as late stays noted.
pub(super) fn agree_due(
    draft: &mut Draft<'_>,
    id: TaskId,
    due: Instant,
    reason: &str,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let task = draft.open_task(id)?;
    if !draft.acts_as(&actor, &task.holder) && !draft.may_steer(&actor, &task.step) {
        return Err(Refusal::not_yours(
            format!("{} is responsible for {id}.", task.holder),
            format!(
                "They, the accountable party ({}) or a lead can agree on another date.",
                draft.case.accountable
            ),
        ));
    }
    let reason = required(reason, "The reason", "Say with whom the date was agreed, and why.")?;
    if due <= draft.ctx.now {
        return Err(Refusal::invalid("That date lies in the past.", "Name one to come."));
    }
    promise(draft, &task, id, due, reason)
}

/// The date that was agreed on when work in hand was offered to somebody else holds from when they accept it.
pub(super) fn agreed_in(
    draft: &mut Draft<'_>,
    id: TaskId,
    due: Instant,
    with: HandoffId,
) -> Result<(), Refusal> {
    let task = draft.open_task(id)?;
    promise(draft, &task, id, due, format!("agreed with {with}"))
}

fn promise(
    draft: &mut Draft<'_>,
    task: &Task,
    id: TaskId,
    due: Instant,
    reason: String,
) -> Result<(), Refusal> {
    let running = task.clock.and_then(|n| Some((n, draft.case.clocks.get(&n)?)));
    let running = running.filter(|(_, clock)| clock.is_open());
    let clock = match running {
        Some((_, clock)) if clock.until == Some(due) => return Ok(()),
        Some((number, clock)) => ClockStart {
            clock: number,
            goal: clock.goal,
            calendar: clock.calendar.clone(),
            calendar_version: clock.calendar_version,
            until: Some(due),
            climbs: None,
        },
        None => draft.clock_to(NOTHING, Some(due))?,
    };
    draft.push(Event::DueAgreed { task: id, clock, reason });
    Ok(())
}
