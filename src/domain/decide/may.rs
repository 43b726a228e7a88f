//! Whether somebody may do a kind of thing at all, for a screen that offers it: the same table that commands are asked
//! of, before there is a command. Whether it can be done there and then is not looked at.

use super::super::case::Case;
use super::super::catalog::{Area, Catalog};
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::refusal::Refusal;
use super::permit::{Asker, Need};

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
