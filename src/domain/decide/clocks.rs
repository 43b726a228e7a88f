//! What time alone brings to a case: clocks that follow their calendar, breaches, and rungs whose turn has
//! come. Called by the tick; run twice at the same instant it brings nothing new.

use super::super::case::Case;
use super::super::clock::{Clock, ClockOn, FollowUp};
use super::super::event::{Event, ExceptionKind, Outcome};
use super::super::free::AD_HOC;
use super::super::goal::{Goal, Unit};
use super::super::id::Handle;
use super::super::instant::Span;
use super::super::ladder::{Audience, BUILT_IN, ClockKind, Ladder, Rung};
use super::super::process::Process;
use super::super::refusal::Refusal;
use super::{Draft, recipients, rung};
use std::borrow::Cow;

/// Rungs missed for longer than this are noted and not sent.
pub const CATCH_UP: Span = Span::DAY.times(7);

/// The ladders of a process, or those that are built in where it names none. A case without a process has none:
/// who started it is who answers for it.
pub fn ladders(process: &Process) -> &[Ladder] {
    match process.ladders.is_empty() && process.handle.as_str() != AD_HOC {
        true => &BUILT_IN,
        false => &process.ladders,
    }
}

/// The rungs of a process for one kind of clock.
pub fn rungs(process: &Process, kind: ClockKind) -> &[Rung] {
    ladders(process).iter().find(|ladder| ladder.on == kind).map_or(&[], |ladder| &ladder.rungs)
}

/// The rungs of one clock. What should be looked at again has one: at its date, and then as often as the step says.
pub fn rungs_of<'p>(process: &'p Process, case: &Case, on: ClockOn) -> Cow<'p, [Rung]> {
    let ClockOn::FollowUp(what) = on else {
        return Cow::Borrowed(match (on, rungs(process, on.kind())) {
            // Nobody but the sender can see that it lies, so somebody hears of it whatever the process says.
            (ClockOn::Decide(_), []) => &BUILT_IN[0].rungs,
            (_, rungs) => rungs,
        });
    };
    let step = match what {
        FollowUp::Task(task) => case.tasks.get(&task).map(|task| &task.step),
        FollowUp::Wait(wait) => case.waits.get(&wait).map(|wait| &wait.step),
        FollowUp::Pause(_) => None,
    };
    let step = step.and_then(|step| process.step(step));
    let waits = matches!(what, FollowUp::Wait(_));
    let minded = step.and_then(|step| step.minded.clone()).filter(|_| waits);
    // Where the process asks nobody to look, whoever answers for the case hears of it.
    let unwatched = waits && step.is_some_and(|step| step.chase.is_none());
    let whoever = if unwatched { Audience::Accountable } else { Audience::Responsible };
    Cow::Owned(vec![Rung {
        at: Goal { count: 0, unit: Unit::Minute },
        remind: Some(minded.map_or(whoever, Audience::Party)),
        escalate: None,
        raise: false,
        release: false,
        reassign: None,
        exception: None,
        every: step.and_then(|step| step.chase),
        most: None,
    }])
}

pub(super) fn run(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    let open = draft.case.clocks.iter().filter(|(_, clock)| clock.is_open()).map(|(n, _)| *n);
    for n in open.collect::<Vec<_>>() {
        follow_calendar(draft, n);
        let Some(clock) = draft.case.clocks.get(&n).cloned() else { continue };
        if matches!(clock.on, ClockOn::Wait(_)) {
            continue;
        }
        note_breach(draft, n, &clock);
        climb(draft, n, &clock)?;
    }
    Ok(())
}

fn follow_calendar(draft: &mut Draft<'_>, n: u32) {
    let Some(clock) = draft.case.clocks.get(&n) else { return };
    if let Some((newest, _)) = draft.catalog.newest_calendar(&clock.calendar)
        && newest > clock.calendar_version
    {
        draft.push(Event::CalendarFollowed { clock: n, calendar_version: newest });
    }
}

fn note_breach(draft: &mut Draft<'_>, n: u32, clock: &Clock) {
    let Some(calendar) = draft.catalog.calendar(&clock.calendar, clock.calendar_version) else { return };
    if clock.breached.is_some() || clock.is_paused() || !clock.on.kind().breaches() {
        return;
    }
    if let Some(due) = clock.due(calendar).filter(|due| *due < draft.ctx.now) {
        draft.push(Event::ClockBreached { clock: n, due });
    }
}

/// Notes the breach of what ended past its due, where no tick came between: the timeline says so as well.
pub(super) fn note_late_ends(draft: &mut Draft<'_>, before: &Case) {
    for (n, _) in before.clocks.iter().filter(|(_, clock)| clock.is_open() && clock.breached.is_none()) {
        let Some(clock) = draft.case.clocks.get(n).filter(|clock| !clock.is_open()) else { continue };
        if clock.breached.is_some() || !clock.on.kind().breaches() {
            continue;
        }
        let calendar = draft.catalog.calendar(&clock.calendar, clock.calendar_version);
        if let Some(due) =
            calendar.and_then(|calendar| clock.due(calendar)).filter(|due| *due < draft.ctx.now)
        {
            draft.push(Event::ClockBreached { clock: *n, due });
        }
    }
}

/// Gives every rung its turn once. After a time without ticks only the last one due that has something to do acts, with
/// those that are due at the very same instant; those before it are noted as superseded.
fn climb(draft: &mut Draft<'_>, n: u32, clock: &Clock) -> Result<(), Refusal> {
    let Some(calendar) = draft.catalog.calendar(&clock.calendar, clock.calendar_version).cloned() else {
        return Ok(());
    };
    let process = draft.process.clone();
    let rungs = rungs_of(&process, &draft.case, clock.on);
    let looks_again = matches!(clock.on, ClockOn::FollowUp(_));
    let now = draft.ctx.now;
    let several = draft.catalog.newest(&draft.case.process).is_some_and(|(newest, _)| newest > 1);
    let version = Some(draft.case.version).filter(|_| several);
    let (turns, more) = clock.turns_until(&calendar, &rungs, now);
    // One that tells nobody and finds nothing to do does not silence those before it.
    let something = |rung: &Rung| {
        rung.remind.is_some() || rung.escalate.is_some() || rung::plan(draft, clock.on, rung).does_something()
    };
    let acting = turns.iter().rev().find(|turn| rungs.get(turn.rung as usize).is_some_and(something));
    let last = acting.or(turns.last()).map(|turn| turn.at);
    for turn in turns {
        let Some(rung) = rungs.get(turn.rung as usize) else { continue };
        let outcome = match turn.at {
            at if now - at > CATCH_UP => Outcome::TooOld,
            at if more || last.is_some_and(|last| at < last) => Outcome::Superseded,
            _ => Outcome::Acted,
        };
        let told = |audience: &Option<Audience>| {
            audience.as_ref().filter(|_| outcome == Outcome::Acted).map(|audience| {
                recipients::resolve(audience, clock.on, &draft.case, &process, draft.catalog, now)
            })
        };
        let (remind, escalate) = (told(&rung.remind), told(&rung.escalate));
        let plan = match outcome {
            Outcome::Acted => rung::plan(draft, clock.on, rung),
            _ => rung::Plan::default(),
        };
        let unheard = [&remind, &escalate].into_iter().flatten().any(Vec::is_empty);
        let (occurrence, due) = (turn.occurrence, turn.at);
        let remind = remind.unwrap_or_default();
        draft.push(match looks_again {
            true => Event::FollowUpCame { clock: n, occurrence, due, outcome, people: remind },
            false => {
                let escalate = escalate.unwrap_or_default();
                let (rung, did) = (turn.rung, plan.said.clone());
                Event::RungFired { clock: n, rung, occurrence, due, outcome, remind, escalate, did, version }
            }
        });
        rung::perform(draft, plan)?;
        if unheard {
            unrouted(draft, clock);
        }
    }
    Ok(())
}

/// Nobody could be told: every admin has it in their inbox, once for as long as it is open.
fn unrouted(draft: &mut Draft<'_>, clock: &Clock) {
    let open = |e: &super::super::case::Exception| e.kind == ExceptionKind::Unrouted && e.resolved.is_none();
    if draft.case.exceptions.values().any(open) {
        return;
    }
    let admins = draft.catalog.admins().cloned().collect::<Vec<Handle>>();
    let text = format!("Nobody could be told that the {} clock ran out.", clock.on.kind().word());
    draft.open_exception(ExceptionKind::Unrouted, text, admins);
}
