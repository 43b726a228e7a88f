//! Figures of some of the cases of a process: those of a version, about a kind of record, of a person or a role. The
//! filter is text like that of every list; the menu behind `f` writes it. Counts nothing.

use super::figures::ALL_TIME;
use super::memory;
use super::model::{Model, Pane};
use super::msg::{Effect, Loaded};
use super::overlays::Overlay;
use super::overlays::menu::{Item, Menu, Pick};
use super::panes::figures::MetricsView;
use super::update::{reload, say};
use crate::desk::{Chosen, Desk, EVER, Error};
use crate::domain::{Handle, Instant, Party, Span};

/// Whether figures are on screen, and no list over them.
pub fn here(model: &Model) -> bool {
    model.pane == Pane::Metrics && model.view().is_none()
}

/// The cases a filter leaves. Words that mean nothing here leave all; of two parties the later counts.
fn chosen(filter: &str) -> Chosen {
    let mut chosen = Chosen::default();
    for word in filter.split_whitespace() {
        match word.split_once(':') {
            Some(("version", version)) => chosen.version = version.parse().ok(),
            Some(("kind", kind)) => chosen.kind = kind.parse().ok(),
            Some(("contact", record)) => chosen.about = record.parse().ok(),
            Some(("who", person)) => chosen.party = person.parse().ok().map(Party::Person),
            Some(("role", role)) => chosen.party = role.parse().ok().map(Party::Role),
            _ => {}
        }
    }
    chosen
}

/// The same within the last so many days before `now`.
pub fn within(filter: &str, days: u32, now: Instant) -> Chosen {
    // Averages over all time are over what there was, not over all those years.
    let from = if days == ALL_TIME { EVER.0 } else { now - Span::DAY.times(i64::from(days)) };
    Chosen { from: Some(from), ..chosen(filter) }
}

/// Counts them exactly.
pub fn load(
    desk: &mut Desk,
    process: &Handle,
    days: u32,
    filter: String,
    now: Instant,
) -> Result<Loaded, Error> {
    let from = now - Span::DAY.times(i64::from(days));
    let figures = desk.figures_of(process, from, now, now, &chosen(&filter))?;
    Ok(Loaded::Figures(filter, Box::new(figures)))
}

/// The menu behind `f` where figures are.
pub fn menu(model: &Model) -> Menu {
    let now = &model.metrics_state.filter;
    let item = |word: String, detail: &str| {
        let on = now.split_whitespace().any(|known| known == word);
        let key = if on { "on" } else { "" }.to_string();
        Item { label: word.clone(), detail: detail.to_string(), key, possible: true, pick: Pick::Word(word) }
    };
    let mut items = Vec::new();
    if !now.is_empty() {
        let label = "Show everything again".to_string();
        let pick = Pick::Word(String::new());
        items.push(Item { label, detail: now.clone(), key: String::new(), possible: true, pick });
    }
    let catalog = &model.catalog;
    let newest = model.process.as_ref().and_then(|process| catalog.newest(process)).map_or(0, |(n, _)| n);
    items.extend((1..=newest).rev().map(|n| item(format!("version:{n}"), "all the way in this version")));
    items.extend(catalog.kinds.iter().map(|(kind, of)| item(format!("kind:{kind}"), &of.title)));
    items.extend(catalog.roles.iter().map(|(role, of)| item(format!("role:{role}"), &of.title)));
    items.extend(catalog.people.iter().map(|(person, of)| item(format!("who:{person}"), &of.name)));
    // Whoever is outside had a part where a step was theirs.
    let records = model.records.iter().flatten();
    items.extend(records.map(|of| item(format!("contact:{}", of.row.id), &of.row.name)));
    Menu::new("Figures of", PROMPT, items)
}

/// What the menu asks for.
const PROMPT: &str = "which cases";

/// Names of records came: the menu, where it is open, knows their contacts.
pub fn renew(model: &mut Model) {
    if !matches!(model.overlays.last(), Some(Overlay::Menu(open)) if open.prompt == PROMPT) {
        return;
    }
    let items = menu(model).items;
    if let Some(Overlay::Menu(open)) = model.overlays.last_mut() {
        open.renew(items);
    }
}

/// Other cases are asked for; what is kept of all stands there meanwhile.
pub fn changed(model: &mut Model) -> Vec<Effect> {
    let filter = model.metrics_state.filter.clone();
    let filter = if filter.is_empty() { "everything" } else { &filter };
    say(model, &format!("Shown: {filter}."));
    model.drawn = None;
    let mut effects = reload(model);
    effects.push(memory::keep(model));
    effects
}

/// Says of what is shown which cases it is of.
pub fn label(view: &mut MetricsView, filter: &str) {
    if filter.is_empty() {
        return;
    }
    view.only = filter.to_string();
    if view.approximate {
        view.bottleneck = vec![format!("~ of all cases; those of {filter} are being counted.")];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_filter_choose_cases() {
        let of = |filter: &str| {
            let Chosen { version, kind, party, .. } = chosen(filter);
            (version, kind.map(|kind| kind.to_string()), party.map(|party| party.to_string()))
        };
        assert_eq!(of(""), (None, None, None));
        assert_eq!(of("version:2 kind:customer"), (Some(2), Some("customer".into()), None));
        assert_eq!(of("who:ana"), (None, None, Some("@ana".into())));
        assert_eq!(chosen("contact:R-6").about, Some(crate::domain::RecordId(6)));
        assert_eq!(of("who:ana role:sales"), (None, None, Some("sales".into())));
        assert_eq!(of("version:x hansen is:late"), (None, None, None));
    }
}
