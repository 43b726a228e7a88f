//! What each action does to the screen: going, opening, moving. What concerns work is `act`'s.

use super::act;
use super::action::{self, ActionId};
use super::going::{ask_to_quit, back, go, go_to, leave_one, open, opened, previous};
use super::marks;
use super::model::{Model, Pane, Status, View};
use super::msg::{Effect, Query};
use super::overlays::menu::{Menu, Pick};
use super::overlays::{Overlay, forms};
use super::panes::Move;
use super::record_marks;
use super::sweep;
use super::update::{reload, say};
use super::widgets::field::Field;
use crate::desk::Queue;
use crate::domain::command::Command;

pub(super) fn picked(model: &mut Model, pick: Pick) -> Vec<Effect> {
    match pick {
        Pick::Action(ActionId::Quit) => super::keys::leave(model),
        Pick::Action(id) => {
            super::memory::ran(model, id);
            run(model, id)
        }
        Pick::Case(id) => open(model, View::Case(id)),
        Pick::Cases(title, ids) => open(model, View::Cases { title, ids }),
        Pick::Figures(process) => super::reviews::figures(model, process),
        Pick::Record(id) => open(model, View::Record(id)),
        Pick::Merge { kept, gone } => {
            vec![Effect::Load(Query::Preview(super::deeds::Deed::Merge { kept, gone, seen: None }))]
        }
        Pick::Place(at) => super::place_keys::open(model, at),
        Pick::Becomes { step, target } => super::place_keys::chosen(model, step, target),
        Pick::Process(process) => {
            if let Some(View::Place(super::places::At::Process(_))) = model.view() {
                model.views.pop();
                return super::place_keys::open(model, super::places::At::Process(process));
            }
            model.process = Some(process);
            model.board_state.reset();
            let pane = if model.pane == Pane::Metrics { Pane::Metrics } else { Pane::Boards };
            go(model, pane)
        }
        Pick::Template(handle) => super::making::ask_template(model, handle),
        Pick::Blank => {
            let form = super::overlays::blank::blank(&model.me, model.new_zone());
            act::open_form(model, form)
        }
        Pick::Kind(handle) => match model.catalog.kinds.get(&handle).cloned() {
            Some(kind) => {
                let form = forms::new_record(&kind);
                act::open_form(model, form)
            }
            None => Vec::new(),
        },
        Pick::Step(step) => super::steps::picked(model, &step),
        Pick::Person(person) => {
            *super::memory::filter_of(model) = String::new();
            let effects = if super::marks::places(model) { Vec::new() } else { go(model, Pane::Boards) };
            let mut more = super::find::picked(model, Pick::Word(format!("who:{person}")));
            more.splice(0..0, effects);
            more
        }
        Pick::Theme(palette) => {
            model.theme = model.theme.with(palette);
            say(model, &format!("Colours: {palette}. `theme = \"{palette}\"` in the settings keeps them."));
            Vec::new()
        }
        Pick::Effort(process, effort) => {
            vec![Effect::Do(vec![Command::SetEffort { process, effort }])]
        }
        Pick::Draft(place) => super::half_done::picked(model, &place),
        Pick::Topic(n) => super::menus::topic(model, n),
        pick @ (Pick::Word(_) | Pick::Sort(_) | Pick::View(_) | Pick::SaveView | Pick::ForgetView(_)) => {
            super::find::picked(model, pick)
        }
        Pick::Rebind(action) => super::rebind::ask(model, action),
        Pick::Leaver(handle) => vec![Effect::Load(Query::Leaving(handle))],
        Pick::Nothing => Vec::new(),
    }
}

/// Does an action, or says why not.
pub(super) fn run(model: &mut Model, id: ActionId) -> Vec<Effect> {
    use ActionId as A;
    // `u` once more means what was said of the first `u` only right after it.
    model.older &= id == A::Undo;
    if let Err(why) = super::target::possible(model, id) {
        let name = action::of(id).words;
        let key = match model.keymap.shown(id) {
            none if none.is_empty() => format!(":{}", action::of(id).name),
            key => key,
        };
        let said = format!("{key} ({name}): {why}.");
        say(model, &said);
        if let Some((_, who_could)) = super::may::not(model, id, &super::target::targets(model)) {
            model.status.hint = who_could;
        }
        super::blind::refused(model, id, &said);
        return Vec::new();
    }
    model.status = Status::default();
    if let Some(effects) = super::place_keys::run(model, id) {
        return effects;
    }
    match id {
        A::Down | A::Up | A::Top | A::Bottom | A::PageDown | A::PageUp | A::HalfDown | A::HalfUp => {
            moved(model, step_of(id));
            match record_marks::here(model) {
                true => record_marks::follow(model),
                false => marks::follow(model),
            }
        }
        A::Left | A::Right if model.pane == Pane::Metrics && model.view().is_none() => {
            return another_process(model, if id == A::Left { Move::Left } else { Move::Right });
        }
        A::Left => moved(model, Move::Left),
        A::Right => moved(model, Move::Right),
        A::OtherDown => return other_side(model, Move::Down),
        A::OtherUp => return other_side(model, Move::Up),
        A::NextSection if super::find::take_meant(model) => return vec![super::memory::keep(model)],
        A::NextSection => section(model, Move::Right),
        A::PreviousSection => section(model, Move::Left),
        A::Open => return opened(model),
        A::Back => return back(model),
        A::Leave => return leave_one(model),
        A::Quit => return ask_to_quit(model),
        A::GoInbox => return go(model, Pane::Inbox),
        A::GoBoards => return go(model, Pane::Boards),
        A::GoRecords => return go(model, Pane::Records),
        A::GoMetrics => return go(model, Pane::Metrics),
        // Done by the places, wherever they can be done.
        A::GoProcess | A::GoPeople | A::GoAgenda | A::Migrate => {}
        A::GoCustomers | A::GoVendors | A::GoEmployees => {
            model.records_state.kind = super::order::kind_of(id);
            return go(model, Pane::Records);
        }
        A::GoStalled => return go_to(model, Pane::Inbox, model.sweep.stalled()),
        A::GoLate => return go_to(model, Pane::Inbox, Queue::Late),
        A::GoWaiting => return go_to(model, Pane::Inbox, Queue::Waiting),
        A::GoHistory => return go_to(model, Pane::Inbox, Queue::History),
        A::Drafts => return vec![Effect::Load(Query::Drafts)],
        A::GoNews => return go_to(model, Pane::Inbox, Queue::News),
        A::GoLost => {
            let mut effects = go(model, Pane::Metrics);
            effects.extend(super::stuck::ask(model));
            return effects;
        }
        A::GoSnoozed => return go_to(model, Pane::Inbox, Queue::Snoozed),
        A::NextLate | A::PreviousLate => return next_late(model, id == A::NextLate),
        A::Filter if super::search::possible(model) => super::search::begin(model),
        A::Filter => {
            super::find::keep_words(model);
            model.filtering = true;
            model.filter = Field::new(&super::memory::lens(model).filter);
        }
        A::Palette => {
            model.elsewhere = None;
            let menu = super::menus::palette(model);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
            return vec![Effect::Load(Query::Names(String::new()))];
        }
        A::Help => {
            let menu = super::menus::help(model);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
        }
        A::ChooseBoard => {
            let items = super::menus::palette(model).items.into_iter();
            let boards = items.filter(|item| matches!(item.pick, Pick::Process(_))).collect();
            model.overlays.push(Overlay::Menu(Box::new(Menu::new("Process", "which", boards))));
        }
        A::FilterMenu => {
            let menu = super::find::filters(model);
            let mut effects = super::find::open(model, menu);
            if super::narrowed::here(model) && model.records.is_none() {
                effects.push(Effect::Load(Query::Names(String::new())));
            }
            return effects;
        }
        A::SortBy => {
            let menu = super::find::sorts(model);
            return super::find::open(model, menu);
        }
        A::ReverseSort => return super::find::reverse(model),
        A::PreviousView => return previous(model),
        A::CopyAll => return super::summary::copy_all(model),
        A::Zoom => model.zoomed = !model.zoomed,
        A::MoveTo => return super::steps::open(model),
        A::Keys => return super::rebind::open(model),
        A::Messages => return super::menus::messages(model),
        A::Themes => return super::menus::themes(model),
        A::Range if record_marks::here(model) => record_marks::range(model),
        A::Mark if record_marks::here(model) => record_marks::one(model),
        A::MarkAll if record_marks::here(model) => return record_marks::all(model),
        A::Range => marks::range(model),
        A::Mark => marks::one(model),
        A::MarkAll => return marks::all(model),
        A::Undo => return vec![Effect::Undo { older: std::mem::take(&mut model.older) }],
        A::Redo => return vec![Effect::Redo],
        A::Copy => return super::summary::copy(model),
        // One side that has the whole screen gives way to both.
        A::Preview => {
            model.inbox_state.preview = !model.inbox_state.preview || model.zoomed;
            model.zoomed = false;
        }
        A::Table => {
            if let Some(board) = &model.board {
                model.board_state.toggle_table(board);
            }
        }
        A::Picture => return super::figures::next_picture(model),
        A::LongerPeriod | A::ShorterPeriod => return period(model, id == A::LongerPeriod),
        A::Reload => {
            sweep::thaw(model);
            say(model, "Reloaded.");
            return reload(model);
        }
        A::Redraw => return vec![Effect::Redraw],
        A::Suspend => return vec![Effect::Suspend],
        A::Mouse => {
            let on = !model.manners.mouse;
            model.manners.mouse = on;
            say(model, if on { MOUSE_ON } else { "Mouse off: the terminal selects text again." });
            return vec![Effect::Mouse(on)];
        }
        A::Why => return super::stuck::ask(model),
        A::Forecast => return super::outlook::ask(model),
        A::BeginReview | A::Verdict | A::Scorecard | A::Rank | A::Effort => {
            return super::reviews::run(model, id);
        }
        A::Holidays => return super::why::ask_for_file(model),
        A::MergeRecord => {
            let mut effects = super::deeds::ask_merge(model);
            effects.push(Effect::Load(Query::Names(String::new())));
            return effects;
        }
        A::ImportRecords => return super::deeds::ask_file(model),
        A::AddFile | A::AddContact => return super::making::at_record(model, id),
        A::AddTask if model.record_in_focus().is_some() => return super::making::at_record(model, id),
        A::NewCase | A::NewRecord | A::EditRecord | A::AddPerson | A::Away | A::LetGo | A::AddTemplate => {
            return super::making::make(model, id);
        }
        A::Accept
        | A::Decline
        | A::Start
        | A::HandOn
        | A::Offer
        | A::Wait
        | A::Snooze
        | A::Wake
        | A::Due
        | A::SendBack
        | A::Delegate
        | A::Release
        | A::AddTask
        | A::Note
        | A::Data
        | A::Withdraw
        | A::Urgent
        | A::Pause
        | A::Resume
        | A::Reopen
        | A::Tags
        | A::Resolve => return act::act_on_things(model, id),
    }
    Vec::new()
}

/// Said when the mouse is on: the terminal's own selection is behind Shift then.
pub(super) const MOUSE_ON: &str = "Mouse on. Shift and drag selects text. : and mouse turns it off.";

const PERIODS: [u32; 5] = [7, 30, 90, 365, super::figures::ALL_TIME];

fn period(model: &mut Model, longer: bool) -> Vec<Effect> {
    let at = PERIODS.iter().position(|days| *days == model.days).unwrap_or(1);
    let at = if longer { (at + 1).min(PERIODS.len() - 1) } else { at.saturating_sub(1) };
    model.days = PERIODS[at];
    reload(model)
}

/// Which way an action moves.
fn step_of(id: ActionId) -> Move {
    match id {
        ActionId::Up => Move::Up,
        ActionId::Top => Move::Top,
        ActionId::Bottom => Move::Bottom,
        ActionId::PageDown => Move::PageDown,
        ActionId::PageUp => Move::PageUp,
        ActionId::HalfDown => Move::HalfDown,
        ActionId::HalfUp => Move::HalfUp,
        _ => Move::Down,
    }
}

pub(super) fn moved(model: &mut Model, step: Move) {
    match (model.view(), model.pane) {
        (Some(View::Case(_)), _) => {
            if let Some(view) = &model.case {
                model.case_state.go(step, view);
            }
        }
        (Some(View::Record(_)), _) => {
            if let Some(view) = &model.record {
                model.record_state.go(step, view);
            }
        }
        (Some(View::Cases { .. }), _) => model.list_state.go(step, &model.cases),
        (Some(View::Place(_)), _) => super::places::moved(model, step),
        (None, Pane::Inbox) => {
            if let Some(view) = &model.inbox {
                model.inbox_state.go(step, view);
            }
        }
        (None, Pane::Boards) => {
            if let Some(view) = &model.board {
                model.board_state.go(step, view);
            }
        }
        (None, Pane::Records) => {
            let mut records = std::mem::take(&mut model.records_state);
            if let Some(view) = model.records_view() {
                records.go(step, &view);
            }
            model.records_state = records;
        }
        (None, Pane::Metrics) => {
            if let Some(view) = &model.figures {
                model.metrics_state.go(step, view);
            }
        }
    }
}

/// Moves the side that does not have the keys: the preview beside a list, or the list behind a case.
fn other_side(model: &mut Model, step: Move) -> Vec<Effect> {
    if model.view().is_none() {
        let scroll = model.inbox_state.scroll;
        model.inbox_state.scroll = if step == Move::Down { scroll + 1 } else { scroll.saturating_sub(1) };
        return Vec::new();
    }
    model.views.pop();
    moved(model, step);
    opened(model)
}

/// Left and right in the metrics are another process.
fn another_process(model: &mut Model, step: Move) -> Vec<Effect> {
    let handles = model.catalog.processes.keys().collect::<Vec<_>>();
    let at = handles.iter().position(|handle| Some(*handle) == model.process.as_ref()).unwrap_or(0);
    let next = if step == Move::Right { handles.get(at + 1) } else { handles.get(at.wrapping_sub(1)) };
    let Some(next) = next.map(|handle| (*handle).clone()) else { return Vec::new() };
    model.process = Some(next);
    reload(model)
}

/// Tab goes through the sections of a pane, which left and right do where nothing else lies beside.
fn section(model: &mut Model, step: Move) {
    match (model.view(), model.pane) {
        (None, Pane::Metrics) => {
            if let Some(figures) = &model.figures {
                model.metrics_state.next_section(step == Move::Left, figures);
            }
        }
        (Some(View::Case(_)), _) => {
            if let Some(view) = &model.case {
                model.case_state.next_branch(view);
            }
        }
        _ => moved(model, step),
    }
}

fn next_late(model: &mut Model, forward: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    let elsewhere = model.pane != Pane::Inbox || model.view().is_some() || model.sweep.queue != Queue::Mine;
    if elsewhere {
        effects = go(model, Pane::Inbox);
    }
    if let Some(inbox) = &model.inbox {
        // The inbox has the most late first, so the late ones are its head.
        let late = model.inbox_state.shown(inbox).filter(|item| item.urgency.is_late()).collect::<Vec<_>>();
        let now = model.inbox_state.selected(inbox);
        // From anywhere else it leads to the worst first.
        let at = late.iter().position(|item| Some(*item) == now).filter(|_| !elsewhere);
        let next = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % late.len(),
            (Some(at), false) => (at + late.len() - 1) % late.len(),
        };
        if let Some(item) = late.get(next).map(|item| (*item).clone()) {
            model.inbox_state.put_on(&item);
        }
    }
    effects
}
