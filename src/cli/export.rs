//! Taking out what is here, in the forms of others: to a file that is not there yet, or to standard output.
//! Streams, so that nothing of it is held; a file is there whole or not at all.

use super::args_export::{ExportVerb, LogForm, RecordForm};
use super::import::Bar;
use super::print::Facts;
use super::session::{Session, not_now};
use crate::desk::{Error, LogTarget, TableForm};
use crate::domain::counted::counted;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub fn run(s: &mut Session, verb: ExportVerb) -> Result<(), Error> {
    match verb {
        ExportVerb::Log { process, format, file } => {
            let file = named(file);
            let target = match format.unwrap_or_else(|| form_of(file.as_deref())) {
                LogForm::Xes => LogTarget::Xes,
                LogForm::Csv => LogTarget::Csv,
                LogForm::Jsonl => LogTarget::Jsonl,
            };
            let mut work = s.look()?;
            let mut bar = Bar::new(s.json);
            let done = written(file.as_deref(), |out| {
                work.desk.export_log(process.as_ref(), target, out, &mut |done, of| bar.show(done, of))
            });
            bar.clear();
            let Some(done) = done? else { return Ok(()) };
            let words = format!("{}, {}", counted(done.things, "case"), counted(done.rows, "row"));
            let left = match done.left_out {
                0 => String::new(),
                n => format!("; no row of {} that nobody has worked on yet", counted(n, "case")),
            };
            let broken_off = match done.broken_off {
                0 => String::new(),
                n => format!(
                    "; nothing was done in {} before {} withdrawn: whoever reads the log has none of them",
                    counted(n, "case"),
                    if n == 1 { "it was" } else { "they were" }
                ),
            };
            let pictured = match done.pictured {
                0 => String::new(),
                n => format!(
                    "; control characters in {}, which XES has pictures of only (CSV and JSON lines keep them)",
                    counted(n, "text")
                ),
            };
            let value = json!({
                "cases": done.things, "rows": done.rows, "cases_without_rows": done.left_out,
                "cases_broken_off": done.broken_off,
                "texts_with_pictures": done.pictured,
            });
            told(s, file, &format!("{words}{left}{broken_off}{pictured}"), value);
        }
        ExportVerb::Records { kind, format, file } => {
            let file = named(file);
            let form = match format {
                RecordForm::Csv => TableForm::Csv,
                RecordForm::Jsonl => TableForm::Jsonl,
            };
            let mut work = s.look()?;
            let done = written(file.as_deref(), |out| work.desk.export_records(kind.as_ref(), form, out))?;
            let Some(done) = done else { return Ok(()) };
            told(s, file, &counted(done.things, "record"), json!({"records": done.things}));
        }
        ExportVerb::Calendar { party, file } => {
            let file = named(file);
            let mut work = s.look()?;
            let (party, now) = (work.maybe_party(party.as_deref())?, work.now);
            let done = written(file.as_deref(), |out| work.desk.export_calendar(party.as_ref(), now, out))?;
            let Some(done) = done else { return Ok(()) };
            told(s, file, &counted(done.things, "date"), json!({"dates": done.things}));
        }
        ExportVerb::All { format: _, file } => {
            let file = named(file);
            let mut work = s.look()?;
            let mut bar = Bar::new(s.json);
            let done =
                written(file.as_deref(), |out| work.desk.export_all(out, &mut |done, of| bar.show(done, of)));
            bar.clear();
            let Some(done) = done? else { return Ok(()) };
            let value = json!({"entries": done.entries, "head": done.digest});
            told(s, file, &format!("{}; the head is {}", counted(done.entries, "entry"), done.digest), value);
        }
    }
    Ok(())
}

/// A file; `-` is standard output, as everywhere.
fn named(file: Option<PathBuf>) -> Option<PathBuf> {
    file.filter(|file| file.as_os_str() != "-")
}

fn told(s: &mut Session, file: Option<PathBuf>, words: &str, mut value: Value) {
    match file {
        // Standard output is the data's.
        None => s.say(&format!("{words}.")),
        Some(file) => {
            value["file"] = json!(file.display().to_string());
            match s.json {
                true => s.one(&Facts::default(), &value),
                false => s.line(&format!("{}: {words}.", file.display())),
            }
        }
    }
}

/// The form of a log that a file's name says; XES where it says none.
fn form_of(file: Option<&Path>) -> LogForm {
    let name = file.and_then(Path::file_name).map(|name| name.to_string_lossy().to_lowercase());
    let name = name.unwrap_or_default();
    match name.trim_end_matches(".gz").rsplit_once('.') {
        Some((_, "csv")) => LogForm::Csv,
        Some((_, "jsonl")) => LogForm::Jsonl,
        _ => LogForm::Xes,
    }
}

/// Lets `work` write to a file, or to standard output; `None` when whoever read that has seen enough.
fn written<T>(
    file: Option<&Path>,
    work: impl FnOnce(&mut dyn Write) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    let Some(file) = file else {
        let mut out = super::file::Standard::new();
        let done = work(&mut out).and_then(|done| {
            out.end().map_err(Error::Output)?;
            Ok(Some(done))
        });
        return match done {
            Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(None),
            done => done,
        };
    };
    if file.try_exists().unwrap_or(true) {
        let what = format!("{} is there already.", file.display());
        return Err(not_now(what, "Name another file; nothing is overwritten.".into()));
    }
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".{}.part", std::process::id()));
    let part = file.with_file_name(name);
    let fill = || {
        let made = File::options().write(true).create_new(true).open(&part).map_err(Error::Output)?;
        let mut out = BufWriter::new(made);
        let done = if file.extension().is_some_and(|end| end.eq_ignore_ascii_case("gz")) {
            let mut packed = GzEncoder::new(&mut out, Compression::default());
            let done = work(&mut packed)?;
            packed.finish().map_err(Error::Output)?;
            done
        } else {
            work(&mut out)?
        };
        let made = out.into_inner().map_err(|error| Error::Output(error.into_error()))?;
        made.sync_all().map_err(Error::Output)?;
        // A file that came meanwhile is not overwritten either.
        std::fs::hard_link(&part, file).or_else(|_| std::fs::rename(&part, file)).map_err(Error::Output)?;
        Ok(done)
    };
    let done = fill();
    let _ = std::fs::remove_file(&part);
    done.map(Some)
}
