//! The line of totals over the figures of a process, as much of it as there is room for. Counts nothing.

use super::figures::{MetricsView, Share, length, median, thin};
use crate::text::Shown;
use crate::tui::theme::Meaning;
use crate::tui::widgets::Pen;

/// `Open 21, 2 late (10%)   Ended 68: 86% on time (target 90), median 8d 5h, 85% within 13d`: what is open and what
/// ended are different cases, and each figure stands with those it counts. As much of it as there is room for.
pub(super) fn totals(pen: &mut Pen, view: &MetricsView) {
    pen.skip(1);
    let ways = [0, 1, 2, 3, 4, 5].map(|less| totals_of(view, less));
    let width =
        |parts: &[(String, Meaning)]| parts.iter().map(|(text, _)| Shown::new(text).width()).sum::<usize>();
    let fits = ways.iter().find(|parts| width(parts) <= pen.room());
    for (text, meaning) in fits.or(ways.last()).into_iter().flatten() {
        pen.word(text, *meaning);
    }
}

/// The parts of the totals, the more of them left out the higher `less` is.
fn totals_of(view: &MetricsView, less: usize) -> Vec<(String, Meaning)> {
    let sign = view.sign();
    let gap = if less > 3 { " " } else { "   " };
    let only = if view.only.is_empty() { String::new() } else { format!("{}{gap}", view.only) };
    let late = Share { part: view.late, of: view.open };
    let percent = late.percent().filter(|_| less < 2).map_or_else(String::new, |of| format!(" ({of}%)"));
    let meaning = if view.late > 0 { Meaning::Late } else { Meaning::Plain };
    let target = view.target.filter(|_| less < 2).map_or_else(String::new, |of| format!(" (target {of})"));
    let (on_time, median) = (view.on_time.measured(), median(view.median, view.ended));
    let ended = match (view.ended, less) {
        (0, _) => format!("{gap}Ended 0"),
        (ended, 0..=3) => {
            let within = match view.within {
                Some(within) => format!(", 85% within {sign}{}", length(Some(within))),
                None if !thin(ended).is_empty() => " (thin)".to_string(),
                None => String::new(),
            };
            // What a log tells begins with its first row, and nobody registered it.
            let told = view.logged || view.approximate;
            let since = if less == 0 && !told { ", since registered" } else { "" };
            format!(
                "{gap}Ended {sign}{ended}: {sign}{on_time} on time{target}, median {sign}{median}{within}{since}"
            )
        }
        (ended, 4) => format!("{gap}Ended {sign}{ended}: {sign}{on_time} on time"),
        (ended, _) => format!("{gap}Ended {sign}{ended}"),
    };
    // Cases: a step counts branches, of which a case may have several.
    let cases = match (view.open, less) {
        (1, 0..=2) => " case",
        (_, 0..=2) => " cases",
        _ => "",
    };
    let open = format!("Open {}{cases}, ", view.open);
    vec![
        (only, Meaning::Active),
        (open, Meaning::Plain),
        (format!("{sign}{} late{percent}", view.late), meaning),
        (ended, Meaning::Plain),
    ]
}
