//! Rules: what follows by itself from something that happened to a case. Whether a rule holds is decided on the case
//! as it was just after that; what it does, on the case as it is now. Where what it asks for has no value yet it does not
//! hold. A rule that cannot do what it says tells so on the case.

use super::super::case::{Case, Waiting};
use super::super::clock::ClockOn;
use super::super::command::ApplyRule;
use super::super::condition_unknown;
use super::super::event::{Awaits, Event, ExceptionKind};
use super::super::id::Handle;
use super::super::process::Process;
use super::super::rule::{Rule, Trigger};
use super::{Draft, action, way};

/// How many causes may lie behind what happens by itself.
pub const DEEPEST: u32 = 8;

/// The rules an event of a case sets off, whether or not their conditions hold. `case` is the case at any time
/// after it.
pub fn set_off<'p>(process: &'p Process, case: &Case, event: &Event) -> Vec<&'p Rule> {
    if process.rules.is_empty() {
        return Vec::new();
    }
    let happened = happened(case, event);
    let means = |rule: &&Rule| {
        let of_step = |step: &Option<Handle>| rule.step.is_none() || rule.step == *step;
        happened.iter().any(|(trigger, step)| rule.on == *trigger && of_step(step))
    };
    process.rules.iter().filter(means).collect()
}

/// What an event is to rules, and the step it is about.
fn happened(case: &Case, event: &Event) -> Vec<(Trigger, Option<Handle>)> {
    let handoff = |id| case.handoffs.get(id).map(|handoff| handoff.step.clone());
    let task = |id| case.tasks.get(id).map(|task| task.step.clone());
    match event {
        Event::CaseStarted { .. } => vec![(Trigger::CaseStarted, None)],
        Event::CaseDone { .. } => vec![(Trigger::CaseDone, None)],
        Event::CaseWithdrawn { .. } => vec![(Trigger::CaseWithdrawn, None)],
        Event::HandoffOffered { step, .. } => vec![(Trigger::StepOffered, Some(step.clone()))],
        Event::HandoffAccepted { handoff: id, .. } => vec![(Trigger::StepAccepted, handoff(id))],
        Event::HandoffDeclined { handoff: id, .. } => vec![(Trigger::StepDeclined, handoff(id))],
        Event::TaskDone { task: id, data, .. } => {
            let mut happened = vec![(Trigger::StepDone, task(id))];
            if !data.is_empty() {
                happened.push((Trigger::DataChanged, task(id)));
            }
            happened
        }
        Event::TaskReturned { task: id, .. } => vec![(Trigger::StepReturned, task(id))],
        Event::StepPassed { step, .. } => vec![(Trigger::StepDone, Some(step.clone()))],
        Event::WaitEnded { wait, .. } => match case.waits.get(wait) {
            // A step that waited for its list was not begun.
            Some(Waiting { awaits: Awaits::List(_), .. }) => Vec::new(),
            wait => vec![(Trigger::StepDone, wait.map(|wait| wait.step.clone()))],
        },
        Event::DataChanged { .. } => vec![(Trigger::DataChanged, None)],
        Event::ClockBreached { clock, .. } => {
            let step = case.clocks.get(clock).and_then(|clock| match &clock.on {
                ClockOn::Accept(id) | ClockOn::Decide(id) => handoff(id),
                ClockOn::Work(id) => task(id),
                ClockOn::Case | ClockOn::Wait(_) | ClockOn::FollowUp(_) => None,
            });
            vec![(Trigger::Late, step)]
        }
        Event::ExceptionOpened { .. } => vec![(Trigger::Exception, None)],
        _ => Vec::new(),
    }
}

/// Does what a rule says where its condition held.
pub(super) fn apply(draft: &mut Draft<'_>, apply: &ApplyRule) {
    let process = draft.process.clone();
    let Some(rule) = process.rules.iter().find(|rule| rule.rule == apply.rule) else { return };
    match holds(draft, rule, &apply.as_of) {
        Ok(false) => return,
        Ok(true) => {}
        Err(why) => return stuck(draft, format!("The rule {} cannot be decided: {why}.", rule.rule)),
    }
    if draft.ctx.actor.depth() > DEEPEST {
        let chain = apply.chain.join(", ");
        return stuck(
            draft,
            format!(
                "The rule {} was not followed: {DEEPEST} causes lie behind it already ({chain}).",
                rule.rule
            ),
        );
    }
    if let Err(refusal) = draft.attempt(|draft| action::perform(draft, &rule.then, None)) {
        let why = refusal.sentence(&|at| at.0.to_string());
        stuck(draft, format!("The rule {} could not be followed: {why}", rule.rule));
    }
}

fn holds(draft: &Draft<'_>, rule: &Rule, as_of: &Case) -> Result<bool, String> {
    let Some(source) = &rule.when else { return Ok(true) };
    let then = draft.catalog.process(&as_of.process, as_of.version).unwrap_or(&draft.process);
    let values = way::values(then, as_of, &draft.ctx.record, None);
    condition_unknown::holds_already(source, &values).map_err(|e| way::said(&e, &draft.ctx.record))
}

/// Shows what could not happen by itself, once for as long as it is open.
fn stuck(draft: &mut Draft<'_>, text: String) {
    let mut open = draft.case.exceptions.values().filter(|e| e.resolved.is_none());
    if !open.any(|e| e.kind == ExceptionKind::Stuck && e.text == text) {
        let to = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Stuck, text, to);
    }
}
