//! The journal in words: one line an entry, the same on every surface. Adds nothing that is not in the entry
//! or the names it refers to.

use super::catalog::Catalog;
use super::event::{Actor, Entry, Event, Holding, Outcome};
use super::fold;
use super::id::Handle;
use super::instant::Instant;
use super::process::Process;
use super::zone::Zone;

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub seq: i64,
    pub at: Instant,
    pub actor: Actor,
    /// One word for the kind of thing: `offer`, `accept`, `LATE` …
    pub verb: &'static str,
    pub text: String,
    /// Taken back later.
    pub undone: bool,
}

/// The timeline of one subject's entries, oldest first. A row of an event log is a line of its own.
pub fn tell(entries: &[Entry], catalog: &Catalog, zone: &Zone) -> Vec<Line> {
    let undone = fold::undone(entries);
    let mut lines = Vec::new();
    let mut process = None;
    for entry in entries {
        if let Event::CaseStarted { process: p, version, .. }
        | Event::CaseImported { process: p, version, .. } = &entry.event
        {
            process = catalog.process(p, *version).cloned();
        }
        let process = process.as_deref();
        if let Event::CaseImported { rows, .. } = &entry.event {
            lines.extend(rows.iter().map(|row| {
                Line {
                    seq: entry.seq,
                    at: row.end,
                    actor: row.resource.clone().map_or(Actor::Tick, Actor::Person),
                    verb: "done",
                    text: process
                        .and_then(|p| p.steps.get(row.step as usize))
                        .map_or_else(String::new, |step| step.title.clone()),
                    undone: undone.contains(&entry.op),
                }
            }));
        }
        let (verb, text) = sentence(entry, process, zone);
        if !verb.is_empty() {
            lines.push(Line {
                seq: entry.seq,
                at: entry.at,
                actor: entry.actor.clone(),
                verb,
                text,
                undone: undone.contains(&entry.op),
            });
        }
    }
    lines
}

/// What an event says: a verb and the rest. An empty verb is not worth a line of its own.
pub fn sentence(entry: &Entry, process: Option<&Process>, zone: &Zone) -> (&'static str, String) {
    let step = |handle: &Handle| {
        process.and_then(|p| p.step(handle)).map_or_else(|| handle.to_string(), |step| step.title.clone())
    };
    // Read much later, `today` would be another day.
    let shown = |at: Instant| zone.local(at).format("%a %-d %b %H:%M").to_string();
    let with = |text: String, more: &Option<String>| match more {
        Some(more) if !more.is_empty() => format!("{text}: \"{more}\""),
        _ => text,
    };
    match &entry.event {
        Event::SettingsChanged { settings } => ("settings", settings.company.clone()),
        Event::PersonAdded { person, name, .. } => ("person", format!("{person} ({name}) added")),
        Event::PersonAway { person, absence } => {
            let instead = absence.substitute.as_ref().map(|who| format!("; {who} takes their place"));
            let text = format!("{person} away from {} to {}", shown(absence.from), shown(absence.until));
            ("person", with(text + &instead.unwrap_or_default(), &absence.note))
        }
        Event::AbsenceEnded { person, from } if *from > entry.at => {
            ("person", format!("{person}: the absence from {} is off", shown(*from)))
        }
        Event::AbsenceEnded { person, .. } => ("person", format!("{person} is here again")),
        Event::PersonLeft { person } => ("person", format!("{person} left")),
        Event::PersonReturned { person } => ("person", format!("{person} works here again")),
        Event::RoleAdded { role, title, .. } => ("role", format!("{role} ({title}) added")),
        Event::RoleChanged { role, add, remove, lead } => {
            let mut parts = Vec::new();
            parts.extend(add.iter().map(|p| format!("+{p}")));
            parts.extend(remove.iter().map(|p| format!("-{p}")));
            parts.extend(lead.iter().map(|p| format!("lead {p}")));
            ("role", format!("{role}: {}", parts.join(", ")))
        }
        Event::CalendarApplied { calendar, .. } => ("calendar", format!("{calendar} applied")),
        Event::KindApplied { kind } => ("kind", format!("{} applied", kind.handle)),
        Event::ProcessPublished { version, process } => {
            ("process", format!("{} version {version} published", process.handle))
        }
        Event::RecordAdded { name, .. } => ("added", name.clone()),
        Event::RecordChanged { name, fields } => {
            let name = name.iter().map(|name| format!("name = {name}"));
            let fields =
                fields.iter().map(|(field, value)| format!("{field} = {}", super::field::show(value)));
            ("set", name.chain(fields).collect::<Vec<_>>().join(", "))
        }
        Event::ContactAdded { contact } => ("contact", contact.name.clone()),
        Event::RecordNoted { text } | Event::CaseNoted { text } => ("note", format!("\"{text}\"")),
        Event::RecordArchived { reason } => ("archived", reason.clone().unwrap_or_default()),
        Event::CaseStarted { title, .. } => ("start", title.clone()),
        Event::HandoffOffered { handoff, step: to_step, to, note, task, .. } => {
            let again = if task.is_some() { " (work in hand)" } else { "" };
            ("offer", with(format!("{handoff} {} to {to}{again}", step(to_step)), note))
        }
        Event::HandoffAccepted { handoff, implicit, next_action, .. } => {
            let how = if *implicit { " (implicit: same person)" } else { "" };
            ("accept", with(format!("{handoff}{how}"), next_action))
        }
        Event::HandoffDeclined { handoff, reason, text } => {
            ("decline", with(format!("{handoff}, {}", reason.words()), &Some(text.clone())))
        }
        Event::HandoffRecalled { handoff, reason } => ("recall", with(handoff.to_string(), reason)),
        Event::TaskStarted { task } => ("work", format!("{task} started")),
        Event::ItemChecked { task, item, done } => {
            ("tick", format!("{task} item {} {}", item + 1, if *done { "ticked" } else { "unticked" }))
        }
        Event::TaskWaiting { reason, until, .. } => {
            let until = until.map(|at| format!(", look again {}", shown(at))).unwrap_or_default();
            ("wait", format!("{reason}{until}"))
        }
        Event::TaskResumed { task } => ("resume", task.to_string()),
        Event::TaskDone { task, data } => {
            let data = data.iter().map(|(name, value)| format!(" {name} = {}", super::field::show(value)));
            ("done", format!("{task}{}", data.collect::<Vec<_>>().join(",")))
        }
        Event::BranchSplit { into, .. } => ("split", format!("into {} branches", into.len())),
        Event::BranchArrived { join, from, .. } => {
            ("arrive", format!("{} is ready for {}", step(from), step(join)))
        }
        Event::BranchesJoined { join, .. } => ("join", format!("everything is there for {}", step(join))),
        Event::BranchEnded { .. } => ("", String::new()),
        Event::CaseDone { outcome } => ("DONE", outcome.clone().unwrap_or_default()),
        Event::CaseWithdrawn { reason, closes } => {
            let closes =
                if closes.is_empty() { String::new() } else { format!(" (closes {})", closes.join(", ")) };
            ("WITHDRAWN", format!("{reason}{closes}"))
        }
        Event::DataChanged { data } => {
            let data = data.iter().map(|(name, value)| format!("{name} = {}", super::field::show(value)));
            ("set", data.collect::<Vec<_>>().join(", "))
        }
        Event::ClockBreached { due, .. } => ("LATE", format!("was due {}", shown(*due))),
        Event::RungFired { remind, escalate, outcome, due, .. } => {
            let names = |people: &[Handle]| people.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            let mut parts = Vec::new();
            if !remind.is_empty() {
                parts.push(format!("reminded {}", names(remind)));
            }
            if !escalate.is_empty() {
                parts.push(format!("escalated to {}", names(escalate)));
            }
            match outcome {
                Outcome::Acted if parts.is_empty() => ("rung", "nobody to tell".to_string()),
                Outcome::Acted => ("rung", parts.join("; ")),
                Outcome::Superseded => {
                    ("rung", format!("of {} passed over: a later one was due", shown(*due)))
                }
                Outcome::TooOld => ("rung", format!("of {} noted only: too long ago", shown(*due))),
            }
        }
        Event::CalendarFollowed { calendar_version, .. } => {
            ("calendar", format!("due dates follow version {calendar_version}"))
        }
        Event::ExceptionOpened { text, .. } => ("EXCEPTION", text.clone()),
        Event::ExceptionResolved { text, .. } => ("resolved", text.clone()),
        Event::WorkMoved { what, from, to, reason } => {
            let what = match what {
                Holding::Branch(_) => String::new(),
                Holding::Exception(n) => format!("exception {n} "),
            };
            ("move", format!("{what}from {from} to {to}: {reason}"))
        }
        Event::AccountableChanged { to, reason } => ("accountable", with(to.to_string(), reason)),
        Event::CaseImported { foreign, rows, .. } => {
            ("import", format!("{foreign}: {} rows of an event log", rows.len()))
        }
        Event::ActionUndone { .. } => ("undo", "took back the last action".to_string()),
        Event::ActionRedone { .. } => ("redo", "did it again".to_string()),
    }
}

/// What a command did, in one sentence for the person who gave it.
pub fn receipt(
    events: &[Event],
    process: Option<&Process>,
    at: Instant,
    actor: &Actor,
    zone: &Zone,
) -> String {
    let entry = |event: &Event| Entry {
        seq: 0,
        at,
        actor: actor.clone(),
        subject: super::event::SubjectId::Catalog,
        op: super::event::OpId(uuid::Uuid::nil()),
        event: event.clone(),
    };
    let told = events.iter().map(|event| sentence(&entry(event), process, zone));
    let told = told.filter(|(verb, _)| !verb.is_empty());
    told.map(|(verb, text)| format!("{verb} {text}").trim().to_string()).collect::<Vec<_>>().join("; ")
}
