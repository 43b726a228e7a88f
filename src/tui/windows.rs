//! Long lists on the screen: which pages of them are wanted and not here, and taking in those that come. What is
//! here and in view is shown at once; nothing waits for a page, and a page that is wanted no more is left alone.

use super::model::{Model, Pane, View};
use super::msg::{Effect, Query};
use crate::desk::{Board, Card, CardKey, Edge, PAGE, Page, RecordItem, RecordKey, RecordWish, Rows};
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, Handle};

/// A list of cases that is narrowed or ordered otherwise is read whole up to this length.
const MOST_WHOLE: usize = 2_000;

/// The records of a kind, as they were asked for.
#[derive(Debug)]
pub struct RecordList {
    pub wish: RecordWish,
    pub filter: String,
    pub rows: Rows<RecordItem, RecordKey>,
}

/// What the list in front needs from its beginning, or from where one is in it, to be shown anew.
pub(super) fn anew(model: &Model) -> Vec<Query> {
    match (model.view(), model.pane) {
        (Some(View::Cases { title, ids }), _) => {
            let edge = model.cases.again(model.list_state.view(), |case| case.id);
            vec![cases(model, title, ids, edge)]
        }
        (None, Pane::Boards) => board(model).into_iter().collect(),
        (None, Pane::Records) => records(model).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn board(model: &Model) -> Option<Query> {
    let wish = model.board_state.wish(model.process.as_ref()?, model.board.as_ref());
    Some(Query::Board { wish, filter: model.board_state.filter.trim().to_string() })
}

fn records(model: &Model) -> Option<Query> {
    let state = &model.records_state;
    let kind = state.kind.as_ref().filter(|kind| model.catalog.kinds.contains_key(kind));
    let kind = kind.or(model.catalog.kinds.keys().next())?.clone();
    let filter = state.filter.trim().to_string();
    // What no index has in this order is read as a whole, where it is not too long.
    let most = if state.order.needs_all() { MOST_WHOLE } else { PAGE };
    let same = |list: &&RecordList| {
        list.wish.kind == kind
            && list.wish.order == state.order.of_records()
            && list.wish.most == most
            && list.filter == filter
            && filter.is_empty()
    };
    let edge = match model.record_list.as_ref().filter(same) {
        Some(_) if most == PAGE && state.added.is_some() => {
            state.added.clone().map_or(Edge::Start, Edge::From)
        }
        Some(list) if most == PAGE => list.rows.again(state.view(), RecordItem::key),
        _ => Edge::Start,
    };
    let wish = RecordWish { kind, order: state.order.of_records(), edge, most };
    Some(Query::RecordPage { wish, filter })
}

fn cases(model: &Model, title: &str, ids: &[CaseId], edge: Edge<CaseId>) -> Query {
    if model.list_state.is_narrowed() && ids.len() <= MOST_WHOLE {
        let (title, edge, ids, total) = (title.to_string(), Edge::Start, ids.to_vec(), ids.len());
        return Query::Cases { title, edge, first: 0, ids, total };
    }
    let at = |id: &CaseId| ids.iter().position(|other| other == id).unwrap_or(0);
    let len = ids.len();
    let range = match &edge {
        Edge::Start => 0..PAGE,
        Edge::End => len.saturating_sub(PAGE)..len,
        Edge::After(id) => at(id) + 1..at(id) + 1 + PAGE,
        Edge::Before(id) => at(id).saturating_sub(PAGE)..at(id),
        Edge::From(id) => at(id)..at(id) + PAGE,
    };
    let range = range.start.min(len)..range.end.min(len);
    Query::Cases { title: title.to_string(), edge, first: range.start, ids: ids[range].to_vec(), total: len }
}

/// Pages that are in view, or nearly, and neither here nor asked for.
pub(super) fn asks(model: &mut Model) -> Vec<Effect> {
    let mut wanted = Vec::new();
    match (model.view(), model.pane) {
        (Some(View::Cases { title, ids }), _) => {
            let narrowed = model.list_state.is_narrowed() && ids.len() <= MOST_WHOLE;
            let edge = match narrowed {
                true => (!model.cases.is_whole()).then_some(Edge::Start),
                false => model.cases.wants(model.list_state.view(), |case| case.id),
            };
            wanted.extend(edge.map(|edge| cases(model, title, ids, edge)));
        }
        (None, Pane::Boards) => {
            let filter = model.board_state.filter.trim();
            let pending = model.asked.iter().any(|query| match query {
                Query::Board { wish, filter: asked } => {
                    Some(&wish.process) == model.process.as_ref() && asked == filter
                }
                _ => false,
            });
            match &model.board {
                _ if pending => {}
                Some(board)
                    if Some(&board.process) == model.process.as_ref() && model.board_filter == filter =>
                {
                    let pages = model.board_state.wants(board).into_iter();
                    wanted.extend(pages.map(|(step, edge)| Query::Cards {
                        process: board.process.clone(),
                        step,
                        edge,
                        filter: filter.to_string(),
                    }));
                }
                _ => wanted.extend(board(model)),
            }
        }
        (None, Pane::Records) => match (records(model), &model.record_list) {
            (Some(Query::RecordPage { wish, filter }), Some(list))
                if list.wish.kind == wish.kind
                    && (list.wish.order, list.wish.most) == (wish.order, wish.most)
                    && list.filter == filter =>
            {
                let edge = list.rows.wants(model.records_state.view(), RecordItem::key);
                wanted
                    .extend(edge.map(|edge| Query::RecordPage { wish: RecordWish { edge, ..wish }, filter }));
            }
            (query, _) => wanted.extend(query),
        },
        _ => {}
    }
    wanted.retain(|query| !model.asked.contains(query));
    model.asked.extend(wanted.iter().cloned());
    wanted.into_iter().map(Effect::Load).collect()
}

/// Puts what is here whole into the order that is wanted; what is too long stays as it is read.
pub(super) fn arrange(model: &mut Model) {
    let order = model.board_state.order;
    if let Some(board) = &mut model.board {
        let steps = board.columns.iter().map(|column| column.step.clone()).collect::<Vec<_>>();
        board.columns.iter_mut().for_each(|column| column.cards.arrange(|cards| order.cards(cards)));
        board.table.arrange(|cards| order.table(cards, &steps));
    }
    let order = model.records_state.order;
    let kind = super::order::kind_on_screen(model).cloned();
    if let Some(list) = &mut model.record_list {
        list.rows.arrange(|items| order.records(items, kind.as_ref()));
    }
}

/// A board came: taken when it is the one that is wanted now.
pub(super) fn board_came(model: &mut Model, board: Board, filter: String) {
    model.asked.retain(|query| {
        !matches!(query, Query::Board { wish, filter: asked } if wish.process == board.process && *asked == filter)
    });
    if Some(&board.process) != model.process.as_ref() || model.board_state.filter.trim() != filter {
        return;
    }
    if model.board_filter != filter {
        model.board_state.top(&board);
    }
    model.board_filter = filter;
    model.board = Some(board);
    arrange(model);
}

/// A page of cards came, of a column or of the table.
pub(super) fn cards_came(model: &mut Model, of: (Handle, Option<Handle>, String), page: Page<Card, CardKey>) {
    let (process, step, filter) = of;
    model.asked.retain(|query| !matches!(query, Query::Cards { step: asked, .. } if *asked == step));
    let Some(board) = model.board.as_mut().filter(|board| board.process == process) else { return };
    if model.board_filter != filter {
        return;
    }
    match step {
        None => board.take(page),
        Some(step) => {
            if let Some(column) = board.columns.iter_mut().find(|column| column.step == step) {
                column.cards.take(page, Card::key);
            }
        }
    }
    arrange(model);
}

/// A page of records came.
pub(super) fn records_came(
    model: &mut Model,
    wish: RecordWish,
    filter: String,
    page: Page<RecordItem, RecordKey>,
) {
    model.asked.retain(|query| !matches!(query, Query::RecordPage { .. }));
    let same = |list: &RecordList| {
        list.wish.kind == wish.kind
            && (list.wish.order, list.wish.most) == (wish.order, wish.most)
            && list.filter == filter
    };
    match model.record_list.as_mut().filter(|list| same(list)) {
        Some(list) => list.rows.take(page, RecordItem::key),
        None if matches!(page.edge, Edge::Start | Edge::From(_)) => {
            let mut rows = Rows::default();
            rows.take(page, RecordItem::key);
            model.record_list = Some(RecordList { wish, filter, rows });
        }
        None => {}
    }
    arrange(model);
}

/// A page of a list of cases came.
pub(super) fn cases_came(model: &mut Model, title: &str, page: Page<CaseRow, CaseId>) {
    model.asked.retain(|query| !matches!(query, Query::Cases { .. }));
    if matches!(model.view(), Some(View::Cases { title: shown, .. }) if shown == title) {
        model.cases.take(page, |case| case.id);
    }
}
