//! The chores, as one list under a lease: clocks follow their calendars, what is overdue is noted, ladders are
//! climbed. Runs inside the screen, as `baton tick` and as `baton watch`; losing the lease in the middle is
//! harmless, since every chore is a command like any other and does nothing twice.

use super::{Desk, Error};
use crate::domain::command::{Command, Context};
use crate::domain::event::{Actor, Event, OpId, Outcome};
use crate::domain::{CaseId, Instant, Span};
use crate::store::Appended;
use uuid::Uuid;

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
    /// When the next clock has something to say.
    pub next: Option<Instant>,
}

impl Desk {
    /// Does the chores that are due at `now`. `op` gives each command its identity.
    pub fn tick(
        &mut self,
        lease: Lease,
        now: Instant,
        op: &mut dyn FnMut() -> OpId,
    ) -> Result<Ticked, Error> {
        let mut ticked = Ticked::default();
        loop {
            let cases = self.cases_to_look_at(now)?;
            if cases.is_empty() {
                break;
            }
            if !self.store.take_lease("chores", lease.0, now, now + LEASE)? {
                ticked.elsewhere = true;
                break;
            }
            let before = ticked.cases;
            self.run_clocks(&cases, now, op, &mut ticked)?;
            // A clock that says it is due and then has nothing to say would be asked for ever.
            if ticked.cases == before {
                break;
            }
        }
        ticked.next = self.store.next_due()?;
        Ok(ticked)
    }

    fn cases_to_look_at(&mut self, now: Instant) -> Result<Vec<CaseId>, Error> {
        let mut cases = self.store.cases_due(now, AT_ONCE)?;
        let catalog = self.catalog()?;
        for (calendar, versions) in &catalog.calendars {
            if versions.len() > 1 {
                cases.extend(self.store.cases_on_older(calendar, versions.len() as u32, AT_ONCE)?);
            }
        }
        cases.sort();
        cases.dedup();
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
            let ctx = Context { now, actor: Actor::Tick, op: op(), action: None, record: Default::default() };
            match self.decide(&Command::RunClocks { case: *case }, &ctx) {
                Ok(Some(decided)) => ready.push(decided),
                Ok(None) | Err(Error::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        if ready.is_empty() {
            return Ok(());
        }
        let writer = self.store.writer()?;
        for decided in &ready {
            if let Appended::Done { .. } = writer.append(&decided.batch)? {
                ticked.cases += 1;
                for event in &decided.batch.events {
                    match event {
                        Event::ClockBreached { .. } => ticked.breaches += 1,
                        Event::RungFired { outcome: Outcome::Acted, .. } => ticked.rungs += 1,
                        _ => {}
                    }
                }
            }
        }
        writer.commit()?;
        Ok(())
    }
}
