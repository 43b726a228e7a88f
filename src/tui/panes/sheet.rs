//! A sheet: lines of text of which some can be opened. What every place is made of that is neither a board nor a
//! table: the cursor goes from one such line to the next, and where there is none the keys scroll.

use super::page::{Page, wrap};
use super::search::Seek;
use super::{Move, Tab, below, framed, line, right_of, tabs};
use crate::domain::{CaseId, Handle};
use crate::text::Shown;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::{Pen, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// What a line is about, and with that what opening it shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Case(CaseId),
    /// One open branch of a case: what the keys do there is done to that, and to no other of the case.
    Branch(CaseId, u32),
    Person(Handle),
    Process(Handle),
    Step(Handle),
    Version(u32),
    /// The step of an older version whose place in a newer one is to be said.
    Map(Handle),
    Record(crate::domain::RecordId),
    /// An entry, a clock or a problem: by number.
    Number(i64),
    /// Carries out what the sheet proposes.
    Apply,
}

/// What stands on a line, from left to right.
type Pieces = Vec<(Shown, Meaning)>;

/// The lines.
#[derive(Debug, Default)]
pub struct Sheet {
    lines: Vec<(Pieces, Option<Link>)>,
    width: usize,
}

/// A part of a line in a column of its own: text, columns, meaning. Without columns it takes what is left.
pub type Cell<'a> = (&'a str, usize, Meaning);

impl Sheet {
    pub fn new(width: u16) -> Sheet {
        Sheet { lines: Vec::new(), width: usize::from(width) }
    }

    pub fn len(&self) -> usize {
        self.lines.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub fn blank(&mut self) -> &mut Sheet {
        self.lines.push((Vec::new(), None));
        self
    }

    pub fn head(&mut self, text: &str) -> &mut Sheet {
        self.lines.push((vec![(Shown::new(text), Meaning::Title)], None));
        self
    }

    /// Prose, wrapped, `indent` columns from the left.
    pub fn text(&mut self, indent: usize, text: &str, meaning: Meaning) -> &mut Sheet {
        for wrapped in wrap(text, self.width.saturating_sub(indent + 2)) {
            self.lines.push((vec![(Shown::default().pad(indent), Meaning::Plain), (wrapped, meaning)], None));
        }
        self
    }

    /// A label with what it says, wrapped beside it.
    pub fn field(&mut self, label: &str, value: &str) -> &mut Sheet {
        self.labelled(label, value, Meaning::Plain, None)
    }

    /// The same with a meaning, and with what its first line opens.
    pub fn labelled(&mut self, label: &str, value: &str, meaning: Meaning, link: Option<Link>) -> &mut Sheet {
        const LABEL: usize = 14;
        // A long label is read whole, and what it says begins further on.
        let whole = Shown::new(label).width() + 1;
        let wide = whole.clamp(LABEL.min(self.width / 3), LABEL.max(self.width / 2));
        let mut lead = Shown::fit(label, wide.saturating_sub(1)).pad(wide);
        let mut link = link;
        for wrapped in wrap(value, self.width.saturating_sub(wide + 2)) {
            let next = Shown::default().pad(wide);
            let lead = std::mem::replace(&mut lead, next);
            self.lines.push((vec![(lead, Meaning::Dim), (wrapped, meaning)], link.take()));
        }
        self
    }

    /// A line of columns. The cell without a width of its own has what the others leave.
    pub fn row(&mut self, cells: &[Cell<'_>], link: Option<Link>) -> &mut Sheet {
        let taken = cells.iter().map(|(_, wide, _)| wide + 1).sum::<usize>();
        let rest = self.width.saturating_sub(taken + 1);
        let pieces = cells.iter().enumerate().map(|(n, (text, wide, meaning))| {
            let wide = if *wide == 0 { rest } else { *wide };
            let text = Shown::fit(text, wide).pad(wide);
            (if n + 1 < cells.len() { text.then(&Shown::new(" ")) } else { text }, *meaning)
        });
        self.lines.push((pieces.collect(), link));
        self
    }

    /// The lines that can be opened.
    fn stops(&self) -> Vec<usize> {
        (0..self.lines.len()).filter(|n| self.lines[*n].1.is_some()).collect()
    }

    fn link(&self, at: usize) -> Option<&Link> {
        self.lines.get(at)?.1.as_ref()
    }

    /// What is shown, a line a line, for whoever has no screen.
    pub fn texts(&self) -> Vec<String> {
        let line = |(pieces, _): &(Pieces, Option<Link>)| {
            pieces.iter().map(|(text, _)| text.as_str()).collect::<String>().trim_end().to_string()
        };
        self.lines.iter().map(line).collect()
    }
}

impl From<Page> for Sheet {
    fn from(page: Page) -> Sheet {
        let (width, lines) = page.into_lines();
        Sheet { lines: lines.into_iter().map(|pieces| (pieces, None)).collect(), width }
    }
}

/// Where the person is on a sheet.
#[derive(Debug, Clone, Default)]
pub struct SheetState {
    cursor: usize,
    top: usize,
    on: Option<Link>,
    lines: usize,
    /// The line that was looked for last.
    sought: Option<usize>,
}

impl SheetState {
    /// From which line on words are looked for.
    pub(super) fn line_sought(&self, seek: Seek) -> usize {
        let now = if self.cursor == usize::MAX { self.top } else { self.cursor };
        self.sought.filter(|_| seek != Seek::Here).unwrap_or(now)
    }

    /// Comes to a line: with the cursor where it can be opened.
    pub(super) fn come_to(&mut self, line: usize, sheet: &Sheet) {
        self.sought = Some(line);
        match sheet.link(line) {
            Some(link) => {
                (self.cursor, self.on) = (line, Some(link.clone()));
                self.show(sheet);
            }
            None => self.top = line.saturating_sub(1).min(sheet.len().saturating_sub(self.lines)),
        }
    }

    /// Moves to the next line that can be opened, or scrolls where there is none.
    pub fn go(&mut self, step: Move, sheet: &Sheet) {
        self.sought = None;
        let page = self.lines.saturating_sub(1).max(1);
        let by = match step {
            Move::Up => (false, 1),
            Move::Down => (true, 1),
            Move::PageUp => (false, page),
            Move::PageDown => (true, page),
            Move::HalfUp => (false, (page / 2).max(1)),
            Move::HalfDown => (true, (page / 2).max(1)),
            Move::Top => (false, usize::MAX),
            Move::Bottom => (true, usize::MAX),
            Move::Left | Move::Right => return,
        };
        let most = sheet.len().saturating_sub(self.lines);
        let stops = sheet.stops();
        let (down, by) = by;
        if stops.is_empty() {
            self.top = if down { self.top.saturating_add(by).min(most) } else { self.top.saturating_sub(by) };
            return;
        }
        let wanted = match (down, by) {
            (true, 1) => stops.iter().copied().find(|stop| *stop > self.cursor),
            (false, 1) => stops.iter().copied().rfind(|stop| *stop < self.cursor),
            (true, by) => {
                let to = self.cursor.saturating_add(by);
                stops.iter().copied().rfind(|stop| *stop > self.cursor && *stop <= to)
            }
            (false, by) => {
                let to = self.cursor.saturating_sub(by);
                stops.iter().copied().find(|stop| *stop < self.cursor && *stop >= to)
            }
        };
        match wanted {
            Some(stop) => self.cursor = stop,
            // Text without anything to open is read by scrolling on.
            None if down => self.top = self.top.saturating_add(by).min(most),
            None => self.top = self.top.saturating_sub(by),
        }
        if wanted.is_some() {
            self.show(sheet);
        }
        self.on = sheet.link(self.cursor).cloned();
    }

    /// Takes in a changed sheet or size: the cursor stays on what it was on.
    pub fn settle(&mut self, sheet: &Sheet, lines: usize) {
        let resized = std::mem::replace(&mut self.lines, lines) != lines;
        let stops = sheet.stops();
        let most = sheet.len().saturating_sub(lines);
        let moved = self.on.is_none() || sheet.link(self.cursor) != self.on.as_ref();
        if moved && !stops.is_empty() {
            let same =
                self.on.as_ref().and_then(|on| stops.iter().find(|stop| sheet.link(**stop) == Some(on)));
            let near = stops.iter().find(|stop| **stop >= self.cursor).or(stops.last());
            self.cursor = same.or(near).copied().unwrap_or(0);
            self.on = sheet.link(self.cursor).cloned();
        }
        if (moved || resized) && !stops.is_empty() {
            self.show(sheet);
        }
        self.top = self.top.min(most);
    }

    /// Scrolls so far that the cursor is seen, with the heading above the first line.
    fn show(&mut self, sheet: &Sheet) {
        let first = sheet.stops().first().copied() == Some(self.cursor);
        let above = if first && self.cursor < self.lines { self.cursor } else { 1.min(self.cursor) };
        self.top = self.top.min(self.cursor - above);
        self.top = self.top.max((self.cursor + 1).saturating_sub(self.lines));
    }

    /// Scrolls by a line and leaves the cursor where it is.
    pub fn scroll(&mut self, down: bool, sheet: &Sheet) {
        let most = sheet.len().saturating_sub(self.lines);
        self.top = if down { (self.top + 1).min(most) } else { self.top.saturating_sub(1) };
    }

    /// What the cursor is on, as of the last `settle` or `go`.
    pub fn selected(&self) -> Option<&Link> {
        self.on.as_ref().filter(|_| self.cursor != usize::MAX)
    }

    /// Puts the cursor there at the next `settle`.
    pub fn put_on(&mut self, link: Link) {
        self.on = Some(link);
        self.cursor = usize::MAX;
    }
}

/// A sheet under its name and its tabs.
#[derive(Debug)]
pub struct Place {
    pub title: String,
    pub right: String,
    pub tabs: Vec<Tab>,
    pub active: usize,
    pub sheet: Sheet,
}

/// The lines of the name and the tabs.
fn heads(area: Rect, tabs: bool) -> u16 {
    1 + u16::from(tabs) + u16::from(framed(area))
}

/// The lines of `area` that a sheet has under its name.
pub fn lines(area: Rect, tabs: bool) -> usize {
    usize::from(area.height.saturating_sub(heads(area, tabs) + u16::from(framed(area))))
}

/// Draws it; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    place: &Place,
    state: &SheetState,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return None;
    }
    let mut pen = Pen::new(buffer, theme, line(area, 0));
    let room = pen.room().saturating_sub(place.right.chars().count() + 4);
    pen.skip(1).text(&Shown::fit(&place.title, room), Meaning::Title);
    right_of(&mut pen, &place.right);
    let tabbed = !place.tabs.is_empty();
    if tabbed {
        tabs(buffer, theme, line(area, 1), &place.tabs, place.active, "");
    }
    let head = heads(area, tabbed);
    if framed(area) {
        rule(buffer, theme, line(area, head - 1));
        rule(buffer, theme, line(area, area.height - 1));
    }
    let body = below(area, head);
    let body = Rect { height: body.height.saturating_sub(u16::from(framed(area))), ..body };
    body_of(buffer, theme, body, &place.sheet, state)
}

/// The lines in view and the cursor.
pub fn body_of(
    buffer: &mut Buffer,
    theme: &Theme,
    area: Rect,
    sheet: &Sheet,
    state: &SheetState,
) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let most = sheet.len().saturating_sub(usize::from(area.height));
    let top = state.top.min(most);
    let more = sheet.len() - top > usize::from(area.height);
    let mut at = None;
    for (row, (pieces, link)) in (0..area.height).zip(sheet.lines.iter().skip(top)) {
        let here = line(area, row);
        if more && row + 1 == area.height && area.height > 1 && state.cursor != top + usize::from(row) {
            let left = sheet.len() - top - usize::from(row);
            Pen::new(buffer, theme, here).word(&format!("   ... {left} more below"), Meaning::Dim);
            break;
        }
        let cursor = link.is_some() && top + usize::from(row) == state.cursor;
        let mut pen = Pen::new(buffer, theme, here);
        pen.word(if cursor { ">" } else { " " }, Meaning::Plain);
        for (text, meaning) in pieces {
            pen.text(text, *meaning);
        }
        if cursor {
            buffer.set_style(here, theme.cursor_row());
            at = Some(here.as_position());
        }
    }
    at.or(Some(area.as_position()))
}

#[cfg(test)]
mod tests {
    use super::super::testing::drawn;
    use super::*;
    use proptest::prelude::*;

    fn sheet(links: &[bool], width: u16) -> Sheet {
        let mut sheet = Sheet::new(width);
        for (n, link) in links.iter().enumerate() {
            let link = link.then(|| Link::Number(i64::try_from(n).unwrap()));
            sheet.row(&[(&format!("line {n}"), 0, Meaning::Plain)], link);
        }
        sheet
    }

    #[test]
    fn the_cursor_goes_from_one_line_to_open_to_the_next_and_stays_on_it() {
        let mut state = SheetState::default();
        let first = sheet(&[false, true, false, true, false, true], 40);
        state.settle(&first, 3);
        assert_eq!(state.selected(), Some(&Link::Number(1)));
        assert_eq!(state.top, 0, "the heading above the first line is seen");
        state.go(Move::Down, &first);
        state.go(Move::Down, &first);
        assert_eq!((state.selected(), state.top), (Some(&Link::Number(5)), 3));
        state.go(Move::Top, &first);
        assert_eq!(state.selected(), Some(&Link::Number(1)));
        // A line came before it: the cursor is on the same thing.
        let mut grown = Sheet::new(40);
        grown.head("new").row(&[("a", 0, Meaning::Plain)], Some(Link::Number(9)));
        grown.row(&[("line 1", 0, Meaning::Plain)], Some(Link::Number(1)));
        state.settle(&grown, 3);
        assert_eq!(state.selected(), Some(&Link::Number(1)));
    }

    #[test]
    fn text_without_anything_to_open_scrolls() {
        let (mut state, text) = (SheetState::default(), sheet(&[false; 9], 40));
        state.settle(&text, 4);
        state.go(Move::Down, &text);
        assert_eq!(state.top, 1);
        state.go(Move::Bottom, &text);
        assert_eq!(state.top, 5);
        state.go(Move::PageUp, &text);
        assert_eq!(state.top, 2);
    }

    proptest! {
        #[test]
        fn a_sheet_is_drawn_at_any_size(width in 0u16..=200, height in 0u16..=60, moves in prop::collection::vec(0usize..8, 0..12),
                                        links in prop::collection::vec(any::<bool>(), 0..40)) {
            let steps = [Move::Up, Move::Down, Move::Top, Move::Bottom, Move::PageUp, Move::PageDown, Move::HalfUp, Move::HalfDown];
            let place = Place { title: "A".into(), right: "b".into(), tabs: vec![Tab::new("x")], active: 0, sheet: sheet(&links, width) };
            let area = Rect::new(2, 1, width, height);
            let mut state = SheetState::default();
            state.settle(&place.sheet, lines(area, true));
            moves.into_iter().for_each(|n| state.go(steps[n], &place.sheet));
            let theme = crate::tui::widgets::testing::theme();
            drawn(area, |buffer, area| draw(buffer, &theme, area, &place, &state));
            if let Some(link) = state.selected() {
                prop_assert!(matches!(link, Link::Number(n) if links[usize::try_from(*n).unwrap()]));
            }
        }
    }
}
