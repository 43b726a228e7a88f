//! Chance from a seed: the same seed gives the same answers on every machine. SplitMix64 of Steele, Lea and
//! Flood; nothing secret may come from it.

/// A sequence of numbers.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// The next of the stream: any 64 bits, each as likely.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`, each as likely; 0 of nothing.
    pub fn below(&mut self, n: usize) -> usize {
        // The high half of a product: without the bias of a remainder that would matter here.
        ((u128::from(self.draw()) * n as u128) >> 64) as usize
    }

    /// One of several, each as likely; `None` of nothing.
    pub fn one_of<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        of.get(self.below(of.len()))
    }
}
