//! A page of prose beside or below a list: lines of differently meant pieces, wrapped where they are long.

use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::line;

/// Lines a text of any length may take.
const LONGEST: usize = 200;

/// Lines ready to be drawn, in `width` columns.
pub struct Page {
    width: usize,
    lines: Vec<Vec<(Shown, Meaning)>>,
}

impl Page {
    pub fn new(width: u16) -> Page {
        Page { width: usize::from(width), lines: Vec::new() }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn blank(&mut self) -> &mut Page {
        self.lines.push(Vec::new());
        self
    }

    pub fn line(&mut self, text: &str, meaning: Meaning) -> &mut Page {
        self.pieces(&[(text, meaning)])
    }

    pub fn pieces(&mut self, pieces: &[(&str, Meaning)]) -> &mut Page {
        self.lines.push(pieces.iter().map(|(text, meaning)| (Shown::new(text), *meaning)).collect());
        self
    }

    /// `Value      12 400.00`: the label in a column of its own, the value wrapped beside it.
    pub fn field(&mut self, label: &str, label_width: usize, value: &str, meaning: Meaning) -> &mut Page {
        let label_width = label_width.min(self.width / 2);
        let label = Shown::new(label).pad(label_width.saturating_sub(1));
        let mut lead = label.then(&Shown::new(" "));
        for line in wrap(value, self.width.saturating_sub(label_width + 2)) {
            let next = Shown::default().pad(label_width);
            self.lines.push(vec![(std::mem::replace(&mut lead, next), Meaning::Dim), (line, meaning)]);
        }
        self
    }

    /// The text wrapped, `indent` columns from the left.
    pub fn text(&mut self, indent: usize, text: &str, meaning: Meaning) -> &mut Page {
        for line in wrap(text, self.width.saturating_sub(indent + 2)) {
            self.lines.push(vec![(Shown::default().pad(indent), Meaning::Plain), (line, meaning)]);
        }
        self
    }

    /// Its width and its lines, to be shown by somebody else.
    pub fn into_lines(self) -> (usize, Vec<Vec<(Shown, Meaning)>>) {
        (self.width, self.lines)
    }

    /// Draws from line `top` on, one column in; the page never scrolls past its last line.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect, top: usize) {
        let most = self.lines.len().saturating_sub(usize::from(area.height));
        for (row, pieces) in (0..area.height).zip(self.lines.iter().skip(top.min(most))) {
            let mut pen = Pen::new(buffer, theme, line(area, row));
            pen.skip(1);
            for (text, meaning) in pieces {
                pen.text(text, *meaning);
            }
        }
    }
}

/// The text broken at blanks into lines of at most `width` columns; a word longer than a line is cut.
pub fn wrap(text: &str, width: usize) -> Vec<Shown> {
    let blank = Shown::new(" ");
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = Shown::default();
        for word in paragraph.split_whitespace() {
            let word = Shown::fit(word, width);
            if line.is_empty() {
                line = word;
            } else if line.width() + 1 + word.width() <= width {
                line = line.then(&blank).then(&word);
            } else {
                lines.push(std::mem::replace(&mut line, word));
            }
            if lines.len() >= LONGEST {
                return lines;
            }
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(Shown::default());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_is_broken_at_blanks_and_paragraphs_stay() {
        let lines = wrap("Price is final, client wants a yes.\n\nSee incomprehensibilities.", 14);
        let lines = lines.iter().map(Shown::as_str).collect::<Vec<_>>();
        assert_eq!(lines, ["Price is", "final, client", "wants a yes.", "", "See", "incomprehensi~"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in any::<String>(), width in 0usize..40) {
            prop_assert!(wrap(&text, width).iter().all(|line| line.width() <= width));
        }
    }
}
