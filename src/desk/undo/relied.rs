//! What other subjects rely on, or lack, where an action on a case or a record is turned.

use super::{Desk, Error, Part};
use crate::desk::rules::told_of_end;
use crate::domain::Instant;
use crate::domain::event::{Event, SubjectId};
use crate::domain::fold::fold;
use crate::store::CaseFilter;

impl Desk {
    /// Refuses what other subjects rely on, or lack.
    pub(super) fn may_go(&self, part: &Part, parts: &[Part], redo: bool, now: Instant) -> Result<(), Error> {
        let within = |subject: SubjectId| parts.iter().any(|part| part.subject == subject);
        for entry in part.entries.iter().filter(|entry| part.ops.contains(&entry.op)) {
            match (&entry.event, part.subject, redo) {
                (Event::CaseDone { .. } | Event::CaseWithdrawn { .. }, SubjectId::Case(case), false) => {
                    if let Some(went_on) = self.store.op(told_of_end(case, entry.seq))?
                        && let [by, ..] = self.store.entries_after(went_on.first - 1, 1)?.as_slice()
                    {
                        return Err(self.refuse(
                            &format!("{}.", self.acted_on(went_on.subject, by, now)?),
                            "That case went on because this one had ended; bring this one back with `case reopen`.",
                            now,
                        ));
                    }
                }
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
}
