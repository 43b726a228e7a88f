//! Letting an open case run another version of its process. Every place where it is must have one there: a step
//! of the same name or the one the map names, of the same kind, waited for by the same join. All of it or nothing.

use super::super::case::{Arrival, Branch, CaseState, Place, TaskState};
use super::super::clock::{Clock, ClockOn, FollowUp};
use super::super::event::{Awaits, ClockMoved, ClockStart, Event};
use super::super::field::{is_given, show};
use super::super::goal::Goal;
use super::super::id::{Handle, HandoffId, TaskId};
use super::super::ladder::UNWATCHED;
use super::super::process::{Process, Step, StepKind, WaitFor};
use super::super::refusal::Refusal;
use super::super::visits::is_outside;
use super::action::goal_for;
use super::{Draft, flow, free, join, rungs_of, task, wait};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) fn migrate(draft: &mut Draft<'_>, to: u32, map: &[(Handle, Handle)]) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let id = draft.case.id;
    if draft.case.state != CaseState::Open {
        return Err(Refusal::not_now(
            format!("{id} is closed, and keeps the version it ended with."),
            "Leave it out; it can be reopened first.",
        ));
    }
    let from = draft.case.version;
    if from == to {
        return Err(Refusal::not_now(format!("{id} runs version {to} already."), "There is nothing to do."));
    }
    let Some(new) = draft.catalog.process(&draft.case.process, to) else {
        let newest = draft.catalog.newest(&draft.case.process).map_or(0, |(newest, _)| newest);
        return Err(Refusal::not_found(
            format!("There is no version {to} of `{}`.", draft.case.process),
            format!("Its versions are 1 to {newest}."),
        ));
    };
    let plan = Plan { old: draft.process.clone(), new: free::kept(draft, new, to, map)?, from, to, map };
    plan.names_steps()?;
    plan.has_every_place(draft)?;
    plan.reads_the_data(draft)?;
    let moved = map.iter().filter(|(from, to)| from != to).cloned().collect();
    let (clocks, closes) = plan.clocks(draft);
    let (checked, messages) = (plan.checklists(draft), plan.messages(draft));
    // What starts counts in the calendar of the other version.
    draft.process = plan.new.clone();
    let starts = plan.starts(draft, &closes)?;
    draft.push(Event::CaseMigrated { from, to, map: moved, clocks, closes, starts, checked, messages });
    wait::follow_data(draft)?;
    flow::settle(draft, &actor)?;
    task::settle_votes(draft, Some(to))?;
    flow::finish(draft, &actor)?;
    let put = map.iter().filter(|(from, to)| from != to).map(|(_, to)| to).collect::<Vec<_>>();
    if let Some((join, at)) = join::comes_twice(draft, &put) {
        return Err(Refusal::not_now(
            format!(
                "{id} would come past `{join}` twice: what is put at `{at}` is one of those that `{join}` brings together."
            ),
            format!("Map it to a step before `{join}`, or let the work come to the join first."),
        ));
    }
    match join::waits_in_vain(draft).or_else(|| join::leads_in_vain(draft)) {
        None => Ok(()),
        Some((join, source)) => Err(Refusal::not_now(
            format!(
                "{id} would wait for ever at `{join}`: in version {to} nothing open leads to `{source}`."
            ),
            "Map the open steps so that one of them leads there, or let the work come to the join first.",
        )),
    }
}

/// The two versions and which step becomes which.
struct Plan<'m> {
    old: Arc<Process>,
    new: Arc<Process>,
    from: u32,
    to: u32,
    map: &'m [(Handle, Handle)],
}

impl Plan<'_> {
    fn target<'h>(&'h self, step: &'h Handle) -> &'h Handle {
        self.map.iter().find(|(from, _)| from == step).map_or(step, |(_, to)| to)
    }

    fn there(&self, step: &Handle) -> Option<&Step> {
        self.new.step(self.target(step))
    }

    fn names_steps(&self) -> Result<(), Refusal> {
        let unknown = |process: &Process, version: u32, step: &Handle| {
            let steps = process.steps.iter().map(|step| step.handle.as_str());
            let hint = match super::super::nearest::nearest(step.as_str(), steps.clone()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Its steps: {}.", steps.collect::<Vec<_>>().join(", ")),
            };
            Refusal::not_found(
                format!("Version {version} of `{}` has no step `{step}`.", process.handle),
                hint,
            )
        };
        let mut seen = BTreeSet::new();
        for (from, to) in self.map {
            if !seen.insert(from) {
                let what = format!("`{from}` is mapped twice.");
                return Err(Refusal::invalid(what, "Name each step once."));
            }
            if self.old.step(from).is_none() {
                return Err(unknown(&self.old, self.from, from));
            }
            if self.new.step(to).is_none() {
                return Err(unknown(&self.new, self.to, to));
            }
        }
        Ok(())
    }

    /// Every step where something is must be there, and must be the same kind of step.
    fn has_every_place(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        let case = &draft.case;
        let places = case.branches.values().filter_map(|branch| case.step_of(branch));
        let arrived = case.arrivals.iter().flat_map(|arrival| [&arrival.join, &arrival.from]);
        let missing = places.chain(arrived).filter(|step| self.there(step).is_none());
        let missing = missing.map(Handle::as_str).collect::<BTreeSet<_>>();
        if !missing.is_empty() {
            let names = missing.iter().map(|step| format!("`{step}`")).collect::<Vec<_>>().join(", ");
            let hint = missing.iter().map(|step| format!("--map {step}=STEP")).collect::<Vec<_>>().join(" ");
            return Err(Refusal::not_now(
                format!("{} is at {names}, and version {} has no such step.", case.id, self.to),
                format!("Say which step of version {} it is: {hint}.", self.to),
            ));
        }
        if let Some((one, other, to)) = join::fall_together(case, |step| self.target(step)) {
            return Err(Refusal::not_now(
                format!(
                    "{} is at `{one}` and at `{other}`, and both would be `{to}`, to be done for each of them.",
                    case.id
                ),
                "Map one of them to another step, or let one of them come to where they meet first.",
            ));
        }
        case.branches.values().try_for_each(|branch| self.same_kind(draft, branch))?;
        case.arrivals.iter().try_for_each(|arrival| self.still_joins(draft, arrival))
    }

    fn same_kind(&self, draft: &Draft<'_>, branch: &Branch) -> Result<(), Refusal> {
        let Some(handle) = draft.case.step_of(branch) else { return Ok(()) };
        let (Some(old), Some(new)) = (self.old.step(handle), self.there(handle)) else { return Ok(()) };
        let same = match (&old.kind, &new.kind) {
            (StepKind::Work, StepKind::Work)
            | (StepKind::Decision { .. }, StepKind::Decision { .. })
            | (StepKind::Wait(WaitFor::Until(_)), StepKind::Wait(WaitFor::Until(_)))
            | (StepKind::Wait(WaitFor::For(_)), StepKind::Wait(WaitFor::For(_)))
            | (StepKind::Process { wait: true, .. }, StepKind::Process { wait: true, .. }) => true,
            // What is called differently there is waited for by that name.
            (StepKind::Wait(WaitFor::Message(_)), StepKind::Wait(WaitFor::Message(_))) => true,
            _ => false,
        };
        let one_of_several = branch.item.is_some();
        if same && one_of_several == new.each.is_some() {
            return Ok(());
        }
        let words = |step: &Step| match (&step.kind, &step.each) {
            (_, Some(each)) => format!("is done once for each of {each}"),
            (StepKind::Wait(WaitFor::Until(field)), _) => format!("waits until {field}"),
            (StepKind::Wait(WaitFor::For(goal)), _) => format!("waits for {goal}"),
            (StepKind::Wait(WaitFor::Message(name)), _) => format!("waits for the message {name}"),
            (kind, _) => format!("is of type {}", kind.word()),
        };
        Err(Refusal::not_now(
            format!(
                "{} is at `{}`, which {} in version {}; `{}` of version {} {}.",
                draft.case.id,
                old.handle,
                words(old),
                self.from,
                new.handle,
                self.to,
                words(new)
            ),
            format!(
                "Map it to a step of the same kind, --map {}=STEP, or let the work leave it first.",
                old.handle
            ),
        ))
    }

    fn still_joins(&self, draft: &Draft<'_>, arrival: &Arrival) -> Result<(), Refusal> {
        let (Some(join), from) = (self.there(&arrival.join), self.target(&arrival.from)) else {
            return Ok(());
        };
        let side_by_side = arrival.join == arrival.from;
        let waits = if side_by_side { join.each.is_some() } else { join.join.contains(from) };
        if waits {
            return Ok(());
        }
        Err(Refusal::not_now(
            format!(
                "{} waits at `{}` with what came from `{}`; `{}` of version {} does not wait for `{from}`.",
                draft.case.id, arrival.join, arrival.from, join.handle, self.to
            ),
            "Let the join be complete first, or map both to steps that wait for each other.",
        ))
    }

    /// What the case knows must still be readable.
    fn reads_the_data(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        for field in &self.new.data {
            let Some(value) = draft.case.data.get(&field.name).filter(|value| is_given(Some(value))) else {
                continue;
            };
            if self.old.field(&field.name).is_some_and(|old| old.kind == field.kind) {
                continue;
            }
            let read = field.kind.read(&field.name, &show(value), draft.catalog.currency());
            if !read.is_ok_and(|read| &read == value) {
                return Err(Refusal::not_now(
                    format!(
                        "{} has {} = {}, and version {} of `{}` wants it as {}.",
                        draft.case.id,
                        field.name,
                        show(value),
                        self.to,
                        self.new.handle,
                        field.kind.word()
                    ),
                    format!(
                        "Empty it first, and fill it in again: `baton case set {} {}=`.",
                        draft.case.id, field.name
                    ),
                ));
            }
        }
        Ok(())
    }

    /// What a clock counts towards there; `None` when nothing is promised there any more.
    fn goal(&self, draft: &Draft<'_>, clock: &Clock) -> Option<Goal> {
        let case = &draft.case;
        let waiting = |wait: &u32| case.waits.get(wait).and_then(|wait| self.there(&wait.step));
        match clock.on {
            ClockOn::Case => goal_for(self.new.goal, self.new.urgent_goal, case.urgent),
            ClockOn::Accept(handoff) => self.there(&case.handoffs.get(&handoff)?.step)?.accept,
            ClockOn::Decide(_) if clock.until.is_some() => Some(clock.goal),
            ClockOn::Decide(handoff) => self.to_decide(draft, handoff),
            ClockOn::Work(task) => self.work_goal(draft, task),
            ClockOn::Wait(wait) => match waiting(&wait)?.kind {
                StepKind::Wait(WaitFor::For(goal)) => Some(goal),
                _ => Some(clock.goal),
            },
            // What has a time to be accepted there is looked at by that.
            ClockOn::FollowUp(FollowUp::Offer(handoff)) => {
                let accept = self.there(&case.handoffs.get(&handoff)?.step)?.accept;
                Some(clock.goal).filter(|_| accept.is_none())
            }
            // A date stays; what only the step asks for follows it.
            ClockOn::FollowUp(_) if clock.until.is_some() => Some(clock.goal),
            ClockOn::FollowUp(FollowUp::Task(task)) => {
                let (task, step) = (case.tasks.get(&task)?, self.there(&case.tasks.get(&task)?.step)?);
                step.chase.filter(|_| task.waiting().is_some() || is_outside(step))
            }
            ClockOn::FollowUp(FollowUp::Wait(wait)) => Some(waiting(&wait)?.chase.unwrap_or(UNWATCHED)),
            ClockOn::FollowUp(FollowUp::Pause(_)) => Some(clock.goal),
        }
    }

    fn to_decide(&self, draft: &Draft<'_>, handoff: HandoffId) -> Option<Goal> {
        let step = self.there(&draft.case.handoffs.get(&handoff)?.step)?;
        Some(step.accept.unwrap_or(UNWATCHED))
    }

    fn work_goal(&self, draft: &Draft<'_>, task: TaskId) -> Option<Goal> {
        let step = self.there(&draft.case.tasks.get(&task)?.step)?;
        goal_for(step.goal, step.urgent_goal, draft.case.urgent)
    }

    /// Open clocks that go on differently, and those that end here.
    fn clocks(&self, draft: &Draft<'_>) -> (Vec<ClockMoved>, Vec<u32>) {
        let (mut moved, mut closes) = (Vec::new(), Vec::new());
        for (n, clock) in draft.case.clocks.iter().filter(|(_, clock)| clock.is_open()) {
            match self.goal(draft, clock) {
                None => closes.push(*n),
                Some(goal) => moved.extend(self.moved(draft, *n, clock, goal)),
            }
        }
        (moved, closes)
    }

    /// The clock on the same log with what it counts towards there; `None` when nothing differs.
    fn moved(&self, draft: &Draft<'_>, n: u32, clock: &Clock, goal: Goal) -> Option<ClockMoved> {
        let (old, new) = (draft.catalog.calendar_of(&self.old), draft.catalog.calendar_of(&self.new));
        let other = new.filter(|_| old != draft.catalog.calendar_of(&self.new));
        let calendar = other.unwrap_or_else(|| clock.calendar.clone());
        let calendar_version = match calendar == clock.calendar {
            true => clock.calendar_version,
            false => draft.catalog.newest_calendar(&calendar)?.0,
        };
        // The case as it will be: a rung may be that of the step it will be at.
        let mut there = clock.clone();
        there.count_towards(goal, calendar.clone(), calendar_version);
        let same_ladder = match clock.on {
            ClockOn::FollowUp(_) => true,
            on => rungs_of(&self.old, &draft.case, on) == rungs_of(&self.new, &draft.case, on),
        };
        let passed = (!same_ladder).then(|| self.passed(draft, clock, &there));
        (there != *clock || passed.is_some()).then_some(ClockMoved {
            clock: n,
            goal,
            calendar,
            calendar_version,
            passed,
        })
    }

    /// The rungs of the other ladder whose turn has passed: migrating reminds nobody of what was. What passes only by what
    /// is promised there comes once.
    fn passed(&self, draft: &Draft<'_>, here: &Clock, there: &Clock) -> Vec<(u32, u32)> {
        let rungs = rungs_of(&self.new, &draft.case, here.on);
        let turns = |clock: &Clock| {
            let calendar = draft.catalog.calendar(&clock.calendar, clock.calendar_version);
            let anew = Clock { fired: Vec::new(), ..clock.clone() };
            let turns = calendar.map(|calendar| anew.turns_until(calendar, &rungs, draft.ctx.now));
            turns.into_iter().flatten().map(|turn| (turn.rung, turn.occurrence)).collect::<BTreeMap<_, _>>()
        };
        let there = turns(there);
        let both =
            turns(here).into_iter().filter_map(|(rung, last)| Some((rung, last.min(*there.get(&rung)?))));
        both.collect()
    }

    /// Clocks that begin here: there is a promise now where there was none.
    fn starts(&self, draft: &Draft<'_>, closes: &[u32]) -> Result<Vec<(ClockOn, ClockStart)>, Refusal> {
        let case = &draft.case;
        let runs = |n: Option<u32>| {
            let clock = n.and_then(|n| case.clocks.get(&n).map(|clock| (n, clock)));
            clock.is_some_and(|(n, clock)| clock.is_open() && !closes.contains(&n))
        };
        let mut wanted = Vec::new();
        if !runs(case.case_clock().map(|(n, _)| n)) {
            wanted.push((ClockOn::Case, goal_for(self.new.goal, self.new.urgent_goal, case.urgent)));
        }
        for branch in case.branches.values() {
            match branch.place {
                Place::Offered(id) => {
                    let handoff = case.handoffs.get(&id).filter(|handoff| !runs(handoff.clock));
                    let step = handoff.and_then(|handoff| self.there(&handoff.step));
                    wanted.push((ClockOn::Accept(id), step.and_then(|step| step.accept)));
                }
                Place::Held(id) if !runs(case.decided_by(id)) => {
                    wanted.push((ClockOn::Decide(id), self.to_decide(draft, id)));
                }
                Place::Held(_) | Place::Task(_) | Place::Waiting(_) => {}
            }
        }
        let open = case.tasks.iter().filter(|(_, task)| task.state == TaskState::Open && !runs(task.clock));
        wanted.extend(open.map(|(id, _)| (ClockOn::Work(*id), self.work_goal(draft, *id))));
        let wanted = wanted.into_iter().filter_map(|(on, goal)| Some((on, goal?)));
        let start = |(n, (on, goal)): (u32, (ClockOn, Goal))| {
            let start = draft.clock_to(goal, None)?;
            Ok((on, ClockStart { clock: start.clock + n, ..start }))
        };
        (0u32..).zip(wanted).map(start).collect()
    }

    /// Open waits for a message that has another name there.
    fn messages(&self, draft: &Draft<'_>) -> Vec<(u32, String)> {
        let open = draft.case.waits.iter().filter(|(_, wait)| wait.ended.is_none());
        let renamed = open.filter_map(|(n, wait)| match (&wait.awaits, &self.there(&wait.step)?.kind) {
            (Awaits::Message(old), StepKind::Wait(WaitFor::Message(new))) if old != new => {
                Some((*n, new.clone()))
            }
            _ => None,
        });
        renamed.collect()
    }

    /// Ticks follow their items, wherever these stand on the other checklist.
    fn checklists(&self, draft: &Draft<'_>) -> Vec<(TaskId, Vec<u32>)> {
        let open = draft.case.tasks.iter().filter(|(_, task)| task.state == TaskState::Open);
        let moved = open.filter_map(|(id, task)| {
            let (old, new) = (self.old.step(&task.step)?, self.there(&task.step)?);
            let ticked = task.checked.iter().filter_map(|item| old.checklist.get(*item as usize));
            let at = |item: &String| new.checklist.iter().position(|other| other == item);
            let there = ticked.filter_map(at).map(|n| n as u32).collect::<BTreeSet<_>>();
            (there != task.checked).then(|| (*id, there.into_iter().collect()))
        });
        moved.collect()
    }
}
