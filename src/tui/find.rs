//! Narrowing, ordering and naming lists: the menus behind `f` and `o`, and what choosing from them does. The
//! filter stays text that anybody can read and type; the menu only writes it.

use super::memory;
use super::model::{Model, Pane, View};
use super::msg::Effect;
use super::order::{self, Sort};
use super::overlays::form::FormField;
use super::overlays::forms::{Kind, form};
use super::overlays::menu::{Item, Menu, Pick};
use super::overlays::{Form, Overlay};
use super::panes::Move;
use super::panes::filter::toggled;
use super::panes::inbox_words::meant_here;
use super::update::say;
use super::widgets::field::Field;
use std::collections::{BTreeMap, BTreeSet};

/// The list's own order in words.
pub fn usual(model: &Model) -> &'static str {
    match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => "newest first",
        (_, Pane::Records) => "name",
        (_, Pane::Boards) => "most late",
        _ => super::panes::inbox_queue::sort(model.sweep.queue),
    }
}

fn item(label: String, detail: &str, on: bool, pick: Pick) -> Item {
    let key = if on { "on" } else { "" }.to_string();
    Item { label, detail: detail.to_string(), key, possible: true, pick }
}

/// The menu behind `f`: what can be asked of the rows, then the named views.
pub fn filters(model: &Model) -> Menu {
    if super::narrowed::here(model) {
        return super::narrowed::menu(model);
    }
    let now = memory::lens(model).filter;
    let on = |word: &str| now.split_whitespace().any(|known| known == word);
    let mut items = Vec::new();
    let mut word = |word: String, detail: &str| {
        let on = on(&word);
        items.push(item(word.clone(), detail, on, Pick::Word(word)));
    };
    let places = matches!(model.pane, Pane::Inbox | Pane::Boards) && model.view().is_none();
    let records = model.pane == Pane::Records && model.view().is_none();
    word("is:late".to_string(), "past due");
    if places {
        word("is:stalled".to_string(), "nothing moved for 3 days or more");
        word("is:mine".to_string(), "you are responsible");
        word("is:urgent".to_string(), "made urgent");
        if model.pane == Pane::Inbox {
            word("is:risk".to_string(), "likely to be late");
        }
        for (handle, person) in &model.catalog.people {
            word(format!("who:{handle}"), &format!("responsible: {}", person.name));
        }
        for (step, title) in steps(model) {
            word(format!("step:{step}"), &format!("at step {title}"));
        }
    }
    if records {
        word("is:open".to_string(), "with open cases");
    } else if model.pane != Pane::Boards || model.view().is_some() {
        for (handle, versions) in &model.catalog.processes {
            let title = versions.last().map(|process| process.title.clone()).unwrap_or_default();
            word(format!("process:{handle}"), &title);
        }
    }
    for tag in tags(model) {
        word(format!("#{tag}"), "tag");
    }
    if let Some(pane) = memory::list_word(model).filter(|_| model.view().is_none()) {
        let saved = model.saved.iter().filter(|saved| saved.pane == pane);
        let saved = saved.map(|saved| {
            let label = format!("View {}", saved.name);
            item(label, &saved.lens.filter, saved.lens == memory::lens(model), Pick::View(saved.name.clone()))
        });
        items.splice(0..0, saved.collect::<Vec<_>>());
        items.push(item("Save this as a view...".to_string(), &now, false, Pick::SaveView));
        let forget = model.saved.iter().filter(|saved| saved.pane == pane).map(|saved| {
            item(format!("Forget view {}", saved.name), "", false, Pick::ForgetView(saved.name.clone()))
        });
        items.extend(forget.collect::<Vec<_>>());
    }
    if !now.is_empty() {
        items.insert(0, item("Show everything again".to_string(), &now, false, Pick::Word(String::new())));
    }
    Menu::new("Filter", "which", items)
}

/// The steps of what is on the list, by handle.
fn steps(model: &Model) -> BTreeMap<String, String> {
    let inbox = model.inbox.iter().flat_map(|inbox| &inbox.items).filter(|_| model.pane == Pane::Inbox);
    let inbox = inbox.filter(|item| !item.step_title.is_empty());
    let inbox = inbox.map(|item| (item.step.to_string(), item.step_title.clone()));
    let process = model.process.as_ref().filter(|_| model.pane == Pane::Boards);
    let process = process.and_then(|handle| model.catalog.newest(handle));
    let of_process = process.iter().flat_map(|(_, process)| &process.steps);
    let mut steps = BTreeMap::<String, String>::new();
    // A handle may be that of steps of several processes, or of one with an item: it is one filter all the same.
    for (step, title) in inbox.chain(of_process.map(|step| (step.handle.to_string(), step.title.clone()))) {
        let titles = steps.entry(step).or_default();
        if !titles.split(" / ").any(|known| known == title) {
            titles.push_str(if titles.is_empty() { "" } else { " / " });
            titles.push_str(&title);
        }
    }
    steps
}

/// The tags of what is loaded.
fn tags(model: &Model) -> BTreeSet<String> {
    let inbox = model.inbox.iter().flat_map(|inbox| &inbox.items).flat_map(|item| &item.tags);
    let columns = model.board.iter().flat_map(|board| &board.columns);
    let cards = columns.flat_map(|column| column.cards.iter()).flat_map(|card| &card.tags);
    let records = model.records.iter().flatten().flat_map(|item| &item.row.tags);
    inbox.chain(cards).chain(records).map(ToString::to_string).collect()
}

/// The menu behind `o`.
pub fn sorts(model: &mut Model) -> Menu {
    let usual = usual(model);
    let now = order::of(model).map(|order| *order).unwrap_or_default();
    let kind = order::kind_on_screen(model);
    let sort = |sort: &Sort| {
        let words = sort.words_of(usual, kind).to_string();
        item(words, "", *sort == now.by, Pick::Sort(*sort))
    };
    let items = order::sorts(model).iter().map(sort).collect();
    Menu::new("Sort by", "what", items)
}

/// What choosing from these menus does.
pub fn picked(model: &mut Model, pick: Pick) -> Vec<Effect> {
    match pick {
        Pick::Word(word) => {
            let filter = memory::filter_of(model);
            *filter = if word.is_empty() { String::new() } else { toggled(filter, &word) };
            changed(model)
        }
        Pick::Sort(by) => {
            if let Some(order) = order::of(model) {
                order.by = by;
                order.reverse = false;
            }
            changed(model)
        }
        Pick::View(name) => match model.saved.iter().find(|saved| saved.name == name).cloned() {
            Some(saved) => {
                let mut effects = Vec::new();
                if memory::list_word(model) != Some(saved.pane.as_str()) || model.view().is_some() {
                    let (pane, queue) = memory::place_of(model, &saved.pane);
                    effects = super::going::go_to(model, pane, queue);
                }
                memory::look_through(model, saved.lens);
                effects.extend(changed(model));
                say(model, &format!("View {name}."));
                effects
            }
            None => Vec::new(),
        },
        Pick::SaveView => {
            let filter = memory::lens(model).filter;
            super::act::open_form(model, save_view(&filter))
        }
        Pick::ForgetView(name) => {
            model.saved.retain(|saved| saved.name != name);
            say(model, &format!("View {name} is forgotten; u brings back what was done, and no views."));
            vec![memory::keep(model)]
        }
        _ => Vec::new(),
    }
}

fn save_view(filter: &str) -> Form {
    let mut form =
        form("Save this view".to_string(), "save", Kind::SaveView, vec![FormField::text("name", "Name", "")]);
    form.notes.push(match filter {
        "" => "It keeps how the list is sorted; nothing is filtered now.".to_string(),
        filter => format!("It keeps the filter \"{filter}\" and how the list is sorted."),
    });
    form
}

/// Takes the name a view was given; `None` while it has none.
pub fn named(model: &mut Model, form: &mut Form) -> Option<Vec<Effect>> {
    let name = form.value("name");
    if name.is_empty() {
        form.error = Some(("Give it a name, such as overdue offers.".to_string(), String::new()));
        return None;
    }
    let over =
        if model.saved.iter().any(|saved| saved.name == name) { ", over the one of that name" } else { "" };
    memory::save_view(model, &name);
    model.overlays.pop();
    say(model, &format!("Saved as view {name}{over}: f, or : and its name, brings it back."));
    Some(vec![memory::keep(model), Effect::KeepDraft { place: form.place(), text: String::new() }])
}

/// Turns the order round.
pub fn reverse(model: &mut Model) -> Vec<Effect> {
    if let Some(order) = order::of(model) {
        order.reverse = !order.reverse;
    }
    changed(model)
}

/// The list begins at its top again, and is kept as it is now.
fn changed(model: &mut Model) -> Vec<Effect> {
    if super::narrowed::here(model) {
        return super::narrowed::changed(model);
    }
    model.filter = Field::new(&memory::lens(model).filter);
    super::windows::arrange(model);
    super::run::moved(model, Move::Top);
    let lens = memory::lens(model);
    let filter = if lens.filter.is_empty() { "everything".to_string() } else { lens.filter };
    let shown = lens.order.shown_of(usual(model), order::kind_on_screen(model));
    say(model, &format!("Shown: {filter}; {shown}."));
    vec![memory::keep(model)]
}

/// Keeps the words of the list on screen that is about to be filtered: later only what matches is here.
pub(super) fn keep_words(model: &mut Model) {
    /// A list says enough about its words with so many rows.
    const ROWS: usize = 1_000;
    if !memory::lens(model).filter.is_empty() {
        return;
    }
    let mut texts = Vec::new();
    match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => {
            texts.extend(model.cases.iter().take(ROWS).map(|case| case.title.clone()))
        }
        (None, Pane::Records) => {
            let items = model.record_list.iter().flat_map(|list| list.rows.iter()).take(ROWS);
            texts.extend(items.map(super::panes::records::words));
        }
        (None, Pane::Boards) => {
            for column in model.board.iter().flat_map(|board| &board.columns) {
                texts.push(column.title.clone());
                let cards = column.cards.iter().take(ROWS);
                texts.extend(cards.map(|card| format!("{} {}", card.title, card.responsible)));
            }
        }
        _ => {}
    }
    let plain = |c: char| !c.is_alphanumeric();
    let words = texts.iter().flat_map(|text| text.split(plain)).filter(|word| word.chars().count() > 2);
    let words = words.map(str::to_lowercase).collect::<BTreeSet<_>>();
    model.words_here = words.into_iter().collect();
}

/// The word that was perhaps meant by the last one of a filter that leaves nothing on the list on screen.
pub(super) fn near_here(model: &Model) -> Option<String> {
    let typed = memory::lens(model).filter;
    if typed.trim().is_empty() {
        return None;
    }
    let names = model.records.iter().flatten().map(|item| item.row.name.as_str());
    let texts = || model.words_here.iter().map(String::as_str).chain(names.clone());
    let nothing = match (model.view(), model.pane) {
        (Some(View::Cases { .. }), _) => model.list_state.shown(&model.cases).next().is_none(),
        (None, Pane::Records) => model
            .record_list
            .as_ref()
            .is_some_and(|list| list.filter == typed.trim() && list.rows.is_empty() && !list.rows.is_open()),
        (None, Pane::Boards) => model.board.as_ref().is_some_and(|board| {
            model.board_filter == typed.trim()
                && board.filtered
                && board.table.is_empty()
                && !board.table.is_open()
        }),
        _ => false,
    };
    let near = || {
        let of_row = super::panes::filter::meant_of_row(&typed).map(str::to_string);
        of_row.or_else(|| super::panes::filter::meant(&typed, texts()).map(|(word, _)| word))
    };
    nothing.then(near).flatten()
}

/// Takes the word that was perhaps meant where a filter leaves nothing; whether there was one.
pub(super) fn take_meant(model: &mut Model) -> bool {
    let here = model.pane == Pane::Inbox && model.view().is_none();
    let inbox = model.inbox.as_ref().filter(|_| here);
    let of_inbox = inbox.and_then(|inbox| meant_here(inbox, &model.inbox_state)).map(|(word, _)| word);
    let Some(word) = of_inbox.or_else(|| near_here(model)) else { return false };
    let typed = memory::lens(model).filter;
    let typed = typed.trim_end();
    let kept = typed.rfind([' ', '|']).map_or("", |at| &typed[..=at]);
    let filter = format!("{kept}{word}");
    model.filter = Field::new(&filter);
    *memory::filter_of(model) = filter;
    true
}

/// Opens a menu.
pub fn open(model: &mut Model, menu: Menu) -> Vec<Effect> {
    model.overlays.push(Overlay::Menu(Box::new(menu)));
    Vec::new()
}
