//! Notes that tell somebody: whom a note names stands in its event, and they have it in their inbox until they answer
//! or say that they have read it. Delivers nothing.

use super::super::catalog::Catalog;
use super::super::event::Event;
use super::super::id::Handle;
use super::super::refusal::Refusal;
use super::Draft;

/// Writes a note and tells whom it names.
pub(super) fn note(draft: &mut Draft<'_>, text: String) {
    let own = draft.ctx.actor.person();
    let to = named_in(&text, draft.catalog).into_iter().filter(|person| Some(person) != own).collect();
    draft.push(Event::CaseNoted { text, to });
}

pub(super) fn read(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let by = draft.actor()?;
    if !draft.case.messages.open.iter().any(|message| message.to.contains(&by)) {
        return Err(Refusal::not_now(
            format!("No message on {} waits for {by}.", draft.case.id),
            "There is nothing to do.",
        ));
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
