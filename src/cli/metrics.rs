//! How a process did: the figures of a period, in words and as JSON. Definitions are those of
//! `domain::metrics` and `desk::figures`; lengths in JSON are seconds.

mod by;
mod chart;
mod compare;
mod flow;
mod forecast;
mod log;
mod own;
mod people;
mod reference;
pub mod review;
mod rework;
#[cfg(test)]
mod tests;
mod times;

use super::args_metrics::{MetricsVerb, Period, Summary, Ties};
use super::print::Table;
use super::session::{Session, Work};
use crate::desk::{Chosen, Error, Figures, FinishedWork, Stays};
use crate::domain::counted::counted;
use crate::domain::flow::{Kept, StepTimes};
use crate::domain::metrics::Stat;
use crate::domain::{Span, when};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub fn run(s: &mut Session, verb: &MetricsVerb) -> Result<(), Error> {
    let period = match verb {
        MetricsVerb::Log(args) => return log::run(s, args),
        MetricsVerb::CycleTime(period) => return times::cycle_time(s, period),
        MetricsVerb::Flow(period) => return flow::run(s, period),
        MetricsVerb::Rework(period) => return rework::run(s, period),
        MetricsVerb::People(period) => return people::run(s, period),
        MetricsVerb::Compare { period, versions, seed } => {
            return compare::run(s, period, versions.as_deref(), *seed);
        }
        MetricsVerb::Review { process, version, seed } => return review::run(s, process, *version, *seed),
        MetricsVerb::Conformance { period, against } => return review::conformance(s, period, *against),
        MetricsVerb::Scorecard { process: Some(process) } => return super::review::card(s, process),
        MetricsVerb::Scorecard { process: None } => return super::review::cards(s),
        MetricsVerb::Forecast(args) => return forecast::run(s, args),
        MetricsVerb::Chart(args) => return chart::run(s, args),
        MetricsVerb::Summary(Summary { period, by: Some(by), .. }) => return by::run(s, period, *by),
        MetricsVerb::Summary(Summary { period, by: None, .. })
        | MetricsVerb::Steps(period)
        | MetricsVerb::Handoffs(period) => period,
    };
    let mut work = own::look(s, period)?;
    let (from, to) = own::lively(s, &mut work, period)?;
    let only = own::chosen(&mut work, period)?;
    let chosen = Chosen { from: Some(from), to: Some(to), ..only };
    let done = work.desk.finished_cases(&period.process, &chosen)?;
    let wanted = match verb {
        MetricsVerb::Summary(Summary { ties, .. }) if s.json => Some(ties),
        _ => None,
    };
    let (figures, views) = figures_and_views(&mut work, &done, period, &chosen, wanted)?;
    if figures.elapsed && !s.json {
        s.say("The log knows one time a step: waiting is elapsed time since the step before, none before a case's first.");
    }
    match verb {
        MetricsVerb::Summary(_) => summary(s, &work, period, &figures, views),
        MetricsVerb::Steps(_) => {
            let mut cases = own::load(s, period)?;
            let times = cases.step_times()?;
            let stays = cases.work.desk.stays(&period.process, &cases.cases)?;
            steps(s, &figures, &cases, &times, &stays);
        }
        _ => handoffs(s, &figures),
    }
    Ok(())
}

/// The figures, and where they are wanted the views with every figure of the same cases and the names of the reference, each
/// counted on a thread of its own: half a million rows are looked at for either.
fn figures_and_views(
    work: &mut Work,
    done: &FinishedWork,
    period: &Period,
    chosen: &Chosen,
    wanted: Option<&Ties>,
) -> Result<(Figures, Value), Error> {
    let Some(ties) = wanted else {
        let figures = work.desk.figures_from(done, &period.process, chosen, work.now)?;
        return Ok((figures, Value::Null));
    };
    let catalog = work.desk.catalog()?;
    // Weeks are the same for everybody.
    let zone = work.desk.zone_for_weeks(&period.process)?;
    std::thread::scope(|scope| {
        let views = scope.spawn(|| {
            let mut log = done.log(&catalog, &period.process, chosen);
            if ties.parallel_ties {
                log.take_ties_as_parallel();
            }
            log::views(&log, Some(&zone), log::lists(ties.whole)).remove("views").unwrap_or(Value::Null)
        });
        let figures = work.desk.figures_from(done, &period.process, chosen, work.now)?;
        let views = views.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((figures, views))
    })
}

fn length(span: Option<Span>) -> String {
    span.map_or_else(|| "--".to_string(), when::length)
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "--".to_string(), |share| format!("{:.0}%", share * 100.0))
}

/// A set of lengths; seconds as they come out, without rounding. `85% within` in the text is the nearest rank.
fn stat(stat: &Stat) -> Value {
    json!({
        "n": stat.n,
        "sum_s": stat.sum.seconds(),
        "mean_s": stat.mean().map(|ms| ms / 1000.0),
        "median_s": stat.median.map(|ms| ms / 1000.0),
        "p85_s": stat.p85.map(|ms| ms / 1000.0),
        "p95_s": stat.p95.map(|ms| ms / 1000.0),
        "p85_nearest_rank_s": stat.within.map(Span::seconds),
        "thin": stat.thin(),
    })
}

fn summary(s: &mut Session, work: &Work, period: &Period, figures: &Figures, views: Value) {
    let wall = work.wall();
    let mut value = json!({
        "process": period.process.as_str(),
        "from": (!own::is_ever(figures.from)).then(|| wall.json(figures.from)),
        "to": wall.json(figures.to.min(work.now)),
        "elapsed": figures.elapsed,
        "open": figures.open.len(),
        "late": figures.late.len(),
        "finished": figures.finished.len(),
        "under_way": figures.under_way.map(rework::passed_json),
        "with_due": figures.with_due.len(),
        "on_time": figures.on_time.len(),
        "on_time_share": figures.on_time_share(),
        "cycle_time": stat(&figures.cycle),
        "lead_time": stat(&figures.cycle),
        "from_first_acceptance": stat(&figures.taken_up),
        "service_level_s": figures.service_level.map(Span::seconds),
        "bottleneck": figures.bottleneck.as_ref().map(|worst| json!({
            "step": worst.step.as_str(),
            "share": worst.share,
            "share_of_waiting": worst.of_waiting,
            "wait": stat(&worst.wait),
            "work": stat(&worst.work),
        })),
        "weeks": figures.weeks.iter().map(|week| json!({
            "week": week.name,
            "finished": week.finished.len(),
            "with_due": week.with_due.len(),
            "on_time": week.on_time.len(),
        })).collect::<Vec<_>>(),
        "views": views,
    });
    rules(&mut value, figures);
    let mut facts = super::print::Facts::default();
    facts.add("process", &figures.title);
    let ever = own::is_ever(figures.from);
    let period = match ever {
        true => "everything there ever was".to_string(),
        false => format!("{} to {}", wall.at(figures.from), wall.at(figures.to)),
    };
    facts.add("period", period);
    // Of a period that is over too.
    let open = if figures.to < work.now { "open now" } else { "open" };
    facts.add(open, format!("{}, {} late", figures.open.len(), figures.late.len()));
    facts.add("finished", figures.finished.len().to_string());
    if let Some(passed) = figures.under_way {
        facts.add("under way", passed.under_way(figures.open.len()));
    }
    facts.add(
        "on time",
        format!(
            "{} ({} of {} with a goal)",
            own::percent(figures.on_time.len(), figures.with_due.len()),
            figures.on_time.len(),
            figures.with_due.len()
        ),
    );
    let promised = match figures.service_level {
        Some(within) => format!(", 85% within {}, n {}", length(Some(within)), figures.cycle.n),
        None => format!(", n {} (thin: fewer than 20)", figures.cycle.n),
    };
    facts.add("cycle time", format!("median {}{promised}", length(figures.cycle.median_span())));
    let rule = match figures.taken_up.median_span() {
        Some(median) => format!("; from the first acceptance {}", length(Some(median))),
        None => String::new(),
    };
    // Of what a log alone tells nobody knows when it was asked for.
    let from = if figures.logged {
        "the first row of a case, as its log tells no more,"
    } else {
        "when a case is registered"
    };
    facts.add("", format!("from {from} to its end; lead time is the same{rule}"));
    if let Some(finish) = &figures.finish {
        let title = figures.step_title(finish);
        facts.add(
            "",
            format!(
                "to the last {title}; {} ended and never came there, and are in no figure",
                figures.unfinished
            ),
        );
    }
    if let Some(worst) = &figures.bottleneck {
        facts.add(
            "bottleneck",
            format!(
                "{}: {} of all waiting, {} of the time; in the middle {}",
                worst.title,
                percent(Some(worst.of_waiting)),
                percent(Some(worst.share)),
                match figures.elapsed {
                    true => format!("{} pass before it", length(worst.wait.median_span())),
                    false => match worst.work.n {
                        0 => format!("{} until somebody outside has done it", length(worst.wait.median_span())),
                        _ => format!("it waits {} and works {}", own::brief(&worst.wait), own::brief(&worst.work)),
                    },
                }
            ),
        );
    }
    for way in &figures.deliberate {
        let (from, to) = (figures.step_title(&way.from), figures.step_title(&way.to));
        facts.add("meant wait", format!("{from} -> {to}, no bottleneck"));
    }
    s.one(&facts, &value);
}

/// What changed figures, where anything did.
fn rules(value: &mut Value, figures: &Figures) {
    let Some(map) = value.as_object_mut() else { return };
    if let Some(finish) = &figures.finish {
        let rule = json!({"step": finish.as_str(), "cases_never_there": figures.unfinished});
        map.insert("finish_rule".to_string(), rule);
    }
    if !figures.deliberate.is_empty() {
        let ways = figures.deliberate.iter().map(|way| json!([way.from.as_str(), way.to.as_str()]));
        map.insert("deliberate_waits".to_string(), ways.collect());
    }
}

fn share(part: usize, of: usize) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

/// How a promise was kept.
fn kept(of: &Kept) -> Value {
    json!({
        "with_due": of.with_due, "met": of.met, "open_past_due": of.open_past_due,
        "finished": of.finished(), "as_of_now": of.as_of_now(),
    })
}

fn steps(s: &mut Session, figures: &Figures, own: &own::Own, times: &[StepTimes], stays: &Stays) {
    let promises = crate::domain::flow::promises(&own.cases, own.work.now);
    let first = own.cases.iter().map(|case| case.started).min().unwrap_or(own.from);
    let window = (own.at() - own.from.max(first)).max(Span::ZERO);
    let mut table = Table::new(&[
        "STEP",
        "OPEN",
        "LATE",
        "VISITS",
        "WAIT",
        "WORK",
        "QUEUE BUS.",
        "HAND BUS.",
        "TOUCH BUS.",
        "GOAL KEPT",
        "TAKEN IN TIME",
        "SHARE OF TIME",
    ]);
    let mut rows = Vec::new();
    for step in &figures.steps {
        let timed = times.iter().find(|own| own.step == step.step);
        let business = |of: fn(&StepTimes) -> Option<Stat>| own::hours(timed.and_then(of).as_ref());
        let kept_then = promises.get(&step.step).copied().unwrap_or_default();
        // Where nobody works, staying there is all there is to measure.
        let stayed = stays.get(&step.step).filter(|_| step.visits == 0);
        let (visits, cases, wait) = match stayed {
            Some(of) => {
                let cases = of.iter().map(|(case, _)| *case).collect::<BTreeSet<_>>();
                (of.len(), cases.len(), Stat::of(of.iter().map(|(_, stay)| *stay).collect()))
            }
            None => (step.visits, step.cases.len(), step.wait),
        };
        table.row([
            step.title.clone(),
            step.open.len().to_string(),
            step.late.len().to_string(),
            visits.to_string(),
            own::brief(&wait),
            // Not known of a log with one time a step, and nobody's here where somebody outside does it.
            own::brief(&step.work),
            business(|of| of.queue.business),
            business(|of| of.in_hand.business),
            business(|of| of.touch.business),
            own::percent(kept_then.goal.met, kept_then.goal.with_due),
            own::percent(kept_then.accept.met, kept_then.accept.with_due),
            percent(Some(step.share)),
        ]);
        let waited = step.wait.sum - step.after;
        rows.push(json!({
            "step": step.step.as_str(),
            "title": step.title,
            "open": step.open.len(),
            "late": step.late.len(),
            "count": visits,
            "cases": cases,
            "wait": stat(&wait),
            "work": stat(&step.work),
            "work_known": !figures.elapsed,
            "total_s": step.total.seconds(),
            "share": step.share,
            "times": timed.map(times::step),
            "goal_kept": kept(&kept_then.goal),
            "accepted_in_time": kept(&kept_then.accept),
            "wait_share_of_cycle": waited.part_of(figures.cycle.sum),
            "average_queue": waited.part_of(window.into()),
        }));
    }
    s.list(&table, rows, "No step was visited.");
    if !s.json && !figures.steps.is_empty() {
        s.say(
            "OPEN and LATE are branches, of which a case may have several; VISITS were done or sent back. WAIT and WORK are medians as time passes; QUEUE and HAND BUS. from the first offer to \
             acceptance and from there to done, TOUCH BUS. without what it waited in hand, in hours of the calendar. A step for \
             somebody outside is all waiting, and no work. Of a step nobody works at WAIT is how \
             long cases stayed; it is no part of the shares, nor is what came when a case was finished already by a rule. GOAL KEPT and TAKEN IN TIME: of what was promised a time, over by now. \
             With ~ of fewer than 20.",
        );
    }
}

fn handoffs(s: &mut Session, figures: &Figures) {
    let passed_in = if figures.logged { "ELAPSED" } else { "ACCEPTED IN" };
    let mut table =
        Table::new(&["FROM", "STEP", "TO", "COUNT", passed_in, "BUSINESS", "IN TIME", "DECLINED"]);
    let mut rows = Vec::new();
    let pairs = figures.pairs();
    for pair in &pairs {
        let from = pair.from.as_ref().map_or_else(String::new, ToString::to_string);
        let to = pair.to.as_ref().map_or_else(String::new, ToString::to_string);
        table.row([
            from.clone(),
            pair.step.to_string(),
            to.clone(),
            pair.count.to_string(),
            own::brief(&pair.accepted),
            own::hours(pair.business.as_ref()),
            own::percent(pair.on_time, pair.with_due),
            pair.declined.to_string(),
        ]);
        if !s.json {
            continue;
        }
        rows.push(json!({
            "from": from,
            "step": pair.step.as_str(),
            "to": to,
            "count": pair.count,
            "accepted": stat(&pair.accepted),
            "accepted_in": {"elapsed": stat(&pair.accepted), "business": pair.business.as_ref().map(stat)},
            "with_due": pair.with_due,
            "on_time": pair.on_time,
            "on_time_share": share(pair.on_time, pair.with_due),
            "declined": pair.declined,
            "cases": pair.cases.len(),
        }));
    }
    if !s.json && !pairs.is_empty() {
        match figures.logged {
            true => s.say(
                "A log shows no offers: lengths are medians of the time since the work before ended, elapsed, and in hours of the \
                 calendar (business). With ~ of fewer than 20.",
            ),
            false => s.say(
                "Lengths are medians from offer to acceptance: elapsed, and in hours of the calendar of the process (business). \
                 With ~ of fewer than 20.",
            ),
        }
    }
    let open = figures.open.len();
    match figures.under_way {
        Some(passed) => s.list(&table, rows, &passed.under_way(open)),
        None => s.list(&table, rows, "Nothing was handed over in the finished cases."),
    }
    if !s.json && !pairs.is_empty() {
        let finished = counted(figures.finished.len(), "finished case");
        s.say(&format!("Of {finished}; what the open ones ({open}) handed over is not counted yet."));
    }
}
