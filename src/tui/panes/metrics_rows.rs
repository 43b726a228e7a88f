//! The rows of the metrics: how wide their columns are, and what the number under the cursor is in a sentence. Where they
//! stand is `metrics`'s.

use super::figures::{HandoffFigures, MetricsView, WeekFigures, change, median, thin};
use super::metrics::{MetricsSection, MetricsState};
use crate::domain::Instant;
use crate::domain::counted::counted;
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;
use crate::tui::widgets::bar::bar;

/// Columns of the bar of a step's share, and of a week's.
const SHARE: usize = 18;
const WEEK: usize = 20;

/// Columns of the names of steps and of the bars of their shares: names are wanted whole, and bars with what is left.
pub(super) fn step_widths(room: usize, view: &MetricsView) -> (usize, usize) {
    /// Gutter and figures; the percents of the share and the trend.
    const FIGURES: usize = 3 + 25;
    const BESIDE: usize = 2 + 8 + 7;
    /// A bar says something with so many.
    const BAR: usize = 6;
    let name = |room: usize| {
        let longest = view.steps.iter().map(|step| Shown::new(&step.title).width()).max().unwrap_or(0);
        (longest + 1).clamp(11.min(room), room.max(11))
    };
    match room.checked_sub(FIGURES + BESIDE + BAR + 11) {
        Some(more) => {
            let name = name(11 + more);
            (name, SHARE.min(room - FIGURES - BESIDE - name))
        }
        None => (room.saturating_sub(FIGURES), 0),
    }
}

pub(super) fn handoff_width(room: usize) -> usize {
    room.saturating_sub(1 + 24 + 1)
}

/// `>  Approve       3   !1   2d 4h     20m  ################## < 46%  +1d 1h`
pub(super) fn step_row(
    pen: &mut Pen,
    view: &MetricsView,
    row: usize,
    sign: &str,
    (name, share): (usize, usize),
) {
    let Some(step) = view.steps.get(row) else { return };
    let worst = view.worst.as_ref() == Some(&step.step);
    // The largest share fills the bar: what counts is how the steps compare.
    let most = view.steps.iter().filter_map(|step| step.share.percent()).max().unwrap_or(0);
    pen.word(sign, Meaning::Plain).skip(2).column(&Shown::fit(&step.title, name), name, Meaning::Plain);
    pen.column_right(&Shown::new(&step.open.to_string()), 4, Meaning::Plain);
    let late = if step.late > 0 { format!("!{}", step.late) } else { String::new() };
    pen.column_right(&Shown::new(&late), 5, Meaning::Late);
    pen.column_right(&Shown::new(&median(step.wait, step.visits)), 8, Meaning::Plain);
    pen.column_right(&Shown::new(&median(step.work, step.visits)), 8, Meaning::Plain);
    if share > 0 {
        let drawn = bar(step.share.percent().unwrap_or(0), most, share);
        let mark = if worst { " <" } else { "" };
        let text = format!("{drawn}{mark} {}", step.share.words());
        pen.skip(2).column(&Shown::new(text.trim_start()), share + 8, Meaning::Plain);
        pen.word(&change(step.trend), Meaning::Plain);
    } else if worst {
        pen.word(" <", Meaning::Plain);
    }
}

pub(super) fn handoff_row(pen: &mut Pen, handoff: Option<&HandoffFigures>, sign: &str) {
    let Some(handoff) = handoff else { return };
    let name = handoff_width(pen.room());
    let from = if handoff.from.is_some() { handoff.from_title.as_str() } else { "start" };
    pen.word(sign, Meaning::Plain).column(&way(from, &handoff.to_title, name), name, Meaning::Plain);
    pen.column_right(&Shown::new(&handoff.count.to_string()), 6, Meaning::Plain);
    pen.column_right(&Shown::new(&median(handoff.accepted_in, handoff.accepted)), 9, Meaning::Plain);
    pen.column_right(&Shown::new(&handoff.declined.measured()), 9, Meaning::Plain);
}

/// `Quote -> Approve`; where it is too long for `width` each of the two is cut, so that both can be told.
fn way(from: &str, to: &str, width: usize) -> Shown {
    const ARROW: &str = " -> ";
    let room = width.saturating_sub(ARROW.len() + 1);
    let (long, short) = (Shown::new(from).width(), Shown::new(to).width());
    let left = if long + short <= room { long } else { (room / 2).max(room.saturating_sub(short)).min(long) };
    let (from, to) = (Shown::fit(from, left), Shown::fit(to, room.saturating_sub(left)));
    Shown::new(&format!("{from}{ARROW}{to}"))
}

/// What the number under the cursor is, in a sentence: in the columns names are cut.
pub(super) fn sentence(view: &MetricsView, state: &MetricsState, now: Instant) -> Option<String> {
    let at = state.rows[state.active()].list.cursor;
    let told = match state.section {
        MetricsSection::Steps => {
            let step = view.steps.get(at)?;
            let (wait, work) = (median(step.wait, step.visits), median(step.work, step.visits));
            let late = if step.late > 0 { format!(", {} late", step.late) } else { String::new() };
            // Thin ones are few enough to be counted.
            let few = match thin(step.visits) {
                "" => String::new(),
                _ => format!(", n {}", step.visits),
            };
            format!("{}: {} open{late}, waits {wait}, works {work}{few}.", step.title, step.open)
        }
        MetricsSection::Handoffs => {
            let handoff = view.handoffs.get(at)?;
            let from = if handoff.from.is_some() { handoff.from_title.as_str() } else { "start" };
            format!("{from} -> {}: {} in ended cases.", handoff.to_title, counted(handoff.count, "handoff"))
        }
        MetricsSection::Weeks => {
            let week = view.weeks.get(at)?;
            format!("{}: {} of {} in time.", week.name, week.on_time.part, week.on_time.of)
        }
        more => return view.more.sentence(more, at, now),
    };
    Some(format!("{told} Enter lists."))
}

pub(super) fn week_row(pen: &mut Pen, week: Option<&WeekFigures>, sign: &str) {
    let Some(week) = week else { return };
    pen.skip(2).word(sign, Meaning::Plain).column(
        &Shown::fit(&week.name, 6),
        if week.name.len() > 3 { 7 } else { 4 },
        Meaning::Plain,
    );
    let width = WEEK.min(pen.room().saturating_sub(7));
    pen.column(&bar(week.on_time.part, week.on_time.of, width), width, Meaning::Plain);
    pen.column_right(&Shown::new(&week.on_time.measured()), 6, Meaning::Plain);
}
