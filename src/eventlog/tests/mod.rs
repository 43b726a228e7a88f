//! Whole files through the reader. Here is what the tests share; they are sorted by what they are about.

mod forms;
mod hostile;
mod real;
mod spellings;
mod traps;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    case: String,
    activity: String,
    start: i64,
    end: i64,
    resource: Option<String>,
    position: u64,
    line: u64,
}

#[derive(Debug)]
struct Outcome {
    rows: Vec<Kept>,
    rejected: Vec<String>,
    guess: Guess,
    report: Report,
}

impl Outcome {
    fn cases(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.rows.iter().map(|row| row.case.as_str()).filter(|case| seen.insert(*case)).collect()
    }

    fn activities(&self) -> Vec<&str> {
        self.rows.iter().map(|row| row.activity.as_str()).collect()
    }

    fn resources(&self) -> Vec<Option<&str>> {
        self.rows.iter().map(|row| row.resource.as_deref()).collect()
    }

    /// Activities of a case in the order the definitions demand.
    fn ordered(&self, case: &str) -> Vec<&str> {
        let mut rows: Vec<_> = self.rows.iter().filter(|row| row.case == case).collect();
        rows.sort_by_key(|row| (row.start, row.end, row.position));
        rows.iter().map(|row| row.activity.as_str()).collect()
    }
}

fn read_with(path: &Path, options: &Options) -> Result<Outcome, Error> {
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    let mut told = (0, 0);
    let (guess, report) = read(path, options, &mut |done, total| told = (done, total), &mut |item| {
        match item {
            Item::Row(row) => rows.push(Kept {
                case: row.case.to_owned(),
                activity: row.activity.to_owned(),
                start: row.start_ms,
                end: row.end_ms,
                resource: row.resource.map(str::to_owned),
                position: row.position,
                line: row.line,
            }),
            Item::Rejected(rejection) => rejected.push(rejection.to_string()),
        }
        Ok(())
    })?;
    assert_eq!(told.0, told.1, "the progress ends at the end");
    assert_eq!(report.accepted, rows.len() as u64);
    assert_eq!(report.rejected, rejected.len() as u64);
    assert_eq!(report.rejected, report.refused.iter().map(|refused| refused.count).sum::<u64>());
    assert_eq!(
        report.rows_read,
        report.accepted
            + report.rejected
            + report.excluded
            + report.ignored
            + report.paired
            + report.starts_without_complete
    );
    let cases: BTreeSet<_> = rows.iter().map(|row| &row.case).collect();
    assert_eq!(report.cases, cases.len() as u64);
    Ok(Outcome { rows, rejected, guess, report })
}

fn trap_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/traps").join(name)
}

fn trap(name: &str) -> Result<Outcome, Error> {
    read_with(&trap_path(name), &Options::default())
}

fn write_file(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file.flush().unwrap();
    file
}

fn read_bytes(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    read_with(write_file(bytes).path(), options)
}

fn read_text(text: &str) -> Result<Outcome, Error> {
    read_bytes(text.as_bytes(), &Options::default())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn ms(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

fn xes(inner: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<log>\n{inner}\n</log>\n")
}

fn event(activity: &str, time: &str, more: &str) -> String {
    format!(
        "<event><string key=\"concept:name\" value=\"{activity}\"/><date key=\"time:timestamp\" value=\"{time}\"/>{more}</event>\n"
    )
}

fn trace(name: &str, events: &str) -> String {
    format!("<trace><string key=\"concept:name\" value=\"{name}\"/>\n{events}</trace>\n")
}
