//! Calendars, and what is due when.

use super::args_more::CalendarVerb;
use super::file::read_file;
use super::print::{Facts, Table, json_text, seconds};
use super::receipt;
use super::session::{Session, Work, not_found};
use super::why::{lines, why_json};
use crate::desk::Error;
use crate::domain::business::Pause;
use crate::domain::calendar::Calendar;
use crate::domain::command::Command;
use crate::domain::nearest::nearest;
use crate::domain::why_date::{Stop, Why};
use crate::domain::{Goal, Handle, Unit};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub fn run(s: &mut Session, verb: CalendarVerb) -> Result<(), Error> {
    match verb {
        CalendarVerb::Apply { file } => apply(s, &file),
        CalendarVerb::Holidays(args) => super::holidays::run(s, &args),
        CalendarVerb::List => list(s),
        CalendarVerb::Show { calendar } => {
            let mut work = s.look()?;
            let (handle, version, calendar) = named(&mut work, Some(&calendar))?;
            let mut value = serde_json::to_value(&*calendar).unwrap_or_default();
            value["calendar"] = json!(handle.as_str());
            value["version"] = json!(version);
            match s.json {
                true => s.one(&Facts::default(), &value),
                false => s.file(&as_file(&handle, &calendar)?),
            }
            Ok(())
        }
        CalendarVerb::Due { start, goal, calendar, pause, explain } => {
            due(s, &start, goal, calendar.as_ref(), &pause, explain)
        }
        CalendarVerb::Elapsed { from, to, calendar } => elapsed(s, &from, &to, calendar.as_ref()),
    }
}

fn apply(s: &mut Session, file: &Path) -> Result<(), Error> {
    let calendars = Calendar::parse_file(&read_file(file)?).map_err(|e| Error::Input {
        lines: vec![
            format!("{} cannot be brought in.", file.display()),
            format!("{}:{}:{}: error: {}", file.display(), e.line, e.column, e.what),
        ],
        hint: "Nothing was changed.".to_string(),
    })?;
    let mut work = s.make()?;
    let mut rows = Vec::new();
    // Several commands, each harmless to repeat: a given identity could stand for one of them only.
    let several = calendars.len() > 1;
    for (calendar, definition) in calendars {
        let command = Command::ApplyCalendar { calendar: calendar.clone(), definition: Arc::new(definition) };
        if !several {
            let done = s.carry_out(&mut work, &command)?;
            let follow = if done.events.is_empty() { 0 } else { work.desk.clocks_to_follow(&calendar)? };
            receipt::say_more(s, &mut work, &done, Some(("clocks_to_follow", json!(follow))))?;
            say_follow(s, follow);
            return Ok(());
        }
        let mut ctx = s.context(&work)?;
        ctx.op = super::session::fresh_op();
        let changed = !work.desk.execute(&command, &ctx)?.events.is_empty();
        let follow = if changed { work.desk.clocks_to_follow(&calendar)? } else { 0 };
        rows.push(json!({"calendar": calendar.as_str(), "changed": changed, "clocks_to_follow": follow}));
        if !s.json {
            s.line(&format!("{calendar}: {}.", if changed { "applied" } else { "nothing to change" }));
            say_follow(s, follow);
        }
    }
    if s.json {
        s.out.push_str(&json_text(&Value::Array(rows)));
    }
    Ok(())
}

/// Says that open clocks will go by a changed calendar, and from when on.
pub(super) fn say_follow(s: &mut Session, clocks: usize) {
    match clocks {
        _ if s.json => {}
        0 => {}
        1 => s.line("1 open clock follows at the next tick."),
        many => s.line(&format!("{many} open clocks follow at the next tick.")),
    }
}

fn list(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    let own = catalog.settings.as_ref().map(|settings| settings.calendar.clone());
    let now = work.now;
    let mut table = Table::new(&["CALENDAR", "VERSION", "ZONE", "NOW", ""]);
    let mut rows = Vec::new();
    for handle in catalog.calendars.keys() {
        let Some((version, calendar)) = catalog.newest_calendar(handle) else { continue };
        let is_open = calendar.is_open(now);
        let is_own = own.as_ref() == Some(handle);
        table.row([
            handle.as_str(),
            &version.to_string(),
            calendar.zone().name(),
            if is_open { "open" } else { "closed" },
            if is_own { "the company's own" } else { "" },
        ]);
        rows.push(json!({
            "calendar": handle.as_str(),
            "version": version,
            "zone": calendar.zone().name(),
            "open_now": is_open,
            "own": is_own,
        }));
    }
    s.list(&table, rows, "No calendars yet. `baton init` makes the usual ones.");
    Ok(())
}

/// A calendar by its name; the company's own without one.
fn named(work: &mut Work, name: Option<&Handle>) -> Result<(Handle, u32, Arc<Calendar>), Error> {
    let catalog = work.catalog()?;
    let own = catalog.settings.as_ref().map(|settings| &settings.calendar);
    let Some(handle) = name.or(own) else {
        return Err(not_found(
            "There is no calendar yet.".into(),
            "`baton init` makes the usual ones; `baton calendar apply FILE` brings one in.".into(),
        ));
    };
    match catalog.newest_calendar(handle) {
        Some((version, calendar)) => Ok((handle.clone(), version, calendar.clone())),
        None => {
            let hint = match nearest(handle.as_str(), catalog.calendars.keys().map(Handle::as_str)) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "`baton calendar list` shows them.".to_string(),
            };
            Err(not_found(format!("There is no calendar `{handle}`."), hint))
        }
    }
}

/// The calendar as a file that `calendar apply` reads back.
fn as_file(handle: &Handle, calendar: &Calendar) -> Result<String, Error> {
    #[derive(Serialize)]
    struct File<'c> {
        calendar: BTreeMap<&'c str, &'c Calendar>,
    }
    let file = File { calendar: BTreeMap::from([(handle.as_str(), calendar)]) };
    toml::to_string(&file).map_err(|e| Error::input(format!("{handle} cannot be written: {e}."), ""))
}

fn due(
    s: &mut Session,
    start: &str,
    goal: Goal,
    calendar: Option<&Handle>,
    pauses: &[String],
    explain: bool,
) -> Result<(), Error> {
    let mut work = s.look()?;
    let (handle, version, calendar) = named(&mut work, calendar)?;
    work.zone = calendar.zone().clone();
    let start = work.instant_on(start, &calendar)?;
    let pauses = pauses.iter().map(|text| pause(&work, &calendar, text)).collect::<Result<Vec<_>, _>>()?;
    let stops = pauses.into_iter().map(|pause| Stop { pause, reason: None }).collect::<Vec<_>>();
    let why = Why::new((&handle, version, &calendar), start, goal, &stops, work.now);
    let wall = work.wall();
    if s.json {
        s.one(&Facts::default(), &why_json(&why, &wall));
        return Ok(());
    }
    s.line(&why.due.map_or_else(
        || "never: it is paused without an end, or the calendar stays shut".into(),
        |due| wall.at(due),
    ));
    if explain {
        lines(s, &why);
        s.say(&format!("{}.", why.promise_words()));
    }
    Ok(())
}

/// `A..B`, or `A..` for one that lasts.
fn pause(work: &Work, calendar: &Calendar, text: &str) -> Result<Pause, Error> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(Error::input(
            format!("`{text}` is not a pause."),
            "Write it as 2026-11-24T10:00..2026-11-24T12:00.",
        ));
    };
    let to = if to.is_empty() { None } else { Some(work.instant_on(to, calendar)?) };
    Ok(Pause { from: work.instant_on(from, calendar)?, to })
}

fn elapsed(s: &mut Session, from: &str, to: &str, calendar: Option<&Handle>) -> Result<(), Error> {
    let mut work = s.look()?;
    let (handle, version, calendar) = named(&mut work, calendar)?;
    work.zone = calendar.zone().clone();
    let (from, to) = (work.instant_on(from, &calendar)?, work.instant_on(to, &calendar)?);
    let open = calendar.open_time(from, to);
    let days = calendar.elapsed(from, to, Unit::BusinessDay, &[]);
    let wall = work.wall();
    let mut facts = Facts::default();
    facts
        .add("elapsed", hours(to - from))
        .add("open", hours(open))
        .add("business days", days.to_string())
        .add("calendar", format!("{handle} version {version}, {}", calendar.zone().name()));
    let value = json!({
        "calendar": handle.as_str(),
        "version": version,
        "from": wall.json(from),
        "to": wall.json(to),
        "elapsed_seconds": seconds(to - from),
        "open_seconds": seconds(open),
        "business_days": days.to_string(),
    });
    s.one(&facts, &value);
    Ok(())
}

/// `12h20`: a length to the minute, as a clock shows it.
fn hours(span: crate::domain::Span) -> String {
    let sign = if span.0 < 0 { "-" } else { "" };
    let minutes = span.0.unsigned_abs() / 60_000;
    format!("{sign}{}h{:02}", minutes / 60, minutes % 60)
}
