//! Going from place to place: panes, what is opened on top of them, and the way back. Acts on nothing.

use super::model::{Model, Pane, View};
use super::msg::Effect;
use super::overlays::Overlay;
use super::sweep;
use super::update::{reload, say};
use super::widgets::field::Field;
use crate::desk::Queue;
use crate::domain::CaseId;

pub(super) fn go(model: &mut Model, pane: Pane) -> Vec<Effect> {
    go_to(model, pane, Queue::Mine)
}

/// Places that `previous-view` finds the way back to.
const TRACES: usize = 50;

/// Goes to a pane, and in the inbox to one of its lists.
pub(super) fn go_to(model: &mut Model, pane: Pane, queue: Queue) -> Vec<Effect> {
    leave_trace(model, pane, queue, &[]);
    sweep::show(model, queue);
    model.pane = pane;
    model.views.clear();
    model.unmark();
    reload(model)
}

/// Remembers where the person is before they go to `pane`, its list and `views`.
fn leave_trace(model: &mut Model, pane: Pane, queue: Queue, views: &[View]) {
    let now = model.sweep.queue;
    if (model.pane, now, model.views.as_slice()) != (pane, queue, views) {
        model.been.push((model.pane, now, model.views.clone()));
        let over = model.been.len().saturating_sub(TRACES);
        model.been.drain(..over);
    }
}

/// Goes back to where the person was before.
pub(super) fn previous(model: &mut Model) -> Vec<Effect> {
    let Some((pane, queue, views)) = model.been.pop() else { return Vec::new() };
    if (pane, queue) != (model.pane, model.sweep.queue) {
        model.unmark();
    }
    sweep::show(model, queue);
    (model.pane, model.views) = (pane, views);
    reload(model)
}

pub(super) fn open(model: &mut Model, mut view: View) -> Vec<Effect> {
    if let View::Cases { ids, .. } = &mut view {
        // The newest first, as the list says.
        ids.sort_by(|a, b| b.cmp(a));
    }
    if model.view() != Some(&view) {
        let over = model.views.iter().cloned().chain([view.clone()]).collect::<Vec<_>>();
        leave_trace(model, model.pane, model.sweep.queue, &over);
        match view {
            View::Case(case) => enter_case(model, case),
            // Another list: what was marked in the one below is let go.
            View::Cases { .. } => model.unmark(),
            _ => {}
        }
        model.views.push(view);
    }
    reload(model)
}

/// A case says where one came from and which of how many it is.
fn enter_case(model: &mut Model, case: CaseId) {
    // What is opened by its number need not be what the cursor is on, nor in the list at all.
    let inbox = model.inbox.as_ref().filter(|_| model.view().is_none() && model.pane == Pane::Inbox);
    let item = inbox.and_then(|inbox| model.inbox_state.selected(inbox)).filter(|item| item.case == case);
    let board = model.board.as_ref().filter(|_| model.view().is_none() && model.pane == Pane::Boards);
    let card = board.and_then(|board| model.board_state.selected(board)).filter(|card| card.case == case);
    let elsewhere = inbox.is_some() && item.is_none() || board.is_some() && card.is_none();
    let place = inbox.and_then(|inbox| {
        let now = item?;
        let at = model.inbox_state.shown(inbox).position(|item| item == now)?;
        Some((at + 1, model.inbox_state.shown(inbox).count()))
    });
    let trail = match (model.view(), model.pane) {
        (Some(View::Record(_)), _) => "Record",
        (Some(View::Place(super::places::At::Agenda)), _) => "Agenda",
        (Some(_), _) => "List",
        (None, Pane::Inbox) => super::panes::inbox_queue::name(model.sweep.queue),
        (None, Pane::Boards) => "Boards",
        (None, Pane::Records) => "Records",
        (None, Pane::Metrics) => "Metrics",
    };
    let trail = if elsewhere { "" } else { trail };
    let branch = card.map(|card| card.branch).or_else(|| item.and_then(|item| item.branch));
    model.case_state = super::panes::case::CaseState::default();
    model.case_state.trail = trail.to_string();
    model.case_state.place = place;
    model.case_state.branch = branch;
}

pub(super) fn opened(model: &mut Model) -> Vec<Effect> {
    if model.view().is_none() && model.pane == Pane::Metrics {
        if let Some((title, ids)) = super::figures::behind_picture(model) {
            return open(model, View::Cases { title, ids });
        }
        let figure = model.figures.as_ref().and_then(|figures| model.metrics_state.selected(figures));
        if let Some(super::panes::metrics::Figure::Case(case)) = figure {
            return open(model, View::Case(case));
        }
        let more = model.figures.as_ref().zip(figure.as_ref());
        if let Some((title, ids)) = more.and_then(|(figures, figure)| figures.more.behind(figure))
            && !ids.is_empty()
        {
            return open(model, View::Cases { title, ids });
        }
        let behind = figure.and_then(|figure| super::figures::behind(model.behind.as_ref()?, &figure));
        let behind = behind.filter(|(_, ids)| !ids.is_empty());
        return match behind {
            Some((title, ids)) => open(model, View::Cases { title, ids }),
            None => {
                let counting = model.figures.as_ref().is_some_and(|figures| figures.approximate);
                let words = match counting {
                    true => "The cases behind this number are being counted.",
                    false => "No cases stand behind this number.",
                };
                say(model, words);
                Vec::new()
            }
        };
    }
    if let (None, Some(record)) = (model.view(), model.record_in_focus()) {
        model.record_state = super::panes::record::RecordState::default();
        let inbox = model.pane == Pane::Inbox;
        model.record_state.trail = if inbox { "Inbox" } else { "Records" }.to_string();
        return open(model, View::Record(record));
    }
    if let Some(View::Case(_)) = model.view() {
        let link = model.loaded_case().and_then(|_| model.case_state.link());
        if let Some(link) = link {
            return super::place_keys::follow(model, link);
        }
        if let Some(view) = &model.case {
            model.case_state.enter(view);
        }
        return Vec::new();
    }
    if let (Some(View::Record(_)), Some(record)) = (model.view(), &model.record)
        && let super::panes::record::OnRecord::Link((_, row), _) = model.record_state.selected(record)
    {
        let id = row.id;
        let trail = format!("{} / {}", model.record_state.trail, record.row.name);
        model.record_state = super::panes::record::RecordState::default();
        model.record_state.trail = trail;
        return open(model, View::Record(id));
    }
    if let Some(contact) = super::making::contact_in_focus(model) {
        return super::making::contact(model, Some(contact));
    }
    match model.case_in_focus() {
        Some(case) => open(model, View::Case(case)),
        None => Vec::new(),
    }
}

/// Esc closes one thing and never quits.
pub(super) fn back(model: &mut Model) -> Vec<Effect> {
    if model.marked_here() > 0 {
        model.unmark();
    } else if model.zoomed {
        model.zoomed = false;
    } else if matches!(model.view(), Some(View::Case(_) | View::Record(_))) {
        model.views.pop();
    } else if !super::memory::lens(model).filter.is_empty() {
        model.filter = Field::default();
        super::memory::filter_of(model).clear();
        return match super::narrowed::here(model) {
            true => super::narrowed::changed(model),
            false => vec![super::memory::keep(model)],
        };
    } else if model.view().is_some() {
        model.views.pop();
    } else if model.pane == Pane::Metrics && model.metrics_state.no_picture() {
        model.drawn = None;
    } else if model.pane == Pane::Inbox && model.sweep.queue != Queue::Mine {
        sweep::show(model, Queue::Mine);
    } else {
        say(model, "q leaves, ? shows the keys.");
    }
    Vec::new()
}

pub(super) fn leave_one(model: &mut Model) -> Vec<Effect> {
    if model.view().is_some() {
        if super::listed::here(model) {
            model.unmark();
        }
        model.views.pop();
        return reload(model);
    }
    if model.pane != Pane::Inbox || model.sweep.queue != Queue::Mine {
        return go(model, Pane::Inbox);
    }
    ask_to_quit(model)
}

pub(super) fn ask_to_quit(model: &mut Model) -> Vec<Effect> {
    let mut lines = vec!["y or q quits; anything else stays.".to_string()];
    if model.held {
        lines.insert(0, "What you wrote could not be kept yet, and is lost then.".to_string());
    }
    let title = "Quit Baton?".to_string();
    model.overlays.push(Overlay::Question { title, lines, commands: Vec::new(), quit: true });
    Vec::new()
}
