//! Words of the command line that name one of a closed set. Says what there is when the word is another.

use crate::domain::catalog::Permission;
use crate::domain::nearest::nearest;

pub(super) fn permission(text: &str) -> Result<Permission, String> {
    let found = Permission::ALL.iter().find(|(_, word)| *word == text);
    found.map(|(permission, _)| *permission).ok_or_else(|| unknown(text, Permission::ALL.map(|(_, w)| w)))
}

fn unknown<const N: usize>(text: &str, words: [&str; N]) -> String {
    match nearest(text, words) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", words.join(", ")),
    }
}
