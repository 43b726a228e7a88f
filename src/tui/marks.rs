//! Marking things in the inbox and on boards, so that the next key acts on all of them: one, a range, everything
//! shown. Acts on nothing itself.

use super::answers::keeps;
use super::listed;
use super::model::{Model, Pane, View};
use super::msg::{Effect, Loaded, Query};
use super::panes::{Move, boards};
use super::run::moved;
use super::update::say;
use super::worker::Place;
use crate::desk::{Card, Desk, Edge, Error};
use crate::domain::counted::counted;
use crate::domain::{CaseId, Handle, Instant};
use std::collections::BTreeSet;

/// So many things one action takes: a verb on them is tried before, and that is not to take a minute.
pub const MOST: usize = 5_000;

/// What a mark is on.
pub type Key = (CaseId, Option<u32>);

/// A range that grows with the cursor.
#[derive(Debug, Clone)]
pub struct Range {
    from: Key,
    /// Marks that were there before it.
    before: BTreeSet<Key>,
}

/// Whether the list on screen is of things that somebody is responsible for.
pub(super) fn places(model: &Model) -> bool {
    model.view().is_none() && matches!(model.pane, Pane::Inbox | Pane::Boards)
}

/// What the cursor is on.
fn here(model: &Model) -> Option<Key> {
    if listed::here(model) {
        return model.list_state.selected(&model.cases).map(|case| (case, None));
    }
    match model.pane {
        Pane::Inbox => {
            let item = model.inbox.as_ref().and_then(|view| model.inbox_state.selected(view));
            item.filter(|item| item.is_of_case()).map(|item| (item.case, item.branch))
        }
        _ => {
            let card = model.board.as_ref().and_then(|view| model.board_state.selected(view));
            card.map(|card| (card.case, Some(card.branch)))
        }
    }
}

/// What the list shows, in its order: of a board the column under the cursor, or the whole table.
fn listed(model: &Model) -> Vec<Key> {
    if listed::here(model) {
        return model.list_state.shown(&model.cases).map(|case| (case.id, None)).collect();
    }
    match model.pane {
        Pane::Inbox => {
            let shown = model.inbox.iter().flat_map(|inbox| model.inbox_state.shown(inbox));
            shown.filter(|item| item.is_of_case()).map(|item| (item.case, item.branch)).collect()
        }
        _ => {
            let cards = model.board.iter().flat_map(|board| model.board_state.listed(board));
            cards.map(|card| (card.case, Some(card.branch))).collect()
        }
    }
}

/// Marks what the cursor is on, or takes its mark away, and goes on to the next.
pub(super) fn one(model: &mut Model) {
    model.range = None;
    if let Some(key) = here(model) {
        if !model.marks.remove(&key) {
            model.marks.insert(key);
        }
        keep(model);
        moved(model, Move::Down);
    }
}

/// Begins a range at the cursor, or ends it and keeps its marks.
pub(super) fn range(model: &mut Model) {
    if model.range.take().is_some() {
        return;
    }
    if let Some(from) = here(model) {
        model.range = Some(Range { from, before: model.marks.clone() });
        model.marks.insert(from);
        keep(model);
    }
}

/// Keeps the cards that are marked and here, and lets go of those whose marks are gone.
pub(super) fn keep(model: &mut Model) {
    if model.marks.is_empty() || model.pane != Pane::Boards {
        model.marked.clear();
        return;
    }
    let marks = &model.marks;
    let Some(board) = &model.board else { return };
    let here = board.columns.iter().flat_map(|column| column.cards.iter()).chain(board.table.iter());
    let marked = here.filter(|card| marks.contains(&(card.case, Some(card.branch))));
    model.marked.extend(marked.map(|card| ((card.case, card.branch), card.clone())));
    model.marked.retain(|(case, branch), _| marks.contains(&(*case, Some(*branch))));
}

/// Marks what lies between the beginning of a range and the cursor.
pub(super) fn follow(model: &mut Model) {
    let (Some(range), Some(to)) = (&model.range, here(model)) else { return };
    let listed = listed(model);
    let at = |key: &Key| listed.iter().position(|known| known == key);
    let (Some(from), Some(to)) = (at(&range.from), at(&to)) else { return };
    let mut marks = range.before.clone();
    marks.extend(&listed[from.min(to)..=from.max(to)]);
    model.marks = marks;
    keep(model);
}

/// Marks everything shown; of a board that is not here whole, what is not here is asked for first.
pub(super) fn all(model: &mut Model) -> Vec<Effect> {
    model.range = None;
    if let (Some(View::Cases { ids, .. }), false) = (model.view(), model.list_state.is_narrowed()) {
        match ids.len() {
            0..=MOST => model.marks = ids.iter().map(|case| (*case, None)).collect(),
            _ => too_many_cases(model),
        }
        return Vec::new();
    }
    if model.pane == Pane::Inbox || listed::here(model) {
        model.marks.extend(listed(model));
        keep(model);
        return Vec::new();
    }
    let Some(board) = &model.board else { return Vec::new() };
    if board.columns.iter().all(|column| column.cards.is_whole()) {
        let keys = model.board_state.shown(board).map(|card| (card.case, Some(card.branch)));
        model.marks.extend(keys.collect::<Vec<_>>());
        keep(model);
        return Vec::new();
    }
    let (process, filter) = (board.process.clone(), model.board_filter.clone());
    if filter.is_empty() && board.open > MOST {
        too_many(model, Some(board.open));
        return Vec::new();
    }
    say(model, "Looking for all that is shown here, to mark it ...");
    vec![Effect::Load(Query::AllCards { process, filter })]
}

/// All cards of a board came, to be marked; nothing where there are too many. What is not wanted any more is let go.
pub(super) fn all_came(model: &mut Model, process: &Handle, filter: &str, cards: Option<Vec<Card>>) {
    let same = model.board.as_ref().is_some_and(|board| &board.process == process);
    if !same || model.board_filter != filter || model.pane != Pane::Boards || model.view().is_some() {
        return;
    }
    let Some(cards) = cards else { return too_many(model, None) };
    model.status = Default::default();
    for card in cards {
        model.marks.insert((card.case, Some(card.branch)));
        model.marked.insert((card.case, card.branch), card);
    }
}

/// The same of the cases behind a number.
fn too_many_cases(model: &mut Model) {
    say(model, &format!("They are more than one action takes, which is {MOST}: / narrows them."));
}

/// Says what it takes to mark them.
fn too_many(model: &mut Model, open: Option<usize>) {
    let shown = open.map_or("They".to_string(), |open| format!("These {}", counted(open, "card")));
    say(model, &format!("{shown} are more than one action takes, which is {MOST}: / narrows them."));
}

/// All cards that a filter leaves of a board, for the worker.
pub(super) fn load(desk: &mut Desk, place: &Place, process: Handle, filter: String) -> Result<Loaded, Error> {
    let now = place.clock.now();
    let cards = match keeps(&filter, |card: &Card| boards::words(card, &process, &place.me, now)) {
        Some(keep) => cards(desk, &process, keep, now)?,
        None => cards(desk, &process, |_| true, now)?,
    };
    Ok(Loaded::AllCards { process, filter, cards })
}

/// What is kept of all cards of a process, in the order of the board; `None` for more than can be marked.
fn cards(
    desk: &mut Desk,
    process: &Handle,
    mut keep: impl FnMut(&Card) -> bool,
    now: Instant,
) -> Result<Option<Vec<Card>>, Error> {
    let (mut all, mut edge) = (Vec::new(), Edge::Start);
    loop {
        let page = desk.search(process, &edge, &mut keep, now)?;
        all.extend(page.rows);
        if all.len() > MOST {
            return Ok(None);
        }
        match page.rest {
            Some(rest) => edge = Edge::After(rest),
            None => return Ok(Some(all)),
        }
    }
}
