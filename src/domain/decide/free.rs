//! Cases without a process and tasks that no process names. Each is a branch of its own; handing it over
//! follows the rules of every other step.

use super::super::case::{Place, Task, TaskState};
use super::super::catalog::Catalog;
use super::super::command::{Context, EndWait, Numbers, StartCase};
use super::super::event::{Event, Values};
use super::super::free::{AD_HOC_VERSION, ad_hoc};
use super::super::goal::Goal;
use super::super::id::{CaseId, Handle};
use super::super::party::Party;
use super::super::process::{Arm, Go, Performer, Process, Step};
use super::super::refusal::Refusal;
use super::flow::Offer;
use super::permit::who_steers;
use super::{Draft, cancel, flow, required};
use std::sync::Arc;

/// A case of free tasks; the first is called as the case is.
pub(super) fn start(
    catalog: &Catalog,
    start: &StartCase,
    ctx: &Context,
    id: CaseId,
    numbers: Numbers,
) -> Result<(Vec<Event>, Numbers), Refusal> {
    let broken = || Refusal::not_now("The case could not be begun.", "`baton doctor` looks the file over.");
    let process = ad_hoc().ok_or_else(broken)?.clone();
    let known = catalog.processes.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    let Some(title) = &start.title else {
        let hint = match known.is_empty() {
            true => "Say in a few words what it is about.".to_string(),
            false => format!("Name a process ({known}), or say what it is about with --title."),
        };
        return Err(Refusal::invalid("A case without a process needs a title.", hint));
    };
    let title = required(title, "The title", "Say in a few words what it is about.")?;
    if let Some((name, _)) = start.data.first() {
        return Err(Refusal::invalid(
            format!("A case without a process has no field `{}`.", name.escape_debug()),
            "Write it into the note.",
        ));
    }
    if let Some((title, _)) = start.documents.first() {
        return Err(Refusal::invalid(
            format!("A case without a process asks for no document `{}`.", title.escape_debug()),
            "Write it into the note.",
        ));
    }
    // What a schedule asks for names whom it asks.
    let named = || start.accountable.clone().filter(|_| start.to.is_some());
    let me = ctx.actor.person().cloned().map(Party::Person).or_else(named).ok_or_else(|| {
        Refusal::not_yours("Only a person can do this.", "Say who you are with `--as HANDLE`.")
    })?;
    let event = |clock| Event::CaseStarted {
        process: process.handle.clone(),
        version: AD_HOC_VERSION,
        title: title.clone(),
        about: start.about.as_ref().map(|(record, ..)| *record),
        data: Values::new(),
        accountable: start.accountable.clone().unwrap_or_else(|| me.clone()),
        urgent: start.urgent,
        clock,
        parent: None,
    };
    let begin =
        |clock| Draft::begin(id, event(clock), catalog, process.clone(), ctx, numbers).ok_or_else(broken);
    let clock = super::case::promised(&begin(None)?, None, start.due)?;
    let mut draft = begin(clock)?;
    if !start.tags.is_empty() {
        super::case::tag(&mut draft, &start.tags, &[])?;
    }
    if let Some(accountable) = &start.accountable {
        flow::must_exist(&draft, accountable)?;
    }
    let to = start.to.clone().unwrap_or(me);
    add(&mut draft, &title, &to, None, &start.note)?;
    Ok(draft.finish())
}

/// Adds a task to an open case, and offers it.
pub(super) fn add(
    draft: &mut Draft<'_>,
    title: &str,
    to: &Party,
    within: Option<Goal>,
    note: &Option<String>,
) -> Result<(), Refusal> {
    draft.must_be_open()?;
    let by = draft.sender()?;
    let title = required(title, "The title", "Say in a few words what is to be done.")?;
    let names = (1..).map(|n| Handle::from_text(&format!("task-{n}")));
    let handle = names.flatten().find(|handle| draft.process.step(handle).is_none());
    let Some(handle) = handle else {
        return Err(Refusal::not_now("The task could not be added.", "`baton doctor` looks the file over."));
    };
    let mut step = Step::work(handle, title, Performer::Party(to.clone()));
    step.goal = within;
    step.next = vec![Arm::new(None, Go::End(None))];
    draft.push(Event::FreeTaskAdded { step: Box::new(step.clone()) });
    let branch = draft.case.last_branch + 1;
    let offer = Offer { note: note.clone(), ..Offer::to(to.clone()) };
    flow::offer(draft, branch, &step, &by, offer)
}

/// Another version of the process with the tasks that were added to the case: they are of no version, and stay what they
/// are.
pub(super) fn kept(
    draft: &Draft<'_>,
    new: &Process,
    to: u32,
    map: &[(Handle, Handle)],
) -> Result<Arc<Process>, Refusal> {
    let id = draft.case.id;
    if let Some((free, _)) = map.iter().find(|(from, _)| draft.case.free_title(from).is_some()) {
        return Err(Refusal::invalid(
            format!("`{free}` was added to {id}, and is of no version."),
            "Leave it out: it stays what it is.",
        ));
    }
    if let Some(free) = draft.case.free.iter().find(|free| new.step(&free.handle).is_some()) {
        return Err(Refusal::not_now(
            format!("{id} has an added task called `{}`, as a step of version {to} is.", free.handle),
            "Call the step something else in the process, or let the task be finished first.",
        ));
    }
    let mut new = new.clone();
    new.steps.extend(draft.case.free.iter().cloned());
    Ok(Arc::new(new))
}

/// Lets a case go on without a task of its own that nobody needs any more: one that came back to whoever sent it, or
/// that somebody has in hand. Whoever had it in hand is told by whom.
pub(super) fn drop_task(draft: &mut Draft<'_>, ask: &EndWait, title: &str) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let branch = draft.branch(ask.branch)?;
    let case = draft.case.id;
    let (responsible, step) =
        (draft.case.responsible(&branch).cloned(), draft.case.step_of(&branch).cloned());
    if let Place::Offered(id) = branch.place {
        return Err(Refusal::not_now(
            format!("`{title}` is on offer ({id})."),
            format!("Recall it first: `baton handoff recall {id}`."),
        ));
    }
    let theirs = responsible.as_ref().is_some_and(|of| draft.acts_as(&actor, of));
    if let Some((of, step)) = responsible.as_ref().zip(step.as_ref()).filter(|_| !theirs)
        && !draft.may_steer(&actor, step)
    {
        return Err(Refusal::not_yours(
            format!("{of} is responsible for `{title}`."),
            who_steers(draft, Some(of), step),
        ));
    }
    if !ask.data.is_empty() || !ask.documents.is_empty() || ask.anyway.is_some() {
        return Err(Refusal::invalid(
            format!("`{title}` ends, and nothing comes behind it that could ask for anything."),
            "Say only why nobody needs it: --reason.",
        ));
    }
    let reason = required(&ask.text, "The reason", "Say why nobody needs it any more.")?;
    let done = |task: &Task| matches!(task.state, TaskState::Done { .. });
    if draft.case.branches.len() == 1
        && draft.case.arrivals.is_empty()
        && !draft.case.tasks.values().any(done)
    {
        return Err(Refusal::not_now(
            format!("Without `{title}` nothing of {case} would have been done."),
            format!("Withdraw the case: `baton case withdraw {case} --reason …`."),
        ));
    }
    let to = match branch.place {
        Place::Task(_) => responsible.into_iter().filter(|of| of != &actor).collect(),
        _ => Vec::new(),
    };
    draft.push(Event::CaseNoted { text: format!("{title} is not needed any more: {reason}"), to });
    cancel::cancel(draft, &[ask.branch]);
    flow::settle(draft, &actor)?;
    flow::finish(draft, &actor)
}
