//! What an event log says of a case, as the journal keeps it. What it makes of a case is `case_import`.

use super::attributes::Attributes;
use super::event::ClockStart;
use super::id::Handle;
use super::instant::{Instant, Span};
use super::party::Party;
use super::told_whole::Whole;
use serde::{Deserialize, Serialize};

/// One case of an event log that is not here yet.
#[derive(Debug, Clone)]
pub struct ImportCase {
    pub process: Handle,
    pub version: u32,
    pub foreign: String,
    pub accountable: Party,
    pub shift: Span,
    pub rows: Vec<ImportedRow>,
    pub open: Option<ImportedOpen>,
    /// What else the log said, where somebody asked for it.
    pub attributes: Option<Box<Attributes>>,
    /// What a log that was written here told of it beside its rows.
    pub whole: Option<Box<Whole<u32, Handle>>>,
}

/// One row of an event log, with its times already shifted.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "(u32, i64, i64, Option<Handle>)")]
pub struct ImportedRow {
    /// Index into the steps of the process version.
    pub step: u32,
    pub start: Instant,
    pub end: Instant,
    pub resource: Option<Handle>,
}

impl From<(u32, i64, i64, Option<Handle>)> for ImportedRow {
    fn from((step, start, end, resource): (u32, i64, i64, Option<Handle>)) -> Self {
        ImportedRow { step, start: Instant(start), end: Instant(end), resource }
    }
}

impl Serialize for ImportedRow {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.step, self.start.0, self.end.0, &self.resource).serialize(serializer)
    }
}

/// What is under way at the end of an imported case that goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportedOpen {
    /// The last row's step is still current.
    Task { clock: Option<ClockStart> },
    /// The next row was to be done by somebody else.
    Handoff { step: Handle, to: Party, clock: Option<ClockStart> },
}

/// The text of the entry that brought a case in, as far as figures need it. Half a million rows are read for one
/// report, so nothing is made of a row.
#[derive(Debug, Deserialize)]
pub struct Told<'a> {
    #[serde(borrow)]
    pub case_imported: ToldCase<'a>,
}

/// See [`Told`].
#[derive(Debug, Deserialize)]
pub struct ToldCase<'a> {
    pub version: u32,
    /// Step, start, end, resource, as in [`ImportedRow`].
    #[serde(borrow)]
    pub rows: Vec<(u32, i64, i64, Option<&'a str>)>,
    open: Option<ImportedOpen>,
    /// By how much its rows were moved, and what else the log said.
    #[serde(default)]
    pub shift: i64,
    #[serde(default)]
    pub attributes: Option<Box<Attributes>>,
    /// Told whole: then its rows are in the tables, and nothing is to be read from here.
    #[serde(default)]
    whole: Option<serde::de::IgnoredAny>,
}

impl ToldCase<'_> {
    pub fn is_whole(&self) -> bool {
        self.whole.is_some()
    }

    /// The rows of finished work; the last may be under way, and then has a task of its own.
    pub fn finished(&self) -> &[(u32, i64, i64, Option<&str>)] {
        let under_way = usize::from(matches!(self.open, Some(ImportedOpen::Task { .. })));
        self.rows.get(..self.rows.len().saturating_sub(under_way)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::Event;
    use crate::domain::instant::Span;

    #[test]
    fn the_text_of_an_entry_is_read_without_making_a_case_of_it() {
        let row = |step, resource: Option<&str>| ImportedRow {
            step,
            start: Instant(-5),
            end: Instant(7),
            resource: resource.map(|text| text.parse().unwrap()),
        };
        let event = |open| Event::CaseImported {
            process: "receipt".parse().unwrap(),
            version: 3,
            foreign: "1 \"x\"".to_string(),
            accountable: "@ana".parse().unwrap(),
            shift: Span::ZERO,
            rows: vec![row(0, Some("größe")), row(4, None)],
            open,
            attributes: None,
            whole: None,
            first_task: crate::domain::TaskId(1),
            first_handoff: crate::domain::HandoffId(1),
        };
        let text = serde_json::to_string(&event(None)).unwrap();
        let told = serde_json::from_str::<Told<'_>>(&text).unwrap().case_imported;
        assert_eq!((told.version, told.finished()), (3, &[(0, -5, 7, Some("größe")), (4, -5, 7, None)][..]));
        let text = serde_json::to_string(&event(Some(ImportedOpen::Task { clock: None }))).unwrap();
        assert_eq!(serde_json::from_str::<Told<'_>>(&text).unwrap().case_imported.finished().len(), 1);
    }
}
