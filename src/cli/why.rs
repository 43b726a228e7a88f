//! Why a date: the explanation of the domain as lines and as JSON, for a calculation and for a case.

use super::print::{Table, Wall, add_item, json_text, seconds};
use super::session::Session;
use crate::desk::{CaseView, Error};
use crate::domain::catalog::Catalog;
use crate::domain::why_date::{self, ClockWhy, Part, Why};
use serde_json::{Value, json};

/// Every open clock of a case with its explanation.
pub fn case(s: &mut Session, view: &CaseView, catalog: &Catalog, wall: &Wall<'_>) -> Result<(), Error> {
    let clocks = why_date::of_case(&view.case, &view.process, catalog, wall.now);
    let id = view.row.id;
    if s.json {
        let clocks = clocks.iter().map(|clock| clock_json(clock, wall)).collect::<Vec<_>>();
        let value = json!({"case": id.to_string(), "title": view.row.title, "clocks": clocks});
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    if clocks.is_empty() {
        s.say(&format!("No clock runs on {id}: nothing promised, or nothing of it is open."));
    }
    for (n, ClockWhy { promise, what, why, .. }) in clocks.iter().enumerate() {
        if n > 0 {
            s.out.push('\n');
        }
        s.line(&format!("{} {what}: {}", promise.word(), why.due_words(wall.now)));
        s.line(&format!("  {} ({}).", why.promise_words(), promise.meaning()));
        lines(s, why);
    }
    Ok(())
}

/// The lines of an explanation as a table.
pub fn lines(s: &mut Session, why: &Why) {
    let mut table = Table::new(&["WHEN", "COUNTED", "SUM", ""]);
    for line in why.lines() {
        table.row([line.when, line.counted, line.sum, line.what]);
    }
    if !table.is_empty() {
        let table = table.text(s.plain, s.room);
        s.out.push_str(&table);
    }
}

fn clock_json(clock: &ClockWhy, wall: &Wall<'_>) -> Value {
    let mut value = why_json(&clock.why, wall);
    value["clock"] = json!(clock.clock);
    value["promise"] = json!(clock.promise.word());
    value["on"] = json!(clock.on.kind().word());
    value["what"] = json!(clock.what);
    add_item(&mut value, clock.item.as_deref());
    value["late_seconds"] = wall.json_late(clock.why.due);
    value
}

/// An explanation in JSON.
pub fn why_json(why: &Why, wall: &Wall<'_>) -> Value {
    let windows = why.parts.iter().filter_map(|part| match part {
        Part::Counted { from, to, counted, sum } => Some(json!({
            "from": wall.json(*from),
            "to": wall.json(*to),
            "counted_seconds": seconds(*counted),
            "sum_seconds": seconds(*sum),
        })),
        _ => None,
    });
    let pauses = why.parts.iter().filter_map(|part| match part {
        Part::Paused { from, to, reason } => {
            Some(json!({"from": wall.json(*from), "to": wall.json_maybe(*to), "reason": reason}))
        }
        _ => None,
    });
    let days = why.parts.iter().filter_map(|part| match part {
        Part::Closed { from, to, name, usual } => Some(json!({
            "from": from.to_string(), "to": to.to_string(), "name": name,
            "why": if *usual { "no_hours" } else { "closed" },
        })),
        Part::Special { date, hours, name } => Some(json!({
            "from": date.to_string(), "to": date.to_string(), "name": name, "why": "special", "hours": hours,
        })),
        _ => None,
    });
    json!({
        "calendar": why.calendar.as_str(),
        "version": why.version,
        "zone": why.zone.name(),
        "start": wall.json(why.started),
        "goal": why.goal.to_string(),
        "due": wall.json_maybe(why.due),
        "paused": why.paused,
        "agreed": why.given,
        "left": why.left.to_string(),
        "late": why.left.is_negative(),
        "windows": windows.collect::<Vec<_>>(),
        "pauses": pauses.collect::<Vec<_>>(),
        "days": days.collect::<Vec<_>>(),
    })
}
