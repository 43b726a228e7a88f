//! Whether one set of finished cases went better than another: figures of each, with the range chance alone
//! would give them, and how many cases it takes to say anything. Pure; chance is an argument.

use super::bootstrap::{Side, between, range};
use super::counted::counted;
use super::instant::Span;
use super::metrics::THIN;

/// A finished case, as a comparison sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// From start to end.
    pub cycle: Span,
    /// Whether it kept its due instant; `None` without one.
    pub on_time: Option<bool>,
    /// How often its work was declined or sent back.
    pub returns: u32,
    /// Whether no step was done twice that is not meant to be; `None` where that is not known.
    pub right: Option<bool>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    /// Middle of the cycle times, in milliseconds (type 7).
    Median,
    /// Within which 85 of a hundred stay, in milliseconds: nearest rank, as every promise.
    Within,
    /// From 0 to 1.
    OnTime,
    /// Declined or sent back, for each case.
    Returns,
    /// From 0 to 1: no step was done twice.
    FirstTimeRight,
}

/// How many figures there are.
pub(super) const COUNT: usize = Figure::ALL.len();

impl Figure {
    pub const ALL: [Figure; 5] =
        [Figure::Median, Figure::Within, Figure::OnTime, Figure::Returns, Figure::FirstTimeRight];

    pub fn words(self) -> &'static str {
        match self {
            Figure::Median => "median cycle time",
            Figure::Within => "85% within",
            Figure::OnTime => "on time",
            Figure::Returns => "returns a case",
            Figure::FirstTimeRight => "first time right",
        }
    }

    /// The name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Figure::Median => "median_ms",
            Figure::Within => "p85_nearest_rank_ms",
            Figure::OnTime => "on_time_share",
            Figure::Returns => "returns_per_case",
            Figure::FirstTimeRight => "first_time_right_share",
        }
    }

    /// A value of it as people read it.
    pub fn shown(self, value: f64) -> String {
        match self {
            Figure::Median | Figure::Within => super::when::length(Span(value.round() as i64)),
            Figure::OnTime | Figure::FirstTimeRight => format!("{:.0}%", value * 100.0),
            Figure::Returns => format!("{value:.2}"),
        }
    }

    /// A difference of two values with its range: `-2d 3h (-4d to -1h)`.
    pub fn shown_change(self, change: Estimate) -> String {
        let signed = |value: f64| {
            let sign = match value {
                0.0 => "",
                ..0.0 => "-",
                _ => "+",
            };
            match self {
                Figure::OnTime | Figure::FirstTimeRight => format!("{sign}{:.0} points", value.abs() * 100.0),
                _ => format!("{sign}{}", self.shown(value.abs())),
            }
        };
        // Where nothing varies there is no range to tell.
        match change.low == change.high {
            true => signed(change.value),
            false => format!("{} ({} to {})", signed(change.value), signed(change.low), signed(change.high)),
        }
    }

    /// Whether it is a share of cases of which more is better; of all else more is worse.
    pub fn is_share(self) -> bool {
        matches!(self, Figure::OnTime | Figure::FirstTimeRight)
    }
}

/// A figure, and the range in which 95 of a hundred samples as large as this one would have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

/// What the difference of a figure comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Better,
    Worse,
    /// Chance alone gives such a difference. So many cases of each would tell it from none, were it to stay as
    /// it is; `None` where there is no difference to tell.
    Open(Option<usize>),
}

/// One figure of both sides; `None` where a side has none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    pub figure: Figure,
    pub before: Option<Estimate>,
    pub after: Option<Estimate>,
    /// After less before.
    pub change: Option<Estimate>,
    /// `None` while there are too few cases.
    pub said: Option<Said>,
}

/// Two sets side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// How many cases each is of.
    pub before: usize,
    pub after: usize,
    pub figures: [Compared; COUNT],
}

/// Cases of each side below which nothing is said: the fewest of which, nine times in ten, at least two lie
/// beyond the true 85th percentile. With fewer the figure hangs on a single case, and the range drawn from the
/// sample is narrower than the truth.
pub const NEEDED: usize = 25;

/// How often chance is asked; fewer times for many cases, whose ranges are narrow anyway.
const DRAWS: usize = 1000;
const WORK: usize = 20_000_000;

impl Comparison {
    /// Whether both sides have enough cases to say anything.
    pub fn enough(&self) -> bool {
        self.before.min(self.after) >= NEEDED
    }

    /// A figure of one side of so many cases, with its range where there are cases enough for one. Fewer than twenty
    /// promise nothing, and a share of them is marked.
    pub fn shown(&self, figure: Figure, one: Option<Estimate>, n: usize) -> String {
        let shown = |value| figure.shown(value);
        match one {
            Some(_) if figure == Figure::Within && n < THIN => "--".to_string(),
            Some(one) if n < THIN => format!("{}~", shown(one.value)),
            Some(one) if self.enough() => {
                format!("{} ({} to {})", shown(one.value), shown(one.low), shown(one.high))
            }
            Some(one) => shown(one.value),
            None => "--".to_string(),
        }
    }

    /// Each figure of both, a line each, with the range of each where there are cases enough for one.
    pub fn both(&self) -> Vec<String> {
        let line = |of: &Compared| {
            let of_one = |one: Option<Estimate>, n: usize| self.shown(of.figure, one, n);
            let words = of.figure.words();
            format!(
                "{}{}: {}, now {}.",
                words[..1].to_uppercase(),
                &words[1..],
                of_one(of.before, self.before),
                of_one(of.after, self.after)
            )
        };
        let any = |of: &&Compared| of.before.is_some() || of.after.is_some();
        self.figures.iter().filter(any).map(line).collect()
    }

    /// The figures of the later side alone.
    pub fn alone(&self) -> Vec<String> {
        let shown = |of: &Compared| {
            let words = of.figure.words();
            let value = self.shown(of.figure, Some(of.after?), self.after);
            Some(format!("{}{}: {value}.", words[..1].to_uppercase(), &words[1..]))
        };
        self.figures.iter().filter_map(shown).collect()
    }

    /// What it comes to, in a sentence for somebody who has to decide on the later of two versions.
    pub fn sentence(&self) -> String {
        self.sentence_of("of the version before", "of this version")
    }

    /// The same of any two sets, by what the cases of each are.
    pub fn sentence_of(&self, before: &str, after: &str) -> String {
        let cases = |n: usize| counted(n, "case");
        if !self.enough() {
            let (n, which) = match self.after < NEEDED {
                true => (self.after, after),
                false => (self.before, before),
            };
            return format!("{} {which}: too few to say; about {NEEDED} needed.", cases(n));
        }
        let of = |said: Said| {
            let those = self.figures.iter().filter(|compared| compared.said == Some(said));
            those.map(|compared| compared.figure.words()).collect::<Vec<_>>().join(", ")
        };
        match (of(Said::Better), of(Said::Worse)) {
            (better, worse) if better.is_empty() && worse.is_empty() => {
                let more = self.figures.iter().filter_map(|compared| match compared.said {
                    Some(Said::Open(Some(more))) => Some(more),
                    _ => None,
                });
                match more.min() {
                    Some(more) => {
                        format!("No difference that chance could not make; about {more} of each needed.")
                    }
                    None => "No difference.".to_string(),
                }
            }
            (better, worse) if worse.is_empty() => format!("Better: {better}."),
            (better, worse) if better.is_empty() => format!("Worse: {worse}."),
            (better, worse) => format!("Better: {better}. Worse: {worse}."),
        }
    }
}

/// Compares two sets of cases, in any order. `pick` gives a number below the one it is asked with, each as
/// likely.
pub fn compare(before: &[Sample], after: &[Sample], pick: &mut dyn FnMut(usize) -> usize) -> Comparison {
    let draws = (WORK / before.len().max(after.len()).max(1)).clamp(100, DRAWS);
    let (before, after) = (Side::of(before, draws, pick), Side::of(after, draws, pick));
    let enough = before.n.min(after.n) >= NEEDED;
    let figures = Figure::ALL.map(|figure| {
        let (was, is) = (before.estimate(figure), after.estimate(figure));
        let change = was.zip(is).and_then(|(was, is)| {
            let pairs = before.drawn(figure).iter().zip(after.drawn(figure));
            let drawn = range(is.value - was.value, pairs.map(|(was, is)| is - was).collect());
            // Where all of a side are alike nothing is drawn but that, and the other side's range is not the whole.
            let alike = [&before, &after].into_iter().any(|side| side.is_alike(figure));
            if alike { Some(between(was, is)) } else { drawn }
        });
        let said = change.filter(|_| enough).map(|change| said(figure, change, before.n.min(after.n)));
        Compared { figure, before: was, after: is, change, said }
    });
    Comparison { before: before.n, after: after.n, figures }
}

fn said(figure: Figure, change: Estimate, n: usize) -> Said {
    match (change.low > 0.0, change.high < 0.0) {
        (true, _) if figure.is_share() => Said::Better,
        (true, _) => Said::Worse,
        (_, true) if figure.is_share() => Said::Worse,
        (_, true) => Said::Better,
        _ if change.value == 0.0 => Said::Open(None),
        _ => {
            // A range narrows with the root of the number of cases.
            let times = ((change.high - change.low) / 2.0 / change.value).powi(2).max(1.0);
            let more = (n as f64 * times).ceil();
            Said::Open((more < 1e6).then(|| roughly(more as usize)))
        }
    }
}

/// Two digits of it, rounded up: more would claim to know.
fn roughly(n: usize) -> usize {
    let digit = std::iter::successors(Some(1_usize), |digit| digit.checked_mul(10));
    let unit = digit.take_while(|digit| digit.saturating_mul(100) <= n).last().map_or(1, |digit| digit * 10);
    let unit = if n < 100 { 1 } else { unit };
    n.div_ceil(unit) * unit
}

#[cfg(test)]
mod tests {
    use super::super::flow::Dice;
    use super::super::metrics::Stat;
    use super::*;
    use proptest::prelude::*;

    fn of(hours: i64) -> Sample {
        Sample {
            cycle: Span::HOUR.times(hours),
            on_time: Some(hours <= 30),
            returns: u32::from(hours > 40),
            right: Some(hours <= 25),
        }
    }

    fn compared(before: &[Sample], after: &[Sample], seed: u64) -> Comparison {
        let mut dice = Dice::new(seed);
        compare(before, after, &mut |below| dice.below(below))
    }

    #[test]
    fn the_number_needed_is_the_fewest_with_two_beyond_the_85th_percentile_nine_times_in_ten() {
        let fewer_than_two = |n: i32| 0.85_f64.powi(n) + f64::from(n) * 0.15 * 0.85_f64.powi(n - 1);
        assert!(fewer_than_two(NEEDED as i32) <= 0.1);
        assert!(fewer_than_two(NEEDED as i32 - 1) > 0.1);
    }

    #[test]
    fn few_cases_say_nothing_and_how_many_would() {
        let before = (0..40).map(of).collect::<Vec<_>>();
        let few = compared(&before, &before[..11], 1);
        assert_eq!(few.sentence(), "11 cases of this version: too few to say; about 25 needed.");
        assert!(few.figures.iter().all(|figure| figure.said.is_none() && figure.after.is_some()));
        let none = compared(&before, &[], 1);
        assert_eq!(none.sentence(), "0 cases of this version: too few to say; about 25 needed.");
        assert_eq!(none.figures[0].after, None);
        let lone = compared(&before[..1], &before, 1);
        assert_eq!(lone.sentence(), "1 case of the version before: too few to say; about 25 needed.");
    }

    #[test]
    fn a_clear_difference_is_said_and_one_that_chance_makes_is_not() {
        let before = (0..60).map(of).collect::<Vec<_>>();
        let after = (0..60).map(|n| of(n / 3)).collect::<Vec<_>>();
        let clear = compared(&before, &after, 1);
        let words = "Better: median cycle time, 85% within, on time, returns a case, first time right.";
        assert_eq!(clear.sentence(), words);
        assert_eq!(compared(&after, &before, 1).sentence(), words.replace("Better", "Worse"));
        assert_eq!(compared(&before, &before, 1).sentence(), "No difference.");
        let hardly = (0..60).map(|n| of(n + 1)).collect::<Vec<_>>();
        let open = compared(&before, &hardly, 1);
        assert!(open.sentence().starts_with("No difference that chance could not make; about "), "{open:?}");
        let Some(Said::Open(Some(more))) = open.figures[0].said else { panic!("{open:?}") };
        assert!(more > 1000, "an hour among sixty takes many: {more}");
    }

    #[test]
    fn all_of_forty_in_time_is_no_proof_that_it_got_better() {
        let case = |n: i64, late: i64| Sample { on_time: Some(n >= late), returns: 0, ..of(10) };
        let before = (0..43).map(|n| case(n, 1)).collect::<Vec<_>>();
        let after = (0..40).map(|n| case(n, 0)).collect::<Vec<_>>();
        let both = compared(&before, &after, 1);
        let of = both.figures[2];
        assert!(matches!(of.said, Some(Said::Open(_))), "{of:?}");
        let change = of.change.unwrap();
        assert!(change.low < -0.05 && change.high > 0.04, "{change:?}");
        assert_eq!(both.sentence().split_once(';').unwrap().0, "No difference that chance could not make");
        let bad = (0..43).map(|n| case(n, 12)).collect::<Vec<_>>();
        assert_eq!(compared(&bad, &after, 1).figures[2].said, Some(Said::Better));
    }

    #[test]
    fn the_same_seed_gives_the_same_ranges() {
        let (before, after) = ((0..30).map(of).collect::<Vec<_>>(), (5..35).map(of).collect::<Vec<_>>());
        assert_eq!(compared(&before, &after, 7), compared(&before, &after, 7));
        assert_ne!(compared(&before, &after, 7), compared(&before, &after, 8));
    }

    #[test]
    fn a_number_of_cases_is_said_with_two_digits() {
        let said = [7, 99, 100, 101, 456, 1001, 99_999].map(roughly);
        assert_eq!(said, [7, 99, 100, 110, 460, 1100, 100_000]);
    }

    proptest! {
        #[test]
        fn figures_are_those_of_the_metrics_and_lie_in_their_range(
            hours in prop::collection::vec(0..100_i64, 1..60),
            seed in any::<u64>(),
        ) {
            let cases = hours.iter().copied().map(of).collect::<Vec<_>>();
            let both = compared(&cases, &cases, seed);
            let stat = Stat::of(cases.iter().map(|case| case.cycle).collect());
            let own = |at: usize| both.figures[at].before.map(|estimate| estimate.value);
            prop_assert!((own(0).unwrap() - stat.median.unwrap()).abs() < 1e-6);
            prop_assert!((own(1).unwrap() - stat.within.unwrap().0 as f64).abs() < 1e-6);
            for estimate in both.figures.iter().flat_map(|figure| [figure.before, figure.change]).flatten() {
                prop_assert!(estimate.low <= estimate.value && estimate.value <= estimate.high);
            }
        }
    }
}
