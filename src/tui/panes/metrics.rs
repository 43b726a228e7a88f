//! stub
use super::{Look, Move};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
#[derive(Debug, Default)]
pub struct MetricsState {}
impl MetricsState {
    pub fn go(&mut self, _: Move, _: &crate::desk::Figures) {}
    pub fn settle(&mut self, _: &crate::desk::Figures, _: Rect) {}
    pub fn next_section(&mut self, _: bool, _: &crate::desk::Figures) {}
    pub fn behind(&self, _: &crate::desk::Figures) -> Option<(String, Vec<crate::domain::CaseId>)> {
        None
    }
}
pub fn draw(
    _: &mut Buffer,
    _: Rect,
    _: &crate::desk::Figures,
    _: &MetricsState,
    _: &Look,
) -> Option<Position> {
    None
}
