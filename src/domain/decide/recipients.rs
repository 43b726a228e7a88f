//! Who hears of a rung. A party is resolved to people who can act, and where one leads nowhere the next is
//! asked: the role's members, its lead, the accountable party. Nobody is dropped silently: an empty answer
//! becomes an exception.

use super::super::case::Case;
use super::super::catalog::Catalog;
use super::super::clock::{ClockOn, FollowUp};
use super::super::id::Handle;
use super::super::ladder::Audience;
use super::super::party::Party;
use super::super::process::{Performer, Process};
use super::Draft;

/// The people an audience means for this clock; empty when nobody can be told.
pub(super) fn resolve(
    audience: &Audience,
    on: ClockOn,
    case: &Case,
    process: &Process,
    catalog: &Catalog,
) -> Vec<Handle> {
    let parties = match audience {
        Audience::Responsible => responsible(on, case),
        Audience::Sender => sender(on, case).into_iter().collect(),
        Audience::Lead => role_of(on, case, process, catalog)
            .and_then(|role| catalog.roles.get(&role)?.lead.clone())
            .map(Party::Person)
            .into_iter()
            .collect(),
        Audience::Accountable => vec![case.accountable.clone()],
        Audience::Party(party) => vec![party.clone()],
    };
    let mut people = people(&parties, catalog);
    if people.is_empty() {
        people = role_of(on, case, process, catalog)
            .and_then(|role| catalog.roles.get(&role)?.lead.clone())
            .filter(|lead| catalog.people.contains_key(lead))
            .into_iter()
            .collect();
    }
    if people.is_empty() {
        people = self::people(std::slice::from_ref(&case.accountable), catalog);
    }
    people
}

/// The people who answer for the case: the accountable person, or the lead or members of the accountable role;
/// every admin where that is nobody.
pub(super) fn answerable(draft: &Draft<'_>) -> Vec<Handle> {
    let role = draft.case.accountable.role().and_then(|role| draft.catalog.roles.get(role));
    let people = match (&draft.case.accountable, role) {
        (Party::Person(person), _) => vec![person.clone()],
        (_, Some(role)) => match &role.lead {
            Some(lead) => vec![lead.clone()],
            None => role.members.iter().cloned().collect(),
        },
        (_, None) => Vec::new(),
    };
    if people.is_empty() { draft.catalog.admins().cloned().collect() } else { people }
}

/// Who is expected to act: whom it is offered to, who holds it, or who holds any branch of the case.
fn responsible(on: ClockOn, case: &Case) -> Vec<Party> {
    match on {
        ClockOn::Accept(handoff) => case.handoffs.get(&handoff).map(|h| h.to.clone()).into_iter().collect(),
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

fn sender(on: ClockOn, case: &Case) -> Option<Party> {
    let handoff = match on {
        ClockOn::Accept(handoff) => case.handoffs.get(&handoff),
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

pub(super) fn people(parties: &[Party], catalog: &Catalog) -> Vec<Handle> {
    let mut people = Vec::new();
    for party in parties {
        match party {
            Party::Person(person) if catalog.people.contains_key(person) => people.push(person.clone()),
            Party::Role(role) => {
                let Some(role) = catalog.roles.get(role) else { continue };
                people.extend(role.members.iter().cloned());
                if role.members.is_empty() {
                    people.extend(role.lead.clone());
                }
            }
            Party::Person(_) | Party::Contact => {}
        }
    }
    people.sort();
    people.dedup();
    people
}
