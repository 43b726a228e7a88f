//! Which numbers the entries of a journal have taken, so that the counters of the head can be checked and made
//! again. Gives no number out itself: decisions do.

use super::command::Numbers;
use super::event::{Entry, Event, ImportedOpen, ImportedRow, SubjectId};
use super::id::Handle;
use super::told_whole::Whole;

impl Numbers {
    /// Moves past every number this entry took. After all entries of a journal, in any order, these are the
    /// numbers that come next.
    pub fn pass(&mut self, entry: &Entry) {
        match entry.subject {
            SubjectId::Catalog => {}
            SubjectId::Record(id) => self.record = self.record.max(id.0.saturating_add(1)),
            SubjectId::Case(id) => self.case = self.case.max(id.0.saturating_add(1)),
        }
        match &entry.event {
            Event::HandoffOffered { handoff, .. } => {
                self.handoff = self.handoff.max(handoff.0.saturating_add(1));
            }
            Event::HandoffAccepted { task, .. } => self.task = self.task.max(task.0.saturating_add(1)),
            Event::CaseImported { first_task, first_handoff, rows, open, whole, .. } => {
                let (tasks, handoffs) = of_import(rows, open.as_ref(), whole.as_deref());
                self.task = self.task.max(first_task.0.saturating_add(tasks));
                self.handoff = self.handoff.max(first_handoff.0.saturating_add(handoffs));
            }
            _ => {}
        }
    }
}

/// How many task and handoff numbers an imported case takes.
pub(super) fn of_import(
    rows: &[ImportedRow],
    open: Option<&ImportedOpen>,
    whole: Option<&Whole<u32, Handle>>,
) -> (i64, i64) {
    if let Some(whole) = whole {
        return (rows.len() as i64, whole.offers.len() as i64);
    }
    let passes = rows.windows(2).filter(|pair| {
        let [before, after] = pair else { return false };
        matches!((&before.resource, &after.resource), (Some(a), Some(b)) if a != b)
    });
    let pending = i64::from(matches!(open, Some(ImportedOpen::Handoff { .. })));
    (rows.len() as i64, passes.count() as i64 + pending)
}
