//! What is likely, with what it rests on and how such sayings held in the past.

use super::own::{self, Own};
use crate::cli::args_metrics::Forecast as Args;
use crate::cli::dates;
use crate::cli::print::{Facts, Table};
use crate::cli::session::{Session, not_found};
use crate::desk::Error;
use crate::domain::counted::counted;
use crate::domain::flow::{
    self, Basis, Forecast, LONGEST, Outlook, Past, Standing, calibration, daily, how_many, when_done,
};
use crate::domain::metrics::{Stat, THIN};
use crate::domain::{Instant, Span, when};
use chrono::TimeDelta;
use serde_json::{Value, json};

const BEYOND: &str = "not within ten years";

/// After so many days in which nothing ended, a process may be over.
const QUIET: i64 = 90;

/// As JSON has it: nothing where it lies beyond what is foretold.
fn within(date: String) -> Option<String> {
    Some(date).filter(|date| date != BEYOND)
}

pub fn run(s: &mut Session, args: &Args) -> Result<(), Error> {
    let mut period = own::load(s, &args.period)?;
    let (mut cases, told_from) = each(&mut period, args)?;
    if let Some(case) = args.case {
        cases.retain(|of| of.case == case);
        if cases.is_empty() {
            return Err(not_found(
                format!("{case} is no open case of `{}`.", args.period.process),
                format!("`baton case list --process {}` shows them.", args.period.process),
            ));
        }
    }
    // Least likely to be in time first; of what cannot be said, the oldest.
    cases.sort_by(|a, b| {
        let key = |of: &Forecast| (of.on_time.unwrap_or(2.0), -of.rank.unwrap_or(0.0));
        key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal).then(a.case.cmp(&b.case))
    });
    let calibration = calibration(&period.cases);
    let cycle = Stat::of(flow::cycles(&period.cases));
    let daily = past_days(&period)?;
    let now = period.work.now;
    let zone = period.work.zone.clone();
    let by = args.by.as_deref().map(|text| dates::due(s, &mut period.work, "by", text)).transpose()?;
    let days = by.map(|by| (zone.date(by) - zone.date(now)).num_days());
    if days.is_some_and(|days| days < 1) {
        return Err(Error::input("--by names a day that has come.", "Name a later one."));
    }
    let days = days.map(|days| days as usize);
    let many = days.map(|days| how_many(&daily, days, args.seed));
    let when = args.count.map(|count| when_done(&daily, count as usize, args.seed));
    let wall = period.work.wall();
    let date = |days: i64| {
        if days >= LONGEST as i64 {
            return BEYOND.to_string();
        }
        let date = zone.date(now).checked_add_signed(TimeDelta::try_days(days).unwrap_or_default());
        date.map_or_else(String::new, |date| date.to_string())
    };
    let bands = calibration.bands.iter().enumerate().map(|(n, (said, late))| {
        json!({
            "said_late_from": n as f64 / 5.0, "said_late_to": (n + 1) as f64 / 5.0, "n": said, "late": late,
            "thin": *said < THIN,
        })
    });
    let value = json!({
        "process": args.period.process.as_str(),
        "seed": args.seed,
        "service_level_s": cycle.within.filter(|_| !cycle.thin()).map(Span::seconds),
        "finished": cycle.n,
        "cases": cases.iter().map(|of| json!({
            "case": of.case.to_string(),
            "basis": of.basis.code(),
            "n": of.n,
            "on_time": of.on_time,
            "half_by": of.half_by.map(|at| wall.json(at)),
            "p85_by": of.most_by.map(|at| wall.json(at)),
            "age_rank": of.rank,
        })).collect::<Vec<_>>(),
        "cases_told_from_newest": told_from,
        "calibration": bands.collect::<Vec<_>>(),
        "past_days": daily.len(),
        "how_many": many.as_ref().map(|many| outlook(many.as_ref())),
        "when": when.as_ref().map(|when| match when {
            Some(of) => json!({
                "half": within(date(of.half)), "sure_85": within(date(of.sure_85)),
                "sure_95": within(date(of.sure_95)),
                "days": outlook(Some(of)),
            }),
            None => Value::Null,
        }),
    });
    if s.json {
        s.one(&Facts::default(), &value);
        return Ok(());
    }
    let mut facts = Facts::default();
    facts.add("rests on", format!("{}, {}", counted(cycle.n, "finished case"), period.period()));
    facts.add(
        "promise",
        match cycle.within.filter(|_| !cycle.thin()) {
            Some(within) => format!("85% within {}", when::length(within)),
            None => "none: fewer than 20 finished cases".to_string(),
        },
    );
    if (many.is_some() || when.is_some()) && own::is_ever(period.from) {
        facts.add("drawn from", format!("the last {}", counted(daily.len(), "day")));
    }
    let thin = if cycle.thin() { " (thin: fewer than 20)" } else { "" };
    if let (Some(many), Some(text)) = (&many, &args.by) {
        facts.add(
            "by then",
            match many {
                Some(of) => format!(
                    "by {text}: {} or more in half of the tries, {} in 85%, {} in 95%{thin}",
                    of.half, of.sure_85, of.sure_95
                ),
                None => "nothing was done in the period".to_string(),
            },
        );
    }
    if let (Some(when), Some(count)) = (&when, args.count) {
        facts.add(
            "when",
            match when {
                Some(of) => format!(
                    "{count} done by: {} in half of the tries, {} in 85%, {} in 95%{thin}",
                    date(of.half),
                    date(of.sure_85),
                    date(of.sure_95)
                ),
                None => "nothing was done in the period".to_string(),
            },
        );
    }
    let ended = flow::finished(&period.cases).filter_map(|case| case.ended).max();
    if let Some(ended) = ended.filter(|ended| now - *ended > Span::DAY.times(QUIET)) {
        facts.add(
            "mind",
            format!(
                "nothing has ended since {}, and {} are open: this is told as if it went on as it did then",
                zone.date(ended),
                flow::open(&period.cases).count()
            ),
        );
    }
    facts.add(
        "each case",
        match told_from {
            Some(n) => {
                format!("told from the newest {n} that finished here, as an inbox and `case why` tell it")
            }
            None => "told from the same".to_string(),
        },
    );
    facts.add("held", held(&calibration));
    s.out.push_str(&facts.text(s.plain, s.room));
    let mut table = Table::new(&["CASE", "IN TIME", "HALF END BY", "85% END BY", "OLDER THAN", "RESTS ON"]);
    for of in &cases {
        let percent =
            |part: Option<f64>| part.map_or_else(|| "--".to_string(), |p| format!("{:.0}%", p * 100.0));
        let at = |at: Option<Instant>| at.map_or_else(String::new, |at| wall.at(at));
        table.row([
            of.case.to_string(),
            percent(of.on_time),
            at(of.half_by),
            at(of.most_by),
            percent(of.rank),
            format!("{} ({})", words(of.basis), of.n),
        ]);
    }
    own::add(s, &table);
    Ok(())
}

/// What is likely of each open case, and how many newest finished cases that is told from where it is the desk that
/// tells it, as in an inbox and of `case why`: where nobody chose other cases, and there is no log, of which the desk
/// knows only how long cases took.
fn each(period: &mut Own, args: &Args) -> Result<(Vec<Forecast>, Option<usize>), Error> {
    let of = &args.period;
    let chosen = of.ever || of.version.is_some();
    let chosen =
        chosen || [&of.from, &of.to, &of.party].iter().any(|text| text.is_some()) || of.kind.is_some();
    let now = period.work.now;
    if !chosen && period.cases.iter().all(|case| !case.imported) {
        let (cases, n) = period.work.desk.forecasts(&of.process, now)?;
        return Ok((cases, Some(n)));
    }
    let past = Past::of(&period.cases);
    let open = flow::open(&period.cases);
    Ok((open.map(|case| past.forecast(&Standing::of(case, now), now, args.seed)).collect(), None))
}

fn outlook(of: Option<&Outlook>) -> Value {
    of.map_or(Value::Null, |of| json!({"half": of.half, "sure_85": of.sure_85, "sure_95": of.sure_95}))
}

fn words(of: Basis) -> &'static str {
    match of {
        Basis::StepAndAge => "cases as long in this step",
        Basis::Age => "cases as old",
        Basis::Rank => "too few: only its age",
    }
}

/// How many were done on each day of the period.
fn past_days(own: &Own) -> Result<Vec<usize>, Error> {
    let zone = &own.work.zone;
    let today = zone.date(own.to.min(own.work.now));
    // A log of years ago goes on as it did when it ended, not as nothing did since; a date to come is a slip of its writer.
    let ended = flow::finished(&own.cases).filter_map(|case| case.ended);
    let newest = ended.filter(|ended| *ended <= own.work.now).max();
    let after = newest.filter(|_| own::is_ever(own.from)).and_then(|newest| zone.date(newest).succ_opt());
    let first = own.work.desk.done_between(&own.process)?.map_or(own.from, |(first, _)| first);
    Ok(daily(&own.cases, zone, first.max(own.from), after.map_or(today, |after| after.min(today))))
}

fn held(of: &flow::Calibration) -> String {
    if of.n() == 0 {
        return "not checked: too few cases with a due date have ended".to_string();
    }
    let said = of.bands.iter().enumerate().filter(|(_, (said, _))| *said > 0).map(|(n, (said, late))| {
        format!(
            "of {} that {}-{}% likely late was said {} were{}",
            counted(*said, "time"),
            n * 20,
            n * 20 + 20,
            own::percent(*late, *said),
            if *said < THIN { " (thin)" } else { "" }
        )
    });
    said.collect::<Vec<_>>().join("; ")
}
