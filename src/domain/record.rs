//! Records: lasting descriptions of a party or thing, of a kind with typed fields. Applies events; does not
//! decide who may change one.

use super::event::{Entry, Event, Values};
use super::id::{Handle, RecordId};
use super::instant::Instant;
use super::messages::Messages;
use super::process::DataField;
use super::tags::{self, Tags};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A kind of record, such as customers or assets, with the fields each record of it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    pub handle: Handle,
    /// In the plural, as a list of them is headed.
    pub title: String,
    /// What one of them is called; the handle when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub singular: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<DataField>,
}

/// The type of a field of a record or of a case's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldType {
    Text,
    Number,
    /// A decimal amount with its currency, such as `1200.50 EUR`.
    Money,
    Date,
    Choice {
        of: Vec<String>,
    },
    #[serde(rename = "yes_no")]
    YesNo,
    Email,
    Phone,
    /// A record of the named kind.
    Link {
        to: Handle,
    },
    /// A person's handle.
    Person,
    /// Several texts.
    List,
}

impl Kind {
    /// The field with this name.
    pub fn field(&self, name: &str) -> Option<&DataField> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// An outside person on a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl fmt::Display for Contact {
    /// `Ana Ek, ana@hansen.example, +47 22 00 11 22`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        let ways = [&self.mail, &self.phone].into_iter().flatten();
        ways.into_iter().try_for_each(|way| write!(f, ", {way}"))
    }
}

/// The applied state of one record's entries.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: RecordId,
    /// Sequence number of the last entry applied.
    pub seq: i64,
    pub kind: Handle,
    pub name: String,
    pub fields: Values,
    pub contacts: Vec<Contact>,
    /// Documents by title, with where each lies.
    pub files: BTreeMap<String, String>,
    pub tags: Tags,
    pub added: Instant,
    pub changed: Instant,
    pub archived: Option<Instant>,
    /// The record it turned out to be.
    pub merged: Option<RecordId>,
    /// What notes on it told somebody.
    pub messages: Messages,
}

impl Record {
    /// The record as its first entry makes it; `None` for any other entry.
    pub fn begin(id: RecordId, entry: &Entry) -> Option<Record> {
        let Event::RecordAdded { kind, name, fields } = &entry.event else { return None };
        Some(Record {
            id,
            seq: entry.seq,
            kind: kind.clone(),
            name: name.clone(),
            fields: fields.clone(),
            contacts: Vec::new(),
            files: BTreeMap::new(),
            tags: Tags::new(),
            added: entry.at,
            changed: entry.at,
            archived: None,
            merged: None,
            messages: Messages::default(),
        })
    }

    /// Takes in one later entry.
    pub fn apply(&mut self, entry: &Entry) {
        self.seq = entry.seq;
        self.messages.apply(entry);
        // That somebody has read what was written changes nothing about it.
        if matches!(entry.event, Event::MessagesRead { .. }) {
            return;
        }
        self.changed = entry.at;
        match &entry.event {
            Event::RecordChanged { name, fields } => {
                if let Some(name) = name {
                    self.name.clone_from(name);
                }
                for (field, value) in fields {
                    if value.is_null() {
                        self.fields.shift_remove(field);
                    } else {
                        self.fields.insert(field.clone(), value.clone());
                    }
                }
            }
            Event::ContactAdded { contact } => self.contacts.push(contact.clone()),
            Event::ContactChanged { was, contact } => {
                if let Some(at) = self.contacts.iter().position(|known| known == was) {
                    self.contacts.splice(at..=at, contact.iter().cloned());
                }
            }
            Event::FileAdded { title, reference } => {
                self.files.insert(title.clone(), reference.clone());
            }
            Event::Tagged { add, remove } => tags::apply(&mut self.tags, add, remove),
            Event::RecordArchived { .. } => self.archived = Some(entry.at),
            Event::RecordMerged { into, .. } => {
                self.archived = Some(entry.at);
                self.merged = Some(*into);
            }
            _ => {}
        }
    }
}
