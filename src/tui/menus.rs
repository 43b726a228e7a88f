//! The menus and pages made of the table of actions: the palette and the help.

use super::action::{ACTIONS, Action};
use super::model::{Model, Pane, View};
use super::msg::Effect;
use super::overlays::Overlay;
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::reader::Reader;
use super::places::At;
use super::target::possible;
use super::theme::Palette;
use super::topics::TOPICS;

fn line(label: impl Into<String>, detail: impl Into<String>, key: &str, pick: Pick) -> Item {
    Item { label: label.into(), detail: detail.into(), key: key.to_string(), possible: true, pick }
}

fn action(model: &Model, action: &Action) -> Item {
    let why = possible(model, action.id).err();
    Item {
        label: super::place_keys::long(model, action.id).unwrap_or(action.long).to_string(),
        possible: why.is_none(),
        detail: why.unwrap_or_default(),
        key: model.keymap.shown(action.id),
        pick: Pick::Action(action.id),
    }
}

/// What stands over the palette.
pub(super) const PALETTE: &str = "Do   (a number opens that case, ?word asks the help)";

/// The palette: every action with its key or the reason it cannot be done, what was run last first; then what can
/// be gone to: cases, records, people, boards, named views; then colours. `?word` asks the help.
pub fn palette(model: &Model) -> Menu {
    let recent = |item: &Item| model.recent.iter().position(|id| item.pick == Pick::Action(*id));
    let mut items = ACTIONS.iter().map(|row| action(model, row)).collect::<Vec<_>>();
    items.sort_by_key(|item| (recent(item).unwrap_or(usize::MAX), !item.possible));
    let mut cases = std::collections::BTreeMap::new();
    for item in model.inbox.iter().flat_map(|inbox| &inbox.items) {
        cases.insert(item.case, (item.title.clone(), item.step_title.clone()));
    }
    for column in model.board.iter().flat_map(|board| &board.columns) {
        for card in column.cards.iter() {
            cases.entry(card.case).or_insert_with(|| (card.title.clone(), column.title.clone()));
        }
    }
    // What is on screen or known comes before what was found elsewhere, and is said once.
    let found = model.elsewhere.iter();
    for case in found.clone().flat_map(|found| &found.cases) {
        let about =
            if case.ended.is_some() { case.state.clone() } else { process_title(model, &case.process) };
        cases.entry(case.id).or_insert_with(|| (case.title.clone(), about));
    }
    for (case, (title, step)) in cases {
        items.push(line(format!("{case} {title}"), step, "open", Pick::Case(case)));
    }
    let known = model.records.iter().flatten();
    let known_ids = known.clone().map(|item| item.row.id).collect::<std::collections::BTreeSet<_>>();
    let found = found.flat_map(|found| &found.records).filter(|item| !known_ids.contains(&item.row.id));
    for item in known.chain(found) {
        // Of names that are here for forms nobody has counted it.
        let open = if item.open > 0 { format!(", {} open", item.open) } else { String::new() };
        let detail = format!("{} {}{open}", item.row.kind, item.row.id);
        items.push(line(&item.row.name, detail, "open", Pick::Record(item.row.id)));
    }
    for (handle, versions) in &model.catalog.processes {
        let title = versions.last().map(|p| p.title.clone()).unwrap_or_default();
        items.push(line(format!("Board {title}"), handle.as_str(), "open", Pick::Process(handle.clone())));
        let place = Pick::Place(At::Process(handle.clone()));
        items.push(line(format!("Process {title}"), handle.as_str(), "open", place));
    }
    for (handle, person) in &model.catalog.people {
        let label = format!("Work of {}", person.name);
        items.push(line(label, format!("who:{handle}"), "list", Pick::Person(handle.clone())));
    }
    for saved in &model.saved {
        let detail = format!("{}: {}", saved.pane, saved.lens.filter);
        items.push(line(format!("View {}", saved.name), detail, "list", Pick::View(saved.name.clone())));
    }
    items.extend(colours(model));
    items.extend(answers(""));
    Menu::new(PALETTE, ":", items)
}

fn process_title(model: &Model, process: &crate::domain::Handle) -> String {
    model.catalog.newest(process).map_or_else(|| process.to_string(), |(_, process)| process.title.clone())
}

/// Takes names that came after the palette was opened into it.
pub fn renew_palette(model: &mut Model) {
    let items = palette(model).items;
    if let Some(Overlay::Menu(menu)) = model.overlays.last_mut()
        && menu.title == PALETTE
    {
        menu.renew(items);
    }
}

/// Other colours, and which are on.
fn colours(model: &Model) -> Vec<Item> {
    let colour = |palette: Palette| {
        let on = if palette == model.theme.palette() { "on" } else { "set" };
        line(format!("Theme {palette}"), "colours, for this session", on, Pick::Theme(palette))
    };
    Palette::ALL.into_iter().map(colour).collect()
}

/// The answers of the help; with the key that tells a help from a palette.
fn answers(key: &str) -> impl Iterator<Item = Item> {
    TOPICS.iter().enumerate().map(move |(n, topic)| line(topic.title, topic.text[0], key, Pick::Topic(n)))
}

/// Where the person is, in a word.
fn place(model: &Model) -> &'static str {
    match (model.view(), model.pane) {
        _ if model.first_run => "Welcome",
        (Some(View::Case(_)), _) => "Case",
        (Some(View::Record(_)), _) => "Record",
        (Some(View::Cases { .. }), _) => "Cases",
        (Some(View::Place(at)), _) => at.word(),
        (None, Pane::Inbox) => super::panes::inbox_queue::name(model.sweep.queue),
        (None, Pane::Boards) => "Boards",
        (None, Pane::Records) => "Records",
        (None, Pane::Metrics) => "Metrics",
    }
}

/// The help: every action under its heading, runnable; then what cannot be done here now, with why not; then answers.
pub fn help(model: &Model) -> Menu {
    let heading = |title: &str| line(title, "", "", Pick::Nothing);
    let mut items = Vec::new();
    let mut actions = ACTIONS.iter().map(|row| (row, action(model, row))).collect::<Vec<_>>();
    actions.sort_by_key(|(row, item)| (!item.possible, row.group));
    // Columns for the keys; on a narrow screen the words need them more.
    let wide = if model.size.0 < 60 { 3 } else { 9 };
    let (mut group, mut cannot) = (None, false);
    for (row, item) in actions {
        if !item.possible && !std::mem::replace(&mut cannot, true) {
            items.push(heading("Not here and now"));
        } else if item.possible && group != Some(row.group) {
            group = Some(row.group);
            items.push(heading(row.group.title()));
        }
        let detail = if item.possible { String::new() } else { format!("- {}", item.detail) };
        let label = format!("{:<wide$} {}", item.key, item.label);
        items.push(Item { label, detail, key: String::new(), possible: true, ..item });
    }
    items.push(heading("Answers"));
    items.extend(answers("read"));
    for signs in TOPICS.iter().filter(|topic| topic.title.starts_with("Signs")) {
        items.extend(signs.text.iter().map(|text| heading(text)));
    }
    let mut menu = Menu::new(&format!("Help: {}   (type to search)", place(model)), "search", items);
    menu.wide = true;
    // Below the first heading, which is nothing to run.
    menu.list.cursor = 1;
    menu
}

/// Opens an answer of the help.
pub fn topic(model: &mut Model, n: usize) -> Vec<Effect> {
    if let Some(topic) = TOPICS.get(n) {
        let lines = topic.text.iter().map(ToString::to_string).collect();
        read(model, topic.title, lines);
    }
    Vec::new()
}

pub(super) fn read(model: &mut Model, title: &str, lines: Vec<String>) {
    model.overlays.push(Overlay::Reader(Box::new(Reader::new(title, lines))));
}

/// What was said before, newest first.
pub fn messages(model: &mut Model) -> Vec<Effect> {
    let lines = model.messages.lines(&model.zone);
    let title = format!("Messages: the last {}, newest first", lines.len());
    read(model, &title, lines);
    Vec::new()
}

/// Offers other colours.
pub fn themes(model: &mut Model) -> Vec<Effect> {
    let items = colours(model);
    model.overlays.push(Overlay::Menu(Box::new(Menu::new("Theme", "which", items))));
    Vec::new()
}
