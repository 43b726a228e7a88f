//! How a list is ordered: by what, and whether from the other end. A value that a query could take; the lists
//! that are whole in memory are sorted here.

use super::action::ActionId;
use super::model::{Model, Pane, View};
use super::panes::inbox_queue::{self, MOST_LATE};
use crate::desk::{Card, InboxItem, RecordItem, RecordOrder};
use crate::domain::record::Kind;
use crate::domain::rows::CaseRow;
use crate::domain::{Handle, field};
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
    /// A field of the kind of record, by its place in the kind.
    Field(u8),
}

/// A sort, and whether it is turned round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Order {
    pub by: Sort,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reverse: bool,
}

/// The sorts of the list on screen; none where there is no list to sort.
pub fn sorts(model: &Model) -> Vec<Sort> {
    match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => vec![Sort::Usual, Sort::Title, Sort::Since, Sort::Number],
        (Some(_), _) => Vec::new(),
        (None, Pane::Inbox | Pane::Boards) => {
            let late = model.pane == Pane::Inbox && inbox_queue::sort(model.sweep.queue) != MOST_LATE;
            let own = [Sort::Usual].into_iter().chain(late.then_some(Sort::Late));
            own.chain([Sort::Since, Sort::Title, Sort::Step, Sort::Who, Sort::Number]).collect()
        }
        (None, Pane::Records) => {
            let fields = kind_on_screen(model).map_or(0, |kind| kind.fields.len().min(usize::from(u8::MAX)));
            let own = [Sort::Usual, Sort::Open, Sort::Late, Sort::Changed, Sort::Number];
            own.into_iter().chain((0..fields as u8).map(Sort::Field)).collect()
        }
        _ => Vec::new(),
    }
}

/// The kind of the records in the list.
pub fn kind_on_screen(model: &Model) -> Option<&Kind> {
    let kinds = &model.catalog.kinds;
    model.records_state.kind.as_ref().and_then(|kind| kinds.get(kind)).or(kinds.values().next())
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
    pub fn words(self, usual: &str) -> &str {
        match self {
            Sort::Usual => usual,
            Sort::Since => "longest there",
            Sort::Title => "title",
            Sort::Step => "step",
            Sort::Who => "who",
            Sort::Number => "number",
            Sort::Open => "most open",
            Sort::Late => MOST_LATE,
            Sort::Changed => "last changed",
            Sort::Field(_) => "field",
        }
    }

    /// The same where it may be a field of a kind of record.
    pub fn words_of<'a>(self, usual: &'a str, kind: Option<&'a Kind>) -> &'a str {
        let field = match self {
            Sort::Field(n) => kind.and_then(|kind| kind.fields.get(usize::from(n))),
            _ => None,
        };
        field.map_or(self.words(usual), |field| field.title.as_deref().unwrap_or(&field.name))
    }
}

/// Numbers and amounts by their size, dates and texts by their signs, what has none last; then by name.
fn by_field(item: &RecordItem, name: &str) -> (bool, i128, String, String) {
    let value = item.row.fields.get(name).filter(|value| field::is_given(Some(value)));
    let text = value.map(field::show).unwrap_or_default();
    let first = text.split_whitespace().next().unwrap_or_default();
    // An amount has its currency behind it.
    let number = first.parse::<f64>().ok().filter(|number| number.is_finite());
    let number = number.map_or(i128::MAX, |number| (number * 1_000_000.0) as i128);
    (value.is_none(), number, text.to_lowercase(), item.row.name.to_lowercase())
}

impl Order {
    /// `sort: title`, or `reversed: title`.
    pub fn shown(self, usual: &str) -> String {
        self.shown_of(usual, None)
    }

    /// The same of a list of records.
    pub fn shown_of(self, usual: &str, kind: Option<&Kind>) -> String {
        let sort = if self.reverse { "reversed" } else { "sort" };
        format!("{sort}: {}", self.by.words_of(usual, kind))
    }

    /// The same of a list of which all rows are here or not: one that is too long for its order has the usual one.
    pub fn shown_records(self, whole: bool, kind: Option<&Kind>) -> String {
        match self.needs_all() && !whole {
            true => "sort: name (too many for another)".to_string(),
            false => self.shown_of("name", kind),
        }
    }

    /// Whether the list has to be here as a whole for it: no index of the file has this order.
    pub fn needs_all(self) -> bool {
        matches!(self.by, Sort::Open | Sort::Late | Sort::Field(_))
            || matches!((self.by, self.reverse), (Sort::Usual | Sort::Changed, true) | (Sort::Number, false))
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
            Sort::Late => shown.sort_by_key(|n| (at(n).due.is_none(), at(n).due)),
            Sort::Usual | Sort::Open | Sort::Changed | Sort::Field(_) => {}
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
            Sort::Usual | Sort::Step | Sort::Open | Sort::Late | Sort::Changed | Sort::Field(_) => {
                cards.sort_by_key(Card::order);
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
                cards.sort_by_key(|card| (at(card), card.order()));
                if self.reverse {
                    cards.reverse();
                }
            }
            _ => self.cards(cards),
        }
    }

    /// Sorts the records of a kind.
    pub fn records(self, items: &mut [RecordItem], kind: Option<&Kind>) {
        match self.by {
            Sort::Field(n) => {
                let name =
                    kind.and_then(|kind| kind.fields.get(usize::from(n))).map(|field| field.name.clone());
                items.sort_by_cached_key(|item| by_field(item, name.as_deref().unwrap_or_default()));
            }
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

/// The kind of record that a key of its own goes to.
pub(super) fn kind_of(id: ActionId) -> Option<Handle> {
    let name = match id {
        ActionId::GoCustomers => "customer",
        ActionId::GoVendors => "vendor",
        ActionId::GoEmployees => "employee",
        _ => return None,
    };
    name.parse().ok()
}
