//! The forms of the places: somebody new, what somebody may do, and what a template asks before its process is brought in. Carries
//! nothing out.

use super::form::{Form, FormField};
use super::forms::{Kind, form};
use super::understand::Sense;
use crate::desk::{Answers, Questions};
use crate::domain::catalog::{Area, Catalog, Permission};
use crate::domain::command::Command;
use crate::domain::expectation;
use crate::domain::permission::PermissionChange;
use crate::domain::process::{Improve, Process};
use crate::domain::promise::{FOR_EXAMPLE, Rhythm, review_of};
use crate::domain::review::Verdict;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Goal, Handle};

/// Which of them it is, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceForm {
    Permit {
        person: Handle,
    },
    /// What they are called, and where and when they work.
    Person {
        person: Handle,
    },
    Template {
        template: &'static str,
        asks: Box<Questions>,
    },
    /// A process of one's own, from an empty sheet.
    Blank {
        me: Handle,
    },
    /// What a review comes to.
    Verdict {
        process: Handle,
        case: CaseId,
    },
    /// What a new version promises.
    Publish {
        process: Handle,
        version: u32,
    },
}

impl PlaceForm {
    /// Where its draft is kept.
    pub fn place(&self) -> String {
        match self {
            PlaceForm::Permit { person } => format!("permit {person}"),
            PlaceForm::Person { person } => format!("person {person}"),
            PlaceForm::Template { template, .. } => format!("template {template}"),
            PlaceForm::Blank { .. } => "blank-process".to_string(),
            PlaceForm::Verdict { process, .. } => format!("verdict {process}"),
            PlaceForm::Publish { process, version } => format!("publish {process} {version}"),
        }
    }
}

/// What a new version is measured by, what is expected of it, and when that is looked at: as its text has it.
pub fn publish(process: &Process, version: u32, changes: usize) -> Form {
    let known = process.improve.as_ref();
    let of = |known: Option<&String>, unless: &str| known.map_or(unless, String::as_str).to_string();
    let fields = vec![
        FormField::text("metric", "Measured by", &of(known.map(|known| &known.metric), "cycle time p85")),
        FormField::text("expect", "Expected", &of(known.and_then(|known| known.expect.as_ref()), "")),
        FormField::text("review", "Review", &of(known.map(|known| &known.review), FOR_EXAMPLE)),
    ];
    let handle = process.handle.clone();
    let kind = Kind::Place(PlaceForm::Publish { process: handle.clone(), version });
    let mut form = form(format!("Publish {handle} as version {version}"), "publish", kind, fields);
    let things = if changes == 1 { "One change".to_string() } else { format!("{changes} changes") };
    form.notes.push(format!("{things}. Cases that begin from now on run it; open ones stay until migrated."));
    form.notes.push("Without a measure it is published and never reviewed.".to_string());
    form.focus = usize::from(form.value("expect").is_empty());
    form
}

/// What the review of a version comes to, beside the numbers it is decided by.
pub fn verdict(
    process: &Handle,
    (case, version): (CaseId, u32),
    verdicts: &[Verdict],
    numbers: &[String],
) -> Form {
    let of = |verdict: &Verdict| {
        let detail = match verdict {
            Verdict::Keep => "it stays as it is",
            Verdict::Revert => "the version before comes back",
            Verdict::Extend => "too early to say: the next review asks again",
        };
        (verdict.word().to_string(), format!("{}: {detail}", verdict.word()))
    };
    let verdicts = verdicts.iter().map(of);
    let verdict = FormField::undecided("verdict", "Verdict", verdicts.collect());
    let fields = vec![verdict, FormField::text("reason", "Why", "")];
    let kind = Kind::Place(PlaceForm::Verdict { process: process.clone(), case });
    let title = format!("Review of {process}, version {version}");
    let mut form = form(title, "end the review", kind, fields);
    form.notes.extend(numbers.iter().cloned());
    form
}

/// What was promised; `None` for a version that is not measured.
pub fn promised(form: &Form, sense: &Sense<'_>) -> Result<Option<Improve>, (usize, String)> {
    let (metric, expect) = (form.value("metric"), form.value("expect"));
    if metric.is_empty() {
        return Ok(None);
    }
    if expect.is_empty() {
        return Err((1, "Say what it shall be like, such as below 5 days.".to_string()));
    }
    let review = review(&form.value("review"), sense).map_err(|why| (2, why))?;
    if let Some(meant) = expectation::meant(&metric) {
        return Err((0, format!("Nothing measures this. Did you mean {meant}?")));
    }
    // Other words are for whoever reviews.
    let judged = expectation::unmeasured(&metric).is_some();
    let improve = Improve { metric, judged, expect: Some(expect), review };
    match expectation::unread(&improve).filter(|_| !judged) {
        Some(_) => Err((1, "Say a bound, such as below 5 days, or above 90%.".to_string())),
        None => Ok(Some(improve)),
    }
}

fn review(text: &str, sense: &Sense<'_>) -> Result<String, String> {
    review_of(text, sense.now, |text| sense.until(text).ok())
        .ok_or_else(|| "a date, every 30 days, or FREQ=MONTHLY;BYDAY=1MO".to_string())
}

/// Somebody new.
pub fn add_person(catalog: &Catalog) -> Form {
    let levels = Permission::ALL.iter().rev().map(|(_, word)| ((*word).to_string(), (*word).to_string()));
    let mut permission = FormField::choice("permission", "May", levels.collect());
    permission.fill("member");
    let fields = vec![
        FormField::text("handle", "Handle", ""),
        FormField::text("name", "Name", ""),
        FormField::text("mail", "Mail", ""),
        FormField::text("roles", "Roles", ""),
        permission,
    ];
    let mut form = form("Add a person".to_string(), "add", Kind::AddPerson, fields);
    let roles = catalog.roles.keys().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    if !roles.is_empty() {
        form.notes.push(format!("Roles: {roles}."));
    }
    form
}

/// What somebody may do, and where.
pub fn permit(catalog: &Catalog, person: &Handle) -> Form {
    let known = catalog.people.get(person);
    let general = known.map_or(Permission::Viewer, |person| person.permission);
    let words = |permission: Permission| permission.word().to_string();
    let mut levels =
        Permission::ALL.iter().map(|(_, word)| (word.to_string(), word.to_string())).collect::<Vec<_>>();
    levels.push(("default".to_string(), "as in general".to_string()));
    let mut level = FormField::choice("permission", "May", levels);
    level.fill(&words(general));
    let fields = vec![FormField::text("where", "Where", ""), level];
    let kind = Kind::Place(PlaceForm::Permit { person: person.clone() });
    let mut form = form(format!("What {person} may do"), "save", kind, fields);
    form.notes.push(format!("In general: {}.", words(general)));
    for (area, permission) in known.into_iter().flat_map(|person| &person.grants) {
        form.notes.push(format!("For {}: {}.", area.words(), permission.word()));
    }
    let admins = catalog.admins().map(Handle::as_str).collect::<Vec<_>>().join(", ");
    form.notes.push(format!("Only admins change this: {admins}."));
    form
}

/// How the field of the zone is called that a new file takes.
pub const ZONE: &str = "zone";

/// What is said of people where nobody is known yet.
pub(super) const NEW_PEOPLE: &str =
    "Nobody else is here yet: whoever you name is added, by one short word such as bob.";

/// Asks for the zone of a new file: promises count on it, and the machine's may be that of a server far away.
pub(super) fn zone_of_new(zone: Option<&Zone>) -> Option<FormField> {
    zone.map(|zone| FormField::proposal(ZONE, "Times in", zone.name()))
}

/// What a template asks: who each role is, and how long things may take; of a new file its `zone` as well.
pub fn template(catalog: &Catalog, name: &'static str, process: &Process, zone: Option<&Zone>) -> Form {
    let asks = Questions::of(process);
    let mut fields = Vec::from_iter(zone_of_new(zone));
    for (role, _) in &asks.roles {
        let members = catalog.roles.get(role).into_iter().flat_map(|role| &role.members);
        let members = members.map(Handle::as_str).collect::<Vec<_>>().join(", ");
        fields.push(FormField::text(&format!("role {role}"), role.as_str(), &members));
    }
    for (n, (_, words, goal)) in asks.goals.iter().enumerate() {
        fields.push(FormField::text(&format!("goal {n}"), words, &goal.to_string()));
    }
    let kind = Kind::Place(PlaceForm::Template { template: name, asks: Box::new(asks) });
    let mut form = form(format!("Start {}", process.title), "bring it in", kind, fields);
    form.notes.push("Who does what, and how long it may take. An empty role is yours.".to_string());
    form.notes.extend(zone.map(|_| NEW_PEOPLE.to_string()));
    form
}

/// What a field of these forms is understood as, or what is wrong; `None` for fields of other forms.
pub(super) fn echo(kind: &Kind, field: &FormField, sense: &Sense<'_>) -> Option<Result<String, String>> {
    let kind = match kind {
        Kind::Place(kind) => kind,
        Kind::AddPerson => return Some(super::person::echo(field, sense)),
        _ => return None,
    };
    let text = field.value();
    Some(match kind {
        PlaceForm::Permit { .. } => match field.name.as_str() {
            "where" => area(&text, sense).map(|area| match area {
                None => "in general; or a process or kind".to_string(),
                Some(area) => format!("-> {}", area.words()),
            }),
            _ => Ok(String::new()),
        },
        PlaceForm::Person { .. } => super::person::echo(field, sense),
        PlaceForm::Template { .. } | PlaceForm::Blank { .. } if field.name == ZONE => match text.trim() {
            "" => Err("such as Europe/Oslo".to_string()),
            text => super::person::zone_said(text, sense).map(|(_, now)| format!("{now} there now")),
        },
        PlaceForm::Blank { .. } => super::blank::echo(field, sense),
        PlaceForm::Verdict { .. } => Ok(String::new()),
        PlaceForm::Publish { .. } => match (field.name.as_str(), text.as_str()) {
            ("metric", "") => Ok("not measured, and never reviewed".to_string()),
            ("review", text) => review(text, sense).map(|written| {
                let zone = sense.catalog.own_calendar().map(|calendar| calendar.zone().clone());
                let first = Rhythm::read(&written)
                    .and_then(|rhythm| rhythm.next(&zone.unwrap_or_else(Zone::utc), sense.now, sense.now));
                first.map(|at| format!("-> {}", sense.catalog.shown(at, sense.now))).unwrap_or_default()
            }),
            _ => Ok(String::new()),
        },
        PlaceForm::Template { asks, .. } => match (field.name.strip_prefix("role "), text.as_str()) {
            (Some(role), "") => {
                let does = asks.roles.iter().find(|(known, _)| known.as_str() == role);
                Ok(format!("you; {}", does.map(|(_, does)| does.join(", ")).unwrap_or_default()))
            }
            (Some(_), text) => members(text, sense).map(|people| {
                let names = people.iter().map(|person| match sense.catalog.people.contains_key(person) {
                    true => format!("@{person}"),
                    false => format!("@{person} (new)"),
                });
                let names = names.collect::<Vec<_>>();
                format!("-> {}", names.join(" "))
            }),
            (None, "") => Ok("as the template has it".to_string()),
            (None, text) => text.parse::<Goal>().map(|goal| format!("-> {goal}")).map_err(|e| e.to_string()),
        },
    })
}

/// A process or a kind of record by the beginning of its name; `None` for in general.
fn area(text: &str, sense: &Sense<'_>) -> Result<Option<Area>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(area) = text.parse::<Area>() {
        return Ok(Some(area));
    }
    let kind = sense.catalog.kinds.keys().find(|kind| kind.as_str() == text);
    match (sense.process(text), kind) {
        (_, Some(kind)) => Ok(Some(Area::Kind(kind.clone()))),
        (Ok(process), None) => Ok(Some(Area::Process(process.clone()))),
        (Err(why), None) => Err(why),
    }
}

fn members(text: &str, sense: &Sense<'_>) -> Result<Vec<Handle>, String> {
    let names = text.split([',', ' ']).filter(|name| !name.is_empty());
    let person = |name: &str| {
        let party = sense.party_or_new(name)?;
        party.person().cloned().ok_or_else(|| format!("{name} is a role; name people"))
    };
    names.map(person).collect()
}

/// The command of the form, or the field that is wrong and why.
pub(super) fn commands(
    form: &Form,
    kind: &PlaceForm,
    sense: &Sense<'_>,
) -> Result<Vec<Command>, (usize, String)> {
    match kind {
        PlaceForm::Permit { person } => {
            let on = area(&form.value("where"), sense).map_err(|why| (0, why))?;
            let word = form.value("permission");
            let permission = Permission::ALL.iter().find(|(_, known)| *known == word);
            let permission = permission.map(|(permission, _)| *permission);
            if on.is_none() && permission.is_none() {
                return Err((
                    1,
                    "Say what they may do in general, or where it is to be as in general.".to_string(),
                ));
            }
            Ok(vec![Command::ChangePermission(PermissionChange { person: person.clone(), on, permission })])
        }
        PlaceForm::Person { person } => super::person::commands(form, person, sense.catalog),
        // Not a list of commands but one act: whoever submits it says so.
        PlaceForm::Template { .. } => Ok(Vec::new()),
        PlaceForm::Blank { me } => super::blank::typed(form, me, sense).map(|_| Vec::new()),
        PlaceForm::Publish { .. } => promised(form, sense).map(|_| Vec::new()),
        PlaceForm::Verdict { .. } if Verdict::of(&form.value("verdict")).is_none() => {
            Err((0, "Say what it comes to.".to_string()))
        }
        PlaceForm::Verdict { .. } => match form.value("reason").is_empty() {
            true => Err((1, "Say why; it stays with the review.".to_string())),
            false => Ok(Vec::new()),
        },
    }
}

/// What was answered to a template.
pub fn answers(form: &Form, asks: &Questions, sense: &Sense<'_>) -> Answers {
    let mut answers = Answers { zone: form.value(ZONE).parse().ok(), ..Answers::default() };
    for (role, _) in &asks.roles {
        let text = form.value(&format!("role {role}"));
        if let Some(people) = members(&text, sense).ok().filter(|people| !people.is_empty()) {
            answers.members.insert(role.clone(), people);
        }
    }
    for (n, (of, _, goal)) in asks.goals.iter().enumerate() {
        let said = form.value(&format!("goal {n}")).parse::<Goal>().ok();
        if let Some(said) = said.filter(|said| said != goal) {
            answers.goals.push((of.clone(), said));
        }
    }
    answers
}
