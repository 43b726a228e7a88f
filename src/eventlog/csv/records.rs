//! The records of a table, one after the other, with the lines they begin on. What they mean is for others to say.

use ::csv::{Reader, ReaderBuilder, StringRecord};

use crate::eventlog::error::{Error, Kind};
use crate::eventlog::input::Text;
use crate::eventlog::write::ESCAPED;
use crate::eventlog::{columns, jsonl};

/// One row with all its fields. Beyond it somebody forgot a quote, and the rest of the file would be a field.
pub(in crate::eventlog) const LONGEST_RECORD: u64 = 16 << 20;

/// Records with the lines they begin on, within bounds.
pub(super) struct Records {
    source: Source,
    pub record: StringRecord,
    /// The column that says whether texts of a row have an apostrophe that is not theirs.
    escaped: Option<usize>,
    /// What was read last is the end of the file, which has no line end of its own.
    pub at_ragged_end: bool,
}

enum Source {
    Csv(Box<Reader<Text>>),
    Jsonl(Box<jsonl::Lines>),
}

impl Records {
    /// Everything after the head.
    pub fn new(mut text: Text, delimiter: Option<u8>, head: &StringRecord) -> Result<Self, Error> {
        text.bound(LONGEST_RECORD, Kind::RecordTooLong(LONGEST_RECORD));
        let (mut builder, record) = (ReaderBuilder::new(), StringRecord::new());
        let Some(delimiter) = delimiter else {
            let source = Source::Jsonl(Box::new(jsonl::Lines::new(text, head)));
            return Ok(Self { source, record, escaped: None, at_ragged_end: false });
        };
        builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(64 * 1024);
        let source = Source::Csv(Box::new(builder.from_reader(text)));
        let escaped = head.iter().position(|name| name == ESCAPED);
        let mut records = Self { source, record, escaped, at_ragged_end: false };
        records.next()?;
        if columns::names_delimiter(&records.record) {
            records.next()?;
        }
        Ok(records)
    }

    /// Reads the next record; the line it begins on and whether it could be read, or `None` at the end.
    pub fn next(&mut self) -> Result<Option<(u64, bool)>, Error> {
        match &mut self.source {
            Source::Jsonl(lines) => lines.next(&mut self.record),
            Source::Csv(reader) => {
                let next = next(reader, &mut self.record)?;
                self.at_ragged_end =
                    next.is_some_and(|(_, is_last)| is_last && !reader.get_ref().ends_whole());
                if self.escaped.is_some_and(|index| self.record.get(index) == Some("yes")) {
                    self.record =
                        self.record.iter().map(|text| text.strip_prefix('\'').unwrap_or(text)).collect();
                }
                Ok(next.map(|(line, _)| (line, true)))
            }
        }
    }
}

/// The next record of a CSV: the line it begins on, and whether it is the last.
pub(in crate::eventlog) fn next(
    reader: &mut Reader<Text>,
    record: &mut StringRecord,
) -> Result<Option<(u64, bool)>, Error> {
    reader.get_mut().mark();
    let before = reader.position().line();
    let has_record = reader.read_record(record).map_err(|error| {
        match error.kind() {
            ::csv::ErrorKind::Io(io) => {
                let error = Error::from_io(io);
                // A row that is too long is known by where it begins.
                let is_long = matches!(error.kind, Kind::RecordTooLong(_));
                Error { line: if is_long { Some(before) } else { error.line }, ..error }
            }
            _ => Kind::Unreadable(error.to_string()).into(),
        }
    })?;
    if !has_record {
        return Ok(None);
    }
    // The reader skips blank lines before a record, so the beginning is reckoned from the end. Every
    // record ends in a line end, because `Text` adds one at the end of the file.
    let inside = record.as_slice().bytes().filter(|&byte| byte == b'\n').count() as u64;
    let after = reader.position().line();
    let text = reader.get_ref();
    let is_last = text.is_drained() && reader.position().byte() == text.consumed();
    if is_last && record.as_slice().ends_with('\n') && !text.ends_in_quote() {
        return Err(Error::at(after.saturating_sub(inside), Kind::UnclosedQuote));
    }
    Ok(Some((after.saturating_sub(1 + inside), is_last)))
}
