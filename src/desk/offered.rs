//! What somebody offered in another's place, such as in a sweep over a whole team's work, and nobody has taken yet. Whose
//! it is until then is the responsible person's; the entries say who offered it. Reads only.

use super::shown::item;
use super::view::InboxItem;
use super::{Desk, Error};
use crate::domain::event::{Event, SubjectId};
use crate::domain::rows::PlaceKind;
use crate::domain::{Handle, Instant};
use crate::store::OpenPlace;
use std::collections::BTreeSet;

/// So many of their newest commands are looked through.
const COMMANDS: usize = 1_000;

impl Desk {
    /// Offers this person made that somebody else is responsible for until they are accepted.
    pub(super) fn offered_for_others(
        &mut self,
        person: &Handle,
        now: Instant,
    ) -> Result<Vec<InboxItem>, Error> {
        let catalog = self.catalog()?;
        let commands = self.store.ops_of(person, i64::MAX, COMMANDS)?;
        let cases = commands.iter().filter_map(|op| match op.subject {
            SubjectId::Case(case) => Some(case),
            _ => None,
        });
        let cases = cases.collect::<BTreeSet<_>>();
        let for_another = |open: &&OpenPlace| {
            let to_me = open.place.is_offered_to(&catalog, person);
            open.place.kind == PlaceKind::Offered && &open.place.responsible != person && !to_me
        };
        let mut items = Vec::new();
        for (case, places) in self.store.places_in_each(cases)? {
            let mut on_offer = places.iter().filter(for_another).peekable();
            if on_offer.peek().is_none() {
                continue;
            }
            let entries = self.store.entries(SubjectId::Case(case))?;
            for open in on_offer {
                let offer = entries.iter().rfind(|entry| {
                    matches!(&entry.event, Event::HandoffOffered { handoff, .. } if Some(*handoff) == open.place.handoff)
                });
                if offer.is_some_and(|entry| entry.actor.person() == Some(person)) {
                    items.push(item(open, &catalog, now));
                }
            }
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Queue;
    use super::super::tests::{ctx, desk, h};
    use crate::domain::command::Command;
    use crate::domain::{CaseId, HandoffId};

    #[test]
    fn what_somebody_offered_in_anothers_place_waits_for_both_until_it_is_taken() {
        let (mut desk, now) = desk();
        let add = |person: &str| Command::AddPerson {
            person: h(person),
            name: person.to_string(),
            mail: None,
            permission: crate::domain::catalog::Permission::Member,
            roles: vec![],
        };
        desk.execute(&add("cy"), &ctx("bo", now)).unwrap();
        let accept =
            |handoff| Command::AcceptHandoff { case: CaseId(1), handoff, next_action: None, when: None };
        desk.execute(&accept(HandoffId(2)), &ctx("ana", now)).unwrap();
        let (case, to) = (CaseId(1), Some("@cy".parse().unwrap()));
        desk.execute(
            &Command::OfferHandoff { case, branch: 1, to, note: None, agreed: Default::default() },
            &ctx("bo", now),
        )
        .unwrap();
        let mut waiting = |person: &str| {
            let items = desk.queue(Queue::Waiting, &h(person), now).unwrap().items;
            items.into_iter().map(|item| (item.case, item.responsible)).collect::<Vec<_>>()
        };
        assert_eq!(waiting("bo"), [(case, h("ana"))], "bo offered it");
        assert_eq!(waiting("ana"), [(case, h("ana"))], "it is ana's until cy takes it");
        assert_eq!(waiting("cy"), []);
        desk.execute(&accept(HandoffId(3)), &ctx("cy", now)).unwrap();
        assert_eq!(desk.queue(Queue::Waiting, &h("bo"), now).unwrap().items, []);
    }
}
