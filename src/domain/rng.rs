//! A small seeded generator (SplitMix64, Steele, Lea and Flood 2014). Ours, because an order of options that was shown
//! once must be shown again after any update of any crate.

/// A generator whose whole state is one number.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator that starts from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 random bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n - 1`, or 0 when `n` is 0. The bias is below 2^-32 for the small `n` used here.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 {
            return 0;
        }
        let wide = u128::from(self.next_u64()) * (n as u128);
        usize::try_from(wide >> 64).unwrap_or(0)
    }

    /// Puts `items` into a random order (Fisher and Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_the_published_sequence() {
        // The first outputs of SplitMix64 from seed 1234567, as published with the reference code.
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(rng.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn shuffles_fairly_and_repeatably() {
        let mut first = [0_u32; 4];
        for seed in 0..4_000 {
            let mut items = [0, 1, 2, 3];
            Rng::new(seed).shuffle(&mut items);
            let mut again = [0, 1, 2, 3];
            Rng::new(seed).shuffle(&mut again);
            assert_eq!(items, again);
            first[items[0]] += 1;
        }
        for count in first {
            assert!((900..1_100).contains(&count), "{first:?}");
        }
    }
}
