//! Everything a view of a log shows, together. A view is a choice of rows: all of them, those that end work, or
//! work with its beginning and end.

use super::group::Grouped;
use super::handover::{Handover, handover};
use super::lifecycle::{Kind, Pairing, instances, kind, kinds};
use super::log::{Event, Log, NONE, Names, Rule};
use super::pairs::{ActivityFigures, Again, Follows, Way, paired};
use super::variants::{Counts, Variant, ways};
use super::weeks::{Aging, Week, aging, weeks_of};
use crate::domain::metrics::Stat;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span, Total};
use std::collections::BTreeMap;

/// Days within which cases are asked to end, where nobody set a goal.
pub const TARGETS: [i64; 9] = [1, 3, 7, 14, 30, 60, 90, 180, 365];

/// How much of the time of cases was work. Only where work has a beginning and an end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// All work, and all work where what overlaps within a case counts once.
    pub touch: Total,
    pub touch_union: Total,
    /// Mean over cases that took any time of their own part of work; `None` when none did.
    pub mean_ratio: Option<f64>,
    pub cases_without_time: usize,
}

/// The figures of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct Report<'l> {
    pub cases: usize,
    pub events: usize,
    pub resources: usize,
    pub without_resource: usize,
    /// First start and last end.
    pub span: Option<(Instant, Instant)>,
    pub intervals: bool,
    pub starts: Counts<'l>,
    pub ends: Counts<'l>,
    /// Every way cases went, most often first, then by names.
    pub variants: Vec<Variant<'l>>,
    /// Most and fewest rows of a case.
    pub events_per_case: (usize, usize),
    pub cycle: Stat,
    /// All cases that finished, the longest first, of equals the one that came first.
    by_length: Vec<(u32, Span)>,
    names: &'l Names,
    /// Cases within each of [`TARGETS`].
    pub within: [usize; TARGETS.len()],
    /// Finished cases that the log says a deadline of, and those done by then; `None` where it says none.
    pub by_deadline: Option<(usize, usize)>,
    pub follows: Follows<'l>,
    pub activities: Vec<ActivityFigures<'l>>,
    pub cases_with_repeat: usize,
    pub handover: Handover<'l>,
    /// The same between groups; `None` where the log names none.
    pub groups: Option<Handover<'l>>,
    pub weeks_utc: Vec<Week>,
    /// By the clocks of the process, where they are known.
    pub weeks_local: Vec<Week>,
    pub aging: Option<Aging>,
    pub flow: Option<Flow>,
    /// From the first start to the last finish.
    pub window: Option<Span>,
    /// The activity that finishes a case where that is not its last row, and how many cases never came there:
    /// they are in no length.
    pub finish: Option<&'l str>,
    pub unfinished: usize,
    /// Waits that are meant, and in no ranking of waits.
    pub deliberate: Vec<(&'l str, &'l str)>,
}

/// How long things waited for an activity, and how many of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before<'l> {
    pub activity: &'l str,
    pub wait: Total,
    pub n: usize,
}

impl<'l> Report<'l> {
    /// The cases that finished, the longest first. Their names are looked up as far as somebody reads: in order of
    /// length they lie all over the memory.
    pub fn longest(&self) -> impl Iterator<Item = (&'l str, Span)> + '_ {
        self.by_length.iter().map(|(case, length)| (self.names.text(*case), *length))
    }

    fn is_deliberate(&self, way: &Way<'l>) -> bool {
        self.deliberate.contains(&(way.from, way.to))
    }

    /// What passes between two things, up to where each case is finished.
    fn lost(&self) -> &Follows<'l> {
        self.follows.to_finish.as_deref().unwrap_or(&self.follows)
    }

    /// Where most time passes between two things, then by names.
    pub fn bottlenecks_by_pair(&self) -> Vec<&Way<'l>> {
        let mut ways = self.lost().ways.iter().filter(|way| !self.is_deliberate(way)).collect::<Vec<_>>();
        ways.sort_by(|a, b| b.time.sum.cmp(&a.time.sum).then((a.from, a.to).cmp(&(b.from, b.to))));
        ways
    }

    /// What most time passes before, then by name; without what nothing precedes. Signed, as the reference has it.
    pub fn bottlenecks_by_activity(&self) -> Vec<Before<'l>> {
        self.before(&self.lost().ways)
    }

    /// The same where an overlap counts as no time: what waited longest.
    pub fn waits_by_activity(&self) -> Vec<Before<'l>> {
        let lost = self.lost();
        self.before(lost.clipped.as_ref().unwrap_or(&lost.ways))
    }

    fn before(&self, ways: &[Way<'l>]) -> Vec<Before<'l>> {
        let mut all = BTreeMap::new();
        for way in ways.iter().filter(|way| !self.is_deliberate(way)) {
            let own = all.entry(way.to).or_insert(Before { activity: way.to, wait: Total::ZERO, n: 0 });
            own.wait = own.wait + way.time.sum;
            own.n += way.time.n;
        }
        let mut activities = all.into_values().collect::<Vec<_>>();
        activities.sort_by(|a, b| b.wait.cmp(&a.wait).then(a.activity.cmp(b.activity)));
        activities
    }

    /// What is not meant to come again.
    fn judged(&self) -> impl Iterator<Item = &ActivityFigures<'l>> {
        self.activities.iter().filter(|own| !own.meant)
    }

    pub fn repeats(&self) -> usize {
        self.judged().map(ActivityFigures::repeats).sum()
    }

    pub fn self_loops(&self) -> usize {
        self.judged().map(|own| own.self_loops).sum()
    }

    pub fn again(&self) -> Again {
        self.judged().fold(Again::default(), |all, own| all + own.again)
    }

    /// What is meant to come again.
    pub fn meant(&self) -> impl Iterator<Item = &'l str> {
        self.activities.iter().filter(|own| own.meant).map(|own| own.activity)
    }
}

/// The rows that end work; `None` where all do.
pub fn complete(log: &Log) -> Option<Vec<Event>> {
    let kinds = kinds(log);
    let ends = |event: &&Event| kind(&kinds, event) == Kind::Complete;
    // Mostly all do, and then nothing is copied.
    let all = log.events.iter().all(|event| ends(&event));
    (!all).then(|| log.events.iter().filter(ends).copied().collect())
}

/// Work from its start to its end; `None` where no start is told by a transition.
pub fn intervals(log: &Log) -> Option<(Vec<Event>, Pairing)> {
    let kinds = kinds(log);
    kinds.contains(&Kind::Start).then(|| instances(log)).filter(|(rows, _)| !rows.is_empty())
}

/// The log with its transitions in the names of its activities, as classifiers join them; `None` where that
/// tells nothing apart.
pub fn joined(log: &Log) -> Option<Log> {
    if log.transitions.len() < 2 {
        return None;
    }
    // Its activities are others: what is said of those of the log is not said of them.
    let (activities, rule) = Default::default();
    let mut out = Log { activities, rule, ..log.clone() };
    for event in &mut out.events {
        let activity = log.activities.text(event.activity);
        event.activity = match event.transition {
            NONE => out.activities.number(activity),
            transition => out.activities.number(&format!("{activity}+{}", log.transitions.text(transition))),
        };
    }
    Some(out)
}

/// The figures of rows of a log. `zone` is where the process is.
pub fn report<'l>(log: &'l Log, rows: &[Event], intervals: bool, zone: Option<&Zone>) -> Report<'l> {
    let grouped = Grouped::of(rows, log.cases.len());
    let ways = ways(&grouped, &log.activities, &log.activities.ranks());
    let mut cases = Vec::new();
    let mut lengths = Vec::new();
    let (mut most, mut fewest) = (0, usize::MAX);
    let mut seen = vec![false; log.resources.len()];
    let (mut without_resource, mut last) = (0, None);
    let (mut with_deadline, mut met) = (0, 0);
    for events in grouped.cases() {
        let start = events.first().map_or(0, |event| event.start);
        let end = events.iter().map(|event| event.end).max().unwrap_or(start);
        let finished = finished(events, &log.rule, end);
        last = last.max(Some(Instant(end)));
        cases.push((Instant(start), finished.map(Instant)));
        if let Some(finished) = finished {
            let case = events.first().map_or(NONE, |event| event.case);
            lengths.push((Span(finished - start), case));
            if let Some(deadline) = log.deadlines.get(case as usize).copied().flatten() {
                with_deadline += 1;
                met += usize::from(finished <= deadline);
            }
        }
        (most, fewest) = (most.max(events.len()), fewest.min(events.len()));
        for event in events {
            match seen.get_mut(event.resource as usize) {
                Some(seen) => *seen = true,
                None => without_resource += 1,
            }
        }
    }
    let mut longest = lengths.iter().map(|(length, case)| (*case, *length)).collect::<Vec<_>>();
    let came = first_places(rows, log.cases.len());
    let place = |case: u32| came.get(case as usize).copied().unwrap_or(case);
    longest.sort_unstable_by_key(|(case, length)| (std::cmp::Reverse(*length), place(*case)));
    let paired = paired(&grouped, log, intervals);
    let weeks_utc = weeks_of(&cases, None);
    let first = cases.iter().map(|(start, _)| *start).min();
    Report {
        cases: cases.len(),
        events: grouped.events.len(),
        resources: seen.iter().filter(|seen| **seen).count(),
        without_resource,
        span: first.zip(last),
        window: first
            .zip(cases.iter().filter_map(|(_, finished)| *finished).max())
            .map(|(from, to)| to - from),
        intervals,
        starts: ways.starts,
        ends: ways.ends,
        variants: ways.all,
        events_per_case: (most, if fewest == usize::MAX { 0 } else { fewest }),
        cycle: Stat::of(lengths.iter().map(|(length, _)| *length).collect()),
        by_length: longest,
        names: &log.cases,
        within: TARGETS.map(|days| {
            let target = Span::DAY.times(days);
            lengths.iter().filter(|(length, _)| *length <= target).count()
        }),
        by_deadline: (!log.deadlines.is_empty()).then_some((with_deadline, met)),
        follows: paired.follows,
        activities: paired.activities,
        cases_with_repeat: paired.cases_with_repeat,
        handover: handover(&grouped, &log.resources, |event| event.resource),
        groups: (!log.groups.is_empty()).then(|| handover(&grouped, &log.groups, |event| event.group)),
        aging: aging(&cases, &weeks_utc),
        weeks_local: zone.map_or_else(Vec::new, |zone| weeks_of(&cases, Some(zone))),
        weeks_utc,
        flow: intervals.then(|| flow(&grouped, &log.rule)),
        finish: log.rule.finish.map(|activity| log.activities.text(activity)),
        unfinished: log.unfinished + cases.len() - lengths.len(),
        deliberate: {
            let named = |(from, to): &(u32, u32)| (log.activities.text(*from), log.activities.text(*to));
            log.rule.deliberate.iter().map(named).collect()
        },
    }
}

/// Where each case first came among these rows, by its number; nothing where numbers tell that already.
fn first_places(rows: &[Event], cases: usize) -> Vec<u32> {
    if rows.is_sorted_by_key(|row| row.case) {
        return Vec::new();
    }
    let mut places = vec![u32::MAX; cases];
    for (n, row) in (0..).zip(rows) {
        if let Some(place) = places.get_mut(row.case as usize).filter(|place| **place == u32::MAX) {
            *place = n;
        }
    }
    places
}

/// When a case was finished by the rule; `end` is its last.
fn finished(events: &[Event], rule: &Rule, end: i64) -> Option<i64> {
    match rule.finish {
        None => Some(end),
        Some(finish) => events.iter().filter(|event| event.activity == finish).map(|event| event.end).max(),
    }
}

/// Work after a case was finished is not of its time.
fn flow(grouped: &Grouped<'_>, rule: &Rule) -> Flow {
    let mut flow =
        Flow { touch: Total::ZERO, touch_union: Total::ZERO, mean_ratio: None, cases_without_time: 0 };
    let (mut ratios, mut timed) = (0.0, 0_usize);
    for events in grouped.cases() {
        let start = events.first().map_or(0, |event| event.start);
        let last = events.iter().map(|event| event.end).max().unwrap_or(start);
        let Some(last) = finished(events, rule, last) else { continue };
        let (mut union, mut until) = (0, start);
        for event in events {
            let end = event.end.min(last);
            // Of work that began after its case was finished nothing counts; what ends before it starts counts as it is.
            let start = if rule.finish.is_some() { event.start.min(last) } else { event.start };
            flow.touch += Span(end - start);
            union += (end - event.start.max(until)).max(0);
            until = until.max(end);
        }
        flow.touch_union += Span(union);
        match last - start {
            0 => flow.cases_without_time += 1,
            length => {
                ratios += union as f64 / length as f64;
                timed += 1;
            }
        }
    }
    flow.mean_ratio = (timed > 0).then(|| ratios / timed as f64);
    flow
}
