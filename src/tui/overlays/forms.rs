//! The forms there are: what each asks, how it understands what is typed, and the commands that come of it.
//! Checks only what needs no decision; whether it may be done is the domain's to say.

use super::form::{Control, Form, FormField};
use crate::desk::{CaseView, RecordItem, RecordView, Spot};
use crate::domain::catalog::{Catalog, Permission};
use crate::domain::command::{Command, CompleteTask, StartCase};
use crate::domain::event::DeclineReason;
use crate::domain::nearest::nearest;
use crate::domain::process::DataField;
use crate::domain::record::Kind as RecordKind;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, RecordId, TaskId, field, when};

/// Which form it is, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    HandOn { case: CaseId, task: TaskId },
    Offer { what: Vec<(CaseId, u32)> },
    Decline { what: Vec<(CaseId, HandoffId)> },
    Recall { what: Vec<(CaseId, HandoffId)> },
    Wait { what: Vec<(CaseId, TaskId)> },
    NoteCase { cases: Vec<CaseId> },
    NoteRecord { record: RecordId },
    Data { case: CaseId },
    Withdraw { cases: Vec<CaseId> },
    Resolve { case: CaseId, exception: u32 },
    NewCase,
    NewRecord { kind: Handle },
    EditRecord { record: RecordId },
    AddPerson,
}

impl Kind {
    /// Where the draft is kept: the same place again brings what was typed back.
    pub fn place(&self) -> String {
        match self {
            Kind::HandOn { case, task } => format!("hand-on {case} {task}"),
            Kind::Offer { what } => format!("offer {what:?}"),
            Kind::Decline { what } => format!("decline {what:?}"),
            Kind::Recall { what } => format!("recall {what:?}"),
            Kind::Wait { what } => format!("wait {what:?}"),
            Kind::NoteCase { cases } => format!("note {cases:?}"),
            Kind::NoteRecord { record } => format!("note {record}"),
            Kind::Data { case } => format!("data {case}"),
            Kind::Withdraw { cases } => format!("withdraw {cases:?}"),
            Kind::Resolve { case, exception } => format!("resolve {case} {exception}"),
            Kind::NewCase => "new-case".to_string(),
            Kind::NewRecord { kind } => format!("new-record {kind}"),
            Kind::EditRecord { record } => format!("edit {record}"),
            Kind::AddPerson => "person".to_string(),
        }
    }
}

fn form(title: String, submit: &'static str, kind: Kind, fields: Vec<FormField>) -> Form {
    Form { title, kind, fields, focus: 0, notes: Vec::new(), error: None, sent: false, submit }
}

/// Finishing work and handing it on: what this step gives, its checklist, and to whom.
pub fn hand_on(view: &CaseView, spot: &Spot, task: TaskId) -> Form {
    let case = view.row.id;
    let (titles, to) = match &spot.next {
        Some(next) => (next.titles.join(" and "), next.to.as_ref().map(ToString::to_string)),
        None => ("next step".to_string(), None),
    };
    let mut fields = Vec::new();
    let mut asked = spot.gives.clone();
    let step = view.process.step(&spot.place.step);
    // A choice that only steers the way onwards is asked for here too, though the step need not give it.
    for arm in step.iter().flat_map(|step| &step.next) {
        let named = |data: &&DataField| {
            arm.when.as_ref().is_some_and(|when| when.contains(&format!("data.{}", data.name)))
        };
        asked.extend(view.process.data.iter().filter(named).map(|data| data.name.clone()));
    }
    for need in spot.next.iter().flat_map(|next| &next.needs).filter(|need| !need.met) {
        asked.push(need.label.clone());
    }
    let mut seen = std::collections::BTreeSet::new();
    for name in asked.into_iter().filter(|name| seen.insert(name.clone())) {
        let Some(data) = view.process.field(&name) else { continue };
        let value = view.case.data.get(&name).map(field::show).unwrap_or_default();
        fields.push(data_field(data, &value));
    }
    for need in spot.needs.iter().filter(|need| need.item.is_some()) {
        let name = format!("item {}", need.item.unwrap_or(0));
        fields.push(FormField::check(&name, &need.label, need.met));
    }
    if spot.next.as_ref().is_some_and(|next| next.titles.len() == 1 && next.to.is_some()) {
        fields.push(FormField::text("to", "To", &to.unwrap_or_default()));
    }
    fields.push(FormField::text("note", "Note", ""));
    fields.push(FormField::text("anyway", "Send anyway", ""));
    let title = format!("Hand on {case}: {} -> {titles}", spot.step_title);
    let mut form = form(title, "send", Kind::HandOn { case, task }, fields);
    if let Some(done) = &spot.done {
        form.notes.push(format!("Done means: {done}"));
    }
    form.notes.push("Until somebody accepts, you stay responsible.".to_string());
    form
}

fn data_field(data: &DataField, value: &str) -> FormField {
    let label = data.title.clone().unwrap_or_else(|| data.name.replace('_', " "));
    let name = format!("data {}", data.name);
    match &data.kind {
        crate::domain::record::FieldType::Choice { of } => {
            let mut options = of.iter().map(|choice| (choice.clone(), choice.clone())).collect::<Vec<_>>();
            if value.is_empty() {
                options.insert(0, (String::new(), "(not chosen)".to_string()));
            }
            let mut field = FormField::choice(&name, &label, options);
            field.fill(value);
            field
        }
        _ => FormField::text(&name, &label, value),
    }
}

/// Offering to somebody.
pub fn offer(what: Vec<(CaseId, u32)>, about: &str, suggestion: &str) -> Form {
    let fields = vec![FormField::text("to", "To", suggestion), FormField::text("note", "Note", "")];
    let title = match what.as_slice() {
        [(case, _)] => format!("Offer {case}: {about}"),
        many => format!("Offer {} things", many.len()),
    };
    let mut form = form(title, "offer", Kind::Offer { what }, fields);
    form.notes
        .push("@person or role. Until somebody accepts, whoever holds it stays responsible.".to_string());
    form
}

/// Declining, with a reason.
pub fn decline(what: Vec<(CaseId, HandoffId)>, about: &str, sender: &str) -> Form {
    let reasons =
        DeclineReason::ALL.iter().map(|(_, code, words)| ((*code).to_string(), (*words).to_string()));
    let fields = vec![
        FormField::choice("reason", "Why? (1-5)", reasons.collect()),
        FormField::text("text", "What is missing", ""),
    ];
    let title = match what.as_slice() {
        [(case, _)] => format!("Decline {case}: {about}"),
        many => format!("Decline {} handoffs", many.len()),
    };
    let mut form = form(title, "decline", Kind::Decline { what }, fields);
    form.notes.push(format!("It goes back to {sender}, who stays responsible."));
    form
}

/// Taking an offer back.
pub fn recall(what: Vec<(CaseId, HandoffId)>, about: &str) -> Form {
    let title = format!("Recall the offer: {about}");
    form(title, "recall", Kind::Recall { what }, vec![FormField::text("text", "Reason", "")])
}

/// Letting work wait.
pub fn wait(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let fields = vec![
        FormField::text("reason", "Waits for", ""),
        FormField::text("until", "Look again", "tomorrow 9:00"),
    ];
    let mut form = form(format!("Let it wait: {about}"), "wait", Kind::Wait { what }, fields);
    form.notes.push("The clock of the work is paused meanwhile; S resumes it.".to_string());
    form
}

/// One line of text for a case or a record.
pub fn note(kind: Kind, about: &str) -> Form {
    form(format!("Note: {about}"), "write", kind, vec![FormField::text("text", "Note", "")])
}

/// A reason for ending a case.
pub fn withdraw(cases: Vec<CaseId>, about: &str) -> Form {
    let mut form = form(
        format!("Withdraw: {about}"),
        "withdraw",
        Kind::Withdraw { cases },
        vec![FormField::text("text", "Reason", "")],
    );
    form.notes.push("Its tasks, offers and clocks end with it.".to_string());
    form
}

/// What was decided about an exception.
pub fn resolve(case: CaseId, exception: u32, text: &str) -> Form {
    let kind = Kind::Resolve { case, exception };
    let fields = vec![FormField::text("text", "Decision", "")];
    let mut form = form(format!("Exception in {case}"), "decide", kind, fields);
    form.notes.push(text.to_string());
    form
}

/// The data of a case.
pub fn data(view: &CaseView) -> Form {
    let value = |data: &DataField| view.case.data.get(&data.name).map(field::show).unwrap_or_default();
    let fields = view.process.data.iter().map(|data| data_field(data, &value(data))).collect();
    form(format!("Data of {}", view.row.id), "save", Kind::Data { case: view.row.id }, fields)
}

/// A new case, with `+record`, `#process`, `@person` and `!` understood in the first line.
pub fn new_case(catalog: &Catalog, about: Option<&RecordItem>) -> Form {
    let record = about.map(|item| item.row.id.to_string()).unwrap_or_default();
    let process = match about {
        Some(item) => catalog
            .processes
            .iter()
            .find(|(_, versions)| versions.last().is_some_and(|p| p.about.as_ref() == Some(&item.row.kind))),
        None => catalog.processes.iter().next(),
    };
    let process = process.map(|(handle, _)| handle.to_string()).unwrap_or_default();
    let fields = vec![
        FormField::text("title", "What", ""),
        FormField::text("process", "Process  #", &process),
        FormField::text("about", "About    +", &record),
        FormField::text("to", "To       @", ""),
        FormField::check("urgent", "urgent", false),
    ];
    let mut form = form("New case".to_string(), "create", Kind::NewCase, fields);
    form.notes.push("+record #process @person and ! in the first line fill the rest.".to_string());
    form
}

/// A record of a kind.
pub fn new_record(kind: &RecordKind) -> Form {
    let mut fields = vec![FormField::text("name", "Name", "")];
    fields.extend(kind.fields.iter().map(|data| data_field(data, "")));
    form(format!("New {}", kind.handle), "create", Kind::NewRecord { kind: kind.handle.clone() }, fields)
}

/// Changing a record.
pub fn edit_record(view: &RecordView) -> Form {
    let mut fields = vec![FormField::text("name", "Name", &view.row.name)];
    for data in view.kind.iter().flat_map(|kind| &kind.fields) {
        let value = view.record.fields.get(&data.name).map(field::show).unwrap_or_default();
        fields.push(data_field(data, &value));
    }
    form(view.row.name.clone(), "save", Kind::EditRecord { record: view.row.id }, fields)
}

/// Somebody new.
pub fn add_person(catalog: &Catalog) -> Form {
    let levels = Permission::ALL.iter().rev().map(|(_, word)| ((*word).to_string(), (*word).to_string()));
    let mut permission = FormField::choice("permission", "May", levels.collect());
    permission.fill("member");
    let fields = vec![
        FormField::text("handle", "Handle", ""),
        FormField::text("name", "Name", ""),
        FormField::text("mail", "Mail", ""),
        FormField::text("roles", "Roles", ""),
        permission,
    ];
    let mut form = form("Add a person".to_string(), "add", Kind::AddPerson, fields);
    let roles = catalog.roles.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    if !roles.is_empty() {
        form.notes.push(format!("Roles: {roles}."));
    }
    form
}

/// What the forms understand names with.
pub struct Sense<'a> {
    pub catalog: &'a Catalog,
    pub records: &'a [RecordItem],
    pub now: Instant,
}

impl Sense<'_> {
    fn party(&self, text: &str) -> Result<Party, String> {
        let text = text.trim();
        if let Some(person) = text.strip_prefix('@') {
            let found = self.catalog.people.keys().find(|handle| handle.as_str() == person);
            return found.cloned().map(Party::Person).ok_or_else(|| self.nobody(person));
        }
        if let Some(role) = self.catalog.roles.keys().find(|handle| handle.as_str() == text) {
            return Ok(Party::Role(role.clone()));
        }
        if let Some(person) = self.catalog.people.keys().find(|handle| handle.as_str() == text) {
            return Ok(Party::Person(person.clone()));
        }
        // The beginning of exactly one name will do.
        let people = self.catalog.people.keys().cloned().map(Party::Person);
        let roles = self.catalog.roles.keys().cloned().map(Party::Role);
        let begins = |party: &Party| party.to_string().trim_start_matches('@').starts_with(text);
        let mut begun = people.chain(roles).filter(begins);
        match (begun.next(), begun.next()) {
            (Some(one), None) if !text.is_empty() => Ok(one),
            (Some(_), Some(_)) => Err(format!("several begin with `{text}`")),
            _ => Err(self.nobody(text)),
        }
    }

    fn nobody(&self, text: &str) -> String {
        let known = self.catalog.people.keys().chain(self.catalog.roles.keys()).map(Handle::as_str);
        match nearest(text, known) {
            Some(near) => format!("nobody; did you mean {near}?"),
            None => "nobody of that name".to_string(),
        }
    }

    fn record(&self, text: &str) -> Result<&RecordItem, String> {
        let wanted = text.trim().to_lowercase();
        let by_number = text.trim().parse::<RecordId>().ok();
        if let Some(item) = self.records.iter().find(|item| Some(item.row.id) == by_number) {
            return Ok(item);
        }
        let mut begun = self.records.iter().filter(|item| item.row.name.to_lowercase().starts_with(&wanted));
        match (begun.next(), begun.next()) {
            (Some(one), None) if !wanted.is_empty() => Ok(one),
            (Some(one), Some(_)) if one.row.name.to_lowercase() == wanted => Ok(one),
            (Some(_), Some(_)) => Err("several begin like that".to_string()),
            _ => Err("no record of that name".to_string()),
        }
    }

    fn process(&self, text: &str) -> Result<&Handle, String> {
        let handles = || self.catalog.processes.keys();
        if let Some(handle) = handles().find(|handle| handle.as_str() == text) {
            return Ok(handle);
        }
        let mut begun = handles().filter(|handle| !text.is_empty() && handle.as_str().starts_with(text));
        match (begun.next(), begun.next()) {
            (Some(one), None) => Ok(one),
            (Some(_), Some(_)) => Err("several begin like that".to_string()),
            _ => Err(match nearest(text, handles().map(Handle::as_str)) {
                Some(near) => format!("did you mean {near}?"),
                None => "no such process".to_string(),
            }),
        }
    }

    fn until(&self, text: &str) -> Result<Instant, String> {
        let Some(calendar) = self.catalog.own_calendar() else { return Err("no calendar yet".to_string()) };
        when::parse(text, self.now, calendar).map(|when| when.at).map_err(|e| e.to_string())
    }
}

/// Understands every field anew after a key, and lets a new case ask for what its process requires.
pub fn understand(form: &mut Form, sense: &Sense<'_>) {
    if form.kind == Kind::NewCase {
        read_first_line(form);
        ask_required(form, sense);
    }
    let zone = sense.catalog.own_calendar().map(|calendar| calendar.zone().clone());
    let required = matches!(form.kind, Kind::Offer { .. });
    let process = sense.process(&form.value("process")).ok().cloned();
    for form_field in &mut form.fields {
        let value = form_field.value();
        let echo = match (form_field.name.as_str(), value.as_str()) {
            ("to", "") if !required => Ok("as the process says".to_string()),
            ("to", text) => sense.party(text).map(|party| format!("-> {party}")),
            ("until", "") => Ok("no follow-up".to_string()),
            ("until", text) => sense.until(text).map(|at| match &zone {
                Some(zone) => {
                    format!("-> {} (in {})", when::show(at, sense.now, zone), when::distance(at - sense.now))
                }
                None => String::new(),
            }),
            ("about", "") => Ok(String::new()),
            ("about", text) => sense.record(text).map(|item| format!("-> {} {}", item.row.id, item.row.name)),
            ("process", text) => sense.process(text).map(|handle| format!("-> {handle}")),
            ("anyway", "") => Ok("only when something is missing: why".to_string()),
            (name, text) => match (name.strip_prefix("data "), &process) {
                (Some(name), Some(process)) if !text.is_empty() => {
                    let data = sense.catalog.newest(process).and_then(|(_, p)| p.field(name).cloned());
                    match data.map(|data| data.kind.read(name, text, sense.catalog.currency())) {
                        Some(Err(error)) => Err(error.hint),
                        _ => Ok(String::new()),
                    }
                }
                _ => Ok(String::new()),
            },
        };
        form_field.wrong = echo.is_err();
        form_field.echo = echo.unwrap_or_else(|wrong| wrong);
    }
}

/// `+han #order @bo !` in the first line moves into the fields below.
fn read_first_line(form: &mut Form) {
    let line = form.value("title");
    // Only a finished word moves, so that nothing jumps away while it is typed.
    let Some(Control::Text(text)) = form.fields.first().map(|field| &field.control) else { return };
    if !text.text().ends_with(' ') {
        return;
    }
    let mut kept = Vec::new();
    let mut moved = false;
    for word in line.split(' ') {
        let (name, value) = match word.split_at_checked(1) {
            Some(("+", value)) => ("about", value),
            Some(("#", value)) => ("process", value),
            Some(("@", value)) => ("to", value),
            Some(("!", "")) => ("urgent", "yes"),
            _ => {
                kept.push(word);
                continue;
            }
        };
        if let Some(field) = form.fields.iter_mut().find(|field| field.name == name) {
            field.fill(value);
            moved = true;
        }
    }
    if moved && let Some(first) = form.fields.first_mut() {
        first.fill(&format!("{} ", kept.join(" ")).trim_start().to_string());
    }
}

fn ask_required(form: &mut Form, sense: &Sense<'_>) {
    let process = sense.process(&form.value("process")).ok();
    let process = process.and_then(|handle| sense.catalog.newest(handle)).map(|(_, process)| process.clone());
    let required = process.iter().flat_map(|p| &p.data).filter(|data| data.required).collect::<Vec<_>>();
    let wanted = required.iter().map(|data| format!("data {}", data.name)).collect::<Vec<_>>();
    let have = form.fields.iter().filter(|f| f.name.starts_with("data ")).map(|f| f.name.clone());
    if have.collect::<Vec<_>>() != wanted {
        form.fields.retain(|field| !field.name.starts_with("data "));
        form.fields.extend(required.iter().map(|data| data_field(data, "")));
        form.focus = form.focus.min(form.fields.len() - 1);
    }
}

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
    let data = || {
        let named = form.fields.iter().filter_map(|field| {
            field.name.strip_prefix("data ").map(|name| (name.to_string(), field.value()))
        });
        named.collect::<Vec<_>>()
    };
    let filled = || data().into_iter().filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>();
    Ok(match &form.kind {
        Kind::HandOn { case, task } => {
            let mut commands = Vec::new();
            for field in &form.fields {
                let item = field.name.strip_prefix("item ").and_then(|item| item.parse().ok());
                if let (Some(item), Control::Check(done)) = (item, &field.control) {
                    commands.push(Command::CheckItem { case: *case, task: *task, item, done: *done });
                }
            }
            commands.push(Command::CompleteTask(CompleteTask {
                case: *case,
                task: *task,
                data: data(),
                to,
                note: given("note"),
                all_checked: false,
                anyway: given("anyway"),
            }));
            commands
        }
        Kind::Offer { what } => what
            .iter()
            .map(|(case, branch)| Command::OfferHandoff {
                case: *case,
                branch: *branch,
                to: to.clone(),
                note: given("note"),
            })
            .collect(),
        Kind::Decline { what } => {
            let code = form.value("reason");
            let reason = DeclineReason::ALL.iter().find(|(_, known, _)| *known == code);
            let reason = reason.map_or(DeclineReason::Other, |(reason, ..)| *reason);
            let text = form.value("text");
            if reason == DeclineReason::Other && text.is_empty() {
                return Err((at("text"), "Say in a few words why it comes back.".to_string()));
            }
            let decline = |(case, handoff): &(CaseId, HandoffId)| Command::DeclineHandoff {
                case: *case,
                handoff: *handoff,
                reason,
                text: text.clone(),
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
            let reason = given("reason").ok_or((at("reason"), "Say what it waits for.".to_string()))?;
            let until = match given("until") {
                Some(text) => Some(sense.until(&text).map_err(|wrong| (at("until"), wrong))?),
                None => None,
            };
            let wait = |(case, task): &(CaseId, TaskId)| Command::WaitTask {
                case: *case,
                task: *task,
                reason: reason.clone(),
                until,
            };
            what.iter().map(wait).collect()
        }
        Kind::NoteCase { cases } => {
            let text = given("text").ok_or((0, "Write what should be remembered.".to_string()))?;
            cases.iter().map(|case| Command::NoteCase { case: *case, text: text.clone() }).collect()
        }
        Kind::NoteRecord { record } => {
            let text = given("text").ok_or((0, "Write what should be remembered.".to_string()))?;
            vec![Command::NoteRecord { record: *record, text }]
        }
        Kind::Data { case } => vec![Command::ChangeData { case: *case, data: data() }],
        Kind::Withdraw { cases } => {
            let reason = given("text").ok_or((0, "Say why it ends here.".to_string()))?;
            cases.iter().map(|case| Command::WithdrawCase { case: *case, reason: reason.clone() }).collect()
        }
        Kind::Resolve { case, exception } => {
            let text = given("text").ok_or((0, "Say what was decided.".to_string()))?;
            vec![Command::ResolveException { case: *case, exception: *exception, text }]
        }
        Kind::NewCase => {
            let process = sense.process(&form.value("process")).map_err(|wrong| (at("process"), wrong))?;
            let about = match given("about") {
                Some(text) => {
                    let item = sense.record(&text).map_err(|wrong| (at("about"), wrong))?;
                    Some((item.row.id, item.row.kind.clone(), item.row.name.clone()))
                }
                None => None,
            };
            vec![Command::StartCase(StartCase {
                process: Some(process.clone()),
                title: given("title"),
                about,
                data: filled(),
                to,
                note: None,
                urgent: form.value("urgent") == "yes",
            })]
        }
        Kind::NewRecord { kind } => {
            let name = given("name").ok_or((at("name"), "Say what it is called.".to_string()))?;
            vec![Command::AddRecord { kind: kind.clone(), name, fields: filled() }]
        }
        Kind::EditRecord { record } => {
            vec![Command::ChangeRecord { record: *record, name: given("name"), fields: data() }]
        }
        Kind::AddPerson => {
            let name = given("name").ok_or((at("name"), "Say what they are called.".to_string()))?;
            let handle = given("handle").or_else(|| Handle::from_text(&name).map(String::from));
            let handle = handle.unwrap_or_default().trim_start_matches('@').to_string();
            let person =
                handle.parse().map_err(|e: crate::domain::id::IdError| (at("handle"), e.to_string()))?;
            let roles = form.value("roles");
            let roles = roles.split([',', ' ']).filter(|role| !role.is_empty()).map(str::parse);
            let roles =
                roles.collect::<Result<Vec<Handle>, _>>().map_err(|e| (at("roles"), e.to_string()))?;
            let word = form.value("permission");
            let permission = Permission::ALL.iter().find(|(_, known)| *known == word);
            let permission = permission.map_or(Permission::Member, |(permission, _)| *permission);
            vec![Command::AddPerson { person, name, mail: given("mail"), permission, roles }]
        }
    })
}
