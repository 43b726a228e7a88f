//! Marking records, so that the next key acts on all of them: one, a range, everything shown. Acts on nothing itself.

use super::answers::keeps;
use super::marks::MOST;
use super::model::{Model, Pane, View};
use super::msg::{Effect, Loaded, Query};
use super::panes::{Move, records};
use super::run::moved;
use super::update::say;
use super::worker::Place;
use crate::desk::{Desk, Edge, Error, RecordItem, RecordWish};
use crate::domain::counted::counted;
use crate::domain::{Handle, RecordId};

/// What the keys act on among records: the marks, or the one in front.
pub(super) fn targets(model: &Model) -> Vec<RecordId> {
    match (marked(model), model.view()) {
        (_, Some(View::Record(id))) => vec![*id],
        (0, _) => model.record_in_focus().filter(|_| model.case_in_focus().is_none()).into_iter().collect(),
        (_, _) => model.records_state.marks.iter().copied().collect(),
    }
}

/// How many records the next key is about because they are marked.
pub(super) fn marked(model: &Model) -> usize {
    if here(model) { model.records_state.marks.len() } else { 0 }
}

/// Whether the list of records is in front.
pub(super) fn here(model: &Model) -> bool {
    model.pane == Pane::Records && model.view().is_none()
}

/// Marks what the cursor is on, or takes its mark away, and goes on to the next.
pub(super) fn one(model: &mut Model) {
    model.records_state.range = None;
    if let Some(id) = model.record_in_focus() {
        if !model.records_state.marks.remove(&id) {
            model.records_state.marks.insert(id);
        }
        moved(model, Move::Down);
    }
}

/// Begins a range at the cursor, or ends it and keeps its marks.
pub(super) fn range(model: &mut Model) {
    if model.records_state.range.take().is_some() {
        return;
    }
    if let Some(from) = model.record_in_focus() {
        model.records_state.range = Some((from, model.records_state.marks.clone()));
        model.records_state.marks.insert(from);
    }
}

/// Marks what lies between the beginning of a range and the cursor.
pub(super) fn follow(model: &mut Model) {
    let (Some((from, before)), Some(to)) = (model.records_state.range.clone(), model.record_in_focus())
    else {
        return;
    };
    let Some(list) = &model.record_list else { return };
    let at = |id: RecordId| list.rows.iter().position(|item| item.row.id == id);
    let (Some(from), Some(to)) = (at(from), at(to)) else { return };
    let between = list.rows.iter().skip(from.min(to)).take(from.abs_diff(to) + 1);
    let between = between.map(|item| item.row.id).collect::<Vec<_>>();
    model.records_state.marks = before.into_iter().chain(between).collect();
}

/// Marks everything shown; what is not here is asked for first.
pub(super) fn all(model: &mut Model) -> Vec<Effect> {
    model.records_state.range = None;
    let Some(list) = &model.record_list else { return Vec::new() };
    if list.rows.is_whole() {
        let shown = list.rows.iter().map(|item| item.row.id).collect::<Vec<_>>();
        model.records_state.marks.extend(shown);
        return Vec::new();
    }
    let (kind, filter) = (list.wish.kind.clone(), list.filter.clone());
    say(model, "Looking for all that is shown here, to mark it ...");
    vec![Effect::Load(Query::AllRecords { kind, filter })]
}

/// All records of a list came, to be marked; nothing where there are too many. What is not wanted any more is let go.
pub(super) fn all_came(model: &mut Model, kind: &Handle, filter: &str, ids: Option<Vec<RecordId>>) {
    let same =
        model.record_list.as_ref().is_some_and(|list| &list.wish.kind == kind && list.filter == filter);
    if !same || !here(model) {
        return;
    }
    match ids {
        Some(ids) => {
            model.status = Default::default();
            model.records_state.marks.extend(ids);
        }
        None => say(model, &format!("They are more than one action takes, which is {MOST}: / narrows them.")),
    }
}

/// All records that a filter leaves of a kind, for the worker.
pub(super) fn load(desk: &mut Desk, place: &Place, kind: Handle, filter: String) -> Result<Loaded, Error> {
    let (mut all, mut edge) = (Vec::new(), Edge::Start);
    let mut keep = keeps(&filter, |item: &RecordItem| records::words(item));
    let counted = filter.contains("is:");
    loop {
        let wish = RecordWish { kind: kind.clone(), order: Default::default(), edge, most: MOST };
        let page =
            desk.record_page(&wish, keep.as_mut().map(|keep| keep as _), counted, place.clock.now())?;
        let last = page.rows.last().map(RecordItem::key);
        let full = page.rows.len() == MOST;
        all.extend(page.rows.iter().map(|item| item.row.id));
        if all.len() > MOST {
            return Ok(Loaded::AllRecords { kind, filter, ids: None });
        }
        edge = match (page.rest, last) {
            (Some(rest), _) => Edge::After(rest),
            (None, Some(last)) if keep.is_none() && full => Edge::After(last),
            _ => return Ok(Loaded::AllRecords { kind, filter, ids: Some(all) }),
        };
    }
}

/// The words for records that are acted on.
pub(super) fn about(model: &Model, records: &[RecordId]) -> String {
    match records {
        [one] => match model.record_here(*one) {
            Some(item) => format!("{one} {}", item.row.name),
            None => one.to_string(),
        },
        many => counted(many.len(), "record"),
    }
}

/// The record in front, where `x` is about it and not about a case.
pub(super) fn archivable(model: &Model) -> Option<RecordId> {
    model.record_in_focus().filter(|_| model.case_in_focus().is_none())
}
