//! How a list is ordered: by what, and whether from the other end. A value that a query could take; the lists
//! that are whole in memory are sorted here.

use super::model::{Model, Pane, View};
use crate::desk::{Board, Card, InboxItem, RecordItem};
use crate::domain::rows::CaseRow;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// As the desk gives it: most late first, records by name, cases newest first.
    #[default]
    Usual,
    /// The longest where it is first.
    Since,
    Title,
    Step,
    Who,
    Number,
    Open,
    Late,
    Changed,
}

/// A sort, and whether it is turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Order {
    pub by: Sort,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reverse: bool,
}

/// The sorts of the list on screen; none where there is no list to sort.
pub fn sorts(model: &Model) -> &'static [Sort] {
    match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => &[Sort::Usual, Sort::Title, Sort::Since, Sort::Number],
        (Some(_), _) => &[],
        (None, Pane::Inbox | Pane::Boards) => {
            &[Sort::Usual, Sort::Since, Sort::Title, Sort::Step, Sort::Who, Sort::Number]
        }
        (None, Pane::Records) => &[Sort::Usual, Sort::Open, Sort::Late, Sort::Changed, Sort::Number],
        _ => &[],
    }
}

/// The order of the list on screen.
pub fn of(model: &mut Model) -> Option<&mut Order> {
    if sorts(model).is_empty() {
        return None;
    }
    Some(match (model.view(), model.pane) {
        (Some(_), _) => &mut model.list_state.order,
        (None, Pane::Boards) => &mut model.board_state.order,
        (None, Pane::Records) => &mut model.records_state.order,
        _ => &mut model.inbox_state.order,
    })
}

impl Sort {
    /// Its words in the menu and at the head of the list; `usual` are those of the list's own order.
    pub fn words(self, usual: &'static str) -> &'static str {
        match self {
            Sort::Usual => usual,
            Sort::Since => "longest there",
            Sort::Title => "title",
            Sort::Step => "step",
            Sort::Who => "who",
            Sort::Number => "number",
            Sort::Open => "most open",
            Sort::Late => "most late",
            Sort::Changed => "last changed",
        }
    }
}

impl Order {
    /// `sort: title, from the end`.
    pub fn shown(self, usual: &'static str) -> String {
        let end = if self.reverse { ", from the end" } else { "" };
        format!("sort: {}{end}", self.by.words(usual))
    }

    fn turn(self, shown: &mut [usize]) {
        if self.reverse {
            shown.reverse();
        }
    }

    /// Sorts positions of items.
    pub fn items(self, shown: &mut [usize], items: &[InboxItem]) {
        let at = |n: &usize| &items[*n];
        match self.by {
            Sort::Since => shown.sort_by_key(|n| at(n).since),
            Sort::Title => shown.sort_by_key(|n| at(n).title.to_lowercase()),
            Sort::Step => shown.sort_by(|a, b| at(a).step_title.cmp(&at(b).step_title)),
            Sort::Who => shown.sort_by(|a, b| at(a).responsible.cmp(&at(b).responsible)),
            Sort::Number => shown.sort_by_key(|n| at(n).case),
            Sort::Usual | Sort::Open | Sort::Late | Sort::Changed => {}
        }
        self.turn(shown);
    }

    /// Sorts positions of cards of one column.
    pub fn cards(self, shown: &mut [usize], cards: &[Card]) {
        let at = |n: &usize| &cards[*n];
        match self.by {
            Sort::Since => shown.sort_by_key(|n| at(n).since),
            Sort::Title => shown.sort_by_key(|n| at(n).title.to_lowercase()),
            Sort::Who => shown.sort_by(|a, b| at(a).responsible.cmp(&at(b).responsible)),
            Sort::Number => shown.sort_by_key(|n| at(n).case),
            Sort::Usual | Sort::Step | Sort::Open | Sort::Late | Sort::Changed => {}
        }
        self.turn(shown);
    }

    /// Sorts columns and cards of a board as one list.
    pub fn places(self, places: &mut [(usize, usize)], board: &Board) {
        let at = |(column, card): &(usize, usize)| board.columns.get(*column)?.cards.get(*card);
        match self.by {
            Sort::Since => places.sort_by_key(|place| at(place).map(|card| card.since)),
            Sort::Title => places.sort_by_key(|place| at(place).map(|card| card.title.to_lowercase())),
            Sort::Who => places.sort_by_key(|place| at(place).map(|card| card.responsible.clone())),
            Sort::Number => places.sort_by_key(|place| at(place).map(|card| card.case)),
            Sort::Step => places.sort_unstable(),
            _ => places.sort_by_key(|place| at(place).map(|card| (card.due.is_none(), card.due, card.since))),
        }
        if self.reverse {
            places.reverse();
        }
    }

    /// Sorts positions of records.
    pub fn records(self, shown: &mut [usize], items: &[RecordItem]) {
        let at = |n: &usize| &items[*n];
        match self.by {
            Sort::Open => shown.sort_by_key(|n| Reverse(at(n).open)),
            Sort::Late => shown.sort_by_key(|n| Reverse(at(n).late)),
            Sort::Changed => shown.sort_by_key(|n| Reverse(at(n).row.changed)),
            Sort::Number => shown.sort_by_key(|n| at(n).row.id),
            Sort::Usual | Sort::Since | Sort::Title | Sort::Step | Sort::Who => {}
        }
        self.turn(shown);
    }

    /// Sorts positions of cases.
    pub fn cases(self, shown: &mut [usize], cases: &[CaseRow]) {
        let at = |n: &usize| &cases[*n];
        match self.by {
            Sort::Title => shown.sort_by_key(|n| at(n).title.to_lowercase()),
            Sort::Since => shown.sort_by_key(|n| at(n).started),
            Sort::Number => shown.sort_by_key(|n| at(n).id),
            _ => {}
        }
        self.turn(shown);
    }
}
