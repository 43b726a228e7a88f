//! A process file in the person's own editor, and the way back: checked when it is saved, opened anew at the line that
//! is wrong, published when nothing is. What was written outlives every refusal, a kill included.

use super::model::{Model, View};
use super::msg::{Effect, Query};
use super::overlays::form::Form;
use super::overlays::places;
use super::places::At;
use super::update::say;
use crate::desk::{Checked, draft_place, remarks, without_remarks};
use crate::domain::Handle;
use crate::domain::command::Command;
use crate::domain::process::Process;
use crate::domain::process_file::export;
use std::path::PathBuf;
use std::sync::Arc;

/// Hands the text to the editor: what was written last, else the newest version.
pub(super) fn open(model: &mut Model, process: &Handle) -> Vec<Effect> {
    let checked = model.places.checked.as_ref().filter(|checked| &checked.opened == process);
    let draft = model.places.flow.as_ref().filter(|flow| &flow.process.handle == process);
    let draft = draft.and_then(|flow| flow.draft.clone());
    let (text, line) = match (checked, draft) {
        (Some(checked), _) => {
            let link = super::places::selected(model);
            (checked.to_edit(), super::panes::migrating::line_of(checked, link.as_ref()))
        }
        (None, Some(draft)) => (draft, None),
        (None, None) => match model.catalog.newest(process) {
            Some((_, newest)) => (export(newest), None),
            None => return Vec::new(),
        },
    };
    let line = line.map(|line| line + remarks(&text));
    vec![Effect::EditFile { process: process.clone(), text, line }]
}

/// What came back: kept first, then checked.
pub(super) fn edited(model: &mut Model, process: Handle, written: Option<(String, PathBuf)>) -> Vec<Effect> {
    let Some((text, file)) = written else {
        say(model, "Nothing was changed.");
        return Vec::new();
    };
    let text = without_remarks(&text);
    let keep = Effect::KeepWritten { place: draft_place(&process), text: text.clone(), file };
    vec![keep, Effect::Load(Query::Check { process, text })]
}

/// Shows what the check found.
pub(super) fn checked(model: &mut Model, checked: Checked) -> Vec<Effect> {
    let at = At::Check(checked.opened.clone());
    let errors = checked.problems.iter().filter(|problem| problem.is_error()).count();
    let words = match (errors, checked.changes.len()) {
        (0, 0) => "It means the same as the newest version.".to_string(),
        (0, 1) => "Nothing is wrong. It would change one thing; Enter publishes it.".to_string(),
        (0, many) => format!("Nothing is wrong. It would change {many} things; Enter publishes it."),
        (1, _) => "One thing is wrong. Your text is kept; E goes on with it.".to_string(),
        (many, _) => format!("{many} things are wrong. Your text is kept; E goes on with it."),
    };
    // What stood under the cursor was of another text.
    model.places.states.remove(&model.places.key(&at));
    model.places.checked = Some(checked);
    if model.view() != Some(&View::Place(at.clone())) {
        model.views.push(View::Place(at));
    }
    say(model, &words);
    Vec::new()
}

/// Asks what a version promises before it is published.
pub(super) fn publish(model: &mut Model) -> Vec<Effect> {
    let Some(checked) = &model.places.checked else { return Vec::new() };
    let Some(process) = checked.process.clone() else { return Vec::new() };
    let form = places::publish(&process, checked.version, checked.changes.len());
    super::act::open_form(model, form)
}

/// The version with what was promised of it, on its way.
pub(super) fn published(model: &mut Model, form: &Form) -> Effect {
    let improve = places::promised(form, &super::act::sense(model)).ok().flatten();
    let checked = model.places.checked.as_ref().and_then(|checked| checked.process.as_ref());
    let commands = checked.map(|process| {
        let process = Arc::new(Process { improve, ..(**process).clone() });
        Command::PublishProcess { process }
    });
    let commands = commands.into_iter().collect::<Vec<_>>();
    super::place_keys::sent(model, &commands);
    Effect::Do(commands)
}
