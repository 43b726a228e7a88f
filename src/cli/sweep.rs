//! The lists a person goes through beside the inbox, and why a case or a process does not move.

use super::args_sweep::{CaseSweep, ProcessSweep, Stalled, SweepNoun, TaskSweep};
use super::dates;
use super::inbox::item_json;
use super::many;
use super::print::{Table, Wall, add_item, json_text, seconds};
use super::session::{Session, Work};
use crate::desk::{Error, InboxItem, Queue, Remark, StuckCase};
use crate::domain::command::{AgreeDue, Command, Snooze};
use crate::domain::counted::counted;
use crate::domain::decide::{Lies, may_move};
use crate::domain::stuck::{Cause, Fix, Gone, Stuck, sentence};
use crate::domain::{Handle, Instant, Party, Span, TaskId, when};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

pub fn noun(s: &mut Session, noun: SweepNoun) -> Result<(), Error> {
    let mut work = s.look()?;
    match noun {
        SweepNoun::Stalled(args) => stalled(s, &mut work, &args),
        SweepNoun::Since => since(s, &mut work),
        SweepNoun::History => history(s, &mut work),
    }
}

fn stalled(s: &mut Session, work: &mut Work, args: &Stalled) -> Result<(), Error> {
    let now = work.now;
    let days = args.days.unwrap_or(s.settings.stalled);
    let mut items = work.desk.stalled(days, None, now)?;
    items.retain(|item| args.process.as_ref().is_none_or(|process| &item.process == process));
    items.retain(|item| args.with.as_ref().is_none_or(|with| &item.responsible == with));
    let wall = work.wall();
    let mut table = Table::new(&["CASE", "TITLE", "STEP", "RESPONSIBLE", "TO", "STILL FOR", "WHY", "DUE"])
        .folding(&[2, 3, 4, 6], 1);
    let mut rows = Vec::new();
    for item in &items {
        let still = still_since(item);
        let why = item.why.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
        let below = format!("{}; {}{why}", item.step_title, item.responsible);
        let cells = [
            item.case.to_string(),
            item.title.clone(),
            item.step_title.clone(),
            item.responsible.to_string(),
            item.to.as_ref().map(ToString::to_string).unwrap_or_default(),
            when::distance(now - still),
            item.why.clone().unwrap_or_default(),
            wall.left(item.due),
        ];
        table.row_over(cells, &below);
        let mut value = item_json(item, &wall);
        value["still_since"] = wall.json(still);
        value["still_seconds"] = seconds(now - still);
        rows.push(value);
    }
    s.list(&table, rows, "Nothing stands still.");
    Ok(())
}

fn still_since(item: &InboxItem) -> Instant {
    match item.told {
        Some(Remark::Still(at) | Remark::Until(at)) => at,
        _ => item.since,
    }
}

/// What the person offered and nobody took, or put out of their list: what `inbox` does not show.
pub fn put_away(s: &mut Session, work: &mut Work) -> Result<(), Error> {
    let me = work.me()?;
    let items = work.desk.queue(Queue::Snoozed, &me, work.now)?.items;
    let wall = work.wall();
    let mut table = Table::new(&["BACK", "CASE", "TITLE", "STEP", "DUE"]);
    let mut rows = Vec::new();
    for item in &items {
        let until = still_since(item);
        let cells = [wall.at(until), item.case.to_string(), item.title.clone(), item.step_title.clone()];
        table.row(cells.into_iter().chain([wall.left(item.due)]));
        let mut value = item_json(item, &wall);
        value["snoozed_until"] = wall.json(until);
        rows.push(value);
    }
    s.list(&table, rows, "Nothing is put out of your list.");
    Ok(())
}

fn since(s: &mut Session, work: &mut Work) -> Result<(), Error> {
    let me = work.me()?;
    let since = work.desk.since(&me, work.now)?;
    let wall = work.wall();
    let from = match since.session {
        true => format!("Since your last session ended, {}", wall.at(since.at)),
        false => format!("No session of yours has ended yet; since {}", wall.at(since.at)),
    };
    let mut table = Table::new(&["CHANGE", "CASE", "TITLE", "STEP", "WHAT", "DUE"]);
    let mut rows = Vec::new();
    for item in &since.things {
        let Some(Remark::News(newly)) = &item.told else { continue };
        let what = match newly {
            crate::desk::Newly::Done(words) => words.clone(),
            _ => wall.at(item.since),
        };
        table.row([
            newly.word(),
            &item.case.to_string(),
            &item.title,
            &item.step_title,
            &what,
            &wall.left(item.due),
        ]);
        let mut value = item_json(item, &wall);
        value["change"] = json!(newly.word().replace(' ', "_"));
        value["text"] = json!(what);
        rows.push(value);
    }
    s.list(&table, rows, "Nothing changed for you.");
    let words = since.words();
    let words = if words.is_empty() { "nothing changed for you".to_string() } else { words };
    s.say(&format!("{from}: {words}."));
    Ok(())
}

fn history(s: &mut Session, work: &mut Work) -> Result<(), Error> {
    let me = work.me()?;
    let items = work.desk.deeds(&me, work.now)?;
    let wall = work.wall();
    let mut table = Table::new(&["WHEN", "ON", "TITLE", "DID", "UNDO"]);
    let mut rows = Vec::new();
    for item in &items {
        let Some(Remark::Did { words, kept, older, subject, .. }) = &item.told else { continue };
        let undo = match (kept, older) {
            (Some(kept), _) => format!("no: {kept}"),
            (None, true) => "yes: baton undo --older".to_string(),
            (None, false) => "yes: baton undo".to_string(),
        };
        table.row([wall.at(item.since), item.number(), item.title.clone(), words.clone(), undo]);
        rows.push(json!({
            "at": wall.json(item.since),
            "subject": subject.to_string(),
            "case": item.is_of_case().then(|| item.case.to_string()),
            "title": item.title,
            "did": words,
            "can_be_undone": kept.is_none(),
            "only_as_older": older,
            "why_not": kept,
        }));
    }
    s.list(&table, rows, "You have done nothing yet.");
    Ok(())
}

pub fn case(s: &mut Session, verb: CaseSweep) -> Result<(), Error> {
    let CaseSweep::Why { case } = verb;
    let mut work = s.look()?;
    let stuck = work.desk.stuck(case, work.now)?;
    let late = stuck.late(work.now, &work.zone);
    let StuckCase { row, mut causes, risk } = stuck;
    let places = work.desk.case(case, work.now)?.spots.into_iter().map(|spot| spot.place).collect::<Vec<_>>();
    let catalog = work.catalog()?;
    let mut movable = BTreeSet::new();
    if let Ok(me) = work.me() {
        for stuck in &mut causes {
            let Some(place) = places.iter().find(|place| Some(place.branch) == stuck.branch) else {
                continue;
            };
            let lies = Lies {
                process: &place.process,
                definition: catalog.process(&place.process, row.version).map(|process| &**process),
                step: &place.step,
                responsible: &place.responsible,
                accountable: &row.accountable,
            };
            if may_move(&catalog, &me, work.now, lies) {
                movable.insert(place.branch);
            }
            let to_me = |to| catalog.right_to(&me, to, work.now).is_some() && !place.barred.contains(&me);
            let theirs = match stuck.fix {
                Fix::Accept(_) => place.to.as_ref().is_some_and(to_me),
                _ => {
                    catalog.acts_as(&me, &place.responsible, work.now) || place.delegate.as_ref() == Some(&me)
                }
            };
            if !theirs {
                stuck.fix = stuck.fix.clone().for_another(movable.contains(&place.branch));
            }
        }
    }
    let wall = work.wall();
    if s.json {
        let items = places.into_iter().map(|place| (place.branch, place.item)).collect::<BTreeMap<_, _>>();
        let told = |stuck: &Stuck| {
            let mut value = stuck_json(stuck, case, &wall);
            let item = stuck.branch.and_then(|branch| items.get(&branch));
            add_item(&mut value, item.and_then(Option::as_deref));
            value
        };
        let causes = causes.iter().map(told).collect::<Vec<_>>();
        let value = json!({
            "case": case.to_string(), "title": row.title, "state": row.state, "causes": causes,
            "due": wall.json_maybe(row.due), "late_seconds": wall.json_late(row.due.filter(|_| late.is_some())),
            "risk": risk.map(|risk| super::inbox::risk_json(&risk, &wall)),
        });
        s.out.push_str(&json_text(&value));
        return Ok(());
    }
    if causes.is_empty() {
        s.line(&format!("{case} is {}.", row.state));
    }
    for stuck in &causes {
        s.line(&sentence(stuck, work.now, &work.zone));
        s.line(&format!("  {}", stuck.fix.command(case)));
        if stuck.branch.is_some_and(|branch| movable.contains(&branch)) && matches!(stuck.fix, Fix::Accept(_))
        {
            s.line(&format!("  {}", stuck.fix.clone().for_another(true).command(case)));
        }
    }
    if let Some(late) = late {
        s.line(&late);
    }
    if let Some(risk) = risk.filter(|risk| risk.is_likely()) {
        s.line(&risk.sentence(work.now, &work.zone));
    }
    Ok(())
}

fn stuck_json(stuck: &Stuck, case: crate::domain::CaseId, wall: &Wall<'_>) -> Value {
    let names = |people: &[Handle]| people.iter().map(|who| json!(who.as_str())).collect::<Value>();
    let mut value = json!({
        "cause": stuck.cause.code(),
        "sentence": sentence(stuck, wall.now, wall.zone),
        "branch": stuck.branch,
        "step": stuck.step,
        "since": wall.json(stuck.since),
        "due": wall.json_maybe(stuck.due),
        "late_seconds": wall.json_late(stuck.due),
        "closed_until": wall.json_maybe(stuck.shut),
        "fix": stuck.fix.command(case),
    });
    let mut set = |name: &str, of: Value| value[name] = of;
    match &stuck.cause {
        Cause::NotAccepted { to, from, gone, reminded, looks, .. } => {
            set("to", json!(to.to_string()));
            set("told_again", wall.json_maybe(*looks));
            set("responsible", json!(from.as_str()));
            set("reminded", json!(reminded));
            set("away", gone_json(gone.as_ref(), wall));
        }
        Cause::Undecided { by, why } => {
            set("responsible", json!(by.as_str()));
            set("why", json!(why));
        }
        Cause::NotStarted { by, pace, gone } => {
            set("responsible", json!(by.as_str()));
            set("older", json!(pace.older));
            set("starts", wall.json_maybe(pace.starts));
            set("away", gone_json(gone.as_ref(), wall));
        }
        Cause::Lacks { by, what, asked } => {
            set("responsible", json!(by.as_str()));
            set("missing", json!(what));
            set("asked", json!(asked));
        }
        Cause::Waits { by, what, until, by_itself } => {
            set("responsible", json!(by.as_str()));
            set("for", json!(what));
            set("until", wall.json_maybe(*until));
            set("by_itself", json!(by_itself));
        }
        Cause::InWork { by, to_do, gone } => {
            set("responsible", json!(by.as_str()));
            set("to_do", json!(to_do));
            set("away", gone_json(gone.as_ref(), wall));
        }
        Cause::Votes { by, missing, given, lost } => {
            set("responsible", json!(by.as_str()));
            set("cannot_pass", json!(lost));
            set("missing", names(missing));
            set("given", json!(given));
        }
        Cause::Join { here, missing, .. } => {
            set("here", json!(here));
            let missing = missing.iter().map(|one| {
                json!({
                    "step": one.step,
                    "responsible": one.holder.as_ref().map(Handle::as_str),
                    "since": wall.json_maybe(one.since),
                    "can_come": one.holder.is_some(),
                })
            });
            set("missing", missing.collect());
        }
        Cause::Paused { why, until } => {
            set("for", json!(why));
            set("until", wall.json_maybe(*until));
        }
        Cause::Exception { text, to } => {
            set("text", json!(text));
            set("to", names(to));
        }
    }
    value
}

fn gone_json(gone: Option<&Gone>, wall: &Wall<'_>) -> Value {
    gone.map_or(Value::Null, |gone| {
        json!({
            "person": gone.person.as_str(),
            "until": wall.json(gone.until),
            "substitute": gone.substitute.as_ref().map(|(who, _)| who.as_str()),
            "informed": gone.substitute.as_ref().map(|(_, told)| told),
        })
    })
}

pub fn task(s: &mut Session, verb: TaskSweep) -> Result<(), Error> {
    let mut work = s.change()?;
    match verb {
        TaskSweep::Snooze { what, until, dry, .. } => {
            let until = until.map(|text| dates::begins(s, &mut work, "back", &text)).transpose()?;
            let each = super::handoff::branches(&mut work, &what)?.into_iter();
            let snooze = |(name, (case, branch))| (name, Command::Snooze(Snooze { case, branch, until }));
            let verb = if until.is_some() { "Snooze" } else { "Bring back" };
            let each = each.map(snooze).collect();
            many::run(s, &mut work, (verb, None, dry), each)
        }
        TaskSweep::Due { task, by, reason, dry } => {
            let due = dates::due(s, &mut work, "due", &by)?;
            let one = |task: TaskId| {
                let case = work.desk.case_of_task(task)?;
                let agree = AgreeDue { case, task, due, reason: reason.clone() };
                Ok((task.to_string(), Command::AgreeDue(agree)))
            };
            let each = many::once(&task).into_iter().map(one).collect::<Result<_, Error>>()?;
            many::run(s, &mut work, ("Set the date of", None, dry), each)
        }
    }
}

pub fn process(s: &mut Session, verb: &ProcessSweep) -> Result<(), Error> {
    let ProcessSweep::Why { process, days } = verb;
    let mut work = s.look()?;
    super::process::version_of(&*work.catalog()?, process, None)?;
    let from = work.now - Span::DAY.times(i64::from(*days));
    let lost = work.desk.lost(process, from, work.now)?;
    let mut table = Table::new(&["LOST", "CAUSE", "AT", "TIMES", "CASES"]);
    let mut rows = Vec::new();
    for one in &lost {
        let cases = one.cases.iter().map(ToString::to_string).collect::<Vec<_>>();
        let some = cases.iter().take(3).cloned().collect::<Vec<_>>().join(" ");
        let more = cases.len().saturating_sub(3);
        let some = if more > 0 { format!("{some} +{more}") } else { some };
        let cause = one.cause.replace('_', " ");
        table.row([&when::hours(one.hours), &cause, &one.at, &one.times.to_string(), &some]);
        rows.push(json!({
            "cause": one.cause,
            "at": one.at,
            "lost_seconds": seconds(one.hours),
            "times": one.times,
            "cases": cases,
        }));
    }
    s.list(&table, rows, &format!("Nothing was lost to waiting in the last {}.", counted(*days, "day")));
    if !s.json && lost.iter().any(|one| one.cause == "before_it") {
        s.say("`before it`: of what event logs told, the time before each row; a log does not say what that was lost to.");
    }
    if !s.json && !lost.is_empty() {
        s.say(&format!(
            "LOST: business hours of the calendar, of offers and work that ended in the last {} or are open, in open cases \
             too. All but `not started` is what `metrics steps` counts as waiting; `not started` is time in hand until somebody \
             said they began, or until now, which it counts as work. Meant waits are no loss.",
            counted(*days, "day")
        ));
    }
    Ok(())
}

/// Whether a handoff was sent by this person and lies with others.
pub fn is_of(me: &Handle, from: &Handle, to: &Party) -> bool {
    from == me && to.person() != Some(me)
}
