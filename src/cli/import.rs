//! Bringing in what other systems recorded: event logs and records. Prints the guess, the refusals and the
//! sums; a progress bar on a terminal and nothing in a pipe.

use super::args_import::{ImportLog, ImportRecords, ImportVerb};
use super::import_report::{json as report_json, lines as report_lines};
use super::print::Facts;
use super::session::{Session, fresh_op};
use crate::desk::{Error, LogImport, LogOptions, LogView, LogWish, RecordsWish, Series};
use crate::domain::counted::counted;
use crate::domain::zone::parse_rfc3339;
use crate::domain::{Goal, when};
use serde_json::json;
use std::io::{IsTerminal, Write};
use std::path::Path;

pub fn run(s: &mut Session, verb: ImportVerb) -> Result<(), Error> {
    match verb {
        ImportVerb::Log(args) => log(s, &args),
        ImportVerb::Records(args) => records(s, &args),
        ImportVerb::All { file } => all(s, &file),
    }
}

fn log(s: &mut Session, args: &ImportLog) -> Result<(), Error> {
    there(&args.file)?;
    let mut goals = Vec::new();
    for (step, goal) in &args.goal {
        let goal = goal.parse::<Goal>().map_err(|e| {
            Error::input(format!("--goal {step}={goal}: {e}."), "Such as --goal \"*=5 business days\".")
        })?;
        goals.push((step.clone(), goal));
    }
    let mut work = s.make()?;
    let open_as_of = match &args.open_as_of {
        None => None,
        Some(text) => Some(match parse_rfc3339(text) {
            Ok(at) => at,
            Err(error) => match work.catalog()?.own_calendar() {
                Some(calendar) => {
                    when::parse(text, work.now, calendar).map(|when| when.at).map_err(|_| {
                        Error::input(format!("--open-as-of: {error}."), "Write 2026-11-27T09:00:00+01:00.")
                    })?
                }
                None => return Err(Error::input(error.to_string(), "Write 2026-11-27T09:00:00+01:00.")),
            },
        }),
    };
    let wish = LogWish {
        read: LogOptions {
            classifier: args.classifier.clone(),
            view: view(&args.view),
            keep: args.keep.clone(),
            group: args.group_column.clone(),
            ..args.columns.options()
        },
        process: args.process.clone(),
        open_as_of,
        shift_to_now: args.shift_to_now,
        goals,
        finish: args.finish.clone(),
        deliberate: args.deliberate.clone(),
        repeats: args.repeats.clone(),
        dry_run: args.dry_run,
    };
    let mut op = fresh_op;
    let mut by = Series { person: s.me()?, now: work.now, op: &mut op };
    let mut bar = Bar::new(s.json);
    let report = work.desk.import_log(&args.file, &wish, &mut by, &mut |done, of| bar.show(done, of));
    bar.clear();
    let report = report?;
    told(s, &report);
    if !s.json && report.log.grouped > 0 && args.group_column.is_none() {
        s.say("The groups are not kept; with `--group-column org:group` figures tell of them.");
    }
    if !s.json && !report.dry_run && report.cases > 0 {
        let next = if report.open > 0 { "baton inbox --all" } else { "baton metrics summary --process" };
        let process = if report.open > 0 { String::new() } else { format!(" {}", report.process) };
        s.say(&format!("Next: {next}{process}"));
    }
    s.status = u8::from(report.refused());
    Ok(())
}

fn told(s: &mut Session, report: &LogImport) {
    let mut facts = Facts::default();
    facts.add("process", format!("{} (version {})", report.process, report.version));
    if report.dry_run {
        facts.add("dry run", "nothing was written");
    }
    facts.add(
        "rows",
        format!(
            "{} read, {} came in, {} left out as later, {} refused",
            report.log.rows_read,
            report.rows,
            report.rows_left_out,
            report.refused_rows + report.rows_not_in
        ),
    );
    facts.add(
        "cases",
        format!(
            "{} came in, {} of them open; {} known already, {} begin later, {} refused",
            report.cases, report.open, report.known, report.cases_left_out, report.refused_cases
        ),
    );
    if report.withdrawn > 0 {
        facts.add("", format!("{} that were withdrawn are left out", report.withdrawn));
    }
    facts.add("handoffs", format!("{}, {} of them waiting to be accepted", report.handoffs, report.pending));
    if report.whole > 0 {
        let what = format!(
            "{}, with the time it was registered, what was offered and what waited",
            counted(report.whole, "case")
        );
        facts.add("told whole", what);
    }
    facts.add("steps", report.steps.to_string());
    facts.add(
        "people",
        format!("{} added, for {}", report.people_added, counted(report.resources, "resource")),
    );
    if report.weeks != 0 {
        facts.add("moved", format!("by {}", counted(report.weeks, "week")));
    }
    let mut value = json!({
        "process": report.process.as_str(),
        "version": report.version,
        "dry_run": report.dry_run,
        "rows": report.rows,
        "rows_left_out": report.rows_left_out,
        "rows_refused": report.refused_rows + report.rows_not_in,
        "cases": report.cases,
        "cases_open": report.open,
        "cases_known": report.known,
        "cases_left_out": report.cases_left_out,
        "cases_withdrawn": report.withdrawn,
        "cases_whole": report.whole,
        "cases_refused": report.refused_cases,
        "handoffs": report.handoffs,
        "handoffs_pending": report.pending,
        "steps": report.steps,
        "people_added": report.people_added,
        "resources": report.resources,
        "weeks_moved": report.weeks,
        "refusals": report.refusals,
    });
    value["log"] = report_json(report);
    for line in report_lines(report) {
        s.say(&line);
    }
    s.one(&facts, &value);
}

fn view(word: &str) -> LogView {
    match word {
        "all" => LogView::All,
        "complete" => LogView::Complete,
        "interval" => LogView::Interval,
        _ => LogView::Auto,
    }
}

fn records(s: &mut Session, args: &ImportRecords) -> Result<(), Error> {
    there(&args.file)?;
    let mut work = s.make()?;
    let wish = RecordsWish {
        kind: args.kind.clone(),
        map: args.map.clone(),
        delimiter: args.delimiter,
        encoding: args.encoding.clone(),
        dry_run: args.dry_run,
    };
    let mut op = fresh_op;
    let mut by = Series { person: s.me()?, now: work.now, op: &mut op };
    let report = work.desk.import_records(&args.file, &wish, &mut by)?;
    for (column, field) in &report.columns {
        s.say(&format!("column `{column}` -> {field}"));
    }
    if !report.unused.is_empty() {
        s.say(&format!("not used: {}", report.unused.join(", ")));
    }
    for line in &report.refusals {
        s.say(line);
    }
    let mut facts = Facts::default();
    facts.add("kind", report.kind.as_str());
    if report.dry_run {
        facts.add("dry run", "nothing was written");
    }
    facts.add(
        "rows",
        format!(
            "{} read: {} added, {} changed, {} the same, {} refused",
            report.rows, report.added, report.changed, report.known, report.refused
        ),
    );
    let value = json!({
        "kind": report.kind.as_str(),
        "dry_run": report.dry_run,
        "columns": report.columns.iter().map(|(c, f)| (c.clone(), json!(f))).collect::<serde_json::Map<_, _>>(),
        "unused": report.unused,
        "rows": report.rows,
        "added": report.added,
        "changed": report.changed,
        "known": report.known,
        "refused": report.refused,
        "refusals": report.refusals,
        "changes": report.changes,
    });
    for change in &report.changes {
        facts.add("changes", change);
    }
    s.one(&facts, &value);
    s.status = u8::from(report.refused > 0);
    Ok(())
}

fn all(s: &mut Session, file: &Path) -> Result<(), Error> {
    there(file)?;
    let mut work = s.make_bare()?;
    let mut bar = Bar::new(s.json);
    let carried = work.desk.import_all(file, &mut |done, of| bar.show(done, of));
    bar.clear();
    let carried = carried?;
    let value = json!({
        "entries": carried.entries,
        "head": carried.digest,
        "same_head": carried.same_chain,
    });
    match s.json {
        true => s.one(&Facts::default(), &value),
        false => {
            s.line(&format!("{} came in; the head is {}.", counted(carried.entries, "entry"), carried.digest))
        }
    }
    if !carried.same_chain {
        s.say("The head is another than in the file it came from: an older Baton wrote some entries in other words.");
    }
    Ok(())
}

/// A file that is not there is said before a database is made for it.
fn there(file: &Path) -> Result<(), Error> {
    match file.try_exists() {
        Ok(true) => Ok(()),
        _ => Err(Error::input(format!("{} is not there.", file.display()), "Check the name of the file.")),
    }
}

/// How far it is, on a terminal only.
pub(super) struct Bar {
    on: bool,
    shown: Option<u64>,
}

impl Bar {
    pub(super) fn new(json: bool) -> Bar {
        Bar { on: !json && std::io::stderr().is_terminal(), shown: None }
    }

    pub(super) fn show(&mut self, done: u64, of: u64) {
        let percent = (done * 100).checked_div(of).unwrap_or(100).min(100);
        if !self.on || self.shown == Some(percent) {
            return;
        }
        self.shown = Some(percent);
        let filled = (percent / 4) as usize;
        let mut err = std::io::stderr().lock();
        let _ = write!(err, "\r[{:<25}] {percent:>3}%", "#".repeat(filled));
        let _ = err.flush();
    }

    pub(super) fn clear(&self) {
        if self.shown.is_some() {
            let _ = write!(std::io::stderr().lock(), "\r{:<34}\r", "");
        }
    }
}
