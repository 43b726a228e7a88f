//! Which way leads on from a step with the data a case has. Reads; brings nothing about.

use super::super::case::Case;
use super::super::condition::{self, Condition};
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
                    format!("Where `{}` goes next cannot be told: {e}.", step.title),
                    "Fill in the data the condition speaks of.",
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
