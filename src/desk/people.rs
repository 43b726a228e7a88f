//! People as their place shows them: what each has in hand, and of one of them everything they hold. Reads only.

use super::query::not_found;
use super::{Desk, Error};
use crate::domain::catalog::Person;
use crate::domain::event::Event;
use crate::domain::leaver::Plan;
use crate::domain::permission::{Area, PermissionChange};
use crate::domain::rows::{CaseRow, PlaceKind};
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, Instant, Party, Span};
use std::collections::BTreeMap;

/// How far back somebody else's having done a step counts.
const LATELY: Span = Span::DAY.times(90);

/// Somebody in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonLine {
    pub handle: Handle,
    pub person: Person,
    pub roles: Vec<Handle>,
    /// Branches they are responsible for, and those of them that are late.
    pub open: usize,
    pub late: usize,
    /// Offered to them by name.
    pub offered: usize,
    /// Who acts for them now that they are away, in words.
    pub instead: String,
    /// Whom they stand in for now.
    pub stands_in_for: Vec<Handle>,
}

/// Something in somebody's hand, or offered to them by name.
#[derive(Debug, Clone, PartialEq)]
pub struct InTheirHand {
    pub case: CaseId,
    pub branch: u32,
    pub title: String,
    pub step_title: String,
    pub kind: PlaceKind,
    pub to: Option<Party>,
    pub since: Instant,
    pub due: Option<Instant>,
    pub urgency: Urgency,
}

/// Somebody with everything they hold.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonView {
    pub line: PersonLine,
    /// Most late first.
    pub hand: Vec<InTheirHand>,
    /// What would have to go to others if they left: accountability, steps, roles, substitution.
    pub holds: Plan,
    /// Steps nobody else has completed lately: process, step, how often.
    pub alone: Vec<(Handle, String, u32)>,
    /// Who may change permissions.
    pub admins: Vec<Handle>,
    /// Roles they lead.
    pub leads_roles: Vec<Handle>,
}

impl Desk {
    /// What somebody has in hand and may not work on any more, now that their permission is another.
    pub(super) fn held_in_vain(&mut self, events: &[Event], now: Instant) -> Vec<String> {
        let lowered = events.iter().filter_map(|event| match event {
            // No work is about a kind of record.
            Event::PermissionChanged(PermissionChange { on: Some(Area::Kind(_)), .. }) => None,
            Event::PermissionChanged(change) => Some(change),
            _ => None,
        });
        let said = lowered.filter_map(|change| {
            let person = &change.person;
            // The command is durable: what cannot be counted now is not said, and nothing else.
            let (catalog, places) = (self.catalog().ok()?, self.store.places_of(person, &[]).ok()?);
            let may = |case: &CaseRow| {
                let own = |who: &Handle| catalog.may_work(who, &case.process, &case.accountable);
                own(person) || catalog.stands_in_for(person, now).any(own)
            };
            let there = |case: &CaseRow| match &change.on {
                Some(Area::Process(process)) => &case.process == process,
                _ => true,
            };
            let held = places.iter().filter(|open| &open.place.responsible == person);
            let held = held.filter(|open| there(&open.case) && !may(&open.case));
            let mut held = held.filter_map(|open| open.place.task).collect::<Vec<_>>();
            held.sort();
            some_of(&held).map(|names| {
                format!(
                    "{person} has {names} in hand and may not work on it any more: \
                     `baton task reassign {} --to PERSON` gives it to somebody else.",
                    held[0]
                )
            })
        });
        said.collect()
    }

    /// What is on offer to a role that nobody belongs to any more.
    pub(super) fn offered_to_nobody(&mut self, events: &[Event]) -> Vec<String> {
        let changed = events.iter().filter_map(|event| match event {
            Event::RoleChanged { role, remove, .. } if !remove.is_empty() => Some(role),
            _ => None,
        });
        let said = changed.filter_map(|role| {
            let catalog = self.catalog().ok()?;
            catalog.roles.get(role).filter(|role| role.members.is_empty())?;
            let places = self.store.places(None).ok()?.into_iter().map(|open| open.place);
            let to = Party::Role(role.clone());
            let offers = places.filter(|place| place.to.as_ref() == Some(&to));
            let mut offers = offers.filter_map(|place| place.handoff).collect::<Vec<_>>();
            offers.sort();
            let on_offer = some_of(&offers).map(|offers| format!(", and nobody can take {offers}"));
            Some(format!(
                "Nobody belongs to {role} any more{}: `baton role change {role} --add PERSON`.",
                on_offer.unwrap_or_default()
            ))
        });
        said.collect()
    }

    /// Everybody, those who left last.
    pub fn people(&mut self, now: Instant) -> Result<Vec<PersonLine>, Error> {
        let catalog = self.catalog()?;
        let mut counts = BTreeMap::<Handle, (usize, usize, usize)>::new();
        for open in self.store.places(None)? {
            let place = open.place;
            if let (PlaceKind::Offered, Some(Party::Person(to))) = (place.kind, &place.to) {
                counts.entry(to.clone()).or_default().2 += 1;
            }
            let late = Urgency::of(now, place.clock_started, place.due).is_late();
            let count = counts.entry(place.responsible).or_default();
            count.0 += 1;
            count.1 += usize::from(late);
        }
        let line = |(handle, person): (&Handle, &Person)| {
            let (open, late, offered) = counts.get(handle).copied().unwrap_or_default();
            PersonLine {
                handle: handle.clone(),
                person: person.clone(),
                roles: catalog.roles_of(handle).cloned().collect(),
                open,
                late,
                offered,
                instead: catalog
                    .absence(handle, now)
                    .map_or_else(String::new, |away| catalog.instead_words(handle, away, now)),
                stands_in_for: catalog.stands_in_for(handle, now).cloned().collect(),
            }
        };
        let mut people = catalog.people.iter().map(line).collect::<Vec<_>>();
        people.sort_by_key(|line| (line.person.left.is_some(), line.handle.clone()));
        Ok(people)
    }

    /// One of them with everything they hold.
    ///
    /// # Errors
    /// When nobody has that handle, or the store could not do it.
    pub fn person(&mut self, handle: &Handle, now: Instant) -> Result<PersonView, Error> {
        let catalog = self.catalog()?;
        let line = self.people(now)?.into_iter().find(|line| &line.handle == handle);
        let Some(line) = line else {
            return Err(not_found(
                format!("`{handle}` is nobody here."),
                "`baton person list` shows who is.",
            ));
        };
        let places = self.store.places_of(handle, &[])?;
        let mut hand = places
            .iter()
            .map(|open| InTheirHand {
                case: open.case.id,
                branch: open.place.branch,
                title: open.case.title.clone(),
                step_title: open.place.title(&catalog, open.case.version),
                kind: open.place.kind,
                to: open.place.to.clone(),
                since: open.place.since,
                due: open.place.due,
                urgency: Urgency::of(now, open.place.clock_started, open.place.due),
            })
            .collect::<Vec<_>>();
        hand.sort_by_key(|one| (one.due.is_none(), one.due, one.since, one.case));
        let title = |process: &Handle, step: &Handle| {
            let newest = catalog.newest(process).and_then(|(_, newest)| newest.step(step));
            newest.map_or_else(|| step.to_string(), |step| step.title.clone())
        };
        let alone = self.done_by_nobody_else(&catalog, handle, now - LATELY)?.into_iter();
        let alone = alone.map(|(process, step, times)| (process.clone(), title(&process, &step), times));
        let leads = catalog.roles.iter().filter(|(_, role)| role.lead.as_ref() == Some(handle));
        Ok(PersonView {
            line,
            hand,
            holds: self.leaving(handle, now)?,
            alone: alone.collect(),
            admins: catalog.admins().cloned().collect(),
            leads_roles: leads.map(|(role, _)| role.clone()).collect(),
        })
    }
}

/// The first of several by their numbers, and how many more there are.
fn some_of<T: ToString>(of: &[T]) -> Option<String> {
    let names = of.iter().take(5).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let more = if of.len() > 5 { format!(" and {} more", of.len() - 5) } else { String::new() };
    (!of.is_empty()).then(|| names + &more)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::command::Command;
    use crate::domain::permission::{Area, Permission, PermissionChange};
    use crate::domain::{CaseId, HandoffId};

    #[test]
    fn what_a_person_holds_is_what_lists_and_a_leaver_say() {
        let (mut desk, now) = desk();
        let people = desk.people(now).unwrap();
        let places = desk.places(None).unwrap();
        for line in &people {
            let held = places.iter().filter(|open| open.place.responsible == line.handle).count();
            assert_eq!(line.open, held, "{}", line.handle);
            let view = desk.person(&line.handle, now).unwrap();
            assert_eq!(view.holds, desk.leaving(&line.handle, now).unwrap());
            assert!(view.hand.len() >= held);
        }
        assert_eq!(people.iter().map(|line| line.open).sum::<usize>(), places.len());
        assert!(desk.person(&h("nobody"), now).is_err());
    }

    #[test]
    fn only_what_somebody_may_not_work_on_any_more_is_said_to_need_another() {
        let (mut desk, now) = desk();
        let accept =
            Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
        desk.execute(&accept, &ctx("ana", now)).unwrap();
        let mut lower = |on: Option<Area>, permission| {
            let change = PermissionChange { person: h("ana"), on, permission };
            desk.execute(&Command::ChangePermission(change), &ctx("bo", now)).unwrap().warnings
        };
        let viewer = Some(Permission::Viewer);
        assert_eq!(lower(Some(Area::Kind(h("customer"))), viewer), [""; 0], "no work is about a kind");
        assert_eq!(lower(Some(Area::Process(h("sale"))), Some(Permission::Member)), [""; 0]);
        let all = lower(None, viewer);
        assert!(!all.iter().any(|said| said.contains("T-2")), "a member of `sale` still: {all:?}");
        let there = lower(Some(Area::Process(h("sale"))), None);
        let said = "ana has T-2 in hand and may not work on it any more: `baton task reassign T-2 --to PERSON` gives it to \
                    somebody else.";
        assert_eq!(there.last().map(String::as_str), Some(said));
    }

    #[test]
    fn whoever_empties_a_role_hears_what_waits_for_it() {
        let (mut desk, now) = desk();
        let members =
            desk.catalog().unwrap().roles[&h("finance")].members.iter().cloned().collect::<Vec<_>>();
        let (last, first) = members.split_last().unwrap();
        let mut remove = |who: &[Handle]| {
            let (role, add, remove) = (h("finance"), vec![], who.to_vec());
            let change = Command::ChangeRole { role, add, remove, lead: None };
            desk.execute(&change, &ctx("bo", now)).unwrap().warnings
        };
        assert_eq!(remove(first), [""; 0]);
        assert_eq!(
            remove(std::slice::from_ref(last)),
            [
                "Nobody belongs to finance any more, and nobody can take H-2: `baton role change finance --add PERSON`."
            ]
        );
    }
}
