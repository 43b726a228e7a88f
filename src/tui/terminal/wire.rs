//! The last writer before the terminal: turns the cells ratatui found changed into bytes, one write a frame,
//! none for a frame that changed nothing, and no control character from a cell. Asks the terminal nothing.

use super::paint::paint;
use super::scroll::scroll;
use crate::text::Shown;
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};
use std::cell::RefCell;
use std::io::{self, Write};
use std::mem;
use std::rc::Rc;
use unicode_width::UnicodeWidthStr;

/// Terminals that know it show the frame at once; the others ignore it.
const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

/// What crossterm writes into; its flushes mean nothing, because one flush a frame is ours.
#[derive(Debug, Clone, Default)]
struct Pending(Rc<RefCell<Vec<u8>>>);

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A ratatui backend over `out`.
#[derive(Debug)]
pub struct Wire<W: Write> {
    inner: CrosstermBackend<Pending>,
    pending: Pending,
    out: W,
    /// Set where there is no terminal to ask.
    size: Option<Size>,
    /// Where the cursor is and whether it is seen; `None` where we cannot know.
    at: Option<Position>,
    seen: Option<bool>,
    /// What is on the screen, and what will be there. The same between two frames.
    shown: Buffer,
    after: Buffer,
}

impl<W: Write> Wire<W> {
    /// `size` stands in for the terminal's own, in tests.
    pub fn new(out: W, size: Option<Size>) -> Wire<W> {
        let pending = Pending::default();
        Wire {
            inner: CrosstermBackend::new(pending.clone()),
            pending,
            out,
            size,
            at: None,
            seen: None,
            shown: Buffer::default(),
            after: Buffer::default(),
        }
    }

    /// Somebody else had the terminal: nothing is known of its cursor any more.
    pub fn forget(&mut self) {
        self.at = None;
        self.seen = None;
    }
}

impl<W: Write> Wire<W> {
    /// A screen never cleared at this size is as ratatui takes it to be, empty.
    fn fit_screen(&mut self) -> io::Result<()> {
        let size = self.size()?;
        let area = Rect::new(0, 0, size.width, size.height);
        if self.shown.area != area {
            (self.shown, self.after) = (Buffer::empty(area), Buffer::empty(area));
        }
        Ok(())
    }

    /// Brings the screen to what it will be by moving rows of it, where that takes fewer bytes than the cells.
    fn moved(&mut self, cells: &[(u16, u16, &Cell)]) -> Option<String> {
        // Where rows moved, more has changed than there is in one.
        let many = cells.len() > usize::from(self.after.area.width);
        let bytes = many.then(|| scroll(&mut self.shown, &self.after)).flatten()?;
        let left = changed(&self.shown, &self.after);
        if left.len() + bytes.len() >= cells.len() {
            self.shown.clone_from(&self.after);
            return None;
        }
        let bytes = bytes + &paint(&left, &self.after);
        put(&mut self.shown, &left);
        Some(bytes)
    }
}

/// Puts cells where they will be on the screen.
fn put(screen: &mut Buffer, cells: &[(u16, u16, &Cell)]) {
    for (x, y, cell) in cells {
        let next = x.saturating_add(1);
        split(screen, *x, *y);
        if wide(cell) {
            split(screen, next, *y);
            if let Some(half) = screen.cell_mut((next, *y)) {
                // Neither a blank to be erased with others nor a letter to be written again.
                half.reset();
                half.set_symbol("\u{2026}");
            }
        }
        if let Some(place) = screen.cell_mut((*x, *y)) {
            place.clone_from(cell);
        }
    }
}

/// Something is written over this cell: of a wide letter that is hit by it a terminal leaves a blank.
fn split(screen: &mut Buffer, x: u16, y: u16) {
    let is_wide = |at: u16| screen.cell((at, y)).is_some_and(wide);
    let left = x.checked_sub(1).filter(|left| is_wide(*left));
    let right = is_wide(x).then(|| x.saturating_add(1));
    for at in [left, right].into_iter().flatten() {
        if let Some(other) = screen.cell_mut((at, y)) {
            other.set_symbol(" ");
        }
    }
}

/// Whether the cell's letter takes the next one as well.
fn wide(cell: &Cell) -> bool {
    !cell.symbol().is_ascii() && cell.symbol().width() > 1
}

/// The cells of one remembered screen that differ from another's of the same size. Not ratatui's own comparison:
/// the half of a wide letter is no cell to be written.
fn changed<'a>(before: &Buffer, after: &'a Buffer) -> Vec<(u16, u16, &'a Cell)> {
    let mut cells = Vec::new();
    let mut half = None;
    for (at, (old, new)) in before.content.iter().zip(&after.content).enumerate() {
        if half.take() == Some(at) {
            continue;
        }
        half = wide(new).then_some(at + 1);
        if old != new || half.is_some_and(|half| before.content.get(half) != after.content.get(half)) {
            let (x, y) = after.pos_of(at);
            cells.push((x, y, new));
        }
    }
    cells
}

/// The cell without what must not reach a terminal, if it holds any. Everything drawn was cleaned before;
/// this is for what slips past.
fn cleaned(cell: &Cell) -> Option<Cell> {
    let symbol = cell.symbol();
    if matches!(symbol.as_bytes(), [b' '..=b'~']) || symbol.is_empty() {
        return None;
    }
    let shown = Shown::new(symbol);
    if shown.as_str() == symbol {
        return None;
    }
    let mut cell = cell.clone();
    cell.set_symbol("?");
    Some(cell)
}

impl<W: Write> Backend for Wire<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut cells: Vec<(u16, u16, &Cell)> = content.collect();
        if cells.is_empty() {
            return Ok(());
        }
        self.at = None;
        let clean = |(n, cell): (usize, &(u16, u16, &Cell))| Some((n, cleaned(cell.2)?));
        let replaced = cells.iter().enumerate().filter_map(clean).collect::<Vec<_>>();
        for (n, cell) in &replaced {
            cells[*n].2 = cell;
        }
        self.fit_screen()?;
        put(&mut self.after, &cells);
        let bytes = self.moved(&cells).unwrap_or_else(|| {
            put(&mut self.shown, &cells);
            paint(&cells, &self.after)
        });
        self.pending.write_all(bytes.as_bytes())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        match self.seen.replace(false) {
            Some(false) => Ok(()),
            _ => self.inner.hide_cursor(),
        }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        match self.seen.replace(true) {
            Some(true) => Ok(()),
            _ => self.inner.show_cursor(),
        }
    }

    /// What we know, never a question to the terminal: that would wait for an answer and race the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or(Position::ORIGIN))
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        match self.at.replace(position) {
            Some(at) if at == position => Ok(()),
            _ => self.inner.set_cursor_position(position),
        }
    }

    fn clear(&mut self) -> io::Result<()> {
        (self.shown, self.after) = Default::default();
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        (self.shown, self.after) = Default::default();
        self.inner.clear_region(clear_type)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.at = None;
        self.inner.append_lines(lines)
    }

    fn size(&self) -> io::Result<Size> {
        match self.size {
            Some(size) => Ok(size),
            None => self.inner.size(),
        }
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        let changes = mem::take(&mut *self.pending.0.borrow_mut());
        if changes.is_empty() {
            return Ok(());
        }
        self.out.write_all(&[BEGIN, &changes, END].concat())?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::layout::Margin;
    use ratatui::style::{Color, Modifier, Style};
    use ratatui::widgets::Clear;
    use ratatui::{Frame, Terminal};
    use std::num::NonZero;

    /// Counts writes, so that "one write" can be told from "some bytes".
    #[derive(Debug, Default, Clone)]
    struct Log(Rc<RefCell<Vec<String>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().push(String::from_utf8_lossy(bytes).into_owned());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn terminal() -> (Log, Terminal<Wire<Log>>) {
        let log = Log::default();
        let terminal = Terminal::new(Wire::new(log.clone(), Some(Size::new(80, 24)))).unwrap();
        (log, terminal)
    }

    fn written(log: &Log) -> Vec<String> {
        mem::take(&mut *log.0.borrow_mut())
    }

    fn list(cursor: u16) -> impl Fn(&mut Frame) {
        move |frame| {
            for y in 0..frame.area().height {
                let style =
                    if y == cursor { Style::new().add_modifier(Modifier::REVERSED) } else { Style::new() };
                let row =
                    format!("{:<80}", "      ACCEPT  C-1066 Nils Berg: new hire laptop     IT        chi");
                frame.buffer_mut().set_string(0, y, row, style);
            }
            frame.set_cursor_position((0, cursor));
        }
    }

    #[test]
    fn a_frame_is_one_write_and_an_unchanged_one_is_none() {
        let (log, mut terminal) = terminal();
        terminal.draw(list(3)).unwrap();
        let first = written(&log);
        assert_eq!(first.len(), 1);
        assert!(first[0].starts_with("\x1b[?2026h") && first[0].ends_with("\x1b[?2026l"), "{first:?}");
        terminal.draw(list(3)).unwrap();
        assert!(written(&log).is_empty());
        terminal.draw(list(4)).unwrap();
        let moved = written(&log).concat();
        assert!(moved.len() <= 300, "{} bytes for a moved selection", moved.len());
    }

    #[test]
    fn only_the_cursor_moves() {
        let (log, mut terminal) = terminal();
        terminal.draw(|frame| frame.set_cursor_position((0, 0))).unwrap();
        written(&log);
        terminal.draw(|frame| frame.set_cursor_position((5, 1))).unwrap();
        assert_eq!(written(&log), ["\x1b[?2026h\x1b[2;6H\x1b[?2026l"]);
        terminal.draw(|_| {}).unwrap();
        assert_eq!(written(&log), ["\x1b[?2026h\x1b[?25l\x1b[?2026l"]);
    }

    #[test]
    fn a_new_size_and_a_full_redraw_ask_nothing_and_paint_everything() {
        let (log, mut terminal) = terminal();
        terminal.draw(list(0)).unwrap();
        let first = written(&log).concat();
        terminal.backend_mut().forget();
        terminal.clear().unwrap();
        terminal.draw(list(0)).unwrap();
        let again = written(&log);
        assert_eq!(again.len(), 1, "the clearing waits for the frame: no flicker");
        assert!(again[0].contains("\x1b[2J") && again[0].len() >= first.len());
        terminal.backend_mut().size = Some(Size::new(40, 10));
        terminal.draw(list(0)).unwrap();
        let resized = written(&log).concat();
        assert!(resized.contains("\x1b[2J") && !resized.contains("\x1b[6n"), "{resized:?}");
    }

    #[test]
    fn a_control_in_a_cell_does_not_reach_the_terminal() {
        let (log, mut terminal) = terminal();
        terminal
            .draw(|frame| {
                let buffer = frame.buffer_mut();
                buffer[(0, 0)].set_symbol("\x1b]52;c;x\x07");
                buffer[(20, 0)].set_symbol("x\u{202e}");
                buffer[(30, 0)].set_symbol("ä");
                buffer[(31, 0)].set_symbol("👨");
                buffer[(40, 0)].set_symbol("👨‍👩‍👧‍👦");
            })
            .unwrap();
        let bytes = written(&log).concat();
        assert!(bytes.contains("\x1b[1;1H?\x1b[19C?\x1b[9Cä👨\x1b[1;41H?"), "{bytes:?}");
    }

    proptest! {
        /// Lists that scroll, change and are covered, in a terminal that is not ours.
        #[test]
        fn a_terminal_shows_what_was_drawn(
            frames in prop::collection::vec((0..30_u16, 0..12_u16, 0..4_u16, any::<bool>()), 1..12),
        ) {
            const ROWS: [&str; 9] =
                ["alpha", "日本 x", "", "회사 이름", "alpha", "    é", "delta 日本", "한국어 회사 ", "  !! ESCAL C-1"];
            let size = Size::new(20, 12);
            let log = Log::default();
            let mut terminal = Terminal::new(Wire::new(log.clone(), Some(size))).unwrap();
            let [height, width] = [size.height, size.width].map(|n| NonZero::new(n).unwrap());
            let mut screen = vt100::Parser::new(height, width, 0);
            for (top, cursor, above, covered) in frames {
                let drawn = terminal.draw(|frame| {
                    let area = frame.area();
                    for y in above..area.height - 2 {
                        let row = usize::from(top + y);
                        let style = match (y == cursor, row % 3) {
                            (true, _) => Style::new().add_modifier(Modifier::REVERSED),
                            (_, 0) => Style::new().fg(Color::Red),
                            _ => Style::new(),
                        };
                        let text = format!("{}{}{row:<20}", &"   "[row % 4..], ROWS[row % ROWS.len()]);
                        frame.buffer_mut().set_stringn(0, y, text, 20, style);
                    }
                    if covered {
                        frame.render_widget(Clear, area.inner(Margin::new(4, 3)));
                    }
                }).unwrap().buffer.clone();
                screen.process(written(&log).concat().as_bytes());
                prop_assert_eq!(&terminal.backend().shown, &terminal.backend().after);
                for position in drawn.area.positions() {
                    let (cell, there) = (&drawn[position], screen.screen().cell(position.y, position.x).unwrap());
                    if there.is_wide_continuation() {
                        continue;
                    }
                    let shown = if there.has_contents() { there.contents() } else { " " };
                    prop_assert_eq!(shown, cell.symbol(), "{}", position);
                    // This one lets a blank that was half a letter keep what was there before the letter.
                    let was_half = shown == " " && position.x < 16;
                    let reversed = cell.modifier.contains(Modifier::REVERSED);
                    prop_assert!(was_half || there.inverse() == reversed, "{}", position);
                    let red = there.fgcolor() == vt100::Color::Idx(1);
                    prop_assert!(shown == " " || red == (cell.fg == Color::Red), "{}", position);
                }
            }
        }
    }
}
