//! Notes that tell somebody: whom a note names stands in its event, and they have it in their inbox until they answer
//! or say that they have read it. Delivers nothing.

use super::super::catalog::Catalog;
use super::super::event::{Actor, Event};
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::nearest::nearest;
use super::super::party::Party;
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

/// The handles that a text names as `@ana`, in its order and once each. An address such as `ana@berg.example` names
/// none.
fn names(text: &str) -> Vec<Handle> {
    let mut names = Vec::new();
    for word in text.split_whitespace() {
        let word = word.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '@');
        let Some(name) = word.strip_prefix('@') else { continue };
        let end =
            name.find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_' | '.')).unwrap_or(name.len());
        let handle = name[..end].trim_end_matches(['-', '_', '.']).to_lowercase().parse::<Handle>();
        names.extend(handle.ok().filter(|handle| !names.contains(handle)));
    }
    names
}

/// Whom one name means, whether they work here or not. A person goes before a role of the same name.
fn meant<'c>(name: &'c Handle, catalog: &'c Catalog) -> Vec<&'c Handle> {
    match (catalog.people.contains_key(name), catalog.roles.get(name)) {
        (true, _) => vec![name],
        (false, Some(role)) => role.members.iter().collect(),
        (false, None) => Vec::new(),
    }
}

/// The people who work here that a text names, and the members of roles it names, in its order and once each.
pub fn named_in(text: &str, catalog: &Catalog) -> Vec<Handle> {
    let mut named = Vec::new();
    for name in names(text) {
        for person in meant(&name, catalog).into_iter().filter(|person| catalog.works_here(person)) {
            if !named.contains(person) {
                named.push(person.clone());
            }
        }
    }
    named
}

/// Who was told by a note with this text, in words: `dee and 2 people of warehouse were told`. `None` where nobody was.
pub fn told(text: &str, to: &[Handle], catalog: &Catalog) -> Option<String> {
    let names = names(text);
    let mut parts = Vec::new();
    for name in &names {
        if catalog.people.contains_key(name) {
            parts.extend(to.contains(name).then(|| name.to_string()));
            continue;
        }
        let of = meant(name, catalog).into_iter().filter(|person| to.contains(person));
        match of.filter(|person| !names.contains(person)).collect::<Vec<_>>().as_slice() {
            [] => {}
            [one] => parts.push(format!("{one} of {name}")),
            many => parts.push(format!("{} people of {name}", many.len())),
        }
    }
    let (last, first) = parts.split_last()?;
    let all = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(format!("{all} {} told", if to.len() == 1 { "was" } else { "were" }))
}

/// What whoever writes a note should know of those it names: that there is no such person, or that they will not read
/// it soon.
pub(super) fn unheard(events: &[Event], catalog: &Catalog, now: Instant) -> Vec<String> {
    let notes = events.iter().filter_map(|event| match event {
        Event::CaseNoted { text, .. } | Event::RecordNoted { text, .. } => Some(text),
        _ => None,
    });
    notes.flat_map(|text| names(text)).filter_map(|name| unheard_by(&name, catalog, now)).collect()
}

fn unheard_by(name: &Handle, catalog: &Catalog, now: Instant) -> Option<String> {
    let people = meant(name, catalog);
    let here = people.iter().any(|person| catalog.works_here(person));
    match (here, catalog.people.contains_key(name), catalog.roles.contains_key(name)) {
        (false, true, _) => Some(format!("{name} has left and is not told.")),
        (false, false, true) => Some(format!("Nobody belongs to {name}: nobody is told.")),
        (false, false, false) => {
            let all = catalog.people.iter().filter(|(_, person)| person.left.is_none()).map(|(who, _)| who);
            let near = nearest(name.as_str(), all.chain(catalog.roles.keys()).map(Handle::as_str));
            let hint = near.map(|near| format!(" Did you mean `@{near}`?")).unwrap_or_default();
            Some(format!("There is no `@{name}` here: nobody is told by that name.{hint}"))
        }
        (true, true, _) => {
            let away = catalog.away_warning(&Party::Person(name.clone()), now)?;
            let instead = catalog.substitute(name, now);
            let instead =
                instead.map(|who| format!("; name @{who} where it cannot wait")).unwrap_or_default();
            Some(format!("{away} What is written to {name} waits for {name}{instead}."))
        }
        (true, false, _) => None,
    }
}
