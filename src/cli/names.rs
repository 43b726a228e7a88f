//! Names as people type them: who or what is meant by a handle, a number, a full name or a title. Says what is near
//! where nothing is; decides nothing.

use super::session::{Work, not_found};
use crate::desk::Error;
use crate::domain::catalog::Catalog;
use crate::domain::nearest::nearest;
use crate::domain::{CaseId, Handle, Party, RecordId, TaskId};

impl Work {
    /// A party as typed. A person's handle without `@` is taken for the person where no role has that name.
    /// The full name of one person, or the title of one role, does as well.
    pub fn party(&mut self, text: &str) -> Result<Party, Error> {
        let catalog = self.catalog()?;
        let party = match (text.parse::<Party>(), catalog.called(text.trim_start_matches('@')).as_slice()) {
            (Err(_), [one]) => one.clone(),
            (Err(_), []) => return Err(not_called(&catalog, text)),
            (Err(_), several) => return Err(several_called(text, several)),
            (Ok(party), _) => party,
        };
        let (known, handle) = match &party {
            Party::Contact => return Ok(party),
            Party::Person(person) => (catalog.people.contains_key(person), person),
            Party::Role(role) if catalog.roles.contains_key(role) => (true, role),
            Party::Role(role) if catalog.people.contains_key(role) => return Ok(Party::Person(role.clone())),
            Party::Role(role) => (false, role),
        };
        if known {
            return Ok(party);
        }
        let sign = if text.starts_with('@') { "@" } else { "" };
        let people = catalog.people.keys().map(|person| format!("{sign}{person}"));
        let names = people.chain(catalog.roles.keys().map(ToString::to_string)).collect::<Vec<_>>();
        let hint = match nearest(text, names.iter().map(String::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "`baton person list` and `baton role list` show who there is.".to_string(),
        };
        Err(not_found(format!("There is no person and no role `{handle}`."), hint))
    }

    /// A person as typed: by handle, with or without `@`, or by full name. A handle nobody has is left to whatever
    /// is asked of it, which says who there is.
    pub fn person(&mut self, text: &str) -> Result<Handle, Error> {
        let bare = text.trim().trim_start_matches('@');
        let catalog = self.catalog()?;
        let handle = bare.parse::<Handle>();
        if let Some(known) = handle.iter().find(|handle| catalog.people.contains_key(*handle)) {
            return Ok(known.clone());
        }
        let called = catalog.called(bare);
        let people = called.iter().filter(|party| party.person().is_some()).cloned().collect::<Vec<_>>();
        match (people.as_slice(), handle) {
            ([one], _) => one.person().cloned().ok_or_else(|| not_called(&catalog, text)),
            ([], Ok(handle)) => Ok(handle),
            ([], Err(_)) => Err(not_called(&catalog, text)),
            (several, _) => Err(several_called(text, several)),
        }
    }

    /// The same for an option, and for several.
    pub fn people<'t>(&mut self, texts: impl IntoIterator<Item = &'t String>) -> Result<Vec<Handle>, Error> {
        texts.into_iter().map(|text| self.person(text)).collect()
    }

    /// A step of a case as typed: by handle or by title.
    pub fn step(&mut self, case: CaseId, text: &str) -> Result<Handle, Error> {
        let process = self.desk.case(case, self.now)?.process;
        match (text.parse::<Handle>(), process.called(text).as_slice()) {
            (Ok(handle), _) if process.step(&handle).is_some() => Ok(handle),
            (_, [one]) => Ok((*one).clone()),
            (Ok(handle), _) => Ok(handle),
            (Err(_), _) => {
                let titles = process.steps.iter().map(|step| step.title.as_str());
                let hint = match nearest(text, titles.clone()) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => format!("Its steps: {}.", titles.collect::<Vec<_>>().join("; ")),
                };
                Err(not_found(format!("There is no step `{text}` in {case}."), hint))
            }
        }
    }

    /// A step of a case as [`Work::step`] reads it, or that of finished work by its number, such as `T-9`.
    pub fn step_or_work(&mut self, case: CaseId, text: &str) -> Result<(Handle, Option<TaskId>), Error> {
        let id = text.strip_prefix("T-").and_then(|_| text.parse::<TaskId>().ok());
        let Some(id) = id else { return Ok((self.step(case, text)?, None)) };
        let view = self.desk.case(case, self.now)?;
        let done = view.case.tasks.get(&id).map(|task| task.step.clone());
        let missing = || {
            let hint = format!("`baton case show {case}` lists its work.");
            not_found(format!("There is no work {id} in {case}."), hint)
        };
        Ok((done.ok_or_else(missing)?, Some(id)))
    }

    /// The same for an option.
    pub fn maybe_party(&mut self, text: Option<&str>) -> Result<Option<Party>, Error> {
        text.map(|text| self.party(text)).transpose()
    }

    /// A record by its number, or by its name where one record has it.
    pub fn record(&mut self, text: &str) -> Result<RecordId, Error> {
        if let Ok(id) = text.parse::<RecordId>() {
            return Ok(id);
        }
        let rows = self.desk.store().records(None, true)?;
        let same = |name: &str| name.to_lowercase() == text.trim().to_lowercase();
        let mut found = rows.iter().filter(|row| same(&row.name)).collect::<Vec<_>>();
        if found.is_empty() {
            // The beginning of exactly one name will do.
            let wanted = text.trim().to_lowercase();
            found = rows.iter().filter(|row| row.name.to_lowercase().starts_with(&wanted)).collect();
        }
        match found.as_slice() {
            [one] => Ok(one.id),
            [] => {
                let hint = match nearest(text, rows.iter().map(|row| row.name.as_str())) {
                    Some(near) => format!("Did you mean `{near}`?"),
                    None => "`baton record list` shows the records.".to_string(),
                };
                Err(not_found(format!("There is no record `{text}`."), hint))
            }
            several => {
                let ids = several.iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
                let is = if several.iter().all(|row| same(&row.name)) { "are called" } else { "begin with" };
                Err(not_found(
                    format!("Several records {is} `{text}`."),
                    format!("Name one by its number: {}.", ids.join(", ")),
                ))
            }
        }
    }
}

fn not_called(catalog: &Catalog, text: &str) -> Error {
    let names = catalog.people.values().map(|person| person.name.as_str());
    let names = names.chain(catalog.roles.values().map(|role| role.title.as_str()));
    let handles = catalog.people.keys().chain(catalog.roles.keys()).map(Handle::as_str);
    let hint = match nearest(text, names.chain(handles)) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => "`baton person list` and `baton role list` show who there is.".to_string(),
    };
    not_found(format!("Nobody is called `{text}`."), hint)
}

fn several_called(text: &str, several: &[Party]) -> Error {
    let names = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    not_found(format!("Several are called `{text}`."), format!("Name one: {names}."))
}
