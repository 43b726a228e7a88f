//! What presses beside a single piece of work and its clock: votes that are missing, and cases that are late as a
//! whole. Reads only; how a vote stands is `domain::decide::decision`.

use super::shown::item;
use super::view::{InboxItem, What};
use super::{Desk, Error};
use crate::domain::case::CasePause;
use crate::domain::catalog::Catalog;
use crate::domain::clock::{ClockOn, FollowUp};
use crate::domain::decide::decision::{Voting, voting};
use crate::domain::decide::{Lies, may_move};
use crate::domain::event::SubjectId;
use crate::domain::ladder::ClockKind;
use crate::domain::rows::{CaseRow, PlaceKind, PlaceRow};
use crate::domain::urgency::{Pressing, Urgency};
use crate::domain::{CaseId, Handle, Instant, Party};
use crate::store::OpenPlace;
use std::collections::{HashMap, HashSet};

impl Desk {
    /// Whether this person has yet to vote on a decision that lies in somebody else's hand.
    pub(super) fn has_a_vote(
        &mut self,
        (place, version): (&PlaceRow, u32),
        catalog: &Catalog,
        person: &Handle,
    ) -> Result<bool, Error> {
        let asked = place.to.as_ref().is_some_and(|to| catalog.includes(to, person));
        let may = place.kind == PlaceKind::Task && asked;
        if !may || place.voted.is_none() || &place.responsible == person {
            return Ok(false);
        }
        Ok(self
            .vote_on(place, version, catalog)?
            .is_some_and(|voting| !voting.lost && voting.yet.contains(person)))
    }

    /// What work of everybody is for whoever looks at it: a vote of theirs, work they were let do, or what they may give
    /// to somebody else.
    pub(super) fn for_one(
        &mut self,
        item: &mut InboxItem,
        open: &OpenPlace,
        catalog: &Catalog,
        (person, now): (&Handle, Instant),
    ) -> Result<(), Error> {
        let place = &open.place;
        item.movable = movable(open, catalog, person, now);
        if place.delegate.as_ref() == Some(person) && place.kind == PlaceKind::Task {
            item.what = What::Delegated;
        } else if self.has_a_vote((place, open.case.version), catalog, person)? {
            item.what = What::Vote;
        }
        Ok(())
    }

    /// Says whose votes are missing where whoever holds a decision of several has given theirs, and that it is up
    /// to them where it cannot pass any more.
    pub(super) fn await_votes(
        &mut self,
        item: &mut InboxItem,
        (place, version): (&PlaceRow, u32),
        catalog: &Catalog,
        person: &Handle,
    ) -> Result<(), Error> {
        let voted = place.voted.as_ref().is_some_and(|voted| voted.contains(person));
        if place.kind != PlaceKind::Task || &place.responsible != person || !voted {
            return Ok(());
        }
        match self.vote_on(place, version, catalog)? {
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

    fn vote_on(
        &mut self,
        place: &PlaceRow,
        version: u32,
        catalog: &Catalog,
    ) -> Result<Option<Voting>, Error> {
        let process = catalog.process(&place.process, version);
        let (Some(task), Some(process), Some(_)) = (place.task, process, &place.voted) else {
            return Ok(None);
        };
        let case = self.case_now(place.case)?;
        Ok(case.and_then(|case| voting(catalog, process, &case, case.tasks.get(&task)?)))
    }

    /// What climbed to this person, where the thing itself is not in this inbox anyway: one thing is one row. What
    /// climbed of a whole case joins the row that there is of it, which goes by whichever presses more.
    pub(super) fn climbed(
        &mut self,
        person: &Handle,
        items: &mut Vec<InboxItem>,
        now: Instant,
    ) -> Result<(), Error> {
        let climbed = self.store.escalations_of(person)?;
        self.say_climbed((person, person), climbed, items, now)
    }

    /// The same of what climbed to one, in the inbox of another.
    pub(super) fn say_climbed(
        &mut self,
        (told, person): (&Handle, &Handle),
        mut climbed: Vec<(CaseId, Option<u32>)>,
        items: &mut Vec<InboxItem>,
        now: Instant,
    ) -> Result<(), Error> {
        let catalog = self.catalog()?;
        let seen = items.iter().map(|item| (item.case, item.branch)).collect::<HashSet<_>>();
        climbed.retain(|of| !seen.contains(of));
        // Steps before whole cases, so that these find the row to join.
        climbed.sort_by_key(|(_, branch)| branch.is_none());
        let places = self.store.places_in_each(climbed.iter().map(|(case, _)| *case))?;
        let mut rows = Rows::of(items);
        for (case, branch) in climbed {
            let of = |open: &&OpenPlace| branch.is_none_or(|branch| open.place.branch == branch);
            let Some(open) = places.get(&case).and_then(|open| open.iter().find(of)) else { continue };
            if branch.is_some() {
                let movable = movable(open, &catalog, person, now);
                rows.push(items, InboxItem { movable, ..of_others(open, What::Escalated, &catalog, now) });
                continue;
            }
            let by = self.store.climbed_by(told, case)?;
            let paused = match by {
                Some((clock, Some(ClockKind::FollowUp))) => self.paused_by(case, clock)?,
                _ => None,
            };
            // That a rule spoke of a case makes nothing of it late.
            let by_rule = by.is_some_and(|(_, kind)| kind.is_none());
            let known = rows.of_case(case).next().and_then(|n| items.get_mut(n));
            match (known, paused) {
                (Some(known), None) => join_case(known, open.case.started, open.case.due, now),
                (Some(known), Some(pause)) => {
                    let why = format!("{}, and the case is paused: {}", known.step_title, pause.reason);
                    known.why.get_or_insert(why);
                    known.paused = Some(pause.reason);
                }
                (None, None) => {
                    let mut item = of_others(open, What::Escalated, &catalog, now);
                    item.movable = movable(open, &catalog, person, now);
                    match by_rule {
                        true => item.why = Some("a rule reminds of it".to_string()),
                        false => by_case(&mut item, open.case.started, open.case.due, now),
                    }
                    rows.push(items, item);
                }
                (None, Some(pause)) => {
                    let mut item = item(open, &catalog, now);
                    item.what = What::Waiting;
                    item.movable = movable(open, &catalog, person, now);
                    (item.ends_by_itself, item.let_wait) = (false, false);
                    // The case was to be looked at, however its work stands.
                    (item.clock_started, item.due) = (Some(pause.from), pause.until);
                    item.urgency = Urgency::of(now, item.clock_started, item.due);
                    item.paused = Some(pause.reason.clone());
                    item.waiting = Some((pause.reason, pause.until));
                    rows.push(items, item);
                }
            }
        }
        Ok(())
    }

    /// Says of work in hand that its case is paused: it looks like any other, and stands still all the same.
    pub(super) fn say_paused(&mut self, items: &mut [InboxItem]) -> Result<(), Error> {
        let works = |item: &InboxItem| {
            item.task.is_some() && item.waiting.is_none() && item.paused.is_none() && item.exception.is_none()
        };
        let cases = items.iter().filter(|item| works(item)).map(|item| item.case).collect::<Vec<_>>();
        let mut paused = HashMap::new();
        for (case, clock) in self.store.follow_ups_of(&cases)? {
            if !paused.contains_key(&case)
                && let Some(pause) = self.paused_by(case, clock)?
            {
                paused.insert(case, pause.reason);
            }
        }
        for item in items.iter_mut().filter(|item| works(item)) {
            item.paused = paused.get(&item.case).cloned();
        }
        Ok(())
    }

    /// The pause of a case, where the clock is its follow-up.
    fn paused_by(&mut self, case: CaseId, clock: u32) -> Result<Option<CasePause>, Error> {
        let (_, subject) = self.load(SubjectId::Case(case))?;
        let case = subject.case();
        let on = case.and_then(|case| case.clocks.get(&clock)).map(|clock| clock.on);
        let Some(ClockOn::FollowUp(FollowUp::Pause(pause))) = on else { return Ok(None) };
        Ok(case.and_then(|case| case.pauses.get(&pause)).cloned())
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
        let rows = Rows::of(items);
        let mut unsaid = Vec::new();
        for late in self.store.late_cases(now)? {
            let told = |item: &InboxItem| item.urgency.is_late() || item.what == What::Escalated;
            let said = rows.of_case(late.case).filter(|n| told(&items[*n])).min_by_key(|n| items[*n].due);
            if let Some(said) = said.and_then(|n| items.get_mut(n)) {
                if &said.responsible == person || answers(&catalog, &late.accountable, person) {
                    join_case(said, late.started, Some(late.due), now);
                }
                continue;
            }
            let in_hand = |item: &InboxItem| {
                &item.responsible == person && matches!(item.what, What::Start | What::Due)
            };
            let mine = rows.of_case(late.case).find(|n| in_hand(&items[*n]));
            if let Some(mine) = mine.and_then(|n| items.get_mut(n)) {
                by_case(mine, late.started, Some(late.due), now);
                mine.what = What::Late;
            } else if answers(&catalog, &late.accountable, person) {
                let known = rows.of_case(late.case).find(|n| items[*n].branch.is_some());
                match known.and_then(|n| items.get_mut(n)) {
                    Some(known) => join_case(known, late.started, Some(late.due), now),
                    None => unsaid.push(late.case),
                }
            }
        }
        let places = self.store.places_in_each(unsaid.iter().copied())?;
        for case in unsaid {
            let Some(open) = places.get(&case).and_then(|open| open.first()) else { continue };
            let what = if &open.place.responsible == person { What::Late } else { What::Escalated };
            let mut late = of_others(open, what, &catalog, now);
            by_case(&mut late, open.case.started, open.case.due, now);
            items.push(late);
        }
        Ok(())
    }
}

impl Desk {
    /// Work that has no promise of its own goes by the date of its case, where that has one.
    pub(super) fn date_by_case(&self, items: &mut [InboxItem], now: Instant) -> Result<(), Error> {
        let work = |item: &&mut InboxItem| {
            let open = item.due.is_none() && item.waiting.is_none() && item.branch.is_some();
            open && matches!(item.what, What::Accept | What::Start | What::Due | What::Vote | What::Delegated)
        };
        let mut undated = items.iter_mut().filter(work).peekable();
        if undated.peek().is_none() {
            return Ok(());
        }
        let dated = self.store.late_cases(Instant(i64::MAX))?.into_iter();
        let dated = dated.map(|case| (case.case, case)).collect::<HashMap<_, _>>();
        for item in undated {
            // What is late as a whole is said by `late_cases`.
            if let Some(case) = dated.get(&item.case).filter(|case| case.due >= now) {
                by_case(item, case.started, Some(case.due), now);
            }
        }
        Ok(())
    }
}

/// An open branch as a row that says why it is in this inbox rather than what stands open there: of what came back it does not
/// say to whom that was offered, because it is offered to nobody any more.
fn of_others(open: &OpenPlace, what: What, catalog: &Catalog, now: Instant) -> InboxItem {
    let item = item(open, catalog, now);
    let to = item.to.clone().filter(|_| item.what != What::Back);
    InboxItem { what, to, ..item }
}

/// Whether somebody may give work to another.
fn movable(open: &OpenPlace, catalog: &Catalog, person: &Handle, now: Instant) -> bool {
    let OpenPlace { place, case } = open;
    let definition = catalog.process(&place.process, case.version);
    let lies = Lies {
        process: &place.process,
        definition: definition.map(|process| &**process),
        step: &place.step,
        responsible: &place.responsible,
        accountable: &case.accountable,
    };
    may_move(catalog, person, now, lies)
}

/// Where the rows of each case stand in an inbox of thousands.
struct Rows(HashMap<CaseId, Vec<usize>>);

impl Rows {
    fn of(items: &[InboxItem]) -> Rows {
        let mut rows = HashMap::<CaseId, Vec<usize>>::new();
        for (n, item) in items.iter().enumerate() {
            rows.entry(item.case).or_default().push(n);
        }
        Rows(rows)
    }

    fn of_case(&self, case: CaseId) -> impl Iterator<Item = usize> {
        self.0.get(&case).into_iter().flatten().copied()
    }

    fn push(&mut self, items: &mut Vec<InboxItem>, item: InboxItem) {
        self.0.entry(item.case).or_default().push(items.len());
        items.push(item);
    }
}

/// Gives a line about a whole case the step its first open work is at, and how many branches there are beside it;
/// how it ended where nothing is open.
pub(super) fn where_it_stands(
    item: &mut InboxItem,
    case: &CaseRow,
    open: Option<&Vec<OpenPlace>>,
    catalog: &Catalog,
) {
    let Some((first, others)) = open.and_then(|open| open.split_first()) else {
        item.step_title = case.state.clone();
        return;
    };
    item.step = first.place.step.clone();
    item.step_title = first.place.title(catalog, case.version);
    item.item = first.place.item.clone().filter(|_| others.is_empty());
    if !others.is_empty() {
        item.step_title += &format!(" +{}", others.len());
    }
}

/// Lets the row of a case go by the clock of the whole case where that presses more.
pub(super) fn join_case(item: &mut InboxItem, started: Instant, due: Option<Instant>, now: Instant) {
    if !Pressing::of(now, (item.clock_started, item.due), (started, due)).of_case {
        return;
    }
    if matches!(item.what, What::Start | What::Due) {
        item.what = What::Late;
    }
    by_case(item, started, due, now);
}

/// Lets an item go by the clock of the whole case.
pub(super) fn by_case(item: &mut InboxItem, started: Instant, due: Option<Instant>, now: Instant) {
    item.due = due;
    item.clock_started = Some(started);
    item.urgency = Urgency::of(now, Some(started), due);
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
    use super::super::tests::{ctx, decide, desk, finish, h};
    use super::*;
    use crate::domain::catalog::Permission;
    use crate::domain::command::{Command, StartCase};
    use crate::domain::{Span, TaskId};
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
        let agenda = desk.agenda(&h("ana"), now, 9).unwrap();
        let asked = agenda.days.iter().flat_map(|day| &day.items).filter(|item| item.case == Some(CaseId(2)));
        assert_eq!(asked.map(|item| item.what.word()).collect::<Vec<_>>(), ["VOTE"]);
        let why = |desk: &mut Desk| {
            let causes = desk.stuck(CaseId(2), now).unwrap().causes;
            let zone = crate::domain::zone::Zone::utc();
            crate::domain::stuck::sentence(&causes[0], now, &zone)
        };
        assert!(
            why(&mut desk).contains("0 votes are given, ana, bo, cy have yet to vote."),
            "{}",
            why(&mut desk)
        );
        desk.execute(&decide(CaseId(2), TaskId(2), "yes"), &ctx("bo", now)).unwrap();
        assert_eq!(mine(&mut desk, "bo", now), ["WAITS Decide waits: votes of ana, cy"]);
        desk.execute(&decide(CaseId(2), TaskId(2), "yes"), &ctx("cy", now)).unwrap();
        assert_eq!(mine(&mut desk, "bo", now), ["WAITS Decide waits: votes of ana"]);
        assert!(why(&mut desk).contains("2 votes are given, ana has yet to vote."), "{}", why(&mut desk));
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
        // Every other place says the same of it: lists of everybody, board, figures, and why.
        let (case, due) = (CaseId(2), now + Span::HOUR.times(2));
        let whole = |items: Vec<InboxItem>| {
            let of_it = items.into_iter().filter(|item| item.case == case);
            of_it.map(|item| (item.due, item.of_case, item.urgency.is_late())).collect::<Vec<_>>()
        };
        assert_eq!(whole(desk.late(&h("cy"), late).unwrap()), [(Some(due), true, true)]);
        assert_eq!(whole(desk.stalled(0, None, late).unwrap()), [(Some(due), true, true)]);
        let wish =
            crate::desk::BoardWish { process: h("p"), columns: vec![], table: crate::desk::Edge::Start };
        let board = desk.board(&wish, None, late).unwrap();
        assert_eq!((board.late, board.columns[0].late), (1, 1));
        let card = board.table.get(0).unwrap();
        assert_eq!((card.pressing.due, card.pressing.of_case), (Some(due), true));
        assert_eq!(desk.standing(&h("p"), late, &|_| true).unwrap().late.len(), 1);
        let zone = crate::domain::zone::Zone::utc();
        let stuck = desk.stuck(case, late).unwrap().late(late, &zone).unwrap();
        assert!(
            stuck.starts_with("As a whole it is late: it was due ") && stuck.ends_with("1h ago."),
            "{stuck}"
        );
        assert_eq!(desk.stuck(case, due).unwrap().late(due, &zone), None);
        // And the agenda: past for both, and ahead of the one who has its work alone as long as it is not.
        let agenda = |desk: &mut Desk, person: &str, at: Instant| {
            let agenda = desk.agenda(&h(person), at, 9).unwrap();
            let tell = |when: &str, item: &crate::desk::AgendaItem| {
                let it =
                    (item.case == Some(case)).then(|| format!("{when} {}: {}", item.what.word(), item.about));
                it.into_iter().collect::<Vec<_>>()
            };
            let past = agenda.overdue.iter().flat_map(|item| tell("past", item)).collect::<Vec<_>>();
            let ahead = agenda.days.iter().flat_map(|day| &day.items).flat_map(|item| tell("ahead", item));
            past.into_iter().chain(ahead).collect::<Vec<_>>()
        };
        assert_eq!(agenda(&mut desk, "bo", now), ["ahead CASE: Work is in your hand", "ahead DUE: Work"]);
        assert_eq!(agenda(&mut desk, "bo", late), ["past CASE: Work is in your hand", "ahead DUE: Work"]);
        assert_eq!(agenda(&mut desk, "ana", late), ["past CASE: you are accountable"]);
        assert_eq!(agenda(&mut desk, "cy", late), [""; 0]);
        // Once the work is late itself, it is no less late: the case was first.
        let later = now + Span::DAY.times(6);
        assert_eq!(mine(&mut desk, "bo", later), ["LATE Work (whole case)"]);
        let (bos, lates) = (desk.inbox(&h("bo"), later).unwrap().items, desk.late(&h("cy"), later).unwrap());
        assert_eq!(
            (whole(bos), whole(lates)),
            (vec![(Some(due), true, true)], vec![(Some(due), true, true)])
        );
    }

    #[test]
    fn what_climbs_of_a_step_and_of_its_case_is_one_row_and_a_vote_stays_a_vote() {
        let ladders = "[[ladder]]\non = \"goal\"\nrungs = [{ at = \"0\", escalate = \"accountable\" }, \
                       { at = \"+1 hour\", escalate = \"accountable\" }]\n\
                       [[ladder]]\non = \"case\"\nrungs = [{ at = \"0\", escalate = \"accountable\" }]\n";
        let step = |by: &str, more: &str| {
            format!(
                "{HEAD}accountable = \"@ana\"\ngoal = \"2 hours\"\n[[step]]\nstep = \"d\"\ntitle = \"Decide\"\n\
                 by = \"{by}\"\ngoal = \"1 hour\"\n{more}\n{ladders}"
            )
        };
        let vote = "type = \"decision\"\nquorum = \"all\"\nnext = [{ on = \"yes\", end = \"yes\" }, { on = \"no\", end = \"no\" }]";
        for (by, more, row) in
            [("@bo", "next = { end = true }", "ESCAL Decide"), ("board", vote, "VOTE Decide")]
        {
            let (mut desk, now) = with(&step(by, more));
            let late = now + Span::HOUR.times(6);
            desk.tick(super::super::Lease(uuid::Uuid::nil()), late, &mut super::super::tests::op).unwrap();
            let notices = desk.store.escalations_of(&h("ana")).unwrap();
            let climbed = notices.iter().filter(|(case, _)| *case == CaseId(2));
            assert_eq!(climbed.count(), 2, "both ladders told ana");
            assert_eq!(mine(&mut desk, "ana", late), [row]);
        }
    }

    #[test]
    fn a_wait_that_nobody_asks_about_says_when_it_is_looked_at_and_then_comes_to_whoever_answers_for_the_case()
     {
        let (mut desk, now) = with(&format!(
            "{HEAD}accountable = \"@ana\"\n[[step]]\nstep = \"w\"\ntitle = \"Ask\"\nby = \"@bo\"\ngoal = \"1 day\"\n\
             next = \"m\"\n[[step]]\nstep = \"m\"\ntitle = \"Await\"\ntype = \"wait\"\n\
             message = \"answer\"\nnext = {{ end = true }}\n"
        ));
        desk.execute(&finish(CaseId(2), TaskId(2)), &ctx("bo", now)).unwrap();
        let again = desk.places(Some(&h("p"))).unwrap()[0].place.waiting.clone().unwrap().1.unwrap();
        assert!(now < again && again < now + Span::DAY.times(8));
        let agenda = desk.agenda(&h("bo"), now, 10).unwrap();
        let looked =
            agenda.days.iter().flat_map(|day| &day.items).filter(|item| item.case == Some(CaseId(2)));
        assert_eq!(looked.map(|item| (item.at, item.what.word())).collect::<Vec<_>>(), [(again, "LOOK")]);
        let coming = desk.simulate(now, again).unwrap().coming.into_iter();
        let coming = coming.filter(|to| to.case == CaseId(2)).collect::<Vec<_>>();
        assert_eq!(coming.iter().map(|to| (to.at, to.person.as_str())).collect::<Vec<_>>(), [(again, "ana")]);
        assert_eq!(mine(&mut desk, "ana", again), [""; 0]);
        desk.tick(super::super::Lease(uuid::Uuid::nil()), again, &mut super::super::tests::op).unwrap();
        assert_eq!(mine(&mut desk, "ana", again), ["ESCAL Await waits: the message answer"]);
        assert_eq!(mine(&mut desk, "bo", again), ["WAITS Await waits: the message answer"]);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// Work in hand looks like any other while its case stands still, unless it says so.
    #[test]
    fn work_in_hand_says_that_its_case_is_paused() {
        let (mut desk, now) = with(&format!(
            "{HEAD}accountable = \"@ana\"\ngoal = \"20 days\"\n[[step]]\nstep = \"w\"\ntitle = \"Work\"\nby = \"@bo\"\n\
             goal = \"10 days\"\nnext = {{ end = true }}\n"
        ));
        let case = CaseId(2);
        let paused = |desk: &mut Desk| {
            let items = desk.inbox(&h("bo"), now).unwrap().items;
            items.into_iter().find(|item| item.case == case).map(|item| item.paused)
        };
        assert_eq!(paused(&mut desk), Some(None));
        let pause = Command::PauseCase { case, reason: "the law".to_string(), until: None };
        desk.execute(&pause, &ctx("bo", now)).unwrap();
        assert_eq!(paused(&mut desk), Some(Some("the law".to_string())));
        desk.execute(&Command::ResumeCase { case }, &ctx("bo", now)).unwrap();
        assert_eq!(paused(&mut desk), Some(None));
    }

    /// What should have been looked at is as late in the inbox as in the agenda, from that very second on.
    #[test]
    fn a_follow_up_that_nobody_looked_at_is_late_be_it_of_work_or_of_a_case() {
        let (mut desk, now) = with(&format!(
            "{HEAD}accountable = \"@ana\"\ngoal = \"20 days\"\n[[step]]\nstep = \"w\"\ntitle = \"Work\"\nby = \"@bo\"\n\
             goal = \"10 days\"\nnext = {{ end = true }}\n"
        ));
        let (case, until) = (CaseId(2), now + Span::HOUR.times(3));
        let reason = "the bank".to_string();
        let wait = Command::WaitTask { case, task: TaskId(2), reason: reason.clone(), until: Some(until) };
        desk.execute(&wait, &ctx("bo", now)).unwrap();
        let pause = Command::PauseCase { case, reason: reason.clone(), until: Some(until) };
        desk.execute(&pause, &ctx("ana", now)).unwrap();
        let row = |desk: &mut Desk, person: &str, at: Instant| {
            let items = desk.inbox(&h(person), at).unwrap().items.into_iter();
            items.filter(|item| item.case == case).map(|item| (item.what, item.urgency, item.paused)).next()
        };
        assert_eq!(row(&mut desk, "bo", until), Some((What::Due, Urgency::Soon, None)));
        assert_eq!(row(&mut desk, "ana", until), None);
        let late = until + Span::HOUR;
        desk.tick(super::super::Lease(uuid::Uuid::nil()), late, &mut super::super::tests::op).unwrap();
        assert_eq!(row(&mut desk, "bo", late), Some((What::Due, Urgency::Late, None)));
        assert_eq!(row(&mut desk, "ana", late), Some((What::Waiting, Urgency::Late, Some(reason))));
        // A row that was there before becomes late where it stands.
        let mut before = desk.inbox(&h("bo"), until - Span::MINUTE).unwrap().items;
        before.retain(|item| item.case == case);
        assert_eq!((before[0].what, before[0].urgency), (What::Waiting, Urgency::Open));
        before[0].refresh(late);
        assert_eq!((before[0].what, before[0].urgency), (What::Due, Urgency::Late));
    }

    /// Nothing becomes less late, nor less still, by being handed on, spoken of or put out of one's own list.
    #[test]
    fn work_that_is_late_stays_late_while_it_is_offered_on_and_a_note_or_a_snooze_is_no_progress() {
        let (mut desk, now) = with(&format!(
            "{HEAD}accountable = \"@ana\"\n[[step]]\nstep = \"w\"\ntitle = \"Work\"\nby = \"@bo\"\n\
             accept = \"5 days\"\ngoal = \"1 hour\"\nnext = {{ end = true }}\n"
        ));
        let late = now + Span::DAY.times(4);
        let case = CaseId(2);
        let due = desk.places(Some(&h("p"))).unwrap()[0].place.due;
        let stalled = |desk: &mut Desk| {
            let items = desk.stalled(3, None, late).unwrap().into_iter();
            items.filter(|item| item.case == case).count()
        };
        let note = Command::NoteCase { case, text: "asked ana".into() };
        desk.execute(&note, &ctx("bo", late)).unwrap();
        let until = late + Span::DAY;
        let snooze = crate::domain::command::Snooze { case, branch: 1, until: Some(until) };
        desk.execute(&Command::Snooze(snooze), &ctx("bo", late)).unwrap();
        assert_eq!(stalled(&mut desk), 1);
        let on = Command::OfferHandoff {
            case,
            branch: 1,
            to: "@cy".parse().ok(),
            note: None,
            agreed: Default::default(),
        };
        desk.execute(&on, &ctx("bo", late)).unwrap();
        assert_eq!(desk.places(Some(&h("p"))).unwrap()[0].place.due, due);
        assert_eq!(desk.overdue(late).unwrap().iter().filter(|item| item.case == case).count(), 1);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
}
