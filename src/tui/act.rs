//! What an action does here and now: which things it is about, why it cannot be done, and the dialog or the
//! command it leads to. Translates only; whether it may be done is the domain's to say.

use super::action::ActionId;
use super::bulk;
use super::model::{Model, Pane, View};
use super::msg::{Effect, Query};
use super::overlays::arrange;
use super::overlays::forms::{self, Kind};
use super::overlays::moves::{self, Begins};
use super::overlays::understand::{self, Sense};
use super::overlays::{Form, Overlay};
use super::panes::record::RecordTab;
use super::record_marks;
use super::target::{Target, open_offer, possible, targets};
use crate::desk::{Queue, What};
use crate::domain::Party;
use crate::domain::command::Command;
use crate::domain::counted::counted;
use crate::domain::event::SubjectId;
use crate::domain::rows::PlaceKind;
use crate::domain::tags;

/// The footer's words for an action, where what it is about makes them other than the table's.
pub fn words(model: &Model, id: ActionId) -> &'static str {
    let targets = targets(model);
    let offered = targets.iter().any(|t| t.offered_to_me(model).is_some());
    // Of several the verb is what it does to most of them, and not to the first.
    let first = match targets.as_slice() {
        [_, _, ..] if offered => None,
        [_, _, ..] => targets.iter().find(|t| t.message.is_some() || t.exception.is_some()),
        one => one.first(),
    };
    match id {
        ActionId::Accept if super::written::hears(model, id) => "read",
        ActionId::Decline if super::written::hears(model, id) => "reply",
        ActionId::Accept if first.is_some_and(|t| t.message.is_some()) => "read",
        ActionId::Decline if first.is_some_and(|t| t.message.is_some()) => "reply",
        ActionId::Decline if !targets.is_empty() && !offered => "recall",
        ActionId::Withdraw if super::record_marks::archivable(model).is_some() => "archive",
        ActionId::Back if model.marked_here() > 0 => "clear marks",
        ActionId::Accept if first.is_some_and(|t| t.exception.is_some()) => "decide",
        ActionId::Accept if first.is_some_and(|t| t.votes(model).is_some()) => "vote",
        ActionId::Start => match first.map(|t| t.begins(model)) {
            Some(Ok(Begins::GoesOn(..))) => "go on",
            Some(Ok(Begins::Resume(..))) => "resume",
            Some(Ok(Begins::ResumeCase(..))) => "resume case",
            _ => super::place_keys::words(model, id).unwrap_or("start"),
        },
        ActionId::Wait if first.is_some_and(|t| t.waits(model).is_ok_and(|one| one.why.is_some())) => {
            "look again"
        }
        ActionId::Delegate if first.is_some_and(|t| t.delegate.is_some()) => "take back",
        ActionId::HandOn if first.is_some_and(|t| t.delegated_to_me(model).is_some()) => "hand back",
        ActionId::HandOn if first.is_some_and(|t| t.votes(model).is_some()) => "vote",
        ActionId::HandOn if targets.len() == 1 && super::reviews::is_review(model) => "verdict",
        ActionId::SendBack if super::reviews::on_screen(model).is_some() => "revert",
        ActionId::AddTask if matches!(model.view(), Some(View::Record(_))) => match model.record_state.tab {
            RecordTab::Contacts => "contact",
            _ => "file",
        },
        ActionId::Right if matches!(model.view(), Some(View::Case(_) | View::Record(_))) => "tabs",
        ActionId::Filter if super::search::possible(model) => "find",
        ActionId::Table if model.board_state.table => "as board",
        _ => super::place_keys::words(model, id).unwrap_or(super::action::of(id).words),
    }
}

/// What the footer offers here, the most wanted first.
pub fn hints(model: &Model) -> Vec<ActionId> {
    use ActionId as A;
    let all: &[A] = match (model.view(), model.pane) {
        (Some(View::Case(_)), _) => &[
            A::Accept,
            A::Decline,
            A::HandOn,
            A::Resolve,
            A::Start,
            A::Note,
            A::Offer,
            A::Wait,
            A::Why,
            A::Right,
            A::Data,
            A::Filter,
            A::Leave,
        ],
        (Some(View::Record(_)), _) => &[
            A::NewCase,
            A::Accept,
            A::HandOn,
            A::Offer,
            A::Note,
            A::Right,
            A::AddTask,
            A::EditRecord,
            A::Open,
            A::Filter,
            A::Leave,
        ],
        (Some(View::Cases { .. }), _) if !model.marks.is_empty() => &super::likely::MARKED,
        (Some(View::Cases { .. }), _) => &[
            A::Open,
            A::Accept,
            A::HandOn,
            A::Offer,
            A::Note,
            A::Why,
            A::Mark,
            A::Filter,
            A::SortBy,
            A::CopyAll,
            A::Leave,
        ],
        (Some(View::Place(at)), _) => super::place_keys::hints(at),
        (None, Pane::Inbox) if !model.marks.is_empty() => &super::likely::MARKED,
        (None, Pane::Inbox) => return super::likely::hints(model),
        (None, Pane::Boards) if !model.marks.is_empty() => &super::likely::MARKED,
        (None, Pane::Boards) => &[
            A::Left,
            A::Right,
            A::HandOn,
            A::Accept,
            A::Decline,
            A::Offer,
            A::Open,
            A::ChooseBoard,
            A::NewCase,
            A::Table,
        ],
        (None, Pane::Records) if model.marked_here() > 0 => &super::likely::MARKED_RECORDS,
        (None, Pane::Records) => {
            &[A::NewCase, A::Open, A::NewRecord, A::EditRecord, A::Note, A::Mark, A::Filter]
        }
        (None, Pane::Metrics) => {
            &[A::Down, A::Open, A::Picture, A::FilterMenu, A::ChooseBoard, A::ShorterPeriod, A::LongerPeriod]
        }
    };
    let reviewed = super::reviews::on_screen(model).map(|_| A::SendBack);
    let all = reviewed.into_iter().chain(all.iter().copied());
    all.filter(|id| possible(model, *id).is_ok()).collect()
}

/// Names are understood with what is loaded.
pub fn sense(model: &Model) -> Sense<'_> {
    Sense {
        catalog: &model.catalog,
        records: model.records.as_deref().unwrap_or(&[]),
        cases: model.elsewhere.as_ref().map_or(&[], |found| &found.cases),
        loads: model.loads.as_ref(),
        now: model.now,
    }
}

pub(super) fn open_form(model: &mut Model, mut form: Form) -> Vec<Effect> {
    let place = super::half_done::wanted(model, &form);
    understand::understand(&mut form, &sense(model), false);
    form.untouched = Some(form.draft());
    if matches!(form.kind, Kind::NewCase(_) | Kind::NoteCase { .. } | Kind::NoteRecord { .. })
        && !model.pasted.is_empty()
    {
        form.paste(&std::mem::take(&mut model.pasted));
        form.error = form.left_out();
        understand::understand(&mut form, &sense(model), false);
    }
    let whom = super::overlays::receiver::asks_whom(&form);
    model.overlays.push(Overlay::Form(Box::new(form)));
    let loads = whom.then_some(Effect::Load(Query::Loads));
    [Effect::LoadDraft(place)].into_iter().chain(loads).collect()
}

/// Opens a form that many things can be put into, with what it does not apply to among its notes; says so where
/// it applies to nothing.
pub(super) fn open_many(model: &mut Model, mut form: Form) -> Vec<Effect> {
    super::bulk::note(model, &mut form);
    open_form(model, form)
}

/// Leads an action on things to its command or its dialog.
pub fn act_on_things(model: &mut Model, id: ActionId) -> Vec<Effect> {
    use ActionId as A;
    if let Some(effects) = super::written::act(model, id) {
        return effects;
    }
    let targets = targets(model);
    let words = bulk::about(&targets);
    model.sweep.cannot.clear();
    model.sweep.recall.clear();
    match id {
        A::Accept => {
            let offered = targets.iter().any(|t| t.offered_to_me(model).is_some());
            let messages = targets.iter().any(|t| t.message.is_some());
            if !offered && !messages {
                let exception = targets.iter().any(|t| t.exception.is_some());
                if targets.len() > 1 && !exception {
                    let none: Vec<Vec<Command>> =
                        bulk::sorted(model, &targets, |model, t| Err(not_to_accept(model, t)));
                    return bulk::now(model, "Accept", none);
                }
                return act_on_things(model, if exception { A::Resolve } else { A::HandOn });
            }
            if targets.iter().any(|t| t.ask_next && t.offered_to_me(model).is_some()) {
                let what = bulk::sorted(model, &targets, |model, t| {
                    Ok((t.case, t.offered_to_me(model).ok_or_else(|| not_to_accept(model, t))?))
                });
                return open_many(model, moves::accept(what, &words));
            }
            let each = bulk::sorted(model, &targets, |model, t| {
                let case = t.case;
                Ok(vec![match (t.offered_to_me(model), &t.message) {
                    (_, Some(_)) => Command::ReadMessages { on: SubjectId::Case(case) },
                    (Some(handoff), None) => {
                        Command::AcceptHandoff { case, handoff, next_action: None, when: None }
                    }
                    (None, None) => return Err(not_to_accept(model, t)),
                }])
            });
            let verb = match (offered, messages) {
                (true, true) => "Accept or read",
                (false, true) => "Read",
                _ => "Accept",
            };
            bulk::now(model, verb, each)
        }
        A::Decline => {
            let offered = |model: &Model, t: &Target| {
                let handoff = t.offered_to_me(model).ok_or("it is not offered to you")?;
                Ok((t.case, handoff))
            };
            if let [Target { message: Some(named), case, .. }] = targets.as_slice() {
                return open_form(model, arrange::reply(*case, named, &words));
            }
            let what = bulk::sorted(model, &targets, offered);
            if what.is_empty() {
                let own = |_: &Model, t: &Target| {
                    Ok((t.case, open_offer(t).ok_or("it is not offered to anybody")?))
                };
                let what = bulk::sorted(model, &targets, own);
                return open_many(model, arrange::recall(what, &words));
            }
            let declined = targets.iter().filter(|t| t.offered_to_me(model).is_some());
            let senders =
                declined.map(|t| t.responsible.to_string()).collect::<std::collections::BTreeSet<_>>();
            let sender = senders.into_iter().collect::<Vec<_>>().join(", ");
            let own = bulk::own_reasons(model, &targets);
            open_many(model, forms::decline(what, &words, &sender, &own))
        }
        A::Start | A::Resume => super::course::begin(model, id, &targets, &words),
        A::Wait => super::course::wait(model, &targets, &words),
        A::Snooze => bulk::snooze(model),
        A::Wake => bulk::wake(model),
        A::Due => bulk::due(model),
        A::HandOn | A::SendBack => super::onward::act(model, id, &targets, &words),
        A::Delegate => {
            if let [target] = targets.as_slice()
                && let (Some((case, task)), Some(_)) = (mine(model, target), &target.delegate)
            {
                return open_form(model, moves::resolve(case, task, &words));
            }
            let what = bulk::sorted(model, &targets, |model, t| match (t.mine(model), &t.delegate) {
                (Some(_), Some(_)) => Err("somebody works on it for you already"),
                (Some(task), None) => Ok((t.case, task)),
                (None, _) => Err("it is not in your hand"),
            });
            open_many(model, moves::delegate(what, &words))
        }
        A::Release => {
            let what = bulk::sorted(model, &targets, |model, t| {
                Ok((t.case, t.mine(model).ok_or("it is not in your hand")?))
            });
            open_many(model, moves::release(what, &words))
        }
        A::AddTask => match (super::course::cases_of(&targets), model.case_in_focus()) {
            (cases, Some(focus)) if cases.len() > 1 => {
                open_form(model, moves::add_task(cases, &bulk::about_cases(&targets, focus)))
            }
            (_, Some(case)) => open_form(model, moves::add_task(vec![case], &case.to_string())),
            (_, None) => Vec::new(),
        },
        A::Offer => {
            let what = bulk::sorted(model, &targets, |_, t| {
                t.branch.map(|branch| (t.case, branch)).ok_or("there is no open work to offer")
            });
            model.sweep.recall = bulk::recalls(&targets);
            let mut form = forms::offer(what, &words, "");
            super::onward::say_of_offer(model, &mut form);
            open_many(model, form)
        }
        A::Resolve => {
            let what = bulk::sorted(model, &targets, |_, t| {
                let (n, text) = t.exception.clone().ok_or("it is no exception")?;
                Ok((t.case, n, text))
            });
            open_many(model, moves::exceptions(&what))
        }
        A::Note => match (model.record_in_focus(), model.case_in_focus()) {
            (Some(_), _) => {
                let records = record_marks::targets(model);
                let words = record_marks::about(model, &records);
                let mut form = forms::note(Kind::NoteRecord { records }, &words, "");
                form.notes.push("Whoever opens the record reads it; @name tells somebody.".into());
                open_form(model, form)
            }
            (None, Some(focus)) => {
                let cases = targets.iter().map(|t| t.case).collect::<std::collections::BTreeSet<_>>();
                let cases = if cases.is_empty() { vec![focus] } else { cases.into_iter().collect() };
                let holder = asks_holder(model, &targets);
                let words = bulk::about_cases(&targets, focus);
                open_form(model, forms::note(Kind::NoteCase { cases }, &words, &holder))
            }
            _ => Vec::new(),
        },
        A::Tags => {
            let (on, have) = match (model.record_in_focus(), model.case_in_focus()) {
                (Some(_), _) if model.marked_here() > 1 => {
                    let records = record_marks::targets(model).into_iter().map(SubjectId::Record);
                    (records.collect(), String::new())
                }
                (Some(record), _) => {
                    let item = model.records.iter().flatten().find(|item| item.row.id == record);
                    let view = model.record.as_ref().filter(|view| view.row.id == record);
                    let tags = item.map(|item| &item.row.tags).or(view.map(|view| &view.row.tags));
                    (vec![SubjectId::Record(record)], tags.map(tags::show).unwrap_or_default())
                }
                (None, Some(focus)) => {
                    let cases = targets.iter().map(|t| t.case).collect::<std::collections::BTreeSet<_>>();
                    let tags = model.loaded_case().map(|view| tags::show(&view.row.tags));
                    match cases.len() {
                        0 | 1 => (vec![SubjectId::Case(focus)], tags.unwrap_or_default()),
                        _ => (cases.into_iter().map(SubjectId::Case).collect(), String::new()),
                    }
                }
                _ => return Vec::new(),
            };
            let words = match on.as_slice() {
                [SubjectId::Record(record)] => record.to_string(),
                [SubjectId::Case(case)] => case.to_string(),
                [SubjectId::Record(_), ..] => counted(on.len(), "record"),
                many => counted(many.len(), "case"),
            };
            open_form(model, moves::tags(on, &words, &have))
        }
        A::Withdraw => super::course::close(model, &targets),
        A::Data => match model.loaded_case() {
            Some(view) => {
                let form = forms::data(view);
                open_form(model, form)
            }
            None => {
                model.pending = Some(id);
                model.case_in_focus().map(|case| Effect::Load(Query::Case(case))).into_iter().collect()
            }
        },
        _ => super::course::act(model, id),
    }
}

/// Whom a note on this row is for, named already: whoever has what climbed to this person, stands still or is likely to be
/// late, and whoever has yet to accept it.
fn asks_holder(model: &Model, targets: &[Target]) -> String {
    let item = model.inbox.as_ref().and_then(|inbox| model.inbox_state.selected(inbox));
    let asks = match model.sweep.queue {
        Queue::Mine => item.is_some_and(|item| matches!(item.what, What::Escalated | What::Risk)),
        queue => matches!(queue, Queue::Stalled(_) | Queue::Late | Queue::Waiting),
    };
    let [one] = targets else { return String::new() };
    let offered = one.to.as_ref().filter(|_| one.kind == PlaceKind::Offered).and_then(Party::person);
    let who = offered.unwrap_or(&one.responsible);
    let here = model.view().is_none() && model.pane == Pane::Inbox;
    if here && asks && *who != model.me { format!("@{who} ") } else { String::new() }
}

/// Why `a` leaves a thing as it is where it accepts others.
fn not_to_accept(model: &Model, target: &Target) -> &'static str {
    match (target.votes(model), &target.exception) {
        (Some(_), _) => "a vote has a reason of its own: a on it alone",
        (None, Some(_)) => "an exception is decided in words: a on it alone",
        (None, None) => "it is not offered to you",
    }
}

pub(super) fn mine(model: &Model, target: &Target) -> Option<(crate::domain::CaseId, crate::domain::TaskId)> {
    target.mine(model).map(|task| (target.case, task))
}
