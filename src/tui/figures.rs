//! From the desk's figures to what the metrics pane shows, and to the cases behind a number.

use super::panes::figures::MetricsView;
use super::panes::metrics::Figure;
use crate::desk::Figures;
use crate::domain::CaseId;
use crate::domain::catalog::Catalog;

pub fn view(_: &Figures, _: &Catalog, _: u32) -> MetricsView {
    MetricsView::default()
}
pub fn behind(_: &Figures, _: &Figure) -> Option<(String, Vec<CaseId>)> {
    None
}
