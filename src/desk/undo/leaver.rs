//! What is said where letting somebody go cannot be taken back.

use super::Part;
use crate::domain::Handle;
use crate::domain::event::Event;

/// Whom an action let go.
pub(super) fn let_go(parts: &[Part]) -> Option<&Handle> {
    parts.iter().flat_map(Part::events).find_map(|event| match event {
        Event::PersonLeft { person } => Some(person),
        _ => None,
    })
}

/// What to do where it cannot be taken back.
pub(super) fn by_hand(gone: &Handle) -> String {
    format!(
        "`baton person back {gone}` lets them in again, `baton role change ROLE --add {gone}` gives a role back; \
         work comes back by being offered."
    )
}
