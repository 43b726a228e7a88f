//! Work in hand: start, tick, wait, resume, and finishing it, which sends the work on.

use super::super::case::{Place, Task, TaskState};
use super::super::command::CompleteTask;
use super::super::counted::counted;
use super::super::event::{Event, ExceptionKind, Values};
use super::super::field::{self, is_given};
use super::super::id::TaskId;
use super::super::instant::Instant;
use super::super::nearest::nearest;
use super::super::overtaken::Thing;
use super::super::process::{Step, StepKind};
use super::super::record::FieldType;
use super::super::refusal::Refusal;
use super::super::rule_circles::reads;
use super::flow::{self, Sending};
use super::{Draft, contract, decision, duties, pause, read_data, required, unsent, wait};
use std::collections::BTreeSet;

pub(super) fn start(draft: &mut Draft<'_>, id: TaskId) -> Result<(), Refusal> {
    let task = in_work(draft, id)?;
    match task.started {
        Some(_) => Err(Refusal::overtaken(
            format!("{id} is started already."),
            "Finish it when it is done.",
            Thing::Task(id),
        )),
        None => {
            draft.push(Event::TaskStarted { task: id });
            Ok(())
        }
    }
}

pub(super) fn check(draft: &mut Draft<'_>, id: TaskId, item: u32, done: bool) -> Result<(), Refusal> {
    let task = in_work(draft, id)?;
    let step = draft.step(&task.step)?;
    if item as usize >= step.checklist.len() {
        return Err(Refusal::not_found(
            format!("`{}` has {} on its checklist.", step.title, counted(step.checklist.len(), "item")),
            "Items are counted from 1; `baton task show` lists them.",
        ));
    }
    if task.checked.contains(&item) != done {
        draft.push(Event::ItemChecked { task: id, item, done });
    }
    Ok(())
}

pub(super) fn wait(
    draft: &mut Draft<'_>,
    id: TaskId,
    reason: &str,
    until: Option<Instant>,
) -> Result<(), Refusal> {
    let task = in_work(draft, id)?;
    let still = task.waiting().map(|wait| wait.reason.clone());
    let reason = match (&still, reason.trim()) {
        (Some(same), "") => same.clone(),
        _ => required(reason, "The reason", "Say what it waits for.")?,
    };
    if until.is_some_and(|until| until <= draft.ctx.now) {
        return Err(Refusal::invalid("That follow-up lies in the past.", "Name a time to look again."));
    }
    // What waits goes on waiting, and only the day to look again moves.
    if let (Some(same), None) = (still, until) {
        return Err(Refusal::overtaken(
            format!("{id} waits already: {same}."),
            format!("Say when to look again, with --until; or let it go on: `baton task resume {id}`."),
            Thing::Task(id),
        ));
    }
    let chase = draft.step(&task.step)?.chase;
    let (until, follow_up) = pause::follow_up(draft, until, chase)?;
    draft.push(Event::TaskWaiting { task: id, reason, until, follow_up });
    Ok(())
}

pub(super) fn resume(draft: &mut Draft<'_>, id: TaskId) -> Result<(), Refusal> {
    let task = in_work(draft, id)?;
    match task.waiting() {
        Some(_) => {
            draft.push(Event::TaskResumed { task: id });
            Ok(())
        }
        None => Err(Refusal::overtaken(
            format!("{id} is not waiting."),
            "There is nothing to resume.",
            Thing::Task(id),
        )),
    }
}

fn sending(complete: &CompleteTask, outcome: Option<String>) -> Sending {
    let (to, note) = (complete.to.clone(), complete.note.clone());
    Sending { to, note, outcome, agreed: complete.agreed, by_hand: true }
}

/// Finishes the work of a step and sends it on. What the contract asks for must be there, unless the sender
/// says why it is not: then that is recorded as an exception for the accountable party.
pub(super) fn complete(draft: &mut Draft<'_>, complete: &CompleteTask) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let task = draft.open_task(complete.task)?;
    let step = draft.step(&task.step)?;
    let quorum = match step.kind {
        StepKind::Decision { quorum } => quorum,
        _ => None,
    };
    match quorum {
        None => mine(draft, complete.task).map(|_| ())?,
        Some(_) => decision::votes_for(draft, &step, &task, &actor)?,
    }
    duties::may_act(&draft.case, &draft.process, &step, &actor, draft.acts_for())?;
    // A vote of several is everybody's, whoever has the decision in hand.
    if quorum.is_none() {
        not_on_offer(draft, &task)?;
    }
    if let Some(delegate) = task.delegate.as_ref().filter(|_| quorum.is_none()) {
        let of = if actor == task.holder { "you".to_string() } else { task.holder.to_string() };
        return Err(Refusal::not_now(
            format!("{} works on {} for {of}.", delegate.to, complete.task),
            format!("Take it back first: `baton task resolve {} --note …`.", complete.task),
        ));
    }
    let voice = match step.kind {
        StepKind::Decision { .. } => Some(decision::voice(&step, complete)?),
        _ => decision::must_have_no_voice(&step, complete).map(|()| None)?,
    };
    let (mut outcome, mut reason) = voice.as_ref().map(|v| (v.outcome.clone(), v.reason.clone())).unzip();
    if let (Some(quorum), Some(voice)) = (quorum, &voice) {
        outcome = decision::vote(draft, complete.task, &step, quorum, &actor, voice)?;
        if outcome.is_none() {
            // Whoever decides it sends it on.
            let sending = sending(complete, outcome);
            return unsent::nothing_lost(draft, &step.title, &sending, |_| Ok(()));
        }
        take_back_offer(draft, &task);
        if outcome.as_ref() != Some(&voice.outcome) {
            let votes = &draft.open_task(complete.task)?.votes;
            reason = Some(decision::why(votes, outcome.as_deref()));
        }
    }
    for item in 0..step.checklist.len() as u32 {
        let wanted = complete.all_checked || complete.checked.contains(&item);
        if wanted && !task.checked.contains(&item) {
            draft.push(Event::ItemChecked { task: complete.task, item, done: true });
        }
    }
    let data = read_data(&complete.data, &draft.process, (draft.catalog, draft.ctx.now))?;
    let documents = documents(draft, &complete.documents)?;
    let missing = missing(draft, complete.task, &step, &data);
    let changed = !data.is_empty();
    draft.push(Event::TaskDone { task: complete.task, data, outcome: outcome.clone(), reason, documents });
    if changed {
        wait::follow_data(draft)?;
        contract::tell(draft);
    }
    let anyway = match &complete.anyway {
        Some(why) => Some(required(why, "The reason", "Say why it is sent with something missing.")?),
        None => None,
    };
    let sending = sending(complete, outcome);
    let without = |lacks: &str, why: &str| format!("{} sent on without {lacks}: {why}", step.title);
    let refusal = |missing| Refusal::Incomplete { task: complete.task, missing };
    contract::send(draft, missing, (anyway, without), refusal, |draft| {
        // Who stands in for the holder does not take the baton: until somebody accepts, it stays where it is.
        unsent::nothing_lost(draft, &step.title, &sending, |draft| {
            flow::send_on(draft, task.branch, &step, &task.holder, &sending)
        })
    })
}

/// Brings votes to their end that the votes there are decide already: as another version counts them, or because fewer
/// have a vote now. One whose work lacks something, or is on offer, waits for whoever holds it, who is told.
pub(super) fn settle_votes(draft: &mut Draft<'_>, version: Option<u32>) -> Result<(), Refusal> {
    let open = draft.case.tasks.iter().filter(|(_, task)| task.ended().is_none());
    let open = open.map(|(id, task)| (*id, task.clone())).collect::<Vec<_>>();
    for (id, task) in open {
        let step = draft.step(&task.step)?;
        let Some(outcome) = decision::settled(draft, &step, &task) else { continue };
        let passes = step.outcomes().first() == Some(&outcome.as_str());
        let agreed = task.votes.iter().filter(|vote| vote.outcome == outcome).count();
        let said = match (passes, version) {
            (true, Some(version)) => format!("{agreed} agreed, which is enough in version {version}"),
            (true, None) => format!("{agreed} agreed, which is enough of those who may vote now"),
            (false, Some(version)) => {
                format!("too few are left who could agree, as version {version} counts")
            }
            // Whoever holds it says what becomes of what can pass no more.
            (false, None) => continue,
        };
        let decide = |draft: &mut Draft<'_>| {
            let (data, documents) = (Values::new(), Vec::new());
            let (reason, decided) = (Some(said.clone()), Some(outcome.clone()));
            draft.push(Event::TaskDone { task: id, data, outcome: decided, reason, documents });
            let sending = Sending { outcome: Some(outcome.clone()), ..Sending::default() };
            flow::send_on(draft, task.branch, &step, &task.holder, &sending)
        };
        let lacks = missing(draft, id, &step, &Values::new());
        let lacks = contract::lacks(draft, lacks, decide);
        let free = not_on_offer(draft, &task).is_ok() && task.delegate.is_none() && task.waiting().is_none();
        if !free || !lacks.is_empty() {
            let lacks =
                if lacks.is_empty() { String::new() } else { format!("; it lacks {}", lacks.join("; ")) };
            let text = format!("{} is decided, {outcome}, with the next vote: {said}{lacks}", step.title);
            let mut told = draft.case.exceptions.values().filter(|open| open.resolved.is_none());
            if !told.any(|open| open.text == text) {
                draft.open_exception(ExceptionKind::Stuck, text, vec![task.holder.clone()]);
            }
            continue;
        }
        decide(draft)?;
    }
    Ok(())
}

/// What a step has to say anew because the way on hangs on it: this case was there before, and answered then.
fn answers_anew(draft: &Draft<'_>, id: TaskId, step: &Step) -> BTreeSet<String> {
    let this = draft.case.tasks.get(&id);
    let item = this.and_then(|task| draft.case.branches.get(&task.branch)?.item.as_deref());
    let before = |(other, task): (&TaskId, &Task)| {
        let done = task.step == step.handle && matches!(task.state, TaskState::Done { .. });
        *other != id && done && draft.case.item_of(task) == item
    };
    if step.gives.is_empty() || !draft.case.tasks.iter().any(before) {
        return BTreeSet::new();
    }
    let ways = step.next.iter().flat_map(|arm| arm.when.iter().chain(arm.only.iter().map(|(_, when)| when)));
    let mut asked = ways.flat_map(|when| reads(&draft.process, when)).collect::<BTreeSet<_>>();
    // A price or a date is what it is; what somebody chose is asked again. What was filled in since it is in hand is an
    // answer of now.
    let chosen = |name: &String| {
        let field = draft.process.field(name);
        field.is_some_and(|field| matches!(field.kind, FieldType::Choice { .. } | FieldType::YesNo))
    };
    asked.retain(|name| chosen(name) && !this.is_some_and(|task| task.given.contains(name)));
    asked
}

/// What a step that is finished lacks itself: unticked items, and data it gives.
fn missing(draft: &Draft<'_>, id: TaskId, step: &Step, data: &Values) -> Vec<String> {
    let checked = draft.case.tasks.get(&id).map(|task| task.checked.clone()).unwrap_or_default();
    let unticked = (0u32..).zip(&step.checklist).filter(|(n, _)| !checked.contains(n));
    let mut missing = unticked.map(|(_, item)| format!("[ ] {item}")).collect::<Vec<_>>();
    let now = |name: &String| data.get(name).or_else(|| draft.case.data.get(name));
    let absent = |name: &&String| !is_given(now(name));
    // What this step said the last time about the way on is no answer to where it goes now.
    let old = answers_anew(draft, id, step);
    let old = |name: &&String| old.contains(*name) && !data.contains_key(*name) && !absent(name);
    let label = |name: &String| contract::label(&draft.process, name);
    missing.extend(step.gives.iter().filter(absent).map(label));
    let said = |name: &String| field::show(now(name).unwrap_or(&serde_json::Value::Null));
    missing.extend(
        step.gives
            .iter()
            .filter(old)
            .map(|name| format!("{}, which was {} the last time: say it again", label(name), said(name))),
    );
    missing
}

/// The references that are handed over. A title must be one that some step of the process asks for; an empty
/// reference is none.
pub(super) fn documents(
    draft: &Draft<'_>,
    given: &[(String, String)],
) -> Result<Vec<(String, String)>, Refusal> {
    let known = draft.process.steps.iter().flat_map(|step| &step.documents).collect::<Vec<_>>();
    let mut documents = Vec::new();
    for (title, reference) in given {
        let title = title.trim();
        if !known.iter().any(|asked| asked.as_str() == title) {
            let near = nearest(title, known.iter().map(|asked| asked.as_str()));
            let hint = match near {
                Some(near) => format!("Did you mean `{near}`?"),
                None if known.is_empty() => "It asks for no documents; write it into the note.".to_string(),
                None => {
                    format!(
                        "It asks for: {}.",
                        known.iter().map(|t| t.as_str()).collect::<Vec<_>>().join(", ")
                    )
                }
            };
            let what = format!("`{}` asks for no document `{}`.", draft.process.title, title.escape_debug());
            return Err(Refusal::invalid(what, hint));
        }
        if !reference.trim().is_empty() {
            let reference = required(reference, "The reference", "Give a path, an address or a few words.")?;
            documents.push((title.to_string(), reference));
        }
    }
    Ok(documents)
}

/// What is decided need not be taken by anybody any more.
fn take_back_offer(draft: &mut Draft<'_>, task: &Task) {
    let place = draft.case.branches.get(&task.branch).map(|branch| branch.place.clone());
    if let Some(Place::Offered(handoff)) = place {
        let reason = Some("decided by the votes meanwhile".to_string());
        draft.push(Event::HandoffRecalled { handoff, reason, clock: None });
    }
}

/// Work that is offered to somebody else is not sent on under their hands: one branch, one open handoff.
pub(super) fn not_on_offer(draft: &Draft<'_>, task: &super::super::case::Task) -> Result<(), Refusal> {
    let place = draft.case.branches.get(&task.branch).map(|branch| &branch.place);
    let Some(Place::Offered(open)) = place else { return Ok(()) };
    let to = draft.case.handoffs.get(open).map_or_else(String::new, |h| h.to.to_string());
    Err(Refusal::not_now(
        format!("It is offered to {to} ({open})."),
        format!("Recall it first: `baton handoff recall {open}`."),
    ))
}

/// The task, which must be open and in the actor's hand.
pub(super) fn mine(draft: &Draft<'_>, id: TaskId) -> Result<super::super::case::Task, Refusal> {
    let actor = draft.actor()?;
    let task = draft.open_task(id)?;
    if draft.acts_as(&actor, &task.holder) {
        return Ok(task);
    }
    let hint = match &task.delegate {
        Some(delegate) if delegate.to == actor => format!(
            "You work on it for {0}: say what came of it with `baton task resolve {id} --note …`, and {0} finishes it.",
            task.holder
        ),
        _ => format!("Only {} works on it; it can be offered to somebody else.", task.holder),
    };
    Err(Refusal::not_yours(format!("{} is responsible for {id}.", task.holder), hint))
}

/// The task, which must be open and in the actor's hand, or delegated to them.
fn in_work(draft: &Draft<'_>, id: TaskId) -> Result<super::super::case::Task, Refusal> {
    let actor = draft.actor()?;
    let task = draft.open_task(id)?;
    match &task.delegate {
        Some(delegate) if delegate.to == actor => Ok(task),
        _ => mine(draft, id),
    }
}
