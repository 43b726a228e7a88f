//! Two versions of a process side by side, each figure with the range chance alone would give it.

use super::own::{self, percent};
use super::{review, stat};
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::{Error, beside_which};
use crate::domain::cohort::Cohort;
use crate::domain::comparison::{self, Compared, Comparison, Estimate, Said};
use crate::domain::flow::{self, CaseFacts, Dice};
use serde_json::json;

pub fn run(s: &mut Session, period: &Period, versions: Option<&[u32]>, seed: u64) -> Result<(), Error> {
    // A version is what it was all its life, as its review has it: the last weeks of an old one are few.
    let is_named = period.from.is_some() || period.to.is_some();
    let period = &Period { ever: !is_named, ..period.clone() };
    let own = own::load(s, period)?;
    let (named, chosen) = match versions {
        Some([before, after]) => (true, (*before, *after)),
        _ => (false, own.work.desk.compared_versions(&period.process, None)?),
    };
    let (before, after) = match chosen {
        (1.., _) => chosen,
        _ if named => chosen,
        _ => {
            return Err(Error::input(
                format!("`{}` has one version.", period.process),
                "There is something to compare once another is published.",
            ));
        }
    };
    let evidence = own.work.desk.evidence(&period.process)?;
    // What a log told of before a version was published is no evidence for it.
    let before_it = |case: &CaseFacts| {
        case.imported && evidence.get(&case.version).is_some_and(|of| case.started < of.since)
    };
    let (mut untold, mut cases) = own.cases.iter().cloned().partition::<Vec<_>, _>(before_it);
    if !named {
        // One that is another again, because something was taken back, is no other.
        for case in untold.iter_mut().chain(&mut cases) {
            case.version = evidence.get(&case.version).map_or(case.version, |of| of.is);
        }
    }
    let left_out =
        |version: u32| untold.iter().filter(|case| case.version == version && case.ended.is_some()).count();
    let samples = |version: u32| {
        let of_it = cases.iter().filter(|case| case.version == version && !case.migrated);
        of_it.map(|case| case.seen(&own.meant)).collect::<Vec<_>>()
    };
    let cohort = Cohort::of(&samples(before), &samples(after), own.at());
    let mut dice = Dice::new(seed);
    let compared = comparison::compare(&cohort.before, &cohort.after, &mut |below| dice.below(below));
    let verdict = compared.sentence_of(&format!("of version {before}"), &format!("of version {after}"));
    let both = [before, after].map(|version| flow::compare(&cases, version, &own.meant, own.work.now));
    let rows = both.iter().map(|of| {
        json!({
            "version": of.version,
            "cycle_time": stat(&of.cycle),
            "p85_nearest_rank_s": of.cycle.within.map(|span| span.seconds()),
            "migrated_left_out": of.migrated,
            "logged_left_out": left_out(of.version),
            "with_due": of.with_due,
            "on_time": of.on_time,
            "rework_cases": of.again,
        })
    });
    let value = json!({
        "versions": rows.collect::<Vec<_>>(),
        "seed": seed,
        "figures": review::figures_json(&compared),
        "verdict": verdict,
    });
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    if !named {
        s.line(&beside_which(before, after));
    }
    let mut table = Table::new(&["VERSION", "FINISHED", "DONE AGAIN", "LEFT OUT"]);
    for of in &both {
        let again = percent(of.again, of.cycle.n);
        let out = of.migrated + left_out(of.version);
        table.row([of.version.to_string(), of.cycle.n.to_string(), again, out.to_string()]);
    }
    own::add(s, &table);
    let mut table = Table::new(&["FIGURE", "BEFORE", "AFTER", "CHANGE", "SAID"]);
    for of in &compared.figures {
        table.row(row(of, &compared));
    }
    own::add(s, &table);
    s.line(&verdict);
    if let Some(words) = cohort.said() {
        s.line(&words);
    }
    s.say(&format!(
        "Cases finished in {}, cycle times since they were registered; left out: they changed their version.",
        own.period()
    ));
    let of_logs = left_out(before) + left_out(after);
    if of_logs > 0 {
        s.say(&format!(
            "{of_logs} of those left out are of a log, and began before the version was published."
        ));
    }
    if compared.enough() {
        s.say("In brackets the range in which 95 of 100 samples as large as these would have it.");
    }
    Ok(())
}

fn row(of: &Compared, all: &Comparison) -> [String; 5] {
    let one = |one: Option<Estimate>, n: usize| all.shown(of.figure, one, n);
    let change = of.change.filter(|_| all.enough()).map(|change| of.figure.shown_change(change));
    let said = match of.said {
        Some(Said::Better) => "better".to_string(),
        Some(Said::Worse) => "worse".to_string(),
        Some(Said::Open(Some(needed))) => format!("chance alone may be; about {needed} needed"),
        Some(Said::Open(None)) => "no difference".to_string(),
        None => "too few to say".to_string(),
    };
    [
        of.figure.words().to_string(),
        one(of.before, all.before),
        one(of.after, all.after),
        change.unwrap_or_else(|| "--".to_string()),
        said,
    ]
}
