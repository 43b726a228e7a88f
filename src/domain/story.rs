//! The journal in words: one line an entry, the same on every surface. Adds nothing that is not in the entry
//! or the names it refers to.

use super::attributes::Attribute;
use super::catalog::Catalog;
use super::counted::counted;
use super::event::{Actor, Awaits, Entry, Event, Holding, ImportedOpen, Outcome};
use super::id::Handle;
use super::instant::Instant;
use super::process::Process;
use super::record::Contact;
use super::story_import::{self, besides};
use super::story_items::Items;
use super::zone::Zone;
use super::{fold, free, messages};
use chrono::Datelike;
use std::collections::BTreeSet;

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
    /// What an event log said besides; it is in the text too.
    pub attributes: Vec<Attribute>,
}

/// The timeline of one subject's entries, oldest first. A row of an event log is a line of its own.
pub fn tell(entries: &[Entry], catalog: &Catalog, zone: &Zone) -> Vec<Line> {
    let undone = fold::undone(entries);
    let told = messages::ticks(entries, |entry| !undone.contains(&entry.op));
    let mut lines = Vec::new();
    let (mut handle, mut process) = (None, None);
    let mut items = Items::default();
    // Taken back with what set it off, which has its line.
    let of_rules = entries.iter().filter(|entry| matches!(entry.actor, Actor::Rule(_))).map(|entry| entry.op);
    let of_rules = of_rules.collect::<BTreeSet<_>>();
    for entry in entries {
        if let Event::ActionUndone { op } | Event::ActionRedone { op } = &entry.event
            && of_rules.contains(op)
        {
            continue;
        }
        if let Event::CaseStarted { process: p, version, .. }
        | Event::CaseImported { process: p, version, .. } = &entry.event
        {
            handle = Some(p.clone());
            process = catalog.process(p, *version).cloned();
        }
        if let Some(process) = &mut process {
            free::learn(process, &entry.event);
        }
        if let (Event::CaseMigrated { to, .. }, Some(handle)) = (&entry.event, &handle)
            && !undone.contains(&entry.op)
        {
            process = catalog.process(handle, *to).cloned();
            let earlier = entries.iter().take_while(|earlier| earlier.seq < entry.seq);
            if let Some(process) = &mut process {
                earlier.for_each(|earlier| free::learn(process, &earlier.event));
            }
        }
        let process = process.as_deref();
        let mut attributes = Vec::new();
        if let Event::CaseImported { rows, attributes: said, open, whole, .. } = &entry.event {
            let last = matches!(open, Some(ImportedOpen::Task { .. })).then(|| rows.len());
            let under_way = |n: usize| match whole {
                Some(whole) => whole.work.get(n).is_some_and(|work| work.open),
                None => last == Some(n + 1),
            };
            attributes = said.as_ref().map_or_else(Vec::new, |said| said.of_case());
            let undone = undone.contains(&entry.op);
            lines.extend(story_import::rows(entry.seq, rows, under_way, said.as_deref(), process, undone));
        }
        let (verb, mut text) = sentence(entry, process, zone, items.learn(&entry.event));
        if let Event::ItemChecked { task, item, done } = &entry.event
            && let Some(point) = items.point(process, *task, *item)
        {
            text = format!("{task} {}: {point}", if *done { "ticked" } else { "unticked" });
        }
        if !verb.is_empty() {
            lines.push(Line {
                seq: entry.seq,
                at: entry.at,
                actor: entry.actor.clone(),
                verb,
                text: match told.get(&entry.seq) {
                    Some(ticks) => format!("{text} ({ticks})"),
                    None => besides(&text, &attributes),
                },
                undone: undone.contains(&entry.op),
                attributes,
            });
        }
    }
    lines
}

/// What an event says: a verb and the rest. An empty verb is not worth a line of its own. `item` is the one of
/// a list that the event is about.
pub(super) fn sentence(
    entry: &Entry,
    process: Option<&Process>,
    zone: &Zone,
    item: Option<&str>,
) -> (&'static str, String) {
    let step = |handle: &Handle| {
        process.and_then(|p| p.step(handle)).map_or_else(|| handle.to_string(), |step| step.title.clone())
    };
    // Read much later, `today` would be another day.
    let shown = |at: Instant| {
        let (local, year) = (zone.local(at), zone.local(entry.at).year());
        local.format(if local.year() == year { "%a %-d %b %H:%M" } else { "%a %-d %b %Y %H:%M" }).to_string()
    };
    let with = |text: String, more: &Option<String>| match more {
        Some(more) if !more.is_empty() => format!("{text}: \"{more}\""),
        _ => text,
    };
    match &entry.event {
        Event::SettingsChanged { settings } => ("settings", settings.company.clone()),
        Event::PersonAdded { person, name, .. } => ("person", format!("{person} ({name}) added")),
        Event::PersonChanged(change) => ("person", format!("{}: {}", change.person, change.words())),
        Event::PermissionChanged(change) => {
            let word = change.permission.map_or("as in general", super::permission::Permission::word);
            let on = change.on.as_ref().map(|area| format!(" for {}", area.words())).unwrap_or_default();
            ("permission", format!("{}: {word}{on}", change.person))
        }
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
            let promised = process.improve.as_ref().and_then(|improve| improve.promised(entry.at, zone));
            let promised = promised.map(|text| format!("; {text}")).unwrap_or_default();
            ("process", format!("{} version {version} published{promised}", process.handle))
        }
        Event::EffortSet { process, effort } => ("effort", format!("{process}: {}", effort.word())),
        Event::ScheduleRan { process, schedule, at, times, outcome } => {
            ("schedule", format!("{process} {schedule}: {}", outcome.told(&shown(*at), *times)))
        }
        Event::RecordAdded { name, .. } => ("added", name.clone()),
        Event::RecordChanged { name, fields } => {
            let name = name.iter().map(|name| format!("name = {name}"));
            let fields =
                fields.iter().map(|(field, value)| format!("{field} = {}", super::field::show(value)));
            ("set", name.chain(fields).collect::<Vec<_>>().join(", "))
        }
        Event::ContactAdded { contact: Contact { name, .. } }
        | Event::ContactChanged { contact: Some(Contact { name, .. }), .. } => ("contact", name.clone()),
        Event::ContactChanged { was, .. } => ("contact", format!("{} is none any more", was.name)),
        Event::FileAdded { title, reference } => ("file", format!("{title}: {reference}")),
        Event::RecordNoted { text, .. } | Event::CaseNoted { text, .. } => ("note", format!("\"{text}\"")),
        Event::MessagesRead { by } => ("read", format!("{by} has read what was written to them")),
        Event::Tagged { add, remove } => {
            let gone = remove.iter().map(|tag| format!("-{tag}"));
            let words = add.iter().map(|tag| format!("#{tag}")).chain(gone);
            ("tag", words.collect::<Vec<_>>().join(" "))
        }
        Event::RecordMerged { into, .. } => ("merged", format!("into {into}")),
        Event::RecordTakenOver { record, name, messages } => {
            let waiting = match messages.len() {
                0 => String::new(),
                1 => "; 1 unread message of it waits here".to_string(),
                n => format!("; {n} unread messages of it wait here"),
            };
            ("merged", format!("{record} {name} into this record{waiting}"))
        }
        Event::AboutChanged { about } => ("about", format!("{about} from now on")),
        Event::RecordArchived { reason } => ("archived", reason.clone().unwrap_or_default()),
        Event::CaseStarted { title, .. } => ("start", title.clone()),
        Event::DocumentsGiven { documents } => {
            let given = documents.iter().map(|(title, reference)| format!("{title}: {reference}"));
            ("documents", given.collect::<Vec<_>>().join(", "))
        }
        Event::HandoffOffered { handoff, step: to_step, to, note, task, clock, due, .. } => {
            let again = if task.is_some() { " (work in hand)" } else { "" };
            let about = item.map(|item| format!(" ({item})")).unwrap_or_default();
            let by = clock.as_ref().and_then(|clock| clock.until);
            let by = by.map(|at| format!(", accept by {}", shown(at))).unwrap_or_default();
            let due = due.map(|at| format!(", done by {}", shown(at))).unwrap_or_default();
            ("offer", with(format!("{handoff} {}{about} to {to}{again}{by}{due}", step(to_step)), note))
        }
        Event::HandoffAccepted { handoff, implicit, next_action, next_at, .. } => {
            let how = if *implicit { " (implicit: same person)" } else { "" };
            let when = next_at.map(|at| format!(", next {}", shown(at))).unwrap_or_default();
            ("accept", with(format!("{handoff}{how}{when}"), next_action))
        }
        Event::HandoffDeclined { handoff, reason, text, fix_by, duplicate_of, .. } => {
            let by = fix_by.map(|at| format!(", to be right by {}", shown(at))).unwrap_or_default();
            let of = duplicate_of.map(|of| format!(" of {of}")).unwrap_or_default();
            ("decline", with(format!("{handoff}, {}{of}{by}", reason.words()), &Some(text.clone())))
        }
        Event::HandoffRecalled { handoff, reason, .. } => ("recall", with(handoff.to_string(), reason)),
        Event::TaskStarted { task } => ("work", format!("{task} started")),
        Event::ItemChecked { task, item, done } => {
            ("tick", format!("{task} item {} {}", item + 1, if *done { "ticked" } else { "unticked" }))
        }
        Event::TaskWaiting { reason, until, .. } => {
            let until = until.map(|at| format!(", look again {}", shown(at))).unwrap_or_default();
            ("wait", format!("{reason}{until}"))
        }
        Event::TaskResumed { task } => ("resume", task.to_string()),
        Event::VoteCast { task, by, outcome, reason } => {
            ("vote", with(format!("{task} {by}: {outcome}"), &Some(reason.clone())))
        }
        Event::TaskDone { task, data, outcome, reason, documents } => {
            let data = data.iter().map(|(name, value)| format!(" {name} = {}", super::field::show(value)));
            let documents = documents.iter().map(|(title, reference)| format!(" {title}: {reference}"));
            let data = data.chain(documents).collect::<Vec<_>>().join(",");
            match outcome {
                Some(outcome) => ("decide", with(format!("{task} {outcome}{data}"), reason)),
                None => ("done", format!("{task}{data}")),
            }
        }
        Event::StepPassed { step: passed, .. } => ("auto", step(passed)),
        Event::WaitBegun { step: at, awaits, clock, .. } => {
            let until = clock.as_ref().map(|clock| match clock.until {
                Some(until) => format!(" until {}", shown(until)),
                None => format!(" {}", clock.goal),
            });
            let what = match awaits {
                Awaits::Time => String::new(),
                Awaits::Message(name) => format!(" for the message {name}"),
                Awaits::Case(_) => " for the other case".to_string(),
                Awaits::List(field) => format!(" for the list {field}"),
            };
            ("wait", format!("{}{what}{}", step(at), until.unwrap_or_default()))
        }
        Event::WaitMoved { clock, .. } => match clock.as_ref().and_then(|clock| clock.until) {
            Some(until) => ("wait", format!("until {} now", shown(until))),
            None => ("wait", "for no time that is to come any more".to_string()),
        },
        Event::WaitEnded { text, .. } => ("go on", text.clone().unwrap_or_default()),
        Event::BranchSplit { into, items, skipped, .. } => {
            let left = skipped.iter().map(step).collect::<Vec<_>>().join(", ");
            let left = if left.is_empty() { String::new() } else { format!(", without {left}") };
            match items.is_empty() {
                true => ("split", format!("into {}{left}", counted(into.len(), "branch"))),
                false => ("split", format!("once for each of {}", items.join(", "))),
            }
        }
        Event::Snoozed { person, until, .. } => match until {
            Some(until) => ("snooze", format!("out of {person}'s list until {}", shown(*until))),
            None => ("snooze", format!("back in {person}'s list")),
        },
        Event::DueAgreed { task, clock, reason } => {
            let until = clock.until.map(shown).unwrap_or_default();
            ("due", format!("{task} is due {until} by agreement: \"{reason}\""))
        }
        Event::TaskReturned { .. }
        | Event::TaskDelegated { .. }
        | Event::DelegationResolved { .. }
        | Event::FreeTaskAdded { .. } => super::story_moved::moved(&entry.event),
        Event::BranchArrived { join, from, .. } => {
            ("arrive", format!("{} is ready for {}", step(from), step(join)))
        }
        Event::BranchesJoined { join, enough, .. } => {
            let what = if *enough { "enough" } else { "everything" };
            ("join", format!("{what} is there for {}", step(join)))
        }
        Event::BranchEnded { late, .. } => match late {
            Some(join) => ("late", format!("{} went on without it", step(join))),
            None => ("", String::new()),
        },
        Event::MilestoneReached { title } => ("MILESTONE", title.clone()),
        Event::CaseRequested { process, title, .. } => {
            ("ask for", with(format!("a case of {process}"), title))
        }
        Event::CaseLinked { case, .. } => ("started", case.to_string()),
        Event::CaseNotStarted { why, .. } => ("NOT STARTED", why.clone()),
        Event::RunRequested { name, .. } => ("run", name.clone()),
        Event::RunEnded { ok, output, .. } => {
            (if *ok { "ran" } else { "FAILED" }, output.lines().next().unwrap_or_default().to_string())
        }
        Event::Reminded { people } => {
            ("remind", people.iter().map(Handle::as_str).collect::<Vec<_>>().join(", "))
        }
        Event::UrgencyChanged { urgent, .. } => {
            ("urgent", if *urgent { "from now on" } else { "not any more" }.to_string())
        }
        Event::BranchCancelled { closes, .. } => ("cancel", closes.join(", ")),
        Event::CaseDone { outcome } => ("DONE", outcome.clone().unwrap_or_default()),
        Event::CaseWithdrawn { reason, closes, .. } => {
            let closes =
                if closes.is_empty() { String::new() } else { format!(" (closes {})", closes.join(", ")) };
            ("WITHDRAWN", format!("{reason}{closes}"))
        }
        Event::DataChanged { data } => {
            let data = data.iter().map(|(name, value)| format!("{name} = {}", super::field::show(value)));
            ("set", data.collect::<Vec<_>>().join(", "))
        }
        Event::ClockBreached { due, .. } => ("LATE", format!("was due {}", shown(*due))),
        Event::RungFired { remind, escalate, outcome, due, did, missed, .. } => {
            let names = |people: &[Handle]| people.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            let mut parts = Vec::new();
            if !remind.is_empty() {
                parts.push(format!("reminded {}", names(remind)));
            }
            if !escalate.is_empty() {
                parts.push(format!("escalated to {}", names(escalate)));
            }
            parts.extend(did.iter().cloned());
            match outcome {
                Outcome::Acted if parts.is_empty() => ("rung", "nobody to tell".to_string()),
                Outcome::Acted => ("rung", parts.join("; ") + &not_ticked(*missed)),
                noted_only => ("rung", noted(*noted_only, &shown(*due), *missed)),
            }
        }
        Event::ClockBegun { on, clock } => ("follow-up", super::story_moved::asked_about(*on, clock)),
        Event::FollowUpCame { people, outcome, due, missed, .. } => {
            let people = people.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            match outcome {
                Outcome::Acted if people.is_empty() => ("follow-up", "nobody to tell".to_string()),
                Outcome::Acted => ("follow-up", format!("reminded {people}{}", not_ticked(*missed))),
                noted_only => ("follow-up", noted(*noted_only, &shown(*due), *missed)),
            }
        }
        Event::CasePaused { reason, until, task, .. } => {
            let until = until.map(|at| format!(", look again {}", shown(at))).unwrap_or_default();
            let work = task.map(|task| format!(" ({task} is in hand)")).unwrap_or_default();
            ("pause", format!("{reason}{until}{work}"))
        }
        Event::CaseResumed { .. } => ("resume", "the clock of the case goes on".to_string()),
        Event::CaseReopened { cycle, reason, .. } => ("REOPENED", format!("{reason} (cycle {cycle})")),
        Event::CaseMigrated { from, to, map, .. } => {
            let map = map.iter().map(|(from, to)| format!("{from} becomes {to}")).collect::<Vec<_>>();
            let map = if map.is_empty() { String::new() } else { format!(": {}", map.join(", ")) };
            ("migrate", format!("version {from} to version {to}{map}"))
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
        Event::AccountableChanged { to, reason, .. } => ("accountable", with(to.to_string(), reason)),
        Event::CaseImported { foreign, rows, .. } => {
            ("import", format!("{foreign}: {} of an event log", counted(rows.len(), "row")))
        }
        Event::TakenAway { thing } => ("gone", thing.words()),
        Event::ActionUndone { .. } => ("undo", "took back the last action".to_string()),
        Event::ActionRedone { .. } => ("redo", "did it again".to_string()),
    }
}

/// What is said of a turn that was only noted.
fn noted(outcome: Outcome, due: &str, missed: u32) -> String {
    let why = match outcome {
        Outcome::TooOld => "noted only: too long ago",
        Outcome::Acted | Outcome::Superseded => "passed over: a later one was due",
    };
    format!("of {due} {why}{}", not_ticked(missed))
}

/// How often it came before while nobody ticked.
fn not_ticked(missed: u32) -> String {
    match missed {
        0 => String::new(),
        1 => "; it came once before, while nothing ticked".to_string(),
        n => format!("; it came {n} times before, while nothing ticked"),
    }
}
