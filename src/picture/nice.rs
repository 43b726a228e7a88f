//! Round numbers for axes: lengths of time and counts as people say them, dates at even distances.

use super::Axis;
use crate::domain::zone::Zone;
use crate::domain::{Instant, Span};

const HOUR: f64 = 3_600_000.0;
const DAY: f64 = 24.0 * HOUR;

/// An axis of lengths of time in milliseconds, from nothing.
pub(super) fn lengths(most: f64) -> Axis {
    let steps = [
        60_000.0,
        5.0 * 60_000.0,
        15.0 * 60_000.0,
        HOUR,
        3.0 * HOUR,
        6.0 * HOUR,
        12.0 * HOUR,
        DAY,
        2.0 * DAY,
        5.0 * DAY,
        7.0 * DAY,
        14.0 * DAY,
        30.0 * DAY,
        60.0 * DAY,
        90.0 * DAY,
        180.0 * DAY,
        365.0 * DAY,
    ];
    let step = steps.into_iter().find(|step| most / step <= 6.0).unwrap_or((most / 5.0).max(1.0));
    axis(most, step, |at| short(Span(at as i64)))
}

/// An axis of counts, from nothing.
pub(super) fn counts(most: f64) -> Axis {
    axis(most, step(most), |at| format!("{at:.0}"))
}

/// 1, 2 or 5 of a power of ten, so that five of them are enough; whole.
pub(super) fn step(most: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for of in [1.0, 2.0, 5.0] {
            if most <= of * power * 5.0 || power > 1e15 {
                return of * power;
            }
        }
        power *= 10.0;
    }
}

fn axis(most: f64, step: f64, words: impl Fn(f64) -> String) -> Axis {
    let count = (most / step).ceil().max(1.0);
    let ticks = (0..=count as usize).map(|n| (n as f64 * step, words(n as f64 * step)));
    Axis { from: 0.0, to: count * step, ticks: ticks.collect() }
}

/// An axis of instants with about five dates.
pub(super) fn dates(from: Instant, to: Instant, zone: &Zone) -> Axis {
    let (from, to) = (from.0 as f64, (to.0 as f64).max(from.0 as f64 + DAY));
    let pattern = match to - from {
        all if all > 300.0 * DAY => "%b %Y",
        // Several to a day: a date alone would be said twice.
        all if all < 4.0 * DAY => "%-d %b %H:%M",
        _ => "%-d %b",
    };
    let ticks = (0..5).map(|n| {
        let at = from + (to - from) * f64::from(n) / 4.0;
        (at, zone.local(Instant(at as i64)).format(pattern).to_string())
    });
    Axis { from, to, ticks: ticks.collect() }
}

/// `3h`, `5d`: one unit, for an axis.
pub(super) fn short(span: Span) -> String {
    let ms = span.0 as f64;
    match () {
        () if ms >= DAY => format!("{}d", (ms / DAY).round()),
        () if ms >= HOUR => format!("{}h", (ms / HOUR).round()),
        () => format!("{}m", (ms / 60_000.0).round()),
    }
}

/// Names that are cut where there is no room for them; by their ends where their beginnings are those of others too.
pub(super) fn told_apart(
    names: &[String],
    most: usize,
    sign: &str,
    cut: impl Fn(&str, usize) -> String,
) -> Vec<String> {
    let begun = names.iter().map(|name| cut(name, most)).collect::<Vec<_>>();
    let fitted = names.iter().zip(&begun).enumerate().map(|(n, (name, own))| {
        let like = |(other, text): (usize, &String)| other != n && text == own;
        if own == name || !begun.iter().enumerate().any(like) {
            return own.clone();
        }
        let chars = name.chars().count();
        let end = name
            .chars()
            .skip(chars.saturating_sub(most.saturating_sub(sign.chars().count())))
            .collect::<String>();
        cut(&format!("{sign}{end}"), most)
    });
    fitted.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_begin_alike_are_cut_at_their_beginning() {
        let cut = |text: &str, most: usize| match text.chars().count() <= most {
            true => text.to_string(),
            false => text.chars().take(most - 1).chain(['~']).collect(),
        };
        let names = ["ana", "resource01", "resource10", "somebody else"].map(str::to_string);
        assert_eq!(told_apart(&names, 6, "~", cut), ["ana", "~rce01", "~rce10", "someb~"]);
        assert_eq!(told_apart(&names, 20, "~", cut), names);
    }
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_two_ticks_of_a_time_axis_are_called_the_same(from in 0..2_000_000_000_000_i64, hours in 0..20_000_i64) {
            let zone = "Europe/Amsterdam".parse::<Zone>().unwrap();
            let axis = dates(Instant(from), Instant(from) + Span::HOUR.times(hours), &zone);
            let mut names = axis.ticks.iter().map(|(_, name)| name).collect::<Vec<_>>();
            names.dedup();
            prop_assert_eq!(names.len(), 5, "{:?}", axis.ticks);
        }
    }
}
