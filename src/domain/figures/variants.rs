//! The ways cases went: distinct sequences of activities, and the activities they begin and end with.

use super::group::Grouped;
use super::log::Names;
use std::collections::HashMap;

/// One way through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant<'l> {
    pub count: usize,
    pub activities: Vec<&'l str>,
}

/// How often each came, most often first, then by name.
pub type Counts<'l> = Vec<(&'l str, usize)>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ways<'l> {
    /// By count, then in the order of the lists of names.
    pub all: Vec<Variant<'l>>,
    pub starts: Counts<'l>,
    pub ends: Counts<'l>,
}

pub(super) fn ways<'l>(grouped: &Grouped<'_>, names: &'l Names, ranks: &[u32]) -> Ways<'l> {
    let sequence = grouped.events.iter().map(|event| event.activity).collect::<Vec<_>>();
    let mut counts = HashMap::<&[u32], usize>::new();
    let (mut starts, mut ends) = (vec![0; names.len()], vec![0; names.len()]);
    let mut from = 0;
    for case in grouped.cases() {
        let own = sequence.get(from..from + case.len()).unwrap_or_default();
        from += case.len();
        *counts.entry(own).or_default() += 1;
        for (counts, activity) in [(&mut starts, own.first()), (&mut ends, own.last())] {
            if let Some(count) = activity.and_then(|activity| counts.get_mut(*activity as usize)) {
                *count += 1;
            }
        }
    }
    let rank = |n: &u32| ranks.get(*n as usize).copied().unwrap_or(0);
    let mut all = counts.into_iter().collect::<Vec<_>>();
    all.sort_unstable_by(|(a, n), (b, m)| m.cmp(n).then_with(|| a.iter().map(rank).cmp(b.iter().map(rank))));
    let variant = |(activities, count): (&[u32], usize)| Variant {
        count,
        activities: activities.iter().map(|n| names.text(*n)).collect(),
    };
    Ways {
        all: all.into_iter().map(variant).collect(),
        starts: counted(&starts, names),
        ends: counted(&ends, names),
    }
}

/// What came at all, most often first, then by name.
pub(super) fn counted<'l>(counts: &[usize], names: &'l Names) -> Counts<'l> {
    let named = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let mut named = named.map(|(n, count)| (names.text(n as u32), *count)).collect::<Vec<_>>();
    named.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    named
}
