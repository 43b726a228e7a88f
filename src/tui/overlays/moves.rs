//! The forms for accepting with a promise, and for moving work without finishing it. Continues `forms`.

use super::form::{Form, FormField};
use super::forms::{Kind, data_field, form};
use crate::desk::{CaseView, Spot};
use crate::domain::command::{Command, EndWait};
use crate::domain::counted::counted;
use crate::domain::decide::ways_back;
use crate::domain::event::SubjectId;
use crate::domain::process::{Step, StepKind};
use crate::domain::{CaseId, Handle, HandoffId, TaskId};

/// Accepting where the process asks what comes next, and when.
pub fn accept(what: Vec<(CaseId, HandoffId)>, about: &str) -> Form {
    let fields = vec![FormField::text("next", "Next", ""), FormField::text("when", "When", "")];
    let mut form = form(format!("Accept {about}"), "accept", Kind::Accept { what }, fields);
    form.notes.push("You say what you do next, and when; then it is yours.".to_string());
    form
}

/// Sending work back: to which step, why, and which items of its checklist were not in order. `None` when no
/// step lies behind it.
pub fn send_back(view: &CaseView, spot: &Spot, task: TaskId) -> Option<Form> {
    let behind = ways_back(&view.case, &view.process, task);
    let mut places = Vec::<(String, String, &Step)>::new();
    for (id, done) in behind.iter().rev().filter_map(|id| Some((*id, view.case.tasks.get(id)?))) {
        let Some(step) = view.process.step(&done.step) else { continue };
        // What was done for each of a list is chosen one by one.
        let (code, title) = match view.case.item_of(done) {
            Some(item) => (format!("{} {id}", step.handle), format!("{}: {item}", step.title)),
            None => (step.handle.to_string(), step.title.clone()),
        };
        if !places.iter().any(|(known, shown, _)| *known == code || (*shown == title && code.contains(' '))) {
            places.push((code, title, step));
        }
    }
    if places.is_empty() {
        return None;
    }
    let options = places.iter().map(|(code, title, _)| (code.clone(), title.clone())).collect();
    let mut fields = vec![
        FormField::text("reason", "Why", ""),
        FormField::choice("step", "To", options),
        FormField::text("to", "Instead of who did it", ""),
    ];
    let mut steps = places.iter().map(|(_, _, step)| *step).collect::<Vec<_>>();
    steps.dedup_by_key(|step| &step.handle);
    for step in steps {
        let items = step.checklist.iter().enumerate();
        fields.extend(items.map(|(n, item)| {
            FormField::check(
                &format!("item {} {n}", step.handle),
                &format!("{}, not in order: {item}", step.title),
                false,
            )
        }));
    }
    let case = view.row.id;
    let title = format!("Send back {case}: {}", spot.step_title);
    let mut form = form(title, "send back", Kind::SendBack { case, task }, fields);
    form.notes
        .push("Until somebody accepts, you stay responsible. Work since then is done again.".to_string());
    Some(form)
}

/// The step of an option, and which of the work done there where there are several.
pub fn which(option: &str) -> (&str, Option<TaskId>) {
    match option.split_once(' ') {
        Some((step, task)) => (step, task.parse().ok()),
        None => (option, None),
    }
}

/// What a decision asks beside what other work does; nothing for other work.
pub(super) fn decision(step: &Step) -> Vec<FormField> {
    let StepKind::Decision { .. } = step.kind else { return Vec::new() };
    let outcomes = step.outcomes().into_iter().map(|outcome| (outcome.to_string(), outcome.to_string()));
    vec![FormField::undecided("outcome", "Decision", outcomes.collect()), FormField::text("why", "Why", "")]
}

/// What holds after work was handed on.
pub(super) fn after(spot: &Spot) -> String {
    let responsible = &spot.place.responsible;
    match spot.place.voted.as_deref() {
        None => "Until somebody accepts, you stay responsible.".to_string(),
        Some([]) => format!("Several decide; nobody has voted yet. Until then {responsible} is responsible."),
        Some(voted) => {
            let voted = voted.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
            format!("Several decide; voted so far: {voted}. Until then {responsible} is responsible.")
        }
    }
}

/// Handing several on at once: what their steps ask for is there, or they stay.
pub fn hand_on(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let fields = vec![
        FormField::text("note", "Note", ""),
        FormField::check("all", "Every point of their checklists is done", false),
    ];
    let mut form =
        form(format!("Hand on {about} to their next steps"), "send", Kind::HandOnAll { what }, fields);
    form.notes.push(
        "What misses data stays, and is listed before. You stay responsible until somebody accepts."
            .to_string(),
    );
    form
}

/// Sending several back at once.
pub fn send_back_all(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let fields = vec![FormField::text("reason", "Why", "")];
    let title = format!("Send back {about}");
    let mut form = form(title, "send back", Kind::SendBackAll { what }, fields);
    form.notes.push("Each goes back to what was done last before it, and to whoever did it.".to_string());
    form.notes.push("Until somebody accepts, you stay responsible.".to_string());
    form
}

/// Letting somebody else work on it.
pub fn delegate(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let fields = vec![FormField::text("to", "To", ""), FormField::text("note", "Note", "")];
    let mut form = form(format!("Delegate {about}"), "delegate", Kind::Delegate { what }, fields);
    form.notes.push("A person works on it and hands it back; you stay responsible.".to_string());
    form
}

/// Handing back what was delegated, or taking it back.
pub fn resolve(case: CaseId, task: TaskId, about: &str) -> Form {
    let fields = vec![FormField::text("text", "What came of it", "")];
    form(format!("Hand back {about}"), "hand back", Kind::ResolveTask { case, task }, fields)
}

/// Giving work back to its role.
pub fn release(what: Vec<(CaseId, TaskId)>, about: &str) -> Form {
    let mut form = form(
        format!("Release {about}"),
        "release",
        Kind::Release { what },
        vec![FormField::text("note", "Note", "")],
    );
    form.notes.push("It is offered to the role; you stay responsible until somebody accepts.".to_string());
    form
}

/// One thing that begins or goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    Start(CaseId, TaskId),
    Resume(CaseId, TaskId),
    /// A case that is paused.
    ResumeCase(CaseId),
    /// A branch that waits where nobody works.
    GoesOn(CaseId, u32),
}

impl Begins {
    /// Whether somebody works on it.
    pub fn is_work(&self) -> bool {
        !matches!(self, Begins::GoesOn(..))
    }

    /// The command; `text` is what came in for what waited.
    pub fn command(&self, text: &str) -> Command {
        match *self {
            Begins::Start(case, task) => Command::StartTask { case, task },
            Begins::Resume(case, task) => Command::ResumeTask { case, task },
            Begins::ResumeCase(case) => Command::ResumeCase { case },
            Begins::GoesOn(case, branch) => Command::EndWait(EndWait::of(case, branch, text)),
        }
    }
}

/// Lets what waits go on, and with it begins what else was marked. `before` is where one thing stands that waits: what
/// comes behind it may ask for something.
pub fn end_wait(what: Vec<Begins>, about: &str, before: Option<(&CaseView, &Spot)>) -> Form {
    let works = what.iter().filter(|one| one.is_work()).count();
    let title = match works {
        0 => format!("Let {about} go on"),
        _ => format!("Start {about}"),
    };
    let waits = what.len() - works;
    let mut fields = vec![FormField::text("text", "What came", "")];
    if let Some((view, next)) = before.and_then(|(view, spot)| Some((view, spot.next.as_ref()?))) {
        let absent = next.needs.iter().filter(|need| !need.met);
        let data = absent.filter_map(|need| view.process.field(&need.label));
        fields.extend(data.map(|data| FormField { needed: true, ..data_field(data, "") }));
        for (title, _) in next.documents.iter().filter(|(_, reference)| reference.is_none()) {
            let text = FormField::text(&format!("doc {title}"), title, "");
            fields.push(FormField { needed: true, ..text });
        }
        if fields.len() > 1 {
            fields.push(FormField::text("anyway", "Go on anyway", ""));
        }
    }
    let mut form = form(title, "go on", Kind::EndWait { what }, fields);
    form.notes.push(match works {
        0 => "What came in, or why it waits no longer.".to_string(),
        _ => format!("What came in for {}, or why it waits no longer.", counted(waits, "thing that waits")),
    });
    form
}

/// Words to find things again by; what is there stands in the field, and what is taken out goes.
pub fn tags(on: Vec<SubjectId>, about: &str, have: &str) -> Form {
    let title = format!("Tags: {about}");
    let mut form = form(title, "set", Kind::Tags { on }, vec![FormField::text("tags", "Tags", "")]);
    if !have.is_empty() {
        form.notes.push(format!("It has {have}."));
    }
    form.notes.push("vip renewal-q1 adds, -dormant takes away; /#vip finds them again.".to_string());
    form
}

/// A task that the process does not name.
pub fn add_task(cases: Vec<CaseId>, about: &str) -> Form {
    let fields = vec![
        FormField::text("title", "What", ""),
        FormField::text("to", "To", ""),
        FormField::text("within", "Within", ""),
        FormField::text("note", "Note", ""),
    ];
    form(format!("New task in {about}"), "add", Kind::AddTask { cases }, fields)
}

/// Stopping the clock of cases.
pub fn pause(cases: Vec<CaseId>, about: &str) -> Form {
    let fields = vec![FormField::text("reason", "Waits for", ""), FormField::text("until", "Look again", "")];
    let mut form = form(format!("Pause {about}"), "pause", Kind::Pause { cases }, fields);
    form.notes.push("The clock of the whole case stands still; the same again lets it go on.".to_string());
    form
}

/// Taking a closed case up again.
pub fn reopen(view: &CaseView) -> Form {
    let human = view.process.steps.iter().filter(|step| step.kind.is_human());
    let steps = human.map(|step| (step.handle.to_string(), step.title.clone())).collect();
    reopened(vec![view.row.id], &format!("{} {}", view.row.id, view.row.title), steps)
}

/// Taking several up again, each at the step it stood at last.
pub fn reopen_all(cases: Vec<CaseId>, about: &str) -> Form {
    reopened(cases, about, Vec::new())
}

fn reopened(cases: Vec<CaseId>, about: &str, steps: Vec<(String, String)>) -> Form {
    let last = (String::new(), "the last one".to_string());
    let fields = vec![
        FormField::text("text", "Reason", ""),
        FormField::choice("step", "Step", [last].into_iter().chain(steps).collect()),
        FormField::text("to", "To       @", ""),
    ];
    let mut form = form(format!("Reopen {about}"), "reopen", Kind::Reopen { cases }, fields);
    form.notes.push("It gets a clock of its own; the old one keeps what it says.".to_string());
    form
}

/// What was decided about an exception, or in the same words about several.
pub fn exceptions(what: &[(CaseId, u32, String)]) -> Form {
    let cases = what.iter().map(|(case, ..)| case.to_string()).collect::<Vec<_>>().join(", ");
    let kind = Kind::Resolve { what: what.iter().map(|(case, n, _)| (*case, *n)).collect() };
    let (title, it) = match what {
        [_] => (format!("Exception in {cases}"), "it"),
        _ => (format!("Exceptions in {cases}"), "they"),
    };
    let mut form = form(title, "decide", kind, vec![FormField::text("text", "Decision", "")]);
    let mut texts = what.iter().map(|(_, _, text)| text.clone()).collect::<Vec<_>>();
    texts.dedup();
    form.notes.extend(texts);
    form.notes
        .push(format!("Say what becomes of it, such as: {it} may go on. The words stay in the timeline."));
    form
}
