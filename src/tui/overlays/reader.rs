//! Text over the pane that is read and copied: messages, keys in force, a topic of the help. Changes nothing.

use crate::text::Shown;
use crate::tui::input::{Code, Key};
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::wrap;
use crate::tui::widgets::{Pen, dialog};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

const WIDEST: u16 = 84;

/// The text, and how far it was scrolled.
#[derive(Debug, Clone)]
pub struct Reader {
    pub title: String,
    pub lines: Vec<String>,
    scroll: usize,
}

/// What a key did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    Close,
    Copy(String),
}

impl Reader {
    pub fn new(title: &str, lines: Vec<String>) -> Reader {
        Reader { title: title.to_string(), lines, scroll: 0 }
    }

    /// Hears a key on a screen of this size.
    pub fn key(&mut self, key: &Key, area: Rect) -> Heard {
        let (room, len) = self.room(area);
        let last = len.saturating_sub(room);
        let to = match (key.code, key.ctrl) {
            (Code::Esc | Code::Enter | Code::Char('q'), false) | (Code::Char('c'), true) => {
                return Heard::Close;
            }
            (Code::Char('y' | 'Y'), false) => return Heard::Copy(self.lines.join("\n")),
            (Code::Down | Code::Char('j'), false) => self.scroll + 1,
            (Code::Up | Code::Char('k'), false) => self.scroll.saturating_sub(1),
            (Code::PgDn, _) | (Code::Char('d'), true) | (Code::Char(' '), false) => self.scroll + room,
            (Code::PgUp, _) | (Code::Char('u'), true) => self.scroll.saturating_sub(room),
            (Code::Home | Code::Char('g'), false) => 0,
            (Code::End | Code::Char('G'), false) => last,
            _ => self.scroll,
        };
        self.scroll = to.min(last);
        Heard::Nothing
    }

    fn room(&self, area: Rect) -> (usize, usize) {
        let len = self.wrapped(area).len();
        (len.min(usize::from(area.height.saturating_sub(4))), len)
    }

    fn wrapped(&self, area: Rect) -> Vec<Shown> {
        let width = usize::from(box_width(area).saturating_sub(4)).max(1);
        self.lines.iter().flat_map(|line| wrap(line, width)).collect()
    }

    /// Draws it in the middle of `area`; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) -> Option<Position> {
        let (room, len) = self.room(area);
        let frame = dialog::centred(area, box_width(area), room as u16 + 2);
        let mut hints = vec![Hint::new("y", "copy"), Hint::new("Esc", "close")];
        let scroll = self.scroll.min(len.saturating_sub(room));
        if len > room {
            hints.insert(0, Hint::new("j k", &format!("{}-{} of {len}", scroll + 1, scroll + room)));
        }
        let inside = dialog::draw(buffer, theme, frame, &Shown::new(&self.title), &hints);
        for (y, line) in (inside.y..inside.bottom()).zip(self.wrapped(area).iter().skip(scroll)) {
            Pen::new(buffer, theme, Rect { y, height: 1, ..inside }).text(line, Meaning::Plain);
        }
        Some(inside.as_position())
    }
}

fn box_width(area: Rect) -> u16 {
    area.width.saturating_sub(2).min(WIDEST)
}
