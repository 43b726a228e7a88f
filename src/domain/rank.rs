//! Which process to improve first: what each loses, and how much work somebody thinks it would be. Pure; what
//! was lost is counted by the desk.

use super::id::Handle;
use super::instant::Span;
use serde::{Deserialize, Serialize};

/// How much work it would be to improve a process, as a person judges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    Small,
    Medium,
    Large,
}

impl Effort {
    pub const ALL: [Effort; 3] = [Effort::Small, Effort::Medium, Effort::Large];

    pub fn word(self) -> &'static str {
        match self {
            Effort::Small => "small",
            Effort::Medium => "medium",
            Effort::Large => "large",
        }
    }

    /// The effort with this word.
    pub fn of(word: &str) -> Option<Effort> {
        Effort::ALL.into_iter().find(|effort| effort.word() == word)
    }
}

/// What a process lost in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Burden {
    pub process: Handle,
    pub title: String,
    /// Cases that were finished in the period, and those open now.
    pub finished: usize,
    pub open: usize,
    /// Of each of those cases the longer of two: how long its work waited for somebody, and how long it was
    /// late. What waited and was late for it counts once.
    pub lost: Span,
    /// Work that was declined or sent back.
    pub returns: usize,
    /// Complaints and other departures from the definition.
    pub exceptions: usize,
    /// Cases whose entries were read for them, the newest, of so many worked here.
    pub read: (usize, usize),
    pub effort: Option<Effort>,
}

/// A process in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    pub burden: Burden,
    /// Its part of all that was lost, from 0 to 1: the mean of its parts of the time, the returns and the
    /// exceptions, of those there were any of.
    pub share: f64,
    /// Its parts of the time, the returns and the exceptions; `None` where there were none.
    pub parts: [Option<f64>; 3],
    /// More than its part, were all processes alike.
    pub high: bool,
}

/// Most lost first; those with equal parts by name.
pub fn rank(burdens: Vec<Burden>) -> Vec<Ranked> {
    let totals = [0, 1, 2].map(|which| burdens.iter().map(|burden| amount(burden, which)).sum::<f64>());
    let counted = totals.iter().filter(|total| **total > 0.0).count();
    let even = 1.0 / burdens.len().max(1) as f64;
    let mut ranked = burdens
        .into_iter()
        .map(|burden| {
            let part = |which: usize| {
                totals.get(which).filter(|total| **total > 0.0).map(|total| amount(&burden, which) / total)
            };
            let parts = [part(0), part(1), part(2)];
            let sum = parts.iter().flatten().sum::<f64>();
            let share = if counted == 0 { 0.0 } else { sum / counted as f64 };
            // One process alone has all of it, and still is the one to begin with.
            let high = share > 0.0 && (share > even || share >= 1.0);
            Ranked { burden, share, parts, high }
        })
        .collect::<Vec<_>>();
    ranked.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.burden.process.cmp(&b.burden.process)));
    ranked
}

/// The one to begin with: of those that lose most the one with the least effort; where nobody judged any, the
/// first.
pub fn first(ranked: &[Ranked]) -> Option<&Ranked> {
    let high = || ranked.iter().filter(|of| of.high);
    let judged = high().filter(|of| of.burden.effort.is_some());
    judged.min_by_key(|of| of.burden.effort).or_else(|| high().next())
}

impl Ranked {
    /// An amount with its part of that of all processes: `12 (30%)`.
    pub fn with_part(&self, which: usize, amount: &str) -> String {
        match self.parts.get(which).copied().flatten() {
            Some(part) => format!("{amount} ({:.0}%)", part * 100.0),
            None => amount.to_string(),
        }
    }
}

fn amount(burden: &Burden, which: usize) -> f64 {
    match which {
        // Seconds between one hand and the next are no loss, and are shown as none.
        0 => (burden.lost.0.max(0) / Span::MINUTE.0) as f64,
        1 => burden.returns as f64,
        _ => burden.exceptions as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn burden(process: &str, hours: i64, returns: usize, exceptions: usize) -> Burden {
        Burden {
            process: process.parse().unwrap(),
            title: process.to_string(),
            finished: 1,
            open: 0,
            lost: Span::HOUR.times(hours),
            returns,
            exceptions,
            read: (0, 0),
            effort: None,
        }
    }

    fn order(ranked: &[Ranked]) -> Vec<(&str, u32, bool)> {
        let percent = |of: &Ranked| (of.share * 100.0).round() as u32;
        ranked.iter().map(|of| (of.burden.process.as_str(), percent(of), of.high)).collect()
    }

    #[test]
    fn what_loses_most_of_time_returns_and_exceptions_comes_first() {
        let ranked = rank(vec![burden("a", 10, 0, 0), burden("b", 60, 4, 0), burden("c", 30, 0, 0)]);
        assert_eq!(order(&ranked), [("b", 80, true), ("c", 15, false), ("a", 5, false)]);
        let complaints = rank(vec![burden("a", 10, 0, 0), burden("b", 10, 0, 3)]);
        assert_eq!(order(&complaints), [("b", 75, true), ("a", 25, false)]);
    }

    #[test]
    fn where_nothing_was_lost_nothing_is_first() {
        let ranked = rank(vec![burden("b", 0, 0, 0), burden("a", 0, 0, 0)]);
        assert_eq!(order(&ranked), [("a", 0, false), ("b", 0, false)]);
        assert_eq!(first(&ranked), None);
        assert_eq!(first(&rank(vec![burden("a", 1, 0, 0)])).unwrap().burden.process.as_str(), "a");
        let fresh = Burden { lost: Span(Span::MINUTE.0 - 1), ..burden("a", 0, 0, 0) };
        let ranked = rank(vec![fresh]);
        assert_eq!(
            (order(&ranked), first(&ranked)),
            (vec![("a", 0, false)], None),
            "what shows as 0m is no loss"
        );
    }

    #[test]
    fn of_those_that_lose_much_the_one_with_the_least_effort_is_to_begin_with() {
        let mut all = vec![burden("a", 50, 0, 0), burden("b", 45, 0, 0), burden("c", 5, 0, 0)];
        assert_eq!(first(&rank(all.clone())).unwrap().burden.process.as_str(), "a");
        (all[0].effort, all[1].effort, all[2].effort) =
            (Some(Effort::Large), Some(Effort::Medium), Some(Effort::Small));
        assert_eq!(first(&rank(all)).unwrap().burden.process.as_str(), "b", "c loses little");
        assert_eq!(Effort::of("small"), Some(Effort::Small));
    }
}
