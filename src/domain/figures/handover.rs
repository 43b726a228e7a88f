//! From one owner to another: who passes work to whom, how long it takes, and how often it comes straight back.
//! A row nobody is named for has no owner, and nobody is carried forward.

use super::group::{Buckets, Grouped, PairIds};
use super::log::{Event, NONE, Names};
use super::pairs::{Way, ordered, stat};
use crate::domain::metrics::Stat;

/// Work that passed from one to another.
pub type Passed<'l> = Way<'l>;

/// All that passed, and what did not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Handover<'l> {
    /// One followed another: from the end of one to the start of the other, negative where they overlap.
    pub time: Stat,
    /// The same where an overlap counts as no time: how long it waited.
    pub wait: Stat,
    /// One followed themselves.
    pub same: Stat,
    /// Of one of the two, or both, it is not known who.
    pub missing: usize,
    pub cases: usize,
    /// A to B to A, in three rows on end.
    pub ping_pong: usize,
    pub cases_with_ping_pong: usize,
    /// Most often first, then by names.
    pub ways: Vec<Passed<'l>>,
}

impl<'l> Handover<'l> {
    /// The same by all the time it took, longest first, then by names.
    pub fn by_time(&self) -> Vec<&Passed<'l>> {
        let mut ways = self.ways.iter().collect::<Vec<_>>();
        ways.sort_by(|a, b| b.time.sum.cmp(&a.time.sum).then((a.from, a.to).cmp(&(b.from, b.to))));
        ways
    }
}

pub(super) fn handover<'l>(
    grouped: &Grouped<'_>,
    names: &'l Names,
    owner: fn(&Event) -> u32,
) -> Handover<'l> {
    let mut out = Handover::default();
    let mut ids = PairIds::new(names.len());
    let rows = grouped.events.len();
    let (mut times, mut same, mut all) =
        (Vec::with_capacity(rows), Vec::with_capacity(rows), Vec::with_capacity(rows));
    for events in grouped.cases() {
        let (passed, bounced) = (times.len(), out.ping_pong);
        for pair in events.windows(2) {
            let [before, after] = pair else { continue };
            let (from, to, gap) = (owner(before), owner(after), after.start - before.end);
            match (from, to) {
                (NONE, _) | (_, NONE) => out.missing += 1,
                (from, to) if from == to => same.push(gap),
                (from, to) => {
                    times.push((ids.number(from, to), gap));
                    all.push(gap);
                }
            }
        }
        for three in events.windows(3) {
            let [a, b, c] = three else { continue };
            let (a, b, c) = (owner(a), owner(b), owner(c));
            out.ping_pong += usize::from(a == c && a != b && a != NONE && b != NONE);
        }
        out.cases += usize::from(times.len() > passed);
        out.cases_with_ping_pong += usize::from(out.ping_pong > bounced);
    }
    let buckets = Buckets::of(&times, ids.pairs.len());
    out.ways = ordered(&ids, &buckets, names, None);
    all.sort_unstable();
    same.sort_unstable();
    (out.time, out.same) = (stat(&all), stat(&same));
    // Still in order, so nothing is sorted again.
    let overlapping = all.partition_point(|gap| *gap < 0);
    all.iter_mut().take(overlapping).for_each(|gap| *gap = 0);
    out.wait = if overlapping > 0 { stat(&all) } else { out.time };
    out
}
