//! The whole screen from the model: first line, pane, status, footer, and what lies over it. Changes nothing.

use super::act;
use super::action;
use super::first_run;
use super::model::{Model, Pane, View};
use super::overlays::Overlay;
use super::panes::{self, Look};
use super::theme::Meaning;
use super::widgets::footer::{self, Hint};
use super::widgets::tabs::{self, Corner, Tab};
use super::widgets::wrap;
use super::widgets::{Pen, dialog};
use crate::text::Shown;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Columns of a question.
const QUESTION: u16 = 64;
/// What stands in the place of the footer while a dialog has the keys.
const BEHIND: &str = "(keys above; the list behind does not change while a dialog is open)";
const BEHIND_SHORT: &str = "(keys above)";
/// Below this no pane has room.
const LEAST: (u16, u16) = (40, 10);

/// Draws everything; sets the terminal's cursor where the person's attention is.
pub fn draw(model: &Model, frame: &mut Frame) {
    let area = frame.area();
    let cursor = whole(model, frame.buffer_mut(), area);
    if let Some(at) = cursor.filter(|at| area.contains(*at)) {
        frame.set_cursor_position(at);
    }
}

/// The screen as it is, off the screen, and where the terminal's cursor would be.
pub fn offscreen(model: &Model) -> (Buffer, Option<Position>) {
    let (width, height) = model.size;
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    let area = buffer.area;
    let cursor = whole(model, &mut buffer, area);
    (buffer, cursor.filter(|at| area.contains(*at)))
}

/// The area of the pane between the first line and the last ones.
pub fn middle(model: &Model) -> Rect {
    let (width, height) = model.size;
    let footer = if height < 16 { 1 } else { 2 };
    Rect { x: 0, y: 1, width, height: height.saturating_sub(2 + footer) }
}

fn whole(model: &Model, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    if area.width < LEAST.0 || area.height < LEAST.1 {
        let text = format!("make me 40x10 (now {}x{}), q quits", area.width, area.height);
        Pen::new(buffer, &model.theme, area).word(&text, Meaning::Plain);
        return None;
    }
    if model.first_run {
        let cursor = first_run::draw(model, buffer, area);
        return over(model, buffer, area).or(cursor);
    }
    first_line(model, buffer, Rect { height: 1, ..area });
    let middle = middle(model);
    let pane = pane(model, buffer, middle);
    let status = Rect { y: middle.bottom(), height: 1, ..area };
    let typing = super::status_line::draw(model, buffer, status, &look(model));
    let last = Rect { y: status.bottom(), height: area.bottom().saturating_sub(status.bottom()), ..area };
    match model.overlays.last() {
        None | Some(Overlay::Prefix(_)) => {
            let (hints, stable) = hints(model);
            let ways = ways(model);
            footer::draw(buffer, &model.theme, last, &hints, &stable, (&ways.0, &ways.1));
        }
        // The keys of the list do nothing now, and would be typed into the field.
        Some(_) => {
            let words = if usize::from(area.width) > BEHIND.len() { BEHIND } else { BEHIND_SHORT };
            let row = Rect { y: last.bottom().saturating_sub(1), height: 1, ..last }.intersection(last);
            Pen::new(buffer, &model.theme, row).skip(1).word(words, Meaning::Dim);
        }
    }
    over(model, buffer, area).or(typing).or(pane)
}

/// The keys of the palette and the help, as they are in force.
pub(super) fn ways(model: &Model) -> (String, String) {
    let shown = |id| model.keymap.shown(id);
    (shown(action::ActionId::Palette), shown(action::ActionId::Help))
}

fn first_line(model: &Model, buffer: &mut Buffer, area: Rect) {
    let local = model.zone.local(model.now);
    let counts = model.own_counts();
    let tab = |key: char, name: &str| Tab { key, name: Shown::new(name), count: None, late: 0 };
    let tabs = [
        Tab {
            count: counts.map(|(open, _)| open),
            late: counts.map_or(0, |(_, late)| late),
            ..tab('1', "Inbox")
        },
        tab('2', "Boards"),
        tab('3', "Records"),
        tab('4', "Metrics"),
    ];
    let corner = Corner {
        who: Shown::new(model.me.as_str()),
        day: Shown::new(&local.format("%a %-d %b").to_string()),
        time: Shown::new(&local.format("%H:%M").to_string()),
    };
    // People, the agenda and a process are none of the four, whatever they were opened from.
    let active = match model.view() {
        Some(View::Place(_)) => tabs.len(),
        _ => model.pane as usize,
    };
    tabs::draw(buffer, &model.theme, area, &tabs, active, &corner);
}

fn look(model: &Model) -> Look<'_> {
    Look {
        theme: &model.theme,
        now: model.now,
        zone: &model.zone,
        me: &model.me,
        marks: &model.marks,
        news: &model.news,
    }
}

fn pane(model: &Model, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let look = look(model);
    match (model.view(), model.pane) {
        (Some(View::Case(id)), _) => {
            let view = model.case.as_ref().filter(|view| view.row.id == *id)?;
            panes::case::draw(buffer, area, view, &model.case_state, &look)
        }
        (Some(View::Record(id)), _) => {
            let view = model.record.as_ref().filter(|view| view.row.id == *id)?;
            panes::record::draw(buffer, area, view, &model.record_state, &look)
        }
        (Some(View::Cases { title, .. }), _) => {
            panes::list::draw(buffer, area, title, &model.cases, &model.list_state, &look)
        }
        (Some(View::Place(at)), _) => super::places::draw(model, buffer, area, at),
        (None, Pane::Inbox) => {
            let inbox = model.inbox.as_ref()?;
            let likely = super::likely::words(model);
            let view = panes::inbox::InboxView { inbox, case: model.loaded_case(), likely: &likely };
            panes::inbox::draw(buffer, area, &view, &model.inbox_state, &look)
        }
        (None, Pane::Boards) => match &model.board {
            Some(board) => panes::boards::draw(buffer, area, board, &model.board_state, &look),
            None => empty(model, buffer, area, "No process yet.", "`:` and `template` bring one in."),
        },
        (None, Pane::Records) => {
            panes::records::draw(buffer, area, &model.records_view()?, &model.records_state, &look)
        }
        (None, Pane::Metrics) => match &model.figures {
            Some(figures) if model.metrics_state.picture().is_some() => {
                panes::picture::draw(buffer, area, figures, model.drawn.as_ref(), &look)
            }
            Some(figures) => panes::metrics::draw(buffer, area, figures, &model.metrics_state, &look),
            None => {
                empty(model, buffer, area, "Nothing to measure yet.", "Figures come with the first cases.")
            }
        },
    }
}

fn empty(model: &Model, buffer: &mut Buffer, area: Rect, what: &str, hint: &str) -> Option<Position> {
    for (n, line) in [(2, what), (4, hint)] {
        let line_area = Rect { y: area.y + n, height: 1, ..area }.intersection(area);
        Pen::new(buffer, &model.theme, line_area).skip(6).word(line, Meaning::Plain);
    }
    None
}

/// What the keys do here, and what they do whatever the cursor is on.
fn hints(model: &Model) -> (Vec<Hint>, Vec<Hint>) {
    if model.filtering {
        return (vec![Hint::new("Enter", "keep"), Hint::new("Esc", "clear")], Vec::new());
    }
    let count = model.marked_here();
    let search = super::search::hints(model);
    let hint = |id| {
        let words = act::words(model, id);
        let counted = count > 0 && action::of(id).group == action::Group::Do;
        let words = match counted {
            true => format!("{words} {}", super::likely::count(model, id)),
            false => words.to_string(),
        };
        Hint::new(&model.keymap.shown(id), &words)
    };
    let mut hints = Vec::<Hint>::new();
    // What has no key cannot be pressed, and two keys with the same words leave one wondering.
    // Of the marks there is none it means anything for.
    let nothing = |id: &action::ActionId| {
        count > 0 && action::of(*id).group == action::Group::Do && super::likely::count(model, *id) == 0
    };
    let of_table = act::hints(model).into_iter().filter(|id| !nothing(id)).map(hint);
    let of_table = of_table.filter(|hint| !hint.key.is_empty());
    for hint in search.into_iter().chain(of_table) {
        if hints.iter().all(|known| known.words != hint.words && known.key != hint.key) {
            hints.push(hint);
        }
    }
    let stable = super::likely::everywhere(model).into_iter().map(hint);
    let stable = stable.filter(|hint| !hint.key.is_empty()).collect::<Vec<_>>();
    // Those stand still; what the cursor is on gives way.
    hints.retain(|hint| !stable.contains(hint));
    (hints, stable)
}

/// What lies over the pane, from the lowest to the top one.
fn over(model: &Model, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let mut cursor = None;
    for overlay in &model.overlays {
        cursor = match overlay {
            Overlay::Form(form) => form.draw(buffer, &model.theme, area),
            Overlay::Why(why) => why.draw(buffer, &model.theme, area),
            Overlay::Told(told) => told.draw(buffer, &model.theme, area),
            Overlay::Capture(capture) => capture.draw(buffer, &model.theme, area),
            Overlay::Writing(writing) => writing.draw(buffer, &model.theme, area),
            Overlay::Reader(reader) => reader.draw(buffer, &model.theme, area),
            Overlay::Menu(menu) => menu.draw(buffer, &model.theme, area),
            Overlay::Question { title, lines, .. } => {
                let width = usize::from(area.width.min(QUESTION).saturating_sub(4));
                let lines = lines.iter().flat_map(|line| wrap(line, width)).collect::<Vec<_>>();
                let frame = dialog::centred(area, QUESTION, lines.len() as u16 + 2);
                let keys = [Hint::new("y", "yes"), Hint::new("n or Esc", "no")];
                let inside = dialog::draw(buffer, &model.theme, frame, &Shown::new(title), &keys);
                for (y, line) in (inside.y..inside.bottom()).zip(lines) {
                    let row = Rect { y, height: 1, ..inside };
                    Pen::new(buffer, &model.theme, row).text(&line, Meaning::Plain);
                }
                Some(inside.as_position())
            }
            Overlay::Prefix(key) => prefix(model, buffer, area, *key),
        };
    }
    cursor
}

/// What can follow the first key of a sequence, shown at once.
fn prefix(model: &Model, buffer: &mut Buffer, area: Rect, key: super::input::Key) -> Option<Position> {
    let follows = model.keymap.after(key);
    let room = usize::from(area.height.saturating_sub(3)).max(1);
    // On a low screen in columns of short words, so that none is out of sight.
    let columns = follows.len().div_ceil(room).max(1);
    let lines = follows.len().div_ceil(columns);
    let height = lines as u16 + 2;
    let words = |id| if columns > 1 { action::of(id).words } else { action::of(id).long };
    let longest = follows.iter().map(|(_, id)| Shown::new(words(*id)).width()).max().unwrap_or(0);
    let wide = (longest + 4) * columns + 4;
    let width = u16::try_from(wide).unwrap_or(u16::MAX).max(40).min(area.width.saturating_sub(1));
    let frame = Rect {
        x: area.right().saturating_sub(width + 1),
        y: area.bottom().saturating_sub(height + 1),
        width,
        height: height.min(area.height),
    };
    let title = Shown::new(&format!("{key}  ..."));
    let inside = dialog::draw(buffer, &model.theme, frame, &title, &[Hint::new("Esc", "cancel")]);
    let column = inside.width / columns as u16;
    for (n, (next, id)) in follows.into_iter().enumerate() {
        let (x, y) = (inside.x + column * (n / lines) as u16, inside.y + (n % lines) as u16);
        let row = Rect { x, y, width: column, height: 1 }.intersection(inside);
        let mut pen = Pen::new(buffer, &model.theme, row);
        let key = if columns > 1 { 2 } else { 4 };
        pen.column(&Shown::new(&next.to_string()), key, Meaning::Active);
        pen.word(words(id), Meaning::Plain);
    }
    Some(inside.as_position())
}
