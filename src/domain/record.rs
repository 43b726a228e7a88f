//! Records: lasting descriptions of a party or thing, of a kind with typed fields. Does not decide who may
//! change one.

use serde::{Deserialize, Serialize};

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
        to: super::id::Handle,
    },
    /// A person's handle.
    Person,
}
