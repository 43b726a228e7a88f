//! What chance makes of a set of finished cases: the figures of samples drawn from it again and again (the bootstrap; Efron
//! 1979), and the range that 95 of a hundred of them lie in. Compares nothing.

use super::comparison::{COUNT, Estimate, Figure, Sample};
use super::instant::Span;

/// One set with what chance made of it.
pub(super) struct Side {
    pub n: usize,
    /// Those that had a due instant, and those of which it is known whether anything was done twice.
    due: usize,
    known: usize,
    own: [Option<f64>; COUNT],
    /// For each figure, of each drawn sample in which there was one.
    drawn: [Vec<f64>; COUNT],
}

impl Side {
    pub fn of(cases: &[Sample], draws: usize, pick: &mut dyn FnMut(usize) -> usize) -> Side {
        let mut sorted = cases.to_vec();
        sorted.sort_unstable();
        let mut counts = vec![1_u32; sorted.len()];
        let own = figures(&sorted, &counts);
        let mut drawn: [Vec<f64>; COUNT] = Default::default();
        for _ in 0..if sorted.is_empty() { 0 } else { draws } {
            counts.fill(0);
            for _ in 0..sorted.len() {
                if let Some(count) = counts.get_mut(pick(sorted.len())) {
                    *count += 1;
                }
            }
            for (of, value) in drawn.iter_mut().zip(figures(&sorted, &counts)) {
                of.extend(value);
            }
        }
        let due = sorted.iter().filter(|case| case.on_time.is_some()).count();
        let known = sorted.iter().filter(|case| case.right.is_some()).count();
        Side { n: sorted.len(), due, known, own, drawn }
    }

    pub fn drawn(&self, figure: Figure) -> &[f64] {
        &self.drawn[figure as usize]
    }

    /// Whether chance has nothing to draw but one value of a share or a count.
    pub fn is_alike(&self, figure: Figure) -> bool {
        let drawn = self.drawn(figure);
        let counted = figure.is_share() || figure == Figure::Returns;
        counted && drawn.iter().all(|value| drawn.first() == Some(value))
    }

    pub fn estimate(&self, figure: Figure) -> Option<Estimate> {
        let mut range = range(self.own[figure as usize]?, self.drawn(figure).to_vec())?;
        // Where all are alike every drawn sample is, too: that three in so many would be missed once in twenty times is
        // known without drawing.
        let of = match figure {
            Figure::OnTime => self.due,
            Figure::FirstTimeRight => self.known,
            _ => self.n,
        };
        let unseen = 3.0 / of.max(1) as f64;
        match figure {
            _ if figure.is_share() && range.low >= 1.0 => range.low = (1.0 - unseen).max(0.0),
            _ if figure.is_share() && range.high <= 0.0 => range.high = unseen.min(1.0),
            Figure::Returns if range.high <= 0.0 => range.high = unseen,
            _ => {}
        }
        Some(range)
    }
}

/// The middle 95 of a hundred of what was drawn.
pub(super) fn range(value: f64, mut drawn: Vec<f64>) -> Option<Estimate> {
    drawn.sort_by(f64::total_cmp);
    let last = drawn.len().checked_sub(1)?;
    let at = |per_mille: usize| drawn.get((last * per_mille + 500) / 1000).copied();
    Some(Estimate { value, low: at(25)?.min(value), high: at(975)?.max(value) })
}

/// The figures of cases in ascending order, each taken so many times.
fn figures(sorted: &[Sample], counts: &[u32]) -> [Option<f64>; COUNT] {
    let taken = || sorted.iter().zip(counts).filter(|(_, count)| **count > 0);
    let n = taken().map(|(_, count)| *count as usize).sum::<usize>();
    let (mut due, mut kept, mut returns, mut known, mut right) = (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    for (case, count) in taken() {
        due += u64::from(case.on_time.is_some()) * u64::from(*count);
        kept += u64::from(case.on_time == Some(true)) * u64::from(*count);
        returns += u64::from(case.returns) * u64::from(*count);
        known += u64::from(case.right.is_some()) * u64::from(*count);
        right += u64::from(case.right == Some(true)) * u64::from(*count);
    }
    let lengths = || taken().map(|(case, count)| (case.cycle, *count as usize));
    [
        middle(lengths(), n),
        within(lengths(), n, 85),
        (due > 0).then(|| kept as f64 / due as f64),
        (n > 0).then(|| returns as f64 / n as f64),
        (known > 0).then(|| right as f64 / known as f64),
    ]
}

/// What so many percent of ascending lengths stay within, each so many times, as `metrics::nearest_rank`.
fn within(lengths: impl Iterator<Item = (Span, usize)>, n: usize, percent: usize) -> Option<f64> {
    let (rank, mut seen) = ((n * percent).div_ceil(100).max(1), 0);
    for (length, count) in lengths {
        seen += count;
        if seen >= rank {
            return Some(length.0 as f64);
        }
    }
    None
}

/// The middle of ascending lengths, each so many times: linear between neighbours, as `metrics::percentile`.
fn middle(lengths: impl Iterator<Item = (Span, usize)>, n: usize) -> Option<f64> {
    let steps = n.checked_sub(1)? * 50;
    let (below, rest) = (steps / 100, steps % 100);
    let (mut seen, mut low) = (0, None);
    for (length, count) in lengths {
        seen += count;
        if low.is_none() && seen > below {
            low = Some(length);
        }
        if let Some(low) = low.filter(|_| seen > below + 1 || rest == 0) {
            return Some(low.0 as f64 + (length.0 - low.0) as f64 * rest as f64 / 100.0);
        }
    }
    low.map(|low| low.0 as f64)
}

/// The range of a difference from those of its two sides, each as far as it would have to be wrong (Newcombe 1998, method 10;
/// Zou and Donner 2008).
pub(super) fn between(was: Estimate, is: Estimate) -> Estimate {
    let value = is.value - was.value;
    let root = |a: f64, b: f64| a.hypot(b);
    Estimate {
        value,
        low: value - root(is.value - is.low, was.high - was.value),
        high: value + root(is.high - is.value, was.value - was.low),
    }
}
