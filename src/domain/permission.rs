//! What a person may do, in general and in one area: a process or a kind of record. Says what holds; which
//! command needs what is in `decide::permit`.

use super::catalog::{Catalog, Person};
use super::id::Handle;
use super::party::Party;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What a person may do; each includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Look.
    Viewer,
    /// Work: cases, what is offered to them, records.
    Member,
    /// Steer the work of others and define how it goes.
    Lead,
    /// People, permissions, settings, imports. Holds for the whole file only.
    Admin,
}

impl Permission {
    /// All of them, with their words.
    pub const ALL: [(Permission, &'static str); 4] = [
        (Permission::Viewer, "viewer"),
        (Permission::Member, "member"),
        (Permission::Lead, "lead"),
        (Permission::Admin, "admin"),
    ];

    /// The word in files, commands and on screen.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(permission, _)| *permission == self).map_or("", |(_, word)| word)
    }
}

/// Where a permission of its own can hold. In text `process:sale` or `kind:customer`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Area {
    /// A process with all its versions and cases.
    Process(Handle),
    /// A kind of record with all its records.
    Kind(Handle),
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Area::Process(process) => f.pad(&format!("process:{process}")),
            Area::Kind(kind) => f.pad(&format!("kind:{kind}")),
        }
    }
}

impl Area {
    /// In words: `process sale`.
    pub fn words(&self) -> String {
        match self {
            Area::Process(process) => format!("process {process}"),
            Area::Kind(kind) => format!("kind {kind}"),
        }
    }
}

impl FromStr for Area {
    type Err = String;

    fn from_str(text: &str) -> Result<Area, String> {
        let handle = |text: &str| text.parse::<Handle>().map_err(|e| e.to_string());
        match text.split_once(':') {
            Some(("process", process)) => handle(process).map(Area::Process),
            Some(("kind", kind)) => handle(kind).map(Area::Kind),
            _ => Err(format!("`{}` is neither a process nor a kind of record", text.escape_debug())),
        }
    }
}

impl TryFrom<String> for Area {
    type Error = String;

    fn try_from(text: String) -> Result<Area, String> {
        text.parse()
    }
}

impl From<Area> for String {
    fn from(area: Area) -> String {
        area.to_string()
    }
}

/// Another permission for a person: in general, or in one area. None takes what an area had of its own away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionChange {
    pub person: Handle,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Area>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permission: Option<Permission>,
}

/// What is said of a person anew: name, mail, and where, when and under which accounts they work. An empty mail takes the
/// mail away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChange {
    pub person: Handle,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// The name of a zone; an empty one is the company's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// A calendar; an empty one is the company's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Accounts they work under from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logins: Vec<String>,
    /// Accounts they work under no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logins_gone: Vec<String>,
}

impl PersonChange {
    /// A change of nothing yet.
    pub fn of(person: Handle) -> PersonChange {
        let (logins, logins_gone) = (Vec::new(), Vec::new());
        PersonChange { person, name: None, mail: None, zone: None, calendar: None, logins, logins_gone }
    }

    /// Whether it would change nothing.
    pub fn is_empty(&self) -> bool {
        *self == PersonChange::of(self.person.clone())
    }

    /// What is other now: `zone = Europe/Lisbon, login asmith`.
    pub fn words(&self) -> String {
        let or = |text: &String, none: &str| if text.is_empty() { none.to_string() } else { text.clone() };
        let mut parts = self.name.iter().map(|name| format!("name = {name}")).collect::<Vec<_>>();
        parts.extend(self.mail.iter().map(|mail| format!("mail = {}", or(mail, "none"))));
        parts.extend(self.zone.iter().map(|zone| format!("zone = {}", or(zone, "the company's"))));
        parts.extend(self.calendar.iter().map(|name| format!("calendar = {}", or(name, "the company's"))));
        parts.extend(self.logins.iter().map(|login| format!("login {login}")));
        parts.extend(self.logins_gone.iter().map(|login| format!("no more login {login}")));
        parts.join(", ")
    }

    /// Carries it out.
    pub(super) fn apply(&self, person: &mut Person) {
        if let Some(name) = &self.name {
            person.name.clone_from(name);
        }
        if let Some(mail) = &self.mail {
            person.mail = Some(mail.clone()).filter(|mail| !mail.is_empty());
        }
        if let Some(zone) = &self.zone {
            // A zone that another version of the list of zones had is the company's here.
            person.zone = zone.parse().ok();
        }
        if let Some(calendar) = &self.calendar {
            person.calendar = Handle::from_text(calendar);
        }
        person.logins.extend(self.logins.iter().cloned());
        person.logins.retain(|login| !self.logins_gone.contains(login));
    }
}

impl Catalog {
    /// The person's general permission; somebody unknown may look.
    pub fn permission(&self, person: &Handle) -> Permission {
        self.people.get(person).map_or(Permission::Viewer, |p| p.permission)
    }

    /// The person's permission in an area. An admin is one everywhere; whoever is accountable for a process
    /// leads it; else what was granted there counts, and where nothing was, the general permission.
    pub fn permission_on(&self, person: &Handle, area: &Area) -> Permission {
        let Some(known) = self.people.get(person) else { return Permission::Viewer };
        if known.permission == Permission::Admin {
            return Permission::Admin;
        }
        let here = known.grants.get(area).copied().unwrap_or(known.permission);
        let accountable = match area {
            Area::Process(process) => self.newest(process).map(|(_, process)| &process.accountable),
            Area::Kind(_) => None,
        };
        match accountable.is_some_and(|party| self.includes(party, person)) {
            true => here.max(Permission::Lead),
            false => here,
        }
    }

    /// Whether somebody may work on a case of this process, for which this party answers.
    pub fn may_work(&self, person: &Handle, process: &Handle, accountable: &Party) -> bool {
        self.includes(accountable, person)
            || self.permission_on(person, &Area::Process(process.clone())) >= Permission::Member
    }

    /// The admins who work here, in order of handle.
    pub fn admins(&self) -> impl Iterator<Item = &Handle> {
        let admin = |p: &Person| p.permission == Permission::Admin && p.left.is_none();
        self.people.iter().filter(move |(_, p)| admin(p)).map(|(handle, _)| handle)
    }

    /// Who leads in an area, or in general, and works here, without the admins, in order of handle.
    pub fn leads<'c>(&'c self, area: Option<&'c Area>) -> impl Iterator<Item = &'c Handle> {
        let lead = move |person: &Handle| match area {
            Some(area) => self.permission_on(person, area) == Permission::Lead,
            None => self.permission(person) == Permission::Lead,
        };
        self.people.keys().filter(move |person| self.works_here(person) && lead(person))
    }
}
