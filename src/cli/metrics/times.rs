//! How long cases take, by version and kind of record, and two versions side by side.

use super::own::{self, Own, brief, percent, words};
use super::reference::promised;
use super::stat;
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::Error;
use crate::domain::flow::{self, CaseFacts, Compared, StepTimes, Timed};
use crate::domain::metrics::Stat;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Fewer cases than this a version are too few to say anything.
const ENOUGH: usize = 20;

/// Elapsed and by the calendar, each by its name.
pub fn timed(of: &Timed) -> Value {
    json!({"elapsed": stat(&of.elapsed), "business": of.business.as_ref().map(stat)})
}

pub fn step(of: &StepTimes) -> Value {
    json!({
        "queue": timed(&of.queue),
        "in_hand": timed(&of.in_hand),
        "waits_elapsed": stat(&of.waits),
        "touch_elapsed": stat(&of.touch),
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
        "service_level_s": all.elapsed.within.filter(|_| !all.elapsed.thin()).map(|span| span.seconds()),
        "versions": rows(&versions),
        "kinds": rows(&kinds),
    });
    let mut facts = Facts::default();
    facts.add("period", own.period());
    facts.add("elapsed", words(&all.elapsed));
    facts.add("business", all.business.as_ref().map_or_else(String::new, words));
    facts.add(
        "promise",
        match all.elapsed.within.filter(|_| !all.elapsed.thin()) {
            Some(within) => {
                format!("85% of {} cases within {}", all.elapsed.n, crate::domain::when::distance(within))
            }
            None => format!("none: {} finished cases are fewer than 20", all.elapsed.n),
        },
    );
    facts.add("open", format!("{open}, in no length above: what is unfinished would pull it down"));
    s.one(&facts, &value);
    if !s.json {
        let mut table = Table::new(&["VERSION", "CASES", "MEDIAN", "85% WITHIN", "BUSINESS"]);
        for (name, of) in &versions {
            let within = of.elapsed.within.map_or_else(String::new, crate::domain::when::distance);
            let business = of.business.as_ref().map_or_else(String::new, brief);
            table.row([name.clone(), of.elapsed.n.to_string(), brief(&of.elapsed), within, business]);
        }
        own::add(s, &table);
        s.say("Lengths with ~ are of fewer than 20.");
    }
    Ok(())
}

pub fn compare(s: &mut Session, period: &Period, versions: Option<&[u32]>) -> Result<(), Error> {
    let own = own::load(s, period)?;
    let newest = own.catalog.newest(&period.process).map_or(1, |(version, _)| version);
    let (before, after) = match versions {
        Some([before, after]) => (*before, *after),
        _ if newest > 1 => (newest - 1, newest),
        _ => {
            return Err(Error::input(
                format!("`{}` has one version.", period.process),
                "There is something to compare once another is published.",
            ));
        }
    };
    let both = [before, after].map(|version| flow::compare(&own.cases, version, own.work.now));
    let row = |of: &Compared| {
        json!({
            "version": of.version,
            "cycle_time": stat(&of.cycle),
            "p85_nearest_rank_s": of.cycle.within.map(|span| span.seconds()),
            "migrated_left_out": of.migrated,
            "with_due": of.with_due,
            "on_time": of.on_time,
            "rework_cases": of.again,
        })
    };
    let few = both.iter().map(|of| of.cycle.n).min().unwrap_or(0);
    let verdict = match few < ENOUGH {
        true => format!("{few} cases: too few to say; {ENOUGH} of each version are needed."),
        false => said(&both[0].cycle, &both[1].cycle),
    };
    let value = json!({"versions": both.iter().map(row).collect::<Vec<_>>(), "verdict": verdict});
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let mut table =
        Table::new(&["VERSION", "CASES", "MEDIAN", "85% WITHIN", "ON TIME", "DONE AGAIN", "MIGRATED"]);
    for of in &both {
        table.row([
            of.version.to_string(),
            of.cycle.n.to_string(),
            brief(&of.cycle),
            of.cycle.within.map_or_else(|| "--".to_string(), crate::domain::when::distance),
            percent(of.on_time, of.with_due),
            percent(of.again, of.cycle.n),
            of.migrated.to_string(),
        ]);
    }
    own::add(s, &table);
    s.line(&verdict);
    Ok(())
}

fn said(before: &Stat, after: &Stat) -> String {
    let (Some(was), Some(is)) = (before.median_span(), after.median_span()) else { return String::new() };
    let (a, b) = (crate::domain::when::distance(was), crate::domain::when::distance(is));
    match is.cmp(&was) {
        std::cmp::Ordering::Less => format!("The median went from {a} to {b}."),
        std::cmp::Ordering::Greater => format!("The median rose from {a} to {b}."),
        std::cmp::Ordering::Equal => format!("The median stayed at {a}."),
    }
}
