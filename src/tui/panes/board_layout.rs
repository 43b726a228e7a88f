//! How a board divides its area: a line of words, the strip, and columns of even width.

use super::{below, framed};
use ratatui::layout::Rect;

/// Columns of the screen a column of the board takes at least, its border included.
const COLUMN: u16 = 24;
/// The name of a column and the line under it.
pub(super) const HEAD: u16 = 2;
pub(super) struct Layout {
    pub title: Rect,
    pub strip: Rect,
    /// Where the columns stand, names included, and where their cards do.
    pub body: Rect,
    pub cards: Rect,
    pub table: Rect,
    pub columns: usize,
}

pub(super) fn layout(area: Rect, columns: usize) -> Layout {
    let framed = framed(area);
    let bottom = u16::from(framed);
    let title = u16::from(area.height > 8);
    let strip = u16::from(area.height > 4);
    let body = below(area, title + strip + u16::from(framed));
    let body = Rect { height: body.height.saturating_sub(bottom), ..body };
    let fit = usize::from(((area.width + 1) / COLUMN).max(1));
    Layout {
        title: Rect { height: title, ..area },
        strip: Rect { height: strip, ..below(area, title) },
        body,
        cards: below(body, HEAD),
        table: body,
        columns: fit.min(columns),
    }
}

/// Where column `n` of `columns` in view stands: even shares, with a column for the border between two.
pub(super) fn place(body: Rect, n: usize, columns: usize) -> Rect {
    let columns = u16::try_from(columns).unwrap_or(1).max(1);
    let n = u16::try_from(n).unwrap_or(0);
    let room = body.width.saturating_sub(columns - 1);
    let (share, rest) = (room / columns, room % columns);
    let x = body.x + n * (share + 1) + n.min(rest);
    Rect { x, width: share + u16::from(n < rest), ..body }
}

/// The first card in view, so that `row` is in view and no line stays empty that a card could fill.
pub(super) fn top_of(row: usize, top: usize, cards: usize, len: usize) -> usize {
    let lowest = (row + 1).saturating_sub(cards.max(1));
    top.clamp(lowest, row.max(lowest)).min(len.saturating_sub(cards))
}
