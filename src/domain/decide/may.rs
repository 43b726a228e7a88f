//! Whether somebody may do a kind of thing at all, for a screen that offers it: the same table that commands are asked
//! of, before there is a command. Whether it can be done there and then is not looked at.

use super::super::case::Case;
use super::super::catalog::{Area, Catalog, Permission};
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::party::Party;
use super::super::process::Process;
use super::super::refusal::Refusal;
use super::permit::{Asker, Need};
use super::who_could::lead_of;

/// What would be done.
#[derive(Debug, Clone)]
pub enum Wanted<'a> {
    /// Anything with a case that is there.
    WorkOn(&'a Case),
    /// What only those may who have a part in the case. In words.
    Part(&'a Case, &'static str),
    /// A case of a process begun, a record of a kind kept.
    Work(Area),
    /// The definition of an area changed, or one that all rely on. In words.
    Define(Option<Area>, &'static str),
    /// What concerns the whole file. In words.
    File(&'static str),
}

/// Refuses what whoever wants it may not do.
///
/// # Errors
/// The refusal, as it would answer the command.
pub fn may(catalog: &Catalog, person: &Handle, now: Instant, wanted: Wanted<'_>) -> Result<(), Refusal> {
    if catalog.people.is_empty() {
        return Ok(());
    }
    let need = match wanted {
        Wanted::WorkOn(case) => Need::WorkOn(case),
        Wanted::Part(case, what) => Need::Part(case, what),
        Wanted::Work(area) => Need::Work(area, None),
        Wanted::Define(area, what) => Need::Define(area, what.to_string()),
        Wanted::File(what) => Need::File(what),
    };
    Asker { catalog, person, now }.may(need).map(|_| ())
}

/// Where work lies, and with whom.
#[derive(Debug, Clone, Copy)]
pub struct Lies<'a> {
    pub process: &'a Handle,
    pub definition: Option<&'a Process>,
    pub step: &'a Handle,
    pub responsible: &'a Handle,
    pub accountable: &'a Party,
}

/// Whether somebody may offer this work to another or take its offer back: whoever is responsible, whoever answers for
/// the case, the lead of its role, a lead of its process, an admin.
pub fn may_move(catalog: &Catalog, person: &Handle, now: Instant, work: Lies<'_>) -> bool {
    let leads = || work.definition.and_then(|process| lead_of(catalog, process, work.step)) == Some(person);
    let area = || Area::Process(work.process.clone());
    catalog.acts_as(person, work.responsible, now)
        || catalog.right_to(person, work.accountable, now).is_some()
        || catalog.permission_on(person, &area()) >= Permission::Lead
        || leads()
}
