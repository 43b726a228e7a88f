//! From keys to actions: the table's keys, changed by the person's settings. Knows sequences of two keys;
//! does not know what actions do.

use super::action::{ACTIONS, ActionId};
use super::input::Key;
use std::collections::BTreeMap;

/// Which keys mean what.
#[derive(Debug, Clone)]
pub struct Keymap {
    keys: BTreeMap<Vec<Key>, ActionId>,
}

/// What a key means after the keys before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    Action(ActionId),
    /// The first key of a sequence.
    Prefix,
    Nothing,
}

impl Keymap {
    /// The table's keys with `changes` by action name; `none` unbinds. What cannot be used is returned as a
    /// warning and never stops the start.
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> (Keymap, Vec<String>) {
        let (mut keys, mut warnings) = (BTreeMap::new(), Vec::new());
        let default = |action: &super::action::Action| {
            action.keys.iter().map(|key| (*key).to_string()).collect::<Vec<_>>()
        };
        for action in ACTIONS {
            let written = changes.get(action.name).cloned().unwrap_or_else(|| default(action));
            for sequence in written.iter().filter(|sequence| *sequence != "none") {
                match sequence.split(' ').map(str::parse).collect::<Result<Vec<Key>, _>>() {
                    Err(error) => warnings.push(format!("[keys] {}: {error}", action.name)),
                    Ok(sequence_keys) => {
                        if let Some(other) = keys.insert(sequence_keys, action.id) {
                            let other = super::action::of(other).name;
                            warnings.push(format!(
                                "[keys] `{sequence}` is taken from {other} by {}",
                                action.name
                            ));
                        }
                    }
                }
            }
        }
        for name in changes.keys().filter(|name| ACTIONS.iter().all(|action| action.name != name.as_str())) {
            warnings.push(format!("[keys] there is no action `{name}`"));
        }
        (Keymap { keys }, warnings)
    }

    /// What `key` means after `before`.
    pub fn meant(&self, before: Option<Key>, key: Key) -> Meant {
        let sequence = before.into_iter().chain([key]).collect::<Vec<_>>();
        match self.keys.get(&sequence) {
            Some(action) => Meant::Action(*action),
            None if self.keys.keys().any(|keys| keys.starts_with(&sequence)) => Meant::Prefix,
            None => Meant::Nothing,
        }
    }

    /// The key to show for an action; empty when it has none.
    pub fn shown(&self, id: ActionId) -> String {
        let of_action = self.keys.iter().filter(|(_, action)| **action == id).map(|(keys, _)| keys);
        let first = super::action::of(id).keys.iter().find_map(|key| {
            let parsed = key.split(' ').map(str::parse).collect::<Result<Vec<Key>, _>>().ok()?;
            (self.keys.get(&parsed) == Some(&id)).then_some(parsed)
        });
        let keys = first.or_else(|| of_action.min_by_key(|keys| keys.len()).cloned()).unwrap_or_default();
        keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// What can follow the first key of a sequence.
    pub fn after(&self, prefix: Key) -> Vec<(Key, ActionId)> {
        let follows = self.keys.iter().filter(|(keys, _)| keys.len() == 2 && keys[0] == prefix);
        follows.map(|(keys, action)| (keys[1], *action)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        text.parse().unwrap()
    }

    #[test]
    fn sequences_settings_and_their_mistakes() {
        let (keymap, warnings) = Keymap::new(&BTreeMap::new());
        assert_eq!(warnings, Vec::<String>::new());
        assert_eq!(keymap.meant(None, key("a")), Meant::Action(ActionId::Accept));
        assert_eq!(keymap.meant(None, key("g")), Meant::Prefix);
        assert_eq!(keymap.meant(Some(key("g")), key("i")), Meant::Action(ActionId::GoInbox));
        assert_eq!(keymap.meant(Some(key("g")), key("z")), Meant::Nothing);
        assert_eq!(keymap.shown(ActionId::GoInbox), "1");

        let changes = BTreeMap::from([
            ("accept".to_string(), vec!["ö".to_string()]),
            ("decline".to_string(), vec!["none".to_string()]),
            ("note".to_string(), vec!["Ctrl-Nothing".to_string()]),
            ("nonsense".to_string(), vec!["x".to_string()]),
        ]);
        let (keymap, warnings) = Keymap::new(&changes);
        assert_eq!(keymap.meant(None, key("ö")), Meant::Action(ActionId::Accept));
        assert_eq!(keymap.meant(None, key("a")), Meant::Nothing);
        assert_eq!(keymap.shown(ActionId::Decline), "");
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }
}
