//! Catches a key, or two one after the other, for an action or to be tried out. Knows what was pressed; what comes of it
//! is `rebind`.

use crate::text::Shown;
use crate::tui::action::{self, ActionId};
use crate::tui::input::Key;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::wrap;
use crate::tui::widgets::{Pen, dialog};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The box.
#[derive(Debug, Clone)]
pub struct Capture {
    /// For which action; none while keys are only tried.
    pub action: Option<ActionId>,
    pub pressed: Vec<Key>,
    /// What the keys mean now, or what stands in their way.
    pub said: String,
    pub wrong: bool,
}

impl Capture {
    pub fn new(action: Option<ActionId>) -> Capture {
        Capture { action, pressed: Vec::new(), said: String::new(), wrong: false }
    }

    /// What was pressed, as the settings spell it.
    pub fn spelled(&self) -> String {
        self.pressed.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Draws it; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) -> Option<Position> {
        let width = area.width.min(64);
        let room = usize::from(width.saturating_sub(4)).max(1);
        let title = match self.action {
            Some(id) => format!("A key for {}: {}", action::of(id).name, action::of(id).words),
            None => "Press a key".to_string(),
        };
        let pressed = if self.pressed.is_empty() { "(none yet)".to_string() } else { self.spelled() };
        let mut lines = vec![(Shown::new(&format!("Pressed  {pressed}")), Meaning::Active)];
        let meaning = if self.wrong { Meaning::Error } else { Meaning::Plain };
        lines.extend(wrap(&self.said, room).into_iter().map(|line| (line, meaning)));
        if self.action.is_some() {
            let how =
                "Up to two keys, one after the other. Delete takes its keys away, Backspace begins anew.";
            lines.extend(wrap(how, room).into_iter().map(|line| (line, Meaning::Dim)));
        }
        let hints = match self.action {
            Some(_) => {
                vec![Hint::new("Enter", "keep"), Hint::new("Home", "as it was"), Hint::new("Esc", "leave")]
            }
            None => vec![Hint::new("Esc", "close")],
        };
        let frame = dialog::centred(area, width, lines.len() as u16 + 2);
        let inside = dialog::draw(buffer, theme, frame, &Shown::new(&title), &hints);
        for (y, (line, meaning)) in (inside.y..inside.bottom()).zip(&lines) {
            Pen::new(buffer, theme, Rect { y, height: 1, ..inside }).text(line, *meaning);
        }
        Some(inside.as_position())
    }
}
