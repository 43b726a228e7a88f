//! The first thing somebody sees who has no file yet: what there is to do, in one key each.

use super::model::Model;
use super::theme::Meaning;
use super::widgets::Pen;
use super::widgets::footer::{self, Hint};
use crate::text::Shown;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Draws the welcome on the whole screen.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    let me = &model.me;
    let lines = [
        String::new(),
        "Welcome. Nothing is set up yet, and nothing needs to be.".to_string(),
        String::new(),
        format!("  Enter   Start empty. You are \"{me}\" (--as changes it)."),
        "  t       Start from a template:".to_string(),
        "            order to cash / hiring / vendors / support / and more".to_string(),
        "  d       Look around a sample company (nothing is kept).".to_string(),
        String::new(),
        "To bring in a log of another system, quit and type: baton import log FILE".to_string(),
        String::new(),
        "Three keys to remember:   ? help    : do anything    u undo".to_string(),
        String::new(),
        "Your data is one file:".to_string(),
        format!("  {}", model.path),
        "Colours off, small screens, tmux and SSH are fine.".to_string(),
    ];
    let margin = if area.width >= 80 { 6 } else { 1 };
    for (y, line) in (area.y..area.bottom().saturating_sub(2)).zip(&lines) {
        let row = Rect { y, height: 1, ..area };
        Pen::new(buffer, &model.theme, row).skip(margin).text(&Shown::new(line), Meaning::Plain);
    }
    let below = area.bottom().saturating_sub(2);
    let status = Rect { y: below, height: 1, ..area };
    Pen::new(buffer, &model.theme, status).skip(1).text(&Shown::new(&model.status.text), Meaning::Plain);
    let hints = [("Enter", "start"), ("t", "template"), ("d", "sample"), ("q", "quit")];
    let hints = hints.map(|(key, words)| Hint::new(key, words));
    footer::draw(buffer, &model.theme, Rect { y: below + 1, height: 1, ..area }, &hints, &[], "help");
    Some(Position::new(area.x + margin as u16, area.y + 3.min(area.height - 1)))
}
