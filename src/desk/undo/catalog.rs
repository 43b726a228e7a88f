//! Taking back what changed the catalog, and doing it again. Others read it meanwhile and rely on it, so it is not
//! folded without what is taken back: it goes on by commands that bring each thing back to what it was, decided
//! like any other and written as one with the entry that says what they take back.

use super::back::bring_back;
use super::leaver::{by_hand, let_go};
use super::{Desk, Error, Part};
use crate::domain::Handle;
use crate::domain::catalog::Catalog;
use crate::domain::command::{Command, Context, TakeAway};
use crate::domain::decide::decide;
use crate::domain::event::{Actor, Entry, Event, OpId, SubjectId};
use crate::domain::fold::{Subject, undone};
use crate::domain::process::DataField;
use crate::domain::taken::{About, Thing, named};
use crate::store::{Appended, Batch};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many entries since an action are looked through for what relies on it.
const LOOKED_THROUGH: usize = 200_000;
const AT_ONCE: usize = 1_000;

/// What a turn of an action makes of the catalog.
pub(super) struct Turned {
    /// That the action is turned, and what brings things back.
    events: Vec<Event>,
    pub after: Catalog,
}

impl Desk {
    /// What turning this part of an action comes to. Nothing is written.
    ///
    /// # Errors
    /// The refusal, which says who changed the same or relies on it, or what to do by hand.
    pub(super) fn turn_of_catalog(
        &mut self,
        part: &Part,
        parts: &[Part],
        redo: bool,
        ctx: &Context,
    ) -> Result<Turned, Error> {
        if let (true, Some(gone)) = (redo, let_go(parts)) {
            return Err(self.refuse(
                &format!("What you took back let {gone} go; what they hold may differ by now."),
                &format!("`baton person leave {gone} --plan` prints it anew, `--apply FILE` carries it out."),
                ctx.now,
            ));
        }
        let changed = part.abouts();
        self.nobody_changed_it(part, parts, &changed, redo, ctx)?;
        let mut before = Catalog::default();
        part.entries[..part.comes_after(redo)].iter().for_each(|entry| before.apply(entry));
        if before.settings.is_none() && changed.contains(&About::Settings) {
            let hint = "`baton init --company NAME --zone ZONE` says others.";
            return Err(self.refuse(
                "Nothing is left to take back but setting up this file, which stays.",
                hint,
                ctx.now,
            ));
        }
        let mut order = changed;
        if !redo {
            order.reverse();
        }
        let commands = order.iter().flat_map(|about| bring_back(about, &self.catalog, &before, ctx.now));
        let mut commands = commands.collect::<Vec<_>>();
        // Who is to be named again has to be here again, and who goes is named nowhere any more.
        commands.sort_by_key(|command| match command {
            Command::AddPerson { .. } | Command::ComeBack { .. } => 0,
            Command::TakeAway(TakeAway { thing: Thing::Person(_), .. }) | Command::Leave { .. } => 2,
            _ => 1,
        });
        let going = commands.iter().filter_map(|command| match command {
            Command::TakeAway(ask) => Some(ask.thing.clone()),
            _ => None,
        });
        let going = going.collect::<Vec<_>>();
        for command in &mut commands {
            if let Command::TakeAway(ask) = command {
                ask.with.clone_from(&going);
            }
        }
        if !redo {
            self.look_up_what_relies(part, parts, &before, &mut commands, ctx)?;
        }
        let mut events = part.turns(redo);
        let mut after = (*self.catalog).clone();
        let numbers = self.store.head()?.numbers;
        for mut command in commands {
            if let Command::Leave { person, homeless } = &mut command {
                *homeless = self.leaving(person, ctx.now)?.homeless();
            }
            let decision = decide(&Subject::Catalog, &after, &command, ctx, numbers)
                .map_err(|refusal| Error::refused(refusal, &|at| super::show(&self.catalog, at, ctx.now)))?;
            for event in decision.events {
                let (seq, at, actor, op) = (after.seq, ctx.now, ctx.actor.clone(), ctx.op);
                after.apply(&Entry { seq, at, actor, subject: SubjectId::Catalog, op, event: event.clone() });
                events.push(event);
            }
        }
        Ok(Turned { events, after })
    }

    /// Writes it down.
    pub(super) fn turn_catalog(&mut self, turned: Turned, ctx: &Context) -> Result<(), Error> {
        let numbers = self.store.head()?.numbers;
        let seen = self.catalog.seq;
        let Turned { events, mut after } = turned;
        let batch = Batch {
            subject: SubjectId::Catalog,
            expected: seen,
            catalog_seen: seen,
            numbers: (numbers, numbers),
            at: ctx.now,
            actor: ctx.actor.clone(),
            op: ctx.op,
            action: ctx.action,
            events,
            changes: Default::default(),
            catalog: Some(after.clone()),
        };
        match self.store.append(&batch)? {
            Appended::Done { last, .. } => {
                after.seq = last;
                self.catalog = Arc::new(after);
                self.kept.clear();
                Ok(())
            }
            // Nobody else can write within the transaction.
            Appended::Repeated { .. } | Appended::Conflict => Err(Error::Busy),
        }
    }

    /// Refuses where somebody changed the same since.
    fn nobody_changed_it(
        &self,
        part: &Part,
        parts: &[Part],
        changed: &[About],
        redo: bool,
        ctx: &Context,
    ) -> Result<(), Error> {
        let undone = undone(&part.entries);
        let turns = turning(&part.entries);
        let own = |entry: &Entry| entry.actor.person() == ctx.actor.person();
        let since = &part.entries[part.last(redo)..];
        let by = since.iter().find(|entry| {
            About::of(&entry.event).is_some_and(|about| changed.contains(&about))
                && match redo {
                    // What is done again was decided on things as they were.
                    true => !own(entry),
                    false => !turns.contains(&entry.op) && !undone.contains(&entry.op),
                }
        });
        let Some(by) = by else { return Ok(()) };
        let who = match &by.actor {
            Actor::Tick => "The tick".to_string(),
            _ if own(by) => "You".to_string(),
            actor => actor.to_string(),
        };
        let what = About::of(&by.event).map(|about| about.words()).unwrap_or_default();
        let at = super::show(&self.catalog, by.at, ctx.now);
        let said = format!("{who} changed {what} after that, {at}");
        let (said, hint) = match let_go(parts) {
            Some(gone) => (format!("{said}, so that {gone} cannot be given everything back."), by_hand(gone)),
            None => (format!("{said}."), "Change it back by the same means.".to_string()),
        };
        Err(self.refuse(&said, &hint, ctx.now))
    }

    /// Fills in, of what is to go, what relies on it; refuses where that follows in no other way: cases that
    /// began on a version, records with values that the kind did not have.
    fn look_up_what_relies(
        &mut self,
        part: &Part,
        parts: &[Part],
        before: &Catalog,
        commands: &mut [Command],
        ctx: &Context,
    ) -> Result<(), Error> {
        let mut going = BTreeMap::<String, Thing>::new();
        let (mut versions, mut fields) = (BTreeMap::new(), BTreeMap::new());
        for command in commands.iter() {
            match command {
                Command::TakeAway(ask) => {
                    going.extend(ask.thing.handle().map(|handle| (handle.to_string(), ask.thing.clone())));
                }
                Command::PublishProcess { process } => {
                    let known = before.newest(&process.handle).map_or(0, |(version, _)| version);
                    versions.insert(process.handle.clone(), known);
                }
                Command::ApplyKind { kind } => {
                    let now = self.catalog.kinds.get(&kind.handle).map(|kind| kind.fields.as_slice());
                    fields.insert(kind.handle.clone(), unlike(now.unwrap_or_default(), &kind.fields));
                }
                _ => {}
            }
        }
        fields.retain(|_, fields: &mut BTreeSet<String>| !fields.is_empty());
        if going.is_empty() && versions.is_empty() && fields.is_empty() {
            return Ok(());
        }
        let own = parts.iter().flat_map(|part| part.ops.iter().copied()).collect::<BTreeSet<OpId>>();
        let mut counts = Standing { undone: BTreeMap::new(), own };
        let mut found = BTreeMap::<Thing, String>::new();
        let (mut after, mut looked) = (part.entries[part.first()].seq, 0);
        loop {
            let entries = self.store.entries_after(after, AT_ONCE)?;
            let Some(last) = entries.last() else { break };
            after = last.seq;
            for entry in entries {
                if !counts.count(self, &entry, ctx)? {
                    continue;
                }
                looked += 1;
                let runs = match versions.is_empty() {
                    true => None,
                    false => self.runs_from_here(&entry)?,
                };
                let runs =
                    runs.is_some_and(|(process, of)| versions.get(&process).is_some_and(|known| of > *known));
                if runs || (!fields.is_empty() && self.has_values(&entry, &fields)?) {
                    let said = self.acted_on(entry.subject, &entry, ctx.now)?;
                    let hint = "What runs on it needs it. Change it by applying another version.";
                    return Err(self.refuse(&format!("{said}."), hint, ctx.now));
                }
                let mut mentioned = if going.is_empty() { BTreeSet::new() } else { named(&entry.event) };
                mentioned.extend(entry.actor.person().map(ToString::to_string));
                for thing in mentioned.iter().filter_map(|handle| going.get(handle)) {
                    if !found.contains_key(thing) {
                        let said = self.acted_on(entry.subject, &entry, ctx.now)?;
                        found.insert(thing.clone(), format!("{said}: {} stays.", thing.words()));
                    }
                }
            }
            if looked > LOOKED_THROUGH {
                let hint = "Change it back by the same means.";
                return Err(self.refuse(
                    "Too much has happened since to say that nothing relies on it.",
                    hint,
                    ctx.now,
                ));
            }
        }
        for command in commands {
            if let Command::TakeAway(ask) = command {
                ask.relied = found.get(&ask.thing).cloned();
            }
        }
        Ok(())
    }

    /// The version of a process that a case runs on from this entry on.
    fn runs_from_here(&mut self, entry: &Entry) -> Result<Option<(Handle, u32)>, Error> {
        Ok(match &entry.event {
            Event::CaseStarted { process, version, .. } | Event::CaseImported { process, version, .. } => {
                Some((process.clone(), *version))
            }
            Event::CaseMigrated { to, .. } => {
                let (_, subject) = self.load(entry.subject)?;
                subject.case().map(|case| (case.process.clone(), *to))
            }
            _ => None,
        })
    }

    /// Whether the entry gives a record of one of these kinds a value of one of these fields.
    fn has_values(
        &mut self,
        entry: &Entry,
        fields: &BTreeMap<Handle, BTreeSet<String>>,
    ) -> Result<bool, Error> {
        let (kind, given) = match &entry.event {
            Event::RecordAdded { kind, fields, .. } => (Some(kind.clone()), fields),
            Event::RecordChanged { fields, .. } => {
                let (_, subject) = self.load(entry.subject)?;
                (subject.record().map(|record| record.kind.clone()), fields)
            }
            _ => return Ok(false),
        };
        let of = kind.and_then(|kind| fields.get(&kind));
        Ok(of.is_some_and(|of| given.iter().any(|(name, value)| of.contains(name) && !value.is_null())))
    }
}

impl Part {
    /// What it changed in the catalog, in the order of its commands.
    pub(super) fn abouts(&self) -> Vec<About> {
        let mut abouts = Vec::new();
        for about in self.events().filter_map(About::of) {
            if !abouts.contains(&about) {
                abouts.push(about);
            }
        }
        abouts
    }

    /// Where its first entry stands.
    fn first(&self) -> usize {
        self.entries.iter().position(|entry| self.ops.contains(&entry.op)).unwrap_or(0)
    }

    /// Where its last turn begins.
    fn turned(&self) -> usize {
        let turn = |entry: &Entry| super::turned(&entry.event).is_some_and(|(op, _)| self.ops.contains(&op));
        let last = self.entries.iter().rposition(turn).unwrap_or(0);
        let op = self.entries.get(last).map(|entry| entry.op);
        self.entries.iter().position(|entry| Some(entry.op) == op).unwrap_or(last)
    }

    /// How many entries stand before what is turned: what is to be brought back is what was after them.
    fn comes_after(&self, redo: bool) -> usize {
        if redo { self.turned() } else { self.first() }
    }

    /// How many entries stand before the first that came after what is turned.
    fn last(&self, redo: bool) -> usize {
        let op = match redo {
            true => self.entries.get(self.turned()).map(|entry| vec![entry.op]),
            false => Some(self.ops.clone()),
        };
        let of = op.unwrap_or_default();
        self.entries.iter().rposition(|entry| of.contains(&entry.op)).map_or(0, |last| last + 1)
    }
}

/// The commands that took something of the catalog back or did it again: what they changed is as it was before.
fn turning(entries: &[Entry]) -> BTreeSet<OpId> {
    let turns = entries.iter().filter(|entry| super::turned(&entry.event).is_some());
    turns.map(|entry| entry.op).collect()
}

/// Which entries since an action count: others' always, as they may do again what they took back; one's own unless
/// they were taken back.
struct Standing {
    /// Of each subject, the commands that were taken back.
    undone: BTreeMap<SubjectId, BTreeSet<OpId>>,
    /// The commands of the action itself.
    own: BTreeSet<OpId>,
}

impl Standing {
    fn count(&mut self, desk: &Desk, entry: &Entry, ctx: &Context) -> Result<bool, Error> {
        if self.own.contains(&entry.op) || super::turned(&entry.event).is_some() {
            return Ok(false);
        }
        if entry.actor.person() != ctx.actor.person() && entry.subject != SubjectId::Catalog {
            return Ok(true);
        }
        if let std::collections::btree_map::Entry::Vacant(new) = self.undone.entry(entry.subject) {
            let entries = desk.store.entries(entry.subject)?;
            let mut gone = undone(&entries);
            if entry.subject == SubjectId::Catalog {
                gone.extend(turning(&entries));
            }
            new.insert(gone);
        }
        Ok(self.undone.get(&entry.subject).is_none_or(|undone| !undone.contains(&entry.op)))
    }
}

/// The fields of a kind that the other definition lacks, or reads differently.
fn unlike(now: &[DataField], before: &[DataField]) -> BTreeSet<String> {
    let same = |field: &&DataField| before.iter().any(|old| old.name == field.name && old.kind == field.kind);
    now.iter().filter(|field| !same(field)).map(|field| field.name.clone()).collect()
}
