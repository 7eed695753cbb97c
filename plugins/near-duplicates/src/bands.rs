//! Locality-sensitive hashing: which sketches are compared at all.
//!
//! A sketch is cut into bands of some rows; two documents whose sketches agree in a whole band
//! are candidates (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3).

use crate::shingles::mix;

/// How likely a pair of exactly the threshold's similarity must be to become candidates.
const RECALL: f64 = 0.99;

/// How sketches are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    pub count: usize,
    pub rows: usize,
}

impl Bands {
    /// As many rows as there can be, because more rows make fewer vain candidates, while pairs at
    /// the threshold are hardly ever missed. Candidates are verified, so vain ones cost only time.
    pub fn new(threshold: f64, permutations: usize) -> Bands {
        let bands = |rows: usize| Bands { count: permutations / rows, rows };
        let most = (1..=permutations).rev().map(bands).find(|b| b.likelihood(threshold) >= RECALL);
        most.unwrap_or(bands(1))
    }

    /// How likely a pair of this similarity is to become candidates.
    pub fn likelihood(self, similarity: f64) -> f64 {
        let whole_band = similarity.powi(i32::try_from(self.rows).unwrap_or(i32::MAX));
        1.0 - (1.0 - whole_band).powi(i32::try_from(self.count).unwrap_or(i32::MAX))
    }

    /// A hash of one band of a sketch.
    pub fn key(self, sketch: &[u16], band: usize) -> u64 {
        let rows = &sketch[band * self.rows..(band + 1) * self.rows];
        rows.iter().fold(band as u64, |hash, &row| mix(hash ^ u64::from(row)).wrapping_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_follow_the_threshold() {
        let check = |threshold, permutations, count, rows| {
            let bands = Bands::new(threshold, permutations);
            assert_eq!(bands, Bands { count, rows }, "{threshold}");
            assert!(bands.likelihood(threshold) >= RECALL);
            assert!(bands.likelihood(1.0) >= bands.likelihood(threshold));
        };
        check(0.8, 128, 21, 6);
        check(0.5, 128, 42, 3);
        check(0.9, 128, 12, 10);
        check(1.0, 128, 1, 128);
        check(0.2, 128, 128, 1);
        check(0.8, 256, 32, 8);
    }

    #[test]
    fn keys_tell_bands_and_rows_apart() {
        let bands = Bands { count: 2, rows: 2 };
        let key = |sketch: [u16; 4], band| bands.key(&sketch, band);
        assert_eq!(key([1, 2, 9, 9], 0), key([1, 2, 3, 4], 0));
        assert_ne!(key([1, 2, 1, 2], 0), key([1, 2, 1, 2], 1));
        assert_ne!(key([1, 2, 0, 0], 0), key([2, 1, 0, 0], 0));
    }
}
