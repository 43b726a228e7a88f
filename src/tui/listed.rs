//! The cases behind a number as things the keys act on: each with the work that is open in it. The list knows cases
//! only, so what is marked is looked up. Acts on nothing itself.

use super::model::{Model, View};
use super::msg::{Effect, Loaded, Query};
use super::panes::record::OnRecord;
use super::target::Target;
use crate::desk::{Card, Desk, Error};
use crate::domain::rows::PlaceKind;
use crate::domain::{CaseId, Handle, Instant};
use std::collections::BTreeSet;

/// Whether such a list is in front.
pub(super) fn here(model: &Model) -> bool {
    matches!(model.view(), Some(View::Cases { .. }))
}

/// Whether the cursor is on a case among those of the record that is open, and not on what happened in one.
pub(super) fn on_record(model: &Model) -> bool {
    let on = model.record.as_ref().map(|view| model.record_state.selected(view));
    matches!(on, Some(OnRecord::Case(_) | OnRecord::Promise(_)))
}

/// What the keys act on: the marks, or the case under the cursor. Of several branches the one that is this person's.
pub(super) fn targets(model: &Model) -> Vec<Target> {
    if !model.marks.is_empty() {
        let marked = model.marks.iter().filter_map(|(case, _)| model.listed.get(case));
        return marked.flatten().cloned().collect();
    }
    under_cursor(model)
}

/// The open work of the case under the cursor, once it is here.
pub(super) fn under_cursor(model: &Model) -> Vec<Target> {
    let Some(view) = model.loaded_case() else { return Vec::new() };
    let all = view.spots.iter().map(|spot| Target::of_spot(view, spot)).collect::<Vec<_>>();
    // A line that is about one branch acts on that one, also where others are theirs as well.
    if let Some((_, branch)) = super::places::branch_in_focus(model).filter(|(case, _)| *case == view.row.id)
    {
        return all.into_iter().filter(|target| target.branch == Some(branch)).collect();
    }
    let theirs = |target: &&Target| {
        target.mine(model).is_some() || target.offered_to_me(model).is_some() || target.works(model).is_some()
    };
    all.iter().find(theirs).or(all.first()).cloned().into_iter().collect()
}

/// Whether something that is marked is not looked up yet.
pub(super) fn waits(model: &Model) -> bool {
    here(model) && model.marks.iter().any(|(case, _)| !model.listed.contains_key(case))
}

/// Asks for the open work of what is marked and not known.
pub(super) fn ask(model: &mut Model) -> Option<Effect> {
    let missing = model.marks.iter().map(|(case, _)| *case).filter(|case| !model.listed.contains_key(case));
    let missing = missing.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let query = Query::OpenOf(missing);
    if !waits(model) || model.asked.contains(&query) {
        return None;
    }
    model.asked.push(query.clone());
    Some(Effect::Load(query))
}

/// The open work of these cases came; a case without any is closed.
pub(super) fn came(model: &mut Model, ids: Vec<CaseId>, cards: Vec<(Handle, Card)>) {
    for id in &ids {
        let row = model.cases.iter().find(|row| row.id == *id);
        let closed = row.map(|row| Target::closed(*id, row.title.clone(), row.process.clone()));
        let open = cards.iter().filter(|(_, card)| card.case == *id);
        let open = open.map(|(process, card)| Target::of_card(process, card)).collect::<Vec<_>>();
        let targets = if open.is_empty() { closed.into_iter().collect() } else { open };
        model.listed.insert(*id, targets);
    }
    model.asked.retain(|query| *query != Query::OpenOf(ids.clone()));
}

/// Answers the question, for the worker.
pub(super) fn load(desk: &mut Desk, ids: Vec<CaseId>, now: Instant) -> Result<Loaded, Error> {
    let cards = desk.cards_of(&ids, now)?;
    Ok(Loaded::OpenOf(ids, cards))
}

impl Target {
    /// A case that nothing is open in.
    fn closed(case: CaseId, title: String, process: Handle) -> Target {
        Target {
            case,
            title,
            branch: None,
            handoff: None,
            task: None,
            kind: PlaceKind::Waiting,
            responsible: process.clone(),
            to: None,
            started: false,
            waiting: None,
            paused: None,
            movable: true,
            urgent: false,
            exception: None,
            message: None,
            process,
            delegate: None,
            ask_next: false,
            voted: None,
            gone: Some("it is closed".to_string()),
        }
    }
}
