//! A process's board: its steps as columns of cards, as many as fit at 24 columns each, and above them a strip
//! of all steps, so that nothing is hidden. Of each column only the cards around its cursor need be here. The
//! same cards as a table are in `board_table`, the strip in `board_strip`, the words in `board_words`.

use super::board_card::{self, card_lines};
use super::board_layout::{HEAD, Layout, layout, place, top_of};
use super::board_strip;
use super::board_table;
use super::board_words::{how_many, why_empty};
use super::{Follow, Look, Move, NARROW, below, framed, line, right_of};
use crate::desk::{Board, BoardWish, Card, CardKey, Edge, Rows};
use crate::domain::{CaseId, Handle};
use crate::text::Shown;
use crate::tui::order::Order;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, fill, rule};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::ops::Range;

pub use super::board_words::{sentence, words};

/// A filter goes on looking for what is in view until it has found so many.
const FOUND: usize = 1_000;

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
    /// The word that was perhaps meant where the filter leaves nothing.
    pub near: Option<String>,
    pub order: Order,
    column: usize,
    /// The first column in view.
    left: usize,
    on: Option<Key>,
    /// For each column the card under the cursor and the one on top, by their places in the column.
    rows: Vec<(usize, usize)>,
    pub(super) table_rows: Follow<Key>,
    table_lines: usize,
    /// How many columns, and how many cards of each, are in view.
    columns: usize,
    cards: usize,
}

impl BoardState {
    pub fn go(&mut self, step: Move, board: &Board) {
        if self.table {
            self.table_rows.go(step, board.table.len(), |row| board.table.get(row).map(key));
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
        self.scroll(board);
        self.on = self.card(board).map(key);
    }

    /// Takes in a changed board, filter or size. The cursor follows its card, also into another column.
    pub fn settle(&mut self, board: &Board, area: Rect) {
        let layout = layout(area, board.columns.len());
        self.columns = layout.columns;
        self.cards = board_card::fitting(layout.cards.height);
        if self.rows.is_empty() {
            // A board opens where there is something to see.
            self.column = self.first_with_cards(board).unwrap_or(self.column);
        }
        self.rows.resize(board.columns.len(), (0, 0));
        self.column = self.column.min(board.columns.len().saturating_sub(1));
        if let Some(on) = self.on
            && self.card(board).map(key) != Some(on)
        {
            // Its own column first: that is where it nearly always still is.
            let own = [self.column].into_iter().chain(0..board.columns.len());
            let mut found = own.filter_map(|column| {
                Some((column, board.columns.get(column)?.cards.find(|card| key(card) == on)?))
            });
            if let Some((column, row)) = found.next() {
                self.column = column;
                self.rows[column].0 = row;
            }
        }
        self.scroll(board);
        // What is not here yet is not gone.
        self.on = self.card(board).map(key).or(self.on.filter(|_| self.column_len(board) > 0));
        self.table_lines = usize::from(layout.table.height.saturating_sub(1));
        let table = &board.table;
        let known = |row: usize| table.get(row).map(key);
        match table.here().contains(&self.table_rows.list.cursor) || table.is_empty() {
            true => self.table_rows.settle_within(self.table_lines, table.len(), table.here(), known),
            false => self.table_rows.list.settle(self.table_lines, table.len()),
        }
    }

    /// Back to the top of every column: what they hold is something else now.
    pub fn top(&mut self, board: &Board) {
        self.rows.clear();
        self.on = None;
        self.table_rows.reset();
        if board.filtered && board.columns.get(self.column).is_none_or(|column| column.cards.is_empty()) {
            self.column = self.first_with_cards(board).unwrap_or(self.column);
        }
    }

    fn first_with_cards(&self, board: &Board) -> Option<usize> {
        board.columns.iter().position(|column| !column.cards.is_empty())
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

    /// Changes between columns and table; the cursor stays on its card where that is here.
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
            true => board.table.get(self.table_rows.list.cursor),
            false => self.card(board),
        }
    }

    /// The cards of the list under the cursor that are here, in its order: one column, or the table.
    pub fn listed<'a>(&self, board: &'a Board) -> impl Iterator<Item = &'a Card> {
        let column = board.columns.get(self.column).filter(|_| !self.table);
        let table = Some(&board.table).filter(|_| self.table);
        column
            .into_iter()
            .flat_map(|column| column.cards.iter())
            .chain(table.into_iter().flat_map(Rows::iter))
    }

    /// All cards that are here and that the filter leaves.
    pub fn shown<'a>(&self, board: &'a Board) -> impl Iterator<Item = &'a Card> {
        board.columns.iter().flat_map(|column| column.cards.iter())
    }

    /// Whether there is a column to that side; a table has none.
    pub fn leads(&self, left: bool, board: &Board) -> bool {
        let there = if left { self.column > 0 } else { self.column + 1 < board.columns.len() };
        there && !self.table
    }

    /// The column under the cursor.
    pub fn column(&self) -> usize {
        self.column
    }

    /// What to ask for so that the whole board as it is in view can be shown again.
    pub fn wish(&self, process: &Handle, board: Option<&Board>) -> BoardWish {
        let mut wish = BoardWish { process: process.clone(), columns: Vec::new(), table: Edge::Start };
        let Some(board) = board.filter(|board| &board.process == process) else { return wish };
        if board.whole || board.filtered {
            return wish;
        }
        for n in self.near(board) {
            let column = &board.columns[n];
            if column.cards.iter().len() > 0 {
                wish.columns.push((column.step.clone(), column.cards.again(self.view(n), Card::key)));
            }
        }
        wish.table = board.table.again(self.table_view(), Card::key);
        wish
    }

    /// Pages that are in view, or nearly, and are not here: of columns, or of the table.
    pub fn wants(&self, board: &Board) -> Vec<(Option<Handle>, Edge<CardKey>)> {
        if self.table && !board.filtered {
            return board
                .table
                .wants(self.table_view(), Card::key)
                .map(|edge| (None, edge))
                .into_iter()
                .collect();
        }
        if board.filtered {
            let full = |n: usize| board.columns.get(n).is_some_and(|c| c.cards.len() > self.view(n).end);
            let shown = (self.left..self.left + self.columns).all(full);
            let view = match shown || board.table.len() > FOUND {
                true => self.table_view(),
                false => 0..board.table.len() + 1,
            };
            let edge = board.table.wants(view, Card::key);
            return edge.map(|edge| (None, edge)).into_iter().collect();
        }
        let wants = self.near(board).filter_map(|n| {
            let column = &board.columns[n];
            Some((Some(column.step.clone()), column.cards.wants(self.view(n), Card::key)?))
        });
        if board.whole { Vec::new() } else { wants.collect() }
    }

    /// Columns in view, and as many at each side.
    fn near(&self, board: &Board) -> Range<usize> {
        let all = board.columns.len();
        let wide = self.columns.max(1);
        self.left.saturating_sub(wide).min(all)..(self.left + 2 * wide).min(all)
    }

    fn view(&self, column: usize) -> Range<usize> {
        let top = self.rows.get(column).map_or(0, |(_, top)| *top);
        top..top + self.cards.max(1)
    }

    fn table_view(&self) -> Range<usize> {
        let top = self.table_rows.list.top;
        top..top + self.table_lines.max(1)
    }

    fn column_len(&self, board: &Board) -> usize {
        board.columns.get(self.column).map_or(0, |column| column.cards.len())
    }

    fn card<'a>(&self, board: &'a Board) -> Option<&'a Card> {
        board.columns.get(self.column)?.cards.get(self.rows.get(self.column)?.0)
    }

    /// Keeps the cursor's column and card in view.
    fn scroll(&mut self, board: &Board) {
        let columns = self.columns.max(1);
        let lowest = (self.column + 1).saturating_sub(columns);
        self.left = self.left.clamp(lowest, self.column.max(lowest));
        self.left = self.left.min(self.rows.len().saturating_sub(columns));
        for ((row, top), column) in self.rows.iter_mut().zip(&board.columns) {
            *row = (*row).min(column.cards.len().saturating_sub(1));
            *top = top_of(*row, *top, self.cards, column.cards.len());
        }
    }
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
    let other = if area.width < NARROW { "" } else { other };
    let title = format!(" {} (b)   {}   {other}", board.title, how_many(board));
    let filter = if state.filter.is_empty() { "none" } else { &state.filter };
    let sort =
        if state.order == Order::default() { String::new() } else { state.order.shown("most late") + "   " };
    let right = format!("{sort}filter: {filter}");
    // What a filter that is on leaves out is said, whatever the board is called.
    let room = match state.filter.is_empty() {
        true => pen.room(),
        false => pen.room().saturating_sub(Shown::new(&right).width() + 3).max(pen.room() / 3),
    };
    pen.text(&Shown::fit(&title, room), Meaning::Title);
    right_of(&mut pen, &right);
    let active = (!state.table).then_some(state.column);
    board_strip::draw(buffer, layout.strip, board, active, theme);
    if framed(area) {
        rule(buffer, theme, Rect { y: area.bottom() - 1, height: 1, ..area });
        rule(buffer, theme, Rect { y: layout.body.y - 1, height: 1, ..area });
    }
    if let Some(why) = why_empty(board, state) {
        return super::sentences(buffer, theme, layout.body, &why);
    }
    match state.table {
        true => board_table::draw(buffer, layout.table, board, state, look),
        false => columns(buffer, area, &layout, board, state, look),
    }
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
    let column = board.columns.get(n)?;
    let len = column.cards.len();
    let mut pen = Pen::new(buffer, look.theme, line(spot, 0));
    let room = pen.room().saturating_sub(3);
    // How much it holds is said however long its name is.
    let holds = board_strip::holds(column, board.filtered);
    let name = Shown::fit(&column.title, room.saturating_sub(holds.len() + 1));
    let title = Shown::fit(&format!("{} {holds}", name.as_str()), room);
    let meaning = if column.is_over() { Meaning::Late } else { Meaning::Title };
    match here {
        true => pen.word(" [", Meaning::Active).text(&title, Meaning::Active).word("]", Meaning::Active),
        false => pen.skip(2).text(&title, meaning),
    };
    let cards = below(spot, HEAD);
    let fit = board_card::fitting(cards.height);
    let (row, top) = state.rows.get(n).copied().unwrap_or_default();
    let row = row.min(len.saturating_sub(1));
    let top = top_of(row, top, fit, len);
    if top > 0 {
        Pen::new(buffer, look.theme, line(spot, 1)).skip(1).word(&format!("+{top} above"), Meaning::Dim);
    }
    let mut cursor = (len == 0 && here && !spot.is_empty()).then(|| spot.as_position());
    let tall = card_lines(cards.height);
    for (slot, at) in (0u16..).zip(top..len.min(top + fit)) {
        let area = below(cards, slot * tall);
        let chosen = here && at == row;
        match column.cards.get(at) {
            Some(card) => board_card::draw(buffer, area, card, chosen, look),
            None => {
                Pen::new(buffer, look.theme, line(area, 0)).skip(1).word("...", Meaning::Dim);
            }
        }
        if chosen && !area.is_empty() {
            cursor = Some(area.as_position());
        }
    }
    let below_view = len.saturating_sub(top + fit);
    if below_view > 0 || column.cards.is_open() {
        let plus = if column.cards.is_open() { "or more " } else { "" };
        let last = line(cards, cards.height.saturating_sub(1));
        let more = format!("+{below_view} {plus}more").replace("or more more", "or more");
        Pen::new(buffer, look.theme, last).skip(1).word(&more, Meaning::Dim);
    }
    cursor
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::desk::Column;
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
          C-1070 Mora Bakery:~  │ C-1055 Baltic Foods~  │>C-1042 Hansen Roofi~  │ C-1007 Hansen Roofi~  │ C-1060 Kiln & Co: i~
              1d           ana  │   ! 4h late       bo  │   !!2d late     >ana  │   = wait         chi  │   ~<due 2h       dee
                                │                       │                       │                       │
                                │ C-1058 Hansen Roofi~  │ C-1074 日本語: van ~  │ C-991 Baltic Foods:~  │
                                │   ~ due 6h        bo  │     1d           ana  │     6d           chi  │
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
        <2 more: 8 !1  [Approve 2] !1  2 more: 3
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
          C-1042 Hansen Roofing~  │ C-1007 Hansen Roofing:~  │>C-1060 Kiln & Co: invo~
            !!2d late       >ana  │   = wait            chi  │   ~<due 2h          dee
          C-1074 日本語: van le~  │ C-991 Baltic Foods: ov~  │
        < *   1d             ana  │ +   6d              chi  │
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
          C-1062 Kiln & Co: clay  │ C-1042 Hansen Roofing:~  │ C-1007 Hansen Roofing:~
              1d             chi  │   !!2d late        >ana  │   = wait            chi
          C-1063 Kiln & Co: clay  │ C-1074 日本語: van lea~  │ C-991 Baltic Foods: ov~
        <     1d             chi  │ *   1d              ana  │ +   6d              chi >
          C-1064 Kiln & Co: clay  │                          │
              1d             chi  │                          │
         >C-1065 Kiln & Co: clay  │                          │
              1d             chi  │                          │
                                  │                          │
        ──────────────────────────┴──────────────────────────┴──────────────────────────
        (cursor 1,11)
        "#);
        let look = eyes.look();
        let told = board
            .columns
            .iter()
            .flat_map(|column| column.cards.iter())
            .map(|card| sentence(card, None, &look));
        let told = told.filter(|text| !text.contains("clay")).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(told, @r#"
        C-1070 Mora Bakery: oven. ana has it.
        C-1055 Baltic Foods: assembly. bo has it, 4h late.
        C-1058 Hansen Roofing: shed. bo has it, due 6h.
        C-1042 Hansen Roofing: roof quote. Offered to ana by bo, accept-by passed 2d 2h ago.
        C-1074 日本語: van lease. ana has it, due Tue 17:00.
        C-1007 Hansen Roofing: gutters. chi waits: permit.
        C-991 Baltic Foods: oven. chi has it.
        C-1060 Kiln & Co: invoice 311. Back with dee: declined by role finance, not ready, earlier step unfinished: "no address".
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
        let found = Board { filtered: true, cases: 13, open: 13, late: 2, ..board_of(Vec::new()) };
        let board = Board { columns: board.columns, ..found };
        insta::assert_snapshot!(shown(Rect { height: 9, ..SMALL }, &board, &mut state), @r#"
         Quote to cash (b)   1~  filter: nobody
         1  [Quote 7] !1  2 !1  2  1
        ·
         0 of 13 match "nobody".
        ·
           Everywhere     : nobody
           Esc            shows all again
        ·
        ·
        (cursor 0,2)
        "#);
    }

    #[test]
    fn the_cursor_follows_its_card_into_another_column() {
        let mut columns = board_columns();
        let mut state = on_approve(&board(), NORMAL);
        let on = state.selected(&board()).map(key);
        let card = columns[2].1.remove(0);
        columns[3].1.push(card);
        let moved = board_of(columns.clone());
        state.settle(&moved, NORMAL);
        assert_eq!((state.selected(&moved).map(key), state.column()), (on, 3));
        columns[3].1.pop();
        let gone = board_of(columns);
        state.settle(&gone, NORMAL);
        assert_eq!(state.column(), 3, "gone: the cursor stays where it was");
        assert!(state.selected(&gone).is_some());
    }

    /// A process of so many steps with so many cards each, of which none is here.
    fn large(steps: usize, cards: usize) -> Board {
        let column = |n: usize| Column {
            open: cards,
            cards: crate::desk::Rows::unread(cards),
            ..Column::new(Handle::from_text(&format!("step {n}")).unwrap(), format!("Step {n}"))
        };
        let columns = (0..steps).map(column).collect::<Vec<_>>();
        Board {
            columns,
            cases: steps * cards,
            open: steps * cards,
            whole: false,
            table: crate::desk::Rows::unread(steps * cards),
            ..board_of(Vec::new())
        }
    }

    #[test]
    fn a_large_board_asks_for_what_is_in_view_and_little_more() {
        let mut board = large(300, 400);
        let mut state = BoardState::default();
        state.settle(&board, NORMAL);
        let asked = |state: &BoardState, board: &Board| {
            let asked = state.wants(board).into_iter();
            asked.map(|(step, edge)| (step.unwrap().to_string(), edge)).collect::<Vec<_>>()
        };
        let steps =
            |n: std::ops::Range<usize>| n.map(|n| (format!("step-{n}"), Edge::Start)).collect::<Vec<_>>();
        assert_eq!(asked(&state, &board), steps(0..6), "three columns in view, and as many beside them");
        (0..299).for_each(|_| state.go(Move::Right, &board));
        assert_eq!(asked(&state, &board), steps(294..300));
        let cards =
            (0..128).map(|n| card(n, "x", "bo", "19 09:00", None, crate::domain::urgency::Urgency::Open));
        let page = |edge, rows| crate::desk::Page { edge, rows, first: None, total: Some(400), rest: None };
        board.columns[299].cards.take(page(Edge::Start, cards.collect()), Card::key);
        assert_eq!(asked(&state, &board), steps(294..299));
        state.go(Move::Bottom, &board);
        assert_eq!(asked(&state, &board).last(), Some(&("step-299".to_string(), Edge::End)));
        assert_eq!(state.selected(&board), None, "not here yet");
        let text = drawn(NORMAL, |buffer, area| draw(buffer, area, &board, &state, &Eyes::of_ana().look()));
        insta::assert_snapshot!(text.lines().take(7).collect::<Vec<_>>().join("\n"), @r"
         Quote to cash (b)   120000 open, 0 late   T table                 filter: none
        <290 more: 116000  400  400  400  400  400  400  400  400  400  [Step 299 400]
        ──────────────────────────┬──────────────────────────┬──────────────────────────
           Step 297 400           │  Step 298 400            │ [Step 299 400]
                                  │                          │ +396 above
          ...                     │ ...                      │ ...
                                  │                          │
        ");
    }

    #[test]
    fn a_full_step_and_slow_or_parallel_work_say_so() {
        let slow = Card {
            usual: Some(crate::domain::Span::DAY),
            of: (2, 3),
            ..card(7, "Mora Bakery: oven", "bo", "11 09:00", None, crate::domain::urgency::Urgency::Open)
        };
        let mut board = board_of(vec![("Approve", vec![slow.clone(), Card { branch: 2, ..slow.clone() }])]);
        board.columns[0].limit = Some(1);
        let mut state = BoardState::default();
        insta::assert_snapshot!(shown(Rect { height: 9, ..NORMAL }, &board, &mut state), @r#"
         Quote to cash (b)   2 open, 0 late   T table                      filter: none
         [Approve 2/1 over]
          [Approve 2/1 over]
        ·
         >C-7 (2/3) Mora Bakery: oven
              slow 9d                                                               bo
          C-7 (2/3) Mora Bakery: oven
              slow 9d                                                               bo
        ·
        (cursor 1,4)
        "#);
        insta::assert_snapshot!(sentence(&slow, None, &Eyes::of_ana().look()), @"C-7 Mora Bakery: oven. bo has it. 2 of 3. Slow: 9d 1h at this step, where 85 of 100 took at most 1d.");
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
