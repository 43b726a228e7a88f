//! What a command did, in a sentence for the person who gave it, with where the work is now. Reads; changes nothing.

use crate::desk::{Desk, Error};
use crate::domain::command::Context;
use crate::domain::event::{Event, SubjectId, Values};
use crate::domain::process::DataField;
use crate::domain::tags;
use crate::domain::{Handle, field, receipt, when};
use std::fmt::Display;

/// What a command did, and where the work is now.
pub(super) fn of(
    desk: &mut Desk,
    events: &[Event],
    subject: SubjectId,
    ctx: &Context,
) -> Result<String, Error> {
    let zone = desk.zone();
    let SubjectId::Case(id) = subject else {
        let labels = match (subject, events) {
            (SubjectId::Record(id), [Event::RecordChanged { .. }]) => {
                desk.record(id, ctx.now)?.kind.map(|kind| kind.fields.clone())
            }
            _ => None,
        };
        let labels = labels.unwrap_or_default();
        let told = receipt::of(events, None, ctx.now, &ctx.actor, &zone);
        return Ok(match (subject, events) {
            (SubjectId::Record(id), [Event::RecordNoted { to, .. }]) if !to.is_empty() => noted(&id, to),
            (SubjectId::Record(id), [Event::MessagesRead { .. }]) => format!("Read on {id}."),
            (SubjectId::Record(id), [Event::ContactAdded { contact }]) => {
                format!("Added {} to the contacts of {id}.", contact.name)
            }
            (SubjectId::Record(id), [Event::ContactChanged { contact: Some(contact), .. }]) => {
                format!("A contact of {id}: {contact}.")
            }
            (SubjectId::Record(id), [Event::ContactChanged { was, contact: None }]) => {
                format!("{} is no contact of {id} any more.", was.name)
            }
            (SubjectId::Record(id), [Event::Tagged { add, remove }]) => tagged(&id, add, remove),
            (SubjectId::Record(id), [Event::RecordChanged { name, fields }]) => {
                let name = name.iter().map(|name| format!("name = {name}"));
                changed(&id, name.chain(values(fields, &labels)))
            }
            (SubjectId::Record(id), _) => format!("{id}: {told}."),
            _ => format!("{told}."),
        });
    };
    let view = desk.case(id, ctx.now)?;
    let me = ctx.actor.person();
    let now_at =
        view.spots.iter().map(|spot| super::serve::whereabouts(spot, me, ctx.now, &zone)).collect::<Vec<_>>();
    let now_at = now_at.join("; ");
    // A date that no work of it promises for itself.
    let promised = view.spots.iter().any(|spot| spot.place.due.is_some());
    let case_due = view.row.due.filter(|_| !promised);
    let case_due =
        case_due.map(|due| format!(", due {}", when::show(due, ctx.now, &zone))).unwrap_or_default();
    // What comes back to whoever sent it is accepted with what sent it.
    let offers = events.iter().any(|event| matches!(event, Event::HandoffOffered { .. }));
    let said = |event: &Event| match event {
        Event::CaseStarted { .. } if crate::domain::review::reviewed(&view.case).is_some() => {
            Some(format!("{} is {id}: {now_at}.", view.row.title))
        }
        Event::CaseStarted { .. } => Some(format!("Started {id}: {now_at}{case_due}.")),
        Event::CaseDone { outcome } => {
            let outcome = outcome.as_ref().map(|outcome| format!(": {outcome}")).unwrap_or_default();
            Some(format!("{id} is done{outcome}."))
        }
        Event::TaskDone { .. } => Some(format!("Handed on {id}: {now_at}.")),
        Event::HandoffAccepted { implicit, .. } if !implicit || !offers => {
            Some(format!("Accepted {id}: {now_at}."))
        }
        Event::HandoffDeclined { .. } => Some(format!("Declined {id}: {now_at}.")),
        Event::HandoffRecalled { .. } => Some(format!("Recalled the offer of {id}: {now_at}.")),
        Event::HandoffOffered { .. } => Some(format!("Offered {id}: {now_at}.")),
        Event::TaskReturned { .. } => Some(format!("Sent back {id}: {now_at}.")),
        Event::TaskDelegated { to, .. } => {
            Some(format!("Delegated in {id}: {to} works on it, you stay responsible."))
        }
        Event::DelegationResolved { .. } => Some(format!("Handed back in {id}: {now_at}.")),
        Event::FreeTaskAdded { .. } => Some(format!("Added a task in {id}: {now_at}.")),
        Event::TaskStarted { .. } => Some(format!("Began the work on {id}.")),
        Event::TaskResumed { .. } => Some(format!("{id} goes on: {now_at}.")),
        Event::TaskWaiting { reason, .. } => Some(format!("{id} waits: {reason}.")),
        Event::CaseNoted { to, .. } if !to.is_empty() => Some(noted(&id, to)),
        Event::CaseNoted { .. } => Some(format!("Noted on {id}.")),
        Event::MessagesRead { .. } => Some(format!("Read on {id}.")),
        Event::CaseWithdrawn { duplicate_of: Some(of), .. } => {
            Some(format!("Closed {id} as a duplicate of {of}."))
        }
        Event::CaseWithdrawn { .. } => Some(format!("Withdrew {id}.")),
        Event::UrgencyChanged { urgent, .. } => {
            Some(format!("{id} is {}.", if *urgent { "urgent" } else { "not urgent any more" }))
        }
        Event::CasePaused { reason, task: None, .. } => Some(format!("{id} is paused: {reason}.")),
        Event::CaseResumed { .. } => Some(format!("The clock of {id} goes on.")),
        Event::CaseReopened { .. } => Some(format!("Reopened {id}: {now_at}.")),
        _ => None,
    };
    // What moves nothing is said where nothing moved.
    let beside = |event: &Event| match event {
        Event::Snoozed { person, until, .. } => {
            let list =
                if Some(person) == me { "your list".to_string() } else { format!("the list of {person}") };
            Some(match until {
                Some(until) => format!("{id} is out of {list} until {}.", when::show(*until, ctx.now, &zone)),
                None => format!("{id} is back in {list}."),
            })
        }
        Event::DueAgreed { task, clock, .. } => {
            let until = clock.until.map(|until| when::show(until, ctx.now, &zone))?;
            let step = view.case.tasks.get(task).and_then(|task| view.process.step(&task.step));
            let what = step.map_or_else(|| task.to_string(), |step| step.title.clone());
            Some(format!("Agreed: {what} of {id} is due {until}."))
        }
        Event::Tagged { add, remove } => Some(tagged(&id, add, remove)),
        Event::ExceptionResolved { text, .. } => Some(format!("Decided the exception of {id}: {text}.")),
        Event::DataChanged { data } => Some(changed(&id, values(data, &view.process.data))),
        _ => None,
    };
    // The end of a case says more than the work that brought it about, and that more than its ticks.
    let last = events.iter().find(|event| matches!(event, Event::CaseDone { .. })).and_then(said);
    let told = last.or_else(|| events.iter().find_map(said));
    let told = told.or_else(|| events.iter().find_map(beside));
    Ok(told.unwrap_or_else(|| {
        let told = receipt::of(events, Some(&view.process), ctx.now, &ctx.actor, &zone);
        format!("{id}: {told}.")
    }))
}

fn noted(on: &dyn std::fmt::Display, to: &[Handle]) -> String {
    let names = to.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    format!("Noted on {on}, and told {names}.")
}

fn tagged(on: &dyn Display, add: &[Handle], remove: &[Handle]) -> String {
    let gone = remove.iter().map(|tag| format!("#{tag}")).collect::<Vec<_>>().join(" ");
    match (add.is_empty(), remove.is_empty()) {
        (false, true) => format!("Tagged {on} {}.", tags::show(add)),
        (true, _) => format!("Took {gone} off {on}."),
        (false, false) => format!("Tagged {on} {}, and took {gone} off it.", tags::show(add)),
    }
}

fn changed(on: &dyn Display, what: impl Iterator<Item = String>) -> String {
    format!("Changed {on}: {}.", what.collect::<Vec<_>>().join(", "))
}

/// Values with what their fields are called on the screen.
fn values<'v>(values: &'v Values, fields: &'v [DataField]) -> impl Iterator<Item = String> + 'v {
    values.iter().map(|(name, value)| {
        let title = fields.iter().find(|field| field.name == *name).and_then(|field| field.title.clone());
        let title = title.unwrap_or_else(|| name.replace('_', " "));
        match field::show(value) {
            shown if shown.is_empty() => format!("{title} is empty now"),
            shown => format!("{title} = {shown}"),
        }
    })
}
