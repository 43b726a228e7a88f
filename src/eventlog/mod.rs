//! Event logs of other systems, CSV, XES and JSON lines, plain or gzipped, read as a stream of rows. It groups nothing,
//! sorts nothing across cases and stores nothing: rows come in the order of the file, memory does not grow
//! with it, and what a row means for a process is the caller's business.
//!
//! A refused row never stops the reading. A file that is cut off or damaged does, with an [`Error`], and the
//! caller must then forget the rows it was given.

mod book;
mod columns;
mod csv;
mod cut;
mod draft;
mod error;
mod format;
mod guess;
mod heads;
mod input;
mod jsonl;
mod lifecycle;
mod more;
mod pairs;
mod report;
mod settings;
mod sheet;
mod sorted;
mod source;
pub mod spelling;
mod spread;
mod tally;
#[cfg(test)]
mod tests;
mod time;
mod trace;
pub mod write;
mod xes;
mod zone;

pub use error::{Error, Kind};
pub use guess::{Column, Format, Guess, Lifecycle, Role};
pub use more::{
    Attribute, GROUP, INSTANCE, OFFSET, OPEN, STATE, TOLD, TRANSITION, Type, WITHDRAWN, keeps_instances,
    keeps_offsets, offset_text,
};
pub use report::{Refused, Report};
pub use sheet::Sheet;

use std::fmt;
use std::path::Path;

/// What the reader shall not find out by itself. In a CSV a column is its name or `#3` for the third; in XES
/// it is the key of an attribute. `none` for `start`, `resource` and `lifecycle` means: there is none.
#[derive(Debug, Clone, Default)]
pub struct Options {
    pub case: Option<String>,
    /// In XES also the name of a classifier the file declares. Several are joined: `concept:name+org:role`.
    pub activity: Option<String>,
    /// A classifier the XES must declare.
    pub classifier: Option<String>,
    pub time: Option<String>,
    pub start: Option<String>,
    pub resource: Option<String>,
    pub lifecycle: Option<String>,
    /// Groups that work passes between: `org:group` where nothing is said.
    pub group: Option<String>,
    pub view: View,
    /// `iso`, `dmy`, `mdy`, `epoch`, `epoch-ms` or a strftime pattern such as `%d.%m.%Y %H:%M`.
    pub time_format: Option<String>,
    /// IANA name, for times that name no offset. Without it they are UTC, and the guess says so.
    pub zone: Option<String>,
    /// A label such as `windows-1252`. Without it: byte order mark, XML declaration, else strict UTF-8.
    pub encoding: Option<String>,
    pub delimiter: Option<char>,
    /// How many times its own size a gzip may unpack to; 1,000 unless said.
    pub gzip_ratio: Option<u64>,
    /// Bytes a gzip may unpack to; 100 GB unless said.
    pub gzip_bytes: Option<u64>,
    /// Pair starts across XES traces of one name, which takes reading the file twice. Of a table they always are.
    pub pair_across: bool,
    /// Texts that mean "nothing here". None is assumed: `NA` can be a case and `null` a person.
    pub null_tokens: Vec<String>,
    /// Take spaces off around names, as files of columns of a fixed width have them. Else they are kept.
    pub trim: bool,
    /// Activities to leave out, such as the `Start` and `End` some tools write.
    pub exclude: Vec<String>,
    /// Columns or attributes to keep beside what work is made of, by their names; `all` stands for every one that is
    /// nobody's derived column.
    pub keep: Vec<String>,
    /// Keep until when each case was to be done and what became of it, where the log says so: [`DEADLINE`], [`STATE`]
    /// and [`TOLD`] of a trace, `case:deadline` and so on of a table.
    pub cases: bool,
    /// Take a start that says it goes on, [`STATE`] `open`, for a row that ends when it begins, and say that it is open.
    pub open_rows: bool,
}

/// The attribute of a case that says until when it was to be done.
pub const DEADLINE: &str = "deadline";

/// An instant as a log writes it, in UTC milliseconds; `zone` is what no offset means.
pub fn instant_of(text: &str, zone: Option<&str>) -> Option<i64> {
    zone::Zone::new(zone).ok()?.instant(time::year_first(text)?)
}

/// Which rows of a log with transitions are steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum View {
    /// `Interval` where there are starts, `Complete` where there are other transitions, `All` where there is
    /// neither a start nor a complete.
    #[default]
    Auto,
    /// Every row is one, whatever its transition.
    All,
    /// Rows that are complete, each at one instant.
    Complete,
    /// A start and its complete.
    Interval,
}

/// One step of a case as the file has it. The texts are foreign: clean them before they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    pub case: &'a str,
    pub activity: &'a str,
    /// UTC milliseconds; equal to `end_ms` when the file knows one time only.
    pub start_ms: i64,
    pub end_ms: i64,
    /// How far the clocks of whoever wrote the end of it were ahead of UTC, in seconds; `None` where it does not say.
    pub offset_s: Option<i32>,
    pub resource: Option<&'a str>,
    pub group: Option<&'a str>,
    /// As the file spells it, of the row that ends the work.
    pub transition: Option<&'a str>,
    pub instance: Option<&'a str>,
    /// It goes on; asked for with [`Options::open_rows`].
    pub open: bool,
    /// What is kept of its case, in XES with the first row of it, and of the row itself.
    pub of_case: &'a [Attribute<'a>],
    pub more: &'a [Attribute<'a>],
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
    TooLong,
    OutsideTrace,
    NoObject,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Reason::NoCase => "no case",
            Reason::NoActivity => "no activity",
            Reason::NoTime => "no time",
            Reason::BadTime => "not a time",
            Reason::BadStart => "start is not a time",
            Reason::TooLong => "a field is longer than 1 MiB",
            Reason::OutsideTrace => "event outside a trace",
            Reason::NoObject => "not a JSON object",
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
    let mut refused = 0;
    let mut counting = |item: Item<'_>| {
        refused += u64::from(matches!(item, Item::Rejected(_)));
        sink(item)
    };
    match read_once(path, options, on_progress, &mut counting) {
        // A log of states, none of them a start or a complete: every row is one. No row was handed on yet, and
        // what was refused is refused again.
        Err(Error { kind: Kind::NoCompletes(_), .. }) if options.view == View::Auto => {
            let options = Options { view: View::All, ..options.clone() };
            read_once(path, &options, on_progress, &mut |item: Item<'_>| match item {
                Item::Rejected(_) if refused > 0 => {
                    refused -= 1;
                    Ok(())
                }
                item => sink(item),
            })
        }
        read => read,
    }
}

fn read_once(
    path: &Path,
    options: &Options,
    on_progress: &mut dyn FnMut(u64, u64),
    sink: &mut dyn FnMut(Item<'_>) -> Result<(), Stop>,
) -> Result<(Guess, Report), Error> {
    let in_file = |error: Error| error.in_file(path);
    let settings = settings::Settings::new(options).map_err(in_file)?;
    let input = input::open(path, settings.encoding, settings.gzip).map_err(in_file)?;
    match input.format {
        Format::Xes => xes::read(path, input, &settings, on_progress, sink),
        Format::Csv | Format::Jsonl => csv::read(path, input, &settings, on_progress, sink),
    }
    .map_err(in_file)
}

/// What [`read`] would take the file for. Reads a CSV once; of XES only the beginning.
pub fn sniff(path: &Path, options: &Options) -> Result<Guess, Error> {
    let in_file = |error: Error| error.in_file(path);
    let settings = settings::Settings::new(options).map_err(in_file)?;
    let input = input::open(path, settings.encoding, settings.gzip).map_err(in_file)?;
    match input.format {
        Format::Xes => xes::sniff(input, &settings),
        Format::Csv | Format::Jsonl => csv::sniff(input, &settings),
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
