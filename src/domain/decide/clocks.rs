//! What time alone brings to a case: clocks that follow their calendar, breaches, and rungs whose turn has
//! come. Called by the tick; run twice at the same instant it brings nothing new.

use super::super::case::{Case, Place, Task};
use super::super::catalog::Catalog;
use super::super::clock::{Clock, ClockOn, Firing, FollowUp, Turn};
use super::super::event::{Event, ExceptionKind, Outcome};
use super::super::goal::{Goal, Unit};
use super::super::id::Handle;
use super::super::instant::{Instant, Span};
use super::super::ladder::{Audience, BUILT_IN, ClockKind, Ladder, Rung, UNWATCHED};
use super::super::process::Process;
use super::super::refusal::Refusal;
use super::super::visits::is_outside;
use super::{Draft, hand_on, recipients, rung, wait};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Rungs missed for longer than this are noted and not sent.
pub const CATCH_UP: Span = Span::DAY.times(7);

/// The ladders of a process, and for each kind of clock that it names none for the one that is built in.
pub fn ladders(process: &Process) -> impl Iterator<Item = &Ladder> {
    let named = |kind: ClockKind| process.ladders.iter().any(|ladder| ladder.on == kind);
    let built_in = BUILT_IN.iter().filter(move |ladder| !named(ladder.on));
    process.ladders.iter().chain(built_in)
}

/// The rungs of a process for one kind of clock.
pub fn rungs(process: &Process, kind: ClockKind) -> &[Rung] {
    ladders(process).find(|ladder| ladder.on == kind).map_or(&[], |ladder| &ladder.rungs)
}

/// The rungs of one clock. What should be looked at again has its own: somebody is told at its date, and then as often
/// as the step says; and where nobody has looked for as long again, whoever answers for the case.
pub fn rungs_of<'p>(process: &'p Process, case: &Case, on: ClockOn) -> Cow<'p, [Rung]> {
    let ClockOn::FollowUp(what) = on else {
        return Cow::Borrowed(match (on, rungs(process, on.kind())) {
            // Nobody but the sender can see that it lies, so somebody hears of it whatever the process says.
            (ClockOn::Decide(_), []) => &BUILT_IN[0].rungs,
            (_, rungs) => rungs,
        });
    };
    let (step, climbs) = match what {
        FollowUp::Task(task) => {
            let task = case.tasks.get(&task);
            // Work in hand that is only asked for has a promise of its own, which climbs.
            let promised = |task: &Task| task.waiting().is_none() && task.clock.is_some();
            (task.map(|task| &task.step), !task.is_some_and(promised))
        }
        FollowUp::Wait(wait) => (case.waits.get(&wait).map(|wait| &wait.step), true),
        FollowUp::Offer(_) | FollowUp::Pause(_) => (None, true),
    };
    let step = step.and_then(|step| process.step(step));
    let waits = matches!(what, FollowUp::Wait(_));
    let minded = step.and_then(|step| step.minded.clone()).filter(|_| waits);
    let chase = step.and_then(|step| step.chase);
    let at = Goal { count: 0, unit: Unit::Minute };
    // Where the process asks nobody to look, whoever answers for the case hears of it.
    if waits && chase.is_none() {
        let tell = Some(Audience::Accountable);
        return Cow::Owned(vec![Rung { remind: tell, every: Some(UNWATCHED), ..Rung::at(at) }]);
    }
    let whoever = minded.map_or(Audience::Responsible, Audience::Party);
    let look = Rung { remind: Some(whoever), every: Some(chase.unwrap_or(UNWATCHED)), ..Rung::at(at) };
    let above = Rung { escalate: Some(Audience::Accountable), every: Some(UNWATCHED), ..Rung::at(UNWATCHED) };
    Cow::Owned(std::iter::once(look).chain(climbs.then_some(above)).collect())
}

/// When whoever is responsible for a branch is told the next time to look at it, or to ask for it.
pub fn looked_at_next(case: &Case, branch: u32, catalog: &Catalog) -> Option<Instant> {
    let clock = case.clocks.values().find(|clock| {
        let looks = matches!(clock.on, ClockOn::FollowUp(_));
        looks && clock.is_open() && clock.on.branch(case) == Some(branch)
    })?;
    let process = case.definition(catalog)?;
    let calendar = catalog.calendar(&clock.calendar, clock.calendar_version)?;
    clock.next_at(calendar, rungs_of(&process, case, clock.on).get(..1)?)
}

/// What is offered, waits, is asked for outside, or came back, and has no clock that would bring it before somebody: it gets one.
/// Work of a step for somebody outside is asked for from when it is in the hand of whoever minds it.
pub(super) fn watch(draft: &mut Draft<'_>) {
    let mut unwatched = Vec::new();
    for branch in draft.case.branches.values() {
        let (on, goal) = match branch.place {
            Place::Task(id) => {
                let Some(task) = draft.case.tasks.get(&id) else { continue };
                let step = draft.process.step(&task.step);
                let chase = step.and_then(|step| step.chase);
                let asked = step.is_some_and(is_outside);
                let goal = task.waiting().map(|_| chase.unwrap_or(UNWATCHED)).or(chase.filter(|_| asked));
                (ClockOn::FollowUp(FollowUp::Task(id)), goal)
            }
            Place::Waiting(n) => {
                let Some(wait) = draft.case.waits.get(&n) else { continue };
                let chase = draft.process.step(&wait.step).and_then(|step| step.chase);
                let asked = match wait.never_comes(&draft.case) {
                    true => Some(chase.unwrap_or(UNWATCHED)),
                    false => wait::asked_after(&wait.awaits, wait.clock, chase),
                };
                (ClockOn::FollowUp(FollowUp::Wait(n)), asked)
            }
            Place::Held(id) => {
                let handoff = draft.case.handoffs.get(&id);
                let step = handoff.and_then(|handoff| draft.process.step(&handoff.step));
                let goal = step.and_then(|step| step.accept).unwrap_or(UNWATCHED);
                (ClockOn::Decide(id), Some(goal))
            }
            Place::Offered(id) => {
                let promised = |clock: &Clock| clock.is_open() && clock.on == ClockOn::Accept(id);
                let unwatched = !draft.case.clocks.values().any(promised);
                (ClockOn::FollowUp(FollowUp::Offer(id)), unwatched.then_some(UNWATCHED))
            }
        };
        unwatched.extend(goal.map(|goal| (on, goal)));
    }
    let asked = draft.case.paused().filter(|(_, pause)| pause.task.is_none());
    unwatched.extend(asked.map(|(n, _)| (ClockOn::FollowUp(FollowUp::Pause(n)), UNWATCHED)));
    for (on, goal) in unwatched {
        let watched = draft.case.clocks.values().any(|clock| clock.is_open() && clock.on == on);
        // Nothing is refused for want of a calendar to count in.
        if let (false, Ok(clock)) = (watched, draft.clock_to(goal, None)) {
            draft.push(Event::ClockBegun { on, clock });
        }
    }
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
        above_the_last(draft, n);
    }
    Ok(())
}

fn follow_calendar(draft: &mut Draft<'_>, n: u32) {
    let Some(clock) = draft.case.clocks.get(&n) else { return };
    if let Some((newest, _)) = draft.catalog.newest_calendar(&clock.calendar)
        && newest > clock.calendar_version
    {
        let due = |version| draft.catalog.calendar(&clock.calendar, version).and_then(|by| clock.due(by));
        let moves = due(newest) != due(clock.calendar_version);
        draft.push(Event::CalendarFollowed { clock: n, calendar_version: newest, moves });
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

/// Where the last rung of a ladder made an offer that nobody takes in time either, all of it was missed by so long
/// that nobody was told, or none of its rungs tells anybody, whoever answers for the case hears of it: no ladder ends in
/// silence.
fn above_the_last(draft: &mut Draft<'_>, n: u32) {
    let late = |clock: &&Clock| clock.is_open() && clock.breached.is_some();
    let Some(clock) = draft.case.clocks.get(&n).filter(late) else { return };
    let slept = clock.fired.iter().any(|f| f.outcome == Outcome::TooOld);
    let heard = |f: &Firing| {
        f.at > clock.started && f.outcome == Outcome::Acted && !(f.remind.is_empty() && f.escalate.is_empty())
    };
    if clock.fired.iter().any(heard) {
        return;
    }
    let Some(calendar) = draft.catalog.calendar(&clock.calendar, clock.calendar_version) else { return };
    let (process, on) = (draft.process.clone(), clock.on);
    let rungs = rungs_of(&process, &draft.case, on);
    let silent = !rungs.is_empty() && !rungs.iter().any(|rung| brings_before_somebody(draft, on, rung));
    if !slept && clock.climbs.is_none() && !silent {
        return;
    }
    let Some(due) = clock.due(calendar).filter(|_| !clock.has_turns_left(calendar, &rungs)) else { return };
    let now = draft.ctx.now;
    let escalate = recipients::resolve(&Audience::Accountable, on, &draft.case, &process, draft.catalog, now);
    let (unheard, clock) = (escalate.is_empty(), clock.clone());
    let several = draft.catalog.newest(&draft.case.process).is_some_and(|(newest, _)| newest > 1);
    draft.push(Event::RungFired {
        clock: n,
        rung: rungs.len() as u32,
        occurrence: 0,
        due,
        outcome: Outcome::Acted,
        remind: Vec::new(),
        escalate,
        did: vec!["no rung is left".to_string()],
        version: Some(draft.case.version).filter(|_| several),
        missed: 0,
    });
    if unheard {
        unrouted(draft, &clock);
    }
}

/// Whether a rung tells somebody, or puts the work or a question before them.
fn brings_before_somebody(draft: &Draft<'_>, on: ClockOn, rung: &Rung) -> bool {
    let tells = rung.remind.is_some() || rung.escalate.is_some() || rung.exception.is_some();
    let step = || match on {
        ClockOn::Accept(id) | ClockOn::Decide(id) => Some(&draft.case.handoffs.get(&id)?.step),
        ClockOn::Work(id) => Some(&draft.case.tasks.get(&id)?.step),
        _ => None,
    };
    let to_role = || step().and_then(|step| draft.process.step(step)).and_then(hand_on::role_of).is_some();
    tells || rung.reassign.is_some() || rung.release && to_role()
}

/// An offer that its own ladder takes back when its time is up was not accepted in time, to the very instant.
pub(super) fn note_taken_back(draft: &mut Draft<'_>, n: u32) {
    let Some(clock) = draft.case.clocks.get(&n) else { return };
    let Some(calendar) = draft.catalog.calendar(&clock.calendar, clock.calendar_version) else { return };
    if let (None, Some(due)) = (clock.breached, clock.due(calendar).filter(|due| *due <= draft.ctx.now)) {
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

/// Gives every rung its turn once. After a time without ticks only the highest one due that has something to do acts,
/// with those that are due at the very same instant; the others are noted as superseded.
fn climb(draft: &mut Draft<'_>, n: u32, clock: &Clock) -> Result<(), Refusal> {
    let Some(calendar) = draft.catalog.calendar(&clock.calendar, clock.calendar_version).cloned() else {
        return Ok(());
    };
    let process = draft.process.clone();
    let rungs = rungs_of(&process, &draft.case, clock.on);
    let looks_again = matches!(clock.on, ClockOn::FollowUp(_));
    let now = draft.ctx.now;
    let several = draft.catalog.newest(&draft.case.process).is_some_and(|(newest, _)| newest > 1);
    let version = Some(draft.case.version).filter(|_| several && !looks_again);
    let turns = clock.turns_until(&calendar, &rungs, now);
    // One that tells nobody and finds nothing to do does not silence the others.
    let something = |turn: &Turn| {
        let rung = rungs.get(turn.rung as usize);
        rung.is_some_and(|rung| {
            let tells = rung.remind.is_some() || rung.escalate.is_some();
            tells || rung::plan(draft, clock.on, rung).does_something()
        })
    };
    let heights = clock.heights(&calendar, &rungs);
    let in_time = turns.iter().filter(|turn| clock.missed_for(turn, now) <= CATCH_UP);
    let able = in_time.clone().filter(|turn| something(turn)).map(|turn| turn.rung).collect::<BTreeSet<_>>();
    let acting = in_time
        .filter(|turn| able.contains(&turn.rung))
        .max_by_key(|turn| (heights.get(turn.rung as usize), turn.rung, turn.occurrence));
    let last = acting.or(turns.last()).map(|turn| turn.at);
    // Where the highest tells and asks nobody, the highest of those that do is not passed over with the others.
    let tells = |turn: &&Turn| {
        let rung = rungs.get(turn.rung as usize);
        rung.is_some_and(|rung| rung.remind.is_some() || rung.escalate.is_some())
    };
    let asks = |turn: &Turn| {
        let rung = rungs.get(turn.rung as usize).filter(|_| able.contains(&turn.rung));
        rung.is_some_and(|rung| rung.release || rung.reassign.is_some() || rung.exception.is_some())
    };
    let heard = turns.iter().any(|turn| Some(turn.at) == last && (tells(&turn) || asks(turn)));
    let in_time = turns.iter().filter(|turn| clock.missed_for(turn, now) <= CATCH_UP);
    let told_by = in_time
        .filter(tells)
        .filter(|_| !heard)
        .max_by_key(|turn| (heights.get(turn.rung as usize), turn.rung, turn.occurrence))
        .copied();
    for turn in turns {
        let Some(rung) = rungs.get(turn.rung as usize) else { continue };
        let passed = |last| turn.at < last || turn.at > last && able.contains(&turn.rung);
        let outcome = match clock.missed_for(&turn, now) {
            long if long > CATCH_UP => Outcome::TooOld,
            _ if last.is_some_and(passed) && told_by != Some(turn) => Outcome::Superseded,
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
        let tells = rung.remind.is_some() || rung.escalate.is_some();
        let unheard = [&remind, &escalate].into_iter().flatten().any(Vec::is_empty);
        let Turn { at: due, occurrence, missed, .. } = turn;
        let has_it =
            |person: &Handle| recipients::has_it(clock.on, &draft.case, draft.catalog, (person, now));
        // Who is told in place of somebody, and has it in no list of theirs, hears as of what climbs.
        let (remind, instead): (Vec<_>, Vec<_>) =
            remind.unwrap_or_default().into_iter().partition(|person| looks_again || has_it(person));
        let escalate =
            escalate.into_iter().flatten().chain(instead).collect::<BTreeSet<_>>().into_iter().collect();
        draft.push(match looks_again && turn.rung == 0 {
            true => Event::FollowUpCame { clock: n, occurrence, due, outcome, people: remind, missed },
            false => Event::RungFired {
                clock: n,
                rung: turn.rung,
                occurrence,
                due,
                outcome,
                remind,
                escalate,
                did: plan.said.clone(),
                version,
                missed,
            },
        });
        let in_vain = plan.in_vain().filter(|_| !tells);
        rung::perform(draft, plan, n)?;
        if let Some(text) = in_vain {
            rung::ask(draft, text);
        }
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
