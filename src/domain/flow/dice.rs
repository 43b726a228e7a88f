//! Chance from a seed: the same seed gives the same answers on every machine. SplitMix64 of Steele, Lea and
//! Flood; nothing secret may come from it.

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// One of several, each as likely; `None` of nothing.
    pub fn one_of<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        // The high half of a product: without the bias of a remainder that would matter here.
        let at = (u128::from(self.next()) * of.len() as u128) >> 64;
        of.get(at as usize)
    }
}
