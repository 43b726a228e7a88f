//! The line of tabs over a list, with what it is sorted and filtered by at its right. Draws only.

use super::{Tab, right_of};
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns in which the beginning of what stands at the right says something.
const LEAST_RIGHT: usize = 16;

/// A line of tabs with brackets round the active one, and words at the right where they fit. Where the line
/// is too short it begins later, so that the active one is on it.
pub fn tabs(buffer: &mut Buffer, theme: &Theme, area: Rect, tabs: &[Tab], active: usize, right: &str) {
    let name = |(n, tab): (usize, &Tab)| match n == active {
        true => Shown::new(&format!("[{}]", tab.name)),
        false => Shown::new(&tab.name),
    };
    let late = |tab: &Tab| match tab.late {
        0 => Shown::default(),
        late => Shown::new(&format!(" !{late}")),
    };
    let shown = tabs.iter().enumerate().map(|tab| (name(tab), late(tab.1))).collect::<Vec<(Shown, Shown)>>();
    let upto = shown.len().min(active + 1);
    let all = usize::from(area.width);
    let width = |tabs: &[(Shown, Shown)], gap: usize| {
        tabs.iter().map(|(name, late)| name.width() + late.width() + gap).sum::<usize>()
    };
    // That nothing is filtered goes first; by what it is sorted says more than that it is.
    let plain = right.strip_suffix("   filter: none").unwrap_or(right);
    let short = match (plain.strip_prefix("sort: "), plain.strip_prefix("reversed: ")) {
        (Some(by), _) => by.to_string(),
        (None, Some(by)) => format!("rev. {by}"),
        (None, None) => plain.to_string(),
    };
    let rights = [right, plain, short.as_str()];
    let room = |gap: usize| (all + gap).saturating_sub(1 + width(&shown, gap));
    let fits = |gap: usize| rights.into_iter().find(|words| Shown::new(words).width() + 3 <= room(gap));
    // Tabs stand closer where their words would be cut else.
    let (gap, right) = match fits(2) {
        Some(words) => (2, words),
        None => fits(1).map_or((2, short.as_str()), |words| (1, words)),
    };
    let mut pen = Pen::new(buffer, theme, area);
    let first = (0..active.min(upto))
        .find(|from| width(&shown[*from..upto], gap) <= pen.room())
        .unwrap_or(active.min(upto));
    pen.word(if first > 0 { "<" } else { " " }, Meaning::Plain);
    for (n, (name, late)) in shown.iter().enumerate().skip(first) {
        if n > first {
            pen.skip(gap);
        }
        let meaning = if n == active { Meaning::Active } else { Meaning::Plain };
        pen.text(name, meaning).text(late, Meaning::Late);
    }
    let room = pen.room();
    match Shown::new(right).width() + 3 > room && room >= LEAST_RIGHT {
        true => _ = pen.skip(2).text(&Shown::fit(right, room - 3), Meaning::Plain),
        false => right_of(&mut pen, right),
    }
}
