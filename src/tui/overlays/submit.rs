//! From a filled-in form to the commands it asks for. Checks only what needs no decision; whether it may be
//! done is the domain's to say.

use super::arrange::Waits;
use super::closing;
use super::form::{Control, Form, FormField};
use super::forms::Kind;
use super::moves::{self, Begins};
use super::receiver;
use super::understand::Sense;
use crate::domain::catalog::Permission;
use crate::domain::command::{Command, CompleteTask, EndWait, SendBack, StartCase};
use crate::domain::event::{DeclineReason, SubjectId};
use crate::domain::record::Contact;
use crate::domain::tags::{self, SetTags};
use crate::domain::{CaseId, Goal, Handle, HandoffId, Party, TaskId};

/// The commands the form asks for, or the field that is wrong and why.
pub fn commands(form: &Form, sense: &Sense<'_>) -> Result<Vec<Command>, (usize, String)> {
    if let Some(wrong) = form.fields.iter().position(|field| field.wrong) {
        return Err((wrong, form.fields[wrong].echo.clone()));
    }
    let at = |name: &str| form.fields.iter().position(|field| field.name == name).unwrap_or(0);
    let given = |name: &str| Some(form.value(name)).filter(|value| !value.is_empty());
    let to = match given("to") {
        Some(text) => Some(sense.party(&text).map_err(|wrong| (at("to"), wrong))?),
        None => None,
    };
    let named = |prefix: &str| {
        let named = form
            .fields
            .iter()
            .filter_map(|field| Some((field.name.strip_prefix(prefix)?.to_string(), field.value())));
        named.collect::<Vec<_>>()
    };
    let data = || {
        let named = form.fields.iter().filter(|field| field.is_changed()).filter_map(|field| {
            let name = field.name.strip_prefix("data ")?;
            let typed = field.value();
            let meant = field.kind.as_ref().and_then(|kind| sense.data(name, &typed, kind).ok());
            Some((name.to_string(), meant.map_or(typed, |(stored, _)| stored)))
        });
        named.collect::<Vec<_>>()
    };
    let filled = || data().into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
    Ok(match &form.kind {
        Kind::Accept { what } => {
            let next = given("next").ok_or((at("next"), "Say what you do next.".to_string()))?;
            let when = given("when").ok_or((at("when"), "Say when.".to_string()))?;
            let when = sense.until(&when).map_err(|wrong| (at("when"), wrong))?;
            let accept = |(case, handoff): &(CaseId, HandoffId)| Command::AcceptHandoff {
                case: *case,
                handoff: *handoff,
                next_action: Some(next.clone()),
                when: Some(when),
            };
            what.iter().map(accept).collect()
        }
        Kind::SendBack { case, task } => {
            let reason = given("reason").ok_or((at("reason"), "Say what is not in order.".to_string()))?;
            let step = form.value("step");
            let of_step = format!("item {} ", moves::which(&step).0);
            let failed = form.fields.iter().filter(|field| matches!(field.control, Control::Check(true)));
            let items = failed.filter_map(|field| field.name.strip_prefix(&of_step)?.parse().ok()).collect();
            let party = to;
            let (name, again) = moves::which(&step);
            let to = name.parse().map_err(|e: crate::domain::id::IdError| (at("step"), e.to_string()))?;
            let to = Some(to);
            vec![Command::SendBack(SendBack { case: *case, task: *task, to, again, reason, items, party })]
        }
        Kind::SendBackAll { what } => {
            let reason = given("reason").ok_or((at("reason"), "Say what is not in order.".to_string()))?;
            let back = |(case, task): &(CaseId, TaskId)| {
                let (items, reason) = (Vec::new(), reason.clone());
                let (case, task) = (*case, *task);
                Command::SendBack(SendBack { case, task, to: None, again: None, reason, items, party: None })
            };
            what.iter().map(back).collect()
        }
        Kind::Delegate { what } => {
            let Some(Party::Person(to)) = to else {
                return Err((at("to"), "a person: @handle".to_string()));
            };
            let delegate = |(case, task): &(CaseId, TaskId)| {
                let (case, task, to) = (*case, *task, to.clone());
                Command::DelegateTask { case, task, to, note: given("note") }
            };
            what.iter().map(delegate).collect()
        }
        Kind::ResolveTask { case, task } => {
            let note = given("text").ok_or((0, "Say what came of it.".to_string()))?;
            vec![Command::ResolveTask { case: *case, task: *task, note }]
        }
        Kind::Release { what } => {
            let release = |(case, task): &(CaseId, TaskId)| Command::ReleaseTask {
                case: *case,
                task: *task,
                note: given("note"),
            };
            what.iter().map(release).collect()
        }
        Kind::EndWait { what } => {
            let text = form.value("text");
            let given = |one: &Begins| match *one {
                Begins::GoesOn(case, branch) => {
                    let (data, documents, anyway) = (filled(), named("doc "), given("anyway"));
                    Command::EndWait(EndWait { case, branch, text: text.clone(), data, documents, anyway })
                }
                _ => one.command(&text),
            };
            what.iter().map(given).collect()
        }
        Kind::AddTask { cases } => {
            let title = given("title").ok_or((at("title"), "Say what is to be done.".to_string()))?;
            let to = to.ok_or((at("to"), "who? @person or role".to_string()))?;
            let within = given("within").map(|text| text.parse::<Goal>()).transpose();
            let within = within.map_err(|wrong| (at("within"), wrong.to_string()))?;
            let add = |case: &CaseId| {
                let (case, title, to) = (*case, title.clone(), to.clone());
                Command::AddTask { case, title, to, within, note: given("note") }
            };
            cases.iter().map(add).collect()
        }
        Kind::HandOn { case, task } => {
            let item = |field: &FormField| {
                let ticked = matches!(field.control, Control::Check(true));
                field.name.strip_prefix("item ").filter(|_| ticked)?.parse().ok()
            };
            for (name, ask) in [("outcome", "Say what is decided."), ("why", "Say why; it stays with it.")] {
                if given(name).is_none() && form.fields.iter().any(|field| field.name == name) {
                    return Err((at(name), ask.to_string()));
                }
            }
            vec![Command::CompleteTask(CompleteTask {
                case: *case,
                task: *task,
                data: data(),
                documents: named("doc "),
                to,
                note: given("note"),
                all_checked: false,
                checked: form.fields.iter().filter_map(item).collect(),
                anyway: given("anyway"),
                outcome: given("outcome"),
                reason: given("why"),
                agreed: receiver::agreed(form, sense)?,
            })]
        }
        Kind::HandOnAll { what } => {
            let done = |(case, task): &(CaseId, TaskId)| {
                Command::CompleteTask(CompleteTask {
                    case: *case,
                    task: *task,
                    data: Vec::new(),
                    documents: Vec::new(),
                    to: None,
                    note: given("note"),
                    all_checked: form.value("all") == "yes",
                    checked: Vec::new(),
                    anyway: None,
                    outcome: None,
                    reason: None,
                    agreed: Default::default(),
                })
            };
            what.iter().map(done).collect()
        }
        Kind::Offer { what } => {
            let agreed = receiver::agreed(form, sense)?;
            let offer = |(case, branch): &(CaseId, u32)| Command::OfferHandoff {
                case: *case,
                branch: *branch,
                to: to.clone(),
                note: given("note"),
                agreed,
            };
            what.iter().map(offer).collect()
        }
        Kind::Decline { what } => {
            let ask = "Which reason is it? Its number, or the beginning of it.";
            let code = given("reason").ok_or((at("reason"), ask.to_string()))?;
            let reason = DeclineReason::from(code);
            let text = Some(form.value("text")).filter(|text| !text.is_empty()).or_else(|| reason.sentence());
            let Some(text) = text else {
                return Err((at("text"), "Say in a few words why it comes back.".to_string()));
            };
            let fix_by = given("fix-by").map(|text| sense.until(&text)).transpose();
            let fix_by = fix_by.map_err(|wrong| (at("fix-by"), wrong))?;
            let duplicate_of = closing::other(form, sense)?;
            let decline = |(case, handoff): &(CaseId, HandoffId)| Command::DeclineHandoff {
                case: *case,
                handoff: *handoff,
                reason: reason.clone(),
                text: text.clone(),
                fix_by,
                duplicate_of,
            };
            what.iter().map(decline).collect()
        }
        Kind::Recall { what } => what
            .iter()
            .map(|(case, handoff)| Command::RecallHandoff {
                case: *case,
                handoff: *handoff,
                reason: given("text"),
            })
            .collect(),
        Kind::Wait { what } => {
            let (reason, new) = (given("reason"), what.iter().any(|one| one.why.is_none()));
            if new && reason.is_none() {
                return Err((at("reason"), "Say what it waits for.".to_string()));
            }
            let until = match given("until") {
                Some(text) => Some(sense.begins(&text).map_err(|wrong| (at("until"), wrong))?),
                None if what.iter().any(|one| one.why.is_some()) => {
                    return Err((at("until"), "Say when to look at it again.".to_string()));
                }
                None => None,
            };
            // Among what is let wait now, what waits already keeps its own reason.
            let reason = |one: &Waits| reason.as_deref().filter(|_| !new || one.why.is_none());
            what.iter().map(|one| one.command(reason(one), until)).collect()
        }
        Kind::Snooze { .. } | Kind::Due { .. } => {
            let (name, ask) = match form.kind {
                Kind::Due { .. } => ("due", "Say when it shall be done."),
                _ => ("back", "Say when it shall come back."),
            };
            let text = given(name).ok_or((at(name), ask.to_string()))?;
            let when = if name == "due" { sense.until(&text) } else { sense.begins(&text) };
            let when = when.map_err(|wrong| (at(name), wrong))?;
            let reason = form.value("text");
            if name == "due" && reason.is_empty() {
                return Err((at("text"), "Say with whom it was agreed, and why.".to_string()));
            }
            crate::tui::bulk::arranged(&form.kind, when, &reason)
        }
        Kind::NoteCase { cases } => {
            let text = given("text").ok_or((0, "Write what should be remembered.".to_string()))?;
            cases.iter().map(|case| Command::NoteCase { case: *case, text: text.clone() }).collect()
        }
        Kind::NoteRecord { records } => {
            let text = given("text").ok_or((0, "Write what should be remembered.".to_string()))?;
            records.iter().map(|record| Command::NoteRecord { record: *record, text: text.clone() }).collect()
        }
        Kind::Contact { record, was: Some(was) } if form.value("gone") == "yes" => {
            vec![Command::ChangeContact { record: *record, was: was.clone(), contact: None }]
        }
        Kind::Contact { record, was } => {
            let name = given("name").ok_or((0, "Say what they are called.".to_string()))?;
            let contact = Contact { name, mail: given("mail"), phone: given("phone") };
            vec![match was.clone() {
                Some(was) => Command::ChangeContact { record: *record, was, contact: Some(contact) },
                None => Command::AddContact { record: *record, contact },
            }]
        }
        Kind::File { record } => {
            let title = given("title").ok_or((0, "Say what it is.".to_string()))?;
            let reference = given("reference").ok_or((1, "Say where it lies.".to_string()))?;
            vec![Command::AddFile { record: *record, title, reference }]
        }
        Kind::Data { case } => vec![Command::ChangeData { case: *case, data: data() }],
        Kind::Withdraw { cases } => closing::commands(form, cases, sense)?,
        Kind::Pause { cases } => {
            let reason = given("reason").ok_or((at("reason"), "Say what the case waits for.".to_string()))?;
            let until = match given("until") {
                Some(text) => Some(sense.begins(&text).map_err(|wrong| (at("until"), wrong))?),
                None => None,
            };
            let pause = |case: &CaseId| Command::PauseCase { case: *case, reason: reason.clone(), until };
            cases.iter().map(pause).collect()
        }
        Kind::Reopen { cases } => {
            let reason = given("text").ok_or((0, "Say why it is taken up again.".to_string()))?;
            let step = given("step").and_then(|step| step.parse::<Handle>().ok());
            let reopen = |case: &CaseId| {
                let (reason, step, party) = (reason.clone(), step.clone(), to.clone());
                Command::ReopenCase { case: *case, reason, to: step, party }
            };
            cases.iter().map(reopen).collect()
        }
        Kind::Resolve { what } => {
            let text = given("text").ok_or((0, "Say what was decided.".to_string()))?;
            let resolve = |(case, exception): &(CaseId, u32)| {
                let (case, exception, text) = (*case, *exception, text.clone());
                Command::ResolveException { case, exception, text }
            };
            what.iter().map(resolve).collect()
        }
        Kind::NewCase(_) => {
            let process = match given("process") {
                Some(text) => Some(sense.process(&text).map_err(|wrong| (at("process"), wrong))?.clone()),
                None => None,
            };
            let about = match given("about") {
                Some(text) => {
                    let item = sense.record(&text).map_err(|wrong| (at("about"), wrong))?;
                    Some((item.row.id, item.row.kind.clone(), item.row.name.clone()))
                }
                None => None,
            };
            let (title, due) = super::quick::title_and_due(form, sense)?;
            // Nothing is started by pressing Enter alone.
            if title.is_none() && (process.is_none() || !form.is_touched()) {
                return Err((at("title"), "Say in a few words what it is about.".to_string()));
            }
            if let Some(missing) = super::quick::missing(form, sense) {
                return Err(missing);
            }
            let read = tags::read(&form.value("tags"));
            let (tags, _) = read.map_err(|refusal| (at("tags"), refusal.hint()))?;
            vec![Command::StartCase(StartCase {
                process,
                title,
                about,
                data: filled(),
                to,
                note: None,
                urgent: form.value("urgent") == "yes",
                parent: None,
                accountable: None,
                tags,
                due,
                documents: named("doc "),
                anyway: given("anyway"),
            })]
        }
        Kind::NewRecord { kind } => {
            let name = given("name").ok_or((at("name"), "Say what it is called.".to_string()))?;
            vec![Command::AddRecord { kind: kind.clone(), name, fields: filled() }]
        }
        Kind::EditRecord { record } => {
            let renamed = form.fields.iter().any(|field| field.name == "name" && field.is_changed());
            let name = given("name").filter(|_| renamed);
            vec![Command::ChangeRecord { record: *record, name, fields: data() }]
        }
        Kind::Place(kind) => super::places::commands(form, kind, sense)?,
        Kind::Away => vec![super::people::absence(form, sense)?],
        // Not a list of commands but one act: whoever submits it says so.
        Kind::Leave { .. } => Vec::new(),
        // Kept by the screen, not by the desk; see `find::named`.
        Kind::SaveView | Kind::Who => Vec::new(),
        Kind::Tags { on } => {
            let (add, remove) = tags::read(&form.value("tags")).map_err(|refusal| (0, refusal.hint()))?;
            let command = |on: &SubjectId| {
                Command::SetTags(SetTags { on: *on, add: add.clone(), remove: remove.clone() })
            };
            match add.is_empty() && remove.is_empty() {
                true => return Err((0, "Write a tag, such as vip; -vip takes it away.".to_string())),
                false => on.iter().map(command).collect(),
            }
        }
        // The files are read first; see `why::read_file` and `deeds::read_file`.
        Kind::HolidayFile | Kind::RecordFile => Vec::new(),
        Kind::Holidays { holidays } => {
            let mut plan = holidays.plan.clone();
            let ticked = |field: &FormField| {
                let ticked = matches!(field.control, Control::Check(true));
                field.name.strip_prefix("entry ").filter(|_| ticked)?.parse::<usize>().ok()
            };
            let only = form.fields.iter().filter_map(ticked).collect::<Vec<_>>();
            if only.is_empty() || plan.choose(&[], &only).is_err() {
                return Err((form.focus, "Switch on at least one date.".to_string()));
            }
            // On what the calendar is now: somebody may have changed it while the dates were looked at.
            let newest = sense.catalog.newest_calendar(&holidays.calendar);
            let base = newest.map_or(&holidays.definition, |(_, newest)| newest);
            let definition = std::sync::Arc::new(plan.apply(base));
            vec![Command::ApplyCalendar { calendar: holidays.calendar.clone(), definition }]
        }
        Kind::AddPerson => {
            let name = given("name").ok_or((at("name"), "Say what they are called.".to_string()))?;
            let handle = given("handle").or_else(|| Handle::from_text(&name).map(String::from));
            let handle = handle.unwrap_or_default().trim_start_matches('@').to_string();
            let person =
                handle.parse().map_err(|e: crate::domain::id::IdError| (at("handle"), e.to_string()))?;
            let roles = super::person::roles(&form.value("roles"), sense.catalog);
            let roles = roles.map_err(|why| (at("roles"), why))?;
            let word = form.value("permission");
            let permission = Permission::ALL.iter().find(|(_, known)| *known == word);
            let permission = permission.map_or(Permission::Member, |(permission, _)| *permission);
            vec![Command::AddPerson { person, name, mail: given("mail"), permission, roles }]
        }
    })
}
