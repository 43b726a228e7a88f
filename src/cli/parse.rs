//! Words of the command line that name one of a closed set. Says what there is when the word is another.

use crate::domain::catalog::Permission;
use crate::domain::event::DeclineReason;
use crate::domain::nearest::nearest;

pub(super) fn permission(text: &str) -> Result<Permission, String> {
    let found = Permission::ALL.iter().find(|(_, word)| *word == text);
    found.map(|(permission, _)| *permission).ok_or_else(|| unknown(text, Permission::ALL.map(|(_, w)| w)))
}

/// A permission, or none of its own.
#[derive(Debug, Clone, Copy)]
pub struct Permit(pub Option<Permission>);

/// The same, and `default` for none.
pub(super) fn permission_or_default(text: &str) -> Result<Permit, String> {
    match text {
        "default" => Ok(Permit(None)),
        text => permission(text).map(|permission| Permit(Some(permission))),
    }
}

/// `missing_information`, also with `-`.
pub(super) fn decline_reason(text: &str) -> Result<DeclineReason, String> {
    let code = text.replace('-', "_");
    let found = DeclineReason::ALL.iter().find(|(_, word, _)| *word == code);
    found.map(|(reason, ..)| *reason).ok_or_else(|| unknown(text, DeclineReason::ALL.map(|(_, w, _)| w)))
}

fn unknown<const N: usize>(text: &str, words: [&str; N]) -> String {
    match nearest(text, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", words.join(", ")),
    }
}
