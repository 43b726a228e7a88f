//! Taking back one's last action, and doing it again: all the commands that were given together, on all their
//! subjects, or none. Entries say that a command counts as not given; the subject is folded without it, so that
//! what comes back is exactly what was. Possible until somebody else has acted on any of it.

mod back;
mod catalog;
#[cfg(test)]
mod catalog_tests;
mod follows;
mod leaver;
mod passed;
#[cfg(test)]
mod property;
mod read;
mod relied;
#[cfg(test)]
mod tests;

use super::{Desk, Done, Error, show};
use crate::domain::command::Context;
use crate::domain::decide;
use crate::domain::event::{Entry, Event, OpId, SubjectId};
use crate::domain::fold::fold;
use crate::domain::refusal::Refusal;
use crate::domain::undo::in_the_way;
use crate::domain::{Handle, Instant, rows};
use crate::store::{Appended, Batch, OpRow};
pub(super) use follows::{because_of, within};
pub(super) use passed::Turn;
use passed::{MOST_PASSED, Passed, of_cases};
use std::collections::{BTreeMap, BTreeSet};

/// How many commands are looked at together for the last action.
const AT_ONCE: usize = 50;

/// An action that can be turned.
pub(super) struct Chosen {
    pub action: OpId,
    parts: Vec<Part>,
    catalog: Option<catalog::Turned>,
}

/// What an action did to one subject.
struct Part {
    subject: SubjectId,
    ops: Vec<OpId>,
    /// What rules did here because of it, which goes with it.
    with: Vec<OpId>,
    /// All of the subject's.
    entries: Vec<Entry>,
    /// A case that was started because of it, and goes with it.
    followed: bool,
}

impl Part {
    fn taken(&self) -> impl Iterator<Item = &Entry> {
        let all = |entry: &&Entry| self.ops.contains(&entry.op) || self.with.contains(&entry.op);
        self.entries.iter().filter(all)
    }

    fn events(&self) -> impl Iterator<Item = &Event> {
        self.taken().map(|entry| &entry.event)
    }

    /// The events that say that its commands count as not given, or as given again.
    fn turns(&self, redo: bool) -> Vec<Event> {
        let turn = |op: &OpId| match redo {
            true => Event::ActionRedone { op: *op },
            false => Event::ActionUndone { op: *op },
        };
        self.ops.iter().chain(&self.with).map(turn).collect()
    }

    /// What one of its commands did.
    fn of(&self, op: OpId) -> Vec<Event> {
        self.entries.iter().filter(|entry| entry.op == op).map(|entry| entry.event.clone()).collect()
    }
}

impl Desk {
    /// Takes back the person's last action that was not taken back yet. What each of its commands had done.
    ///
    /// # Errors
    /// The refusal, which says who has built upon it, and those of the store; nothing has happened then.
    pub fn undo(&mut self, ctx: &Context) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| desk.turn(ctx, Turn::Undo))
    }

    /// Takes back the person's last action on cases and records that can be, passing over those that have to stay
    /// and whatever changed the catalog: of what they changed, nothing that the older action changed as well.
    ///
    /// # Errors
    /// As for [`Desk::undo`], of the last action, when none can be taken back.
    pub fn undo_passing(&mut self, ctx: &Context) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| desk.turn(ctx, Turn::UndoPassing))
    }

    /// Whether [`Desk::undo_passing`] would take something back.
    ///
    /// # Errors
    /// Those of the store.
    pub fn something_older(&mut self, ctx: &Context) -> Result<bool, Error> {
        match self.rehearse(|desk| desk.turn(ctx, Turn::UndoPassing)) {
            Ok(done) => Ok(!done.is_empty()),
            Err(Error::Refused { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Does again what the person last took back.
    ///
    /// # Errors
    /// As for [`Desk::undo`].
    pub fn redo(&mut self, ctx: &Context) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| desk.turn(ctx, Turn::Redo))
    }

    fn turn(&mut self, ctx: &Context, turn: Turn) -> Result<Vec<Done>, Error> {
        let redo = turn == Turn::Redo;
        let Some(person) = ctx.actor.person().cloned() else {
            return Err(self.refuse("Only a person has actions to take back.", "", ctx.now));
        };
        let turned = self.turned_already(ctx.op)?;
        if !turned.is_empty() {
            return Ok(turned);
        }
        let Chosen { parts, catalog, .. } = self.choose(&person, ctx, turn)?;
        self.turn_all(parts, catalog, redo, ctx)
    }

    /// The action that a turn is of, and what becomes of the catalog. Nothing is written.
    pub(super) fn choose(&mut self, person: &Handle, ctx: &Context, turn: Turn) -> Result<Chosen, Error> {
        let redo = turn == Turn::Redo;
        let mut passed = Passed::default();
        loop {
            let Some(action) = self.last_action(person, redo, &passed.actions)? else {
                return Err(passed.refusal.unwrap_or_else(|| {
                    let what =
                        if redo { "You have taken nothing back." } else { "You have done nothing yet." };
                    self.refuse(what, "There is nothing to do.", ctx.now)
                }));
            };
            let parts = self.parts(action, redo)?;
            // What a file was set up with long ago does not go by pressing a key twice.
            let of_catalog = !passed.actions.is_empty() && of_cases(&parts).count() < parts.len();
            let may = match of_catalog || passed.touches(&parts) {
                true => Err(self.refuse("What you did after that has to stay.", "", ctx.now)),
                false => self.may_turn(&parts, ctx, person, redo),
            };
            match may {
                Ok(catalog) => return Ok(Chosen { action, parts, catalog }),
                Err(refusal @ Error::Refused { .. })
                    if turn == Turn::UndoPassing && passed.actions.len() < MOST_PASSED =>
                {
                    passed.over(action, &parts, refusal);
                }
                Err(refusal) => return Err(passed.refusal.unwrap_or(refusal)),
            }
        }
    }

    fn turn_all(
        &mut self,
        parts: Vec<Part>,
        catalog: Option<catalog::Turned>,
        redo: bool,
        ctx: &Context,
    ) -> Result<Vec<Done>, Error> {
        let (ctx, of) = (Context { action: None, ..ctx.clone() }, parts.len());
        let mut done = Vec::new();
        // What comes back to a case may be by somebody who comes back to the catalog. What the person did themselves is last
        // to be turned: by that the action is found again.
        let (mut parts, mut catalog) = (parts, catalog);
        parts.sort_by_key(|part| (part.subject != SubjectId::Catalog, !part.followed));
        for (n, part) in parts.into_iter().enumerate() {
            done.extend(part.ops.iter().chain(&part.with).map(|op| Done {
                subject: part.subject,
                events: part.of(*op),
                repeated: false,
                warnings: Vec::new(),
            }));
            match catalog.take() {
                Some(turned) => self.turn_catalog(turned, &ctx.part(n, of))?,
                None => self.turn_part(part, redo, &ctx.part(n, of))?,
            }
        }
        Ok(done)
    }

    /// What this very undo or redo did, when it had been carried out before.
    fn turned_already(&self, op: OpId) -> Result<Vec<Done>, Error> {
        let mut done = Vec::new();
        for row in self.store.ops_of_action(op)? {
            let subject = row.subject;
            let entries = self.store.entries(subject)?;
            let ops = entries.iter().filter(|entry| entry.op == row.op);
            let ops = ops.filter_map(|entry| turned(&entry.event)).map(|(op, _)| op).collect::<Vec<_>>();
            let part = Part { subject, ops, with: Vec::new(), entries, followed: false };
            done.extend(part.ops.iter().map(|op| Done {
                subject,
                events: part.of(*op),
                repeated: true,
                warnings: Vec::new(),
            }));
        }
        Ok(done)
    }

    /// The newest action of a person that stands and is not passed over; or, for redo, the one last taken back.
    fn last_action(&self, person: &Handle, redo: bool, passed: &[OpId]) -> Result<Option<OpId>, Error> {
        // Of each action that was turned, whether the last turn took it back; and what was looked at.
        let (mut back, mut seen) = (BTreeMap::new(), BTreeSet::new());
        let mut before = i64::MAX;
        loop {
            let rows = self.store.ops_of(person, before, AT_ONCE)?;
            let Some(oldest) = rows.last() else { return Ok(None) };
            before = oldest.last;
            for row in rows {
                if !seen.insert(row.action) {
                    continue;
                }
                match self.turned_by(&row)? {
                    Some((action, undone)) => {
                        let newest = *back.entry(action).or_insert(undone);
                        if redo && newest {
                            return Ok(Some(action));
                        }
                    }
                    None if back.get(&row.action) == Some(&true) || passed.contains(&row.action) => {}
                    // A new action after an undo leaves nothing to do again.
                    None => return Ok((!redo).then_some(row.action)),
                }
            }
        }
    }

    /// The action that this command turned, and whether it took it back.
    fn turned_by(&self, row: &OpRow) -> Result<Option<(OpId, bool)>, Error> {
        let first = self.store.entries_after(row.first - 1, 1)?;
        let Some((op, undone)) = first.first().and_then(|entry| turned(&entry.event)) else {
            return Ok(None);
        };
        Ok(Some((self.store.op(op)?.map_or(op, |row| row.action), undone)))
    }

    /// The action by subject, in the order in which it came to them.
    fn parts(&self, action: OpId, redo: bool) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::<Part>::new();
        let mut at = BTreeMap::new();
        for row in self.store.ops_of_action(action)? {
            match at.get(&row.subject).and_then(|n: &usize| parts.get_mut(*n)) {
                Some(part) => part.ops.push(row.op),
                None => {
                    at.insert(row.subject, parts.len());
                    let entries = self.store.entries(row.subject)?;
                    let (subject, ops, with) = (row.subject, vec![row.op], Vec::new());
                    parts.push(Part { subject, ops, with, entries, followed: false });
                }
            }
        }
        self.take_along(&mut parts, redo)?;
        Ok(parts)
    }

    /// Refuses what cannot be turned; else what becomes of the catalog, where it changes.
    fn may_turn(
        &mut self,
        parts: &[Part],
        ctx: &Context,
        person: &Handle,
        redo: bool,
    ) -> Result<Option<catalog::Turned>, Error> {
        let now = ctx.now;
        let of_catalog = parts.iter().find(|part| part.subject == SubjectId::Catalog);
        let catalog = match of_catalog {
            Some(part) => Some(self.turn_of_catalog(part, parts, redo, ctx)?),
            None => None,
        };
        let of_case = || of_cases(parts);
        let touched = of_case().filter_map(|part| {
            let by = in_the_way(&part.entries, (&part.ops, &part.with), person, redo)?;
            Some((part, by))
        });
        let touched = touched.collect::<Vec<_>>();
        if let Some((part, by)) = touched.first() {
            let mut what = format!("{}.", self.acted(part.subject, &part.entries, by, now));
            let (others, free) = (of_case().count() - 1, of_case().count() - touched.len());
            match others {
                _ if of_case().any(|part| part.followed) => {}
                0 => {}
                1 if free == 1 => what += " The other one is untouched.",
                1 => what += " The other one is not untouched either.",
                others if free == 0 => what += &format!(" None of the other {others} is untouched."),
                others if free == others => what += &format!(" The other {others} are untouched."),
                others => what += &format!(" Of the other {others}, {free} are untouched."),
            }
            let hint = match leaver::let_go(parts) {
                _ if redo => "Do it anew, on things as they are now.".to_string(),
                Some(gone) => leaver::by_hand(gone),
                None => follows::by_hand(part, by),
            };
            return Err(self.refuse(&what, &hint, now));
        }
        for part in of_case() {
            let may = match part.followed {
                true => Ok(()),
                false => decide::may_turn(&part.entries, &part.ops, &self.catalog, ctx),
            };
            may.map_err(|refusal| Error::refused(refusal, &|at| show(&self.catalog, at, ctx.now)))?;
            self.may_go(part, parts, redo, now)?;
            self.must_have_somebody(part, catalog.as_ref(), redo, ctx)?;
        }
        Ok(catalog)
    }

    /// Refuses what would give something back to somebody who has left, in the catalog as it will be.
    fn must_have_somebody(
        &self,
        part: &Part,
        catalog: Option<&catalog::Turned>,
        redo: bool,
        ctx: &Context,
    ) -> Result<(), Error> {
        let then = catalog.map_or(&*self.catalog, |turned| &turned.after);
        match Desk::would_go_to_somebody_gone(then, part.subject, &part.entries, &part.turns(redo), ctx) {
            None => Ok(()),
            Some(gone) => Err(self.refuse(
                &format!("{} would be in the hands of {gone} again, who has left.", part.subject),
                "What they held lies with others now; offer it to somebody else.",
                ctx.now,
            )),
        }
    }

    fn turn_part(&mut self, part: Part, redo: bool, ctx: &Context) -> Result<(), Error> {
        let events = self.turns(&part, redo)?;
        let Part { subject, mut entries, .. } = part;
        let head = self.store.head()?;
        let expected = entries.last().map_or(0, |entry| entry.seq);
        let before = fold(subject, &entries, &self.catalog);
        entries.extend(events.iter().map(|event| Entry {
            seq: expected,
            at: ctx.now,
            actor: ctx.actor.clone(),
            subject,
            op: ctx.op,
            event: event.clone(),
        }));
        let after = fold(subject, &entries, &self.catalog);
        self.must_not_go_round(&before, &after, ctx.now)?;
        // Within a longer series its rows may be made at the end of it.
        let changes = match self.series.as_ref().is_some_and(|within| within.behind.contains_key(&subject)) {
            true => rows::Changes::default(),
            false => rows::between(&before, &after, &self.catalog),
        };
        let batch = Batch {
            subject,
            expected,
            catalog_seen: self.catalog.seq,
            numbers: (head.numbers, head.numbers),
            at: ctx.now,
            actor: ctx.actor.clone(),
            op: ctx.op,
            action: ctx.action,
            events,
            changes: changes.into(),
            catalog: None,
        };
        self.kept.remove(&subject);
        match self.store.append(&batch)? {
            Appended::Done { .. } => Ok(()),
            // Nobody else can write within the transaction.
            Appended::Repeated { .. } | Appended::Conflict => Err(Error::Busy),
        }
    }

    fn refuse(&self, what: &str, hint: &str, now: Instant) -> Error {
        let refusal = Refusal::NotNow { what: what.to_string(), hint: hint.to_string() };
        Error::refused(refusal, &|at| show(&self.catalog, at, now))
    }
}

/// The command that an entry says counts as not given, or as given again; and which of the two.
fn turned(event: &Event) -> Option<(OpId, bool)> {
    match event {
        Event::ActionUndone { op } => Some((*op, true)),
        Event::ActionRedone { op } => Some((*op, false)),
        _ => None,
    }
}
