//! Pictures made of bars, and the matrix of who passes work to whom.

use super::of::said;
use super::{Bar, Body, Matrix, Tone, nice};
use crate::domain::counted::counted;
use crate::domain::figures::{Core, weeks_with};
use crate::domain::flow::{self, Became, CaseFacts};
use crate::domain::metrics::{Stat, nearest_rank};
use crate::domain::when;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span};
use std::collections::BTreeMap;

/// Weeks of a picture; what lies before is told by the notes.
const WEEKS: usize = 26;
/// Parties of a matrix: those that pass and take most.
const PARTIES: usize = 10;

pub(super) fn weeks(
    cases: &[CaseFacts],
    withdrawn: &[(Instant, Instant)],
    from: Instant,
    now: Instant,
    zone: &Zone,
) -> (Vec<String>, Body) {
    let spans = cases.iter().map(|case| (case.started, case.ended)).collect::<Vec<_>>();
    let mut weeks = weeks_with(&spans, withdrawn, now, Some(zone));
    let first = zone.date(from.max(Instant(0)));
    weeks.retain(|week| (first - week.monday).num_days() < 7);
    let dates = spans.iter().flat_map(|(start, end)| [Some(*start), *end]).flatten().filter(|at| *at >= from);
    let core = Core::of(dates.collect());
    weeks.retain(|week| core.is_none_or(|core| core.holds_any_of(week, zone)));
    if weeks.is_empty() {
        return (vec![], Body::Nothing);
    }
    let before = weeks.len().saturating_sub(WEEKS);
    let mut bars = Vec::new();
    for week in weeks.iter().skip(before) {
        let bar = |label: &str, count: usize, word: &str, tone| Bar {
            label: label.to_string(),
            value: count as f64,
            words: format!("{count} {word}"),
            tone,
        };
        bars.push(bar(&week.name, week.arrivals, "begun", Tone::First));
        let gone = match week.withdrawn {
            0 => String::new(),
            n => format!(", {n} withdrawn"),
        };
        let rest = format!("done, {} open at its end{gone}", week.wip);
        bars.push(bar("", week.throughput, &rest, Tone::Second));
    }
    // Three weeks on end of more begun than done is the earliest sign of a bottleneck.
    let growing = weeks.iter().rev().skip(1).take(3).filter(|week| week.arrivals > week.throughput).count();
    let mut notes =
        vec![format!("{} by the clocks of {}.", counted(weeks.len().min(WEEKS), "week"), zone.name())];
    if growing == 3 {
        notes.push("In each of the last three whole weeks more was begun than done.".to_string());
    }
    if before > 0 {
        notes.push(format!("Not shown: {}.", counted(before, "earlier week")));
    }
    notes.extend(core.map(|core| core.said(zone)));
    (notes, Body::Bars(bars))
}

pub(super) fn distribution(cases: &[CaseFacts]) -> (Vec<String>, Body) {
    let mut cycles = flow::cycles(cases);
    cycles.sort_unstable();
    let stat = Stat::of_sorted(&cycles);
    let Some(top) = nearest_rank(&cycles, 98) else { return (vec![], Body::Nothing) };
    let axis = nice::lengths(top.0.max(1) as f64);
    // Two bars to a tick, so that the shape shows.
    let width = axis.ticks.get(1).map_or(axis.to, |(at, _)| *at / 2.0).max(1.0);
    let count = (axis.to / width).round() as usize;
    let mut counts = vec![0_usize; count + 1];
    for cycle in &cycles {
        let at = ((cycle.0 as f64 / width) as usize).min(count);
        if let Some(own) = counts.get_mut(at) {
            *own += 1;
        }
    }
    let within = stat.within.map_or(0, |span| span.0) as f64;
    let bars = counts.iter().enumerate().filter(|(n, count)| *n < counts.len() - 1 || **count > 0);
    let bars = bars.map(|(n, own)| {
        let from = when::length(Span((n as f64 * width) as i64));
        let label = if n == count { format!("over {from}") } else { format!("from {from}") };
        let tone = if n as f64 * width <= within { Tone::First } else { Tone::Third };
        let percent = 100.0 * *own as f64 / stat.n.max(1) as f64;
        Bar { label, value: *own as f64, words: format!("{own} ({percent:.0}%)"), tone }
    });
    (vec![said(&stat, cases)], Body::Bars(bars.collect()))
}

pub(super) fn matrix(cases: &[CaseFacts]) -> (Vec<String>, Body) {
    let mut times = BTreeMap::<(String, String), Vec<Span>>::new();
    let mut most = BTreeMap::<String, usize>::new();
    for offer in cases.iter().flat_map(|case| &case.offers).filter(|o| o.became == Became::Accepted) {
        let Some(ended) = offer.ended else { continue };
        let to = offer.by.as_ref().map_or_else(|| offer.to.to_string(), ToString::to_string);
        let from = offer.from.to_string();
        if from == to {
            continue;
        }
        for name in [&from, &to] {
            *most.entry(name.clone()).or_default() += 1;
        }
        times.entry((from, to)).or_default().push(ended - offer.offered);
    }
    if times.is_empty() {
        return (vec!["No work passed from one to another.".to_string()], Body::Nothing);
    }
    let others = most.len().saturating_sub(PARTIES);
    let mut names = most.into_iter().collect::<Vec<_>>();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut names = names.into_iter().take(PARTIES).map(|(name, _)| name).collect::<Vec<_>>();
    names.sort();
    let all = times.values().map(Vec::len).sum::<usize>();
    let highest = times.values().map(Vec::len).max().unwrap_or(1);
    let mut cells = Vec::new();
    for ((from, to), spans) in times {
        let at = |name: &String| names.iter().position(|known| known == name);
        if let (Some(row), Some(column)) = (at(&from), at(&to)) {
            let stat = Stat::of(spans);
            let median = stat.median_span().map_or_else(String::new, nice::short);
            cells.push((row, column, format!("{} {median}", stat.n), stat.n as f64 / highest as f64));
        }
    }
    let mut notes = vec![format!(
        "{}: how many, and the median time until accepted. From the left, to the top.",
        counted(all, "handoff")
    )];
    if others > 0 {
        notes.push(format!("{others} more who pass or take less are not shown."));
    }
    (notes, Body::Matrix(Matrix { names, cells }))
}
