//! How a text stands to the source that it was made from.
//!
//! Grusky, Naaman and Artzi, "Newsroom: A dataset of 1.3 million summaries with diverse extractive
//! strategies", 2018: fragments are found as in their figure 3, the longest first word by word.
//! Novelty is the share of different n-grams that the source lacks: Fabbri et al., "SummEval:
//! Re-evaluating summarization evaluation", 2021.

use super::words::{Vocabulary, Words};

/// How a text stands to its source.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SourceMeasures {
    /// Words of the source for each of the text's.
    pub compression: f64,
    /// Share of the words that are in fragments: stretches that the source has as well; `None` where
    /// finding them would take more than [`MOST_COMPARISONS`].
    pub coverage: Option<f64>,
    /// Mean over all words of the length of their fragment, in words.
    pub density: Option<f64>,
    /// Share of the different sequences of one to four words that the source does not have; `None`
    /// where the text has fewer words.
    pub novelty: [Option<f64>; 4],
}

/// Comparisons of words for the fragments of one text. Texts of 1 MB that people wrote take
/// less than a tenth of it.
pub const MOST_COMPARISONS: u64 = 1 << 31;

/// Places of words in sources.
#[derive(Debug, Default)]
pub struct SourceScorer {
    /// For each word where its places begin; one more stands behind all.
    begins: Vec<u32>,
    places: Vec<u32>,
}

impl SourceScorer {
    /// Takes a source. What is measured next was read with the same vocabulary.
    pub fn set(&mut self, source: &Words, vocabulary: &Vocabulary) {
        self.begins.clear();
        self.begins.resize(vocabulary.len() + 1, 0);
        for &word in &source.all {
            self.begins[word as usize + 1] += 1;
        }
        for at in 1..self.begins.len() {
            self.begins[at] += self.begins[at - 1];
        }
        let mut next = self.begins.clone();
        self.places.clear();
        self.places.resize(source.all.len(), 0);
        for (at, &word) in source.all.iter().enumerate() {
            let next = &mut next[word as usize];
            self.places[*next as usize] = at as u32;
            *next += 1;
        }
    }

    /// Measures a text against the source that was set, which must be given again; `None` where the
    /// text has no words.
    pub fn measure(&self, source: &Words, text: &Words) -> Option<SourceMeasures> {
        if text.is_empty() {
            return None;
        }
        let words = text.len() as f64;
        let fragments = self.fragments(&source.all, &text.all);
        let sum = |of: fn(f64) -> f64| {
            let fragments = fragments.as_ref()?;
            Some(fragments.iter().map(|&length| of(length as f64)).sum::<f64>() / words)
        };
        Some(SourceMeasures {
            compression: source.len() as f64 / words,
            coverage: sum(|length| length),
            density: sum(|length| length * length),
            novelty: std::array::from_fn(|at| text.grams.novelty(&source.grams, at as u32 + 1)),
        })
    }

    /// The lengths of the fragments.
    fn fragments(&self, source: &[u32], text: &[u32]) -> Option<Vec<usize>> {
        let mut fragments = Vec::new();
        let mut comparisons = 0;
        let mut i = 0;
        while i < text.len() {
            let (mut longest, mut next) = (0, 0);
            for &place in self.places_of(text[i]) {
                // Places inside a stretch that was compared are not looked at, as in the paper.
                if (place as usize) < next {
                    continue;
                }
                let stretch = source[place as usize..].iter().zip(&text[i..]);
                let length = stretch.take_while(|(a, b)| a == b).count();
                next = place as usize + length;
                longest = longest.max(length);
                comparisons += length as u64;
            }
            comparisons += self.places_of(text[i]).len() as u64;
            if comparisons > MOST_COMPARISONS {
                return None;
            }
            fragments.extend((longest > 0).then_some(longest));
            i += longest.max(1);
        }
        Some(fragments)
    }

    fn places_of(&self, word: u32) -> &[u32] {
        match (self.begins.get(word as usize), self.begins.get(word as usize + 1)) {
            (Some(&begin), Some(&end)) => &self.places[begin as usize..end as usize],
            // The word was read after the source was set: the source does not have it.
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::texts::TextOptions;

    fn measure(source: &str, text: &str) -> Option<SourceMeasures> {
        let mut vocabulary = Vocabulary::new(TextOptions::default());
        let mut scorer = SourceScorer::default();
        let source = vocabulary.read(source, &[]);
        scorer.set(&source, &vocabulary);
        let text = vocabulary.read(text, &[]);
        scorer.measure(&source, &text)
    }

    #[test]
    fn known_measures() {
        let check = |source: &str, text: &str, expected: [f64; 5]| {
            let m = measure(source, text).unwrap();
            let [first, second, ..] = m.novelty.map(|share| share.unwrap_or(f64::NAN));
            let found = [m.compression, m.coverage.unwrap(), m.density.unwrap(), first, second];
            let near = found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
            assert!(near, "{source:?} {text:?}: {found:?}");
        };
        check("a b c d e f", "b c d x", [1.5, 0.75, 9.0 / 4.0, 0.25, 1.0 / 3.0]);
        check("a b c d", "c d a b", [1.0, 1.0, 2.0, 0.0, 1.0 / 3.0]);
        // A summary that is longer than its source is one.
        check("a b", "a b a b a b", [1.0 / 3.0, 1.0, 2.0, 0.0, 0.5]);
        check("", "a b", [0.0, 0.0, 0.0, 1.0, 1.0]);
        assert_eq!(measure("a b", "… "), None);
        assert_eq!(measure("a b", "a b").unwrap().novelty, [Some(0.0), Some(0.0), None, None]);
    }

    proptest! {
        #[test]
        fn measures_keep_their_bounds(source in "[abc ]{0,40}", text in "[abcd ]{0,40}") {
            let Some(m) = measure(&source, &text) else { return Ok(()) };
            let (coverage, density) = (m.coverage.unwrap(), m.density.unwrap());
            prop_assert!((0.0..=1.0).contains(&coverage) && density >= coverage);
            let own = measure(&text, &text).unwrap();
            prop_assert_eq!((own.compression, own.coverage), (1.0, Some(1.0)));
        }
    }
}
