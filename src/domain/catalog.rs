//! The catalog: people, roles, calendars, kinds and processes, one subject for all of them. Everything else
//! refers to it by handle and version. Applies events; does not decide.

use super::absence::Absence;
use super::calendar::Calendar;
use super::event::{Entry, Event};
use super::free::{AD_HOC_VERSION, ad_hoc};
use super::id::Handle;
use super::instant::Instant;
use super::own_time::Reader;
use super::party::Party;
use super::process::Process;
use super::rank::Effort;
use super::record::Kind;
use super::review::REVIEW;
use super::schedule::{self, Schedule, ScheduleOutcome, ScheduleRun};
use super::taken::Taken;
use super::zone::Zone;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use super::permission::{Area, Permission};

/// What holds for the whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Name of the company.
    pub company: String,
    /// The calendar of processes that name none; its zone is the zone of the screens.
    pub calendar: Handle,
    /// Three letters; completes an amount written without one.
    pub currency: String,
}

/// Somebody of the company.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    pub permission: Permission,
    /// Where another permission holds than the general one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grants: BTreeMap<Area, Permission>,
    /// Past, present and planned, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<Absence>,
    /// When they left for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Instant>,
    /// Where they are, where that is not where the company is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// When they work, where that is not when the company does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<Handle>,
    /// Accounts of operating systems they work under; each is of one person.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub logins: BTreeSet<String>,
}

impl Person {
    /// Somebody new, here from now on.
    pub fn new(name: String, mail: Option<String>, permission: Permission) -> Person {
        Person {
            name,
            mail,
            permission,
            grants: BTreeMap::new(),
            absences: Vec::new(),
            left: None,
            zone: None,
            calendar: None,
            logins: BTreeSet::new(),
        }
    }
}

/// A named set of people that can be offered work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub title: String,
    pub members: BTreeSet<Handle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Handle>,
}

/// The applied state of all catalog entries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Catalog {
    /// Sequence number of the last entry applied; 0 for an empty file.
    pub seq: i64,
    pub settings: Option<Settings>,
    pub people: BTreeMap<Handle, Person>,
    pub roles: BTreeMap<Handle, Role>,
    /// Versions from 1, oldest first.
    pub calendars: BTreeMap<Handle, Vec<Arc<Calendar>>>,
    pub kinds: BTreeMap<Handle, Kind>,
    /// Versions from 1, oldest first.
    pub processes: BTreeMap<Handle, Vec<Arc<Process>>>,
    /// How far the schedules of the newest versions have got, by process and name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub schedules: BTreeMap<Handle, BTreeMap<Handle, ScheduleRun>>,
    /// The last review of each process that had one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reviews: BTreeMap<Handle, ScheduleRun>,
    /// How much work it would be to improve a process, where somebody judged it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub efforts: BTreeMap<Handle, Effort>,
    /// What was taken away again; its versions stand before those that come later under the same handle.
    #[serde(default, skip_serializing_if = "Taken::is_empty")]
    pub taken: Taken,
    /// Who looks at this copy: no part of what is true.
    #[serde(skip)]
    pub reader: Option<Reader>,
}

/// Names, those that several things have each with what tells it apart.
pub fn told_apart<K: Ord + std::fmt::Display>(mut names: BTreeMap<K, String>) -> BTreeMap<K, String> {
    let mut times = BTreeMap::<String, usize>::new();
    for name in names.values() {
        *times.entry(name.clone()).or_default() += 1;
    }
    for (key, name) in &mut names {
        if times.get(name).is_some_and(|times| *times > 1) {
            *name = format!("{name} ({key})");
        }
    }
    names
}

impl Catalog {
    /// Takes in one entry. Entries of other subjects and unknown handles change nothing.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        match &entry.event {
            Event::SettingsChanged { settings } => self.settings = Some(settings.clone()),
            Event::PersonAdded { person, name, mail, permission } => {
                let known = Person::new(name.clone(), mail.clone(), *permission);
                self.people.insert(person.clone(), known);
            }
            Event::PersonAway { person, absence } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.absences.retain(|known| !known.overlaps(absence));
                    person.absences.push(absence.clone());
                    person.absences.sort_by_key(|known| known.from);
                }
            }
            Event::AbsenceEnded { person, from } => {
                if let Some(person) = self.people.get_mut(person) {
                    for known in person.absences.iter_mut().filter(|known| known.from == *from) {
                        known.until = known.until.min(entry.at);
                    }
                    person.absences.retain(|known| known.from < known.until);
                }
            }
            Event::PersonLeft { person } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.left = Some(entry.at);
                    person.absences.clear();
                }
            }
            Event::PersonReturned { person } => {
                if let Some(person) = self.people.get_mut(person) {
                    person.left = None;
                }
            }
            Event::PersonChanged(change) => {
                if let Some(person) = self.people.get_mut(&change.person) {
                    change.apply(person);
                }
            }
            Event::PermissionChanged(change) => {
                if let Some(person) = self.people.get_mut(&change.person) {
                    match (&change.on, change.permission) {
                        (Some(area), Some(permission)) => {
                            person.grants.insert(area.clone(), permission);
                        }
                        (Some(area), None) => {
                            person.grants.remove(area);
                        }
                        (None, Some(permission)) => person.permission = permission,
                        (None, None) => {}
                    }
                }
            }
            Event::RoleAdded { role, title, members, lead } => {
                let members = members.iter().cloned().collect();
                self.roles.insert(role.clone(), Role { title: title.clone(), members, lead: lead.clone() });
            }
            Event::RoleChanged { role, add, remove, lead } => {
                if let Some(role) = self.roles.get_mut(role) {
                    role.members.extend(add.iter().cloned());
                    role.members.retain(|member| !remove.contains(member));
                    if lead.is_some() {
                        role.lead.clone_from(lead);
                    }
                }
            }
            Event::CalendarApplied { calendar, definition } => {
                let taken = &mut self.taken.calendars;
                let versions = self.calendars.entry(calendar.clone());
                versions
                    .or_insert_with(|| taken.remove(calendar).unwrap_or_default())
                    .push(definition.clone());
            }
            Event::KindApplied { kind } => {
                self.kinds.insert(kind.handle.clone(), kind.clone());
            }
            Event::ProcessPublished { process, .. } => {
                self.begin_schedules(process, entry);
                let taken = &mut self.taken.processes;
                let versions = self.processes.entry(process.handle.clone());
                versions
                    .or_insert_with(|| taken.remove(&process.handle).unwrap_or_default())
                    .push(process.clone());
            }
            Event::TakenAway { thing } => self.take_away(thing),
            Event::EffortSet { process, effort } => {
                self.efforts.insert(process.clone(), *effort);
            }
            Event::ScheduleRan { process, schedule, at, outcome, .. } if schedule.as_str() == REVIEW => {
                let known = self.reviews.get(process).and_then(|run| run.case);
                let case = match outcome {
                    ScheduleOutcome::Started(case) => Some(*case),
                    _ => known,
                };
                let run =
                    ScheduleRun { since: *at, last: Some((*at, outcome.clone())), case, refused: Vec::new() };
                self.reviews.insert(process.clone(), run);
            }
            Event::ScheduleRan { process, schedule, at, outcome, .. } => {
                let run = self.schedules.get_mut(process).and_then(|of| of.get_mut(schedule));
                if let Some(run) = run {
                    run.note(*at, outcome);
                }
            }
            _ => {}
        }
        self.read_again();
    }

    /// A schedule whose times are those of the version before goes on; any other begins to count.
    fn begin_schedules(&mut self, process: &Process, entry: &Entry) {
        let before = self.newest(&process.handle).map(|(_, process)| process.clone());
        let known = self.schedules.remove(&process.handle).unwrap_or_default();
        let mut runs = BTreeMap::new();
        for (n, schedule) in process.schedules.iter().enumerate() {
            let Some(name) = schedule::name(n) else { continue };
            let same = |old: &&Schedule| old.every == schedule.every && old.at == schedule.at;
            let goes_on = before.as_ref().and_then(|old| old.schedules.get(n)).filter(same);
            let known = known.get(&name);
            let run = goes_on.and(known).cloned();
            // Whatever its times are, the case it started last may still be open.
            let case = known.and_then(|run| run.case);
            runs.insert(
                name,
                run.unwrap_or(ScheduleRun { since: entry.at, last: None, case, refused: Vec::new() }),
            );
        }
        if !runs.is_empty() {
            self.schedules.insert(process.handle.clone(), runs);
        }
    }

    /// Every schedule of the newest versions: process, name, schedule and how far it has got.
    pub fn scheduled(&self) -> impl Iterator<Item = (&Arc<Process>, &Handle, &Schedule, &ScheduleRun)> {
        self.schedules.iter().flat_map(move |(process, runs)| {
            let process = self.newest(process).map(|(_, process)| process);
            process.into_iter().flat_map(move |process| {
                let named = process.schedules.iter().enumerate();
                named.filter_map(move |(n, schedule)| {
                    let (name, run) = runs.get_key_value(&schedule::name(n)?)?;
                    Some((process, name, schedule, run))
                })
            })
        })
    }

    /// The zone of the calendar a process runs on; UTC where there is none.
    pub fn zone_of(&self, process: &Process) -> Zone {
        let calendar = self.calendar_of(process).and_then(|name| self.newest_calendar(&name).map(|(_, c)| c));
        calendar.map_or_else(Zone::utc, |calendar| calendar.zone().clone())
    }

    /// The newest version of a process, with its number.
    pub fn newest(&self, process: &Handle) -> Option<(u32, &Arc<Process>)> {
        let versions = self.processes.get(process)?;
        Some((versions.len() as u32, versions.last()?))
    }

    /// One version of a process, from 1; version 0 is the built-in one of cases without a process.
    pub fn process(&self, process: &Handle, version: u32) -> Option<&Arc<Process>> {
        if version == AD_HOC_VERSION {
            return ad_hoc().filter(|built_in| &built_in.handle == process);
        }
        let versions = self.processes.get(process).or_else(|| self.taken.processes.get(process));
        versions?.get((version as usize).checked_sub(1)?)
    }

    /// The newest version of a calendar, with its number.
    pub fn newest_calendar(&self, calendar: &Handle) -> Option<(u32, &Arc<Calendar>)> {
        let versions = self.calendars.get(calendar)?;
        Some((versions.len() as u32, versions.last()?))
    }

    /// One version of a calendar, from 1.
    pub fn calendar(&self, calendar: &Handle, version: u32) -> Option<&Arc<Calendar>> {
        let versions = self.calendars.get(calendar).or_else(|| self.taken.calendars.get(calendar));
        versions?.get((version as usize).checked_sub(1)?)
    }

    /// The calendar a process runs on: its own, or the one of the settings.
    pub fn calendar_of(&self, process: &Process) -> Option<Handle> {
        process.calendar.clone().or_else(|| self.settings.as_ref().map(|s| s.calendar.clone()))
    }

    /// The currency that completes an amount; `EUR` before anything is set.
    pub fn currency(&self) -> &str {
        self.settings.as_ref().map_or("EUR", |s| s.currency.as_str())
    }

    /// Whether the party is this person, or a role the person belongs to.
    pub fn includes(&self, party: &Party, person: &Handle) -> bool {
        match party {
            Party::Person(handle) => handle == person,
            Party::Role(role) => self.roles.get(role).is_some_and(|role| role.members.contains(person)),
            Party::Contact => false,
        }
    }

    /// What people are called in a log: by their names; where several have one name, each with the handle.
    pub fn names_in_logs(&self) -> BTreeMap<Handle, String> {
        told_apart(self.people.iter().map(|(handle, person)| (handle.clone(), person.name.clone())).collect())
    }

    /// The roles a person belongs to.
    pub fn roles_of<'a>(&'a self, person: &'a Handle) -> impl Iterator<Item = &'a Handle> + 'a {
        self.roles.iter().filter(move |(_, role)| role.members.contains(person)).map(|(handle, _)| handle)
    }
}
