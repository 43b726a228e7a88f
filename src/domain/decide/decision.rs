//! Decisions: who may decide, votes and quorums, and what they come to. An outcome and a reason are recorded;
//! people decide, nothing here does.

use super::super::case::{Case, Task};
use super::super::command::CompleteTask;
use super::super::event::Event;
use super::super::id::{Handle, TaskId};
use super::super::party::Party;
use super::super::process::{Performer, Quorum, Step};
use super::super::refusal::Refusal;
use super::{Draft, required};
use std::collections::BTreeSet;

/// The outcomes a decision can have, in the order of its ways; the first is what a quorum agrees to.
pub fn outcomes(step: &Step) -> Vec<&str> {
    let mut outcomes = Vec::new();
    for on in step.next.iter().filter_map(|arm| arm.on.as_deref()) {
        if !outcomes.contains(&on) {
            outcomes.push(on);
        }
    }
    outcomes
}

/// What somebody says to a decision, once it is known to be one of its outcomes and has a reason.
pub(super) struct Voice {
    pub outcome: String,
    pub reason: String,
}

/// Reads outcome and reason of a command.
pub(super) fn voice(step: &Step, complete: &CompleteTask) -> Result<Voice, Refusal> {
    let known = outcomes(step).join(", ");
    let Some(given) = &complete.outcome else {
        return Err(Refusal::invalid(
            format!("`{}` is a decision: say what is decided.", step.title),
            format!("Give one with --outcome and why with --reason; there is: {known}."),
        ));
    };
    let Some(outcome) = outcomes(step).into_iter().find(|outcome| outcome.eq_ignore_ascii_case(given.trim()))
    else {
        return Err(Refusal::invalid(
            format!("`{}` is no outcome of `{}`.", given.escape_debug(), step.title),
            format!("There is: {known}."),
        ));
    };
    let reason = complete.reason.as_deref().unwrap_or_default();
    let reason = required(reason, "The reason", "Say why, with --reason; it stays with the decision.")?;
    Ok(Voice { outcome: outcome.to_string(), reason })
}

/// Who did one of the steps whose performers may not do this one.
pub fn shut_out(case: &Case, step: &Step) -> BTreeSet<Handle> {
    let done = case.tasks.values().filter(|task| step.not_by.contains(&task.step));
    let done = done.filter(|task| task.started.is_some() || task.ended().is_some());
    done.map(|task| task.holder.clone()).collect()
}

/// Refuses somebody who did a step this one has to be done without: four eyes.
pub(super) fn second_pair_of_eyes(draft: &Draft<'_>, step: &Step, person: &Handle) -> Result<(), Refusal> {
    if !shut_out(&draft.case, step).contains(person) {
        return Ok(());
    }
    let before = step.not_by.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    Err(Refusal::not_yours(
        format!("{person} did {before} of {}, and `{}` needs somebody else.", draft.case.id, step.title),
        format!("Somebody else of {} has to do it.", by_words(step)),
    ))
}

fn by_words(step: &Step) -> String {
    match step.by.party() {
        Some(party) => party.to_string(),
        None => "those who do this step".to_string(),
    }
}

/// The people who may vote: those it was offered to, or those of the role that does the step, without those
/// who are shut out.
fn voters(draft: &Draft<'_>, step: &Step, task: &Task) -> BTreeSet<Handle> {
    let offered = draft.case.handoffs.get(&task.handoff).map(|handoff| &handoff.to);
    let role = match (offered, &step.by) {
        (Some(Party::Role(role)), _) | (_, Performer::Party(Party::Role(role))) => {
            draft.catalog.roles.get(role)
        }
        _ => None,
    };
    let mut voters = role.map(|role| role.members.clone()).unwrap_or_default();
    voters.insert(task.holder.clone());
    let out = shut_out(&draft.case, step);
    voters.into_iter().filter(|person| !out.contains(person)).collect()
}

/// Lets somebody vote; the outcome once it is certain, and `None` while more votes are needed.
pub(super) fn vote(
    draft: &mut Draft<'_>,
    id: TaskId,
    step: &Step,
    quorum: Quorum,
    person: &Handle,
    voice: &Voice,
) -> Result<Option<String>, Refusal> {
    let task = draft.open_task(id)?;
    let voters = voters(draft, step, &task);
    if !voters.contains(person) {
        let names = voters.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        return Err(Refusal::not_yours(
            format!("{person} has no vote in `{}`.", step.title),
            format!("{names} may vote."),
        ));
    }
    if let Some(vote) = task.votes.iter().find(|vote| &vote.by == person) {
        return Err(Refusal::not_now(
            format!("{person} voted already: {}.", vote.outcome),
            "A vote can be taken back with undo until somebody else has acted.",
        ));
    }
    let (need, of) = quorum.count(voters.len() as u32);
    let can = of.min(voters.len() as u32);
    if need > can {
        return Err(Refusal::not_now(
            format!("`{}` needs {need} who agree, and only {can} may vote.", step.title),
            format!("Let more people belong to {}.", by_words(step)),
        ));
    }
    let (by, outcome, reason) = (person.clone(), voice.outcome.clone(), voice.reason.clone());
    draft.push(Event::VoteCast { task: id, by, outcome, reason });
    let votes = draft.open_task(id)?.votes;
    let passing = outcomes(step).first().map(|first| first.to_string()).unwrap_or_default();
    let agreed = votes.iter().filter(|vote| vote.outcome == passing).count() as u32;
    if agreed >= need {
        return Ok(Some(passing));
    }
    // It has failed as soon as those who have not voted are too few.
    let left = can.saturating_sub(votes.len() as u32);
    Ok((agreed + left < need).then(|| most_frequent(step, &votes, &passing)))
}

fn most_frequent(step: &Step, votes: &[super::super::case::Vote], passing: &str) -> String {
    let count = |outcome: &str| votes.iter().filter(|vote| vote.outcome == outcome).count();
    // `max_by_key` takes the last of equals; the one that stands first shall win.
    let others = outcomes(step).into_iter().rev().filter(|outcome| *outcome != passing);
    others.max_by_key(|outcome| count(outcome)).unwrap_or_default().to_string()
}
