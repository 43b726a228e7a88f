//! The word somebody probably meant who typed one that nothing in a menu is called by. Ranks nothing.

use super::form::Form;
use super::forms::Kind;
use super::menu::{Item, Pick};
use super::ranking::tier;
use super::understand::Sense;
use crate::desk::RecordItem;
use crate::domain::catalog::Catalog;
use crate::domain::nearest::nearest;
use crate::domain::{Handle, tags};
use crate::tui::also::also;

/// Shorter words are the beginning of something else.
const LETTERS: usize = 4;

/// Whether the word is in what the item is called, and not only its letters.
pub(super) fn names(word: &str, item: &Item) -> bool {
    item.pick != Pick::Nothing && tier(word, item, false).is_some()
}

/// The word of the items that is near to the one typed, where none is called by that.
pub(super) fn meant(typed: &str, items: &[Item]) -> Option<String> {
    let typed = typed.trim().to_lowercase();
    if typed.chars().count() < LETTERS || typed.contains(|c: char| !c.is_alphabetic()) {
        return None;
    }
    if items.iter().any(|item| names(&typed, item)) {
        return None;
    }
    let of = |item: &Item| {
        let as_well = match item.pick {
            Pick::Action(id) => also(id),
            _ => "",
        };
        format!("{} {} {as_well}", item.name(), item.label)
    };
    // What is only read is found by its own words.
    let items = items.iter().filter(|item| !matches!(item.pick, Pick::Nothing | Pick::Topic(_)));
    let texts = items.map(of).collect::<Vec<_>>();
    let words = texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let found = nearest(&typed, words.filter(|word| word.chars().count() >= LETTERS - 1))?;
    Some(found.to_lowercase())
}

/// The record whose name, or a word of it, is near to what was typed.
pub(super) fn record<'a>(typed: &str, records: &'a [RecordItem]) -> Option<&'a str> {
    let names = records.iter().map(|item| item.row.name.as_str());
    Some(typed.trim()).filter(|typed| typed.chars().count() > 2).and_then(|typed| nearest(typed, names))
}

/// The process whose name, or a word of it, is near to what was typed.
pub(super) fn process<'a>(typed: &str, catalog: &'a Catalog) -> Option<&'a str> {
    nearest(typed, catalog.processes.keys().map(Handle::as_str))
}

/// Says under a new case that a tag nobody has used may have been meant as a process.
pub(super) fn say_of_tags(form: &mut Form, sense: &Sense<'_>) {
    const NOTE: &str = "A tag: ";
    form.notes.retain(|note| !note.starts_with(NOTE));
    if !matches!(form.kind, Kind::NewCase(_)) || !form.value("process").is_empty() {
        return;
    }
    let Ok((add, _)) = tags::read(&form.value("tags")) else { return };
    let used = |tag: &Handle| sense.records.iter().any(|item| item.row.tags.contains(tag));
    let slip = add
        .iter()
        .filter(|tag| !used(tag))
        .find_map(|tag| Some((tag, process(tag.as_str(), sense.catalog)?)));
    if let Some((tag, process)) = slip {
        form.notes.push(format!("{NOTE}#{tag}. Or did you mean the process #{process}?"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::action::{ACTIONS, ActionId};

    fn items() -> Vec<Item> {
        let action = |action: &crate::tui::action::Action| Item {
            label: action.long.to_string(),
            detail: String::new(),
            key: String::new(),
            possible: true,
            pick: Pick::Action(action.id),
        };
        ACTIONS.iter().map(action).collect()
    }

    #[test]
    fn a_slip_leads_to_what_was_meant_and_a_word_that_is_there_to_itself() {
        let items = items();
        for (typed, word) in [
            ("ofer", Some("offer")),
            ("snoze", Some("snooze")),
            ("declien", Some("decline")),
            ("offer", None),
            ("offe", None),
            ("ofr", None),
            ("xylophone", None),
            ("", None),
        ] {
            assert_eq!(meant(typed, &items).as_deref(), word, "{typed}");
        }
        let mut menu = super::super::menu::Menu::new("Do", ":", items);
        menu.paste("ofer");
        let picked = menu.key(&crate::tui::input::Key::plain(crate::tui::input::Code::Enter));
        assert_eq!(picked, super::super::menu::Heard::Picked(Pick::Action(ActionId::Offer)));
    }
}
