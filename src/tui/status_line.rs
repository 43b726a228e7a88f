//! The line above the footer: what was just said, or what there is to say of the list. What was said is read whole:
//! the count of new things gives way to it, and what is too long takes lines of the pane until the next key. Changes
//! nothing.

use super::model::{Model, Pane, View};
use super::panes::{self, Look};
use super::theme::Meaning;
use super::widgets::wrap;
use super::widgets::{Pen, field, fill};
use crate::desk::Queue;
use crate::domain::rows::PlaceKind;
use crate::text::Shown;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Lines a message may take. The longest refusals have three at 80 columns.
const MOST: usize = 5;

/// Draws it; where the terminal's cursor belongs comes back while the filter is typed here.
pub(super) fn draw(model: &Model, buffer: &mut Buffer, area: Rect, look: &Look) -> Option<Position> {
    if model.filtering {
        let area = count(model, buffer, area, 0);
        let mut pen = Pen::new(buffer, &model.theme, area);
        pen.skip(1);
        let look = field::Look {
            label: Shown::new("/"),
            label_width: 2,
            value_width: pen.room(),
            ..field::Look::default()
        };
        let line = Rect { x: area.x + 1, ..area }.intersection(area);
        return field::draw(buffer, &model.theme, line, &model.filter, &look);
    }
    if let Some(search) = super::search::on(model).filter(|_| model.status.text.is_empty()) {
        let text = Shown::new(&super::search::sentence(search));
        Pen::new(buffer, &model.theme, area).skip(1).text(&text, Meaning::Plain);
        return None;
    }
    let status = &model.status;
    if !status.text.is_empty() {
        said(model, buffer, area);
        return None;
    }
    let text = Shown::new(&of_the_list(model, look));
    let area = count(model, buffer, area, 0);
    Pen::new(buffer, &model.theme, area).skip(1).text(&text, Meaning::Plain);
    None
}

/// `+2 new` at the right, where there is room beside `needed` columns; the room that is left comes back.
fn count(model: &Model, buffer: &mut Buffer, area: Rect, needed: usize) -> Rect {
    let new = model.sweep.arrived;
    let text = if new > 0 && model.pane == Pane::Inbox { format!("+{new} new") } else { String::new() };
    let room = usize::from(area.width).saturating_sub(text.len() + 1);
    if text.is_empty() || needed > room {
        return area;
    }
    let room = room as u16;
    let corner = Rect { x: area.x + room, width: area.width - room, ..area }.intersection(buffer.area);
    Pen::new(buffer, &model.theme, corner).word(&text, Meaning::Changed);
    Rect { width: room, ..area }
}

/// What was said last, with what can be done about it.
fn said(model: &Model, buffer: &mut Buffer, area: Rect) {
    let status = &model.status;
    let (lead, meaning, gap, of_hint) = match status.error {
        true => ("Error: ", Meaning::Error, 1, Meaning::Plain),
        false => ("", Meaning::Plain, 3, Meaning::Active),
    };
    let text = Shown::new(&format!("{lead}{}", status.text));
    let hint = Shown::new(&status.hint);
    let beside = if hint.is_empty() { 0 } else { gap + hint.width() };
    let width = usize::from(area.width);
    if 1 + text.width() + beside <= width {
        let area = count(model, buffer, area, 1 + text.width() + beside);
        let mut pen = Pen::new(buffer, &model.theme, area);
        pen.skip(1).text(&text, meaning);
        if !hint.is_empty() {
            pen.skip(gap).text(&hint, of_hint);
        }
        return;
    }
    let room = width.saturating_sub(2).max(1);
    let mut lines = wrap(text.as_str(), room).into_iter().map(|line| (line, meaning)).collect::<Vec<_>>();
    let last = lines.last().map_or(0, |(line, _)| line.width());
    let joins = last + beside <= room;
    if !joins && !hint.is_empty() {
        lines.extend(wrap(hint.as_str(), room).into_iter().map(|line| (line, of_hint)));
    }
    lines.truncate(MOST.min(usize::from(area.y.saturating_sub(buffer.area.y) / 2).max(1)));
    let top = area.y.saturating_sub(lines.len() as u16 - 1);
    let last = lines.len() - 1;
    for (n, (line, meaning)) in lines.into_iter().enumerate() {
        let row = Rect { y: top + n as u16, height: 1, ..area }.intersection(buffer.area);
        fill(buffer, row, " ");
        let mut pen = Pen::new(buffer, &model.theme, row);
        pen.skip(1).text(&line, meaning);
        if n == last && joins && !hint.is_empty() {
            pen.skip(gap).text(&hint, of_hint);
        }
    }
}

/// What there is to say of the list when nothing was said.
fn of_the_list(model: &Model, look: &Look) -> String {
    if let Some(doing) = super::ahead::doing(model) {
        return doing.to_string();
    }
    let marked = model.marked_here();
    if marked > 0 {
        return format!("{marked} marked. The keys below act on the marks, not on the cursor.");
    }
    if let (None, Pane::Boards, Some(board)) = (model.view(), model.pane, &model.board) {
        let card = model.board_state.selected(board);
        return card
            .map_or_else(String::new, |card| panes::boards::sentence(card, model.loaded_case(), look));
    }
    if let (None, Pane::Metrics, Some(figures)) = (model.view(), model.pane, &model.figures) {
        let sentence = model
            .metrics_state
            .sentence(figures, model.now)
            .filter(|_| model.metrics_state.picture().is_none());
        return sentence.unwrap_or_else(|| sample(model));
    }
    if let Some(View::Case(_)) = model.view() {
        return of_the_case(model).unwrap_or_else(|| sample(model));
    }
    if model.pane == Pane::Inbox && model.view().is_none() && model.sweep.queue != Queue::Mine {
        return super::sweep::sentence(model);
    }
    let Some(inbox) = &model.inbox else { return String::new() };
    match inbox.items.iter().find(|item| item.urgency.is_late()) {
        _ if model.pane != Pane::Inbox || model.view().is_some() => sample(model),
        Some(first) => {
            let due =
                first.due.map_or_else(String::new, |due| crate::domain::when::distance(model.now - due));
            format!("{} late. Most late: {}, {due} past its time.", inbox.late(), first.case)
        }
        None if inbox.items.is_empty() => sample(model),
        None => "Nothing is late.".to_string(),
    }
}

/// Who is responsible for the work the keys act on, and until when: `Offered to you. Until you accept, bo stays responsible.`
fn of_the_case(model: &Model) -> Option<String> {
    let view = model.loaded_case()?;
    let spot = model.case_state.spot(view)?;
    let place = &spot.place;
    let (mine, holder) = (place.responsible == model.me, &place.responsible);
    let whose = if mine { "you are".to_string() } else { format!("{holder} is") };
    let step = &spot.step_title;
    Some(match (place.kind, &place.to) {
        (PlaceKind::Offered, Some(to)) => {
            let to_me = model.catalog.right_to(&model.me, to, model.now).is_some();
            let stays = if mine { "you stay".to_string() } else { format!("{holder} stays") };
            match (to_me, to.person()) {
                (true, _) => format!("Offered to you. Until you accept, {stays} responsible."),
                (false, Some(_)) => format!("Offered to {to}. Until they accept, {stays} responsible."),
                (false, None) => {
                    format!("Offered to {}. Until one of them accepts, {stays} responsible.", to.said())
                }
            }
        }
        (PlaceKind::Held, _) => {
            format!("{step} came back: {whose} responsible, and decides who gets it now.")
        }
        (PlaceKind::Waiting, _) => format!("{step} waits: {whose} responsible meanwhile."),
        (_, _) if place.delegate.is_some() => {
            format!("{} works on {step}; {whose} responsible.", place.delegate.as_ref()?)
        }
        _ => format!("{step}: {whose} responsible until it is handed on and accepted."),
    })
}

fn sample(model: &Model) -> String {
    match model.sample {
        true => "A sample company: look around, change anything, nothing is kept.".to_string(),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::keymap::Keymap;
    use super::super::model::Status;
    use super::*;
    use crate::tui::panes::testing::{Eyes, inbox};

    fn drawn(model: &Model, width: u16) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, 12));
        draw(model, &mut buffer, Rect::new(0, 10, width, 1), &Eyes::of_ana().look());
        let rows = (0..12).map(|y| {
            let row = (0..width).map(|x| buffer[(x, y)].symbol().to_string()).collect::<String>();
            row.trim_end().to_string()
        });
        rows.filter(|row| !row.is_empty()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_refusal_is_read_whole_and_the_count_gives_way() {
        let catalog = std::sync::Arc::new(Default::default());
        let mut model = Model::new("ana".parse().unwrap(), catalog, Keymap::new(&Default::default()).0);
        model.inbox = Some(inbox());
        model.sweep.arrived = 2;
        let say = |model: &mut Model, text: &str, error| {
            model.status = Status { text: text.to_string(), hint: "u undo".to_string(), error };
        };
        say(&mut model, "Accepted C-1: yours now.", false);
        insta::assert_snapshot!(drawn(&model, 60), @" Accepted C-1: yours now.   u undo                   +2 new");
        say(&mut model, "Accepted C-1: yours now, Check against it, due.", false);
        insta::assert_snapshot!(drawn(&model, 60), @" Accepted C-1: yours now, Check against it, due.   u undo");
        let long = "T-1 cannot be sent on yet. Missing: benefit; alternatives; cost_centre; decide_by, and a few more";
        say(&mut model, long, true);
        insta::assert_snapshot!(drawn(&model, 60), @r"
         Error: T-1 cannot be sent on yet. Missing: benefit;
         alternatives; cost_centre; decide_by, and a few more
         u undo
        ");
    }
}
