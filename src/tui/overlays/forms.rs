//! The forms there are and what each asks. How they understand what is typed is `understand`; the commands that
//! come of it are `submit`.

use super::arrange::Waits;
use super::form::{Form, FormField};
use super::moves;
use super::receiver;
use crate::desk::{CaseView, Holidays, RecordView, Spot};
use crate::domain::case::{Task, TaskState};
use crate::domain::catalog::Catalog;
use crate::domain::event::{DeclineReason, SubjectId};
use crate::domain::holidays::{Change, Entry};
use crate::domain::leaver::Plan;
use crate::domain::process::DataField;
use crate::domain::record::{Contact, Kind as RecordKind};
use crate::domain::{CaseId, Handle, HandoffId, RecordId, TaskId, field};

/// Which form it is, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    HandOn {
        case: CaseId,
        task: TaskId,
    },
    /// Several at once.
    HandOnAll {
        what: Vec<(CaseId, TaskId)>,
    },
    Offer {
        what: Vec<(CaseId, u32)>,
    },
    Decline {
        what: Vec<(CaseId, HandoffId)>,
    },
    Recall {
        what: Vec<(CaseId, HandoffId)>,
    },
    Wait {
        what: Vec<Waits>,
    },
    Snooze {
        what: Vec<(CaseId, u32)>,
    },
    Due {
        what: Vec<(CaseId, TaskId)>,
    },
    NoteCase {
        cases: Vec<CaseId>,
    },
    NoteRecord {
        records: Vec<RecordId>,
    },
    /// Somebody new, or the one that was.
    Contact {
        record: RecordId,
        was: Option<Contact>,
    },
    File {
        record: RecordId,
    },
    Data {
        case: CaseId,
    },
    Withdraw {
        cases: Vec<CaseId>,
    },
    Pause {
        cases: Vec<CaseId>,
    },
    Reopen {
        cases: Vec<CaseId>,
    },
    /// Exceptions by their numbers in their cases.
    Resolve {
        what: Vec<(CaseId, u32)>,
    },
    Accept {
        what: Vec<(CaseId, HandoffId)>,
    },
    SendBack {
        case: CaseId,
        task: TaskId,
    },
    /// Several, each to what was done last before it.
    SendBackAll {
        what: Vec<(CaseId, TaskId)>,
    },
    Delegate {
        what: Vec<(CaseId, TaskId)>,
    },
    ResolveTask {
        case: CaseId,
        task: TaskId,
    },
    Release {
        what: Vec<(CaseId, TaskId)>,
    },
    /// What waits and goes on, with the work that was marked beside it.
    EndWait {
        what: Vec<moves::Begins>,
    },
    AddTask {
        cases: Vec<CaseId>,
    },
    /// What is typed about one record does not come back at another.
    NewCase(Option<RecordId>),
    NewRecord {
        kind: Handle,
    },
    EditRecord {
        record: RecordId,
    },
    AddPerson,
    Away,
    Leave {
        plan: Box<Plan>,
    },
    /// Which file holds them, and which calendar they are for.
    HolidayFile,
    Holidays {
        holidays: Box<Holidays>,
    },
    Place(super::places::PlaceForm),
    /// Which CSV file, of which kind its rows are, and which column is which field.
    RecordFile,
    /// Who the person is, in a file that nobody is in yet.
    Who,
    /// A name for what a list shows.
    SaveView,
    /// Of cases and records.
    Tags {
        on: Vec<SubjectId>,
    },
}

impl Kind {
    /// Where the draft is kept: the same place again brings what was typed back.
    pub fn place(&self) -> String {
        match self {
            Kind::Accept { what } => format!("accept {what:?}"),
            Kind::SendBack { case, task } => format!("send-back {case} {task}"),
            Kind::SendBackAll { what } => format!("send-back {what:?}"),
            Kind::Delegate { what } => format!("delegate {what:?}"),
            Kind::ResolveTask { case, task } => format!("hand-back {case} {task}"),
            Kind::Release { what } => format!("release {what:?}"),
            Kind::EndWait { what } => format!("end-wait {what:?}"),
            Kind::AddTask { cases } => format!("task {cases:?}"),
            Kind::HandOn { case, task } => format!("hand-on {case} {task}"),
            Kind::HandOnAll { what } => format!("hand-on {what:?}"),
            Kind::Offer { what } => format!("offer {what:?}"),
            Kind::Decline { what } => format!("decline {what:?}"),
            Kind::Recall { what } => format!("recall {what:?}"),
            Kind::Wait { what } => super::arrange::place(what),
            Kind::Snooze { what } => format!("snooze {what:?}"),
            Kind::Due { what } => format!("due {what:?}"),
            Kind::NoteCase { cases } => format!("note {cases:?}"),
            Kind::NoteRecord { records } => {
                let records = records.iter().map(RecordId::to_string).collect::<Vec<_>>();
                format!("note {}", records.join(" "))
            }
            Kind::Contact { record, was: None } => format!("contact {record}"),
            Kind::Contact { record, was: Some(was) } => format!("contact {record} {}", was.name),
            Kind::File { record } => format!("file {record}"),
            Kind::Data { case } => format!("data {case}"),
            Kind::Withdraw { cases } => format!("withdraw {cases:?}"),
            Kind::Pause { cases } => format!("pause {cases:?}"),
            Kind::Reopen { cases } => format!("reopen {cases:?}"),
            Kind::Resolve { what } => format!("resolve {what:?}"),
            Kind::NewCase(None) => "new-case".to_string(),
            Kind::NewCase(Some(about)) => format!("new-case {about}"),
            Kind::NewRecord { kind } => format!("new-record {kind}"),
            Kind::EditRecord { record } => format!("edit {record}"),
            Kind::AddPerson => "person".to_string(),
            Kind::Away => "away".to_string(),
            Kind::Leave { plan } => format!("leave {}", plan.person),
            Kind::Place(form) => form.place(),
            Kind::HolidayFile => "holiday-file".to_string(),
            Kind::RecordFile => "record-file".to_string(),
            Kind::Who => "who".to_string(),
            Kind::SaveView => "save-view".to_string(),
            Kind::Tags { on } => format!("tags {on:?}"),
            Kind::Holidays { holidays } => format!("holidays {}", holidays.calendar),
        }
    }
}

/// A form of these fields with nothing said about them yet.
pub fn form(title: String, submit: &'static str, kind: Kind, fields: Vec<FormField>) -> Form {
    Form {
        title,
        kind,
        fields,
        focus: 0,
        notes: Vec::new(),
        error: None,
        sent: false,
        submit,
        meant_for: None,
        accept_by: None,
        untouched: None,
        written: false,
        chips: Vec::new(),
    }
}

/// Finishing work and handing it on: what this step gives, its checklist, and to whom.
pub fn hand_on(view: &CaseView, spot: &Spot, task: TaskId) -> Form {
    let case = view.row.id;
    let (titles, to) = match &spot.next {
        // A picked person is named by the process when it is sent.
        Some(next) => {
            let to = next.to.as_ref().filter(|_| !next.picks);
            (next.titles.join(" and "), to.map(ToString::to_string))
        }
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
    fields.extend(step.map(moves::decision).unwrap_or_default());
    for need in spot.next.iter().flat_map(|next| &next.needs).filter(|need| !need.met) {
        asked.push(need.label.clone());
    }
    let here = |of: &Task| of.step == spot.place.step && view.case.item_of(of) == spot.place.item.as_deref();
    let done = |of: &Task| matches!(of.state, TaskState::Done { .. });
    let again = view.case.tasks.iter().any(|(id, of)| *id != task && here(of) && done(of));
    let mut seen = std::collections::BTreeSet::new();
    for name in asked.into_iter().filter(|name| seen.insert(name.clone())) {
        let Some(data) = view.process.field(&name) else { continue };
        let value = view.case.data.get(&name).map(field::show).unwrap_or_default();
        // What this step said the last time is no answer to what it asks now: it is asked for as if nothing stood there.
        let again = again && spot.gives.contains(&name);
        let shown = if again { "" } else { value.as_str() };
        let field = data_field(data, shown);
        fields.push(FormField { needed: true, was: Some(value), ..field });
    }
    for (title, reference) in spot.next.iter().flat_map(|next| &next.documents) {
        let name = format!("doc {title}");
        let text = FormField::text(&name, title, reference.as_deref().unwrap_or_default());
        fields.push(FormField { needed: true, ..text });
    }
    for need in spot.needs.iter().filter(|need| need.item.is_some()) {
        let name = format!("item {}", need.item.unwrap_or(0));
        fields.push(FormField { needed: true, ..FormField::check(&name, &need.label, need.met) });
    }
    if spot.next.as_ref().is_some_and(|next| next.titles.len() == 1 && next.to.is_some()) {
        fields.push(FormField::proposal("to", "To", &to.unwrap_or_default()));
        fields.extend(receiver::dates());
    }
    fields.push(FormField::text("note", "Note", ""));
    fields.push(FormField::text("anyway", "Send anyway", ""));
    let (title, send) = match spot.place.voted {
        Some(_) => (format!("Vote on {case}: {}", spot.step_title), "vote"),
        None => (format!("Hand on {case}: {} -> {titles}", spot.step_title), "send"),
    };
    let mut form = form(title, send, Kind::HandOn { case, task }, fields);
    if let Some(done) = &spot.done {
        form.notes.push(format!("Done means: {done}"));
    }
    form.notes.push(moves::after(spot));
    form
}

pub(super) fn data_field(data: &DataField, value: &str) -> FormField {
    let label = data.title.clone().unwrap_or_else(|| data.name.replace('_', " "));
    let name = format!("data {}", data.name);
    match &data.kind {
        crate::domain::record::FieldType::Choice { of } => {
            let options = of.iter().map(|choice| (choice.clone(), choice.clone())).collect();
            match value {
                // Whether it is needed is for the form to say.
                "" => FormField { needed: false, ..FormField::undecided(&name, &label, options) },
                value => {
                    let mut field = FormField::choice(&name, &label, options);
                    field.fill(value);
                    field
                }
            }
        }
        kind => FormField { kind: Some(kind.clone()), ..FormField::text(&name, &label, value) },
    }
}

/// Offering to somebody.
pub fn offer(what: Vec<(CaseId, u32)>, about: &str, suggestion: &str) -> Form {
    let mut fields = vec![FormField::text("to", "To", suggestion)];
    fields.extend(receiver::dates());
    fields.push(FormField::text("note", "Note", ""));
    let mut form = form(format!("Offer {about}"), "offer", Kind::Offer { what }, fields);
    form.notes
        .push("@person or role. Until somebody accepts, whoever holds it stays responsible.".to_string());
    form
}

/// Declining, with a reason.
/// `own` are the reasons of the process.
pub fn decline(what: Vec<(CaseId, HandoffId)>, about: &str, sender: &str, own: &[String]) -> Form {
    let reasons = DeclineReason::of_process(own)
        .map(|reason| (reason.code().to_string(), reason.words().into_owned()))
        .collect::<Vec<_>>();
    let fields = vec![
        // It is counted: none is taken because it stands first.
        FormField::undecided("reason", &format!("Why? (1-{})", reasons.len()), reasons),
        FormField::text("text", "Say more", ""),
        FormField::text("fix-by", "Fix it by", ""),
    ];
    let mut form = form(format!("Decline {about}"), "decline", Kind::Decline { what }, fields);
    form.notes.push(match sender.contains(',') {
        true => format!("Each goes back to whoever offered it, who stays responsible: {sender}."),
        false => format!("It goes back to {sender}, who stays responsible."),
    });
    form
}

/// One line of text for a case or a record.
pub fn note(kind: Kind, about: &str, to: &str) -> Form {
    form(format!("Note: {about}"), "write", kind, vec![FormField::text("text", "Note", to)])
}

/// The data of a case.
pub fn data(view: &CaseView) -> Form {
    let value = |data: &DataField| view.case.data.get(&data.name).map(field::show).unwrap_or_default();
    let field = |data: &DataField| data_field(data, &value(data)).only_if_changed();
    let fields = view.process.data.iter().map(field).collect();
    form(format!("Data of {}", view.row.id), "save", Kind::Data { case: view.row.id }, fields)
}

/// A record of a kind.
pub fn new_record(kind: &RecordKind) -> Form {
    let mut fields = vec![FormField::text("name", "Name", "")];
    fields.extend(kind.fields.iter().map(|data| data_field(data, "")));
    form(format!("New {}", kind.handle), "create", Kind::NewRecord { kind: kind.handle.clone() }, fields)
}

/// Changing a record.
pub fn edit_record(view: &RecordView) -> Form {
    let mut fields = vec![FormField::text("name", "Name", &view.row.name).only_if_changed()];
    for data in view.kind.iter().flat_map(|kind| &kind.fields) {
        let value = view.record.fields.get(&data.name).map(field::show).unwrap_or_default();
        fields.push(data_field(data, &value).only_if_changed());
    }
    form(view.row.name.clone(), "save", Kind::EditRecord { record: view.row.id }, fields)
}

/// The file with holidays, and the calendar they are for.
pub fn holiday_file(catalog: &Catalog) -> Form {
    let own = catalog.settings.as_ref().map(|settings| &settings.calendar);
    let mut names = catalog.calendars.keys().map(Handle::to_string).collect::<Vec<_>>();
    names.sort_by_key(|name| own.is_none_or(|own| own.as_str() != name));
    let options = names.into_iter().map(|name| (name.clone(), name)).collect();
    let fields =
        vec![FormField::text("path", "File", ""), FormField::choice("calendar", "Calendar", options)];
    let mut form = form("Bring in holidays".to_string(), "read", Kind::HolidayFile, fields);
    form.notes.push("An iCalendar file (.ics). Its dates are shown before anything changes.".to_string());
    form
}

/// The dates of a file with a switch for each that would change something.
pub fn holidays(holidays: Holidays) -> Form {
    let check = |entry: &Entry| {
        let date = entry.date.map(|date| date.format("%a %Y-%m-%d").to_string()).unwrap_or_default();
        let words =
            if entry.change == Change::Closes { String::new() } else { format!(": {}", entry.words()) };
        let label = format!("{date}  {}{words}", entry.name);
        FormField::check(&format!("entry {}", entry.number), &label, entry.wanted)
    };
    let fields = holidays.plan.wanted().map(check).collect::<Vec<_>>();
    let others = holidays.plan.entries.len() - fields.len();
    let title = format!("Close {} on", holidays.calendar);
    let kind = Kind::Holidays { holidays: Box::new(holidays) };
    let mut form = form(title, "apply", kind, fields);
    form.notes.push("Space switches. Open clocks follow at the next tick.".to_string());
    if others > 0 {
        let are = if others == 1 { "is no whole day" } else { "are no whole days" };
        form.notes.push(format!("{others} more would change nothing or {are}."));
    }
    form
}
