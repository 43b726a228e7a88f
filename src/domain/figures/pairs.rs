//! What follows what and after how long; and each activity: how often, in how many cases, how often again.

use super::group::{Buckets, Grouped, PairIds};
use super::log::{Log, NONE, Names};
use crate::domain::metrics::Stat;
use crate::domain::{Span, Total};

/// One thing and what directly followed it.
#[derive(Debug, Clone, PartialEq)]
pub struct Way<'l> {
    pub from: &'l str,
    pub to: &'l str,
    /// From the end of one to the start of the other; negative where they overlap.
    pub time: Stat,
}

/// All that directly followed another.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Follows<'l> {
    pub total: usize,
    pub zero: usize,
    pub negative: usize,
    /// Most often first, then by names.
    pub ways: Vec<Way<'l>>,
    /// The same where an overlap counts as no time; `None` where work has one time only.
    pub clipped: Option<Vec<Way<'l>>>,
    /// Both up to where each case was finished, where a rule says by what: time after that is lost nowhere.
    pub to_finish: Option<Box<Follows<'l>>>,
}

/// One activity.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivityFigures<'l> {
    pub activity: &'l str,
    pub count: usize,
    pub cases: usize,
    pub rework_cases: usize,
    pub self_loops: usize,
    /// Signed, over all that preceded it.
    pub wait: Total,
    pub wait_n: usize,
    /// From start to end; `None` where work has one time only.
    pub service: Option<Stat>,
    pub again: Again,
    /// It is meant to come again: its repeats are no rework.
    pub meant: bool,
}

/// What came again in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Again {
    /// By whoever had it before in the case, and by somebody else; where either is not known it is neither.
    pub same_owner: usize,
    pub other_owner: usize,
    /// The work of it, or where work has one time only what passed before it.
    pub cost: Total,
}

impl std::ops::Add for Again {
    type Output = Again;

    fn add(self, other: Again) -> Again {
        Again {
            same_owner: self.same_owner + other.same_owner,
            other_owner: self.other_owner + other.other_owner,
            cost: self.cost + other.cost,
        }
    }
}

impl ActivityFigures<'_> {
    pub fn repeats(&self) -> usize {
        self.count - self.cases
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Paired<'l> {
    pub follows: Follows<'l>,
    pub activities: Vec<ActivityFigures<'l>>,
    /// Cases in which anything came twice.
    pub cases_with_repeat: usize,
}

/// Sorted lengths as they are.
pub(super) fn stat(sorted: &[i64]) -> Stat {
    Stat::of_sorted(&sorted.iter().copied().map(Span).collect::<Vec<_>>())
}

/// Ways by count, then by names.
pub(super) fn ordered<'l>(
    ids: &PairIds,
    buckets: &Buckets,
    names: &'l Names,
    floor: Option<i64>,
) -> Vec<Way<'l>> {
    let way = |(n, (from, to)): (usize, &(u32, u32))| Way {
        from: names.text(*from),
        to: names.text(*to),
        time: match floor {
            None => stat(buckets.get(n)),
            // Still in order, so nothing is sorted again.
            Some(floor) => stat(&buckets.get(n).iter().map(|ms| *ms.max(&floor)).collect::<Vec<_>>()),
        },
    };
    let mut ways = ids.pairs.iter().enumerate().map(way).collect::<Vec<_>>();
    ways.sort_by(|a, b| b.time.n.cmp(&a.time.n).then((a.from, a.to).cmp(&(b.from, b.to))));
    ways
}

pub(super) fn paired<'l>(grouped: &Grouped<'_>, log: &'l Log, intervals: bool) -> Paired<'l> {
    let names = &log.activities;
    let blank = |n: usize| ActivityFigures {
        activity: names.text(n as u32),
        count: 0,
        cases: 0,
        rework_cases: 0,
        self_loops: 0,
        wait: Total::ZERO,
        wait_n: 0,
        service: None,
        again: Again::default(),
        meant: log.rule.repeats.contains(&(n as u32)),
    };
    let mut activities = (0..names.len()).map(blank).collect::<Vec<_>>();
    // In which case an activity came last, how often there, and by whom.
    let mut seen = vec![(0_usize, 0_usize, NONE); names.len()];
    let mut ids = PairIds::new(names.len());
    let mut times = Vec::with_capacity(grouped.events.len());
    let mut service = Vec::with_capacity(if intervals { grouped.events.len() } else { 0 });
    let mut lost = Vec::new();
    let mut follows = Follows::default();
    let mut cases_with_repeat = 0;
    for (case, events) in grouped.cases().enumerate() {
        let mut again = false;
        let mut before = None::<&super::Event>;
        // What never came there is as unfinished as it ever was.
        let finished = |finish: u32| events.iter().rposition(|event| event.activity == finish);
        let finished = log.rule.finish.and_then(finished).unwrap_or(events.len());
        for (n, event) in events.iter().enumerate() {
            let at = event.activity as usize;
            let (Some(own), Some((last, times_here, by))) = (activities.get_mut(at), seen.get_mut(at)) else {
                continue;
            };
            own.count += 1;
            if *last != case + 1 {
                (*last, *times_here) = (case + 1, 0);
                own.cases += 1;
            }
            *times_here += 1;
            if *times_here == 2 {
                own.rework_cases += 1;
                again |= !own.meant;
            }
            if *times_here > 1 {
                let known = *by != NONE && event.resource != NONE;
                own.again.same_owner += usize::from(known && *by == event.resource);
                own.again.other_owner += usize::from(known && *by != event.resource);
                let since =
                    if intervals { event.start } else { before.map_or(event.start, |before| before.end) };
                own.again.cost += Span(event.end - since);
            }
            *by = event.resource;
            if intervals {
                service.push((event.activity, event.end - event.start));
            }
            if let Some(before) = before {
                let gap = event.start - before.end;
                own.wait += Span(gap);
                own.wait_n += 1;
                own.self_loops += usize::from(before.activity == event.activity);
                follows.zero += usize::from(gap == 0);
                follows.negative += usize::from(gap < 0);
                let way = ids.number(before.activity, event.activity);
                times.push((way, gap));
                if log.rule.finish.is_some() && n <= finished {
                    lost.push((way, gap));
                }
            }
            before = Some(event);
        }
        cases_with_repeat += usize::from(again);
    }
    let buckets = Buckets::of(&times, ids.pairs.len());
    follows.total = times.len();
    follows.ways = ordered(&ids, &buckets, names, None);
    follows.clipped = intervals.then(|| ordered(&ids, &buckets, names, Some(0)));
    follows.to_finish = log.rule.finish.map(|_| {
        let buckets = Buckets::of(&lost, ids.pairs.len());
        let ways = |floor| {
            let mut ways = ordered(&ids, &buckets, names, floor);
            ways.retain(|way| way.time.n > 0);
            ways
        };
        let clipped = intervals.then(|| ways(Some(0)));
        Box::new(Follows { ways: ways(None), clipped, ..Follows::default() })
    });
    if intervals {
        let buckets = Buckets::of(&service, names.len());
        for (n, own) in activities.iter_mut().enumerate() {
            own.service = Some(stat(buckets.get(n)));
        }
    }
    activities.retain(|own| own.count > 0);
    activities.sort_by(|a, b| b.count.cmp(&a.count).then(a.activity.cmp(b.activity)));
    Paired { follows, activities, cases_with_repeat }
}
