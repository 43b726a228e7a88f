//! Why this date: the explanation of every open clock of a case over the pane, to be scrolled. Only shows;
//! what there is to say is the domain's.

use crate::domain::Instant;
use crate::domain::why_date::{ClockWhy, WhyLine};
use crate::text::Shown;
use crate::tui::input::{Code, Key};
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::wrap;
use crate::tui::widgets::{Pen, dialog};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

const WIDEST: u16 = 76;

/// The explanations, the one asked for first.
#[derive(Debug, Clone)]
pub struct WhyBox {
    pub title: String,
    pub clocks: Vec<ClockWhy>,
    pub now: Instant,
    scroll: usize,
}

/// What a key did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    Nothing,
    Close,
    Help,
}

impl WhyBox {
    pub fn new(title: String, clocks: Vec<ClockWhy>, now: Instant) -> WhyBox {
        WhyBox { title, clocks, now, scroll: 0 }
    }

    /// Hears a key on a screen of this size.
    pub fn key(&mut self, key: &Key, area: Rect) -> Heard {
        let (room, len) = self.room(area);
        let last = len.saturating_sub(room);
        let to = match (key.code, key.ctrl) {
            (Code::Esc | Code::Enter | Code::Char('q' | 'w'), false) | (Code::Char('c'), true) => {
                return Heard::Close;
            }
            (Code::Char('?') | Code::F(1), _) => return Heard::Help,
            (Code::Down | Code::Char('j' | 'J'), false) => self.scroll + 1,
            (Code::Up | Code::Char('k' | 'K'), false) => self.scroll.saturating_sub(1),
            (Code::PgDn, _) | (Code::Char('d'), true) | (Code::Char(' '), false) => self.scroll + room,
            (Code::PgUp, _) | (Code::Char('u'), true) => self.scroll.saturating_sub(room),
            (Code::Home | Code::Char('g'), false) => 0,
            (Code::End | Code::Char('G'), false) => last,
            _ => self.scroll,
        };
        self.scroll = to.min(last);
        Heard::Nothing
    }

    /// Lines that are seen, and lines there are.
    fn room(&self, area: Rect) -> (usize, usize) {
        let len = self.lines(text_width(area)).len();
        (len.min(usize::from(area.height.saturating_sub(4))), len)
    }

    fn lines(&self, width: usize) -> Vec<(Shown, Meaning)> {
        let mut lines = Vec::new();
        for clock in &self.clocks {
            if !lines.is_empty() {
                lines.push((Shown::default(), Meaning::Plain));
            }
            let head = format!("{} {}", clock.promise.word(), clock.what);
            let due = format!("due {}", clock.why.due_words(self.now));
            let promise = format!("{} ({}).", clock.why.promise_words(), clock.promise.meaning());
            for (text, meaning) in [(head, Meaning::Title), (due, Meaning::Active), (promise, Meaning::Plain)]
            {
                lines.extend(wrap(&text, width).into_iter().map(|line| (line, meaning)));
            }
            let told = clock.why.lines();
            let when = told.iter().map(|line| line.when.len()).max().unwrap_or(0);
            lines.extend(told.iter().map(|line| row(line, when, width)));
        }
        lines
    }

    /// Draws it in the middle of `area`; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) -> Option<Position> {
        let (room, len) = self.room(area);
        let frame = dialog::centred(area, box_width(area), room as u16 + 2);
        let mut hints = vec![Hint::new("?", "help"), Hint::new("Esc", "close")];
        let scroll = self.scroll.min(len.saturating_sub(room));
        if len > room {
            let seen = format!("{}-{} of {len}", scroll + 1, scroll + room);
            hints.insert(0, Hint::new("j k", &seen));
        }
        let inside = dialog::draw(buffer, theme, frame, &Shown::new(&self.title), &hints);
        let lines = self.lines(text_width(area));
        for (y, (line, meaning)) in (inside.y..inside.bottom()).zip(lines.iter().skip(scroll)) {
            Pen::new(buffer, theme, Rect { y, height: 1, ..inside }).text(line, *meaning);
        }
        Some(inside.as_position())
    }
}

/// What counted stands in columns; what did not is said behind its date.
fn row(line: &WhyLine, when: usize, width: usize) -> (Shown, Meaning) {
    let (text, meaning) = match line.counted.is_empty() {
        true => (format!("  {:<when$}  {}", line.when, line.what), Meaning::Dim),
        false => {
            let text = format!("  {:<when$}  {:>6} {:>7}  {}", line.when, line.counted, line.sum, line.what);
            (text, Meaning::Plain)
        }
    };
    (Shown::fit(text.trim_end(), width), meaning)
}

fn box_width(area: Rect) -> u16 {
    area.width.saturating_sub(2).min(WIDEST)
}

fn text_width(area: Rect) -> usize {
    usize::from(box_width(area).saturating_sub(4)).max(1)
}
