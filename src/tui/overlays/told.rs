//! Something that is told over the pane and can be scrolled: why a case does not move, what a process loses, what an
//! action would do to each of many. Shows lines; the keys it names are carried out by whoever hears them.

use crate::domain::command::Command;
use crate::text::Shown;
use crate::tui::deeds::Deed;
use crate::tui::input::{Code, Key};
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::footer::Hint;
use crate::tui::widgets::wrap;
use crate::tui::widgets::{Pen, dialog};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

const WIDEST: u16 = 76;

/// What a box asks or offers beside reading it.
#[derive(Debug, Clone)]
pub enum Asks {
    /// Nothing; `w` goes on to the dates where it is about a case.
    Reading { dates: bool },
    /// Whether to carry these out. Enter says no.
    Many { commands: Vec<Command>, each: Vec<String> },
    /// Whether to do this. Enter says no.
    Deed(Deed),
}

/// The box.
#[derive(Debug, Clone)]
pub struct ToldBox {
    pub title: String,
    pub lines: Vec<(String, Meaning)>,
    pub asks: Asks,
    /// Keys that act from here, with their words.
    pub keys: Vec<(String, String)>,
    /// The key that goes on to the dates.
    pub dates_key: String,
    /// Whether each of many is listed.
    listing: bool,
    scroll: usize,
}

/// What a key did.
#[derive(Debug, Clone)]
pub enum Heard {
    Nothing,
    Close,
    /// On to the dates of the case.
    Dates,
    Yes(Vec<Command>),
    Deed(Deed),
    /// Not for reading: closed, and meant for what lies below.
    Through,
}

impl ToldBox {
    pub fn new(title: String, lines: Vec<(String, Meaning)>, asks: Asks) -> ToldBox {
        let dates_key = "w".to_string();
        ToldBox { title, lines, asks, keys: Vec::new(), dates_key, listing: false, scroll: 0 }
    }

    /// Hears a key on a screen of this size.
    pub fn key(&mut self, key: &Key, area: Rect) -> Heard {
        let (room, len) = self.room(area);
        let last = len.saturating_sub(room);
        let many = matches!(self.asks, Asks::Many { .. });
        let asked = many || matches!(self.asks, Asks::Deed(_));
        let to = match (key.code, key.ctrl) {
            (Code::Char('y'), false) if asked => {
                return match std::mem::replace(&mut self.asks, Asks::Reading { dates: false }) {
                    Asks::Many { commands, .. } => Heard::Yes(commands),
                    Asks::Deed(deed) => Heard::Deed(deed),
                    Asks::Reading { .. } => Heard::Nothing,
                };
            }
            (Code::Char('l'), false) if many => {
                self.listing = !self.listing;
                0
            }
            _ if matches!(self.asks, Asks::Reading { dates: true }) && key.to_string() == self.dates_key => {
                return Heard::Dates;
            }
            (Code::Esc | Code::Enter | Code::Char('q'), false) | (Code::Char('c'), true) => {
                return Heard::Close;
            }
            (Code::Char('n'), false) if asked => return Heard::Close,
            (Code::Down | Code::Char('j' | 'J'), false) => self.scroll + 1,
            (Code::Up | Code::Char('k' | 'K'), false) => self.scroll.saturating_sub(1),
            (Code::PgDn, _) | (Code::Char('d'), true) | (Code::Char(' '), false) => self.scroll + room,
            (Code::PgUp, _) | (Code::Char('u'), true) => self.scroll.saturating_sub(room),
            (Code::Home | Code::Char('g'), false) => 0,
            (Code::End | Code::Char('G'), false) => last,
            _ if self.keys.iter().any(|(known, _)| *known == key.to_string()) => return Heard::Through,
            _ => self.scroll,
        };
        self.scroll = to.min(last);
        Heard::Nothing
    }

    fn room(&self, area: Rect) -> (usize, usize) {
        let len = self.wrapped(area).len();
        (len.min(usize::from(area.height.saturating_sub(4))), len)
    }

    fn wrapped(&self, area: Rect) -> Vec<(Shown, Meaning)> {
        let width = usize::from(box_width(area).saturating_sub(4)).max(1);
        let plain;
        let lines = match &self.asks {
            Asks::Many { each, .. } if self.listing => {
                plain = each.iter().map(|line| (line.clone(), Meaning::Plain)).collect::<Vec<_>>();
                &plain
            }
            _ => &self.lines,
        };
        let wrapped = lines.iter().flat_map(|(text, meaning)| {
            let lines = if text.is_empty() { vec![Shown::default()] } else { wrap(text, width) };
            lines.into_iter().map(|line| (line, *meaning))
        });
        wrapped.collect()
    }

    /// Draws it in the middle of `area`; where the terminal's cursor belongs comes back.
    pub fn draw(&self, buffer: &mut Buffer, theme: &Theme, area: Rect) -> Option<Position> {
        let (room, len) = self.room(area);
        let frame = dialog::centred(area, box_width(area), room as u16 + 2);
        let scroll = self.scroll.min(len.saturating_sub(room));
        let mut hints = match &self.asks {
            Asks::Many { .. } => vec![
                Hint::new("y", "yes"),
                Hint::new("l", if self.listing { "the numbers" } else { "list them" }),
                Hint::new("n Enter", "no"),
            ],
            Asks::Deed(_) => vec![Hint::new("y", "yes"), Hint::new("n Enter", "no")],
            Asks::Reading { dates } => {
                let keys = self.keys.iter().map(|(key, words)| Hint::new(key, words));
                let mut hints = keys.collect::<Vec<_>>();
                if *dates {
                    hints.push(Hint::new(&self.dates_key, "its dates"));
                }
                hints.push(Hint::new("Esc", "close"));
                hints
            }
        };
        if len > room {
            // What answers comes before what scrolls, and is what stays where there is little room.
            let at = if matches!(self.asks, Asks::Reading { .. }) { 0 } else { hints.len() - 1 };
            hints.insert(at, Hint::new("j k", &format!("{}-{} of {len}", scroll + 1, scroll + room)));
        }
        let inside = dialog::draw(buffer, theme, frame, &Shown::new(&self.title), &hints);
        let lines = self.wrapped(area);
        for (y, (line, meaning)) in (inside.y..inside.bottom()).zip(lines.iter().skip(scroll)) {
            Pen::new(buffer, theme, Rect { y, height: 1, ..inside }).text(line, *meaning);
        }
        Some(inside.as_position())
    }
}

fn box_width(area: Rect) -> u16 {
    area.width.saturating_sub(2).min(WIDEST)
}
