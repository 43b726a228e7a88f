//! Rows that only went up or down, as when a list scrolls: a terminal moves them itself for a few bytes. Knows
//! of a row only how it begins, and nothing of frames.

use ratatui::buffer::{Buffer, Cell};
use std::ops::Range;

/// The columns by which rows are told apart: what is beside a list stands further right, and every key pays for them.
const TOLD_BY: usize = 24;
/// Fewer rows than this are not worth looking for the few bytes.
const FEWEST: usize = 3;

/// Moves the rows of `shown` to where most rows of `after` stand, and gives the bytes by which a terminal does the same;
/// `None` where no block of rows moved. Deletes and inserts lines, which every terminal knows and which
/// leaves no region behind that somebody would have to lift. They need no attribute to be set.
pub fn scroll(shown: &mut Buffer, after: &Buffer) -> Option<String> {
    if shown.area != after.area || shown.area.is_empty() {
        return None;
    }
    let (old, new) = (rows(shown), rows(after));
    let blank = fingerprint(&vec![Cell::EMPTY; usize::from(after.area.width).min(TOLD_BY)]);
    let came = |to: &usize, from: usize| new[*to] == old[from] && new[*to] != old[*to] && new[*to] != blank;
    let up = |by: usize| (0..new.len() - by).filter(|to| came(to, to + by)).collect::<Vec<_>>();
    let down = |by: usize| (by..new.len()).filter(|to| came(to, to - by)).collect::<Vec<_>>();
    let moves = (1..new.len()).flat_map(|by| [(true, by, up(by)), (false, by, down(by))]);
    let (is_up, by, to) = moves.rev().max_by_key(|(_, _, to)| to.len())?;
    let (first, last) = (*to.first()?, *to.last()?);
    if to.len() < FEWEST {
        return None;
    }
    // The block holds the rows where they were and where they are.
    let block = if is_up { first..last + by + 1 } else { first - by..last + 1 };
    let (deleted, inserted) =
        if is_up { (block.start, block.end - by) } else { (block.end - by, block.start) };
    shift(shown, block, is_up, by);
    Some(format!("\x1b[{};1H\x1b[{by}M\x1b[{};1H\x1b[{by}L", deleted + 1, inserted + 1))
}

/// The rows of a block go up or down by so many; what they leave is blank.
fn shift(screen: &mut Buffer, block: Range<usize>, up: bool, by: usize) {
    let width = usize::from(screen.area.width);
    let cells = &mut screen.content[block.start * width..block.end * width];
    let gone = by * width;
    let blank = if up {
        cells.rotate_left(gone);
        cells.len() - gone..cells.len()
    } else {
        cells.rotate_right(gone);
        0..gone
    };
    cells[blank].fill(Cell::EMPTY);
}

/// A number for how each row begins, so that rows are compared at once. Two that look different may have the same: what is
/// painted afterwards goes by the cells.
fn rows(buffer: &Buffer) -> Vec<u64> {
    let begins = |row: &[Cell]| fingerprint(&row[..row.len().min(TOLD_BY)]);
    buffer.content.chunks(usize::from(buffer.area.width)).map(begins).collect()
}

/// FNV-1a over letters and attributes, which takes microseconds.
fn fingerprint(row: &[Cell]) -> u64 {
    let add = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    row.iter().fold(0xcbf2_9ce4_8422_2325, |hash, cell| {
        let letters = cell.symbol().bytes().fold(hash, add);
        add(letters, cell.modifier.bits() as u8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    fn screen(rows: &[&str]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 8));
        for (y, row) in (0..).zip(rows) {
            buffer.set_string(0, y, row, Style::new());
        }
        buffer
    }

    #[test]
    fn rows_that_went_up_or_down_are_moved_by_the_terminal() {
        let before = screen(&["title", "a", "b", "c", "d", "e", "foot", "bar"]);
        let up = screen(&["title", "b", "c", "d", "e", "f", "foot", "bar"]);
        let mut left = before.clone();
        let bytes = scroll(&mut left, &up).unwrap();
        assert_eq!(bytes, "\x1b[2;1H\x1b[1M\x1b[6;1H\x1b[1L");
        assert_eq!(left, screen(&["title", "b", "c", "d", "e", "", "foot", "bar"]));
        let down = screen(&["title", "y", "z", "a", "b", "c", "foot", "bar"]);
        let mut left = before.clone();
        let bytes = scroll(&mut left, &down).unwrap();
        assert_eq!(bytes, "\x1b[5;1H\x1b[2M\x1b[2;1H\x1b[2L");
        assert_eq!(left, screen(&["title", "", "", "a", "b", "c", "foot", "bar"]));
    }

    #[test]
    fn what_did_not_move_is_left_alone() {
        let before = screen(&["title", "a", "b", "c", "d", "e", "foot", "bar"]);
        for after in [
            before.clone(),
            Buffer::empty(before.area),
            screen(&["title", "a", "b", "x", "d", "e", "foot", "bar"]),
            screen(&["title", "b", "c", "x", "d", "e", "foot", "bar"]),
            Buffer::empty(Rect::new(0, 0, 10, 7)),
        ] {
            let mut left = before.clone();
            assert_eq!((scroll(&mut left, &after), &left), (None, &before));
        }
        assert_eq!(scroll(&mut Buffer::default(), &Buffer::default()), None);
    }
}
