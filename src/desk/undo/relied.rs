//! What other subjects rely on, or lack, where an action on a case or a record is turned.

use super::{Desk, Error, Part, show};
use crate::desk::rules::ended;
use crate::domain::Instant;
use crate::domain::event::{Actor, Entry, Event, SubjectId};
use crate::domain::fold::{Subject, fold, undone};
use crate::domain::story::{self, Line};
use crate::store::CaseFilter;
use std::collections::BTreeSet;

impl Desk {
    /// Refuses what other subjects rely on, or lack.
    pub(super) fn may_go(&self, part: &Part, parts: &[Part], redo: bool, now: Instant) -> Result<(), Error> {
        if !redo {
            self.nobody_went_on(part, parts, now)?;
        }
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

    /// Refuses to take back the end of a case where the one that waited for it went on.
    fn nobody_went_on(&self, part: &Part, parts: &[Part], now: Instant) -> Result<(), Error> {
        let SubjectId::Case(case) = part.subject else { return Ok(()) };
        let ends = |event: &Event| matches!(event, Event::CaseDone { .. } | Event::CaseWithdrawn { .. });
        for entry in part.entries.iter().filter(|entry| part.ops.contains(&entry.op) && ends(&entry.event)) {
            let Some(told) = self.store.op(ended(case, entry.seq))? else { continue };
            // Where nobody has acted on what went on, it comes back as well.
            if parts.iter().any(|other| other.ops.contains(&told.op) || other.with.contains(&told.op)) {
                continue;
            }
            let entries = self.store.entries(told.subject)?;
            let stands = !undone(&entries).contains(&told.op);
            if let Some(by) = entries.iter().find(|entry| entry.op == told.op).filter(|_| stands) {
                return Err(self.refuse(
                    &format!("{}.", self.acted(told.subject, &entries, by, now)),
                    &format!("It waited for {case}, and went on when that ended."),
                    now,
                ));
            }
        }
        Ok(())
    }

    /// Refuses what would make a case the duplicate of one that is a duplicate by now.
    pub(super) fn must_not_go_round(
        &mut self,
        before: &Subject,
        after: &Subject,
        now: Instant,
    ) -> Result<(), Error> {
        let of = |subject: &Subject| subject.case().and_then(|case| Some((case.id, case.duplicate_of()?)));
        let Some((case, of)) = of(after).filter(|now| of(before) != Some(*now)) else { return Ok(()) };
        let (mut next, mut seen) = (of, BTreeSet::new());
        // A chain may have been there before; only a circle has nothing at its end.
        while seen.insert(next) {
            let (_, other) = self.load(SubjectId::Case(next))?;
            let Some(first) = other.case().and_then(|other| other.duplicate_of()) else { break };
            if first == case {
                return Err(self.refuse(
                    &format!("{case} would be a duplicate of {of}, which is one of {case} by now."),
                    "One of them has to stay; `baton case reopen` takes a case up again.",
                    now,
                ));
            }
            next = first;
        }
        Ok(())
    }

    /// Who did what to a subject after an action, and when, with the entries looked up.
    pub(super) fn acted_on(&self, subject: SubjectId, by: &Entry, now: Instant) -> Result<String, Error> {
        Ok(self.acted(subject, &self.store.entries(subject)?, by, now))
    }

    /// Who did what with an entry of these, and when.
    pub(in crate::desk) fn who_did(&self, entries: &[Entry], by: &Entry, now: Instant) -> String {
        let (who, at, did) = self.deed(entries, by, now, |line| line.seq == by.seq);
        format!("{who}, {at}{did}")
    }

    /// Who did what to a subject of these entries after it, and when.
    pub(super) fn acted(&self, subject: SubjectId, entries: &[Entry], by: &Entry, now: Instant) -> String {
        let (who, at, did) = self.deed(entries, by, now, |line| line.seq >= by.seq);
        let who = if by.actor == Actor::Tick { "The tick".to_string() } else { who };
        let subject = match subject {
            SubjectId::Catalog => "the catalog".to_string(),
            subject => subject.to_string(),
        };
        format!("{who} acted on {subject} after that, {at}{did}")
    }

    /// Who, when, and what the first line that fits tells, after a colon.
    fn deed(
        &self,
        entries: &[Entry],
        by: &Entry,
        now: Instant,
        fits: impl Fn(&Line) -> bool,
    ) -> (String, String, String) {
        let who = match &by.actor {
            Actor::Tick => "the tick".to_string(),
            actor => actor.to_string(),
        };
        let lines = story::tell(entries, &self.catalog, &self.zone());
        let did = lines.iter().find(|line| fits(line));
        let did = did.map(|line| format!(": {} {}", line.verb, line.text)).unwrap_or_default();
        (who, show(&self.catalog, by.at, now), did.trim_end().to_string())
    }
}
