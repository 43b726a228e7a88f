//! The cases behind a number: a plain list, so that no figure is without what it is made of.

use super::filter::{self, Filter};
use super::{Follow, Look, Move, right_of, sentences};
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
    pub order: Order,
    rows: Follow<CaseId>,
    /// Positions of the cases the filter leaves.
    shown: Vec<usize>,
}

impl CasesState {
    /// Moves.
    pub fn go(&mut self, step: Move, cases: &[CaseRow]) {
        let shown = &self.shown;
        self.rows.go(step, shown.len(), |row| Some(cases.get(*shown.get(row)?)?.id));
    }

    /// Finds its place again after a move, a reload, another filter or a resize.
    pub fn settle(&mut self, cases: &[CaseRow], area: Rect) {
        let mut filter = Filter::new(&self.filter);
        let all = cases.iter().enumerate();
        self.shown = all.filter(|(_, case)| filter.keeps(&words(case))).map(|(n, _)| n).collect();
        self.order.cases(&mut self.shown, cases);
        let lines = usize::from(area.height.saturating_sub(2));
        let shown = &self.shown;
        self.rows.settle(lines, shown.len(), |row| Some(cases.get(*shown.get(row)?)?.id));
    }

    /// The case under the cursor.
    pub fn selected(&self, cases: &[CaseRow]) -> Option<CaseId> {
        cases.get(*self.shown.get(self.rows.list.cursor)?).map(|case| case.id)
    }

    /// The cases shown, in order.
    pub fn shown<'c>(&self, cases: &'c [CaseRow]) -> impl Iterator<Item = &'c CaseRow> {
        self.shown.iter().filter_map(|n| cases.get(*n))
    }
}

/// What a filter looks at.
fn words(case: &CaseRow) -> String {
    let outcome = case.outcome.as_deref().unwrap_or_default();
    let words = format!("{} {} {} {outcome} {}", case.id, case.title, case.state, case.process);
    let facets = [
        ("process:", case.process.as_str()),
        ("is:", if case.breached.is_some() { "late" } else { "" }),
        ("is:", case.state.as_str()),
        ("is:", if case.urgent { "urgent" } else { "" }),
    ];
    filter::row(&words, facets, &case.tags)
}

/// Draws the list under its title.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    title: &str,
    cases: &[CaseRow],
    state: &CasesState,
    look: &Look,
) -> Option<Position> {
    let head = Rect { height: area.height.min(1), ..area };
    let len = state.shown.len();
    let count = if len == cases.len() { len.to_string() } else { format!("{len} of {}", cases.len()) };
    let mut pen = Pen::new(buffer, look.theme, head);
    pen.text(&Shown::new(&format!(" {title}: {count} cases")), Meaning::Title);
    let filter = if state.filter.is_empty() { "none" } else { &state.filter };
    right_of(&mut pen, &format!("{}   filter: {filter}", state.order.shown("newest first")));
    let names = Rect { y: area.y + 1, height: 1, ..area }.intersection(area);
    let mut pen = Pen::new(buffer, look.theme, names);
    let title_width = pen.room().saturating_sub(50);
    pen.skip(3).word("CASE    ", Meaning::Dim).column(&Shown::new("TITLE"), title_width, Meaning::Dim);
    pen.word(" STATE      STARTED            TOOK", Meaning::Dim);
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }.intersection(area);
    if len == 0 && !cases.is_empty() {
        let words = format!("0 of {} match \"{}\". Esc shows all again.", cases.len(), state.filter);
        return sentences(buffer, look.theme, body, &[words]);
    }
    list::draw(buffer, look.theme, body, &state.rows.list, len, |row, pen| {
        let Some(case) = state.shown.get(row).and_then(|n| cases.get(*n)) else { return };
        pen.word(if row == state.rows.list.cursor { ">  " } else { "   " }, Meaning::Plain);
        pen.column(&Shown::new(&case.id.to_string()), 8, Meaning::Plain);
        pen.column(
            &Shown::fit(&super::tagged(case.title.clone(), &case.tags), title_width),
            title_width,
            Meaning::Plain,
        );
        pen.word(" ", Meaning::Plain);
        pen.column(&Shown::new(&case.state), 11, Meaning::Plain);
        pen.column(&Shown::new(&when::show(case.started, look.now, look.zone)), 19, Meaning::Plain);
        let took = case.ended.unwrap_or(look.now) - case.started;
        pen.word(&when::distance(took), Meaning::Plain);
    })
}
