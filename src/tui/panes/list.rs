//! The cases behind a number: a plain list, so that no figure is without what it is made of.

use super::filter::{self, Filter};
use super::{Follow, Look, Move, right_of, sentences};
use crate::desk::Rows;
use crate::domain::counted::noun_of;
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, when};
use crate::text::Shown;
use crate::tui::order::Order;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, list};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Where the person is in the list.
#[derive(Debug, Default)]
pub struct CasesState {
    pub filter: String,
    /// The word that was perhaps meant where the filter leaves nothing.
    pub near: Option<String>,
    pub order: Order,
    rows: Follow<CaseId>,
    /// Positions of the cases the filter leaves, in order; `None` where that is all of them as they come.
    picked: Option<Vec<usize>>,
}

impl CasesState {
    /// Moves.
    pub fn go(&mut self, step: Move, cases: &Rows<CaseRow, CaseId>) {
        let (rows, picked) = (&mut self.rows, &self.picked);
        rows.go(step, len(picked, cases), |row| at(picked, cases, row).map(|case| case.id));
    }

    /// Finds its place again after a move, a reload, another filter or a resize.
    pub fn settle(&mut self, cases: &Rows<CaseRow, CaseId>, area: Rect) {
        self.picked = (self.is_narrowed() && cases.is_whole()).then(|| {
            let mut filter = Filter::new(&self.filter);
            let all = cases.iter().enumerate();
            let kept = all.filter(|(_, case)| filter.keeps(&words(case)));
            let mut kept = kept.collect::<Vec<_>>();
            self.order.cases(&mut kept);
            kept.into_iter().map(|(n, _)| n).collect()
        });
        let lines = usize::from(area.height.saturating_sub(2));
        let (rows, picked) = (&mut self.rows, &self.picked);
        match picked {
            Some(picked) => {
                rows.settle(lines, picked.len(), |row| cases.get(*picked.get(row)?).map(|case| case.id));
            }
            None => {
                let id = |row| cases.get(row).map(|case: &CaseRow| case.id);
                rows.settle_within(lines, cases.len(), cases.here(), id);
            }
        }
    }

    /// Whether the list is filtered or not in its usual order: all of it has to be here then.
    pub fn is_narrowed(&self) -> bool {
        !self.filter.trim().is_empty() || self.order != Order::default()
    }

    /// The rows in view.
    pub fn view(&self) -> std::ops::Range<usize> {
        self.rows.in_view()
    }

    /// The case under the cursor.
    pub fn selected(&self, cases: &Rows<CaseRow, CaseId>) -> Option<CaseId> {
        at(&self.picked, cases, self.rows.list.cursor).map(|case| case.id)
    }

    /// The cases shown, in order.
    pub fn shown<'c>(&self, cases: &'c Rows<CaseRow, CaseId>) -> impl Iterator<Item = &'c CaseRow> {
        (0..len(&self.picked, cases)).filter_map(|row| at(&self.picked, cases, row))
    }
}

fn len(picked: &Option<Vec<usize>>, cases: &Rows<CaseRow, CaseId>) -> usize {
    picked.as_ref().map_or(cases.len(), Vec::len)
}

fn at<'c>(picked: &Option<Vec<usize>>, cases: &'c Rows<CaseRow, CaseId>, row: usize) -> Option<&'c CaseRow> {
    match picked {
        Some(picked) => cases.get(*picked.get(row)?),
        None => cases.get(row),
    }
}

/// What a filter looks at.
fn words(case: &CaseRow) -> String {
    let outcome = case.outcome.as_deref().unwrap_or_default();
    let id = case.id.to_string();
    let words = [&id, &case.title, &case.state, outcome, case.process.as_str()];
    let words = words.join(&filter::PART.to_string());
    let facets = [
        ("process:", case.process.as_str()),
        ("is:", if case.breached.is_some() { "late" } else { "" }),
        ("is:", case.state.as_str()),
        ("is:", if case.urgent { "urgent" } else { "" }),
    ];
    filter::row(&words, facets, &case.tags)
}

/// Columns of when a case was started.
const STARTED: usize = 19;

/// Draws the list under its title.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    cases: &Rows<CaseRow, CaseId>,
    state: &CasesState,
    look: &Look,
) -> Option<Position> {
    let head = Rect { height: area.height.min(1), ..area };
    let len = len(&state.picked, cases);
    let count = if len == cases.len() { len.to_string() } else { format!("{len} of {}", cases.len()) };
    let mut pen = Pen::new(buffer, look.theme, head);
    pen.text(&Shown::new(&format!(" {title}: {count} {}", noun_of(&cases.len(), "case"))), Meaning::Title);
    let filter = if state.filter.is_empty() { "none" } else { &state.filter };
    let marked = look.marks.iter().filter(|(_, branch)| branch.is_none()).count();
    let right = match marked {
        0 => format!("{}   filter: {filter}", state.order.shown("newest first")),
        marked => format!("{marked} marked   filter: {filter}"),
    };
    right_of(&mut pen, &right);
    let names = Rect { y: area.y + 1, height: 1, ..area }.intersection(area);
    let mut pen = Pen::new(buffer, look.theme, names);
    let title_width = pen.room().saturating_sub(50);
    pen.skip(3).word("CASE    ", Meaning::Dim).column(&Shown::new("TITLE"), title_width, Meaning::Dim);
    pen.word(" STATE      STARTED            TOOK", Meaning::Dim);
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }.intersection(area);
    if len == 0 && !cases.is_empty() {
        let words = filter::nothing(cases.len(), &state.filter, state.near.as_deref());
        return sentences(buffer, look.theme, body, &words);
    }
    list::draw(buffer, look.theme, body, &state.rows.list, len, |row, pen| {
        let Some(case) = at(&state.picked, cases, row) else {
            pen.skip(3).word("...", Meaning::Dim);
            return;
        };
        let marked = look.marks.contains(&(case.id, None));
        pen.word(if row == state.rows.list.cursor { ">" } else { " " }, Meaning::Plain);
        pen.word(if marked { "*" } else { " " }, if marked { Meaning::Marked } else { Meaning::Plain })
            .skip(1);
        let title_width = title_width.saturating_sub(pen.number(&case.id.to_string(), 8));
        pen.column(
            &Shown::fit(&super::tagged(super::titled(&case.title, case.urgent), &case.tags), title_width),
            title_width,
            Meaning::Plain,
        );
        pen.word(" ", Meaning::Plain);
        pen.column(&Shown::new(&case.state), 11, Meaning::Plain);
        let started = when::show(case.started, look.now, look.zone);
        // A date of another year has no room for its weekday.
        let day = started.split_once(' ').filter(|_| started.len() > STARTED - 1).map(|(_, rest)| rest);
        pen.column(&Shown::new(day.unwrap_or(&started)), STARTED, Meaning::Plain);
        let took = case.ended.unwrap_or(look.now) - case.started;
        pen.word(&when::length(took), Meaning::Plain);
    })
}
