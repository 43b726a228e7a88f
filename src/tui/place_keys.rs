//! What the keys do in the places: where they lead, what is opened from a line, and what is asked before a plan is
//! carried out. Translates only; whether it may be done is the domain's to say.

use super::act;
use super::action::ActionId;
use super::model::{Model, View};
use super::msg::{Effect, Query};
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Overlay, people, places as forms};
use super::panes::sheet::Link;
use super::places::{At, DAYS, here, person, selected, with_state};
use super::update::{reload, say};
use crate::domain::Handle;
use crate::domain::command::Command;
use crate::domain::counted::counted;

/// Goes to a place from anywhere: `q` leads back to the pane.
fn go(model: &mut Model, at: At) -> Vec<Effect> {
    model.views.clear();
    model.unmark();
    open(model, at)
}

/// Opens a place over what is there.
pub(super) fn open(model: &mut Model, at: At) -> Vec<Effect> {
    super::going::open(model, View::Place(at))
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
        (A::Wait | A::Withdraw | A::Data | A::EditRecord, At::People | At::Person(_)) => {
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
        (A::Copy, At::People | At::Person(_)) => any(person(model).is_some(), no_person),
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
        (At::People | At::Person(_), A::EditRecord) => "change",
        (At::People | At::Person(_), A::Start) => "is back",
        (At::People, A::NewRecord) => "add",
        (At::Process(_) | At::Check(_), A::EditRecord) => "edit file",
        (At::Process(_), A::ChooseBoard) => "another",
        (At::Process(_) | At::Person(_), A::Right) => "tabs",
        (At::Check(_), A::Open) => match selected(model) {
            Some(Link::Apply) => "publish",
            _ => "to the line",
        },
        (At::Migrate { .. }, A::Open) => "do it",
        _ => return None,
    })
}

/// The words of help and palette, where the place makes them other than the table's.
pub(super) fn long(model: &Model, id: ActionId) -> Option<&'static str> {
    use ActionId as A;
    Some(match (here(model)?, id) {
        (At::People | At::Person(_), A::Wait) => "Say that somebody is away, until when and who stands in",
        (At::People | At::Person(_), A::Withdraw) => "Somebody leaves: all they hold goes to others",
        (At::People | At::Person(_), A::Data) => "Say what somebody may do",
        (At::People | At::Person(_), A::EditRecord) => "Change name, mail, hours and logins of somebody",
        (At::People | At::Person(_), A::Start) => "Somebody is back",
        (At::People, A::NewRecord) => "Add somebody",
        (At::Process(_) | At::Check(_), A::EditRecord) => "Edit the file of the process",
        (At::Process(_), A::ChooseBoard) => "Look at another process",
        (At::Check(_), A::Open) => "Publish it, or go to the line that is wrong",
        (At::Migrate { .. }, A::Open) => "Do it, or say what a step becomes",
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
        At::People => {
            &[A::Open, A::Wait, A::Start, A::Data, A::EditRecord, A::Withdraw, A::NewRecord, A::Leave]
        }
        At::Person(_) => &[
            A::Right,
            A::Open,
            A::Accept,
            A::Offer,
            A::Wait,
            A::Start,
            A::Data,
            A::EditRecord,
            A::Withdraw,
            A::Leave,
        ],
        At::Agenda => &[
            A::Open,
            A::Accept,
            A::HandOn,
            A::Start,
            A::Wait,
            A::Offer,
            A::Note,
            A::Why,
            A::ShorterPeriod,
            A::LongerPeriod,
            A::Leave,
        ],
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
        (A::EditRecord, At::People | At::Person(_)) => {
            let form = super::overlays::person::person(&model.catalog, &person(model)?);
            act::open_form(model, form)
        }
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
        (A::NewRecord, At::People) => super::making::make(model, A::AddPerson),
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
        (Link::Case(case) | Link::Branch(case, _), _) => super::run::picked(model, Pick::Case(case)),
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
        Link::Case(case) | Link::Branch(case, _) => super::run::picked(model, Pick::Case(case)),
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
            super::going::open(model, View::Cases { title: format!("At {title}"), ids })
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
    let title = format!("Migrate {} to version {}?", counted(commands.len(), "case"), view.plan.to);
    let lines = vec![
        match view.left() {
            0 => format!("From version {}, all of them.", view.plan.from),
            1 => format!("From version {}; one stays as it is, and the list says why.", view.plan.from),
            left => {
                format!("From version {}; {left} stay as they are, and the list says why.", view.plan.from)
            }
        },
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
    let checked = model.places.checked.take();
    if let Some(View::Place(At::Check(_))) = model.view() {
        model.views.pop();
    }
    model.places.process_tab = super::panes::process::VERSIONS;
    // Its versions are asked for anew, and the cursor waits for the one that came.
    model.places.flow = None;
    if let Some(checked) = checked {
        let key = model.places.key(&At::Process(process.clone()));
        model.places.states.entry(key).or_default().put_on(Link::Version(checked.version));
    }
    let place = crate::desk::draft_place(&process);
    let mut effects = vec![Effect::KeepDraft { place, text: String::new() }];
    effects.extend(reload(model));
    effects
}

/// They were refused.
pub(super) fn failed(model: &mut Model) {
    model.places.publishing = None;
}
