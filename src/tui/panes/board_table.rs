//! All cards of a board as a table, most late first, whatever step they are at.

use super::boards::BoardState;
use super::preview::name;
use super::{Gutter, Look, NARROW, below, line, meaning, times};
use crate::desk::{Board, Card};
use crate::domain::rows::PlaceKind;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, list};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

const STEP: usize = 12;
const WHO: usize = 10;
const HERE: usize = 5;
const TIME: usize = 13;

fn case_width(room: usize, narrow: bool) -> usize {
    let others = if narrow { TIME + 1 } else { STEP + WHO + HERE + TIME + 4 };
    room.saturating_sub(6 + others)
}

/// Draws the table under its column names.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    board: &Board,
    state: &BoardState,
    look: &Look,
) -> Option<Position> {
    let narrow = area.width < NARROW;
    let mut pen = Pen::new(buffer, look.theme, line(area, 0));
    let case = case_width(pen.room(), narrow);
    pen.skip(6).column(&Shown::new("CASE"), case, Meaning::Title).skip(1);
    if !narrow {
        pen.column(&Shown::new("STEP"), STEP, Meaning::Title).skip(1);
        pen.column(&Shown::new("WHO"), WHO, Meaning::Title).skip(1);
        pen.column_right(&Shown::new("HERE"), HERE, Meaning::Title).skip(1);
    }
    let room = pen.room();
    pen.column_right(&Shown::new("TIME"), room, Meaning::Title);
    let rows = &state.table_rows.list;
    let len = board.table.len();
    let cursor = rows.cursor.min(len.saturating_sub(1));
    list::draw(buffer, look.theme, below(area, 1), rows, len, |row, pen| match board.table.get(row) {
        Some(card) => table_row(pen, card, row == cursor, narrow, look),
        None => {
            pen.skip(6).word("...", Meaning::Dim);
        }
    })
}

fn table_row(pen: &mut Pen, card: &Card, cursor: bool, narrow: bool, look: &Look) {
    let case = case_width(pen.room(), narrow);
    let marked = look.marks.contains(&(card.case, Some(card.branch)));
    Gutter { cursor, marked, news: look.news.contains(&card.case), urgency: card.urgency() }.write(pen);
    pen.skip(1).column(
        &Shown::fit(
            &super::tagged(format!("{} {}", card.case, super::titled(&card.title, card.urgent)), &card.tags),
            case,
        ),
        case,
        Meaning::Plain,
    );
    pen.skip(1);
    if !narrow {
        let who = match (card.kind, &card.to) {
            (PlaceKind::Offered, Some(to)) => format!(">{}", name(to)),
            (PlaceKind::Held, _) => format!("<{}", card.responsible),
            _ => card.responsible.to_string(),
        };
        pen.column(&Shown::fit(&card.step_title, STEP), STEP, Meaning::Plain).skip(1);
        pen.column(&Shown::fit(&who, WHO), WHO, Meaning::Plain).skip(1);
        let here = times::about(look.now - if card.is_slow(look.now) { card.came } else { card.since });
        pen.column_right(&Shown::new(&here), HERE, Meaning::Plain).skip(1);
    }
    let time = match &card.waiting {
        Some(_) => "= waiting".to_string(),
        None if card.pressing.due.is_none() && card.is_slow(look.now) => "slow".to_string(),
        None => times::left(look.now, card.pressing.due, look.zone),
    };
    let room = pen.room();
    pen.column_right(&Shown::new(&time), room, meaning(card.urgency()));
}
