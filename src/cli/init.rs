//! `init`: people, calendars, kinds and a process in one go. Asks on a terminal only what flags left open.

use super::args::{Init, Pair};
use super::print::json_text;
use super::process::{tell_missing, template_named};
use super::session::{COMPANY, Session, Work, fresh_op, machine_zone, say, split};
use crate::desk::{Error, Series, TEMPLATES, closed_words};
use crate::domain::Handle;
use crate::domain::calendar::Calendar;
use crate::domain::catalog::{Permission, Settings};
use crate::domain::command::Command;
use crate::domain::permission::PersonChange;
use crate::domain::zone::Zone;
use crate::text::Shown;
use serde_json::json;
use std::io::{BufRead, IsTerminal, Write};

pub fn run(s: &mut Session, args: &Init) -> Result<(), Error> {
    let people = args.person.iter().map(person).collect::<Result<Vec<_>, _>>()?;
    // Everything is looked at before anything is made.
    let zone = args.zone.as_deref().map(zone).transpose()?;
    let templates = args.template.iter().map(|name| template_named(name)).collect::<Result<Vec<_>, _>>()?;
    let there = s.path()?.try_exists().unwrap_or(false);
    let ask = !there && !s.json && somebody_is_there();

    let company = match &args.company {
        None if ask => Some(answer("What is the company called?", COMPANY)?),
        given => given.clone(),
    };
    let zone = match zone {
        Some(zone) => zone,
        None if ask => asked_zone(&machine_zone())?,
        None => machine_zone(),
    };
    let templates = match templates.as_slice() {
        [] if ask => asked_template()?.into_iter().collect(),
        _ => templates,
    };

    let path = s.path()?;
    let mut work = s.make_bare()?;
    let (new, begun) = (work.catalog()?.people.is_empty(), work.catalog()?.calendars.is_empty());
    // Of a file that is there: a login may be somebody of another name.
    let me = s.me()?;
    made(&mut work, &me, company.as_deref(), &zone)?;
    let mut op = fresh_op;
    let mut by = Series { person: me.clone(), now: work.now, op: &mut op };
    if let Some(company) = &company {
        rename(&mut work, &mut by, company)?;
    }
    // Only a zone that was asked for moves a company that is there.
    let moved = if args.zone.is_some() { work.desk.move_to(&mut by, &zone)? } else { Vec::new() };
    work.zone = work.desk.zone();
    let mut added = Vec::new();
    for (person, name) in people {
        if person == me && new {
            // The file was made for them a moment ago, under their handle.
            let change = PersonChange { name: Some(name.trim().to_string()), ..PersonChange::of(person) };
            work.desk.execute(&Command::ChangePerson(change), &by.context())?;
        } else if !work.catalog()?.people.contains_key(&person) {
            let (mail, roles, name) = (None, Vec::new(), name.trim().to_string());
            let permission = Permission::Member;
            let add = Command::AddPerson { person: person.clone(), name, mail, permission, roles };
            work.desk.execute(&add, &by.context())?;
            added.push(person.to_string());
        }
    }
    for template in &templates {
        work.desk.bring_in(&mut by, template.process()?)?;
    }

    let catalog = work.catalog()?;
    let company = catalog.settings.as_ref().map(|set| set.company.clone()).unwrap_or_default();
    if s.json {
        let value = json!({
            "db": path.display().to_string(),
            "company": company,
            "zone": work.zone.name(),
            "calendars_moved": moved.iter().map(Handle::as_str).collect::<Vec<_>>(),
            "closed_dates": catalog.company_calendar().map_or(0, |own| own.closed().count()),
            "person": me.as_str(),
            "people_added": added,
            "processes": templates.iter().map(|t| t.handle).collect::<Vec<_>>(),
            "calendars": catalog.calendars.keys().map(Handle::as_str).collect::<Vec<_>>(),
            "kinds": catalog.kinds.keys().map(Handle::as_str).collect::<Vec<_>>(),
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    s.line(&format!("{company} is in {} (times in {}). You are {me}.", path.display(), work.zone.name()));
    if let Some(own) = catalog.company_calendar().filter(|_| begun || !moved.is_empty()) {
        told_calendar(s, own, &moved);
    }
    if !added.is_empty() {
        s.line(&format!("Added: {}.", added.join(", ")));
    }
    for template in &templates {
        s.line(&format!(
            "Process {} is ready; its roles have you as member until you change them.",
            template.handle
        ));
        tell_missing(s, &mut work, &template.process()?.handle)?;
    }
    s.say(&match templates.first() {
        None => "Next: `baton process templates` shows processes to begin with; `baton process new NAME` takes one."
            .to_string(),
        Some(template) => match template.process()?.about {
            Some(kind) => format!(
                "Next: `baton record add {kind} \"A name\"`, then `baton case start {} --about \"A name\"`.",
                template.handle
            ),
            None => format!("Next: `baton case start {}`.", template.handle),
        },
    });
    Ok(())
}

/// The file with what every file needs.
fn made(work: &mut Work, me: &Handle, company: Option<&str>, zone: &Zone) -> Result<(), Error> {
    let mut op = fresh_op;
    let mut by = Series { person: me.clone(), now: work.now, op: &mut op };
    work.desk.set_up(&mut by, company.unwrap_or(COMPANY), zone)?;
    work.zone = work.desk.zone();
    Ok(())
}

/// Every date that is promised counts on the closed days: whoever begins is told which there are.
fn told_calendar(s: &mut Session, own: &Calendar, moved: &[Handle]) {
    if !moved.is_empty() {
        let names = moved.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        s.line(&format!("Moved to {}: {names}. Open clocks follow at the next tick.", own.zone().name()));
    }
    let words = closed_words(own);
    let (first, rest) = words.split_at(1);
    let how = match own.closed().next() {
        None => "`baton calendar holidays FILE.ics` brings those of your country in",
        Some(_) => "`baton calendar show office` has them",
    };
    s.line(&format!("{}{rest}: {how}.", first.to_uppercase()));
}

/// Gives a file that was there already the name that was asked for.
fn rename(work: &mut Work, by: &mut Series<'_>, company: &str) -> Result<(), Error> {
    if let Some(settings) = &work.catalog()?.settings
        && settings.company != company
    {
        let settings = Settings { company: company.to_string(), ..settings.clone() };
        work.desk.execute(&Command::ChangeSettings { settings }, &by.context())?;
    }
    Ok(())
}

fn person((handle, name): &Pair) -> Result<(Handle, String), Error> {
    let handle = crate::config::handle(handle)
        .map_err(|e| Error::input(format!("--person: {e}."), "Write it as ana=\"Ana Smith\"."))?;
    Ok((handle, name.clone()))
}

fn zone(name: &str) -> Result<Zone, Error> {
    name.parse::<Zone>().map_err(|e| split(&e.to_string()))
}

fn asked_zone(default: &Zone) -> Result<Zone, Error> {
    loop {
        match zone(&answer("Which time zone does it work in?", default.name())?) {
            Ok(zone) => return Ok(zone),
            Err(error) => say(&format!("{error} {}", error.hint())),
        }
    }
}

fn asked_template() -> Result<Option<crate::desk::Template>, Error> {
    let names = TEMPLATES.map(|template| template.handle).join(", ");
    say(&format!("Processes to begin with: {names}; or none."));
    loop {
        let name = answer("Which process do you chase most?", TEMPLATES[0].handle)?;
        if name == "none" {
            return Ok(None);
        }
        match template_named(&name) {
            Ok(template) => return Ok(Some(template)),
            Err(error) => say(&format!("{error} {}", error.hint())),
        }
    }
}

/// A line typed on the terminal; Enter alone takes the default.
pub fn answer(question: &str, default: &str) -> Result<String, Error> {
    let mut err = std::io::stderr();
    let _ = write!(err, "{question} [{}] ", Shown::new(default));
    let _ = err.flush();
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    match read {
        Ok(0) | Err(_) => Err(Error::input("The questions were left.", "Nothing was made.")),
        Ok(_) if line.trim().is_empty() => Ok(default.to_string()),
        Ok(_) => Ok(line.trim().to_string()),
    }
}

/// Whether somebody reads what is said and could answer it.
pub fn somebody_is_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}
