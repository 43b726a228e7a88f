//! What followed from an action by itself: what stays within its case goes with it, and what has left the case is in
//! the way. Reads entries and changes nothing.

use super::Part;
use crate::domain::event::{Actor, Entry, Event, OpId};
use crate::domain::fold::undone;
use std::collections::BTreeSet;

/// What rules did on the same case because of these commands, as far as nothing outside the case has it: what stands, or for
/// doing again what was taken back.
pub(in crate::desk) fn within(entries: &[Entry], ops: &[OpId], redo: bool) -> Vec<OpId> {
    let stay = |op: &OpId| entries.iter().filter(|entry| entry.op == *op).all(|entry| stays(entries, entry));
    follow(entries, ops, redo, &stay)
}

/// All that rules did on the same case because of these commands, and what stands of it.
pub(in crate::desk) fn because_of(entries: &[Entry], ops: &[OpId]) -> Vec<OpId> {
    follow(entries, ops, false, &|_| true)
}

fn follow(entries: &[Entry], ops: &[OpId], redo: bool, counts: &dyn Fn(&OpId) -> bool) -> Vec<OpId> {
    let undone = undone(entries);
    let mut with = Vec::<OpId>::new();
    loop {
        let taken = |op: &OpId| ops.contains(op) || with.contains(op);
        let causes = entries.iter().filter(|entry| taken(&entry.op)).map(|entry| entry.seq);
        let causes = causes.collect::<BTreeSet<_>>();
        let followed = |entry: &&Entry| {
            matches!(&entry.actor, Actor::Rule(cause) if causes.contains(&cause.entry))
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

/// Whether it changes nothing but the case. Who was told something and has not read it has lost nothing by it.
fn stays(entries: &[Entry], entry: &Entry) -> bool {
    match &entry.event {
        // What could not be started is nowhere else.
        Event::CaseRequested { request: asked, .. } => {
            let later = entries.iter().filter(|later| later.seq > entry.seq);
            let mut answers = later.filter_map(|later| match &later.event {
                Event::CaseNotStarted { request, .. } if request == asked => Some(true),
                Event::CaseLinked { request, .. } if request == asked => Some(false),
                _ => None,
            });
            answers.next() == Some(true)
        }
        Event::CaseNoted { .. }
        | Event::Reminded { .. }
        | Event::CaseNotStarted { .. }
        | Event::DataChanged { .. }
        | Event::UrgencyChanged { .. }
        | Event::ExceptionOpened { .. } => true,
        _ => false,
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
        "What a rule set off elsewhere stays, and with it what set it off: put right by hand what should not be.{}",
        linked.collect::<String>()
    )
}
