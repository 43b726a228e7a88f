//! Changes to the catalog: everything it names must be there, and what is there already is not made twice.

use super::super::catalog::Catalog;
use super::super::command::Command;
use super::super::event::Event;
use super::super::id::Handle;
use super::super::party::Party;
use super::super::process::Process;
use super::super::refusal::Refusal;
use super::required;

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
            let name = required(name, "The name", "Say what the person is called.")?;
            let mut events = vec![Event::PersonAdded {
                person: person.clone(),
                name,
                mail: mail.clone(),
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
            everybody_known(catalog, process)?;
            Ok(match catalog.newest(&process.handle) {
                Some((_, same)) if same == process => Vec::new(),
                newest => vec![Event::ProcessPublished {
                    version: newest.map_or(1, |(version, _)| version + 1),
                    process: process.clone(),
                }],
            })
        }
        _ => Ok(Vec::new()),
    }
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
            format!("`{}` is about a {kind}, and there is no such kind of record.", process.handle),
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
    match catalog.people.contains_key(person) {
        true => Ok(()),
        false => Err(Refusal::unknown_person(person)),
    }
}

fn known_role<'c>(catalog: &'c Catalog, role: &Handle) -> Result<&'c super::super::catalog::Role, Refusal> {
    catalog.roles.get(role).ok_or_else(|| {
        Refusal::not_found(
            format!("There is no role `{role}`."),
            format!("`baton role add {role} --member PERSON` adds it."),
        )
    })
}

fn known_calendar(catalog: &Catalog, calendar: &Handle) -> Result<(), Refusal> {
    match catalog.calendars.contains_key(calendar) {
        true => Ok(()),
        false => Err(Refusal::not_found(
            format!("There is no calendar `{calendar}`."),
            "`baton calendar apply FILE` brings calendars in.",
        )),
    }
}
