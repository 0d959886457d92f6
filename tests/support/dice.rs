use std::{env, sync::OnceLock};

use fastauth::time::{Clock, SystemClock};

/// Chance that can be had again: `FASTAUTH_TEST_SEED` repeats a run.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    /// The same numbers for everybody in this process; a test that fails shows the seed.
    pub fn new() -> Self {
        static SEED: OnceLock<u64> = OnceLock::new();
        let given = || env::var("FASTAUTH_TEST_SEED").ok()?.parse().ok();
        let seed = *SEED.get_or_init(|| {
            given().unwrap_or_else(|| SystemClock.now().as_micros().unsigned_abs())
        });
        println!("FASTAUTH_TEST_SEED={seed}");
        Self(seed)
    }

    /// A number below `end` (splitmix64).
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    /// Whether it happens that happens once in so many times.
    pub fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// A place among so many.
    pub fn index(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).expect("a length");
        usize::try_from(self.below(length)).expect("less than a length")
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, among: &[T]) -> T {
        among[self.index(among.len())]
    }
}

impl Default for Dice {
    fn default() -> Self {
        Self::new()
    }
}
