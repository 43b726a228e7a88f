//! Marking things in the inbox and on boards, so that the next key acts on all of them: one, a range, everything
//! shown. Acts on nothing itself.

use super::model::{Model, Pane};
use super::panes::Move;
use super::run::moved;
use crate::domain::CaseId;
use std::collections::BTreeSet;

/// What a mark is on.
pub type Key = (CaseId, Option<u32>);

/// A range that grows with the cursor.
#[derive(Debug, Clone)]
pub struct Range {
    from: Key,
    /// Marks that were there before it.
    before: BTreeSet<Key>,
}

/// What the cursor is on.
fn here(model: &Model) -> Option<Key> {
    match model.pane {
        Pane::Inbox => {
            let item = model.inbox.as_ref().and_then(|view| model.inbox_state.selected(view));
            item.map(|item| (item.case, item.branch))
        }
        _ => {
            let card = model.board.as_ref().and_then(|view| model.board_state.selected(view));
            card.map(|card| (card.case, Some(card.branch)))
        }
    }
}

/// What the list shows, in its order: of a board the column under the cursor, or the whole table.
fn listed(model: &Model) -> Vec<Key> {
    match model.pane {
        Pane::Inbox => {
            let shown = model.inbox.iter().flat_map(|inbox| model.inbox_state.shown(inbox));
            shown.map(|item| (item.case, item.branch)).collect()
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

/// Marks everything shown.
pub(super) fn all(model: &mut Model) {
    model.range = None;
    match model.pane {
        Pane::Inbox => model.marks.extend(listed(model)),
        _ => {
            let cards = model.board.iter().flat_map(|board| model.board_state.shown(board));
            let keys = cards.map(|card| (card.case, Some(card.branch))).collect::<Vec<_>>();
            model.marks.extend(keys);
        }
    }
    keep(model);
}
