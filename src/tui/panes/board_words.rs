//! What is said of a card: the words a filter looks for, and the sentence under the board.

use super::board_strip::late_of;
use super::boards::BoardState;
use super::filter;
use super::preview::name;
use super::{Look, times};
use crate::desk::{Board, Card, CaseView, STALLED_DAYS};
use crate::domain::counted::counted;
use crate::domain::rows::PlaceKind;
use crate::domain::{Handle, Instant, Span, when};

/// What a filter looks at of a card of a process, for whoever looks and when.
pub fn words(card: &Card, process: &Handle, me: &Handle, now: Instant) -> String {
    let to = card.to.as_ref().map_or("", |to| name(to));
    let case = card.case.to_string();
    let words = [&case, &card.title, &card.step_title, card.responsible.as_str(), to];
    let words = words.join(&filter::PART.to_string());
    let stalled = now - card.since >= Span::DAY.times(i64::from(STALLED_DAYS));
    let facets = [
        ("who:", card.responsible.as_str()),
        ("step:", card.step.as_str()),
        ("process:", process.as_str()),
        ("is:", if card.urgency().is_late() { "late" } else { "" }),
        ("is:", if stalled { "stalled" } else { "" }),
        ("is:", if me == &card.responsible { "mine" } else { "" }),
        ("is:", if card.urgent { "urgent" } else { "" }),
    ];
    filter::row(&words, facets, &card.tags)
}

/// One sentence about the card under the cursor, for the line of words under the board; with the case, where it
/// is loaded, also where its other branches are.
pub fn sentence(card: &Card, case: Option<&CaseView>, look: &Look) -> String {
    let Card { case: id, title, responsible, .. } = card;
    let late = card.pressing.due.map_or_else(String::new, |due| match card.kind {
        _ if card.pressing.of_case => {
            format!(", the whole case is {}", times::left(look.now, Some(due), look.zone))
        }
        PlaceKind::Offered if look.now > due => {
            format!(", accept-by passed {} ago", when::distance(look.now - due))
        }
        _ => format!(", {}", times::left(look.now, Some(due), look.zone)),
    });
    let to =
        card.to.as_ref().map_or_else(|| "--".to_string(), |to| to.said().trim_start_matches('@').to_string());
    let how = match (card.kind, &card.waiting, &card.declined) {
        (PlaceKind::Offered, ..) => format!("Offered to {to} by {responsible}{late}."),
        (PlaceKind::Held, _, Some((reason, text))) => {
            format!("Back with {responsible}: declined by {to}, {}: \"{text}\".", reason.words())
        }
        (PlaceKind::Held, ..) => format!("Back with {responsible}: the offer was taken back."),
        (PlaceKind::Task, Some((reason, _)), _) => format!("{responsible} waits: {reason}."),
        (PlaceKind::Task, ..) => format!("{responsible} has it{late}."),
        (PlaceKind::Waiting, waiting, _) => {
            let what = waiting.as_ref().map_or("something", |(what, _)| what.as_str());
            format!("It waits for {what}; {responsible} stays responsible.")
        }
    };
    format!("{id} {title}. {how}{}{}", siblings(card, case), slow(card, look))
}

fn siblings(card: &Card, case: Option<&CaseView>) -> String {
    let (at, of) = card.of;
    if of < 2 {
        return String::new();
    }
    let case = case.filter(|view| view.row.id == card.case);
    let others = case.iter().flat_map(|view| &view.spots).filter(|spot| spot.place.branch != card.branch);
    let others = others.map(|spot| format!("{} ({})", spot.step_title, spot.place.responsible));
    match others.collect::<Vec<_>>().join(", ") {
        others if others.is_empty() => format!(" {at} of {of}."),
        others => format!(" {at} of {of}; also at {others}."),
    }
}

fn slow(card: &Card, look: &Look) -> String {
    match card.usual.filter(|_| card.is_slow(look.now)) {
        Some(usual) => {
            let here = when::distance(look.now - card.came);
            format!(" Slow: {here} at this step, where 85 of 100 took at most {}.", when::distance(usual))
        }
        None => String::new(),
    }
}

/// How many cases are open, and with how many cards where that is another number: `12 open, 2 late`, or
/// `43 open, 60 cards (6 late)`.
pub(super) fn how_many(board: &Board) -> String {
    let late = Board::counted(board.late);
    if board.filtered {
        let shown = board.columns.iter().map(|column| column.cards.len()).sum::<usize>();
        let more = if board.columns.iter().any(|column| column.cards.is_open()) { "+" } else { "" };
        let late = board.columns.iter().map(|column| late_of(column, true)).sum::<usize>();
        return format!("{shown}{more} of {} shown, {late}{more} late", board.open);
    }
    match (board.open, board.cases) {
        (cards, cases) if cards == cases => format!("{cards} open, {late} late"),
        (cards, cases) => format!("{cases} open, {} ({late} late)", counted(cards, "card")),
    }
}

/// What a board says that has nothing to show.
pub(super) fn why_empty(board: &Board, state: &BoardState) -> Option<Vec<String>> {
    let none = (board.whole || board.filtered) && board.table.is_empty();
    match board.open {
        0 => Some(vec!["Nothing is open in this process. n starts a case.".to_string()]),
        _ if none && board.table.is_open() => Some(vec![format!("Looking for \"{}\" ...", state.filter)]),
        open if none => Some(filter::nothing(open, &state.filter, state.near.as_deref())),
        _ => None,
    }
}
