//! Decisions: who may decide, votes and quorums, and what they come to. An outcome and a reason are recorded;
//! people decide, nothing here does.

use super::super::case::{Case, Task};
use super::super::catalog::Catalog;
use super::super::command::CompleteTask;
use super::super::event::Event;
use super::super::id::{Handle, TaskId};
use super::super::party::Party;
use super::super::process::{Process, Quorum, Step, StepKind};
use super::super::refusal::Refusal;
use super::{Draft, duties, required};
use std::collections::BTreeSet;

/// What somebody says to a decision, once it is known to be one of its outcomes and has a reason.
pub(super) struct Voice {
    pub outcome: String,
    pub reason: String,
}

/// Reads outcome and reason of a command.
pub(super) fn voice(step: &Step, complete: &CompleteTask) -> Result<Voice, Refusal> {
    let known = step.outcomes().join(", ");
    let Some(given) = &complete.outcome else {
        return Err(Refusal::invalid(
            format!("`{}` is a decision: say what is decided.", step.title),
            format!("Give one with --outcome and why with --reason; there is: {known}."),
        ));
    };
    let Some(outcome) =
        step.outcomes().into_iter().find(|outcome| outcome.eq_ignore_ascii_case(given.trim()))
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

/// Refuses what would be said of a step that decides nothing, and kept nowhere.
pub(super) fn must_have_no_voice(step: &Step, complete: &CompleteTask) -> Result<(), Refusal> {
    let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    match said(&complete.outcome) || said(&complete.reason) {
        false => Ok(()),
        true => Err(Refusal::invalid(
            format!("`{}` is no decision, and has no outcome.", step.title),
            "Leave --outcome and --reason out; what the next should know is a note: --note.",
        )),
    }
}

fn by_words(step: &Step) -> String {
    match step.by.party() {
        Some(party) => party.to_string(),
        None => "those who do this step".to_string(),
    }
}

/// Whether several decide at a step.
pub fn of_several(step: &Step) -> bool {
    matches!(step.kind, StepKind::Decision { quorum: Some(_) })
}

/// The role that votes on a decision of several: the one that does the step, and where no role does, the one it was
/// offered to. Whom it is handed to does not change who decides.
pub fn voting_role<'c>(case: &'c Case, step: &'c Step, task: &Task) -> Option<&'c Handle> {
    let offered = || case.handoffs.get(&task.handoff).and_then(|handoff| handoff.to.role());
    step.by.party().and_then(Party::role).or_else(offered)
}

/// The people who have a vote: those of the role, or whoever holds it where there is none, without those who may not
/// do the step. Whoever holds it and does not belong to the role has none.
fn voters(catalog: &Catalog, process: &Process, case: &Case, step: &Step, task: &Task) -> BTreeSet<Handle> {
    let role = voting_role(case, step, task).and_then(|role| catalog.roles.get(role));
    let voters = role.map_or_else(|| BTreeSet::from([task.holder.clone()]), |role| role.members.clone());
    // Whoever may only look has none.
    let may = |person: &Handle| {
        catalog.works_here(person)
            && catalog.may_work(person, &case.process, &case.accountable)
            && duties::may_act(case, process, step, person, None).is_ok()
    };
    voters.into_iter().filter(may).collect()
}

/// How a vote stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voting {
    /// Who has yet to vote.
    pub yet: BTreeSet<Handle>,
    /// So few are left that it cannot pass any more: whoever holds the decision says what becomes of it.
    pub lost: bool,
}

/// How the vote on a task stands; `None` where it is no decision of several.
pub fn voting(catalog: &Catalog, process: &Process, case: &Case, task: &Task) -> Option<Voting> {
    let step = process.step(&task.step)?;
    let StepKind::Decision { quorum: Some(quorum) } = step.kind else { return None };
    let voters = voters(catalog, process, case, step, task);
    let (need, of) = quorum.count(voters.len() as u32);
    let yet = voters.into_iter().filter(|voter| !task.votes.iter().any(|vote| vote.is_of(voter)));
    let yet = yet.collect::<BTreeSet<_>>();
    let passing = step.outcomes().first().copied().unwrap_or_default();
    let agreed = task.votes.iter().filter(|vote| vote.outcome == passing).count() as u32;
    let left = of.saturating_sub(task.votes.len() as u32).min(yet.len() as u32);
    Some(Voting { lost: agreed < need && agreed + left < need, yet })
}

/// Finds out for whom somebody votes who has no vote themselves: for one who is away and has not voted. Whether
/// anybody lets them vote is looked at with the vote.
pub(super) fn votes_for(draft: &Draft<'_>, step: &Step, task: &Task, actor: &Handle) -> Result<(), Refusal> {
    let voters = voters(draft.catalog, &draft.process, &draft.case, step, task);
    // Whoever may not do the step hears why, and not that they have no vote.
    duties::may_act(&draft.case, &draft.process, step, actor, None)?;
    let lost = || voting(draft.catalog, &draft.process, &draft.case, task).is_some_and(|voting| voting.lost);
    if voters.contains(actor) || (lost() && draft.acts_as(actor, &task.holder)) {
        return Ok(());
    }
    let away = voters.iter().filter(|voter| draft.catalog.acts_as(actor, voter, draft.ctx.now));
    let away = away.collect::<Vec<_>>();
    let open = away.iter().find(|voter| !task.votes.iter().any(|vote| vote.is_of(voter)));
    match open.or(away.first()) {
        Some(of) => {
            draft.acts_as(actor, of);
            Ok(())
        }
        None => Err(no_vote(step, actor, &voters)),
    }
}

fn no_vote(step: &Step, person: &Handle, voters: &BTreeSet<Handle>) -> Refusal {
    let names = voters.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    Refusal::not_yours(format!("{person} has no vote in `{}`.", step.title), format!("{names} may vote."))
}

/// Refuses whoever has no vote where several decide.
pub(super) fn must_have_a_vote(
    draft: &Draft<'_>,
    step: &Step,
    task: &Task,
    person: &Handle,
) -> Result<(), Refusal> {
    if !of_several(step) {
        return Ok(());
    }
    let voters = voters(draft.catalog, &draft.process, &draft.case, step, task);
    match voters.contains(person) {
        true => Ok(()),
        false => Err(no_vote(step, person, &voters)),
    }
}

/// Lets somebody vote who has one or stands in for one who has; the outcome once it is certain, and `None` while
/// more votes are needed. Nobody votes twice, for themselves or for others.
pub(super) fn vote(
    draft: &mut Draft<'_>,
    id: TaskId,
    step: &Step,
    quorum: Quorum,
    person: &Handle,
    voice: &Voice,
) -> Result<Option<String>, Refusal> {
    let task = draft.open_task(id)?;
    let passing = step.outcomes().first().map(|first| first.to_string()).unwrap_or_default();
    let stands = |draft: &Draft<'_>, task: &Task| voting(draft.catalog, &draft.process, &draft.case, task);
    let lost = stands(draft, &task).is_some_and(|voting| voting.lost);
    if lost && draft.acts_as(person, &task.holder) {
        // Those who would have to agree are too few, from the beginning or by now: no vote can bring it to an end.
        return match voice.outcome != passing {
            true => Ok(Some(voice.outcome.clone())),
            false if task.votes.is_empty() => Err(too_few(draft, step, quorum, &task)),
            false => Err(Refusal::not_now(
                format!("`{}` cannot pass any more: too few are left who could agree.", step.title),
                format!("Say which of the others it is: {}.", but(step, &passing)),
            )),
        };
    }
    // Fewer have a vote than when the last was given, and those who agreed are enough now.
    if settled(draft, step, &task).as_ref() == Some(&passing) {
        let agreed = task.votes.iter().filter(|vote| vote.outcome == passing).count();
        return match voice.outcome == passing {
            true => Ok(Some(passing)),
            false => Err(Refusal::not_now(
                format!(
                    "`{}` has passed: {agreed} agreed, which is enough of those who may vote now.",
                    step.title
                ),
                format!("Say so, and it goes on: `baton task done {id} --outcome {passing} --reason …`."),
            )),
        };
    }
    for who in [Some(person), draft.acts_for()].into_iter().flatten() {
        if let Some(vote) = task.votes.iter().find(|vote| vote.is_of(who)) {
            let by = match &vote.by == who {
                true => format!("{who} voted already"),
                false => format!("{} voted for {who} already", vote.by),
            };
            return Err(Refusal::not_now(
                format!("{by}: {}.", vote.outcome),
                "A vote can be taken back with undo until somebody else has acted.",
            ));
        }
    }
    if lost && task.votes.is_empty() {
        return Err(too_few(draft, step, quorum, &task));
    }
    let voters = voters(draft.catalog, &draft.process, &draft.case, step, &task).len() as u32;
    let (need, _) = quorum.count(voters);
    let (by, outcome, reason) = (person.clone(), voice.outcome.clone(), voice.reason.clone());
    draft.push(Event::VoteCast { task: id, by, outcome, reason });
    let task = draft.open_task(id)?;
    let agreed = task.votes.iter().filter(|vote| vote.outcome == passing).count() as u32;
    if agreed >= need {
        return Ok(Some(passing));
    }
    // It has failed as soon as those who have not voted are too few.
    let lost = stands(draft, &task).is_some_and(|voting| voting.lost);
    Ok(lost.then(|| most_frequent(step, &task.votes, &passing)))
}

/// The outcome of a vote that the votes there are decide already, as another version counts them: it passes, or too few
/// are left who could agree.
pub(super) fn settled(draft: &Draft<'_>, step: &Step, task: &Task) -> Option<String> {
    let StepKind::Decision { quorum: Some(quorum) } = step.kind else { return None };
    let voters = voters(draft.catalog, &draft.process, &draft.case, step, task).len() as u32;
    let (need, _) = quorum.count(voters);
    let passing = step.outcomes().first().map(|first| first.to_string())?;
    let agreed = task.votes.iter().filter(|vote| vote.outcome == passing).count() as u32;
    if agreed > 0 && agreed >= need {
        return Some(passing);
    }
    let voted = task.votes.len() as u32;
    let out_of_reach = voted > agreed && agreed + voters.saturating_sub(voted) < need;
    out_of_reach.then(|| most_frequent(step, &task.votes, &passing))
}

fn too_few(draft: &Draft<'_>, step: &Step, quorum: Quorum, task: &Task) -> Refusal {
    let voters = voters(draft.catalog, &draft.process, &draft.case, step, task).len() as u32;
    let (need, of) = quorum.count(voters);
    let passing = step.outcomes().first().copied().unwrap_or_default();
    Refusal::not_now(
        format!("`{}` needs {need} who agree, and only {} may vote.", step.title, of.min(voters)),
        format!(
            "Let more people belong to {}, or let {} say which of the others it is: {}.",
            by_words(step),
            task.holder,
            but(step, passing)
        ),
    )
}

/// The outcomes but this one, in words.
fn but(step: &Step, outcome: &str) -> String {
    step.outcomes().into_iter().filter(|other| *other != outcome).collect::<Vec<_>>().join(", ")
}

/// Why a vote came to an outcome that the last voice did not name: what the latest said who did name it.
pub(super) fn why(votes: &[super::super::case::Vote], outcome: Option<&str>) -> String {
    let said = votes.iter().rev().find(|vote| Some(vote.outcome.as_str()) == outcome);
    said.map_or_else(|| "too few are left who could agree".to_string(), |vote| vote.reason.clone())
}

fn most_frequent(step: &Step, votes: &[super::super::case::Vote], passing: &str) -> String {
    let count = |outcome: &str| votes.iter().filter(|vote| vote.outcome == outcome).count();
    // `max_by_key` takes the last of equals; the one that stands first shall win.
    let others = step.outcomes().into_iter().rev().filter(|outcome| *outcome != passing);
    others.max_by_key(|outcome| count(outcome)).unwrap_or_default().to_string()
}
