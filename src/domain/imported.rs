//! What an event log says of a case, as the journal keeps it. What it makes of a case is `case_import`.

use super::event::ClockStart;
use super::id::Handle;
use super::instant::{Instant, Span};
use super::party::Party;
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
}

/// One row of an event log, with its times already shifted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, i64, i64, Option<Handle>)", into = "(u32, i64, i64, Option<Handle>)")]
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

impl From<ImportedRow> for (u32, i64, i64, Option<Handle>) {
    fn from(row: ImportedRow) -> Self {
        (row.step, row.start.0, row.end.0, row.resource)
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
