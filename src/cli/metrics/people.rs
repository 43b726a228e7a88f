//! Who carries what, how those outside answer, and what it costs to keep work moving. Weights are named: they
//! are for comparing, not for billing.

use super::own::{self, brief, percent};
use super::stat;
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::Error;
use crate::domain::counted::counted;
use crate::domain::flow::{self, Minutes, Outside};
use serde_json::json;
use std::collections::BTreeSet;

/// Outside parties told one by one.
const OUTSIDE: usize = 10;

fn of_outside(name: String, of: &Outside) -> [String; 5] {
    [name, of.asked.to_string(), of.open.to_string(), brief(&of.answered), percent(of.on_time, of.with_due)]
}

pub fn run(s: &mut Session, period: &Period) -> Result<(), Error> {
    let mut own = own::load(s, period)?;
    let now = own.work.now;
    let told = own.work.desk.heard(&own.cases)?;
    let known = own.cases.iter().map(|case| case.id).collect::<BTreeSet<_>>();
    let standing = own.work.desk.standing(&period.process, now, &|case| known.contains(case))?;
    let theirs = own.outside(&period.process);
    let loads = flow::loads(&own.cases, standing.held(now), &told.declined_by, &theirs);
    let outside = flow::outside_by_step(&own.cases, &theirs, now);
    let parties = flow::outside(&own.cases, &theirs, now);
    let names = own.work.desk.names_of(parties.keys().filter_map(|(_, record)| *record))?;
    let cost = flow::cost(&own.cases, told.pushed);
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
            "step": step.as_str(), "offers": own.asked, "open": own.open, "answered_in": stat(&own.answered),
            "with_due": own.with_due, "on_time": own.on_time,
        })).collect::<Vec<_>>(),
        "outside_parties": parties.iter().map(|((step, record), own)| json!({
            "record": record.map(|record| record.to_string()),
            "name": record.and_then(|record| names.get(&record)),
            "step": step.as_str(), "offers": own.asked, "open": own.open, "answered_in": stat(&own.answered),
            "with_due": own.with_due, "on_time": own.on_time,
        })).collect::<Vec<_>>(),
        "coordination": {
            "cases": cost.cases, "reminders": cost.pushed.reminders, "escalations": cost.pushed.escalations,
            "reassignments": cost.pushed.reassigned,
            "sent_back": cost.sent_back, "chasers": cost.pushed.chasers,
            "minutes": cost.minutes(weights),
            "weights_minutes": {
                "reminder": weights.reminder, "escalation": weights.escalation, "reassignment": weights.reassignment,
                "sent_back": weights.back, "chaser": weights.chaser,
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
    let mut table = Table::new(&["OUTSIDE, AT STEP", "ASKED", "OPEN", "ANSWERED IN", "ON TIME"]);
    for (step, own) in &outside {
        table.row(of_outside(step.to_string(), own));
    }
    own::add(s, &table);
    let mut table = Table::new(&["OUTSIDE PARTY", "ASKED", "OPEN", "ANSWERED IN", "ON TIME"]);
    // The least reliable first, then whoever was asked most.
    let mut rows = parties.iter().collect::<Vec<_>>();
    rows.sort_by_key(|(_, of)| (std::cmp::Reverse(of.with_due - of.on_time), std::cmp::Reverse(of.asked)));
    for ((step, record), of) in rows.iter().take(OUTSIDE) {
        let name = record.and_then(|record| names.get(&record)).map_or("no record", String::as_str);
        table.row(of_outside(format!("{name}, {step}"), of));
    }
    own::add(s, &table);
    if rows.len() > OUTSIDE {
        s.say(&format!("... and {} more outside parties; --json has them all.", rows.len() - OUTSIDE));
    }
    let mut facts = Facts::default();
    let minutes = cost.minutes(weights);
    facts.add(
        "coordination",
        format!("about {} in {}", counted(minutes, "minute"), counted(cost.cases, "case")),
    );
    facts.add(
        "made of",
        format!(
            "{} x {}, {} x {}, {} offered again or to somebody else x {}, {} sent back x {}, {} x {}",
            counted(cost.pushed.reminders, "reminder"),
            weights.reminder,
            counted(cost.pushed.escalations, "escalation"),
            weights.escalation,
            counted(cost.pushed.reassigned, "time"),
            weights.reassignment,
            counted(cost.sent_back, "time"),
            weights.back,
            counted(cost.pushed.chasers, "chaser"),
            weights.chaser
        ),
    );
    if !s.plain {
        s.out.push('\n');
    }
    s.out.push_str(&facts.text(s.plain, s.room));
    s.say(
        "OPEN and LATE are open branches somebody is responsible for, until it is accepted also what they offered on. TOO \
         LATE: offers accepted after the time promised; DECLINED: offers they declined; ON TIME: steps they did. What those outside took is theirs alone.",
    );
    s.say(&format!("Of {}.", own.cases_words()));
    s.say("Lengths are elapsed medians; with ~ of fewer than 20. DONE: done or sent back.");
    if own.cases.iter().any(|case| case.imported) {
        s.say(
            "A log shows no offers, so that ACCEPTED IN is of what was accepted here; nor does one with a single time a step tell \
             how long work was IN HAND.",
        );
    }
    super::rework::partly(s, &told);
    Ok(())
}
