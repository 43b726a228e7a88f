//! Taking back one's last action, and doing it again. An entry says that a command counts as not given; the
//! subject is folded without it, so that what comes back is exactly what was. Possible until somebody else
//! has acted on it.

use super::{Desk, Error, show};
use crate::domain::command::Context;
use crate::domain::event::{Actor, Entry, Event, OpId, SubjectId};
use crate::domain::fold::{self, fold};
use crate::domain::refusal::Refusal;
use crate::domain::rows;
use crate::domain::{Handle, Instant};
use crate::store::{Appended, Batch};

/// How far back the last action is looked for.
const LOOK_BACK: usize = 50;

impl Desk {
    /// Takes back the person's last action that was not taken back yet. The subject and what was undone.
    pub fn undo(&mut self, ctx: &Context) -> Result<(SubjectId, Vec<Event>), Error> {
        self.turn(ctx, false)
    }

    /// Does again what the person last took back.
    pub fn redo(&mut self, ctx: &Context) -> Result<(SubjectId, Vec<Event>), Error> {
        self.turn(ctx, true)
    }

    fn turn(&mut self, ctx: &Context, redo: bool) -> Result<(SubjectId, Vec<Event>), Error> {
        let Some(person) = ctx.actor.person().cloned() else {
            return Err(self.refuse("Only a person has actions to take back.", "", ctx.now));
        };
        for _ in 0..20 {
            let catalog = self.catalog()?;
            let Some((subject, op)) = self.last_action(&person, redo)? else {
                let what = if redo { "You have taken nothing back." } else { "You have done nothing yet." };
                return Err(self.refuse(what, "There is nothing to do.", ctx.now));
            };
            if subject == SubjectId::Catalog {
                return Err(self.refuse(
                    "Your last action changed the catalog, which others may rely on already.",
                    "Change it back by the same means; `baton process apply` publishes a new version.",
                    ctx.now,
                ));
            }
            let entries = self.store.entries(subject)?;
            if let Some(other) = touched_since(&entries, op, &person) {
                let at = show(&catalog, other.at, ctx.now);
                return Err(self.refuse(
                    &format!("{} acted on {subject} after that, {at}.", other.actor),
                    "Only what nobody has built upon can be taken back.",
                    ctx.now,
                ));
            }
            let event = if redo { Event::ActionRedone { op } } else { Event::ActionUndone { op } };
            let undone =
                entries.iter().filter(|entry| entry.op == op).map(|entry| entry.event.clone()).collect();
            if self.append_turn(subject, entries, event, ctx)? {
                return Ok((subject, undone));
            }
        }
        Err(Error::Busy)
    }

    /// The newest command of a person that stands (or, for redo, the one last taken back).
    fn last_action(&self, person: &Handle, redo: bool) -> Result<Option<(SubjectId, OpId)>, Error> {
        for row in self.store.ops_of(person, LOOK_BACK)? {
            let entries = self.store.entries(row.subject)?;
            let undone = fold::undone(&entries);
            let own = entries.iter().find(|entry| entry.op == row.op).map(|entry| &entry.event);
            match (own, redo) {
                (Some(Event::ActionUndone { op }), true) if undone.contains(op) => {
                    return Ok(Some((row.subject, *op)));
                }
                (Some(Event::ActionUndone { .. } | Event::ActionRedone { .. }), false) => {}
                // A new action after an undo leaves nothing to do again.
                (Some(Event::ActionRedone { .. }), true) => {}
                (Some(_), true) => {
                    if !undone.contains(&row.op) {
                        return Ok(None);
                    }
                }
                (Some(_), false) if !undone.contains(&row.op) => return Ok(Some((row.subject, row.op))),
                _ => {}
            }
        }
        Ok(None)
    }

    fn append_turn(
        &mut self,
        subject: SubjectId,
        entries: Vec<Entry>,
        event: Event,
        ctx: &Context,
    ) -> Result<bool, Error> {
        let head = self.store.head()?;
        let expected = entries.last().map_or(0, |entry| entry.seq);
        let before = rows::rows(&fold(subject, &entries, &self.catalog), &self.catalog);
        let mut entries = entries;
        entries.push(Entry {
            seq: expected,
            at: ctx.now,
            actor: ctx.actor.clone(),
            subject,
            op: ctx.op,
            event: event.clone(),
        });
        let after = rows::rows(&fold(subject, &entries, &self.catalog), &self.catalog);
        let batch = Batch {
            subject,
            expected,
            catalog_seen: self.catalog.seq,
            numbers: (head.numbers, head.numbers),
            at: ctx.now,
            actor: ctx.actor.clone(),
            op: ctx.op,
            events: vec![event],
            changes: rows::changes(&before, after),
            catalog: None,
        };
        self.kept.remove(&subject);
        Ok(!matches!(self.store.append(&batch)?, Appended::Conflict))
    }

    fn refuse(&self, what: &str, hint: &str, now: Instant) -> Error {
        let refusal = Refusal::NotNow { what: what.to_string(), hint: hint.to_string() };
        Error::refused(refusal, &|at| show(&self.catalog, at, now))
    }
}

/// The first thing another person did to the subject after the command.
fn touched_since<'e>(entries: &'e [Entry], op: OpId, person: &Handle) -> Option<&'e Entry> {
    let last = entries.iter().rposition(|entry| entry.op == op)?;
    entries[last + 1..].iter().find(|entry| matches!(&entry.actor, Actor::Person(other) if other != person))
}
