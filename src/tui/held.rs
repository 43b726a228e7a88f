//! What came in one read: keys, each about what the one before it left, and the same letter many times, which is a key
//! that is held over a slow line or a paste without brackets. That moves as often as it was pressed; whatever else the key
//! does it does once at most, and the rest is kept as a pasted text.

use super::action::{self, Group};
use super::input::{Code, Input, Key};
use super::keymap::Meant;
use super::keys::on_key;
use super::model::Model;
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::form::Control;
use super::update::{on_input, say, settle};

/// As often fingers press the same letter while a frame is drawn.
const ALIKE: usize = 2;

/// Hears what came in one read.
pub(super) fn typed(model: &mut Model, inputs: &[Input]) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut at = 0;
    while let Some(first) = inputs.get(at) {
        let begun = at > 0;
        let input = match alike(&inputs[at..]) {
            Some((letter, many)) => Input::Held(letter, many),
            None => first.clone(),
        };
        at += if let Input::Held(_, many) = input { many } else { 1 };
        if super::ahead::holds(model, &input) {
            continue;
        }
        // What a key left is what the next one is about, as where they come one by one.
        if begun {
            settle(model);
        }
        let more = on_input(model, input);
        super::ahead::sent(model, &more);
        effects.extend(more);
    }
    effects
}

/// The letter these keys begin with and how often it stands there, where no fingers are so fast.
fn alike(inputs: &[Input]) -> Option<(char, usize)> {
    let letter = |input: &Input| match input {
        Input::Key(key) => key.typed(),
        _ => None,
    };
    let first = inputs.first().and_then(letter).filter(|c| !c.is_whitespace())?;
    let many = inputs.iter().take_while(|input| letter(input) == Some(first)).count();
    (many > ALIKE).then_some((first, many))
}

/// Hears a letter that came so many times: as text where somebody writes one.
pub(super) fn heard(model: &mut Model, letter: char, many: usize) -> Vec<Effect> {
    let key = Key::plain(Code::Char(letter));
    let moves = model.overlays.is_empty()
        && matches!(model.keymap.meant(None, key), Meant::Action(id) if action::of(id).group == Group::Move);
    if moves || model.filtering || writes(model) {
        return (0..many).flat_map(|_| on_key(model, key)).collect();
    }
    let effects = on_key(model, key);
    model.pasted = letter.to_string().repeat(many - 1);
    say(model, "Pasted text kept. n puts it in a new case, c in a note.");
    effects
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
