//! The rows of a finished case that an event log told of, straight from the entry that brings it in: a shortcut past
//! making all of the case, because half a million come at once and nobody looks at them again. It holds to the rows
//! of the fold, which say what the rows are; where it cannot tell, it gives none.

use super::catalog::Catalog;
use super::event::{Actor, Event, SubjectId};
use super::rollup::{Ended, MeasuredRow, Passed, Worked};
use super::rows::{CaseRow, Row};
use super::visits::{Work, is_outside, visits};
use super::{Span, TaskId};
use std::sync::Arc;

/// The rows of the case this entry begins; `None` for any other entry, a case that goes on, or one whose process
/// has rules that may follow.
pub fn of(subject: SubjectId, event: &Event, actor: &Actor, catalog: &Catalog) -> Option<Vec<Row>> {
    let (
        SubjectId::Case(case),
        Event::CaseImported {
            process: handle,
            version,
            foreign,
            accountable,
            rows,
            open: None,
            whole: None,
            first_task,
            ..
        },
    ) = (subject, event)
    else {
        return None;
    };
    let process = catalog.process(handle, *version).filter(|process| process.rules.is_empty())?;
    let step = |n: u32| process.steps.get(n as usize).map(|step| &step.handle);
    let first = rows.first()?;
    let ended = rows.iter().map(|row| row.end).max()?;
    let is_known = rows.iter().all(|row| step(row.step).is_some());
    if !is_known || !rows.is_sorted_by_key(|row| row.start) {
        return None;
    }
    // Where the log names nobody, and nobody else could hold it, there is no work to be counted.
    let held = accountable.person().or(actor.person()).is_some();
    let work = rows.iter().filter(|row| held || row.resource.is_some());
    let work = work.zip(first_task.0..).filter_map(|(row, id)| {
        let (id, waited, of) = (TaskId(id), Span::ZERO, process.steps.get(row.step as usize)?);
        let (step, accepted, ended) = (&of.handle, row.start, Some(row.end));
        Some(Work { id, step, accepted, ended, waited, worked: true, outside: is_outside(of) })
    });
    let visits = visits(true, work.collect(), []);
    let passes = rows.windows(2).filter_map(|pair| {
        let [before, after] = pair else { return None };
        let is_passed = after.resource.as_ref()? != before.resource.as_ref()?;
        is_passed.then_some(())?;
        Some(Passed {
            from: step(before.step).cloned(),
            step: step(after.step)?.clone(),
            accepted_in: Some((after.start - before.end).max(Span::ZERO)),
            declined: false,
        })
    });
    let worked = Worked {
        at: ended,
        on_time: None,
        visits: visits.iter().map(|visit| (visit.of.step.clone(), visit.wait, visit.work)).collect(),
        returned: Vec::new(),
        passes: passes.collect(),
    };
    let row = CaseRow {
        id: case,
        process: handle.clone(),
        version: *version,
        title: foreign.clone(),
        about: None,
        accountable: accountable.clone(),
        urgent: false,
        tags: Vec::new(),
        state: "done".to_string(),
        outcome: None,
        started: first.start,
        ended: Some(ended),
        due: None,
        breached: None,
        foreign: Some(foreign.clone()),
        migrated: false,
        joining: false,
        touched: ended,
        moved: None,
        duplicate_of: None,
        broken: None,
    };
    let measured = MeasuredRow {
        case,
        process: handle.clone(),
        version: *version,
        started: first.start,
        ended: Some(Ended::Done(Box::new(worked))),
    };
    Some(vec![Row::Case(row), Row::Measured(Arc::new(measured))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Entry, ImportedRow, OpId};
    use crate::domain::process::{Performer, Process, Step};
    use crate::domain::{CaseId, Handle, HandoffId, Instant, Party, fold, rows};
    use proptest::prelude::*;

    fn h(text: &str) -> Handle {
        text.parse().unwrap()
    }

    proptest! {
        #[test]
        fn they_are_those_of_the_fold(
            rows in prop::collection::vec((0..3_u32, 0..50_i64, -5..50_i64, prop::option::of(0..3_u8)), 1..12),
            sorted in any::<bool>(), to_role in any::<bool>(), by_clock in any::<bool>(), version in 1..3_u32
        ) {
            let team = || Party::Role(h("team"));
            let mut process = Process::new(h("p"), "P".to_string(), team());
            for name in ["a", "b", "c"].iter().take(version as usize + 1) {
                process.steps.push(Step::work(h(name), name.to_string(), Performer::Party(team())));
            }
            let mut catalog = Catalog::default();
            catalog.processes.insert(h("p"), vec![Arc::new(process.clone()), Arc::new(process)]);
            let row = |(step, start, length, who): &(u32, i64, i64, Option<u8>)| ImportedRow {
                step: *step,
                start: Instant(*start),
                end: Instant(start + length),
                resource: who.map(|n| h(&format!("w{n}"))),
            };
            let mut rows = rows.iter().map(row).collect::<Vec<_>>();
            if sorted {
                rows.sort_by_key(|row| (row.start, row.end));
            }
            let event = Event::CaseImported {
                attributes: None,
                process: h("p"),
                version,
                foreign: "NA".to_string(),
                accountable: if to_role { team() } else { Party::Person(h("ana")) },
                shift: Span(3),
                rows,
                open: None,
                whole: None,
                first_task: TaskId(7),
                first_handoff: HandoffId(9),
            };
            let actor = if by_clock { Actor::Tick } else { Actor::Person(h("bo")) };
            let id = SubjectId::Case(CaseId(4));
            let told = of(id, &event, &actor, &catalog);
            let entry =
                Entry { seq: 1, at: Instant(0), actor, subject: id, op: OpId(uuid::Uuid::nil()), event };
            let folded = rows::rows(&fold::fold(id, &[entry], &catalog), &catalog);
            if let Some(told) = told {
                prop_assert_eq!(told, folded);
            } else {
                prop_assert!(!sorted || version == 1, "what is in order is told");
            }
        }
    }
}
