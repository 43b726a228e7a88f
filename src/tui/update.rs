//! From a message to a new model and what has to be done outside. Asks nobody and draws nothing, so that
//! every way through the screen can be tested without a terminal.

use super::act;
use super::input::Input;
use super::keys::{leave, on_key};
use super::loaded::on_loaded;
use super::manners;
use super::model::{Model, Pane, Status};
use super::msg::{Effect, Msg, Query};
use super::overlays::forms::Kind;
use super::overlays::{Overlay, incoming, understand};
use super::terminal::Signal;
use crate::desk::{Board, RecordKey};
use crate::domain::{Instant, RecordId, Span};
use chrono::Timelike;
use std::path::PathBuf;

/// Takes a message in.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    super::ahead::heard(model, &msg);
    match msg {
        Msg::Input(inputs) => {
            model.sweep.last_key = Some(model.now);
            super::blind::round(model);
            effects.extend(super::held::typed(model, &inputs));
        }
        Msg::Clock(now) => {
            effects.extend(on_clock(model, now));
            effects.extend(manners::keep(model, false));
        }
        Msg::Quiet => effects.extend(manners::keep(model, true)),
        Msg::Edited { place, field, text, file } => {
            effects.extend(on_edited(model, &place, &field, &text, file))
        }
        Msg::Signal(Signal::Quit) | Msg::Gone => effects.extend(leave(model)),
        Msg::Signal(Signal::Continued) => effects.push(Effect::Redraw),
        Msg::Signal(Signal::Resized(width, height)) => model.size = (width, height),
        Msg::Moved(head) => {
            if head != model.seen {
                model.seen = head;
                effects.extend(reload(model));
                effects.extend(super::loaded::counts_news(model).then_some(Effect::Load(Query::Since)));
            }
        }
        Msg::Loaded(loaded) => effects.extend(on_loaded(model, *loaded)),
        Msg::Done { receipt, undoable, record, cases, .. } => {
            super::deeds::carried(model);
            super::sweep::acted(model, &cases, record);
            let sent = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.sent);
            if let Some(n) = model.overlays.iter().rposition(sent)
                && let Overlay::Form(form) = model.overlays.remove(n)
                && !added(model, &form.kind, &form.value("name"), record)
                // Work that was handed on and taken back finds what was filled in.
                && !matches!(form.kind, Kind::HandOn { .. })
            {
                effects.push(Effect::KeepDraft { place: form.place(), text: String::new() });
            }
            let hint = if undoable { "u undo".to_string() } else { String::new() };
            model.status = Status { text: receipt, hint, error: false };
            model.older = false;
            model.unmark();
            cases.iter().for_each(|case| _ = model.news.remove(case));
            model.records_state.seen.extend(record);
            model.acted = true;
            model.sweep.forward = undoable;
            effects.extend(super::place_keys::done(model));
            if record.is_some() {
                effects.push(Effect::Load(Query::Names(String::new())));
            }
        }
        Msg::Failed { sentence, hint } => {
            let sentence = super::called::in_words(model, &sentence);
            super::deeds::carried(model);
            model.older = false;
            super::place_keys::failed(model);
            let open = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
                Overlay::Form(form) if form.sent => Some(form),
                _ => None,
            });
            match open {
                Some(form) => {
                    form.sent = false;
                    // A refusal that begins with a field's name puts the cursor there.
                    let named = sentence.split_once(':').map(|(name, _)| format!("data {name}"));
                    if let Some(at) = form.fields.iter().position(|field| Some(&field.name) == named.as_ref())
                    {
                        form.focus = at;
                    } else if sentence.contains("Missing:") {
                        form.to_needed();
                    }
                    // Hints that name a command are for the command line.
                    let here = match &form.kind {
                        Kind::HandOn { .. } if sentence.contains("Missing:") => {
                            "Fill it in, or say under \"Send anyway\" why not.".to_string()
                        }
                        Kind::RecordFile => incoming::in_words(&hint),
                        _ if hint.contains('`') || hint.contains("--") => String::new(),
                        _ => hint,
                    };
                    let sentence = match form.kind {
                        Kind::RecordFile => incoming::in_words(&sentence),
                        _ => form.in_its_words(&sentence),
                    };
                    form.error = Some((sentence, here));
                }
                None => model.status = Status { text: sentence, hint, error: true },
            }
        }
        Msg::Stays(sentence) => {
            let hint = "u again: your last action on a case".to_string();
            model.status = Status { text: sentence, hint, error: true };
            model.older = true;
        }
        Msg::Held(held) => manners::held(model, held),
        Msg::FileEdited { process, written } => effects.extend(super::edit::edited(model, process, written)),
        Msg::Draft { place, text, others } => {
            let waiting = model.overlays.iter_mut().find_map(|overlay| match overlay {
                Overlay::Form(form) if form.place() == crate::desk::form_place(&place) => Some(form),
                _ => None,
            });
            if let Some(form) = waiting {
                model.reopened = None;
                if others > 0 {
                    form.notes.push("More of yours is half written for this: :drafts lists it.".to_string());
                }
                let changed = form.restore(&text);
                let mut form = (**form).clone();
                understand::understand(&mut form, &act::sense(model), false);
                // Fields that are asked for only because of what others hold; each may bring the next.
                const MOST: usize = 100;
                for _ in 0..MOST {
                    if !form.restore(&text) {
                        break;
                    }
                    understand::understand(&mut form, &act::sense(model), false);
                }
                if changed {
                    form.notes.push("What you typed before is back. Ctrl-u empties a field.".to_string());
                }
                replace_form(model, form);
            } else {
                super::half_done::without_form(model, &place, &text);
            }
        }
    }
    super::ahead::sent(model, &effects);
    settle(model);
    // What was typed ahead of what has come now.
    while let Some(input) = super::ahead::next(model) {
        let more = on_input(model, input);
        super::ahead::sent(model, &more);
        effects.extend(more);
        settle(model);
    }
    effects.extend(super::windows::asks(model));
    effects.extend(super::figures_more::ask(model).map(Effect::Load));
    effects.extend(super::listed::ask(model));
    model.messages.note(model.now, &model.status);
    effects.extend(ask_for_focus(model));
    super::bulk::as_seen(model, effects)
}

/// Puts the cursor on the record that a form added, in the list of its kind; false, whatever became of it.
fn added(model: &mut Model, kind: &Kind, name: &str, record: Option<RecordId>) -> bool {
    if let (Kind::NewRecord { kind }, Some(id), Pane::Records, None) =
        (kind, record, model.pane, model.view())
        && model.records_state.kind.as_ref().or(model.catalog.kinds.keys().next()) == Some(kind)
    {
        let key = RecordKey { name: name.to_string(), changed: model.now.0, id };
        model.records_state.put_on(key);
    }
    false
}

pub(super) fn on_input(model: &mut Model, input: Input) -> Vec<Effect> {
    match input {
        Input::Key(key) => on_key(model, key),
        Input::Held(letter, many) => super::held::heard(model, letter, many),
        Input::Paste(text) => on_paste(model, &text),
        Input::FocusGained | Input::FocusLost => {
            model.manners.focused = Some(input == Input::FocusGained);
            Vec::new()
        }
        Input::Mouse(mouse) => super::mouse::on_mouse(model, mouse),
    }
}

/// Settles a model that was filled before its first frame.
pub fn start(model: &mut Model) {
    model.ticked_late = model.inbox.as_ref().map_or(0, |inbox| inbox.late());
    settle(model);
}

pub(super) fn replace_form(model: &mut Model, form: super::overlays::Form) {
    let place = form.place();
    for overlay in &mut model.overlays {
        if let Overlay::Form(old) = overlay
            && old.place() == place
        {
            **old = form;
            return;
        }
    }
}

/// Names may have been typed before what they name was here; no key need come to have them understood.
pub(super) fn understand_anew(model: &mut Model) {
    let mut overlays = std::mem::take(&mut model.overlays);
    for overlay in &mut overlays {
        if let Overlay::Form(form) = overlay {
            understand::understand(form, &act::sense(model), false);
        }
    }
    model.overlays = overlays;
}

/// Everything on screen, asked for anew.
pub(super) fn reload(model: &mut Model) -> Vec<Effect> {
    model.asked.clear();
    model.listed.clear();
    let needs = model.needs();
    // What is not on screen now is not asked for anew, and must not stand for what it has become meanwhile.
    model.case.take_if(|view| !needs.contains(&Query::Case(view.row.id)));
    model.record.take_if(|view| {
        let id = view.row.id;
        !needs.iter().any(|query| matches!(query, Query::Record(of) | Query::RecordBrief(of) if *of == id))
    });
    model.asked.clone_from(&needs);
    needs.into_iter().map(Effect::Load).collect()
}

/// The case the cursor has come to, when it is not loaded yet; no key waits for it.
fn ask_for_focus(model: &mut Model) -> Vec<Effect> {
    if let (None, Some(id)) = (model.view(), model.record_in_focus()) {
        let query = Query::RecordBrief(id);
        if model.record.as_ref().is_none_or(|view| view.row.id != id) && !model.asked.contains(&query) {
            model.asked.push(query.clone());
            return vec![Effect::Load(query)];
        }
    }
    let Some(id) = model.case_in_focus() else { return Vec::new() };
    let query = Query::Case(id);
    if model.case.as_ref().is_some_and(|view| view.row.id == id) || model.asked.contains(&query) {
        return Vec::new();
    }
    model.asked.push(query.clone());
    vec![Effect::Load(query)]
}

/// How often it is asked what time alone made likely to be late.
const LIKELY: Span = Span::MINUTE.times(5);

fn on_clock(model: &mut Model, now: Instant) -> Vec<Effect> {
    let likely = now.0.div_euclid(LIKELY.0) != model.now.0.div_euclid(LIKELY.0);
    model.now = now;
    for card in model.board.iter_mut().flat_map(Board::cards_here) {
        card.refresh(now);
    }
    if let Some(board) = &mut model.board {
        board.count_late();
    }
    let mut effects = super::sweep::tick(model);
    effects.extend(manners::try_again(model));
    if let (true, Some(shown)) = (model.sweep.queue != crate::desk::Queue::Mine, &mut model.inbox) {
        shown.items.iter_mut().for_each(|item| item.refresh(now));
    }
    if likely {
        effects.push(Effect::Load(Query::Inbox));
    }
    let Some(inbox) = model.own_inbox_mut() else { return effects };
    for item in &mut inbox.items {
        // What the wall says: no tick is needed for something to be late.
        item.refresh(now);
    }
    let late = inbox.late();
    let more = late > model.ticked_late;
    model.ticked_late = late;
    if !more {
        return effects;
    }
    let local = model.zone.local(now);
    let minute = local.hour() * 60 + local.minute();
    let rings = model.manners.rings(now, u16::try_from(minute).unwrap_or(0));
    effects.extend(rings.then_some(Effect::Bell));
    effects.push(Effect::Load(Query::Inbox));
    effects
}

/// Cursors find what they were on again after anything that may have moved it.
pub(super) fn settle(model: &mut Model) {
    let area = super::draw::middle(model);
    model.inbox_state.now = model.now;
    model.inbox_state.zoomed = model.zoomed;
    model.inbox_state.hold = model.frozen();
    model.inbox_state.next = match model.catalog.processes.is_empty() {
        true => "n starts a case, `:` and `template` bring in a process to work by",
        false => "n starts a case, 2 shows who works on what",
    };
    model.records_state.preview = model.inbox_state.preview && !model.zoomed;
    model.case_state.zoomed = model.zoomed;
    if let Some(inbox) = &model.inbox {
        model.inbox_state.settle(inbox, area);
    }
    super::sweep::count_sections(model);
    if let Some(board) = &model.board {
        model.board_state.settle(board, area);
    }
    let mut records = std::mem::take(&mut model.records_state);
    if let Some(view) = model.records_view() {
        records.settle(&view, area);
    }
    model.records_state = records;
    if let Some(record) = &model.record {
        model.record_state.settle(record, area, model.now, &model.zone);
    }
    if let Some(case) = &model.case {
        model.case_state.settle(case, area);
    }
    if let Some(figures) = &model.figures {
        model.metrics_state.settle(figures, area);
    }
    model.list_state.settle(&model.cases, area);
    super::places::settle(model);
    super::marks::keep(model);
    if let Some(super::model::View::Case(open)) = model.view().cloned() {
        model.news.remove(&open);
    }
    if let Some(super::model::View::Record(open)) = model.view().cloned() {
        model.records_state.seen.insert(open);
    }
    // After all else: whether a list is empty is known now.
    let near = super::find::near_here(model);
    model.board_state.near.clone_from(&near);
    model.list_state.near.clone_from(&near);
    model.records_state.near = near;
}

fn on_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Form(form)) => {
            form.paste(text);
            form.error = form.left_out();
            let mut form = (**form).clone();
            understand::understand(&mut form, &act::sense(model), false);
            replace_form(model, form);
            manners::typed(model);
        }
        Some(Overlay::Writing(writing)) => {
            writing.field.paste_lines(text);
            writing.said.clear();
            manners::typed(model);
        }
        Some(Overlay::Menu(menu)) => {
            menu.paste(text);
            return super::elsewhere::ask(model);
        }
        _ if model.filtering => {
            model.filter.paste(text);
            super::keys::filtered(model);
        }
        // A sign or two are no text for a case, and nobody is in a new file to write one.
        _ if model.first_run || text.trim().chars().count() < 3 => {
            say(model, "Pasted text does nothing here. n starts a case, c writes a note.")
        }
        _ => {
            model.pasted = text.to_string();
            say(model, "Pasted text kept. n puts it in a new case, c in a note.");
        }
    }
    Vec::new()
}

/// What the editor left goes into its field, and is kept before its file goes.
fn on_edited(model: &mut Model, place: &str, field: &str, text: &str, file: PathBuf) -> Vec<Effect> {
    let open = model.overlays.iter_mut().find_map(|overlay| match overlay {
        Overlay::Form(form) if form.place() == place => Some(form),
        _ => None,
    });
    let Some(form) = open else { return Vec::new() };
    if let Some(field) = form.fields.iter_mut().find(|one| one.name == field) {
        field.fill(text);
    }
    form.error = None;
    let mut form = (**form).clone();
    let kept = Effect::KeepWritten { place: form.place(), text: form.draft(), file };
    understand::understand(&mut form, &act::sense(model), false);
    replace_form(model, form);
    vec![kept]
}

pub(super) fn say(model: &mut Model, text: &str) {
    model.status = Status { text: text.to_string(), hint: String::new(), error: false };
}
