//! One card of a board: two lines that say which case, how it stands and whose it is.

use super::preview::name;
use super::{Look, line, meaning, times};
use crate::desk::Card;
use crate::domain::rows::PlaceKind;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Below this height cards stand without a line between them.
const TIGHT: u16 = 12;

/// Lines from one card to the next.
pub fn card_lines(height: u16) -> u16 {
    if height < TIGHT { 2 } else { 3 }
}

/// How many cards fit; the last line of a column is kept for how many more there are.
pub fn fitting(height: u16) -> usize {
    usize::from(height.saturating_sub(1) / card_lines(height)).max(1)
}

/// Draws a card at the top of `area`. The chosen one is the cursor's.
pub fn draw(buffer: &mut Buffer, area: Rect, card: &Card, chosen: bool, look: &Look) {
    let marked = look.marks.contains(&(card.case, Some(card.branch)));
    let first = line(area, 0);
    let mut pen = Pen::new(buffer, look.theme, first);
    pen.word(if chosen { ">" } else { " " }, Meaning::Plain);
    let room = pen.room().saturating_sub(2);
    let branch = match card.of {
        (_, 1) => String::new(),
        (at, of) => format!(" ({at}/{of})"),
    };
    let title = super::tagged(
        format!("{}{branch} {}", card.case, super::titled(&card.title, card.urgent)),
        &card.tags,
    );
    pen.text(&Shown::fit(&title, room), Meaning::Plain);

    let second = line(area, 1);
    let mut pen = Pen::new(buffer, look.theme, second);
    pen.skip(1).word(if marked { "*" } else { " " }, Meaning::Marked);
    if look.news.contains(&card.case) && !marked {
        // The mark's place: what is marked was looked at.
        pen = Pen::new(buffer, look.theme, second);
        pen.skip(1).word("+", Meaning::Changed);
    }
    let kind = match (card.kind, &card.waiting) {
        (PlaceKind::Held, _) => "<",
        (_, Some(_)) => "=",
        _ => "",
    };
    let sign = format!("{}{kind}", card.urgency().mark());
    // Three signs begin one column further left, so that the words after them stay in line.
    let lead = usize::from(sign.len() < 3);
    pen.skip(lead).column(&Shown::new(&sign), 3 - lead, meaning(card.urgency()));
    let due = times::left_card(look.now, card.pressing.due, look.zone);
    let state = match &card.waiting {
        Some(_) => "wait".to_string(),
        None if card.is_slow(look.now) && !card.urgency().is_late() => {
            format!("slow {}", times::about(look.now - card.came))
        }
        None if card.is_unstarted() && !card.urgency().is_late() => {
            format!("START {}", times::about(look.now - card.since))
        }
        None if card.urgency().is_late() || !card.urgency().mark().is_empty() => due,
        None => times::about(look.now - card.since),
    };
    let state = Shown::new(&state);
    pen.text(&state, meaning(card.urgency())).skip(1);
    let who = match (card.kind, &card.to) {
        (PlaceKind::Offered, Some(to)) => format!(">{}", name(to)),
        _ => card.responsible.to_string(),
    };
    let bold = if card.kind == PlaceKind::Offered { Meaning::Accept } else { Meaning::Plain };
    let room = pen.room().saturating_sub(2);
    pen.column_right(&Shown::fit(&who, room), room, bold);
    if chosen {
        for area in [first, second] {
            let area = area.intersection(buffer.area);
            buffer.set_style(area, look.theme.cursor_row());
        }
    }
}
