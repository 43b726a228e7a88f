//! What the keys act on here and now, and why an action cannot be done with it. Knows whose hand a thing is in and no
//! rule: what somebody may not do at all is asked of the domain (`may`).

use super::action::{ActionId, Group};
use super::model::{Model, Pane, View};
pub use super::thing::Target;
use crate::desk::Queue;
use crate::domain::rows::PlaceKind;
use crate::domain::{CaseId, HandoffId};

/// What the keys act on: the marks, or what the cursor is on.
pub fn targets(model: &Model) -> Vec<Target> {
    match model.view() {
        Some(View::Case(id)) => {
            let Some(view) = model.case.as_ref().filter(|view| view.row.id == *id) else { return Vec::new() };
            let spot = model.case_state.spot(view);
            let mut targets = spot.map(|spot| Target::of_spot(view, spot)).into_iter().collect::<Vec<_>>();
            for (n, exception) in view.case.exceptions.iter().filter(|(_, e)| e.resolved.is_none()) {
                if let Some(first) = targets.first_mut() {
                    first.exception.get_or_insert((*n, exception.text.clone()));
                }
            }
            return targets;
        }
        // Wherever a case stands in a list it is what the keys act on.
        Some(View::Cases { .. }) => return super::listed::targets(model),
        Some(View::Place(_)) => return super::listed::under_cursor(model),
        Some(View::Record(_)) if super::listed::on_record(model) => {
            return super::listed::under_cursor(model);
        }
        Some(View::Record(_)) => return Vec::new(),
        None => {}
    }
    let marked = |key: &(CaseId, Option<u32>)| model.marks.contains(key);
    match model.pane {
        Pane::Inbox => {
            let Some(inbox) = &model.inbox else { return Vec::new() };
            if model.marks.is_empty() {
                let here = model.inbox_state.selected(inbox).filter(|item| item.is_of_case());
                return here.map(Target::of_item).into_iter().collect();
            }
            let of_cases = inbox.items.iter().filter(|item| item.is_of_case());
            of_cases.filter(|item| marked(&(item.case, item.branch))).map(Target::of_item).collect()
        }
        Pane::Boards => {
            let Some(board) = &model.board else { return Vec::new() };
            if model.marks.is_empty() {
                let card = model.board_state.selected(board);
                return card.map(|card| Target::of_card(&board.process, card)).into_iter().collect();
            }
            let cards = model.marked.values().filter(|card| marked(&(card.case, Some(card.branch))));
            cards.map(|card| Target::of_card(&board.process, card)).collect()
        }
        Pane::Records | Pane::Metrics => Vec::new(),
    }
}

/// Why an action cannot be done now; `Ok` when it can be tried.
pub fn possible(model: &Model, id: ActionId) -> Result<(), String> {
    use ActionId as A;
    let targets = targets(model);
    if let Some((why, _)) = super::may::not(model, id, &targets) {
        return Err(why);
    }
    if let Some(said) = super::place_keys::possible(model, id) {
        return said;
    }
    if let Some(said) = super::reviews::possible(model, id) {
        return said;
    }
    let about = |words: &str| match targets.is_empty() {
        true => Err(words.to_string()),
        false => Ok(()),
    };
    let any = |yes: bool, words: &str| if yes { Ok(()) } else { Err(words.to_string()) };
    let nothing = "nothing is selected";
    let not_held = match (targets.is_empty(), model.case_in_focus()) {
        (false, _) => "this work is not in your hand",
        (true, Some(_)) => "there is no open work here",
        (true, None) => nothing,
    };
    if super::action::of(id).group == Group::Do && super::listed::waits(model) {
        return Err("what is marked is being looked up; once more in a moment".to_string());
    }
    if let (Some(gone), Group::Do) = (super::bulk::all_gone(&targets), super::action::of(id).group)
        && !matches!(id, A::Undo | A::Redo | A::Why | A::Note)
    {
        return Err(gone);
    }
    if let Some(why) = super::may::is_of_one(model, id) {
        return Err(why);
    }
    match id {
        A::Undo | A::Redo if super::ahead::turning(model) => {
            Err("the last one is not done yet; once more when it says what it did".to_string())
        }
        A::Accept | A::Decline if super::written::hears(model, id) => Ok(()),
        A::Accept => any(
            targets.iter().any(|t| {
                t.offered_to_me(model).is_some()
                    || t.exception.is_some()
                    || t.votes(model).is_some()
                    || t.message.is_some()
            }),
            "nothing to accept here; A offers it to somebody",
        ),
        A::Decline => any(
            targets
                .iter()
                .any(|t| t.offered_to_me(model).is_some() || open_offer(t).is_some() || t.message.is_some()),
            "nothing to decline, recall or answer here",
        ),
        A::Start => any(targets.iter().any(|t| t.begins(model).is_ok()), "no work of yours to start here"),
        A::Resume => any(targets.iter().any(|t| t.resumes(model).is_some()), "nothing of yours waits here"),
        A::HandOn => any(targets.iter().any(|t| t.works(model).or(t.votes(model)).is_some()), not_held),
        A::SendBack if super::reviews::on_screen(model).is_some() => Ok(()),
        A::SendBack if super::reviews::cannot_revert(model).is_some() => {
            Err(super::reviews::cannot_revert(model).unwrap_or_default())
        }
        A::SendBack | A::Release | A::Delegate => {
            any(targets.iter().any(|t| t.mine(model).is_some()), not_held)?;
            match super::may::to_no_role(model, &targets).filter(|_| id == A::Release) {
                Some(why) => Err(why),
                None => Ok(()),
            }
        }
        A::Wait => any(targets.iter().any(|t| t.waits(model).is_ok()), "no work of yours to let wait here"),
        A::Offer => {
            about(nothing)?;
            any(targets.iter().any(|t| t.branch.is_some()), "there is no open work here to offer")?;
            any(
                targets.iter().any(|t| t.movable),
                "it is with somebody else, who can offer it to another, as can whoever answers for it",
            )
        }
        A::Snooze => any(targets.iter().any(|t| t.branch.is_some()), "no open work here to put away"),
        A::Wake => any(model.sweep.queue == Queue::Snoozed, "g z shows what is put away"),
        A::Due => any(targets.iter().any(|t| t.task.is_some()), "no work in hand here"),
        A::Resolve => any(targets.iter().any(|t| t.exception.is_some()), "no exception here"),
        A::Note if model.record_in_focus().is_some() => Ok(()),
        A::AddTask if matches!(model.view(), Some(View::Record(_))) => Ok(()),
        A::Why if model.view().is_none() && model.pane == Pane::Metrics => {
            any(model.process.is_some(), "there is no process yet")
        }
        A::Withdraw if super::record_marks::archivable(model).is_some() => Ok(()),
        A::Note | A::Withdraw | A::Data | A::AddTask | A::Why | A::Copy => any(
            model.case_in_focus().is_some() || (id == A::Copy && model.record_in_focus().is_some()),
            nothing,
        ),
        A::Urgent => about(nothing),
        A::Pause | A::Reopen => {
            any(model.case_in_focus().is_some(), nothing)?;
            let closed = model.loaded_case().map(|view| view.row.state != "open");
            match id {
                A::Pause => any(closed != Some(true), "the case is closed"),
                _ => any(closed != Some(false), "the case is open"),
            }
        }
        A::Left | A::Right if model.view().is_none() && model.pane == Pane::Boards => {
            let left = id == A::Left;
            let leads = model.board.as_ref().is_some_and(|board| model.board_state.leads(left, board));
            any(leads, &format!("there is no column to the {}", if left { "left" } else { "right" }))
        }
        A::EditRecord => any(model.record_in_focus().is_some(), "no record is selected"),
        A::NewRecord => any(!model.catalog.kinds.is_empty(), "there are no kinds of records yet"),
        A::Open if model.view().is_none() && model.pane != Pane::Metrics => any(
            model.case_in_focus().is_some() || model.record_in_focus().is_some(),
            "there is nothing to open here",
        ),
        A::Mark | A::MarkAll | A::Range if model.view().is_none() && model.pane == Pane::Records => {
            any(model.record_in_focus().is_some(), nothing)
        }
        A::Mark | A::MarkAll | A::Range if super::listed::here(model) => {
            any(model.case_in_focus().is_some(), nothing)
        }
        A::Mark | A::MarkAll | A::Range if !super::marks::places(model) => {
            Err("only records and things in the inbox, the lists behind g and on boards can be marked"
                .to_string())
        }
        A::Mark | A::MarkAll | A::Range => about(nothing),
        A::OtherDown | A::OtherUp
            if model.view().is_none() && model.pane == Pane::Inbox && model.size.0 < super::panes::WIDE =>
        {
            Err("there is no more of this preview; Enter opens the case".to_string())
        }
        A::OtherDown | A::OtherUp => any(
            match model.view() {
                Some(View::Case(_)) => {
                    model.views.len() == 1 && matches!(model.pane, Pane::Inbox | Pane::Boards)
                }
                Some(_) => false,
                None => model.pane == Pane::Inbox,
            },
            "there is no preview and no next item here",
        ),
        A::Table => any(model.pane == Pane::Boards && model.view().is_none(), "only boards have a table"),
        A::Picture => {
            any(model.pane == Pane::Metrics && model.view().is_none(), "only metrics have pictures")
        }
        A::LongerPeriod | A::ShorterPeriod => {
            any(model.pane == Pane::Metrics, "only metrics and the agenda have a period")
        }
        A::Filter => any(
            super::memory::pane_word(model.pane).is_some() && model.view().is_none()
                || matches!(model.view(), Some(View::Cases { .. }))
                || super::search::possible(model),
            "only lists, cases and records can be looked through",
        ),
        A::Migrate => Err("only the place of a process migrates its cases; g p goes there".to_string()),
        A::GoProcess | A::GoLost => any(!model.catalog.processes.is_empty(), "there is no process yet"),
        A::AddContact | A::AddFile => any(model.record_in_focus().is_some(), "no record is selected"),
        A::MergeRecord => any(
            model.record_in_focus().is_some() && model.case_in_focus().is_none(),
            "no record is selected; g c and 3 go to records",
        ),
        A::ImportRecords | A::Holidays if model.manners.no_files => {
            Err("this login reads no files of the machine; `baton import` does where there is a shell"
                .to_string())
        }
        A::ImportRecords => any(!model.catalog.kinds.is_empty(), "there are no kinds of records yet"),
        A::Holidays => any(!model.catalog.calendars.is_empty(), "there is no calendar yet"),
        A::FilterMenu | A::SortBy | A::ReverseSort | A::CopyAll if model.view().is_some() => {
            match (id, model.view()) {
                (A::CopyAll, _) => any(super::summary::of(model).is_some(), "there is nothing to copy here"),
                (_, Some(View::Cases { .. })) => Ok(()),
                _ => Err("only lists are filtered and sorted".to_string()),
            }
        }
        A::FilterMenu if super::narrowed::here(model) => Ok(()),
        A::FilterMenu | A::SortBy | A::ReverseSort => any(
            super::memory::pane_word(model.pane).is_some(),
            "only the inbox, boards, records and cases are filtered and sorted",
        ),
        A::CopyAll => any(super::summary::of(model).is_some(), "there is nothing to copy here"),
        A::MoveTo => any(targets.iter().any(|t| t.mine(model).is_some()), not_held),
        A::Tags => any(model.case_in_focus().is_some() || model.record_in_focus().is_some(), nothing),
        A::Preview | A::Zoom
            if model.view().is_none()
                && model.pane == Pane::Inbox
                && !super::panes::inbox::shows_preview(super::draw::middle(model), &model.inbox_state) =>
        {
            Err("this list has no room for a preview here; Enter opens the case".to_string())
        }
        A::Preview => any(
            model.view().is_none() && matches!(model.pane, Pane::Inbox | Pane::Records),
            "there is no preview here",
        ),
        A::Zoom => any(
            matches!(model.view(), Some(View::Case(_)))
                || model.view().is_none() && matches!(model.pane, Pane::Inbox | Pane::Records),
            "there is no other side here",
        ),
        A::PreviousView => any(!model.been.is_empty(), "this is where you began"),
        A::Messages => any(!model.messages.is_empty(), "nothing was said yet"),
        A::ChooseBoard => any(!model.catalog.processes.is_empty(), "there is no process yet"),
        A::GoCustomers | A::GoVendors | A::GoEmployees => any(
            super::order::kind_of(id).is_some_and(|kind| model.catalog.kinds.contains_key(&kind)),
            "no such records here",
        ),
        A::NextLate | A::PreviousLate => {
            any(model.own_inbox().is_some_and(|inbox| inbox.late() > 0), "nothing in your inbox is late")
        }
        _ => Ok(()),
    }
}

/// An open offer, which can be taken back by whoever the desk lets.
pub(super) fn open_offer(target: &Target) -> Option<HandoffId> {
    target.handoff.filter(|_| target.kind == PlaceKind::Offered)
}
