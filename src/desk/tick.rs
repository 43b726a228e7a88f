//! The chores, as one list under a lease: clocks follow their calendars, what is overdue is noted, ladders are
//! climbed. Runs inside the screen, as `baton tick` and as `baton watch`; losing the lease in the middle is
//! harmless, since every chore is a command like any other and does nothing twice.

use super::execute::Ready;
use super::runs::Runner;
use super::{Desk, Error};
use crate::domain::command::{Command, Context};
use crate::domain::event::{Actor, Event, OpId, Outcome};
use crate::domain::{CaseId, Instant, Span};
use crate::store::Appended;
use uuid::Uuid;

const CHORES: &str = "chores";
/// How long a process that stopped keeps others from doing the chores.
const LEASE: Span = Span(15_000);
/// How many cases are looked at before the lease is renewed.
const AT_ONCE: usize = 200;

/// The identity under which a process does the chores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease(pub Uuid);

/// What a tick did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ticked {
    /// Somebody else is doing the chores.
    pub elsewhere: bool,
    pub breaches: usize,
    pub rungs: usize,
    pub cases: usize,
    /// Cases started by schedules.
    pub scheduled: usize,
    /// Cases that schedules could not start; `schedule list` says why.
    pub refused: usize,
    /// What followed from entries and had been missed.
    pub followed: usize,
    /// A program that a rule asked for was run; there may be another.
    pub ran: bool,
    /// When the next clock has something to say, or a schedule something to start.
    pub next: Option<Instant>,
}

impl Desk {
    /// Does the chores that are due at `now`. `op` gives each command its identity. Programs that rules ask for are
    /// left to [`Desk::tick_and_run`].
    pub fn tick(
        &mut self,
        lease: Lease,
        now: Instant,
        op: &mut dyn FnMut() -> OpId,
    ) -> Result<Ticked, Error> {
        let mut ticked = Ticked::default();
        self.clocks(lease, now, op, &mut ticked)?;
        let scheduled = self.next_scheduled()?.is_some_and(|next| next <= now);
        if scheduled || self.something_to_follow()? {
            match self.store.take_lease(CHORES, lease.0, now, now + LEASE)? {
                true => {
                    (ticked.scheduled, ticked.refused) = self.run_schedules(now)?;
                    ticked.followed = self.catch_up(now)?;
                }
                false => ticked.elsewhere = true,
            }
        }
        ticked.next = self.store.next_due()?.into_iter().chain(self.next_scheduled()?).min();
        Ok(ticked)
    }

    /// The same, and lets `runner` run the next program that a rule asks for.
    pub fn tick_and_run(
        &mut self,
        lease: Lease,
        now: Instant,
        op: &mut dyn FnMut() -> OpId,
        runner: &mut Runner<'_>,
    ) -> Result<Ticked, Error> {
        let mut ticked = self.tick(lease, now, op)?;
        ticked.ran = self.run_program(lease, now, runner)?;
        Ok(ticked)
    }

    /// Leaves the chores to whoever comes next, who would otherwise wait for the lease to run out.
    pub fn end_chores(&mut self, lease: Lease) -> Result<(), Error> {
        Ok(self.store.end_lease(CHORES, lease.0)?)
    }

    /// Cases in which a vote may have passed because fewer have one now.
    fn votes_to_look_at(&mut self) -> Result<Vec<CaseId>, Error> {
        let seq = Some(self.catalog()?.seq);
        if self.votes_seen == seq {
            return Ok(Vec::new());
        }
        self.votes_seen = seq;
        Ok(self.store.cases_voted_on()?)
    }

    fn clocks(
        &mut self,
        lease: Lease,
        now: Instant,
        op: &mut dyn FnMut() -> OpId,
        ticked: &mut Ticked,
    ) -> Result<(), Error> {
        let mut votes = self.votes_to_look_at()?;
        loop {
            let mut cases = self.cases_to_look_at(now)?;
            cases.append(&mut votes);
            cases.sort();
            cases.dedup();
            if cases.is_empty() {
                break;
            }
            if !self.store.take_lease(CHORES, lease.0, now, now + LEASE)? {
                ticked.elsewhere = true;
                break;
            }
            let before = ticked.cases;
            self.run_clocks(&cases, now, op, ticked)?;
            // A clock that says it is due and then has nothing to say would be asked for ever.
            if ticked.cases == before {
                break;
            }
        }
        Ok(())
    }

    fn cases_to_look_at(&mut self, now: Instant) -> Result<Vec<CaseId>, Error> {
        let mut cases = self.store.cases_due(now, AT_ONCE)?;
        let catalog = self.catalog()?;
        for (calendar, versions) in &catalog.calendars {
            if versions.len() > 1 {
                cases.extend(self.store.cases_on_older(calendar, versions.len() as u32, AT_ONCE)?);
            }
        }
        Ok(cases)
    }

    /// Runs the clocks of these cases in one transaction; a case somebody changed meanwhile waits for the
    /// next round.
    fn run_clocks(
        &mut self,
        cases: &[CaseId],
        now: Instant,
        op: &mut dyn FnMut() -> OpId,
        ticked: &mut Ticked,
    ) -> Result<(), Error> {
        let mut ready = Vec::new();
        for case in cases {
            let ctx = Context::of(Actor::Tick, now, op());
            match self.decide(&Command::RunClocks { case: *case }, &ctx) {
                Ok(Some(decided)) => ready.push(decided),
                Ok(None) | Err(Error::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if ready.is_empty() {
            return Ok(());
        }
        let (writer, mut written) = (self.store.writer()?, Vec::new());
        for decided in &ready {
            if let Appended::Done { first, .. } = writer.append(&decided.batch)? {
                written.push((first, decided));
                ticked.cases += 1;
                for event in &decided.batch.events {
                    match event {
                        Event::ClockBreached { .. } => ticked.breaches += 1,
                        Event::RungFired { outcome: Outcome::Acted, .. }
                        | Event::FollowUpCame { outcome: Outcome::Acted, .. } => ticked.rungs += 1,
                        _ => {}
                    }
                }
            }
        }
        writer.commit()?;
        for (first, Ready { batch, .. }) in written {
            let ctx = Context::of(Actor::Tick, now, batch.op);
            self.follow(batch.subject, first, &batch.events, &ctx);
        }
        Ok(())
    }
}
