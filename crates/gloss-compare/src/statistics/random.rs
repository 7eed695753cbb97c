//! Random numbers that a seed fixes for good.

use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The generator of one resample: of its own, so that results do not depend on threads.
pub fn stream(seed: u64, number: usize) -> Xoshiro256PlusPlus {
    // An odd constant (the golden ratio) spreads neighbouring numbers over all seeds.
    Xoshiro256PlusPlus::seed_from_u64(
        seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15),
    )
}

/// As many whole numbers below `count` as there are such numbers, with replacement.
///
/// A number is more likely than another by `count` / 2^32 at most.
#[derive(Debug)]
pub struct Draws {
    count: u64,
    left: usize,
    random: Xoshiro256PlusPlus,
    /// A random number serves twice.
    spare: Option<u64>,
}

impl Draws {
    pub(super) fn new(count: usize, random: Xoshiro256PlusPlus) -> Draws {
        Draws { count: count as u64, left: count, random, spare: None }
    }
}

impl Iterator for Draws {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        self.left = self.left.checked_sub(1)?;
        let half = self.spare.take().unwrap_or_else(|| {
            let both = self.random.next_u64();
            self.spare = Some(both >> 32);
            both & 0xffff_ffff
        });
        Some(((half * self.count) >> 32) as usize)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Draws {}
