//! What was written to the person, under the list: as much of it as there are lines for, because nothing else of the case
//! matters more.

use super::preview::{Preview, labelled};
use super::{Look, line};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Said where not all of it is here.
const MORE: &str = " ... Enter";

/// Draws it below the first line.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, preview: &Preview, look: &Look) {
    let last = area.height.saturating_sub(1);
    let room = usize::from(area.width).saturating_sub(10).max(1);
    let all = preview.item.why.as_ref().unwrap_or(&preview.item.step_title);
    let (mut lines, fit) = (Shown::new(all).wrapped(room), usize::from(last.saturating_sub(1)).max(1));
    if lines.len() > fit {
        lines.truncate(fit);
        let kept = lines.pop().map(|line| line.cut(room.saturating_sub(MORE.len())));
        lines.extend(kept.map(|line| Shown::new(&format!("{}{MORE}", line.as_str()))));
    }
    for (row, text) in (1..last).zip(lines) {
        let label = if row == 1 { "Note" } else { "" };
        labelled(buffer, look, line(area, row), label).text(&text, Meaning::Plain);
    }
    labelled(buffer, look, line(area, last), "Keys").word(preview.likely, Meaning::Active);
}
