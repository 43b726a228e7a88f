//! From keys to actions: the table's keys, changed by the person's settings. Knows sequences of two keys;
//! does not know what actions do.

use super::action::{ACTIONS, ActionId};
use super::input::Key;
use crate::domain::nearest::nearest;
use std::collections::{BTreeMap, BTreeSet};

/// Which keys mean what.
#[derive(Debug, Clone)]
pub struct Keymap {
    keys: BTreeMap<Vec<Key>, ActionId>,
    /// Actions whose keys are not those of the table.
    changed: BTreeSet<ActionId>,
    /// The keys that the person wrote first for an action: those are shown.
    first: BTreeMap<ActionId, Vec<Key>>,
}

/// What a key means after the keys before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    Action(ActionId),
    /// The first key of a sequence.
    Prefix,
    Nothing,
}

/// One or two keys, with a blank between two.
fn sequence(text: &str) -> Result<Vec<Key>, String> {
    let keys = text.split(' ').map(str::parse).collect::<Result<Vec<Key>, _>>();
    match keys {
        Ok(keys) if keys.len() <= 2 => Ok(keys),
        Ok(_) => Err(format!("`{text}` is more than two keys, one after the other")),
        Err(error) => Err(error.to_string()),
    }
}

impl Keymap {
    /// The table's keys with `changes` by action name; `none` unbinds. What cannot be used is returned as a
    /// warning and never stops the start. What the person wrote comes before the table; of two that they wrote
    /// for one key the first holds.
    pub fn new(changes: &BTreeMap<String, Vec<String>>) -> (Keymap, Vec<String>) {
        let (mut keys, mut warnings) = (BTreeMap::<Vec<Key>, ActionId>::new(), Vec::new());
        let (mut changed, mut written, mut first) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        for action in ACTIONS.iter().filter(|action| !changes.contains_key(action.name)) {
            for text in action.keys {
                keys.extend(sequence(text).map(|keys| (keys, action.id)));
            }
        }
        for action in ACTIONS {
            let Some(wanted) = changes.get(action.name) else { continue };
            changed.insert(action.id);
            for text in wanted.iter().filter(|text| *text != "none") {
                let new = match sequence(text) {
                    Ok(new) => new,
                    Err(error) => {
                        warnings.push(format!("[keys] {}: {error}", action.name));
                        continue;
                    }
                };
                match keys.get(&new).copied() {
                    Some(other) if other == action.id => {}
                    // Whoever unbinds the way out by accident has no other.
                    Some(ActionId::Quit) if changes.get("quit").is_none() => warnings.push(format!(
                        "[keys] `{text}` stays with quit and not {}; `quit = \"none\"` frees it",
                        action.name
                    )),
                    Some(other) if written.contains(&new) => warnings.push(format!(
                        "[keys] `{text}` is written for {} and {}; {} has it",
                        super::action::of(other).name,
                        action.name,
                        super::action::of(other).name
                    )),
                    other => {
                        if let Some(other) = other {
                            let other = super::action::of(other).name;
                            warnings
                                .push(format!("[keys] `{text}` is taken from {other} by {}", action.name));
                        }
                        keys.insert(new.clone(), action.id);
                        first.entry(action.id).or_insert_with(|| new.clone());
                        written.insert(new);
                    }
                }
            }
        }
        for new in written.iter().filter(|new| new.len() == 1) {
            let longer = keys.keys().filter(|keys| keys.len() == 2 && keys[0] == new[0]).count();
            if longer > 0 {
                warnings
                    .push(format!("[keys] `{}` acts at once; {longer} that begin with it are lost", new[0]));
            }
        }
        let known = || ACTIONS.iter().map(|action| action.name);
        for name in changes.keys().filter(|name| known().all(|known| known != name.as_str())) {
            let near = nearest(name, known()).map(|near| format!("; did you mean `{near}`?"));
            let name = name.escape_debug();
            warnings.push(format!("[keys] there is no action `{name}`{}", near.unwrap_or_default()));
        }
        (Keymap { keys, changed, first }, warnings)
    }

    /// Whether the settings say something about the keys of an action.
    pub fn changed(&self, id: ActionId) -> bool {
        self.changed.contains(&id)
    }

    /// Every key of an action, the one to show first.
    pub fn all(&self, id: ActionId) -> String {
        let first = self.shown(id);
        let of_action = self.keys.iter().filter(|(_, action)| **action == id);
        let all = of_action.map(|(keys, _)| spelled(keys)).filter(|keys| *keys != first);
        [first.clone()].into_iter().filter(|keys| !keys.is_empty()).chain(all).collect::<Vec<_>>().join(", ")
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
        let own = self.first.get(&id).filter(|keys| self.keys.get(*keys) == Some(&id));
        if let Some(own) = own {
            return spelled(own);
        }
        let of_action = self.keys.iter().filter(|(_, action)| **action == id).map(|(keys, _)| keys);
        let first = super::action::of(id).keys.iter().find_map(|key| {
            let parsed = key.split(' ').map(str::parse).collect::<Result<Vec<Key>, _>>().ok()?;
            (self.keys.get(&parsed) == Some(&id)).then_some(parsed)
        });
        let keys = first.or_else(|| of_action.min_by_key(|keys| keys.len()).cloned()).unwrap_or_default();
        spelled(&keys)
    }

    /// What stands in the way of giving an action these keys: what has them now, or what they would hide.
    pub fn conflict(&self, wanted: &[Key], by: Option<ActionId>) -> Option<String> {
        let (name, spelled) = (|id| super::action::of(id).name, spelled(wanted));
        let other = self.keys.get(wanted).filter(|other| Some(**other) != by);
        let longer =
            self.keys.keys().filter(|keys| keys.len() > wanted.len() && keys.starts_with(wanted)).count();
        let before = wanted.first().and_then(|first| self.keys.get(std::slice::from_ref(first)));
        match (other, before.filter(|_| wanted.len() > 1)) {
            (Some(other), _) => Some(format!("`{spelled}` is {} now, which would lose it.", name(*other))),
            (None, Some(before)) => Some(format!("`{}` is {} and acts at once.", wanted[0], name(*before))),
            (None, None) if longer > 0 => {
                Some(format!("{longer} that begin with `{spelled}` would be lost."))
            }
            (None, None) => None,
        }
    }

    /// What can follow the first key of a sequence.
    pub fn after(&self, prefix: Key) -> Vec<(Key, ActionId)> {
        let follows = self.keys.iter().filter(|(keys, _)| keys.len() == 2 && keys[0] == prefix);
        follows.map(|(keys, action)| (keys[1], *action)).collect()
    }
}

fn spelled(keys: &[Key]) -> String {
    keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
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
        assert_eq!(keymap.meant(Some(key("g")), key("y")), Meant::Nothing);
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

    #[test]
    fn what_the_person_wrote_comes_before_the_table_and_what_clashes_is_said() {
        let written = |pairs: &[(&str, &[&str])]| {
            let pair = |(name, keys): &(&str, &[&str])| {
                (name.to_string(), keys.iter().map(ToString::to_string).collect::<Vec<_>>())
            };
            Keymap::new(&pairs.iter().map(pair).collect())
        };
        // `x` is of an action that stands later in the table.
        let (keymap, warnings) = written(&[("accept", &["x", "F5"])]);
        assert_eq!(keymap.meant(None, key("x")), Meant::Action(ActionId::Accept));
        assert_eq!(keymap.all(ActionId::Accept), "x, F5");
        let (both, _) = written(&[("decline", &["x", "r"])]);
        assert_eq!(
            both.shown(ActionId::Decline),
            "x",
            "the one that was written first, and not that of the table"
        );
        assert!(keymap.changed(ActionId::Accept) && !keymap.changed(ActionId::Note));
        assert_eq!(warnings, ["[keys] `x` is taken from withdraw by accept"]);

        let (keymap, warnings) = written(&[("note", &["ö"]), ("accept", &["ö"])]);
        assert_eq!(keymap.meant(None, key("ö")), Meant::Action(ActionId::Accept));
        assert_eq!(warnings, ["[keys] `ö` is written for accept and note; accept has it"]);

        let (keymap, warnings) = written(&[("note", &["g"]), ("accept", &["a b c", ""]), ("acept", &[])]);
        assert_eq!(keymap.meant(None, key("g")), Meant::Action(ActionId::Note));
        assert_eq!(warnings.len(), 4, "{warnings:?}");
        assert!(warnings[2].contains("`g` acts at once"), "{warnings:?}");
        assert!(warnings[3].ends_with("no action `acept`; did you mean `accept`?"), "{warnings:?}");

        let (keymap, _) = written(&[("accept", &["Ctrl-c"])]);
        assert_eq!(keymap.meant(None, key("Ctrl-c")), Meant::Action(ActionId::Quit), "the way out stays");
    }
}
