//! A text field of one line. Holds what is typed and where; what it means is the caller's.

use super::Pen;
use crate::domain::counted::counted;
use crate::text::Shown;
use crate::tui::input::{Code, Key};
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

/// Columns between the value and what stands right of it.
const GAP: usize = 2;
/// Characters a field takes where the caller says nothing else: more than a long letter has.
const LONGEST: usize = 20_000;

/// What is typed, and where the cursor is.
#[derive(Debug, Clone)]
pub struct Field {
    input: Input,
    longest: usize,
    /// How many signs the last key or paste had no room for.
    left_out: usize,
}

impl Default for Field {
    fn default() -> Field {
        Field::new("")
    }
}

impl Field {
    /// A field with the cursor behind its text.
    pub fn new(text: &str) -> Field {
        Field { input: Input::new(text.to_string()), longest: LONGEST, left_out: 0 }
    }

    /// Takes at most this many characters.
    #[must_use]
    pub fn at_most(mut self, characters: usize) -> Field {
        self.longest = characters;
        self
    }

    pub fn text(&self) -> &str {
        self.input.value()
    }

    /// What the last key or paste had no room for, in words; `None` where all of it is there.
    pub fn left_out(&self) -> Option<String> {
        let out = (self.left_out > 0).then(|| counted(self.left_out, "sign"))?;
        Some(format!("A field takes {} signs: {out} at the end had no room.", self.longest))
    }

    /// A text of several lines, line breaks kept, with the cursor behind it.
    pub fn long(text: &str, longest: usize) -> Field {
        Field::new(text).at_most(longest)
    }

    /// Where the cursor is, in bytes of the text.
    pub fn byte(&self) -> usize {
        let text = self.text();
        text.char_indices().nth(self.input.cursor()).map_or(text.len(), |(at, _)| at)
    }

    /// Puts the cursor before a byte of the text.
    pub fn put_at(&mut self, byte: usize) {
        let characters = self.text().char_indices().take_while(|(at, _)| *at < byte).count();
        self.input.handle(InputRequest::SetCursor(characters));
    }

    /// Takes bytes out of the text and puts the cursor there.
    pub fn take_out(&mut self, bytes: std::ops::Range<usize>) {
        let text = self.text();
        let rest = format!("{}{}", &text[..bytes.start], &text[bytes.end..]);
        self.input = Input::new(rest);
        self.put_at(bytes.start);
    }

    /// Puts pasted text in with its lines; other controls go.
    pub fn paste_lines(&mut self, text: &str) {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n").replace('\t', "    ");
        self.insert(&lines.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>());
    }

    /// True when the key was for the field. Newlines and Tab never are.
    pub fn key(&mut self, key: &Key) -> bool {
        let request = match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) => {
                self.insert(c.encode_utf8(&mut [0; 4]));
                return true;
            }
            (Code::Backspace, false, false) | (Code::Char('h'), true, false) => InputRequest::DeletePrevChar,
            (Code::Backspace, ..) | (Code::Char('w'), true, false) => InputRequest::DeletePrevWord,
            (Code::Delete, false, false) => InputRequest::DeleteNextChar,
            (Code::Delete, true, false) => InputRequest::DeleteNextWord,
            (Code::Char('u'), true, false) => InputRequest::DeleteFromStart,
            (Code::Char('k'), true, false) => InputRequest::DeleteTillEnd,
            (Code::Left, false, false) => InputRequest::GoToPrevChar,
            (Code::Right, false, false) => InputRequest::GoToNextChar,
            (Code::Left, ..) => InputRequest::GoToPrevWord,
            (Code::Right, ..) => InputRequest::GoToNextWord,
            (Code::Home, ..) => InputRequest::GoToStart,
            (Code::End, ..) => InputRequest::GoToEnd,
            _ => return false,
        };
        self.input.handle(request);
        self.left_out = 0;
        true
    }

    /// Puts pasted text in as one line: a line break becomes a blank, other controls go.
    pub fn paste(&mut self, text: &str) {
        let line = text.trim_end_matches(['\r', '\n']).replace("\r\n", " ").replace(['\n', '\r', '\t'], " ");
        self.insert(&line.chars().filter(|c| !c.is_control()).collect::<String>());
    }

    /// Another line, where the caller takes several.
    pub fn new_line(&mut self) {
        self.insert("\n");
    }

    /// Puts a text in where the cursor is, as much of it as there is room for.
    fn insert(&mut self, more: &str) {
        let room = self.longest.saturating_sub(self.text().chars().count());
        let end = more.char_indices().nth(room).map_or(more.len(), |(at, _)| at);
        self.left_out = more[end..].chars().count();
        let (text, byte) = (self.text(), self.byte());
        let whole = format!("{}{}{}", &text[..byte], &more[..end], &text[byte..]);
        let cursor = self.input.cursor() + more[..end].chars().count();
        self.input = Input::new(whole).with_cursor(cursor);
    }

    /// The part of the text that fits into `width` with the cursor in it, and the cursor's column there.
    fn window(&self, width: usize) -> (Shown, usize) {
        let (text, byte) = (self.text(), self.byte());
        // From the cursor to the left, as far as there is room: the text may be long, and this is asked for with every key.
        let (mut start, mut column) = (byte, 0);
        for (at, cluster) in text[..byte].grapheme_indices(true).rev() {
            let wider = column + Shown::typed(cluster).width();
            if wider >= width {
                break;
            }
            (start, column) = (at, wider);
        }
        (Shown::typed(&text[start..]), column)
    }
}

/// How a field stands on its line.
#[derive(Debug, Clone, Default)]
pub struct Look {
    pub label: Shown,
    /// Columns of the label, the gap after it included.
    pub label_width: usize,
    /// Columns of the value before the echo; all that are left where there is no echo.
    pub value_width: usize,
    /// What the value was understood as, or what is asked for.
    pub echo: Shown,
    pub meaning: EchoMeaning,
    /// Another field has the keys: a value that is too long shows how it begins, not where it is edited.
    pub at_rest: bool,
}

/// Whether the echo is a help or an objection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EchoMeaning {
    #[default]
    Help,
    Wrong,
}

/// Draws label, value and echo on the first line of `area`; returns where the terminal's cursor belongs when
/// this field has the keys.
pub fn draw(buffer: &mut Buffer, theme: &Theme, area: Rect, field: &Field, look: &Look) -> Option<Position> {
    let mut pen = Pen::new(buffer, theme, area);
    if pen.room() == 0 {
        return None;
    }
    // The value is what the person works on: in a narrow box the label gives way first.
    let label_width = look.label_width.min(pen.room() / 2);
    // A label that was cut does not run into its value.
    pen.column(&look.label.cut(label_width.saturating_sub(1)), label_width, Meaning::Dim);
    let value_width = match look.echo.is_empty() {
        true => pen.room(),
        false => look.value_width.clamp(1, pen.room()),
    };
    let (value, column) = match look.at_rest {
        true => (Shown::typed(field.text()).cut(value_width), 0),
        false => field.window(value_width),
    };
    let start = pen.position();
    pen.column(&value, value_width, Meaning::Plain);
    if pen.room() > GAP {
        let meaning = match look.meaning {
            EchoMeaning::Help => Meaning::Dim,
            EchoMeaning::Wrong => Meaning::Error,
        };
        pen.skip(GAP).text(&look.echo, meaning);
    }
    Some(Position::new(start.x + u16::try_from(column).unwrap_or(0), start.y))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn typed(keys: &[&str]) -> Field {
        let mut field = Field::default();
        for key in keys {
            assert!(field.key(&key.parse().unwrap()), "{key}");
        }
        field
    }

    fn look() -> Look {
        let echo = shown("-> Tue 24 Nov 17:00, in 4 days");
        Look { label: shown("Due"), label_width: 11, value_width: 14, echo, ..Look::default() }
    }

    fn drawn(width: u16, field: &Field, look: &Look) -> String {
        screen(width, 1, |frame| {
            let area = frame.area();
            if let Some(at) = draw(frame.buffer_mut(), &theme(), area, field, look) {
                frame.set_cursor_position(at);
            }
        })
    }

    #[test]
    fn a_field_at_several_widths() {
        insta::assert_snapshot!(drawn(60, &Field::new("tue 5pm"), &look()), @r#""Due        tue 5pm         -> Tue 24 Nov 17:00, in 4 days   ""#);
        insta::assert_snapshot!(drawn(36, &Field::new("tue 5pm"), &look()), @r#""Due        tue 5pm         -> Tue 2~""#);
        insta::assert_snapshot!(drawn(10, &Field::new("tue 5pm"), &look()), @r#""Due   5pm ""#);
        insta::assert_snapshot!(drawn(20, &Field::new("a note that is longer than its field"), &Look::default()), @r#""nger than its field ""#);
    }

    #[test]
    fn a_field_at_rest_shows_how_it_begins() {
        let long = Field::new("a note that is longer than its field");
        let at_rest = Look { at_rest: true, ..Look::default() };
        insta::assert_snapshot!(drawn(20, &long, &at_rest), @r#""a note that is long~""#);
    }

    #[test]
    fn keys_edit_by_what_people_see_as_one_sign() {
        assert_eq!(typed(&["a", "b", "Left", "X", "End", "c"]).text(), "aXbc");
        let mut field = Field::new("two words 👨‍👩‍👧‍👦");
        field.key(&"Backspace".parse().unwrap());
        assert_eq!(field.text(), "two words ");
        field.key(&"Ctrl-w".parse().unwrap());
        assert_eq!(field.text(), "two ");
        field.key(&"Ctrl-u".parse().unwrap());
        assert_eq!(field.text(), "");
        for key in ["Enter", "Tab", "Esc", "Up", "Ctrl-x", "F1", "Alt-a"] {
            assert!(!field.key(&key.parse().unwrap()), "{key} is not for the field");
        }
    }

    #[test]
    fn a_paste_becomes_one_line_and_stops_at_the_limit() {
        let mut field = Field::new("").at_most(10);
        field.paste("a\r\nb\tc\x1b[0m\u{9b}\n");
        assert_eq!(field.text(), "a b c[0m");
        field.paste("123456");
        assert_eq!(field.text(), "a b c[0m12");
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_in_the_field(text in any::<String>(), left in 0usize..60, width in 0u16..=300,
                                             label_width in 0usize..40, value_width in 0usize..40) {
            let mut field = Field::new(&text);
            for _ in 0..left {
                field.key(&Key::plain(Code::Left));
            }
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, 1));
            let area = buffer.area;
            let look = Look { label_width, value_width, ..look() };
            let at = draw(&mut buffer, &theme(), area, &field, &look);
            prop_assert_eq!(at.is_some(), width > 0);
            prop_assert!(at.is_none_or(|at| area.contains(at)));
        }
    }
}
