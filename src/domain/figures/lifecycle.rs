//! Work with a beginning and an end out of events with transitions: first in, first out, within one activity of
//! one case and one instance, in the order of (time, place in the file).

use super::log::{Event, Log};
use crate::domain::Span;
use crate::domain::metrics::Stat;
use std::collections::VecDeque;

/// How starts and ends found each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pairing {
    pub pairs: usize,
    /// Begin and end at once.
    pub completes_without_start: usize,
    /// Left out.
    pub starts_without_complete: usize,
    /// Neither start nor complete; left out.
    pub ignored: usize,
}

/// How long work was scheduled before it began.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue<'l> {
    pub all: Stat,
    pub starts_without_schedule: usize,
    pub schedules_without_start: usize,
    /// Most often first, then by name.
    pub activities: Vec<QueueOf<'l>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct QueueOf<'l> {
    pub activity: &'l str,
    pub time: Stat,
}

/// What a transition is, whatever its case; none is the end of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Schedule,
    Start,
    Complete,
    Other,
}

pub(super) fn kinds(log: &Log) -> Vec<Kind> {
    let of = |text: &str| match text.to_lowercase().as_str() {
        "" | "complete" => Kind::Complete,
        "start" => Kind::Start,
        "schedule" => Kind::Schedule,
        _ => Kind::Other,
    };
    (0..log.transitions.len() as u32).map(|n| of(log.transitions.text(n))).collect()
}

pub(super) fn kind(kinds: &[Kind], event: &Event) -> Kind {
    kinds.get(event.transition as usize).copied().unwrap_or(Kind::Complete)
}

/// Every `close` with the earliest `open` that waits for one, as (open, close) places in the log; then how many
/// of each found none. A close without an open comes with `None`.
fn pair(log: &Log, kinds: &[Kind], open: Kind, close: Kind) -> (Vec<(Option<u32>, u32)>, usize) {
    let wanted = |n: &u32| {
        let kind = log.events.get(*n as usize).map(|event| kind(kinds, event));
        kind == Some(open) || kind == Some(close)
    };
    let mut order = (0..log.events.len() as u32).filter(wanted).collect::<Vec<_>>();
    let key = |n: &u32| log.events.get(*n as usize).map(|e| (e.case, e.activity, e.instance, e.end, *n));
    order.sort_unstable_by_key(key);
    let mut waiting = VecDeque::new();
    let (mut pairs, mut left) = (Vec::new(), 0);
    let mut before = None;
    for n in order {
        let Some(event) = log.events.get(n as usize) else { continue };
        let work = Some((event.case, event.activity, event.instance));
        if before != work {
            left += waiting.len();
            waiting.clear();
            before = work;
        }
        match kind(kinds, event) == open {
            true => waiting.push_back(n),
            false => pairs.push((waiting.pop_front(), n)),
        }
    }
    left += waiting.len();
    // As the file has the ends.
    pairs.sort_unstable_by_key(|(_, close)| *close);
    (pairs, left)
}

/// The rows of work from start to complete.
pub(super) fn instances(log: &Log) -> (Vec<Event>, Pairing) {
    let kinds = kinds(log);
    let (pairs, left) = pair(log, &kinds, Kind::Start, Kind::Complete);
    let mut pairing = Pairing { starts_without_complete: left, ..Pairing::default() };
    let mut rows = Vec::with_capacity(pairs.len());
    for (start, complete) in pairs {
        let Some(event) = log.events.get(complete as usize) else { continue };
        let start = start.and_then(|start| log.events.get(start as usize));
        match start {
            Some(_) => pairing.pairs += 1,
            None => pairing.completes_without_start += 1,
        }
        rows.push(Event { start: start.map_or(event.end, |start| start.end), ..*event });
    }
    pairing.ignored = log.events.len() - 2 * pairing.pairs - pairing.completes_without_start - left;
    (rows, pairing)
}

/// From schedule to start; `None` where nothing was scheduled.
pub fn queue(log: &Log) -> Option<Queue<'_>> {
    let kinds = kinds(log);
    let there = |wanted| log.events.iter().any(|event| kind(&kinds, event) == wanted);
    if !there(Kind::Schedule) || !there(Kind::Start) {
        return None;
    }
    let (pairs, schedules_without_start) = pair(log, &kinds, Kind::Schedule, Kind::Start);
    let mut times = vec![Vec::new(); log.activities.len()];
    let (mut all, mut starts_without_schedule) = (Vec::new(), 0);
    for (schedule, start) in pairs {
        let Some(start) = log.events.get(start as usize) else { continue };
        let Some(schedule) = schedule.and_then(|n| log.events.get(n as usize)) else {
            starts_without_schedule += 1;
            continue;
        };
        let time = Span(start.end - schedule.end);
        all.push(time);
        if let Some(own) = times.get_mut(start.activity as usize) {
            own.push(time);
        }
    }
    let named = times.into_iter().enumerate().filter(|(_, times)| !times.is_empty());
    let named =
        named.map(|(n, times)| QueueOf { activity: log.activities.text(n as u32), time: Stat::of(times) });
    let mut activities = named.collect::<Vec<_>>();
    activities.sort_by(|a, b| b.time.n.cmp(&a.time.n).then(a.activity.cmp(b.activity)));
    Some(Queue { all: Stat::of(all), starts_without_schedule, schedules_without_start, activities })
}
