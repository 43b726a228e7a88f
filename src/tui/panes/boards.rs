//! A process's board: its steps as columns of cards, as many as fit at 24 columns each, and above them a strip
//! with every step, so that nothing is hidden. The same cards as a table are in `board_table`.

use super::board_card::{self, card_lines};
use super::board_table;
use super::board_words::words;
use super::filter::Filter;
use super::preview::name;
use super::{Follow, Look, Move, NARROW, Tab, below, framed, line, right_of, tabs, times};
use crate::desk::{Board, Card};
use crate::domain::rows::PlaceKind;
use crate::domain::{CaseId, Handle, Instant};
use crate::text::Shown;
use crate::tui::order::Order;
use crate::tui::theme::{Meaning, Theme};
use crate::tui::widgets::{Pen, fill, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Columns of the screen a column of the board takes at least, its border included.
const COLUMN: u16 = 24;
/// The name of a column and the line under it.
const HEAD: u16 = 2;

pub(super) type Key = (CaseId, u32);

fn key(card: &Card) -> Key {
    (card.case, card.branch)
}

/// Where the person is on a board.
#[derive(Debug, Clone, Default)]
pub struct BoardState {
    /// A table of all cards instead of columns.
    pub table: bool,
    pub filter: String,
    pub order: Order,
    /// Who looks, and when: for what a filter asks of both.
    pub seen: Option<(Handle, Instant)>,
    column: usize,
    /// The first column in view.
    left: usize,
    on: Option<Key>,
    /// For each column the card under the cursor and the one on top.
    rows: Vec<(usize, usize)>,
    /// For each column the cards the filter leaves.
    shown: Vec<Vec<usize>>,
    pub(super) table_rows: Follow<Key>,
    /// All cards the filter leaves, most late first: column and card.
    pub(super) sorted: Vec<(usize, usize)>,
    /// How many columns, and how many cards of each, are in view.
    columns: usize,
    cards: usize,
}

impl BoardState {
    pub fn go(&mut self, step: Move, board: &Board) {
        if self.table {
            let sorted = &self.sorted;
            self.table_rows.go(step, sorted.len(), |row| Some(key(at(board, *sorted.get(row)?)?)));
            return;
        }
        let page = self.cards.max(2) - 1;
        let Some((row, _)) = self.rows.get_mut(self.column) else { return };
        match step {
            Move::Up => *row = row.saturating_sub(1),
            Move::Down => *row += 1,
            Move::PageUp => *row = row.saturating_sub(page),
            Move::PageDown => *row += page,
            Move::HalfUp => *row = row.saturating_sub((page / 2).max(1)),
            Move::HalfDown => *row += (page / 2).max(1),
            Move::Top => *row = 0,
            Move::Bottom => *row = usize::MAX,
            Move::Left => self.column = self.column.saturating_sub(1),
            Move::Right => self.column = (self.column + 1).min(board.columns.len().saturating_sub(1)),
        }
        self.scroll();
        self.on = self.card(board).map(key);
    }

    /// Takes in a changed board, filter or size. The cursor follows its card, also into another column.
    pub fn settle(&mut self, board: &Board, area: Rect) {
        self.pick(board);
        let layout = layout(area, board.columns.len());
        self.columns = layout.columns;
        self.cards = board_card::fitting(layout.cards.height);
        self.rows.resize(board.columns.len(), (0, 0));
        self.column = self.column.min(board.columns.len().saturating_sub(1));
        if self.on.is_some() && self.card(board).map(key) != self.on {
            let found = self.shown.iter().enumerate().find_map(|(column, cards)| {
                let cards = cards.iter().filter_map(|n| board.columns[column].cards.get(*n));
                Some((column, cards.map(key).position(|key| Some(key) == self.on)?))
            });
            if let Some((column, row)) = found {
                self.column = column;
                self.rows[column].0 = row;
            }
        }
        self.scroll();
        self.on = self.card(board).map(key);
        let sorted = &self.sorted;
        let lines = usize::from(layout.table.height.saturating_sub(1));
        self.table_rows.settle(lines, sorted.len(), |row| Some(key(at(board, *sorted.get(row)?)?)));
    }

    /// Another board: nothing of the old place is kept but the filter.
    pub fn reset(&mut self) {
        *self = BoardState {
            table: self.table,
            filter: std::mem::take(&mut self.filter),
            order: self.order,
            ..BoardState::default()
        };
    }

    /// Changes between columns and table; the cursor stays on its card.
    pub fn toggle_table(&mut self, board: &Board) {
        let on = self.selected(board).map(key);
        self.table = !self.table;
        if let Some(on) = on {
            self.on = Some(on);
            self.table_rows.put_on(on);
        }
    }

    /// The card under the cursor.
    pub fn selected<'a>(&self, board: &'a Board) -> Option<&'a Card> {
        match self.table {
            true => at(board, *self.sorted.get(self.table_rows.list.cursor)?),
            false => self.card(board),
        }
    }

    /// The cards the list under the cursor shows, in its order: one column, or the table.
    pub fn listed<'a>(&'a self, board: &'a Board) -> impl Iterator<Item = &'a Card> {
        let column = self.shown.get(self.column).filter(|_| !self.table);
        let column = column.into_iter().flatten().map(|card| (self.column, *card));
        let table = self.sorted.iter().copied().filter(|_| self.table);
        column.chain(table).filter_map(|place| at(board, place))
    }

    /// The cards the filter leaves.
    pub fn shown<'a>(&'a self, board: &'a Board) -> impl Iterator<Item = &'a Card> {
        self.sorted.iter().filter_map(|place| at(board, *place))
    }

    /// The column under the cursor.
    pub fn column(&self) -> usize {
        self.column
    }

    fn card<'a>(&self, board: &'a Board) -> Option<&'a Card> {
        let row = self.rows.get(self.column)?.0;
        let card = self.shown.get(self.column)?.get(row)?;
        at(board, (self.column, *card))
    }

    /// Keeps the cursor's column and card in view.
    fn scroll(&mut self) {
        let columns = self.columns.max(1);
        let lowest = (self.column + 1).saturating_sub(columns);
        self.left = self.left.clamp(lowest, self.column.max(lowest));
        self.left = self.left.min(self.rows.len().saturating_sub(columns));
        for ((row, top), cards) in self.rows.iter_mut().zip(&self.shown) {
            *row = (*row).min(cards.len().saturating_sub(1));
            *top = top_of(*row, *top, self.cards, cards.len());
        }
    }

    fn pick(&mut self, board: &Board) {
        let mut filter = Filter::new(&self.filter);
        let all = self.filter.trim().is_empty();
        let columns = board.columns.iter().map(|column| {
            let cards = column.cards.iter().enumerate();
            let kept = cards
                .filter(|(_, card)| all || filter.keeps(&words(card, board, column, self.seen.as_ref())));
            let mut kept = kept.map(|(n, _)| n).collect::<Vec<_>>();
            self.order.cards(&mut kept, &column.cards);
            kept
        });
        self.shown = columns.collect();
        let all =
            self.shown.iter().enumerate().flat_map(|(column, cards)| cards.iter().map(move |n| (column, *n)));
        self.sorted = all.collect();
        self.order.places(&mut self.sorted, board);
    }
}

/// The first card in view, so that `row` is in view and no line stays empty that a card could fill.
fn top_of(row: usize, top: usize, cards: usize, len: usize) -> usize {
    let lowest = (row + 1).saturating_sub(cards.max(1));
    top.clamp(lowest, row.max(lowest)).min(len.saturating_sub(cards))
}

pub(super) fn at(board: &Board, (column, card): (usize, usize)) -> Option<&Card> {
    board.columns.get(column)?.cards.get(card)
}

/// One sentence about the card under the cursor, for the line of words under the board.
pub fn sentence(card: &Card, look: &Look) -> String {
    let Card { case, title, responsible, .. } = card;
    let late = card.due.map_or_else(String::new, |due| match card.kind {
        PlaceKind::Offered if look.now > due => {
            format!(", accept-by passed {} ago", crate::domain::when::distance(look.now - due))
        }
        _ => format!(", {}", times::left(look.now, Some(due), look.zone)),
    });
    let to = card.to.as_ref().map_or("--", |to| name(to));
    let how = match (card.kind, &card.waiting, &card.declined) {
        (PlaceKind::Offered, ..) => format!("Offered to {to} by {responsible}{late}."),
        (PlaceKind::Held, _, Some((reason, text))) => {
            format!("Back with {responsible}: declined by {to}, {}: \"{text}\".", reason.words())
        }
        (PlaceKind::Held, ..) => format!("Taken back by {responsible}."),
        (PlaceKind::Task, Some((reason, _)), _) => format!("{responsible} waits: {reason}."),
        (PlaceKind::Task, ..) => format!("{responsible} has it{late}."),
        (PlaceKind::Waiting, waiting, _) => {
            let what = waiting.as_ref().map_or("something", |(what, _)| what.as_str());
            format!("It waits for {what}; {responsible} stays responsible.")
        }
    };
    format!("{case} {title}. {how}")
}

struct Layout {
    title: Rect,
    strip: Rect,
    /// Where the columns stand, names included, and where their cards do.
    body: Rect,
    cards: Rect,
    table: Rect,
    columns: usize,
}

fn layout(area: Rect, columns: usize) -> Layout {
    let framed = framed(area);
    let bottom = u16::from(framed);
    let title = u16::from(area.height > 8);
    let strip = u16::from(area.height > 4);
    let body = below(area, title + strip + u16::from(framed));
    let body = Rect { height: body.height.saturating_sub(bottom), ..body };
    let fit = usize::from(((area.width + 1) / COLUMN).max(1));
    Layout {
        title: Rect { height: title, ..area },
        strip: Rect { height: strip, ..below(area, title) },
        body,
        cards: below(body, HEAD),
        table: body,
        columns: fit.min(columns),
    }
}

/// Where column `n` of `columns` in view stands: even shares, with a column for the border between two.
fn place(body: Rect, n: usize, columns: usize) -> Rect {
    let columns = u16::try_from(columns).unwrap_or(1).max(1);
    let n = u16::try_from(n).unwrap_or(0);
    let room = body.width.saturating_sub(columns - 1);
    let (share, rest) = (room / columns, room % columns);
    let x = body.x + n * (share + 1) + n.min(rest);
    Rect { x, width: share + u16::from(n < rest), ..body }
}

/// Draws a board; returns where the terminal's cursor belongs.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    board: &Board,
    state: &BoardState,
    look: &Look,
) -> Option<Position> {
    let area = area.intersection(buffer.area);
    let layout = layout(area, board.columns.len());
    let theme = look.theme;
    let mut pen = Pen::new(buffer, theme, layout.title);
    let other = if state.table { "T board" } else { "T table" };
    let late = if area.width < NARROW { "" } else { other };
    let title = format!(" {} (b)   {} open, {} late   {late}", board.title, board.open, board.late);
    pen.word(&title, Meaning::Title);
    let filter = if state.filter.is_empty() { "none" } else { &state.filter };
    let sort =
        if state.order == Order::default() { String::new() } else { state.order.shown("most late") + "   " };
    right_of(&mut pen, &format!("{sort}filter: {filter}"));
    strip(buffer, layout.strip, board, state, theme);
    if framed(area) {
        rule(buffer, theme, Rect { y: area.bottom() - 1, height: 1, ..area });
        rule(buffer, theme, Rect { y: layout.body.y - 1, height: 1, ..area });
    }
    if state.sorted.is_empty() {
        let words = match board.open {
            0 => "Nothing is open in this process.".to_string(),
            open => format!("0 of {open} match \"{}\". Esc shows all again.", state.filter),
        };
        return super::sentences(buffer, theme, layout.body, &[words]);
    }
    match state.table {
        true => board_table::draw(buffer, layout.table, board, state, look),
        false => columns(buffer, area, &layout, board, state, look),
    }
}

fn strip(buffer: &mut Buffer, area: Rect, board: &Board, state: &BoardState, theme: &Theme) {
    let tab = |column: &crate::desk::Column| Tab {
        name: format!("{} {}", column.title, column.cards.len()),
        late: column.cards.iter().filter(|card| card.urgency.is_late()).count(),
    };
    let names = board.columns.iter().map(tab).collect::<Vec<_>>();
    let active = if state.table { usize::MAX - 1 } else { state.column };
    tabs(buffer, theme, area, &names, active, "");
}

fn columns(
    buffer: &mut Buffer,
    area: Rect,
    layout: &Layout,
    board: &Board,
    state: &BoardState,
    look: &Look,
) -> Option<Position> {
    let lines = &look.theme.lines;
    let left = state.left.min(board.columns.len().saturating_sub(layout.columns));
    let mut cursor = None;
    for n in 0..layout.columns {
        let spot = place(layout.body, n, layout.columns);
        if n > 0 {
            let x = spot.x - 1;
            fill(buffer, Rect { x, width: 1, ..layout.body }, lines.vertical);
            if framed(area) {
                fill(buffer, Rect { x, y: layout.body.y - 1, width: 1, height: 1 }, lines.horizontal_down);
                fill(buffer, Rect { x, y: area.bottom() - 1, width: 1, height: 1 }, lines.horizontal_up);
            }
        }
        // The first column of the screen is for the sign that there is more at the left.
        let spot =
            if n == 0 { Rect { x: spot.x + 1, width: spot.width.saturating_sub(1), ..spot } } else { spot };
        let here = left + n == state.column;
        let at = column(buffer, spot, board, left + n, here, state, look);
        cursor = cursor.or(at.filter(|_| here));
    }
    let middle = line(layout.body, layout.body.height / 2);
    if left > 0 {
        Pen::new(buffer, look.theme, middle).word("<", Meaning::Active);
    }
    if left + layout.columns < board.columns.len() && middle.width > 0 {
        let last = Rect { x: middle.right() - 1, width: 1, ..middle };
        Pen::new(buffer, look.theme, last).word(">", Meaning::Active);
    }
    cursor
}

/// Draws one column; returns where its cursor is.
fn column(
    buffer: &mut Buffer,
    spot: Rect,
    board: &Board,
    n: usize,
    here: bool,
    state: &BoardState,
    look: &Look,
) -> Option<Position> {
    let (column, shown) = (board.columns.get(n)?, state.shown.get(n)?);
    let title = format!("{} {}", column.title, shown.len());
    let mut pen = Pen::new(buffer, look.theme, line(spot, 0));
    let room = pen.room().saturating_sub(3);
    let title = Shown::fit(&title, room);
    match here {
        true => pen.word(" [", Meaning::Active).text(&title, Meaning::Active).word("]", Meaning::Active),
        false => pen.skip(2).text(&title, Meaning::Title),
    };
    let cards = below(spot, HEAD);
    let fit = board_card::fitting(cards.height);
    let (row, top) = state.rows.get(n).copied().unwrap_or_default();
    let row = row.min(shown.len().saturating_sub(1));
    let top = top_of(row, top, fit, shown.len());
    if top > 0 {
        Pen::new(buffer, look.theme, line(spot, 1)).skip(1).word(&format!("+{top} above"), Meaning::Dim);
    }
    let mut cursor = (shown.is_empty() && here && !spot.is_empty()).then(|| spot.as_position());
    let tall = card_lines(cards.height);
    for (slot, (at, card)) in (0u16..).zip(shown.iter().enumerate().skip(top).take(fit)) {
        let Some(card) = column.cards.get(*card) else { continue };
        let area = below(cards, slot * tall);
        let chosen = here && at == row;
        board_card::draw(buffer, area, card, chosen, look);
        if chosen && !area.is_empty() {
            cursor = Some(area.as_position());
        }
    }
    let more = shown.len().saturating_sub(top + fit);
    if more > 0 {
        let last = line(cards, cards.height.saturating_sub(1));
        Pen::new(buffer, look.theme, last).skip(1).word(&format!("+{more} more"), Meaning::Dim);
    }
    cursor
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use proptest::prelude::*;

    fn shown(area: Rect, board: &Board, state: &mut BoardState) -> String {
        let eyes = Eyes::of_ana();
        state.settle(board, area);
        drawn(area, |buffer, area| draw(buffer, area, board, state, &eyes.look()))
    }

    /// On the handoff offered to ana.
    fn on_approve(board: &Board, area: Rect) -> BoardState {
        let mut state = BoardState::default();
        state.settle(board, area);
        state.go(Move::Right, board);
        state.go(Move::Right, board);
        state
    }

    #[test]
    fn a_board_shows_as_many_columns_as_fit() {
        let board = board();
        insta::assert_snapshot!(shown(NORMAL, &board, &mut on_approve(&board, NORMAL)), @r#"
         Quote to cash (b)   13 open, 2 late   T table                     filter: none
         Intake 1  Quote 7 !1  [Approve 2] !1  Install 2  Invoice 1
        ──────────────────────────┬──────────────────────────┬──────────────────────────
           Intake 1               │  Quote 7                 │ [Approve 2]
                                  │                          │
          C-1070 Mora Bakery: o~  │ C-1055 Baltic Foods: a~  │>C-1042 Hansen Roofing:~
              1d             ana  │   ! 4h late          bo  │   !!2d late        >ana
                                  │                          │
                                  │ C-1058 Hansen Roofing:~  │ C-1074 日本語: van lea~
                                  │   ~ due 6h           bo  │     1d              ana
                                  │                          │
                                  │ C-1061 Kiln & Co: clay   │                         >
                                  │     1d              chi  │
                                  │                          │
                                  │ C-1062 Kiln & Co: clay   │
                                  │     1d              chi  │
                                  │                          │
                                  │                          │
                                  │                          │
                                  │ +3 more                  │
        ──────────────────────────┴──────────────────────────┴──────────────────────────
        (cursor 54,5)
        "#);
        insta::assert_snapshot!(shown(Rect { height: 20, ..LARGE }, &board, &mut on_approve(&board, LARGE)), @r#"
         Quote to cash (b)   13 open, 2 late   T table                                                             filter: none
         Intake 1  Quote 7 !1  [Approve 2] !1  Install 2  Invoice 1
        ────────────────────────┬───────────────────────┬───────────────────────┬───────────────────────┬───────────────────────
           Intake 1             │  Quote 7              │ [Approve 2]           │  Install 2            │  Invoice 1
                                │                       │                       │                       │
          C-1070 Mora Bakery:~  │ C-1055 Baltic Foods~  │>C-1042 Hansen Roofi~  │ C-991 Baltic Foods:~  │ C-1060 Kiln & Co: i~
              1d           ana  │   ! 4h late       bo  │   !!2d late     >ana  │     6d           chi  │   ~<due 2h       dee
                                │                       │                       │                       │
                                │ C-1058 Hansen Roofi~  │ C-1074 日本語: van ~  │ C-1007 Hansen Roofi~  │
                                │   ~ due 6h        bo  │     1d           ana  │   = wait         chi  │
                                │                       │                       │                       │
                                │ C-1061 Kiln & Co: c~  │                       │                       │
                                │     1d           chi  │                       │                       │
                                │                       │                       │                       │
                                │ C-1062 Kiln & Co: c~  │                       │                       │
                                │     1d           chi  │                       │                       │
                                │                       │                       │                       │
                                │                       │                       │                       │
                                │ +3 more               │                       │                       │
        ────────────────────────┴───────────────────────┴───────────────────────┴───────────────────────┴───────────────────────
        (cursor 49,5)
        "#);
        insta::assert_snapshot!(shown(SMALL, &board, &mut on_approve(&board, SMALL)), @r#"
         Quote to cash (b)   13 open, 2 late
         Intake 1  Quote 7 !1  [Approve 2] !1  ~
          [Approve 2]
        ·
         >C-1042 Hansen Roofing: roof quote
            !!2d late                     >ana
        < C-1074 日本語: van lease             >
              1d                           ana
        ·
        ·
        (cursor 1,4)
        "#);
    }

    #[test]
    fn a_column_scrolls_by_itself() {
        let (board, area) = (board(), Rect { height: 15, ..NORMAL });
        let (mut state, mut eyes) = (BoardState::default(), Eyes::of_ana());
        eyes.marks = [(CaseId(1074), Some(1))].into();
        eyes.news = [CaseId(991)].into();
        state.settle(&board, area);
        state.go(Move::Right, &board);
        state.go(Move::Bottom, &board);
        (0..3).for_each(|_| state.go(Move::Right, &board));
        let text = drawn(area, |buffer, area| draw(buffer, area, &board, &state, &eyes.look()));
        insta::assert_snapshot!(text, @r#"
         Quote to cash (b)   13 open, 2 late   T table                     filter: none
         Intake 1  Quote 7 !1  Approve 2 !1  Install 2  [Invoice 1]
        ──────────────────────────┬──────────────────────────┬──────────────────────────
           Approve 2              │  Install 2               │ [Invoice 1]
                                  │                          │
          C-1042 Hansen Roofing~  │ C-991 Baltic Foods: ov~  │>C-1060 Kiln & Co: invo~
            !!2d late       >ana  │ +   6d              chi  │   ~<due 2h          dee
          C-1074 日本語: van le~  │ C-1007 Hansen Roofing:~  │
        < *   1d             ana  │   = wait            chi  │
                                  │                          │
                                  │                          │
                                  │                          │
                                  │                          │
                                  │                          │
        ──────────────────────────┴──────────────────────────┴──────────────────────────
        (cursor 54,5)
        "#);
        (0..3).for_each(|_| state.go(Move::Left, &board));
        let text = drawn(area, |buffer, area| draw(buffer, area, &board, &state, &eyes.look()));
        insta::assert_snapshot!(text, @r#"
         Quote to cash (b)   13 open, 2 late   T table                     filter: none
         Intake 1  [Quote 7] !1  Approve 2 !1  Install 2  Invoice 1
        ──────────────────────────┬──────────────────────────┬──────────────────────────
          [Quote 7]               │  Approve 2               │  Install 2
          +3 above                │                          │
          C-1062 Kiln & Co: clay  │ C-1042 Hansen Roofing:~  │ C-991 Baltic Foods: ov~
              1d             chi  │   !!2d late        >ana  │ +   6d              chi
          C-1063 Kiln & Co: clay  │ C-1074 日本語: van lea~  │ C-1007 Hansen Roofing:~
        <     1d             chi  │ *   1d              ana  │   = wait            chi >
          C-1064 Kiln & Co: clay  │                          │
              1d             chi  │                          │
         >C-1065 Kiln & Co: clay  │                          │
              1d             chi  │                          │
                                  │                          │
        ──────────────────────────┴──────────────────────────┴──────────────────────────
        (cursor 1,11)
        "#);
        let look = eyes.look();
        let told = board.columns.iter().flat_map(|column| &column.cards).map(|card| sentence(card, &look));
        let told = told.filter(|text| !text.contains("clay")).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(told, @r#"
        C-1070 Mora Bakery: oven. ana has it.
        C-1055 Baltic Foods: assembly. bo has it, 4h late.
        C-1058 Hansen Roofing: shed. bo has it, due 6h.
        C-1042 Hansen Roofing: roof quote. Offered to ana by bo, accept-by passed 2d 2h ago.
        C-1074 日本語: van lease. ana has it, due Tue 17:00.
        C-991 Baltic Foods: oven. chi has it.
        C-1007 Hansen Roofing: gutters. chi waits: permit.
        C-1060 Kiln & Co: invoice 311. Back with dee: declined by finance, not ready, earlier step unfinished: "no address".
        "#);
    }

    #[test]
    fn the_table_has_every_card_most_late_first() {
        let board = board();
        let mut state = on_approve(&board, NORMAL);
        let on = state.selected(&board).map(key);
        state.toggle_table(&board);
        insta::assert_snapshot!(shown(NORMAL, &board, &mut state), @r#"
         Quote to cash (b)   13 open, 2 late   T board                     filter: none
         Intake 1  Quote 7 !1  Approve 2 !1  Install 2  Invoice 1
        ────────────────────────────────────────────────────────────────────────────────
              CASE                           STEP         WHO         HERE          TIME
        >  !! C-1042 Hansen Roofing: roof q~ Approve      >ana          2d    2d 2h late
           !  C-1055 Baltic Foods: assembly  Quote        bo            1d       4h late
           ~  C-1060 Kiln & Co: invoice 311  Invoice      <dee          2h        due 2h
           ~  C-1058 Hansen Roofing: shed    Quote        bo            1d        due 6h
              C-1074 日本語: van lease       Approve      ana           1d due Tue 17:00
              C-1061 Kiln & Co: clay         Quote        chi           1d due Wed 09:00
              C-1062 Kiln & Co: clay         Quote        chi           1d due Wed 09:00
              C-1063 Kiln & Co: clay         Quote        chi           1d due Wed 09:00
              C-1064 Kiln & Co: clay         Quote        chi           1d due Wed 09:00
              C-1065 Kiln & Co: clay         Quote        chi           1d due Wed 09:00
              C-1007 Hansen Roofing: gutters Install      chi           9d     = waiting
              C-991 Baltic Foods: oven       Install      chi           6d
              C-1070 Mora Bakery: oven       Intake       ana           1d
        ·
        ·
        ·
        ────────────────────────────────────────────────────────────────────────────────
        (cursor 0,4)
        "#);
        assert_eq!(state.selected(&board).map(key), on);
        state.go(Move::Down, &board);
        let on = state.selected(&board).map(key);
        state.toggle_table(&board);
        state.settle(&board, NORMAL);
        assert_eq!(state.selected(&board).map(key), on, "the cursor goes with the card");
        state.filter = "nobody".to_string();
        insta::assert_snapshot!(shown(Rect { height: 9, ..SMALL }, &board, &mut state), @r#"
         Quote to cash (b)   13 open, 2 late
         Intake 1  [Quote 7] !1  Approve 2 !1  ~
        ·
         0 of 13 match "nobody". Esc shows all ~
        ·
        ·
        ·
        ·
        ·
        (cursor 0,2)
        "#);
    }

    #[test]
    fn the_cursor_follows_its_card_into_another_column() {
        let mut board = board();
        let mut state = on_approve(&board, NORMAL);
        let on = state.selected(&board).map(key);
        let card = board.columns[2].cards.remove(0);
        board.columns[3].cards.push(card);
        state.settle(&board, NORMAL);
        assert_eq!((state.selected(&board).map(key), state.column()), (on, 3));
        board.columns[3].cards.pop();
        state.settle(&board, NORMAL);
        assert_eq!(state.column(), 3, "gone: the cursor stays where it was");
        assert!(state.selected(&board).is_some());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn a_board_is_drawn_at_any_size(width in 0u16..=300, height in 0u16..=100, right in 0usize..6, down in 0usize..9,
                                        table: bool, settled: bool, fewer in 0usize..6) {
            let mut board = board();
            let mut state = BoardState { table, ..BoardState::default() };
            let area = Rect::new(3, 2, width, height);
            state.settle(&board, if settled { area } else { NORMAL });
            (0..right).for_each(|_| state.go(Move::Right, &board));
            (0..down).for_each(|_| state.go(Move::Down, &board));
            if !settled {
                board.columns.truncate(fewer);
            }
            let eyes = Eyes::of_ana();
            drawn(area, |buffer, area| draw(buffer, area, &board, &state, &eyes.look()));
        }
    }
}
