//! Which pictures there are of a process, and what each shows.

use super::bars::{distribution, matrix, weeks};
use super::{Axis, Body, Mark, Picture, Plot, Shape, Tone, nice};
use crate::domain::counted::counted;
use crate::domain::figures::{Core, weeks_of};
use crate::domain::flow::{self, CaseFacts};
use crate::domain::metrics::{Stat, nearest_rank};
use crate::domain::when;
use crate::domain::zone::Zone;
use crate::domain::{Handle, Instant, Span};
use std::collections::BTreeSet;

/// Every picture: its name, and what it shows.
pub const NAMES: [(&str, &str); 7] = [
    ("scatter", "Cycle time of each finished case"),
    ("flow", "Cumulative flow: begun and done"),
    ("ageing", "Open work by step and age"),
    ("weeks", "Begun and done by week"),
    ("distribution", "Distribution of cycle times"),
    ("handoffs", "Who passes work to whom"),
    ("trend", "Cycle time by week"),
];

/// A picture by its name; `withdrawn` is when cases beside them began and were withdrawn, `steps` are those of the process
/// with their titles, in its order. Of what had ended before `from` the cases tell nothing, so nothing is drawn of it.
/// `None` for a name there is not.
pub fn picture(
    name: &str,
    cases: &[CaseFacts],
    withdrawn: &[(Instant, Instant)],
    steps: &[(Handle, String)],
    from: Instant,
    now: Instant,
    zone: &Zone,
) -> Option<Picture> {
    let (_, title) = NAMES.iter().find(|(known, _)| *known == name)?;
    let (mut notes, body) = match name {
        "scatter" => scatter(cases, zone),
        "flow" => cumulative(cases, withdrawn, from, now, zone),
        "ageing" => ageing(cases, steps, now),
        "weeks" => weeks(cases, withdrawn, from, now, zone),
        "distribution" => distribution(cases),
        "handoffs" => matrix(cases),
        _ => trend(cases, zone),
    };
    if body == Body::Nothing {
        notes.push("Nothing was measured in this period.".to_string());
    }
    Some(Picture { title: (*title).to_string(), notes, body })
}

/// `Median 2d 3h, 85% within 5d, n 34, since registered.`; fewer than twenty promise nothing, and nobody registered what a
/// log told.
pub(super) fn said(stat: &Stat, cases: &[CaseFacts]) -> String {
    let logged = cases.iter().filter(|case| case.ended.is_some()).all(|case| case.imported);
    let since = if logged { "" } else { ", since registered" };
    match (stat.median_span(), stat.within) {
        (Some(median), Some(_)) if stat.thin() => {
            format!("Median {}, n {} (thin: fewer than 20){since}.", when::length(median), stat.n)
        }
        (Some(median), Some(within)) => {
            let (median, within) = (when::length(median), when::length(within));
            format!("Median {median}, 85% within {within}, n {}{since}.", stat.n)
        }
        _ => "No finished cases.".to_string(),
    }
}

fn line(name: impl Into<String>, tone: Tone, at: Vec<(f64, f64)>) -> Mark {
    Mark { name: name.into(), shape: Shape::Line, tone, at }
}

fn scatter(cases: &[CaseFacts], zone: &Zone) -> (Vec<String>, Body) {
    let done = flow::finished(cases).filter_map(|case| Some((case.ended?, case.cycle()?, case.due)));
    let done = done.collect::<Vec<_>>();
    let mut cycles = done.iter().map(|(_, cycle, _)| *cycle).collect::<Vec<_>>();
    cycles.sort_unstable();
    let stat = Stat::of_sorted(&cycles);
    let ends = done.iter().map(|(ended, ..)| *ended);
    let (Some(first), Some(last)) = (ends.clone().min(), ends.clone().max()) else {
        return (vec![], Body::Nothing);
    };
    let core = Core::of(ends.collect());
    let (first, last) = core.map_or((first, last), |core| (core.from, core.to));
    let shown = |at: Instant| first <= at && at <= last;
    // One case of a year would press all others to the ground: the axis ends a little above 98 of a hundred.
    let top = nearest_rank(&cycles, 98).map_or(0, |span| span.0 * 5 / 4).max(1) as f64;
    let y = nice::lengths(top.min(stat.most.map_or(top, |most| most.0.max(1) as f64)));
    let x = nice::dates(first, last, zone);
    let above = done.iter().filter(|(ended, cycle, _)| shown(*ended) && cycle.0 as f64 > y.to).count();
    let points = |name: &str, tone, late: bool| Mark {
        name: name.to_string(),
        shape: Shape::Points,
        tone,
        at: done
            .iter()
            .filter(|(ended, _, due)| shown(*ended) && due.is_some_and(|due| *ended > due) == late)
            .map(|(ended, cycle, _)| (ended.0 as f64, cycle.0 as f64))
            .collect(),
    };
    let mut marks = Vec::new();
    // The middle is the one that is told above; fewer than twenty promise nothing.
    let median = stat.median_span().map(|at| (format!("median {}", when::length(at)), at, Tone::Second));
    let promised = [(85, Tone::Third), (95, Tone::Quiet)].into_iter().filter(|_| !stat.thin());
    let promised = promised.filter_map(|(percent, tone)| {
        let at = nearest_rank(&cycles, percent)?;
        Some((format!("{percent}% within {}", when::length(at)), at, tone))
    });
    for (name, at, tone) in median.into_iter().chain(promised) {
        marks.push(line(name, tone, vec![(x.from, at.0 as f64), (x.to, at.0 as f64)]));
    }
    marks.push(points("in time, or without a due date", Tone::First, false));
    marks.push(points("late", Tone::Late, true));
    let mut notes = vec![said(&stat, cases)];
    if above > 0 {
        notes.push(format!("{above} longer than the picture is high stand at its upper edge."));
    }
    notes.extend(core.map(|core| core.said(zone)));
    (notes, Body::Plot(Plot { x, y, marks }))
}

fn cumulative(
    cases: &[CaseFacts],
    withdrawn: &[(Instant, Instant)],
    from: Instant,
    now: Instant,
    zone: &Zone,
) -> (Vec<String>, Body) {
    let mut begun =
        cases.iter().map(|case| case.started).chain(withdrawn.iter().map(|of| of.0)).collect::<Vec<_>>();
    // What was withdrawn is no longer in progress either.
    let left = withdrawn.iter().map(|(_, left)| *left).filter(|left| *left < now).collect::<Vec<_>>();
    let mut done = cases.iter().filter_map(|case| case.ended).chain(left.iter().copied()).collect::<Vec<_>>();
    begun.sort_unstable();
    done.sort_unstable();
    let Some(first) = begun.first().map(|first| from.max(*first)) else { return (vec![], Body::Nothing) };
    let open = begun.len() - done.len();
    let last = if open > 0 { now } else { done.last().copied().unwrap_or(now) }.max(first);
    let dates = begun.iter().chain(&done).copied().filter(|at| *at >= first).chain((open > 0).then_some(now));
    let core = Core::of(dates.collect());
    let (first, last) = core.map_or((first, last), |core| (core.from, core.to));
    let x = nice::dates(first, last, zone);
    let y = nice::counts(begun.len() as f64);
    const POINTS: i64 = 160;
    let at = |n: i64| Instant(first.0 + (last.0 - first.0) / POINTS * n);
    let along = |of: &[Instant]| {
        let mut points = (0..POINTS).map(|n| (at(n).0 as f64, of.partition_point(|t| *t <= at(n)) as f64));
        let mut points = points.by_ref().collect::<Vec<_>>();
        points.push((last.0 as f64, of.partition_point(|t| *t <= last) as f64));
        points
    };
    let (over, withdrawn) = match left.len() {
        0 => ("done", String::new()),
        n => ("done or withdrawn", format!("{n} withdrawn, ")),
    };
    let marks = vec![line("begun", Tone::First, along(&begun)), line(over, Tone::Second, along(&done))];
    let mut notes = vec![format!(
        "{} begun, {} done, {withdrawn}{open} open. The height between the lines is work in progress, the width about how \
         long it takes.",
        begun.len(),
        done.len() - left.len()
    )];
    notes.extend(core.map(|core| core.said(zone)));
    (notes, Body::Plot(Plot { x, y, marks }))
}

fn ageing(cases: &[CaseFacts], steps: &[(Handle, String)], now: Instant) -> (Vec<String>, Body) {
    let open = flow::ages(cases, now);
    let bands = flow::bands(cases);
    if open.is_empty() {
        return (vec!["Nothing is open.".to_string()], Body::Nothing);
    }
    let place = |step: &Handle| steps.iter().position(|(known, _)| known == step);
    let oldest = open.iter().map(|aged| aged.age.0).max().unwrap_or(1);
    let highest = bands.values().filter_map(|(_, most)| *most).map(|span| span.0).max().unwrap_or(1);
    let y = nice::lengths(oldest.max(highest.min(oldest * 2)).max(1) as f64);
    let middle = |n: usize| n as f64 + 0.5;
    let x = Axis {
        from: 0.0,
        to: steps.len().max(1) as f64,
        ticks: steps.iter().enumerate().map(|(n, (_, title))| (middle(n), title.clone())).collect(),
    };
    let mut marks = Vec::new();
    let mut named = BTreeSet::new();
    for (step, (stat, most)) in &bands {
        let Some(n) = place(step) else { continue };
        let kinds = [
            ("half were no older when they left", stat.half_within, Tone::Second),
            ("85%", stat.within, Tone::Third),
            ("95%", *most, Tone::Quiet),
        ];
        for (name, at, tone) in kinds {
            if let Some(at) = at.filter(|at| at.0 as f64 <= y.to) {
                let (left, right) = (middle(n) - 0.4, middle(n) + 0.4);
                // The legend names each kind of line once.
                let name = if named.insert(name) { name } else { "" };
                marks.push(line(name, tone, vec![(left, at.0 as f64), (right, at.0 as f64)]));
            }
        }
    }
    let old = |aged: &&flow::Aged| {
        let within = bands.get(&aged.step).and_then(|(stat, _)| stat.within);
        within.is_some_and(|within| aged.age > within)
    };
    let points = |name: &str, tone, wanted: bool| Mark {
        name: name.to_string(),
        shape: Shape::Points,
        tone,
        at: open
            .iter()
            .filter(|aged| old(aged) == wanted)
            .filter_map(|aged| Some((middle(place(&aged.step)?), aged.age.0 as f64)))
            .collect(),
    };
    marks.push(points("open", Tone::First, false));
    marks.push(points("older than 85% were there", Tone::Late, true));
    let older = open.iter().filter(old).count();
    // A case stands at each step where it has a branch.
    let all = open.iter().map(|aged| aged.case).collect::<BTreeSet<_>>().len();
    let rest = match flow::open(cases).count() - all {
        0 => String::new(),
        more => format!(" (and {more} that only wait)"),
    };
    let finished = counted(flow::finished(cases).count(), "finished case");
    let mut notes = vec![format!(
        "{} with {}{rest}, {older} of those older than 85% of {finished} were on leaving the step.",
        counted(all, "open case"),
        counted(open.len(), "open branch")
    )];
    let thin = steps.iter().filter_map(|(step, title)| {
        let (stat, _) = bands.get(step).filter(|(stat, _)| stat.thin())?;
        Some(format!("{title} ({})", stat.n))
    });
    let thin = thin.collect::<Vec<_>>();
    if !thin.is_empty() {
        notes.push(format!("Lines of fewer than 20 are thin: {}.", thin.join(", ")));
    }
    (notes, Body::Plot(Plot { x, y, marks }))
}

fn trend(cases: &[CaseFacts], zone: &Zone) -> (Vec<String>, Body) {
    let done =
        flow::finished(cases).filter_map(|case| Some((case.ended?, case.cycle()?))).collect::<Vec<_>>();
    let all = Stat::of(done.iter().map(|(_, cycle)| *cycle).collect());
    let core = Core::of(done.iter().map(|(ended, _)| *ended).collect());
    let shown = |ended: Instant| core.is_none_or(|core| core.holds(ended));
    let done = done.into_iter().filter(|(ended, _)| shown(*ended)).collect::<Vec<_>>();
    let spans = done.iter().map(|(ended, _)| (*ended, Some(*ended))).collect::<Vec<_>>();
    let weeks = weeks_of(&spans, Some(zone));
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else { return (vec![], Body::Nothing) };
    let week_of = |ended: Instant| (zone.date(ended) - first.monday).num_days().div_euclid(7);
    let mut lengths = vec![Vec::<Span>::new(); weeks.len()];
    for (ended, cycle) in &done {
        if let Some(own) = lengths.get_mut(week_of(*ended).max(0) as usize) {
            own.push(*cycle);
        }
    }
    let stats = lengths.into_iter().map(Stat::of).collect::<Vec<_>>();
    let along = |of: fn(&Stat) -> Option<Span>| {
        let points = stats.iter().enumerate().filter_map(|(n, stat)| Some((n as f64, of(stat)?.0 as f64)));
        points.collect::<Vec<_>>()
    };
    let (half, most) = (along(|stat| stat.median_span()), along(|stat| stat.within));
    let top = half.iter().chain(&most).map(|(_, y)| *y).fold(1.0, f64::max);
    let count = weeks.len().saturating_sub(1).max(1);
    let tick = |n: usize| weeks.get(n).map(|week| (n as f64, week.name.clone()));
    let x = Axis {
        from: 0.0,
        to: count as f64,
        ticks: [0, count / 2, count].into_iter().filter_map(tick).collect(),
    };
    let marks = vec![line("85% within", Tone::Third, most), line("median", Tone::First, half)];
    let thin = stats.iter().filter(|stat| stat.n > 0 && stat.thin()).count();
    let some = stats.iter().filter(|stat| stat.n > 0).count();
    let mut notes = vec![
        said(&all, cases),
        format!(
            "{} to {}: any case in {some} of {}, fewer than 20 in {thin} of them.",
            first.name,
            last.name,
            counted(weeks.len(), "week")
        ),
    ];
    notes.extend(core.map(|core| core.said(zone)));
    (notes, Body::Plot(Plot { x, y: nice::lengths(top), marks }))
}
