//! A case as an event log has it: rows become finished work and the handoffs between it.

use super::case::{Branch, Case, CaseState, Handoff, HandoffState, Place, Task, TaskState};
use super::clock::ClockOn;
use super::event::{Entry, Event, ImportedOpen};
use super::id::{Handle, HandoffId, TaskId};
use super::instant::Instant;
use super::party::Party;
use super::process::Process;
use std::ops::Range;

/// Where an imported case came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    pub id: String,
    /// How many rows of its log it holds.
    pub rows: usize,
    /// The finished work and the handoffs that its log told of. Nobody works on them here, so that no list
    /// needs a row of them: the entry of the import is enough.
    pub tasks: Range<TaskId>,
    pub handoffs: Range<HandoffId>,
}

impl Case {
    /// Whether all there is of it is what a log told that knows no offers.
    pub fn is_logged(&self) -> bool {
        self.foreign.as_ref().is_some_and(|log| !log.tasks.is_empty())
    }

    /// The rows of an event log: finished work, a handoff wherever consecutive work passed from one resource
    /// to another, and what is under way at the end.
    pub(super) fn import(&mut self, entry: &Entry, process: Option<&Process>) {
        let Event::CaseImported {
            foreign, rows, open, first_task, first_handoff, accountable, whole, ..
        } = &entry.event
        else {
            return;
        };
        let Some(process) = process else { return };
        if whole.is_some() {
            return self.import_whole(entry, process);
        }
        // Somebody has to be responsible where the log names nobody.
        let unknown = accountable.person().or(entry.actor.person()).cloned();
        let (mut task, mut handoff) = (*first_task, *first_handoff);
        let mut before: Option<(Handle, Option<Handle>, Instant)> = None;
        for (n, row) in rows.iter().enumerate() {
            let Some(step) = process.steps.get(row.step as usize).map(|s| s.handle.clone()) else { continue };
            let visits = self.visits.entry(step.clone()).or_default();
            *visits += 1;
            let occurrence = *visits;
            if n == 0 {
                self.started = row.start;
            }
            let mut brought_by = HandoffId(0);
            if let Some((from_step, Some(from), end)) = &before
                && let Some(to) = row.resource.as_ref().filter(|to| *to != from)
            {
                let state =
                    HandoffState::Accepted { by: to.clone(), at: row.start.max(*end), implicit: false };
                let passed = Handoff {
                    branch: 1,
                    step: step.clone(),
                    from_step: Some(from_step.clone()),
                    occurrence,
                    from: from.clone(),
                    to: Party::Person(to.clone()),
                    task: None,
                    note: None,
                    offered: *end,
                    clock: None,
                    due: None,
                    back: None,
                    state,
                };
                self.handoffs.insert(handoff, passed);
                brought_by = handoff;
                handoff.0 += 1;
            }
            let last = n + 1 == rows.len();
            let current = last && matches!(open, Some(ImportedOpen::Task { .. }));
            if let Some(holder) = row.resource.clone().or_else(|| unknown.clone()) {
                let mut held = Task::open(1, step.clone(), occurrence, holder, brought_by, row.start, None);
                held.started = Some(row.start);
                held.observed = row.resource.is_some();
                if !current {
                    held.state = TaskState::Done { at: row.end };
                }
                self.tasks.insert(task, held);
                if current {
                    self.branches.insert(1, Branch::outside(Place::Task(task), row.end));
                }
                task.0 += 1;
            }
            (self.touched, self.moved) = (row.end, row.end);
            before = Some((step, row.resource.clone(), row.end));
        }
        self.last_branch = 1;
        let finished = match open {
            Some(ImportedOpen::Task { .. }) => TaskId(task.0 - 1),
            _ => task,
        };
        let (tasks, handoffs) = (*first_task..finished, *first_handoff..handoff);
        self.foreign = Some(Foreign { id: foreign.clone(), rows: rows.len(), tasks, handoffs });
        let Some((last_step, last_resource, end)) = before else { return };
        match open {
            None => {
                // Work overlaps: what began last need not be what ended last.
                let at = rows.iter().map(|row| row.end).max().unwrap_or(end);
                self.touched = at;
                self.state = CaseState::Done { outcome: None, at };
            }
            Some(ImportedOpen::Task { clock }) => {
                let current = TaskId(task.0 - 1);
                if let Some(held) = self.tasks.get_mut(&current) {
                    held.clock = clock.as_ref().map(|start| start.clock);
                }
                self.start_clock(ClockOn::Work(current), clock.as_ref(), end);
            }
            Some(ImportedOpen::Handoff { step, to, clock }) => {
                let visits = self.visits.entry(step.clone()).or_default();
                *visits += 1;
                let Some(from) = last_resource.or(unknown) else { return };
                let pending = Handoff {
                    branch: 1,
                    step: step.clone(),
                    from_step: Some(last_step),
                    occurrence: *visits,
                    from,
                    to: to.clone(),
                    task: None,
                    note: None,
                    offered: end,
                    clock: clock.as_ref().map(|start| start.clock),
                    due: None,
                    back: None,
                    state: HandoffState::Offered,
                };
                self.handoffs.insert(handoff, pending);
                self.branches.insert(1, Branch::outside(Place::Offered(handoff), end));
                self.start_clock(ClockOn::Accept(handoff), clock.as_ref(), end);
            }
        }
    }
}
