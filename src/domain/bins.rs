//! Lengths of time counted into a few stretches of equal width, so that people can read how they are spread. Measures
//! nothing.

use super::Span;

/// How many stretches; the last is open.
const BINS: i64 = 6;
/// Widths people can read.
const HOURS: [i64; 14] = [1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 336, 720, 1440, 4320];

/// From where to where (`None` for the open end), and the positions of the lengths that lie there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    pub from: Span,
    pub to: Option<Span>,
    pub of: Vec<usize>,
}

/// The lengths in stretches of a width such that at most one in twenty lies in the open one, where a width of half a year
/// is enough for that; none for no lengths.
pub fn bins(lengths: &[Span]) -> Vec<Bin> {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let Some(most) = sorted.get((sorted.len() * 95 / 100).min(sorted.len().saturating_sub(1))) else {
        return Vec::new();
    };
    let fits = |hours: &&i64| Span::HOUR.times(**hours * (BINS - 1)).0 > most.0;
    let width = Span::HOUR.times(HOURS.iter().find(fits).copied().unwrap_or(HOURS[HOURS.len() - 1]));
    let mut bins = (0..BINS)
        .map(|n| Bin { from: width.times(n), to: (n + 1 < BINS).then(|| width.times(n + 1)), of: Vec::new() })
        .collect::<Vec<_>>();
    for (at, length) in lengths.iter().enumerate() {
        let n = usize::try_from(length.0.max(0) / width.0).unwrap_or(usize::MAX).min(bins.len() - 1);
        bins[n].of.push(at);
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_fall_into_stretches_people_can_read() {
        let days = |days: &[i64]| days.iter().map(|n| Span::DAY.times(*n)).collect::<Vec<_>>();
        let told = bins(&days(&[1, 4, 4, 7, 8, 9, 14, 40]));
        let told = told.iter().map(|bin| (bin.from.0 / Span::DAY.0, bin.of.len())).collect::<Vec<_>>();
        assert_eq!(told[0].0, 0);
        assert_eq!(told.iter().map(|(_, n)| n).sum::<usize>(), 8);
        assert_eq!(
            bins(&days(&[0, 0])).iter().map(|bin| bin.of.len()).collect::<Vec<_>>(),
            [2, 0, 0, 0, 0, 0]
        );
        assert_eq!(bins(&[]), []);
    }

    proptest! {
        #[test]
        fn each_length_lies_in_one_stretch_that_holds_it(lengths in proptest::collection::vec(0i64..400_000_000_000, 1..200)) {
            let lengths = lengths.into_iter().map(Span).collect::<Vec<_>>();
            let bins = bins(&lengths);
            prop_assert_eq!(bins.len(), 6);
            let mut seen = Vec::new();
            for bin in &bins {
                for at in &bin.of {
                    seen.push(*at);
                    prop_assert!(lengths[*at] >= bin.from && bin.to.is_none_or(|to| lengths[*at] < to));
                }
            }
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
        }
    }
}
