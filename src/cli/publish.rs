//! Publishing a process: a new version says what it is measured by, what it expects, and when that is looked at, in its
//! file or as options. Somebody at a terminal is asked for it; what a script publishes without it is only told so.

use super::file::read_file;
use super::init::somebody_is_there;
use super::print::json_text;
use super::receipt;
use super::record::none_of;
use super::session::{Session, Work};
use crate::desk::Error;
use crate::domain::command::Command;
use crate::domain::event::Event;
use crate::domain::expectation::{unmeasured, unread};
use crate::domain::problem::Problem;
use crate::domain::process::{Improve, Process};
use crate::domain::process_check::{Known, UNPROMISED, read};
use crate::domain::promise::{FOR_EXAMPLE, review_of};
use crate::domain::when;
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub struct Apply {
    /// A file, or - for standard input; several are one action, all of them or none
    #[arg(required = true)]
    pub file: Vec<PathBuf>,
    #[command(flatten)]
    pub promise: Promise,
}

/// What may be said beside the file.
#[derive(Debug, Args)]
pub struct Promise {
    /// What the version is measured by, such as "cycle time p85"; what the file says unless given
    #[arg(long, value_name = "MEASURE")]
    pub metric: Option<String>,
    /// Nothing measures it: whoever reviews says how it is
    #[arg(long, requires = "metric")]
    pub judged: bool,
    /// What is expected of it, such as "below 5 days"
    #[arg(long, value_name = "WORDS")]
    pub expect: Option<String>,
    /// When it is reviewed: a date, "every 30 days", or a recurrence such as FREQ=MONTHLY;BYDAY=1MO
    #[arg(long, value_name = "WHEN")]
    pub review: Option<String>,
    /// Publish it although it says nothing of what it expects
    #[arg(long, conflicts_with_all = ["metric", "expect", "review"])]
    pub unmeasured: bool,
}

pub fn run(s: &mut Session, args: &Apply) -> Result<(), Error> {
    let texts = args.file.iter().map(|file| read_file(file)).collect::<Result<Vec<_>, _>>()?;
    let mut work = s.make()?;
    let programs = Some(s.settings.run.keys().cloned().collect());
    let mut known = Known { programs, ..work.desk.known()? };
    // Each of them is there for the others.
    known.learn(&texts);
    let read = texts.iter().map(|text| read(text, &known)).collect::<Vec<_>>();
    let broken = args.file.iter().zip(&read).filter(|(_, (process, _))| process.is_none());
    let broken = broken.map(|(file, (_, problems))| (file.as_path(), problems.as_slice()));
    let broken = broken.collect::<Vec<_>>();
    if !broken.is_empty() {
        return Err(none_of(&broken));
    }
    if read.len() > 1 {
        several(&read, &args.promise)?;
    }
    let mut missing = None;
    for (file, (process, problems)) in args.file.iter().zip(&read) {
        let Some(process) = process else { continue };
        let asked = asks_more(s, process, &args.promise, &mut work)?;
        let name = file.display().to_string();
        // What was said beside the file is not missing in it.
        let promised = process.improve.is_some() || args.promise.metric.is_some();
        let problems = problems.iter().filter(|problem| !promised || problem.message != UNPROMISED);
        for line in problems.flat_map(|problem| super::process::lines_of(&name, problem)) {
            s.say(&line);
        }
        missing = missing.or(asked);
    }
    if let Some(missing) = missing {
        return Err(missing);
    }
    let processes = read.into_iter().filter_map(|(process, _)| process).collect::<Vec<_>>();
    match <[Process; 1]>::try_from(processes) {
        Ok([one]) => publish(s, &mut work, one, &args.promise),
        Err(several) => publish_all(s, &mut work, several),
    }
}

/// Refuses what cannot be meant of several at once.
fn several(read: &[(Option<Process>, Vec<Problem>)], promise: &Promise) -> Result<(), Error> {
    if promise.metric.is_some() || promise.expect.is_some() || promise.review.is_some() {
        return Err(Error::input(
            "What is said beside a file is said of one process.",
            "Write it into the files as `[improve]`, or bring them in one by one.",
        ));
    }
    let mut names = BTreeSet::new();
    if let Some(twice) =
        read.iter().filter_map(|(process, _)| process.as_ref()).find(|process| !names.insert(&process.handle))
    {
        return Err(Error::input(
            format!("Two of these files are of `{}`.", twice.handle),
            "Bring in the one that is meant.",
        ));
    }
    Ok(())
}

/// Publishes several as one action.
fn publish_all(s: &mut Session, work: &mut Work, processes: Vec<Process>) -> Result<(), Error> {
    let commands =
        processes.into_iter().map(|process| Command::PublishProcess { process: Arc::new(process) });
    let ctx = s.context(work)?;
    let done = work.desk.execute_all(&commands.collect::<Vec<_>>(), &ctx)?;
    if s.json {
        let version = |event: &Event| match event {
            Event::ProcessPublished { version, process } => Some(json!({
                "process": process.handle.as_str(), "version": version,
            })),
            _ => None,
        };
        let published = done.iter().flat_map(|done| &done.events).filter_map(version).collect::<Vec<_>>();
        let value = json!({ "changed": !published.is_empty(), "published": published });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    for done in &done {
        receipt::say_done(s, work, done)?;
    }
    if done.iter().any(|done| !done.events.is_empty()) {
        s.say("`baton undo` takes them back as one.");
    }
    Ok(())
}

/// What somebody at a terminal is asked for before the process is published.
pub fn asks_more(
    s: &Session,
    process: &Process,
    promise: &Promise,
    work: &mut Work,
) -> Result<Option<Error>, Error> {
    let mut promised = process.clone();
    promise_of(&mut promised, promise, work)?;
    let asked = !promise.unmeasured && !s.json && somebody_is_there();
    if asked { missing(&promised, work) } else { Ok(None) }
}

/// Publishes it with what was said beside it.
pub fn publish(
    s: &mut Session,
    work: &mut Work,
    mut process: Process,
    promise: &Promise,
) -> Result<(), Error> {
    promise_of(&mut process, promise, work)?;
    receipt::run(s, work, &Command::PublishProcess { process: Arc::new(process) })
}

/// Puts what was said beside the file into it.
fn promise_of(process: &mut Process, args: &Promise, work: &mut Work) -> Result<(), Error> {
    if args.metric.is_none() && args.expect.is_none() && args.review.is_none() {
        return Ok(());
    }
    let said = process.improve.take();
    let metric = args.metric.clone().or(said.as_ref().map(|said| said.metric.clone()));
    let metric = metric.filter(|metric| !metric.trim().is_empty()).ok_or_else(|| {
        Error::input(
            "Nothing says what it is measured by.",
            "Add --metric \"cycle time p85\", or another measure.",
        )
    })?;
    let review = match &args.review {
        Some(text) => {
            let catalog = work.catalog()?;
            let calendar = catalog.own_calendar();
            let date = |text: &str| Some(when::parse(text, work.now, calendar?).ok()?.at);
            review_of(text, work.now, date).ok_or_else(|| {
                Error::input(
                    format!("`{}` does not say when to review.", text.escape_debug()),
                    "Write a date, \"every 30 days\", or a recurrence such as FREQ=MONTHLY;BYDAY=1MO.",
                )
            })?
        }
        None => said.as_ref().map_or_else(|| FOR_EXAMPLE.to_string(), |said| said.review.clone()),
    };
    let judged = args.judged || args.metric.is_none() && said.as_ref().is_some_and(|said| said.judged);
    let expect = args.expect.clone().or(said.and_then(|said| said.expect));
    let improve = Improve { metric, judged, expect, review };
    if !judged && let Some((what, hint)) = unmeasured(&improve.metric).or_else(|| unread(&improve)) {
        let mut what = format!("{what}.");
        if let Some(first) = what.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let hint = hint.split("; or write").next().unwrap_or_default().replace("`expect = ", "`--expect ");
        let hint = format!("{hint}; or add --judged, and whoever reviews says how it is.");
        return Err(Error::input(what, hint.replacen("did you", "Did you", 1)));
    }
    process.improve = Some(improve);
    Ok(())
}

/// What somebody who could still say it is asked for; a first version needs nothing, and neither does one that
/// changes nothing.
fn missing(process: &Process, work: &mut Work) -> Result<Option<Error>, Error> {
    let catalog = work.catalog()?;
    let Some((version, newest)) = catalog.newest(&process.handle) else { return Ok(None) };
    if **newest == *process {
        return Ok(None);
    }
    let version = version + 1;
    Ok(match &process.improve {
        Some(Improve { expect: Some(_), .. }) => None,
        Some(Improve { metric, .. }) => Some(Error::input(
            format!("Version {version} says nothing of what it expects of {metric}."),
            "Add --expect \"below 5 days\", say, or --unmeasured to publish it all the same.",
        )),
        None => Some(Error::input(
            format!("Version {version} says nothing of what it is measured by and what it expects."),
            "Add --metric \"cycle time p85\" --expect \"below 5 days\" --review \"30 days\", or --unmeasured to \
             publish it all the same.",
        )),
    })
}
