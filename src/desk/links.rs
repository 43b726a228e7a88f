//! What a case is tied to, both ways: the case that asked for it, those it asked for, duplicates, and what else is open
//! about the same record. Reads only.

use super::{Desk, Error};
use crate::domain::case::{Case, Request};
use crate::domain::command::Command;
use crate::domain::event::SubjectId;
use crate::domain::process::DataField;
use crate::domain::record::FieldType;
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, Handle, RecordId};
use crate::store::CaseFilter;
use std::collections::BTreeMap;

/// How one case is tied to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// It asked for this one.
    AskedForBy,
    /// This one asked for it.
    AskedFor,
    /// This one was closed as a duplicate of it.
    DuplicateOf,
    /// It was closed as a duplicate of this one.
    Duplicate,
    /// Open, and about the same record.
    SameRecord,
}

impl Tie {
    /// The words on screen and in JSON.
    pub fn words(self) -> &'static str {
        match self {
            Tie::AskedForBy => "asked for by",
            Tie::AskedFor => "asked for",
            Tie::DuplicateOf => "duplicate of",
            Tie::Duplicate => "duplicate",
            Tie::SameRecord => "same record",
        }
    }
}

/// One tie.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseLink {
    pub tie: Tie,
    /// `None` for a case that was asked for and is not there.
    pub row: Option<CaseRow>,
    /// What was asked for and why it is not there, where it is not.
    pub about: String,
}

/// The record a value names.
fn named(value: &str) -> Option<RecordId> {
    value.trim().to_uppercase().parse().ok()
}

/// The field by which a record says what it is part of.
const PART_OF: &str = "parent";

/// How far up a chain of records is looked.
const HIGHEST: usize = 1_000;

impl Desk {
    /// Where a record is to be part of another of its own kind: that one, the one it is part of, and so on. Other links
    /// may well go both ways: two vendors that stand in for each other.
    pub(super) fn above(&mut self, command: &Command) -> Result<BTreeMap<String, Vec<RecordId>>, Error> {
        let mut above = BTreeMap::new();
        let Command::ChangeRecord { record, fields, .. } = command else { return Ok(above) };
        let (_, subject) = self.load(SubjectId::Record(*record))?;
        let Some(kind) = subject.record().map(|record| record.kind.clone()) else { return Ok(above) };
        let Some(kind) = self.catalog()?.kinds.get(&kind).cloned() else { return Ok(above) };
        for (name, value) in fields {
            let own = |field: &DataField| {
                field.name == PART_OF && field.kind == FieldType::Link { to: kind.handle.clone() }
            };
            let mut next = kind.field(name).filter(|field| own(field)).and_then(|_| named(value));
            let mut way = Vec::new();
            while let Some(at) = next.filter(|at| !way.contains(at) && way.len() < HIGHEST) {
                way.push(at);
                let (_, subject) = self.load(SubjectId::Record(at))?;
                let further =
                    subject.record().and_then(|record| record.fields.get(name)?.as_str().and_then(named));
                next = further.filter(|_| at != *record);
            }
            above.insert(name.clone(), way);
        }
        Ok(above)
    }

    /// Everything a case is tied to.
    pub(super) fn links(&self, case: &Case) -> Result<Vec<CaseLink>, Error> {
        let row = |id: CaseId| -> Result<Option<CaseRow>, Error> {
            let filter = CaseFilter { ids: Some(vec![id]), ..CaseFilter::default() };
            Ok(self.store.cases(&filter)?.into_iter().next())
        };
        let mut links = Vec::new();
        if let Some(parent) = case.parent {
            links.push(CaseLink { tie: Tie::AskedForBy, row: row(parent.case)?, about: String::new() });
        }
        for request in case.requests.values() {
            let Request::Case { process, case } = request else { continue };
            let process: &Handle = process;
            links.push(match case {
                Some(Ok(id)) => CaseLink { tie: Tie::AskedFor, row: row(*id)?, about: String::new() },
                Some(Err(why)) => {
                    CaseLink { tie: Tie::AskedFor, row: None, about: format!("{process}: refused, {why}") }
                }
                None => {
                    CaseLink { tie: Tie::AskedFor, row: None, about: format!("{process}: not started yet") }
                }
            });
        }
        if let Some(of) = case.duplicate_of() {
            links.push(CaseLink { tie: Tie::DuplicateOf, row: row(of)?, about: String::new() });
        }
        let filter = CaseFilter { duplicate_of: Some(case.id), ..CaseFilter::default() };
        links.extend(self.store.cases(&filter)?.into_iter().map(|row| CaseLink {
            tie: Tie::Duplicate,
            row: Some(row),
            about: String::new(),
        }));
        if let Some(record) = case.about {
            let filter =
                CaseFilter { about: Some(record), state: Some("open".to_string()), ..CaseFilter::default() };
            let others = self.store.cases(&filter)?.into_iter().filter(|other| other.id != case.id);
            links.extend(others.map(|row| CaseLink {
                tie: Tie::SameRecord,
                row: Some(row),
                about: String::new(),
            }));
        }
        Ok(links)
    }
}
