//! What was read meanwhile of what a merge had handed on: where the merge is taken back, the record it came from has it
//! again, and nobody has to read it twice.

use super::{Desk, Error, Part};
use crate::domain::Handle;
use crate::domain::event::{Event, SubjectId};
use crate::domain::fold::undone;
use std::collections::BTreeSet;

impl Desk {
    /// The events that turn what an action did to a subject.
    pub(super) fn turns(&self, part: &Part, redo: bool) -> Result<Vec<Event>, Error> {
        let mut events = part.turns(redo);
        if !redo {
            let read = self.read_since_merged(part)?;
            events.extend(read.into_iter().map(|by| Event::MessagesRead { by }));
        }
        Ok(events)
    }

    /// Who read, or answered, at the record that stays what waited for them at this one.
    fn read_since_merged(&self, part: &Part) -> Result<BTreeSet<Handle>, Error> {
        let into = part.events().find_map(|event| match event {
            Event::RecordMerged { into, handed: true } => Some(*into),
            _ => None,
        });
        let (Some(into), SubjectId::Record(gone)) = (into, part.subject) else { return Ok(BTreeSet::new()) };
        let entries = self.store.entries(SubjectId::Record(into))?;
        let undone = undone(&entries);
        let (mut waits, mut read) = (BTreeSet::new(), BTreeSet::new());
        for entry in &entries {
            let reader = match &entry.event {
                Event::RecordTakenOver { record, messages, .. } if *record == gone => {
                    read.clear();
                    waits = messages.iter().flat_map(|message| message.to.iter().cloned()).collect();
                    None
                }
                Event::MessagesRead { by } => Some(by),
                Event::RecordNoted { .. } => entry.actor.person(),
                _ => None,
            };
            let stands = !undone.contains(&entry.op);
            read.extend(reader.filter(|reader| stands && waits.contains(*reader)).cloned());
        }
        Ok(read)
    }
}
