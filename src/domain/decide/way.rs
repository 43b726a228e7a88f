//! Which way leads on from a step with the data a case has. Reads; brings nothing about.

use super::super::case::Case;
use super::super::condition::{self, Condition, ConditionError};
use super::super::context::AboutRecord;
use super::super::id::Handle;
use super::super::process::{Arm, Go, Process, Step};
use super::super::refusal::Refusal;
use super::super::zone::Zone;
use serde_json::{Value, json};
use std::cell::OnceCell;

/// Where a case goes from a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    End(Option<String>),
    To {
        targets: Vec<Handle>,
        /// Left out, because their condition does not hold.
        skipped: Vec<Handle>,
    },
}

/// The way the case would take from this step with the data it has now. `record` is
/// the record it is about, `outcome` is what was decided, where the step is a decision.
pub fn way_on(
    process: &Process,
    case: &Case,
    record: &AboutRecord,
    step: &Step,
    outcome: Option<&str>,
) -> Result<Way, Refusal> {
    // Only made where a condition asks for them: most steps have one way on.
    let seen = OnceCell::new();
    let holds = |source: &str| {
        condition::evaluate(source, seen.get_or_init(|| values(process, case, record, outcome))).map_err(
            |e| {
                Refusal::not_now(
                    format!("Where `{}` goes next cannot be told: {}.", step.title, said(&e, record)),
                    fill_in(e.missing.as_deref(), case, record, "the condition"),
                )
            },
        )
    };
    for arm in &step.next {
        if arm.on.as_deref().is_some_and(|on| Some(on) != outcome) {
            continue;
        }
        if match &arm.when {
            None => true,
            Some(source) => holds(source)?,
        } {
            return way(arm, holds, step);
        }
    }
    Err(Refusal::not_now(
        format!("No way leads on from `{}` with the data this case has.", step.title),
        "Change the data, or let the process have a last way without a condition.",
    ))
}

/// What is wrong, with the record whose field it is.
pub(super) fn said(error: &ConditionError, record: &AboutRecord) -> String {
    let of_it = error.missing.as_deref().is_some_and(|path| path.starts_with("record."));
    match record.called.as_ref().filter(|_| of_it) {
        Some((id, name)) => format!("{} (of {id}, {name})", error.message),
        None => error.message.clone(),
    }
}

/// Where to give what has no value and is asked for; `who` asks.
pub(super) fn fill_in(missing: Option<&str>, case: &Case, record: &AboutRecord, who: &str) -> String {
    match missing.map(|path| path.split_once('.').unwrap_or((path, ""))) {
        // Of a case that is being started there is nothing yet to change.
        Some(("data", field)) if case.handoffs.is_empty() && case.waits.is_empty() => {
            format!("Say it when the case is started: `baton case start {} {field}=…`.", case.process)
        }
        Some(("data", field)) => {
            let case = case.id;
            format!("Fill it in where the work is finished, or with `baton case set {case} {field}=…`.")
        }
        Some(("record", field)) => match &record.called {
            Some((id, _)) => {
                format!("Fill it in with `baton record set {id} {field}=…`, on screen `E` on the record.")
            }
            None => format!("{} is about no record, so it has no `{field}`; another way has to do.", case.id),
        },
        // Everything is there, and no answer to it.
        None => format!(
            "Change what {who} speaks of with `baton case set {} FIELD=…`, or publish a version that answers it and \
             migrate the case.",
            case.id
        ),
        _ => format!("Fill in the data that {who} speaks of."),
    }
}

fn way(arm: &Arm, holds: impl Fn(&str) -> Result<bool, Refusal>, step: &Step) -> Result<Way, Refusal> {
    let all = match &arm.go {
        Go::End(outcome) => return Ok(Way::End(outcome.clone())),
        Go::To(all) => all,
    };
    let (mut targets, mut skipped) = (Vec::new(), Vec::new());
    for (n, target) in (0u32..).zip(all) {
        let only = arm.only.iter().find(|(of, _)| *of == n);
        let taken = match only {
            None => true,
            Some((_, source)) => holds(source)?,
        };
        if taken { &mut targets } else { &mut skipped }.push(target.clone());
    }
    if targets.is_empty() {
        return Err(Refusal::not_now(
            format!("Every way on from `{}` is left out with the data this case has.", step.title),
            "Change the data, or let the process have a branch without a condition.",
        ));
    }
    Ok(Way::To { targets, skipped })
}

/// Whether a condition holds of a case as it is; where that cannot be told, it does not.
pub fn holds(condition: &Condition, process: &Process, case: &Case, record: &AboutRecord) -> bool {
    condition.holds(&values(process, case, record, None)).unwrap_or(false)
}

/// What conditions, expressions and templates see: `data`, `record`, `case` and `outcome`. What has no value
/// is left out.
pub(super) fn values(process: &Process, case: &Case, record: &AboutRecord, outcome: Option<&str>) -> Value {
    let mut values = json!({
        "data": condition::context(&process.data, &case.data),
        "record": record.seen,
        "case": {
            "id": case.id.to_string(),
            "title": case.title,
            "opened_on": Zone::utc().date(case.started).to_string(),
            "accountable": case.accountable.to_string(),
            "outcome": case.outcome,
            "urgent": case.urgent,
        },
        "outcome": outcome,
    });
    if !process.tables.is_empty() {
        values["table"] = json!(process.tables);
    }
    values
}
