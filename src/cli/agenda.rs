//! What the days to come bring, and what a process looks like: the agenda and the picture of a flow.

use super::args_places::{AgendaArgs, MapArgs};
use super::print::{Table, Wall, add_item, columns, json_text};
use super::session::Session;
use crate::desk::{AgendaItem, Error};
use crate::domain::Handle;
use crate::domain::counted::counted;
use crate::domain::flow_lines::Signs;
use crate::domain::flow_picture::{self, LEGEND, LineKind, picture};
use crate::text::Shown;
use serde_json::{Value, json};

pub fn agenda(s: &mut Session, args: &AgendaArgs) -> Result<(), Error> {
    let mut work = s.look()?;
    let person = match &args.person {
        Some(person) => {
            super::people::must_be_known(&mut work, person)?;
            person.clone()
        }
        None => s.me()?,
    };
    let agenda = work.desk.agenda(&person, work.now, args.days)?;
    let wall = work.wall();
    if s.json {
        let items =
            |items: &[AgendaItem]| items.iter().map(|item| item_json(item, &wall)).collect::<Vec<_>>();
        let days = agenda.days.iter().map(|day| {
            json!({
                "date": day.date.to_string(), "closed": day.closed, "hours": day.hours, "items": items(&day.items),
            })
        });
        let value = json!({
            "person": person.as_str(), "overdue": items(&agenda.overdue), "days": days.collect::<Vec<_>>(),
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    let mut table = Table::new(&["DAY", "TIME", "WHAT", "CASE", "TITLE", "ABOUT"]);
    let row = |table: &mut Table, day: &str, time: String, item: &AgendaItem| {
        let case = item.case.map(|case| case.to_string()).unwrap_or_default();
        table.row([day, &time, item.what.word(), &case, &item.title, &item.about]);
    };
    for item in &agenda.overdue {
        row(&mut table, "overdue", wall.left(Some(item.at)), item);
    }
    for day in &agenda.days {
        let words = day.date.format("%a %-d %b").to_string();
        if let Some(closed) = day.closed.as_deref().filter(|closed| *closed != "not a working day") {
            table.row([words.as_str(), "", "CLOSED", "", closed, ""]);
        }
        for item in &day.items {
            let time = wall.zone.local(item.at).format("%H:%M").to_string();
            row(&mut table, &words, time, item);
        }
    }
    s.list(&table, Vec::new(), &format!("Nothing is due in the next {}.", counted(args.days, "day")));
    Ok(())
}

fn item_json(item: &AgendaItem, wall: &Wall<'_>) -> Value {
    let mut value = json!({
        "at": wall.json(item.at), "what": item.what.word().to_lowercase(),
        "case": item.case.map(|case| case.to_string()), "process": item.process.as_ref().map(Handle::as_str),
        "title": item.title, "about": item.about, "urgency": item.urgency.word(),
    });
    add_item(&mut value, item.item.as_deref());
    value
}

/// The picture of a process, with what lies at each step.
pub fn map(s: &mut Session, args: &MapArgs) -> Result<(), Error> {
    let mut work = s.look()?;
    let catalog = work.catalog()?;
    let (version, process) = super::process::version_of(&catalog, &args.process, args.version)?;
    let flow = work.desk.flow(&args.process, None, work.now)?;
    let load = |step: &Handle| {
        let load = flow.loads.get(step);
        load.map_or((0, 0), |load| (load.cases.len(), load.late))
    };
    let width = args.width.or_else(columns).unwrap_or(80).clamp(20, 400);
    let signs = if args.ascii || !speaks_utf8() { Signs::Ascii } else { Signs::Box };
    let by = if width < 60 { 0 } else { width * 3 / 10 };
    let left = width.saturating_sub(by + 12).max(20);
    let lines = picture(&process, left, width, signs);
    if s.json {
        let steps = process.steps.iter().map(|step| {
            let (open, late) = load(&step.handle);
            json!({
                "step": step.handle.as_str(), "title": step.title, "type": step.kind.word(),
                "by": flow_picture::doer(step), "open": open, "late": late,
            })
        });
        let told = lines.iter().map(|line| format!("{} {}", line.graph, line.text).trim_end().to_string());
        let value = json!({
            "process": process.handle.as_str(), "version": version,
            "steps": steps.collect::<Vec<_>>(), "picture": told.collect::<Vec<_>>(),
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    if s.plain {
        let mut table = Table::new(&[]);
        for line in lines.iter().filter(|line| line.kind == LineKind::Step) {
            let title = &line.text;
            let (open, late) = load(&line.step);
            let next = process.step(&line.step).map(super::process::next).unwrap_or_default();
            table.row([
                line.step.to_string(),
                title.clone(),
                line.by.clone(),
                open.to_string(),
                late.to_string(),
                next,
            ]);
        }
        s.out.push_str(&table.text(true, s.room));
        return Ok(());
    }
    s.line(&format!("{} version {version}: {}", process.handle, process.title));
    for line in &lines {
        let text = Shown::fit(&format!("{} {}", line.graph, line.text), left).pad(left);
        let row = match line.kind {
            LineKind::Step => {
                let (open, late) = load(&line.step);
                let by = Shown::fit(&line.by, by).pad(by);
                let open = if open > 0 { format!("{open} open") } else { String::new() };
                let late = if late > 0 { format!(" !{late}") } else { String::new() };
                format!("{text} {by} {open}{late}")
            }
            LineKind::Note | LineKind::Way => format!("{} {}", line.graph, line.text),
        };
        s.line(row.trim_end());
    }
    s.say(LEGEND);
    Ok(())
}

/// Whether box drawing would be read: the locale says so, as for the screen.
fn speaks_utf8() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
    let utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    utf8 && set("TERM").is_none_or(|term| term != "linux" && !term.starts_with("vt") && term != "dumb")
}
