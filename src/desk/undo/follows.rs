//! What followed from an action by itself: what stays within its case goes with it, and what has left the case is in
//! the way. Reads entries and changes nothing.

use super::Part;
use crate::domain::event::{Actor, Entry, Event, OpId};
use crate::domain::fold::undone;
use std::collections::BTreeSet;

/// What rules did on the same case because of these commands, as far as nobody and nothing outside the case has it: what
/// stands, or for doing again what was taken back.
pub(in crate::desk) fn within(entries: &[Entry], ops: &[OpId], redo: bool) -> Vec<OpId> {
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
                && entries.iter().filter(|other| other.op == entry.op).all(|other| stays(&other.event))
        };
        match entries.iter().find(followed) {
            Some(entry) => with.push(entry.op),
            None => return with,
        }
    }
}

/// Whether it changes nothing but the case.
fn stays(event: &Event) -> bool {
    match event {
        Event::CaseNoted { to, .. } => to.is_empty(),
        Event::DataChanged { .. } | Event::UrgencyChanged { .. } | Event::ExceptionOpened { .. } => true,
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
