//! The places that are neither boards nor tables: a process, people, the agenda, and what is opened from them. Where
//! the person is in each, what is loaded for it, and what the keys do there. What they look like is `panes`.

use super::act;
use super::action::ActionId;
use super::model::{Model, View};
use super::msg::{Effect, Query};
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Overlay, people, places as forms};
use super::panes::sheet::{self, Link, SheetState};
use super::panes::{self, Look, Move};
use super::update::{reload, say};
use crate::desk::{Agenda, Checked, FlowView, Migrating, PersonLine, PersonView};
use crate::domain::absence::Absence;
use crate::domain::command::Command;
use crate::domain::{CaseId, Handle};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::collections::BTreeMap;

/// Which place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    Process(Handle),
    /// A version against the one before it.
    Compare {
        process: Handle,
        from: u32,
        to: u32,
    },
    /// What letting open cases run another version would do; `map` says what steps become.
    Migrate {
        process: Handle,
        from: Option<u32>,
        to: u32,
        map: Vec<(Handle, Handle)>,
    },
    /// A process file that was edited and is not published.
    Check(Handle),
    People,
    Person(Handle),
    Agenda,
}

/// What was fetched for a place.
#[derive(Debug)]
pub enum Placed {
    Flow(FlowView),
    Migrating(Migrating),
    People(Vec<PersonLine>),
    Person(PersonView),
    Agenda(Agenda),
}

/// What is loaded and where the person is.
#[derive(Debug, Default)]
pub struct Places {
    pub flow: Option<FlowView>,
    pub migrating: Option<Migrating>,
    pub checked: Option<Checked>,
    pub people: Option<Vec<PersonLine>>,
    pub person: Option<PersonView>,
    pub agenda: Option<Agenda>,
    /// How far the agenda looks.
    pub days: Option<u32>,
    process_tab: usize,
    person_tab: usize,
    states: BTreeMap<(At, usize), SheetState>,
    /// A process whose text is being published: its draft goes once that is done.
    publishing: Option<Handle>,
    /// The absence whose consequences were asked for last.
    pub(super) away: Option<(Handle, Absence)>,
}

/// How far the agenda can look.
const DAYS: [u32; 4] = [7, 14, 30, 90];

impl Places {
    /// How many days the agenda looks ahead.
    pub fn days(&self) -> u32 {
        self.days.unwrap_or(DAYS[1])
    }

    fn tab(&self, at: &At) -> usize {
        match at {
            At::Process(_) => self.process_tab,
            At::Person(_) => self.person_tab,
            _ => 0,
        }
    }

    fn tab_of(&mut self, at: &At) -> Option<(&mut usize, usize)> {
        match at {
            At::Process(_) => Some((&mut self.process_tab, panes::process::TABS.len())),
            At::Person(_) => Some((&mut self.person_tab, panes::people::TABS.len())),
            _ => None,
        }
    }

    fn key(&self, at: &At) -> (At, usize) {
        // Another map is the same plan.
        let at = match at {
            At::Migrate { process, from, to, .. } => {
                At::Migrate { process: process.clone(), from: *from, to: *to, map: Vec::new() }
            }
            other => other.clone(),
        };
        let tab = self.tab(&at);
        (at, tab)
    }

    /// Takes in what was fetched.
    pub fn take(&mut self, placed: Placed) {
        match placed {
            Placed::Flow(view) => self.flow = Some(view),
            Placed::Migrating(view) => self.migrating = Some(view),
            Placed::People(view) => self.people = Some(view),
            Placed::Person(view) => self.person = Some(view),
            Placed::Agenda(view) => self.agenda = Some(view),
        }
    }
}

/// The place on screen, where one is.
fn here(model: &Model) -> Option<&At> {
    match model.view() {
        Some(View::Place(at)) => Some(at),
        _ => None,
    }
}

/// What a place shows in so many columns; `None` until it is loaded.
fn place(model: &Model, at: &At, width: u16) -> Option<sheet::Place> {
    let places = &model.places;
    let look = Look {
        theme: &model.theme,
        now: model.now,
        zone: &model.zone,
        me: &model.me,
        marks: &model.marks,
        news: &model.news,
    };
    let tab = places.tab(at);
    Some(match at {
        At::Process(process) => {
            let view = places.flow.as_ref().filter(|view| &view.process.handle == process)?;
            panes::process::place(view, tab, width, &look)
        }
        At::Compare { process, from, to } => {
            let (old, new) = (model.catalog.process(process, *from)?, model.catalog.process(process, *to)?);
            panes::process::compare(process, (*from, old), (*to, new), width)
        }
        At::Migrate { process, to, .. } => {
            let view = places.migrating.as_ref();
            let view = view.filter(|view| &view.plan.process == process && view.plan.to == *to)?;
            panes::migrating::plan(view, width, &look)
        }
        At::Check(process) => {
            let view = places.checked.as_ref().filter(|view| &view.opened == process)?;
            panes::migrating::checked(view, width)
        }
        At::People => panes::people::everybody(places.people.as_ref()?, width, &look),
        At::Person(person) => {
            let view = places.person.as_ref().filter(|view| &view.line.handle == person)?;
            panes::people::one(view, &model.catalog, tab, width, &look)
        }
        At::Agenda => panes::agenda::place(places.agenda.as_ref()?, places.days(), width, &look),
    })
}

/// Draws the place on screen.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect, at: &At) -> Option<Position> {
    let shown = place(model, at, area.width)?;
    let unseen = SheetState::default();
    let state = model.places.states.get(&model.places.key(at)).unwrap_or(&unseen);
    sheet::draw(buffer, &model.theme, area, &shown, state)
}

/// Lets `with` change where the person is in the place on screen.
fn with_state(model: &mut Model, with: impl FnOnce(&mut SheetState, &sheet::Sheet, usize)) {
    let Some(at) = here(model).cloned() else { return };
    let area = super::draw::middle(model);
    let Some(shown) = place(model, &at, area.width) else { return };
    let lines = sheet::lines(area, !shown.tabs.is_empty());
    let key = model.places.key(&at);
    with(model.places.states.entry(key).or_default(), &shown.sheet, lines);
}

/// The cursor finds what it was on again.
pub(super) fn settle(model: &mut Model) {
    with_state(model, |state, sheet, lines| state.settle(sheet, lines));
}

/// What the cursor is on.
pub(super) fn selected_link(model: &Model) -> Option<Link> {
    selected(model)
}

fn selected(model: &Model) -> Option<Link> {
    let at = here(model)?;
    let shown = place(model, at, super::draw::middle(model).width)?;
    model.places.states.get(&model.places.key(at))?.selected(&shown.sheet).cloned()
}

/// The case the cursor is on.
pub(super) fn case_in_focus(model: &Model) -> Option<CaseId> {
    match selected(model)? {
        Link::Case(id) => Some(id),
        _ => None,
    }
}

/// The person the place is about: the one opened, or the one under the cursor.
fn person(model: &Model) -> Option<Handle> {
    match here(model)? {
        At::Person(person) => Some(person.clone()),
        At::People => match selected(model)? {
            Link::Person(person) => Some(person),
            _ => None,
        },
        _ => None,
    }
}

/// A key that moves; left and right are the tabs.
pub(super) fn moved(model: &mut Model, step: Move) {
    let Some(at) = here(model).cloned() else { return };
    match step {
        Move::Left | Move::Right => {
            if let Some((tab, len)) = model.places.tab_of(&at) {
                *tab = if step == Move::Left { tab.saturating_sub(1) } else { (*tab + 1).min(len - 1) };
            }
        }
        _ => with_state(model, |state, sheet, lines| {
            state.settle(sheet, lines);
            state.go(step, sheet);
        }),
    }
}

/// Goes to a place from anywhere: `q` leads back to the pane.
fn go(model: &mut Model, at: At) -> Vec<Effect> {
    model.views.clear();
    model.marks.clear();
    open(model, at)
}

/// Opens a place over what is there.
pub(super) fn open(model: &mut Model, at: At) -> Vec<Effect> {
    if here(model) != Some(&at) {
        model.views.push(View::Place(at));
    }
    reload(model)
}

/// The process somebody means who asks for its place: that of the case or board they are on.
fn process_meant(model: &Model) -> Option<Handle> {
    let of_case = model.loaded_case().map(|view| view.row.process.clone());
    let known = |process: &Handle| model.catalog.processes.contains_key(process);
    of_case.filter(known).or(model.process.clone())
}

/// Whether an action can be done in the place on screen; `None` where the place has no word in it.
pub(super) fn possible(model: &Model, id: ActionId) -> Option<Result<(), String>> {
    use ActionId as A;
    let at = here(model)?;
    let any = |yes: bool, why: &str| Some(if yes { Ok(()) } else { Err(why.to_string()) });
    let no_person = "nobody is selected";
    match (id, at) {
        (A::Open, At::Compare { .. }) => any(false, "there is nothing to open here"),
        (A::Open, _) => any(selected(model).is_some(), "there is nothing to open here"),
        (A::EditRecord, At::Process(_) | At::Check(_)) => Some(Ok(())),
        (A::Migrate, At::Process(process)) => {
            let versions = model.catalog.processes.get(process).map_or(0, Vec::len);
            any(versions > 1, "it has one version only")
        }
        (A::Migrate, At::Migrate { .. }) => Some(Ok(())),
        (A::OtherDown | A::OtherUp, _) => Some(Ok(())),
        (A::Wait | A::Withdraw | A::Data, At::People | At::Person(_)) => {
            any(person(model).is_some(), no_person)
        }
        (A::Start, At::People | At::Person(_)) => {
            let absent = person(model).and_then(|person| model.catalog.people.get(&person).cloned());
            let absent = absent.filter(|person| {
                person.left.is_some() || person.absences.iter().any(|absence| absence.until > model.now)
            });
            any(absent.is_some(), "they are not away")
        }
        (A::NewRecord, At::People) => Some(Ok(())),
        (A::LongerPeriod | A::ShorterPeriod, At::Agenda) => Some(Ok(())),
        (A::LongerPeriod | A::ShorterPeriod, _) => any(false, "nothing here has a period"),
        _ => None,
    }
}

/// The footer's words, where the place makes them other than the table's.
pub(super) fn words(model: &Model, id: ActionId) -> Option<&'static str> {
    use ActionId as A;
    Some(match (here(model)?, id) {
        (At::People | At::Person(_), A::Wait) => "away",
        (At::People | At::Person(_), A::Withdraw) => "leaves",
        (At::People | At::Person(_), A::Data) => "may do",
        (At::People | At::Person(_), A::Start) => "is back",
        (At::People, A::NewRecord) => "add",
        (At::Process(_) | At::Check(_), A::EditRecord) => "edit file",
        (At::Process(_), A::ChooseBoard) => "another",
        (At::Process(_) | At::Person(_), A::Right) => "tabs",
        (At::Migrate { .. } | At::Check(_), A::Open) => "do it",
        _ => return None,
    })
}

/// What the footer offers in a place, the most wanted first.
pub(super) fn hints(at: &At) -> &'static [ActionId] {
    use ActionId as A;
    match at {
        At::Process(_) => {
            &[A::Right, A::Open, A::EditRecord, A::Migrate, A::ChooseBoard, A::NewCase, A::Leave]
        }
        At::Compare { .. } => &[A::Down, A::Leave],
        At::Migrate { .. } | At::Check(_) => &[A::Open, A::EditRecord, A::Down, A::Leave],
        At::People => &[A::Open, A::Wait, A::Start, A::Data, A::Withdraw, A::NewRecord, A::Leave],
        At::Person(_) => &[A::Right, A::Open, A::Wait, A::Start, A::Data, A::Withdraw, A::Leave],
        At::Agenda => &[A::Open, A::Down, A::ShorterPeriod, A::LongerPeriod, A::Leave],
    }
}

/// Does an action that a place has a meaning for; `None` leaves it to everybody else.
pub(super) fn run(model: &mut Model, id: ActionId) -> Option<Vec<Effect>> {
    use ActionId as A;
    match id {
        A::GoAgenda => return Some(go(model, At::Agenda)),
        A::GoPeople => return Some(go(model, At::People)),
        A::GoProcess => {
            let process = process_meant(model)?;
            return Some(open(model, At::Process(process)));
        }
        _ => {}
    }
    let at = here(model).cloned()?;
    Some(match (id, &at) {
        (A::Open, _) => opened(model, &at),
        (A::NextSection, _) => turned(model, &at, true),
        (A::PreviousSection, _) => turned(model, &at, false),
        (A::OtherDown | A::OtherUp, _) => {
            let down = id == A::OtherDown;
            with_state(model, |state, sheet, _| state.scroll(down, sheet));
            Vec::new()
        }
        (A::EditRecord, At::Process(process) | At::Check(process)) => super::edit::open(model, process),
        (A::Migrate, At::Process(process)) => migrate(model, process),
        (A::Migrate, At::Migrate { .. }) => apply(model, &at),
        (A::Wait, At::People | At::Person(_)) => {
            let form = people::away(&person(model)?);
            act::open_form(model, form)
        }
        (A::Withdraw, At::People | At::Person(_)) => vec![Effect::Load(Query::Leaving(person(model)?))],
        (A::Start, At::People | At::Person(_)) => {
            vec![Effect::Do(vec![Command::ComeBack { person: person(model)? }])]
        }
        (A::Data, At::People | At::Person(_)) => {
            let form = forms::permit(&model.catalog, &person(model)?);
            act::open_form(model, form)
        }
        (A::NewRecord, At::People) => act::make(model, A::AddPerson),
        (A::LongerPeriod | A::ShorterPeriod, At::Agenda) => {
            let now = DAYS.iter().position(|days| *days == model.places.days()).unwrap_or(1);
            let next =
                if id == A::LongerPeriod { (now + 1).min(DAYS.len() - 1) } else { now.saturating_sub(1) };
            model.places.days = Some(DAYS[next]);
            reload(model)
        }
        _ => return None,
    })
}

/// The next tab, in a circle.
fn turned(model: &mut Model, at: &At, forward: bool) -> Vec<Effect> {
    if let Some((tab, len)) = model.places.tab_of(at) {
        *tab = if forward { (*tab + 1) % len } else { (*tab + len - 1) % len };
    }
    Vec::new()
}

/// Opens what the cursor is on.
fn opened(model: &mut Model, at: &At) -> Vec<Effect> {
    let Some(link) = selected(model) else { return Vec::new() };
    match (link, at) {
        (Link::Case(case), _) => super::run::picked(model, Pick::Case(case)),
        (Link::Record(record), _) => super::run::picked(model, Pick::Record(record)),
        (Link::Person(person), _) => {
            model.places.person_tab = 0;
            open(model, At::Person(person))
        }
        (Link::Process(process), _) => {
            model.places.process_tab = 0;
            open(model, At::Process(process))
        }
        (Link::Step(step), At::Process(process)) if model.places.process_tab != 1 => {
            model.places.process_tab = 1;
            let key = model.places.key(&At::Process(process.clone()));
            model.places.states.entry(key).or_default().put_on(Link::Step(step));
            Vec::new()
        }
        (Link::Step(step), At::Process(_)) => cases_at(model, &step),
        (Link::Version(version), At::Process(process)) => match version {
            0 | 1 => {
                say(model, "This is the first version: there is none to compare it with.");
                Vec::new()
            }
            _ => open(model, At::Compare { process: process.clone(), from: version - 1, to: version }),
        },
        (Link::Map(step), At::Migrate { .. }) => becomes(model, step),
        (Link::Apply, At::Migrate { .. }) => apply(model, at),
        (Link::Apply, At::Check(_)) => super::edit::publish(model),
        (Link::Number(_), At::Check(process)) => super::edit::open(model, process),
        _ => Vec::new(),
    }
}

/// Opens what a case is tied to.
pub(super) fn follow(model: &mut Model, link: Link) -> Vec<Effect> {
    match link {
        Link::Case(case) => super::run::picked(model, Pick::Case(case)),
        Link::Record(record) => super::run::picked(model, Pick::Record(record)),
        Link::Person(person) => open(model, At::Person(person)),
        Link::Process(process) => open(model, At::Process(process)),
        _ => Vec::new(),
    }
}

/// The cases that lie at a step, as a list.
fn cases_at(model: &mut Model, step: &Handle) -> Vec<Effect> {
    let Some(flow) = &model.places.flow else { return Vec::new() };
    let title = flow.process.step(step).map_or_else(|| step.to_string(), |step| step.title.clone());
    match flow.loads.get(step) {
        Some(load) => {
            let ids = load.cases.clone();
            model.views.push(View::Cases { title: format!("At {title}"), ids });
            reload(model)
        }
        None => {
            say(model, &format!("Nothing lies at {title}."));
            Vec::new()
        }
    }
}

/// From the version under the cursor, or the newest old one that cases run, to the newest.
fn migrate(model: &mut Model, process: &Handle) -> Vec<Effect> {
    let Some((newest, _)) = model.catalog.newest(process) else { return Vec::new() };
    let from = match selected(model) {
        Some(Link::Version(version)) if version != newest => Some(version),
        _ => None,
    };
    model.places.migrating = None;
    open(model, At::Migrate { process: process.clone(), from, to: newest, map: Vec::new() })
}

/// Asks what a step becomes.
fn becomes(model: &mut Model, step: Handle) -> Vec<Effect> {
    let Some(view) = &model.places.migrating else { return Vec::new() };
    let item = |target: &crate::domain::process::Step| Item {
        label: target.title.clone(),
        detail: target.handle.to_string(),
        key: String::new(),
        possible: true,
        pick: Pick::Becomes { step: step.clone(), target: target.handle.clone() },
    };
    let items = view.new.steps.iter().map(item).collect();
    let menu = Menu::new(&format!("{step} becomes"), "which", items);
    model.overlays.push(Overlay::Menu(Box::new(menu)));
    Vec::new()
}

/// What a step becomes was chosen: the plan is made anew.
pub(super) fn chosen(model: &mut Model, step: Handle, target: Handle) -> Vec<Effect> {
    if let Some(View::Place(At::Migrate { map, .. })) = model.views.last_mut() {
        map.retain(|(known, _)| *known != step);
        map.push((step, target));
    }
    reload(model)
}

/// Asks once, with the numbers, before a plan is carried out.
fn apply(model: &mut Model, _at: &At) -> Vec<Effect> {
    let Some(view) = &model.places.migrating else { return Vec::new() };
    let commands = view.commands();
    if commands.is_empty() {
        say(model, "None of these cases can be migrated like this.");
        return Vec::new();
    }
    let title = format!("Migrate {} cases to version {}?", commands.len(), view.plan.to);
    let lines = vec![
        format!("From version {}; {} stay as they are, and the list says why.", view.plan.from, view.left()),
        "Each is migrated whole or not at all; one u takes all of it back.".to_string(),
    ];
    model.overlays.push(Overlay::Question { title, lines, commands, quit: false });
    Vec::new()
}

/// These commands are on their way.
pub(super) fn sent(model: &mut Model, commands: &[Command]) {
    if commands.iter().any(|command| matches!(command, Command::PublishProcess { .. })) {
        model.places.publishing = model.places.checked.as_ref().map(|checked| checked.opened.clone());
    }
}

/// They were carried out: what was published is no draft any more, and what was a plan has happened.
pub(super) fn done(model: &mut Model) -> Vec<Effect> {
    if let Some(View::Place(At::Migrate { .. })) = model.view() {
        model.views.pop();
        return reload(model);
    }
    let Some(process) = model.places.publishing.take() else { return Vec::new() };
    model.places.checked = None;
    if let Some(View::Place(At::Check(_))) = model.view() {
        model.views.pop();
    }
    model.places.process_tab = 2;
    let place = crate::desk::draft_place(&process);
    let mut effects = vec![Effect::KeepDraft { place, text: String::new() }];
    effects.extend(reload(model));
    effects
}

/// They were refused.
pub(super) fn failed(model: &mut Model) {
    model.places.publishing = None;
}
