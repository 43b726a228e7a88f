//! People and roles.

use super::absence::{self, Away};
use super::args_more::{PersonVerb, RoleVerb, SetPerson};
use super::print::{Facts, Table, Wall};
use super::receipt;
use super::session::{Session, Work, not_found};
use crate::desk::Error;
use crate::domain::Handle;
use crate::domain::catalog::{Area, Catalog, Person, Role};
use crate::domain::command::Command;
use crate::domain::nearest::nearest;
use crate::domain::permission::{PermissionChange, PersonChange};
use crate::domain::zone::Zone;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub fn person(s: &mut Session, verb: PersonVerb) -> Result<(), Error> {
    match verb {
        PersonVerb::Add { handle, name, mail, permission, role } => {
            let mut work = s.make()?;
            let name = name.map_or_else(|| handle.to_string(), |name| name.trim().to_string());
            let command = Command::AddPerson { person: handle, name, mail, permission, roles: role };
            receipt::run(s, &mut work, &command)
        }
        PersonVerb::Change(set) => {
            let mut work = s.change()?;
            let SetPerson { handle, name, mail, zone, calendar, login, remove_login } = set;
            let change = PersonChange {
                name: name.map(|name| name.trim().to_string()),
                mail,
                zone,
                calendar,
                logins: login,
                logins_gone: remove_login,
                ..PersonChange::of(work.person(&handle)?)
            };
            receipt::run(s, &mut work, &Command::ChangePerson(change))
        }
        PersonVerb::Permit { handle, permission, process, kind } => {
            let mut work = s.change()?;
            let on = process.map(Area::Process).or(kind.map(Area::Kind));
            let change = PermissionChange { person: work.person(&handle)?, on, permission: permission.0 };
            receipt::run(s, &mut work, &Command::ChangePermission(change))
        }
        PersonVerb::List => {
            let mut work = s.look()?;
            let (catalog, wall) = (work.catalog()?, work.wall());
            let mut table = Table::new(&["PERSON", "NAME", "PERMISSION", "ROLES", "MAIL", "AWAY"]);
            let mut rows = Vec::new();
            for (handle, person) in &catalog.people {
                let roles = roles_of(&catalog, handle);
                let mail = person.mail.clone().unwrap_or_default();
                let permissions = permissions(person);
                let away = absence::standing(&catalog, handle, person, &wall);
                table.row([handle.as_str(), &person.name, &permissions, &roles.join(", "), &mail, &away]);
                rows.push(person_json(&catalog, handle, person, &wall));
            }
            s.list(&table, rows, "There is nobody here yet. `baton person add HANDLE NAME` adds somebody.");
            Ok(())
        }
        PersonVerb::Show { handle } => show_person(s, &handle),
        PersonVerb::Away { handle, from, until, substitute, note, dry_run } => {
            absence::away(s, Away { handle, from, until, substitute, note, dry_run })
        }
        PersonVerb::Back { handle } => {
            let mut work = s.change()?;
            let person = work.person(&handle)?;
            receipt::run(s, &mut work, &Command::ComeBack { person })
        }
        PersonVerb::Leave { handle, plan, apply } => absence::leave(s, &handle, plan, apply.as_deref()),
    }
}

/// Somebody of this file; a near name is offered for any other.
pub fn must_be_known(work: &mut Work, handle: &Handle) -> Result<(), Error> {
    let catalog = work.catalog()?;
    if catalog.people.contains_key(handle) {
        return Ok(());
    }
    let hint = match nearest(handle.as_str(), catalog.people.keys().map(Handle::as_str)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "`baton person list` shows who there is.".to_string(),
    };
    Err(not_found(format!("`{handle}` is nobody here."), hint))
}

fn show_person(s: &mut Session, handle: &str) -> Result<(), Error> {
    let mut work = s.look()?;
    let handle = &work.person(handle)?;
    let catalog = work.catalog()?;
    must_be_known(&mut work, handle)?;
    let Some(person) = catalog.people.get(handle) else { return Ok(()) };
    let stands_in = catalog.stands_in_for(handle, work.now).map(ToString::to_string).collect::<Vec<_>>();
    let tasks = work.desk.tasks(None, Some(handle))?;
    let offers = work.desk.handoffs(None)?;
    let offers = offers.iter().filter(|h| catalog.includes(&h.to, handle)).collect::<Vec<_>>();
    let ids = |ids: Vec<String>| ids.join(", ");
    let load = work.desk.people(work.now)?.into_iter().find(|line| &line.handle == handle);
    let (open, late) = load.map_or((0, 0), |line| (line.open, line.late));
    let words = match open {
        0 => String::new(),
        open => {
            format!("{open}, {late} late: what they are responsible for, accepted or still on offer by them")
        }
    };
    let mut facts = Facts::default();
    facts
        .add("person", handle.as_str())
        .add("name", &person.name)
        .add("mail", person.mail.as_deref().unwrap_or_default())
        .add("permission", permissions(person))
        .add("zone", person.zone.as_ref().map(Zone::name).unwrap_or_default())
        .add("calendar", person.calendar.as_ref().map(Handle::as_str).unwrap_or_default())
        .add("logins", person.logins.iter().cloned().collect::<Vec<_>>().join(", "))
        .add("roles", roles_of(&catalog, handle).join(", "))
        .add("away", absence::standing(&catalog, handle, person, &work.wall()))
        .add("stands in", stands_in.join(", "))
        .add("open", words)
        .add("in hand", ids(tasks.iter().map(|task| task.id.to_string()).collect()))
        .add("offered", ids(offers.iter().map(|h| h.id.to_string()).collect()))
        .add("", if offers.is_empty() { "" } else { "to them or to a role of theirs, to be accepted" });
    let mut value = person_json(&catalog, handle, person, &work.wall());
    value["stands_in_for"] = json!(stands_in);
    value["open"] = json!(open);
    value["late"] = json!(late);
    value["tasks"] = tasks.iter().map(|task| task.id.to_string()).collect();
    value["offered"] = offers.iter().map(|h| h.id.to_string()).collect();
    s.one(&facts, &value);
    Ok(())
}

/// `viewer; member for process sale`.
fn permissions(person: &Person) -> String {
    let grants =
        person.grants.iter().map(|(area, permission)| format!("{} for {}", permission.word(), area.words()));
    let general = person.permission.word().to_string();
    std::iter::once(general).chain(grants).collect::<Vec<_>>().join("; ")
}

fn roles_of(catalog: &Catalog, person: &Handle) -> Vec<String> {
    catalog.roles_of(person).map(ToString::to_string).collect()
}

fn person_json(catalog: &Catalog, handle: &Handle, person: &Person, wall: &Wall<'_>) -> Value {
    json!({
        "person": handle.as_str(),
        "name": person.name,
        "mail": person.mail,
        "permission": person.permission.word(),
        "grants": person.grants.iter().map(|(area, permission)| (area.to_string(), permission.word())).collect::<BTreeMap<_, _>>(),
        "roles": roles_of(catalog, handle),
        "zone": person.zone.as_ref().map(Zone::name),
        "calendar": person.calendar.as_ref().map(Handle::as_str),
        "logins": person.logins,
        "absence": absence::standing_json(person, wall),
    })
}

pub fn role(s: &mut Session, verb: RoleVerb) -> Result<(), Error> {
    match verb {
        RoleVerb::Add { handle, title, member, lead } => {
            let mut work = s.make()?;
            let title = title.unwrap_or_else(|| handle.to_string());
            let member = work.people(&member)?;
            let lead = work.people(&lead)?.pop();
            receipt::run(s, &mut work, &Command::AddRole { role: handle, title, members: member, lead })
        }
        RoleVerb::Change { handle, add, remove, lead } => {
            let mut work = s.change()?;
            let (add, remove) = (work.people(&add)?, work.people(&remove)?);
            let lead = work.people(&lead)?.pop();
            receipt::run(s, &mut work, &Command::ChangeRole { role: handle, add, remove, lead })
        }
        RoleVerb::List => {
            let catalog = s.look()?.catalog()?;
            let mut table = Table::new(&["ROLE", "TITLE", "LEAD", "MEMBERS"]);
            for (handle, role) in &catalog.roles {
                let lead = role.lead.as_ref().map(ToString::to_string).unwrap_or_default();
                table.row([handle.as_str(), &role.title, &lead, &members(role).join(", ")]);
            }
            let rows = catalog.roles.iter().map(|(handle, role)| role_json(handle, role)).collect();
            s.list(&table, rows, "There are no roles yet. `baton role add ROLE --member PERSON` adds one.");
            Ok(())
        }
        RoleVerb::Show { handle } => {
            let catalog = s.look()?.catalog()?;
            let Some(role) = catalog.roles.get(&handle) else {
                let hint = match nearest(handle.as_str(), catalog.roles.keys().map(Handle::as_str)) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => "`baton role list` shows them.".to_string(),
                };
                return Err(not_found(format!("There is no role `{handle}`."), hint));
            };
            let mut facts = Facts::default();
            facts
                .add("role", handle.as_str())
                .add("title", &role.title)
                .add("lead", role.lead.as_ref().map(ToString::to_string).unwrap_or_default())
                .add("members", members(role).join(", "));
            s.one(&facts, &role_json(&handle, role));
            Ok(())
        }
    }
}

fn members(role: &Role) -> Vec<String> {
    role.members.iter().map(ToString::to_string).collect()
}

fn role_json(handle: &Handle, role: &Role) -> Value {
    json!({
        "role": handle.as_str(),
        "title": role.title,
        "lead": role.lead.as_ref().map(ToString::to_string),
        "members": members(role),
    })
}
