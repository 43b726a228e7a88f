//! Offer, accept, decline and recall. Responsibility moves at acceptance and nowhere else.

use super::super::agreed::Agreed;
use super::super::case::{Case, Handoff, HandoffState, Place};
use super::super::clock::{ClockOn, FollowUp};
use super::super::command::Command;
use super::super::duplicate;
use super::super::event::{ClockStart, DeclineReason, Event};
use super::super::fold::Subject;
use super::super::id::{CaseId, HandoffId};
use super::super::instant::Instant;
use super::super::ladder::UNWATCHED;
use super::super::nearest::nearest;
use super::super::overtaken::Thing;
use super::super::party::Party;
use super::super::refusal::Refusal;
use super::action::goal_for;
use super::flow::Offer;
use super::permit::who_steers;
use super::wait::NOTHING;
use super::{Draft, arrange, barred, duties, flow, offering, pick, required, rung};

/// Offers a branch again after decline or recall, or work in hand to somebody else.
pub(super) fn offer(
    draft: &mut Draft<'_>,
    number: u32,
    to: Option<&Party>,
    note: &Option<String>,
    agreed: Agreed,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let branch = draft.branch(number)?;
    let from = draft.case.responsible(&branch).cloned().unwrap_or_else(|| actor.clone());
    let step_handle = draft.case.step_of(&branch).cloned();
    let step = match &step_handle {
        Some(handle) => draft.step(handle)?,
        None => {
            return Err(Refusal::not_now("This branch is nowhere.", "`baton doctor` looks the file over."));
        }
    };
    if !draft.acts_as(&actor, &from) && !draft.may_steer(&actor, &step.handle) {
        return Err(Refusal::not_yours(
            format!("{from} is responsible for `{}` of {}.", step.title, draft.case.id),
            who_steers(draft, Some(&from), &step.handle),
        ));
    }
    match branch.place {
        Place::Offered(open) => {
            let to = draft.case.handoffs.get(&open).map_or_else(String::new, |h| h.to.to_string());
            Err(Refusal::overtaken(
                format!("{open} is offered to {to} already."),
                format!("Recall it first: `baton handoff recall {open}`."),
                Thing::Handoff(open),
            ))
        }
        Place::Held(last) => {
            let occurrence = draft.case.handoffs.get(&last).map_or(1, |h| h.occurrence);
            // What was said with the offer before stands until something else is: why work came back, say.
            let said = draft.case.handoffs.get(&last).and_then(|before| before.note.clone());
            let note = note.clone().or(said);
            let to = match to {
                Some(to) => to.clone(),
                None => match draft.case.handoffs.get(&last) {
                    Some(before) if !matches!(before.state, HandoffState::Declined { .. }) => {
                        before.to.clone()
                    }
                    _ => match flow::named(draft, &step)? {
                        role @ Party::Role(_) => pick::again(draft, &step, &role, number, occurrence),
                        party => party,
                    },
                },
            };
            barred::not_declined_before(draft, &to, &step, (&step.handle, number, occurrence))?;
            let offer = Offer { note, occurrence, agreed, ..Offer::to(to) };
            flow::offer(draft, number, &step, &from, offer)
        }
        Place::Waiting(_) => Err(Refusal::not_now(
            format!("`{}` waits; there is nothing to hand over.", step.title),
            format!("`baton case proceed {}` lets it go on.", draft.case.id),
        )),
        Place::Task(task) => {
            let Some(to) = to else {
                return Err(Refusal::invalid(
                    format!("{task} is in {from}'s hand."),
                    "Say to whom it is offered: --to @person or --to role.",
                ));
            };
            flow::must_exist(draft, to)?;
            if let Some(person) = to.person() {
                duties::may_act(&draft.case, &draft.process, &step, person, None)?;
            }
            if to.person() == Some(&from) {
                return Err(Refusal::not_now(
                    format!("{from} has it already."),
                    "Offer it to somebody else, or leave it.",
                ));
            }
            let occurrence = draft.open_task(task)?.occurrence;
            barred::not_declined_before(draft, to, &step, (&step.handle, number, occurrence))?;
            rung::offer_work(draft, number, from, &step, (to.clone(), note.clone()), agreed, None)
        }
    }
}

pub(super) fn accept(
    draft: &mut Draft<'_>,
    id: HandoffId,
    next_action: &Option<String>,
    when: Option<Instant>,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let handoff = offered(draft, id)?;
    if !draft.may_take(&actor, &handoff.to) {
        return Err(Refusal::not_offered_to(id, &handoff.to, &draft.ctx.actor));
    }
    let step = draft.step(&handoff.step)?;
    barred::must_not_have_declined(draft, &actor, &handoff)?;
    duties::may_act(&draft.case, &draft.process, &step, &actor, draft.acts_for())?;
    let implicit = actor == handoff.from && draft.acts_for().is_none();
    let next_action = next_action.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if step.ask_next && !(implicit && handoff.task.is_some()) && (next_action.is_none() || when.is_none()) {
        return Err(Refusal::invalid(
            format!("Whoever accepts `{}` says what they do next, and when.", step.title),
            format!("`baton handoff accept {id} --next \"…\" --when \"tomorrow\"`."),
        ));
    }
    if when.is_some_and(|when| when <= draft.ctx.now) {
        return Err(Refusal::invalid("That time lies in the past.", "Say when you will do it."));
    }
    let (task, clock) = match handoff.task {
        Some(task) => (task, None),
        None => {
            let goal = goal_for(step.goal, step.urgent_goal, draft.case.urgent);
            let clock = offering::to_work(draft, goal, handoff.due)?;
            (draft.numbers.take_task(), clock)
        }
    };
    draft.push(Event::HandoffAccepted {
        handoff: id,
        task,
        implicit,
        by: actor,
        next_action: next_action.map(str::to_string),
        next_at: when,
        clock,
    });
    // What they said they would do then is asked about then, and goes on being.
    if let (Some(at), None) = (when, draft.case.looked_at(FollowUp::Task(task)))
        && let Ok(clock) = draft.clock_to(NOTHING, Some(at))
    {
        draft.push(Event::ClockBegun { on: ClockOn::FollowUp(FollowUp::Task(task)), clock });
    }
    match (handoff.task, handoff.due) {
        (Some(task), Some(due)) => arrange::agreed_in(draft, task, due, id),
        _ => Ok(()),
    }
}

pub(super) fn decline(
    draft: &mut Draft<'_>,
    id: HandoffId,
    reason: &DeclineReason,
    text: &str,
    fix_by: Option<Instant>,
    duplicate_of: Option<CaseId>,
) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let handoff = offered(draft, id)?;
    if !draft.may_take(&actor, &handoff.to) {
        return Err(Refusal::not_offered_to(id, &handoff.to, &draft.ctx.actor));
    }
    barred::must_not_have_declined(draft, &actor, &handoff)?;
    if !DeclineReason::of_process(&draft.process.decline).any(|known| &known == reason) {
        let known = DeclineReason::of_process(&draft.process.decline);
        let known = known.map(String::from).collect::<Vec<_>>();
        if reason.code().trim().is_empty() {
            return Err(Refusal::invalid(
                "The reason is missing.",
                format!("Say why it is declined, with `--reason`: there is {}.", known.join(", ")),
            ));
        }
        let hint = match nearest(reason.code(), known.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("There is {}.", known.join(", ")),
        };
        return Err(Refusal::invalid(
            format!("`{}` knows no reason `{}`.", draft.process.title, reason.code().escape_debug()),
            hint,
        ));
    }
    let text = match duplicate_of {
        // The case that stays says all there is to say.
        Some(_) => text.trim().to_string(),
        None if *reason == DeclineReason::Duplicate => String::new(),
        None if text.trim().is_empty() => {
            let code = reason.code().escape_debug();
            return Err(Refusal::invalid(
                format!(
                    "`{code}` alone does not tell {} what to do: a sentence with it is missing.",
                    handoff.from
                ),
                format!(
                    "Say in a few words why it comes back: `--reason {code} --text \"the address is missing\"`."
                ),
            ));
        }
        None => required(text, "The reason", "Say in a few words why it comes back.")?,
    };
    match (reason, duplicate_of) {
        (DeclineReason::Duplicate, Some(of)) => duplicate::must_stay(draft.case.id, of, draft.ctx.other)?,
        (DeclineReason::Duplicate, None) => {
            return Err(Refusal::invalid(
                format!("Of which case is {} a duplicate?", draft.case.id),
                "Name the case that stays: `--duplicate-of C-3`.",
            ));
        }
        (_, Some(of)) => {
            return Err(Refusal::invalid(
                format!("The reason `{}` has nothing to do with {of}.", reason.code()),
                "Only what is declined as a duplicate names another case: `--reason duplicate`.",
            ));
        }
        (_, None) => {}
    }
    if fix_by.is_some_and(|by| by <= draft.ctx.now) {
        return Err(Refusal::invalid(
            "That is past: nobody can have it right by then.",
            "Say a time to come, such as `tomorrow noon`.",
        ));
    }
    let clock = to_decide(draft, &handoff, fix_by);
    let reason = reason.clone();
    draft.push(Event::HandoffDeclined { handoff: id, reason, text, fix_by, duplicate_of, clock });
    Ok(())
}

/// The clock until whoever sent it decides again: as long as whoever was asked had to answer, or until a time that
/// was named. Work in hand stays in hand, and has its own. Nobody is kept from saying no for want of a calendar.
fn to_decide(draft: &Draft<'_>, handoff: &Handoff, until: Option<Instant>) -> Option<ClockStart> {
    if handoff.task.is_some() {
        return None;
    }
    let goal = draft.process.step(&handoff.step).and_then(|step| step.accept).unwrap_or(UNWATCHED);
    draft.clock_to(goal, until).ok()
}

pub(super) fn recall(draft: &mut Draft<'_>, id: HandoffId, reason: &Option<String>) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let handoff = offered(draft, id)?;
    if !draft.acts_as(&actor, &handoff.from) && !draft.may_steer(&actor, &handoff.step) {
        return Err(Refusal::not_yours(
            format!("{id} was offered by {}.", handoff.from),
            who_steers(draft, Some(&handoff.from), &handoff.step),
        ));
    }
    let clock = to_decide(draft, &handoff, None);
    draft.push(Event::HandoffRecalled { handoff: id, reason: reason.clone(), clock });
    Ok(())
}

/// The refusal of what answers a handoff that is not offered any more, whoever asks.
pub(super) fn over(subject: &Subject, command: &Command) -> Option<Refusal> {
    let (Command::AcceptHandoff { handoff, .. }
    | Command::DeclineHandoff { handoff, .. }
    | Command::RecallHandoff { handoff, .. }) = command
    else {
        return None;
    };
    let case = subject.case()?;
    case.handoffs.get(handoff).and_then(|_| open(case, *handoff).err())
}

/// The handoff, which must still be open.
fn offered(draft: &Draft<'_>, id: HandoffId) -> Result<Handoff, Refusal> {
    open(&draft.case, id)
}

/// As what a branch is offered now, and to whom.
fn now_at(case: &Case, branch: u32) -> Option<String> {
    let Place::Offered(id) = case.branches.get(&branch)?.place else { return None };
    let handoff = case.handoffs.get(&id)?;
    Some(format!("It is offered to {} as {id}", handoff.to))
}

fn open(case: &Case, id: HandoffId) -> Result<Handoff, Refusal> {
    let Some(handoff) = case.handoffs.get(&id) else {
        return Err(Refusal::not_found(
            format!("There is no handoff {id} in {}.", case.id),
            "`baton handoff list` shows what is offered.",
        ));
    };
    match &handoff.state {
        HandoffState::Offered => Ok(handoff.clone()),
        HandoffState::Accepted { by, at, .. } => {
            Err(Refusal::AlreadyAccepted { handoff: id, by: by.clone(), at: *at })
        }
        HandoffState::Declined { .. } => Err(Refusal::overtaken(
            format!("{id} was declined."),
            format!("{} decides again: `baton handoff offer {}`.", handoff.from, case.id),
            Thing::Handoff(id),
        )),
        HandoffState::Recalled { by: Some(_), .. } => Err(Refusal::overtaken(
            format!("{id} was recalled."),
            match now_at(case, handoff.branch) {
                Some(offered) => format!("{offered}."),
                None => format!("{} may offer it again.", handoff.from),
            },
            Thing::Handoff(id),
        )),
        HandoffState::Recalled { by: None, .. } => Err(Refusal::overtaken(
            format!("{id} was not accepted in time, and went elsewhere."),
            match now_at(case, handoff.branch) {
                Some(offered) => format!("{offered}."),
                None => format!("`baton case show {}` shows where it is now.", case.id),
            },
            Thing::Handoff(id),
        )),
        HandoffState::Closed { .. } => Err(Refusal::overtaken(
            format!("{id} ended with {}.", case.id),
            "There is nothing to do.",
            Thing::Handoff(id),
        )),
    }
}
