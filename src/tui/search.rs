//! `/` in a case, a record or a place: words are looked for in what is read there, `n` and `N` go from line to line that has them
//! until Esc. Where the lines are is `panes/search`'s.

use super::input::{Code, Key};
use super::model::{Model, Status, View};
use super::panes::search::{Nth, Seek};
use super::widgets::field::Field;
use super::widgets::footer::Hint;

/// What is looked for, in which view.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub words: String,
    of: View,
    found: Option<Nth>,
}

/// Whether what is on screen can be looked through.
pub(super) fn possible(model: &Model) -> bool {
    matches!(model.view(), Some(View::Case(_) | View::Record(_) | View::Place(_)))
}

/// The search on screen, where one is on.
pub(super) fn on(model: &Model) -> Option<&Search> {
    model.search.as_ref().filter(|search| model.view() == Some(&search.of))
}

/// Begins to look, with the words of before where they were of the same view.
pub(super) fn begin(model: &mut Model) {
    let Some(of) = model.view().cloned() else { return };
    let words = on(model).map(|search| search.words.clone()).unwrap_or_default();
    model.filter = Field::new(&words);
    model.filtering = true;
    model.search = Some(Search { words, of, found: None });
    model.status = Status::default();
}

/// A key while the words are typed.
pub(super) fn typed(model: &mut Model, key: &Key) {
    match key.code {
        Code::Enter => model.filtering = false,
        Code::Esc => {
            model.filtering = false;
            model.search = None;
        }
        _ => {
            model.filter.key(key);
        }
    }
    seek(model, Seek::Here);
    let empty = on(model).is_none_or(|search| search.words.trim().is_empty());
    if !model.filtering && empty {
        model.search = None;
    }
}

/// A key afterwards: whether it belonged to the search.
pub(super) fn heard(model: &mut Model, key: &Key) -> bool {
    if on(model).is_none() {
        model.search = None;
        return false;
    }
    // What was said before is not about the next match.
    model.status = Status::default();
    match (key.code, key.ctrl, key.alt) {
        (Code::Char('n'), false, false) => seek(model, Seek::Next),
        (Code::Char('N'), false, false) => seek(model, Seek::Back),
        (Code::Esc, ..) => model.search = None,
        _ => return false,
    }
    true
}

pub(super) fn seek(model: &mut Model, seek: Seek) {
    if model.filtering
        && let Some(search) = &mut model.search
    {
        search.words = model.filter.text().to_string();
    }
    let Some(search) = on(model).cloned() else { return };
    let found = match (&search.of, &model.case, &model.record) {
        (View::Case(_), Some(view), _) => model.case_state.seek(&search.words, seek, view),
        (View::Record(_), _, Some(view)) => model.record_state.seek(&search.words, seek, view),
        (View::Place(_), ..) => {
            let mut found = None;
            super::places::with_state(model, |state, sheet, _| {
                found = state.seek(&search.words, seek, sheet)
            });
            found
        }
        _ => None,
    };
    model.search = Some(Search { found, ..search });
}

/// What the line above the footer says of it.
pub(super) fn sentence(search: &Search) -> String {
    let words = &search.words;
    match search.found {
        Some((nth, of)) => format!("/{words}: {nth} of {of}."),
        None => format!("/{words}: nothing here has that."),
    }
}

/// What the keys do that mean something else without a search.
pub(super) fn hints(model: &Model) -> Vec<Hint> {
    match on(model).filter(|_| !model.filtering) {
        Some(_) => [("n", "next match"), ("N", "previous"), ("Esc", "end search")]
            .map(|(k, w)| Hint::new(k, w))
            .to_vec(),
        None => Vec::new(),
    }
}
