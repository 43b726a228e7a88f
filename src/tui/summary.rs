//! What is on screen as text to be pasted elsewhere: one thing in a few lines, a list as a table with tabs
//! between its columns. Only what is shown; nothing is fetched.

use super::model::{Model, Pane, View};
use super::msg::Effect;
use super::update::say;
use crate::domain::counted::counted;
use crate::domain::urgency::Urgency;
use crate::domain::{Instant, tags, when};

/// The summary of what is on screen, and what it is, in words; `None` where there is nothing.
pub fn of(model: &Model) -> Option<(String, String)> {
    match (model.view(), model.pane) {
        (Some(View::Case(_)), _) => case(model),
        (Some(View::Record(_)), _) => record(model),
        (Some(View::Place(at)), _) => {
            let place = super::places::place(model, at, model.size.0)?;
            let texts = place.sheet.texts();
            let said = texts.iter().any(|line| !line.trim().is_empty());
            said.then(|| (texts.join("\n") + "\n", place.title))
        }
        (Some(View::Cases { title, .. }), _) => {
            let rows = model.list_state.shown(&model.cases).map(|case| {
                vec![
                    case.id.to_string(),
                    case.title.clone(),
                    case.state.clone(),
                    at(model, Some(case.started)),
                ]
            });
            table(&["CASE", "TITLE", "STATE", "STARTED"], rows, title)
        }
        (None, Pane::Inbox) => {
            let shown = model.inbox.iter().flat_map(|inbox| model.inbox_state.shown(inbox));
            let rows = shown.map(|item| {
                vec![
                    item.what.word().to_string(),
                    item.case.to_string(),
                    item.title.clone(),
                    item.step_title.clone(),
                    item.responsible.to_string(),
                    due(model, item.due, item.urgency),
                ]
            });
            table(&["WHAT", "CASE", "TITLE", "STEP", "RESPONSIBLE", "DUE"], rows, "inbox")
        }
        (None, Pane::Boards) => {
            let board = model.board.as_ref()?;
            let rows = board.columns.iter().flat_map(|column| {
                let cards = model.board_state.shown(board);
                let here = cards.filter(|card| column.cards.iter().any(|known| std::ptr::eq(known, *card)));
                here.map(|card| {
                    vec![
                        column.title.clone(),
                        card.case.to_string(),
                        card.title.clone(),
                        card.responsible.to_string(),
                        due(model, card.pressing.due, card.urgency()),
                    ]
                })
            });
            table(&["STEP", "CASE", "TITLE", "RESPONSIBLE", "DUE"], rows, &board.title)
        }
        (None, Pane::Records) => {
            let view = model.records_view()?;
            let rows = model.records_state.shown(&view).map(|item| {
                let tags = tags::show(&item.row.tags);
                vec![
                    item.row.id.to_string(),
                    item.row.name.clone(),
                    item.open.to_string(),
                    item.late.to_string(),
                    tags,
                ]
            });
            table(&["RECORD", "NAME", "OPEN", "LATE", "TAGS"], rows, "records")
        }
        _ => None,
    }
}

fn at(model: &Model, at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| when::show(at, model.now, &model.zone))
}

fn due(model: &Model, due: Option<Instant>, urgency: Urgency) -> String {
    match due {
        Some(due) if urgency.is_late() => format!("{} late", when::distance(model.now - due)),
        due => at(model, due),
    }
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>, what: &str) -> Option<(String, String)> {
    let rows = rows.map(|row| row.join("\t")).collect::<Vec<_>>();
    if rows.is_empty() {
        return None;
    }
    let words = format!("{what}: {}", counted(rows.len(), "row"));
    Some((format!("{}\n{}\n", heads.join("\t"), rows.join("\n")), words))
}

fn case(model: &Model) -> Option<(String, String)> {
    let view = model.loaded_case()?;
    let row = &view.row;
    let mut lines = vec![format!("{} {}", row.id, row.title), format!("Process      {}", view.process.title)];
    let mut line = |label: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{label:<13}{value}"));
        }
    };
    line("State", row.outcome.clone().unwrap_or_else(|| row.state.clone()));
    line("About", view.record.as_ref().map(|record| record.name.clone()).unwrap_or_default());
    line("Accountable", row.accountable.to_string());
    for spot in &view.spots {
        let place = &spot.place;
        line("Step", format!("{}, {} is responsible", spot.step_title, place.responsible));
        line("Due", due(model, place.due, spot.urgency));
    }
    line("Tags", tags::show(&row.tags));
    if let Some(last) = view.timeline.last() {
        line("Last", format!("{} {} {} {}", at(model, Some(last.at)), last.actor, last.verb, last.text));
    }
    Some((lines.join("\n") + "\n", row.id.to_string()))
}

fn record(model: &Model) -> Option<(String, String)> {
    let view = model.record.as_ref()?;
    let mut lines = vec![format!("{} {}", view.row.id, view.row.name)];
    for (name, value) in &view.row.fields {
        lines.push(format!("{:<13}{}", name.replace('_', " "), crate::domain::field::show(value)));
    }
    if !view.row.tags.is_empty() {
        lines.push(format!("Tags         {}", tags::show(&view.row.tags)));
    }
    for case in view.cases.iter().filter(|case| case.state == "open") {
        lines.push(format!("Open         {} {}", case.id, case.title));
    }
    Some((lines.join("\n") + "\n", view.row.id.to_string()))
}

/// Copies the list or the thing on screen, and shows what was copied.
pub(super) fn copy_all(model: &mut Model) -> Vec<Effect> {
    let Some((text, what)) = of(model) else { return Vec::new() };
    // Where the terminal takes nothing it can be read and selected.
    let lines = text.lines().map(|line| line.replace('\t', "  ")).collect();
    super::menus::read(model, "Copied, if your terminal allows it", lines);
    say(model, &format!("Copied {what}, if your terminal allows it."));
    vec![Effect::Copy(text)]
}

/// Copies what the cursor is on, by number and name.
pub(super) fn copy(model: &mut Model) -> Vec<Effect> {
    let person = super::places::person(model)
        .and_then(|person| model.catalog.people.get(&person).map(|known| format!("{person} {}", known.name)));
    let text = match (model.loaded_case().filter(|_| person.is_none()), model.record_in_focus()) {
        _ if person.is_some() => person.unwrap_or_default(),
        (Some(view), _) => format!("{} {}", view.row.id, view.row.title),
        (None, Some(record)) => record.to_string(),
        (None, None) => model.case_in_focus().map(|id| id.to_string()).unwrap_or_default(),
    };
    let shown = model.keymap.shown(super::action::ActionId::CopyAll);
    say(model, &format!("Copied \"{text}\" (if your terminal allows it). {shown} shows it as text."));
    vec![Effect::Copy(text)]
}
