//! stub
use super::{Look, Move};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
#[derive(Debug, Default)]
pub struct RecordState {}
impl RecordState {
    pub fn go(&mut self, _: Move, _: &crate::desk::RecordView) {}
    pub fn settle(&mut self, _: &crate::desk::RecordView, _: Rect) {}
    pub fn selected(&self, v: &crate::desk::RecordView) -> Option<crate::domain::CaseId> {
        v.cases.first().map(|c| c.id)
    }
}
pub fn draw(
    _: &mut Buffer,
    _: Rect,
    _: &crate::desk::RecordView,
    _: &RecordState,
    _: &Look,
) -> Option<Position> {
    None
}
