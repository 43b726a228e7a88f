//! The only write path: load, decide, append; decide again when somebody was faster. The domain, not the
//! database, answers the person.

use super::{Desk, Error, Within, show};
use crate::domain::case::CaseState;
use crate::domain::command::{AboutRecord, Command, Context};
use crate::domain::decide::{Decision, decide};
use crate::domain::duplicate::Other;
use crate::domain::event::{Entry, Event, SubjectId};
use crate::domain::fold::Subject;
use crate::domain::refusal::Refusal;
use crate::domain::{CaseId, Instant, RecordId};
use crate::domain::{rows, told_rows};
use crate::store::{Appended, Batch};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often a command is decided anew before the person is told that others are in the way.
const TRIES: usize = 200;

/// What a command did.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    pub subject: SubjectId,
    /// Empty when everything was as asked for already.
    pub events: Vec<Event>,
    /// This very command had been carried out before.
    pub repeated: bool,
    /// What whoever gave it should know: sentences.
    pub warnings: Vec<String>,
}

/// A decided command, ready to be appended.
pub(super) struct Ready {
    pub batch: Batch,
    /// `None` of what nobody looks at again: a finished case of a log.
    pub after: Option<Subject>,
    pub warnings: Vec<String>,
}

impl Desk {
    /// Carries out one command, durably.
    ///
    /// # Errors
    /// The domain's refusal, or why the store could not do it; nothing has happened then.
    pub fn execute(&mut self, command: &Command, ctx: &Context) -> Result<Done, Error> {
        // What is said of another case has to hold until it is written: nobody else writes meanwhile.
        if command.other_case().is_some() && self.series.is_none() {
            let done = self.in_one_transaction(|desk| desk.execute(command, ctx));
            return match done {
                Err(error) => self.carried_out(ctx.op)?.ok_or(error),
                done => done,
            };
        }
        for _ in 0..TRIES {
            let decided = self.decide(command, ctx);
            if let Some(done) = self.give(decided, command, ctx)? {
                return Ok(done);
            }
        }
        Err(Error::Busy)
    }

    /// Writes what was decided; `None` when somebody else wrote meanwhile, and it has to be decided again.
    pub(super) fn give(
        &mut self,
        decided: Result<Option<Ready>, Error>,
        command: &Command,
        ctx: &Context,
    ) -> Result<Option<Done>, Error> {
        let Ok(Some(ready)) = decided else {
            // A retry of what is done already finds nothing to do, or that it may not be done twice. A
            // series is tried again as a whole, and says itself that it was there.
            if self.series.is_none()
                && let Some(done) = self.carried_out(ctx.op)?
            {
                return Ok(Some(done));
            }
            decided?;
            let subject = command.subject().unwrap_or(SubjectId::Catalog);
            return Ok(Some(Done { subject, events: Vec::new(), repeated: false, warnings: Vec::new() }));
        };
        match self.store.append(&ready.batch)? {
            Appended::Done { first, last } => {
                // A finished case of a log has no consequences, and would be made only to see that.
                let is_told = ready.after.is_none();
                let mut done = self.done(ready, last);
                if !is_told {
                    self.follow(done.subject, first, &done.events, ctx);
                    done.warnings.extend(self.beside(&done, ctx.now)?);
                    self.let_go(done.subject);
                }
                Ok(Some(done))
            }
            Appended::Repeated { subject } => {
                let nothing = Done { subject, events: Vec::new(), repeated: true, warnings: Vec::new() };
                Ok(Some(self.carried_out(ctx.op)?.unwrap_or(nothing)))
            }
            Appended::Conflict => {
                self.kept.clear();
                Ok(None)
            }
        }
    }

    /// What has ended is not likely to be changed again soon, and need not be kept; a series still makes its rows.
    fn let_go(&mut self, id: SubjectId) {
        let case = self.kept.get(&id).and_then(|kept| kept.subject.case());
        if self.series.is_none() && case.is_some_and(|case| case.state != CaseState::Open) {
            self.kept.remove(&id);
        }
    }

    /// Does many things in one durable transaction, or none of them: an error takes all of it back. Everybody
    /// else waits meanwhile. Lists show what was changed twice in it only after it has ended, and the chores
    /// cannot be used inside: a `RunClocks` for a case can.
    ///
    /// # Errors
    /// Those of `work`, and of the store.
    pub fn in_one_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Desk) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.series.is_some() {
            return work(self);
        }
        self.store.begin()?;
        let done = self.alone(work).and_then(|value| {
            self.store.commit()?;
            Ok(value)
        });
        if done.is_err() {
            self.forget()?;
        }
        done
    }

    /// Does many things as [`Desk::in_one_transaction`] does, and takes all of them back: what they would come
    /// to, for a dry run.
    ///
    /// # Errors
    /// Those of `work`, and of the store.
    pub fn rehearse<T>(&mut self, work: impl FnOnce(&mut Desk) -> Result<T, Error>) -> Result<T, Error> {
        self.store.begin()?;
        let done = self.alone(work);
        self.forget()?;
        done
    }

    fn forget(&mut self) -> Result<(), Error> {
        self.kept.clear();
        self.next_schedule = None;
        self.store.roll_back()?;
        let catalog = self.store.catalog()?;
        self.take_catalog(catalog);
        Ok(())
    }

    fn alone<T>(&mut self, work: impl FnOnce(&mut Desk) -> Result<T, Error>) -> Result<T, Error> {
        self.catalog()?;
        let numbers = self.store.head()?.numbers;
        self.series = Some(Within { behind: BTreeMap::new(), numbers, action: None });
        let done = work(self).and_then(|value| self.settle_rows().map(|()| value));
        self.series = None;
        done
    }

    /// Brings the rows up to date that were left out within a series.
    pub(super) fn settle_rows(&mut self) -> Result<(), Error> {
        let behind = self.series.as_mut().map(|within| std::mem::take(&mut within.behind));
        behind.unwrap_or_default().into_iter().try_for_each(|(id, old)| self.settle(id, &old))
    }

    /// The same for one subject, to which nothing more will happen in this series: a long one need not remember it.
    pub(super) fn settle_rows_of(&mut self, id: SubjectId) -> Result<(), Error> {
        let old = self.series.as_mut().and_then(|within| within.behind.remove(&id));
        old.map_or(Ok(()), |old| self.settle(id, &old))
    }

    fn settle(&mut self, id: SubjectId, old: &Subject) -> Result<(), Error> {
        let (_, subject) = self.load(id)?;
        Ok(self.store.put_rows(&rows::between(old, &subject, &self.catalog))?)
    }

    /// Makes durable what a series did so far, where it need not be all or nothing: of a very long one the log
    /// beside the file would grow as large as the file.
    pub(super) fn so_far(&mut self) -> Result<(), Error> {
        self.settle_rows()?;
        self.store.commit()?;
        Ok(self.store.begin()?)
    }

    /// Decides a command on what is stored now; `None` when nothing has to change.
    pub(super) fn decide(&mut self, command: &Command, ctx: &Context) -> Result<Option<Ready>, Error> {
        let catalog = self.catalog()?;
        let numbers = match &self.series {
            Some(within) => within.numbers,
            None => self.store.head()?.numbers,
        };
        let (expected, subject) = match command.subject() {
            None => (0, Arc::new(Subject::Case(None))),
            Some(SubjectId::Catalog) => (catalog.seq, Arc::new(Subject::Catalog)),
            Some(id) => self.load(id)?,
        };
        let about = subject.case().and_then(|case| case.about);
        let about = about.or(match command {
            Command::StartCase(start) => start.about.as_ref().map(|(record, ..)| *record),
            _ => None,
        });
        let loads = self.loads(subject.case(), command)?;
        let other = command.other_case().map(|id| self.other(id)).transpose()?.flatten();
        let ctx =
            &Context { record: self.about(about)?, loads, other, above: self.above(command)?, ..ctx.clone() };
        let decision = decide(&subject, &catalog, command, ctx, numbers)
            .map_err(|refusal| self.refused(refusal, command, ctx.now))?;
        if decision.events.is_empty() {
            return Ok(None);
        }
        Ok(Some(self.ready(subject, expected, numbers, decision, ctx)))
    }

    /// The refusal in words. Where somebody was first it says who, what they did, and when.
    fn refused(&self, refusal: Refusal, command: &Command, now: Instant) -> Error {
        let refusal = refusal.with_who(|thing| {
            let entries = self.store.entries(command.subject()?).ok()?;
            thing.last(&entries).map(|first| self.who_did(&entries, first, now))
        });
        Error::refused(refusal, &|at| show(&self.catalog, at, now))
    }

    /// What a decision has to know of another case; `None` where there is none of that number.
    fn other(&mut self, id: CaseId) -> Result<Option<Other>, Error> {
        let (_, subject) = self.load(SubjectId::Case(id))?;
        Ok(subject.case().map(|case| Other { id, duplicate_of: case.duplicate_of() }))
    }

    /// The fields of a record, for conditions; none without a record.
    pub(super) fn about(&mut self, record: Option<RecordId>) -> Result<AboutRecord, Error> {
        let Some(id) = record else { return Ok(AboutRecord::default()) };
        let (_, subject) = self.load(SubjectId::Record(id))?;
        let Some(record) = subject.record() else { return Ok(AboutRecord::default()) };
        Ok(AboutRecord::of(&record.fields, self.catalog.kinds.get(&record.kind)).called(id, &record.name))
    }

    fn ready(
        &mut self,
        before: Arc<Subject>,
        expected: i64,
        numbers: crate::domain::command::Numbers,
        decision: Decision,
        ctx: &Context,
    ) -> Ready {
        let before = match expected {
            0 => Arc::new(Subject::empty(decision.subject)),
            _ => before,
        };
        let told = match decision.events.as_slice() {
            [event] if expected == 0 => {
                told_rows::of(decision.subject, event, &decision.actor, &self.catalog)
            }
            _ => None,
        };
        let is_told = told.is_some();
        let decided = decision.after.is_some();
        let mut after = decision.after.map_or_else(|| (*before).clone(), |case| Subject::Case(Some(case)));
        let mut catalog = (decision.subject == SubjectId::Catalog).then(|| (*self.catalog).clone());
        let mut events = Vec::with_capacity(decision.events.len());
        for event in decision.events {
            if is_told || decided {
                events.push(event);
                continue;
            }
            let entry = Entry {
                seq: expected,
                at: ctx.now,
                actor: decision.actor.clone(),
                subject: decision.subject,
                op: ctx.op,
                event,
            };
            match &mut catalog {
                Some(catalog) => catalog.apply(&entry),
                None => after.apply(&entry, &self.catalog),
            }
            events.push(entry.event);
        }
        let changes = match (told, &mut self.series) {
            (Some(put), _) => rows::Changes { put, remove: Vec::new() },
            // Rows cost more than all the rest of a command: in a series they are made once, at its end.
            (None, Some(within)) if expected > 0 && decision.subject != SubjectId::Catalog => {
                within.behind.entry(decision.subject).or_insert(before);
                rows::Changes::default()
            }
            _ => rows::between(&before, &after, &self.catalog),
        };
        let batch = Batch {
            subject: decision.subject,
            expected,
            catalog_seen: self.catalog.seq,
            numbers: (numbers, decision.numbers),
            at: ctx.now,
            actor: decision.actor,
            op: ctx.op,
            action: ctx.action.or(self.series.as_ref().and_then(|within| within.action)),
            events,
            changes: changes.into(),
            catalog,
        };
        Ready { batch, after: (!is_told).then_some(after), warnings: decision.warnings }
    }

    fn done(&mut self, ready: Ready, last: i64) -> Done {
        let (mut warnings, batch) = (ready.warnings, ready.batch);
        let Batch { subject, events, catalog, numbers: (_, next), at, .. } = batch;
        if let Some(within) = &mut self.series {
            within.numbers = next;
        }
        match (catalog, ready.after) {
            (Some(mut catalog), _) => {
                catalog.seq = last;
                self.take_catalog(catalog);
                self.kept.clear();
                warnings.extend(self.held_in_vain(&events, at));
                warnings.extend(self.offered_to_nobody(&events));
            }
            (None, None) => {}
            (None, Some(mut after)) => {
                warnings.extend(self.too_many(&after, &events));
                after.set_seq(last);
                self.keep(subject, last, Arc::new(after));
            }
        }
        Done { subject, events, repeated: false, warnings }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ctx, desk, h};
    use super::*;
    use crate::domain::command::StartCase;
    use crate::domain::{CaseId, HandoffId, Instant};

    /// A line that broke after the commit makes every program ask again.
    #[test]
    fn a_retry_of_the_same_command_is_harmless_and_says_what_was_done() {
        let (mut desk, now) = desk();
        let accept =
            Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
        let start = StartCase { process: Some(h("sale")), ..StartCase::default() };
        let note = Command::NoteCase { case: CaseId(1), text: "n".into() };
        for command in [accept, Command::StartCase(start), note] {
            let once = ctx(if matches!(command, Command::AcceptHandoff { .. }) { "ana" } else { "bo" }, now);
            let done = desk.execute(&command, &once).unwrap();
            let head = desk.head().unwrap();
            let later = Context { now: Instant(now.0 + 1), ..once };
            let again = desk.execute(&command, &later).unwrap();
            assert_eq!(again, Done { repeated: true, warnings: Vec::new(), ..done });
            assert_eq!(desk.head().unwrap(), head);
        }
        assert_eq!(desk.doctor(&mut |_, _| {}).unwrap(), []);
    }

    #[test]
    fn a_refusal_writes_nothing_and_takes_no_number() {
        let (mut desk, now) = desk();
        let before = desk.store.head().unwrap();
        let refused =
            desk.execute(&Command::WithdrawCase { case: CaseId(1), reason: String::new() }, &ctx("bo", now));
        assert!(matches!(refused, Err(Error::Refused { .. })));
        assert_eq!(desk.store.head().unwrap(), before);
    }

    /// Each decides on what it has kept from before, and finds out at the last moment.
    #[test]
    fn of_two_who_accept_at_once_one_wins_and_the_other_reads_who() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("t.baton");
        let (one, now) = desk();
        one.store.backup(&path).unwrap();
        let (mut one, mut other) = (Desk::open(&path).unwrap(), Desk::open(&path).unwrap());
        let ana = |desk: &mut Desk| {
            let roles = vec![h("finance")];
            let (person, name) = (h("eli"), "Eli".to_string());
            let permission = crate::domain::catalog::Permission::Member;
            let add = Command::AddPerson { person, name, mail: None, permission, roles };
            desk.execute(&add, &ctx("bo", now)).unwrap();
        };
        ana(&mut one);
        let accept =
            Command::AcceptHandoff { case: CaseId(1), handoff: HandoffId(2), next_action: None, when: None };
        let decided = other.decide(&accept, &ctx("eli", now)).unwrap().unwrap();
        one.execute(&accept, &ctx("ana", now)).unwrap();
        assert_eq!(other.store.append(&decided.batch).unwrap(), Appended::Conflict);
        let refused = other.execute(&accept, &ctx("eli", now)).unwrap_err();
        assert!(refused.to_string().starts_with("H-2 was accepted by ana, today"), "{refused}");
        assert_eq!(one.doctor(&mut |_, _| {}).unwrap(), []);
    }
}
