//! Who could do what somebody may not: the line a refusal ends with. Decides nothing.

use super::super::case::Case;
use super::super::catalog::{Area, Catalog};
use super::super::event::Actor;
use super::super::id::Handle;
use super::super::party::Party;
use super::super::process::{Performer, Process};
use std::collections::BTreeSet;

/// How many people a refusal names.
const NAMED: usize = 3;

/// Everybody who belongs to a party.
pub(super) fn people_of<'c>(catalog: &'c Catalog, party: &Party) -> Vec<&'c Handle> {
    catalog.people.keys().filter(|person| catalog.includes(party, person)).collect()
}

/// The lead of the role that does a step.
pub(super) fn lead_of<'c>(catalog: &'c Catalog, process: &Process, step: &Handle) -> Option<&'c Handle> {
    let Performer::Party(party) = &process.step(step)?.by else { return None };
    catalog.roles.get(party.role()?)?.lead.as_ref()
}

/// Who could, in one line: these, the leads if they can, and the admins; nobody twice.
pub(super) fn who(
    catalog: &Catalog,
    first: &[(&str, Vec<&Handle>)],
    area: Option<&Area>,
    leads: bool,
) -> String {
    let leading = if leads { catalog.leads(area).collect() } else { Vec::new() };
    let all = first.iter().cloned().chain([("lead", leading), ("admin", catalog.admins().collect())]);
    let (mut told, mut named) = (Vec::new(), BTreeSet::new());
    for (what, mut people) in all {
        people.retain(|person| catalog.works_here(person) && named.insert(person.as_str().to_string()));
        if !people.is_empty() {
            told.push(format!("{} ({what})", names(&people)));
        }
    }
    match told.is_empty() {
        true => "Nobody here could.".to_string(),
        false => format!("Who could: {}.", told.join("; ")),
    }
}

fn names(people: &[&Handle]) -> String {
    let shown = people.iter().take(NAMED).map(|person| person.as_str()).collect::<Vec<_>>().join(", ");
    match people.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether somebody may work on the case in their own right.
pub(super) fn may_work(catalog: &Catalog, case: &Case, actor: &Actor) -> bool {
    actor.person().is_some_and(|person| catalog.may_work(person, &case.process, &case.accountable))
}
