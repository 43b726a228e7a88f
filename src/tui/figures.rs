//! From the desk's figures to what the metrics pane shows, and to the cases behind a number. Counts nothing.

use super::model::Model;
use super::msg::Effect;
use super::panes::figures::{self as shown, MetricsView, Share};
use super::panes::metrics::Figure;
use crate::desk::figures::total;
use crate::desk::{Bottleneck, Figures, Glance, Had, Which};
use crate::domain::catalog::Catalog;
use crate::domain::counted::counted;
use crate::domain::lengths::Lengths;
use crate::domain::{CaseId, Handle, Span, Total, when};

/// Days that reach back beyond every log there is.
pub const ALL_TIME: u32 = 73_000;

/// What part one sum is of another is told as well in seconds, which are short enough for every sum there is.
fn long(total: Total) -> u64 {
    u64::try_from(total.0 / 1000).unwrap_or(0)
}

/// What the pane shows of these figures of the last `days` days.
pub fn view(figures: &Figures, catalog: &Catalog, days: u32) -> MetricsView {
    let step_title = |handle: &Handle| {
        let step = figures.steps.iter().find(|step| &step.step == handle);
        step.map_or_else(|| handle.to_string(), |step| step.title.clone())
    };
    let share = |part: usize, of: usize| Share { part: part as u64, of: of as u64 };
    let whole = figures.steps.iter().map(|step| long(step.total)).sum::<u64>();
    let steps = figures.steps.iter().map(|step| shown::StepFigures {
        step: step.step.clone(),
        title: step.title.clone(),
        open: step.open.len() as u64,
        late: step.late.len() as u64,
        visits: step.visits as u64,
        wait: step.wait.median_span(),
        // Of a log with one time a step it is not known.
        work: step.work.median_span().filter(|_| !figures.elapsed),
        share: Share { part: long(step.total), of: whole },
        trend: step.trend,
    });
    let ways = figures.ways();
    let handoffs = ways.iter().map(|way| shown::HandoffFigures {
        from: way.from_step.clone(),
        from_title: way.from_step.as_ref().map_or_else(|| "start".to_string(), step_title),
        to: way.step.clone(),
        to_title: step_title(&way.step),
        count: way.count as u64,
        accepted_in: way.accepted.median_span(),
        accepted: way.accepted.n as u64,
        declined: share(way.declined, way.count),
    });
    let years = years(figures.weeks.iter().map(|week| week.name.as_str()));
    let weeks = figures.weeks.iter().map(|week| shown::WeekFigures {
        name: short(&week.name, years).to_string(),
        on_time: share(week.on_time.len(), week.with_due.len()),
    });
    MetricsView {
        open: figures.open.len() as u64,
        late: figures.late.len() as u64,
        on_time: share(figures.on_time.len(), figures.with_due.len()),
        target: None,
        median: figures.cycle.median_span(),
        within: figures.service_level,
        ended: figures.finished.len() as u64,
        logged: figures.logged,
        steps: steps.collect(),
        bottleneck: match (&figures.bottleneck, figures.under_way) {
            (Some(worst), _) => sentences(worst, figures),
            (None, Some(passed)) => {
                let more = if days < ALL_TIME { " + looks further back." } else { "" };
                vec![format!("{}{more}", passed.under_way(figures.open.len()))]
            }
            (None, None) => Vec::new(),
        },
        worst: figures.bottleneck.as_ref().map(|worst| worst.step.clone()),
        handoffs: handoffs.collect(),
        weeks: weeks.collect(),
        ..of(&figures.process, catalog, days)
    }
}

/// A view of a process without a figure.
fn of(process: &Handle, catalog: &Catalog, days: u32) -> MetricsView {
    let title = |handle: &Handle| {
        catalog.newest(handle).map_or_else(|| handle.to_string(), |(_, process)| process.title.clone())
    };
    let processes =
        catalog.processes.keys().map(|handle| (handle.clone(), title(handle))).collect::<Vec<_>>();
    MetricsView {
        process: processes.iter().position(|(handle, _)| handle == process).unwrap_or(0),
        processes,
        period: match days {
            ALL_TIME => "all time".to_string(),
            365 => "last year".to_string(),
            days => format!("last {}", counted(days, "day")),
        },
        ..MetricsView::default()
    }
}

/// What the pane shows until the exact figures are counted.
pub fn at_once(glance: &Glance, catalog: &Catalog) -> MetricsView {
    let count = |n: i64| n.unsigned_abs();
    let whole = glance.steps.iter().map(|step| long(total(&step.sums))).sum::<u64>();
    // Where no work took any time, a log knows one time a row.
    let timeless = glance.steps.iter().all(|step| step.sums.work.sum() == Total::ZERO);
    let steps = glance.steps.iter().map(|step| shown::StepFigures {
        step: step.step.clone(),
        title: step.title.clone(),
        open: step.open as u64,
        late: step.late as u64,
        visits: step.sums.wait.n(),
        wait: step.sums.wait.percentile(50),
        work: step.sums.work.percentile(50).filter(|_| !timeless),
        share: Share { part: long(total(&step.sums)), of: whole },
        trend: step.trend,
    });
    let title = |handle: &Handle| {
        let step = glance.steps.iter().find(|step| &step.step == handle);
        step.map_or_else(|| handle.to_string(), |step| step.title.clone())
    };
    let ways =
        glance.steps.iter().flat_map(|step| step.sums.from.iter().map(move |(from, way)| (step, from, way)));
    let handoffs = ways.map(|(step, from, way)| shown::HandoffFigures {
        from: from.clone(),
        from_title: from.as_ref().map_or_else(|| "start".to_string(), title),
        to: step.step.clone(),
        to_title: step.title.clone(),
        count: count(way.count),
        accepted_in: way.accepted.percentile(50),
        accepted: way.accepted.n(),
        declined: Share { part: count(way.declined), of: count(way.count) },
    });
    let mut handoffs = handoffs.collect::<Vec<_>>();
    handoffs.sort_by_key(|way| std::cmp::Reverse(way.count));
    let worst = glance.worst().filter(|_| !glance.meant);
    let bottleneck = worst.map(|(step, share)| {
        let length = |lengths: &Lengths| shown::length(lengths.percentile(50));
        format!(
            "Bottleneck: {}, ~{:.0}% of all waiting. {}.",
            step.title,
            share * 100.0,
            match timeless || step.sums.work.is_empty() {
                true => format!("~{} pass before it", length(&step.sums.wait)),
                false => {
                    format!(
                        "Work takes ~{}, waiting takes ~{}",
                        length(&step.sums.work),
                        length(&step.sums.wait)
                    )
                }
            }
        )
    });
    let still = "~ by whole weeks, lengths within 2%; the exact figures are being counted.".to_string();
    let years = years(glance.weeks.iter().map(|(name, ..)| name.as_str()));
    let weeks = glance.weeks.iter().map(|(name, with_due, on_time)| shown::WeekFigures {
        name: short(name, years).to_string(),
        on_time: Share { part: *on_time, of: *with_due },
    });
    MetricsView {
        open: glance.open as u64,
        late: glance.late as u64,
        on_time: Share { part: count(glance.sums.on_time), of: count(glance.sums.with_due) },
        median: glance.median,
        within: glance.within,
        ended: count(glance.sums.finished),
        steps: steps.collect(),
        bottleneck: bottleneck.into_iter().chain([still]).collect(),
        worst: worst.map(|(step, _)| step.step.clone()),
        handoffs,
        weeks: weeks.collect(),
        approximate: true,
        ..of(&glance.process, catalog, glance.days)
    }
}

/// The bottleneck in one or two sentences.
fn sentences(worst: &Bottleneck, figures: &Figures) -> Vec<String> {
    let length = |span| shown::length(span);
    let kind = if figures.elapsed { " (elapsed: the log has one time a step)" } else { "" };
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    let mut first = format!(
        "Bottleneck: {}, {} of all waiting. {}.",
        worst.title,
        percent(worst.of_waiting),
        match figures.elapsed {
            true => format!("{} pass before it{kind}", length(worst.wait.median_span())),
            false if worst.work.n == 0 => {
                format!("It waits {} until somebody outside has done it", length(worst.wait.median_span()))
            }
            false => {
                let (work, wait) = (length(worst.work.median_span()), length(worst.wait.median_span()));
                format!("Work takes {work}, waiting takes {wait}")
            }
        }
    );
    if figures.finished.len() < 20 {
        first.push_str(&format!(" Thin: {}.", counted(figures.finished.len(), "case")));
    }
    if let Some(finish) = &figures.finish {
        first.push_str(&format!(" Finished with {}.", figures.step_title(finish)));
    }
    if !figures.deliberate.is_empty() {
        first.push_str(" Meant waits left out.");
    }
    let mut lines = vec![first];
    let mut second = String::new();
    if let Some((holder, part, of)) = &worst.held {
        second.push_str(&format!("{holder} holds {part} of {of}. "));
    }
    if let (Some(had), Some(now)) = (&worst.had, figures.cycle.median_span()) {
        let (then, now) = (when::length(had.median), when::length(now));
        let Had { promise, slow, offers, .. } = had;
        second.push_str(&format!(
            "{slow} of {} answered after more than {promise}; if none had been, the median would \
             be {then}, not {now}.",
            match offers {
                1 => "1 offer was".to_string(),
                _ => format!("{offers} offers were"),
            }
        ));
    }
    if !second.is_empty() {
        lines.push(second.trim().to_string());
    }
    lines
}

/// `W45` of `2026-W45`, or `26-W45` where weeks of several years stand there.
fn short(week: &str, years: bool) -> &str {
    match years {
        true => week.get(2..).unwrap_or(week),
        false => week.rsplit('-').next().unwrap_or(week),
    }
}

/// Whether weeks are of more than one year.
fn years<'w>(mut weeks: impl Iterator<Item = &'w str>) -> bool {
    let year = |week: &'w str| week.split('-').next();
    weeks.next().is_some_and(|first| weeks.any(|week| year(week) != year(first)))
}

/// The title of a number and the cases it was counted from; `None` when there are none.
pub fn behind(figures: &Figures, figure: &Figure) -> Option<(String, Vec<CaseId>)> {
    let title = |handle: &Handle| {
        let step = figures.steps.iter().find(|step| &step.step == handle);
        step.map_or_else(|| handle.to_string(), |step| step.title.clone())
    };
    let (words, which) = match figure {
        Figure::Step(step) => (title(step), Which::Step(step.clone())),
        Figure::Handoff(from, to) => {
            let from_title = from.as_ref().map_or_else(|| "start".to_string(), title);
            (format!("{from_title} -> {}", title(to)), Which::Way(from.clone(), to.clone()))
        }
        Figure::Week(name) => {
            let week = figures.weeks.iter().rfind(|week| week.name.ends_with(name.as_str()))?;
            (format!("Ended in {}", week.name), Which::Week(week.name.clone()))
        }
        // These have their cases with them.
        Figure::Lengths(_) | Figure::Case(_) | Figure::Reason(_) | Figure::Fact(..) => return None,
    };
    let mut cases = figures.cases_behind(&which);
    if let Figure::Step(step) = figure {
        // The open ones stand in the same row of the table.
        cases.extend(figures.cases_behind(&Which::StepOpen(step.clone())));
        cases.sort();
        cases.dedup();
    }
    (!cases.is_empty()).then_some((words, cases))
}

/// Whether the exact figures that were loaded are those of the process and period on screen.
pub(super) fn are_here(model: &Model) -> bool {
    let of = |figures: &Figures| {
        let days = Span::DAY.times(i64::from(model.days));
        let state = &model.metrics_state;
        Some(&figures.process) == model.process.as_ref()
            && figures.to - figures.from == days
            && state.counted == state.filter
    };
    model.behind.as_ref().is_some_and(of)
}

/// Takes in what is kept, unless something exact is shown already.
pub(super) fn glance_came(model: &mut Model, glance: &Glance) {
    if are_here(model) || Some(&glance.process) != model.process.as_ref() || glance.days != model.days {
        return;
    }
    let mut view = at_once(glance, &model.catalog);
    super::narrowed::label(&mut view, &model.metrics_state.filter);
    model.figures = Some(view);
    // No number of another process may lead to its cases.
    model.behind = None;
}

/// Takes in exact figures, unless something else was asked for meanwhile.
pub(super) fn figures_came(model: &mut Model, filter: String, figures: Figures) {
    let before = (model.behind.replace(figures), std::mem::replace(&mut model.metrics_state.counted, filter));
    match &model.behind {
        Some(figures) if are_here(model) => {
            // What was counted below them stays until it is counted anew.
            let before = model.figures.take().map(|figures| figures.more);
            let mut more = before.filter(|more| more.is_of(model)).unwrap_or_default();
            more.stale = true;
            let mut view = MetricsView { more, ..view(figures, &model.catalog, model.days) };
            super::narrowed::label(&mut view, &model.metrics_state.filter);
            model.figures = Some(view);
        }
        _ => (model.behind, model.metrics_state.counted) = before,
    }
}

/// Another picture, or the figures again.
pub(super) fn next_picture(model: &mut Model) -> Vec<Effect> {
    model.metrics_state.next_picture();
    model.drawn = None;
    super::update::reload(model)
}

/// The cases a picture is drawn from; `None` while figures are shown, or when there are none.
pub(super) fn behind_picture(model: &Model) -> Option<(String, Vec<CaseId>)> {
    let (name, title) = model.metrics_state.picture()?;
    let figures = model.behind.as_ref()?;
    let which = if name == "ageing" { Which::Open } else { Which::Finished };
    let cases = figures.cases_behind(&which);
    (!cases.is_empty()).then(|| (title.to_string(), cases))
}
