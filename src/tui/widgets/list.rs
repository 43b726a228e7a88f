//! A list of which only the lines in view are ever asked for, so that its length costs nothing.

use super::Pen;
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::ops::Range;

/// Where the cursor is and which row is on top. What the cursor means (a case, a record) is the caller's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ListState {
    pub cursor: usize,
    pub top: usize,
}

impl ListState {
    /// Moves the cursor by rows, as far as there are any.
    pub fn move_by(&mut self, rows: isize, len: usize) {
        self.move_to(self.cursor.saturating_add_signed(rows), len);
    }

    pub fn move_to(&mut self, row: usize, len: usize) {
        self.cursor = row.min(len.saturating_sub(1));
    }

    /// Keeps the top row for the next time, so that the cursor can move inside the view without scrolling it.
    /// Call it after every move, with the lines the list has on the screen.
    pub fn settle(&mut self, lines: usize, len: usize) {
        self.move_to(self.cursor, len);
        self.top = self.view(lines, len).start;
    }

    /// The rows in view. Always holds the cursor and never leaves lines empty that a row could fill, also
    /// where the screen or the list has changed since `settle`.
    pub fn view(&self, lines: usize, len: usize) -> Range<usize> {
        let rows = rows_in(lines, len);
        let cursor = self.cursor.min(len.saturating_sub(1));
        let lowest = (cursor + 1).saturating_sub(rows);
        let top = self.top.clamp(lowest, cursor.max(lowest)).min(len.saturating_sub(rows));
        top..(top + rows).min(len)
    }
}

/// Rows that fit: the last line says how many more there are, unless it is the only line.
fn rows_in(lines: usize, len: usize) -> usize {
    if len > lines && lines > 1 { lines - 1 } else { lines }
}

/// Draws the rows in view, each by `row` with a pen at the start of its line, and turns the cursor's row
/// around. Returns where the terminal's cursor belongs: screen readers and magnifiers follow it.
pub fn draw(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    state: &ListState,
    len: usize,
    mut row: impl FnMut(usize, &mut Pen),
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.is_empty() || len == 0 {
        return None;
    }
    let view = state.view(usize::from(area.height), len);
    let (above, below) = (view.start, len - view.end);
    let cursor = state.cursor.min(len - 1);
    let mut at = None;
    let mut y = area.y;
    for index in view {
        let line = Rect { y, height: 1, ..area };
        row(index, &mut Pen::new(buffer, theme, line));
        if index == cursor {
            buffer.set_style(line, theme.cursor_row());
            at = Some(line.as_position());
        }
        y += 1;
    }
    if above + below > 0 && y < area.bottom() {
        let more = match (above, below) {
            (0, below) => format!("   ... {below} more below"),
            (above, 0) => format!("   ... {above} more above"),
            (above, below) => format!("   ... {below} more below, {above} above"),
        };
        let more = Shown::new(&more);
        Pen::new(buffer, theme, Rect { y, height: 1, ..area }).text(&more, Meaning::Dim);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;
    use ratatui::style::Modifier;

    fn listed(width: u16, height: u16, state: ListState, len: usize) -> String {
        screen(width, height, |frame| {
            let area = frame.area();
            let at = draw(frame.buffer_mut(), &theme(), area, &state, len, |index, pen| {
                let late = if index % 3 == 0 { "!!" } else { "" };
                pen.word(if index == state.cursor { ">" } else { " " }, Meaning::Plain).skip(2);
                pen.column(&shown(late), 3, Meaning::VeryLate);
                pen.column(
                    &shown(&format!("C-{:04} Hansen Roofing: roof quote", 1000 + index)),
                    30,
                    Meaning::Plain,
                );
                let room = pen.skip(1).room();
                pen.column_right(&shown("2d 3h late"), room, Meaning::VeryLate);
            });
            if let Some(at) = at {
                frame.set_cursor_position(at);
            }
        })
    }

    #[test]
    fn a_list_at_several_widths() {
        insta::assert_snapshot!(listed(60, 3, ListState { cursor: 1, top: 0 }, 3), @r#"
        "   !! C-1000 Hansen Roofing: roof q~              2d 3h late"
        ">     C-1001 Hansen Roofing: roof q~              2d 3h late"
        "      C-1002 Hansen Roofing: roof q~              2d 3h late"
        "#);
        insta::assert_snapshot!(listed(40, 4, ListState { cursor: 9, top: 0 }, 1_000_000), @r#"
        "      C-1007 Hansen Roofing: roof q~ 2d~"
        "      C-1008 Hansen Roofing: roof q~ 2d~"
        ">  !! C-1009 Hansen Roofing: roof q~ 2d~"
        "   ... 999990 more below, 7 above       "
        "#);
        insta::assert_snapshot!(listed(10, 2, ListState { cursor: 0, top: 0 }, 2), @r#"
        ">  !! C-1~"
        "      C-1~"
        "#);
    }

    #[test]
    fn the_cursor_row_is_reversed_and_nothing_else_is() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 3));
        let area = buffer.area;
        let at = draw(&mut buffer, &theme(), area, &ListState { cursor: 1, top: 0 }, 3, |_, pen| {
            pen.word("late", Meaning::VeryLate);
        });
        assert_eq!(at, Some(Position::new(0, 1)));
        for position in area.positions() {
            let cell = &buffer[position];
            assert_eq!(cell.modifier.contains(Modifier::REVERSED), position.y == 1, "{position}");
        }
        assert_eq!(buffer[(0, 1)].fg, ratatui::style::Color::Reset, "no coloured blocks in the cursor row");
    }

    #[test]
    fn the_view_moves_only_when_the_cursor_leaves_it() {
        let mut state = ListState::default();
        let mut tops = Vec::new();
        for step in [3, 1, 1, -1, -1, -1, -1, 100] {
            state.move_by(step, 20);
            state.settle(6, 20);
            tops.push((state.cursor, state.top));
        }
        assert_eq!(tops, [(3, 0), (4, 0), (5, 1), (4, 1), (3, 1), (2, 1), (1, 1), (19, 15)]);
        state.settle(6, 2);
        assert_eq!(state, ListState { cursor: 1, top: 0 }, "the list became shorter");
    }

    proptest! {
        #[test]
        fn only_rows_in_view_are_asked_for(width in 0u16..=300, height in 0u16..=100, cursor: usize, top: usize,
                                           len in prop_oneof![0usize..200, Just(usize::MAX - 1)]) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let mut asked = Vec::new();
            let area = buffer.area;
            let at = draw(&mut buffer, &theme(), area, &ListState { cursor, top }, len, |index, pen| {
                asked.push(index);
                pen.word("日本語 and more", Meaning::Plain);
            });
            prop_assert!(asked.len() <= usize::from(height));
            prop_assert!(asked.windows(2).all(|pair| pair[1] == pair[0] + 1));
            if len > 0 && width > 0 && height > 0 {
                prop_assert!(asked.contains(&cursor.min(len - 1)));
                prop_assert!(at.is_some_and(|at| area.contains(at)));
                prop_assert!(asked.len() >= len.min(usize::from(height).max(2) - 1), "no row is left out without need");
            }
        }
    }
}
