//! What a filter looks at of a card.

use super::filter;
use super::preview::name;
use crate::desk::{Board, Card, Column, STALLED_DAYS};
use crate::domain::{Handle, Instant, Span};

pub(super) fn words(card: &Card, board: &Board, column: &Column, seen: Option<&(Handle, Instant)>) -> String {
    let to = card.to.as_ref().map_or("", |to| name(to));
    let words = format!("{} {} {} {} {to}", card.case, card.title, column.title, card.responsible);
    let stalled = seen.is_some_and(|(_, now)| *now - card.since >= Span::DAY.times(i64::from(STALLED_DAYS)));
    let mine = seen.is_some_and(|(me, _)| me == &card.responsible);
    let facets = [
        ("who:", card.responsible.as_str()),
        ("step:", column.step.as_str()),
        ("process:", board.process.as_str()),
        ("is:", if card.urgency.is_late() { "late" } else { "" }),
        ("is:", if stalled { "stalled" } else { "" }),
        ("is:", if mine { "mine" } else { "" }),
        ("is:", if card.urgent { "urgent" } else { "" }),
    ];
    filter::row(&words, facets, &card.tags)
}
