//! Separation of duties: whether somebody may act at a step at all, given who did the steps it must not be
//! done by the same people as. Knows nothing of offers.

use super::super::case::{Case, Task, TaskState, Vote};
use super::super::id::Handle;
use super::super::process::{Process, Step};
use super::super::refusal::Refusal;
use std::collections::BTreeSet;

/// Everybody who did a step of this case or is doing it: whoever holds it or had begun it, delegates, those who voted,
/// substitutes who worked on it, and those they stood in for. Nobody where only a log without names says that it was
/// done.
pub fn who_did<'c>(case: &'c Case, step: &Handle) -> BTreeSet<&'c Handle> {
    let tasks = case.tasks.values().filter(|task| &task.step == step && task.observed);
    let begun = |task: &&Task| task.started.is_some() || matches!(task.state, TaskState::Done { .. });
    let held = tasks.clone().filter(begun).flat_map(|task| {
        let works = task.delegate.as_ref().map(|delegate| &delegate.to);
        std::iter::once(&task.holder).chain(&task.also).chain(works)
    });
    held.chain(tasks.flat_map(|task| task.votes.iter().flat_map(Vote::people))).collect()
}

/// Whether a person may act at this step, where they act for somebody on that one's behalf: neither may have
/// done a step that this one must not be done by the same people as.
///
/// # Errors
/// The refusal, which says who did what.
pub fn may_act(
    case: &Case,
    process: &Process,
    step: &Step,
    person: &Handle,
    of: Option<&Handle>,
) -> Result<(), Refusal> {
    for other in &step.not_by {
        let did = who_did(case, other);
        let Some(who) = [Some(person), of].into_iter().flatten().find(|who| did.contains(*who)) else {
            continue;
        };
        let title = process.step(other).map_or_else(|| other.to_string(), |step| step.title.clone());
        let acting = if who == person { String::new() } else { format!(", for whom {person} acts,") };
        return Err(Refusal::not_yours(
            format!("{who}{acting} did `{title}` of {}; `{}` is for somebody else.", case.id, step.title),
            "Four eyes are asked for here: offer it to somebody who had no part in that.",
        ));
    }
    Ok(())
}
