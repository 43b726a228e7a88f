//! Handoffs: offer, accept, decline, recall, and what each carries.

use super::args_handoff::HandoffVerb;
use super::dates;
use super::many::{self, Dry};
use super::print::{Facts, Table, Wall, add_item};
use super::receipt::{self, sentence, spot_json};
use super::session::{Session, Work, not_found, not_now};
use super::task::{describe, titles};
use crate::desk::{CaseView, Error, of_item};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Agreed, Command};
use crate::domain::counted::counted;
use crate::domain::event::DeclineReason;
use crate::domain::rows::{HandoffRow, PlaceKind, PlaceRow};
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, TaskId};
use serde_json::{Value, json};

pub fn run(s: &mut Session, verb: HandoffVerb) -> Result<(), Error> {
    match verb {
        HandoffVerb::List { overdue, party, mine } => list(s, overdue, party.as_deref(), mine),
        HandoffVerb::Show { handoff } => show(s, handoff),
        HandoffVerb::Offer { what, to, note, accept_by, due, dry } => {
            let mut work = s.change()?;
            let to = work.maybe_party(to.as_deref())?;
            let agreed = agreed(s, &mut work, accept_by.as_deref(), due.as_deref())?;
            let named = branches(&mut work, &what)?;
            if let [(name, (case, branch))] = named.as_slice()
                && let Some(open) = open_offer(&mut work, *case, *branch)?
            {
                // What lies with somebody else is taken back first, in the same action.
                let (case, branch) = (*case, *branch);
                let recall = Command::RecallHandoff { case, handoff: open, reason: None };
                let offer = Command::OfferHandoff { case, branch, to: to.clone(), note, agreed };
                if dry.dry_run {
                    let each = vec![(name.clone(), vec![recall, offer])];
                    return many::try_it(s, &mut work, "Offer", to.as_ref(), each);
                }
                let ctx = s.context(&work)?;
                let mut done = work.desk.execute_all(&[recall, offer], &ctx)?;
                let Some(mut offered) = done.pop() else { return Ok(()) };
                let before = done.into_iter().flat_map(|done| done.events);
                offered.events = before.chain(offered.events).collect();
                return receipt::say_done(s, &mut work, &offered);
            }
            let each = named.into_iter().map(|(name, (case, branch))| {
                (name, Command::OfferHandoff { case, branch, to: to.clone(), note: note.clone(), agreed })
            });
            let each = each.collect();
            many::run(s, &mut work, ("Offer", to.as_ref(), dry), each)
        }
        HandoffVerb::Accept { handoff, next, when, dry } => {
            let mut work = s.change()?;
            let when = when.map(|text| dates::due(s, &mut work, "next by", &text)).transpose()?;
            each(s, &mut work, ("Accept", None, dry), &handoff, &|case, handoff| Command::AcceptHandoff {
                case,
                handoff,
                next_action: next.clone(),
                when,
            })
        }
        HandoffVerb::Decline { handoff, reason, duplicate_of, text, fix_by, dry } => {
            let mut work = s.change()?;
            // Also with `-`, as everything else on the command line is written.
            let said = |reason: String| DeclineReason::from(reason.replace('-', "_"));
            let reason = reason.map_or(DeclineReason::Duplicate, said);
            let fix_by = fix_by.map(|text| dates::due(s, &mut work, "fix by", &text)).transpose()?;
            each(s, &mut work, ("Decline", None, dry), &handoff, &|case, handoff| {
                let (reason, text) = (reason.clone(), text.clone());
                Command::DeclineHandoff { case, handoff, reason, text, fix_by, duplicate_of }
            })
        }
        HandoffVerb::Recall { handoff, reason, dry } => {
            let mut work = s.change()?;
            each(s, &mut work, ("Take back", None, dry), &handoff, &|case, handoff| Command::RecallHandoff {
                case,
                handoff,
                reason: reason.clone(),
            })
        }
    }
}

/// The same command for each of the handoffs.
fn each(
    s: &mut Session,
    work: &mut Work,
    how: (&str, Option<&Party>, Dry),
    handoffs: &[HandoffId],
    command: &dyn Fn(CaseId, HandoffId) -> Command,
) -> Result<(), Error> {
    let one =
        |handoff: HandoffId| Ok((handoff.to_string(), command(work.desk.case_of_handoff(handoff)?, handoff)));
    let each = many::once(handoffs).into_iter().map(one).collect::<Result<_, Error>>()?;
    many::run(s, work, how, each)
}

/// What was typed, and the branch of a case that it means.
pub type Named = (String, (CaseId, u32));

/// What several of them mean, once each.
pub fn branches(work: &mut Work, what: &[String]) -> Result<Vec<Named>, Error> {
    let mut found = Vec::<Named>::new();
    for text in what {
        let place = branch(work, text)?;
        if found.iter().all(|(_, known)| *known != place) {
            found.push((text.to_uppercase(), place));
        }
    }
    Ok(found)
}

/// The handoff by which a branch is on offer.
fn open_offer(work: &mut Work, case: CaseId, branch: u32) -> Result<Option<HandoffId>, Error> {
    let spots = work.desk.case(case, work.now)?.spots;
    let place = spots.into_iter().map(|spot| spot.place).find(|place| place.branch == branch);
    Ok(place.filter(|place| place.kind == PlaceKind::Offered).and_then(|place| place.handoff))
}

/// Times that were agreed on for a handoff, with what there is to know of the days.
pub fn agreed(
    s: &mut Session,
    work: &mut Work,
    accept_by: Option<&str>,
    due: Option<&str>,
) -> Result<Agreed, Error> {
    let mut at = |what: &str, text: Option<&str>| -> Result<Option<Instant>, Error> {
        text.map(|text| dates::due(s, work, what, text)).transpose()
    };
    Ok(Agreed { accept_by: at("accept by", accept_by)?, due: at("due", due)? })
}

/// The case and branch that `C-12`, `H-7` or `T-9` means.
pub fn branch(work: &mut Work, text: &str) -> Result<(CaseId, u32), Error> {
    let wrong = || Error::input(format!("`{text}` names nothing to offer."), "Write it as C-12, H-7 or T-9.");
    let (case, handoff, task) = match text.chars().next().map(|c| c.to_ascii_uppercase()) {
        Some('H') => {
            let id = text.parse::<HandoffId>().map_err(|_| wrong())?;
            (work.desk.case_of_handoff(id)?, Some(id), None)
        }
        Some('T') => {
            let id = text.parse::<TaskId>().map_err(|_| wrong())?;
            (work.desk.case_of_task(id)?, None, Some(id))
        }
        _ => (text.parse::<CaseId>().map_err(|_| wrong())?, None, None),
    };
    let view = work.desk.case(case, work.now)?;
    // Work in hand that is offered on has the place of its offer, which the answer then names.
    let of_offer = |place: &PlaceRow| view.case.handoffs.get(&place.handoff?)?.task;
    let here = |place: &PlaceRow| match (handoff, task) {
        (Some(handoff), _) => place.handoff == Some(handoff),
        (_, Some(task)) => place.task == Some(task) || of_offer(place) == Some(task),
        (None, None) => true,
    };
    let found = view.spots.iter().map(|spot| &spot.place).filter(|place| here(place)).collect::<Vec<_>>();
    match found.as_slice() {
        [one] => Ok((case, one.branch)),
        [] if handoff.is_none() && task.is_none() => {
            Err(not_now(format!("Nothing of {case} is open."), format!("`baton case show {case}` shows it.")))
        }
        [] => Err(not_now(
            format!("{} is not open any more.", text.to_uppercase()),
            format!("`baton case show {case}` shows what is."),
        )),
        several => {
            let name = |place: &&PlaceRow| match (place.task, place.handoff) {
                (Some(task), _) => Some(task.to_string()),
                (None, handoff) => handoff.map(|id| id.to_string()),
            };
            let names = several.iter().filter_map(name).collect::<Vec<_>>();
            Err(not_now(
                format!("{case} has {}.", counted(several.len(), "open branch")),
                format!("Name one: {}.", names.join(", ")),
            ))
        }
    }
}

fn list(s: &mut Session, overdue: bool, party: Option<&str>, mine: bool) -> Result<(), Error> {
    let mut work = s.look()?;
    let me = mine.then(|| work.me()).transpose()?;
    let party = work.maybe_party(party)?;
    let catalog = work.catalog()?;
    let mut handoffs = work.desk.handoffs(None)?;
    handoffs.retain(|h| party.as_ref().is_none_or(|party| is_for(&catalog, party, &h.to)));
    handoffs.retain(|h| me.as_ref().is_none_or(|me| super::sweep::is_of(me, &h.from, &h.to)));
    let now = work.now;
    handoffs.retain(|h| !overdue || h.due.is_some_and(|due| due < now));
    handoffs.sort_by_key(|h| (h.due.is_none(), h.due, h.offered));
    let titles = titles(&work, handoffs.iter().map(|h| h.case))?;
    let items = work.desk.items()?.0;
    let wall = work.wall();
    let mut table = Table::new(&["ID", "CASE", "TITLE", "STEP", "FROM", "TO", "OFFERED", "DUE"]);
    let mut rows = Vec::new();
    for handoff in &handoffs {
        let (title, version) = titles.get(&handoff.case).cloned().unwrap_or_default();
        let item = items.get(&handoff.id).map(String::as_str);
        let step = of_item(step_title(&catalog, handoff, version), item);
        table.row([
            handoff.id.to_string(),
            handoff.case.to_string(),
            title.clone(),
            step.clone(),
            handoff.from.to_string(),
            handoff.to.to_string(),
            wall.at(handoff.offered),
            wall.left(handoff.due),
        ]);
        let mut value = row_json(handoff, &wall);
        value["title"] = json!(title);
        value["step_title"] = json!(step);
        add_item(&mut value, item);
        rows.push(value);
    }
    let empty = match overdue || mine || party.is_some() {
        true => "No handoff like that is offered; what came back is in `baton inbox`.",
        false => "No handoff is offered; what came back is in `baton inbox`.",
    };
    s.list(&table, rows, empty);
    Ok(())
}

/// Whether something offered to `to` reaches the party: themselves, or a role they have.
pub fn is_for(catalog: &Catalog, party: &Party, to: &Party) -> bool {
    party == to || party.person().is_some_and(|person| catalog.includes(to, person))
}

fn step_title(catalog: &Catalog, handoff: &HandoffRow, version: u32) -> String {
    let step = catalog.process(&handoff.process, version).and_then(|p| p.step(&handoff.step));
    let title = handoff.free.clone().or_else(|| step.map(|step| step.title.clone()));
    title.unwrap_or_else(|| handoff.step.to_string())
}

fn row_json(handoff: &HandoffRow, wall: &Wall<'_>) -> Value {
    let open = handoff.ended.is_none();
    json!({
        "id": handoff.id.to_string(),
        "case": handoff.case.to_string(),
        "process": handoff.process.as_str(),
        "step": handoff.step.as_str(),
        "from_step": handoff.from_step.as_ref().map(Handle::as_str),
        "from": handoff.from.as_str(),
        "to": handoff.to.to_string(),
        "state": handoff.state,
        "offered": wall.json(handoff.offered),
        "accepted_by": handoff.by.as_ref().map(Handle::as_str),
        "implicit": handoff.implicit,
        "back": handoff.back,
        "ended": wall.json_maybe(handoff.ended),
        "due": wall.json_maybe(handoff.due),
        "late_seconds": wall.json_late(handoff.due.filter(|_| open)),
        "urgency": Urgency::of(wall.now, Some(handoff.offered), handoff.due.filter(|_| open)).word(),
        "breached": wall.json_maybe(handoff.breached),
        "note": handoff.note,
    })
}

fn show(s: &mut Session, id: HandoffId) -> Result<(), Error> {
    let mut work = s.look()?;
    let case = work.desk.case_of_handoff(id)?;
    let view: CaseView = work.desk.case(case, work.now)?;
    let row = work.desk.handoffs(Some(case))?.into_iter().find(|handoff| handoff.id == id);
    let missing =
        || not_found(format!("There is no handoff {id}."), "`baton handoff list` shows them.".into());
    let row = row.ok_or_else(missing)?;
    let wall = work.wall();
    let mut value = row_json(&row, &wall);
    let item = view.items.get(&id).map(String::as_str);
    add_item(&mut value, item);
    value["title"] = json!(view.row.title);
    value["purpose"] = json!(view.process.purpose);
    value["data"] = json!(view.case.data);
    let done_by = view.case.handoffs.get(&id).and_then(|handoff| handoff.due);
    value["done_by"] = wall.json_maybe(done_by);
    let heading = format!("{case} {}", view.row.title);
    let open =
        view.spots.iter().find(|spot| spot.place.handoff == Some(id) && spot.place.kind != PlaceKind::Task);
    if let Some(spot) = open {
        value["branch"] = spot_json(spot, &wall);
        describe(s, spot, &mut value, &heading, &sentence(spot, &wall));
        if !s.json && !view.case.data.is_empty() {
            s.out.push('\n');
            s.line(&format!("data: {}", super::case::data_text(&view)));
        }
        return Ok(());
    }
    let by = row.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let mut facts = Facts::default();
    facts
        .add("handoff", row.id.to_string())
        .add("case", &heading)
        .add("step", of_item(step_title(&*work.catalog()?, &row, view.row.version), item))
        .add("from", row.from.as_str())
        .add("to", row.to.to_string());
    let wall = work.wall();
    facts
        .add("offered", wall.at(row.offered))
        .add("done by", wall.maybe(done_by))
        .add("note", row.note.as_deref().unwrap_or_default())
        .add("state", format!("{}{by} {}", row.state, wall.maybe(row.ended)).trim_end());
    s.one(&facts, &value);
    Ok(())
}
