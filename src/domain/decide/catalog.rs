//! Changes to the catalog: everything it names must be there, and what is there already is not made twice.

use super::super::catalog::{Area, Catalog, Permission, Person};
use super::super::command::Command;
use super::super::counted::one;
use super::super::event::Event;
use super::super::id::Handle;
use super::super::party::Party;
use super::super::permission::PermissionChange;
use super::super::process::Process;
use super::super::record::FieldType;
use super::super::refusal::Refusal;
use super::super::review::REVIEW;
use super::required;

/// What to know of a role and a person who have one name.
pub(super) fn one_name(catalog: &Catalog, event: &Event) -> Option<String> {
    let (name, other) = match event {
        Event::RoleAdded { role, .. } => (role, catalog.people.contains_key(role).then_some("person")?),
        Event::PersonAdded { person, .. } => (person, catalog.roles.contains_key(person).then_some("role")?),
        _ => return None,
    };
    Some(format!(
        "There is a {other} `{name}` too: work is offered to the role as `{name}` and to the person as `@{name}`, and a \
         note that says `@{name}` tells the person."
    ))
}

pub(super) fn decide(catalog: &Catalog, command: &Command) -> Result<Vec<Event>, Refusal> {
    match command {
        Command::ChangeSettings { settings } => {
            required(&settings.company, "The name of the company", "Say what the company is called.")?;
            let code = &settings.currency;
            if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
                return Err(Refusal::invalid(
                    format!("`{}` is not a currency.", code.escape_debug()),
                    "Write three capital letters, such as EUR.",
                ));
            }
            known_calendar(catalog, &settings.calendar)?;
            Ok(match &catalog.settings {
                Some(same) if same == settings => Vec::new(),
                _ => vec![Event::SettingsChanged { settings: settings.clone() }],
            })
        }
        Command::AddPerson { person, name, mail, permission, roles } => {
            if catalog.people.contains_key(person) {
                return Err(Refusal::not_now(
                    format!("`{person}` is here already."),
                    "`baton person list` shows who is; choose another handle for somebody else.",
                ));
            }
            if catalog.people.is_empty() && *permission != Permission::Admin {
                return Err(Refusal::invalid(
                    "The first person of a file is its admin.",
                    "Nobody else could let others in; add them as admin.",
                ));
            }
            let name = name_of(name)?;
            let mut events = vec![Event::PersonAdded {
                person: person.clone(),
                name,
                mail: mail.as_deref().map(mail_of).transpose()?,
                permission: *permission,
            }];
            for role in roles {
                known_role(catalog, role)?;
                events.push(Event::RoleChanged {
                    role: role.clone(),
                    add: vec![person.clone()],
                    remove: Vec::new(),
                    lead: None,
                });
            }
            Ok(events)
        }
        Command::ChangePerson(change) => super::person::change(catalog, change),
        Command::ChangePermission(change) => permission(catalog, change),
        Command::AddRole { role, title, members, lead } => {
            if catalog.roles.contains_key(role) {
                return Err(Refusal::not_now(
                    format!("There is a role `{role}` already."),
                    format!("Change it: `baton role change {role} --add PERSON`."),
                ));
            }
            if role.as_str() == "contact" {
                return Err(Refusal::invalid(
                    "`contact` means the outside contact of a record.",
                    "Choose another name for the role.",
                ));
            }
            for person in members.iter().chain(lead) {
                working_person(catalog, person)?;
            }
            let title = required(title, "The title", "Say what the role is called.")?;
            Ok(vec![Event::RoleAdded {
                role: role.clone(),
                title,
                members: members.clone(),
                lead: lead.clone(),
            }])
        }
        Command::ChangeRole { role, add, remove, lead } => {
            let known = known_role(catalog, role)?;
            for person in add.iter().chain(lead) {
                working_person(catalog, person)?;
            }
            for person in remove {
                known_person(catalog, person)?;
            }
            let add = add.iter().filter(|p| !known.members.contains(*p)).cloned().collect::<Vec<_>>();
            let remove = remove.iter().filter(|p| known.members.contains(*p)).cloned().collect::<Vec<_>>();
            let lead = lead.clone().filter(|lead| known.lead.as_ref() != Some(lead));
            if add.is_empty() && remove.is_empty() && lead.is_none() {
                return Ok(Vec::new());
            }
            Ok(vec![Event::RoleChanged { role: role.clone(), add, remove, lead }])
        }
        Command::ApplyCalendar { calendar, definition } => Ok(match catalog.newest_calendar(calendar) {
            Some((_, same)) if same == definition => Vec::new(),
            _ => vec![Event::CalendarApplied { calendar: calendar.clone(), definition: definition.clone() }],
        }),
        Command::ApplyKind { kind } => Ok(match catalog.kinds.get(&kind.handle) {
            Some(same) if same == kind => Vec::new(),
            _ => vec![Event::KindApplied { kind: kind.clone() }],
        }),
        Command::PublishProcess { process } => {
            if process.handle.as_str() == super::super::free::AD_HOC {
                return Err(Refusal::invalid(
                    "`ad-hoc` is what cases without a process are of.",
                    "Choose another name for the process.",
                ));
            }
            everybody_known(catalog, process)?;
            Ok(match catalog.newest(&process.handle) {
                Some((_, same)) if same == process => Vec::new(),
                newest => vec![Event::ProcessPublished {
                    version: newest.map_or_else(
                        || catalog.taken.processes.get(&process.handle).map_or(0, Vec::len) as u32,
                        |(version, _)| version,
                    ) + 1,
                    process: process.clone(),
                }],
            })
        }
        Command::SetEffort { process, effort } => {
            if catalog.newest(process).is_none() {
                return Err(Refusal::no_process(process, catalog));
            }
            Ok(match catalog.efforts.get(process) {
                Some(same) if same == effort => Vec::new(),
                _ => vec![Event::EffortSet { process: process.clone(), effort: *effort }],
            })
        }
        Command::NoteSchedule { process, schedule, at, times, outcome } => {
            let later = match schedule.as_str() {
                REVIEW => catalog.reviews.get(process).is_none_or(|run| *at > run.done_until()),
                _ => {
                    let known = catalog.schedules.get(process).and_then(|of| of.get(schedule));
                    known.is_some_and(|run| *at > run.done_until() || run.refused.contains(at))
                }
            };
            Ok(match later {
                true => vec![Event::ScheduleRan {
                    process: process.clone(),
                    schedule: schedule.clone(),
                    at: *at,
                    times: *times,
                    outcome: outcome.clone(),
                }],
                false => Vec::new(),
            })
        }
        _ => Ok(Vec::new()),
    }
}

/// The mail address of a person, checked as that of a record is.
pub(super) fn mail_of(mail: &str) -> Result<String, Refusal> {
    match FieldType::Email.read("mail", mail, "") {
        Ok(_) => Ok(mail.trim().to_string()),
        Err(error) => Err(Refusal::invalid(error.message, error.hint)),
    }
}

/// A name as it is: a log tells two people apart by the spaces around theirs, so nothing is taken off.
pub(super) fn name_of(name: &str) -> Result<String, Refusal> {
    let of_spaces = !name.is_empty() && name.trim().is_empty();
    if !of_spaces {
        required(name, "The name", "Say what the person is called.")?;
    }
    Ok(name.to_string())
}

/// Another permission, in general or in one area. Somebody must be left who can change it back.
fn permission(catalog: &Catalog, change: &PermissionChange) -> Result<Vec<Event>, Refusal> {
    let PermissionChange { person, on, permission } = change;
    let known = the_person(catalog, person)?;
    let same = match on {
        None => {
            let Some(permission) = permission else {
                return Err(Refusal::invalid(
                    format!("{person} needs some permission in general."),
                    "Say which: viewer, member, lead or admin; or name a process or a kind of record.",
                ));
            };
            let only = catalog.admins().eq([person]);
            if only && *permission != Permission::Admin {
                return Err(Refusal::not_now(
                    format!("{person} is the only admin."),
                    "Make somebody else one first: `baton person permit PERSON admin`.",
                ));
            }
            known.permission == *permission
        }
        Some(area) => {
            // What is taken away may be for something that is no longer there.
            if permission.is_some() {
                known_area(catalog, area)?;
            }
            if *permission == Some(Permission::Admin) {
                return Err(Refusal::invalid(
                    "An admin is one of the whole file.",
                    "A lead there can do everything that is done there.",
                ));
            }
            if permission.is_some() && known.permission == Permission::Admin {
                return Err(Refusal::not_now(
                    format!("{person} is an admin, and may do everything everywhere."),
                    format!("Lower that first: `baton person permit {person} member`."),
                ));
            }
            known.grants.get(area) == permission.as_ref()
        }
    };
    Ok(if same { Vec::new() } else { vec![Event::PermissionChanged(change.clone())] })
}

fn known_area(catalog: &Catalog, area: &Area) -> Result<(), Refusal> {
    let (what, handle, known) = match area {
        Area::Process(process) => ("process", process, catalog.processes.keys().collect::<Vec<_>>()),
        Area::Kind(kind) => ("kind of record", kind, catalog.kinds.keys().collect::<Vec<_>>()),
    };
    if known.contains(&handle) {
        return Ok(());
    }
    if matches!(area, Area::Process(process) if process.as_str() == super::super::free::AD_HOC) {
        return Err(Refusal::invalid(
            "Cases without a process go by the general permission.",
            "Leave `--process` out, or let the work have a process of its own.",
        ));
    }
    let names = known.iter().map(|known| known.as_str());
    let hint = match super::super::nearest::nearest(handle.as_str(), names.clone()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("There is: {}.", names.collect::<Vec<_>>().join(", ")),
    };
    Err(Refusal::not_found(format!("There is no {what} `{handle}`."), hint))
}

/// A process can only run when the parties, the calendar and the kind it names are there.
fn everybody_known(catalog: &Catalog, process: &Process) -> Result<(), Refusal> {
    let performers = process.steps.iter().filter_map(|step| step.by.party());
    for party in performers.chain([&process.accountable]) {
        match party {
            Party::Person(person) => working_person(catalog, person)?,
            Party::Role(role) => {
                known_role(catalog, role)?;
            }
            Party::Contact => {}
        }
    }
    if let Some(calendar) = &process.calendar {
        known_calendar(catalog, calendar)?;
    }
    match &process.about {
        Some(kind) if !catalog.kinds.contains_key(kind) => Err(Refusal::not_found(
            format!(
                "`{}` is about {}, and there is no such kind of record.",
                process.handle,
                one(kind.as_str())
            ),
            "`baton record kind apply FILE` brings a kind in.",
        )),
        _ => Ok(()),
    }
}

/// Somebody who can be given something: known, and has not left.
pub(super) fn working_person(catalog: &Catalog, person: &Handle) -> Result<(), Refusal> {
    match catalog.has_left(person) {
        true => Err(Refusal::has_left(person)),
        false => known_person(catalog, person),
    }
}

fn known_person(catalog: &Catalog, person: &Handle) -> Result<(), Refusal> {
    the_person(catalog, person).map(|_| ())
}

pub(super) fn the_person<'c>(catalog: &'c Catalog, person: &Handle) -> Result<&'c Person, Refusal> {
    catalog.people.get(person).ok_or_else(|| Refusal::unknown_person(person))
}

fn known_role<'c>(catalog: &'c Catalog, role: &Handle) -> Result<&'c super::super::catalog::Role, Refusal> {
    catalog.roles.get(role).ok_or_else(|| {
        Refusal::not_found(
            format!("There is no role `{role}`."),
            format!("`baton role add {role} --member PERSON` adds it."),
        )
    })
}

pub(super) fn known_calendar(catalog: &Catalog, calendar: &Handle) -> Result<(), Refusal> {
    match catalog.calendars.contains_key(calendar) {
        true => Ok(()),
        false => Err(Refusal::not_found(
            format!("There is no calendar `{calendar}`."),
            "`baton calendar apply FILE` brings calendars in.",
        )),
    }
}
