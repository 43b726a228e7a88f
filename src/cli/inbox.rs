//! What needs a decision by somebody, and everything that is late.

use super::args::{Inbox, Overdue};
use super::handoff::is_for;
use super::print::{Table, Wall, add_item};
use super::session::{Session, Work};
use crate::desk::{Error, InboxItem, OverdueItem, What};
use crate::domain::flow::Risk;
use crate::domain::urgency::not_started;
use crate::domain::{Handle, Instant, Party};
use serde_json::{Value, json};

pub fn inbox(s: &mut Session, args: &Inbox) -> Result<(), Error> {
    let mut work = s.look()?;
    if args.snoozed {
        return super::sweep::put_away(s, &mut work);
    }
    let now = work.now;
    let mut others = (0, 0);
    let mut items = if args.all {
        work.desk.inbox_of_all(now)?
    } else {
        match work.maybe_party(args.party.as_deref())? {
            Some(party @ (Party::Role(_) | Party::Contact)) => of_role(&mut work, &party)?,
            person => {
                let person = match person.as_ref().and_then(Party::person) {
                    Some(person) => person.clone(),
                    None => work.me()?,
                };
                let inbox = work.desk.inbox(&person, now)?;
                others = (inbox.waiting_on_others, inbox.waiting_on_others_late);
                inbox.items
            }
        }
    };
    items.retain(|item| !args.overdue || item.urgency.is_late());
    let wall = work.wall();
    let mut table = Table::new(&["WHAT", "ID", "CASE", "TITLE", "STEP", "FROM", "RESPONSIBLE", "TO", "DUE"])
        .folding(&[4, 5, 6, 7], 3);
    for item in &items {
        let text = |party: Option<String>| party.unwrap_or_default();
        let step = step_of(item, now);
        let said = step.trim_end_matches('.');
        let below = format!("{said}; {}", whose(item.from.as_ref(), &item.responsible, item.to.as_ref()));
        let cells = [
            format!("{}{}", if item.urgent { "! " } else { "" }, item.what.word()),
            id_of(item),
            item.number(),
            item.title.clone(),
            step,
            text(item.from.as_ref().map(ToString::to_string)),
            item.responsible.to_string(),
            text(item.to.as_ref().map(ToString::to_string)),
            wall.left(item.due),
        ];
        table.row_over(cells, &below);
    }
    let rows = items.iter().map(|item| item_json(item, &wall)).collect();
    s.list(&table, rows, "Nothing needs a decision.");
    if others.0 > 0 {
        let late = if others.1 > 0 { format!(", {} of them late", others.1) } else { String::new() };
        s.say(&format!("{} of yours offered and not accepted yet{late}.", others.0));
    }
    Ok(())
}

/// Who has it, in words: `bo`, `bo -> managers`, `dee, from bo`.
fn whose(from: Option<&Handle>, responsible: &Handle, to: Option<&Party>) -> String {
    let to = to.map(|to| format!(" -> {to}")).unwrap_or_default();
    let from = from.filter(|from| *from != responsible).map(|from| format!(", from {from}"));
    format!("{responsible}{to}{}", from.unwrap_or_default())
}

/// What is offered to a role.
fn of_role(work: &mut Work, role: &Party) -> Result<Vec<InboxItem>, Error> {
    let catalog = work.catalog()?;
    let mut items = work.desk.inbox_of_all(work.now)?;
    items.retain(|item| item.to.as_ref().is_some_and(|to| is_for(&catalog, role, to)));
    Ok(items)
}

fn id_of(item: &InboxItem) -> String {
    match (&item.exception, item.task, item.handoff) {
        (Some((n, ..)), ..) => format!("#{n}"),
        (None, Some(task), _) => task.to_string(),
        (None, None, handoff) => handoff.map(|id| id.to_string()).unwrap_or_default(),
    }
}

fn step_of(item: &InboxItem, now: Instant) -> String {
    if let Some(why) = &item.why {
        return why.clone();
    }
    let step = match (&item.exception, &item.declined, &item.waiting) {
        (Some((_, _, text)), ..) => text.clone(),
        (None, Some((reason, _)), _) if matches!(item.what, What::Back | What::Escalated) => {
            format!("{} ({})", item.step_title, reason.words())
        }
        (None, _, Some((reason, _))) if item.paused.is_some() => {
            format!("{} (the case is paused: {reason})", item.step_title)
        }
        (None, _, Some((reason, _))) => format!("{} (waits: {reason})", item.step_title),
        (None, None, None) if item.paused.is_some() => {
            let reason = item.paused.as_deref().unwrap_or_default();
            format!("{} (the case is paused: {reason})", item.step_title)
        }
        (None, Some((reason, _)), None) => format!("{} (declined: {})", item.step_title, reason.words()),
        _ if item.delegate.is_some() && item.what != What::Delegated => {
            let delegate = item.delegate.as_ref().map_or("", Handle::as_str);
            format!("{} ({delegate} works on it)", item.step_title)
        }
        _ if item.is_unstarted() => {
            let idle = not_started(now, item.since).map(|idle| format!(" ({idle})"));
            format!("{}{}", item.step_title, idle.unwrap_or_default())
        }
        _ if item.of_case && item.risk.is_none() => format!("{} (the whole case is late)", item.step_title),
        _ => item.step_title.clone(),
    };
    let step = match &item.risk {
        Some(risk) => format!("{step} ({})", risk.words()),
        None => step,
    };
    match &item.on_behalf {
        Some(away) => format!("{step} (for {away})"),
        None => step,
    }
}

pub fn item_json(item: &InboxItem, wall: &Wall<'_>) -> Value {
    let mut value = json!({
        "what": item.what.code(),
        "case": item.is_of_case().then(|| item.case.to_string()),
        "title": item.title,
        "process": item.is_of_case().then(|| item.process.as_str()),
        "step": item.is_of_case().then(|| item.step.as_str()),
        "step_title": item.step_title,
        "branch": item.branch,
        "handoff": item.handoff.map(|id| id.to_string()),
        "task": item.task.map(|id| id.to_string()),
        "exception": item.exception.as_ref().map(|(n, kind, text)| json!({
            "exception": n, "kind": kind, "text": text,
        })),
        "from": item.from.as_ref().map(Handle::as_str),
        "responsible": item.responsible.as_str(),
        "to": item.to.as_ref().map(ToString::to_string),
        "since": wall.json(item.since),
        "due": wall.json_maybe(item.due),
        "late_seconds": wall.json_late(item.due),
        "urgency": item.urgency.word(),
        "started": item.started,
        "delegate": item.delegate.as_ref().map(Handle::as_str),
        "ask_next": item.ask_next,
        "waiting": item.waiting.as_ref().map(|(reason, until)| json!({
            "reason": reason, "until": wall.json_maybe(*until),
        })),
        "declined": item.declined.as_ref().map(|(reason, text)| json!({
            "reason": reason.code(), "text": text,
        })),
        "reminded": item.reminded,
        "on_behalf": item.on_behalf.as_ref().map(Handle::as_str),
        "urgent": item.urgent,
        "why": item.why,
        "of_case": item.of_case,
        "risk": item.risk.as_ref().map(|risk| risk_json(risk, wall)),
    });
    add_item(&mut value, item.item.as_deref());
    if let Some(record) = item.record() {
        value["record"] = json!(record.to_string());
    }
    value
}

/// How likely a case is to be late.
pub fn risk_json(risk: &Risk, wall: &Wall<'_>) -> Value {
    json!({
        "at_risk": risk.is_likely(),
        "due": wall.json(risk.due),
        "on_time": risk.on_time(),
        "basis": risk.basis.code(),
        "n": risk.n,
        "words": risk.words(),
    })
}

pub fn overdue(s: &mut Session, args: &Overdue) -> Result<(), Error> {
    let mut work = s.look()?;
    let items = work.desk.overdue(work.now)?;
    let wall = work.wall();
    let mut table = Table::new(&["LATE", "ID", "CASE", "TITLE", "STEP", "RESPONSIBLE", "TO", "ACCOUNTABLE"])
        .folding(&[4, 5, 6, 7], 3);
    let mut rows = Vec::new();
    for item in &items {
        let OverdueItem { kind, case, handoff, task, step, responsible, to, .. } = item;
        let id = match *kind {
            "handoff" => handoff.map(|id| id.to_string()),
            "task" => task.map(|id| id.to_string()),
            _ => None,
        };
        let step = step.as_ref().map(ToString::to_string);
        let shown = item.step_title.as_deref().unwrap_or("(the whole case)");
        let with = responsible.as_ref().map(|who| format!("; {}", whose(None, who, to.as_ref())));
        let below = format!("{shown}{}; {} answers for it", with.unwrap_or_default(), item.accountable);
        let responsible = responsible.as_ref().map(ToString::to_string);
        let to = to.as_ref().map(ToString::to_string);
        let cells = [
            &wall.left(Some(item.due)),
            id.as_deref().unwrap_or_default(),
            &case.to_string(),
            &item.title,
            shown,
            responsible.as_deref().unwrap_or_default(),
            to.as_deref().unwrap_or_default(),
            &item.accountable.to_string(),
        ];
        table.row_over(cells, &below);
        let mut value = json!({
            "kind": kind,
            "id": id.unwrap_or_else(|| case.to_string()),
            "case": case.to_string(),
            "title": item.title,
            "process": item.process.as_str(),
            "step": step,
            "step_title": item.step_title,
            "handoff": handoff.map(|id| id.to_string()),
            "task": task.map(|id| id.to_string()),
            "responsible": responsible,
            "to": to,
            "accountable": item.accountable.to_string(),
            "due": wall.json(item.due),
            "late_seconds": wall.json_late(Some(item.due)),
            "urgency": item.urgency.word(),
        });
        add_item(&mut value, item.item.as_deref());
        rows.push(value);
    }
    s.list(&table, rows, "Nothing is late.");
    s.status = u8::from(args.check && !items.is_empty());
    Ok(())
}
