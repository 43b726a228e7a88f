//! The figures of one process over a period, ready to be drawn. Plain numbers and lengths of time: whoever
//! fills them in knows how each is counted, the pane only how it is written.

use super::times;
use crate::domain::metrics::THIN;
use crate::domain::{Handle, Span};

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    pub part: u64,
    pub of: u64,
}

impl Share {
    /// Whole percent, rounded to the nearest; `None` of nothing.
    pub fn percent(self) -> Option<u64> {
        let (part, of) = (u128::from(self.part), u128::from(self.of));
        let percent = (part * 200 + of).checked_div(of * 2)?;
        u64::try_from(percent).ok()
    }

    /// The same, with the mark of those of which it is one of few.
    pub fn measured(self) -> String {
        let mark = if self.of == 0 { "" } else { thin(self.of) };
        format!("{}{mark}", self.words())
    }

    /// `86%`, or `--` of nothing.
    pub fn words(self) -> String {
        self.percent().map_or_else(|| "--".to_string(), |percent| format!("{percent}%"))
    }
}

/// A step's figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFigures {
    pub step: Handle,
    pub title: String,
    /// Open branches there now, and how many of them are late.
    pub open: u64,
    pub late: u64,
    /// What the medians are of.
    pub visits: u64,
    /// Median time from offer to acceptance plus waits; `None` where nothing was measured.
    pub wait: Option<Span>,
    /// Median time of work without waits.
    pub work: Option<Span>,
    /// This step's part of the whole time of all cases.
    pub share: Share,
    /// How wait and work together changed against the period before.
    pub trend: Option<Span>,
}

/// A handoff's figures: one way from a step to a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoffFigures {
    /// `None` at the start of a case.
    pub from: Option<Handle>,
    pub from_title: String,
    pub to: Handle,
    pub to_title: String,
    pub count: u64,
    /// Median time to acceptance, and of how many.
    pub accepted_in: Option<Span>,
    pub accepted: u64,
    pub declined: Share,
}

/// A week's cases that ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekFigures {
    /// `W43`
    pub name: String,
    pub on_time: Share,
}

/// What the pane shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MetricsView {
    /// Every process with its title; the figures are those of number `process`.
    pub processes: Vec<(Handle, String)>,
    pub process: usize,
    /// `last 30 days`
    pub period: String,
    /// Which cases these are of, as the filter says it; empty for all.
    pub only: String,
    pub open: u64,
    pub late: u64,
    /// Of the cases that ended in the period and had a goal.
    pub on_time: Share,
    /// Percent the process wants to be on time.
    pub target: Option<u64>,
    /// Cycle time of the cases that ended: median and 85th percentile, and how many they were.
    pub median: Option<Span>,
    /// What 85 of a hundred stayed within: nearest rank.
    pub within: Option<Span>,
    pub ended: u64,
    pub steps: Vec<StepFigures>,
    /// Where most time is lost, in a sentence or two; empty where nothing stands out.
    pub bottleneck: Vec<String>,
    /// The step the sentence is about.
    pub worst: Option<Handle>,
    pub handoffs: Vec<HandoffFigures>,
    pub weeks: Vec<WeekFigures>,
    /// What only a large screen has room for, once it is counted.
    pub more: super::metrics_more::More,
    /// All that ended is from a log, which shows no offers: between two people it knows what passed since the row before.
    pub logged: bool,
    /// As kept by week, while the exact figures are being counted: lengths are written with a `~`.
    pub approximate: bool,
}

impl MetricsView {
    /// What stands before a length.
    pub fn sign(&self) -> &'static str {
        if self.approximate { "~" } else { "" }
    }
}

/// A length in a column of 7: `2d 4h`, `20m`, `--`.
pub fn length(span: Option<Span>) -> String {
    match span {
        None => "--".to_string(),
        // A column holds no more of it.
        Some(span) if span >= Span::DAY.times(1000) => times::about(span),
        Some(span) => crate::domain::when::length(span),
    }
}

/// What stands behind a figure of so few that it says little, as the commands have it.
pub fn thin(n: u64) -> &'static str {
    if n < THIN as u64 { "~" } else { "" }
}

/// A median in a column of 7, of so many: `2d 4h`, `5h~`.
pub fn median(span: Option<Span>, n: u64) -> String {
    let (text, mark) = (length(span), thin(n));
    match span {
        None => text,
        // A column holds no more of it.
        Some(span) if text.len() + mark.len() > 7 && !mark.is_empty() => {
            format!("{}{mark}", times::about(span))
        }
        Some(_) => format!("{text}{mark}"),
    }
}

/// A change: `+3h`, `-5h`, `=` below a minute.
pub fn change(span: Option<Span>) -> String {
    match span {
        None => String::new(),
        Some(span) if span.0.abs() < Span::MINUTE.0 => "=".to_string(),
        Some(span) if span > Span::ZERO => format!("+{}", length(Some(span))),
        Some(span) => format!("-{}", length(Some(-span))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_as_people_say_them() {
        let share = |part, of| Share { part, of }.words();
        assert_eq!([share(86, 100), share(1, 3), share(2, 3), share(0, 0)], ["86%", "33%", "67%", "--"]);
        assert_eq!(share(u64::MAX, u64::MAX), "100%");
        let hours = |n| Some(Span::HOUR.times(n));
        assert_eq!(
            [length(hours(52)), length(hours(5000)), length(hours(50_000)), length(None)],
            ["2d 4h", "208d 8h", "2083d", "--"]
        );
        assert_eq!(
            [median(hours(52), 20), median(hours(52), 19), median(hours(5000), 3), median(None, 3)],
            ["2d 4h", "2d 4h~", "208d~", "--"],
            "what fewer than twenty say is marked"
        );
        let measured = |part, of| Share { part, of }.measured();
        assert_eq!([measured(18, 20), measured(3, 4), measured(0, 0)], ["90%", "75%~", "--"]);
        assert_eq!(
            [change(hours(3)), change(hours(-29)), change(hours(0)), change(None)],
            ["+3h", "-1d 5h", "=", ""]
        );
    }
}
