//! The clock of a case stops counting and goes on: because somebody says so, or for as long as work of a step
//! that pauses it is in hand. And when somebody should look again.

use super::super::case::TaskState;
use super::super::event::{ClockStart, Event};
use super::super::goal::Goal;
use super::super::id::Handle;
use super::super::instant::Instant;
use super::super::ladder::UNWATCHED;
use super::super::overtaken::Thing;
use super::super::refusal::Refusal;
use super::permit::who_steers;
use super::wait::NOTHING;
use super::{Draft, required};

/// When somebody should look again, and the clock until then: at a date, or after the time a step gives for asking
/// again. Where nobody says anything it is a date all the same, so that nothing waits without a word.
pub(super) fn follow_up(
    draft: &Draft<'_>,
    until: Option<Instant>,
    chase: Option<Goal>,
) -> Result<(Option<Instant>, Option<ClockStart>), Refusal> {
    let unsaid = || {
        let calendar = draft.catalog.newest_calendar(&draft.catalog.calendar_of(&draft.process)?);
        calendar.and_then(|(_, calendar)| calendar.due(draft.ctx.now, UNWATCHED, &[]))
    };
    let until = until.or_else(|| if chase.is_none() { unsaid() } else { None });
    let clock = match until {
        Some(_) => Some(draft.clock_to(chase.unwrap_or(NOTHING), until)?),
        None => draft.clock_start(chase)?,
    };
    Ok((until, clock))
}

/// Stops the clock of the case until somebody resumes it.
pub(super) fn pause(draft: &mut Draft<'_>, reason: &str, until: Option<Instant>) -> Result<(), Refusal> {
    draft.must_be_open()?;
    may(draft)?;
    let still = draft.case.paused().find(|(_, pause)| pause.task.is_none());
    let still = still.map(|(n, pause)| (n, pause.reason.clone()));
    let reason = match (&still, reason.trim()) {
        (Some((_, same)), "") => same.clone(),
        _ => required(reason, "The reason", "Say what the case waits for.")?,
    };
    if until.is_some_and(|until| until <= draft.ctx.now) {
        return Err(Refusal::invalid("That follow-up lies in the past.", "Name a time to look again."));
    }
    let id = draft.case.id;
    if !draft.case.case_clock().is_some_and(|(_, clock)| clock.is_open()) {
        return Err(Refusal::not_now(
            format!(
                "{id} has no clock of its own: `{}` has no goal for the whole case.",
                draft.process.title
            ),
            "Let the work wait instead: `baton task wait`.",
        ));
    }
    if let (Some((_, same)), None) = (&still, until) {
        return Err(Refusal::overtaken(
            format!("{id} is paused already: {same}."),
            format!("Say when to look again, with --until; or let it go on: `baton case resume {id}`."),
            Thing::Pause,
        ));
    }
    let (until, follow_up) = follow_up(draft, until, None)?;
    match still {
        // The pause goes on, and only the day to look again moves.
        Some((pause, _)) => draft.push(Event::CasePaused { pause, reason, until, task: None, follow_up }),
        None => push(draft, reason, until, None, follow_up),
    }
    Ok(())
}

fn push(
    draft: &mut Draft<'_>,
    reason: String,
    until: Option<Instant>,
    task: Option<super::super::TaskId>,
    follow_up: Option<ClockStart>,
) {
    let pause = draft.case.pauses.keys().max().map_or(1, |n| n + 1);
    draft.push(Event::CasePaused { pause, reason, until, task, follow_up });
}

/// Lets the clock of the case go on.
pub(super) fn resume(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    draft.must_be_open()?;
    let actor = draft.actor()?;
    let id = draft.case.id;
    let asked = draft.case.paused().find(|(_, pause)| pause.task.is_none());
    let Some((pause, by)) = asked.map(|(n, pause)| (n, pause.by.clone())) else {
        let by_work = draft.case.paused().next().and_then(|(_, pause)| pause.task);
        return Err(match by_work {
            Some(task) => Refusal::not_now(
                format!("{task} pauses {id} for as long as it is in hand."),
                format!("Finish it: `baton task done {task}`."),
            ),
            None => Refusal::overtaken(
                format!("{id} is not paused."),
                "There is nothing to resume.",
                Thing::Pause,
            ),
        });
    };
    if by != Some(actor) {
        may(draft)?;
    }
    draft.push(Event::CaseResumed { pause });
    Ok(())
}

/// Those who have work of the case in hand or on offer, and those who steer it.
fn may(draft: &Draft<'_>) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let responsible = |branch| draft.case.responsible(branch) == Some(&actor);
    let steers = |branch| draft.case.step_of(branch).is_some_and(|step| draft.may_steer(&actor, step));
    if draft.case.branches.values().any(|branch| responsible(branch) || steers(branch)) {
        return Ok(());
    }
    let first = draft.case.branches.values().next();
    let step = first.and_then(|branch| draft.case.step_of(branch));
    Err(Refusal::not_yours(
        format!("{actor} is not responsible for anything in {}.", draft.case.id),
        step.map_or_else(String::new, |step| {
            who_steers(draft, first.and_then(|branch| draft.case.responsible(branch)), step)
        }),
    ))
}

/// Work of a step that pauses the case has come into a hand, or the step says so no longer. Its end is no event
/// of its own: it ends with the work.
pub(super) fn follow_steps(draft: &mut Draft<'_>) {
    let runs = draft.case.case_clock().is_some_and(|(_, clock)| clock.is_open());
    if !runs {
        return;
    }
    let pausing = |step: &Handle| draft.process.step(step).filter(|step| step.pauses_case);
    let in_hand = draft.case.tasks.iter().filter(|(_, task)| task.state == TaskState::Open);
    let begun = in_hand.filter(|(id, _)| !draft.case.paused().any(|(_, pause)| pause.task == Some(**id)));
    let begun = begun.filter_map(|(id, task)| Some((*id, pausing(&task.step)?.title.clone())));
    let begun = begun.collect::<Vec<_>>();
    let stale = draft.case.paused().filter(|(_, pause)| {
        let task = pause.task.and_then(|task| draft.case.tasks.get(&task));
        task.is_some_and(|task| pausing(&task.step).is_none())
    });
    let stale = stale.map(|(n, _)| n).collect::<Vec<_>>();
    for (task, title) in begun {
        push(draft, title, None, Some(task), None);
    }
    for pause in stale {
        draft.push(Event::CaseResumed { pause });
    }
}
