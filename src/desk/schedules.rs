//! Schedules, a chore: cases that are started because a time has come. What is due follows from the catalog alone;
//! the start of a case and the note of it are one transaction, so that it happens once whoever ticks and whatever
//! breaks in between.

use super::{Desk, Error};
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context, StartCase};
use crate::domain::event::{Actor, Cause, Event, OpId, Origin, SubjectId};
use crate::domain::process::Process;
use crate::domain::schedule::{Overlap, Schedule, ScheduleOutcome, ScheduleRun};
use crate::domain::{CaseId, Handle, Instant, Party};
use std::sync::Arc;
use uuid::Uuid;

/// What commands that follow from something are named after, so that the same cause never acts twice.
pub(super) const CAUSES: Uuid = Uuid::from_u128(0x6261_746f_6e20_6361_7573_6573_2066_6f72);

/// The identity of the one command that follows from something.
pub(super) fn follows_from(cause: &str) -> OpId {
    OpId(Uuid::new_v5(&CAUSES, cause.as_bytes()))
}

/// A schedule and when it starts a case next.
#[derive(Debug, Clone)]
pub struct Scheduled {
    pub process: Arc<Process>,
    pub name: Handle,
    pub schedule: Schedule,
    pub run: ScheduleRun,
    pub next: Option<Instant>,
}

impl Scheduled {
    /// The next times, as many as are asked for and come.
    pub fn coming(&self, catalog: &Catalog, most: usize) -> Vec<Instant> {
        let (zone, mut after) = (catalog.zone_of(&self.process), self.run.done_until());
        let mut coming = Vec::new();
        while coming.len() < most
            && let Ok(Some(next)) = self.schedule.next(&zone, self.run.since, after)
        {
            coming.push(next);
            after = next;
        }
        coming
    }
}

impl Desk {
    /// Every schedule with its next time.
    pub fn schedules(&mut self) -> Result<Vec<Scheduled>, Error> {
        let catalog = self.catalog()?;
        let scheduled = catalog.scheduled().map(|(process, name, schedule, run)| Scheduled {
            process: process.clone(),
            name: name.clone(),
            schedule: schedule.clone(),
            run: run.clone(),
            next: next(&catalog, process, schedule, run),
        });
        Ok(scheduled.collect())
    }

    /// When the next schedule has something to do. Computed once for each state of the catalog.
    pub(super) fn next_scheduled(&mut self) -> Result<Option<Instant>, Error> {
        let catalog = self.catalog()?;
        if let Some(again) = self.tried_again(&catalog) {
            return Ok(Some(again));
        }
        match self.next_schedule {
            Some((seq, next)) if seq == catalog.seq => Ok(next),
            _ => {
                let all = catalog.scheduled();
                let next =
                    all.filter_map(|(process, _, schedule, run)| next(&catalog, process, schedule, run));
                let next = next.chain(self.reviews()?.into_iter().map(|of| of.next)).min();
                self.next_schedule = Some((catalog.seq, next));
                Ok(next)
            }
        }
    }

    /// The first time that was refused, where something changed since: what kept it from starting may be mended.
    fn tried_again(&self, catalog: &Catalog) -> Option<Instant> {
        let mut refused = catalog.scheduled().filter_map(|(.., run)| run.refused.first().copied());
        refused.next().filter(|_| self.refused_seen != Some(catalog.seq))
    }

    /// Does what the times until `now` ask for; how many cases were started, and how many could not be.
    pub(super) fn run_schedules(&mut self, now: Instant) -> Result<(usize, usize), Error> {
        let catalog = self.catalog()?;
        let again = self.tried_again(&catalog).is_some();
        let due =
            |s: &Scheduled| s.next.is_some_and(|next| next <= now) || again && !s.run.refused.is_empty();
        let (mut started, mut refused) = (0, 0);
        for of in self.schedules()?.into_iter().filter(due) {
            let ran = self.in_one_transaction(|desk| desk.run_schedule(&of.process.handle, &of.name, now))?;
            (started, refused) = (started + ran.0, refused + ran.1);
        }
        self.refused_seen = Some(self.catalog()?.seq);
        Ok((started + self.run_reviews(now)?, refused))
    }

    /// Decided on the catalog as it is within the transaction: another desk may have been here.
    fn run_schedule(
        &mut self,
        process: &Handle,
        name: &Handle,
        now: Instant,
    ) -> Result<(usize, usize), Error> {
        let catalog = self.catalog()?;
        let found = catalog.scheduled().find(|(p, n, ..)| &p.handle == process && *n == name);
        let Some((process, name, schedule, run)) = found else { return Ok((0, 0)) };
        let (zone, done) = (catalog.zone_of(process), run.done_until());
        let times = schedule.occurrences(&zone, run.since, done, now).unwrap_or_default();
        let calendar =
            catalog.calendar_of(process).and_then(|c| catalog.newest_calendar(&c).map(|(_, c)| c.clone()));
        let old = |at: &Instant| match &calendar {
            Some(calendar) => calendar.shift(*at, schedule.catch_up) < now,
            None => false,
        };
        let (missed, _) = run.refused.iter().partition::<Vec<_>, _>(|at| !old(at));
        let (old, fresh) = times.into_iter().partition::<Vec<_>, _>(old);
        let fresh = missed.into_iter().chain(fresh).collect::<Vec<_>>();
        let entry = self.published(&process.handle, run.since)?;
        let (open, counts) = (run.case, (0, 0));
        let told = matches!(run.last, Some((_, ScheduleOutcome::Refused(_))));
        let passed = matches!(run.last, Some((_, ScheduleOutcome::StillOpen(case))) if Some(case) == open);
        let refused = &run.refused;
        let mut ran =
            Ran { desk: self, process, name, schedule, entry, now, open, told, passed, refused, counts };
        ran.note(&old, ScheduleOutcome::TooOld)?;
        match (schedule.overlap, fresh.as_slice()) {
            (Overlap::Skip, [missed @ .., last]) => {
                ran.note(missed, ScheduleOutcome::Superseded)?;
                ran.start(*last)?;
            }
            (_, times) => times.iter().try_for_each(|at| ran.start(*at))?,
        }
        if let Some(last) = old.last() {
            ran.ask(*last, "it was due longer ago than is caught up with when somebody looked.")?;
        }
        Ok(ran.counts)
    }

    /// The entry that published a process at this instant.
    fn published(&self, process: &Handle, since: Instant) -> Result<i64, Error> {
        let entries = self.store.entries(SubjectId::Catalog)?;
        let publishes = |event: &Event| matches!(event, Event::ProcessPublished { process: p, .. } if &p.handle == process);
        let entry = entries.iter().rfind(|entry| entry.at == since && publishes(&entry.event));
        Ok(entry.map_or(0, |entry| entry.seq))
    }

    pub(super) fn is_open(&mut self, case: CaseId) -> Result<bool, Error> {
        let (_, subject) = self.load(SubjectId::Case(case))?;
        Ok(subject.case().is_some_and(|case| case.state == crate::domain::case::CaseState::Open))
    }
}

/// One schedule being carried out.
struct Ran<'a> {
    desk: &'a mut Desk,
    process: &'a Process,
    name: &'a Handle,
    schedule: &'a Schedule,
    /// The entry that published it.
    entry: i64,
    now: Instant,
    /// The case it started last.
    open: Option<CaseId>,
    /// Whether somebody was asked to mend it since it last started one.
    told: bool,
    /// Whether somebody heard that times pass because of a case that is still open.
    passed: bool,
    /// The times it was refused before.
    refused: &'a [Instant],
    /// How many cases were started, and how many could not be.
    counts: (usize, usize),
}

impl Ran<'_> {
    fn context(&self, what: &str, at: Instant) -> Context {
        let (process, rule) = (self.process.handle.clone(), self.name.clone());
        let op = follows_from(&format!("{what} {process} {rule} {}", at.0));
        let actor = Actor::Rule(Cause { process, rule, entry: self.entry, depth: 1, by: Origin::Schedule });
        Context::of(actor, self.now, op)
    }

    fn note(&mut self, times: &[Instant], outcome: ScheduleOutcome) -> Result<(), Error> {
        let Some(last) = times.last() else { return Ok(()) };
        let note = Command::NoteSchedule {
            process: self.process.handle.clone(),
            schedule: self.name.clone(),
            at: *last,
            times: u32::try_from(times.len()).unwrap_or(u32::MAX),
            outcome,
        };
        let ctx = self.context(if self.refused.contains(last) { "mended" } else { "noted" }, *last);
        self.desk.execute(&note, &ctx).map(|_| ())
    }

    fn start(&mut self, at: Instant) -> Result<(), Error> {
        if self.schedule.overlap == Overlap::Skip
            && let Some(case) = self.open
            && self.desk.is_open(case)?
        {
            self.tell_of_passed(at, case)?;
            return self.note(&[at], ScheduleOutcome::StillOpen(case));
        }
        let start = StartCase {
            process: Some(self.process.handle.clone()),
            data: self.schedule.data.clone(),
            ..StartCase::default()
        };
        let ctx = self.context("started", at);
        let outcome = match self.desk.execute(&Command::StartCase(start), &ctx) {
            Ok(done) => match done.subject {
                SubjectId::Case(case) => {
                    (self.open, self.told) = (Some(case), false);
                    self.counts.0 += 1;
                    ScheduleOutcome::Started(case)
                }
                _ => return Ok(()),
            },
            // It is said already.
            Err(Error::Refused { .. }) if self.refused.contains(&at) => return Ok(()),
            Err(Error::Refused { sentence, .. }) => {
                self.counts.1 += 1;
                self.ask(at, &sentence)?;
                ScheduleOutcome::Refused(sentence)
            }
            Err(error) => return Err(error),
        };
        self.note(&[at], outcome)
    }

    /// Whoever answers for the case that is still open hears once that times pass because of it: a period without its case is
    /// what a schedule is there against.
    fn tell_of_passed(&mut self, at: Instant, case: CaseId) -> Result<(), Error> {
        if std::mem::replace(&mut self.passed, true) {
            return Ok(());
        }
        let (catalog, subject) = (self.desk.catalog()?, self.desk.load(SubjectId::Case(case))?.1);
        let Some(open) = subject.case() else { return Ok(()) };
        let hears = catalog.asked_of(&open.accountable, self.now);
        let hears = hears.iter().map(|person| format!("@{person}")).collect::<Vec<_>>().join(" ");
        // What is written stays true tomorrow.
        let when = catalog.zone_of(self.process).date(at).format("%a %-d %b %Y");
        let text = format!(
            "{hears} {} has no case for {when}: this one is still open, and until it ends no other is started. If that \
             one is needed, start it: `baton case start {}`.",
            self.process.title, self.process.handle
        );
        let note = Command::NoteCase { case, text };
        match self.desk.execute(&note, &self.context("passed", at)) {
            Err(Error::Refused { .. }) => Ok(()),
            done => done.map(|_| ()),
        }
    }

    /// There is no case that could lie in a list, so that whoever answers for the process is given one about that: once
    /// for as long as no time of it starts one.
    fn ask(&mut self, at: Instant, why: &str) -> Result<(), Error> {
        if std::mem::replace(&mut self.told, true) {
            return Ok(());
        }
        let catalog = self.desk.catalog()?;
        let admin = || catalog.admins().next().cloned().map(Party::Person);
        let parties = [Some(self.process.accountable.clone()), admin()];
        for (n, party) in parties.into_iter().flatten().enumerate() {
            let title = format!("{} was not started by its schedule", self.process.title);
            let when = catalog.zone_of(self.process).date(at).format("%a %-d %b %Y");
            let note = format!(
                "{} of {when}: {why} `baton schedule list` says what became of each time.",
                self.name
            );
            let start = StartCase {
                title: Some(title),
                note: Some(note),
                to: Some(party.clone()),
                accountable: Some(party),
                ..StartCase::default()
            };
            match self.desk.execute(&Command::StartCase(start), &self.context(&format!("told {n}"), at)) {
                Err(Error::Refused { .. }) => {}
                done => return done.map(|_| ()),
            }
        }
        Ok(())
    }
}

fn next(catalog: &Catalog, process: &Process, schedule: &Schedule, run: &ScheduleRun) -> Option<Instant> {
    schedule.next(&catalog.zone_of(process), run.since, run.done_until()).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::super::Lease;
    use super::super::tests::{ctx, desk, h, op};
    use super::*;
    use crate::domain::Span;
    use crate::domain::command::CompleteTask;
    use crate::domain::zone::parse_rfc3339;

    fn at(text: &str) -> Instant {
        parse_rfc3339(text).unwrap()
    }

    fn daily(overlap: Overlap) -> Schedule {
        Schedule {
            every: "FREQ=DAILY".into(),
            at: 8 * 60,
            overlap,
            catch_up: "2 days".parse().unwrap(),
            data: vec![("amount".into(), "12".into())],
        }
    }

    /// The sale with these schedules, published on Monday 16 November at nine in Amsterdam.
    fn scheduled(desk: &mut Desk, now: Instant, schedules: Vec<Schedule>) {
        let sale = desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone();
        let process = Arc::new(Process { schedules, ..(*sale).clone() });
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
    }

    fn tick(desk: &mut Desk, at: Instant) -> super::super::Ticked {
        desk.tick(Lease(Uuid::nil()), at, &mut op).unwrap()
    }

    /// What became of every time, with its day.
    fn ran(desk: &Desk) -> Vec<String> {
        let entries = desk.store.entries(SubjectId::Catalog).unwrap();
        let told = entries.into_iter().filter_map(|entry| match entry.event {
            Event::ScheduleRan { at, times, outcome, .. } => {
                Some(outcome.told(&crate::domain::zone::Zone::utc().rfc3339(at)[5..16], times))
            }
            _ => None,
        });
        told.collect()
    }

    #[test]
    fn a_time_that_has_come_starts_a_case_that_nobody_has_accepted() {
        let (mut desk, now) = desk();
        scheduled(&mut desk, now, vec![daily(Overlap::Start)]);
        let ticked = tick(&mut desk, now);
        assert_eq!(
            (ticked.scheduled, ticked.next),
            (0, Some(at("2026-11-16T12:00:00Z"))),
            "a clock comes first"
        );
        let ticked = tick(&mut desk, at("2026-11-17T06:59:59Z"));
        assert_eq!((ticked.scheduled, ticked.next), (0, Some(at("2026-11-17T07:00:00Z"))));
        assert_eq!(tick(&mut desk, at("2026-11-17T07:00:00Z")).scheduled, 1);
        assert_eq!(tick(&mut desk, at("2026-11-17T07:00:00Z")).scheduled, 0);
        let case = desk.case(CaseId(2), now).unwrap();
        assert_eq!(case.case.data["amount"], "12.00 EUR");
        let handoff = case.case.handoffs.values().next().unwrap();
        assert_eq!((&handoff.from, &handoff.state), (&h("bo"), &crate::domain::case::HandoffState::Offered));
        assert_eq!(case.timeline[0].actor.to_string(), "schedule schedule-1");
        let publishing = desk.store.entries(SubjectId::Catalog).unwrap();
        let publishing =
            publishing.iter().rfind(|e| matches!(e.event, Event::ProcessPublished { .. })).unwrap();
        assert!(
            matches!(&case.timeline[0].actor, Actor::Rule(cause) if cause.entry == publishing.seq && cause.depth == 1)
        );
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn nothing_is_started_while_the_case_of_the_time_before_is_open() {
        let (mut desk, now) = desk();
        scheduled(&mut desk, now, vec![daily(Overlap::Skip)]);
        tick(&mut desk, at("2026-11-17T07:00:00Z"));
        let told = |desk: &mut Desk| {
            let items = desk.inbox(&h("bo"), now).unwrap().items.into_iter();
            items
                .filter(|item| item.what == super::super::view::What::Message)
                .map(|item| item.step_title)
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&mut desk), [""; 0]);
        tick(&mut desk, at("2026-11-18T07:00:00Z"));
        let once = told(&mut desk);
        assert!(once[0].contains("Sale has no case for Wed 18 Nov 2026: this one is still open"), "{once:?}");
        tick(&mut desk, at("2026-11-19T06:00:00Z"));
        assert_eq!(told(&mut desk), once, "said once for as long as it is open");
        let withdraw = Command::WithdrawCase { case: CaseId(2), reason: "n".into() };
        desk.execute(&withdraw, &ctx("bo", now)).unwrap();
        tick(&mut desk, at("2026-11-19T07:00:00Z"));
        assert_eq!(
            ran(&desk),
            [
                "C-2 started for 11-17T07:00",
                "nothing started for 11-18T07:00: C-2 is still open",
                "C-3 started for 11-19T07:00"
            ]
        );
    }

    #[test]
    fn what_was_missed_is_caught_up_with_as_the_policy_says() {
        for (overlap, expected) in [
            (
                Overlap::Skip,
                &[
                    "4 times up to 11-20T07:00 noted only: too long ago",
                    "11-21T07:00 passed over: a later one had come",
                    "C-2 started for 11-22T07:00",
                ],
            ),
            (
                Overlap::Start,
                &[
                    "4 times up to 11-20T07:00 noted only: too long ago",
                    "C-2 started for 11-21T07:00",
                    "C-3 started for 11-22T07:00",
                ],
            ),
        ] {
            let (mut desk, now) = desk();
            scheduled(&mut desk, now, vec![daily(overlap)]);
            let ticked = tick(&mut desk, at("2026-11-22T20:00:00Z"));
            assert_eq!(ran(&desk), expected);
            assert_eq!(ticked.next, Some(at("2026-11-23T07:00:00Z")));
            // Of what is too long ago whoever answers for it hears.
            let cases = desk.cases(&crate::store::CaseFilter::default()).unwrap();
            let asked = cases.into_iter().filter(|case| case.title == "Sale was not started by its schedule");
            assert_eq!(asked.count(), 1);
            assert_eq!(tick(&mut desk, at("2026-11-18T20:00:00Z")).scheduled, 0, "a clock that goes back");
            assert_eq!(ran(&desk).len(), 3);
        }
    }

    #[test]
    fn a_start_that_is_refused_is_noted_with_its_reason_and_the_next_time_is_tried() {
        let (mut desk, now) = desk();
        let wrong = Schedule { data: vec![("amuont".into(), "1".into())], ..daily(Overlap::Start) };
        scheduled(&mut desk, now, vec![wrong]);
        tick(&mut desk, at("2026-11-17T07:00:00Z"));
        assert_eq!(ran(&desk), ["nothing could be started for 11-17T07:00: `Sale` has no field `amuont`."]);
        // Whoever answers for it is asked, once.
        let asked = |desk: &Desk| {
            let cases = desk.cases(&crate::store::CaseFilter::default()).unwrap();
            cases.into_iter().filter(|case| case.title == "Sale was not started by its schedule").count()
        };
        assert_eq!(asked(&desk), 1);
        assert_eq!(tick(&mut desk, at("2026-11-17T08:00:00Z")).scheduled, 0);
        let next = desk.schedules().unwrap()[0].next;
        assert_eq!(next, Some(at("2026-11-18T07:00:00Z")));
        assert_eq!(tick(&mut desk, at("2026-11-18T07:00:00Z")).refused, 1);
        assert_eq!(asked(&desk), 1);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    /// Once what kept it from starting is mended, the times that were missed start within the catch-up, each once.
    #[test]
    fn times_that_were_refused_start_when_it_is_mended() {
        for (overlap, expected) in [
            (Overlap::Start, &["C-3 started for 11-19T07:00", "C-4 started for 11-20T07:00"][..]),
            (Overlap::Skip, &["C-3 started for 11-20T07:00"]),
        ] {
            let (mut desk, now) = desk();
            let wrong = Schedule { data: vec![("amuont".into(), "1".into())], ..daily(overlap) };
            scheduled(&mut desk, now, vec![wrong]);
            for day in 17..=20 {
                let ticked = tick(&mut desk, at(&format!("2026-11-{day}T07:00:00Z")));
                assert_eq!((ticked.scheduled, ticked.refused), (0, 1));
            }
            let evening = at("2026-11-20T20:00:00Z");
            assert_eq!(tick(&mut desk, evening).refused, 0);
            scheduled(&mut desk, evening, vec![daily(overlap)]);
            tick(&mut desk, evening);
            let started = ran(&desk).into_iter().filter(|said| said.starts_with("C-"));
            assert_eq!(started.collect::<Vec<_>>(), *expected);
            let head = desk.head().unwrap();
            tick(&mut desk, evening);
            assert_eq!(desk.head().unwrap(), head);
            assert_eq!(desk.schedules().unwrap()[0].next, Some(at("2026-11-21T07:00:00Z")));
            assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
        }
    }

    #[test]
    fn a_new_version_with_the_same_times_goes_on_and_with_others_begins() {
        let (mut desk, now) = desk();
        let every_second = Schedule { every: "FREQ=DAILY;INTERVAL=2".into(), ..daily(Overlap::Start) };
        scheduled(&mut desk, now, vec![every_second.clone()]);
        let day = |n: i64| now + Span::DAY.times(n);
        tick(&mut desk, day(2));
        scheduled(&mut desk, day(3), vec![Schedule { overlap: Overlap::Skip, ..every_second.clone() }]);
        assert_eq!(
            desk.schedules().unwrap()[0].next,
            Some(at("2026-11-20T07:00:00Z")),
            "still every second day"
        );
        scheduled(&mut desk, day(3), vec![Schedule { at: 9 * 60, ..every_second }]);
        assert_eq!(
            desk.schedules().unwrap()[0].next,
            Some(at("2026-11-21T08:00:00Z")),
            "counted from the 19th"
        );
        let last = desk.schedules().unwrap()[0].run.case;
        assert!(last.is_some(), "the case it started last may be open whatever its times are now");
        scheduled(&mut desk, day(3), vec![]);
        assert_eq!(desk.schedules().unwrap().len(), 0);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn two_desks_and_restarts_start_each_once() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("t.baton");
        let (mut first, now) = desk();
        scheduled(&mut first, now, vec![daily(Overlap::Start), Schedule { at: 60, ..daily(Overlap::Start) }]);
        first.store.backup(&path).unwrap();
        for day in 1..5 {
            let (mut one, mut other) = (Desk::open(&path).unwrap(), Desk::open(&path).unwrap());
            let at = now + Span::DAY.times(day);
            // The other has looked, and holds what it saw, when the one acts; both leases have run out.
            let seen = other.schedules().unwrap();
            assert_eq!(one.run_schedules(at).unwrap(), (2, 0));
            for of in seen {
                let again =
                    other.in_one_transaction(|desk| desk.run_schedule(&of.process.handle, &of.name, at));
                assert_eq!(again.unwrap(), (0, 0));
            }
            assert_eq!(other.run_schedules(at).unwrap(), (0, 0));
        }
        let desk = Desk::open(&path).unwrap();
        assert_eq!(desk.cases(&crate::store::CaseFilter::default()).unwrap().len(), 1 + 8);
        assert_eq!(ran(&desk).len(), 8);
    }

    /// Both clock changes, through the catalog's zone.
    #[test]
    fn the_zone_is_that_of_the_calendar() {
        let (mut desk, now) = desk();
        scheduled(&mut desk, now, vec![Schedule { at: 150, ..daily(Overlap::Start) }]);
        let starts = |desk: &mut Desk, day: &str| {
            tick(desk, at(&format!("{day}T00:00:00Z")));
            desk.schedules().unwrap()[0].next
        };
        assert_eq!(starts(&mut desk, "2027-03-28"), Some(at("2027-03-28T01:00:00Z")), "03:00, after the gap");
        assert_eq!(starts(&mut desk, "2027-10-31"), Some(at("2027-10-31T00:30:00Z")), "the earlier 02:30");
        tick(&mut desk, at("2027-10-31T00:30:00Z"));
        assert_eq!(
            desk.schedules().unwrap()[0].next,
            Some(at("2027-11-01T01:30:00Z")),
            "and not again at 01:30Z"
        );
    }

    /// It would fail day after day, and nobody would hear of it.
    #[test]
    fn a_case_that_nobody_answers_for_begins_all_the_same_and_the_admins_hear_of_it() {
        let (mut desk, now) = desk();
        let sale = desk.catalog().unwrap().newest(&h("sale")).unwrap().1.clone();
        let (role, title) = (h("nobody"), "Nobody".to_string());
        let empty = Command::AddRole { role, title, members: vec![], lead: None };
        desk.execute(&empty, &ctx("bo", now)).unwrap();
        let (accountable, schedules) = ("nobody".parse().unwrap(), vec![daily(Overlap::Skip)]);
        let process = Arc::new(Process { accountable, schedules, ..(*sale).clone() });
        desk.execute(&Command::PublishProcess { process }, &ctx("bo", now)).unwrap();
        let later = at("2026-11-17T07:00:00Z");
        assert_eq!(tick(&mut desk, later).scheduled, 1);
        let inbox = desk.inbox(&h("bo"), later).unwrap().items;
        let told = inbox.iter().find_map(|item| item.exception.as_ref()).map(|(.., text)| text.clone());
        assert_eq!(told.as_deref(), Some("Nobody answers for this case: nobody is nobody here"));
        // Whoever becomes an admin later has it before them as well, and may decide it.
        let of_ana = |desk: &mut Desk| {
            let items = desk.inbox(&h("ana"), later).unwrap().items;
            items.into_iter().filter_map(|item| item.exception).map(|(.., text)| text).collect::<Vec<_>>()
        };
        assert_eq!(of_ana(&mut desk), [""; 0]);
        let permission = Some(crate::domain::catalog::Permission::Admin);
        let change = crate::domain::permission::PermissionChange { person: h("ana"), permission, on: None };
        desk.execute(&Command::ChangePermission(change), &ctx("bo", later)).unwrap();
        assert_eq!(of_ana(&mut desk), ["Nobody answers for this case: nobody is nobody here"]);
        let text = "bo does".to_string();
        let resolve = Command::ResolveException { case: CaseId(2), exception: 1, text };
        desk.execute(&resolve, &ctx("ana", later)).unwrap();
        assert_eq!(of_ana(&mut desk), [""; 0]);
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_case_started_by_a_schedule_is_worked_like_any_other() {
        let (mut desk, now) = desk();
        scheduled(&mut desk, now, vec![daily(Overlap::Skip)]);
        let later = at("2026-11-17T07:00:00Z");
        tick(&mut desk, later);
        let handoff = desk.handoffs(Some(CaseId(2))).unwrap()[0].id;
        let accept = Command::AcceptHandoff { case: CaseId(2), handoff, next_action: None, when: None };
        desk.execute(&accept, &ctx("bo", later)).unwrap();
        let task = desk.tasks(Some(CaseId(2)), None).unwrap()[0].id;
        let done = CompleteTask {
            case: CaseId(2),
            task,
            data: vec![],
            to: None,
            note: None,
            all_checked: true,
            checked: vec![],
            anyway: None,
            documents: vec![],
            outcome: None,
            reason: None,
            agreed: Default::default(),
        };
        desk.execute(&Command::CompleteTask(done), &ctx("bo", later)).unwrap();
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }
}
