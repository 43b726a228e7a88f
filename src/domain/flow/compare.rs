//! Two versions of a process side by side, honest about small numbers. Cases that changed their version are of
//! neither.

use super::CaseFacts;
use crate::domain::metrics::Stat;
use crate::domain::{Handle, Instant};

/// One version's finished cases.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    pub version: u32,
    pub cycle: Stat,
    /// Cases that changed to or from it, and are left out.
    pub migrated: usize,
    pub with_due: usize,
    pub on_time: usize,
    pub again: usize,
}

/// `meant` are the steps that come again on purpose.
pub fn compare(cases: &[CaseFacts], version: u32, meant: &[Handle], now: Instant) -> Compared {
    let of_it = || super::finished(cases).filter(|case| case.version == version);
    let own = of_it().filter(|case| !case.migrated).cloned().collect::<Vec<_>>();
    let kept = own.iter().filter_map(|case| case.kept(now)).collect::<Vec<_>>();
    Compared {
        version,
        cycle: Stat::of(super::cycles(&own)),
        migrated: of_it().filter(|case| case.migrated).count(),
        with_due: kept.len(),
        on_time: kept.iter().filter(|kept| **kept).count(),
        again: super::rework(&own, meant).again.len(),
    }
}
