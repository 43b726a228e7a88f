//! Whether something of the catalog can go as if it had never come: as long as nothing names it. Who may ask for
//! that is who may add it.

use super::super::catalog::{Area, Catalog, Permission};
use super::super::command::{Context, TakeAway};
use super::super::event::Event;
use super::super::refusal::Refusal;
use super::super::taken::Thing;
use super::permit::Need;

pub(super) fn need<'a>(catalog: &'a Catalog, thing: &'a Thing) -> Need<'a> {
    match thing {
        Thing::Person(_) => Need::File("take a person away"),
        Thing::Absence { person, .. } => Need::Own(person, Permission::Lead),
        Thing::Role(_) => Need::Define(None, "take a role away".to_string()),
        Thing::Lead(role) => Need::Role(role),
        Thing::Calendar(_) => Need::Define(None, "take a calendar away".to_string()),
        Thing::Kind(kind) => {
            Need::Define(Some(Area::Kind(kind.clone())), format!("take the kind `{kind}` away"))
        }
        Thing::Process(process) => {
            Need::Define(Some(Area::Process(process.clone())), format!("take `{process}` away"))
        }
        Thing::Effort(process) => {
            let accountable = catalog.newest(process).map(|(_, process)| &process.accountable);
            Need::Work(Area::Process(process.clone()), accountable)
        }
    }
}

pub(super) fn decide(catalog: &Catalog, ask: &TakeAway, ctx: &Context) -> Result<Vec<Event>, Refusal> {
    let thing = &ask.thing;
    if !catalog.has(thing) {
        return Ok(Vec::new());
    }
    if matches!(thing, Thing::Person(person) if ctx.actor.person() == Some(person)) {
        return Err(Refusal::not_yours("Nobody takes themselves away.", "Let another admin do it."));
    }
    match ask.relied.clone().or_else(|| catalog.names(thing, &ask.with)) {
        Some(why) => Err(Refusal::not_now(why, thing.by_hand())),
        None => Ok(vec![Event::TakenAway { thing: thing.clone() }]),
    }
}
