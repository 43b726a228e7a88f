//! How a list is ordered: by what, and whether from the other end. A value that a query could take; the lists
//! that are whole in memory are sorted here.

use super::model::{Model, Pane, View};
use crate::desk::{Card, InboxItem, RecordItem, RecordOrder};
use crate::domain::Handle;
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

    /// Sorts the cards of one column.
    pub fn cards(self, cards: &mut [Card]) {
        match self.by {
            Sort::Since => cards.sort_by_key(|card| card.since),
            Sort::Title => cards.sort_by_cached_key(|card| card.title.to_lowercase()),
            Sort::Who => cards.sort_by(|a, b| a.responsible.cmp(&b.responsible)),
            Sort::Number => cards.sort_by_key(|card| (card.case, card.branch)),
            Sort::Usual | Sort::Step | Sort::Open | Sort::Late | Sort::Changed => {
                cards.sort_by_key(Card::key);
            }
        }
        if self.reverse {
            cards.reverse();
        }
    }

    /// Sorts all cards of a board whose steps come in this order.
    pub fn table(self, cards: &mut [Card], steps: &[Handle]) {
        match self.by {
            Sort::Step => {
                let at = |card: &Card| steps.iter().position(|step| *step == card.step);
                cards.sort_by_key(|card| (at(card), card.key()));
                if self.reverse {
                    cards.reverse();
                }
            }
            _ => self.cards(cards),
        }
    }

    /// Sorts the records of a kind.
    pub fn records(self, items: &mut [RecordItem]) {
        match self.by {
            Sort::Open => items.sort_by_key(|item| Reverse(item.open)),
            Sort::Late => items.sort_by_key(|item| Reverse(item.late)),
            Sort::Changed => items.sort_by_key(|item| Reverse(item.row.changed)),
            Sort::Number => items.sort_by_key(|item| item.row.id),
            Sort::Usual | Sort::Since | Sort::Title | Sort::Step | Sort::Who => {
                items.sort_by_cached_key(|item| (item.row.name.to_ascii_lowercase(), item.row.id));
            }
        }
        if self.reverse {
            items.reverse();
        }
    }

    /// The order of records that can be read from the file a page at a time; by name where this one cannot.
    pub fn of_records(self) -> RecordOrder {
        match (self.by, self.reverse) {
            (Sort::Changed, false) => RecordOrder::Changed,
            (Sort::Number, true) => RecordOrder::Added,
            _ => RecordOrder::Name,
        }
    }

    /// Sorts cases, each with its place in the usual order.
    pub fn cases(self, cases: &mut [(usize, &CaseRow)]) {
        match self.by {
            Sort::Title => cases.sort_by_cached_key(|(_, case)| case.title.to_lowercase()),
            Sort::Since => cases.sort_by_key(|(_, case)| case.started),
            Sort::Number => cases.sort_by_key(|(_, case)| case.id),
            _ => {}
        }
        if self.reverse {
            cases.reverse();
        }
    }
}
