//! How long cases take, by version and kind of record, elapsed and by the calendar.

use super::own::{self, Own, brief, words};
use super::reference::promised;
use super::stat;
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::Error;
use crate::domain::counted::counted;
use crate::domain::flow::{self, CaseFacts, StepTimes, Timed};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Elapsed and by the calendar, each by its name.
pub fn timed(of: &Timed) -> Value {
    json!({"elapsed": stat(&of.elapsed), "business": of.business.as_ref().map(stat)})
}

pub fn step(of: &StepTimes) -> Value {
    json!({
        "queue": timed(&of.queue),
        "in_hand": timed(&of.in_hand),
        "waits_elapsed": stat(&of.waits.elapsed),
        "touch_elapsed": stat(&of.touch.elapsed),
        "waits": timed(&of.waits),
        "touch": timed(&of.touch),
    })
}

fn cycle(cases: &[&CaseFacts], own: &Own) -> Timed {
    let spans = cases.iter().filter_map(|case| Some((case.started, case.ended?))).collect::<Vec<_>>();
    Timed::of(&spans, own.calendar.as_deref())
}

pub fn cycle_time(s: &mut Session, period: &Period) -> Result<(), Error> {
    let own = own::load(s, period)?;
    let done = flow::finished(&own.cases).collect::<Vec<_>>();
    let all = cycle(&done, &own);
    let open = flow::open(&own.cases).count();
    let finish = own.catalog.newest(&period.process).and_then(|(_, of)| of.measure.as_ref()?.finish.clone());
    let spans = done.iter().filter_map(|case| case.taken_up()).collect::<Vec<_>>();
    let taken_up = Timed::of(&spans, own.calendar.as_deref());
    let groups = |key: &dyn Fn(&CaseFacts) -> String| {
        let mut groups = BTreeMap::<String, Vec<&CaseFacts>>::new();
        for case in &done {
            groups.entry(key(case)).or_default().push(case);
        }
        groups.into_iter().map(|(name, cases)| (name, cycle(&cases, &own))).collect::<Vec<_>>()
    };
    let versions = groups(&|case| match case.migrated {
        true => "migrated".to_string(),
        false => case.version.to_string(),
    });
    let outcomes = own.cases.iter().filter(|case| case.kind.is_some()).count();
    let kinds = if outcomes > 0 {
        groups(&|case| case.kind.as_ref().map_or_else(String::new, ToString::to_string))
    } else {
        Vec::new()
    };
    let rows = |groups: &[(String, Timed)]| {
        groups.iter().map(|(name, of)| json!({"name": name, "cycle_time": timed(of)})).collect::<Vec<_>>()
    };
    let value = json!({
        "process": period.process.as_str(),
        "open": open,
        "cycle_time": promised(&all.elapsed),
        "business": all.business.as_ref().map(promised),
        // A case begins as it is registered, so both are one here; what a log tells begins with the first acceptance.
        "lead_time": promised(&all.elapsed),
        "from_first_acceptance": promised(&taken_up.elapsed),
        "from_first_acceptance_business": taken_up.business.as_ref().map(promised),
        "rule": {"begins": if own.logged() { "first row of its log" } else { "registered" }, "ends": finish.as_ref().map_or("last work done", |step| step.as_str())},
        "service_level_s": all.elapsed.within.filter(|_| !all.elapsed.thin()).map(|span| span.seconds()),
        "versions": rows(&versions),
        "kinds": rows(&kinds),
    });
    let mut facts = Facts::default();
    facts.add("period", own.period());
    facts.add("elapsed", words(&all.elapsed));
    let ends =
        finish.as_ref().map_or("its last work is done".to_string(), |step| format!("{step} is done last"));
    let begins = if own.logged() {
        "the first row of a case, as its log tells no more,"
    } else {
        "when a case is registered"
    };
    facts.add("", format!("from {begins} to when {ends}: cycle time and lead time are one"));
    facts.add("taken up", format!("{}; from the first acceptance", words(&taken_up.elapsed)));
    facts.add(
        "",
        taken_up
            .business
            .as_ref()
            .map_or_else(String::new, |of| format!("{}; the same, business", own::words_in_hours(of))),
    );
    facts.add("business", all.business.as_ref().map_or_else(String::new, own::words_in_hours));
    facts.add(
        "promise",
        match all.elapsed.within.filter(|_| !all.elapsed.thin()) {
            Some(within) => {
                format!(
                    "85% of {} within {}",
                    counted(all.elapsed.n, "case"),
                    crate::domain::when::length(within)
                )
            }
            None => format!("none: of {}, fewer than 20", counted(all.elapsed.n, "finished case")),
        },
    );
    facts.add("open", format!("{open}, in no length above: what is unfinished would pull it down"));
    s.one(&facts, &value);
    if !s.json {
        for (head, groups) in [("VERSION", &versions), ("KIND", &kinds)] {
            let mut table = Table::new(&[head, "CASES", "MEDIAN", "85% WITHIN", "BUSINESS"]);
            for (name, of) in groups {
                let within = own::within(&of.elapsed);
                let business = own::hours(of.business.as_ref());
                let name = if name.is_empty() { "no record" } else { name };
                table.row([name.to_string(), of.elapsed.n.to_string(), brief(&of.elapsed), within, business]);
            }
            own::add(s, &table);
        }
        s.say(
            "Lengths with ~ are of fewer than 20. Medians are linear between neighbours (type 7); what 85% stay within \
             is an observed length (nearest rank).",
        );
    }
    Ok(())
}
