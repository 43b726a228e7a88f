//! A text of several lines in a box: how it is broken into rows, where the cursor stands in them, and the keys that move
//! by rows. What is typed is a field's; what it means is the caller's.

use super::Pen;
use super::field::Field;
use crate::text::Shown;
use crate::tui::input::{Code, Key};
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// The rows of a text in so many columns, as ranges of its bytes: broken after a blank where there is one, and within a
/// word that is wider than a row. The newline belongs to none.
pub fn rows(text: &str, width: usize) -> Vec<Range<usize>> {
    let (width, mut rows, mut begin) = (width.max(1), Vec::new(), 0);
    for line in text.split('\n') {
        let (mut start, mut used, mut blank) = (0, 0, None);
        for (at, cluster) in line.grapheme_indices(true) {
            let wide = Shown::typed(cluster).width();
            if used + wide > width && at > start {
                let cut = blank.filter(|blank| *blank > start).unwrap_or(at);
                rows.push(begin + start..begin + cut);
                used = Shown::typed(&line[cut..at]).width();
                (start, blank) = (cut, None);
            }
            used += wide;
            if cluster == " " {
                blank = Some(at + 1);
            }
        }
        rows.push(begin + start..begin + line.len());
        begin += line.len() + 1;
    }
    rows
}

/// The row that the cursor stands in: at the seam of two rows of one line, the later.
pub fn row_of(rows: &[Range<usize>], cursor: usize) -> usize {
    rows.iter().rposition(|row| row.start <= cursor).unwrap_or(0)
}

/// True when the key was for a text of several lines in so many columns; `page` rows are in view.
pub fn key(field: &mut Field, key: &Key, width: usize, page: usize) -> bool {
    let rows = rows(field.text(), width);
    let cursor = field.byte();
    let at = row_of(&rows, cursor);
    let to_row = |row: usize| {
        let (from, to) = (&rows[at], &rows[row.min(rows.len() - 1)]);
        let column = Shown::typed(&field.text()[from.start..cursor.min(from.end).max(from.start)]).width();
        let text = &field.text()[to.clone()];
        let mut used = 0;
        for (byte, cluster) in text.grapheme_indices(true) {
            used += Shown::typed(cluster).width();
            if used > column {
                return to.start + byte;
            }
        }
        // The end of a row within a line is where the next row begins.
        let within = rows.get(row + 1).is_some_and(|next| next.start == to.end) && !text.is_empty();
        if within { to.end - text.graphemes(true).next_back().map_or(0, str::len) } else { to.end }
    };
    let to = match (key.code, key.ctrl) {
        (Code::Up, false) if at == 0 => return false,
        (Code::Down, false) if at + 1 >= rows.len() => return false,
        (Code::Up, false) => to_row(at - 1),
        (Code::Down, false) => to_row(at + 1),
        (Code::PgUp, _) => to_row(at.saturating_sub(page.max(1))),
        (Code::PgDn, _) => to_row((at + page.max(1)).min(rows.len() - 1)),
        (Code::Home, false) => rows[at].start,
        (Code::End, false) => to_end(&rows, at, field.text()),
        (Code::Home, true) => 0,
        (Code::End, true) => field.text().len(),
        (Code::Char('u'), true) => {
            let line = field.text()[..cursor].rfind('\n').map_or(0, |at| at + 1);
            field.take_out(line..cursor);
            return true;
        }
        (Code::Char('k'), true) => {
            let rest = field.text()[cursor..].find('\n').map_or(field.text().len(), |at| cursor + at);
            field.take_out(cursor..rest);
            return true;
        }
        _ => return field.key(key),
    };
    field.put_at(to);
    true
}

fn to_end(rows: &[Range<usize>], at: usize, text: &str) -> usize {
    let row = &rows[at];
    let within = rows.get(at + 1).is_some_and(|next| next.start == row.end) && !row.is_empty();
    let last = text[row.clone()].graphemes(true).next_back().map_or(0, str::len);
    if within { row.end - last } else { row.end }
}

/// The first row in view so that the cursor's row is, moving no further from `top` than it must.
pub fn scrolled(top: usize, at: usize, page: usize) -> usize {
    top.clamp(at.saturating_sub(page.saturating_sub(1)), at)
}

/// Draws the rows from `top` on; returns where the terminal's cursor belongs.
pub fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, field: &Field, top: usize) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return None;
    }
    let (text, cursor) = (field.text(), field.byte());
    let rows = rows(text, usize::from(area.width));
    let at = row_of(&rows, cursor);
    let top = scrolled(top, at, usize::from(area.height));
    for (y, row) in (area.y..area.bottom()).zip(rows.iter().skip(top)) {
        let line = Rect { y, height: 1, ..area };
        let shown = Shown::typed(&text[row.clone()]);
        let room = usize::from(line.width);
        Pen::new(buffer, theme, line).column(&shown, room, Meaning::Plain);
    }
    let row = &rows[at];
    let column = Shown::typed(&text[row.start..cursor.clamp(row.start, row.end)]).width();
    let column = u16::try_from(column).unwrap_or(0).min(area.width - 1);
    Some(Position::new(area.x + column, area.y + u16::try_from(at - top).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn broken(text: &str, width: usize) -> Vec<&str> {
        rows(text, width).into_iter().map(|row| &text[row]).collect()
    }

    #[test]
    fn a_text_is_broken_at_blanks_and_at_its_own_lines() {
        assert_eq!(
            broken("the client wants a yes", 10),
            ["the ", "client ", "wants a ", "yes"].map(|x| x).to_vec()
        );
        assert_eq!(broken("one\n\ntwo\n", 10), ["one", "", "two", ""]);
        assert_eq!(broken("unbreakable", 4), ["unbr", "eaka", "ble"]);
        assert_eq!(broken("", 4), [""]);
    }

    #[test]
    fn keys_move_by_rows_and_edit_lines() {
        let mut field = Field::long("first line\nsecond\nthird line", 100);
        let mut press = |keys: &str| {
            for one in keys.split(' ') {
                key(&mut field, &one.parse().unwrap(), 40, 10);
            }
            let (before, after) = field.text().split_at(field.byte());
            format!("{before}|{after}")
        };
        assert_eq!(press("Up"), "first line\nsecond|\nthird line", "a shorter line ends the column");
        assert_eq!(press("Home X Down"), "first line\nXsecond\nt|hird line");
        assert_eq!(press("Ctrl-k"), "first line\nXsecond\nt|");
        assert_eq!(press("Up Ctrl-u"), "first line\n|second\nt");
        assert_eq!(press("PgUp End Backspace"), "first lin|\nsecond\nt");
        assert!(!key(&mut field, &"Up".parse().unwrap(), 40, 10), "above the first row another field begins");
    }

    proptest! {
        #[test]
        fn rows_hold_the_whole_text_and_the_cursor_is_in_them(text in "[a-z \n\u{4e00}é]{0,60}", width in 1usize..20,
            keys in prop::collection::vec(prop::sample::select(vec!["Up", "Down", "Left", "Right", "Home", "End", "PgUp", "x", "Backspace"]), 0..30)) {
            let mut field = Field::long(&text, 500);
            for one in keys {
                key(&mut field, &one.parse().unwrap(), width, 5);
            }
            let text = field.text();
            let rows = rows(text, width);
            let joined = rows.iter().map(|row| &text[row.clone()]).collect::<String>();
            prop_assert_eq!(joined, text.replace('\n', ""));
            prop_assert!(text.is_char_boundary(field.byte()));
            let row = &rows[row_of(&rows, field.byte())];
            prop_assert!(row.start <= field.byte() && field.byte() <= row.end);
        }
    }
}
