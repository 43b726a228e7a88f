//! Which process to improve first, and a process written down as it is done, as commands.

use super::print::{Table, json_text};
use super::receipt;
use super::session::Session;
use crate::desk::{Error, RANKED_DAYS};
use crate::domain::command::Command;
use crate::domain::counted::counted;
use crate::domain::rank::{Effort, Ranked, first};
use crate::domain::{Handle, when};
use serde_json::json;

pub fn rank(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let ranked = work.desk.ranked(work.now)?;
    let begin = first(&ranked).map(|of| of.burden.process.clone());
    if s.json {
        let rows = ranked.iter().map(|of| {
            json!({
                "process": of.burden.process.as_str(),
                "title": of.burden.title,
                "finished": of.burden.finished,
                "open": of.burden.open,
                "lost_s": of.burden.lost.seconds(),
                "returns": of.burden.returns,
                "exceptions": of.burden.exceptions,
                "entries_read_of": [of.burden.read.0, of.burden.read.1],
                "share": of.share,
                "parts": {"lost": of.parts[0], "returns": of.parts[1], "exceptions": of.parts[2]},
                "impact": if of.high { "high" } else { "low" },
                "effort": of.burden.effort.map(Effort::word),
                "begin": begin.as_ref() == Some(&of.burden.process),
            })
        });
        let rows = rows.collect::<Vec<_>>();
        s.out.push_str(&json_text(&json!(rows)));
        return Ok(());
    }
    let mut table = Table::new(&["PROCESS", "SHARE", "LOST", "RETURNS", "EXCEPTIONS", "CASES", "EFFORT"]);
    for of in &ranked {
        table.row([
            of.burden.process.to_string(),
            format!("{:.0}%", of.share * 100.0),
            of.with_part(0, &when::length(of.burden.lost)),
            of.with_part(1, &of.burden.returns.to_string()),
            of.with_part(2, &of.burden.exceptions.to_string()),
            (of.burden.finished + of.burden.open).to_string(),
            of.burden.effort.map_or("--", Effort::word).to_string(),
        ]);
    }
    s.list(&table, Vec::new(), "There are no processes yet.");
    if ranked.is_empty() {
        return Ok(());
    }
    let mut grid = Table::new(&["SHARE", "SMALL EFFORT", "MEDIUM", "LARGE", "NOT JUDGED"]);
    for (high, words) in [(true, "large"), (false, "small")] {
        let mut cells = vec![words.to_string()];
        let efforts = Effort::ALL.map(Some).into_iter().chain([None]);
        cells.extend(efforts.map(|effort| cell(&ranked, high, effort)));
        grid.row(cells);
    }
    s.out.push('\n');
    let grid = grid.text(s.plain, s.room);
    s.out.push_str(&grid);
    if let Some(begin) = begin {
        s.line(&format!("Begin with {begin}."));
    }
    s.say(&format!(
        "LOST: time waited or late, elapsed (a day is 24 hours; `process why` counts business hours). RETURNS: work declined or sent back. EXCEPTIONS: complaints and \
         whatever else left the definition. SHARE decides the order, and what is large (more than an even part): the mean of its parts of the three, which stand in brackets. Meant waits are no loss. Of cases finished in the last {RANKED_DAYS} \
         days and of those open now."
    ));
    let partly = ranked.iter().filter(|of| of.burden.read.0 < of.burden.read.1);
    let partly = partly.map(|of| of.burden.process.as_str()).collect::<Vec<_>>();
    if let Some(read) = ranked.iter().map(|of| of.burden.read.0).max().filter(|_| !partly.is_empty()) {
        s.say(&format!(
            "EXCEPTIONS are those of the newest {} of {}.",
            counted(read, "case"),
            partly.join(", ")
        ));
    }
    if ranked.iter().any(|of| of.burden.effort.is_none()) {
        s.say("`baton process effort PROCESS small` says how much work one would be.");
    }
    Ok(())
}

fn cell(ranked: &[Ranked], high: bool, effort: Option<Effort>) -> String {
    let there = ranked.iter().filter(|of| of.high == high && of.burden.effort == effort);
    there.map(|of| of.burden.process.as_str()).collect::<Vec<_>>().join(", ")
}

pub fn effort(s: &mut Session, process: Handle, effort: &str) -> Result<(), Error> {
    let Some(effort) = Effort::of(effort) else { return Ok(()) };
    let mut work = s.change()?;
    receipt::run(s, &mut work, &Command::SetEffort { process, effort })
}

pub fn draft(s: &mut Session, from: &Handle) -> Result<(), Error> {
    let mut work = s.look()?;
    let me = s.me()?;
    let file = work.desk.drafted(from, &me)?;
    match s.json {
        true => s.out.push_str(&json_text(&json!({"process": from.as_str(), "file": file}))),
        false => s.file(&file),
    }
    Ok(())
}
