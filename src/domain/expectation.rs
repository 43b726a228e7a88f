//! What was expected of a version, read from its words as far as they can be, and whether it came true. What cannot be
//! read is left to whoever reviews. Measures nothing.

use super::comparison::{Comparison, Figure, NEEDED};
use super::goal::{Goal, Unit};
use super::instant::Span;
use super::process::Improve;

/// A figure and where it should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expectation {
    pub figure: Figure,
    /// Below it, or above it where this is not set.
    pub below: bool,
    /// The bound itself is as expected too.
    pub inclusive: bool,
    pub bound: f64,
}

/// What a review says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub figure: Figure,
    /// Of the version that is reviewed; `None` before any case of it has finished.
    pub value: Option<f64>,
    /// `None` where there are too few cases to say.
    pub met: Option<bool>,
}

/// Words before the bound: whether it is below, and whether the bound counts.
const BOUNDS: [(&str, bool, bool); 17] = [
    ("no more than", true, true),
    ("at most", true, true),
    ("up to", true, true),
    ("within", true, true),
    ("<=", true, true),
    ("below", true, false),
    ("under", true, false),
    ("less than", true, false),
    ("shorter than", true, false),
    ("fewer than", true, false),
    ("<", true, false),
    ("at least", false, true),
    (">=", false, true),
    ("above", false, false),
    ("over", false, false),
    ("more than", false, false),
    (">", false, false),
];

/// Words for what is measured within a case.
const PARTS: [&str; 13] = [
    "handoff", "hand-off", "handover", "queue", "touch", "wait", "step", "accept", "taken", "answer",
    "response", "reply", "in hand",
];

/// The figure a metric speaks of, by its words.
fn figure(metric: &str) -> Option<Figure> {
    let metric = metric.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| metric.contains(word));
    // A part of a case is not what the comparison measures: of it whoever reviews has to judge.
    if says(&PARTS) {
        return None;
    }
    Some(match () {
        () if says(&["on time", "on-time", "in time", "punctual"]) => Figure::OnTime,
        () if says(&["return", "sent back", "declined"]) => Figure::Returns,
        () if says(&["p85", "85"]) => Figure::Within,
        () if says(&["p95", "95", "p90", "90", "mean", "average"]) => return None,
        () if says(&["median", "cycle time", "lead time"]) => Figure::Median,
        () => return None,
    })
}

impl Expectation {
    /// What a version promised; `None` where its words are for people only.
    pub fn of(improve: &Improve) -> Option<Expectation> {
        let figure = figure(&improve.metric)?;
        let expect = improve.expect.as_ref()?.trim().to_lowercase();
        let begins = |(words, ..): &&(&str, bool, bool)| expect.starts_with(words);
        let (words, below, inclusive) = *BOUNDS.iter().find(begins)?;
        let bound = bound(figure, expect.strip_prefix(words)?.trim())?;
        Some(Expectation { figure, below, inclusive, bound })
    }

    fn holds(&self, value: f64) -> bool {
        let at = self.inclusive && value == self.bound;
        at || if self.below { value < self.bound } else { value > self.bound }
    }

    /// What became of it.
    pub fn held(&self, comparison: &Comparison) -> Held {
        let after = comparison.figures.iter().find(|of| of.figure == self.figure).and_then(|of| of.after);
        let value = after.map(|of| of.value);
        let enough = comparison.after >= NEEDED;
        Held { figure: self.figure, value, met: value.filter(|_| enough).map(|value| self.holds(value)) }
    }
}

/// Business time is not what a comparison measures, so it is not read.
fn bound(figure: Figure, text: &str) -> Option<f64> {
    match figure {
        Figure::Median | Figure::Within => {
            let Goal { count, unit } = text.parse().ok()?;
            let one = match unit {
                Unit::Minute => Span::MINUTE,
                Unit::Hour => Span::HOUR,
                Unit::Day => Span::DAY,
                Unit::Week => Span::DAY.times(7),
                Unit::BusinessMinute | Unit::BusinessHour | Unit::BusinessDay => return None,
            };
            Some(one.times(count).0 as f64)
        }
        Figure::OnTime => {
            let percent = text.trim_end_matches("percent").trim_end_matches('%').trim();
            Some(percent.parse::<f64>().ok()? / 100.0)
        }
        Figure::Returns => text.split_whitespace().next()?.parse().ok(),
    }
}

/// What a review says of what was expected, as a sentence; `None` where nothing was.
pub fn sentence(improve: &Improve, comparison: &Comparison) -> Option<String> {
    let expect = improve.expect.as_ref()?;
    let expected = format!("Expected: {} {expect}.", improve.metric);
    let Some(of) = Expectation::of(improve) else {
        return Some(format!("{expected} Whether that came true is for you to say."));
    };
    let held = of.held(comparison);
    let Some(value) = held.value else { return Some(format!("{expected} No case has finished yet.")) };
    // A value that reads like the bound it misses is told to the minute.
    let is_length = matches!(of.figure, Figure::Median | Figure::Within);
    let value = match is_length && of.figure.shown(value) == of.figure.shown(of.bound) {
        true => to_the_minute(value),
        false => of.figure.shown(value),
    };
    let words = of.figure.words();
    let n = comparison.after;
    Some(match held.met {
        Some(true) => format!("{expected} Met: {words} {value} in {n} cases."),
        Some(false) => format!("{expected} Not met: {words} {value} in {n} cases."),
        None => format!("{expected} So far: {words} {value} in {n}: too few to say; about {NEEDED} needed."),
    })
}

/// `1d 10h 3m`, longer minutes up: what is over a bound never reads as being at it.
fn to_the_minute(ms: f64) -> String {
    let minutes = (ms / Span::MINUTE.0 as f64).ceil() as i64;
    let parts = [(minutes / 1440, 'd'), (minutes / 60 % 24, 'h'), (minutes % 60, 'm')];
    let parts =
        parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect::<Vec<_>>();
    if parts.is_empty() { "0m".to_string() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::comparison::{Sample, compare};
    use crate::domain::flow::Dice;

    fn improve(metric: &str, expect: &str) -> Improve {
        Improve { metric: metric.into(), expect: Some(expect.into()), review: "every 30 days".into() }
    }

    fn of(metric: &str, expect: &str) -> Option<(Figure, bool, bool, f64)> {
        Expectation::of(&improve(metric, expect)).map(|of| (of.figure, of.below, of.inclusive, of.bound))
    }

    #[test]
    fn words_are_read_as_far_as_they_say_a_figure_and_a_bound() {
        let day = Span::DAY.0 as f64;
        assert_eq!(of("cycle time p85", "below 4 days"), Some((Figure::Within, true, false, 4.0 * day)));
        assert_eq!(
            of("Median cycle time", "At most 2 weeks"),
            Some((Figure::Median, true, true, 14.0 * day))
        );
        assert_eq!(of("on time", "above 90%"), Some((Figure::OnTime, false, false, 0.9)));
        assert_eq!(of("on-time share", ">= 85 percent"), Some((Figure::OnTime, false, true, 0.85)));
        assert_eq!(of("returns a case", "< 0.2"), Some((Figure::Returns, true, false, 0.2)));
        for (metric, expect) in [
            ("cycle time p95", "below 4 days"),
            ("cycle time p85", "below 4 business days"),
            ("cycle time p85", "faster"),
            ("smiles", "above 3"),
            ("handoff time p85", "below 1 hour"),
            ("handoffs accepted in time", "above 90%"),
            ("median time to the first answer", "below 1 hour"),
            ("on time", "above most"),
        ] {
            assert_eq!(of(metric, expect), None, "{metric} {expect}");
        }
    }

    #[test]
    fn a_review_says_whether_it_came_true() {
        let case = |hours: i64| Sample { cycle: Span::HOUR.times(hours), on_time: None, returns: 0 };
        let cases = (1..=40).map(case).collect::<Vec<_>>();
        let mut dice = Dice::new(1);
        let all = compare(&cases, &cases, &mut |below| dice.below(below));
        let few = compare(&cases, &cases[..3], &mut |below| dice.below(below));
        let none = compare(&cases, &[], &mut |below| dice.below(below));
        let said = |expect: &str, of: &Comparison| sentence(&improve("cycle time p85", expect), of).unwrap();
        assert_eq!(
            said("below 2 days", &all),
            "Expected: cycle time p85 below 2 days. Met: 85% within 1d 10h in 40 cases."
        );
        assert!(said("below 34 hours", &all).contains("Not met"), "below is not at it");
        assert!(said("at most 2039 minutes", &all).ends_with("Not met: 85% within 1d 10h in 40 cases."));
        let near = (1..=40)
            .map(|n| Sample { cycle: Span::MINUTE.times(241 + n % 2), ..case(1) })
            .collect::<Vec<_>>();
        let near = compare(&near, &near, &mut |below| dice.below(below));
        assert!(said("below 4 hours", &near).ends_with("Not met: 85% within 4h 2m in 40 cases."));
        assert!(said("at most 34 hours", &all).contains(" Met: "));
        assert!(said("below 2 days", &few).ends_with("in 3: too few to say; about 25 needed."));
        assert!(said("below 2 days", &none).ends_with("No case has finished yet."));
        assert!(said("better", &all).ends_with("is for you to say."));
        let nothing = Improve { expect: None, ..improve("x", "") };
        assert_eq!(sentence(&nothing, &all), None);
    }
}
