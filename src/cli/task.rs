//! Work in hand.

use super::args::TaskVerb;
use super::args_task::{TaskOrPair, Tasks};
use super::dates;
use super::many;
use super::print::{Facts, Table, add_item};
use super::receipt::{self, sentence, spot_json};
use super::session::{Session, Work, not_found};
use crate::desk::{CaseFilter, Error, Need, Spot, of_item};
use crate::domain::command::{Command, CompleteTask, SendBack};
use crate::domain::rows::TaskRow;
use crate::domain::{CaseId, Handle, TaskId};
use crate::text::Shown;
use serde_json::{Value, json};
use std::collections::HashMap;

pub fn run(s: &mut Session, verb: TaskVerb) -> Result<(), Error> {
    let command = |s: &mut Session, task: TaskId, make: &dyn Fn(CaseId) -> Command| {
        let mut work = s.change()?;
        let case = work.desk.case_of_task(task)?;
        receipt::run(s, &mut work, &make(case))
    };
    match verb {
        TaskVerb::Sweep(verb) => super::sweep::task(s, verb),
        TaskVerb::List { all, case } => list(s, all, case),
        TaskVerb::Show { task } => show(s, task),
        TaskVerb::Start(tasks) => each(s, "Start", &tasks, &|case, task| Command::StartTask { case, task }),
        TaskVerb::Resume(tasks) => {
            each(s, "Resume", &tasks, &|case, task| Command::ResumeTask { case, task })
        }
        TaskVerb::Check { task, item } => {
            command(s, task, &|case| Command::CheckItem { case, task, item: item - 1, done: true })
        }
        TaskVerb::Uncheck { task, item } => {
            command(s, task, &|case| Command::CheckItem { case, task, item: item - 1, done: false })
        }
        TaskVerb::Done {
            what,
            outcome,
            reason,
            to,
            note,
            accept_by,
            due,
            all_checked,
            anyway,
            documents,
            dry,
        } => {
            let (mut task, mut data) = (Vec::new(), Vec::new());
            for word in what {
                match word {
                    TaskOrPair::Task(one) => task.push(one),
                    TaskOrPair::Pair(pair) => data.push(pair),
                }
            }
            if task.is_empty() {
                return Err(Error::input(
                    "It is not said which task is done.",
                    "Name it: `baton task done T-9`.",
                ));
            }
            let mut work = s.change()?;
            let to = work.maybe_party(to.as_deref())?;
            let agreed = super::handoff::agreed(s, &mut work, accept_by.as_deref(), due.as_deref())?;
            let done = |case, task| {
                Command::CompleteTask(CompleteTask {
                    case,
                    task,
                    data: data.clone(),
                    documents: documents.clone(),
                    to: to.clone(),
                    note: note.clone(),
                    all_checked,
                    checked: Vec::new(),
                    agreed,
                    anyway: anyway.clone(),
                    outcome: outcome.clone(),
                    reason: reason.clone(),
                })
            };
            each_in(s, &mut work, "Hand on", &Tasks { task, dry }, &done)
        }
        TaskVerb::SendBack { task, to, reason, items, party } => {
            let mut work = s.change()?;
            let case = work.desk.case_of_task(task)?;
            let party = work.maybe_party(party.as_deref())?;
            let items = items.into_iter().map(|item| item - 1).collect();
            let (to, again) = match to {
                Some(to) => work.step_or_work(case, &to).map(|(to, again)| (Some(to), again))?,
                None => (None, None),
            };
            let back = SendBack { case, task, to, again, reason, items, party };
            receipt::run(s, &mut work, &Command::SendBack(back))
        }
        TaskVerb::Release { tasks, note } => {
            each(s, "Release", &tasks, &|case, task| Command::ReleaseTask { case, task, note: note.clone() })
        }
        TaskVerb::Delegate { task, to, note } => {
            let mut work = s.change()?;
            let (case, to) = (work.desk.case_of_task(task)?, work.person(&to)?);
            receipt::run(s, &mut work, &Command::DelegateTask { case, task, to, note })
        }
        TaskVerb::Resolve { task, note } => {
            command(s, task, &|case| Command::ResolveTask { case, task, note: note.clone() })
        }
        TaskVerb::Reassign { tasks, to, note, accept_by, due } => {
            let mut work = s.change()?;
            let to = Some(work.party(&to)?);
            let agreed = super::handoff::agreed(s, &mut work, accept_by.as_deref(), due.as_deref())?;
            let names = tasks.task.iter().map(ToString::to_string).collect::<Vec<_>>();
            let each = super::handoff::branches(&mut work, &names)?.into_iter();
            let each = each.map(|(name, (case, branch))| {
                (name, Command::OfferHandoff { case, branch, to: to.clone(), note: note.clone(), agreed })
            });
            let each = each.collect();
            many::run(s, &mut work, ("Assign", to.as_ref(), tasks.dry), each)
        }
        TaskVerb::Wait { tasks, reason, until } => {
            let mut work = s.change()?;
            let until = until.map(|text| dates::begins(s, &mut work, "look again", &text)).transpose()?;
            let wait = |case, task| Command::WaitTask { case, task, reason: reason.clone(), until };
            each_in(s, &mut work, "Let wait", &tasks, &wait)
        }
    }
}

/// The same command for each of the tasks.
fn each(
    s: &mut Session,
    verb: &str,
    tasks: &Tasks,
    command: &dyn Fn(CaseId, TaskId) -> Command,
) -> Result<(), Error> {
    let mut work = s.change()?;
    each_in(s, &mut work, verb, tasks, command)
}

fn each_in(
    s: &mut Session,
    work: &mut Work,
    verb: &str,
    tasks: &Tasks,
    command: &dyn Fn(CaseId, TaskId) -> Command,
) -> Result<(), Error> {
    let one = |task: TaskId| Ok((task.to_string(), command(work.desk.case_of_task(task)?, task)));
    let each = many::once(&tasks.task).into_iter().map(one).collect::<Result<_, Error>>()?;
    many::run(s, work, (verb, None, tasks.dry), each)
}

fn list(s: &mut Session, all: bool, case: Option<CaseId>) -> Result<(), Error> {
    let mut work = s.look()?;
    let mut items = work.desk.items()?.1;
    let tasks = match (all, case) {
        (_, Some(case)) => {
            let view = work.desk.case(case, work.now)?;
            let about = view.case.tasks.iter();
            items =
                about.filter_map(|(id, task)| Some((*id, view.items.get(&task.handoff)?.clone()))).collect();
            work.desk.tasks(Some(case), None)?
        }
        (true, None) => work.desk.tasks(None, None)?,
        (false, None) => {
            let me = work.me()?;
            work.desk.tasks(None, Some(&me))?
        }
    };
    let titles = titles(&work, tasks.iter().map(|task| task.case))?;
    let catalog = work.catalog()?;
    let waiting = waiting(&work)?;
    let wall = work.wall();
    let mut table = Table::new(&["ID", "CASE", "TITLE", "STEP", "HOLDER", "STATE", "DUE"]);
    let mut rows = Vec::new();
    for task in &tasks {
        let (title, version) = titles.get(&task.case).cloned().unwrap_or_default();
        let step = catalog.process(&task.process, version).and_then(|p| p.step(&task.step));
        let step = task.free.clone().or_else(|| step.map(|step| step.title.clone()));
        let item = items.get(&task.id).map(String::as_str);
        let step = of_item(step.unwrap_or_else(|| task.step.to_string()), item);
        let wait = waiting.get(&task.id);
        let state = match (state_of(task), wait, task.started) {
            (Some(ended), ..) => ended,
            (None, Some(_), _) => "waits",
            (None, None, Some(_)) => "started",
            (None, None, None) => "accepted",
        };
        let due = if task.ended.is_none() { wall.left(task.due) } else { wall.maybe(task.ended) };
        let holder = task.holder.as_ref().map(ToString::to_string).unwrap_or_default();
        table.row([&task.id.to_string(), &task.case.to_string(), &title, &step, &holder, state, &due]);
        let mut value = json!({
            "id": task.id.to_string(),
            "case": task.case.to_string(),
            "title": title,
            "process": task.process.as_str(),
            "step": task.step.as_str(),
            "step_title": step,
            "occurrence": task.occurrence,
            "holder": task.holder.as_ref().map(Handle::as_str),
            "state": state,
            "waiting": wait,
            "accepted": wall.json(task.accepted),
            "started": wall.json_maybe(task.started),
            "ended": wall.json_maybe(task.ended),
            "waited_seconds": super::print::seconds(task.waited),
            "due": wall.json_maybe(task.due),
            "late_seconds": wall.json_late(task.due.filter(|_| task.ended.is_none())),
            "breached": wall.json_maybe(task.breached),
        });
        add_item(&mut value, item);
        rows.push(value);
    }
    s.list(&table, rows, "Nothing in hand. `baton inbox` shows what is offered to you.");
    Ok(())
}

/// How a task ended; `None` while it is open.
fn state_of(task: &TaskRow) -> Option<&'static str> {
    task.ended?;
    Some(match task {
        TaskRow { superseded: true, .. } => "superseded",
        TaskRow { done: true, .. } => "done",
        TaskRow { returned: true, .. } => "returned",
        _ => "closed",
    })
}

/// Why open tasks wait.
fn waiting(work: &Work) -> Result<HashMap<TaskId, String>, Error> {
    let places = work.desk.places(None)?.into_iter().map(|open| open.place);
    let waits = places.filter_map(|place| Some((place.task?, place.waiting?.0)));
    Ok(waits.collect())
}

/// Titles and versions of cases.
pub fn titles(
    work: &Work,
    cases: impl Iterator<Item = CaseId>,
) -> Result<HashMap<CaseId, (String, u32)>, Error> {
    let ids = cases.collect::<std::collections::BTreeSet<_>>().into_iter().collect::<Vec<_>>();
    let mut titles = HashMap::new();
    // SQLite takes a limited number of values at once.
    for ids in ids.chunks(500) {
        let filter = CaseFilter { ids: Some(ids.to_vec()), ..CaseFilter::default() };
        let rows = work.desk.cases(&filter)?;
        titles.extend(rows.into_iter().map(|row| (row.id, (row.title, row.version))));
    }
    Ok(titles)
}

fn show(s: &mut Session, id: TaskId) -> Result<(), Error> {
    let mut work = s.look()?;
    let case = work.desk.case_of_task(id)?;
    let view = work.desk.case(case, work.now)?;
    let Some(spot) = view.spots.iter().find(|spot| spot.place.task == Some(id)) else {
        let row = work.desk.tasks(Some(case), None)?.into_iter().find(|task| task.id == id);
        let missing =
            || not_found(format!("There is no task {id}."), "`baton task list` shows yours.".into());
        let handoff = view.case.tasks.get(&id).map(|task| task.handoff);
        let item = handoff.and_then(|handoff| view.items.get(&handoff)).map(String::as_str);
        ended(s, &work, &row.ok_or_else(missing)?, item);
        return Ok(());
    };
    let wall = work.wall();
    let mut value = spot_json(spot, &wall);
    value["case"] = json!(case.to_string());
    value["title"] = json!(view.row.title);
    value["data"] = json!(view.case.data);
    describe(s, spot, &mut value, &format!("{case} {}", view.row.title), &sentence(spot, &wall));
    Ok(())
}

/// Prints a step with what it takes: done, how, needs, checklist, and where the work goes from it.
pub fn describe(s: &mut Session, spot: &Spot, value: &mut Value, case: &str, now: &str) {
    if s.json {
        let need =
            |need: &Need| json!({"label": need.label, "met": need.met, "item": need.item.map(|n| n + 1)});
        value["done"] = json!(spot.done);
        value["how"] = json!(spot.how);
        value["needs"] = spot.needs.iter().map(need).collect();
        value["gives"] = json!(spot.gives);
        value["note"] = json!(spot.note);
        value["next"] = json!(spot.next.as_ref().map(|next| json!({
            "steps": next.titles,
            "to": next.to.as_ref().map(ToString::to_string),
            "needs": next.needs.iter().map(need).collect::<Vec<_>>(),
        })));
        s.one(&Facts::default(), value);
        return;
    }
    let next = spot.next.as_ref().map(|next| {
        let to = next.to.as_ref().map(|to| format!(", offered to {to}")).unwrap_or_default();
        format!("{}{to}", next.titles.join(" and "))
    });
    let mut facts = Facts::default();
    facts
        .add("case", case)
        .add("now", now)
        .add("note", spot.note.as_deref().unwrap_or_default())
        .add("done when", spot.done.as_deref().unwrap_or_default())
        .add("fills in", spot.gives.join(", "))
        .add("goes to", next.unwrap_or_default());
    let text = facts.text(s.plain, s.room);
    s.out.push_str(&text);
    for need in &spot.needs {
        let tick = if need.met { "[x]" } else { "[ ]" };
        let item = need.item.map_or_else(|| "data".to_string(), |item| format!("{:>4}", item + 1));
        s.line(&format!("{item} {tick} {}", need.label));
    }
    if let Some(how) = &spot.how {
        s.out.push('\n');
        for line in Shown::lines(how.trim()) {
            s.line(line.as_str());
        }
    }
}

fn ended(s: &mut Session, work: &Work, task: &TaskRow, item: Option<&str>) {
    let wall = work.wall();
    let holder = task.holder.as_ref().map(ToString::to_string).unwrap_or_default();
    let mut facts = Facts::default();
    facts
        .add("task", task.id.to_string())
        .add("case", task.case.to_string())
        .add("step", of_item(task.free.clone().unwrap_or_else(|| task.step.to_string()), item))
        .add("holder", &holder)
        .add("state", state_of(task).unwrap_or("open"))
        .add("accepted", wall.at(task.accepted))
        .add("ended", wall.maybe(task.ended));
    let mut value = json!({
        "task": task.id.to_string(),
        "case": task.case.to_string(),
        "step": task.step.as_str(),
        "responsible": Value::Null,
        "holder": task.holder.as_ref().map(Handle::as_str),
        "at": state_of(task).unwrap_or("open"),
        "accepted": wall.json(task.accepted),
        "started": wall.json_maybe(task.started),
        "ended": wall.json_maybe(task.ended),
    });
    add_item(&mut value, item);
    s.one(&facts, &value);
}
