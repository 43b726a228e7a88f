//! Marking things in the inbox and on boards, so that the next key acts on all of them. Acts on nothing itself.

use super::model::{Model, Pane};
use super::panes::Move;
use super::run::moved;

/// Marks what the cursor is on, or takes its mark away, and goes on to the next.
pub(super) fn one(model: &mut Model) {
    let key = match model.pane {
        Pane::Inbox => {
            let item = model.inbox.as_ref().and_then(|view| model.inbox_state.selected(view));
            item.map(|item| (item.case, item.branch))
        }
        _ => {
            let card = model.board.as_ref().and_then(|view| model.board_state.selected(view));
            card.map(|card| (card.case, Some(card.branch)))
        }
    };
    if let Some(key) = key {
        if !model.marks.remove(&key) {
            model.marks.insert(key);
        }
        moved(model, Move::Down);
    }
}

/// Marks everything shown.
pub(super) fn all(model: &mut Model) {
    match model.pane {
        Pane::Inbox => {
            if let Some(inbox) = &model.inbox {
                let shown = model.inbox_state.shown(inbox);
                model.marks.extend(shown.map(|item| (item.case, item.branch)));
            }
        }
        _ => {
            let cards =
                model.board.iter().flat_map(|board| &board.columns).flat_map(|column| column.cards.iter());
            model.marks.extend(cards.map(|card| (card.case, Some(card.branch))));
        }
    }
}
