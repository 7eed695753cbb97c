//! Sketches of sets whose agreement estimates the Jaccard similarity of the sets.
//!
//! Fast similarity sketching (Dahlgaard, Knudsen and Thorup 2017): in each round every element
//! goes to one place of the sketch, and each place keeps the least that came in the earliest
//! round; rounds go on until no place is empty. So a sketch of k numbers costs some k log k
//! operations more than the set has elements, where k permutations cost k for each element, and
//! the estimate is as good, also for small sets, where one permutation with densification
//! (Shrivastava 2017) is worse. `examples/sketches.rs` measures all three.

use crate::shingles::mix;

/// The sketch of a set of hashes: `length` numbers, of which 16 bits are enough to tell elements
/// apart (Li and König 2010: they raise an estimate by less than 0.00002). Elements may come more
/// than once and in any order. `None` for the empty set.
#[must_use]
pub fn sketch(elements: &[u64], length: usize) -> Option<Vec<u16>> {
    const EMPTY: u64 = u64::MAX;
    if elements.is_empty() || length == 0 {
        return None;
    }
    let mut places = vec![EMPTY; length];
    let mut empty = length;
    let places_as_number = length as u64;
    for round in 0..length as u64 {
        let seed = mix(round + 1);
        for element in elements {
            let hash = mix(element ^ seed);
            // The upper half says where, the lower half what.
            let place = (((hash >> 32) * places_as_number) >> 32) as usize;
            let value = (round << 32) | (hash & 0xFFFF_FFFF);
            let old = places[place];
            empty -= usize::from(old == EMPTY);
            places[place] = old.min(value);
        }
        if empty == 0 {
            break;
        }
    }
    // Small sets leave places empty: each gets a round of its own, to which all elements go.
    for (place, kept) in places.iter_mut().enumerate().filter(|(_, kept)| **kept == EMPTY) {
        let round = (length + place) as u64;
        let seed = mix(round + 1);
        let least = elements.iter().map(|element| mix(element ^ seed) & 0xFFFF_FFFF).min();
        *kept = (round << 32) | least.unwrap_or(0);
    }
    Some(places.into_iter().map(|kept| mix(kept) as u16).collect())
}

/// The estimated Jaccard similarity of two sets: the share of places in which their sketches
/// agree. Of sketches of one length.
#[must_use]
pub fn estimate(a: &[u16], b: &[u16]) -> f64 {
    agreeing(a, b) as f64 / a.len().max(1) as f64
}

/// In how many places two sketches agree.
#[must_use]
pub fn agreeing(a: &[u16], b: &[u16]) -> usize {
    // Sums of 16 bits, so that it becomes vector instructions; a sketch has at most 1024 places.
    let equal = a.iter().zip(b).map(|(x, y)| u16::from(x == y));
    usize::from(equal.fold(0u16, u16::wrapping_add))
}

/// The Jaccard similarity of two sets, each in ascending order without repetition.
#[must_use]
pub fn jaccard(a: &[u32], b: &[u32]) -> f64 {
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        common += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two sets of `size` elements, of which as many are common as make about the similarity.
    fn pair(size: usize, similarity: f64, seed: u64) -> (Vec<u64>, Vec<u64>, f64) {
        let common = (2.0 * size as f64 * similarity / (1.0 + similarity)).round() as usize;
        let element = |i: usize| mix(seed.wrapping_mul(1_000_003).wrapping_add(i as u64));
        let a = (0..size).map(element).collect();
        let b = (0..common).chain(size..size + size - common).map(element).collect();
        (a, b, common as f64 / (2 * size - common) as f64)
    }

    /// Mean and root of the mean square of the error, over many pairs, must be what independent
    /// permutations would give, within what chance allows in so many.
    fn check(size: usize, similarity: f64) {
        const PAIRS: u64 = 2000;
        let (mut sum, mut squares, mut exact) = (0.0, 0.0, 0.0);
        for seed in 0..PAIRS {
            let (a, b, jaccard) = pair(size, similarity, seed);
            exact = jaccard;
            let error = estimate(&sketch(&a, 128).unwrap(), &sketch(&b, 128).unwrap()) - jaccard;
            sum += error;
            squares += error * error;
        }
        let expected = (exact * (1.0 - exact) / 128.0).sqrt();
        let (bias, deviation) = (sum / PAIRS as f64, (squares / PAIRS as f64).sqrt());
        let chance = 5.0 * expected / (PAIRS as f64).sqrt();
        assert!(bias.abs() <= chance, "{size} {similarity}: bias {bias}");
        assert!(deviation <= expected * 1.1, "{size} {similarity}: {deviation} > {expected}");
    }

    #[test]
    fn estimates_are_unbiased_and_as_good_as_permutations() {
        for size in [3, 20, 100, 300, 2000] {
            for similarity in [0.2, 0.5, 0.8, 0.95] {
                check(size, similarity);
            }
        }
    }

    #[test]
    fn sketches_depend_on_the_set_alone() {
        let (a, _, _) = pair(50, 0.5, 1);
        let expected = sketch(&a, 64).unwrap();
        let mut other: Vec<u64> = a.iter().rev().copied().collect();
        other.extend(&a[7..30]);
        assert_eq!(sketch(&other, 64).unwrap(), expected);
        assert_eq!(sketch(&[], 64), None);
        assert_eq!(sketch(&[1], 16).unwrap().len(), 16);
    }

    #[test]
    fn exact_similarity() {
        let check = |a: &[u32], b: &[u32], expected| assert_eq!(jaccard(a, b), expected);
        check(&[1, 2, 3], &[2, 3, 4], 0.5);
        check(&[1], &[2], 0.0);
        check(&[5, 9], &[5, 9], 1.0);
        check(&[], &[1], 0.0);
    }
}
