//! Who carries what, how those outside answer, and what it costs to keep work moving. Weights are named: they
//! are for comparing, not for billing.

use super::own::{self, brief, percent};
use super::stat;
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::Error;
use crate::domain::flow::{self, Minutes};
use serde_json::json;

pub fn run(s: &mut Session, period: &Period) -> Result<(), Error> {
    let own = own::load(s, period)?;
    let now = own.work.now;
    let loads = flow::loads(&own.cases, now);
    let outside = flow::outside(&own.cases, now);
    let told = own.work.desk.heard(&own.cases)?;
    let cost = flow::cost(&own.cases, told.reminders, told.chasers);
    let weights = Minutes::default();
    let value = json!({
        "process": period.process.as_str(),
        "people": loads.iter().map(|(person, load)| json!({
            "person": person.as_str(), "open": load.open, "late": load.late, "done": load.done,
            "in_hand": stat(&load.in_hand), "accepted_in": stat(&load.accepted_in),
            "declined": load.declined, "with_due": load.with_due, "on_time": load.on_time,
        })).collect::<Vec<_>>(),
        "outside": outside.iter().map(|(step, own)| json!({
            "step": step.as_str(), "offers": own.offers, "open": own.open, "answered_in": stat(&own.answered),
            "with_due": own.with_due, "on_time": own.on_time,
        })).collect::<Vec<_>>(),
        "coordination": {
            "cases": cost.cases, "reminders": cost.reminders, "reassignments": cost.reassignments,
            "returns": cost.backs, "chasers": cost.chasers, "minutes": cost.minutes(weights),
            "weights_minutes": {
                "reminder": weights.reminder, "reassignment": weights.reassignment,
                "return": weights.back, "chaser": weights.chaser,
            },
        },
    });
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let mut table =
        Table::new(&["PERSON", "OPEN", "LATE", "DONE", "ACCEPTED IN", "IN HAND", "ON TIME", "DECLINED"]);
    for (person, load) in &loads {
        table.row([
            person.to_string(),
            load.open.to_string(),
            load.late.to_string(),
            load.done.to_string(),
            brief(&load.accepted_in),
            brief(&load.in_hand),
            percent(load.on_time, load.with_due),
            load.declined.to_string(),
        ]);
    }
    own::add(s, &table);
    let mut table = Table::new(&["OUTSIDE, AT STEP", "OFFERS", "OPEN", "ANSWERED IN", "ON TIME"]);
    for (step, own) in &outside {
        table.row([
            step.to_string(),
            own.offers.to_string(),
            own.open.to_string(),
            brief(&own.answered),
            percent(own.on_time, own.with_due),
        ]);
    }
    own::add(s, &table);
    let mut facts = Facts::default();
    let minutes = cost.minutes(weights);
    facts.add("coordination", format!("about {minutes} minutes in {} cases", cost.cases));
    facts.add(
        "made of",
        format!(
            "{} reminders x {}, {} reassignments x {}, {} returns x {}, {} chasers x {}",
            cost.reminders,
            weights.reminder,
            cost.reassignments,
            weights.reassignment,
            cost.backs,
            weights.back,
            cost.chasers,
            weights.chaser
        ),
    );
    if !s.plain {
        s.out.push('\n');
    }
    s.out.push_str(&facts.text(s.plain));
    s.say("Lengths are elapsed medians; with ~ of fewer than 20.");
    super::rework::partly(s, &told);
    Ok(())
}
