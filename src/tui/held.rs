//! What came in one read: keys, each about what the one before it left, and the same letter many times, which is a key
//! that is held over a slow line or a paste without brackets. That moves as often as it was pressed; whatever else the key
//! does it does once at most, and the rest is kept as a pasted text.

use super::action::{self, Group};
use super::input::{ALIKE, Code, Input, Key};
use super::keymap::Meant;
use super::keys::on_key;
use super::model::Model;
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::form::Control;
use super::update::{on_input, say, settle};

/// Hears what came in one read.
pub(super) fn typed(model: &mut Model, inputs: &[Input]) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut at = 0;
    while let Some(input) = inputs.get(at) {
        let begun = at > 0;
        let alike = alike(&inputs[at..]);
        at += 1;
        if super::ahead::holds(model, input) {
            continue;
        }
        // What a key left is what the next one is about, as where they come one by one.
        if begun {
            settle(model);
        }
        let more = match heard(model, &alike) {
            Some(more) => {
                at += alike.chars().count() - 1;
                more
            }
            None => on_input(model, input.clone()),
        };
        super::ahead::sent(model, &more);
        effects.extend(more);
    }
    effects
}

/// The letter these keys begin with, as often as it stands there.
fn alike(inputs: &[Input]) -> String {
    let letter = |input: &Input| match input {
        Input::Key(key) => key.typed(),
        _ => None,
    };
    let first = inputs.first().and_then(letter);
    inputs.iter().map_while(|input| letter(input).filter(|c| Some(*c) == first)).collect()
}

/// Hears letters that came together, where they are all the same and nobody writes a text.
pub(super) fn heard(model: &mut Model, text: &str) -> Option<Vec<Effect>> {
    let letter = text.chars().next().filter(|c| !c.is_whitespace())?;
    let many = text.chars().count();
    if many <= ALIKE || text.chars().any(|c| c != letter) || model.filtering || writes(model) {
        return None;
    }
    let key = Key::plain(Code::Char(letter));
    if model.overlays.is_empty()
        && let Meant::Action(id) = model.keymap.meant(None, key)
        && action::of(id).group == Group::Move
    {
        return Some((0..many).flat_map(|_| on_key(model, key)).collect());
    }
    let effects = on_key(model, key);
    model.pasted = text.chars().skip(1).collect();
    say(model, "Pasted text kept. n puts it in a new case, c in a note.");
    Some(effects)
}

/// Whether letters are a text where the keys are.
fn writes(model: &Model) -> bool {
    match model.overlays.last() {
        Some(Overlay::Form(form)) => {
            matches!(form.fields.get(form.focus).map(|field| &field.control), Some(Control::Text(_)))
        }
        Some(Overlay::Menu(_) | Overlay::Writing(_)) => true,
        _ => false,
    }
}
