//! The menus made of the table of actions: the palette and the help.

use super::action::ACTIONS;
use super::model::Model;
use super::overlays::menu::{Item, Menu, Pick};
use super::places::At;
use super::target::possible;

/// The palette: every action with its key or the reason it cannot be done, then what can be gone to.
pub fn palette(model: &Model) -> Menu {
    let action = |action: &super::action::Action| {
        let why = possible(model, action.id).err();
        Item {
            label: action.long.to_string(),
            possible: why.is_none(),
            detail: why.unwrap_or_default(),
            key: model.keymap.shown(action.id),
            pick: Pick::Action(action.id),
        }
    };
    let mut items = ACTIONS.iter().map(action).collect::<Vec<_>>();
    items.sort_by_key(|item| !item.possible);
    let go = |label: String, detail: String, pick: Pick| Item {
        label,
        detail,
        key: "open".to_string(),
        possible: true,
        pick,
    };
    for item in model.inbox.iter().flat_map(|inbox| &inbox.items) {
        items.push(go(
            format!("{} {}", item.case, item.title),
            item.step_title.clone(),
            Pick::Case(item.case),
        ));
    }
    for item in model.records.iter().flatten() {
        let detail = format!("{} {}", item.row.kind, item.row.id);
        items.push(go(item.row.name.clone(), detail, Pick::Record(item.row.id)));
    }
    for (handle, versions) in &model.catalog.processes {
        let title = versions.last().map(|p| p.title.clone()).unwrap_or_default();
        items.push(go(format!("Board {title}"), handle.to_string(), Pick::Process(handle.clone())));
        let place = Pick::Place(At::Process(handle.clone()));
        items.push(go(format!("Process {title}"), handle.to_string(), place));
    }
    for (handle, person) in &model.catalog.people {
        let place = Pick::Place(At::Person(handle.clone()));
        items.push(go(format!("Person {handle}"), person.name.clone(), place));
    }
    Menu::new("Do", ":", items)
}

/// The help: every action under its heading, runnable.
pub fn help(model: &Model) -> Menu {
    let mut items = Vec::new();
    let mut group = None;
    let mut actions = ACTIONS.iter().collect::<Vec<_>>();
    actions.sort_by_key(|action| action.group);
    for action in actions {
        if group != Some(action.group) {
            group = Some(action.group);
            items.push(Item {
                label: action.group.title().to_string(),
                detail: String::new(),
                key: String::new(),
                possible: true,
                pick: Pick::Nothing,
            });
        }
        let keys = model.keymap.shown(action.id);
        items.push(Item {
            label: format!("{keys:<9} {}", action.long),
            detail: possible(model, action.id).err().unwrap_or_default(),
            key: String::new(),
            possible: true,
            pick: Pick::Action(action.id),
        });
    }
    for line in [
        "Marks: !! very late   ! late   ~ due soon   * marked   + news",
        "= waiting   < came back   >name offered to somebody",
    ] {
        let label = line.to_string();
        items.push(Item {
            label,
            detail: String::new(),
            key: String::new(),
            possible: true,
            pick: Pick::Nothing,
        });
    }
    Menu::new("Help", "search", items)
}
