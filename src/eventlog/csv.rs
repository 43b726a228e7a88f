//! Tables: CSV logs, and JSON lines. The file is read twice: once to find the columns and the one date format
//! that fits them, once for the rows. Rows may come in any order and are handed on in that of the file; where
//! starts are to be paired, which follows the order of time, it is read once more for that.

mod records;

use std::path::Path;

use ::csv::StringRecord;

use super::columns::{self, Columns};
use super::cut::LastColumn;
use super::error::{Error, Kind};
use super::format::{Candidates, TimeFormat};
use super::guess::{Format, Guess, Lifecycle, Role};
use super::input::{self, Input};
use super::jsonl;
use super::lifecycle::Transition;
use super::more::Attribute;
use super::more::OPEN;
use super::pairs::{self, Pairs};
use super::report::Report;
use super::settings::Settings;
use super::tally::{Progress, Tally};
use super::time::Stamp;
use super::{Item, Reason, Row, Stop, View};
use records::Records;
pub(super) use records::{LONGEST_RECORD, next};

const LONGEST_FIELD: usize = 1 << 20;

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
    let (size, hash) = (input.total, input.hash.clone());
    let open = |encoding| input::open(path, Some(encoding), settings.gzip);
    let mut progress =
        Progress { done: input.done.clone(), before: 0, total: 2 * size, next: 0, tell: on_progress };
    let mut found = survey(input, settings, &mut progress)?;
    let pairs = match found.has_starts {
        false => Pairs::default(),
        true => {
            progress.total = 3 * size;
            let mut records = found.records(open(found.encoding)?, &mut progress, size)?;
            let mut pairing = pairs::Pairing::default();
            let mut position = 0;
            while records.next()?.is_some() {
                position += 1;
                if let Some(step) = found.step(settings, &records.record) {
                    pairing.note(&step, position).map_err(|error| Error::from_io(&error))?;
                }
                progress.tick();
            }
            pairing.pair().map_err(|error| Error::from_io(&error))?
        }
    };
    let before = progress.total - size;
    let mut records = found.records(open(found.encoding)?, &mut progress, before)?;
    let tally = Tally::new(size, settings, sink);
    let mut rows = Rows { settings, found: &found, pairs, tally };
    while let Some((line, is_row)) = records.next()? {
        rows.row(&records.record, line, is_row)?;
        progress.tick();
    }
    progress.end();
    let mut tally = rows.tally;
    tally.report.starts_without_complete += rows.pairs.open;
    tally.report.sha256 = hash.hex();
    if records.at_ragged_end && found.delimiter.is_some() {
        tally.report.warnings.push("the last row has no line end; it looks whole and was taken".to_owned());
    }
    found.guess.lifecycle = match (&found.columns, settings.view()) {
        (Columns { lifecycle: None, .. }, _) => Lifecycle::Unused,
        (_, View::All) => Lifecycle::Ignored,
        (Columns { start: None, .. }, _)
            if tally.report.paired + tally.report.starts_without_complete > 0 =>
        {
            Lifecycle::Paired
        }
        _ => Lifecycle::CompleteOnly,
    };
    Ok((found.guess, tally.finish()?))
}

struct Survey {
    guess: Guess,
    columns: Columns,
    format: TimeFormat,
    encoding: &'static encoding_rs::Encoding,
    /// `None`: JSON lines.
    delimiter: Option<u8>,
    head: StringRecord,
    /// Some row begins what another ends.
    has_starts: bool,
}

impl Survey {
    fn records(&self, input: Input, progress: &mut Progress<'_>, before: u64) -> Result<Records, Error> {
        (progress.done, progress.before, progress.next) = (input.done.clone(), before, 0);
        Records::new(input.text, self.delimiter, &self.head)
    }

    /// What a row begins or ends, if it could be a step.
    fn step<'r>(&self, settings: &Settings<'_>, record: &'r StringRecord) -> Option<pairs::Step<'r>> {
        let field = |index| present(settings, record, index);
        let activity = self.columns.activity(record, settings)?;
        let (_, ms) = instant(settings, &self.format, &self.columns.time(record, settings)?)?;
        let transition = transition(settings, &self.columns, record);
        let instance = self.columns.instance.and_then(field);
        let is_step = transition != Transition::Other && !settings.is_excluded(&activity);
        let step = pairs::Step { case: field(self.columns.case)?, activity, instance, transition, ms };
        is_step.then_some(step)
    }
}

fn survey(input: Input, settings: &Settings<'_>, progress: &mut Progress<'_>) -> Result<Survey, Error> {
    let options = settings.options;
    if options.classifier.is_some() {
        let name = options.classifier.clone().unwrap_or_default();
        return Err(Kind::NoSuchClassifier { name, found: "none: only XES does".to_owned() }.into());
    }
    let (beginning, is_all) = input.text.peek();
    let (delimiter, sample) = match input.format {
        Format::Jsonl => (None, jsonl::sniff(beginning, is_all)?),
        _ => {
            let (delimiter, sample) = columns::sniff(beginning, is_all, settings.delimiter)?;
            (Some(delimiter), sample)
        }
    };
    let (mut columns, mut shown) = columns::map(&sample, options)?;
    let head = sample.first().cloned().unwrap_or_default();
    let (format, encoding) = (input.format, input.encoding);
    // What was packed says itself whether it came whole.
    let is_packed = input.gzip;
    let mut candidates = Candidates::new();
    let (mut starts_given, mut has_starts) = (false, false);
    let mut last_column = LastColumn::default();
    let mut records = Records::new(input.text, delimiter, &head)?;
    while let Some((line, _)) = records.next()? {
        let record = &records.record;
        let start = columns.start(record, settings);
        starts_given |= start.is_some();
        has_starts |= transition(settings, &columns, record) == Transition::Start;
        let mut are_times = true;
        for text in [columns.time(record, settings), start].iter().flatten() {
            match &settings.time {
                None => are_times &= candidates.note(line, text),
                Some(format) => {
                    let stamp = format.parse(text);
                    are_times &= stamp.is_some();
                    candidates.naive += u64::from(stamp.is_some_and(|stamp| stamp.offset_s.is_none()));
                }
            }
        }
        if records.at_ragged_end {
            let half = (!are_times).then_some("its time is none");
            // What was packed may have been cut before; how its last field looks says too little then.
            let sure = record.len() < head.len() || !is_packed;
            if let Some(what) = last_column.missing(record, head.len()).filter(|_| sure).or(half) {
                return Err(Error::at(line, Kind::TruncatedRow(what)));
            }
        }
        last_column.note(record, head.len());
        for column in &mut columns.kept {
            record
                .get(column.index)
                .and_then(|text| settings.present(text))
                .iter()
                .for_each(|text| column.note(text));
        }
        progress.tick();
    }
    // Some exports have a start column and never fill it: then the times are single ones.
    if !starts_given {
        columns.start = None;
        shown.retain(|column| column.role != Role::Start);
    }
    let is_naive = candidates.naive > 0;
    let time = match &settings.time {
        Some(format) => format.clone(),
        None => {
            candidates.decide(head.get(columns.time).unwrap_or_default())?.unwrap_or(TimeFormat::YearFirst)
        }
    };
    let lifecycle = if columns.lifecycle.is_some() { Lifecycle::CompleteOnly } else { Lifecycle::Unused };
    let guess = Guess {
        format,
        gzip: input.gzip,
        encoding: encoding.name().to_owned(),
        delimiter: delimiter.map(char::from),
        columns: shown,
        time_format: time.to_string(),
        zone: options.zone.clone().unwrap_or_else(|| "UTC".to_owned()),
        zone_given: options.zone.is_some(),
        naive_times: Some(is_naive),
        lifecycle,
        view: options.view,
        namespace: None,
        classifier: None,
        classifiers: Vec::new(),
    };
    let has_starts = has_starts && columns.start.is_none();
    Ok(Survey { guess, columns, format: time, encoding, delimiter, head, has_starts })
}

fn present<'t>(settings: &Settings<'_>, record: &'t StringRecord, index: usize) -> Option<&'t str> {
    record.get(index).and_then(|text| settings.present(text))
}

fn said<'t>(settings: &Settings<'_>, record: &'t StringRecord, index: usize) -> Option<&'t str> {
    record.get(index).and_then(|text| settings.said(text))
}

fn transition(settings: &Settings<'_>, columns: &Columns, record: &StringRecord) -> Transition {
    match columns.lifecycle.map(|index| Transition::of(said(settings, record, index), settings.view())) {
        Some(Transition::Start) if is_open(columns, record) => Transition::Complete,
        transition => transition.unwrap_or(Transition::Complete),
    }
}

/// Whether the row says itself that its work goes on.
fn is_open(columns: &Columns, record: &StringRecord) -> bool {
    columns.open.and_then(|index| record.get(index)) == Some(OPEN)
}

fn instant(settings: &Settings<'_>, format: &TimeFormat, written: &str) -> Option<(Stamp, i64)> {
    let stamp = format.parse(written)?;
    Some((stamp, settings.zone.instant(stamp)?))
}

struct Rows<'a, 's> {
    settings: &'a Settings<'a>,
    found: &'a Survey,
    pairs: Pairs,
    tally: Tally<'s>,
}

impl Rows<'_, '_> {
    fn row(&mut self, record: &StringRecord, line: u64, is_row: bool) -> Result<(), Error> {
        let (columns, width) = (&self.found.columns, self.found.head.len());
        self.tally.report.rows_read += 1;
        if !is_row {
            return self.tally.reject(line, Reason::NoObject, None);
        }
        self.tally.report.short_rows += u64::from(record.len() < width);
        self.tally.report.long_rows += u64::from(record.len() > width);
        if record.as_slice().len() > LONGEST_FIELD && record.iter().any(|field| field.len() > LONGEST_FIELD) {
            return self.tally.reject(line, Reason::TooLong, None);
        }
        let field = |index| present(self.settings, record, index);
        let told = |index| said(self.settings, record, index);
        let Some(case) = field(columns.case) else {
            return self.tally.reject(line, Reason::NoCase, None);
        };
        let Some(activity) = columns.activity(record, self.settings) else {
            return self.tally.reject(line, Reason::NoActivity, None);
        };
        let Some(written) = columns.time(record, self.settings) else {
            return self.tally.reject(line, Reason::NoTime, None);
        };
        let instant = |written: &str| instant(self.settings, &self.found.format, written);
        let Some((stamp, end_ms)) = instant(&written) else {
            return self.tally.reject(line, Reason::BadTime, Some(&written));
        };
        let mut start_ms = end_ms;
        if let Some(written) = columns.start(record, self.settings) {
            match instant(&written) {
                None => return self.tally.reject(line, Reason::BadStart, Some(&written)),
                Some((_, start)) => start_ms = start,
            }
        }
        if self.settings.is_excluded(&activity) {
            self.tally.report.excluded += 1;
            return Ok(());
        }
        self.tally.report.backwards += u64::from(start_ms > end_ms);
        let position = self.tally.report.rows_read;
        if let Some(index) = columns.lifecycle {
            self.tally.report.count_transition(told(index).unwrap_or("complete"));
            let report = &mut self.tally.report;
            match (transition(self.settings, columns, record), columns.start) {
                (Transition::Complete, None) => {
                    match self.pairs.start_of(position).map_err(|error| Error::from_io(&error))? {
                        Some(start) => {
                            start_ms = start;
                            report.paired += 1;
                        }
                        None if is_open(columns, record) => report.starts_without_complete += 1,
                        None => report.completes_without_start += 1,
                    }
                }
                (Transition::Complete, Some(_)) => {}
                // Counted by the pairing.
                (Transition::Start, None) => return Ok(()),
                (Transition::Start | Transition::Other, _) => {
                    report.ignored += 1;
                    return Ok(());
                }
            }
        }
        self.tally.time(stamp);
        let texts = columns.kept.iter().map(|column| field(column.index).map(|text| column.text(text)));
        let texts = texts.collect::<Vec<_>>();
        let said = |of_case: bool| {
            let kept = columns.kept.iter().zip(&texts).filter(|(column, _)| column.of_case == of_case);
            let said = kept.filter_map(|(column, text)| {
                Some(Attribute { key: &column.key, kind: column.kind(), text: text.as_deref()? })
            });
            // A log written here gives every case a title, if need be its name again.
            let said = said.filter(|one| !(of_case && one.key == "title" && one.text == case));
            said.collect::<Vec<_>>()
        };
        self.tally.row(Row {
            case,
            activity: &activity,
            start_ms,
            end_ms,
            offset_s: stamp.offset_s,
            resource: columns.resource.and_then(field),
            group: columns.group.and_then(field),
            transition: columns.lifecycle.and_then(told),
            instance: columns.instance.and_then(field),
            open: is_open(columns, record),
            of_case: &said(true),
            more: &said(false),
            position,
            line,
        })?;
        Ok(())
    }
}
