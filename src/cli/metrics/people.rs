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
use std::collections::BTreeSet;

pub fn run(s: &mut Session, period: &Period) -> Result<(), Error> {
    let own = own::load(s, period)?;
    let now = own.work.now;
    let told = own.work.desk.heard(&own.cases)?;
    let counted = own.cases.iter().map(|case| case.id).collect::<BTreeSet<_>>();
    let standing = own.work.desk.standing(&period.process, now, &|case| counted.contains(case))?;
    let loads = flow::loads(&own.cases, standing.held(now), &told.declined_by);
    let outside = flow::outside(&own.cases, now);
    let cost = flow::cost(&own.cases, told.reminders, told.chasers);
    let weights = Minutes::default();
    let value = json!({
        "process": period.process.as_str(),
        "people": loads.iter().map(|(person, load)| json!({
            "person": person.as_str(), "open": load.open, "late": load.late, "done": load.done,
            "in_hand": stat(&load.in_hand), "accepted_in": stat(&load.accepted_in),
            "accepted_late": load.accepted_late, "declined": load.declined,
            "with_due": load.with_due, "on_time": load.on_time,
        })).collect::<Vec<_>>(),
        "outside": outside.iter().map(|(step, own)| json!({
            "step": step.as_str(), "offers": own.offers, "open": own.open, "answered_in": stat(&own.answered),
            "with_due": own.with_due, "on_time": own.on_time,
        })).collect::<Vec<_>>(),
        "coordination": {
            "cases": cost.cases, "reminders": cost.reminders, "reassignments": cost.reassignments,
            // `returns` and `return` are older words for the same, which scripts may read.
            "sent_back": cost.sent_back, "returns": cost.sent_back, "chasers": cost.chasers,
            "minutes": cost.minutes(weights),
            "weights_minutes": {
                "reminder": weights.reminder, "reassignment": weights.reassignment,
                "sent_back": weights.back, "return": weights.back, "chaser": weights.chaser,
            },
        },
    });
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let mut table = Table::new(&[
        "PERSON",
        "OPEN",
        "LATE",
        "ACCEPTED IN",
        "TOO LATE",
        "DECLINED",
        "DONE",
        "IN HAND",
        "ON TIME",
    ]);
    for (person, load) in &loads {
        table.row([
            person.to_string(),
            load.open.to_string(),
            load.late.to_string(),
            brief(&load.accepted_in),
            load.accepted_late.to_string(),
            load.declined.to_string(),
            load.done.to_string(),
            brief(&load.in_hand),
            percent(load.on_time, load.with_due),
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
            "{} reminders x {}, {} offers declined or recalled x {}, {} times sent back x {}, {} chasers x {}",
            cost.reminders,
            weights.reminder,
            cost.reassignments,
            weights.reassignment,
            cost.sent_back,
            weights.back,
            cost.chasers,
            weights.chaser
        ),
    );
    if !s.plain {
        s.out.push('\n');
    }
    s.out.push_str(&facts.text(s.plain));
    s.say(
        "OPEN and LATE are open branches somebody is responsible for, until it is accepted also what they offered on. TOO \
         LATE: offers accepted after the time promised; DECLINED: offers they declined; ON TIME: steps they did.",
    );
    s.say(&format!("Of {}.", own.cases_words()));
    s.say("Lengths are elapsed medians; with ~ of fewer than 20.");
    super::rework::partly(s, &told);
    Ok(())
}
