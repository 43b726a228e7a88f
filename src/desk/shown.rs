//! From what is stored to what is shown: one open branch as a line of an inbox, a card, or a place in a case.

use super::view::{Card, InboxItem, Need, NextStep, Spot, What};
use crate::domain::case::Case;
use crate::domain::catalog::Catalog;
use crate::domain::decide::{self, Way};
use crate::domain::event::Values;
use crate::domain::field::is_given;
use crate::domain::process::{Performer, Process};
use crate::domain::rows::{CaseRow, PlaceKind};
use crate::domain::urgency::Urgency;
use crate::domain::{Handle, Instant};
use crate::store::OpenPlace;

pub(super) fn step_title(catalog: &Catalog, case: &CaseRow, step: &Handle) -> String {
    let process = catalog.process(&case.process, case.version);
    process.and_then(|p| p.step(step)).map_or_else(|| step.to_string(), |step| step.title.clone())
}

pub(super) fn item(open: &OpenPlace, catalog: &Catalog, now: Instant) -> InboxItem {
    let OpenPlace { place, case } = open;
    let urgency = Urgency::of(now, place.clock_started, place.due);
    let follow_up_is_due = matches!(&place.waiting, Some((_, Some(until))) if *until <= now);
    let what = match place.kind {
        PlaceKind::Offered => What::Accept,
        PlaceKind::Held => What::Back,
        PlaceKind::Waiting => What::Waiting,
        PlaceKind::Task if follow_up_is_due => What::Due,
        PlaceKind::Task if place.waiting.is_some() => What::Waiting,
        PlaceKind::Task if urgency.is_late() => What::Late,
        PlaceKind::Task => What::Due,
    };
    InboxItem {
        what,
        urgency,
        case: case.id,
        title: case.title.clone(),
        process: place.process.clone(),
        step: place.step.clone(),
        step_title: step_title(catalog, case, &place.step),
        branch: Some(place.branch),
        handoff: place.handoff,
        task: place.task,
        exception: None,
        from: place.from.clone(),
        responsible: place.responsible.clone(),
        to: place.to.clone(),
        since: place.since,
        due: place.due.or(place.waiting.as_ref().and_then(|(_, until)| *until)),
        clock_started: place.clock_started,
        started: place.started,
        waiting: place.waiting.clone(),
        declined: place.declined.clone(),
        reminded: 0,
        on_behalf: None,
        urgent: case.urgent,
    }
}

pub(super) fn card(open: &OpenPlace, now: Instant) -> Card {
    let OpenPlace { place, case } = open;
    Card {
        case: case.id,
        branch: place.branch,
        title: case.title.clone(),
        kind: place.kind,
        responsible: place.responsible.clone(),
        to: place.to.clone(),
        handoff: place.handoff,
        task: place.task,
        since: place.since,
        due: place.due,
        clock_started: place.clock_started,
        urgency: Urgency::of(now, place.clock_started, place.due),
        waiting: place.waiting.clone(),
        declined: place.declined.clone(),
        urgent: case.urgent,
    }
}

pub(super) fn data_needs(case: &Case, names: &[String]) -> Vec<Need> {
    let need = |name: &String| Need { label: name.clone(), met: is_given(case.data.get(name)), item: None };
    names.iter().map(need).collect()
}

pub(super) fn spot(
    case: &Case,
    process: &Process,
    record: &Values,
    catalog: &Catalog,
    open: OpenPlace,
    now: Instant,
) -> Option<Spot> {
    let place = open.place;
    let step = process.step(&place.step)?;
    let task = place.task.and_then(|id| case.tasks.get(&id));
    let mut needs = data_needs(case, &step.needs);
    needs.extend((0u32..).zip(&step.checklist).map(|(item, label)| Need {
        label: label.clone(),
        met: task.is_some_and(|task| task.checked.contains(&item)),
        item: Some(item),
    }));
    let next = decide::way_on(process, case, record, step, None).ok().map(|way| match way {
        Way::End(outcome) => NextStep {
            titles: vec![format!("end{}", outcome.as_ref().map(|o| format!(": {o}")).unwrap_or_default())],
            to: None,
            needs: Vec::new(),
        },
        Way::To { targets, .. } => {
            let steps = targets.iter().filter_map(|target| process.step(target)).collect::<Vec<_>>();
            let to = match steps.as_slice() {
                [one] => match &one.by {
                    Performer::Party(party) => Some(party.clone()),
                    Performer::Data(field) => case
                        .data
                        .get(field)
                        .and_then(serde_json::Value::as_str)
                        .and_then(|name| name.parse().ok())
                        .filter(|person| catalog.people.contains_key(person))
                        .map(crate::domain::Party::Person),
                    Performer::Sender => None,
                },
                _ => None,
            };
            NextStep {
                titles: steps.iter().map(|step| step.title.clone()).collect(),
                to,
                needs: steps.iter().flat_map(|step| data_needs(case, &step.needs)).collect(),
            }
        }
    });
    Some(Spot {
        step_title: step.title.clone(),
        done: step.done.clone(),
        how: step.how.clone(),
        needs,
        gives: step.gives.clone(),
        note: place.handoff.and_then(|id| case.handoffs.get(&id)).and_then(|h| h.note.clone()),
        urgency: Urgency::of(now, place.clock_started, place.due),
        next,
        place,
    })
}
