//! Handoffs put together by who or what they passed between. Reads nothing.

use super::measure::Pass;
use super::{HandoffFigures, distinct};
use crate::domain::calendar::Calendar;
use crate::domain::metrics::Stat;
use crate::domain::{Handle, Party};
use std::collections::BTreeMap;

type Key = (Option<Handle>, Option<Handle>, Handle, Option<Party>);

/// By what `key` says of each, most first; equal counts in the order of their names.
pub(super) fn handoffs(
    passes: &[Pass],
    calendar: Option<&Calendar>,
    key: impl Fn(&Pass) -> Key,
) -> Vec<HandoffFigures> {
    let mut by_key = BTreeMap::<Key, Vec<&Pass>>::new();
    for pass in passes {
        by_key.entry(key(pass)).or_default().push(pass);
    }
    let figures = by_key.into_iter().map(|((from_step, from, step, to), passes)| HandoffFigures {
        from_step,
        from,
        step,
        to,
        count: passes.len(),
        accepted: Stat::of(passes.iter().filter_map(|pass| pass.accepted_in).collect()),
        business: calendar.map(|calendar| {
            let accepted = passes.iter().filter(|pass| pass.accepted_in.is_some());
            Stat::of(accepted.map(|pass| calendar.open_time(pass.offered, pass.ended)).collect())
        }),
        with_due: passes.iter().filter(|pass| pass.kept().is_some()).count(),
        on_time: passes.iter().filter(|pass| pass.kept() == Some(true)).count(),
        declined: passes.iter().filter(|pass| pass.declined).count(),
        cases: distinct(passes.iter().map(|pass| pass.case)),
    });
    let mut figures = figures.collect::<Vec<_>>();
    // Stable: equal counts stay in the order of their names.
    figures.sort_by_key(|figure| std::cmp::Reverse(figure.count));
    figures
}
