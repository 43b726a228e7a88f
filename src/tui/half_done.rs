//! What the person began to write and did not send: the list of it, and the way back to the form it was for. Keeps
//! nothing itself.

use super::action::ActionId;
use super::memory;
use super::model::{Model, View};
use super::msg::Effect;
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Form, Overlay};
use super::places::At;
use super::run::run;
use super::update::say;
use crate::desk::form_place;
use crate::domain::{CaseId, Handle, RecordId};
use std::collections::BTreeSet;

/// Where a form stands: what is opened for it, and what is asked for there.
enum Way {
    Here(ActionId),
    Case(CaseId, ActionId),
    Record(RecordId, ActionId),
    Process(Handle),
    Kind(Handle),
}

/// The list came: what is half done, each with how it begins.
pub(super) fn came(model: &mut Model, drafts: Vec<(String, String)>) {
    let item = |(place, text): (String, String)| {
        let begins = begins(&text);
        let way = way(form_place(&place));
        let label = match &way {
            Some(Way::Case(case, action)) => format!("{} {case}", super::action::of(*action).words),
            Some(Way::Record(record, action)) => format!("{} {record}", super::action::of(*action).words),
            Some(Way::Here(action)) => super::action::of(*action).words.to_string(),
            Some(Way::Process(process)) => format!("process {process}"),
            Some(Way::Kind(kind)) => format!("new {kind}"),
            None => {
                let word = place.split(' ').next().unwrap_or_default();
                action_of(word).map_or("several things", |action| super::action::of(action).words).to_string()
            }
        };
        let detail = match way.is_some() {
            true => begins,
            false => format!("- for several things: mark them again: {begins}"),
        };
        Item { label, detail, key: String::new(), possible: way.is_some(), pick: Pick::Draft(place) }
    };
    let kept = drafts.into_iter().filter(|(place, _)| place != memory::PLACE).map(item).collect::<Vec<_>>();
    if kept.is_empty() {
        return say(model, "Nothing is half written.");
    }
    model.overlays.push(Overlay::Menu(Box::new(Menu::new("Half written", "which", kept))));
}

/// Opens the form again; what was typed comes back by itself.
pub(super) fn picked(model: &mut Model, place: &str) -> Vec<Effect> {
    model.reopened = Some(place.to_string());
    let mut effects = opened(model, form_place(place));
    let load = Effect::LoadDraft(place.to_string());
    match way(form_place(place)) {
        // Its page shows the text that is gone on with.
        Some(Way::Process(_)) => effects.insert(0, load),
        _ => effects.push(load),
    }
    effects
}

/// Where what a form begins with is kept: what was picked among the drafts, where it is for this form.
pub(super) fn wanted(model: &Model, form: &Form) -> String {
    let place = form.place();
    model.reopened.clone().filter(|picked| form_place(picked) == place).unwrap_or(place)
}

/// What was half written came, and no form is there for it: what it was about has gone on meanwhile. It is read, and the next
/// note or new case begins with it.
pub(super) fn without_form(model: &mut Model, place: &str, text: &str) {
    let way = way(form_place(place));
    let process = matches!(way, Some(Way::Process(_)));
    if model.reopened.as_deref() != Some(place) || way.is_none() || process {
        // The text of a process is not in a form: `E` on its page goes on with it.
        return;
    }
    model.reopened = None;
    let text = begins(text);
    if text.is_empty() {
        return;
    }
    let why = format!("{} {}", model.status.text, model.status.hint).trim().to_string();
    let mut lines = vec![text.clone(), String::new()];
    lines.extend((!why.is_empty()).then_some(why));
    lines.push("c puts it into a note, n into a new case.".to_string());
    model.pasted = text;
    super::menus::read(model, "What you wrote, and its form is not there any more", lines);
}

fn opened(model: &mut Model, place: &str) -> Vec<Effect> {
    match way(place) {
        Some(Way::Here(action)) => run(model, action),
        Some(Way::Case(case, action)) => {
            model.pending = Some(action);
            super::going::open(model, View::Case(case))
        }
        Some(Way::Record(record, action)) => {
            let mut effects = super::going::open(model, View::Record(record));
            effects.extend(run(model, action));
            effects
        }
        Some(Way::Process(process)) => super::place_keys::open(model, At::Process(process)),
        Some(Way::Kind(kind)) => super::run::picked(model, Pick::Kind(kind)),
        None => {
            say(model, "It was for several things: mark them again and press the same key.");
            Vec::new()
        }
    }
}

/// What a kept text begins with, field by field.
fn begins(text: &str) -> String {
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Object(fields)) => {
            // Ticks and what is chosen from a list say nothing by themselves.
            let said = fields.values().filter_map(|value| value.as_str());
            let said = said.filter(|value| !matches!(*value, "" | "yes" | "no") && !value.contains('_'));
            said.collect::<Vec<_>>().join("  ")
        }
        _ => text.lines().next().unwrap_or_default().to_string(),
    }
}

/// From the place a draft is kept at to where its form is; `None` for what was about several things.
fn way(place: &str) -> Option<Way> {
    use ActionId as A;
    let (word, rest) = place.split_once(' ').unwrap_or((place, ""));
    let here = match word {
        "new-case" if rest.is_empty() => Some(A::NewCase),
        "person" if rest.is_empty() => Some(A::AddPerson),
        "away" => Some(A::Away),
        "holiday-file" => Some(A::Holidays),
        "record-file" => Some(A::ImportRecords),
        "save-view" => Some(A::FilterMenu),
        "blank-process" => Some(A::AddTemplate),
        _ => None,
    };
    if let Some(action) = here {
        return Some(Way::Here(action));
    }
    let handle = || rest.parse::<Handle>().ok();
    match word {
        "new-record" => return handle().map(Way::Kind),
        "process-file" | "publish" | "verdict" => {
            return rest.split(' ').next()?.parse().ok().map(Way::Process);
        }
        _ => {}
    }
    let action = action_of(word)?;
    // Numbers stand in a place as people write them or as the program does: C-12, CaseId(12).
    let numbers = |written: &str, debug: &str| {
        let plain = rest.split(' ').filter_map(|word| word.strip_prefix(written)).map(str::to_string);
        let other = rest.split(debug).skip(1).filter_map(|rest| Some(rest.split_once(')')?.0.to_string()));
        plain.chain(other).collect::<BTreeSet<String>>()
    };
    let (cases, records) = (numbers("C-", "CaseId("), numbers("R-", "RecordId("));
    match (cases.len(), records.len()) {
        (1, 0) => format!("C-{}", cases.first()?).parse().ok().map(|case| Way::Case(case, action)),
        (0, 1) => format!("R-{}", records.first()?).parse().ok().map(|record| Way::Record(record, action)),
        _ => None,
    }
}

/// What a form about things that are there is opened by.
fn action_of(word: &str) -> Option<ActionId> {
    use ActionId as A;
    Some(match word {
        "accept" => A::Accept,
        "send-back" => A::SendBack,
        "delegate" | "hand-back" => A::Delegate,
        "release" => A::Release,
        "end-wait" => A::Start,
        "task" => A::AddTask,
        "hand-on" => A::HandOn,
        "offer" => A::Offer,
        "decline" | "recall" => A::Decline,
        "wait" | "look-again" => A::Wait,
        "snooze" => A::Snooze,
        "due" => A::Due,
        "note" => A::Note,
        "new-case" => A::NewCase,
        "contact" => A::AddContact,
        "file" => A::AddFile,
        "edit" => A::EditRecord,
        "data" => A::Data,
        "withdraw" => A::Withdraw,
        "pause" => A::Pause,
        "reopen" => A::Reopen,
        "resolve" => A::Resolve,
        "tags" => A::Tags,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::SubjectId;
    use crate::domain::{HandoffId, TaskId};
    use crate::tui::overlays::forms::Kind;

    #[test]
    fn a_form_about_one_thing_is_found_again_by_where_its_draft_is() {
        let said = |kind: Kind| match way(&kind.place()) {
            Some(Way::Case(case, action)) => format!("{case} {action:?}"),
            Some(Way::Record(record, action)) => format!("{record} {action:?}"),
            Some(Way::Here(action)) => format!("{action:?}"),
            Some(Way::Process(process)) => process.to_string(),
            Some(Way::Kind(kind)) => kind.to_string(),
            None => "several".to_string(),
        };
        let (case, record) = (CaseId(12), RecordId(3));
        assert_eq!(said(Kind::NewCase(None)), "NewCase");
        assert_eq!(said(Kind::NewCase(Some(record))), "R-3 NewCase");
        assert_eq!(said(Kind::NoteCase { cases: vec![case] }), "C-12 Note");
        assert_eq!(said(Kind::NoteCase { cases: vec![case, CaseId(13)] }), "several");
        assert_eq!(said(Kind::NoteRecord { records: vec![record] }), "R-3 Note");
        assert_eq!(said(Kind::NoteRecord { records: vec![record, RecordId(4)] }), "several");
        assert_eq!(said(Kind::HandOn { case, task: TaskId(9) }), "C-12 HandOn");
        assert_eq!(said(Kind::Decline { what: vec![(case, HandoffId(7))] }), "C-12 Decline");
        assert_eq!(said(Kind::Tags { on: vec![SubjectId::Record(record)] }), "R-3 Tags");
        assert_eq!(said(Kind::Tags { on: vec![SubjectId::Case(case)] }), "C-12 Tags");
        assert_eq!(said(Kind::NewRecord { kind: "customer".parse().unwrap() }), "customer");
        assert_eq!(begins(r#"{"title":"roof","about":"","due":"fri","urgent":"no"}"#), "roof  fri");
    }
}
