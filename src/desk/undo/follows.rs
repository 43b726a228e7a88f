//! What followed from an action by itself: what a rule did, and the cases it or a step started, go with it as long as no
//! person has acted on them; a program that has run is in the way. Changes nothing.

use super::{Desk, Error, Part};
use crate::desk::rules::ended;
use crate::domain::event::{Actor, Entry, Event, OpId, SubjectId};
use crate::domain::fold::undone;
use std::collections::BTreeSet;

/// What followed on the same case from these commands and goes with them: what stands, or for doing again what was taken
/// back.
pub(in crate::desk) fn within(entries: &[Entry], ops: &[OpId], redo: bool) -> Vec<OpId> {
    going_along(entries, ops, &BTreeSet::new(), redo)
}

fn going_along(entries: &[Entry], ops: &[OpId], elsewhere: &BTreeSet<i64>, redo: bool) -> Vec<OpId> {
    let has_run = |entry: &Entry| matches!(entry.event, Event::RunRequested { .. } | Event::RunEnded { .. });
    let stays = |op: &OpId| !entries.iter().any(|entry| entry.op == *op && has_run(entry));
    follow(entries, ops, elsewhere, redo, &stays)
}

/// All that rules did on the same case because of these commands, and what stands of it.
pub(in crate::desk) fn because_of(entries: &[Entry], ops: &[OpId]) -> Vec<OpId> {
    follow(entries, ops, &BTreeSet::new(), false, &|_| true)
}

fn follow(
    entries: &[Entry],
    ops: &[OpId],
    elsewhere: &BTreeSet<i64>,
    redo: bool,
    counts: &dyn Fn(&OpId) -> bool,
) -> Vec<OpId> {
    let undone = undone(entries);
    let mut with = Vec::<OpId>::new();
    loop {
        let taken = |op: &OpId| ops.contains(op) || with.contains(op);
        let causes = entries.iter().filter(|entry| taken(&entry.op)).map(|entry| entry.seq);
        let causes = causes.collect::<BTreeSet<_>>();
        let caused = |seq: &i64| causes.contains(seq) || elsewhere.contains(seq);
        let followed = |entry: &&Entry| {
            matches!(&entry.actor, Actor::Rule(cause) if caused(&cause.entry))
                && !taken(&entry.op)
                && undone.contains(&entry.op) == redo
                && counts(&entry.op)
        };
        match entries.iter().find(followed) {
            Some(entry) => with.push(entry.op),
            None => return with,
        }
    }
}

impl Desk {
    /// Adds what followed from an action, on its own cases and on those that were started because of it.
    pub(super) fn take_along(&self, parts: &mut Vec<Part>, redo: bool) -> Result<(), Error> {
        loop {
            let taken = parts.iter().flat_map(Part::taken);
            let causes = taken.map(|entry| entry.seq).collect::<BTreeSet<_>>();
            let mut grown = false;
            for part in parts.iter_mut() {
                let with = going_along(&part.entries, &part.ops, &causes, redo);
                grown |= with.len() > part.with.len();
                part.with = with;
            }
            let linked = parts.iter().flat_map(Part::taken).filter_map(|entry| match &entry.event {
                Event::CaseLinked { case, .. } => Some(SubjectId::Case(*case)),
                _ => None,
            });
            let known = |subject: &SubjectId| parts.iter().any(|part| part.subject == *subject);
            let new = linked.filter(|subject| !known(subject)).collect::<BTreeSet<_>>();
            for subject in new {
                let entries = self.store.entries(subject)?;
                let start = entries.first().map(|entry| entry.op);
                if let Some(start) = start.filter(|start| undone(&entries).contains(start) == redo) {
                    let ops = vec![start];
                    parts.push(Part { subject, ops, with: Vec::new(), entries, followed: true });
                    grown = true;
                }
            }
            grown |= self.take_what_went_on(parts, redo)?;
            if !grown {
                return Ok(());
            }
        }
    }
}

impl Desk {
    /// Adds the cases that waited for one of these to end, and went on by that alone; whether there were any.
    fn take_what_went_on(&self, parts: &mut Vec<Part>, redo: bool) -> Result<bool, Error> {
        let mut told = Vec::new();
        for part in parts.iter() {
            let SubjectId::Case(case) = part.subject else { continue };
            let parent = part.entries.first().and_then(|entry| match &entry.event {
                Event::CaseStarted { parent, .. } => *parent,
                _ => None,
            });
            let Some(parent) = parent else { continue };
            let ends = |event: &Event| matches!(event, Event::CaseDone { .. } | Event::CaseWithdrawn { .. });
            let ends = part.taken().filter(|entry| ends(&entry.event));
            told.extend(ends.map(|entry| (SubjectId::Case(parent.case), ended(case, entry.seq))));
        }
        let mut grown = false;
        for (subject, op) in told {
            let known = |part: &Part| part.ops.contains(&op) || part.with.contains(&op);
            if parts.iter().any(known) {
                continue;
            }
            let entries = self.store.entries(subject)?;
            let there = entries.iter().any(|entry| entry.op == op);
            if !there || undone(&entries).contains(&op) != redo {
                continue;
            }
            grown = true;
            match parts.iter_mut().find(|part| part.subject == subject) {
                Some(part) => part.ops.push(op),
                None => {
                    parts.push(Part { subject, ops: vec![op], with: Vec::new(), entries, followed: true })
                }
            }
        }
        Ok(grown)
    }
}

/// What to do where this is in the way.
pub(super) fn by_hand(part: &Part, by: &Entry) -> String {
    let Actor::Rule(of) = &by.actor else {
        return "Only what nobody has built upon can be taken back.".to_string();
    };
    let linked = part.entries.iter().filter_map(|entry| match (&entry.event, &entry.actor) {
        (Event::CaseLinked { case, .. }, Actor::Rule(cause))
            if cause.rule == of.rule && entry.seq >= by.seq =>
        {
            Some(format!(" `baton case withdraw {case}` ends what it started."))
        }
        _ => None,
    });
    format!(
        "A program that has run stays run, and with it what set it off: put right by hand what should not be.{}",
        linked.collect::<String>()
    )
}
