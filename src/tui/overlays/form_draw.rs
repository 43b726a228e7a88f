//! How a form looks: its fields, what is said of them, and what the keys do. Draws only; what a key does to a form is
//! `form`'s.

use super::choosing::unnumbered;
use super::form::{Control, Form, WIDTH};
use super::form_field::FormField;
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::field::{EchoMeaning, Look};
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::{Pen, area, dialog, field, fill, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Lines kept free for what is wrong and what to do about it.
const ERROR: usize = 2;

/// Columns before the words of a choice.
const CHOICE: usize = 5;

impl Form {
    /// Columns of the labels.
    pub(super) fn label_width(&self) -> usize {
        let widest = self.fields.iter().map(|f| Shown::new(&f.label).width()).max().unwrap_or(0) + 4;
        widest.min(28)
    }

    /// Columns of the values in a box of this inner width.
    fn room(&self, inside: usize) -> usize {
        inside.saturating_sub(self.label_width().min(inside / 2)).max(1)
    }

    /// Where it stands on a screen.
    pub fn place_on(&self, area: Rect) -> Rect {
        let width = area.width.min(WIDTH);
        self.frame(area, width, self.below(area).len())
    }

    /// What is said below the fields.
    fn below(&self, area: Rect) -> Vec<(Shown, Meaning)> {
        let width = area.width.min(WIDTH);
        let text_width = usize::from(width.saturating_sub(4)).max(1);
        let mut below = Vec::new();
        for note in self.notes.iter().filter(|_| self.error.is_none()) {
            below.extend(wrap(note, text_width).into_iter().map(|line| (line, Meaning::Plain)));
        }
        // What is wrong with a value has rarely room beside it, and of what is said of it not all.
        let said = self.fields.get(self.focus).filter(|_| self.error.is_none());
        let beside = self.room(text_width).saturating_sub(self.value_width() + 2);
        let full = |field: &&FormField| {
            let width = Shown::new(&field.echo).width();
            // What may stand in an empty field has its room as well.
            let empty = matches!(&field.control, Control::Text(text) if text.text().is_empty());
            let beside = if empty { self.room(text_width).saturating_sub(3) } else { beside };
            field.wrong && width > text_width / 2 || width > beside
        };
        if let Some(field) = said.filter(full) {
            let meaning = if field.wrong { Meaning::Error } else { Meaning::Dim };
            let lines = wrap(&field.echo, text_width).into_iter().map(|line| (line, meaning));
            below.splice(0..0, lines);
        }
        // Of a choice the words that have no room on their line are read in full.
        if let Some(Control::Choice { options, chosen }) = said.map(|field| &field.control)
            && let Some((_, words)) = options.get(*chosen)
            && Shown::new(words).width() + CHOICE > text_width
        {
            let lines = wrap(words, text_width).into_iter().map(|line| (line, Meaning::Dim));
            below.splice(0..0, lines);
        }
        if let Some((error, hint)) = &self.error {
            below.extend(wrap(error, text_width).into_iter().map(|line| (line, Meaning::Error)));
            below.extend(wrap(hint, text_width).into_iter().map(|line| (line, Meaning::Plain)));
        }
        below
    }

    /// Draws the form in the middle of `area`; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) -> Option<Position> {
        let text_width = usize::from(area.width.min(WIDTH).saturating_sub(4)).max(1);
        let below = self.below(area);
        let gap = 1;
        let frame = self.place_on(area);
        let mut hints = vec![
            Hint::new("Enter", if self.sent { "sending" } else { self.submit }),
            Hint::new("Tab", "next field"),
            Hint::new("Esc", if self.is_touched() { "keep draft" } else { "close" }),
        ];
        if self.fields.get(self.focus).is_some_and(FormField::is_long) {
            let only = self.fields.len() == 1;
            hints.splice(1..1 + usize::from(only), [Hint::new("Ctrl-j", "new line")]);
        }
        if let Some(Control::Choice { options, .. }) = self.fields.get(self.focus).map(|field| &field.control)
            && options.len() > 1
        {
            let most = (options.len() - unnumbered(options)).min(9);
            hints.insert(1, Hint::new(&format!("1-{most}"), "choose"));
        }
        if let Some(Control::Check(_)) = self.fields.get(self.focus).map(|field| &field.control) {
            hints.insert(1, Hint::new("Space", "tick"));
        }
        let inside = dialog::draw(buffer, theme, frame, &Shown::new(&self.title), &hints);
        // With too little room the fields scroll so that the one with the keys is in view.
        let room = self.room(usize::from(inside.width));
        let before = self
            .fields
            .iter()
            .take(self.focus)
            .map(|field| field.lines(false, room, text_width))
            .sum::<u16>();
        // What is wrong has to be seen, and so does the field it is about.
        let wanted = below.len() as u16;
        let left = if self.error.is_some() { wanted.min(inside.height.saturating_sub(1)) } else { 0 };
        let most = inside.height - left;
        let own =
            self.fields.get(self.focus).map_or(1, |field| field.lines(true, room, text_width)).min(most);
        let skip = (before + own).saturating_sub(most);
        let (mut y, mut cursor) = (0u16, None);
        let label_width = self.label_width();
        for (n, form_field) in self.fields.iter().enumerate() {
            let heads = form_field.head_lines(text_width);
            let lines = if n == self.focus { own } else { form_field.lines(false, room, text_width) };
            let lines = lines.saturating_sub(heads.len() as u16);
            for head in &heads {
                if y >= skip && y - skip < inside.height {
                    let line = Rect { y: inside.y + y - skip, height: 1, ..inside };
                    Pen::new(buffer, theme, line).text(head, Meaning::Title);
                }
                y += 1;
            }
            if y >= skip && y - skip < inside.height {
                let line = Rect { y: inside.y + y - skip, height: 1, ..inside };
                let line = Rect { height: lines.max(1), ..line };
                let at = self.draw_field(buffer, theme, line, inside, form_field, label_width, n);
                if n == self.focus {
                    cursor = at;
                }
            }
            y += lines;
        }
        // Without room for all of it what is said stands close to the fields, and its cut is seen.
        let gap = gap.min(inside.height.saturating_sub(y.saturating_sub(skip) + wanted));
        y = (y + gap).saturating_sub(skip);
        if self.error.is_some() {
            y = y.min(inside.height.saturating_sub(wanted));
        }
        for (n, (line, meaning)) in below.iter().enumerate() {
            if y < inside.height {
                let area = Rect { y: inside.y + y, height: 1, ..inside };
                fill(buffer, area, " ");
                let cut = y + 1 == inside.height && n + 1 < below.len();
                let line = if cut {
                    Shown::fit(&format!("{} ...", line.as_str()), text_width)
                } else {
                    line.clone()
                };
                Pen::new(buffer, theme, area).text(&line, *meaning);
            }
            y += 1;
        }
        cursor
    }

    /// Where the box stands: always at the same line, with room for what may be said below, so that nothing moves
    /// when something is wrong or a choice opens.
    fn frame(&self, area: Rect, width: u16, said: usize) -> Rect {
        let text_width = usize::from(width.saturating_sub(4)).max(1);
        let fields = |focus: usize| {
            let room = self.room(text_width);
            let lines =
                self.fields.iter().enumerate().map(|(n, field)| field.lines(n == focus, room, text_width));
            lines.sum::<u16>()
        };
        let notes = self.notes.iter().map(|note| wrap(note, text_width).len()).sum::<usize>().max(ERROR);
        let most = (0..self.fields.len()).map(fields).max().unwrap_or(0);
        let height = |fields: u16, below: usize| fields + 1 + below as u16 + 2;
        let whole = dialog::centred(area, width, height(most, notes));
        let height = height(fields(self.focus), said.max(notes)).min(area.bottom() - whole.y);
        Rect { height, ..whole }
    }

    /// Columns of the values that something is said of, so that what is said has the rest.
    fn value_width(&self) -> usize {
        let texts = self.fields.iter().filter(|field| !field.echo.is_empty());
        let width = |field: &FormField| match &field.control {
            Control::Text(text) => Shown::new(text.text()).width() + 2,
            _ => 0,
        };
        texts.map(width).max().unwrap_or(0).clamp(14, 26)
    }

    #[allow(clippy::too_many_arguments)]
    fn draw_field(
        &self,
        buffer: &mut Buffer,
        theme: &Theme,
        line: Rect,
        inside: Rect,
        of: &FormField,
        label_width: usize,
        n: usize,
    ) -> Option<Position> {
        let focused = n == self.focus;
        let (block, line) = (line, Rect { height: 1, ..line });
        let marked = Shown::new(&format!("{} {}", if focused { ">" } else { " " }, of.label));
        match &of.control {
            Control::Text(text)
                if focused && of.is_long() && (of.echo.is_empty() || !text.text().is_empty()) =>
            {
                let mut pen = Pen::new(buffer, theme, line);
                let label_width = label_width.min(usize::from(line.width) / 2);
                pen.column(&marked.cut(label_width.saturating_sub(1)), label_width, Meaning::Dim);
                let skip = u16::try_from(label_width).unwrap_or(0);
                let block = Rect { x: block.x + skip, width: block.width.saturating_sub(skip), ..block };
                let height = block.height.min(inside.bottom().saturating_sub(block.y));
                area::draw(buffer, theme, Rect { height, ..block }, text, 0)
            }
            Control::Text(text) => {
                let echo = Shown::new(&of.echo);
                let room = usize::from(line.width).saturating_sub(label_width);
                let look = Look {
                    label: marked,
                    label_width,
                    value_width: match (of.echo.is_empty(), text.text().is_empty()) {
                        (true, _) => room,
                        // What may stand there has the room of what does not.
                        (false, true) if echo.width() + self.value_width() + 2 > room => 1,
                        (false, _) => room.min(self.value_width()),
                    },
                    echo,
                    meaning: if of.wrong { EchoMeaning::Wrong } else { EchoMeaning::Help },
                    at_rest: !focused,
                };
                field::draw(buffer, theme, line, text, &look)
            }
            Control::Check(ticked) => {
                let mut pen = Pen::new(buffer, theme, line);
                let meaning = if focused { Meaning::Active } else { Meaning::Plain };
                let box_and_label = format!("{} {}", if *ticked { "[x]" } else { "[ ]" }, of.label);
                pen.word(if focused { "> " } else { "  " }, meaning)
                    .text(&Shown::new(&box_and_label), meaning);
                Some(Position::new(line.x + 3, line.y))
            }
            Control::Choice { options, chosen } => {
                let mut pen = Pen::new(buffer, theme, line);
                pen.column(&marked, label_width, Meaning::Dim);
                if !focused {
                    let (code, words) = options.get(*chosen).cloned().unwrap_or_default();
                    let needed = if of.needed && code.is_empty() { ", needed" } else { "" };
                    pen.text(&Shown::new(&format!("{words}{needed}")), Meaning::Plain);
                    return None;
                }
                let mut at = None;
                let room = block.bottom().min(inside.bottom()).saturating_sub(line.y + 1);
                if room == 0 {
                    let words = options.get(*chosen).map(|(_, words)| words.as_str()).unwrap_or_default();
                    pen.text(&Shown::new(words), Meaning::Active);
                    return Some(Position::new(line.x, line.y));
                }
                // A list that has not the room for all its choices shows those around the one that is on.
                let (from, to) = window(options.len(), *chosen, usize::from(room));
                if to - from < options.len() && room > 1 {
                    let more = Rect { y: line.y + room, ..line };
                    let words = more_words(from, options.len() - to);
                    Pen::new(buffer, theme, more).text(&Shown::new(&words), Meaning::Dim);
                }
                for (i, (_, words)) in options.iter().enumerate().take(to).skip(from) {
                    let y = line.y + 1 + (i - from) as u16;
                    let row = Rect { y, ..line };
                    let mark = if i == *chosen { ">" } else { " " };
                    let mut pen = Pen::new(buffer, theme, row);
                    let meaning = if i == *chosen { Meaning::Active } else { Meaning::Plain };
                    let number = match (i + 1).checked_sub(unnumbered(options)) {
                        Some(0) | None => " ".to_string(),
                        Some(number) => number.to_string(),
                    };
                    pen.text(&Shown::new(&format!(" {mark} {number} {words}")), meaning);
                    if i == *chosen {
                        at = Some(Position::new(row.x + 1, y));
                    }
                }
                at
            }
        }
    }
}

/// The choices that are shown in so many lines, the chosen one among them; the last line says how many more there are.
fn window(all: usize, chosen: usize, lines: usize) -> (usize, usize) {
    if all <= lines {
        return (0, all);
    }
    let lines = lines.saturating_sub(1).max(1);
    let from = chosen.saturating_sub(lines / 2).min(all - lines);
    (from, from + lines)
}

/// How many choices are out of sight: `    ... 3 more above, 30 below`.
fn more_words(above: usize, below: usize) -> String {
    match (above, below) {
        (0, below) => format!("    ... {below} more below"),
        (above, 0) => format!("    ... {above} more above"),
        (above, below) => format!("    ... {above} more above, {below} below"),
    }
}

#[cfg(test)]
mod tests {
    use super::window;

    #[test]
    fn a_list_longer_than_its_room_shows_what_is_chosen() {
        for lines in 1..12 {
            for chosen in 0..40 {
                let (from, to) = window(40, chosen, lines);
                assert!((from..to).contains(&chosen), "{chosen} of {lines}: {from} to {to}");
                assert!(to - from <= lines);
            }
        }
        assert_eq!(window(5, 4, 5), (0, 5));
    }
}
