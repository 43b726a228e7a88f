//! What the sample company draws: the same seed gives the same company on every machine. The stream itself is the
//! domain's.

use crate::domain::event::OpId;
use crate::domain::{self, Instant};

/// A stream of drawn numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice(domain::flow::Dice);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(domain::flow::Dice::new(seed))
    }

    /// A number in `0..n`; 0 for an `n` of 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.0.draw() % (n.max(1) as u64)) as usize
    }

    /// Happens `percent` times of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A number from `low` to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        // 53 bits are all a float can hold.
        let unit = (self.0.draw() >> 11) as f64 / (1u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// One of them; `None` when there are none.
    pub fn pick<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        let n = self.below(of.len());
        of.get(n)
    }

    /// The identity of a command given at an instant; in the order of time, so that it indexes well.
    pub fn op(&mut self, at: Instant) -> OpId {
        let mut bytes = [0u8; 10];
        bytes[..8].copy_from_slice(&self.0.draw().to_le_bytes());
        bytes[8..].copy_from_slice(&self.0.draw().to_le_bytes()[..2]);
        let millis = u64::try_from(at.0).unwrap_or(0);
        OpId(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // First values of SplitMix64 for seed 1234567, as its author gives them.
        let mut dice = Dice::new(1_234_567);
        assert_eq!(dice.0.draw(), 6_457_827_717_110_365_317);
        assert_eq!(dice.0.draw(), 3_203_168_211_198_807_973);
        let mut dice = Dice::new(7);
        let drawn = (0..1000).map(|_| dice.between(2.0, 3.0)).collect::<Vec<_>>();
        assert!(drawn.iter().all(|n| (2.0..3.0).contains(n)));
        assert!(drawn.iter().any(|n| *n < 2.1) && drawn.iter().any(|n| *n > 2.9));
    }
}
