//! Who can be responsible: a person, a role, or the outside contact of the case's record. Who they are is in
//! the catalog; what they may do is decided where the command is.

use super::id::{Handle, IdError};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One who can be responsible. In text `@ana` is a person, `finance` a role, `contact` the outside contact
/// of the case's record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Party {
    Person(Handle),
    Role(Handle),
    Contact,
}

impl Serialize for Party {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Party {
    /// The person's handle, when the party is a person.
    pub fn person(&self) -> Option<&Handle> {
        match self {
            Party::Person(handle) => Some(handle),
            Party::Role(_) | Party::Contact => None,
        }
    }

    /// The role's handle, when the party is a role.
    pub fn role(&self) -> Option<&Handle> {
        match self {
            Party::Role(handle) => Some(handle),
            Party::Person(_) | Party::Contact => None,
        }
    }
}

impl Party {
    /// As it stands within a sentence: a role is said to be one, since it may be called like any other word.
    pub fn said(&self) -> String {
        match self {
            Party::Role(role) => format!("role {role}"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Person(handle) => f.pad(&format!("@{handle}")),
            Party::Role(handle) => f.pad(handle.as_str()),
            Party::Contact => f.pad("contact"),
        }
    }
}

impl FromStr for Party {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.strip_prefix('@') {
            Some(person) => person.parse().map(Party::Person),
            None if text == "contact" => Ok(Party::Contact),
            None => text.parse().map(Party::Role),
        }
    }
}

impl TryFrom<String> for Party {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Party> for String {
    fn from(party: Party) -> String {
        party.to_string()
    }
}
