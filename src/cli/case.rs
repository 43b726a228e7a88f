//! Cases: starting, showing, changing and ending them.

use super::args::CaseVerb;
use super::dates;
use super::print::{Facts, Table, Wall};
use super::receipt::{self, sentence, spot_json};
use super::record::{fields_text, has, line_json, timeline};
use super::session::{Session, Work, not_now};
use crate::desk::{CaseFilter, CaseView, Error, OpenPlace, Tie};
use crate::domain::case::{Case, Request};
use crate::domain::clock::ClockOn;
use crate::domain::command::{CloseDuplicate, Command, EndWait, StartCase};
use crate::domain::field;
use crate::domain::free::AD_HOC_VERSION;
use crate::domain::rows::{CaseRow, PlaceKind};
use crate::domain::tags;
use crate::domain::{CaseId, Handle, Instant};
use serde_json::{Value, json};
use std::collections::HashMap;

pub fn run(s: &mut Session, verb: CaseVerb) -> Result<(), Error> {
    match verb {
        CaseVerb::Start {
            process,
            about,
            title,
            to,
            note,
            urgent,
            accountable,
            tags,
            due,
            documents,
            anyway,
            data,
        } => {
            let mut work = s.change()?;
            let about = match about {
                Some(record) => {
                    let id = work.record(&record)?;
                    Some(work.desk.record_named(id)?)
                }
                None => None,
            };
            let to = work.maybe_party(to.as_deref())?;
            let accountable = work.maybe_party(accountable.as_deref())?;
            let parent = None;
            let due = due.map(|text| dates::due(s, &mut work, "due", &text)).transpose()?;
            let tags = super::args_versions::tags_of(&tags)?;
            let start = StartCase {
                process,
                title,
                about,
                data,
                to,
                note,
                urgent,
                accountable,
                parent,
                tags,
                due,
                documents,
                anyway,
            };
            receipt::run(s, &mut work, &Command::StartCase(start))
        }
        CaseVerb::List { process, state, about, which } => {
            let mut work = s.look()?;
            if let Some(process) = &process {
                super::process::version_of(&*work.catalog()?, process, None)?;
            }
            let about = about.map(|record| work.record(&record)).transpose()?;
            let state = Some(state).filter(|state| state != "all");
            let filter = CaseFilter { process, state, about, ..CaseFilter::default() };
            list(s, &mut work, &filter, which.as_deref())
        }
        CaseVerb::Show { case } => {
            let mut work = s.look()?;
            let view = work.desk.case(case, work.now)?;
            show(s, &view, &work.wall());
            Ok(())
        }
        CaseVerb::Due { case } => {
            let mut work = s.look()?;
            let view = work.desk.case(case, work.now)?;
            let catalog = work.catalog()?;
            super::why::case(s, &view, &catalog, &work.wall())
        }
        CaseVerb::Set { case, data } => {
            let mut work = s.change()?;
            receipt::run(s, &mut work, &Command::ChangeData { case, data })
        }
        CaseVerb::AddTask { case, title, to, within, note } => {
            let mut work = s.change()?;
            let to = work.party(&to)?;
            receipt::run(s, &mut work, &Command::AddTask { case, title, to, within, note })
        }
        CaseVerb::Note { case, text } => {
            let mut work = s.change()?;
            receipt::run(s, &mut work, &Command::NoteCase { case, text })
        }
        CaseVerb::Withdraw { case, reason, duplicate_of, dry } => {
            let mut work = s.change()?;
            let text = reason.unwrap_or_default();
            let withdraw = |case: CaseId| {
                let command = match duplicate_of {
                    Some(of) => Command::CloseDuplicate(CloseDuplicate { case, of, text: text.clone() }),
                    None => Command::WithdrawCase { case, reason: text.clone() },
                };
                (case.to_string(), command)
            };
            let each = super::many::once(&case).into_iter().map(withdraw).collect();
            super::many::run(s, &mut work, ("Withdraw", None, dry), each)
        }
        CaseVerb::Accountable { case, party, reason } => {
            let mut work = s.change()?;
            let to = work.party(&party)?;
            receipt::run(s, &mut work, &Command::ChangeAccountable { case, to, reason })
        }
        CaseVerb::Proceed { case, reason, branch, documents, anyway, data } => {
            let mut work = s.change()?;
            let view = work.desk.case(case, work.now)?;
            let waits = view.spots.iter().filter(|spot| spot.place.kind == PlaceKind::Waiting);
            let waits = waits.map(|spot| spot.place.branch).collect::<Vec<_>>();
            let branch = match (branch, waits.as_slice()) {
                (Some(branch), _) => branch,
                (None, [branch]) => *branch,
                (None, []) => {
                    let own = view.spots.iter().filter(|spot| spot.place.free.is_some());
                    let own = own.map(|spot| format!("{} ({})", spot.place.branch, spot.step_title));
                    let own = own.collect::<Vec<_>>();
                    if !own.is_empty() {
                        return Err(Error::input(
                            format!("{case} waits for nothing, and has tasks of its own."),
                            format!(
                                "A task that nobody needs any more is named with --branch: {}.",
                                own.join(", ")
                            ),
                        ));
                    }
                    return Err(not_now(
                        format!("{case} waits for nothing."),
                        format!("`baton case show {case}` shows where the work is now."),
                    ));
                }
                (None, several) => {
                    let several = several.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                    return Err(Error::input(
                        format!("{case} waits at several places."),
                        format!("Name the branch with --branch: {several}."),
                    ));
                }
            };
            let wait = EndWait { case, branch, text: reason, data, documents, anyway };
            receipt::run(s, &mut work, &Command::EndWait(wait))
        }
        CaseVerb::Course(verb) => super::course::run(s, verb),
        CaseVerb::Sweep(verb) => super::sweep::case(s, verb),
        CaseVerb::Resolve { case, exception, note } => {
            let mut work = s.change()?;
            receipt::run(s, &mut work, &Command::ResolveException { case, exception, text: note })
        }
    }
}

fn list(s: &mut Session, work: &mut Work, filter: &CaseFilter, which: Option<&str>) -> Result<(), Error> {
    let mut cases = work.desk.cases(filter)?;
    let (condition, contains) = super::record::condition_or_words(which);
    if let Some(condition) = condition {
        cases = work.desk.cases_where(cases, condition)?;
    }
    let mut places = HashMap::<CaseId, Vec<OpenPlace>>::new();
    for open in work.desk.places(filter.process.as_ref())? {
        places.entry(open.place.case).or_default().push(open);
    }
    let wall = work.wall();
    let mut table = Table::new(&["ID", "PROCESS", "TITLE", "AT", "RESPONSIBLE", "DUE"]);
    let mut rows = Vec::new();
    for case in &cases {
        let open = places.remove(&case.id).unwrap_or_default();
        let at = match case.state.as_str() {
            "open" => joined(
                open.iter()
                    .map(|open| open.place.free.clone().unwrap_or_else(|| open.place.step.to_string())),
            ),
            "done" => format!("done {}", case.outcome.as_deref().unwrap_or_default()),
            state => state.to_string(),
        };
        let responsible = joined(open.iter().map(|open| open.place.responsible.to_string()));
        let id = case.id.to_string();
        if !has(
            contains,
            &[&id, &case.title, &at, &responsible, case.process.as_str(), &tags::show(&case.tags)],
        ) {
            continue;
        }
        // The first thing that is due, whether it is the case or something in it.
        let due = open.iter().filter_map(|open| open.place.due).chain(case.due).min();
        let due = if case.state == "open" { wall.left(due) } else { wall.maybe(case.ended) };
        let urgent = if case.urgent { "! " } else { "" };
        let title = format!("{urgent}{}", case.title);
        table.row([&id, case.process.as_str(), &title, at.trim_end(), &responsible, &due]);
        let mut value = row_json(case, &wall);
        value["steps"] = open.iter().map(|open| Value::from(open.place.step.as_str())).collect();
        value["responsible"] = open.iter().map(|open| Value::from(open.place.responsible.as_str())).collect();
        rows.push(value);
    }
    s.list(&table, rows, "No such cases. `baton case list --state all` shows finished ones too.");
    Ok(())
}

/// Names once each, in their order.
fn joined(names: impl Iterator<Item = String>) -> String {
    let mut once = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once.join(", ")
}

/// A case in JSON, without what is in it.
pub fn row_json(case: &CaseRow, wall: &Wall<'_>) -> Value {
    json!({
        "id": case.id.to_string(),
        "process": case.process.as_str(),
        "version": case.version,
        "title": case.title,
        "about": case.about.map(|id| id.to_string()),
        "accountable": case.accountable.to_string(),
        "urgent": case.urgent,
        "tags": case.tags.iter().map(Handle::as_str).collect::<Vec<_>>(),
        "state": case.state,
        "outcome": case.outcome,
        "started": wall.json(case.started),
        "ended": wall.json_maybe(case.ended),
        "due": wall.json_maybe(case.due),
        "breached": wall.json_maybe(case.breached),
        "foreign": case.foreign,
        "migrated": case.migrated,
        "duplicate_of": case.duplicate_of.map(|id| id.to_string()),
        "touched": wall.json(case.touched),
    })
}

/// The cases it is tied to in one way.
fn tied(view: &CaseView, by: Tie) -> impl Iterator<Item = &CaseRow> {
    view.links.iter().filter(move |link| link.tie == by).filter_map(|link| link.row.as_ref())
}

fn show(s: &mut Session, view: &CaseView, wall: &Wall<'_>) {
    let CaseView { row, case, record, spots, .. } = view;
    let lines = view.timeline.iter().map(|line| (None, line)).collect::<Vec<_>>();
    if s.json {
        let mut value = row_json(row, wall);
        value["data"] = json!(case.data);
        value["documents"] = json!(case.documents);
        value["asked_for_by"] = json!(case.parent.map(|parent| parent.case.to_string()));
        value["started_here"] = started(case).map(|id| Value::from(id.to_string())).collect();
        value["duplicates"] = tied(view, Tie::Duplicate).map(|row| Value::from(row.id.to_string())).collect();
        value["same_record"] =
            tied(view, Tie::SameRecord).map(|row| Value::from(row.id.to_string())).collect();
        value["record"] = json!(record.as_ref().map(|record| json!({
            "id": record.id.to_string(), "kind": record.kind.as_str(), "name": record.name,
        })));
        value["cycle"] = json!(case.cycle);
        value["breaches"] = breaches(case).map(|(due, _)| wall.json(due)).collect();
        value["pauses"] = case.pauses.values().map(|pause| super::course::pause_json(pause, wall)).collect();
        value["branches"] = spots.iter().map(|spot| spot_json(spot, wall)).collect();
        value["exceptions"] = case
            .exceptions
            .iter()
            .map(|(n, exception)| {
                json!({
                    "exception": n,
                    "kind": exception.kind,
                    "text": exception.text,
                    "to": exception.to.iter().map(Handle::as_str).collect::<Vec<_>>(),
                    "opened": wall.json(exception.opened),
                    "resolved": wall.json_maybe(exception.resolved),
                })
            })
            .collect();
        value["timeline"] = lines.iter().map(|(_, line)| line_json(None, line, wall)).collect();
        s.one(&Facts::default(), &value);
        return;
    }
    let mut facts = Facts::default();
    let process = match row.version {
        AD_HOC_VERSION => row.process.to_string(),
        version => format!("{} version {version}", row.process),
    };
    let state = match &row.outcome {
        Some(outcome) => format!("{}: {outcome}", row.state),
        None => row.state.clone(),
    };
    let due = wall.left(row.due);
    let due = due.strip_prefix("due ").unwrap_or(&due);
    facts
        .add("case", row.id.to_string())
        .add("title", &row.title)
        .add("process", process)
        .add("about", record.as_ref().map(|r| format!("{} {}", r.id, r.name)).unwrap_or_default())
        .add("also open", joined(tied(view, Tie::SameRecord).map(|row| row.id.to_string())))
        .add("state", &state)
        .add("accountable", row.accountable.to_string())
        .add("started", wall.at(row.started))
        .add("due", if row.ended.is_none() { due } else { "" })
        .add("ended", wall.maybe(row.ended))
        .add("asked for by", case.parent.map(|parent| parent.case.to_string()).unwrap_or_default())
        .add("started here", started(case).map(|id| id.to_string()).collect::<Vec<_>>().join(", "))
        .add("paused", super::course::paused(case, wall))
        .add("cycle", if case.cycle > 1 { case.cycle.to_string() } else { String::new() })
        .add(
            "breached",
            breaches(case).map(|(due, now)| breach_words(due, now, wall)).collect::<Vec<_>>().join("; "),
        )
        .add("duplicate of", row.duplicate_of.map(|id| id.to_string()).unwrap_or_default())
        .add("duplicates", joined(tied(view, Tie::Duplicate).map(|row| row.id.to_string())))
        .add("migrated", if row.migrated { "yes, and left out where versions are compared" } else { "" })
        .add("urgent", if row.urgent { "yes" } else { "" })
        .add("tags", tags::show(&row.tags))
        .add("foreign", row.foreign.as_deref().unwrap_or_default());
    let text = facts.text(s.plain, s.room);
    s.out.push_str(&text);
    if !case.data.is_empty() {
        let mut table = Table::new(&["DATA", ""]);
        for (name, value) in &case.data {
            table.row([name, &field::show(value)]);
        }
        s.out.push('\n');
        s.out.push_str(&table.text(s.plain, s.room));
    }
    if !case.documents.is_empty() {
        let mut table = Table::new(&["DOCUMENT", ""]);
        for (title, reference) in &case.documents {
            table.row([title, reference]);
        }
        s.out.push('\n');
        s.out.push_str(&table.text(s.plain, s.room));
    }
    if !spots.is_empty() {
        s.out.push('\n');
        spots.iter().for_each(|spot| s.line(&sentence(spot, wall)));
    }
    for (n, exception) in case.exceptions.iter().filter(|(_, exception)| exception.resolved.is_none()) {
        s.line(&format!("Exception {n}: {} (`baton case resolve {} {n} --note …`)", exception.text, row.id));
    }
    s.out.push('\n');
    timeline(s, &lines, wall);
}

/// Values for a heading line.
pub fn data_text(view: &CaseView) -> String {
    fields_text(&view.case.data)
}

/// When the promise of the whole case ran out, once for each cycle in which it did, and whether that is the newest.
fn breaches(case: &Case) -> impl Iterator<Item = (Instant, bool)> {
    let newest = case.case_clock().map(|(n, _)| n);
    let clocks = case.clocks.iter().filter(|(_, clock)| clock.on == ClockOn::Case);
    clocks.filter_map(move |(n, clock)| Some((clock.breached?, Some(*n) == newest)))
}

fn breach_words(due: Instant, newest: bool, wall: &Wall<'_>) -> String {
    let cycle = if newest { "" } else { ", in an earlier cycle" };
    format!("was due {}{cycle}", wall.at(due))
}

/// The cases that were started because of this one.
fn started(case: &Case) -> impl Iterator<Item = CaseId> {
    case.requests.values().filter_map(|request| match request {
        Request::Case { case: Some(Ok(id)), .. } => Some(*id),
        _ => None,
    })
}
