//! What was expected of a version, read from its words as far as they can be, and whether it came true. What cannot be
//! read is left to whoever reviews. Measures nothing.

use super::calendar::Calendar;
use super::comparison::{Comparison, Figure, NEEDED};
use super::counted::counted;
use super::goal::{Goal, Unit};
use super::instant::{Instant, Span};
use super::metrics::THIN;
use super::nearest::nearest;
use super::problem::quoted;
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

/// What a promise is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// From start to end.
    Case,
    /// From offer to acceptance.
    Handoff,
}

/// What is expected of handoffs, or by a calendar: that so many of a hundred stay within a goal. A comparison of versions
/// measures neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    pub part: Part,
    pub percent: usize,
    pub goal: Goal,
    /// What takes as long as the goal keeps it too.
    pub inclusive: bool,
}

/// How many kept it, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub promise: Promise,
    pub kept: usize,
    pub of: usize,
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

/// Words for offers and how long they wait to be accepted.
const HANDOFFS: [&str; 5] = ["handoff", "hand-off", "handover", "accept", "taken"];

/// What else may be said of them: one handoff of several is not measured by itself.
const OF_HANDOFFS: [&str; 9] =
    ["handoffs", "hand-offs", "handovers", "accepted", "acceptance", "until", "to", "be", "for"];

/// Every word that a metric of a whole case is said in: one more may mean something else.
const WORDS: &str = "a an per of the in on time on-time punctual share rate percent percentage % cycle lead case cases \
    finished within 85 85% p85 median return returns returned sent back declined declines number goal \
    due first right first-time-right their its and";

/// The figure a metric speaks of, by its words.
fn figure(metric: &str) -> Option<Figure> {
    let metric = metric.to_lowercase();
    if !metric.split_whitespace().all(is_known) {
        return None;
    }
    let says = |words: &[&str]| words.iter().any(|word| metric.contains(word));
    // A part of a case is not what the comparison measures: of it whoever reviews has to judge.
    if says(&PARTS) {
        return None;
    }
    // Of any other thing there may be a middle too.
    let of_case =
        says(&["cycle", "lead time", "case", "within"]) || ["p85", "median"].contains(&metric.trim());
    Some(match () {
        () if says(&["on time", "on-time", "in time", "punctual"]) => Figure::OnTime,
        () if says(&["first time right", "first-time-right"]) => Figure::FirstTimeRight,
        () if says(&["return", "sent back", "declined"]) => Figure::Returns,
        () if says(&["p85", "85"]) && of_case => Figure::Within,
        () if says(&["p95", "95", "p90", "90", "mean", "average"]) => return None,
        () if says(&["cycle time", "lead time"]) || says(&["median"]) && of_case => Figure::Median,
        () => return None,
    })
}

/// What a review measures by itself, as one writes it.
pub const MEASURED: [&str; 9] = [
    "cycle time p85",
    "median cycle time",
    "on time",
    "returns a case",
    "first time right",
    "handoff time p85",
    "handoff time p90",
    "handoff time p95",
    "median handoff time",
];

/// What is wrong with a metric that no review measures, and what there is instead.
pub fn unmeasured(metric: &str) -> Option<(String, String)> {
    let words = metric.to_lowercase();
    if figure(metric).is_some() || is_of_handoffs(&words) && percent(&words).is_some() {
        return None;
    }
    let near = near(&words).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    Some((format!("nothing measures {}", quoted(metric)), format!("{near}there is {}", MEASURED.join(", "))))
}

/// The metric that was meant by one that is none.
pub fn meant(metric: &str) -> Option<&'static str> {
    unmeasured(metric).and_then(|_| near(&metric.to_lowercase()))
}

/// The nearest of them, also by its first words.
fn near(words: &str) -> Option<&'static str> {
    nearest(words, MEASURED.into_iter().chain(["cycle time", "handoff time", "returns"]))
}

/// What is wrong with an expectation of a measured metric that no review can hold it against.
pub fn unread(improve: &Improve) -> Option<(String, String)> {
    let expect = improve.expect.as_ref()?;
    if Expectation::of(improve).is_some() || Promise::of(improve).is_some() {
        return None;
    }
    let example = match figure(&improve.metric) {
        Some(Figure::OnTime | Figure::FirstTimeRight) => "above 90%",
        Some(Figure::Returns) => "below 0.2",
        _ => "below 5 days",
    };
    let message = format!("{} says no bound of {}", quoted(expect), improve.metric);
    Some((message, format!("write it like `expect = \"{example}\"`; or write `judged = true`")))
}

/// Whether a metric, in small letters, is of the offers of a process and says nothing else.
fn is_of_handoffs(metric: &str) -> bool {
    let known = |word: &str| is_known(word) || HANDOFFS.contains(&word) || OF_HANDOFFS.contains(&word);
    HANDOFFS.iter().any(|word| metric.contains(word))
        && metric.split_whitespace().all(|word| known(word) || is_percent(word))
}

/// `p90`, which a whole case is not measured by.
fn is_known(word: &str) -> bool {
    WORDS.split_whitespace().any(|known| known == word)
}

fn is_percent(word: &str) -> bool {
    ["p90", "p95", "90", "95", "90%", "95%"].contains(&word)
}

fn percent(metric: &str) -> Option<usize> {
    match () {
        () if metric.contains("85") => Some(85),
        () if metric.contains("95") => Some(95),
        () if metric.contains("90") => Some(90),
        () if metric.contains("median") => Some(50),
        () => None,
    }
}

/// Whether something is to be below a bound, whether the bound counts, and the bound as it is written. A bound alone is one to
/// be kept.
fn bounded(improve: &Improve) -> Option<(Option<bool>, bool, String)> {
    let expect = improve.expect.as_ref()?.trim().to_lowercase();
    let begins = |(words, ..): &&(&str, bool, bool)| expect.starts_with(words);
    Some(match BOUNDS.iter().find(begins) {
        Some((words, below, inclusive)) => {
            (Some(*below), *inclusive, expect.strip_prefix(words)?.trim().to_string())
        }
        None => (None, true, expect),
    })
}

impl Promise {
    /// What a version promised of this kind; `None` where it did not.
    pub fn of(improve: &Improve) -> Option<Promise> {
        let metric = improve.metric.to_lowercase();
        let part = match figure(&improve.metric) {
            Some(Figure::Median | Figure::Within) => Part::Case,
            None if is_of_handoffs(&metric) => Part::Handoff,
            _ => return None,
        };
        let percent = percent(&metric)?;
        let (below, inclusive, bound) = bounded(improve)?;
        let goal = bound.parse::<Goal>().ok().filter(|goal| goal.count > 0 && below != Some(false))?;
        // As it passes a comparison measures how long cases took.
        (part == Part::Handoff || goal.unit.is_business()).then_some(Promise {
            part,
            percent,
            goal,
            inclusive,
        })
    }

    /// How it was kept from each first instant to its second.
    pub fn kept(self, spans: &[(Instant, Instant)], calendar: &Calendar) -> Kept {
        let is_kept = |(from, to): &&(Instant, Instant)| {
            let due = calendar.due(*from, self.goal, &[]);
            due.is_some_and(|due| *to < due || self.inclusive && *to == due)
        };
        Kept { promise: self, kept: spans.iter().filter(is_kept).count(), of: spans.len() }
    }
}

impl Kept {
    /// `None` where there are too few to say.
    pub fn met(&self) -> Option<bool> {
        (self.of >= NEEDED).then_some(self.kept * 100 >= self.of * self.promise.percent)
    }

    fn sentence(&self, expected: &str) -> String {
        let Kept { promise, kept, of } = self;
        let what = match promise.part {
            Part::Case => "case",
            Part::Handoff => "handoff",
        };
        let Promise { goal, percent, .. } = promise;
        if *of == 0 {
            return format!("{expected} No case has finished yet.");
        }
        let said = format!("{}% of {} within {goal}", kept * 100 / of, counted(*of, what));
        match self.met() {
            Some(true) => format!("{expected} Met: {said}."),
            Some(false) => format!("{expected} Not met: {said}, where it takes {percent}%."),
            None => format!("{expected} So far: {said}: too few to say; about {NEEDED} needed."),
        }
    }
}

impl Expectation {
    /// What a version promised; `None` where its words are for people only.
    pub fn of(improve: &Improve) -> Option<Expectation> {
        let figure = figure(&improve.metric)?;
        let (below, inclusive, text) = bounded(improve)?;
        let bound = bound(figure, &text)?;
        Some(Expectation { figure, below: below.unwrap_or(!figure.is_share()), inclusive, bound })
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
        Figure::OnTime | Figure::FirstTimeRight => {
            let plain = text.trim_end_matches("percent").trim_end_matches('%').trim();
            let (said, value) = (plain != text.trim(), plain.parse::<f64>().ok()?);
            // `0.9` is a share as figures are written for programs; of `1` nobody knows which of the two is meant.
            let share = match said {
                false if value <= 1.0 && plain.contains('.') => value,
                false if value == 1.0 => return None,
                _ => value / 100.0,
            };
            (0.0..=1.0).contains(&share).then_some(share)
        }
        // A length is no number of returns.
        Figure::Returns => {
            let mut words = text.split_whitespace();
            let number = words.next()?.parse::<f64>().ok()?;
            let known = |word: &str| word == "times" || is_known(word);
            (number >= 0.0 && words.all(known)).then_some(number)
        }
    }
}

/// What a review says of what was expected, as a sentence; `None` where nothing was.
pub fn sentence(improve: &Improve, comparison: &Comparison, kept: Option<Kept>) -> Option<String> {
    let expect = improve.expect.as_ref()?;
    let expected = format!("Expected: {} {expect}.", improve.metric);
    if let Some(kept) = kept {
        return Some(kept.sentence(&expected));
    }
    let Some(of) = Expectation::of(improve) else {
        return Some(format!("{expected} Whether that came true is for you to say."));
    };
    let held = of.held(comparison);
    let Some(value) = held.value else {
        let none = match (of.figure, comparison.after) {
            (Figure::OnTime, 1..) => "No case that finished had a due date.",
            (_, 1..) => "Of no case that finished is it known.",
            _ => "No case has finished yet.",
        };
        return Some(format!("{expected} {none}"));
    };
    // A value that reads like the bound it misses is told to the minute.
    let is_length = matches!(of.figure, Figure::Median | Figure::Within);
    let value = match is_length && of.figure.shown(value) == of.figure.shown(of.bound) {
        true => to_the_minute(value),
        false => of.figure.shown(value),
    };
    let words = of.figure.words();
    let n = comparison.after;
    Some(match held.met {
        Some(true) => format!("{expected} Met: {words} {value} in {}.", counted(n, "case")),
        Some(false) => format!("{expected} Not met: {words} {value} in {}.", counted(n, "case")),
        None if of.figure == Figure::Within && n < THIN => {
            let cases = counted(n, "case");
            format!("{expected} So far {cases}: too few to say; about {NEEDED} needed.")
        }
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
        let (metric, expect) = (metric.into(), Some(expect.into()));
        Improve { metric, judged: false, expect, review: "every 30 days".into() }
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
        assert_eq!(of("cycle time p85", "45 days"), Some((Figure::Within, true, true, 45.0 * day)));
        assert_eq!(of("on time", "90%"), Some((Figure::OnTime, false, true, 0.9)));
        assert_eq!(of("on time", "0.9"), Some((Figure::OnTime, false, true, 0.9)));
        assert_eq!(of("first time right", ">= 1.0"), Some((Figure::FirstTimeRight, false, true, 1.0)));
        assert_eq!(of("on time", "90"), Some((Figure::OnTime, false, true, 0.9)));
        assert_eq!(of("returns a case", "< 0.2"), Some((Figure::Returns, true, false, 0.2)));
        assert_eq!(of("returns", "< 0.2 per case"), Some((Figure::Returns, true, false, 0.2)));
        for (metric, expect) in [
            ("cycle time p95", "below 4 days"),
            ("cycle time p85", "below 4 business days"),
            ("cycle time p85", "faster"),
            ("smiles", "above 3"),
            ("handoff time p85", "below 1 hour"),
            ("handoffs accepted in time", "above 90%"),
            ("median time to the first answer", "below 1 hour"),
            ("on time", "above most"),
            ("on time", "1"),
            ("on time", "900%"),
            ("returns", "< 3 d"),
        ] {
            assert_eq!(of(metric, expect), None, "{metric} {expect}");
        }
    }

    #[test]
    fn what_nothing_measures_is_said_with_what_there_is() {
        for known in
            MEASURED.into_iter().chain(["Cycle time", "on-time share", "p85", "returns", "handover time p95"])
        {
            assert_eq!(unmeasured(known), None, "{known}");
        }
        let (what, hint) = unmeasured("cycel tiem p85").unwrap();
        assert_eq!(what, "nothing measures `cycel tiem p85`");
        assert!(hint.starts_with("did you mean `cycle time p85`? there is cycle time p85, "), "{hint}");
        assert_eq!((meant("cycel tiem p85"), meant("cycle time p85")), (Some("cycle time p85"), None));
        assert_eq!(meant("cycel tiem"), Some("cycle time"));
        assert_eq!((meant("smiles of customers"), unmeasured("smiles p85").is_some()), (None, true));
        for other in
            ["cycle time p99", "cycle time p5", "cycle tmie p85", "returns from customers", "on time refunds"]
        {
            assert!(unmeasured(other).is_some(), "{other}");
        }
        assert!(unread(&improve("returns", "below 9 days")).is_some());
        assert_eq!(unread(&improve("cycle time p85", "below 4 business days")), None);
        let (what, hint) = unread(&improve("on time", "above most")).unwrap();
        assert_eq!(what, "`above most` says no bound of on time");
        assert!(hint.contains("above 90%"), "{hint}");
    }

    #[test]
    fn what_is_expected_of_handoffs_or_by_a_calendar_is_that_so_many_keep_it() {
        let of = |metric: &str, expect: &str| {
            Promise::of(&improve(metric, expect))
                .map(|of| (of.part, of.percent, of.goal.to_string(), of.inclusive))
        };
        let goal = |part, percent, text: &str, inclusive| Some((part, percent, text.to_string(), inclusive));
        assert_eq!(of("handoff time p85", "1 business day"), goal(Part::Handoff, 85, "1 business day", true));
        assert_eq!(of("handoff time p85", "below 1 hour"), goal(Part::Handoff, 85, "1 hour", false));
        assert_eq!(
            of("cycle time p85", "within 8 business days"),
            goal(Part::Case, 85, "8 business days", true)
        );
        assert_eq!(of("cycle time p85", "45 days"), None, "a comparison measures that");
        assert_eq!(of("handoff time p85", "above 1 hour"), None);
        assert_eq!(of("handoffs accepted in time", "above 90%"), None);
        assert_eq!(of("handoff nowhere p85", "below 1 hour"), None, "which one is not measured");
        assert!(
            unmeasured("handoff nowhere p85").is_some()
                && unmeasured("handoffs until accepted p90").is_none()
        );
        assert_eq!(of("step time p85", "below 1 hour"), None);

        let calendar = Calendar::office(crate::domain::zone::Zone::utc());
        let from = crate::domain::zone::parse_rfc3339("2026-11-02T10:00:00Z").unwrap();
        let hours = |n: i64| (from, from + Span::HOUR.times(n));
        let promise = Promise::of(&improve("handoff time p85", "within 4 business hours")).unwrap();
        let mut spans = vec![hours(1); 33];
        spans.push(hours(4));
        let said = |spans: &[(Instant, Instant)]| promise.kept(spans, &calendar).sentence("E.");
        assert_eq!(
            said(&spans[..3]),
            "E. So far: 100% of 3 handoffs within 4 business hours: too few to say; about 25 needed."
        );
        assert!(said(&spans[..1]).contains("100% of 1 handoff within"), "{}", said(&spans[..1]));
        spans.extend([hours(5); 6]);
        assert_eq!(said(&spans), "E. Met: 85% of 40 handoffs within 4 business hours.");
        spans.push(hours(48));
        assert_eq!(
            said(&spans),
            "E. Not met: 82% of 41 handoffs within 4 business hours, where it takes 85%."
        );
        assert_eq!(said(&[]), "E. No case has finished yet.");
    }

    #[test]
    fn a_review_says_whether_it_came_true() {
        let case =
            |hours: i64| Sample { cycle: Span::HOUR.times(hours), on_time: None, returns: 0, right: None };
        let cases = (1..=40).map(case).collect::<Vec<_>>();
        let mut dice = Dice::new(1);
        let all = compare(&cases, &cases, &mut |below| dice.below(below));
        let few = compare(&cases, &cases[..3], &mut |below| dice.below(below));
        let none = compare(&cases, &[], &mut |below| dice.below(below));
        let said =
            |expect: &str, of: &Comparison| sentence(&improve("cycle time p85", expect), of, None).unwrap();
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
        assert!(said("below 2 days", &few).ends_with("So far 3 cases: too few to say; about 25 needed."));
        assert!(said("below 2 days", &none).ends_with("No case has finished yet."));
        let of = |metric: &str| sentence(&improve(metric, "above 90%"), &all, None).unwrap();
        assert!(of("on time").ends_with("No case that finished had a due date."));
        assert!(of("first time right").ends_with("Of no case that finished is it known."));
        assert!(said("better", &all).ends_with("is for you to say."));
        let nothing = Improve { expect: None, ..improve("x", "") };
        assert_eq!(sentence(&nothing, &all, None), None);
    }
}
