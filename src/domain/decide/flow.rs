//! Where work goes next: choice, split, join and end, and the offer that follows. Knows the process; not who
//! may finish what.

use super::super::agreed::Agreed;
use super::super::case::{Arrival, TaskState};
use super::super::counted::counted;
use super::super::event::{Event, ExceptionKind};
use super::super::field::is_given;
use super::super::id::Handle;
use super::super::party::Party;
use super::super::process::{Late, Performer, Step, StepKind};
use super::super::refusal::Refusal;
use super::join::{late_ones, meet_later, the_others};
pub(super) use super::offering::{Offer, offer};
pub(super) use super::performer::{must_exist, named, performer};
use super::way::{Way, way_on};
use super::{Draft, action, cancel, contract, performer, wait};
use serde_json::Value;

/// Who receives the work and what the sender says, where the sender chose.
#[derive(Default, Clone)]
pub(super) struct Sending {
    pub to: Option<Party>,
    pub note: Option<String>,
    /// What was decided, where the work was a decision.
    pub outcome: Option<String>,
    pub agreed: Agreed,
    /// Somebody sends it there who can name another receiver.
    pub by_hand: bool,
}

/// Sends a branch on from a finished step.
pub(super) fn send_on(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    if draft.case.branches.get(&branch).is_some_and(|branch| branch.item.is_some()) {
        // One of several that do the same step: the last of them goes on.
        let (join, from) = (step.handle.clone(), step.handle.clone());
        draft.push(Event::BranchArrived { branch, join, from });
    } else {
        leave(draft, branch, step, by, sending)?;
    }
    // What is said with the last of several goes with what follows them all.
    let last = Last { branch, sending: Sending { outcome: None, ..sending.clone() } };
    settle_with(draft, by, Some(&last))?;
    finish(draft, by)
}

/// The branch that has just come, and what was said with it.
struct Last {
    branch: u32,
    sending: Sending,
}

/// Takes a branch that comes from nowhere to a step, as the first of a new case, or one that waited for its list.
pub(super) fn begin_at(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    go_to(draft, branch, step, None, by, sending)?;
    settle(draft, by)?;
    finish(draft, by)
}

/// A case of which nothing is open any more is done. What waits at a join to which nothing leads any more goes on with
/// what is there, and whoever answers for the case hears of it: no sound process brings that about, but a case that
/// left work undone must not count as done.
pub(super) fn finish(draft: &mut Draft<'_>, by: &Handle) -> Result<(), Refusal> {
    while draft.case.branches.is_empty() && draft.must_be_open().is_ok() {
        let Some(arrived) = draft.case.arrivals.first().cloned() else {
            let outcome = draft.case.outcome.clone();
            draft.push(Event::CaseDone { outcome });
            return Ok(());
        };
        let step = draft.step(&arrived.join)?;
        let others = draft.case.arrivals.iter().filter(|other| other.join == arrived.join);
        let merged = others.map(|other| other.branch).filter(|other| *other != arrived.branch).collect();
        if !brought_before(draft, &arrived, &step) {
            let text =
                format!("{} went on without all it waits for: nothing leads there any more", step.title);
            let to = draft.exception_receivers();
            draft.open_exception(ExceptionKind::Stuck, text, to);
        }
        go_on_joined(draft, &arrived, &step, merged, by, &Sending::default())?;
        settle(draft, by)?;
    }
    Ok(())
}

/// Whether a case was taken up again at one arm of a split, and everything else its join waits for was done before: what
/// the others brought then is there.
fn brought_before(draft: &Draft<'_>, arrived: &Arrival, join: &Step) -> bool {
    let case = &draft.case;
    let here = |source: &Handle| {
        case.arrivals.iter().any(|other| other.join == arrived.join && &other.from == source)
    };
    let done = |source: &Handle| match draft.process.step(source).is_some_and(|step| step.kind.is_human()) {
        true => {
            let mut done = case.tasks.values().filter(|task| matches!(task.state, TaskState::Done { .. }));
            done.any(|task| &task.step == source && !task.superseded)
        }
        false => case.visits.contains_key(source),
    };
    // Whoever takes a case up again at an arm stands outside every split.
    case.cycle > 1 && arrived.scopes.is_empty() && join.join.iter().all(|source| here(source) || done(source))
}

/// Takes what has come together at a join on from there.
fn go_on_joined(
    draft: &mut Draft<'_>,
    arrived: &Arrival,
    step: &Step,
    merged: Vec<u32>,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    let branch = arrived.branch;
    if arrived.join == arrived.from {
        let join = arrived.join.clone();
        draft.push(Event::BranchesJoined { branch, join, merged, enough: false, within: false });
        return leave(draft, branch, step, by, sending);
    }
    let from = draft.step(&arrived.from)?;
    join(draft, branch, step, merged, &arrived.scopes);
    go_to(draft, branch, step, Some(&from), by, sending)
}

fn leave(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    if let Some(title) = step.milestone.clone() {
        draft.push(Event::MilestoneReached { title });
    }
    let process = draft.process.clone();
    let way = way_on(&process, &draft.case, &draft.ctx.record, step, sending.outcome.as_deref())?;
    let (targets, skipped) = match way {
        Way::End(outcome) => {
            draft.push(Event::BranchEnded { branch, outcome, late: None });
            return Ok(());
        }
        Way::To { targets, skipped } => (targets, skipped),
    };
    if let ([one], []) = (targets.as_slice(), skipped.as_slice()) {
        return arrive(draft, branch, one, step, by, sending);
    }
    if sending.to.is_some() {
        return Err(Refusal::invalid(
            format!("From `{}` the work goes to {} at once.", step.title, counted(targets.len(), "step")),
            "Leave the receiver out; each step goes to its own.",
        ));
    }
    let sending = &Sending { by_hand: false, ..sending.clone() };
    let into = split(draft, branch, &targets, Vec::new(), skipped);
    for (child, target) in into.into_iter().zip(&targets) {
        if draft.sets_out(child) {
            arrive(draft, child, target, step, by, sending)?;
        }
    }
    Ok(())
}

/// Lets a branch become several, which are about to be taken to these steps; their numbers.
fn split(
    draft: &mut Draft<'_>,
    branch: u32,
    to: &[Handle],
    items: Vec<String>,
    skipped: Vec<Handle>,
) -> Vec<u32> {
    let first = draft.case.last_branch + 1;
    let into = (first..first + to.len() as u32).collect::<Vec<_>>();
    let scope = draft.case.last_scope + 1;
    draft.push(Event::BranchSplit { branch, into: into.clone(), scope, items, skipped });
    draft.sends_out(into.iter().copied().zip(to.iter().cloned()));
    into
}

/// A branch reaches a step: it waits there for its set, or goes to work.
fn arrive(
    draft: &mut Draft<'_>,
    branch: u32,
    target: &Handle,
    from: &Step,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    let step = draft.step(target)?;
    if !step.join.is_empty() {
        let scopes = draft.case.branches.get(&branch).map(|b| b.scopes.clone()).unwrap_or_default();
        if draft.case.enough.iter().any(|(join, of)| join == target && *of == scopes) {
            let late = Some(target.clone());
            draft.push(Event::BranchEnded { branch, outcome: None, late });
            return Ok(());
        }
        draft.push(Event::BranchArrived { branch, join: target.clone(), from: from.handle.clone() });
        let Some(merged) = the_others(draft, &step, &from.handle, branch, &scopes) else { return Ok(()) };
        join(draft, branch, &step, merged, &scopes);
    }
    go_to(draft, branch, &step, Some(from), by, sending)
}

/// The set of a join is there, or enough of it.
fn join(draft: &mut Draft<'_>, branch: u32, step: &Step, merged: Vec<u32>, scopes: &[u32]) {
    let enough = step.need.is_some();
    let within = enough && meet_later(draft, step, branch, scopes);
    draft.push(Event::BranchesJoined { branch, join: step.handle.clone(), merged, enough, within });
    if enough && step.late == Late::Cancel {
        let late = late_ones(draft, step, scopes).into_iter().filter(|late| *late != branch);
        cancel::cancel(draft, &late.collect::<Vec<_>>());
    }
}

/// Takes a branch to the step it has come to: once, or once for each of a list.
fn go_to(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    from: Option<&Step>,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    draft.not_for_ever(step)?;
    contract::look(draft, step);
    let Some(field) = &step.each else { return begin(draft, branch, step, from, by, sending) };
    if !is_given(draft.case.data.get(field)) {
        let wait = wait::begin_for_list(draft, branch, step, by, field)?;
        contract::without_list(draft, step, field, wait);
        return Ok(());
    }
    let items = match draft.case.data.get(field) {
        Some(Value::Array(items)) => items.iter().map(super::super::field::show).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    if items.is_empty() {
        pass(draft, branch, step);
        return leave(draft, branch, step, by, &Sending::default());
    }
    let sending = &Sending { by_hand: false, ..sending.clone() };
    let to = vec![step.handle.clone(); items.len()];
    for child in split(draft, branch, &to, items, Vec::new()) {
        if draft.sets_out(child) {
            begin(draft, child, step, from, by, sending)?;
        }
    }
    Ok(())
}

/// Begins a step: offers it to whoever does it, waits, or does what needs nobody.
fn begin(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    from: Option<&Step>,
    by: &Handle,
    sending: &Sending,
) -> Result<(), Refusal> {
    match &step.kind {
        StepKind::Work | StepKind::Decision { .. } => {
            let to = match &sending.to {
                Some(to) => to.clone(),
                None => performer::of(draft, step, sending.by_hand)?,
            };
            let occurrence = next_visit(draft, step);
            // Sent to another role on purpose, it is a handoff even if the sender belongs to that one as well.
            let continues =
                from.is_some_and(|from| step.by == from.by) && step.by == Performer::Party(to.clone());
            let (note, agreed) = (sending.note.clone(), sending.agreed);
            offer(draft, branch, step, by, Offer { note, occurrence, continues, agreed, ..Offer::to(to) })
        }
        StepKind::Wait(_) => wait::begin(draft, branch, step, by),
        StepKind::Auto { actions } => {
            pass(draft, branch, step);
            action::perform(draft, actions, item(draft, branch).as_deref())?;
            go_on(draft, branch, step, by)
        }
        StepKind::Process { start, wait: true } => {
            let request = action::request_case(draft, start, item(draft, branch).as_deref())?;
            wait::begin_for_case(draft, branch, step, by, request)
        }
        StepKind::Process { start, wait: false } => {
            pass(draft, branch, step);
            action::request_case(draft, start, item(draft, branch).as_deref())?;
            go_on(draft, branch, step, by)
        }
    }
}

/// What of a list a branch is about.
pub(super) fn item(draft: &Draft<'_>, branch: u32) -> Option<String> {
    draft.case.branches.get(&branch)?.item.clone()
}

/// The same for one of several, which waits for the others, as for one alone.
fn go_on(draft: &mut Draft<'_>, branch: u32, step: &Step, by: &Handle) -> Result<(), Refusal> {
    send_on(draft, branch, step, by, &Sending::default())
}

pub(super) fn next_visit(draft: &Draft<'_>, step: &Step) -> u32 {
    draft.case.visits.get(&step.handle).copied().unwrap_or(0) + 1
}

fn pass(draft: &mut Draft<'_>, branch: u32, step: &Step) {
    let occurrence = next_visit(draft, step);
    draft.push(Event::StepPassed { branch, step: step.handle.clone(), occurrence });
}

/// A join whose set is there goes on although nothing has just arrived: the branch that could have brought
/// a closer arrival took another way.
pub(super) fn settle(draft: &mut Draft<'_>, by: &Handle) -> Result<(), Refusal> {
    settle_with(draft, by, None)
}

fn settle_with(draft: &mut Draft<'_>, by: &Handle, last: Option<&Last>) -> Result<(), Refusal> {
    while let Some((arrived, merged)) = draft.case.arrivals.iter().find_map(|arrived| {
        let join = draft.process.step(&arrived.join)?;
        let others = the_others(draft, join, &arrived.from, arrived.branch, &arrived.scopes)?;
        Some((arrived.clone(), others))
    }) {
        let step = draft.step(&arrived.join)?;
        let with = last.filter(|last| last.branch == arrived.branch || merged.contains(&last.branch));
        let sending = with.map(|last| last.sending.clone()).unwrap_or_default();
        go_on_joined(draft, &arrived, &step, merged, by, &sending)?;
    }
    Ok(())
}
