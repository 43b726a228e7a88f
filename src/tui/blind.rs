//! Keys that were typed before anybody can have read that the verb before them was refused: text meant for a dialog that
//! never opened. They do nothing but move, until the typing stops.

use super::action::{self, ActionId, Group};
use super::model::Model;
use super::update::say;
use crate::domain::{Instant, Span};

/// Nobody reads a sentence and presses another key in less.
const BLIND: Span = Span(350);

/// The refusal that keys may still be typed over.
#[derive(Debug, Clone, Default)]
pub struct Refused {
    /// When, in which round of keys, and what was said.
    last: Option<(Instant, u64, String)>,
    /// Rounds of keys so far.
    round: u64,
}

/// Another round of keys begins.
pub(super) fn round(model: &mut Model) {
    model.refused.round += 1;
}

/// A verb was refused. Only after one that asks something is text on its way.
pub(super) fn refused(model: &mut Model, id: ActionId, said: &str) {
    let action = action::of(id);
    let asks = action.long.ends_with("...") && matches!(action.group, Group::Do | Group::Make);
    model.refused.last = asks.then(|| (model.now, model.refused.round, said.to_string()));
}

/// Whether an action was typed over a refusal; it is let go then, and the refusal stays to be read.
pub(super) fn swallows(model: &mut Model, id: ActionId) -> bool {
    let Some((at, round, said)) = model.refused.last.take() else { return false };
    let since = model.now - at;
    let blind = round == model.refused.round || (since > Span::ZERO && since < BLIND);
    let harmless = action::of(id).group == Group::Move || matches!(id, ActionId::Help | ActionId::Quit);
    if !blind || harmless {
        return false;
    }
    say(model, &format!("{said} What was typed after it did nothing."));
    model.refused.last = Some((model.now, model.refused.round, said));
    true
}
