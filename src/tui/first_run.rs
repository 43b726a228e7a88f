//! The first thing somebody sees who has no file yet: what there is to do, in one key each.

use super::act;
use super::action::ActionId;
use super::input::{Code, Key};
use super::keys::leave;
use super::model::Model;
use super::msg::Effect;
use super::overlays::Form;
use super::overlays::form::FormField;
use super::overlays::forms::{Kind, form};
use super::run::run;
use super::theme::Meaning;
use super::update::say;
use super::widgets::Pen;
use super::widgets::footer::{self, Hint};
use crate::text::Shown;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the welcome on the whole screen.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let me = &model.me;
    let lines = [
        String::new(),
        "Welcome. Nothing is set up yet, and nothing needs to be.".to_string(),
        String::new(),
        format!("  Enter   Start empty, times in {}. You are \"{me}\" (e changes it).", model.zone.name()),
        "  t       Start from a template:".to_string(),
        "            order to cash / onboarding / vendors / support / blank / ...".to_string(),
        "  i       Bring in customers, vendors or cases (CSV, XES; preview first).".to_string(),
        "  d       Look around a sample company (nothing is kept).".to_string(),
        String::new(),
        "Three keys to remember:   ? help    : do anything    u undo".to_string(),
        String::new(),
        "Your data is one file:".to_string(),
        format!("  {}", model.path),
        "Colours off, small screens, tmux and SSH are fine.".to_string(),
    ];
    let short = [
        "Welcome. Nothing is set up yet.".to_string(),
        String::new(),
        format!("Enter  Start empty. You are {me}."),
        "t      Start from a template.".to_string(),
        "i      Bring in a CSV or XES file.".to_string(),
        "d      A sample company.".to_string(),
        "e      Change your name.".to_string(),
        "? help   : do anything   u undo".to_string(),
        format!("Times in {}.", model.zone.name()),
        format!("Data: {}", model.path),
    ];
    let margin = if area.width >= 80 { 6 } else { 1 };
    // Every line but the name of the file is read whole, or all of them are short ones.
    let said = lines.iter().filter(|line| model.path.is_empty() || !line.ends_with(&model.path));
    let widest = said.map(|line| Shown::new(line).width()).max().unwrap_or(0);
    let lines = if usize::from(area.width) < widest + margin { &short[..] } else { &lines[..] };
    for (y, line) in (area.y..area.bottom().saturating_sub(2)).zip(lines) {
        let row = Rect { y, height: 1, ..area };
        Pen::new(buffer, &model.theme, row).skip(margin).text(&Shown::new(line), Meaning::Plain);
    }
    let below = area.bottom().saturating_sub(2);
    let status = Rect { y: below, height: 1, ..area };
    Pen::new(buffer, &model.theme, status).skip(1).text(&Shown::new(&model.status.text), Meaning::Plain);
    let hints = [
        ("Enter", "start"),
        ("t", "template"),
        ("i", "import"),
        ("d", "sample"),
        ("e", "name"),
        ("q", "quit"),
    ];
    let hints = hints.map(|(key, words)| Hint::new(key, words));
    let ways = super::draw::ways(model);
    let last = Rect { y: below + 1, height: 1, ..area };
    footer::draw(buffer, &model.theme, last, &hints, &[], (&ways.0, &ways.1));
    Some(Position::new(area.x + margin as u16, area.y + 3.min(area.height - 1)))
}

/// What a key does here.
pub(super) fn key(model: &mut Model, key: &Key) -> Vec<Effect> {
    match (key.code, key.ctrl) {
        (Code::Enter, false) => vec![Effect::SetUp { quiet: false }],
        (Code::Char('t'), false) => super::making::make(model, ActionId::AddTemplate),
        (Code::Char('i'), false) if model.manners.no_files => {
            say(
                model,
                "This login reads no files of the machine; `baton import` does where there is a shell.",
            );
            Vec::new()
        }
        // Nothing is written before a file is named: whoever closes the form is here again.
        (Code::Char('i'), false) => super::deeds::ask_file(model),
        (Code::Char('e'), false) => ask_name(model),
        (Code::Char('d'), false) => {
            model.to_sample = true;
            leave(model)
        }
        (Code::Char('?'), _) => run(model, ActionId::Help),
        (Code::Char('q' | 'c'), _) => leave(model),
        (Code::Char('z'), true) => vec![Effect::Suspend],
        _ => {
            let words = "Enter starts empty, t starts from a template, i brings in a CSV, d is a sample company, \
                         e changes your name, q quits.";
            say(model, words);
            Vec::new()
        }
    }
}

fn ask_name(model: &mut Model) -> Vec<Effect> {
    let Some(file) = model.settings_file.as_ref().map(|file| file.display().to_string()) else {
        say(model, "Who you are is said by the way you log in here.");
        return Vec::new();
    };
    let fields = vec![FormField::proposal("handle", "You are  @", model.me.as_str())];
    let mut form = form("Who you are".to_string(), "be that", Kind::Who, fields);
    form.notes.push(
        "One short word, such as ana: others offer you work by it, and what you do stands under it."
            .to_string(),
    );
    form.notes.push(format!("Kept as `as` in {file}, so that you are known next time."));
    act::open_form(model, form)
}

/// Takes the name: the screen begins anew as that person.
pub(super) fn named(model: &mut Model, form: &mut Form) -> Vec<Effect> {
    match form.value("handle").trim_start_matches('@').parse() {
        Ok(handle) => {
            model.to_be = Some(handle);
            // Gone, so that leaving does not keep it as a draft of whoever the person was.
            model.overlays.clear();
            let mut effects = vec![Effect::KeepDraft { place: form.place(), text: String::new() }];
            effects.extend(leave(model));
            effects
        }
        Err(wrong) => {
            let wrong: crate::domain::id::IdError = wrong;
            form.error = Some((wrong.to_string(), String::new()));
            Vec::new()
        }
    }
}
