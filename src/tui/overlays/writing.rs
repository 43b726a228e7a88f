//! A text of many lines, written on the screen: a process file or a field of a form, for whoever has no editor here. What
//! is wrong is said below, with the cursor at its line. What is typed is kept as it is typed.

use crate::domain::Handle;
use crate::text::Shown;
use crate::tui::input::{Code, Key};
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::field::Field;
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::{Pen, area, dialog, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// More than any process file has; what is longer is for a machine with an editor.
const LONGEST: usize = 200_000;
/// Lines for what is wrong.
const SAID: usize = 3;

/// What the text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// The file of a process, checked when it is saved.
    Process(Handle),
    /// A field of the form that lies under it.
    Field { place: String, field: String },
}

/// The text over the pane.
#[derive(Debug, Clone)]
pub struct Writing {
    pub title: String,
    pub of: Of,
    pub field: Field,
    /// What is wrong with it, or what to know.
    pub said: String,
    pub wrong: bool,
    top: usize,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    Changed,
    /// It is to be checked, or taken into its field.
    Done,
    Close,
}

impl Writing {
    pub fn new(title: &str, of: Of, text: &str, line: Option<usize>) -> Writing {
        let mut field = Field::long(text, LONGEST);
        field.put_at(line.map_or(0, |line| start_of(text, line)));
        Writing { title: title.to_string(), of, field, said: String::new(), wrong: false, top: 0 }
    }

    /// Says what is wrong, with the cursor at its line, from 1.
    pub fn say_wrong(&mut self, line: usize, said: String) {
        (self.said, self.wrong) = (said, true);
        self.field.put_at(start_of(self.field.text(), line));
    }

    /// Hears a key on a screen of this size.
    pub fn key(&mut self, key: &Key, screen: Rect) -> Heard {
        let inside = self.inside(screen);
        let (width, page) = (usize::from(inside.width), usize::from(inside.height));
        let heard = match (key.code, key.ctrl, key.alt) {
            (Code::Esc, ..) | (Code::Char('c'), true, _) => return Heard::Close,
            (Code::Char('s' | 'x'), true, _) => return Heard::Done,
            (Code::Enter, ..) | (Code::Char('j'), true, _) => {
                self.field.new_line();
                true
            }
            (Code::Tab, ..) => {
                self.field.paste_lines("\t");
                true
            }
            _ => area::key(&mut self.field, key, width, page),
        };
        let rows = area::rows(self.field.text(), width);
        self.top = area::scrolled(self.top, area::row_of(&rows, self.field.byte()), page);
        if heard { Heard::Changed } else { Heard::Nothing }
    }

    fn frame(screen: Rect) -> Rect {
        dialog::centred(screen, screen.width, screen.height.saturating_sub(2).max(4))
    }

    fn said_lines(&self, width: u16) -> Vec<Shown> {
        let lines = match self.said.as_str() {
            "" => Vec::new(),
            said => wrap(said, usize::from(width.max(1))),
        };
        lines.into_iter().take(SAID).collect()
    }

    /// Where the text stands on such a screen.
    fn inside(&self, screen: Rect) -> Rect {
        let frame = Writing::frame(screen);
        let width = frame.width.saturating_sub(4);
        let said = u16::try_from(self.said_lines(width).len()).unwrap_or(0);
        let below = if said > 0 { said + 1 } else { 0 };
        let height = frame.height.saturating_sub(2 + below).max(1);
        Rect { x: frame.x + 2, y: frame.y + 1, width, height }
    }

    /// Draws it; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, screen: Rect) -> Option<Position> {
        let done = match self.of {
            Of::Process(_) => "check",
            Of::Field { .. } => "take it",
        };
        let hints =
            [Hint::new("Ctrl-s", done), Hint::new("Enter", "new line"), Hint::new("Esc", "keep draft")];
        let text = self.field.text();
        let line = text[..self.field.byte()].matches('\n').count() + 1;
        let of = text.lines().count().max(line);
        let title = Shown::new(&format!("{}   line {line} of {of}", self.title));
        let frame = dialog::draw(buffer, theme, Writing::frame(screen), &title, &hints);
        let inside = self.inside(screen).intersection(frame);
        for (n, said) in self.said_lines(inside.width).iter().enumerate() {
            let y = inside.bottom() + 1 + u16::try_from(n).unwrap_or(0);
            let row = Rect { y, height: 1, ..inside }.intersection(frame);
            let meaning = if self.wrong { Meaning::Error } else { Meaning::Dim };
            Pen::new(buffer, theme, row).text(said, meaning);
        }
        area::draw(buffer, theme, inside, &self.field, self.top)
    }
}

/// The byte that a line begins with, from 1; the last line for one there is not.
fn start_of(text: &str, line: usize) -> usize {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    starts.take(line.max(1)).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_where_it_is_wrong_and_says_why() {
        let screen = Rect::new(0, 0, 60, 12);
        let of = Of::Process("sale".parse().unwrap());
        let mut writing = Writing::new("sale", of, "[process]\nhandle = \"sale\"\n", Some(2));
        for key in ["End", "Enter", "x"] {
            assert_eq!(writing.key(&key.parse().unwrap(), screen), Heard::Changed);
        }
        assert_eq!(writing.field.text(), "[process]\nhandle = \"sale\"\nx\n");
        assert_eq!(writing.key(&"Ctrl-s".parse().unwrap(), screen), Heard::Done);
        writing.say_wrong(1, "line 1: there are no steps".to_string());
        assert_eq!(writing.field.byte(), 0);
        let shown = crate::tui::panes::testing::drawn(screen, |buffer, area| {
            writing.draw(buffer, &crate::tui::widgets::testing::theme(), area)
        });
        for part in
            ["sale   line 1 of 3", "│ handle = \"sale\"", "│ line 1: there are no steps", "Ctrl-s check"]
        {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    }
}
