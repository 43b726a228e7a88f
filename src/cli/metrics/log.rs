//! Every figure of an event log straight from its file, nothing imported; and the same of what is imported or
//! the desk's own.

use super::reference::{self, Lists};
use crate::cli::args_metrics::MetricsLog;
use crate::cli::print::{Facts, Table};
use crate::cli::session::{Session, split};
use crate::desk::{Error, read_log};
use crate::domain::counted::counted;
use crate::domain::figures::{Log, Report, Rule, complete, intervals, joined, queue, report};
use crate::domain::metrics::Stat;
use crate::domain::nearest::nearest;
use crate::domain::when;
use crate::domain::zone::Zone;
use serde_json::{Map, Value, json};

pub fn run(s: &mut Session, args: &MetricsLog) -> Result<(), Error> {
    let zone = args.weeks_in.as_deref().map(str::parse::<Zone>).transpose();
    let zone = zone.map_err(|e| split(&e.to_string()))?;
    let mut read = read_log(&args.file, &args.columns.options(), args.group_column.as_deref())?;
    read.log.rule = rule(&read.log, args)?;
    read.log.leave_unfinished_out(i64::MIN, i64::MAX);
    if args.ties.parallel_ties {
        read.log.take_ties_as_parallel();
    }
    for line in &read.guess {
        s.say(line);
    }
    let log = &read.log;
    if s.json {
        let name = args.file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let stem = name.split('.').next().unwrap_or_default().to_string();
        let mut value = json!({"name": stem, "source_file": name});
        if let Some(map) = value.as_object_mut() {
            map.extend(views(log, zone.as_ref(), lists(args.ties.whole)));
        }
        s.out.push_str(&crate::cli::print::json_text(&value));
        return Ok(());
    }
    let (rows, which, is_interval) = match intervals(log) {
        Some((rows, _)) => (rows, "work from start to complete", true),
        None => (
            log.events.clone(),
            if log.intervals { "work with start and end" } else { "rows with one time" },
            log.intervals,
        ),
    };
    text(s, &report(log, &rows, is_interval, zone.as_ref()), which);
    Ok(())
}

/// How the log is to be measured, by what was typed.
fn rule(log: &Log, args: &MetricsLog) -> Result<Rule, Error> {
    let activity = |name: &str| {
        log.activities.find(name).ok_or_else(|| {
            let hint = nearest(name, log.activities.iter()).map_or_else(
                || "Write it as the log does.".to_string(),
                |near| format!("Did you mean `{near}`?"),
            );
            Error::input(format!("The log has no activity `{}`.", name.escape_debug()), hint)
        })
    };
    let ways = args.deliberate.iter().map(|(from, to)| Ok((activity(from)?, activity(to)?)));
    Ok(Rule {
        repeats: args.repeats.iter().map(|name| activity(name)).collect::<Result<_, _>>()?,
        finish: args.finish.as_deref().map(activity).transpose()?,
        deliberate: ways.collect::<Result<_, Error>>()?,
    })
}

/// What is to be told of lists.
pub fn lists(whole: bool) -> Lists {
    if whole { Lists::Whole } else { Lists::Tops }
}

/// All views of a log, by name.
pub fn views(log: &Log, zone: Option<&Zone>, lists: Lists) -> Map<String, Value> {
    let mut out = Map::new();
    let counts = log.transition_counts();
    if !counts.is_empty() {
        let counts = counts.into_iter().map(|(name, count)| (name.to_string(), count.into()));
        out.insert("lifecycle_counts".to_string(), Value::Object(counts.collect()));
    }
    let mut views = Map::new();
    let all = report(log, &log.events, log.intervals, zone);
    views.insert("all".to_string(), reference::view(&all, log.dropped, zone, lists));
    if !log.intervals {
        if let Some(rows) = complete(log) {
            let report = report(log, &rows, false, zone);
            views.insert("complete".to_string(), reference::view(&report, log.dropped, zone, lists));
        }
        if let Some((rows, pairing)) = intervals(log) {
            let report = report(log, &rows, true, zone);
            let mut view = reference::view(&report, log.dropped, zone, lists);
            if let Some(view) = view.as_object_mut() {
                view.insert("pairing".to_string(), reference::pairing(&pairing));
            }
            views.insert("interval".to_string(), view);
        }
        if let Some(queue) = queue(log) {
            views.insert("schedule_to_start".to_string(), reference::queue(&queue));
        }
        if let Some(joined) = joined(log) {
            let report = report(&joined, &joined.events, false, None);
            views.insert("classifier_activity_plus_lifecycle".to_string(), reference::counts(&report, lists));
        }
    }
    out.insert("views".to_string(), Value::Object(views));
    out
}

fn length(stat: &Stat) -> String {
    match (stat.median_span(), stat.within) {
        (Some(median), Some(within)) => {
            let mean = stat.mean().map_or(0, |mean| mean.round() as i64);
            let thin = if stat.thin() { ", thin" } else { "" };
            format!(
                "median {}, mean {}, 85% within {}, n {}{thin}",
                when::length(median),
                when::length(crate::domain::Span(mean)),
                when::length(within),
                stat.n
            )
        }
        _ => "--".to_string(),
    }
}

/// The ways through that are told in words, those that most cases went.
const WAYS: usize = 10;

fn text(s: &mut Session, report: &Report<'_>, which: &str) {
    let mut facts = Facts::default();
    facts.add("measured", which);
    facts.add("cases", format!("{} of {}", report.cases, counted(report.events, "row")));
    facts.add("cycle time", length(&report.cycle));
    if let Some(finish) = report.finish {
        facts.add(
            "finished",
            format!(
                "with the last {finish}; {} ended and never came there, and are in no figure",
                report.unfinished
            ),
        );
    }
    for (from, to) in &report.deliberate {
        facts.add("meant wait", format!("{from} -> {to}, not ranked below"));
    }
    facts.add("variants", report.variants.len().to_string());
    let share = 100.0 * report.cases_with_repeat as f64 / report.cases.max(1) as f64;
    let cost = when::length(report.again().cost.span());
    let what = if report.intervals { "of work" } else { "passed before them" };
    facts.add(
        "rework",
        format!("{share:.1}% of cases, {}; {cost} {what}", counted(report.repeats(), "repeat")),
    );
    let meant = report.meant().collect::<Vec<_>>().join(", ");
    if !meant.is_empty() {
        facts.add("meant again", format!("{meant}, no rework"));
    }
    facts.add(
        "handovers",
        format!(
            "{} of {}; {}",
            report.handover.time.n,
            counted(report.follows.total, "step"),
            length(&report.handover.wait)
        ),
    );
    if let Some(flow) = &report.flow
        && report.cycle.sum > crate::domain::Total::ZERO
    {
        let share = 100.0 * flow.touch_union.0 as f64 / report.cycle.sum.0 as f64;
        facts.add("flow efficiency", format!("{share:.1}% of the time of cases was work"));
    }
    if report.follows.negative > 0 {
        let (n, of) = (report.follows.negative, report.follows.total);
        facts.add("parallel steps", format!("{n} of {of} began before the one before had ended"));
    }
    s.out.push_str(&facts.text(s.plain, s.room));
    let waiting = if report.intervals { "WAIT BEFORE" } else { "ELAPSED BEFORE" };
    let mut table = Table::new(&["ACTIVITY", "COUNT", "CASES", "REPEATS", waiting, "OF IT"]);
    // What overlaps waits for nothing; --json has it with its sign.
    let ranked = report.waits_by_activity();
    let all = ranked.iter().map(|before| before.wait.0).sum::<i128>().max(1);
    for before in ranked {
        let Some(own) = report.activities.iter().find(|own| own.activity == before.activity) else {
            continue;
        };
        table.row([
            own.activity.to_string(),
            own.count.to_string(),
            own.cases.to_string(),
            own.repeats().to_string(),
            when::length(before.wait.span()),
            format!("{:.0}%", 100.0 * before.wait.0 as f64 / all as f64),
        ]);
    }
    s.out.push('\n');
    s.out.push_str(&table.text(s.plain, s.room));
    let mut table = Table::new(&["CASES", "SHARE", "WENT"]);
    for way in report.variants.iter().take(WAYS) {
        let share = 100.0 * way.count as f64 / report.cases.max(1) as f64;
        table.row([way.count.to_string(), format!("{share:.1}%"), way.activities.join(" > ")]);
    }
    s.out.push('\n');
    s.out.push_str(&table.text(s.plain, s.room));
    if report.variants.len() > WAYS {
        s.say(&format!("and {}.", counted(report.variants.len() - WAYS, "more way")));
    }
}
