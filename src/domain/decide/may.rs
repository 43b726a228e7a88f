//! Whether somebody may do a kind of thing at all, for a screen that offers it: the same table that commands are asked
//! of, before there is a command. Whether it can be done there and then is not looked at.

use super::super::case::Case;
use super::super::catalog::{Area, Catalog, Permission};
use super::super::command::Context;
use super::super::event::{Actor, Entry, Event, OpId};
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

/// Refuses to take back, or to do again, what somebody did with these commands to the record or case of these entries,
/// oldest first, when they may no longer work there. What was only read, or put out of one's own list, anybody may.
///
/// # Errors
/// The refusal, which says who could.
pub fn may_turn(entries: &[Entry], ops: &[OpId], catalog: &Catalog, ctx: &Context) -> Result<(), Refusal> {
    let mut done = entries.iter().filter(|entry| ops.contains(&entry.op));
    let of_own_list =
        done.all(|entry| matches!(entry.event, Event::MessagesRead { .. } | Event::Snoozed { .. }));
    let need = match entries.first().map(|entry| &entry.event) {
        _ if of_own_list => Need::OwnList,
        Some(
            Event::CaseStarted { process, accountable, .. }
            | Event::CaseImported { process, accountable, .. },
        ) => Need::Work(Area::Process(process.clone()), Some(accountable)),
        Some(Event::RecordAdded { kind, .. }) => Need::Work(Area::Kind(kind.clone()), None),
        _ => Need::Nothing,
    };
    match &ctx.actor {
        Actor::Person(person) | Actor::Substitute { person, .. } => {
            Asker { catalog, person, now: ctx.now }.may(need).map(|_| ())
        }
        Actor::Tick | Actor::Rule(_) => {
            Err(Refusal::not_yours("Only a person can do this.", "Nothing is taken back by itself."))
        }
    }
}
