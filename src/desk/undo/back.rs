//! The commands that bring a thing of the catalog back to what it was. Looks at nothing but the two catalogs.

use crate::domain::absence::Absence;
use crate::domain::catalog::{Catalog, Person};
use crate::domain::command::{Command, TakeAway};
use crate::domain::permission::{PermissionChange, PersonChange};
use crate::domain::taken::{About, Thing};
use crate::domain::{Handle, Instant};

/// The commands that make of one thing what it was before.
pub(super) fn bring_back(about: &About, now: &Catalog, before: &Catalog, at: Instant) -> Vec<Command> {
    let gone = |thing: Thing| vec![Command::TakeAway(TakeAway::of(thing))];
    match about {
        About::Settings => match &before.settings {
            Some(settings) => vec![Command::ChangeSettings { settings: settings.clone() }],
            None => Vec::new(),
        },
        About::Person(person) => match (now.people.get(person), before.people.get(person)) {
            (Some(_), None) => gone(Thing::Person(person.clone())),
            (known, Some(was)) => person_back(person, known, was, at),
            (None, None) => Vec::new(),
        },
        About::Name(person) => before
            .people
            .get(person)
            .map_or_else(Vec::new, |was| vec![known_as(person, now.people.get(person), was)]),
        About::Permission(person, on) => before.people.get(person).map_or_else(Vec::new, |was| {
            let permission = match on {
                Some(area) => was.grants.get(area).copied(),
                None => Some(was.permission),
            };
            vec![Command::ChangePermission(PermissionChange {
                person: person.clone(),
                on: on.clone(),
                permission,
            })]
        }),
        About::Role(role) => match (now.roles.get(role), before.roles.get(role)) {
            (Some(_), None) => gone(Thing::Role(role.clone())),
            (Some(known), Some(was)) => {
                let mut commands = vec![Command::ChangeRole {
                    role: role.clone(),
                    add: was.members.difference(&known.members).cloned().collect(),
                    remove: known.members.difference(&was.members).cloned().collect(),
                    lead: was.lead.clone(),
                }];
                if was.lead.is_none() {
                    commands.extend(gone(Thing::Lead(role.clone())));
                }
                commands
            }
            (None, Some(was)) => vec![Command::AddRole {
                role: role.clone(),
                title: was.title.clone(),
                members: was.members.iter().cloned().collect(),
                lead: was.lead.clone(),
            }],
            (None, None) => Vec::new(),
        },
        About::Calendar(calendar) => match before.newest_calendar(calendar) {
            None => gone(Thing::Calendar(calendar.clone())),
            Some((_, was)) => {
                vec![Command::ApplyCalendar { calendar: calendar.clone(), definition: was.clone() }]
            }
        },
        About::Kind(kind) => match before.kinds.get(kind) {
            None => gone(Thing::Kind(kind.clone())),
            Some(was) => vec![Command::ApplyKind { kind: was.clone() }],
        },
        About::Process(process) => match before.newest(process) {
            None => gone(Thing::Process(process.clone())),
            Some((_, was)) => vec![Command::PublishProcess { process: was.clone() }],
        },
        About::Effort(process) => match before.efforts.get(process) {
            None => gone(Thing::Effort(process.clone())),
            Some(effort) => vec![Command::SetEffort { process: process.clone(), effort: *effort }],
        },
    }
}

/// What is known of somebody beside what they may do and when they are away, as it was.
fn known_as(person: &Handle, known: Option<&Person>, was: &Person) -> Command {
    let logins = known.map(|known| known.logins.clone()).unwrap_or_default();
    Command::ChangePerson(PersonChange {
        person: person.clone(),
        name: Some(was.name.clone()),
        mail: Some(was.mail.clone().unwrap_or_default()),
        zone: Some(was.zone.as_ref().map(|zone| zone.name().to_string()).unwrap_or_default()),
        calendar: Some(was.calendar.as_ref().map(ToString::to_string).unwrap_or_default()),
        logins: was.logins.difference(&logins).cloned().collect(),
        logins_gone: logins.difference(&was.logins).cloned().collect(),
    })
}

/// Somebody who is here, or was: what they were, and when they are away.
fn person_back(person: &Handle, known: Option<&Person>, was: &Person, at: Instant) -> Vec<Command> {
    let mut commands = Vec::new();
    match known {
        None => {
            commands.push(Command::AddPerson {
                person: person.clone(),
                name: was.name.clone(),
                mail: was.mail.clone(),
                permission: was.permission,
                roles: Vec::new(),
            });
            commands.push(known_as(person, None, was));
            commands.extend(was.grants.iter().map(|(area, permission)| {
                let (on, permission) = (Some(area.clone()), Some(*permission));
                Command::ChangePermission(PermissionChange { person: person.clone(), on, permission })
            }));
        }
        Some(known) if known.left.is_some() && was.left.is_none() => {
            commands.push(Command::ComeBack { person: person.clone() });
        }
        Some(known) if known.left.is_none() && was.left.is_some() => {
            commands.push(Command::Leave { person: person.clone(), homeless: Vec::new() });
            return commands;
        }
        Some(_) => {}
    }
    let absences = known.map(|known| known.absences.as_slice()).unwrap_or_default();
    // What is over cannot be put back: what stands in its place ends now, where it is not over as well.
    let over = |absence: &&Absence| absence.until <= at;
    let mut ends = absences.iter().filter(|absence| !was.absences.contains(absence) && absence.covers(at));
    if ends.any(|absence: &Absence| was.absences.iter().filter(over).any(|old| old.overlaps(absence))) {
        commands.push(Command::ComeBack { person: person.clone() });
    }
    let superfluous = absences.iter().filter(|absence| !was.absences.iter().any(|old| old.overlaps(absence)));
    commands.extend(superfluous.map(|absence| {
        let thing = Thing::Absence { person: person.clone(), from: absence.from };
        Command::TakeAway(TakeAway::of(thing))
    }));
    let missing = was.absences.iter().filter(|absence| absence.until > at && !absences.contains(absence));
    commands
        .extend(missing.map(|absence| Command::SetAway { person: person.clone(), absence: absence.clone() }));
    commands
}
