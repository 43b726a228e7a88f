//! Which part of the screen hears a key: the top overlay, the filter, the welcome, or the table of actions.

use super::act;
use super::input::{Code, Key};
use super::keymap::Meant;
use super::manners;
use super::memory;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::form::{Control, Heard as FormHeard};
use super::overlays::forms::Kind;
use super::overlays::menu::Heard as MenuHeard;
use super::overlays::places::PlaceForm;
use super::overlays::reader::Heard as ReaderHeard;
use super::overlays::told::{Asks, Heard as ToldHeard};
use super::overlays::why::Heard as WhyHeard;
use super::overlays::{Overlay, closing, leaving, people, places, quick, submit, understand};
use super::run::{picked, run};
use super::update::{replace_form, say};
use super::widgets::field::Field;
use ratatui::layout::Rect;

/// Hears a key.
pub(super) fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    if model.filtering {
        return filter_key(model, &key);
    }
    match model.overlays.last_mut() {
        Some(Overlay::Form(_)) => return form_key(model, &key),
        Some(Overlay::Menu(menu)) => {
            let heard = menu.key(&key);
            return match heard {
                MenuHeard::Nothing => super::elsewhere::ask(model),
                MenuHeard::Close => {
                    model.overlays.pop();
                    Vec::new()
                }
                MenuHeard::Picked(pick) => {
                    model.overlays.pop();
                    picked(model, pick)
                }
            };
        }
        Some(Overlay::Why(_)) => return why_key(model, &key),
        Some(Overlay::Told(_)) => return told_key(model, key),
        Some(Overlay::Reader(_)) => return reader_key(model, &key),
        Some(Overlay::Writing(_)) => return super::edit::key(model, &key),
        Some(Overlay::Capture(_)) => return super::rebind::key(model, key),
        Some(Overlay::Question { .. }) => return question_key(model, &key),
        Some(Overlay::Prefix(prefix)) => {
            let prefix = *prefix;
            model.overlays.pop();
            return match model.keymap.meant(Some(prefix), key) {
                Meant::Action(id) => run(model, id),
                _ => {
                    if key.code != Code::Esc {
                        say(
                            model,
                            &format!("{prefix} {key} means nothing here. {prefix} alone shows what does."),
                        );
                    }
                    Vec::new()
                }
            };
        }
        None => {}
    }
    if model.first_run {
        return super::first_run::key(model, &key);
    }
    if super::search::heard(model, &key) {
        return Vec::new();
    }
    match model.keymap.meant(None, key) {
        Meant::Action(id) if super::blind::swallows(model, id) => Vec::new(),
        Meant::Action(id) => run(model, id),
        Meant::Prefix if super::blind::swallows(model, super::action::ActionId::GoInbox) => Vec::new(),
        Meant::Prefix => {
            model.overlays.push(Overlay::Prefix(key));
            Vec::new()
        }
        Meant::Nothing => {
            say(model, &not_used(model, &key));
            Vec::new()
        }
    }
}

/// The answer of a key that is none, with those that lead everywhere as they are in force.
fn not_used(model: &Model, key: &Key) -> String {
    let (palette, help) = super::draw::ways(model);
    let known = [(palette, "does anything"), (help, "shows the keys")];
    let known = known.iter().filter(|(key, _)| !key.is_empty()).map(|(key, does)| format!("{key} {does}"));
    match known.collect::<Vec<_>>().join(", ") {
        known if known.is_empty() => format!("{key} is not used here."),
        known => format!("{key} is not used here. {known}."),
    }
}

fn form_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else { return Vec::new() };
    if form.sent && key.code != Code::Esc {
        return Vec::new();
    }
    // The second Esc leaves all the same.
    if form.sent && std::mem::take(&mut model.carrying) {
        model.status = Default::default();
        return vec![Effect::CallOff];
    }
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else { return Vec::new() };
    if let (Code::Char('x'), true, Some(field)) = (key.code, key.ctrl, form.fields.get(form.focus))
        && let Control::Text(text) = &field.control
    {
        let (place, text) = (form.place(), text.text().to_string());
        if model.manners.no_editor {
            let (field, label) = (field.name.clone(), field.label.clone());
            return super::edit::write_field(model, place, field, &label, &text);
        }
        return vec![Effect::Edit { place, field: field.name.clone(), text }];
    }
    if key.code == Code::Tab && !key.shift && !key.ctrl && !key.alt {
        let mut filled = (**form).clone();
        if quick::complete(&mut filled, &act::sense(model)) {
            understand::understand(&mut filled, &act::sense(model), false);
            replace_form(model, filled);
            return Vec::new();
        }
    }
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else { return Vec::new() };
    match form.key(key) {
        FormHeard::Nothing => Vec::new(),
        FormHeard::Changed => {
            form.error = form.left_out();
            let mut form = (**form).clone();
            understand::understand(&mut form, &act::sense(model), false);
            let mut effects = people::preview(model, &form);
            let begun = quick::name_begun(&form, &act::sense(model));
            effects.extend(begun.map(|begun| Effect::Load(Query::Names(begun))));
            replace_form(model, form);
            effects.extend(super::elsewhere::ask(model));
            manners::typed(model);
            effects
        }
        FormHeard::Close => {
            let (touched, form_kind) = (form.is_touched(), form.kind.clone());
            let text = if touched { form.draft() } else { String::new() };
            // What never was in the form is not forgotten with it.
            let kept = (touched || form.written).then(|| Effect::KeepDraft { place: form.place(), text });
            model.overlays.pop();
            let of_file = form_kind == Kind::RecordFile;
            if touched {
                say(model, "Kept as a draft: the same key brings it back, :drafts lists it.");
            } else if model.first_run {
                say(model, "Nothing was brought in.");
            } else if of_file && model.catalog.processes.is_empty() {
                say(
                    model,
                    "Nothing was brought in. :template starts from one, :import brings in a file, n starts a case.",
                );
            }
            kept.into_iter().collect()
        }
        FormHeard::Submit if form.value("way") == closing::FINISHED => {
            let (place, draft, said) = (form.place(), form.draft(), form.value("text"));
            model.overlays.pop();
            let mut effects = act::act_on_things(model, super::action::ActionId::HandOn);
            // What was said of the end goes along, and is no draft of this form any more.
            let note = match model.overlays.last_mut() {
                Some(Overlay::Form(form)) => form.fields.iter_mut().find(|field| field.name == "note"),
                _ => None,
            };
            let text = match note {
                Some(note) if !said.is_empty() => {
                    note.fill(&said);
                    String::new()
                }
                _ => draft,
            };
            effects.insert(0, Effect::KeepDraft { place, text });
            effects
        }
        FormHeard::Submit if form.kind == Kind::HolidayFile => super::why::read_file(form),
        FormHeard::Submit if form.kind == Kind::RecordFile => {
            let mut form = (**form).clone();
            let mut effects = super::deeds::read_file(&mut form, &act::sense(model));
            // Records need their kinds, which come with the rest of what a file needs.
            if model.first_run && form.sent {
                effects.insert(0, Effect::SetUp { quiet: true });
            }
            replace_form(model, form);
            effects
        }
        FormHeard::Submit if form.kind == Kind::Who => {
            let mut form = (**form).clone();
            let effects = super::first_run::named(model, &mut form);
            replace_form(model, form);
            effects
        }
        FormHeard::Submit if form.kind == Kind::SaveView => {
            let mut form = (**form).clone();
            let done = super::find::named(model, &mut form);
            done.unwrap_or_else(|| {
                replace_form(model, form);
                Vec::new()
            })
        }
        FormHeard::Submit => {
            let mut form = (**form).clone();
            understand::understand(&mut form, &act::sense(model), true);
            if super::conflict::met(model, &mut form) {
                replace_form(model, form);
                return Vec::new();
            }
            let effects = match submit::commands(&form, &act::sense(model)) {
                Ok(commands) => {
                    form.sent = true;
                    // Kept until it is answered: nothing typed is lost on the way.
                    let act = match &form.kind {
                        Kind::Leave { plan } => {
                            Effect::Leave(Box::new(leaving::filled(&form, plan, &act::sense(model))))
                        }
                        Kind::Place(PlaceForm::Template { template, asks }) => Effect::BringIn {
                            template,
                            answers: Box::new(places::answers(&form, asks, &act::sense(model))),
                        },
                        Kind::Place(PlaceForm::Blank { me }) => {
                            match super::overlays::blank::typed(&form, me, &act::sense(model)) {
                                Ok(blank) => {
                                    Effect::BeginBlank(Box::new(blank), form.value(places::ZONE).parse().ok())
                                }
                                Err(_) => Effect::Do(commands),
                            }
                        }
                        Kind::Place(PlaceForm::Verdict { process, case }) => {
                            super::reviews::given(&form, process, *case)
                        }
                        Kind::Place(PlaceForm::Publish { .. }) => super::edit::published(model, &form),
                        _ => super::bulk::submit(model, &form, commands),
                    };
                    vec![Effect::KeepDraft { place: form.place(), text: form.draft() }, act]
                }
                Err((field, why)) => {
                    form.focus = field;
                    form.error = Some((why, String::new()));
                    Vec::new()
                }
            };
            replace_form(model, form);
            effects
        }
    }
}

fn reader_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let (width, height) = model.size;
    let Some(Overlay::Reader(reader)) = model.overlays.last_mut() else { return Vec::new() };
    match reader.key(key, Rect::new(0, 0, width, height)) {
        ReaderHeard::Nothing => Vec::new(),
        ReaderHeard::Close => {
            model.overlays.pop();
            Vec::new()
        }
        ReaderHeard::Copy(text) => {
            say(model, "Copied what is shown, if your terminal allows it.");
            vec![Effect::Copy(text)]
        }
    }
}

fn why_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let (width, height) = model.size;
    let Some(Overlay::Why(why)) = model.overlays.last_mut() else { return Vec::new() };
    match why.key(key, Rect::new(0, 0, width, height)) {
        WhyHeard::Nothing => return Vec::new(),
        WhyHeard::Close => drop(model.overlays.pop()),
        WhyHeard::Help => {
            model.overlays.pop();
            let menu = super::menus::help(model);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
        }
    }
    Vec::new()
}

fn told_key(model: &mut Model, key: Key) -> Vec<Effect> {
    let (width, height) = model.size;
    let Some(Overlay::Told(told)) = model.overlays.last_mut() else { return Vec::new() };
    let heard = told.key(&key, Rect::new(0, 0, width, height));
    if let ToldHeard::Nothing = heard {
        return Vec::new();
    }
    let asked = matches!(told.asks, Asks::Many { .. });
    model.overlays.pop();
    match heard {
        ToldHeard::Yes(commands) => {
            model.unmark();
            vec![Effect::Do(commands)]
        }
        ToldHeard::Deed(deed) => super::deeds::agreed(model, deed),
        ToldHeard::Dates => super::why::open(model),
        ToldHeard::Through => on_key(model, key),
        ToldHeard::Close | ToldHeard::Nothing => {
            if asked {
                super::bulk::declined(model);
            }
            Vec::new()
        }
    }
}

fn question_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let Some(Overlay::Question { commands, quit, .. }) = model.overlays.pop() else { return Vec::new() };
    match key.code {
        Code::Char('y') if quit => leave(model),
        Code::Char('q') if quit => leave(model),
        Code::Char('c') if quit && key.ctrl => leave(model),
        Code::Char('y') => {
            model.unmark();
            super::place_keys::sent(model, &commands);
            vec![Effect::Do(commands)]
        }
        _ => Vec::new(),
    }
}

/// The filter is the list's own: what is typed narrows it at once.
fn filter_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    if super::search::on(model).is_some() {
        super::search::typed(model, key);
        return Vec::new();
    }
    match key.code {
        Code::Enter => model.filtering = false,
        Code::Esc => {
            model.filter = Field::default();
            model.filtering = false;
        }
        Code::Tab => _ = super::find::take_meant(model),
        _ => {
            model.filter.key(key);
        }
    }
    filtered(model);
    match model.filtering {
        true => Vec::new(),
        false => vec![memory::keep(model)],
    }
}

/// What is typed narrows the list, or is looked for.
pub(super) fn filtered(model: &mut Model) {
    if super::search::on(model).is_some() {
        return super::search::seek(model, super::panes::search::Seek::Here);
    }
    *memory::filter_of(model) = model.filter.text().to_string();
}

/// Leaves for good: what is typed is kept first.
pub(super) fn leave(model: &Model) -> Vec<Effect> {
    let mut effects = manners::drafts(model);
    effects.extend([memory::keep(model), Effect::Quit]);
    effects
}
