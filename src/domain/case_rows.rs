//! The rows of a case: what lists show of it, computed from its state and nothing else.

use super::case::{Case, CaseState, Handoff, HandoffState, Place, Request, Task, TaskState, Vote, Waiting};
use super::case_flow::CANNOT_GO_ON;
use super::case_import::Foreign;
use super::catalog::Catalog;
use super::clock::{Clock, ClockOn, FollowUp};
use super::decide::decision::{of_several, voting_role};
use super::decide::{barred, rungs_of};
use super::event::{Awaits, DeclineReason, Outcome, SubjectId};
use super::id::{Handle, HandoffId, TaskId};
use super::instant::Instant;
use super::party::Party;
use super::process::Process;
use super::rollup::measured;
use super::rows::{
    CaseRow, ClockRow, ExceptionRow, HandoffRow, NoticeRow, PlaceKind, PlaceRow, Row, TIME, TaskRow,
};
use std::sync::Arc;

pub(super) fn of(case: &Case, catalog: &Catalog) -> Vec<Row> {
    those(case, catalog, &|_, _| true, &|_, _| true)
}

/// The rows of a case but those of tasks and handoffs that it shares with another state of it: they are the same
/// in both.
pub(super) fn unlike(case: &Case, other: &Case, catalog: &Catalog) -> Vec<Row> {
    if (&case.process, case.version, &case.free) != (&other.process, other.version, &other.free) {
        return of(case, catalog);
    }
    let clock = |n: Option<u32>| n.is_none_or(|n| case.clocks.shares(&n, &other.clocks));
    let task = |id: &TaskId, task: &Task| !(case.tasks.shares(id, &other.tasks) && clock(task.clock));
    let handoff = |id: &HandoffId, handoff: &Handoff| {
        !(case.handoffs.shares(id, &other.handoffs) && clock(handoff.clock))
    };
    those(case, catalog, &task, &handoff)
}

fn those(
    case: &Case,
    catalog: &Catalog,
    of_task: &dyn Fn(&TaskId, &Task) -> bool,
    of_handoff: &dyn Fn(&HandoffId, &Handoff) -> bool,
) -> Vec<Row> {
    let mut rows = Vec::with_capacity(8);
    let due = |clock: &Clock| {
        let calendar = catalog.calendar(&clock.calendar, clock.calendar_version)?;
        clock.due(calendar)
    };
    let case_clock = case.case_clock().map(|(_, clock)| clock);
    let (state, outcome, ended) = match &case.state {
        CaseState::Open => ("open", None, None),
        CaseState::Done { outcome, at } => ("done", outcome.clone(), Some(*at)),
        CaseState::Withdrawn { reason, at, .. } => ("withdrawn", Some(reason.clone()), Some(*at)),
    };
    let case_due = case.due(due);
    let broken = case.broken_before(due);
    let open = case.state == CaseState::Open;
    rows.push(Row::Case(CaseRow {
        id: case.id,
        process: case.process.clone(),
        version: case.version,
        title: case.title.clone(),
        about: case.about,
        accountable: case.accountable.clone(),
        urgent: case.urgent,
        tags: case.tags.iter().cloned().collect(),
        state: state.to_string(),
        outcome,
        started: case.started,
        ended,
        due: case_due,
        breached: broken.filter(|_| !open).or(case_clock.and_then(|clock| clock.breached)),
        foreign: case.foreign.as_ref().map(|foreign| foreign.id.clone()),
        migrated: case.migrated,
        joining: !case.arrivals.is_empty(),
        touched: case.touched,
        moved: open.then_some(case.moved),
        duplicate_of: case.duplicate_of(),
        broken: broken.filter(|_| open),
    }));
    let process = catalog.process(&case.process, case.version).map(|process| &**process);
    rows.extend(case.branches.keys().filter_map(|n| place(case, process, *n, &due)).map(Row::Place));
    let clock_of = |n: Option<u32>| n.and_then(|n| case.clocks.get(&n));
    let tasks = case.tasks.iter().filter(|(id, task)| of_task(id, task));
    for (id, task) in tasks.filter(|(id, _)| !logged(case, |log| log.tasks.contains(id))) {
        rows.push(Row::Task(task_row(case, *id, task, clock_of(task.clock), &due)));
    }
    let handoffs = case.handoffs.iter().filter(|(id, handoff)| of_handoff(id, handoff));
    for (id, handoff) in handoffs.filter(|(id, _)| !logged(case, |log| log.handoffs.contains(id))) {
        rows.push(Row::Handoff(handoff_row(case, *id, handoff, clock_of(handoff.clock), &due)));
    }
    for (n, clock) in case.clocks.iter().filter(|(_, clock)| clock.is_open()) {
        let Some(process) = catalog.process(&case.process, case.version) else { continue };
        let next = catalog
            .calendar(&clock.calendar, clock.calendar_version)
            .and_then(|calendar| clock.next_at(calendar, &rungs_of(process, case, clock.on)));
        rows.push(Row::Clock(ClockRow {
            case: case.id,
            clock: *n,
            kind: clock.on.kind(),
            next,
            calendar: clock.calendar.clone(),
            calendar_version: clock.calendar_version,
        }));
        notices(case, *n, clock, &mut rows);
    }
    if case.state == CaseState::Open {
        for (n, (at, people)) in (0u32..).zip(&case.reminders) {
            rows.extend(people.iter().map(|person| {
                Row::Notice(NoticeRow {
                    case: case.id,
                    clock: 0,
                    rung: n,
                    occurrence: 0,
                    person: person.clone(),
                    escalation: true,
                    at: *at,
                    branch: None,
                })
            }));
        }
    }
    for (n, exception) in case.exceptions.iter().filter(|(_, e)| e.resolved.is_none()) {
        rows.extend(exception.to.iter().map(|person| {
            Row::Exception(ExceptionRow {
                case: case.id,
                exception: *n,
                person: person.clone(),
                kind: exception.kind,
                text: exception.text.clone(),
                opened: exception.opened,
            })
        }));
    }
    rows.extend(case.snooze_rows(&due));
    rows.extend(case.messages.rows(SubjectId::Case(case.id)));
    rows.push(Row::Measured(Arc::new(measured(case, case_due, catalog))));
    rows
}

/// The finished work and the handoffs that the log of an imported case told of, which have no rows of their
/// own: what they would be.
pub fn history(case: &Case) -> (Vec<TaskRow>, Vec<HandoffRow>) {
    let Some(log) = &case.foreign else { return (Vec::new(), Vec::new()) };
    let never = |_: &Clock| None;
    let tasks = case.tasks.range(log.tasks.clone()).map(|(id, task)| task_row(case, *id, task, None, &never));
    let handoffs = case.handoffs.range(log.handoffs.clone());
    let handoffs = handoffs.map(|(id, handoff)| handoff_row(case, *id, handoff, None, &never));
    (tasks.collect(), handoffs.collect())
}

fn logged(case: &Case, told: impl Fn(&Foreign) -> bool) -> bool {
    case.foreign.as_ref().is_some_and(told)
}

fn notices(case: &Case, n: u32, clock: &Clock, rows: &mut Vec<Row>) {
    let branch = clock.on.branch(case);
    for firing in clock.fired.iter().filter(|f| f.outcome == Outcome::Acted) {
        // Whoever paused the case need not have work of it in their inbox, and whoever minds a wait neither, unless the
        // wait is theirs.
        let unseen = |person: &Handle| match clock.on {
            ClockOn::FollowUp(FollowUp::Offer(_) | FollowUp::Pause(_)) => true,
            ClockOn::FollowUp(FollowUp::Wait(wait)) => {
                case.waits.get(&wait).is_some_and(|wait| &wait.from != person)
            }
            // Whoever was told because the holder is away does not have it in their inbox otherwise. Whoever had it in hand
            // when they were told, and handed it on since, is done with it.
            ClockOn::Work(task) | ClockOn::FollowUp(FollowUp::Task(task)) => {
                case.tasks.get(&task).is_some_and(|task| &task.holder != person && firing.at >= task.accepted)
            }
            ClockOn::Accept(id) => case
                .handoffs
                .get(&id)
                .is_some_and(|handoff| handoff.to.person().is_some_and(|to| to != person)),
            ClockOn::Decide(id) => case.handoffs.get(&id).is_some_and(|handoff| &handoff.from != person),
            ClockOn::Case | ClockOn::Wait(_) => false,
        };
        let reminded = firing.remind.iter().map(|person| (person, unseen(person)));
        let told = reminded.chain(firing.escalate.iter().map(|person| (person, true)));
        rows.extend(told.map(|(person, escalation)| {
            Row::Notice(NoticeRow {
                case: case.id,
                clock: n,
                rung: firing.rung,
                occurrence: firing.occurrence,
                person: person.clone(),
                escalation,
                at: firing.at,
                branch,
            })
        }));
    }
}

fn place(
    case: &Case,
    process: Option<&Process>,
    n: u32,
    due: &dyn Fn(&Clock) -> Option<Instant>,
) -> Option<PlaceRow> {
    let branch = case.branches.get(&n)?;
    let task: Option<(TaskId, &Task)> = match branch.place {
        Place::Task(id) => Some((id, case.tasks.get(&id)?)),
        _ => None,
    };
    let (id, kind) = match branch.place {
        Place::Offered(id) => (Some(id), PlaceKind::Offered),
        Place::Held(id) => (Some(id), PlaceKind::Held),
        Place::Task(_) => (Some(task?.1.handoff), PlaceKind::Task),
        Place::Waiting(_) => (None, PlaceKind::Waiting),
    };
    let handoff = id.and_then(|id| case.handoffs.get(&id));
    let of = |n: u32| case.clocks.get(&n);
    let clock = match kind {
        PlaceKind::Offered => {
            let accept = handoff.and_then(|h| h.clock).and_then(of);
            // Work in hand that is offered on has its own promise all the while: an offer makes nothing less late.
            let work = handoff.and_then(|h| case.tasks.get(&h.task?)?.clock).and_then(of);
            let dated = [accept, work].into_iter().flatten().filter_map(|clock| Some((due(clock)?, clock)));
            dated.min_by_key(|(due, _)| *due).map(|(_, clock)| clock).or(accept)
        }
        PlaceKind::Task => task.and_then(|(_, t)| t.clock).and_then(of),
        PlaceKind::Held => id.and_then(|id| case.decided_by(id)).and_then(of),
        PlaceKind::Waiting => None,
    };
    let wait = task.and_then(|(_, t)| t.waiting());
    let waiting = match branch.place {
        Place::Waiting(n) => {
            let wait = case.waits.get(&n)?;
            // Until it ends by itself, else until somebody looks again.
            let clock = wait.clock.or_else(|| case.looked_at(FollowUp::Wait(n)));
            let clock = clock.and_then(|n| case.clocks.get(&n));
            Some((awaited(case, wait, process), clock.and_then(due)))
        }
        // Where the step says how often to ask, nobody named a date.
        _ => wait.map(|wait| {
            let asked = || due(case.clocks.get(&case.looked_at(FollowUp::Task(task?.0))?)?);
            (wait.reason.clone(), wait.until.or_else(asked))
        }),
    };
    let step = case.step_of(branch)?.clone();
    let votes = task.filter(|_| process.and_then(|p| p.step(&step)).is_some_and(of_several));
    // A decision of several stays with all who were asked.
    let decides = process.and_then(|process| process.step(&step));
    let asked = votes.and_then(|(_, task)| voting_role(case, decides?, task)).cloned().map(Party::Role);
    // Under an older program what came back had no clock; whoever declined may have said until when it is to be right.
    let fix = handoff.and_then(|h| match &h.state {
        HandoffState::Declined { fix_by: Some(by), at, .. } if kind == PlaceKind::Held => Some((*by, *at)),
        _ => None,
    });
    Some(PlaceRow {
        case: case.id,
        branch: n,
        process: case.process.clone(),
        free: free(case, &step),
        step,
        kind,
        responsible: case.responsible(branch)?.clone(),
        to: asked
            .or_else(|| handoff.filter(|_| kind != PlaceKind::Task || votes.is_some()).map(|h| h.to.clone())),
        from: handoff.map(|h| h.from.clone()),
        handoff: handoff.and(id),
        task: task.map(|(id, _)| id),
        since: branch.since,
        due: clock.and_then(due).or(fix.map(|(by, _)| by)),
        clock_started: clock.map(|clock| clock.started).or(fix.map(|(_, at)| at)),
        started: task.is_some_and(|(_, t)| t.started.is_some()),
        waiting,
        declined: match kind {
            PlaceKind::Held => handoff.and_then(declined),
            // Work in hand that somebody was offered and did not take is in that hand again.
            PlaceKind::Task => task.and_then(|(id, task)| {
                let mut since = case.handoffs.iter().rev().take_while(|(offer, _)| **offer > task.handoff);
                since.find(|(_, offer)| offer.task == Some(id)).and_then(|(_, offer)| declined(offer))
            }),
            PlaceKind::Offered | PlaceKind::Waiting => None,
        },
        item: branch.item.clone(),
        voted: votes.map(|(_, task)| task.votes.iter().flat_map(Vote::people).cloned().collect()),
        delegate: task.and_then(|(_, t)| t.delegate.as_ref()).map(|delegate| delegate.to.clone()),
        barred: match handoff.filter(|h| kind == PlaceKind::Offered && h.to.role().is_some()) {
            Some(handoff) => barred(case, decides, handoff),
            None => Vec::new(),
        },
    })
}

/// Why an offer was declined, where it was.
fn declined(handoff: &Handoff) -> Option<(DeclineReason, String)> {
    let HandoffState::Declined { reason, text, duplicate_of, .. } = &handoff.state else { return None };
    let text = match duplicate_of {
        Some(of) if text.is_empty() => format!("of {of}"),
        Some(of) => format!("of {of}, {text}"),
        None => text.clone(),
    };
    Some((reason.clone(), text))
}

fn free(case: &Case, step: &Handle) -> Option<String> {
    case.free_title(step).map(str::to_string)
}

/// What a branch waits for, in words.
fn awaited(case: &Case, wait: &Waiting, process: Option<&Process>) -> String {
    match &wait.awaits {
        Awaits::Time if wait.ends_by_itself() => TIME.to_string(),
        Awaits::Time | Awaits::Case(_)
            if wait.is_over(case, process.and_then(|process| process.step(&wait.step))) =>
        {
            CANNOT_GO_ON.to_string()
        }
        Awaits::Time => "a date nobody has filled in".to_string(),
        Awaits::Message(name) => format!("the message {name}"),
        Awaits::List(field) => format!("the list {field}, which nobody has filled in"),
        Awaits::Case(request) => match case.requests.get(request) {
            Some(Request::Case { case: Some(Ok(other)), .. }) => format!("the end of {other}"),
            Some(Request::Case { process, case: Some(Err(_)) }) => {
                format!("a case of {process}, which could not be started")
            }
            Some(Request::Case { process, .. }) => format!("a case of {process}"),
            _ => "another case".to_string(),
        },
    }
}

fn task_row(
    case: &Case,
    id: TaskId,
    task: &Task,
    clock: Option<&Clock>,
    due: &dyn Fn(&Clock) -> Option<Instant>,
) -> TaskRow {
    TaskRow {
        id,
        case: case.id,
        process: case.process.clone(),
        step: task.step.clone(),
        free: free(case, &task.step),
        occurrence: task.occurrence,
        item: task.item.clone(),
        holder: task.observed.then(|| task.holder.clone()),
        accepted: task.accepted,
        started: task.started,
        ended: task.ended(),
        done: matches!(task.state, TaskState::Done { .. }),
        returned: matches!(task.state, TaskState::Returned { .. }),
        superseded: task.superseded,
        waited: task.waited(),
        due: clock.and_then(due),
        breached: clock.and_then(|clock| clock.breached),
    }
}

fn handoff_row(
    case: &Case,
    id: HandoffId,
    handoff: &Handoff,
    clock: Option<&Clock>,
    due: &dyn Fn(&Clock) -> Option<Instant>,
) -> HandoffRow {
    let (by, implicit) = match &handoff.state {
        HandoffState::Accepted { by, implicit, .. } => (Some(by.clone()), *implicit),
        _ => (None, false),
    };
    HandoffRow {
        id,
        case: case.id,
        process: case.process.clone(),
        step: handoff.step.clone(),
        free: free(case, &handoff.step),
        from_step: handoff.from_step.clone(),
        from: handoff.from.clone(),
        to: handoff.to.clone(),
        offered: handoff.offered,
        state: handoff.state.word().to_string(),
        by,
        implicit,
        ended: handoff.state.ended(),
        due: clock.and_then(due),
        breached: clock.and_then(|clock| clock.breached),
        note: handoff.note.clone(),
        back: handoff.back.is_some(),
    }
}
