//! Adding and changing records: fields exist, values fit their types, required ones are there.

use super::super::catalog::Catalog;
use super::super::command::Command;
use super::super::counted::one;
use super::super::event::{Actor, Event, Values};
use super::super::field::{FieldError, is_given};
use super::super::id::{Handle, RecordId};
use super::super::instant::Instant;
use super::super::merge::Merge;
use super::super::messages::Message;
use super::super::overtaken::Thing;
use super::super::record::{Contact, FieldType, Kind, Record};
use super::super::refusal::Refusal;
use super::draft::Draft;
use super::{read_values, required};
use std::collections::BTreeMap;

pub(super) fn add(
    catalog: &Catalog,
    kind: &Handle,
    name: &str,
    fields: &[(String, String)],
    now: Instant,
) -> Result<Vec<Event>, Refusal> {
    let kind = the_kind(catalog, kind)?;
    let name = required(name, "The name", "Say what the record is called.")?;
    let fields = read_values(fields, &kind.fields, &format!("A {}", kind.handle), (catalog, now))?;
    must_be_known(catalog, kind, &fields)?;
    let absent = kind.fields.iter().filter(|field| field.required && !is_given(fields.get(&field.name)));
    let absent = absent.map(|field| field.name.as_str()).collect::<Vec<_>>();
    if !absent.is_empty() {
        return Err(Refusal::invalid(
            format!("A {} needs {}.", kind.handle, absent.join(", ")),
            format!("Give it as {}=….", absent.join("=… ")),
        ));
    }
    Ok(vec![Event::RecordAdded { kind: kind.handle.clone(), name, fields }])
}

/// A field for a person takes only somebody the file knows.
fn must_be_known(catalog: &Catalog, kind: &Kind, fields: &Values) -> Result<(), Refusal> {
    for field in kind.fields.iter().filter(|field| field.kind == FieldType::Person) {
        let person = fields.get(&field.name).and_then(serde_json::Value::as_str);
        let person = person.and_then(|person| person.parse::<Handle>().ok());
        if let Some(person) = person.filter(|person| !catalog.people.contains_key(person)) {
            return Err(Refusal::unknown_person(&person));
        }
    }
    Ok(())
}

pub(super) fn change(
    record: &Record,
    catalog: &Catalog,
    command: &Command,
    (actor, now, above): (&Actor, Instant, &BTreeMap<String, Vec<RecordId>>),
) -> Result<Vec<Event>, Refusal> {
    if record.archived.is_some()
        && !matches!(command, Command::NoteRecord { .. } | Command::ReadMessages { .. })
    {
        return Err(Refusal::overtaken(
            format!("{} {} is archived.", record.id, record.name),
            "An archived record only takes notes.",
            Thing::Record,
        ));
    }
    let events = match command {
        Command::ChangeRecord { name, fields, .. } => {
            let kind = the_kind(catalog, &record.kind)?;
            let name = match name {
                Some(name) => Some(required(name, "The name", "Say what the record is called.")?),
                None => None,
            };
            let mut fields =
                read_values(fields, &kind.fields, &format!("A {}", kind.handle), (catalog, now))?;
            for (field, value) in &fields {
                if value.is_null() && kind.field(field).is_some_and(|f| f.required) {
                    return Err(Refusal::invalid(
                        format!("A {} needs {field}.", kind.handle),
                        "Give another value instead of none.",
                    ));
                }
            }
            // A record that is part of itself has no end.
            let own = serde_json::Value::from(record.id.to_string());
            let link =
                |name: &str| kind.field(name).is_some_and(|f| matches!(f.kind, FieldType::Link { .. }));
            if let Some((field, _)) = fields.iter().find(|(field, value)| **value == own && link(field)) {
                return Err(Refusal::invalid(
                    format!("{field} of {} {} cannot be itself.", record.id, record.name),
                    "Name another record, or none.",
                ));
            }
            // Nor has one that is part of what is part of it.
            let mut rings = fields.keys().filter_map(|field| Some((field, above.get(field)?)));
            if let Some((field, way)) = rings.find(|(_, way)| way.contains(&record.id)) {
                let round = way.iter().map(ToString::to_string).collect::<Vec<_>>().join(" -> ");
                return Err(Refusal::invalid(
                    format!(
                        "{field} of {} {} would lead back to itself: {} -> {round}.",
                        record.id, record.name, record.id
                    ),
                    "Name a record that does not hang on this one, or none.",
                ));
            }
            must_be_known(catalog, kind, &fields)?;
            fields
                .retain(|field, value| record.fields.get(field).unwrap_or(&serde_json::Value::Null) != value);
            let name = name.filter(|name| *name != record.name);
            if name.is_none() && fields.is_empty() {
                Vec::new()
            } else {
                vec![Event::RecordChanged { name, fields }]
            }
        }
        Command::AddContact { contact, .. } => {
            vec![Event::ContactAdded { contact: contact_of(contact)? }]
        }
        Command::ChangeContact { was, contact, .. } => {
            if !record.contacts.contains(was) {
                return Err(Refusal::not_now(
                    format!("{} is no contact of {} {} as it was.", was.name, record.id, record.name),
                    format!("Somebody changed it; `baton record show {}` shows who is.", record.id),
                ));
            }
            let contact = contact.as_ref().map(contact_of).transpose()?;
            match contact.as_ref() == Some(was) {
                true => Vec::new(),
                false => vec![Event::ContactChanged { was: was.clone(), contact }],
            }
        }
        Command::AddFile { title, reference, .. } => {
            let title = required(title, "The title", "Say what the document is.")?;
            let hint = "Say where it lies: a path, an address, or a few words.";
            let reference = required(reference, "Where it lies", hint)?;
            match record.files.get(&title) == Some(&reference) {
                true => Vec::new(),
                false => vec![Event::FileAdded { title, reference }],
            }
        }
        Command::NoteRecord { text, .. } => {
            let text = required(text, "The note", "Write what should be remembered.")?;
            vec![super::message::note_on_record(text, catalog, actor)]
        }
        Command::ReadMessages { .. } => super::message::read_on_record(record, actor)?,
        Command::ArchiveRecord { reason, .. } => vec![Event::RecordArchived { reason: reason.clone() }],
        _ => Vec::new(),
    };
    Ok(events)
}

/// A contact whose mail address and phone number are ones, as those of a record are.
fn contact_of(contact: &Contact) -> Result<Contact, Refusal> {
    let name = required(&contact.name, "The contact's name", "Say what the contact is called.")?;
    let read = |of: FieldType, what: &str, text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let wrong = |error: FieldError| Refusal::invalid(error.message, error.hint);
        text.map(|text| of.read(what, text, "").map(|_| text.to_string()).map_err(wrong)).transpose()
    };
    Ok(Contact {
        name,
        mail: read(FieldType::Email, "mail", &contact.mail)?,
        phone: read(FieldType::Phone, "phone", &contact.phone)?,
    })
}

/// This record turned out to be that one.
pub(super) fn merge(record: &Record, into: RecordId, kind: &Handle) -> Result<Vec<Event>, Refusal> {
    if record.id == into {
        return Err(Refusal::invalid(
            format!("{into} is one record already."),
            "Name the one that is kept and the one that goes.",
        ));
    }
    if &record.kind != kind {
        return Err(Refusal::invalid(
            format!("{} is {} and {into} {}.", record.id, one(record.kind.as_str()), one(kind.as_str())),
            "Only records of one kind can be merged.",
        ));
    }
    if record.archived.is_some() {
        return Err(Refusal::overtaken(
            format!("{} {} is archived.", record.id, record.name),
            "What is put away already need not be merged.",
            Thing::Record,
        ));
    }
    Ok(vec![Event::RecordMerged { into, handed: true }])
}

/// Another record turned out to be this one.
pub(super) fn take_over(
    record: &Record,
    from: RecordId,
    name: &str,
    (messages, contacts): (&[Message], &[Contact]),
) -> Result<Vec<Event>, Refusal> {
    if record.archived.is_some() {
        return Err(Refusal::overtaken(
            format!("{} {} is archived.", record.id, record.name),
            "Merge into a record that is in use.",
            Thing::Record,
        ));
    }
    // Whoever was a contact stays one, also where nothing checked the address that was written down.
    let contacts = contacts.iter().map(|contact| Event::ContactAdded { contact: contact.clone() });
    let taken = Event::RecordTakenOver { record: from, name: name.to_string(), messages: messages.to_vec() };
    Ok([taken].into_iter().chain(contacts).collect())
}

/// A case is about another record from now on, whatever became of it.
pub(super) fn about(draft: &mut Draft, merge: &Merge) -> Result<(), Refusal> {
    if let Merge::Case { into, .. } = merge
        && draft.case.about != Some(*into)
    {
        draft.push(Event::AboutChanged { about: *into });
    }
    Ok(())
}

fn the_kind<'c>(catalog: &'c Catalog, kind: &Handle) -> Result<&'c Kind, Refusal> {
    catalog.kinds.get(kind).ok_or_else(|| {
        let kinds = catalog.kinds.keys().map(Handle::as_str);
        let hint = match super::super::nearest::nearest(kind.as_str(), kinds.clone()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if catalog.kinds.is_empty() => "`baton init` brings the usual kinds.".to_string(),
            None => format!("Kinds here: {}.", kinds.collect::<Vec<_>>().join(", ")),
        };
        Refusal::not_found(format!("There is no kind of record `{kind}`."), hint)
    })
}
