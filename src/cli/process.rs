//! Processes: bringing them in, checking their files, and showing what they say.

use super::args_more::ProcessVerb;
use super::args_places::{NewProcess, PictureVerb};
use super::file::read_file;
use super::print::{Facts, Table, json_text};
use super::session::{Session, Work, fresh_op, not_found};
use crate::desk::{Answers, CaseFilter, Desk, Error, GoalOf, Questions, Series, TEMPLATES, Template};
use crate::domain::blank::Blank;
use crate::domain::catalog::Catalog;
use crate::domain::counted::counted;
use crate::domain::decide;
use crate::domain::nearest::nearest;
use crate::domain::problem::Problem;
use crate::domain::process::{Go, Performer, Process, Step};
use crate::domain::process_check::{Known, read};
use crate::domain::process_file::export;
use crate::domain::refusal::Refusal;
use crate::domain::{Handle, Party};
use crate::text::Shown;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

pub fn run(s: &mut Session, verb: ProcessVerb) -> Result<(), Error> {
    match verb {
        ProcessVerb::Sweep(verb) => super::sweep::process(s, &verb),
        ProcessVerb::Templates => templates(s),
        ProcessVerb::New(new) => bring_in(s, &new),
        ProcessVerb::Picture(PictureVerb::Map(args)) => super::agenda::map(s, &args),
        ProcessVerb::Apply(args) => super::publish::run(s, &args),
        ProcessVerb::Edit(args) => super::edit::run(s, &args),
        ProcessVerb::Check { files } => check(s, &files),
        ProcessVerb::List => list(s),
        ProcessVerb::Show { process, version } => {
            let catalog = s.look()?.catalog()?;
            let (version, process) = version_of(&catalog, &process, version)?;
            show(s, version, &process);
            Ok(())
        }
        ProcessVerb::Versions(verb) => super::migrate::run(s, verb),
        ProcessVerb::Export { process, version } => {
            let catalog = s.look()?.catalog()?;
            let (_, process) = version_of(&catalog, &process, version)?;
            match s.json {
                true => s.one(&Facts::default(), &serde_json::to_value(&*process).unwrap_or_default()),
                false => s.file(&export(&process)),
            }
            Ok(())
        }
    }
}

/// A process that comes with the program.
pub fn template_named(name: &str) -> Result<Template, Error> {
    TEMPLATES.into_iter().find(|template| template.handle == name).ok_or_else(|| {
        let hint = match nearest(name, TEMPLATES.map(|template| template.handle)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "`baton process templates` lists them.".to_string(),
        };
        not_found(format!("No process `{name}` comes with the program."), hint)
    })
}

fn templates(s: &mut Session) -> Result<(), Error> {
    let mut table = Table::new(&["TEMPLATE", "TITLE", "PURPOSE"]);
    let mut rows = Vec::new();
    for template in TEMPLATES {
        let process = template.process()?;
        table.row([template.handle, &process.title, &process.purpose]);
        rows.push(json!({
            "template": template.handle,
            "title": process.title,
            "purpose": process.purpose,
            "about": process.about.as_ref().map(Handle::as_str),
            "steps": process.steps.len(),
        }));
    }
    s.list(&table, rows, "");
    Ok(())
}

/// Several commands, each harmless to repeat: a given identity could stand for one of them only.
fn bring_in(s: &mut Session, new: &NewProcess) -> Result<(), Error> {
    if let Some(title) = &new.blank {
        return blank(s, title, new);
    }
    let template = template_named(new.template.as_deref().unwrap_or_default())?;
    let process = template.process()?;
    let asks = Questions::of(&process);
    if new.ask {
        return ask(s, &asks);
    }
    let answers = answers(new, &asks)?;
    let mut work = s.make()?;
    let before = work.catalog()?;
    let mut op = fresh_op;
    let mut by = Series { person: s.me()?, now: work.now, op: &mut op };
    work.desk.bring_in_answered(&mut by, process, &answers)?;
    let after = work.catalog()?;
    let handle = template.handle.parse::<Handle>().map_err(|e| Error::input(e.to_string(), ""))?;
    let (version, process) = version_of(&after, &handle, None)?;
    let roles = after.roles.keys().filter(|role| !before.roles.contains_key(*role)).map(Handle::as_str);
    let roles = roles.collect::<Vec<_>>();
    let changed = before.newest(&handle).map(|(version, _)| version) != Some(version);
    if s.json {
        let value = json!({
            "process": handle.as_str(), "version": version, "changed": changed, "roles_added": roles,
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    match changed {
        true => s.line(&format!("{handle} version {version}: {}.", process.title)),
        false => s.line(&format!("{handle} version {version} is here already.")),
    }
    let (said, roles) = roles
        .into_iter()
        .partition::<Vec<_>, _>(|role| answers.members.keys().any(|known| known.as_str() == *role));
    if !said.is_empty() {
        s.line(&format!("Roles made as you said: {}.", said.join(", ")));
    }
    if !roles.is_empty() {
        s.line(&format!("Roles made, with you as member and lead: {}.", roles.join(", ")));
        s.say("`baton role change ROLE --add PERSON` puts others in.");
    }
    tell_missing(s, &mut work, &handle)
}

/// Says what cases of a process will want to start and cannot yet.
pub fn tell_missing(s: &mut Session, work: &mut Work, process: &Handle) -> Result<(), Error> {
    for other in work.desk.starts_missing(process)? {
        s.say(&format!(
            "Cases of {process} start cases of {other}, which is not here yet: `baton process new {other}` brings it in."
        ));
    }
    Ok(())
}

/// A process of one's own, with what could be better of it.
fn blank(s: &mut Session, title: &str, new: &NewProcess) -> Result<(), Error> {
    let mut work = s.make()?;
    let me = s.me()?;
    let accountable = work.maybe_party(new.accountable.as_deref())?.unwrap_or(Party::Person(me.clone()));
    let (title, purpose) = (title.to_string(), new.purpose.clone().unwrap_or_default());
    let blank = Blank { title, purpose, accountable, steps: new.step.clone() };
    let mut op = fresh_op;
    let mut by = Series { person: me, now: work.now, op: &mut op };
    let checked = work.desk.begin_blank(&mut by, &blank)?;
    let handle = checked.opened.to_string();
    if s.json {
        let problems = checked.problems.iter().map(|problem| problem_json(&handle, problem));
        let value = json!({
            "process": handle, "version": 1, "warnings": problems.collect::<Vec<_>>(),
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    s.line(&format!("{handle} version 1: {}.", counted(blank.steps.len(), "step")));
    for problem in &checked.problems {
        lines_of(&handle, problem).iter().for_each(|line| s.line(line));
    }
    if !checked.problems.is_empty() {
        s.say(&format!("`baton process export {handle}` writes the file these lines are of."));
    }
    Ok(())
}

/// What a template asks, with what it would take unless told otherwise.
fn ask(s: &mut Session, asks: &Questions) -> Result<(), Error> {
    let mut table = Table::new(&["ASKS", "ABOUT", "UNLESS SAID"]);
    let mut rows = Vec::new();
    for (role, does) in &asks.roles {
        table.row([format!("--role {role}="), does.join(", "), "you".to_string()]);
        rows.push(json!({"role": role.as_str(), "does": does}));
    }
    for (of, words, goal) in &asks.goals {
        let name = goal_name(of);
        table.row([format!("--goal {name}="), words.clone(), goal.to_string()]);
        rows.push(json!({"goal": name, "about": words, "template": goal.to_string()}));
    }
    s.list(&table, rows, "It asks nothing.");
    Ok(())
}

fn goal_name(of: &GoalOf) -> String {
    match of {
        GoalOf::Case => "case".to_string(),
        GoalOf::Step(step) => step.to_string(),
    }
}

fn answers(new: &NewProcess, asks: &Questions) -> Result<Answers, Error> {
    let template = new.template.as_deref().unwrap_or_default();
    let hint = format!("`baton process new {template} --ask` shows what it asks.");
    let mut answers = Answers::default();
    for (name, people) in &new.role {
        let Some((role, _)) = asks.roles.iter().find(|(role, _)| role.as_str() == name) else {
            return Err(Error::input(format!("It has no role `{name}`."), hint));
        };
        let people = people.split([',', ' ']).filter(|person| !person.is_empty());
        let people = people.map(|person| person.trim_start_matches('@').parse::<Handle>());
        let people = people.collect::<Result<Vec<_>, _>>().map_err(|e| Error::input(e.to_string(), ""))?;
        answers.members.insert(role.clone(), people);
    }
    for (name, goal) in &new.goal {
        let Some((of, ..)) = asks.goals.iter().find(|(of, ..)| goal_name(of) == *name) else {
            return Err(Error::input(format!("It promises nothing for `{name}`."), hint));
        };
        let goal =
            goal.parse().map_err(|e: crate::domain::goal::GoalError| Error::input(e.to_string(), ""))?;
        answers.goals.push((of.clone(), goal));
    }
    Ok(answers)
}

/// Without a file to compare with, names of roles and people are taken on trust.
fn known(s: &Session) -> Result<Known, Error> {
    let known = match s.path() {
        Ok(path) if path.try_exists().unwrap_or(false) => Desk::open_existing(&path)?.known()?,
        _ => Known::default(),
    };
    Ok(Known { programs: Some(s.settings.run.keys().cloned().collect()), ..known })
}

fn check(s: &mut Session, files: &[PathBuf]) -> Result<(), Error> {
    let mut known = known(s)?;
    let texts = files.iter().map(|file| read_file(file)).collect::<Result<Vec<_>, _>>()?;
    known.learn(&texts);
    let mut rows = Vec::new();
    for (file, text) in files.iter().zip(&texts) {
        let (process, problems) = read(text, &known);
        let name = file.display().to_string();
        if process.is_none() {
            s.status = 1;
        }
        for problem in &problems {
            rows.push(problem_json(&name, problem));
            if !s.json {
                lines_of(&name, problem).iter().for_each(|line| s.line(line));
            }
        }
        if let (Some(process), false) = (process, s.json) {
            s.say(&match (problems.as_slice(), problems.iter().any(|problem| problem.unproved)) {
                ([], _) => format!("{name}: {} is sound.", process.handle),
                (_, false) => format!("{name}: {} is sound, with warnings.", process.handle),
                (_, true) => {
                    format!("{name}: {} can be used; whether it is sound was not proved.", process.handle)
                }
            });
        }
    }
    if s.json {
        s.out.push_str(&json_text(&Value::Array(rows)));
    }
    Ok(())
}

/// A problem as compilers say it, the hint on a line of its own.
pub fn lines_of(file: &str, problem: &Problem) -> Vec<String> {
    Shown::lines(&problem.in_file(file)).iter().map(ToString::to_string).collect()
}

fn problem_json(file: &str, problem: &Problem) -> Value {
    json!({
        "file": file,
        "line": problem.line,
        "column": problem.column,
        "severity": if problem.is_error() { "error" } else { "warning" },
        "message": problem.message,
        "hint": problem.hint,
    })
}

fn list(s: &mut Session) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    let filter = CaseFilter { state: Some("open".to_string()), ..CaseFilter::default() };
    let cases = work.desk.cases(&filter)?;
    let mut table = Table::new(&["PROCESS", "VERSION", "TITLE", "ACCOUNTABLE", "ABOUT", "OPEN"]);
    let mut rows = Vec::new();
    for handle in catalog.processes.keys() {
        let Some((version, process)) = catalog.newest(handle) else { continue };
        let open = cases.iter().filter(|case| &case.process == handle).count();
        let about = process.about.as_ref().map(ToString::to_string);
        table.row([
            handle.to_string(),
            version.to_string(),
            process.title.clone(),
            process.accountable.to_string(),
            about.clone().unwrap_or_default(),
            open.to_string(),
        ]);
        rows.push(json!({
            "process": handle.as_str(),
            "version": version,
            "title": process.title,
            "purpose": process.purpose,
            "accountable": process.accountable.to_string(),
            "about": about,
            "open_cases": open,
        }));
    }
    s.list(&table, rows, "No processes yet. `baton process templates` shows some to begin with.");
    Ok(())
}

/// One version of a process; the newest unless one is named.
pub fn version_of(
    catalog: &Catalog,
    handle: &Handle,
    version: Option<u32>,
) -> Result<(u32, Arc<Process>), Error> {
    let Some((newest, process)) = catalog.newest(handle) else {
        return Err(Error::refused(Refusal::no_process(handle, catalog), &|_| String::new()));
    };
    match version {
        None => Ok((newest, process.clone())),
        Some(version) => match catalog.process(handle, version) {
            Some(process) => Ok((version, process.clone())),
            None => Err(not_found(
                format!("There is no version {version} of `{handle}`."),
                format!("Its versions are 1 to {newest}."),
            )),
        },
    }
}

fn show(s: &mut Session, version: u32, process: &Process) {
    if s.json {
        let mut value = serde_json::to_value(process).unwrap_or_default();
        if let Some(handle) = value.as_object_mut().and_then(|process| process.remove("handle")) {
            value["process"] = handle;
        }
        value["version"] = json!(version);
        s.one(&Facts::default(), &value);
        return;
    }
    let mut facts = Facts::default();
    facts
        .add("process", format!("{} version {version}", process.handle))
        .add("title", &process.title)
        .add("purpose", &process.purpose)
        .add("accountable", process.accountable.to_string())
        .add("about", process.about.as_ref().map(ToString::to_string).unwrap_or_default())
        .add("goal", process.goal.map(|goal| goal.to_string()).unwrap_or_default())
        .add("calendar", process.calendar.as_ref().map(ToString::to_string).unwrap_or_default());
    for field in &process.data {
        let required = if field.required { ", required" } else { "" };
        facts.add("data", format!("{} ({}{required})", field.name, field.kind.word()));
    }
    let mut table = Table::new(&["STEP", "TITLE", "BY", "ACCEPT", "GOAL", "NEXT"]);
    for step in &process.steps {
        let by = match &step.by {
            Performer::Party(party) => match &step.minded {
                Some(minded) => format!("{party}, minded by {minded}"),
                None => party.to_string(),
            },
            Performer::Data(field) => format!("the person in {field}"),
            Performer::Sender => format!("({})", step.kind.word()),
        };
        let goal = |goal: Option<crate::domain::Goal>| goal.map(|goal| goal.to_string()).unwrap_or_default();
        table.row([
            step.handle.to_string(),
            step.title.clone(),
            by,
            goal(step.accept),
            goal(step.goal),
            next(step),
        ]);
    }
    let text = format!("{}\n{}", facts.text(s.plain, s.room), table.text(s.plain, s.room));
    s.out.push_str(&text);
    let built_in = decide::ladders(process).skip(process.ladders.len());
    let built_in = built_in.map(|ladder| ladder.on.word()).collect::<Vec<_>>();
    if !built_in.is_empty() {
        let (told, on) = (&process.accountable, built_in.join(", "));
        s.line("");
        s.line(&format!(
            "It names no ladder on {on}: {told} hears once of what is late there, as soon as it is."
        ));
    }
}

/// Where work goes from a step, in words.
pub(super) fn next(step: &Step) -> String {
    let arms = step.next.iter().map(|arm| {
        let to = match &arm.go {
            Go::To(steps) => steps.iter().map(Handle::as_str).collect::<Vec<_>>().join(" + "),
            Go::End(None) => "end".to_string(),
            Go::End(Some(outcome)) => format!("end: {outcome}"),
        };
        let on = arm.on.as_ref().map(|on| format!("{on}: ")).unwrap_or_default();
        match &arm.when {
            Some(when) => format!("{on}{to} if {when}"),
            None => format!("{on}{to}"),
        }
    });
    arms.collect::<Vec<_>>().join("; else ")
}
