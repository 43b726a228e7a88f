//! What happens without a person: the actions of automatic steps and of rules, on one case. What concerns
//! another case or the machine is asked for, and the desk sees to it.

use super::super::case::{Case, CaseState, Exception, Place, Request};
use super::super::clock::ClockOn;
use super::super::event::{Actor, AtWait, Awaits, Event, ExceptionKind, Values};
use super::super::expression;
use super::super::field::is_given;
use super::super::id::{CaseId, Handle};
use super::super::process::{Process, StepKind};
use super::super::refusal::Refusal;
use super::super::rule::{Action, Start, Trigger};
use super::way::{fill_in, said, values};
use super::{Draft, recipients, wait};
use serde_json::Value;

/// What is said of the end of a chain of causes.
pub const TOO_DEEP: &str = "causes lie behind it already";

/// Performs actions in order; the first that is refused refuses all. `item` is the one of a list they are about.
pub(super) fn perform(draft: &mut Draft<'_>, actions: &[Action], item: Option<&str>) -> Result<(), Refusal> {
    for action in actions {
        match action {
            Action::Start(start) => {
                request_case(draft, start, item)?;
            }
            Action::Set(fields) => set(draft, fields, item)?,
            Action::Urgent(urgent) => make_urgent(draft, *urgent)?,
            Action::Note(template) => {
                let text = render(draft, template, item)?;
                super::message::note(draft, text);
            }
            Action::Remind(audience) => {
                let process = draft.process.clone();
                let (catalog, now) = (draft.catalog, draft.ctx.now);
                let people =
                    recipients::resolve(audience, ClockOn::Case, &draft.case, &process, catalog, now);
                match people.is_empty() {
                    false => remind(draft, people),
                    true => {
                        let to = draft.catalog.admins().cloned().collect();
                        let text = "Nobody could be reminded.".to_string();
                        draft.open_exception(ExceptionKind::Unrouted, text, to);
                    }
                }
            }
            Action::Exception(template) => {
                let text = render(draft, template, item)?;
                let to = draft.exception_receivers();
                draft.open_exception(ExceptionKind::Rule, text, to);
            }
            Action::Run(name) => {
                let request = next_request(draft);
                draft.push(Event::RunRequested { request, name: name.clone() });
            }
        }
    }
    Ok(())
}

/// Whoever has work of the case in their list sees there that they were reminded; in nobody else's is anything of it, nor is
/// what is over: there a message waits until they have read it.
fn remind(draft: &mut Draft<'_>, people: Vec<Handle>) {
    let (catalog, case, now) = (draft.catalog, &draft.case, draft.ctx.now);
    let has_it = |person: &Handle| {
        let mut open = case.branches.values();
        open.any(|branch| {
            let theirs = case.responsible(branch).is_some_and(|who| catalog.acts_as(person, who, now));
            let offered = match branch.place {
                Place::Offered(id) => case.handoffs.get(&id).map(|handoff| &handoff.to),
                _ => None,
            };
            theirs && offered.is_none()
                || offered.is_some_and(|to| catalog.right_to(person, to, now).is_some())
        })
    };
    let (reminded, told): (Vec<_>, Vec<_>) = people.into_iter().partition(has_it);
    let by = match &draft.ctx.actor {
        Actor::Rule(cause) => format!(" by {} {} of {}", cause.by.word(), cause.rule, cause.process),
        _ => String::new(),
    };
    let text = match &draft.case.state {
        CaseState::Open => format!("A reminder of {}{by}.", draft.case.id),
        state => format!("A reminder of {}, {}{by}.", draft.case.id, over(state)),
    };
    if !reminded.is_empty() {
        draft.push(Event::Reminded { people: reminded });
    }
    if !told.is_empty() {
        draft.push(Event::CaseNoted { text, to: told });
    }
}

/// What became of a case, in words.
fn over(state: &CaseState) -> String {
    match state {
        CaseState::Open => "which is open".to_string(),
        CaseState::Done { outcome: None, .. } => "which is done".to_string(),
        CaseState::Done { outcome: Some(outcome), .. } => format!("which is done: {outcome}"),
        CaseState::Withdrawn { reason, .. } => format!("which was withdrawn: {reason}"),
    }
}

/// Asks for a case of another process; the number of the request.
pub(super) fn request_case(draft: &mut Draft<'_>, start: &Start, item: Option<&str>) -> Result<u32, Refusal> {
    ask(draft, start, item, None)
}

/// The same once more, where nothing came of a request and the data is another now: perhaps also what of the list it is for.
pub(super) fn request_again(
    draft: &mut Draft<'_>,
    start: &Start,
    item: Option<&str>,
    instead: (u32, Option<String>),
) -> Result<(), Refusal> {
    ask(draft, start, item, Some(instead)).map(|_| ())
}

/// Whether what a case of the other process has to begin with is there.
pub(super) fn can_begin(draft: &Draft<'_>, start: &Start, item: Option<&str>) -> bool {
    let Some((_, target)) = draft.catalog.newest(&start.process) else { return true };
    let values = seen(draft, item);
    let given = |name: &String| {
        let source = start.data.iter().find(|(field, _)| field == name).map(|(_, source)| source);
        let value = source.and_then(|source| stored(draft, source, &values).ok());
        is_given(value.as_ref())
    };
    target.data.iter().filter(|field| field.required).all(|field| given(&field.name))
}

/// Starts that nobody waits for, and of which nothing came, are tried again once what they lacked is there. What a rule does
/// whenever the data changes it does anyhow.
pub(super) fn start_again(draft: &mut Draft<'_>) {
    // A chain that was ended stays ended.
    let failed = draft.case.unstarted().filter(|(.., why)| !why.contains(TOO_DEEP));
    let failed = failed.map(|(n, process, _)| (n, process.clone())).collect::<Vec<_>>();
    let process = draft.process.clone();
    let in_actions = |actions: &[Action]| {
        let starts = actions.iter().filter_map(|action| match action {
            Action::Start(start) => Some(start.clone()),
            _ => None,
        });
        starts.collect::<Vec<_>>()
    };
    let by_step = process.steps.iter().filter(|step| step.each.is_none()).flat_map(|step| match &step.kind {
        StepKind::Process { start, wait: false, .. } => vec![start.clone()],
        StepKind::Auto { actions } => in_actions(actions),
        _ => Vec::new(),
    });
    let rules = process.rules.iter().filter(|rule| rule.on != Trigger::DataChanged);
    let starts = by_step.chain(rules.flat_map(|rule| in_actions(&rule.then))).collect::<Vec<_>>();
    for (request, other) in failed {
        let mut meant = starts.iter().filter(|start| start.process == other);
        // Which of several it was is not known any more.
        if let (Some(start), None) = (meant.next(), meant.next())
            && can_begin(draft, start, None)
        {
            let _ = draft.attempt(|draft| request_again(draft, start, None, (request, None)));
        }
    }
}

fn ask(
    draft: &mut Draft<'_>,
    start: &Start,
    item: Option<&str>,
    instead: Option<(u32, Option<String>)>,
) -> Result<u32, Refusal> {
    let values = seen(draft, item);
    let mut data = Values::new();
    let target = draft.catalog.newest(&start.process).map(|(_, process)| process.clone());
    for (name, source) in &start.data {
        let value = stored(draft, source, &values)?;
        if target.as_ref().is_none_or(|target| target.field(name).is_some()) {
            data.insert(name.clone(), value);
        }
    }
    let title = start.title.as_ref().map(|title| render(draft, title, item)).transpose()?;
    let request = next_request(draft);
    let (instead, item) = instead.map_or((None, None), |(instead, item)| (Some(instead), item));
    draft.push(Event::CaseRequested {
        request,
        process: start.process.clone(),
        title,
        about: draft.case.about.filter(|_| start.about_record),
        data,
        instead,
        item,
    });
    Ok(request)
}

/// What became of a case that was asked for. A branch that waits for one that could not be started keeps
/// waiting, and is looked at like any other wait: it is asked for again when the data changes, or whoever answers for
/// the case decides.
pub(super) fn link(draft: &mut Draft<'_>, request: u32, to: &Result<CaseId, String>) {
    if !draft.case.requests.get(&request).is_some_and(super::super::case::Request::is_open) {
        return;
    }
    let mut waits = draft.case.waits.iter();
    let wait = waits.find(|(_, wait)| wait.awaits == Awaits::Case(request) && wait.ended.is_none());
    let wait = wait.map(|(n, _)| *n);
    match (to, wait) {
        (Ok(case), wait) => {
            draft.push(Event::CaseLinked { request, case: *case });
            started_twice(draft, request, *case);
            if wait.is_none() && draft.case.unstarted().next().is_none() {
                unstuck(draft);
            }
            wait.into_iter().for_each(|wait| wait::goes_on(draft, wait));
        }
        (Err(why), wait) => {
            draft.push(Event::CaseNotStarted { request, why: why.clone() });
            let text = format!("{UNSTARTED}{why}");
            match wait {
                Some(wait) => wait::held_up(draft, AtWait { wait, outcome: None }, text),
                None if unstarted(&draft.case).any(|(_, same)| same.text == text) => {}
                None => {
                    let to = draft.exception_receivers();
                    draft.open_exception(ExceptionKind::Stuck, text, to);
                }
            }
        }
    }
}

const UNSTARTED: &str = "A case could not be started: ";

/// What says of starts that nobody waits for that nothing came of them.
fn unstarted(case: &Case) -> impl Iterator<Item = (u32, &Exception)> {
    let open = case.exceptions.iter().filter(|(_, open)| open.resolved.is_none() && open.at.is_none());
    open.filter(|(_, open)| open.text.starts_with(UNSTARTED)).map(|(n, open)| (*n, open))
}

/// What could not be started has been.
fn unstuck(draft: &mut Draft<'_>) {
    for exception in unstarted(&draft.case).map(|(n, _)| n).collect::<Vec<_>>() {
        draft.push(Event::ExceptionResolved { exception, text: "by starting it".to_string() });
    }
}

/// A case that was taken up again starts what it had started the last time: whoever answers for it says which of the two
/// there shall be.
fn started_twice(draft: &mut Draft<'_>, request: u32, case: CaseId) {
    if draft.case.cycle < 2 {
        return;
    }
    let asks = |n: &u32| match draft.case.requests.get(n) {
        Some(Request::Case { process, case }) => Some((process.clone(), case.clone())),
        _ => None,
    };
    let Some((process, _)) = asks(&request) else { return };
    let before = draft.case.requests.keys().filter(|n| **n < request).filter_map(asks);
    let before = before.filter_map(|(of, case)| case?.ok().filter(|_| of == process)).next_back();
    let Some(before) = before.filter(|before| *before != case) else { return };
    let text = format!(
        "{before} of {process} was started for this before it was taken up again, and {case} is now: withdraw the one that \
         is not needed"
    );
    let start = format!(" of {process} was started for this before");
    let mut open = draft.case.exceptions.values().filter(|open| open.resolved.is_none());
    if !open.any(|open| open.text.contains(&start)) {
        let to = draft.exception_receivers();
        draft.open_exception(ExceptionKind::Stuck, text, to);
    }
}

/// What became of a command that was to be run.
pub(super) fn end_run(draft: &mut Draft<'_>, request: u32, ok: bool, output: &str) {
    if !draft.case.requests.get(&request).is_some_and(super::super::case::Request::is_open) {
        return;
    }
    draft.push(Event::RunEnded { request, ok, output: output.to_string() });
    if !ok {
        let to = draft.exception_receivers();
        let said = output.lines().next().unwrap_or_default();
        draft.open_exception(ExceptionKind::Stuck, format!("A command went wrong: {said}"), to);
    }
}

/// Makes a case urgent or not. Running clocks count towards the other goal on the same log.
pub(super) fn make_urgent(draft: &mut Draft<'_>, urgent: bool) -> Result<(), Refusal> {
    if draft.case.urgent == urgent {
        return Ok(());
    }
    let process = draft.process.clone();
    let running = draft.case.clocks.iter().filter(|(_, clock)| clock.is_open());
    let goals = running.filter_map(|(n, clock)| {
        let goal = match clock.on {
            ClockOn::Case => goal_for(process.goal, process.urgent_goal, urgent),
            ClockOn::Work(task) => {
                let step = process.step(&draft.case.tasks.get(&task)?.step)?;
                goal_for(step.goal, step.urgent_goal, urgent)
            }
            ClockOn::Accept(_) | ClockOn::Decide(_) | ClockOn::Wait(_) | ClockOn::FollowUp(_) => None,
        };
        goal.filter(|goal| *goal != clock.goal).map(|goal| (*n, goal))
    });
    let goals = goals.collect();
    draft.push(Event::UrgencyChanged { urgent, goals });
    Ok(())
}

/// The goal of something in an urgent case, or in any other.
pub(super) fn goal_for<T>(usual: Option<T>, urgent_one: Option<T>, urgent: bool) -> Option<T> {
    if urgent { urgent_one.or(usual) } else { usual }
}

fn set(draft: &mut Draft<'_>, fields: &[(String, String)], item: Option<&str>) -> Result<(), Refusal> {
    let mut data = Values::new();
    for (name, source) in fields {
        let value = stored(draft, source, &seen(draft, item))?;
        let Some(field) = draft.process.field(name) else {
            return Err(unknown_field(&draft.process, name));
        };
        let currency = draft.catalog.currency();
        let text = super::super::field::typed(&field.kind, &value, currency);
        let read = match text.trim() {
            "" => Value::Null,
            text => field.kind.read(name, text, currency).map_err(|e| Refusal::invalid(e.message, e.hint))?,
        };
        super::must_be_here(&draft.process, name, &read, draft.catalog)?;
        if draft.case.data.get(name).unwrap_or(&Value::Null) != &read {
            data.insert(name.clone(), read);
        }
    }
    if !data.is_empty() {
        draft.push(Event::DataChanged { data });
        wait::follow_data(draft)?;
    }
    Ok(())
}

fn unknown_field(process: &Process, name: &str) -> Refusal {
    Refusal::invalid(
        format!("`{}` has no field `{}`.", process.title, name.escape_debug()),
        "The process that says so has to be changed.",
    )
}

/// The value of an expression; a bare field keeps what is stored, such as an amount with its currency.
fn stored(draft: &Draft<'_>, source: &str, values: &Value) -> Result<Value, Refusal> {
    let name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let bare = match source.trim().split_once('.') {
        Some(("data", field)) if name(field) => Some(draft.case.data.get(field)),
        Some(("record", field)) if name(field) => Some(draft.ctx.record.kept.get(field)),
        _ => None,
    };
    match bare {
        Some(value) => Ok(value.cloned().unwrap_or_default()),
        None => expression::value(source, values).map_err(|e| {
            let hint = fill_in(e.missing.as_deref(), &draft.case, &draft.ctx.record, "the process");
            cannot(&said(&e, &draft.ctx.record), &hint)
        }),
    }
}

fn render(draft: &Draft<'_>, template: &str, item: Option<&str>) -> Result<String, Refusal> {
    let text =
        expression::render(template, &seen(draft, item)).map_err(|e| cannot(&e.to_string(), FILL_IN))?;
    match text.split_whitespace().collect::<Vec<_>>().join(" ") {
        text if text.is_empty() => Err(cannot("its text is empty", FILL_IN)),
        text => Ok(text),
    }
}

fn seen(draft: &Draft<'_>, item: Option<&str>) -> Value {
    let mut seen = values(&draft.process, &draft.case, &draft.ctx.record, None);
    seen["item"] = item.into();
    seen
}

const FILL_IN: &str = "Fill in the data the process speaks of.";

fn cannot(why: &str, hint: &str) -> Refusal {
    Refusal::not_now(format!("What should happen by itself cannot be told: {why}."), hint)
}

fn next_request(draft: &Draft<'_>) -> u32 {
    draft.case.requests.keys().max().map_or(1, |n| n + 1)
}
