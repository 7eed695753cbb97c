//! chrF: Popović, "chrF: character n-gram F-score for automatic MT evaluation", 2015, as sacrebleu
//! computes it by default: up to six characters without white space, recall twice as important,
//! averages over the orders that both sides have.

use super::grams::Grams;

/// The longest sequences of characters.
pub const ORDER: usize = 6;

/// What sacrebleu signs such a score with, the number of references apart.
pub const SIGNATURE: &str = "case:mixed|eff:yes|nc:6|nw:0|space:no";

const BETA_SQUARED: f64 = 4.0;

/// For each order the sequences of the text, of the reference, and of both. Counts of several texts
/// add up to those of a corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChrfCounts(pub [[u64; 3]; ORDER]);

impl ChrfCounts {
    /// Counts a text against a reference.
    #[must_use]
    pub fn of(reference: &Grams, text: &Grams) -> ChrfCounts {
        let of_order = |at: usize| {
            let n = at as u32 + 1;
            let in_reference = reference.count(n);
            // What a reference is too short to have counts for neither side, as in sacrebleu.
            let in_text = if in_reference > 0 { text.count(n) } else { 0 };
            [in_text, in_reference, reference.overlap(text, n)]
        };
        ChrfCounts(std::array::from_fn(of_order))
    }

    /// The score, from 0 to 1 where sacrebleu's is from 0 to 100.
    #[must_use]
    pub fn score(&self) -> f64 {
        let (mut precision, mut recall, mut orders) = (0.0, 0.0, 0.0f64);
        for &[text, reference, both] in &self.0 {
            if text > 0 && reference > 0 {
                precision += both as f64 / text as f64;
                recall += both as f64 / reference as f64;
                orders += 1.0;
            }
        }
        if precision + recall == 0.0 {
            return 0.0;
        }
        let (precision, recall) = (precision / orders, recall / orders);
        (1.0 + BETA_SQUARED) * precision * recall / (BETA_SQUARED * precision + recall)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counts(reference: &str, text: &str) -> ChrfCounts {
        ChrfCounts::of(&Grams::of_characters(reference), &Grams::of_characters(text))
    }

    #[test]
    fn known_scores() {
        let check = |reference: &str, text: &str, expected: f64| {
            let score = counts(reference, text).score();
            assert!((score - expected).abs() < 1e-12, "{reference:?} {text:?}: {score}");
        };
        check("", "", 0.0);
        check("a", "", 0.0);
        check("", "a", 0.0);
        check("abc", "a b c", 1.0);
        // Of one order 1 of 2 and of 1, of the other 0 of 1: the text has none.
        check("ab", "a", 5.0 * 1.0 * 0.5 / (4.0 + 0.5));
        check("ab", "cd", 0.0);
    }

    proptest! {
        #[test]
        fn identity_is_1(text in "[a-cé ]{0,30}") {
            let expected = f64::from(u8::from(!text.trim().is_empty()));
            prop_assert_eq!(counts(&text, &text).score(), expected);
        }
    }
}
