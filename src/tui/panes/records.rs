//! stub
use super::{Look, Move};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
#[derive(Debug, Default)]
pub struct RecordsState {
    pub filter: String,
}
impl RecordsState {
    pub fn go(&mut self, _: Move, _: &[crate::desk::RecordItem], _: &crate::domain::catalog::Catalog) {}
    pub fn settle(&mut self, _: &[crate::desk::RecordItem], _: &crate::domain::catalog::Catalog, _: Rect) {}
    pub fn selected<'a>(&self, v: &'a [crate::desk::RecordItem]) -> Option<&'a crate::desk::RecordItem> {
        v.first()
    }
    pub fn kind(&self, c: &crate::domain::catalog::Catalog) -> Option<crate::domain::record::Kind> {
        c.kinds.values().next().cloned()
    }
    pub fn show(&mut self, _: &crate::domain::Handle, _: &crate::domain::catalog::Catalog) {}
}
pub fn draw(
    _: &mut Buffer,
    _: Rect,
    _: &[crate::desk::RecordItem],
    _: &crate::domain::catalog::Catalog,
    _: &RecordsState,
    _: &Look,
) -> Option<Position> {
    None
}
