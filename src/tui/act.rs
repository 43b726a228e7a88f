//! What an action does here and now: which things it is about, why it cannot be done, and the dialog or the
//! command it leads to. Translates only; whether it may be done is the domain's to say.

use super::action::{ACTIONS, ActionId};
use super::model::{Model, Pane, View};
use super::msg::{Effect, Query};
use super::overlays::forms::{self, Kind, Sense};
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Form, Overlay};
use crate::desk::{Card, InboxItem, Spot, TEMPLATES};
use crate::domain::command::Command;
use crate::domain::rows::PlaceKind;
use crate::domain::{CaseId, Handle, HandoffId, Party, TaskId};

/// One thing an action is about.
#[derive(Debug, Clone)]
pub struct Target {
    pub case: CaseId,
    pub title: String,
    pub branch: Option<u32>,
    pub handoff: Option<HandoffId>,
    pub task: Option<TaskId>,
    pub kind: PlaceKind,
    pub responsible: Handle,
    pub to: Option<Party>,
    pub started: bool,
    pub waiting: bool,
    pub exception: Option<(u32, String)>,
}

impl Target {
    fn of_item(item: &InboxItem) -> Target {
        let kind = match (item.task, &item.to, &item.declined) {
            (Some(_), ..) => PlaceKind::Task,
            (None, _, _) if item.what == crate::desk::What::Back => PlaceKind::Held,
            _ => PlaceKind::Offered,
        };
        Target {
            case: item.case,
            title: item.title.clone(),
            branch: item.branch,
            handoff: item.handoff,
            task: item.task,
            kind,
            responsible: item.responsible.clone(),
            to: item.to.clone(),
            started: item.started,
            waiting: item.waiting.is_some(),
            exception: item.exception.as_ref().map(|(n, _, text)| (*n, text.clone())),
        }
    }

    fn of_card(card: &Card) -> Target {
        Target {
            case: card.case,
            title: card.title.clone(),
            branch: Some(card.branch),
            handoff: card.handoff,
            task: card.task,
            kind: card.kind,
            responsible: card.responsible.clone(),
            to: card.to.clone(),
            // A board does not say; the desk refuses to start work twice.
            started: false,
            waiting: card.waiting.is_some(),
            exception: None,
        }
    }

    fn of_spot(title: &str, case: CaseId, spot: &Spot) -> Target {
        let place = &spot.place;
        Target {
            case,
            title: title.to_string(),
            branch: Some(place.branch),
            handoff: place.handoff,
            task: place.task,
            kind: place.kind,
            responsible: place.responsible.clone(),
            to: place.to.clone(),
            started: place.started,
            waiting: place.waiting.is_some(),
            exception: None,
        }
    }

    fn offered_to_me(&self, model: &Model) -> Option<HandoffId> {
        let to = self.to.as_ref().filter(|_| self.kind == PlaceKind::Offered)?;
        self.handoff.filter(|_| model.catalog.includes(to, &model.me))
    }

    fn mine(&self, model: &Model) -> Option<TaskId> {
        self.task.filter(|_| self.kind == PlaceKind::Task && self.responsible == model.me)
    }
}

/// What the keys act on: the marks, or what the cursor is on.
pub fn targets(model: &Model) -> Vec<Target> {
    match model.view() {
        Some(View::Case(id)) => {
            let Some(view) = model.case.as_ref().filter(|view| view.row.id == *id) else { return Vec::new() };
            let spot = model.case_state.spot(view);
            let mut targets =
                spot.map(|spot| Target::of_spot(&view.row.title, *id, spot)).into_iter().collect::<Vec<_>>();
            for (n, exception) in view.case.exceptions.iter().filter(|(_, e)| e.resolved.is_none()) {
                if let Some(first) = targets.first_mut() {
                    first.exception.get_or_insert((*n, exception.text.clone()));
                }
            }
            return targets;
        }
        Some(View::Record(_) | View::Cases { .. }) => return Vec::new(),
        None => {}
    }
    let marked = |key: &(CaseId, Option<u32>)| model.marks.contains(key);
    match model.pane {
        Pane::Inbox => {
            let Some(inbox) = &model.inbox else { return Vec::new() };
            if model.marks.is_empty() {
                return model.inbox_state.selected(inbox).map(Target::of_item).into_iter().collect();
            }
            inbox.items.iter().filter(|item| marked(&(item.case, item.branch))).map(Target::of_item).collect()
        }
        Pane::Boards => {
            let Some(board) = &model.board else { return Vec::new() };
            if model.marks.is_empty() {
                return model.board_state.selected(board).map(Target::of_card).into_iter().collect();
            }
            let cards = board.columns.iter().flat_map(|column| &column.cards);
            cards.filter(|card| marked(&(card.case, Some(card.branch)))).map(Target::of_card).collect()
        }
        Pane::Records | Pane::Metrics => Vec::new(),
    }
}

/// Why an action cannot be done now; `Ok` when it can be tried.
pub fn possible(model: &Model, id: ActionId) -> Result<(), String> {
    use ActionId as A;
    let targets = targets(model);
    let about = |words: &str| match targets.is_empty() {
        true => Err(words.to_string()),
        false => Ok(()),
    };
    let any = |yes: bool, words: &str| if yes { Ok(()) } else { Err(words.to_string()) };
    let nothing = "nothing is selected";
    match id {
        A::Accept => any(
            targets.iter().any(|t| t.offered_to_me(model).is_some()),
            "nothing to accept here; A offers it to somebody",
        ),
        A::Decline => any(
            targets.iter().any(|t| t.offered_to_me(model).is_some() || own_offer(model, t).is_some()),
            "nothing to decline or recall here",
        ),
        A::Start => any(
            targets.iter().any(|t| t.mine(model).is_some() && (!t.started || t.waiting)),
            "no work of yours to start here",
        ),
        A::HandOn => any(targets.iter().any(|t| t.mine(model).is_some()), "this work is not in your hand"),
        A::Wait => any(
            targets.iter().any(|t| t.mine(model).is_some() && !t.waiting),
            "no work of yours to let wait here",
        ),
        A::Offer => {
            about(nothing)?;
            any(targets.iter().any(|t| t.kind != PlaceKind::Offered), "it is offered already; r recalls it")
        }
        A::Resolve => any(targets.iter().any(|t| t.exception.is_some()), "no exception here"),
        A::Note if model.record_in_focus().is_some() => Ok(()),
        A::Note | A::Withdraw | A::Data | A::Copy => any(
            model.case_in_focus().is_some() || (id == A::Copy && model.record_in_focus().is_some()),
            nothing,
        ),
        A::EditRecord => any(model.record_in_focus().is_some(), "no record is selected"),
        A::NewCase => {
            any(!model.catalog.processes.is_empty(), "there is no process yet; `:template` brings one in")
        }
        A::NewRecord => any(!model.catalog.kinds.is_empty(), "there are no kinds of records yet"),
        A::Open if model.view().is_none() && model.pane != Pane::Metrics => any(
            model.case_in_focus().is_some() || model.record_in_focus().is_some(),
            "there is nothing to open here",
        ),
        A::Mark if targets.is_empty() => Err(nothing.to_string()),
        A::Mark | A::MarkAll => any(
            model.view().is_none() && matches!(model.pane, Pane::Inbox | Pane::Boards),
            "only things in the inbox and on boards can be marked",
        ),
        A::Table => any(model.pane == Pane::Boards && model.view().is_none(), "only boards have a table"),
        A::LongerPeriod | A::ShorterPeriod => any(model.pane == Pane::Metrics, "only metrics have a period"),
        A::Filter => any(
            model.pane != Pane::Metrics && model.view().is_none(),
            "only the inbox, boards and records have a filter",
        ),
        A::ChooseBoard => any(!model.catalog.processes.is_empty(), "there is no process yet"),
        A::GoCustomers | A::GoVendors | A::GoEmployees => any(
            kind_of(id).is_some_and(|kind| model.catalog.kinds.contains_key(&kind)),
            "no such records here",
        ),
        A::NextLate | A::PreviousLate => {
            any(model.inbox.as_ref().is_some_and(|inbox| inbox.late() > 0), "nothing in your inbox is late")
        }
        _ => Ok(()),
    }
}

/// An offer the person may take back: their own, or one they answer for.
fn own_offer(model: &Model, target: &Target) -> Option<HandoffId> {
    let steers = model.catalog.permission(&model.me) >= crate::domain::catalog::Permission::Lead;
    let mine = target.responsible == model.me || steers;
    target.handoff.filter(|_| target.kind == PlaceKind::Offered && mine)
}

pub(super) fn kind_of(id: ActionId) -> Option<Handle> {
    let name = match id {
        ActionId::GoCustomers => "customer",
        ActionId::GoVendors => "vendor",
        ActionId::GoEmployees => "employee",
        _ => return None,
    };
    name.parse().ok()
}

/// The footer's words for an action, where what it is about makes them other than the table's.
pub fn words(model: &Model, id: ActionId) -> &'static str {
    let targets = targets(model);
    let first = targets.first();
    match id {
        ActionId::Decline if first.is_some_and(|t| t.offered_to_me(model).is_none()) => "recall",
        ActionId::Start if first.is_some_and(|t| t.waiting) => "resume",
        ActionId::NewCase if model.record_in_focus().is_some() => "new case",
        _ => super::action::of(id).words,
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
            A::Data,
            A::Leave,
        ],
        (Some(View::Record(_)), _) => &[A::NewCase, A::Note, A::EditRecord, A::Open, A::Leave],
        (Some(View::Cases { .. }), _) => &[A::Open, A::Leave],
        (None, Pane::Inbox) => &[
            A::Accept,
            A::Decline,
            A::HandOn,
            A::Resolve,
            A::Open,
            A::Mark,
            A::Offer,
            A::Start,
            A::Wait,
            A::Note,
            A::Filter,
            A::NextLate,
            A::NewCase,
            A::GoBoards,
        ],
        (None, Pane::Boards) => {
            &[A::Right, A::HandOn, A::Accept, A::Decline, A::Offer, A::Open, A::ChooseBoard, A::Table]
        }
        (None, Pane::Records) => &[A::NewCase, A::Open, A::NewRecord, A::EditRecord, A::Note, A::Filter],
        (None, Pane::Metrics) => &[A::Down, A::Open, A::ChooseBoard, A::ShorterPeriod, A::LongerPeriod],
    };
    all.iter().copied().filter(|id| possible(model, *id).is_ok()).collect()
}

/// Names are understood with what is loaded.
pub fn sense(model: &Model) -> Sense<'_> {
    Sense { catalog: &model.catalog, records: model.records.as_deref().unwrap_or(&[]), now: model.now }
}

fn open_form(model: &mut Model, mut form: Form) -> Vec<Effect> {
    let place = form.place();
    forms::understand(&mut form, &sense(model));
    model.overlays.push(Overlay::Form(Box::new(form)));
    vec![Effect::LoadDraft(place)]
}

/// The words for what is acted on.
fn about(targets: &[Target]) -> String {
    match targets {
        [one] => format!("{} {}", one.case, one.title),
        many => format!("{} things", many.len()),
    }
}

/// Leads an action on things to its command or its dialog.
pub fn act_on_things(model: &mut Model, id: ActionId) -> Vec<Effect> {
    use ActionId as A;
    let targets = targets(model);
    let words = about(&targets);
    let mine = |t: &Target| t.mine(model).map(|task| (t.case, task));
    match id {
        A::Accept => {
            let accept = |t: &Target| {
                let handoff = t.offered_to_me(model)?;
                Some(Command::AcceptHandoff { case: t.case, handoff, next_action: None })
            };
            let commands = targets.iter().filter_map(accept).collect::<Vec<_>>();
            many_or_now(model, "Accept", commands)
        }
        A::Decline => {
            let offered = |t: &Target| t.offered_to_me(model).map(|handoff| (t.case, handoff));
            let what = targets.iter().filter_map(offered).collect::<Vec<_>>();
            if what.is_empty() {
                let own = |t: &Target| own_offer(model, t).map(|handoff| (t.case, handoff));
                let what = targets.iter().filter_map(own).collect::<Vec<_>>();
                return open_form(model, forms::recall(what, &words));
            }
            let sender = targets.first().map(|t| t.responsible.to_string()).unwrap_or_default();
            open_form(model, forms::decline(what, &words, &sender))
        }
        A::Start => {
            let commands = targets.iter().filter_map(|t| {
                let task = t.mine(model)?;
                Some(match t.waiting {
                    true => Command::ResumeTask { case: t.case, task },
                    false => Command::StartTask { case: t.case, task },
                })
            });
            let commands = commands.collect::<Vec<_>>();
            many_or_now(model, "Start", commands)
        }
        A::HandOn => {
            let Some((case, task)) = targets.iter().find_map(mine) else { return Vec::new() };
            let Some(view) = model.case.as_ref().filter(|view| view.row.id == case) else {
                model.pending = Some(id);
                return vec![Effect::Load(Query::Case(case))];
            };
            let Some(spot) = view.spots.iter().find(|spot| spot.place.task == Some(task)) else {
                return Vec::new();
            };
            let form = forms::hand_on(view, spot, task);
            open_form(model, form)
        }
        A::Offer => {
            let open = targets.iter().filter(|t| t.kind != PlaceKind::Offered);
            let what = open.filter_map(|t| t.branch.map(|branch| (t.case, branch))).collect::<Vec<_>>();
            open_form(model, forms::offer(what, &words, ""))
        }
        A::Wait => {
            let what = targets.iter().filter(|t| !t.waiting).filter_map(mine).collect::<Vec<_>>();
            open_form(model, forms::wait(what, &words))
        }
        A::Resolve => {
            let exception =
                targets.iter().find_map(|t| t.exception.clone().map(|(n, text)| (t.case, n, text)));
            let Some((case, n, text)) = exception else { return Vec::new() };
            open_form(model, forms::resolve(case, n, &text))
        }
        A::Note => match (model.record_in_focus(), model.case_in_focus()) {
            (Some(record), _) => {
                open_form(model, forms::note(Kind::NoteRecord { record }, &record.to_string()))
            }
            (None, Some(focus)) => {
                let cases = targets.iter().map(|t| t.case).collect::<std::collections::BTreeSet<_>>();
                let cases = if cases.is_empty() { vec![focus] } else { cases.into_iter().collect() };
                open_form(model, forms::note(Kind::NoteCase { cases }, &words))
            }
            _ => Vec::new(),
        },
        A::Withdraw => {
            let Some(focus) = model.case_in_focus() else { return Vec::new() };
            let cases = targets.iter().map(|t| t.case).collect::<std::collections::BTreeSet<_>>();
            let cases = if cases.is_empty() { vec![focus] } else { cases.into_iter().collect::<Vec<_>>() };
            open_form(model, forms::withdraw(cases, &words))
        }
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
        _ => Vec::new(),
    }
}

/// One key acts at once; more than ten things ask once, with the number.
fn many_or_now(model: &mut Model, verb: &str, commands: Vec<Command>) -> Vec<Effect> {
    if commands.len() > 10 {
        let title = format!("{verb} {} things?", commands.len());
        let lines = vec!["Each is done by itself; u takes the last one back.".to_string()];
        model.overlays.push(Overlay::Question { title, lines, commands, quit: false });
        return Vec::new();
    }
    model.marks.clear();
    vec![Effect::Do(commands)]
}

/// Leads an action that makes something to its dialog.
pub fn make(model: &mut Model, id: ActionId) -> Vec<Effect> {
    use ActionId as A;
    match id {
        A::NewCase => {
            let about = model
                .record_in_focus()
                .and_then(|id| model.records.as_ref()?.iter().find(|item| item.row.id == id).cloned());
            let form = forms::new_case(&model.catalog, about.as_ref());
            let mut effects = open_form(model, form);
            effects.push(Effect::Load(Query::Records));
            effects
        }
        A::NewRecord => {
            let shown = model.records_view().and_then(|view| model.records_state.kind(&view).cloned());
            match shown.filter(|_| model.pane == Pane::Records) {
                Some(kind) => {
                    let form = forms::new_record(&kind);
                    open_form(model, form)
                }
                None => {
                    let item = |(handle, kind): (&Handle, &crate::domain::record::Kind)| Item {
                        label: handle.to_string(),
                        detail: kind.title.clone(),
                        key: String::new(),
                        possible: true,
                        pick: Pick::Kind(handle.clone()),
                    };
                    let items = model.catalog.kinds.iter().map(item).collect();
                    model.overlays.push(Overlay::Menu(Box::new(Menu::new("New record", "kind", items))));
                    Vec::new()
                }
            }
        }
        A::EditRecord => match (model.record_in_focus(), &model.record) {
            (Some(id), Some(view)) if view.row.id == id => {
                let form = forms::edit_record(view);
                open_form(model, form)
            }
            (Some(id), _) => {
                model.pending = Some(A::EditRecord);
                vec![Effect::Load(Query::Record(id))]
            }
            _ => Vec::new(),
        },
        A::AddPerson => {
            let form = forms::add_person(&model.catalog);
            open_form(model, form)
        }
        A::AddTemplate => {
            let item = |template: &crate::desk::Template| {
                let here = model.catalog.processes.keys().any(|handle| handle.as_str() == template.handle);
                let process = template.process().ok();
                Item {
                    label: process.as_ref().map_or_else(|| template.handle.to_string(), |p| p.title.clone()),
                    detail: process.map(|p| p.purpose).unwrap_or_default(),
                    key: if here { "here".to_string() } else { String::new() },
                    possible: true,
                    pick: Pick::Template(template.handle),
                }
            };
            let items = TEMPLATES.iter().map(item).collect();
            let menu = Menu::new("Start from a template", "which", items);
            model.overlays.push(Overlay::Menu(Box::new(menu)));
            Vec::new()
        }
        _ => Vec::new(),
    }
}

/// The palette: every action with its key or the reason it cannot be done, then what can be gone to.
pub fn palette(model: &Model) -> Menu {
    let action = |action: &super::action::Action| {
        let why = possible(model, action.id).err();
        Item {
            label: action.long.to_string(),
            possible: why.is_none(),
            detail: why.unwrap_or_default(),
            key: model.keymap.shown(action.id),
            pick: Pick::Action(action.id),
        }
    };
    let mut items = ACTIONS.iter().map(action).collect::<Vec<_>>();
    items.sort_by_key(|item| !item.possible);
    let go = |label: String, detail: String, pick: Pick| Item {
        label,
        detail,
        key: "open".to_string(),
        possible: true,
        pick,
    };
    for item in model.inbox.iter().flat_map(|inbox| &inbox.items) {
        items.push(go(
            format!("{} {}", item.case, item.title),
            item.step_title.clone(),
            Pick::Case(item.case),
        ));
    }
    for item in model.records.iter().flatten() {
        let detail = format!("{} {}", item.row.kind, item.row.id);
        items.push(go(item.row.name.clone(), detail, Pick::Record(item.row.id)));
    }
    for (handle, versions) in &model.catalog.processes {
        let title = versions.last().map(|p| p.title.clone()).unwrap_or_default();
        items.push(go(format!("Board {title}"), handle.to_string(), Pick::Process(handle.clone())));
    }
    Menu::new("Do", ":", items)
}

/// The help: every action under its heading, runnable.
pub fn help(model: &Model) -> Menu {
    let mut items = Vec::new();
    let mut group = None;
    let mut actions = ACTIONS.iter().collect::<Vec<_>>();
    actions.sort_by_key(|action| action.group);
    for action in actions {
        if group != Some(action.group) {
            group = Some(action.group);
            items.push(Item {
                label: action.group.title().to_string(),
                detail: String::new(),
                key: String::new(),
                possible: true,
                pick: Pick::Nothing,
            });
        }
        let keys = model.keymap.shown(action.id);
        items.push(Item {
            label: format!("{keys:<9} {}", action.long),
            detail: possible(model, action.id).err().unwrap_or_default(),
            key: String::new(),
            possible: true,
            pick: Pick::Action(action.id),
        });
    }
    for line in [
        "Marks: !! very late   ! late   ~ due soon   * marked   + news",
        "= waiting   < came back   >name offered to somebody",
    ] {
        let label = line.to_string();
        items.push(Item {
            label,
            detail: String::new(),
            key: String::new(),
            possible: true,
            pick: Pick::Nothing,
        });
    }
    Menu::new("Help", "search", items)
}
