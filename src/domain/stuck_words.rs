//! A cause as one plain sentence with its evidence. Adds nothing that the cause does not hold.

use super::case::{Case, Request, Waiting};
use super::case_flow::CANNOT_GO_ON;
use super::counted::{counted, times};
use super::event::Awaits;
use super::instant::Instant;
use super::process::{Step, StepKind, WaitFor};
use super::stuck::{Cause, Gone, Missing, Pace, Stuck};
use super::when::distance;

/// What a wait of the case is for. A date that nobody has filled in never comes by itself.
pub(super) fn awaited(wait: &Waiting, case: &Case, step: Option<&Step>) -> String {
    match (&wait.awaits, step.map(|step| &step.kind)) {
        _ if wait.is_over(case, step) => CANNOT_GO_ON.to_string(),
        (Awaits::Time, Some(StepKind::Wait(WaitFor::Until(field)))) if wait.clock.is_none() => {
            format!("the date in `{field}`, which is empty,")
        }
        (Awaits::Time, _) => "its time".to_string(),
        (Awaits::Message(name), _) => format!("the message {name}"),
        (Awaits::List(field), _) => format!("the list `{field}`, which nobody has filled in,"),
        (Awaits::Case(request), _) => match case.requests.get(request) {
            Some(Request::Case { process, case: Some(Err(why)) }) => {
                format!("a case of {process}, which could not be started ({}),", why.trim_end_matches('.'))
            }
            Some(Request::Case { case: Some(Ok(other)), .. }) => format!("the end of {other}"),
            _ => "another case".to_string(),
        },
    }
}

/// When somebody looks at it again, or should have.
fn look_again(until: Option<Instant>, now: Instant, show: &dyn Fn(Instant) -> String) -> String {
    match until {
        Some(until) if until <= now => format!("it should have been looked at {}", show(until)),
        Some(until) => format!("to be looked at again {}", show(until)),
        None => "no follow-up is set".to_string(),
    }
}

pub(super) fn sentence(stuck: &Stuck, now: Instant, show: &dyn Fn(Instant) -> String) -> String {
    let Stuck { cause, step, since, due, shut, .. } = stuck;
    let long = distance(now - *since);
    let since = show(*since);
    let mut text = match cause {
        Cause::NotAccepted { to, from, gone, reminded, looks, .. } => {
            let looks = looks.map_or_else(String::new, |at| format!(" and hears of it {}", show(at)));
            let reminded = match reminded {
                0 => String::new(),
                n => format!(", reminded {}", times(*n)),
            };
            let away = gone.as_ref().map(|gone| away(gone, show)).unwrap_or_default();
            let who = match to.person() {
                Some(person) => format!("{person} has not accepted {step}"),
                None => format!("Nobody of {} has accepted {step}", to.said()),
            };
            format!("{who} since {since} ({long}{reminded}); {from} stays responsible{looks}.{away}")
        }
        Cause::Undecided { by, why } => {
            let why =
                why.as_ref().map_or_else(|| "taken back".to_string(), |why| format!("declined ({why})"));
            format!("{step} was {why} {since}, and {by} has not decided for {long} what becomes of it.")
        }
        Cause::NotStarted { by, pace, gone } => {
            let away = gone.as_ref().map(|gone| away(gone, show)).unwrap_or_default();
            format!(
                "{by} accepted {step} {since} and has not begun for {long}.{}{away}",
                queue(by.as_str(), pace, show)
            )
        }
        Cause::Lacks { by, what, asked } => {
            let asked = match asked {
                0 => "nobody asked for it".to_string(),
                n => format!("asked for {}", times(*n)),
            };
            format!("{step} with {by} lacks {} ({asked}), since {since}.", what.join(", "))
        }
        Cause::Waits { by, what, until, by_itself } => {
            let until = match until {
                Some(until) if *by_itself => format!("it goes on by itself {}", show(*until)),
                until => look_again(*until, now, show),
            };
            format!("{step} waits for {what} since {since}; {until}. {by} is responsible.")
        }
        Cause::InWork { by, to_do, gone } => {
            let to_do = match to_do.as_slice() {
                [] => String::new(),
                some => format!(" Still to do: {}.", some.join(", ")),
            };
            let away = gone.as_ref().map(|gone| away(gone, show)).unwrap_or_default();
            format!("{by} works on {step} since {since} ({long}).{to_do}{away}")
        }
        Cause::Votes { by, missing, given, lost } => {
            let missing = missing.iter().map(|who| who.as_str()).collect::<Vec<_>>();
            let given =
                if *given == 1 { "1 vote is given".to_string() } else { format!("{given} votes are given") };
            let next = match missing.as_slice() {
                _ if *lost => format!("it cannot pass any more, and {by} has not said what becomes of it"),
                [] => format!("{by} has not said what it comes to"),
                [one] => format!("{one} has yet to vote"),
                some => format!("{} have yet to vote", some.join(", ")),
            };
            format!("{step} is to be decided since {since}: {given}, {next}.")
        }
        Cause::Join { join, here, missing } => {
            let missing = missing.iter().map(|one| branch(one, now)).collect::<Vec<_>>().join("; ");
            format!("{join} waits since {since} with {} for {missing}.", here.join(", "))
        }
        Cause::Paused { why, until } => {
            let until = look_again(*until, now, show);
            format!("The case is paused since {since}: {why}; {until}.")
        }
        Cause::Exception { text, to } => {
            let to = to.iter().map(|who| who.as_str()).collect::<Vec<_>>().join(", ");
            format!("An exception is undecided since {since} ({to}): {text}")
        }
    };
    match due {
        Some(due) if *due < now => {
            text += &format!(" It was due {}, {} ago.", show(*due), distance(now - *due))
        }
        _ => {}
    }
    if let Some(shut) = shut {
        text += &format!(" Outside the calendar until {}.", show(*shut));
    }
    text
}

/// The same in two or three words, for a column: what it is and whom or what it needs.
pub(super) fn brief(stuck: &Stuck) -> String {
    let gone = |gone: &Option<Gone>| gone.as_ref().map(|gone| format!("@{} is away", gone.person));
    match &stuck.cause {
        Cause::NotAccepted { to, gone: away, .. } => {
            gone(away).unwrap_or_else(|| format!("not accepted by {}", to.said()))
        }
        Cause::Undecided { why: Some(_), .. } => "declined".to_string(),
        Cause::Undecided { why: None, .. } => "taken back".to_string(),
        Cause::NotStarted { gone: away, .. } => gone(away).unwrap_or_else(|| "not begun".to_string()),
        Cause::Lacks { what, .. } => match what.as_slice() {
            [one] => format!("missing {one}"),
            [first, more @ ..] => format!("missing {first} +{}", more.len()),
            [] => "something is missing".to_string(),
        },
        Cause::Waits { what, .. } => format!("waits for {what}"),
        Cause::InWork { gone: away, to_do, .. } => gone(away).unwrap_or_else(|| match to_do.len() {
            0 => "in work".to_string(),
            n => format!("in work, {n} to do"),
        }),
        Cause::Votes { lost: true, .. } => "cannot pass".to_string(),
        Cause::Votes { missing, .. } => match missing.as_slice() {
            [] => "all have voted".to_string(),
            [one] => format!("vote of @{one}"),
            some => format!("{} votes", some.len()),
        },
        Cause::Join { missing, .. } => {
            missing.first().map_or_else(|| "a join".to_string(), |one| format!("waits for {}", one.step))
        }
        Cause::Paused { why, .. } => format!("paused: {why}"),
        Cause::Exception { .. } => "an exception".to_string(),
    }
}

fn away(gone: &Gone, show: &dyn Fn(Instant) -> String) -> String {
    let substitute = match &gone.substitute {
        Some((who, true)) => format!("{who} takes their place and was told"),
        Some((who, false)) => format!("{who} takes their place and was not reminded of it"),
        None => "nobody takes their place".to_string(),
    };
    format!(" {} is away until {}; {substitute}.", gone.person, show(gone.until))
}

fn queue(by: &str, pace: &Pace, show: &dyn Fn(Instant) -> String) -> String {
    let things = counted(pace.older, "older thing");
    match (pace.older, pace.starts) {
        (0, _) => format!(" It is the oldest that {by} has."),
        (_, Some(at)) => {
            format!(" {by} has {things}; at their recent pace it starts about {}.", show(at))
        }
        (_, None) => format!(" {by} has {things} and finished none lately."),
    }
}

fn branch(missing: &Missing, now: Instant) -> String {
    match (&missing.holder, missing.since) {
        (Some(holder), Some(since)) => {
            format!("{} ({holder}, for {})", missing.step, distance(now - since))
        }
        (Some(holder), None) => format!("{} ({holder})", missing.step),
        (None, _) => format!("{}, which can no longer come", missing.step),
    }
}
