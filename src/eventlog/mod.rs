//! Event logs of other systems, CSV and XES, plain or gzipped, read as a stream of rows. It groups nothing,
//! sorts nothing across cases and stores nothing: rows come in the order of the file, memory does not grow
//! with it, and what a row means for a process is the caller's business.
//!
//! A refused row never stops the reading. A file that is cut off or damaged does, with an [`Error`], and the
//! caller must then forget the rows it was given.

mod book;
mod columns;
mod csv;
mod draft;
mod error;
mod format;
mod guess;
mod input;
mod lifecycle;
mod report;
mod settings;
mod tally;
#[cfg(test)]
mod tests;
mod time;
mod trace;
mod xes;
mod zone;

pub use error::{Error, Kind};
pub use guess::{Column, Format, Guess, Lifecycle, Role};
pub use report::{Refused, Report};

use std::fmt;
use std::path::Path;

/// What the reader shall not find out by itself. In a CSV a column is its name or `#3` for the third; in XES
/// it is the key of an attribute. `none` for `start`, `resource` and `lifecycle` means: there is none.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub case: Option<String>,
    /// In XES also the name of a classifier the file declares.
    pub activity: Option<String>,
    pub time: Option<String>,
    pub start: Option<String>,
    pub resource: Option<String>,
    pub lifecycle: Option<String>,
    /// `iso`, `dmy`, `mdy`, `epoch`, `epoch-ms` or a strftime pattern such as `%d.%m.%Y %H:%M`.
    pub time_format: Option<String>,
    /// IANA name, for times that name no offset. Without it they are UTC, and the guess says so.
    pub zone: Option<String>,
    /// A label such as `windows-1252`. Without it: byte order mark, XML declaration, else strict UTF-8.
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// Texts that mean "nothing here". None is assumed: `NA` can be a case and `null` a person.
    pub null_tokens: Vec<String>,
    /// Activities to leave out, such as the `Start` and `End` some tools write.
    pub exclude: Vec<String>,
}

/// One step of a case as the file has it. The texts are foreign: clean them before they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    pub case: &'a str,
    pub activity: &'a str,
    /// UTC milliseconds; equal to `end_ms` when the file knows one time only.
    pub start_ms: i64,
    pub end_ms: i64,
    pub resource: Option<&'a str>,
    /// Ordinal in the file, from 1, refused rows counted; the last key of the order within a case.
    pub position: u64,
    pub line: u64,
}

/// Why a row was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    NoCase,
    NoActivity,
    NoTime,
    BadTime,
    BadStart,
    EndsBeforeStart,
    TooLong,
    OutsideTrace,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Reason::NoCase => "no case",
            Reason::NoActivity => "no activity",
            Reason::NoTime => "no time",
            Reason::BadTime => "not a time",
            Reason::BadStart => "start is not a time",
            Reason::EndsBeforeStart => "ends before it starts",
            Reason::TooLong => "a field is longer than 1 MiB",
            Reason::OutsideTrace => "event outside a trace",
        })
    }
}

/// A refused row. Displays as `line: reason`; the caller puts the file's name before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    pub line: u64,
    pub reason: Reason,
    /// The text at fault, shortened, with control characters written out.
    pub value: Option<String>,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.reason)?;
        self.value.as_ref().map_or(Ok(()), |value| write!(f, ": `{value}`"))
    }
}

/// What the reading hands over, in the order of the file.
#[derive(Debug)]
pub enum Item<'a> {
    Row(Row<'a>),
    Rejected(Rejection),
}

/// The caller's wish to end the reading; comes back as [`Kind::Stopped`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

/// Reads a whole log. `on_progress` gets bytes done and bytes in all (a CSV is read twice, because the date
/// format of a column can only be told from all its rows); `sink` gets every row and every refusal.
pub fn read(
    path: &Path,
    options: &Options,
    on_progress: &mut dyn FnMut(u64, u64),
    sink: &mut dyn FnMut(Item<'_>) -> Result<(), Stop>,
) -> Result<(Guess, Report), Error> {
    let in_file = |error: Error| error.in_file(path);
    let settings = settings::Settings::new(options).map_err(in_file)?;
    let input = input::open(path, settings.encoding).map_err(in_file)?;
    match input.format {
        Format::Xes => xes::read(input, &settings, on_progress, sink),
        Format::Csv => csv::read(path, input, &settings, on_progress, sink),
    }
    .map_err(in_file)
}

/// What [`read`] would take the file for. Reads a CSV once; of XES only the beginning.
pub fn sniff(path: &Path, options: &Options) -> Result<Guess, Error> {
    let in_file = |error: Error| error.in_file(path);
    let settings = settings::Settings::new(options).map_err(in_file)?;
    let input = input::open(path, settings.encoding).map_err(in_file)?;
    match input.format {
        Format::Xes => xes::sniff(input, &settings),
        Format::Csv => csv::sniff(input, &settings),
    }
    .map_err(in_file)
}

/// Foreign text fit for a message: short, one line, nothing a terminal would obey.
fn excerpt(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = text.chars().take(LONGEST).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short.replace("\\\"", "\"").replace("\\'", "'")
}
