//! Random words for the draws of the checker: small, fast, the same on every machine for one seed.
//!
//! Takes a seed from the caller or from the system; gives uniform 64-bit words. Not for secrets.

use std::hash::{BuildHasher, RandomState};

/// A generator of random words: xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64.
#[derive(Clone, Debug)]
pub struct Random {
    state: [u64; 4],
}

impl Random {
    /// The generator that belongs to a seed.
    pub fn from_seed(seed: u64) -> Self {
        let mut word = seed;
        Random { state: std::array::from_fn(|_| splitmix(&mut word)) }
    }

    /// A generator with a seed of the system's, another one in each process and for each call.
    pub fn from_system() -> Self {
        let state = std::array::from_fn(|at| RandomState::new().hash_one(at));
        // The state 0 is the one fixed point of xoshiro.
        if state == [0; 4] { Random::from_seed(0) } else { Random { state } }
    }

    /// The next word, uniform in 0..2⁶⁴.
    pub fn word(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[1].wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// A uniform number below `bound`; 0 if the bound is 0.
    ///
    /// Words are masked to the bits of the bound and drawn again when too large, so none is favoured.
    pub fn below(&mut self, bound: u64) -> u64 {
        let Some(largest) = bound.checked_sub(1) else { return 0 };
        let mask = u64::MAX.checked_shr(largest.leading_zeros()).unwrap_or(0);
        loop {
            let word = self.word() & mask;
            if word <= largest {
                return word;
            }
        }
    }
}

/// One step of splitmix64 (Steele, Lea, Flood 2014): spreads a seed over the larger state.
fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::{Random, splitmix};
    use pretty_assertions::{assert_eq, assert_ne};

    #[test]
    fn splitmix_gives_the_published_words() {
        let mut state = 1_234_567;
        assert_eq!(splitmix(&mut state), 6_457_827_717_110_365_317);
        assert_eq!(splitmix(&mut state), 3_203_168_211_198_807_973);
    }

    #[test]
    fn xoshiro_gives_the_published_words() {
        let mut random = Random { state: [1, 2, 3, 4] };
        let words: Vec<u64> = (0..4).map(|_| random.word()).collect();
        assert_eq!(words, [11520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn seeds_repeat_and_the_system_does_not() {
        assert_eq!(Random::from_seed(7).word(), Random::from_seed(7).word());
        assert_ne!(Random::from_seed(7).word(), Random::from_seed(8).word());
        assert_ne!(Random::from_system().word(), Random::from_system().word());
    }

    #[test]
    fn bounded_draws_meet_every_value_and_no_other() {
        let mut random = Random::from_seed(1);
        let mut counts = [0; 5];
        (0..5000).for_each(|_| counts[random.below(5) as usize] += 1);
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
        assert_eq!((random.below(0), random.below(1)), (0, 0));
        assert!(random.below(u64::MAX) < u64::MAX);
    }
}
