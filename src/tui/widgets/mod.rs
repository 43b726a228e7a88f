//! The pieces every screen is made of. Drawing changes nothing: a widget takes what it shows, and hands back
//! where the cursor of the terminal belongs. All text is `Shown`.

pub mod area;
pub mod bar;
pub mod dialog;
pub mod field;
pub mod footer;
pub mod list;
pub mod tabs;

use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Writes one line from left to right, straight into the buffer and never past the end of the line.
pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    x: u16,
    y: u16,
    end: u16,
}

impl<'a> Pen<'a> {
    /// A pen at the start of the first line of `area`; one that writes nothing where there is no line.
    pub fn new(buffer: &'a mut Buffer, theme: &'a Theme, area: Rect) -> Pen<'a> {
        let area = area.intersection(buffer.area);
        let end = if area.is_empty() { area.x } else { area.right() };
        Pen { buffer, theme, x: area.x, y: area.y, end }
    }

    /// Columns left.
    pub fn room(&self) -> usize {
        usize::from(self.end - self.x)
    }

    pub fn position(&self) -> Position {
        Position::new(self.x, self.y)
    }

    /// Leaves columns as they are.
    pub fn skip(&mut self, columns: usize) -> &mut Self {
        let columns = columns.min(self.room());
        self.x += u16::try_from(columns).unwrap_or(0);
        self
    }

    /// The text, cut at the end of the line.
    pub fn text(&mut self, text: &Shown, meaning: Meaning) -> &mut Self {
        let style = self.theme.style(meaning);
        if text.width() <= self.room() {
            self.put(text, style)
        } else {
            self.put(&text.cut(self.room()), style)
        }
    }

    /// Words of our own, already fit to be shown.
    pub fn word(&mut self, word: &str, meaning: Meaning) -> &mut Self {
        self.text(&Shown::new(word), meaning)
    }

    /// The text in a column of `width`, cut where it is longer, followed by whatever comes next.
    pub fn column(&mut self, text: &Shown, width: usize, meaning: Meaning) -> &mut Self {
        self.aligned(text, width, meaning, false)
    }

    /// The same with the text at the right.
    pub fn column_right(&mut self, text: &Shown, width: usize, meaning: Meaning) -> &mut Self {
        self.aligned(text, width, meaning, true)
    }

    /// The number of a case or a record with a blank behind it, whole however long it is: cut it would be another's. How
    /// many columns it takes beyond `width` comes back.
    pub fn number(&mut self, number: &str, width: usize) -> usize {
        let number = Shown::new(number);
        let more = (number.width() + 1).saturating_sub(width);
        self.column(&number, width + more, Meaning::Plain);
        more
    }

    fn aligned(&mut self, text: &Shown, width: usize, meaning: Meaning, right: bool) -> &mut Self {
        let width = width.min(self.room());
        let text = text.cut(width);
        let gap = width - text.width();
        let style = self.theme.style(meaning);
        if right { self.skip(gap).put(&text, style) } else { self.put(&text, style).skip(gap) }
    }

    fn put(&mut self, text: &Shown, style: Style) -> &mut Self {
        let plain = text.width() == text.as_str().len();
        if plain {
            for byte in text.as_str().bytes() {
                self.buffer[(self.x, self.y)].set_char(char::from(byte)).set_style(style);
                self.x += 1;
            }
        } else if self.x < self.end {
            (self.x, _) = self.buffer.set_stringn(self.x, self.y, text.as_str(), self.room(), style);
        }
        self
    }
}

/// The same sign across the whole of an area, such as a rule.
pub fn fill(buffer: &mut Buffer, area: Rect, symbol: &str) {
    let area = area.intersection(buffer.area);
    for position in area.positions() {
        buffer[position].set_symbol(symbol);
    }
}

/// A rule across the first line of `area`.
pub fn rule(buffer: &mut Buffer, theme: &Theme, area: Rect) {
    fill(buffer, Rect { height: area.height.min(1), ..area }, theme.lines.horizontal);
}

/// Lines of at most `width` columns, broken between words.
pub fn wrap(text: &str, width: usize) -> Vec<Shown> {
    Shown::lines(text).iter().flat_map(|line| line.wrapped(width)).collect()
}

#[cfg(test)]
pub mod testing {
    //! What the tests of all widgets need.

    use super::*;
    use crate::tui::theme::{Lines, Palette};
    use ratatui::backend::TestBackend;
    use ratatui::{Frame, Terminal};

    pub fn theme() -> Theme {
        Theme::new(Palette::Auto, Lines::Unicode, |_| None)
    }

    pub fn shown(text: &str) -> Shown {
        Shown::new(text)
    }

    /// What a screen of this size shows, one quoted line a row.
    pub fn screen(width: u16, height: u16, draw: impl FnOnce(&mut Frame)) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(draw).unwrap();
        terminal.backend().to_string()
    }

    /// Rows of a buffer as text.
    pub fn rows(buffer: &Buffer) -> Vec<String> {
        let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..buffer.area.height).map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn columns_stay_straight_whatever_the_text() {
        let lines = screen(20, 3, |frame| {
            for (y, text) in ["abc", "a long name", "日本語の名前"].into_iter().enumerate() {
                let area = Rect { y: y as u16, height: 1, ..frame.area() };
                let theme = theme();
                let mut pen = Pen::new(frame.buffer_mut(), &theme, area);
                pen.column(&shown(text), 8, Meaning::Plain).skip(1).column_right(
                    &shown("5h"),
                    4,
                    Meaning::Late,
                );
                pen.word("|", Meaning::Plain);
            }
        });
        insta::assert_snapshot!(lines, @r#"
        "abc        5h|      "
        "a long ~   5h|      "
        "日本語~    5h|      " Hidden by multi-width symbols: [(1, " "), (3, " "), (5, " ")]
        "#);
    }

    proptest! {
        #[test]
        fn a_pen_stays_on_its_line(text in any::<String>(), x in 0u16..20, y in 0u16..6, width in 0u16..20, columns in 0usize..30) {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 4));
            let area = Rect::new(x, y, width, 1);
            let theme = theme();
            let mut pen = Pen::new(&mut buffer, &theme, area);
            pen.column(&shown(&text), columns, Meaning::Late).text(&shown(&text), Meaning::Plain);
            for position in buffer.area.positions().filter(|p| !area.contains(*p)) {
                prop_assert_eq!(buffer[position].symbol(), " ");
            }
        }
    }
}
