//! What the worker for the person answers about places, fetched from the desk or carried out there, and where
//! work is.

use super::msg::{Loaded, Msg};
use super::places::{At, Placed};
use super::worker::{Place, counted, done, op};
use crate::desk::{Answers, Desk, Done, Error, Series, Spot, TEMPLATES};
use crate::domain::blank::Blank;
use crate::domain::command::Context;
use crate::domain::event::{Event, SubjectId};
use crate::domain::review::Verdict;
use crate::domain::rows::PlaceKind;
use crate::domain::urgency::time_left;
use crate::domain::zone::Zone;
use crate::domain::{CaseId, Handle, Instant, Party, receipt, when};

/// What a place shows; `days` is how far an agenda looks.
pub(super) fn place(desk: &mut Desk, of: &Place, at: &At, days: u32) -> Result<Placed, Error> {
    let now = of.clock.now();
    Ok(match at {
        At::Process(process) | At::Compare { process, .. } | At::Check(process) => {
            Placed::Flow(desk.flow(process, Some(&of.me), now)?)
        }
        At::Migrate { process, from, to, map } => {
            let ctx = Context::by(&of.me, now, op());
            Placed::Migrating(desk.migrating(process, *from, *to, map, &ctx)?)
        }
        At::People => Placed::People(desk.people(now)?),
        At::Person(person) => Placed::Person(desk.person(person, now)?),
        At::Agenda => Placed::Agenda(desk.agenda(&of.me, now, days)?),
    })
}

/// What changed since the last session, counted; nothing where there was none.
pub(super) fn since(desk: &mut Desk, of: &Place) -> Result<Loaded, Error> {
    let since = desk.since(&of.me, of.clock.now())?;
    let (words, cases) = match since.session {
        true => (since.words(), since.things.iter().map(|thing| thing.case).collect()),
        // Who was never here has seen nothing: everything would be marked, which says nothing.
        false => (String::new(), Vec::new()),
    };
    Ok(Loaded::Since { words, cases, from: since.session.then_some(since.at) })
}

/// Makes what a new file needs.
pub(super) fn set_up(desk: &mut Desk, of: &Place, quiet: bool) -> Result<Vec<Msg>, Error> {
    let mut next = op;
    let mut by = Series { person: of.me.clone(), now: of.clock.now(), op: &mut next };
    desk.set_up(&mut by, &format!("{}'s desk", of.me), &of.zone)?;
    let catalog = desk.catalog()?;
    let days = match catalog.company_calendar().is_some_and(|own| own.closed().next().is_some()) {
        true => "with its holidays",
        false => "no holidays yet (:holidays)",
    };
    // Every date that is promised counts on the zone and the closed days.
    let receipt = format!("Ready: times in {}, {days}. :template brings a process in.", desk.zone().name());
    let said = (!quiet).then(|| done(receipt, &[], false));
    Ok([Msg::Loaded(Box::new(Loaded::Catalog(catalog)))].into_iter().chain(said).collect())
}

/// Brings in the process of a template with what was answered, and before that what a new file needs.
pub(super) fn bring_in(
    desk: &mut Desk,
    of: &Place,
    template: &'static str,
    answers: &Answers,
) -> Result<Vec<Msg>, Error> {
    let mut next = op;
    let mut by = Series { person: of.me.clone(), now: of.clock.now(), op: &mut next };
    let fresh = desk.catalog()?.settings.is_none();
    desk.set_up(&mut by, &format!("{}'s desk", of.me), answers.zone.as_ref().unwrap_or(&of.zone))?;
    let action = (by.op)();
    let added = desk.in_one_action(action, |desk| {
        let added = desk.add_named(&mut by, answers.members.values().flatten())?;
        for known in TEMPLATES.iter().filter(|known| known.handle == template) {
            desk.bring_in_answered(&mut by, known.process()?, answers)?;
        }
        Ok(added)
    })?;
    let mut receipt = format!("{template} is here. N adds a record, n starts a case, g p shows the process.");
    let known = template.parse().map(|process| desk.starts_missing(&process)).unwrap_or(Ok(Vec::new()))?;
    if let Some(other) = known.first() {
        receipt =
            format!("{template} is here and starts {other}, which is not: :template brings it in, too.");
    }
    receipt += &new_people(&added);
    receipt += &zone_of_new(desk, fresh);
    Ok(vec![Msg::Loaded(Box::new(Loaded::Catalog(desk.catalog()?))), done(receipt, &[], true)])
}

/// Who was added because somebody named them.
fn new_people(added: &[Handle]) -> String {
    let names = added.iter().map(|person| format!("@{person}")).collect::<Vec<_>>().join(", ");
    if added.is_empty() { String::new() } else { format!(" New: {names}.") }
}

/// Every date that is promised counts on the zone, so a new file says which it took.
fn zone_of_new(desk: &Desk, fresh: bool) -> String {
    if fresh { format!(" Times in {}.", desk.zone().name()) } else { String::new() }
}

/// Begins a process of somebody's own, and shows what could be better of it.
pub(super) fn begin_blank(
    desk: &mut Desk,
    of: &Place,
    blank: &Blank,
    zone: Option<&Zone>,
) -> Result<Vec<Msg>, Error> {
    let mut next = op;
    let mut by = Series { person: of.me.clone(), now: of.clock.now(), op: &mut next };
    let fresh = desk.catalog()?.settings.is_none();
    desk.set_up(&mut by, &format!("{}'s desk", of.me), zone.unwrap_or(&of.zone))?;
    let action = (by.op)();
    let (added, checked) = desk.in_one_action(action, |desk| {
        let mut added = Vec::new();
        if let Ok(process) = blank.process() {
            let named = process.steps.iter().filter_map(|step| step.by.party()).chain([&process.accountable]);
            added = desk.add_named(&mut by, named.filter_map(Party::person))?;
        }
        Ok((added, desk.begin_blank(&mut by, blank)?))
    })?;
    let better = match checked.problems.len() {
        0 => "nothing is missing".to_string(),
        1 => "one thing could be better, E edits it".to_string(),
        many => format!("{many} things could be better, E edits it"),
    };
    let zone = new_people(&added) + &zone_of_new(desk, fresh);
    let receipt = format!("{} is here: n starts a case; {better}.{zone}", checked.opened);
    let loaded = [Loaded::Catalog(desk.catalog()?), Loaded::Checked(Box::new(checked))];
    let loaded = loaded.into_iter().map(|loaded| Msg::Loaded(Box::new(loaded)));
    Ok(loaded.chain([done(receipt, &[], false)]).collect())
}

/// Ends an open review of a process.
pub(super) fn verdict(
    desk: &mut Desk,
    (process, case): (&Handle, CaseId),
    verdict: Verdict,
    reason: Option<String>,
    ctx: &Context,
) -> Result<Vec<Msg>, Error> {
    let carried = desk.give_verdict(process, Some(case), verdict, reason, ctx)?;
    let version = desk.catalog()?.newest(process).map_or(0, |(version, _)| version);
    let receipt = match verdict {
        Verdict::Keep => format!("Kept: {process} stays as it is, version {version}."),
        Verdict::Extend => format!("Extended: the next review of {process} asks again."),
        Verdict::Revert => {
            format!(
                "Reverted: the version before is version {version} of {process} now; g p keeps the others."
            )
        }
    };
    Ok(vec![done(receipt, &carried, true)])
}

/// Takes the last action back, or what came before those that have to stay.
pub(super) fn undo(desk: &mut Desk, ctx: &Context, older: bool) -> Result<Vec<Msg>, Error> {
    let undone = if older { desk.undo_passing(ctx) } else { desk.undo(ctx) };
    match undone {
        Err(Error::Refused { sentence, .. }) if !older && desk.something_older(ctx)? => {
            Ok(vec![Msg::Stays(sentence)])
        }
        undone => {
            let undone = undone?;
            Ok(vec![done(turned(desk, "Taken back", &undone, ctx)?, &undone, false)])
        }
    }
}

/// What was taken back or done again, in a receipt.
pub(super) fn turned(desk: &mut Desk, word: &str, turned: &[Done], ctx: &Context) -> Result<String, Error> {
    let [one] = turned else { return Ok(format!("{word}: {}.", counted(turned))) };
    let catalog = desk.catalog()?;
    let zone = catalog.own_calendar().map_or_else(Zone::utc, |calendar| calendar.zone().clone());
    let process = one.events.iter().find_map(|event| match event {
        Event::CaseStarted { process, version, .. } => catalog.process(process, *version).cloned(),
        _ => None,
    });
    let process = match (process, one.subject) {
        (None, SubjectId::Case(case)) => desk.case(case, ctx.now).ok().map(|view| view.process),
        (process, _) => process,
    };
    let thing = (one.subject, one.events.as_slice());
    let did = receipt::thing(thing, process.as_deref(), ctx.now, &ctx.actor, &zone);
    Ok(match one.subject {
        SubjectId::Catalog => format!("{word}{did}."),
        subject => format!("{word} on {subject}{did}."),
    })
}

/// Where the work of a branch is now, in a receipt.
pub(super) fn whereabouts(spot: &Spot, me: Option<&Handle>, now: Instant, zone: &Zone) -> String {
    let place = &spot.place;
    let due = place.due.map(|due| when::show(due, now, zone));
    let mine = Some(&place.responsible) == me;
    let holder = if mine { "you".to_string() } else { place.responsible.to_string() };
    match place.kind {
        PlaceKind::Offered => {
            let to = place.to.as_ref().map(crate::domain::Party::said).unwrap_or_default();
            // Work in hand has its own promise, and an offer of it makes it no less late.
            let by = match place.due {
                Some(due) if due < now => format!(", {}", time_left(now, Some(due), zone)),
                _ => due.map(|due| format!(", accept by {due}")).unwrap_or_default(),
            };
            let stays = if mine { "stay" } else { "stays" };
            format!("{} offered to {to}{by}; {holder} {stays} responsible", spot.step_title)
        }
        PlaceKind::Task => {
            let by = due.map(|due| format!(", due {due}")).unwrap_or_default();
            let whose = if mine { "yours now".to_string() } else { format!("with {holder}") };
            format!("{whose}, {}{by}", spot.step_title)
        }
        PlaceKind::Held if mine => "back with you to decide again".to_string(),
        PlaceKind::Held => format!("back with {holder}, who decides again"),
        PlaceKind::Waiting => {
            let what = place.waiting.as_ref().map_or("something", |(what, _)| what.as_str());
            let stays = if mine { "stay" } else { "stays" };
            format!("{} waits for {what}; {holder} {stays} responsible", spot.step_title)
        }
    }
}
