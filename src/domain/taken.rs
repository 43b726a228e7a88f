//! Things of the catalog that go again as if they had never come: what taking back an addition needs. What
//! somebody named them in stands in the way; says where something is named and what to do instead.

use super::catalog::Catalog;
use super::event::Event;
use super::id::Handle;
use super::instant::Instant;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;

/// Something of the catalog that can be there or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    Person(Handle),
    /// The absence that begins at `from`.
    Absence {
        person: Handle,
        from: Instant,
    },
    Role(Handle),
    /// That somebody leads the role.
    Lead(Handle),
    /// With all its versions, as are a process and a kind.
    Calendar(Handle),
    Kind(Handle),
    Process(Handle),
    /// What was said of improving the process.
    Effort(Handle),
}

/// Asks for something of the catalog to go as if it had never come. Only taking back an addition asks for that.
#[derive(Debug, Clone)]
pub struct TakeAway {
    pub thing: Thing,
    /// What relies on it outside the catalog, in a sentence; the desk has looked it up.
    pub relied: Option<String>,
    /// What goes together with it, and does not count.
    pub with: Vec<Thing>,
}

impl TakeAway {
    /// Of one thing that goes by itself, with nothing known that relies on it.
    pub fn of(thing: Thing) -> TakeAway {
        TakeAway { thing, relied: None, with: Vec::new() }
    }
}

/// Keys of entries under which a word is not the handle of anything of the catalog.
const WORDS: [&str; 16] = [
    "title",
    "case_title",
    "text",
    "name",
    "reason",
    "note",
    "purpose",
    "outcome",
    "step",
    "join",
    "from_step",
    "message",
    "what",
    "tags",
    "handle",
    // What a field can be chosen from.
    "of",
];

impl Thing {
    /// What others name it by; `None` for what only it knows of.
    pub fn handle(&self) -> Option<&Handle> {
        match self {
            Thing::Person(handle)
            | Thing::Role(handle)
            | Thing::Calendar(handle)
            | Thing::Kind(handle)
            | Thing::Process(handle) => Some(handle),
            Thing::Absence { .. } | Thing::Lead(_) | Thing::Effort(_) => None,
        }
    }

    /// In words: `the role it`.
    pub fn words(&self) -> String {
        match self {
            Thing::Person(person) => person.to_string(),
            Thing::Absence { person, .. } => format!("the absence of {person}"),
            Thing::Role(role) => format!("the role {role}"),
            Thing::Lead(role) => format!("the lead of {role}"),
            Thing::Calendar(calendar) => format!("the calendar {calendar}"),
            Thing::Kind(kind) => format!("the kind {kind}"),
            Thing::Process(process) => format!("`{process}`"),
            Thing::Effort(process) => format!("what improving `{process}` costs"),
        }
    }

    /// What to do where it has to stay.
    pub fn by_hand(&self) -> String {
        match self {
            Thing::Person(person) => format!("`baton person leave {person} --plan` lets {person} go."),
            Thing::Absence { person, .. } => format!("`baton person back {person}` ends it."),
            Thing::Role(role) | Thing::Lead(role) => {
                format!("`baton role change {role} --remove PERSON` takes people out of it.")
            }
            Thing::Calendar(_) => "`baton calendar apply FILE` changes it.".to_string(),
            Thing::Kind(_) => "`baton record kind apply FILE` changes it.".to_string(),
            Thing::Process(_) => "`baton process apply FILE` publishes another version.".to_string(),
            Thing::Effort(process) => format!("`baton process effort {process} SIZE` says something else."),
        }
    }
}

/// The handles that an event, or a part of the catalog, names: also words that only look like one, so that
/// nothing that is named is taken away.
pub fn named(value: &impl Serialize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    if let Ok(value) = serde_json::to_value(value) {
        collect(&value, &mut found);
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let text = text.strip_prefix('@').unwrap_or(text);
            let text = text.strip_prefix("process:").or(text.strip_prefix("kind:")).unwrap_or(text);
            if text.parse::<Handle>().is_ok() {
                found.insert(text.to_string());
            }
        }
        Value::Array(all) => all.iter().for_each(|value| collect(value, found)),
        Value::Object(all) => {
            let means = all.iter().filter(|(key, _)| !WORDS.contains(&key.as_str()));
            means.for_each(|(_, value)| collect(value, found));
        }
        _ => {}
    }
}

impl Catalog {
    /// Whether the thing is there.
    pub fn has(&self, thing: &Thing) -> bool {
        match thing {
            Thing::Person(person) => self.people.contains_key(person),
            Thing::Absence { person, from } => self
                .people
                .get(person)
                .is_some_and(|person| person.absences.iter().any(|absence| absence.from == *from)),
            Thing::Role(role) => self.roles.contains_key(role),
            Thing::Lead(role) => self.roles.get(role).is_some_and(|role| role.lead.is_some()),
            Thing::Calendar(calendar) => self.calendars.contains_key(calendar),
            Thing::Kind(kind) => self.kinds.contains_key(kind),
            Thing::Process(process) => self.processes.contains_key(process),
            Thing::Effort(process) => self.efforts.contains_key(process),
        }
    }

    /// What of the catalog names the thing as it stands, in words; not what goes with it.
    pub fn names(&self, thing: &Thing, with: &[Thing]) -> Option<String> {
        let handle = thing.handle()?;
        let mentions = |value: &dyn Fn() -> BTreeSet<String>| value().contains(handle.as_str());
        let processes = self.processes.values().filter_map(|versions| versions.last());
        for process in processes {
            let goes = |going: &Thing| matches!(going, Thing::Process(own) if *own == process.handle);
            if !goes(thing) && !with.iter().any(goes) && mentions(&|| named(&**process)) {
                return Some(format!("`{}` names {}.", process.handle, thing.words()));
            }
        }
        let kinds = self.kinds.iter().filter(|_| matches!(thing, Thing::Kind(_)));
        for (kind, known) in kinds {
            let own = matches!(thing, Thing::Kind(own) if own == kind);
            if !own && mentions(&|| named(&known.fields)) {
                return Some(format!("The kind {kind} names {}.", thing.words()));
            }
        }
        let granted =
            |known: &super::catalog::Person| known.grants.keys().any(|area| mentions(&|| named(area)));
        if let Thing::Process(_) | Thing::Kind(_) = thing
            && let Some((person, _)) = self.people.iter().find(|(_, known)| granted(known))
        {
            return Some(format!("{person} has a permission for {}.", thing.words()));
        }
        let (person, calendar) = match thing {
            Thing::Person(person) => (Some(person), None),
            Thing::Calendar(calendar) => (None, Some(calendar)),
            _ => (None, None),
        };
        if let Some(calendar) = calendar
            && let Some((person, _)) =
                self.people.iter().find(|(_, known)| known.calendar.as_ref() == Some(calendar))
        {
            return Some(format!("{person} works by {}.", thing.words()));
        }
        if calendar.is_some() && self.settings.as_ref().map(|settings| &settings.calendar) == calendar {
            return Some(format!("Whatever names no calendar runs on {}.", thing.words()));
        }
        let person = person?;
        let in_role =
            |role: &super::catalog::Role| role.members.contains(person) || role.lead.as_ref() == Some(person);
        if let Some((role, _)) = self.roles.iter().find(|(_, known)| in_role(known)) {
            return Some(format!("{person} is in the role {role}."));
        }
        let stands_in = |known: &super::catalog::Person| {
            known.absences.iter().any(|absence| absence.substitute.as_ref() == Some(person))
        };
        let (away, _) = self.people.iter().find(|(_, known)| stands_in(known))?;
        Some(format!("{person} stands in for {away}."))
    }

    /// Takes it out. Versions of processes and calendars keep their numbers: what comes later goes on from there,
    /// and what was taken back of a case finds the version it ran on.
    pub(super) fn take_away(&mut self, thing: &Thing) {
        match thing {
            Thing::Person(person) => _ = self.people.remove(person),
            Thing::Absence { person, from } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.absences.retain(|absence| absence.from != *from);
                }
            }
            Thing::Role(role) => _ = self.roles.remove(role),
            Thing::Lead(role) => {
                if let Some(role) = self.roles.get_mut(role) {
                    role.lead = None;
                }
            }
            Thing::Calendar(calendar) => {
                if let Some(versions) = self.calendars.remove(calendar) {
                    self.taken.calendars.insert(calendar.clone(), versions);
                }
            }
            Thing::Kind(kind) => _ = self.kinds.remove(kind),
            Thing::Process(process) => {
                self.schedules.remove(process);
                if let Some(versions) = self.processes.remove(process) {
                    self.taken.processes.insert(process.clone(), versions);
                }
            }
            Thing::Effort(process) => _ = self.efforts.remove(process),
        }
    }
}

/// What an entry of the catalog is about: as long as nobody changes the same again, it can be brought back to what
/// it was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    Settings,
    /// That they are here, and when.
    Person(Handle),
    /// What they are called and where they get mail.
    Name(Handle),
    Permission(Handle, Option<super::permission::Area>),
    Role(Handle),
    Calendar(Handle),
    Kind(Handle),
    Process(Handle),
    Effort(Handle),
}

impl About {
    /// What this entry of the catalog changed; `None` for what only tells how far schedules have got.
    pub fn of(event: &Event) -> Option<About> {
        Some(match event {
            Event::SettingsChanged { .. } => About::Settings,
            Event::PersonAdded { person, .. }
            | Event::PersonLeft { person }
            | Event::PersonReturned { person }
            | Event::PersonAway { person, .. }
            | Event::AbsenceEnded { person, .. } => About::Person(person.clone()),
            Event::PersonChanged(change) => About::Name(change.person.clone()),
            Event::PermissionChanged(change) => About::Permission(change.person.clone(), change.on.clone()),
            Event::RoleAdded { role, .. } | Event::RoleChanged { role, .. } => About::Role(role.clone()),
            Event::CalendarApplied { calendar, .. } => About::Calendar(calendar.clone()),
            Event::KindApplied { kind } => About::Kind(kind.handle.clone()),
            Event::ProcessPublished { process, .. } => About::Process(process.handle.clone()),
            Event::EffortSet { process, .. } => About::Effort(process.clone()),
            Event::TakenAway { thing } => match thing.clone() {
                Thing::Person(person) | Thing::Absence { person, .. } => About::Person(person),
                Thing::Role(role) | Thing::Lead(role) => About::Role(role),
                Thing::Calendar(calendar) => About::Calendar(calendar),
                Thing::Kind(kind) => About::Kind(kind),
                Thing::Process(process) => About::Process(process),
                Thing::Effort(process) => About::Effort(process),
            },
            _ => return None,
        })
    }

    /// In words: `the role it`.
    pub fn words(&self) -> String {
        match self {
            About::Settings => "the settings".to_string(),
            About::Person(person) => format!("when {person} is here"),
            About::Name(person) => format!("what is known of {person}"),
            About::Permission(person, _) => format!("what {person} may do"),
            About::Role(role) => format!("the role {role}"),
            About::Calendar(calendar) => format!("the calendar {calendar}"),
            About::Kind(kind) => format!("the kind {kind}"),
            About::Process(process) => format!("`{process}`"),
            About::Effort(process) => format!("what improving `{process}` costs"),
        }
    }
}

/// Versions of what was taken away, by handle, oldest first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Taken {
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub calendars: std::collections::BTreeMap<Handle, Vec<std::sync::Arc<super::calendar::Calendar>>>,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub processes: std::collections::BTreeMap<Handle, Vec<std::sync::Arc<super::process::Process>>>,
}

impl Taken {
    pub fn is_empty(&self) -> bool {
        self.calendars.is_empty() && self.processes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::decide::tests::world::{company, h};
    use super::*;

    #[test]
    fn what_is_named_is_found_wherever_a_process_names_it() {
        const SALE: &str = r#"
process = "sale"
title = "it"
kind = "operational"
purpose = "it"
accountable = "@bo"
about = "customer"
[data.what]
type = "choice"
of = ["it", "hr"]
[[step]]
step = "sell"
title = "Sell"
by = "finance"
goal = "1 day"
next = { end = true }
[[ladder]]
on = "goal"
rungs = [{ at = "0", remind = "sales" }]
"#;
        let (process, problems) =
            super::super::process_check::read(SALE, &super::super::process_check::Known::default());
        let process = process.unwrap_or_else(|| panic!("{problems:?}"));
        let found = named(&process);
        for handle in ["bo", "finance", "sales", "customer"] {
            assert!(found.contains(handle), "{handle} in {found:?}");
        }
        assert!(!found.contains("it") && !found.contains("sell"), "{found:?}");
        let mut catalog = company(&[]);
        catalog.processes.insert(h("sale"), vec![process.into()]);
        for (thing, why) in [
            (Thing::Role(h("sales")), Some("`sale` names the role sales.")),
            (Thing::Person(h("bo")), Some("`sale` names bo.")),
            (Thing::Kind(h("customer")), Some("`sale` names the kind customer.")),
            (Thing::Role(h("it")), None),
            (Thing::Process(h("sale")), None),
            (Thing::Calendar(h("office")), Some("Whatever names no calendar runs on the calendar office.")),
        ] {
            assert_eq!(catalog.names(&thing, &[]).as_deref(), why, "{thing:?}");
        }
    }
}
