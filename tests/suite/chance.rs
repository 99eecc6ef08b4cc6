//! Random moments and places: new ones each time, and those of a failure told, so that they can be tried again.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _};

/// A stream of numbers from a seed; `CHANCE=<seed>` in the environment repeats one.
pub struct Chance {
    seed: u64,
    state: u64,
}

impl Chance {
    /// A stream that was never there before, or the one the environment names.
    pub fn new() -> Self {
        let given = std::env::var("CHANCE")
            .ok()
            .and_then(|text| text.parse().ok());
        let fresh = || RandomState::new().build_hasher().finish();
        Self::seeded(given.unwrap_or_else(fresh))
    }

    /// The stream of a seed.
    pub const fn seeded(seed: u64) -> Self {
        Self { seed, state: seed }
    }

    /// The next number (SplitMix64).
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.number() % bound.max(1) as u64).expect("below a bound")
    }

    /// One of several.
    pub fn of<T: Copy>(&mut self, several: &[T]) -> T {
        several[self.below(several.len())]
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CHANCE={}", self.seed)
    }
}
