//! What the screen remembers of one person from one session to the next: how each list was filtered and sorted,
//! the views they named, and what they ran last. Kept where drafts are. Not remembered: dialogs and marks.

use super::action::{ACTIONS, ActionId};
use super::model::{Model, Pane, View};
use super::msg::Effect;
use super::order::Order;
use super::widgets::field::Field;
use crate::desk::Queue;
use crate::domain::Handle;
use serde::{Deserialize, Serialize};

/// Under which name it is kept.
pub const PLACE: &str = "screen";
/// Actions run last that the palette shows first.
const RECENT: usize = 5;
/// Named views; more would be a second inbox.
const VIEWS: usize = 50;

/// A list narrowed and ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lens {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub filter: String,
    pub order: Order,
}

/// A lens with a name, and the list it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub name: String,
    pub pane: String,
    #[serde(flatten)]
    pub lens: Lens,
}

/// Everything that is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    inbox: Lens,
    boards: Lens,
    records: Lens,
    cases: Lens,
    no_preview: bool,
    /// Which records and which process were looked at last.
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<Handle>,
    #[serde(skip_serializing_if = "Option::is_none")]
    process: Option<Handle>,
    views: Vec<Saved>,
    recent: Vec<String>,
}

/// The lens of the list on screen.
pub fn lens(model: &Model) -> Lens {
    let (filter, order) = match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => (&model.list_state.filter, model.list_state.order),
        (_, Pane::Records) => (&model.records_state.filter, model.records_state.order),
        (_, Pane::Boards) => (&model.board_state.filter, model.board_state.order),
        (None, Pane::Metrics) => (&model.metrics_state.filter, Order::default()),
        _ => (&model.inbox_state.filter, model.inbox_state.order),
    };
    Lens { filter: filter.clone(), order }
}

/// Puts a lens on the list on screen.
pub fn look_through(model: &mut Model, lens: Lens) {
    *filter_of(model) = lens.filter;
    if let Some(order) = super::order::of(model) {
        *order = lens.order;
    }
    super::windows::arrange(model);
}

/// The filter of the list on screen.
pub fn filter_of(model: &mut Model) -> &mut String {
    match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => &mut model.list_state.filter,
        (_, Pane::Records) => &mut model.records_state.filter,
        (_, Pane::Boards) => &mut model.board_state.filter,
        (None, Pane::Metrics) => &mut model.metrics_state.filter,
        _ => &mut model.inbox_state.filter,
    }
}

/// The word for a pane in what is kept; `None` for one without a list.
pub fn pane_word(pane: Pane) -> Option<&'static str> {
    match pane {
        Pane::Inbox => Some("inbox"),
        Pane::Boards => Some("boards"),
        Pane::Records => Some("records"),
        _ => None,
    }
}

/// The word for the list of the pane on screen: in the inbox that of the list shown there.
pub fn list_word(model: &Model) -> Option<&'static str> {
    match (model.pane, model.sweep.queue) {
        (Pane::Inbox, Queue::Stalled(_)) => Some("stalled"),
        (Pane::Inbox, Queue::Late) => Some("late"),
        (Pane::Inbox, Queue::Waiting) => Some("waiting"),
        (Pane::Inbox, Queue::Snoozed) => Some("snoozed"),
        (Pane::Inbox, Queue::News) => Some("news"),
        (Pane::Inbox, Queue::History) => Some("history"),
        (pane, _) => pane_word(pane),
    }
}

/// Where a list of that word is; the inbox for a word nobody knows.
pub fn place_of(model: &Model, word: &str) -> (Pane, Queue) {
    match word {
        "boards" => (Pane::Boards, Queue::Mine),
        "records" => (Pane::Records, Queue::Mine),
        "stalled" => (Pane::Inbox, model.sweep.stalled()),
        "late" => (Pane::Inbox, Queue::Late),
        "waiting" => (Pane::Inbox, Queue::Waiting),
        "snoozed" => (Pane::Inbox, Queue::Snoozed),
        "news" => (Pane::Inbox, Queue::News),
        "history" => (Pane::Inbox, Queue::History),
        _ => (Pane::Inbox, Queue::Mine),
    }
}

/// Keeps a lens under a name; one of that name is replaced.
pub fn save_view(model: &mut Model, name: &str) {
    let Some(pane) = list_word(model) else { return };
    model.saved.retain(|saved| saved.name != name);
    model.saved.push(Saved { name: name.to_string(), pane: pane.to_string(), lens: lens(model) });
    let over = model.saved.len().saturating_sub(VIEWS);
    model.saved.drain(..over);
}

/// Notes that an action was run by name.
pub fn ran(model: &mut Model, id: ActionId) {
    model.recent.retain(|known| *known != id);
    model.recent.insert(0, id);
    model.recent.truncate(RECENT);
}

/// What to keep, as an effect.
pub fn keep(model: &Model) -> Effect {
    let lens = |filter: &String, order| Lens { filter: filter.clone(), order };
    let kept = Kept {
        inbox: lens(&model.own_state().filter, model.own_state().order),
        boards: lens(&model.board_state.filter, model.board_state.order),
        records: lens(&model.records_state.filter, model.records_state.order),
        cases: Lens { order: model.list_state.order, ..Lens::default() },
        no_preview: !model.inbox_state.preview,
        kind: model.records_state.kind.clone(),
        process: model
            .process
            .clone()
            .filter(|process| Some(process) != model.catalog.processes.keys().next()),
        views: model.saved.clone(),
        recent: model.recent.iter().map(|id| super::action::of(*id).name.to_string()).collect(),
    };
    Effect::KeepScreen(written(&kept))
}

/// What is kept where another session of the same person may have named views since: theirs stay, and what this one took
/// out is out. `before` is what this one said last.
pub fn joined(mine: &str, before: &str, there: &str) -> String {
    let read = |text: &str| serde_json::from_str::<Kept>(text).unwrap_or_default();
    let (mut mine, before, there) = (read(mine), read(before), read(there));
    let known = |view: &Saved| before.views.iter().chain(&mine.views).any(|known| known.name == view.name);
    let theirs = there.views.into_iter().filter(|view| !known(view)).collect::<Vec<_>>();
    mine.views.splice(0..0, theirs);
    written(&mine)
}

/// Nothing for what is as it always is.
fn written(kept: &Kept) -> String {
    match *kept == Kept::default() {
        true => String::new(),
        false => serde_json::to_string(kept).unwrap_or_default(),
    }
}

/// Takes what was kept back in. What cannot be read is as if it had not been kept.
pub fn restore(model: &mut Model, text: &str) {
    let Ok(kept) = serde_json::from_str::<Kept>(text) else { return };
    let inbox = model.own_state_mut();
    (inbox.filter, inbox.order) = (kept.inbox.filter, kept.inbox.order);
    (model.board_state.filter, model.board_state.order) = (kept.boards.filter, kept.boards.order);
    (model.records_state.filter, model.records_state.order) = (kept.records.filter, kept.records.order);
    model.list_state.order = kept.cases.order;
    model.inbox_state.preview = !kept.no_preview;
    model.records_state.kind = kept.kind.filter(|kind| model.catalog.kinds.contains_key(kind));
    if let Some(process) = kept.process.filter(|process| model.catalog.processes.contains_key(process)) {
        model.process = Some(process);
    }
    model.saved = kept.views;
    let action = |name: &String| ACTIONS.iter().find(|action| action.name == name).map(|action| action.id);
    model.recent = kept.recent.iter().filter_map(action).collect();
    model.filter = Field::default();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sessions_keep_the_views_that_each_of_them_named() {
        let kept = |filter: &str, views: &[&str]| {
            let lens = |filter: &str| Lens { filter: filter.to_string(), ..Lens::default() };
            let view =
                |name: &&str| Saved { name: (*name).to_string(), pane: "inbox".into(), lens: lens(name) };
            written(&Kept { inbox: lens(filter), views: views.iter().map(view).collect(), ..Kept::default() })
        };
        let begun = kept("", &["old", "late"]);
        let theirs = joined(&kept("bo", &["old", "late", "theirs"]), &begun, &begun);
        assert_eq!(theirs, kept("bo", &["old", "late", "theirs"]));
        let mine = kept("ana", &["late", "mine"]);
        let both = joined(&mine, &begun, &theirs);
        assert_eq!(
            both,
            kept("ana", &["theirs", "late", "mine"]),
            "the filter is mine, and `old` was taken out"
        );
        assert_eq!(joined(&kept("", &["late", "mine"]), &mine, &both), kept("", &["theirs", "late", "mine"]));
        assert_eq!(joined("", "", ""), "");
    }
}
