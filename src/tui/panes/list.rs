//! The cases behind a number: a plain list, so that no figure is without what it is made of.

use super::{Follow, Look, Move};
use crate::desk::Rows;
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, when};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::{Pen, list};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// Where the person is in the list.
#[derive(Debug, Default)]
pub struct CasesState {
    rows: Follow<CaseId>,
}

impl CasesState {
    /// Moves.
    pub fn go(&mut self, step: Move, cases: &Rows<CaseRow, CaseId>) {
        self.rows.go(step, cases.len(), |row| cases.get(row).map(|case| case.id));
    }

    /// Finds its place again after a move, a reload or a resize.
    pub fn settle(&mut self, cases: &Rows<CaseRow, CaseId>, area: Rect) {
        let lines = usize::from(area.height.saturating_sub(2));
        let id = |row| cases.get(row).map(|case: &CaseRow| case.id);
        self.rows.settle_within(lines, cases.len(), cases.here(), id);
    }

    /// The rows in view.
    pub fn view(&self) -> std::ops::Range<usize> {
        self.rows.in_view()
    }

    /// The case under the cursor.
    pub fn selected(&self, cases: &Rows<CaseRow, CaseId>) -> Option<CaseId> {
        cases.get(self.rows.list.cursor).map(|case| case.id)
    }
}

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
    let words = format!(" {title}: {} cases", cases.len());
    Pen::new(buffer, look.theme, head).text(&Shown::new(&words), Meaning::Title);
    let names = Rect { y: area.y + 1, height: 1, ..area }.intersection(area);
    let mut pen = Pen::new(buffer, look.theme, names);
    let title_width = pen.room().saturating_sub(50);
    pen.skip(3).word("CASE    ", Meaning::Dim).column(&Shown::new("TITLE"), title_width, Meaning::Dim);
    pen.word(" STATE      STARTED            TOOK", Meaning::Dim);
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area }.intersection(area);
    list::draw(buffer, look.theme, body, &state.rows.list, cases.len(), |row, pen| {
        let Some(case) = cases.get(row) else {
            pen.skip(3).word("...", Meaning::Dim);
            return;
        };
        pen.word(if row == state.rows.list.cursor { ">  " } else { "   " }, Meaning::Plain);
        pen.column(&Shown::new(&case.id.to_string()), 8, Meaning::Plain);
        pen.column(&Shown::fit(&case.title, title_width), title_width, Meaning::Plain);
        pen.word(" ", Meaning::Plain);
        pen.column(&Shown::new(&case.state), 11, Meaning::Plain);
        pen.column(&Shown::new(&when::show(case.started, look.now, look.zone)), 19, Meaning::Plain);
        let took = case.ended.unwrap_or(look.now) - case.started;
        pen.word(&when::distance(took), Meaning::Plain);
    })
}
