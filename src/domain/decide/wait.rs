//! Waits: a branch stands at a step that nobody does, until a date, for a length of time, for a message, or
//! for another case. Whoever sent it there stays responsible meanwhile.

use super::super::awaited::{CUT_SHORT, ENDED, WITHDRAWN};
use super::super::case::{Place, Waiting};
use super::super::command::EndWait;
use super::super::event::{AtWait, Awaits, ClockStart, Event, ExceptionKind};
use super::super::field::is_given;
use super::super::goal::{Goal, Unit};
use super::super::id::Handle;
use super::super::ladder::UNWATCHED;
use super::super::overtaken::Thing;
use super::super::process::{Step, StepKind, WaitFor};
use super::super::refusal::Refusal;
use super::super::zone::Fold;
use super::flow::{self, Sending};
use super::{Draft, action, contract, free, read_data, required, task};
use serde_json::Value;

/// What the clock of a date counts: nothing.
pub(super) const NOTHING: Goal = Goal { count: 0, unit: Unit::Minute };

/// Lets a branch wait at a step. A date that has passed lets it go on at once.
pub(super) fn begin(draft: &mut Draft<'_>, branch: u32, step: &Step, by: &Handle) -> Result<(), Refusal> {
    let StepKind::Wait(what) = &step.kind else { return Ok(()) };
    let (awaits, clock) = match what {
        WaitFor::Message(name) => (Awaits::Message(name.clone()), None),
        WaitFor::For(goal) => (Awaits::Time, Some(draft.clock_to(*goal, None)?)),
        WaitFor::Until(field) => (Awaits::Time, until(draft, field)?),
    };
    let wait = push(draft, branch, step, by, awaits, clock)?;
    if due(draft, wait) { go_on(draft, wait, None) } else { Ok(()) }
}

/// Lets a branch wait for the case that was asked for.
pub(super) fn begin_for_case(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    request: u32,
) -> Result<(), Refusal> {
    push(draft, branch, step, by, Awaits::Case(request), None).map(|_| ())
}

/// Lets a branch wait at a step for the list that says how often it is done; the number of the wait.
pub(super) fn begin_for_list(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    field: &str,
) -> Result<u32, Refusal> {
    push(draft, branch, step, by, Awaits::List(field.to_string()), None)
}

fn push(
    draft: &mut Draft<'_>,
    branch: u32,
    step: &Step,
    by: &Handle,
    awaits: Awaits,
    clock: Option<ClockStart>,
) -> Result<u32, Refusal> {
    let wait = draft.case.waits.keys().max().map_or(1, |n| n + 1);
    let occurrence = flow::next_visit(draft, step);
    let follow_up = look_again(draft, step, &awaits, clock.as_ref())?;
    let (step, from) = (step.handle.clone(), by.clone());
    draft.push(Event::WaitBegun { wait, branch, step, occurrence, from, awaits, clock, follow_up });
    Ok(wait)
}

/// The clock that runs until somebody looks at a wait again. What comes by itself needs nobody who asks for it, and
/// another case is watched where it is; anything else does not lie without a word, whatever the process says of it.
fn look_again(
    draft: &Draft<'_>,
    step: &Step,
    awaits: &Awaits,
    clock: Option<&ClockStart>,
) -> Result<Option<ClockStart>, Refusal> {
    draft.clock_start(asked_after(awaits, clock.map(|clock| clock.clock), step.chase))
}

/// After how long somebody looks at a wait again.
pub(super) fn asked_after(awaits: &Awaits, clock: Option<u32>, chase: Option<Goal>) -> Option<Goal> {
    match awaits {
        Awaits::Time if clock.is_some() => None,
        Awaits::Case(_) => chase,
        Awaits::Time | Awaits::Message(_) | Awaits::List(_) => Some(chase.unwrap_or(UNWATCHED)),
    }
}

/// The clock that runs until the beginning of the day a field names; `None` while it names none.
fn until(draft: &Draft<'_>, field: &str) -> Result<Option<ClockStart>, Refusal> {
    let date = draft
        .case
        .data
        .get(field)
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<chrono::NaiveDate>().ok());
    let Some(date) = date else { return Ok(None) };
    let start = draft.clock_to(NOTHING, None)?;
    let calendar = draft.catalog.calendar(&start.calendar, start.calendar_version);
    let until = calendar
        .map(|calendar| calendar.zone().instant(date.and_time(chrono::NaiveTime::MIN), Fold::Earliest));
    Ok(Some(ClockStart { until, ..start }))
}

/// Whether its time has come. One that has ended is not due: another that went on before it, at the same
/// instant, may have ended it.
fn due(draft: &Draft<'_>, wait: u32) -> bool {
    let open = draft.case.waits.get(&wait).filter(|w| w.ended.is_none());
    let clock = open.and_then(|w| draft.case.clocks.get(&w.clock?));
    let Some(clock) = clock else { return false };
    let calendar = draft.catalog.calendar(&clock.calendar, clock.calendar_version);
    calendar.and_then(|calendar| clock.due(calendar)).is_some_and(|due| due <= draft.ctx.now)
}

fn open(draft: &Draft<'_>) -> Vec<(u32, Waiting)> {
    let open = draft.case.waits.iter().filter(|(_, wait)| wait.ended.is_none());
    open.map(|(n, wait)| (*n, wait.clone())).collect()
}

/// Waits follow the data: called after it changed. One that is over and could not go on is tried again, and so is the
/// start of a case that did not begin; where not, it stays as it was.
pub(super) fn follow_data(draft: &mut Draft<'_>) -> Result<(), Refusal> {
    for (n, _) in open(draft) {
        let Some(wait) = draft.case.waits.get(&n).filter(|w| w.ended.is_none()).cloned() else { continue };
        let step = draft.step(&wait.step)?;
        match (&wait.awaits, &step.kind) {
            (Awaits::List(field), _) if is_given(draft.case.data.get(field)) => {
                let begun = draft.attempt(|draft| {
                    draft.push(Event::WaitEnded { wait: n, text: None });
                    goes_on(draft, n);
                    flow::begin_at(draft, wait.branch, &step, &wait.from, &Sending::default())
                });
                if let Err(refusal) = begun {
                    let why = refusal.sentence(&|at| at.0.to_string());
                    let text = format!("{} cannot begin: {why}", step.title);
                    held_up(draft, AtWait { wait: n, outcome: None }, text);
                }
            }
            (Awaits::Case(_), StepKind::Process { .. }) if wait.never_comes(&draft.case) => {}
            (Awaits::Case(_), _) => {
                if let Some(outcome) = draft.case.held_up(n).and_then(|at| at.outcome.clone()) {
                    try_again(draft, n, Some(outcome));
                }
            }
            (_, StepKind::Wait(WaitFor::Until(field))) => {
                let over = draft.case.held_up(n).is_some() && wait.clock.is_none();
                let clock = until(draft, field)?;
                let now = wait.clock.and_then(|n| draft.case.clocks.get(&n)).and_then(|clock| clock.until);
                let come = clock.as_ref().and_then(|clock| clock.until).is_some_and(|at| at <= draft.ctx.now);
                if over && come {
                    try_again(draft, n, None);
                    continue;
                }
                if clock.as_ref().and_then(|clock| clock.until) != now {
                    let follow_up = look_again(draft, &step, &wait.awaits, clock.as_ref())?;
                    draft.push(Event::WaitMoved { wait: n, clock, follow_up });
                }
                if due(draft, n) {
                    go_on(draft, n, None)?;
                }
            }
            (_, StepKind::Wait(WaitFor::For(_))) if wait.clock.is_none() => try_again(draft, n, None),
            _ => {}
        }
    }
    start_again(draft);
    Ok(())
}

/// Cases that could not be started, waited for or not, are asked for again where what they begin with is there by now:
/// in the data of this one, or in the record it is about.
pub(super) fn start_again(draft: &mut Draft<'_>) {
    for (_, wait) in open(draft) {
        let (Awaits::Case(request), Ok(step)) = (&wait.awaits, draft.step(&wait.step)) else { continue };
        let StepKind::Process { start, .. } = &step.kind else { continue };
        let other = other_item(draft, &wait, &step);
        let item = other.clone().or_else(|| flow::item(draft, wait.branch));
        if wait.never_comes(&draft.case) && action::can_begin(draft, start, item.as_deref()) {
            let instead = (*request, other);
            let _ = draft.attempt(|draft| action::request_again(draft, start, item.as_deref(), instead));
        }
    }
    action::start_again(draft);
}

/// What a branch that never began is for, where what it was for is not on its list any more: the first of it that no
/// other branch is for. Whoever mends the list means that one.
fn other_item(draft: &Draft<'_>, wait: &Waiting, step: &Step) -> Option<String> {
    let own = draft.case.branches.get(&wait.branch)?;
    let Some(Value::Array(list)) = draft.case.data.get(step.each.as_ref()?) else { return None };
    let mut left = list.iter().map(super::super::field::show).collect::<Vec<_>>();
    if own.item.as_ref().is_none_or(|item| left.contains(item)) {
        return None;
    }
    let beside =
        draft.case.branches.iter().filter(|(n, other)| **n != wait.branch && other.scopes == own.scopes);
    let arrived = draft.case.arrivals.iter().filter(|other| other.scopes == own.scopes);
    let items = beside.map(|(_, other)| &other.item).chain(arrived.map(|other| &other.item));
    for item in items.flatten() {
        if let Some(n) = left.iter().position(|of| of == item) {
            left.remove(n);
        }
    }
    (!left.is_empty()).then(|| left.swap_remove(0))
}

/// Lets what is over go on, where it can by now; what it lacks now is said where that is something else.
fn try_again(draft: &mut Draft<'_>, n: u32, outcome: Option<String>) {
    let at = AtWait { wait: n, outcome: outcome.clone() };
    let done = draft.attempt(|draft| go_on_after(draft, n, outcome.clone(), outcome));
    if let Err(refusal) = done {
        let text = cannot_go_on(draft, n, &refusal);
        held_up(draft, at, text);
    }
}

/// Shows what cannot go on to whoever answers for the case, once for each reason; the latest counts.
pub(super) fn held_up(draft: &mut Draft<'_>, at: AtWait, text: String) {
    let open = draft.case.exceptions.iter().filter(|(_, open)| {
        open.resolved.is_none() && open.at.as_ref().is_some_and(|about| about.wait == at.wait)
    });
    let open = open.map(|(n, open)| (*n, open.text == text)).collect::<Vec<_>>();
    if open.iter().any(|(_, same)| *same) {
        return;
    }
    for (exception, _) in open {
        let text = "held up by something else now".to_string();
        draft.push(Event::ExceptionResolved { exception, text });
    }
    let to = draft.exception_receivers();
    draft.open_exception_at(at, text, to);
}

/// What said that a wait could not go on is over when it does.
pub(super) fn goes_on(draft: &mut Draft<'_>, wait: u32) {
    let open = draft.case.exceptions.iter().filter(|(_, open)| {
        open.resolved.is_none() && open.at.as_ref().is_some_and(|about| about.wait == wait)
    });
    for exception in open.map(|(n, _)| *n).collect::<Vec<_>>() {
        draft.push(Event::ExceptionResolved { exception, text: "by going on".to_string() });
    }
}

fn cannot_go_on(draft: &Draft<'_>, wait: u32, refusal: &Refusal) -> String {
    let why = refusal.sentence(&|at| at.0.to_string());
    let wait = draft.case.waits.get(&wait);
    match wait.map(|wait| &wait.awaits) {
        Some(Awaits::Case(_)) => {
            format!("The case that was waited for has ended, and this one cannot go on: {why}")
        }
        _ => {
            let step = wait.map_or_else(String::new, |wait| wait.step.to_string());
            format!("The wait at {step} is over and the case cannot go on: {why}")
        }
    }
}

/// Ends the waits whose time has come. What cannot go on by itself is shown to whoever answers for the case.
pub(super) fn run(draft: &mut Draft<'_>) {
    for (n, _) in open(draft) {
        if due(draft, n)
            && let Err(refusal) = draft.attempt(|draft| go_on(draft, n, None))
        {
            // Without a clock it is not tried again at each tick, but when the data changes; or a person ends the wait.
            draft.push(Event::WaitMoved { wait: n, clock: None, follow_up: None });
            let text = cannot_go_on(draft, n, &refusal);
            held_up(draft, AtWait { wait: n, outcome: None }, text);
        }
    }
}

/// The other case has ended, or never began.
pub(super) fn case_ended(draft: &mut Draft<'_>, request: u32, outcome: Option<String>) {
    let waits = open(draft).into_iter().find(|(_, wait)| wait.awaits == Awaits::Case(request));
    let outcome = outcome.unwrap_or_else(|| ENDED.to_string());
    let Some((n, wait)) = waits else { return };
    if let Err(refusal) = draft.attempt(|draft| after_case(draft, n, &wait, &outcome)) {
        let text = cannot_go_on(draft, n, &refusal);
        held_up(draft, AtWait { wait: n, outcome: Some(outcome) }, text);
    }
}

fn after_case(draft: &mut Draft<'_>, n: u32, wait: &Waiting, outcome: &str) -> Result<(), Refusal> {
    let step = draft.step(&wait.step)?;
    let asks = step.next.iter().any(|arm| arm.when.as_ref().is_some_and(|when| when.contains("outcome")));
    if outcome == WITHDRAWN && !asks {
        let text =
            format!("What `{}` waited for was withdrawn, and the case goes on all the same", step.title);
        let to = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Stuck, text, to);
    }
    go_on_after(draft, n, Some(outcome.to_string()), Some(outcome.to_string()))
}

/// Somebody says that a branch goes on: its message came in, or it shall wait no longer.
pub(super) fn end(draft: &mut Draft<'_>, ask: &EndWait) -> Result<(), Refusal> {
    let actor = draft.actor()?;
    let text = ask.text.as_str();
    let branch = draft.branch(ask.branch)?;
    let own = draft.case.step_of(&branch).and_then(|step| draft.case.free_title(step));
    if let Some(title) = own.map(str::to_string) {
        return free::drop_task(draft, ask, &title);
    }
    let Place::Waiting(n) = branch.place else {
        return Err(Refusal::overtaken(
            format!("{} waits for nothing there.", draft.case.id),
            format!("`baton case show {}` shows where the work is now.", draft.case.id),
            Thing::Wait,
        ));
    };
    let Some(wait) = draft.case.waits.get(&n).cloned() else { return Ok(()) };
    let message = matches!(wait.awaits, Awaits::Message(_));
    // Whoever is responsible says that a message came, or lets go on what no time will end.
    let theirs = message || (wait.awaits == Awaits::Time && wait.clock.is_none());
    if !(draft.may_steer(&actor, &wait.step) || theirs && draft.acts_as(&actor, &wait.from)) {
        let what = match actor == wait.from {
            true => format!("Whoever waits at `{}` does not cut it short themselves.", wait.step),
            false => format!("{} is responsible while it waits.", wait.from),
        };
        return Err(Refusal::not_yours(
            what,
            format!("The accountable party ({}) or a lead can let it go on.", draft.case.accountable),
        ));
    }
    let text = match message {
        true => text.trim().to_string(),
        false => required(text, "The reason", "Say why it waits no longer.")?,
    };
    // Whoever lets it go on knows no outcome of the other case.
    let outcome = matches!(wait.awaits, Awaits::Case(_)).then(|| CUT_SHORT.to_string());
    let data = read_data(&ask.data, &draft.process, (draft.catalog, draft.ctx.now))?;
    let documents = task::documents(draft, &ask.documents)?;
    if !documents.is_empty() {
        draft.push(Event::DocumentsGiven { documents });
    }
    if !data.is_empty() {
        draft.push(Event::DataChanged { data });
        follow_data(draft)?;
        contract::tell(draft);
        // What was given is what it waited for.
        if draft.case.waits.get(&n).is_none_or(|wait| wait.ended.is_some()) {
            return Ok(());
        }
    }
    let anyway = match &ask.anyway {
        Some(why) => Some(required(why, "The reason", "Say why it goes on with something missing.")?),
        None => None,
    };
    let title = draft.step(&wait.step)?.title;
    let without = |lacks: &str, why: &str| format!("{title} went on without {lacks}: {why}");
    let case = draft.case.id;
    let refusal = |missing: Vec<String>| {
        Refusal::not_now(
            format!("{case} cannot go on yet. Missing: {}.", missing.join("; ")),
            format!(
                "Give it as FIELD=VALUE or --doc \"TITLE=REFERENCE\", or let it go on: `baton case proceed {case} --anyway \"the reason\"`."
            ),
        )
    };
    contract::send(draft, Vec::new(), (anyway, without), refusal, |draft| {
        go_on_after(draft, n, Some(text.clone()), outcome.clone())
    })
}

fn go_on(draft: &mut Draft<'_>, n: u32, text: Option<String>) -> Result<(), Refusal> {
    go_on_after(draft, n, text, None)
}

/// The same, where the ways on may ask what the other case came to.
fn go_on_after(
    draft: &mut Draft<'_>,
    n: u32,
    text: Option<String>,
    outcome: Option<String>,
) -> Result<(), Refusal> {
    let Some(wait) = draft.case.waits.get(&n).cloned() else { return Ok(()) };
    let step = draft.step(&wait.step)?;
    draft.push(Event::WaitEnded { wait: n, text: text.filter(|text| !text.is_empty()) });
    goes_on(draft, n);
    let sending = Sending { outcome, ..Sending::default() };
    flow::send_on(draft, wait.branch, &step, &wait.from, &sending)
}
