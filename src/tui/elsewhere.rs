//! What the palette finds that is not on screen: any case, open or ended, and any record, by words of its name. The
//! answers come in stretches, newest first; no key waits for one.

use super::menus;
use super::model::Model;
use super::msg::{Effect, Query};
use super::overlays::{Overlay, closing};
use crate::desk::{Found, MOST_FOUND, RecordItem};
use crate::domain::CaseId;
use crate::domain::rows::CaseRow;

/// Fewer letters than this are in nearly every title.
const LETTERS: usize = 3;

/// What was found so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Elsewhere {
    pub words: String,
    pub cases: Vec<CaseRow>,
    pub records: Vec<RecordItem>,
}

/// What is typed into the palette, or where a form asks for a case, where that is the front of the screen.
fn typed(model: &Model) -> Option<String> {
    match model.overlays.last() {
        Some(Overlay::Menu(menu)) if menu.title == menus::PALETTE => {
            Some(menu.query.text().trim().to_string())
        }
        Some(Overlay::Form(form)) => closing::words_begun(form),
        _ => None,
    }
}

/// Asks for what is typed into the palette, once for each text.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(words) = typed(model) else { return Vec::new() };
    let case = words.parse::<CaseId>().is_ok();
    // A form says which case a number is; the palette goes there as it is.
    let named = case && matches!(model.overlays.last(), Some(Overlay::Form(_)));
    let number = !named && (case || words.parse::<crate::domain::RecordId>().is_ok());
    if (words.chars().count() < LETTERS && !named) || words.starts_with('?') || number {
        model.elsewhere = None;
        return Vec::new();
    }
    if model.elsewhere.as_ref().is_some_and(|known| known.words == words) {
        return Vec::new();
    }
    model.elsewhere = Some(Elsewhere { words: words.clone(), cases: Vec::new(), records: Vec::new() });
    vec![Effect::Load(Query::Find { words, from: None })]
}

/// Takes in what was found, and looks on where that is not enough and still wanted.
pub(super) fn came(model: &mut Model, words: &str, found: Found) -> Vec<Effect> {
    let wanted = typed(model).is_some_and(|typed| typed == words);
    let Some(known) = model.elsewhere.as_mut().filter(|known| wanted && known.words == words) else {
        return Vec::new();
    };
    known.cases.extend(found.cases);
    known.records.extend(found.records);
    let more = known.cases.len() < MOST_FOUND;
    menus::renew_palette(model);
    super::update::understand_anew(model);
    let rest = found.rest.filter(|_| more);
    let on = |from| Effect::Load(Query::Find { words: words.to_string(), from: Some(from) });
    rest.map(on).into_iter().collect()
}
