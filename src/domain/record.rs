//! Records: lasting descriptions of a party or thing, of a kind with typed fields. Does not decide who may
//! change one.

use super::id::Handle;
use super::process::DataField;
use serde::{Deserialize, Serialize};

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
}

impl FieldType {
    /// The word a file says it with.
    pub fn word(&self) -> &'static str {
        match self {
            FieldType::Text => "text",
            FieldType::Number => "number",
            FieldType::Money => "money",
            FieldType::Date => "date",
            FieldType::Choice { .. } => "choice",
            FieldType::YesNo => "yes_no",
            FieldType::Email => "email",
            FieldType::Phone => "phone",
            FieldType::Link { .. } => "link",
            FieldType::Person => "person",
        }
    }
}
