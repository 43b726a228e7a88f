//! A version of a process beside the one before, and cases beside their versions.

use super::own;
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table, Wall, json_text};
use crate::cli::process::version_of;
use crate::cli::session::Session;
use crate::desk::{Error, VersionReview};
use crate::domain::Handle;
use crate::domain::comparison::{Comparison, Estimate, Figure, NEEDED, Said};
use crate::domain::counted::counted;
use crate::domain::expectation::{Expectation, Part};
use serde_json::{Value, json};

pub fn run(s: &mut Session, process: &Handle, version: Option<u32>, seed: u64) -> Result<(), Error> {
    let mut work = s.look()?;
    let review = work.desk.version_review(process, version, work.now, seed)?;
    let wall = work.wall();
    if s.json {
        s.out.push_str(&json_text(&json_of(&review, &wall)));
        return Ok(());
    }
    s.line(&format!("{process} version {}, published {}", review.version, wall.at(review.published)));
    review.lines().iter().for_each(|line| s.line(line));
    if review.version > 1 && !review.comparison.enough() {
        s.say(&format!(
            "{NEEDED}: from there on at least two cases lie beyond the true 85th percentile nine times in ten."
        ));
    }
    Ok(())
}

/// Each figure of a comparison.
pub fn figures_json(comparison: &Comparison) -> Vec<Value> {
    let of =
        |one: Option<Estimate>| one.map(|one| json!({"value": one.value, "low": one.low, "high": one.high}));
    let figures = comparison.figures.iter().map(|compared| {
        let (said, needed) = match compared.said {
            None => ("too_few", Some(NEEDED)),
            Some(Said::Better) => ("better", None),
            Some(Said::Worse) => ("worse", None),
            Some(Said::Open(needed)) => ("open", needed),
        };
        let seconds = |one: Option<Estimate>| {
            let part = |ms: f64| ms / 1000.0;
            one.filter(|_| is_length(compared.figure))
                .map(|one| json!({"value": part(one.value), "low": part(one.low), "high": part(one.high)}))
        };
        json!({
            "figure": compared.figure.code(),
            "before": of(compared.before),
            "after": of(compared.after),
            "change": of(compared.change),
            "said": said,
            "needed": needed,
            // The same in seconds, as every other length is told.
            "before_s": seconds(compared.before),
            "after_s": seconds(compared.after),
            "change_s": seconds(compared.change),
        })
    });
    figures.collect()
}

/// Whether it is told in milliseconds.
fn is_length(figure: Figure) -> bool {
    matches!(figure, Figure::Median | Figure::Within)
}

pub fn json_of(review: &VersionReview, wall: &Wall<'_>) -> Value {
    json!({
        "process": review.process.as_str(),
        "version": review.version,
        "published": wall.json(review.published),
        "metric": review.improve.as_ref().map(|improve| &improve.metric),
        "expect": review.improve.as_ref().and_then(|improve| improve.expect.as_ref()),
        "expectation": review.improve.as_ref().and_then(Expectation::of).map(|of| {
            let held = of.held(&review.comparison);
            let seconds = |ms: f64| is_length(of.figure).then_some(ms / 1000.0);
            json!({
                "figure": of.figure.code(), "bound": of.bound, "value": held.value, "met": held.met,
                "bound_s": seconds(of.bound), "value_s": held.value.and_then(seconds),
            })
        }),
        "promise": review.kept.map(|of| json!({
            "of": match of.promise.part { Part::Case => "cycle_time", Part::Handoff => "handoff" },
            "percent": of.promise.percent, "goal": of.promise.goal.to_string(),
            "kept": of.kept, "n": of.of, "met": of.met(),
        })),
        "again_as": review.again,
        "before_version": review.before,
        "cases_before": review.finished[0],
        "cases": review.finished[1],
        "compared_before": review.comparison.before,
        "compared": review.comparison.after,
        "open": review.open,
        "migrated_left_out": review.migrated,
        "logged_left_out": review.untold,
        "figures": figures_json(&review.comparison),
        "verdict": (review.version > 1).then(|| review.comparison.sentence()),
    })
}

pub fn conformance(s: &mut Session, period: &Period, against: Option<u32>) -> Result<(), Error> {
    let mut work = own::look(s, period)?;
    if against.is_some() {
        let catalog = work.catalog()?;
        version_of(&catalog, &period.process, against)?;
    }
    let (from, to) = own::lively(s, &mut work, period)?;
    let chosen = own::chosen(&mut work, period)?;
    let chosen = crate::desk::Chosen { from: Some(from), to: Some(to), ..chosen };
    let found = work.desk.conformance(&period.process, &chosen, against)?;
    let words = |path: &[Handle]| path.iter().map(Handle::as_str).collect::<Vec<_>>().join(" > ");
    if s.json {
        let deviations = found.deviations.iter().map(|of| {
            json!({
                "version": of.version,
                "step": of.step.as_ref().map(Handle::as_str),
                "after": of.path.iter().map(Handle::as_str).collect::<Vec<_>>(),
                "variant": of.variant.iter().map(Handle::as_str).collect::<Vec<_>>(),
                "cases": of.cases.iter().map(ToString::to_string).collect::<Vec<_>>(),
            })
        });
        let value = json!({
            "process": period.process.as_str(),
            "against": against,
            "cases": found.cases,
            "fit": found.fit,
            "share": found.share(),
            "undecided": found.undecided,
            "left_out": found.left_out,
            "deviations": deviations.collect::<Vec<_>>(),
        });
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let share = found.share().map_or_else(|| "--".to_string(), |share| format!("{:.0}%", share * 100.0));
    let whose = against.map_or_else(|| "their version".to_string(), |of| format!("version {of}"));
    s.line(&format!("{share}: {} of {} went a way {whose} allows.", found.fit, counted(found.cases, "case")));
    if found.undecided > 0 {
        s.line(&format!("{} went too many ways at once to be judged.", found.undecided));
    }
    if found.left_out > 0 {
        let why = "changed their version, or have one that was drawn from their log";
        s.line(&format!("{} {why}, and are left out.", found.left_out));
        if against.is_none() {
            s.say("--against VERSION holds all of them to one.");
        }
    }
    let mut table = Table::new(&["CASES", "VERSION", "LEFT IT AT", "AFTER", "WENT"]);
    for of in &found.deviations {
        table.row([
            of.cases.len().to_string(),
            of.version.to_string(),
            of.step.as_ref().map_or_else(|| "(end)".to_string(), ToString::to_string),
            of.path.last().map_or_else(|| "(start)".to_string(), ToString::to_string),
            words(&of.variant),
        ]);
    }
    own::add(s, &table);
    Ok(())
}
