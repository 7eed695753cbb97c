//! ROUGE: Lin, "ROUGE: A package for automatic evaluation of summaries", 2004, as the package
//! rouge-score computes it.

use super::lcs::Pattern;
use super::words::{Vocabulary, Words};
use crate::spans::Scores;

/// Steps of 64 comparisons that ROUGE-L or ROUGE-Lsum of two texts may take. ROUGE-L of two texts of
/// 1 MB take a fifth of it, and up to nine tenths where their words are single letters.
pub const MOST_STEPS: u64 = 1 << 32;

/// The scores of a text against a reference. Precision is of the text, recall of the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rouge {
    /// Of words.
    pub rouge1: Scores,
    /// Of pairs of words.
    pub rouge2: Scores,
    /// Of the longest common subsequence; `None` where the texts are so long that it would take more
    /// than [`MOST_STEPS`].
    pub rouge_l: Option<Scores>,
    /// Of the union of the longest common subsequences of every two sentences; `None` likewise.
    pub rouge_lsum: Option<Scores>,
}

impl Rouge {
    /// The better score of either, for each kind by its F1: of several references the nearest counts.
    #[must_use]
    pub fn best(self, other: Rouge) -> Rouge {
        let better = |a: Scores, b: Scores| if b.f1 > a.f1 { b } else { a };
        // A score that is not known may be the better one.
        let known = |a: Option<Scores>, b: Option<Scores>| a.zip(b).map(|(a, b)| better(a, b));
        Rouge {
            rouge1: better(self.rouge1, other.rouge1),
            rouge2: better(self.rouge2, other.rouge2),
            rouge_l: known(self.rouge_l, other.rouge_l),
            rouge_lsum: known(self.rouge_lsum, other.rouge_lsum),
        }
    }
}

/// Computes scores, in memory that it keeps.
#[derive(Debug, Default)]
pub struct RougeScorer {
    pattern: Pattern,
    rows: Vec<u64>,
    found: Vec<u64>,
    /// How often each word is left to be counted: in the reference, and in the text.
    left: Vec<(u32, u32)>,
}

impl RougeScorer {
    /// The scores of a text against a reference; both were read with this vocabulary.
    pub fn score(&mut self, reference: &Words, text: &Words, vocabulary: &Vocabulary) -> Rouge {
        let of_grams = |n| {
            let (reference, text) = (&reference.grams, &text.grams);
            Scores::of_counts(2 * reference.overlap(text, n), reference.count(n), text.count(n))
        };
        Rouge {
            rouge1: of_grams(1),
            rouge2: of_grams(2),
            rouge_l: self.rouge_l(&reference.all, &text.all, vocabulary.len()),
            rouge_lsum: self.rouge_lsum(reference, text, vocabulary.len()),
        }
    }

    /// ROUGE-Lsum alone.
    pub fn lsum(
        &mut self,
        reference: &Words,
        text: &Words,
        vocabulary: &Vocabulary,
    ) -> Option<Scores> {
        self.rouge_lsum(reference, text, vocabulary.len())
    }

    fn rouge_l(&mut self, reference: &[u32], text: &[u32], vocabulary: usize) -> Option<Scores> {
        let (whole_reference, whole_text) = (reference.len(), text.len());
        // What both begin or end with is part of a longest subsequence.
        let same = reference.iter().zip(text).take_while(|(a, b)| a == b).count();
        let (reference, text) = (&reference[same..], &text[same..]);
        let behind = reference.iter().rev().zip(text.iter().rev());
        let behind = behind.take_while(|(a, b)| a == b).count();
        let reference = &reference[..reference.len() - behind];
        let text = &text[..text.len() - behind];
        if Pattern::steps(reference.len(), text.len()) > MOST_STEPS {
            return None;
        }
        let mut length = (same + behind) as u64;
        if !reference.is_empty() && !text.is_empty() {
            self.pattern.set(reference, vocabulary);
            length += self.pattern.length(text);
        }
        Some(Scores::of_counts(2 * length, whole_reference as u64, whole_text as u64))
    }

    /// Lin's summary-level ROUGE-L, no word counted more often than either side has it, as in his
    /// program and in rouge-score.
    fn rouge_lsum(&mut self, reference: &Words, text: &Words, vocabulary: usize) -> Option<Scores> {
        let (all_reference, all_text) = (reference.in_sentences(), text.in_sentences());
        let blocks = |words: &[u32]| Pattern::steps(words.len(), all_text.len());
        if reference.sentences().map(blocks).fold(0, u64::saturating_add) > MOST_STEPS {
            return None;
        }
        self.left.clear();
        self.left.resize(vocabulary, (0, 0));
        all_reference.iter().for_each(|&word| self.left[word as usize].0 += 1);
        all_text.iter().for_each(|&word| self.left[word as usize].1 += 1);
        let mut hits = 0;
        for sentence in reference.sentences() {
            self.pattern.set(sentence, vocabulary);
            self.found.clear();
            self.found.resize(sentence.len().div_ceil(64), 0);
            for other in text.sentences() {
                self.pattern.mark(other, &mut self.found, &mut self.rows);
            }
            for (at, &word) in sentence.iter().enumerate() {
                let marked = self.found[at / 64] >> (at % 64) & 1 == 1;
                let left = &mut self.left[word as usize];
                if marked && left.0 > 0 && left.1 > 0 {
                    hits += 1;
                    *left = (left.0 - 1, left.1 - 1);
                }
            }
        }
        Some(Scores::of_counts(2 * hits, all_reference.len() as u64, all_text.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::texts::TextOptions;

    fn score(reference: &str, text: &str) -> Rouge {
        let mut vocabulary = Vocabulary::new(TextOptions::default());
        let [reference, text] = [reference, text].map(|text| vocabulary.read(text, &[]));
        RougeScorer::default().score(&reference, &text, &vocabulary)
    }

    #[test]
    fn known_scores() {
        let check = |reference: &str, text: &str, f1: [f64; 4]| {
            let rouge = score(reference, text);
            let found = [Some(rouge.rouge1), Some(rouge.rouge2), rouge.rouge_l, rouge.rouge_lsum];
            let found = found.map(|scores| scores.map_or(f64::NAN, |scores| scores.f1));
            let near = found.iter().zip(f1).all(|(a, b)| (a - b).abs() < 1e-12);
            assert!(near, "{reference:?} {text:?}: {found:?}");
        };
        // Of Lin's paper, section 3.2: w1 to w5 in one reference sentence, two candidate sentences.
        check("police killed the gunman", "police kill the gunman", [0.75, 1.0 / 3.0, 0.75, 0.75]);
        check("police killed the gunman", "the gunman kill police", [0.75, 1.0 / 3.0, 0.5, 0.5]);
        let (ours, theirs) = ("w1 w2 w3 w4 w5", "w1 w2 w6 w7 w8\nw1 w3 w8 w9 w5");
        check(ours, theirs, [8.0 / 15.0, 2.0 / 13.0, 8.0 / 15.0, 8.0 / 15.0]);
        // Taken as one sentence, the text has them in another order.
        check("w1 w2\nw3 w4", "w3 w4\nw1 w2", [1.0, 2.0 / 3.0, 0.5, 1.0]);
        check("", "", [0.0; 4]);
        check("a", "", [0.0; 4]);
        check("a", "a", [1.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn what_would_take_too_long_is_not_known() {
        let text =
            |by: u32| -> String { (0..800_000u32).map(|i| format!("{} ", i % by)).collect() };
        let rouge = score(&text(7), &text(8));
        assert!(rouge.rouge1.f1 > 0.8 && rouge.rouge_l.is_none() && rouge.rouge_lsum.is_none());
        // The same text is the same, however long.
        assert_eq!(score(&text(7), &text(7)).rouge_l.map(|scores| scores.f1), Some(1.0));
    }

    #[test]
    fn the_nearest_reference_counts_for_each_kind() {
        let best = score("a b c d", "b a c").best(score("b a", "b a c"));
        assert_eq!(best.rouge1, score("a b c d", "b a c").rouge1);
        assert_eq!(best.rouge2, score("b a", "b a c").rouge2);
    }

    proptest! {
        #[test]
        fn swapping_mirrors_and_identity_is_1(a in "[abc \n]{0,40}", b in "[abc \n]{0,40}") {
            let (there, back) = (score(&a, &b), score(&b, &a));
            let mirrored = |scores: Scores| {
                Scores { precision: scores.recall, recall: scores.precision, f1: scores.f1 }
            };
            prop_assert_eq!(there.rouge1, mirrored(back.rouge1));
            prop_assert_eq!(there.rouge2, mirrored(back.rouge2));
            prop_assert_eq!(there.rouge_l, back.rouge_l.map(mirrored));
            let own = score(&a, &a);
            let expected = f64::from(u8::from(a.contains(['a', 'b', 'c'])));
            prop_assert_eq!(own.rouge1.f1, expected);
            prop_assert_eq!(own.rouge_l.map(|scores| scores.f1), Some(expected));
            prop_assert_eq!(own.rouge_lsum.map(|scores| scores.f1), Some(expected));
        }
    }
}
