//! What presses beside a single piece of work and its clock: votes that are missing, and cases that are late as a
//! whole. Reads only; how a vote stands is `domain::decide::decision`.

use super::shown::item;
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::decide::decision::{Voting, voting};
use crate::domain::rows::{CaseRow, PlaceKind};
use crate::domain::urgency::Urgency;
use crate::domain::{Handle, Instant, Party};
use crate::store::{CaseFilter, OpenPlace};

impl Desk {
    /// Whether this person has yet to vote on a decision that lies in somebody else's hand.
    pub(super) fn has_a_vote(
        &mut self,
        open: &OpenPlace,
        catalog: &Catalog,
        person: &Handle,
    ) -> Result<bool, Error> {
        let place = &open.place;
        let asked = place.to.as_ref().is_some_and(|to| catalog.includes(to, person));
        let may = place.kind == PlaceKind::Task && place.delegate.is_none() && asked;
        if !may || place.voted.is_none() || &place.responsible == person {
            return Ok(false);
        }
        Ok(self.vote_on(open, catalog)?.is_some_and(|voting| !voting.lost && voting.yet.contains(person)))
    }

    /// Says whose votes are missing where whoever holds a decision of several has given theirs, and that it is up
    /// to them where it cannot pass any more.
    pub(super) fn await_votes(
        &mut self,
        item: &mut InboxItem,
        open: &OpenPlace,
        catalog: &Catalog,
        person: &Handle,
    ) -> Result<(), Error> {
        let place = &open.place;
        let voted = place.voted.as_ref().is_some_and(|voted| voted.contains(person));
        if place.kind != PlaceKind::Task || &place.responsible != person || !voted {
            return Ok(());
        }
        match self.vote_on(open, catalog)? {
            Some(Voting { lost: true, .. }) => item.step_title += " (cannot pass any more)",
            Some(voting) if !voting.yet.is_empty() => {
                let names = voting.yet.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
                item.what = What::Waiting;
                item.waiting = Some((format!("votes of {names}"), None));
            }
            _ => {}
        }
        Ok(())
    }

    fn vote_on(&mut self, open: &OpenPlace, catalog: &Catalog) -> Result<Option<Voting>, Error> {
        let process = catalog.process(&open.case.process, open.case.version);
        let (Some(task), Some(process), Some(_)) = (open.place.task, process, &open.place.voted) else {
            return Ok(None);
        };
        let case = self.case_now(open.case.id)?;
        Ok(case.and_then(|case| voting(catalog, process, &case, case.tasks.get(&task)?)))
    }

    /// Shows cases that are past their own due to whoever holds their work and to whoever answers for them, where
    /// nothing in this inbox says so already.
    pub(super) fn late_cases(
        &mut self,
        person: &Handle,
        items: &mut Vec<InboxItem>,
        now: Instant,
    ) -> Result<(), Error> {
        let catalog = self.catalog()?;
        let state = Some("open".to_string());
        let late = CaseFilter { state, due_before: Some(now), ..CaseFilter::default() };
        for case in self.store.cases(&late)? {
            let told = |item: &&InboxItem| {
                item.case == case.id && (item.urgency.is_late() || item.what == What::Escalated)
            };
            if items.iter().any(|item| told(&item)) {
                continue;
            }
            let in_hand = |item: &&mut InboxItem| {
                item.case == case.id
                    && &item.responsible == person
                    && matches!(item.what, What::Start | What::Due)
            };
            if let Some(mine) = items.iter_mut().find(in_hand) {
                by_case(mine, &case, now);
                mine.what = What::Late;
            } else if answers(&catalog, &case.accountable, person) {
                let places = self.store.places_in(case.id)?;
                let here = |open: &&OpenPlace| {
                    let same =
                        |item: &InboxItem| (item.case, item.branch) == (case.id, Some(open.place.branch));
                    !items.iter().any(same)
                };
                let Some(open) = places.iter().find(here) else { continue };
                let mut late = item(open, &catalog, now);
                by_case(&mut late, &case, now);
                late.what = if &late.responsible == person { What::Late } else { What::Escalated };
                items.push(late);
            }
        }
        Ok(())
    }
}

/// Lets an item go by the clock of the whole case.
fn by_case(item: &mut InboxItem, case: &CaseRow, now: Instant) {
    item.due = case.due;
    item.clock_started = Some(case.started);
    item.urgency = Urgency::of(now, Some(case.started), case.due);
    item.of_case = true;
}

/// Whether somebody answers for what a party is accountable for: the person, the lead of the role, or everybody of
/// a role without one.
pub(super) fn answers(catalog: &Catalog, accountable: &Party, person: &Handle) -> bool {
    let lead = accountable.role().and_then(|role| catalog.roles.get(role)?.lead.as_ref());
    lead.map_or_else(|| catalog.includes(accountable, person), |lead| lead == person)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::catalog::Permission;
    use crate::domain::command::{Command, CompleteTask, StartCase};
    use crate::domain::{CaseId, Span, TaskId};
    use std::sync::Arc;

    /// The small company with cy, a board of three, and a case of this process that bo started as C-2.
    fn with(text: &str) -> (Desk, Instant) {
        let (mut desk, now) = desk();
        let add = |person: &str| Command::AddPerson {
            person: h(person),
            name: person.into(),
            mail: None,
            permission: Permission::Member,
            roles: Vec::new(),
        };
        let members = vec![h("ana"), h("bo"), h("cy")];
        let board = Command::AddRole { role: h("board"), title: "Board".into(), members, lead: None };
        for command in [add("cy"), board] {
            desk.execute(&command, &ctx("bo", now)).unwrap();
        }
        let (process, problems) = crate::domain::process_check::read(text, &desk.known().unwrap());
        let process = Arc::new(process.unwrap_or_else(|| panic!("{problems:?}")));
        let start = StartCase {
            process: Some(process.handle.clone()),
            to: Some("@bo".parse().unwrap()),
            ..StartCase::default()
        };
        for command in [Command::PublishProcess { process }, Command::StartCase(start)] {
            desk.execute(&command, &ctx("bo", now)).unwrap();
        }
        (desk, now)
    }

    fn mine(desk: &mut Desk, person: &str, now: Instant) -> Vec<String> {
        let items = desk.inbox(&h(person), now).unwrap().items;
        let items = items.into_iter().filter(|item| item.case == CaseId(2));
        let told = items.map(|item| {
            let waits = item.waiting.map(|(why, _)| format!(" waits: {why}")).unwrap_or_default();
            let whole = if item.of_case { " (whole case)" } else { "" };
            format!("{} {}{waits}{whole}", item.what.word(), item.step_title)
        });
        told.collect()
    }

    const HEAD: &str = "process = \"p\"\ntitle = \"P\"\nkind = \"operational\"\npurpose = \"x\"\n";

    #[test]
    fn a_decision_of_several_is_with_all_of_them_from_the_first_step_on_and_says_who_is_missing() {
        let (mut desk, now) = with(&format!(
            "{HEAD}accountable = \"@ana\"\n[[step]]\nstep = \"d\"\ntitle = \"Decide\"\nby = \"board\"\n\
             type = \"decision\"\nquorum = \"all\"\ngoal = \"5 days\"\n\
             next = [{{ on = \"yes\", end = \"yes\" }}, {{ on = \"no\", end = \"no\" }}]\n"
        ));
        assert_eq!(mine(&mut desk, "bo", now), ["START Decide"]);
        assert_eq!(mine(&mut desk, "ana", now), ["VOTE Decide"]);
        let vote = Command::CompleteTask(CompleteTask {
            case: CaseId(2),
            task: TaskId(2),
            data: vec![],
            documents: vec![],
            to: None,
            note: None,
            all_checked: true,
            checked: vec![],
            anyway: None,
            outcome: Some("yes".into()),
            reason: Some("good".into()),
        });
        desk.execute(&vote, &ctx("bo", now)).unwrap();
        assert_eq!(mine(&mut desk, "bo", now), ["WAITS Decide waits: votes of ana, cy"]);
        desk.execute(&vote, &ctx("cy", now)).unwrap();
        assert_eq!(mine(&mut desk, "bo", now), ["WAITS Decide waits: votes of ana"]);
        assert_eq!((mine(&mut desk, "cy", now).len(), mine(&mut desk, "ana", now).len()), (0, 1));
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_case_that_is_late_as_a_whole_is_with_whoever_holds_it_and_whoever_answers_for_it() {
        let (mut desk, now) = with(&format!(
            "{HEAD}accountable = \"@ana\"\ngoal = \"2 hours\"\n[[step]]\nstep = \"w\"\ntitle = \"Work\"\nby = \"@bo\"\n\
             goal = \"5 days\"\nnext = {{ end = true }}\n"
        ));
        assert_eq!(mine(&mut desk, "bo", now), ["START Work"]);
        let late = now + Span::HOUR.times(3);
        assert_eq!(mine(&mut desk, "bo", late), ["LATE Work (whole case)"]);
        assert_eq!(mine(&mut desk, "ana", late), ["ESCAL Work (whole case)"]);
        assert_eq!(mine(&mut desk, "cy", late), [""; 0]);
        // Once the work is late itself, that is what presses.
        let later = now + Span::DAY.times(6);
        assert_eq!(mine(&mut desk, "bo", later), ["LATE Work"]);
    }
}
