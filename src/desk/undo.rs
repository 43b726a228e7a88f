//! Taking back one's last action, and doing it again: all the commands that were given together, on all their
//! subjects, or none. Entries say that a command counts as not given; the subject is folded without it, so that
//! what comes back is exactly what was. Possible until somebody else has acted on any of it.

mod leaver;
#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;

use super::{Desk, Done, Error, show};
use crate::domain::command::Context;
use crate::domain::decide;
use crate::domain::event::{Actor, Entry, Event, OpId, SubjectId};
use crate::domain::fold::{Subject, fold};
use crate::domain::refusal::Refusal;
use crate::domain::undo::in_the_way;
use crate::domain::{Handle, Instant, rows, story};
use crate::store::{Appended, Batch, CaseFilter, OpRow};
use std::collections::{BTreeMap, BTreeSet};

/// How many commands are looked at together for the last action.
const AT_ONCE: usize = 50;

/// What an action did to one subject.
struct Part {
    subject: SubjectId,
    ops: Vec<OpId>,
    /// All of the subject's.
    entries: Vec<Entry>,
}

impl Part {
    fn events(&self) -> impl Iterator<Item = &Event> {
        self.entries.iter().filter(|entry| self.ops.contains(&entry.op)).map(|entry| &entry.event)
    }

    /// The events that say that its commands count as not given, or as given again.
    fn turns(&self, redo: bool) -> Vec<Event> {
        let turn = |op: &OpId| match redo {
            true => Event::ActionRedone { op: *op },
            false => Event::ActionUndone { op: *op },
        };
        self.ops.iter().map(turn).collect()
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
        self.in_one_transaction(|desk| desk.turn(ctx, false))
    }

    /// Does again what the person last took back.
    ///
    /// # Errors
    /// As for [`Desk::undo`].
    pub fn redo(&mut self, ctx: &Context) -> Result<Vec<Done>, Error> {
        self.in_one_transaction(|desk| desk.turn(ctx, true))
    }

    fn turn(&mut self, ctx: &Context, redo: bool) -> Result<Vec<Done>, Error> {
        let Some(person) = ctx.actor.person().cloned() else {
            return Err(self.refuse("Only a person has actions to take back.", "", ctx.now));
        };
        let turned = self.turned_already(ctx.op)?;
        if !turned.is_empty() {
            return Ok(turned);
        }
        let Some(action) = self.last_action(&person, redo)? else {
            let what = if redo { "You have taken nothing back." } else { "You have done nothing yet." };
            return Err(self.refuse(what, "There is nothing to do.", ctx.now));
        };
        let parts = self.parts(action)?;
        self.may_turn(&parts, ctx, &person, redo)?;
        let (ctx, mut of) = (Context { action: None, ..ctx.clone() }, parts.len());
        let (mut done, mut n) = (Vec::new(), 0);
        if let Some(catalog) = parts.iter().find(|part| part.subject == SubjectId::Catalog) {
            of = usize::MAX;
            done.extend(self.give_back(catalog, &ctx, &mut n)?);
        }
        for (n, part) in (n..).zip(parts.into_iter().filter(|part| part.subject != SubjectId::Catalog)) {
            self.must_have_somebody(&part, redo, &ctx)?;
            done.extend(part.ops.iter().map(|op| Done {
                subject: part.subject,
                events: part.of(*op),
                repeated: false,
                warnings: Vec::new(),
            }));
            self.turn_part(part, redo, &ctx.part(n, of))?;
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
            // What brought the catalog back turned nothing, and was done all the same.
            let ops = if ops.is_empty() { vec![row.op] } else { ops };
            let part = Part { subject, ops, entries };
            done.extend(part.ops.iter().map(|op| Done {
                subject,
                events: part.of(*op),
                repeated: true,
                warnings: Vec::new(),
            }));
        }
        Ok(done)
    }

    /// The newest action of a person that stands; or, for redo, the one last taken back.
    fn last_action(&self, person: &Handle, redo: bool) -> Result<Option<OpId>, Error> {
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
                    None if back.get(&row.action) == Some(&true) => {}
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
    fn parts(&self, action: OpId) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::<Part>::new();
        let mut at = BTreeMap::new();
        for row in self.store.ops_of_action(action)? {
            match at.get(&row.subject).and_then(|n: &usize| parts.get_mut(*n)) {
                Some(part) => part.ops.push(row.op),
                None => {
                    at.insert(row.subject, parts.len());
                    let entries = self.store.entries(row.subject)?;
                    parts.push(Part { subject: row.subject, ops: vec![row.op], entries });
                }
            }
        }
        Ok(parts)
    }

    fn may_turn(&self, parts: &[Part], ctx: &Context, person: &Handle, redo: bool) -> Result<(), Error> {
        let now = ctx.now;
        let gives_back = self.may_give_back(parts, redo, now)?;
        if !gives_back && parts.iter().any(|part| part.subject == SubjectId::Catalog) {
            return Err(self.refuse(
                "Your last action changed the catalog, which others may rely on already.",
                "Change it back by the same means; `baton process apply` publishes a new version.",
                now,
            ));
        }
        // What changed in the catalog was looked at above.
        let of_case = || parts.iter().filter(|part| part.subject != SubjectId::Catalog);
        let touched = of_case().filter_map(|part| {
            let by = in_the_way(&part.entries, &part.ops, person, redo)?;
            Some((part, by))
        });
        let touched = touched.collect::<Vec<_>>();
        if let Some((part, by)) = touched.first() {
            let mut what = format!("{}.", self.acted(part, by, now));
            let all = of_case().count();
            let (others, free) = (all - 1, all - touched.len());
            match others {
                0 => {}
                1 if free == 1 => what += " The other one is untouched.",
                others if free == others => what += &format!(" The other {others} are untouched."),
                others => what += &format!(" Of the other {others}, {free} are untouched."),
            }
            let hint = match leaver::let_go(parts) {
                _ if redo => "Do it anew, on things as they are now.".to_string(),
                Some(gone) => leaver::by_hand(gone),
                None => "Only what nobody has built upon can be taken back.".to_string(),
            };
            return Err(self.refuse(&what, &hint, now));
        }
        for part in of_case() {
            decide::may_turn(&part.entries, &self.catalog, ctx)
                .map_err(|refusal| Error::refused(refusal, &|at| show(&self.catalog, at, ctx.now)))?;
            self.may_go(part, parts, redo, now)?;
        }
        Ok(())
    }

    /// Refuses what would give something back to somebody who has left.
    fn must_have_somebody(&self, part: &Part, redo: bool, ctx: &Context) -> Result<(), Error> {
        match self.would_go_to_somebody_gone(part.subject, &part.entries, &part.turns(redo), ctx) {
            None => Ok(()),
            Some(gone) => Err(self.refuse(
                &format!("{} would be in the hands of {gone} again, who has left.", part.subject),
                "What they held lies with others now; offer it to somebody else.",
                ctx.now,
            )),
        }
    }

    /// Who did what to a part of the action after it, and when.
    fn acted(&self, part: &Part, by: &Entry, now: Instant) -> String {
        let who = match &by.actor {
            Actor::Tick => "The tick".to_string(),
            actor => actor.to_string(),
        };
        let at = show(&self.catalog, by.at, now);
        let lines = story::tell(&part.entries, &self.catalog, &self.zone());
        let did = lines.iter().find(|line| line.seq >= by.seq);
        let did = did.map(|line| format!(": {} {}", line.verb, line.text)).unwrap_or_default();
        format!("{who} acted on {} after that, {at}{}", part.subject, did.trim_end())
    }

    /// Refuses what other subjects rely on, or lack.
    fn may_go(&self, part: &Part, parts: &[Part], redo: bool, now: Instant) -> Result<(), Error> {
        let within = |subject: SubjectId| parts.iter().any(|part| part.subject == subject);
        for event in part.events() {
            match (event, part.subject, redo) {
                (Event::RecordAdded { .. }, SubjectId::Record(record), false) => {
                    let limit = Some(parts.len() + 1);
                    let filter = CaseFilter { about: Some(record), limit, ..CaseFilter::default() };
                    let about = self.store.cases(&filter)?;
                    if let Some(case) = about.iter().find(|case| !within(SubjectId::Case(case.id))) {
                        return Err(self.refuse(
                            &format!("{} is about {record}.", case.id),
                            "A record that cases speak of stays; archive it when it is not needed any more.",
                            now,
                        ));
                    }
                }
                (Event::CaseStarted { about: Some(record), .. }, SubjectId::Case(case), true) => {
                    let record = SubjectId::Record(*record);
                    let entries = self.store.entries(record)?;
                    if !within(record) && fold(record, &entries, &self.catalog).record().is_none() {
                        return Err(self.refuse(
                            &format!("{case} is about {record}, which was taken back."),
                            "Whoever added the record can do that again.",
                            now,
                        ));
                    }
                }
                (Event::CaseImported { process, foreign, .. }, _, true) => {
                    if let Some(case) = self.store.case_by_foreign(process, foreign)? {
                        return Err(self.refuse(
                            &format!("`{foreign}` of the event log is here again as {case}."),
                            "Nothing has to be brought in twice.",
                            now,
                        ));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn turn_part(&mut self, part: Part, redo: bool, ctx: &Context) -> Result<(), Error> {
        let events = part.turns(redo);
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

    /// Refuses what would make a case the duplicate of one that is a duplicate by now.
    fn must_not_go_round(&mut self, before: &Subject, after: &Subject, now: Instant) -> Result<(), Error> {
        let of = |subject: &Subject| subject.case().and_then(|case| Some((case.id, case.duplicate_of()?)));
        let Some((case, of)) = of(after).filter(|now| of(before) != Some(*now)) else { return Ok(()) };
        let (_, other) = self.load(SubjectId::Case(of))?;
        match other.case().and_then(|other| other.duplicate_of()) {
            None => Ok(()),
            Some(first) => Err(self.refuse(
                &format!("{case} would be a duplicate of {of}, which is one of {first} by now."),
                "One of them has to stay; `baton case reopen` takes a case up again.",
                now,
            )),
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
