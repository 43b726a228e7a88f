//! What a command did and who is responsible now: the same words and the same JSON after every change.

use super::print::{Wall, add_item, json_text};
use super::session::{Session, Work};
use crate::desk::{Done, Error, Spot};
use crate::domain::Handle;
use crate::domain::command::Command;
use crate::domain::decide::message;
use crate::domain::event::{Actor, Event, SubjectId};
use crate::domain::process::Process;
use crate::domain::refusal::Refusal;
use crate::domain::rows::PlaceKind;
use crate::domain::urgency::not_started;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Carries out one command and says what it did.
pub fn run(s: &mut Session, work: &mut Work, command: &Command) -> Result<(), Error> {
    let done = s.carry_out(work, command)?;
    say_done(s, work, &done)
}

/// Says what a command did.
pub fn say_done(s: &mut Session, work: &mut Work, done: &Done) -> Result<(), Error> {
    say_more(s, work, done, None)
}

/// The same, with one thing more in the JSON.
pub fn say_more(
    s: &mut Session,
    work: &mut Work,
    done: &Done,
    more: Option<(&str, Value)>,
) -> Result<(), Error> {
    let again = if done.repeated { " (already done)" } else { "" };
    done.warnings.iter().for_each(|warning| s.say(&format!("warning: {warning}")));
    let mut and = json!({});
    if !done.warnings.is_empty() {
        and["warnings"] = json!(done.warnings);
    }
    if let Some((name, value)) = more {
        and[name] = value;
    }
    tell(s, work, done.subject, &done.events, ("", again), and)
}

/// Takes the last action back, or with `older` what was done before those that have to stay.
pub fn undo(s: &mut Session, older: bool) -> Result<(), Error> {
    let mut work = s.change()?;
    let ctx = s.context(&work)?;
    let undone = if older { work.desk.undo_passing(&ctx) } else { work.desk.undo(&ctx) };
    match undone {
        Err(Error::Refused { refusal, sentence }) if !older && work.desk.something_older(&ctx)? => {
            let hint = format!(
                "{} `baton undo --older` takes back what you did on cases before it.",
                refusal.hint()
            );
            Err(Error::Refused { refusal: Refusal::NotNow { what: sentence.clone(), hint }, sentence })
        }
        undone => turned(s, &mut work, &undone?, "took back"),
    }
}

/// Does again what was taken back last.
pub fn redo(s: &mut Session) -> Result<(), Error> {
    let mut work = s.change()?;
    let ctx = s.context(&work)?;
    let redone = work.desk.redo(&ctx)?;
    turned(s, &mut work, &redone, "did again")
}

fn turned(s: &mut Session, work: &mut Work, turned: &[Done], before: &str) -> Result<(), Error> {
    match turned {
        [one] => tell(s, work, one.subject, &one.events, (before, ""), json!({})),
        many => {
            tell_many(s, many, before);
            Ok(())
        }
    }
}

/// Says what became of commands that were one action, counted.
fn tell_many(s: &mut Session, done: &[Done], before: &str) {
    let did = crate::domain::receipt::counted(done.iter().map(|done| (done.subject, done.events.as_slice())));
    if s.json {
        let subjects = done.iter().map(|done| done.subject).collect::<BTreeSet<_>>();
        let subjects = subjects.iter().map(ToString::to_string).collect::<Vec<_>>();
        let did = format!("{before}: {did}");
        let value = json!({ "commands": done.len(), "subjects": subjects, "changed": true, "did": did });
        s.out.push_str(&json_text(&value));
    } else {
        let (first, rest) = before.split_at(1);
        s.line(&format!("{}{rest} {did}.", first.to_uppercase()));
    }
}

fn tell(
    s: &mut Session,
    work: &mut Work,
    subject: SubjectId,
    events: &[Event],
    (before, after): (&str, &str),
    and: Value,
) -> Result<(), Error> {
    let actor = Actor::Person(s.me()?);
    let receipt = |process: Option<&Process>, work: &Work| match events {
        [] => "nothing to change".to_string(),
        events if before.is_empty() => {
            crate::domain::receipt::of(events, process, work.now, &actor, &work.zone)
        }
        // What was turned is said as the thing it was, and not in the words of the timeline.
        events => crate::domain::receipt::thing((subject, events), process, work.now, &actor, &work.zone),
    };
    let mut value = json!({
        "subject": subject.to_string(),
        "changed": !events.is_empty() && after.is_empty(),
        "repeated": !after.is_empty(),
    });
    let mut lines = Vec::new();
    match subject {
        SubjectId::Case(id) => {
            // A start that was taken back leaves no case.
            let view = match work.desk.case(id, work.now) {
                Ok(view) => Some(view),
                Err(Error::Refused { .. }) => None,
                Err(error) => return Err(error),
            };
            let process = match (&view, events.first()) {
                (Some(view), _) => Some(view.process.clone()),
                (None, Some(Event::CaseStarted { process, version, .. })) => {
                    work.catalog()?.process(process, *version).cloned()
                }
                (None, _) => None,
            };
            let did = receipt(process.as_deref(), work);
            lines.push(format!("{id}: {before}{did}{after}."));
            value["did"] = json!(format!("{before}{did}"));
            value["case"] = json!(id.to_string());
            value["handoffs"] = json!(offered(events));
            value["tasks"] = json!(accepted(events));
            if let Some(view) = view {
                lines.extend(view.spots.iter().map(|spot| format!("  {}", sentence(spot, &work.wall()))));
                value["title"] = json!(view.row.title);
                value["state"] = json!(view.row.state);
                value["outcome"] = json!(view.row.outcome);
                value["branches"] = view.spots.iter().map(|spot| spot_json(spot, &work.wall())).collect();
            }
        }
        SubjectId::Record(id) => {
            let did = receipt(None, work);
            lines.push(format!("{id}: {before}{did}{after}."));
            value["did"] = json!(format!("{before}{did}"));
            value["record"] = json!(id.to_string());
        }
        SubjectId::Catalog => {
            let did = receipt(None, work);
            let mut line = format!("{before}{did}{after}.");
            if let Some(first) = line.get(..1).map(str::to_uppercase) {
                line.replace_range(..1, &first);
            }
            lines.push(line);
            value["did"] = json!(format!("{before}{did}"));
        }
    }
    for event in events.iter().filter(|_| before.is_empty()) {
        if let Event::CaseNoted { text, to } | Event::RecordNoted { text, to } = event
            && let Some(told) = message::told(text, to, &*work.catalog()?)
        {
            lines.insert(1, format!("  {told}."));
            value["told"] = json!(to.iter().map(Handle::as_str).collect::<Vec<_>>());
        }
    }
    if let (Some(value), Value::Object(and)) = (value.as_object_mut(), and) {
        value.extend(and);
    }
    if s.json {
        s.out.push_str(&json_text(&value));
    } else {
        lines.iter().for_each(|line| s.line(line));
    }
    Ok(())
}

/// The handoffs these events made.
fn offered(events: &[Event]) -> Vec<String> {
    let made = events.iter().filter_map(|event| match event {
        Event::HandoffOffered { handoff, .. } => Some(handoff.to_string()),
        _ => None,
    });
    made.collect()
}

/// The tasks that came into somebody's hand.
fn accepted(events: &[Event]) -> Vec<String> {
    let made = events.iter().filter_map(|event| match event {
        Event::HandoffAccepted { task, .. } => Some(task.to_string()),
        _ => None,
    });
    made.collect()
}

/// Where a branch is and who must act, in one sentence.
pub fn sentence(spot: &Spot, wall: &Wall<'_>) -> String {
    let place = &spot.place;
    let title = &spot.step_title;
    let by = |word: &str| match place.due {
        Some(due) if due < wall.now => format!(", {}", wall.left(Some(due))),
        Some(due) => format!(", {word} {}", wall.at(due)),
        None => String::new(),
    };
    let task = place.task.map(|id| id.to_string()).unwrap_or_default();
    let handoff = place.handoff.map(|id| id.to_string()).unwrap_or_default();
    match place.kind {
        PlaceKind::Offered => {
            let to = place.to.as_ref().map(ToString::to_string).unwrap_or_default();
            let done = spot.done_by.map(|due| format!(", done by {}", wall.at(due)));
            let by = by("accept by") + &done.unwrap_or_default();
            format!(
                "{handoff} {title}: offered to {to}{by}; {} is responsible until then.",
                place.responsible
            )
        }
        PlaceKind::Waiting => {
            let (what, until) = place.waiting.clone().unwrap_or_default();
            // What no time ends is looked at again then.
            let word = if place.ends_by_itself() { "until" } else { "look again" };
            let until = until.map(|at| format!(", {word} {}", wall.at(at))).unwrap_or_default();
            format!("{title}: waits for {what}{until}; {} stays responsible.", place.responsible)
        }
        PlaceKind::Held => format!(
            "{handoff} {title}: back with {}, who decides again{}: `baton handoff offer {handoff}`.",
            place.responsible,
            by("by")
        ),
        PlaceKind::Task => {
            let waits = match &place.waiting {
                Some((reason, Some(until))) => format!("; waits: {reason}, look again {}", wall.at(*until)),
                Some((reason, None)) => format!("; waits: {reason}"),
                None => String::new(),
            };
            let more = in_hand(spot, wall);
            format!("{task} {title}: {} is responsible{}{waits}{more}.", place.responsible, by("due"))
        }
    }
}

/// What else there is to say of work in hand: that nobody has begun, what comes next, who works on it.
fn in_hand(spot: &Spot, wall: &Wall<'_>) -> String {
    let Some(task) = &spot.task else { return String::new() };
    let mut more = String::new();
    if task.started.is_none() && task.waiting().is_none() {
        more.extend(not_started(wall.now, task.accepted).map(|idle| format!("; {idle}")));
    }
    if let Some(next) = &task.next_action {
        let at = task.next_at.map(|at| format!(", {}", wall.at(at))).unwrap_or_default();
        more.push_str(&format!("; next: {next}{at}"));
    }
    if let Some(delegate) = &task.delegate {
        let note = delegate.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
        more.push_str(&format!("; {} works on it{note}", delegate.to));
    }
    if let Some((who, note)) = &task.resolved {
        more.push_str(&format!("; {who} gave it back: {note}"));
    }
    more
}

/// The word for where a branch is.
pub fn kind_word(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::Offered => "offered",
        PlaceKind::Task => "task",
        PlaceKind::Held => "held",
        PlaceKind::Waiting => "waiting",
    }
}

/// An open branch in JSON.
pub fn spot_json(spot: &Spot, wall: &Wall<'_>) -> Value {
    let place = &spot.place;
    let mut value = json!({
        "branch": place.branch,
        "step": place.step.as_str(),
        "step_title": spot.step_title,
        "at": kind_word(place.kind),
        "responsible": place.responsible.as_str(),
        "to": place.to.as_ref().map(ToString::to_string),
        "from": place.from.as_ref().map(ToString::to_string),
        "handoff": place.handoff.map(|id| id.to_string()),
        "task": place.task.map(|id| id.to_string()),
        "since": wall.json(place.since),
        "due": wall.json_maybe(place.due),
        "late_seconds": wall.json_late(place.due),
        "urgency": spot.urgency.word(),
        "started": place.started,
        "delegate": place.delegate.as_ref().map(Handle::as_str),
        "next_action": spot.task.as_ref().and_then(|task| task.next_action.as_deref()),
        "next_at": wall.json_maybe(spot.task.as_ref().and_then(|task| task.next_at)),
        "ask_next": spot.ask_next,
        "waiting": place.waiting.as_ref().map(|(reason, until)| json!({
            "reason": reason, "until": wall.json_maybe(*until),
        })),
        "declined": place.declined.as_ref().map(|(reason, text)| json!({
            "reason": reason.code(), "text": text,
        })),
    });
    add_item(&mut value, place.item.as_deref());
    value
}
