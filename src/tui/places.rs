//! The places that are neither boards nor tables: a process, people, the agenda, and what is opened from them. Where the
//! person is in each, and what is loaded for it. What the keys do there is `place_keys`, what they look like `panes`.

use super::model::{Model, View};
use super::panes::sheet::{self, Link, SheetState};
use super::panes::{self, Look, Move};
use crate::desk::{Agenda, Checked, FlowView, Migrating, PersonLine, PersonView};
use crate::domain::absence::Absence;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant};
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

impl At {
    /// Where that is, in a word.
    pub fn word(&self) -> &'static str {
        match self {
            At::Process(_) | At::Compare { .. } | At::Migrate { .. } | At::Check(_) => "Process",
            At::People | At::Person(_) => "People",
            At::Agenda => "Agenda",
        }
    }
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
    /// How often an agenda came.
    came: u64,
    /// The agenda as lines, and of what they were made: a long one takes longer to make than a key may.
    made: Option<(Made, sheet::Place)>,
    pub(super) process_tab: usize,
    pub(super) person_tab: usize,
    pub(super) states: BTreeMap<(At, usize), SheetState>,
    /// A process whose text is being published: its draft goes once that is done.
    pub(super) publishing: Option<Handle>,
    /// The absence whose consequences were asked for last.
    pub(super) away: Option<(Handle, Absence)>,
}

/// How far the agenda can look.
pub(super) const DAYS: [u32; 4] = [7, 14, 30, 90];

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

    pub(super) fn tab_of(&mut self, at: &At) -> Option<(&mut usize, usize)> {
        match at {
            At::Process(_) => Some((&mut self.process_tab, panes::process::TABS.len())),
            At::Person(_) => Some((&mut self.person_tab, panes::people::TABS.len())),
            _ => None,
        }
    }

    pub(super) fn key(&self, at: &At) -> (At, usize) {
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
            Placed::Agenda(view) => {
                self.agenda = Some(view);
                self.came += 1;
            }
        }
    }
}

/// The place on screen, where one is.
pub(super) fn here(model: &Model) -> Option<&At> {
    match model.view() {
        Some(View::Place(at)) => Some(at),
        _ => None,
    }
}

/// What the lines of an agenda are made of: which, how far it looks, how wide it is, and when and where it is read.
#[derive(Debug, PartialEq)]
struct Made {
    came: u64,
    days: u32,
    width: u16,
    now: Instant,
    zone: Zone,
}

impl Made {
    fn of(model: &Model, width: u16) -> Made {
        let (places, zone) = (&model.places, model.zone.clone());
        Made { came: places.came, days: places.days(), width, now: model.now, zone }
    }
}

/// What a place shows in so many columns; `None` until it is loaded.
pub(super) fn place(model: &Model, at: &At, width: u16) -> Option<sheet::Place> {
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
    let unseen = SheetState::default();
    let state = model.places.states.get(&model.places.key(at)).unwrap_or(&unseen);
    let made = model.places.made.as_ref().filter(|_| *at == At::Agenda);
    match made.filter(|(of, _)| *of == Made::of(model, area.width)) {
        Some((_, shown)) => sheet::draw(buffer, &model.theme, area, shown, state),
        None => sheet::draw(buffer, &model.theme, area, &place(model, at, area.width)?, state),
    }
}

/// Lets `with` change where the person is in the place on screen.
pub(super) fn with_state(model: &mut Model, with: impl FnOnce(&mut SheetState, &sheet::Sheet, usize)) {
    let Some(at) = here(model).cloned() else { return };
    let area = super::draw::middle(model);
    let of = Made::of(model, area.width);
    let made = model.places.made.take_if(|(known, _)| at == At::Agenda && *known == of);
    let Some(shown) = made.map(|(_, shown)| shown).or_else(|| place(model, &at, area.width)) else { return };
    let lines = sheet::lines(area, !shown.tabs.is_empty());
    let key = model.places.key(&at);
    with(model.places.states.entry(key).or_default(), &shown.sheet, lines);
    if at == At::Agenda {
        model.places.made = Some((of, shown));
    }
}

/// The cursor finds what it was on again.
pub(super) fn settle(model: &mut Model) {
    with_state(model, |state, sheet, lines| state.settle(sheet, lines));
}

/// What the cursor is on, as of when the place was settled: asked of every key there is for each frame, and a place may
/// have a thousand lines.
pub(super) fn selected(model: &Model) -> Option<Link> {
    let at = here(model)?;
    model.places.states.get(&model.places.key(at)).filter(|_| is_loaded(model, at))?.selected().cloned()
}

/// Whether what a place shows is there.
fn is_loaded(model: &Model, at: &At) -> bool {
    let places = &model.places;
    match at {
        At::Process(process) => places.flow.as_ref().is_some_and(|view| &view.process.handle == process),
        At::Compare { .. } => true,
        At::Migrate { process, to, .. } => {
            let of = |view: &Migrating| &view.plan.process == process && view.plan.to == *to;
            places.migrating.as_ref().is_some_and(of)
        }
        At::Check(process) => places.checked.as_ref().is_some_and(|view| &view.opened == process),
        At::People => places.people.is_some(),
        At::Person(person) => places.person.as_ref().is_some_and(|view| &view.line.handle == person),
        At::Agenda => places.agenda.is_some(),
    }
}

/// The case the cursor is on.
pub(super) fn case_in_focus(model: &Model) -> Option<CaseId> {
    match selected(model)? {
        Link::Case(id) | Link::Branch(id, _) => Some(id),
        _ => None,
    }
}

/// The branch the cursor is on, where its line is about one.
pub(super) fn branch_in_focus(model: &Model) -> Option<(CaseId, u32)> {
    match selected(model)? {
        Link::Branch(case, branch) => Some((case, branch)),
        _ => None,
    }
}

/// The person the place is about: the one opened, or the one under the cursor.
pub(super) fn person(model: &Model) -> Option<Handle> {
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
