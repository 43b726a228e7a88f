//! What a person keeps whose permission is lowered: what they answer for, lead, were granted elsewhere, and are still
//! offered. Changes nothing.

use super::catalog::Catalog;
use super::id::Handle;
use super::instant::Instant;
use super::permission::{Area, Permission, PermissionChange};
use super::problem::listed;
use super::process::Step;

/// What is to be said of it, in sentences; nothing where nothing is taken from them.
pub(super) fn keeps(catalog: &Catalog, change: &PermissionChange, now: Instant) -> Vec<String> {
    let PermissionChange { person, on, .. } = change;
    let Some(known) = catalog.people.get(person) else { return Vec::new() };
    let before = on
        .as_ref()
        .map_or(known.permission, |area| known.grants.get(area).copied().unwrap_or(known.permission));
    let after = change.permission.unwrap_or(known.permission);
    if after >= before {
        return Vec::new();
    }
    let accountable = |process: &&Handle| {
        catalog.newest(process).is_some_and(|(_, newest)| catalog.includes(&newest.accountable, person))
    };
    let answers = catalog.processes.keys().filter(accountable).collect::<Vec<_>>();
    match on {
        Some(Area::Process(process)) if answers.contains(&process) && after < Permission::Lead => {
            vec![format!(
                "{person} stays accountable for {process}, and leads there all the same; a new version can name somebody else."
            )]
        }
        Some(Area::Process(process)) if after == Permission::Viewer => nobody_left(catalog, person, process),
        Some(_) => Vec::new(),
        None => generally(catalog, person, after, &answers, now),
    }
}

/// The steps of a process that nobody could do any more once somebody may only look at it.
fn nobody_left(catalog: &Catalog, person: &Handle, process: &Handle) -> Vec<String> {
    let Some((_, newest)) = catalog.newest(process) else { return Vec::new() };
    let could = |other: &Handle| {
        other != person && catalog.works_here(other) && catalog.may_work(other, process, &newest.accountable)
    };
    let of = |step: &&Step| {
        let Some(by) = step.by.party().filter(|party| catalog.includes(party, person)) else { return false };
        !catalog.members(by).iter().any(could)
    };
    let steps = newest.steps.iter().filter(of).map(|step| step.title.as_str()).collect::<Vec<_>>();
    match steps.is_empty() {
        true => Vec::new(),
        false => vec![format!("Nobody is left who may do {} of `{process}`.", listed(steps))],
    }
}

fn generally(
    catalog: &Catalog,
    person: &Handle,
    after: Permission,
    answers: &[&Handle],
    now: Instant,
) -> Vec<String> {
    let names = |of: &[&Handle]| listed(of.iter().map(|handle| handle.as_str()));
    let roles = |of: &dyn Fn(&super::catalog::Role) -> bool| {
        catalog.roles.iter().filter(|(_, role)| of(role)).map(|(handle, _)| handle).collect::<Vec<_>>()
    };
    let mut said = Vec::new();
    if !answers.is_empty() && after < Permission::Lead {
        said.push(format!(
            "{person} stays accountable for {}, and leads there all the same; a new version can name somebody else.",
            names(answers)
        ));
    }
    let grants = catalog.people.get(person).into_iter().flat_map(|known| &known.grants);
    for (area, granted) in grants.filter(|(_, granted)| **granted > after) {
        let (option, handle) = match area {
            Area::Process(handle) => ("process", handle),
            Area::Kind(handle) => ("kind", handle),
        };
        said.push(format!(
            "For {} {person} stays {}; `baton person permit {person} default --{option} {handle}` ends that.",
            area.words(),
            granted.word()
        ));
    }
    let leads = roles(&|role| role.lead.as_ref() == Some(person));
    if after == Permission::Viewer {
        let member = roles(&|role| role.members.contains(person));
        if !member.is_empty() {
            said.push(format!(
                "What is offered to {} is still in {person}'s inbox, and {person} takes only what they answer for; `baton role change ROLE \
                 --remove {person}` takes them out.",
                names(&member)
            ));
        }
        if !leads.is_empty() {
            said.push(format!(
                "{person} still leads {}: reminders of it come to them; `baton role change ROLE --lead PERSON` names another.",
                names(&leads)
            ));
        }
        let away = catalog.stands_in_for(person, now).collect::<Vec<_>>();
        if !away.is_empty() {
            said.push(format!(
                "Standing in for {}, {person} still does what they may, in their name.",
                names(&away)
            ));
        }
    } else if !leads.is_empty() && after == Permission::Member {
        said.push(format!("{person} leads {}, and goes on steering the work of its steps.", names(&leads)));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::decide::tests::world::{SALE, company, h, monday};

    fn said(change: PermissionChange, with: impl FnOnce(&mut Catalog)) -> Vec<String> {
        let mut catalog = company(&[SALE]);
        with(&mut catalog);
        keeps(&catalog, &change, monday())
    }

    fn to(person: &str, permission: Permission) -> PermissionChange {
        PermissionChange { person: h(person), on: None, permission: Some(permission) }
    }

    #[test]
    fn who_is_lowered_hears_what_they_keep() {
        let lead =
            |catalog: &mut Catalog| catalog.people.get_mut(&h("dana")).unwrap().permission = Permission::Lead;
        let dana = said(to("dana", Permission::Member), lead);
        assert_eq!(
            dana,
            [
                "dana stays accountable for `sale`, and leads there all the same; a new version can name somebody else."
            ]
        );
        let granted = |catalog: &mut Catalog| {
            let ana = catalog.people.get_mut(&h("ana")).unwrap();
            ana.grants.insert(Area::Process(h("sale")), Permission::Lead);
            catalog.roles.get_mut(&h("finance")).unwrap().lead = Some(h("ana"));
        };
        let ana = said(to("ana", Permission::Viewer), granted);
        assert_eq!(
            ana[0],
            "For process sale ana stays lead; `baton person permit ana default --process sale` ends that."
        );
        assert!(ana[1].contains("ana takes only what they answer for"), "{ana:?}");
        assert!(ana.iter().any(|said| said.starts_with("ana still leads `finance`")), "{ana:?}");
    }

    #[test]
    fn what_nobody_could_do_any_more_is_said_where_the_last_of_a_role_may_only_look() {
        let there = |person: &str| {
            let on = Some(Area::Process(h("sale")));
            PermissionChange { person: h(person), on, permission: Some(Permission::Viewer) }
        };
        assert_eq!(said(there("bo"), |_| {}), Vec::<String>::new(), "cy sells too");
        let cy = |catalog: &mut Catalog| {
            let known = catalog.people.get_mut(&h("cy")).unwrap();
            known.grants.insert(Area::Process(h("sale")), Permission::Viewer);
        };
        assert_eq!(said(there("bo"), cy), ["Nobody is left who may do `Sell` of `sale`."]);
    }

    #[test]
    fn who_is_raised_or_keeps_nothing_hears_nothing() {
        assert_eq!(said(to("ana", Permission::Admin), |_| {}), Vec::<String>::new());
        assert_eq!(said(to("nobody-here", Permission::Viewer), |_| {}), Vec::<String>::new());
        let on = Some(Area::Process(h("sale")));
        let there = PermissionChange { person: h("dana"), on, permission: Some(Permission::Viewer) };
        assert_eq!(said(there, |_| {}).len(), 1);
    }
}
