//! A process file in the person's own editor, and the way back: checked when it is saved, opened anew at the line that
//! is wrong, published when nothing is. What was written outlives every refusal, a kill included.

use super::input::Key;
use super::manners;
use super::model::{Model, View};
use super::msg::{Effect, Query};
use super::overlays::form::Form;
use super::overlays::forms::Kind;
use super::overlays::places::PlaceForm;
use super::overlays::writing::{Heard, Of, Writing};
use super::overlays::{Overlay, places};
use super::places::At;
use super::update::say;
use crate::desk::{Checked, begun_from, draft_place, remarks, without_base, without_remarks};
use crate::domain::Handle;
use crate::domain::command::Command;
use crate::domain::process::Process;
use crate::domain::process_file::export;
use ratatui::layout::Rect;
use std::path::PathBuf;
use std::sync::Arc;

/// Hands the text to the editor: what was written last, else the newest version.
pub(super) fn open(model: &mut Model, process: &Handle) -> Vec<Effect> {
    let checked = model.places.checked.as_ref().filter(|checked| &checked.opened == process);
    let draft = model.places.flow.as_ref().filter(|flow| &flow.process.handle == process);
    let draft = draft.and_then(|flow| flow.draft.clone());
    let place = draft_place(process);
    let goes_on = draft.clone().filter(|_| checked.is_none()).map(|text| Effect::GoOn { place, text });
    let (text, line) = match (checked, draft) {
        (Some(checked), _) => {
            let link = super::places::selected(model);
            let checked = checked.clone().begun();
            (checked.to_edit(), super::panes::migrating::line_of(&checked, link.as_ref()))
        }
        (None, Some(draft)) => (draft, None),
        (None, None) => match model.catalog.newest(process) {
            Some((version, newest)) => (begun_from(export(newest), version), None),
            None => return Vec::new(),
        },
    };
    let line = line.map(|line| line + remarks(&text));
    let opened = match model.manners.no_editor {
        true => write_process(model, process, &text, line),
        false => vec![Effect::EditFile { process: process.clone(), text, line }],
    };
    goes_on.into_iter().chain(opened).collect()
}

/// What came back: kept first, then checked.
pub(super) fn edited(model: &mut Model, process: Handle, written: Option<(String, PathBuf)>) -> Vec<Effect> {
    let Some((text, file)) = written else {
        // What was written before and is kept goes on to where it can be published.
        if let Some(text) = kept(model, &process) {
            return vec![Effect::Load(Query::Check { process, text })];
        }
        say(model, "Nothing was changed.");
        return Vec::new();
    };
    let text = without_remarks(&text);
    let keep = Effect::KeepWritten { place: draft_place(&process), text: text.clone(), file };
    vec![keep, Effect::Load(Query::Check { process, text })]
}

/// What was written of a process and is not published.
fn kept(model: &Model, process: &Handle) -> Option<String> {
    let checked = model.places.checked.as_ref().filter(|checked| &checked.opened == process);
    let flow = model.places.flow.as_ref().filter(|flow| &flow.process.handle == process);
    let text = checked.map(|checked| checked.text.clone()).or_else(|| flow?.draft.clone());
    text.map(|text| without_remarks(&text))
}

/// Lets somebody write the file of a process on the screen.
fn write_process(model: &mut Model, process: &Handle, text: &str, line: Option<usize>) -> Vec<Effect> {
    let said = remarks(text);
    let line = line.map(|line| line.saturating_sub(said).max(1));
    let of = Of::Process(process.clone());
    let mut writing = Writing::new(&format!("Process {process}"), of, &without_remarks(text), line);
    let first = text.lines().next().filter(|_| said > 0).map(|first| first.trim_start_matches("#! "));
    if let (Some(first), Some(line)) = (first, line) {
        // The numbers above the text are those of the text with them.
        let words = first.split_once(": ").map_or(first, |(_, words)| words);
        writing.say_wrong(line, format!("line {line}: {words}"));
    }
    model.overlays.push(Overlay::Writing(Box::new(writing)));
    Vec::new()
}

/// Lets somebody write a field of the form on screen in a box of its own.
pub(super) fn write_field(
    model: &mut Model,
    place: String,
    field: String,
    label: &str,
    text: &str,
) -> Vec<Effect> {
    let mut writing = Writing::new(label, Of::Field { place, field }, text, None);
    writing.field.put_at(text.len());
    model.overlays.push(Overlay::Writing(Box::new(writing)));
    Vec::new()
}

/// No editor could be started: the text is written on the screen from now on.
pub(super) fn without_editor(model: &mut Model, effect: NoEditor) {
    model.manners.no_editor = true;
    let effects = match effect {
        NoEditor::File { process, text, line } => write_process(model, &process, &text, line),
        NoEditor::Field { place, field, text } => {
            let label = field.clone();
            write_field(model, place, field, &label, &text)
        }
    };
    debug_assert!(effects.is_empty());
}

/// What an editor was wanted for.
pub(super) enum NoEditor {
    File { process: Handle, text: String, line: Option<usize> },
    Field { place: String, field: String, text: String },
}

/// A key while a text is written on the screen.
pub(super) fn key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let (width, height) = model.size;
    let Some(Overlay::Writing(writing)) = model.overlays.last_mut() else { return Vec::new() };
    let heard = writing.key(key, Rect::new(0, 0, width, height));
    if heard == Heard::Changed {
        writing.said.clear();
    }
    let (of, text) = (writing.of.clone(), writing.field.text().to_string());
    if let Of::Field { place, field } = &of
        && heard != Heard::Nothing
    {
        take_into_field(model, place, field, &text);
    }
    match (heard, of) {
        (Heard::Nothing, _) => return Vec::new(),
        (Heard::Changed, _) => {
            manners::typed(model);
            return Vec::new();
        }
        (Heard::Done, Of::Process(process)) => {
            let text = without_remarks(&text);
            let keep = Effect::KeepDraft { place: draft_place(&process), text: text.clone() };
            return vec![keep, Effect::Load(Query::Check { process, text })];
        }
        (Heard::Close, Of::Process(process)) => {
            model.overlays.pop();
            let newest = model.catalog.newest(&process).map(|(_, newest)| export(newest));
            let text = without_remarks(&text);
            if newest.as_deref().map(str::trim_end) == Some(without_base(&text).trim_end()) {
                say(model, "Nothing was changed.");
                return vec![Effect::KeepDraft { place: draft_place(&process), text: String::new() }];
            }
            say(model, "Your text is kept; E goes on with it.");
            let mut effects = vec![Effect::KeepDraft { place: draft_place(&process), text }];
            effects.extend(super::update::reload(model));
            return effects;
        }
        (Heard::Done | Heard::Close, Of::Field { .. }) => model.overlays.pop(),
    };
    manners::typed(model);
    Vec::new()
}

/// The form under it holds what is written at every moment, so that its draft does.
fn take_into_field(model: &mut Model, place: &str, name: &str, text: &str) {
    let form = model.overlays.iter().find_map(|overlay| match overlay {
        Overlay::Form(form) if form.place() == place => Some(form),
        _ => None,
    });
    let Some(mut form) = form.map(|form| (**form).clone()) else { return };
    form.fields.iter_mut().filter(|field| field.name == name).for_each(|field| field.fill(text));
    form.error = None;
    super::overlays::understand::understand(&mut form, &super::act::sense(model), false);
    super::update::replace_form(model, form);
}

/// A text that is written on the screen was checked: while something is wrong the cursor goes there.
fn checked_here(model: &mut Model, checked: &Checked) -> bool {
    let Some(Overlay::Writing(writing)) = model.overlays.last_mut() else { return false };
    if writing.of != Of::Process(checked.opened.clone()) {
        return false;
    }
    let mut wrong = checked.problems.iter().filter(|problem| problem.is_error());
    let Some(first) = wrong.next() else {
        model.overlays.pop();
        return false;
    };
    let more = match wrong.count() {
        0 => String::new(),
        more => format!(" And {more} more."),
    };
    let hint = first.hint.as_ref().map(|hint| format!(" {hint}")).unwrap_or_default();
    let said = format!("line {}: {}{hint}{more}", first.line, first.message);
    writing.say_wrong(first.line, said);
    true
}

/// Shows what the check found.
pub(super) fn checked(model: &mut Model, checked: Checked) -> Vec<Effect> {
    if checked_here(model, &checked) {
        model.places.checked = Some(checked);
        return Vec::new();
    }
    let at = At::Check(checked.opened.clone());
    let errors = checked.problems.iter().filter(|problem| problem.is_error()).count();
    let words = match (errors, checked.changes.len()) {
        (0, 0) => "It means the same as the newest version.".to_string(),
        (0, 1) => "Nothing is wrong. It would change one thing; Enter publishes it.".to_string(),
        (0, many) => format!("Nothing is wrong. It would change {many} things; Enter publishes it."),
        (1, _) => "One thing is wrong. Your text is kept; E goes on with it.".to_string(),
        (many, _) => format!("{many} things are wrong. Your text is kept; E goes on with it."),
    };
    let words = match ask_no_more(model, &checked) {
        true => format!("Version {} was published meanwhile. {words}", checked.version - 1),
        false => words,
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

/// What has to be checked anew: somebody published another version of what is looked at.
pub(super) fn overtaken(model: &Model) -> Option<Effect> {
    let Some(View::Place(At::Check(of))) = model.view() else { return None };
    let checked = model.places.checked.as_ref().filter(|checked| checked.opened == *of)?;
    let handle = checked.process.as_ref().map_or(of, |process| &process.handle);
    let newest = model.catalog.newest(handle).map_or(0, |(version, _)| version);
    let query = || Query::Check { process: of.clone(), text: checked.text.clone() };
    (newest + 1 > checked.version).then(|| Effect::Load(query()))
}

/// A question about a version that somebody else's has taken is not asked any more.
fn ask_no_more(model: &mut Model, checked: &Checked) -> bool {
    let stale = |overlay: &Overlay| {
        let Overlay::Form(form) = overlay else { return false };
        let Kind::Place(PlaceForm::Publish { process, version }) = &form.kind else { return false };
        let of = checked.process.as_ref().map_or(&checked.opened, |of| &of.handle);
        // Nor about a text that something is wrong with by now.
        of == process && (*version != checked.version || checked.process.is_none())
    };
    let before = model.overlays.len();
    model.overlays.retain(|overlay| !stale(overlay));
    model.overlays.len() < before
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
    let seen = model.places.checked.as_ref().map_or(model.seen, |checked| checked.seen);
    Effect::DoAsSeen { commands, seen }
}
