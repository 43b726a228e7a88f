//! The panes: what each place of the desk looks like, drawn from views that were fetched already. A pane
//! holds where the person is in it and nothing else; it fetches nothing and changes nothing.
//!
//! Every pane has a state with `go` (a key that moves), `settle` (call it after every reload, change of filter
//! and resize, with the area the pane will have), `selected` (what the keys act on), and a function `draw`
//! that returns where the terminal's cursor belongs.

pub mod agenda;
mod board_card;
mod board_layout;
mod board_strip;
mod board_table;
mod board_words;
pub mod boards;
pub mod case;
mod case_head;
mod case_more;
mod case_timeline;
pub mod figures;
pub mod filter;
mod held;
pub mod inbox;
pub mod inbox_queue;
mod inbox_row;
mod inbox_section;
pub mod inbox_words;
pub mod list;
pub mod metrics;
pub mod metrics_more;
mod metrics_rows;
mod metrics_totals;
pub mod migrating;
pub mod page;
pub mod people;
pub mod picture;
pub mod preview;
mod preview_message;
pub mod process;
mod process_more;
mod process_score;
pub mod record;
pub mod record_timeline;
pub mod records;
mod records_preview;
pub mod search;
mod sections;
pub mod sheet;
pub mod times;

use crate::domain::urgency::Urgency;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant};
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::list::ListState;
use crate::tui::widgets::{Pen, fill, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeSet;

pub use sections::tabs;

/// From here on there is room beside a list.
pub const WIDE: u16 = 100;
/// Below this there is room for a list alone, in short words.
pub const NARROW: u16 = 60;
/// Below this there is room for a list alone. Three lines of the screen are not the pane's.
pub const LOW: u16 = 13;
/// The least a preview beside a list is given.
const PREVIEW: u16 = 40;

/// What every pane needs to know besides its view.
pub struct Look<'a> {
    pub theme: &'a Theme,
    pub now: Instant,
    pub zone: &'a Zone,
    pub me: &'a Handle,
    pub marks: &'a BTreeSet<(CaseId, Option<u32>)>,
    /// Cases that changed since the person looked.
    pub news: &'a BTreeSet<CaseId>,
}

/// A key that moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    Up,
    Down,
    Top,
    Bottom,
    PageUp,
    PageDown,
    HalfUp,
    HalfDown,
    /// The previous and next tab, section or column.
    Left,
    Right,
}

/// A cursor that stays with what it is on when the list around it changes.
#[derive(Debug, Clone)]
pub struct Follow<K> {
    pub list: ListState,
    on: Option<K>,
    lines: usize,
}

impl<K> Default for Follow<K> {
    fn default() -> Follow<K> {
        Follow { list: ListState::default(), on: None, lines: 1 }
    }
}

impl<K: PartialEq> Follow<K> {
    /// Moves, where the move is up or down, in a list of `len` rows of which `key` names each.
    pub fn go(&mut self, step: Move, len: usize, key: impl Fn(usize) -> Option<K>) {
        let page = isize::try_from(self.lines.saturating_sub(1).max(1)).unwrap_or(1);
        let half = (page / 2).max(1);
        match step {
            Move::Up => self.list.move_by(-1, len),
            Move::Down => self.list.move_by(1, len),
            Move::PageUp => self.list.move_by(-page, len),
            Move::PageDown => self.list.move_by(page, len),
            Move::HalfUp => self.list.move_by(-half, len),
            Move::HalfDown => self.list.move_by(half, len),
            Move::Top => self.list.move_to(0, len),
            Move::Bottom => self.list.move_to(usize::MAX, len),
            Move::Left | Move::Right => return,
        }
        self.list.settle(self.lines, len);
        self.on = key(self.list.cursor);
    }

    /// Finds what the cursor was on again; where it is gone, the cursor stays on its line.
    pub fn settle(&mut self, lines: usize, len: usize, key: impl Fn(usize) -> Option<K>) {
        self.lines = lines;
        if self.on.is_some()
            && key(self.list.cursor) != self.on
            && let Some(row) = (0..len).find(|row| key(*row) == self.on)
        {
            // The row keeps its place on the screen, and what is around it moves.
            let line = self.list.cursor.saturating_sub(self.list.top);
            self.list = ListState { cursor: row, top: row.saturating_sub(line) };
        }
        self.list.settle(lines, len);
        self.on = key(self.list.cursor);
    }

    /// As `settle`, in a list of which only the rows `here` can be asked for.
    pub fn settle_within(
        &mut self,
        lines: usize,
        len: usize,
        here: std::ops::Range<usize>,
        key: impl Fn(usize) -> Option<K>,
    ) {
        self.lines = lines;
        if self.on.is_some()
            && key(self.list.cursor) != self.on
            && let Some(row) = here.clone().find(|row| key(*row) == self.on)
        {
            let line = self.list.cursor.saturating_sub(self.list.top);
            self.list = ListState { cursor: row, top: row.saturating_sub(line) };
        }
        self.list.settle(lines, len);
        // What is not here yet may be what the cursor is on.
        if here.contains(&self.list.cursor) {
            self.on = key(self.list.cursor);
        }
    }

    /// The rows in view.
    pub fn in_view(&self) -> std::ops::Range<usize> {
        self.list.top..self.list.top + self.lines.max(1)
    }

    /// Puts the cursor on what `key` gives for a row, at the next `settle`.
    pub fn put_on(&mut self, on: K) {
        self.on = Some(on);
    }

    /// Forgets what the cursor is on, so that it keeps its line at the next `settle`.
    pub fn let_go(&mut self) {
        self.on = None;
    }

    /// Goes to the top at the next `settle`: the list is another one now.
    pub fn reset(&mut self) {
        *self = Follow { lines: self.lines, ..Follow::default() };
    }
}

/// What a timeline says of the entries above those in view, which are newer; nothing where there are none.
pub(super) fn newer_above(rows: usize) -> String {
    if rows == 0 { String::new() } else { format!("{rows} newer above, g g") }
}

/// How a pane with a list and a preview divides its area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    pub list: Rect,
    /// Empty where there is no room, or no wish for one.
    pub preview: Rect,
    pub beside: bool,
}

/// Divides `area`; `below` lines go to a preview under the list. `false` in `wanted` gives it all to the list.
pub fn split(area: Rect, below: u16, wanted: bool) -> Parts {
    let framed = framed(area);
    let body = Rect { height: area.height - u16::from(framed), ..area };
    let nothing = Rect { width: 0, height: 0, ..area };
    if !framed || !wanted {
        return Parts { list: body, preview: nothing, beside: false };
    }
    if area.width >= WIDE {
        let width = (u32::from(area.width) * 36 / 100).try_into().unwrap_or(PREVIEW).max(PREVIEW);
        let list = Rect { width: area.width - width - 1, ..body };
        return Parts { list, preview: Rect { x: list.right() + 1, width, ..body }, beside: true };
    }
    split_below(area, below, wanted)
}

/// The same with the preview under the list, however wide it is.
pub fn split_below(area: Rect, below: u16, wanted: bool) -> Parts {
    let framed = framed(area);
    let body = Rect { height: area.height - u16::from(framed), ..area };
    // Two rows over a preview are no list.
    if !framed || !wanted || area.height < LOW {
        return Parts { list: body, preview: Rect { width: 0, height: 0, ..area }, beside: false };
    }
    let list = Rect { height: body.height.saturating_sub(below + 1), ..body };
    let y = (list.bottom() + 1).min(body.bottom());
    Parts { list, preview: Rect { y, height: body.bottom() - y, ..body }, beside: false }
}

/// Whether there is room for rules.
pub fn framed(area: Rect) -> bool {
    area.width >= NARROW && area.height >= LOW - 2
}

/// The rules between the parts of `area`.
pub fn rules(buffer: &mut Buffer, theme: &Theme, area: Rect, parts: &Parts) {
    if !framed(area) {
        return;
    }
    let bottom = Rect { y: area.bottom() - 1, height: 1, ..area };
    rule(buffer, theme, bottom);
    if parts.preview.is_empty() {
    } else if parts.beside {
        let x = parts.list.right();
        let line = Rect { x, width: 1, ..parts.list };
        fill(buffer, line, theme.lines.vertical);
        fill(buffer, Rect { x, width: 1, ..bottom }, theme.lines.horizontal_up);
    } else {
        rule(buffer, theme, Rect { y: parts.list.bottom(), height: 1, ..area });
    }
}

/// What stands left of every row: cursor, mark, news, urgency. Five columns.
pub struct Gutter {
    pub cursor: bool,
    pub marked: bool,
    pub news: bool,
    pub urgency: Urgency,
}

impl Gutter {
    pub fn write(&self, pen: &mut Pen) {
        self.write_with(pen, self.urgency.mark(), meaning(self.urgency));
    }

    /// With another mark than that of its urgency alone.
    pub fn write_with(&self, pen: &mut Pen, mark: &str, of: Meaning) {
        // A sign that is not there needs no attributes, which cost bytes in a row that is turned round.
        let mut sign = |on: bool, sign, meaning| match on {
            true => {
                pen.word(sign, meaning);
            }
            false => {
                pen.word(" ", Meaning::Plain);
            }
        };
        sign(self.cursor, ">", Meaning::Plain);
        sign(self.marked, "*", Meaning::Marked);
        sign(self.news, "+", Meaning::Changed);
        pen.column(&Shown::new(mark), 2, of);
    }
}

/// A title that says of an urgent case that it is.
pub(super) fn titled(title: &str, urgent: bool) -> String {
    if urgent { format!("urgent: {title}") } else { title.to_string() }
}

/// A title with its tags behind it.
pub(super) fn tagged(title: String, tags: &[Handle]) -> String {
    if tags.is_empty() { title } else { format!("{title} {}", crate::domain::tags::show(tags)) }
}

/// What an urgency means on the screen.
pub fn meaning(urgency: Urgency) -> Meaning {
    match urgency {
        Urgency::VeryLate => Meaning::VeryLate,
        Urgency::Late => Meaning::Late,
        Urgency::Soon => Meaning::Soon,
        Urgency::InTime | Urgency::Open => Meaning::Plain,
    }
}

/// A name on a line of tabs, and how much of it is late.
#[derive(Debug)]
pub struct Tab {
    pub name: String,
    pub late: usize,
}

impl Tab {
    pub fn new(name: impl Into<String>) -> Tab {
        Tab { name: name.into(), late: 0 }
    }
}

/// Words at the right end of the pen's line, one column free after them; none where they do not fit.
pub fn right_of(pen: &mut Pen, words: &str) {
    let words = Shown::new(words);
    if words.width() + 3 <= pen.room() {
        let gap = pen.room() - words.width() - 1;
        pen.skip(gap).text(&words, Meaning::Plain);
    }
}

/// Text that belongs at `row` of an area: the line there, or nothing below its end.
pub fn line(area: Rect, row: u16) -> Rect {
    match row < area.height {
        true => Rect { y: area.y + row, height: 1, ..area },
        false => Rect { width: 0, height: 0, ..area },
    }
}

/// The lines of an area from `row` on.
pub fn below(area: Rect, row: u16) -> Rect {
    let row = row.min(area.height);
    Rect { y: area.y + row, height: area.height - row, ..area }
}

/// Sentences where a list would be, and the cursor at the first.
pub fn sentences(buffer: &mut Buffer, theme: &Theme, area: Rect, lines: &[String]) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let indent = if area.width >= NARROW { 6 } else { 1 };
    let lead = u16::from(area.height > 5);
    for (row, text) in (lead..).zip(lines) {
        Pen::new(buffer, theme, line(area, row)).skip(indent).word(text, Meaning::Plain);
    }
    (!area.is_empty()).then(|| area.as_position())
}

#[cfg(test)]
pub mod testing;
