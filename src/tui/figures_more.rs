//! What stands below the figures of a process where there is room: fetched apart from them, because it is read from every
//! case of the period. Puts into words and rows what the desk and the domain count.

use super::model::{Model, Pane};
use super::msg::Query;
use super::panes::metrics::MetricsSection;
use super::panes::metrics_more::{Fact, LateNow, Lengths, MOST_COUNTED, More, Reason};
use crate::desk::{Desk, Error};
use crate::domain::bins::bins;
use crate::domain::urgency::Urgency;
use crate::domain::{CaseId, Handle, Instant};
use std::collections::{BTreeMap, BTreeSet};

/// Rows of each.
const ROWS: usize = 6;

/// Whether it is wanted: the figures are here, and the screen may have room.
pub(super) fn wanted(model: &Model) -> Option<Query> {
    let process = model.process.clone()?;
    let figures = model.behind.as_ref().filter(|_| super::figures::are_here(model))?;
    let (width, height) = model.size;
    let room = (width >= super::panes::WIDE && height >= 30) || width < super::panes::NARROW;
    let page = model.metrics_state.section == MetricsSection::Facts;
    let some = page || !figures.finished.is_empty() || !figures.late.is_empty();
    let wanted = model.pane == Pane::Metrics
        && (room || page)
        && some
        && figures.finished.len() as u64 <= MOST_COUNTED;
    wanted.then(|| Query::More { process, days: model.days, filter: model.metrics_state.filter.clone() })
}

/// Asks for it once for each process, period and size that has room.
pub(super) fn ask(model: &mut Model) -> Option<Query> {
    let query = wanted(model)?;
    let known = model.figures.as_ref().map(|figures| &figures.more);
    let here = known.is_some_and(|more| more.is_of(model) && !more.stale);
    if here || model.asked.contains(&query) {
        return None;
    }
    model.asked.push(query.clone());
    Some(query)
}

impl More {
    /// Whether it is of the process, the period and the cases that are shown.
    pub(super) fn is_of(&self, model: &Model) -> bool {
        self.process == model.process && self.days == model.days && self.filter == model.metrics_state.filter
    }
}

/// Takes it in, where it is of what is shown.
pub(super) fn came(model: &mut Model, more: More) {
    model.asked.retain(|query| !matches!(query, Query::More { .. }));
    let same = more.is_of(model) && super::figures::are_here(model);
    if let Some(figures) = model.figures.as_mut().filter(|_| same) {
        figures.more = more;
    }
}

/// Counts it.
pub(super) fn count(
    desk: &mut Desk,
    process: &Handle,
    days: u32,
    filter: String,
    now: Instant,
) -> Result<More, Error> {
    let chosen = super::narrowed::within(&filter, days, now);
    let facts = desk.facts(process, &chosen)?;
    let every = desk.every_figure(process, &chosen, &facts, now)?;
    let every = every.into_iter().map(|of| Fact { name: of.name, value: of.value, cases: of.cases });
    let ended =
        facts.iter().filter_map(|case| Some((case.id, case.ended? - case.started))).collect::<Vec<_>>();
    let lengths = bins(&ended.iter().map(|(_, length)| *length).collect::<Vec<_>>());
    let lengths = lengths.into_iter().map(|bin| Lengths {
        from: bin.from,
        to: bin.to,
        cases: bin.of.iter().map(|at| ended[*at].0).collect(),
    });
    let mut late = desk.overdue(now)?;
    let left = facts.iter().map(|case| case.id).collect::<BTreeSet<_>>();
    late.retain(|item| &item.process == process && (filter.is_empty() || left.contains(&item.case)));
    late.sort_by_key(|item| item.due);
    let late = late.into_iter().take(ROWS).map(|item| LateNow {
        case: item.case,
        title: item.title,
        step: item.step_title.unwrap_or_else(|| "the whole case".to_string()),
        who: item.responsible.map_or_else(|| item.accountable.to_string(), |who| who.to_string()),
        due: item.due,
        very: item.urgency == Urgency::VeryLate,
    });
    let told = desk.heard(&facts)?;
    let mut reasons = BTreeMap::<String, Vec<CaseId>>::new();
    for ((_, reason), cases) in told.declined.iter().chain(&told.sent_back) {
        reasons.entry(reason.clone()).or_default().extend(cases);
    }
    let reason = |(words, mut cases): (String, Vec<CaseId>)| {
        cases.sort_unstable();
        cases.dedup();
        Reason { words, cases }
    };
    let mut reasons = reasons.into_iter().map(reason).collect::<Vec<_>>();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.cases.len()));
    reasons.truncate(ROWS);
    let (process, lengths, late) = (Some(process.clone()), lengths.collect(), late.collect());
    Ok(More { process, days, filter, lengths, late, reasons, facts: every.collect(), stale: false })
}
