//! The keys in force: trying one out, and giving an action another, with what stands in the way. Writes nothing; the
//! settings are changed by whoever carries effects out.

use super::action::{self, ACTIONS, ActionId};
use super::input::{Code, Key};
use super::keymap::{Keymap, Meant};
use super::model::Model;
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::capture::Capture;
use super::overlays::menu::{Item, Menu, Pick};
use super::update::say;

/// Every action with its keys, to choose one.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let item = |label: String, detail: &str, id| Item {
        label,
        detail: detail.to_string(),
        key: String::new(),
        possible: true,
        pick: Pick::Rebind(id),
    };
    let mut items = vec![item("Press a key and see what it does".to_string(), "changes nothing", None)];
    items.extend(ACTIONS.iter().map(|action| {
        let keys = model.keymap.all(action.id);
        let keys = if keys.is_empty() { "none".to_string() } else { keys };
        let from = if model.keymap.changed(action.id) { "settings" } else { "default" };
        item(format!("{keys:<14} {}", action.name), &format!("{from}  {}", action.words), Some(action.id))
    }));
    model.overlays.push(Overlay::Menu(Box::new(Menu::new("Keys in force", "key or action", items))));
    Vec::new()
}

/// Asks for a key.
pub(super) fn ask(model: &mut Model, action: Option<ActionId>) -> Vec<Effect> {
    let mut capture = Capture::new(action);
    if let Some(id) = action {
        let now = model.keymap.all(id);
        capture.said = match now.is_empty() {
            true => "It has no key now.".to_string(),
            false => format!("Its keys now: {now}."),
        };
    }
    model.overlays.push(Overlay::Capture(Box::new(capture)));
    Vec::new()
}

/// Hears a key while one is caught.
pub(super) fn key(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(Overlay::Capture(capture)) = model.overlays.last_mut() else { return Vec::new() };
    let plain = !key.ctrl && !key.alt;
    match (key.code, capture.action) {
        (Code::Esc, _) if plain => drop(model.overlays.pop()),
        (Code::Enter, Some(id)) if plain => {
            let wanted = capture.spelled();
            if !wanted.is_empty() {
                return keep(model, id, Some(vec![wanted]));
            }
        }
        (Code::Delete, Some(id)) if plain => return keep(model, id, Some(Vec::new())),
        (Code::Home, Some(id)) if plain => return keep(model, id, None),
        (Code::Backspace, Some(_)) if plain => {
            capture.pressed.clear();
            capture.said.clear();
            capture.wrong = false;
        }
        (_, id) => {
            if capture.pressed.len() >= 2
                || capture.action.is_none() && !prefix(&model.keymap, &capture.pressed)
            {
                capture.pressed.clear();
            }
            capture.pressed.push(key);
            let conflict = model.keymap.conflict(&capture.pressed, id).filter(|_| id.is_some());
            capture.wrong = conflict.is_some();
            capture.said = conflict.unwrap_or_else(|| meaning(&model.keymap, &capture.pressed));
        }
    }
    Vec::new()
}

fn prefix(keymap: &Keymap, pressed: &[Key]) -> bool {
    matches!(pressed, [one] if keymap.meant(None, *one) == Meant::Prefix)
}

/// What keys do now, in words.
fn meaning(keymap: &Keymap, pressed: &[Key]) -> String {
    let meant = match pressed {
        [first, second] => keymap.meant(Some(*first), *second),
        [one] => keymap.meant(None, *one),
        _ => Meant::Nothing,
    };
    match meant {
        Meant::Action(id) => format!("It is {}: {}", action::of(id).name, action::of(id).long),
        Meant::Prefix => "The first of two keys.".to_string(),
        Meant::Nothing => "It is free.".to_string(),
    }
}

/// Gives an action these keys from now on, and keeps them in the settings where those can be changed.
fn keep(model: &mut Model, id: ActionId, keys: Option<Vec<String>>) -> Vec<Effect> {
    let action = action::of(id).name;
    match &keys {
        Some(keys) => drop(model.written_keys.insert(action.to_string(), keys.clone())),
        None => drop(model.written_keys.remove(action)),
    }
    let (keymap, warnings) = Keymap::new(&model.written_keys);
    model.keymap = keymap;
    model.overlays.pop();
    let now = model.keymap.all(id);
    let now = if now.is_empty() { "no key".to_string() } else { now };
    let warned = warnings.iter().map(|warning| format!(" {warning}.")).collect::<String>();
    match model.settings_file.clone() {
        Some(file) => {
            say(model, &format!("{action} has {now} now, kept in {}.{warned}", file.display()));
            vec![Effect::KeepKeys { file, action, keys }]
        }
        None => {
            say(model, &format!("{action} has {now} until this session ends.{warned}"));
            Vec::new()
        }
    }
}
