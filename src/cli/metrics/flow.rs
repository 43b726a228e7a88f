//! How work flows through: what arrives, what is done, what is open and how old, and how much of it is work.

use super::own::{self, Own, words};
use super::stat;
use crate::cli::args_metrics::Period;
use crate::cli::print::{Facts, Table};
use crate::cli::session::Session;
use crate::desk::Error;
use crate::domain::counted::counted;
use crate::domain::figures::{Core, Week, weeks_with};
use crate::domain::flow::{self, Steadiness};
use crate::domain::metrics::Stat;
use crate::domain::{Instant, Span, when};
use serde_json::json;

/// Weeks in the table; JSON has them all.
const WEEKS: usize = 13;

/// So many weeks in a row with more arrivals than ends are the earliest sign of a bottleneck.
const ALARM: usize = 3;

/// How many whole weeks before a day, one after the other, had more arrivals than ends.
fn growing(weeks: &[Week], today: chrono::NaiveDate) -> usize {
    let whole = weeks.iter().rev().skip_while(|week| (today - week.monday).num_days() < 7);
    whole.take_while(|week| week.arrivals > week.throughput).count()
}

/// The average, and what Little's law makes of throughput and cycle time.
fn in_progress(of: &Steadiness) -> String {
    let law = match (of.by_law, of.gap()) {
        (Some(by_law), Some(gap)) => {
            let apart = format!("; done times mean cycle time is {by_law:.1}, {:.0}% apart", 100.0 * gap);
            let warning = if of.is_steady() { "" } else { ": not steady, so averages mislead" };
            format!("{apart}{warning}")
        }
        _ => String::new(),
    };
    format!("{:.1} on average{law}", of.wip)
}

/// Begun, done and open by week.
fn weeks(own: &Own) -> Vec<Week> {
    let cases = own.cases.iter().map(|case| (case.started, case.ended)).collect::<Vec<_>>();
    weeks_with(&cases, &own.withdrawn, own.at(), Some(&own.work.zone))
}

pub fn run(s: &mut Session, period: &Period) -> Result<(), Error> {
    let mut own = own::load_then(s, period)?;
    let waits = own.waits()?;
    let now = own.at();
    let begun = |at: Instant| at >= own.from && at < own.to;
    let mut weeks = weeks(&own);
    // Of weeks before the period only those cases are known that went on into it.
    let first = own.work.zone.date(own.from);
    weeks.retain(|week| (first - week.monday).num_days() < 7);
    // Of the week the period begins in, only what began in the period: what had ended before is not known.
    if let Some(week) = weeks.first_mut().filter(|week| week.monday < first) {
        let of_it = |at: &Instant| begun(*at) && (own.work.zone.date(*at) - week.monday).num_days() < 7;
        week.arrivals = own.begun().filter(of_it).count();
    }
    let open = flow::ages(&own.cases, now);
    let open_cases = flow::open(&own.cases).collect::<Vec<_>>();
    // What was withdrawn after the period was in progress at its end.
    let later = own.withdrawn.iter().filter(|(_, left)| *left >= now).map(|(begun, _)| *begun);
    let since = open_cases.iter().map(|case| case.started).chain(later).collect::<Vec<_>>();
    let age = Stat::of(since.iter().map(|begun| now - *begun).collect());
    let cycle = Stat::of(flow::cycles(&own.cases));
    let limit = cycle.within;
    let old = since.iter().filter(|begun| limit.is_some_and(|limit| now - **begun > limit)).count();
    let kept = flow::finished(&own.cases).filter_map(|case| case.kept(now)).collect::<Vec<_>>();
    let met = kept.iter().filter(|kept| **kept).count();
    let missed = kept.len() - met;
    // What is open past its due instant has missed it already.
    let breached = open_cases.iter().filter(|case| case.kept(now) == Some(false)).count();
    let breached = breached + own.late_before_withdrawn;
    let efficiency = flow::efficiency(&own.cases, &waits);
    let (lay, lies) = flow::unaccepted(&own.cases, now);
    let window = own.to - own.from;
    let steady = Steadiness::of(&own.cases, &own.withdrawn, own.from, own.to, now);
    let growing = growing(&weeks, own.work.zone.date(now));
    let share = |part: usize, of: usize| (of > 0).then(|| part as f64 / of as f64);
    let value = json!({
        "process": period.process.as_str(),
        "arrivals": own.begun().filter(|at| begun(*at)).count(),
        "throughput": cycle.n,
        "withdrawn": own.withdrawn.iter().filter(|(_, at)| begun(*at)).count(),
        "as_of": own.work.wall().json(now),
        "wip": since.len(),
        "wip_average": steady.map(|of| of.wip),
        "takt_s": steady.and_then(|of| of.takt_seconds()),
        "littles_law": steady.map(|of| json!({
            "window_s": of.window.seconds(), "avg_wip": of.wip, "throughput_times_mean_cycle": of.by_law,
            "relative_gap": of.gap(), "steady": of.is_steady(),
        })),
        "weeks_growing": growing,
        "age": stat(&age),
        "older_than_p85": old,
        "on_time": {
            "met": met, "missed": missed, "open_past_due": breached,
            "finished": share(met, met + missed), "as_of_now": share(met, met + missed + breached),
        },
        "flow_efficiency": efficiency.map(|(touch, length)| json!({
            "touch_union_s": touch.seconds(), "cycle_sum_s": length.seconds(),
            "aggregate_union": touch.0 as f64 / length.0 as f64,
        })),
        "nobody_accepted": {"past": stat(&lay), "open": stat(&lies)},
        "weekly_columns": ["iso_week", "arrivals", "throughput", "wip_at_week_end", "withdrawn"],
        "weekly": weeks.iter().map(|w| json!([w.name, w.arrivals, w.throughput, w.wip, w.withdrawn])).collect::<Vec<_>>(),
        "oldest": open.iter().take(20).map(|aged| json!({
            "case": aged.case.to_string(), "step": aged.step.as_str(),
            "age_s": aged.age.seconds(), "in_step_s": aged.in_step.seconds(),
        })).collect::<Vec<_>>(),
    });
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let mut facts = Facts::default();
    facts.add("period", own.period());
    facts.add("done", counted(cycle.n, "case"));
    if window > Span::ZERO && !own::is_ever(own.from) {
        let week = Span::DAY.times(7).0 as f64 / window.0 as f64;
        facts.add("a week", format!("{:.1} done", cycle.n as f64 * week));
    }
    let withdrawn = own.withdrawn.iter().filter(|(_, at)| begun(*at)).count();
    if withdrawn > 0 {
        facts.add(
            "withdrawn",
            format!("{}, in progress until then and not among those done", counted(withdrawn, "case")),
        );
    }
    let older = match cycle.thin() {
        true => format!("too few ended to say how old 85% were: {}", counted(cycle.n, "finished case")),
        false => format!("{old} older than 85% of finished cases were"),
    };
    facts.add("open", format!("{}; {older}", since.len()));
    if let Some(of) = &steady {
        facts.add("in progress", in_progress(of));
        facts.add("a case every", of.takt().map_or_else(|| "--".to_string(), when::length));
    }
    if growing >= ALARM {
        facts.add("growing", format!("more came than was done in each week of the last {growing}"));
    }
    facts.add("age", words(&age));
    facts.add(
        "on time",
        format!(
            "{} of {} finished; {} with {breached} open past their due date",
            own::percent(met, met + missed),
            met + missed,
            own::percent(met, met + missed + breached)
        ),
    );
    facts.add(
        "efficiency",
        match efficiency {
            Some((touch, length)) => format!(
                "{:.1}% of {} was work here (elapsed; what somebody outside does is waiting, what is in hand while its case is paused is work)",
                100.0 * touch.0 as f64 / length.0 as f64,
                when::length(length.span())
            ),
            None if own.logged() => "-- (the log knows one time a step)".to_string(),
            None => "--".to_string(),
        },
    );
    let lay = match own.cases.iter().all(|case| case.imported) && !own.cases.is_empty() {
        true => "-- (a log shows no offers)".to_string(),
        false => words(&lay),
    };
    facts.add("unaccepted", format!("{lay}; now {}", counted(lies.n, "offer")));
    s.out.push_str(&facts.text(s.plain, s.room));
    let mut table = Table::new(&["WEEK", "BEGUN", "DONE", "WITHDRAWN", "NET", "OPEN"]);
    let dates = own.cases.iter().flat_map(|case| [Some(case.started), case.ended]).flatten();
    let core = Core::of(dates.filter(|at| *at >= own.from).collect());
    weeks.retain(|week| core.is_none_or(|core| core.holds_any_of(week, &own.work.zone)));
    for week in weeks.iter().skip(weeks.len().saturating_sub(WEEKS)) {
        let net = week.arrivals as i64 - week.throughput as i64;
        table.row([
            week.name.clone(),
            week.arrivals.to_string(),
            week.throughput.to_string(),
            week.withdrawn.to_string(),
            format!("{net:+}"),
            week.wip.to_string(),
        ]);
    }
    own::add(s, &table);
    if weeks.len() > WEEKS {
        s.say(&format!("The last {WEEKS} of {}; --json has them all.", counted(weeks.len(), "week")));
    }
    if let Some(core) = core {
        s.say(&core.said(&own.work.zone));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_that_grow_are_counted_back_from_the_last_whole_one() {
        let monday =
            |n: i64| chrono::NaiveDate::from_ymd_opt(2026, 11, 2).unwrap() + chrono::TimeDelta::weeks(n);
        let week = |n: i64, arrivals, throughput| Week {
            name: String::new(),
            monday: monday(n),
            arrivals,
            throughput,
            withdrawn: 0,
            wip: 0,
        };
        let weeks = [week(0, 1, 1), week(1, 2, 1), week(2, 3, 0), week(3, 0, 9)];
        let on = |days: i64| growing(&weeks, monday(3) + chrono::TimeDelta::days(days));
        assert_eq!((on(2), on(7)), (2, 0), "the week that is not over does not count");
        assert_eq!(growing(&[], monday(0)), 0);
    }
}
