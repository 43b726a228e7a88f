//! Lengths of time kept as a distribution, in steps of at most a thirty-second: sums are exact, a percentile of any
//! of them put together is off by less than two in a hundred, and what is counted out leaves nothing behind. Does
//! not know what was measured.

use super::instant::{Span, Total};
use serde::{Deserialize, Serialize};

/// Steps within each doubling of a length, as a power of two.
const FINE: u32 = 5;

/// A number as JSON has it; as text where that would lose digits.
mod wide {
    use serde::de::{Error, Visitor};
    use serde::{Deserializer, Serializer};
    use std::fmt;

    /// Takes either as it comes: an enum of both would copy each before it knows.
    struct Read;

    impl Visitor<'_> for Read {
        type Value = i128;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a whole number, or one as text")
        }

        fn visit_i64<E: Error>(self, sum: i64) -> Result<i128, E> {
            Ok(sum.into())
        }

        fn visit_u64<E: Error>(self, sum: u64) -> Result<i128, E> {
            Ok(sum.into())
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<i128, E> {
            text.parse().map_err(E::custom)
        }
    }

    pub fn serialize<S: Serializer>(sum: &i128, to: S) -> Result<S::Ok, S::Error> {
        match i64::try_from(*sum) {
            Ok(sum) => to.serialize_i64(sum),
            Err(_) => to.serialize_str(&sum.to_string()),
        }
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<i128, D::Error> {
        from.deserialize_any(Read)
    }
}

/// Lengths of time put together: their exact sum, and how many are of which size, in order. Lists and not maps:
/// an import holds some thousand days of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lengths {
    #[serde(with = "wide")]
    sum: i128,
    counts: Vec<(u32, i64)>,
}

impl Lengths {
    /// Counts a length in, or out again where the sign is -1.
    pub fn count(&mut self, length: Span, sign: i64) {
        self.sum += i128::from(sign) * i128::from(length.0);
        self.more(size(length), sign);
    }

    /// Puts others to these.
    pub fn add(&mut self, other: &Lengths) {
        self.sum += other.sum;
        // Both are in order: going along is several times as fast as looking each size up.
        let mut at = 0;
        for (size, n) in &other.counts {
            while self.counts.get(at).is_some_and(|(own, _)| own < size) {
                at += 1;
            }
            match self.counts.get_mut(at) {
                Some((own, known)) if own == size => {
                    *known += n;
                    if *known == 0 {
                        self.counts.remove(at);
                    }
                }
                _ => self.counts.insert(at, (*size, *n)),
            }
        }
    }

    /// Counts others out again.
    pub fn take(&mut self, other: &Lengths) {
        self.sum -= other.sum;
        other.counts.iter().for_each(|(size, n)| self.more(*size, -n));
    }

    fn more(&mut self, size: u32, n: i64) {
        match self.counts.binary_search_by_key(&size, |(size, _)| *size) {
            Ok(at) => match self.counts.get_mut(at) {
                Some((_, known)) if *known + n != 0 => *known += n,
                _ => {
                    self.counts.remove(at);
                }
            },
            Err(at) => self.counts.insert(at, (size, n)),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.sum == 0 && self.counts.is_empty()
    }

    pub fn n(&self) -> u64 {
        self.counts.iter().map(|(_, n)| n).sum::<i64>().unsigned_abs()
    }

    /// Exact.
    pub fn sum(&self) -> Total {
        Total(self.sum)
    }

    /// The percentile, linear between neighbours (type 7) as that of a [`super::metrics::Stat`], off by less than
    /// two in a hundred; `None` of nothing.
    pub fn percentile(&self, percent: u64) -> Option<Span> {
        let steps = self.n().checked_sub(1)? * percent;
        let (below, rest) = (steps / 100, i64::try_from(steps % 100).unwrap_or(0));
        let low = self.ranked(below)?;
        let high = self.ranked(below + 1).unwrap_or(low);
        // Whole parts first: a product of lengths could be too large.
        let apart = high.0 - low.0;
        Some(Span(low.0 + apart / 100 * rest + apart % 100 * rest / 100))
    }

    /// What at least so many percent stay within (nearest rank) as that of a [`super::metrics::Stat`], off by less than
    /// two in a hundred; `None` of nothing.
    pub fn within(&self, percent: u64) -> Option<Span> {
        self.ranked((self.n() * percent).div_ceil(100).max(1) - 1)
    }

    /// The length with so many before it.
    fn ranked(&self, before: u64) -> Option<Span> {
        let mut seen = 0;
        let found = self.counts.iter().find(|(_, n)| {
            seen += n.unsigned_abs();
            seen > before
        });
        found.map(|(size, _)| middle(*size))
    }
}

/// Sizes of equal number are alike to one part in 32.
fn size(length: Span) -> u32 {
    let ms = length.0.max(0).unsigned_abs();
    if ms < 1 << FINE {
        return ms as u32;
    }
    let shift = ms.ilog2() - FINE;
    ((shift + 1) << FINE) + ((ms >> shift) as u32 - (1 << FINE))
}

fn middle(size: u32) -> Span {
    if size < 1 << FINE {
        return Span(i64::from(size));
    }
    let shift = ((size >> FINE) - 1).min(57);
    let least = ((1_i64 << FINE) + i64::from(size & ((1 << FINE) - 1))) << shift;
    Span(least + ((1_i64 << shift) - 1) / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sum_longer_than_a_number_is_kept_to_the_digit() {
        let mut lengths = Lengths::default();
        (0..3).for_each(|_| lengths.count(Span(i64::MAX - 1), 1));
        let text = serde_json::to_string(&lengths).unwrap();
        assert!(text.contains("\"27670116110564327418\""), "{text}");
        assert_eq!(serde_json::from_str::<Lengths>(&text).unwrap(), lengths);
        (0..2).for_each(|_| lengths.count(Span(i64::MAX - 1), -1));
        assert_eq!(lengths.sum(), Span(i64::MAX - 1).into());
        let text = serde_json::to_string(&lengths).unwrap();
        assert!(text.contains("\"sum\":9223372036854775806"), "as it always was: {text}");
        assert_eq!(serde_json::from_str::<Lengths>(&text).unwrap(), lengths);
    }

    proptest! {
        #[test]
        fn a_length_is_told_to_two_in_a_hundred(ms in prop_oneof![0..5_000_i64, 0..400_000_000_000_i64]) {
            let told = middle(size(Span(ms))).0;
            prop_assert!((told - ms).abs() * 64 <= ms, "{ms} is told as {told}");
            prop_assert!(size(Span(ms)) <= size(Span(ms + 1)));
        }

        #[test]
        fn percentiles_of_days_put_together_are_near_the_exact_ones(
            ms in prop::collection::vec(0..90_000_000_i64, 1..60), cut in 0..60_usize, percent in 0..=100_u64
        ) {
            let (mut all, mut one, mut sorted) = (Lengths::default(), Lengths::default(), ms.clone());
            ms.iter().take(cut).for_each(|ms| one.count(Span(*ms), 1));
            ms.iter().skip(cut).for_each(|ms| all.count(Span(*ms), 1));
            all.add(&one);
            sorted.sort();
            let sorted = sorted.into_iter().map(Span).collect::<Vec<_>>();
            let exact = crate::domain::metrics::percentile(&sorted, percent as usize).unwrap();
            let told = all.percentile(percent).unwrap().0 as f64;
            prop_assert!((told - exact).abs() <= exact / 64.0 + 1.0, "{told} for {exact}");
            let exact = crate::domain::metrics::nearest_rank(&sorted, percent as usize).unwrap().0 as f64;
            let told = all.within(percent).unwrap().0 as f64;
            prop_assert!((told - exact).abs() <= exact / 64.0 + 1.0, "within {told} for {exact}");
            prop_assert_eq!((all.sum().span(), all.n()), (Span(ms.iter().sum()), ms.len() as u64));
            let (mut whole, mut out) = (Lengths::default(), Lengths::default());
            ms.iter().for_each(|ms| whole.count(Span(*ms), 1));
            prop_assert_eq!(&all, &whole);
            ms.iter().for_each(|ms| out.count(Span(*ms), -1));
            all.add(&out);
            prop_assert!(all.is_empty(), "counted out: {all:?}");
        }
    }
}
