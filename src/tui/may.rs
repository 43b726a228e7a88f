//! What the person may not do where they are, so that it is not offered: the domain is asked, and its refusal is the
//! reason. Knows which verb is about what, and about how many, and no rule.

use super::action::ActionId;
use super::model::{Model, View};
use super::places::At;
use super::target::Target;
use crate::domain::catalog::Area;
use crate::domain::decide::{Wanted, may, role_of};
use crate::domain::refusal::Refusal;

/// Why the person may not do this here, and who could; of many marked things the desk says it of each.
pub(super) fn not(model: &Model, id: ActionId, targets: &[Target]) -> Option<(String, String)> {
    let asked = |wanted: Wanted<'_>| may(&model.catalog, &model.me, model.now, wanted);
    wanted(model, id, targets).and_then(|any| {
        // One of them is enough: the dialog asks which.
        let mut refused = None;
        for one in any {
            match asked(one) {
                Ok(()) => return None,
                Err(refusal) => _ = refused.get_or_insert(refusal),
            }
        }
        match refused {
            Some(Refusal::NotYours { what, hint }) => Some((what.trim_end_matches('.').to_string(), hint)),
            // Anything else is about what is there, and the command answers it.
            _ => None,
        }
    })
}

/// What the verb would do, of which the person has to be allowed one; `None` for what anybody may.
fn wanted<'m>(model: &'m Model, id: ActionId, targets: &[Target]) -> Option<Vec<Wanted<'m>>> {
    use ActionId as A;
    let kinds = |kind: Option<&crate::domain::Handle>| {
        let all = model.catalog.kinds.keys().filter(|known| kind.is_none_or(|kind| kind == *known));
        all.map(|kind| Wanted::Work(Area::Kind(kind.clone()))).collect::<Vec<_>>()
    };
    let process = || match model.view() {
        Some(View::Place(At::Process(process) | At::Check(process))) => Some(Area::Process(process.clone())),
        _ => None,
    };
    // A record that is open is what these are about, whichever of its cases the cursor is on.
    let record = match id {
        A::Withdraw => super::record_marks::archivable(model),
        _ => model.record_in_focus(),
    };
    match id {
        A::NewCase => {
            let all = model.catalog.processes.keys();
            Some(all.map(|process| Wanted::Work(Area::Process(process.clone()))).collect())
        }
        A::NewRecord | A::ImportRecords => Some(kinds(None)),
        A::EditRecord if process().is_some() => Some(vec![Wanted::Define(process(), "change a process")]),
        A::Migrate if process().is_some() => Some(vec![Wanted::Define(process(), "migrate cases")]),
        A::AddTemplate => Some(vec![Wanted::Define(None, "bring in a process")]),
        A::Holidays => Some(vec![Wanted::Define(None, "change a calendar")]),
        A::AddPerson => Some(vec![Wanted::File("add people")]),
        A::LetGo => Some(vec![Wanted::File("let somebody go")]),
        A::Note
        | A::Tags
        | A::Withdraw
        | A::EditRecord
        | A::AddContact
        | A::AddFile
        | A::AddTask
        | A::MergeRecord => match record {
            Some(record) => Some(kinds(Some(&model.record_here(record)?.row.kind))),
            None => on_case(model, id, targets),
        },
        _ => on_case(model, id, targets),
    }
}

fn on_case<'m>(model: &'m Model, id: ActionId, targets: &[Target]) -> Option<Vec<Wanted<'m>>> {
    use ActionId as A;
    let case = &model.loaded_case().filter(|_| targets.len() < 2)?.case;
    let message = targets.iter().any(|target| target.message.is_some());
    Some(vec![match id {
        // What was written to somebody they may put away, whatever else they may.
        A::Accept if message => return None,
        A::Data => Wanted::Part(case, "change its data"),
        A::AddTask => Wanted::Part(case, "add a task to it"),
        A::Reopen => Wanted::Part(case, "take it up again"),
        A::Accept
        | A::Decline
        | A::Start
        | A::HandOn
        | A::SendBack
        | A::Delegate
        | A::Release
        | A::Offer
        | A::Snooze
        | A::Due
        | A::Wait
        | A::Note
        | A::Resolve
        | A::Urgent
        | A::Pause
        | A::Resume
        | A::MoveTo
        | A::Tags
        | A::Withdraw => Wanted::WorkOn(case),
        _ => return None,
    }])
}

/// Why a verb that asks about one thing says nothing of several, where several are marked.
pub(super) fn is_of_one(model: &Model, id: ActionId) -> Option<String> {
    use ActionId as A;
    let of_cases = model.marks.len() > 1;
    let of_records = super::record_marks::marked(model) > 1;
    let why = match id {
        A::MoveTo if of_cases => "each has steps of its own to go to, so L and H move them",
        A::Data if of_cases => "what is filled in is that of one case, so it is done one by one",
        A::Verdict if of_cases => "each review is decided by its own numbers, so it is done one by one",
        A::NewCase if of_records => "a case is about one record",
        A::EditRecord | A::AddContact | A::AddFile if of_records => "it is filled in for one record",
        A::MergeRecord if of_records => "one record goes into one other",
        _ => return None,
    };
    Some(format!("{why}; Esc lets the marks go"))
}

/// Why work cannot be given back to a role: none does the step, as far as the case on screen knows.
pub(super) fn to_no_role(model: &Model, targets: &[Target]) -> Option<String> {
    let [one] = targets else { return None };
    let view = model.loaded_case().filter(|view| view.row.id == one.case)?;
    let spot = view.spots.iter().find(|spot| one.task.is_some() && spot.place.task == one.task)?;
    let step = view.process.step(&spot.place.step)?;
    role_of(step)
        .is_none()
        .then(|| format!("`{}` is not done by a role; A offers it to somebody", step.title))
}
