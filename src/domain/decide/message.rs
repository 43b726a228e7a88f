//! Notes that tell somebody: whom a note names stands in its event, and they have it in their inbox until they answer
//! or say that they have read it. Delivers nothing.

use super::super::catalog::Catalog;
use super::super::event::{Actor, Event};
use super::super::id::Handle;
use super::super::record::Record;
use super::super::refusal::Refusal;
use super::Draft;

/// Writes a note and tells whom it names.
pub(super) fn note(draft: &mut Draft<'_>, text: String) {
    let own = draft.ctx.actor.person();
    let to = named_in(&text, draft.catalog).into_iter().filter(|person| Some(person) != own).collect();
    draft.push(Event::CaseNoted { text, to });
}

/// The same on a record.
pub(super) fn note_on_record(text: String, catalog: &Catalog, actor: &Actor) -> Event {
    let own = actor.person();
    let to = named_in(&text, catalog).into_iter().filter(|person| Some(person) != own).collect();
    Event::RecordNoted { text, to }
}

/// What notes on a record told whoever acts needs them no more.
pub(super) fn read_on_record(record: &Record, actor: &Actor) -> Result<Vec<Event>, Refusal> {
    let by = actor.person().ok_or_else(|| nothing_waits(record.id.to_string(), "nobody"))?;
    match record.messages.wait_for(by) {
        true => Ok(vec![Event::MessagesRead { by: by.clone() }]),
        false => Err(nothing_waits(record.id.to_string(), by.as_str())),
    }
}

fn nothing_waits(on: String, by: &str) -> Refusal {
    Refusal::not_now(format!("No message on {on} waits for {by}."), "There is nothing to do.")
}

pub(super) fn read(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let by = draft.actor()?;
    if !draft.case.messages.wait_for(&by) {
        return Err(nothing_waits(draft.case.id.to_string(), by.as_str()));
    }
    draft.push(Event::MessagesRead { by });
    Ok(())
}

/// The people who work here that a text names as `@ana`, and the members of roles it names so, in its order and once
/// each. An address such as `ana@berg.example` names nobody.
pub fn named_in(text: &str, catalog: &Catalog) -> Vec<Handle> {
    let mut named = Vec::new();
    for word in text.split_whitespace() {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
        let Some(name) = word.strip_prefix('@') else { continue };
        let end =
            name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.')).unwrap_or(name.len());
        let Ok(handle) = name[..end].trim_end_matches(['-', '_', '.']).to_lowercase().parse::<Handle>()
        else {
            continue;
        };
        let members = catalog.roles.get(&handle).into_iter().flat_map(|role| &role.members);
        let person = catalog.people.contains_key(&handle).then_some(&handle);
        // A person goes before a role of the same name.
        let people = person.into_iter().chain(members.filter(|_| person.is_none()));
        for person in people.filter(|person| catalog.works_here(person)) {
            if !named.contains(person) {
                named.push(person.clone());
            }
        }
    }
    named
}
