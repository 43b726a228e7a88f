//! Moving work in hand without finishing it: release to the role, delegate and resolve. To reassign is to
//! offer work in hand, which is `handoff`.

use super::super::agreed::Agreed;
use super::super::event::Event;
use super::super::id::{Handle, TaskId};
use super::super::overtaken::Thing;
use super::super::party::Party;
use super::super::process::{Performer, Step};
use super::super::refusal::Refusal;
use super::{Draft, decision, duties, flow, handoff, required, task};

/// Offers accepted work to the role that does the step. The holder stays responsible until somebody accepts.
pub(super) fn release(draft: &mut Draft<'_>, id: TaskId, note: &Option<String>) -> Result<(), Refusal> {
    let held = draft.open_task(id)?;
    let step = draft.step(&held.step)?;
    let role = role_of(&step).ok_or_else(|| {
        Refusal::not_now(
            format!("`{}` is not done by a role.", step.title),
            format!("Offer it to somebody: `baton task reassign {id} --to @person`."),
        )
    })?;
    let others = draft
        .catalog
        .roles
        .get(&role)
        .map_or(0, |role| role.members.iter().filter(|member| **member != held.holder).count());
    if others == 0 {
        return Err(Refusal::not_now(
            format!("Nobody else belongs to {role}."),
            format!("Offer it to somebody: `baton task reassign {id} --to @person`."),
        ));
    }
    handoff::offer(draft, held.branch, Some(&Party::Role(role)), note, Agreed::default())
}

/// The role that does a step, to which its work can be given back.
pub fn role_of(step: &Step) -> Option<Handle> {
    match &step.by {
        Performer::Party(Party::Role(role)) => Some(role.clone()),
        _ => None,
    }
}

pub(super) fn delegate(
    draft: &mut Draft<'_>,
    id: TaskId,
    to: &Handle,
    note: &Option<String>,
) -> Result<(), Refusal> {
    let held = task::mine(draft, id)?;
    task::not_on_offer(draft, &held)?;
    flow::must_exist(draft, &Party::Person(to.clone()))?;
    if let Some(delegate) = &held.delegate {
        return Err(Refusal::overtaken(
            format!("{} works on {id} already.", delegate.to),
            format!("Take it back first: `baton task resolve {id} --note …`."),
            Thing::Task(id),
        ));
    }
    if to == &held.holder {
        return Err(Refusal::not_now(
            format!("{id} is in your own hand."),
            "Name somebody else, or do it yourself.",
        ));
    }
    let step = draft.step(&held.step)?;
    duties::may_act(&draft.case, &draft.process, &step, to, None)?;
    // Nobody can vote for whoever holds a decision of several.
    decision::must_have_a_vote(draft, &step, &held, to)?;
    draft.push(Event::TaskDelegated { task: id, to: to.clone(), note: note.clone() });
    Ok(())
}

/// The delegate gives it back, or whoever is responsible takes it back.
pub(super) fn resolve(draft: &mut Draft<'_>, id: TaskId, note: &str) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let held = draft.open_task(id)?;
    let Some(delegate) = &held.delegate else {
        return Err(Refusal::overtaken(
            format!("{id} is not delegated."),
            format!("{} is responsible for it and works on it.", held.holder),
            Thing::Task(id),
        ));
    };
    if actor != delegate.to && !draft.acts_as(&actor, &held.holder) && !draft.may_steer(&actor, &held.step) {
        return Err(Refusal::not_yours(
            format!("{} works on {id} for {}.", delegate.to, held.holder),
            format!("{} can give it back, and {} can take it back.", delegate.to, held.holder),
        ));
    }
    let note = required(note, "The note", "Say in a few words what came of it.")?;
    draft.push(Event::DelegationResolved { task: id, note });
    Ok(())
}
