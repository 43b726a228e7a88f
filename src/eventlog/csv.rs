//! CSV logs. The file is read twice: once to find the columns and the one date format that fits them, once
//! for the rows. Rows may come in any order and are handed on in that of the file.

use std::path::Path;

use ::csv::{Reader, ReaderBuilder, StringRecord};

use super::columns::{self, Columns};
use super::error::{Error, Kind};
use super::format::{Candidates, TimeFormat};
use super::guess::{Format, Guess, Lifecycle, Role};
use super::input::{self, Input, Text};
use super::lifecycle::{Open, Transition, Work};
use super::report::Report;
use super::settings::Settings;
use super::tally::{Progress, Tally};
use super::time::Stamp;
use super::{Item, Reason, Row, Stop};

const LONGEST_FIELD: usize = 1 << 20;
/// One row with all its fields. Beyond it somebody forgot a quote, and the rest of the file would be a field.
const LONGEST_RECORD: u64 = 16 << 20;

pub(super) fn sniff(input: Input, settings: &Settings<'_>) -> Result<Guess, Error> {
    let mut ignored = |_, _| {};
    let mut progress = Progress {
        done: input.done.clone(),
        before: 0,
        total: input.total,
        next: u64::MAX,
        tell: &mut ignored,
    };
    Ok(survey(input, settings, &mut progress)?.guess)
}

pub(super) fn read(
    path: &Path,
    input: Input,
    settings: &Settings<'_>,
    on_progress: &mut dyn FnMut(u64, u64),
    sink: &mut dyn FnMut(Item<'_>) -> Result<(), Stop>,
) -> Result<(Guess, Report), Error> {
    let size = input.total;
    let mut progress =
        Progress { done: input.done.clone(), before: 0, total: 2 * size, next: 0, tell: on_progress };
    let mut found = survey(input, settings, &mut progress)?;
    let input = input::open(path, Some(found.encoding))?;
    progress = Progress { done: input.done.clone(), before: size, next: 0, ..progress };
    let mut rows = Rows {
        settings,
        columns: &found.columns,
        format: &found.format,
        width: found.width,
        open: Open::default(),
        tally: Tally::new(size, sink),
    };
    let mut records = Records::new(input.text, found.delimiter);
    records.next()?;
    while let Some(line) = records.next()? {
        rows.row(&records.record, line)?;
        progress.tick();
    }
    progress.end();
    let mut tally = rows.tally;
    tally.report.starts_without_complete = rows.open.close();
    found.guess.lifecycle = match &found.columns {
        Columns { lifecycle: None, .. } => Lifecycle::Unused,
        Columns { start: None, .. } if tally.report.paired + tally.report.starts_without_complete > 0 => {
            Lifecycle::Paired
        }
        _ => Lifecycle::CompleteOnly,
    };
    Ok((found.guess, tally.finish()?))
}

/// Records with the lines they begin on, within bounds.
struct Records {
    reader: Reader<Text>,
    record: StringRecord,
}

impl Records {
    fn new(mut text: Text, delimiter: u8) -> Self {
        text.bound(LONGEST_RECORD, Kind::RecordTooLong(LONGEST_RECORD));
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(64 * 1024);
        Self { reader: builder.from_reader(text), record: StringRecord::new() }
    }

    /// Reads the next record; the line it begins on, or `None` at the end.
    fn next(&mut self) -> Result<Option<u64>, Error> {
        self.reader.get_mut().mark();
        let before = self.reader.position().line();
        let has_record = self.reader.read_record(&mut self.record).map_err(|error| {
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
        let inside = self.record.as_slice().bytes().filter(|&byte| byte == b'\n').count() as u64;
        let after = self.reader.position().line();
        let text = self.reader.get_ref();
        let is_last = text.is_drained() && self.reader.position().byte() == text.consumed();
        if is_last && self.record.as_slice().ends_with('\n') && !text.ends_in_quote() {
            return Err(Error::at(after.saturating_sub(inside), Kind::UnclosedQuote));
        }
        Ok(Some(after.saturating_sub(1 + inside)))
    }
}

struct Survey {
    guess: Guess,
    columns: Columns,
    format: TimeFormat,
    encoding: &'static encoding_rs::Encoding,
    delimiter: u8,
    width: usize,
}

fn survey(input: Input, settings: &Settings<'_>, progress: &mut Progress<'_>) -> Result<Survey, Error> {
    let options = settings.options;
    let (beginning, is_all) = input.text.peek();
    let (delimiter, sample) = columns::sniff(beginning, is_all, settings.delimiter)?;
    let (mut columns, mut shown) = columns::map(&sample, options)?;
    let mut candidates = Candidates::new();
    let mut has_starts = false;
    let mut records = Records::new(input.text, delimiter);
    records.next()?;
    while let Some(line) = records.next()? {
        let start = columns.start.and_then(|start| present(settings, &records.record, start));
        has_starts |= start.is_some();
        for text in [present(settings, &records.record, columns.time), start].into_iter().flatten() {
            match &settings.time {
                None => {
                    candidates.note(line, text);
                }
                Some(format) => {
                    let is_naive = format.parse(text).is_some_and(|stamp| stamp.offset_s.is_none());
                    candidates.naive += u64::from(is_naive);
                }
            }
        }
        progress.tick();
    }
    // Some exports have a start column and never fill it: then the times are single ones.
    if !has_starts {
        columns.start = None;
        shown.retain(|column| column.role != Role::Start);
    }
    let is_naive = candidates.naive > 0;
    let name = |index: usize| sample.first().and_then(|head| head.get(index)).unwrap_or_default();
    let format = match &settings.time {
        Some(format) => format.clone(),
        None => candidates.decide(name(columns.time))?.unwrap_or(TimeFormat::YearFirst),
    };
    let lifecycle = if columns.lifecycle.is_some() { Lifecycle::CompleteOnly } else { Lifecycle::Unused };
    let guess = Guess {
        format: Format::Csv,
        gzip: input.gzip,
        encoding: input.encoding.name().to_owned(),
        delimiter: Some(char::from(delimiter)),
        columns: shown,
        time_format: format.to_string(),
        zone: options.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        zone_given: options.zone.is_some(),
        naive_times: Some(is_naive),
        lifecycle,
        classifiers: Vec::new(),
    };
    let width = sample.first().map_or(0, StringRecord::len);
    Ok(Survey { guess, columns, format, encoding: input.encoding, delimiter, width })
}

fn present<'t>(settings: &Settings<'_>, record: &'t StringRecord, index: usize) -> Option<&'t str> {
    record.get(index).and_then(|text| settings.present(text))
}

struct Rows<'a, 's> {
    settings: &'a Settings<'a>,
    columns: &'a Columns,
    format: &'a TimeFormat,
    width: usize,
    open: Open,
    tally: Tally<'s>,
}

impl Rows<'_, '_> {
    fn row(&mut self, record: &StringRecord, line: u64) -> Result<(), Error> {
        self.tally.report.rows_read += 1;
        self.tally.report.short_rows += u64::from(record.len() < self.width);
        self.tally.report.long_rows += u64::from(record.len() > self.width);
        if record.as_slice().len() > LONGEST_FIELD && record.iter().any(|field| field.len() > LONGEST_FIELD) {
            return self.tally.reject(line, Reason::TooLong, None);
        }
        let field = |index| present(self.settings, record, index);
        let Some(case) = field(self.columns.case) else {
            return self.tally.reject(line, Reason::NoCase, None);
        };
        let Some(activity) = field(self.columns.activity) else {
            return self.tally.reject(line, Reason::NoActivity, None);
        };
        let Some(written) = field(self.columns.time) else {
            return self.tally.reject(line, Reason::NoTime, None);
        };
        let Some((stamp, end_ms)) = self.instant(written) else {
            return self.tally.reject(line, Reason::BadTime, Some(written));
        };
        let mut start_ms = end_ms;
        if let Some(written) = self.columns.start.and_then(field) {
            match self.instant(written) {
                None => return self.tally.reject(line, Reason::BadStart, Some(written)),
                Some((_, start)) if start > end_ms => {
                    return self.tally.reject(line, Reason::EndsBeforeStart, None);
                }
                Some((_, start)) => start_ms = start,
            }
        }
        if self.settings.is_excluded(activity) {
            self.tally.report.excluded += 1;
            return Ok(());
        }
        if let Some(index) = self.columns.lifecycle {
            let transition = field(index);
            self.tally.report.count_transition(transition.unwrap_or("complete"));
            let work = Work { case, activity, instance: self.columns.instance.and_then(field) };
            match (Transition::of(transition), self.columns.start) {
                (Transition::Complete, None) => match self.open.complete(work, end_ms) {
                    Some(start) => {
                        start_ms = start;
                        self.tally.report.paired += 1;
                    }
                    None => self.tally.report.completes_without_start += 1,
                },
                (Transition::Complete, Some(_)) => {}
                (Transition::Start, None) => {
                    self.open.start(work, end_ms);
                    return Ok(());
                }
                (Transition::Start | Transition::Other, _) => {
                    self.tally.report.ignored += 1;
                    return Ok(());
                }
            }
        }
        self.tally.time(stamp);
        let resource = self.columns.resource.and_then(field);
        let position = self.tally.report.rows_read;
        self.tally.row(Row { case, activity, start_ms, end_ms, resource, position, line })?;
        Ok(())
    }

    fn instant(&self, written: &str) -> Option<(Stamp, i64)> {
        let stamp = self.format.parse(written)?;
        Some((stamp, self.settings.zone.instant(stamp)?))
    }
}
