//! Names of things: numbered ids such as `C-12`, and handles such as `order-to-cash`. Knows nothing of what
//! they name.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What was wrong with an id or a handle, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IdError(pub String);

macro_rules! numbered {
    ($name:ident, $prefix:literal, $what:literal) => {
        #[doc = concat!("The number of a ", $what, "; shown and accepted as `", $prefix, "-12`.")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&format!(concat!($prefix, "-{}"), self.0))
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let digits = text
                    .strip_prefix($prefix)
                    .or_else(|| text.strip_prefix(&$prefix.to_ascii_lowercase()))
                    .map_or(text, |rest| rest.strip_prefix('-').unwrap_or(rest));
                match digits.parse::<i64>() {
                    Ok(number) if number > 0 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                        Ok(Self(number))
                    }
                    _ => Err(IdError(format!(
                        concat!("`{}` is not a ", $what, "; write it as ", $prefix, "-12"),
                        text
                    ))),
                }
            }
        }
    };
}

numbered!(CaseId, "C", "case");
numbered!(HandoffId, "H", "handoff");
numbered!(TaskId, "T", "task");
numbered!(RecordId, "R", "record");

/// A stable short name: lower-case letters, digits, `-`, `_` and `.`, beginning with a letter or digit, at
/// most 64 bytes. Letters of any script are allowed, so that a name can be turned into one without loss. Shared,
/// because rows and states repeat the same few by the hundred thousand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Handle(Arc<str>);

impl Serialize for Handle {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Handle {
    const LONGEST: usize = 64;

    /// The handle as text, without any sign before it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A handle made from any text: lower-cased, runs of anything else become one `-`. `None` when nothing
    /// usable is left.
    pub fn from_text(text: &str) -> Option<Handle> {
        let mut out = String::new();
        for c in text.chars().flat_map(char::to_lowercase) {
            if c.is_alphanumeric() || (matches!(c, '_' | '.') && !out.is_empty()) {
                if out.len() + c.len_utf8() > Self::LONGEST {
                    break;
                }
                out.push(c);
            } else if !out.is_empty() && !out.ends_with('-') && out.len() < Self::LONGEST {
                out.push('-');
            }
        }
        let out = out.trim_end_matches('-');
        Self::is_valid(out).then(|| Handle(out.into()))
    }

    fn is_valid(text: &str) -> bool {
        let is_lower = |c: char| match c.is_ascii() {
            // Thousands are read for one list, and nearly all are of these.
            true => c.is_ascii_lowercase() || c.is_ascii_digit(),
            false => c.is_alphanumeric() && c.to_lowercase().eq([c]),
        };
        text.chars().next().is_some_and(char::is_alphanumeric)
            && text.len() <= Self::LONGEST
            && text.chars().all(|c| is_lower(c) || matches!(c, '-' | '_' | '.'))
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl FromStr for Handle {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        if Handle::is_valid(text) {
            return Ok(Handle(text.into()));
        }
        let hint = match Handle::from_text(text) {
            Some(near) => format!("; try `{near}`"),
            None => String::new(),
        };
        Err(IdError(format!(
            "`{}` is not a handle: lower-case letters, digits, `-`, `_` and `.`{hint}",
            text.escape_debug()
        )))
    }
}

impl TryFrom<String> for Handle {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> String {
        handle.0.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_in_every_usual_form_and_nothing_else() {
        for text in ["C-12", "c-12", "C12", "12"] {
            assert_eq!(text.parse(), Ok(CaseId(12)), "{text}");
        }
        for text in ["", "C-", "C--1", "H-12", "C-0", "C-+1", "99999999999999999999"] {
            assert!(text.parse::<CaseId>().is_err(), "{text}");
        }
        assert_eq!(format!("{:>6}|", HandoffId(7)), "   H-7|");
    }

    #[test]
    fn a_handle_is_made_from_any_name() {
        assert_eq!(Handle::from_text("Order to Cash!").map(String::from), Some("order-to-cash".into()));
        assert_eq!(Handle::from_text("李雷").map(String::from), Some("李雷".into()));
        assert_eq!(Handle::from_text(" -- "), None);
        assert!(Handle::from_text(&"ä".repeat(80)).is_some_and(|h| h.as_str().len() <= 64));
        let error = "Order to cash".parse::<Handle>().map_err(|e| e.to_string());
        assert!(error.is_err_and(|e| e.contains("`order-to-cash`")));
    }
}
