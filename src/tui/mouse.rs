//! The mouse, for those who asked for it: what lies under it is read off the screen, so that every place and
//! every hint can be clicked, and none needs to be. A click presses keys; it does nothing keys cannot.

use super::draw;
use super::input::{Code, Key, Mouse};
use super::keys::on_key;
use super::model::{Model, Pane};
use super::msg::Effect;
use super::overlays::Overlay;
use super::panes::Move;
use super::run::moved;
use super::update::settle;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Modifier;

/// Rows the wheel moves in a list.
const NOTCH: usize = 3;
/// Steps towards a click: more rows than a screen has.
const MOST_STEPS: usize = 200;

/// Hears the mouse.
pub(super) fn on_mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    if !model.manners.mouse {
        return Vec::new();
    }
    match mouse {
        Mouse::Wheel { down } => {
            let times = if model.overlays.is_empty() { NOTCH } else { 1 };
            (0..times).flat_map(|_| step(model, down)).collect()
        }
        Mouse::Click { x, y } => click(model, Position::new(x, y)),
    }
}

fn click(model: &mut Model, at: Position) -> Vec<Effect> {
    let (buffer, _) = draw::offscreen(model);
    if !buffer.area.contains(at) {
        return Vec::new();
    }
    let row = row(&buffer, at.y);
    let middle = draw::middle(model);
    let on_hint = match model.overlays.last() {
        Some(Overlay::Prefix(_)) => true,
        Some(_) => on_border(model, &row, at.x),
        None => model.first_run || at.y == 0 || at.y > middle.bottom(),
    };
    if on_hint {
        let keys = if at.y == 0 && model.overlays.is_empty() { tab(&row, at.x) } else { hint(&row, at.x) };
        return keys.into_iter().flat_map(|key| on_key(model, key)).collect();
    }
    if model.overlays.is_empty() && at.y <= middle.y + 1 && bracket(&row).is_some() {
        section(model, at, &row);
        return Vec::new();
    }
    let place = match model.overlays.last() {
        None => buffer.area,
        Some(Overlay::Menu(menu)) => menu.place_on(buffer.area),
        Some(Overlay::Form(form)) => form.place_on(buffer.area),
        // What is read or asked is answered on its border.
        Some(_) => return Vec::new(),
    };
    let place = if model.overlays.is_empty() { place } else { place.inner(Margin::new(1, 1)) };
    if place.contains(at) { walk(model, at, place) } else { Vec::new() }
}

/// Moves the cursor to the row under the click; one that is there already is opened. A form is never sent by a click on
/// it: that is what the hint on its border is for.
fn walk(model: &mut Model, at: Position, place: Rect) -> Vec<Effect> {
    let opens = match model.overlays.last() {
        None => true,
        Some(Overlay::Menu(_)) => cursor(model, place).is_some_and(|now| now.y == at.y),
        Some(_) => false,
    };
    if model.overlays.is_empty() && model.pane == Pane::Boards && model.view().is_none() {
        to_column(model, at.x, place);
    }
    let Some(start) = cursor(model, place) else { return Vec::new() };
    if !start.columns.contains(&at.x) && model.overlays.is_empty() {
        return Vec::new();
    }
    let mut effects = Vec::new();
    let mut now = start.clone();
    for _ in 0..MOST_STEPS {
        let down = match at.y {
            y if y > now.y => true,
            y if y < now.y => false,
            _ => break,
        };
        effects.extend(step(model, down));
        let Some(next) = cursor(model, place) else { break };
        if next == now {
            break;
        }
        // What is higher than one line was passed by: it is the one before.
        if down && next.y > at.y {
            effects.extend(step(model, false));
            now = cursor(model, place).unwrap_or(next);
            break;
        }
        now = next;
    }
    if now == start && opens {
        effects.extend(on_key(model, Key::plain(Code::Enter)));
    }
    effects
}

fn step(model: &mut Model, down: bool) -> Vec<Effect> {
    if !model.overlays.is_empty() {
        return on_key(model, Key::plain(if down { Code::Down } else { Code::Up }));
    }
    moved(model, if down { Move::Down } else { Move::Up });
    settle(model);
    Vec::new()
}

/// Where the turned-around row is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cursor {
    y: u16,
    columns: std::ops::Range<u16>,
}

/// The turned-around row within `place`, or where the terminal's cursor is.
fn cursor(model: &Model, place: Rect) -> Option<Cursor> {
    let (buffer, at) = draw::offscreen(model);
    let reversed = |p: &Position| place.contains(*p) && buffer[*p].modifier.contains(Modifier::REVERSED);
    // A menu has the terminal's cursor in what is typed and its own in the list.
    let first = at.filter(|at| reversed(at)).or_else(|| buffer.area.positions().find(reversed)).or(at)?;
    let end = (first.x..place.right()).find(|x| !reversed(&Position::new(*x, first.y)));
    Some(Cursor { y: first.y, columns: first.x..end.unwrap_or(place.right()).max(first.x + 1) })
}

fn to_column(model: &mut Model, x: u16, place: Rect) {
    for _ in 0..MOST_STEPS {
        let Some(now) = cursor(model, place).filter(|now| !now.columns.contains(&x)) else { return };
        moved(model, if x < now.columns.start { Move::Left } else { Move::Right });
        settle(model);
        if cursor(model, place).as_ref() == Some(&now) {
            return;
        }
    }
}

/// Goes to the section whose name was clicked: the one in brackets moves there.
fn section(model: &mut Model, at: Position, first: &[String]) {
    let mut row_now = first.to_vec();
    for _ in 0..MOST_STEPS {
        let Some(columns) = bracket(&row_now).filter(|columns| !columns.contains(&at.x)) else { return };
        moved(model, if at.x < columns.start { Move::Left } else { Move::Right });
        settle(model);
        let (buffer, _) = draw::offscreen(model);
        let next = row(&buffer, at.y);
        if next == row_now {
            return;
        }
        row_now = next;
    }
}

/// The cells of a line.
fn row(buffer: &Buffer, y: u16) -> Vec<String> {
    (0..buffer.area.width).map(|x| buffer[(x, y)].symbol().to_string()).collect()
}

/// The columns from `[` to `]`.
fn bracket(row: &[String]) -> Option<std::ops::Range<u16>> {
    let from = row.iter().position(|cell| cell == "[")?;
    let to = row[from..].iter().position(|cell| cell == "]")? + from;
    Some(u16::try_from(from).ok()?..u16::try_from(to + 1).ok()?)
}

/// Whether the line is the border of a box, where its keys stand.
fn on_border(model: &Model, row: &[String], x: u16) -> bool {
    let lines = &model.theme.lines;
    let before = row[..usize::from(x).min(row.len())].iter();
    let mut corner = false;
    for pair in before.collect::<Vec<_>>().windows(2) {
        let left = [lines.bottom_left, lines.top_left].contains(&pair[0].as_str());
        corner = (corner || left) && pair[0] != lines.vertical;
        if corner && left && pair[1] != lines.horizontal {
            return false;
        }
    }
    corner && lines.horizontal != " "
}

/// The keys of the hint under the click: `g i inbox` begins with its keys, and two blanks end it.
fn hint(row: &[String], x: u16) -> Vec<Key> {
    let text = segment(row, x);
    let keys = text.split(' ').map_while(|word| word.parse::<Key>().ok());
    keys.collect()
}

fn segment(row: &[String], x: u16) -> String {
    let x = usize::from(x);
    let gap = |at: usize| {
        let blank = |at: usize| row.get(at).is_none_or(|cell| cell == " ");
        let line = row.get(at).is_some_and(|cell| matches!(cell.as_str(), "─" | "│" | "└" | "┘" | "┌" | "┐"));
        line || (blank(at) && (blank(at + 1) || at.checked_sub(1).is_none_or(blank)))
    };
    if gap(x) {
        return String::new();
    }
    let start = (0..x).rev().find(|at| gap(*at)).map_or(0, |at| at + 1);
    let end = (x..row.len()).find(|at| gap(*at)).unwrap_or(row.len());
    row[start..end].concat().trim().to_string()
}

/// The key of the place whose name was clicked; a narrow line has only the numbers.
fn tab(row: &[String], x: u16) -> Vec<Key> {
    let inside = bracket(row).filter(|columns| columns.contains(&x));
    let text = match inside {
        Some(columns) => row[usize::from(columns.start) + 1..usize::from(columns.end)].concat(),
        None => match row.get(usize::from(x)) {
            Some(cell) if cell.parse::<u8>().is_ok() && !segment(row, x).contains(':') => cell.clone(),
            _ => segment(row, x),
        },
    };
    let first = text.split(' ').next().unwrap_or_default();
    if first.len() == 1 && first.parse::<u8>().is_ok() { hint(&[first.to_string()], 0) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        text.chars().map(String::from).collect()
    }

    fn keys(found: Vec<Key>) -> String {
        found.iter().map(Key::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_hint_is_the_keys_before_its_words() {
        let footer = cells(" a accept  Enter open  g i inbox  : do  ? help");
        let at = |x| keys(hint(&footer, x));
        assert_eq!([at(1), at(5), at(9), at(12)], ["a", "a", "", "Enter"]);
        assert_eq!([at(24), at(35), at(44)], ["g i", ":", "?"]);
        let border = cells("└─ y yes   n or Esc no ───┘");
        assert_eq!(keys(hint(&border, 4)), "y");
        assert_eq!(keys(hint(&border, 13)), "n");
        assert_eq!(keys(hint(&border, 1)), "");
    }

    #[test]
    fn a_place_is_its_number() {
        let wide = cells(" [1 Inbox 9 (3 late)]  2 Boards   3 Records   ana  Fri 20 Nov 10:42 ");
        let at = |row: &[String], x| keys(tab(row, x));
        assert_eq!([at(&wide, 10), at(&wide, 26), at(&wide, 40), at(&wide, 57)], ["1", "2", "3", ""]);
        let narrow = cells("[1 Inbox 9 !3] 2 3 4              10:42 ");
        assert_eq!([at(&narrow, 9), at(&narrow, 15), at(&narrow, 17), at(&narrow, 35)], ["1", "2", "3", ""]);
    }
}
