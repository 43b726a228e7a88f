//! What a note on a record told the person, in their inbox: it is read or answered there with the keys of a message. Of
//! notes on cases this is done where every other thing of a case is.

use super::act::open_form;
use super::action::ActionId;
use super::model::{Model, Pane};
use super::msg::Effect;
use super::overlays::arrange;
use crate::desk::InboxItem;
use crate::domain::RecordId;
use crate::domain::command::Command;
use crate::domain::event::SubjectId;

/// The message under the cursor, and the record it was written on.
pub(super) fn here(model: &Model) -> Option<(RecordId, &InboxItem)> {
    if model.view().is_some() || model.pane != Pane::Inbox || !model.marks.is_empty() {
        return None;
    }
    let item = model.inbox_state.selected(model.inbox.as_ref()?)?;
    Some((item.record()?, item))
}

/// Whether this key reads or answers it.
pub(super) fn hears(model: &Model, id: ActionId) -> bool {
    matches!(id, ActionId::Accept | ActionId::Decline) && here(model).is_some()
}

/// Reads or answers it.
pub(super) fn act(model: &mut Model, id: ActionId) -> Option<Vec<Effect>> {
    let (record, item) = here(model).filter(|_| hears(model, id))?;
    if id == ActionId::Accept {
        return Some(vec![Effect::Do(vec![Command::ReadMessages { on: SubjectId::Record(record) }])]);
    }
    let named = item.from.as_ref().map(|from| format!("@{from} ")).unwrap_or_default();
    let form = arrange::reply_on_record(record, &named, &format!("{record} {}", item.title));
    Some(open_form(model, form))
}
