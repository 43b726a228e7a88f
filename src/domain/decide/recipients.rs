//! Who hears of a rung. A party is resolved to people who can act: the person, or their substitute while they
//! are away; of a role those who are here. Where that leads nowhere the next is asked: the role the work belongs
//! to, its lead, the accountable party. Nobody is dropped silently: an empty answer becomes an exception.

use super::super::case::Case;
use super::super::catalog::Catalog;
use super::super::clock::{ClockOn, FollowUp};
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::ladder::Audience;
use super::super::party::Party;
use super::super::process::{Performer, Process};
use super::able::Able;
use super::barred::visit;
use std::collections::BTreeSet;

/// The people an audience means for this clock; empty when nobody can be told.
pub(super) fn resolve(
    audience: &Audience,
    on: ClockOn,
    case: &Case,
    process: &Process,
    catalog: &Catalog,
    now: Instant,
) -> Vec<Handle> {
    let role = role_of(on, case, process, catalog);
    let lead = role.as_ref().and_then(|role| catalog.roles.get(role)?.lead.clone()).map(Party::Person);
    let parties = match audience {
        Audience::Responsible => responsible(on, case),
        Audience::Sender => sender(on, case).into_iter().collect(),
        Audience::Lead => lead.clone().into_iter().collect(),
        Audience::Accountable => vec![case.accountable.clone()],
        Audience::Party(party) => vec![party.clone()],
    };
    // What climbs does not come down again: an absent lead's members are not told instead of the lead.
    let climbs = matches!(audience, Audience::Lead | Audience::Accountable)
        || matches!(on, ClockOn::Decide(_) | ClockOn::FollowUp(FollowUp::Offer(_)));
    let members = role.filter(|_| !climbs).map(Party::Role);
    // Who may not do it is not reminded of it; who may not work on the case at all does not stand in for whoever does.
    let steers = Able { catalog, case, process, step: None, visit: None, now };
    let does = match on {
        ClockOn::Accept(id) => case.handoffs.get(&id).map(|handoff| (&handoff.step, Some(visit(handoff)))),
        ClockOn::Work(id) => case.tasks.get(&id).map(|task| (&task.step, None)),
        _ => None,
    };
    let does = does.map(|(step, visit)| Able { step: process.step(step), visit, ..steers }).unwrap_or(steers);
    let takers = |party: &Party| match party.role() {
        Some(_) => does.of(party),
        // Whoever was asked by name may be asked although they said no once as one of a role.
        None => Able { visit: None, ..does }.of(party),
    };
    let everybody = |party: &Party| catalog.available(party, now);
    let above = |party: &Party| steers.of(party);
    let first = match audience {
        Audience::Responsible => of_each(&parties, catalog, &takers, &above),
        _ => of_each(&parties, catalog, &everybody, &everybody),
    };
    if !first.is_empty() {
        return first;
    }
    let of_role = members.map(|role| of_each(&[role], catalog, &takers, &above));
    let others = [lead, Some(case.accountable.clone())].into_iter().flatten();
    let others = others.map(|party| of_each(&[party], catalog, &above, &above));
    of_role.into_iter().chain(others).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Who is expected to act: whom it is offered to, who holds it, or who holds any branch of the case.
fn responsible(on: ClockOn, case: &Case) -> Vec<Party> {
    match on {
        ClockOn::Accept(handoff) => case.handoffs.get(&handoff).map(|h| h.to.clone()).into_iter().collect(),
        ClockOn::Decide(_) | ClockOn::FollowUp(FollowUp::Offer(_)) => sender(on, case).into_iter().collect(),
        ClockOn::Work(task) | ClockOn::FollowUp(FollowUp::Task(task)) => {
            case.tasks.get(&task).map(|t| Party::Person(t.holder.clone())).into_iter().collect()
        }
        ClockOn::Case => {
            case.branches.values().filter_map(|b| case.responsible(b).cloned()).map(Party::Person).collect()
        }
        ClockOn::FollowUp(FollowUp::Pause(pause)) => {
            let by = case.pauses.get(&pause).and_then(|pause| pause.by.clone());
            by.map(Party::Person).into_iter().collect()
        }
        ClockOn::Wait(wait) | ClockOn::FollowUp(FollowUp::Wait(wait)) => {
            case.waits.get(&wait).map(|w| Party::Person(w.from.clone())).into_iter().collect()
        }
    }
}

/// Whether what a clock measures stands in somebody's list, as theirs or as that of somebody they stand in for, so that a
/// reminder of it needs no row beside it. Whose list it is in by what it is alone (`case_rows`) is not asked here.
pub(super) fn has_it(on: ClockOn, case: &Case, catalog: &Catalog, (person, now): (&Handle, Instant)) -> bool {
    match on {
        ClockOn::Accept(id) => {
            case.handoffs.get(&id).is_some_and(|h| catalog.right_to(person, &h.to, now).is_some())
        }
        ClockOn::Case => {
            let mut holders = case.branches.values().filter_map(|branch| case.responsible(branch));
            holders.any(|holder| catalog.acts_as(person, holder, now))
        }
        ClockOn::Decide(_) | ClockOn::Work(_) | ClockOn::Wait(_) | ClockOn::FollowUp(_) => true,
    }
}

fn sender(on: ClockOn, case: &Case) -> Option<Party> {
    let handoff = match on {
        ClockOn::Accept(handoff) | ClockOn::Decide(handoff) | ClockOn::FollowUp(FollowUp::Offer(handoff)) => {
            case.handoffs.get(&handoff)
        }
        ClockOn::Work(task) | ClockOn::FollowUp(FollowUp::Task(task)) => {
            case.tasks.get(&task).and_then(|t| case.handoffs.get(&t.handoff))
        }
        ClockOn::Case | ClockOn::Wait(_) | ClockOn::FollowUp(_) => None,
    };
    Some(handoff.map_or_else(|| case.accountable.clone(), |h| Party::Person(h.from.clone())))
}

/// The role the work belongs to.
fn role_of(on: ClockOn, case: &Case, process: &Process, catalog: &Catalog) -> Option<Handle> {
    let step = match on {
        ClockOn::Accept(handoff) => {
            let handoff = case.handoffs.get(&handoff)?;
            if let Party::Role(role) = &handoff.to {
                return Some(role.clone());
            }
            &handoff.step
        }
        // Whom it was offered to has nothing to do with it any more.
        ClockOn::Decide(handoff) | ClockOn::FollowUp(FollowUp::Offer(handoff)) => {
            &case.handoffs.get(&handoff)?.step
        }
        ClockOn::Work(task) | ClockOn::FollowUp(FollowUp::Task(task)) => &case.tasks.get(&task)?.step,
        ClockOn::Case | ClockOn::Wait(_) | ClockOn::FollowUp(_) => {
            return case.accountable.role().cloned();
        }
    };
    match &process.step(step)?.by {
        Performer::Party(Party::Role(role)) if catalog.roles.contains_key(role) => Some(role.clone()),
        _ => None,
    }
}

/// Those of the parties who can act now. A role of which nobody can is its lead's.
fn of_each(
    parties: &[Party],
    catalog: &Catalog,
    of: &dyn Fn(&Party) -> BTreeSet<Handle>,
    of_lead: &dyn Fn(&Party) -> BTreeSet<Handle>,
) -> Vec<Handle> {
    let mut people = BTreeSet::new();
    for party in parties {
        let mut found = of(party);
        if let (true, Party::Role(role)) = (found.is_empty(), party) {
            let lead = catalog.roles.get(role).and_then(|role| role.lead.clone()).map(Party::Person);
            found = lead.map(|lead| of_lead(&lead)).unwrap_or_default();
        }
        people.append(&mut found);
    }
    people.into_iter().collect()
}

/// Who answers for a party by name where something goes on by itself: one of it who is here, and where nobody is,
/// one who is away; responsibility does not pass to a substitute.
pub(super) fn who_answers(party: &Party, catalog: &Catalog, now: Instant) -> Option<Handle> {
    let lead = party.role().and_then(|role| catalog.roles.get(role)?.lead.clone());
    let mut all = catalog.members(party).into_iter().chain(lead).collect::<Vec<_>>();
    all.retain(|person| catalog.works_here(person));
    all.iter().find(|person| catalog.is_here(person, now)).or(all.first()).cloned()
}
