//! What had to be done again, and why.

use super::own::{self, percent};
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::{Error, Told};
use crate::domain::counted::counted;
use crate::domain::flow::{self, CaseFacts, Passed};
use crate::domain::{CaseId, Handle, when};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Cases of a reason that are named.
const FEW: usize = 4;

type Reasons = BTreeMap<(Handle, String), Vec<CaseId>>;

fn reasons(of: &Reasons) -> Vec<Value> {
    let row = |((step, reason), cases): (&(Handle, String), &Vec<CaseId>)| {
        json!({
            "step": step.as_str(), "reason": reason, "count": cases.len(),
            "cases": cases.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    };
    of.iter().map(row).collect()
}

/// How often, by what happened.
pub fn passed_json(of: Passed) -> Value {
    json!({
        "accepted": of.accepted, "declined": of.declined, "recalled": of.recalled,
        "sent_back": of.sent_back, "returns": of.returns(),
    })
}

fn names(cases: &[CaseId]) -> Vec<String> {
    cases.iter().map(ToString::to_string).collect()
}

pub fn run(s: &mut Session, period: &Period) -> Result<(), Error> {
    let mut own = own::load(s, period)?;
    let again = flow::rework(&own.cases, &own.meant);
    // Reasons are counted of the very cases the figures are of: what is still open goes on.
    let (done, open) = own.cases.iter().cloned().partition::<Vec<CaseFacts>, _>(|case| case.ended.is_some());
    let told = own.work.desk.heard(&done)?;
    let under_way = Passed::of(&open);
    let value = json!({
        "process": period.process.as_str(),
        "cases": again.cases,
        "rework": {
            "cases_with_repeat": again.again.len(),
            "rate": (again.cases > 0).then(|| again.again.len() as f64 / again.cases as f64),
            "repeats_total": again.repeats,
            "repeat_same_owner": again.same_person,
            "redo_other_owner": again.other_person,
            "cost_s": again.cost.seconds(),
            "meant_to_repeat": own.meant.iter().map(Handle::as_str).collect::<Vec<_>>(),
        },
        "first_time_right": again.first_time_right(),
        "ping_pong_triples": again.ping_pong,
        "cases_with_ping_pong": again.ping_pong_cases.len(),
        "rework_cases": names(&again.again),
        "cases_with_return": again.back.len(),
        "return_cases": names(&again.back),
        "steps": again.steps.iter().map(|step| json!({
            "step": step.step.as_str(), "count": step.visits, "repeats": step.repeats,
            "sent_back": step.sent_back, "declined": step.declined, "repeat_cost_s": step.cost.seconds(),
            "meant_to_repeat": step.meant, "cases": names(&step.cases),
        })).collect::<Vec<_>>(),
        "declines": reasons(&told.declined),
        "sent_back": reasons(&told.sent_back),
        "entries_read_of": [told.read, told.of],
        "passed": passed_json(again.passed),
        "open": {"cases": open.len(), "passed": passed_json(under_way)},
    });
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let mut facts = Facts::default();
    facts.add("period", own.period());
    if again.cases == 0 {
        s.out.push_str(&facts.text(s.plain, s.room));
        s.line(&under_way.under_way(open.len()));
        return Ok(());
    }
    let thin = if again.cases < 20 { " (thin: fewer than 20)" } else { "" };
    let right = again.cases - again.again.len();
    facts.add(
        "right first",
        format!(
            "{} of {}: no step done twice{thin}",
            percent(right, again.cases),
            counted(again.cases, "case")
        ),
    );
    facts.add(
        "repeats",
        format!(
            "{} done again in {}, {} by the same person and {} by another{}",
            counted(again.repeats, "step"),
            counted(again.again.len(), "case"),
            again.same_person,
            again.other_person,
            match again.repeats - again.same_person - again.other_person {
                0 => String::new(),
                untold => format!("; by whom {untold} were is not told"),
            }
        ),
    );
    facts.add("cost of them", format!("{}, elapsed", again.cost_in_words()));
    if !own.meant.is_empty() {
        let meant = own.meant.iter().map(Handle::as_str).collect::<Vec<_>>().join(", ");
        facts.add("meant again", format!("{meant}: in no figure above"));
    }
    facts.add(
        "came back",
        format!(
            "something was declined or sent back in {}; that alone is no repeat, what is done again after it is",
            counted(again.back.len(), "case")
        ),
    );
    // A log shows no offers: all it tells is that work passed from one person to another.
    let passed = match own.cases.iter().all(|case| case.imported) {
        true => format!("{} from one person to another", counted(again.passed.accepted, "time")),
        false => again.passed.words(),
    };
    facts.add("handoffs", format!("{passed} in {}", counted(again.cases, "finished case")));
    if !open.is_empty() {
        facts.add(
            "under way",
            format!("{} in {}, not counted below", under_way.words(), counted(open.len(), "open case")),
        );
    }
    facts.add(
        "ping-pong",
        format!("{} in {}", counted(again.ping_pong, "time"), counted(again.ping_pong_cases.len(), "case")),
    );
    s.out.push_str(&facts.text(s.plain, s.room));
    let mut table = Table::new(&["STEP", "DONE", "AGAIN", "COST", "SENT BACK", "DECLINED"]);
    for step in &again.steps {
        let numbers = [step.visits, step.repeats, step.sent_back, step.declined].map(|n| n.to_string());
        let [visits, repeats, back, declined] = numbers;
        let cost = if step.repeats > 0 { when::length(step.cost.span()) } else { String::new() };
        table.row([step.step.to_string(), visits, repeats, cost, back, declined]);
    }
    own::add(s, &table);
    let mut table = Table::new(&["STEP", "WHY", "TIMES", "CASES"]);
    why(&mut table, "declined", &told.declined);
    why(&mut table, "sent back", &told.sent_back);
    own::add(s, &table);
    partly(s, &told);
    Ok(())
}

/// Says where not everything was read.
pub fn partly(s: &mut Session, told: &Told) {
    if told.read < told.of {
        s.say(&format!(
            "Reasons and reminders are those of the newest {} of {}.",
            told.read,
            counted(told.of, "case")
        ));
    }
}

fn why(table: &mut Table, what: &str, of: &Reasons) {
    for ((step, reason), cases) in of {
        let few = names(cases).into_iter().take(FEW).collect::<Vec<_>>().join(" ");
        let more = cases.len().saturating_sub(FEW);
        let few = if more > 0 { format!("{few} +{more}") } else { few };
        table.row([step.to_string(), format!("{what}: {reason}"), cases.len().to_string(), few]);
    }
}
