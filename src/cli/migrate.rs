//! Versions of a process: how they differ, and letting open cases run another one.

use super::args_versions::{Migrate, VersionVerb};
use super::file::read_file;
use super::print::{Wall, json_text};
use super::process::version_of;
use super::record::unusable;
use super::session::{Session, Work, not_found, not_now, split};
use crate::desk::{CaseFilter, Error};
use crate::domain::command::Command;
use crate::domain::counted::counted;
use crate::domain::migration::{CaseDiff, ClockChange, ClockDiff, Plan};
use crate::domain::process::Process;
use crate::domain::process_check::read;
use crate::domain::process_diff::{self, Change};
use crate::domain::rows::CaseRow;
use crate::domain::{CaseId, Handle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub fn run(s: &mut Session, verb: VersionVerb) -> Result<(), Error> {
    match verb {
        VersionVerb::Diff { what, versions } => diff(s, &what, versions.as_deref()),
        VersionVerb::Migrate(migrate) => self::migrate(s, &migrate),
        VersionVerb::Review { process, begin: true, .. } => {
            let mut work = s.change()?;
            let cards = work.desk.scorecards(Some(&process), work.now)?;
            let open = cards.first().and_then(|card| card.open_review.filter(|(_, of)| *of == card.version));
            if let Some((case, _)) = open {
                return Err(Error::input(
                    format!("The review {case} of `{process}` is open already."),
                    "`baton process review PROCESS --verdict keep --reason …` ends it.",
                ));
            }
            super::receipt::run(s, &mut work, &Command::BeginReview { process })
        }
        VersionVerb::Review { process, verdict: Some(verdict), reason, .. } => {
            super::review::verdict(s, &process, &verdict, reason)
        }
        VersionVerb::Review { process, .. } => super::review::card(s, &process),
        VersionVerb::Rank => super::improving::rank(s),
        VersionVerb::Effort { process, effort } => super::improving::effort(s, process, &effort),
        VersionVerb::Draft { from } => super::improving::draft(s, &from),
        VersionVerb::Scorecard { process: Some(process) } => super::review::card(s, &process),
        VersionVerb::Scorecard { process: None } => super::review::cards(s),
    }
}

fn diff(s: &mut Session, what: &str, versions: Option<&[u32]>) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    let path = Path::new(what);
    let is_file = what == "-" || path.is_file() || what.contains(['/', '.']);
    let (handle, (from, old), (to, new)) = match (is_file && versions.is_none(), versions) {
        (true, _) => {
            let (process, problems) = read(&read_file(path)?, &work.desk.known()?);
            let Some(process) = process else { return Err(unusable(path, &problems)) };
            let (from, old) = version_of(&catalog, &process.handle, None)?;
            (process.handle.clone(), (from, old), (what.to_string(), std::sync::Arc::new(process)))
        }
        (false, versions) => {
            let handle = what.parse::<Handle>().map_err(|e| split(&e.to_string()))?;
            let (newest, _) = version_of(&catalog, &handle, None)?;
            let (a, b) = match versions {
                Some([a, b]) => (*a, *b),
                _ if newest > 1 => (newest - 1, newest),
                _ => {
                    return Err(not_now(
                        format!("`{handle}` has one version only."),
                        "Name a file to compare it with.".to_string(),
                    ));
                }
            };
            let (a, old) = version_of(&catalog, &handle, Some(a))?;
            let (b, new) = version_of(&catalog, &handle, Some(b))?;
            (handle, (a, old), (format!("version {b}"), new))
        }
    };
    let changes = process_diff::diff(&old, &new);
    if s.json {
        let changes = changes.iter().map(change_json).collect::<Vec<_>>();
        let value = json!({"process": handle.as_str(), "from": from, "to": to, "changes": changes});
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    match changes.as_slice() {
        [] => s.say(&format!("{handle}: nothing differs between version {from} and {to}.")),
        changes => {
            s.say(&format!("{handle}: from version {from} to {to}"));
            changes.iter().for_each(|change| s.line(&change.line()));
        }
    }
    Ok(())
}

fn change_json(change: &Change) -> Value {
    json!({
        "group": change.group,
        "name": change.name,
        "key": change.key,
        "change": change.how.word(),
        "before": change.before,
        "after": change.after,
    })
}

/// The plan as asked for, and the cases it is about.
struct Wish {
    plan: Plan,
    old: std::sync::Arc<Process>,
    new: std::sync::Arc<Process>,
    cases: Vec<CaseRow>,
}

fn wish(work: &mut Work, asked: &Migrate) -> Result<Wish, Error> {
    let catalog = work.catalog()?;
    let read_plan = |file: &PathBuf| Plan::read(&read_file(file)?).map_err(|e| split(&e.to_string()));
    let given = asked.plan.as_ref().map(read_plan).transpose()?;
    if let Some(given) = given.as_ref().filter(|given| given.process != asked.process) {
        let what = format!("This plan is for `{}`.", given.process);
        return Err(Error::input(what, format!("`baton process migrate {} --plan …`", given.process)));
    }
    let newest = version_of(&catalog, &asked.process, None)?.0;
    let to = asked.to.or(given.as_ref().map(|plan| plan.to)).unwrap_or(newest);
    if given.as_ref().is_some_and(|plan| plan.to != to) {
        return Err(Error::input("The plan is for another version than --to.", "Leave --to out."));
    }
    let (_, new) = version_of(&catalog, &asked.process, Some(to))?;
    let mut filter = CaseFilter {
        process: Some(asked.process.clone()),
        state: Some("open".to_string()),
        ..CaseFilter::default()
    };
    if !asked.case.is_empty() {
        // A case that is named and closed is to be told so.
        (filter.state, filter.ids) = (None, Some(asked.case.clone()));
    }
    let mut cases = work.desk.cases(&filter)?;
    if let Some(missing) = asked.case.iter().find(|id| cases.iter().all(|case| case.id != **id)) {
        return Err(not_found(
            format!("There is no case {missing} of `{}`.", asked.process),
            format!("`baton case list --process {}` shows them.", asked.process),
        ));
    }
    let newest = || cases.iter().map(|case| case.version).filter(|version| *version != to).max();
    let from = asked.from.or(given.as_ref().map(|plan| plan.from)).or_else(newest);
    let Some(from) = from else {
        return Err(not_now(
            format!("No open case of `{}` runs another version than {to}.", asked.process),
            format!("`baton case list --process {}` shows them.", asked.process),
        ));
    };
    cases.retain(|case| case.version == from);
    cases.sort_by_key(|case| case.id);
    let (_, old) = version_of(&catalog, &asked.process, Some(from))?;
    let mut plan = given.unwrap_or_else(|| Plan::propose(&asked.process, (from, &old), (to, &new)));
    for (step, target) in &asked.map {
        let handle = |text: &str| text.trim().parse::<Handle>().map_err(|e| split(&e.to_string()));
        plan.map.insert(handle(step)?, Some(handle(target)?));
    }
    Ok(Wish { plan, old, new, cases })
}

fn migrate(s: &mut Session, asked: &Migrate) -> Result<(), Error> {
    let mut work = s.change()?;
    let wish = wish(&mut work, asked)?;
    let ids = wish.cases.iter().map(|case| case.id).collect::<Vec<_>>();
    if asked.write_plan {
        let mut here = BTreeMap::<Handle, usize>::new();
        let places = work.desk.places(Some(&wish.plan.process))?;
        for open in places.iter().filter(|open| ids.contains(&open.place.case)) {
            *here.entry(open.place.step.clone()).or_default() += 1;
        }
        s.file(&wish.plan.text(&wish.old, &wish.new, &here));
        return Ok(());
    }
    let pairs = wish.plan.pairs();
    let mut rows = Vec::new();
    let (mut done, mut left, mut over) = (0, 0, 0);
    let results = all(s, &mut work, &wish, &pairs, asked.dry_run)?;
    for (case, result) in wish.cases.iter().zip(results) {
        match &result {
            Ok(diff) => (done, over) = (done + 1, over + usize::from(diff.over.is_some())),
            Err(_) => left += 1,
        }
        if s.json {
            rows.push(result_json(case, &result, asked.dry_run, &work.wall()));
        } else {
            tell(s, case, &result, asked.dry_run, &work.wall());
        }
    }
    if left > 0 {
        s.status = 1;
    }
    if s.json {
        let value = json!({
            "process": wish.plan.process.as_str(),
            "from": wish.plan.from,
            "to": wish.plan.to,
            "dry_run": asked.dry_run,
            "cases": rows,
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    let would = if asked.dry_run { " would be" } else { "" };
    s.say(&format!(
        "{done} of {}{would} migrated from version {} to {}; {left} left as they are.",
        done + left,
        wish.plan.from,
        wish.plan.to
    ));
    if over > 0 {
        let ends = if asked.dry_run { "would end" } else { "ended" };
        s.say(&format!(
            "{} {ends} with it: no migration brings back what is finished, `baton undo` does.",
            counted(over, "case")
        ));
    }
    if done > over && !asked.dry_run {
        let renamed = pairs.iter().filter(|(from, to)| from != to);
        let stays = |step: &Handle| {
            let mapped = pairs.iter().any(|(from, _)| from == step);
            !mapped && wish.old.step(step).is_some()
        };
        let twice = |to: &Handle| pairs.iter().filter(|(_, other)| other == to).count() > 1;
        match pairs.iter().find(|(from, to)| from != to && (stays(to) || twice(to))) {
            Some((_, to)) => s.say(&format!(
                "`baton undo` takes it back; a map would not, since several steps became `{to}`."
            )),
            None => {
                let back = renamed.map(|(from, to)| format!(" --map {to}={from}")).collect::<String>();
                s.say(&format!(
                    "Back by the same means: `baton process migrate {} --to {}{back}`.",
                    wish.plan.process, wish.plan.from
                ));
            }
        }
    }
    Ok(())
}

/// What the migration does or would do to a case, or why it is left as it is and what helps.
type Migrated = Result<CaseDiff, (String, String)>;

/// What becomes of each case. All that can be migrated are one action, so that one undo takes it back.
fn all(
    s: &Session,
    work: &mut Work,
    wish: &Wish,
    map: &[(Handle, Handle)],
    dry_run: bool,
) -> Result<Vec<Migrated>, Error> {
    let ctx = s.context(work)?;
    let left = |error: Error| match error {
        Error::Refused { .. } => Ok(Err((error.to_string(), error.hint()))),
        error => Err(error),
    };
    let to = wish.plan.to;
    let mut results = Vec::new();
    for case in &wish.cases {
        results.push(work.desk.rehearse_migration(case.id, to, map, &ctx).map(Ok).or_else(left)?);
    }
    if !dry_run {
        let able = wish.cases.iter().zip(results.iter_mut()).filter(|(_, result)| result.is_ok());
        let (cases, results): (Vec<_>, Vec<_>) = able.map(|(case, result)| (case.id, result)).unzip();
        let migrate = |case: &CaseId| Command::MigrateCase { case: *case, to, map: map.to_vec() };
        let commands = cases.iter().map(migrate).collect::<Vec<_>>();
        for (result, done) in results.into_iter().zip(work.desk.execute_each(&commands, &ctx)?) {
            if let Err(error) = done {
                *result = left(error)?;
            }
        }
    }
    Ok(results)
}

fn tell(s: &mut Session, case: &CaseRow, result: &Migrated, dry_run: bool, wall: &Wall<'_>) {
    let diff = match result {
        Ok(diff) => diff,
        Err((why, hint)) => {
            s.line(&format!("{} {}: left as it is. {why}", case.id, case.title));
            s.line(&format!("  {hint}"));
            return;
        }
    };
    let done = if dry_run { "can be migrated" } else { "migrated" };
    s.line(&format!("{} {}: {done}.", case.id, case.title));
    for place in &diff.places {
        s.line(&format!("  {}", place.words()));
    }
    diff.clocks.iter().for_each(|clock| s.line(&format!("  {}", clock_words(clock, wall))));
    if !diff.missing.is_empty() {
        s.line(&format!("  missing data: {}", diff.missing.join(", ")));
    }
    diff.hindered.iter().chain(&diff.over).for_each(|what| s.line(&format!("  {what}")));
}

fn clock_words(clock: &ClockDiff, wall: &Wall<'_>) -> String {
    let due = |at| wall.maybe(at);
    let what = &clock.what;
    match clock.change {
        ClockChange::Keeps => match clock.due_after {
            Some(at) => format!("clock of {what} keeps its time, due {}", wall.at(at)),
            None => format!("clock of {what} keeps its time, and stands still"),
        },
        ClockChange::Moves { from, to } => {
            let dues = match (clock.due_before, clock.due_after) {
                (Some(_), Some(_)) => {
                    format!(", due {} instead of {}", due(clock.due_after), due(clock.due_before))
                }
                _ => String::new(),
            };
            format!("clock of {what} keeps its time towards {to} instead of {from}{dues}")
        }
        ClockChange::Closes => format!("clock of {what} ends, which was due {}", due(clock.due_before)),
        ClockChange::Starts => format!("clock of {what} starts, due {}", due(clock.due_after)),
    }
}

fn result_json(case: &CaseRow, result: &Migrated, dry_run: bool, wall: &Wall<'_>) -> Value {
    let done = if dry_run { "can" } else { "done" };
    let mut value = json!({"case": case.id.to_string(), "title": case.title});
    match result {
        Err((why, hint)) => {
            value["result"] = json!("left");
            value["reason"] = json!(why);
            value["hint"] = json!(hint);
        }
        Ok(diff) => {
            value["result"] = json!(done);
            let place = |place: &crate::domain::migration::PlaceDiff| {
                json!({
                    "what": place.what,
                    "from": place.from.as_str(),
                    "to": place.to.as_ref().map(Handle::as_str),
                    "ends": place.ends,
                })
            };
            let clock = |clock: &ClockDiff| {
                json!({
                    "what": clock.what,
                    "change": clock.change.word(),
                    "due_before": wall.json_maybe(clock.due_before),
                    "due_after": wall.json_maybe(clock.due_after),
                })
            };
            value["places"] = diff.places.iter().map(place).collect();
            value["clocks"] = diff.clocks.iter().map(clock).collect();
            value["missing"] = json!(diff.missing);
            value["hindered"] = json!(diff.hindered);
            value["ends"] = json!(diff.over.is_some());
        }
    }
    value
}
