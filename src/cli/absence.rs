//! Being away, coming back, and leaving for good: the plan as a text, and carried out.

use super::dates;
use super::print::{Wall, json_text};
use super::receipt;
use super::session::{Session, Work, fresh_op};
use crate::desk::{Error, Series, Stranded};
use crate::domain::absence::Absence;
use crate::domain::catalog::{Catalog, Person};
use crate::domain::command::Command;
use crate::domain::counted::{counted, times};
use crate::domain::leaver::Plan;
use crate::domain::{Handle, Instant};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

/// What was typed about an absence.
pub struct Away {
    pub handle: String,
    pub from: Option<String>,
    pub until: String,
    pub substitute: Option<String>,
    pub note: Option<String>,
    pub dry_run: bool,
}

pub fn away(s: &mut Session, away: Away) -> Result<(), Error> {
    let mut work = if away.dry_run { s.look()? } else { s.change()? };
    let person = work.person(&away.handle)?;
    let substitute = work.people(&away.substitute)?.pop();
    let from = match &away.from {
        Some(text) => {
            let from = beginning(&mut work, text)?;
            dates::say(s, &work, "from", from);
            from
        }
        None => work.now,
    };
    let until = dates::due(s, &mut work, "until", &away.until)?;
    let absence = Absence { from, until, substitute, note: away.note };
    let command = Command::SetAway { person: person.clone(), absence: absence.clone() };
    if away.dry_run {
        let ctx = s.context(&work)?;
        // Refused like the real thing, and taken back.
        let done = work.desk.rehearse(|desk| desk.execute(&command, &ctx))?;
        let stranded = work.desk.stranded(&person, &absence, work.now)?;
        done.warnings.iter().for_each(|warning| s.say(&format!("warning: {warning}")));
        let wall = work.wall();
        if s.json {
            let value = json!({
                "person": person.as_str(), "from": wall.json(absence.from), "until": wall.json(absence.until),
                "warnings": done.warnings, "stranded": stranded_json(&stranded, &wall), "changed": false,
            });
            s.out.push_str(&json_text(&value));
            return Ok(());
        }
        let (from, until) = (wall.at(absence.from), wall.at(absence.until));
        s.line(&format!("{person} away from {from} to {until}: nothing is changed by a dry run."));
        print_stranded(s, &person, &stranded, &work.wall());
        return Ok(());
    }
    let done = s.carry_out(&mut work, &command)?;
    let stranded = work.desk.stranded(&person, &absence, work.now)?;
    let more = ("stranded", stranded_json(&stranded, &work.wall()));
    receipt::say_more(s, &mut work, &done, Some(more))?;
    if !s.json {
        print_stranded(s, &person, &stranded, &work.wall());
    }
    Ok(())
}

/// When an absence begins: a day means its beginning, and today means now.
fn beginning(work: &mut Work, text: &str) -> Result<Instant, Error> {
    if matches!(text.trim(), "now" | "today") {
        return Ok(work.now);
    }
    let catalog = work.catalog()?;
    let Some(calendar) = catalog.own_calendar() else { return work.time_to_come(text).map(|when| when.at) };
    match work.instant_on(&format!("{text} 00:00"), calendar) {
        Ok(at) => Ok(at),
        Err(_) => work.instant_on(text, calendar),
    }
}

fn print_stranded(s: &mut Session, person: &Handle, stranded: &Stranded, wall: &Wall<'_>) {
    if stranded.is_empty() {
        s.line("Nothing would be stranded.");
        return;
    }
    let mut section = |head: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            s.line("");
            s.line(head);
            lines.iter().for_each(|line| s.line(&format!("  {line}")));
        }
    };
    let handoffs = stranded.handoffs.iter();
    section(
        "HANDOFFS NOBODY COULD TAKE",
        handoffs.map(|h| format!("{}  {} {}: {}, to {}", h.handoff, h.case, h.title, h.step, h.to)).collect(),
    );
    let hand = stranded.hand.iter();
    let hand =
        hand.map(|work| format!("{} {}: {}, due {}", work.case, work.title, work.step, wall.at(work.due)));
    section("IN THEIR HAND AND DUE MEANWHILE, WITH NOBODY IN THEIR PLACE", hand.collect());
    let steps = stranded.steps.iter().map(|step| format!("{}: {}, by {}", step.process, step.step, step.by));
    section("STEPS NOBODY COULD DO", steps.collect());
    let approvals = stranded.approvals.iter().map(|approval| {
        let case = approval.case.map(|case| format!(" of {case}")).unwrap_or_default();
        format!("{}: {}{case}: {}", approval.process, approval.step, approval.why)
    });
    section("APPROVALS WITH NO SECOND PERSON", approvals.collect());
    let ladders = stranded.ladders.iter().map(|ladder| {
        let names = ladder.instead.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        let instead = if names.is_empty() { "the next in line".to_string() } else { names };
        format!("{}: {}; {instead} hears instead", ladder.process, ladder.rung)
    });
    section("LADDERS THAT POINT AT THEM", ladders.collect());
    let asked = stranded.asked.iter().map(|asked| {
        let names = asked.instead.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        format!("{} {}: {}; {names} has it meanwhile", asked.case, asked.title, asked.what)
    });
    section("PUT TO THEM AND TO NOBODY ELSE WHO IS HERE", asked.collect());
    let only =
        stranded.only.iter().map(|one| format!("{}: {} ({})", one.process, one.step, times(one.times)));
    section(&format!("DONE BY {person} ALONE IN THE LAST 90 DAYS"), only.collect());
}

fn stranded_json(stranded: &Stranded, wall: &Wall<'_>) -> Value {
    json!({
        "handoffs": stranded.handoffs.iter().map(|h| json!({
            "handoff": h.handoff.to_string(), "case": h.case.to_string(), "title": h.title,
            "step": h.step, "to": h.to.to_string(),
        })).collect::<Vec<_>>(),
        "due_meanwhile": stranded.hand.iter().map(|work| json!({
            "case": work.case.to_string(), "title": work.title, "step": work.step, "due": wall.json(work.due),
        })).collect::<Vec<_>>(),
        "steps": stranded.steps.iter().map(|step| json!({
            "process": step.process.as_str(), "step": step.step, "by": step.by.to_string(),
        })).collect::<Vec<_>>(),
        "approvals": stranded.approvals.iter().map(|approval| json!({
            "process": approval.process.as_str(), "step": approval.step,
            "case": approval.case.map(|case| case.to_string()), "why": approval.why,
        })).collect::<Vec<_>>(),
        "ladders": stranded.ladders.iter().map(|ladder| json!({
            "process": ladder.process.as_str(), "rung": ladder.rung,
            "instead": ladder.instead.iter().map(Handle::as_str).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "asked": stranded.asked.iter().map(|asked| json!({
            "case": asked.case.to_string(), "title": asked.title, "what": asked.what,
            "instead": asked.instead.iter().map(Handle::as_str).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "only_one": stranded.only.iter().map(|one| json!({
            "process": one.process.as_str(), "step": one.step, "times": one.times,
        })).collect::<Vec<_>>(),
    })
}

/// Prints the plan, carries one out, or lets somebody go who holds nothing.
pub fn leave(s: &mut Session, person: &str, plan: bool, apply: Option<&Path>) -> Result<(), Error> {
    let mut work = if plan { s.look()? } else { s.change()? };
    let person = &work.person(person)?;
    super::people::must_be_known(&mut work, person)?;
    if let Some(op) = s.op()
        && let Some(done) = work.desk.carried_out(op)?
    {
        return receipt::say_done(s, &mut work, &done);
    }
    let mut leaving = work.desk.leaving(person, work.now)?;
    if plan {
        let alone = work.desk.person(person, work.now)?.alone;
        return print_plan(s, &leaving, &alone);
    }
    match apply {
        Some(file) => {
            let text = super::file::read_file(file)?;
            let catalog = work.catalog()?;
            leaving.read(&text, &catalog).map_err(|problems| Error::Input {
                lines: std::iter::once(format!("{} cannot be carried out.", file.display()))
                    .chain(problems.iter().map(|problem| problem.in_file(&file.display().to_string())))
                    .collect(),
                hint: format!("Nothing was changed. `baton person leave {person} --plan` prints it anew."),
            })?;
        }
        // Without a plan nothing is decided for anybody.
        None => leaving.lines.iter_mut().for_each(|line| line.to = None),
    }
    let ctx = s.context(&work)?;
    let (mut given, mut fresh) = (Some(ctx.op), fresh_op);
    let mut op = || given.take().unwrap_or_else(&mut fresh);
    let mut by = Series { person: s.me()?, now: work.now, op: &mut op };
    let done = work.desk.leave(&leaving, &mut by)?;
    let Some((gone, moved)) = done.split_first() else { return Ok(()) };
    // The same is often to be said of many of them.
    let warnings = moved.iter().flat_map(|done| &done.warnings).collect::<BTreeSet<_>>();
    warnings.into_iter().for_each(|warning| s.say(&format!("warning: {warning}")));
    let lines = leaving.lines.iter().filter_map(|line| Some((line, line.to.as_ref()?.text())));
    let lines = lines.collect::<Vec<_>>();
    let told = lines.iter().map(|(line, to)| json!({"what": line.words(), "about": line.about, "to": to}));
    receipt::say_more(s, &mut work, gone, Some(("moved", told.collect())))?;
    if !s.json {
        for (line, to) in &lines {
            s.line(&format!("  {} -> {to}", line.words()));
        }
    }
    Ok(())
}

/// `alone`: process, step and how often, of what nobody else did lately.
fn print_plan(s: &mut Session, plan: &Plan, alone: &[(Handle, String, u32)]) -> Result<(), Error> {
    if s.json {
        let lines = plan.lines.iter().map(|line| {
            json!({
                "section": line.held.section(), "what": line.key, "about": line.about,
                "to": line.to.as_ref().map(crate::domain::leaver::Destination::text),
            })
        });
        let value = json!({"person": plan.person.as_str(), "lines": lines.collect::<Vec<_>>(), "notes": plan.notes, "only_one": alone.iter().map(|(process, step, times)| {
            json!({"process": process.as_str(), "step": step, "times": times})
        }).collect::<Vec<_>>()});
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    // A file, whose lines are not broken: `--apply` reads them.
    let mut text = plan.text();
    if !alone.is_empty() {
        text += "\n# Done by nobody else in 90 days; somebody has to learn it:\n";
    }
    for (process, step, often) in alone {
        text += &format!("#   {process}: {step}, {}\n", times(*often));
    }
    s.file(&text);
    let open = plan.homeless().len();
    if plan.lines.is_empty() {
        s.say(&format!("{} holds nothing: `baton person leave {0}` is enough.", plan.person));
    } else if open > 0 {
        s.say(&format!("{open} of {} without a destination yet.", counted(plan.lines.len(), "line")));
    }
    Ok(())
}

/// How somebody stands, in a word or two: away, or gone.
pub fn standing(catalog: &Catalog, handle: &Handle, person: &Person, wall: &Wall<'_>) -> String {
    let instead = |absence: &Absence| {
        let words = catalog.instead_words(handle, absence, wall.now);
        if words.is_empty() { words } else { format!("; {words}") }
    };
    match (person.left, person.absence(wall.now)) {
        (Some(left), _) => format!("left {}", wall.at(left)),
        (None, Some(away)) => format!("away until {}{}", wall.at(away.until), instead(away)),
        (None, None) => match person.absences.iter().find(|absence| absence.from > wall.now) {
            Some(next) => {
                format!("away from {} to {}{}", wall.at(next.from), wall.at(next.until), instead(next))
            }
            None => String::new(),
        },
    }
}

/// The same in JSON.
pub fn standing_json(person: &Person, wall: &Wall<'_>) -> Value {
    let absences = person.absences.iter().filter(|absence| absence.until > wall.now).map(|absence| {
        json!({
            "from": wall.json(absence.from), "until": wall.json(absence.until),
            "substitute": absence.substitute.as_ref().map(Handle::as_str), "note": absence.note,
        })
    });
    json!({
        "left": wall.json_maybe(person.left),
        "away": person.absence(wall.now).is_some(),
        "absences": absences.collect::<Vec<_>>(),
    })
}
