//! From a message to a new model and what has to be done outside. Asks nobody and draws nothing, so that
//! every way through the screen can be tested without a terminal.

use super::act;
use super::action::{self, ActionId};
use super::input::{Code, Input, Key};
use super::keymap::Meant;
use super::model::{Model, Pane, Status, View};
use super::msg::{Effect, Loaded, Msg, Query};
use super::overlays::form::Heard as FormHeard;
use super::overlays::menu::{Heard as MenuHeard, Menu, Pick};
use super::overlays::{Overlay, forms};
use super::panes::Move;
use super::terminal::Signal;
use super::widgets::field::Field;
use crate::domain::Handle;

/// Takes a message in.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = Vec::new();
    match msg {
        Msg::Input(inputs) => {
            for input in inputs {
                effects.extend(match input {
                    Input::Key(key) => on_key(model, key),
                    Input::Paste(text) => on_paste(model, &text),
                    Input::Resize(width, height) => {
                        model.size = (width, height);
                        Vec::new()
                    }
                    Input::FocusGained | Input::FocusLost => Vec::new(),
                });
            }
        }
        Msg::Clock(now) => effects.extend(on_clock(model, now)),
        Msg::Signal(Signal::Quit) | Msg::Gone => effects.extend(leave(model)),
        Msg::Signal(Signal::Continued) => effects.push(Effect::Redraw),
        Msg::Moved(head) => {
            if head != model.seen {
                model.seen = head;
                effects.extend(reload(model));
            }
        }
        Msg::Loaded(loaded) => effects.extend(on_loaded(model, *loaded)),
        Msg::Done { receipt, undoable, record, .. } => {
            let sent = |overlay: &Overlay| matches!(overlay, Overlay::Form(form) if form.sent);
            if let Some(n) = model.overlays.iter().rposition(sent)
                && let Overlay::Form(form) = model.overlays.remove(n)
            {
                effects.push(Effect::KeepDraft { place: form.place(), text: String::new() });
            }
            let hint = if undoable { "u undo".to_string() } else { String::new() };
            model.status = Status { text: receipt, hint, error: false };
            model.marks.clear();
            model.news.clear();
            if record.is_some() {
                effects.push(Effect::Load(Query::Records));
            }
        }
        Msg::Failed { sentence, hint } => {
            let open = model.overlays.iter_mut().rev().find_map(|overlay| match overlay {
                Overlay::Form(form) if form.sent => Some(form),
                _ => None,
            });
            match open {
                Some(form) => {
                    form.sent = false;
                    form.error = Some((sentence, hint));
                }
                None => model.status = Status { text: sentence, hint, error: true },
            }
        }
        Msg::Draft { place, text } => {
            let waiting = model.overlays.iter_mut().find_map(|overlay| match overlay {
                Overlay::Form(form) if form.place() == place => Some(form),
                _ => None,
            });
            if let Some(form) = waiting {
                form.restore(&text);
                let mut form = (**form).clone();
                forms::understand(&mut form, &act::sense(model));
                form.notes.push("What you typed before is back. Ctrl-u empties a field.".to_string());
                replace_form(model, form);
            }
        }
    }
    settle(model);
    effects.extend(ask_for_focus(model));
    effects
}

/// Settles a model that was filled before its first frame.
pub fn start(model: &mut Model) {
    model.ticked_late = model.inbox.as_ref().map_or(0, |inbox| inbox.late());
    settle(model);
}

fn replace_form(model: &mut Model, form: super::overlays::Form) {
    let place = form.place();
    for overlay in &mut model.overlays {
        if let Overlay::Form(old) = overlay
            && old.place() == place
        {
            **old = form;
            return;
        }
    }
}

/// Everything on screen, asked for anew.
fn reload(model: &mut Model) -> Vec<Effect> {
    model.asked.clear();
    let needs = model.needs();
    model.asked.clone_from(&needs);
    needs.into_iter().map(Effect::Load).collect()
}

/// The case the cursor has come to, when it is not loaded yet; no key waits for it.
fn ask_for_focus(model: &mut Model) -> Vec<Effect> {
    if let (None, Some(id)) = (model.view(), model.record_in_focus()) {
        let query = Query::Record(id);
        if model.record.as_ref().is_none_or(|view| view.row.id != id) && !model.asked.contains(&query) {
            model.asked.push(query.clone());
            return vec![Effect::Load(query)];
        }
    }
    let Some(id) = model.case_in_focus() else { return Vec::new() };
    let query = Query::Case(id);
    if model.case.as_ref().is_some_and(|view| view.row.id == id) || model.asked.contains(&query) {
        return Vec::new();
    }
    model.asked.push(query.clone());
    vec![Effect::Load(query)]
}

fn on_clock(model: &mut Model, now: crate::domain::Instant) -> Vec<Effect> {
    model.now = now;
    for card in
        model.board.iter_mut().flat_map(|board| &mut board.columns).flat_map(|column| &mut column.cards)
    {
        card.refresh(now);
    }
    let Some(inbox) = &mut model.inbox else { return Vec::new() };
    for item in &mut inbox.items {
        // What the wall says: no tick is needed for something to be late.
        item.refresh(now);
    }
    let late = inbox.late();
    let more = late > model.ticked_late;
    model.ticked_late = late;
    if more { vec![Effect::Bell, Effect::Load(Query::Inbox)] } else { Vec::new() }
}

fn on_loaded(model: &mut Model, loaded: Loaded) -> Vec<Effect> {
    match loaded {
        Loaded::Catalog(catalog) => {
            model.zone = crate::desk::zone_of(&catalog);
            model.first_run = catalog.settings.is_none();
            if model.process.as_ref().is_none_or(|process| !catalog.processes.contains_key(process)) {
                model.process = catalog.processes.keys().next().cloned();
                if model.process.is_some() && matches!(model.pane, Pane::Boards | Pane::Metrics) {
                    model.catalog = catalog;
                    return reload(model);
                }
            }
            model.catalog = catalog;
        }
        Loaded::Inbox(inbox) => {
            if let Some(before) = &model.inbox {
                let known = before.items.iter().map(|item| (item.case, item.branch)).collect::<Vec<_>>();
                let new = inbox.items.iter().filter(|item| !known.contains(&(item.case, item.branch)));
                model.news.extend(new.map(|item| item.case));
            } else {
                model.ticked_late = inbox.late();
            }
            model.marks.retain(|mark| {
                model.pane != Pane::Inbox || inbox.items.iter().any(|item| (item.case, item.branch) == *mark)
            });
            model.inbox = Some(inbox);
        }
        Loaded::Case(view) => {
            model.asked.retain(|query| *query != Query::Case(view.row.id));
            model.case = Some(view);
            if let Some(id) = model.pending.take() {
                return run(model, id);
            }
        }
        Loaded::Board(board) => model.board = Some(board),
        Loaded::Records(records) => {
            let count = |kind: &Handle| records.iter().filter(|item| &item.row.kind == kind).count();
            let kinds = model.catalog.kinds.values();
            model.kinds = kinds.map(|kind| (kind.clone(), count(&kind.handle))).collect();
            model.records = Some(records);
        }
        Loaded::Record(view) => {
            model.asked.retain(|query| *query != Query::Record(view.row.id));
            model.record = Some(view);
            if model.pending == Some(ActionId::EditRecord) {
                model.pending = None;
                return run(model, ActionId::EditRecord);
            }
        }
        Loaded::Figures(figures) => {
            model.figures = Some(super::figures::view(&figures, &model.catalog, model.days));
            model.behind = Some(figures);
        }
        Loaded::Cases { cases, .. } => model.cases = cases,
    }
    Vec::new()
}

/// Cursors find what they were on again after anything that may have moved it.
fn settle(model: &mut Model) {
    let area = super::draw::middle(model);
    if let Some(inbox) = &model.inbox {
        model.inbox_state.settle(inbox, area);
    }
    if let Some(board) = &model.board {
        model.board_state.settle(board, area);
    }
    let mut records = std::mem::take(&mut model.records_state);
    if let Some(view) = model.records_view() {
        records.settle(&view, area);
    }
    model.records_state = records;
    if let Some(record) = &model.record {
        model.record_state.settle(record, area, model.now, &model.zone);
    }
    if let Some(case) = &model.case {
        model.case_state.settle(case, area);
    }
    if let Some(figures) = &model.figures {
        model.metrics_state.settle(figures, area);
    }
    model.list_state.settle(&model.cases, area);
}

fn on_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    match model.overlays.last_mut() {
        Some(Overlay::Form(form)) => {
            form.paste(text);
            let mut form = (**form).clone();
            forms::understand(&mut form, &act::sense(model));
            replace_form(model, form);
        }
        Some(Overlay::Menu(menu)) => menu.paste(text),
        _ if model.filtering => model.filter.paste(text),
        _ => say(model, "Pasted text does nothing here. n starts a case, c writes a note."),
    }
    Vec::new()
}

fn say(model: &mut Model, text: &str) {
    model.status = Status { text: text.to_string(), hint: String::new(), error: false };
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    model.last_key = Some(key);
    if model.filtering {
        return filter_key(model, &key);
    }
    match model.overlays.last_mut() {
        Some(Overlay::Form(_)) => return form_key(model, &key),
        Some(Overlay::Menu(menu)) => {
            let heard = menu.key(&key);
            return match heard {
                MenuHeard::Nothing => Vec::new(),
                MenuHeard::Close => {
                    model.overlays.pop();
                    Vec::new()
                }
                MenuHeard::Picked(pick) => {
                    model.overlays.pop();
                    picked(model, pick)
                }
            };
        }
        Some(Overlay::Question { .. }) => return question_key(model, &key),
        Some(Overlay::Prefix(prefix)) => {
            let prefix = *prefix;
            model.overlays.pop();
            return match model.keymap.meant(Some(prefix), key) {
                Meant::Action(id) => run(model, id),
                _ => {
                    if key.code != Code::Esc {
                        say(
                            model,
                            &format!("{prefix} {key} means nothing here. {prefix} alone shows what does."),
                        );
                    }
                    Vec::new()
                }
            };
        }
        None => {}
    }
    if model.first_run {
        return first_run_key(model, &key);
    }
    match model.keymap.meant(None, key) {
        Meant::Action(id) => run(model, id),
        Meant::Prefix => {
            model.overlays.push(Overlay::Prefix(key));
            Vec::new()
        }
        Meant::Nothing => {
            say(model, &format!("{key} is not used here. : does anything, ? shows the keys."));
            Vec::new()
        }
    }
}

fn first_run_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    match (key.code, key.ctrl) {
        (Code::Enter, false) => vec![Effect::SetUp { templates: Vec::new() }],
        (Code::Char('t'), false) => act::make(model, ActionId::AddTemplate),
        (Code::Char('?'), _) => run(model, ActionId::Help),
        (Code::Char('q' | 'c'), _) | (Code::Esc, _) => leave(model),
        (Code::Char('z'), true) => vec![Effect::Suspend],
        _ => {
            say(model, "Enter starts empty, t starts from a template, q quits.");
            Vec::new()
        }
    }
}

fn form_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let Some(Overlay::Form(form)) = model.overlays.last_mut() else { return Vec::new() };
    if form.sent && key.code != Code::Esc {
        return Vec::new();
    }
    match form.key(key) {
        FormHeard::Nothing => Vec::new(),
        FormHeard::Changed => {
            form.error = None;
            let mut form = (**form).clone();
            forms::understand(&mut form, &act::sense(model));
            replace_form(model, form);
            Vec::new()
        }
        FormHeard::Close => {
            let kept = Effect::KeepDraft { place: form.place(), text: form.draft() };
            model.overlays.pop();
            say(model, "Kept as a draft: the same key brings it back.");
            vec![kept]
        }
        FormHeard::Submit => {
            let mut form = (**form).clone();
            forms::understand(&mut form, &act::sense(model));
            let effects = match forms::commands(&form, &act::sense(model)) {
                Ok(commands) => {
                    form.sent = true;
                    // Kept until it is answered: nothing typed is lost on the way.
                    vec![Effect::KeepDraft { place: form.place(), text: form.draft() }, Effect::Do(commands)]
                }
                Err((field, why)) => {
                    form.focus = field;
                    form.error = Some((why, String::new()));
                    Vec::new()
                }
            };
            replace_form(model, form);
            effects
        }
    }
}

fn question_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    let Some(Overlay::Question { commands, quit, .. }) = model.overlays.pop() else { return Vec::new() };
    match key.code {
        Code::Char('y') if quit => leave(model),
        Code::Char('q') if quit => leave(model),
        Code::Char('y') => {
            model.marks.clear();
            vec![Effect::Do(commands)]
        }
        _ => Vec::new(),
    }
}

/// The filter is the list's own: what is typed narrows it at once.
fn filter_key(model: &mut Model, key: &Key) -> Vec<Effect> {
    match key.code {
        Code::Enter => model.filtering = false,
        Code::Esc => {
            model.filter = Field::default();
            model.filtering = false;
        }
        _ => {
            model.filter.key(key);
        }
    }
    let text = model.filter.text().to_string();
    match model.pane {
        Pane::Records => model.records_state.filter = text,
        Pane::Boards => model.board_state.filter = text,
        _ => model.inbox_state.filter = text,
    }
    Vec::new()
}

/// Leaves for good: what is typed is kept first.
fn leave(model: &mut Model) -> Vec<Effect> {
    model.quitting = true;
    let mut effects = Vec::new();
    for overlay in &model.overlays {
        if let Overlay::Form(form) = overlay
            && !form.sent
        {
            effects.push(Effect::KeepDraft { place: form.place(), text: form.draft() });
        }
    }
    effects.push(Effect::Quit);
    effects
}

fn go(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.pane = pane;
    model.views.clear();
    model.marks.clear();
    reload(model)
}

fn open(model: &mut Model, view: View) -> Vec<Effect> {
    if model.view() != Some(&view) {
        if let View::Case(_) = view {
            enter_case(model);
        }
        model.views.push(view);
    }
    reload(model)
}

/// A case says where one came from and which of how many it is.
fn enter_case(model: &mut Model) {
    let inbox = model.inbox.as_ref().filter(|_| model.view().is_none() && model.pane == Pane::Inbox);
    let place = inbox.and_then(|inbox| {
        let now = model.inbox_state.selected(inbox)?;
        let at = model.inbox_state.shown(inbox).position(|item| item == now)?;
        Some((at + 1, model.inbox_state.shown(inbox).count()))
    });
    let trail = match (model.view(), model.pane) {
        (Some(View::Record(_)), _) => "Record",
        (Some(_), _) => "List",
        (None, Pane::Inbox) => "Inbox",
        (None, Pane::Boards) => "Boards",
        (None, Pane::Records) => "Records",
        (None, Pane::Metrics) => "Metrics",
    };
    let branch = match (model.view(), model.pane) {
        (None, Pane::Boards) => {
            model.board.as_ref().and_then(|board| model.board_state.selected(board)).map(|card| card.branch)
        }
        (None, Pane::Inbox) => {
            let inbox = model.inbox.as_ref();
            inbox.and_then(|inbox| model.inbox_state.selected(inbox)).and_then(|item| item.branch)
        }
        _ => None,
    };
    model.case_state = super::panes::case::CaseState::default();
    model.case_state.trail = trail.to_string();
    model.case_state.place = place;
    model.case_state.branch = branch;
}

fn picked(model: &mut Model, pick: Pick) -> Vec<Effect> {
    match pick {
        Pick::Action(id) => run(model, id),
        Pick::Case(id) => open(model, View::Case(id)),
        Pick::Record(id) => open(model, View::Record(id)),
        Pick::Process(process) => {
            model.process = Some(process);
            model.board_state.reset();
            let pane = if model.pane == Pane::Metrics { Pane::Metrics } else { Pane::Boards };
            go(model, pane)
        }
        Pick::Template(handle) => vec![Effect::SetUp { templates: vec![handle] }],
        Pick::Kind(handle) => match model.catalog.kinds.get(&handle).cloned() {
            Some(kind) => {
                let mut form = forms::new_record(&kind);
                forms::understand(&mut form, &act::sense(model));
                let place = form.place();
                model.overlays.push(Overlay::Form(Box::new(form)));
                vec![Effect::LoadDraft(place)]
            }
            None => Vec::new(),
        },
        Pick::Nothing => Vec::new(),
    }
}

/// Does an action, or says why not.
pub fn run(model: &mut Model, id: ActionId) -> Vec<Effect> {
    use ActionId as A;
    if let Err(why) = act::possible(model, id) {
        let key = model.keymap.shown(id);
        let name = action::of(id).words;
        say(model, &format!("{key} ({name}): {why}."));
        return Vec::new();
    }
    model.status = Status::default();
    match id {
        A::Down => moved(model, Move::Down),
        A::Up => moved(model, Move::Up),
        A::Left | A::Right if model.pane == Pane::Metrics && model.view().is_none() => {
            return another_process(model, if id == A::Left { Move::Left } else { Move::Right });
        }
        A::Left => moved(model, Move::Left),
        A::Right => moved(model, Move::Right),
        A::Top => moved(model, Move::Top),
        A::Bottom => moved(model, Move::Bottom),
        A::PageDown => moved(model, Move::PageDown),
        A::PageUp => moved(model, Move::PageUp),
        A::HalfDown => moved(model, Move::HalfDown),
        A::HalfUp => moved(model, Move::HalfUp),
        A::NextSection => section(model, Move::Right),
        A::PreviousSection => section(model, Move::Left),
        A::Open => return opened(model),
        A::Back => back(model),
        A::Leave => return leave_one(model),
        A::Quit => return ask_to_quit(model),
        A::GoInbox => return go(model, Pane::Inbox),
        A::GoBoards => return go(model, Pane::Boards),
        A::GoRecords => return go(model, Pane::Records),
        A::GoMetrics => return go(model, Pane::Metrics),
        A::GoCustomers | A::GoVendors | A::GoEmployees => {
            model.records_state.kind = act::kind_of(id);
            return go(model, Pane::Records);
        }
        A::NextLate | A::PreviousLate => return next_late(model, id == A::NextLate),
        A::Filter => {
            model.filtering = true;
            let text = match model.pane {
                Pane::Records => &model.records_state.filter,
                Pane::Boards => &model.board_state.filter,
                _ => &model.inbox_state.filter,
            };
            model.filter = Field::new(text);
        }
        A::Palette => {
            let menu = act::palette(model);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
            return vec![Effect::Load(Query::Records)];
        }
        A::Help => {
            let menu = act::help(model);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
        }
        A::ChooseBoard => {
            let items = act::palette(model).items.into_iter();
            let boards = items.filter(|item| matches!(item.pick, Pick::Process(_))).collect();
            model.overlays.push(Overlay::Menu(Box::new(Menu::new("Process", "which", boards))));
        }
        A::Mark => mark(model),
        A::MarkAll => mark_all(model),
        A::Undo => return vec![Effect::Undo],
        A::Redo => return vec![Effect::Redo],
        A::Copy => return copy(model),
        A::Preview => model.inbox_state.preview = !model.inbox_state.preview,
        A::Table => {
            if let Some(board) = &model.board {
                model.board_state.toggle_table(board);
            }
        }
        A::LongerPeriod | A::ShorterPeriod => return period(model, id == A::LongerPeriod),
        A::Reload => return reload(model),
        A::Redraw => return vec![Effect::Redraw],
        A::Suspend => return vec![Effect::Suspend],
        A::NewCase | A::NewRecord | A::EditRecord | A::AddPerson | A::AddTemplate => {
            return act::make(model, id);
        }
        A::Accept
        | A::Decline
        | A::Start
        | A::HandOn
        | A::Offer
        | A::Wait
        | A::Note
        | A::Data
        | A::Withdraw
        | A::Resolve => return act::act_on_things(model, id),
    }
    Vec::new()
}

const PERIODS: [u32; 5] = [7, 30, 90, 365, 3650];

fn period(model: &mut Model, longer: bool) -> Vec<Effect> {
    let at = PERIODS.iter().position(|days| *days == model.days).unwrap_or(1);
    let at = if longer { (at + 1).min(PERIODS.len() - 1) } else { at.saturating_sub(1) };
    model.days = PERIODS[at];
    reload(model)
}

fn moved(model: &mut Model, step: Move) {
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

fn opened(model: &mut Model) -> Vec<Effect> {
    if model.view().is_none() && model.pane == Pane::Metrics {
        let figure = model.figures.as_ref().and_then(|figures| model.metrics_state.selected(figures));
        let behind = figure.and_then(|figure| super::figures::behind(model.behind.as_ref()?, &figure));
        return match behind {
            Some((title, ids)) => open(model, View::Cases { title, ids }),
            None => {
                say(model, "No cases stand behind this number.");
                Vec::new()
            }
        };
    }
    if let (None, Some(record)) = (model.view(), model.record_in_focus()) {
        model.record_state = super::panes::record::RecordState::default();
        model.record_state.trail = "Records".to_string();
        return open(model, View::Record(record));
    }
    if let Some(View::Case(_)) = model.view() {
        model.case_state.reading = !model.case_state.reading;
        return Vec::new();
    }
    match model.case_in_focus() {
        Some(case) => open(model, View::Case(case)),
        None => Vec::new(),
    }
}

/// Esc closes one thing and never quits.
fn back(model: &mut Model) {
    if !model.marks.is_empty() {
        model.marks.clear();
    } else if model.view().is_some() {
        model.views.pop();
    } else if model.filters().into_iter().any(|filter| !filter.is_empty()) {
        model.filter = Field::default();
        model.filters().into_iter().for_each(String::clear);
    } else {
        say(model, "q leaves, ? shows the keys.");
    }
}

fn leave_one(model: &mut Model) -> Vec<Effect> {
    if model.view().is_some() {
        model.views.pop();
        return reload(model);
    }
    if model.pane != Pane::Inbox {
        return go(model, Pane::Inbox);
    }
    ask_to_quit(model)
}

fn ask_to_quit(model: &mut Model) -> Vec<Effect> {
    let lines = vec!["y or q quits; anything else stays.".to_string()];
    let title = "Quit Baton?".to_string();
    model.overlays.push(Overlay::Question { title, lines, commands: Vec::new(), quit: true });
    Vec::new()
}

fn mark(model: &mut Model) {
    let key = match model.pane {
        Pane::Inbox => {
            let item = model.inbox.as_ref().and_then(|view| model.inbox_state.selected(view));
            item.map(|item| (item.case, item.branch))
        }
        _ => {
            let card = model.board.as_ref().and_then(|view| model.board_state.selected(view));
            card.map(|card| (card.case, Some(card.branch)))
        }
    };
    if let Some(key) = key {
        if !model.marks.remove(&key) {
            model.marks.insert(key);
        }
        moved(model, Move::Down);
    }
}

fn mark_all(model: &mut Model) {
    match model.pane {
        Pane::Inbox => {
            if let Some(inbox) = &model.inbox {
                let shown = model.inbox_state.shown(inbox);
                model.marks.extend(shown.map(|item| (item.case, item.branch)));
            }
        }
        _ => {
            let cards = model.board.iter().flat_map(|board| &board.columns).flat_map(|column| &column.cards);
            model.marks.extend(cards.map(|card| (card.case, Some(card.branch))));
        }
    }
}

fn next_late(model: &mut Model, forward: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    if model.pane != Pane::Inbox || model.view().is_some() {
        effects = go(model, Pane::Inbox);
    }
    if let Some(inbox) = &model.inbox {
        // The inbox has the most late first, so the late ones are its head.
        let late = model.inbox_state.shown(inbox).filter(|item| item.urgency.is_late()).collect::<Vec<_>>();
        let now = model.inbox_state.selected(inbox);
        let at = late.iter().position(|item| Some(*item) == now);
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

fn copy(model: &mut Model) -> Vec<Effect> {
    let text = match (model.loaded_case(), model.record_in_focus()) {
        (Some(view), _) => format!("{} {}", view.row.id, view.row.title),
        (None, Some(record)) => record.to_string(),
        (None, None) => model.case_in_focus().map(|id| id.to_string()).unwrap_or_default(),
    };
    say(model, &format!("Copied \"{text}\", if your terminal allows it."));
    vec![Effect::Copy(text)]
}
