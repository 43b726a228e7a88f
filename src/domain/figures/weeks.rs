//! Arrivals, throughput and work in progress by ISO week, without gaps, by the clocks of a zone; and how old
//! open work was when most of it was open.

use crate::domain::metrics::Stat;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span};
use chrono::{Datelike, NaiveDate, TimeDelta};

const DAY: i64 = Span::DAY.0;
/// 1970-01-01 was a Thursday: three days after the Monday of its week.
const TO_MONDAY: i64 = 3;

/// One week: half open, from Monday 00:00.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// `2026-W47`
    pub name: String,
    pub monday: NaiveDate,
    pub arrivals: usize,
    pub throughput: usize,
    /// Cases that were withdrawn: neither done nor open any more.
    pub withdrawn: usize,
    /// Cases that began before its end and ended at it or after.
    pub wip: usize,
}

/// Open work at the end of the week with most of it; of several such weeks the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Aging {
    pub at: Instant,
    pub week: String,
    pub open: usize,
    pub age: Stat,
}

/// Number of the week a day is in, days counted from 1970-01-01.
fn week(day: i64) -> i64 {
    (day + TO_MONDAY).div_euclid(7)
}

fn monday(week: i64) -> NaiveDate {
    let days = TimeDelta::try_days(week.saturating_mul(7) - TO_MONDAY).unwrap_or_default();
    NaiveDate::default().checked_add_signed(days).unwrap_or_default()
}

/// The weeks from that of the first start to that of the last end. `cases` are (start, end), `None` for one
/// that is open; `zone` is UTC where `None`.
pub fn weeks_of(cases: &[(Instant, Option<Instant>)], zone: Option<&Zone>) -> Vec<Week> {
    let day = |at: Instant| match zone {
        None => at.0.div_euclid(DAY),
        Some(zone) => {
            i64::from(zone.date(at).num_days_from_ce()) - i64::from(NaiveDate::default().num_days_from_ce())
        }
    };
    let spans = cases.iter().map(|(start, end)| (week(day(*start)), end.map(|end| week(day(end)))));
    let spans = spans.collect::<Vec<_>>();
    let first = spans.iter().map(|(start, _)| *start).min();
    let last = spans.iter().map(|(start, end)| end.unwrap_or(*start).max(*start)).max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let blank = |week: i64| {
        let monday = monday(week);
        let iso = monday.iso_week();
        let name = format!("{}-W{:02}", iso.year(), iso.week());
        Week { name, monday, arrivals: 0, throughput: 0, withdrawn: 0, wip: 0 }
    };
    let mut weeks = (first..=last).map(blank).collect::<Vec<_>>();
    for (start, end) in spans {
        if let Some(week) = weeks.get_mut((start - first) as usize) {
            week.arrivals += 1;
        }
        if let Some(week) = end.and_then(|end| weeks.get_mut((end - first) as usize)) {
            week.throughput += 1;
        }
    }
    let mut open = 0;
    for week in &mut weeks {
        open = (open + week.arrivals).saturating_sub(week.throughput);
        week.wip = open;
    }
    weeks
}

/// The same as it stood at an instant where some were withdrawn, (start, end of each): they were open until then, and were
/// not done.
pub fn weeks_with(
    cases: &[(Instant, Option<Instant>)],
    withdrawn: &[(Instant, Instant)],
    now: Instant,
    zone: Option<&Zone>,
) -> Vec<Week> {
    let open_until = |left: Instant| Some(left).filter(|left| *left < now);
    let mut all = cases.to_vec();
    all.extend(withdrawn.iter().map(|(begun, left)| (*begun, open_until(*left))));
    let mut weeks = weeks_of(&all, zone);
    let left = withdrawn.iter().filter_map(|(_, left)| Some((open_until(*left)?, Some(*left))));
    for week in weeks_of(&left.collect::<Vec<_>>(), zone) {
        if let Some(own) = weeks.iter_mut().find(|own| own.monday == week.monday) {
            (own.throughput, own.withdrawn) = (own.throughput - week.throughput, week.throughput);
        }
    }
    weeks
}

/// Ages in the UTC week that ended with most open cases.
pub(super) fn aging(cases: &[(Instant, Option<Instant>)], weeks: &[Week]) -> Option<Aging> {
    let most = weeks.iter().map(|week| week.wip).max()?;
    let week = weeks.iter().find(|week| week.wip == most)?;
    let end = week.monday.checked_add_signed(TimeDelta::days(7))?;
    let at = Instant(end.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis());
    let open = cases.iter().filter(|(start, end)| *start < at && end.is_none_or(|end| end >= at));
    let age = Stat::of(open.map(|(start, _)| at - *start).collect());
    Some(Aging { at, week: week.name.clone(), open: most, age })
}
