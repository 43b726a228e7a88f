//! The figures of a process as they are kept by week: at once, however many cases there are. By whole weeks of UTC,
//! with percentiles to two in a hundred and no cases behind a number; `Desk::figures` counts exactly.

use super::{THIN, newest, titled};
use crate::desk::{Desk, Error};
use crate::domain::lengths::Lengths;
use crate::domain::rollup::{StepSums, WeekSums, week_of};
use crate::domain::{Handle, Instant, Span, Total};
use chrono::{Datelike, NaiveDate, TimeDelta};
use std::collections::{BTreeMap, BTreeSet};

/// What is known at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Glance {
    pub process: Handle,
    pub days: u32,
    /// Cases that are open, and open branches that are late.
    pub open: usize,
    pub late: usize,
    /// The sums of the period.
    pub sums: WeekSums,
    /// Within which half of the cases and 85 of a hundred were done, the latter of twenty cases or more; `None` where the
    /// process has a finish of its own, which weeks know nothing of.
    pub median: Option<Span>,
    pub within: Option<Span>,
    /// In the order of the process; steps that only older versions have come last.
    pub steps: Vec<StepGlance>,
    /// Weeks in which cases ended, without gaps: name, with a due instant, on time.
    pub weeks: Vec<(String, u64, u64)>,
    /// Some of its waits are meant, and weeks do not say which.
    pub meant: bool,
}

/// A step's part.
#[derive(Debug, Clone, PartialEq)]
pub struct StepGlance {
    pub step: Handle,
    pub title: String,
    pub open: usize,
    pub late: usize,
    pub sums: StepSums,
    /// How the medians of wait and work together changed against the period before.
    pub trend: Option<Span>,
}

impl Desk {
    /// The figures of the last so many days before `now`, from what is kept.
    ///
    /// # Errors
    /// A process that is not there, and those of the store.
    pub fn glance(&mut self, process: &Handle, days: u32, now: Instant) -> Result<Glance, Error> {
        let catalog = self.catalog()?;
        let newest = newest(&catalog, process)?;
        let length = Span::DAY.times(i64::from(days));
        // A week counts where most of it lies within.
        let first = |at: Instant| week_of(at + Span::HOUR.times(84));
        let (from, before) = (first(now - length), first(now - length - length));
        let kept = self.store.rollup(Some(process), (before, week_of(now)))?;
        let (mut sums, mut earlier) = (WeekSums::default(), WeekSums::default());
        let mut weeks = BTreeMap::<NaiveDate, (u64, u64)>::new();
        for (key, of_week) in &kept.weeks {
            if key.week < from {
                earlier.add(of_week);
                continue;
            }
            sums.add(of_week);
            if of_week.finished > 0 {
                let week = weeks.entry(monday(key.week)).or_default();
                week.0 += of_week.with_due.unsigned_abs();
                week.1 += of_week.on_time.unsigned_abs();
            }
        }
        let (mut open, mut late) = (BTreeMap::new(), BTreeMap::new());
        for (step, n) in self.store.column_lengths(process)? {
            late.insert(step.clone(), self.store.column_late(process, &step, now)?);
            open.insert(step, n);
        }
        let mut order = newest.steps.iter().map(|step| step.handle.clone()).collect::<Vec<_>>();
        let older = sums.work.steps.keys().filter(|step| newest.step(step).is_none());
        order.extend(older.cloned().collect::<BTreeSet<_>>());
        let middle = |of: Option<&StepSums>| {
            of.and_then(|of| Some(of.wait.percentile(50)? + of.work.percentile(50).unwrap_or_default()))
        };
        let glance = |step: Handle| {
            let own = sums.work.steps.get(&step);
            let trend = middle(own).zip(middle(earlier.work.steps.get(&step)));
            StepGlance {
                title: titled(&catalog, process, &step),
                open: open.get(&step).copied().unwrap_or(0),
                late: late.get(&step).copied().unwrap_or(0),
                sums: own.cloned().unwrap_or_default(),
                trend: trend.map(|(now, before)| now - before),
                step,
            }
        };
        let usual = newest.measure.as_ref().is_none_or(|measure| measure.finish.is_none());
        Ok(Glance {
            process: process.clone(),
            days,
            open: self.store.kept_open(process)?,
            late: late.values().sum(),
            median: sums.work.cycle.percentile(50).filter(|_| usual),
            within: sums.work.cycle.within(85).filter(|_| usual && sums.work.cycle.n() >= THIN as u64),
            steps: order.into_iter().map(glance).collect(),
            weeks: without_gaps(&weeks),
            meant: newest.measure.as_ref().is_some_and(|measure| !measure.deliberate.is_empty()),
            sums,
        })
    }
}

impl Glance {
    /// The step with the largest part of all waiting, and that part, from 0 to 1.
    pub fn worst(&self) -> Option<(&StepGlance, f64)> {
        let waited = |step: &StepGlance| step.sums.wait.sum();
        let all = self.steps.iter().map(waited).sum::<Total>();
        let worst =
            self.steps.iter().filter(|step| waited(step) > Total::ZERO).max_by_key(|step| waited(step))?;
        Some((worst, super::part(waited(worst), all)))
    }
}

/// Wait and work of all visits of a step.
pub fn total(sums: &StepSums) -> Total {
    let of = |lengths: &Lengths| lengths.sum();
    of(&sums.wait) + of(&sums.work)
}

fn monday(day: i64) -> NaiveDate {
    let date = TimeDelta::try_days(day).and_then(|days| NaiveDate::default().checked_add_signed(days));
    date.unwrap_or_default()
}

fn without_gaps(weeks: &BTreeMap<NaiveDate, (u64, u64)>) -> Vec<(String, u64, u64)> {
    let (Some((first, _)), Some((last, _))) = (weeks.first_key_value(), weeks.last_key_value()) else {
        return Vec::new();
    };
    let mondays = first.iter_weeks().take_while(|week| week <= last);
    let named = mondays.map(|week| {
        let iso = week.iso_week();
        let (with_due, on_time) = weeks.get(&week).copied().unwrap_or_default();
        (format!("{}-W{:02}", iso.year(), iso.week()), with_due, on_time)
    });
    named.collect()
}
