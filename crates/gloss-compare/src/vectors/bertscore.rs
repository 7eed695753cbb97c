//! BERTScore: Zhang et al., "BERTScore: Evaluating text generation with BERT", 2020, as the package
//! bert-score computes it from embeddings.

use std::collections::{HashMap, HashSet};

use super::cosine::{normalised, product};
use super::options::Baseline;
use crate::corpus::{Token, TokenVectors};
use crate::spans::Scores;

/// What each token counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenWeights {
    /// References, and how many of them have each token; `None` where all tokens count the same.
    references: Option<(u64, HashMap<u32, u64>)>,
}

impl TokenWeights {
    /// All tokens count the same.
    #[must_use]
    pub fn equal() -> TokenWeights {
        TokenWeights::default()
    }

    /// Tokens count the more the fewer of these references have them: log((n + 1) / (have it + 1)).
    pub fn inverse_frequencies<'a>(
        references: impl IntoIterator<Item = &'a TokenVectors>,
    ) -> TokenWeights {
        let (mut count, mut having) = (0, HashMap::new());
        for reference in references {
            count += 1;
            let different: HashSet<u32> = reference.tokens.iter().map(|token| token.id).collect();
            different.into_iter().for_each(|id| *having.entry(id).or_insert(0) += 1);
        }
        TokenWeights { references: Some((count, having)) }
    }

    /// What a token counts. Special ones count for nothing.
    #[must_use]
    pub fn of(&self, token: &Token) -> f64 {
        match &self.references {
            _ if token.start == token.end => 0.0,
            None => 1.0,
            Some((count, having)) => {
                let having = having.get(&token.id).copied().unwrap_or(0);
                ((*count + 1) as f64 / (having + 1) as f64).ln()
            }
        }
    }
}

/// Computes scores.
#[derive(Clone, Debug, Default)]
pub struct BertScorer {
    /// What tokens count.
    pub weights: TokenWeights,
    /// What is taken off, if anything.
    pub baseline: Option<Baseline>,
}

impl BertScorer {
    /// The score of a text against references: of several, the best precision, the best recall and
    /// the best F1, each by itself. Every token goes to the nearest of the other side, by cosine.
    ///
    /// Without references, and where either has special tokens alone, all is 0. Token vectors are of
    /// one dimension, as alignment checks of each side; of two dimensions, all is 0 as well.
    #[must_use]
    pub fn score(&self, references: &[TokenVectors], text: &TokenVectors) -> Scores {
        let scores = references.iter().map(|reference| self.of_one(reference, text));
        let best = scores.reduce(|a, b| Scores {
            precision: a.precision.max(b.precision),
            recall: a.recall.max(b.recall),
            f1: a.f1.max(b.f1),
        });
        let Scores { precision, recall, f1 } = best.unwrap_or_default();
        match &self.baseline {
            None => Scores { precision, recall, f1 },
            Some(baseline) => {
                let rescaled = |score: f64, least: f64| (score - least) / (1.0 - least);
                Scores {
                    precision: rescaled(precision, baseline.precision),
                    recall: rescaled(recall, baseline.recall),
                    f1: rescaled(f1, baseline.f1),
                }
            }
        }
    }

    fn of_one(&self, reference: &TokenVectors, text: &TokenVectors) -> Scores {
        let dimension = |side: &TokenVectors| side.values.len().checked_div(side.tokens.len());
        let (Some(dimension), true) = (dimension(text), dimension(text) == dimension(reference))
        else {
            return Scores::default();
        };
        let empty = |side: &TokenVectors| side.tokens.iter().all(|token| token.start == token.end);
        if empty(reference) || empty(text) {
            return Scores::default();
        }
        let rows = |side: &TokenVectors| normalised(&side.values, dimension);
        let (reference_rows, text_rows) = (rows(reference), rows(text));
        let mut nearest_text = vec![f64::NEG_INFINITY; reference.tokens.len()];
        let mut nearest_reference = vec![f64::NEG_INFINITY; text.tokens.len()];
        for (a, near) in text_rows.chunks_exact(dimension).zip(&mut nearest_reference) {
            for (b, near_text) in reference_rows.chunks_exact(dimension).zip(&mut nearest_text) {
                let cosine = product(a, b);
                *near = near.max(cosine);
                *near_text = near_text.max(cosine);
            }
        }
        let precision = self.mean(&text.tokens, &nearest_reference);
        let recall = self.mean(&reference.tokens, &nearest_text);
        let sum = precision + recall;
        let f1 = if sum == 0.0 { 0.0 } else { 2.0 * precision * recall / sum };
        Scores { precision, recall, f1 }
    }

    /// The weighted mean; 0 where nothing counts, as of tokens that all references have.
    fn mean(&self, tokens: &[Token], nearest: &[f64]) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.0);
        for (token, nearest) in tokens.iter().zip(nearest) {
            let weight = self.weights.of(token);
            (sum, weights) = (sum + weight * nearest, weights + weight);
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of tokens with two numbers each; the first and the last are special.
    fn text(tokens: &[(u32, f32, f32)]) -> TokenVectors {
        let special = [(900, 1.0, 1.0)];
        let all: Vec<_> = special.iter().chain(tokens).chain(&special).collect();
        let token = |(at, (id, ..)): (usize, &&(u32, f32, f32))| {
            let special = at == 0 || at == tokens.len() + 1;
            Token { start: at as u32, end: at as u32 + u32::from(!special), id: *id }
        };
        TokenVectors {
            target: None,
            tokens: all.iter().enumerate().map(token).collect(),
            values: all.iter().flat_map(|(_, x, y)| [*x, *y]).collect(),
        }
    }

    fn near(a: Scores, b: Scores) -> bool {
        let parts = |s: Scores| [s.precision, s.recall, s.f1];
        parts(a).iter().zip(parts(b)).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn known_scores() {
        let (x, y, d) = ((1, 1.0, 0.0), (2, 0.0, 1.0), 0.5f64.sqrt());
        let check = |scorer: &BertScorer, reference: &[_], other: &[_], p: f64, r: f64| {
            let scores = scorer.score(&[text(reference)], &text(other));
            let f1 = if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) };
            assert!(near(scores, Scores { precision: p, recall: r, f1 }), "{scores:?}");
        };
        let plain = BertScorer::default();
        check(&plain, &[x, y], &[x], 1.0, (1.0 + d) / 2.0);
        // The special token in the middle is nearer than the other side's only one.
        check(&plain, &[x], &[y], d, d);
        check(&plain, &[x], &[], 0.0, 0.0);
        check(&plain, &[], &[], 0.0, 0.0);
        let references = [text(&[x, y]), text(&[x]), text(&[x])];
        let weights = TokenWeights::inverse_frequencies(&references);
        let weighted = BertScorer { weights, baseline: None };
        // All references have x, so it counts for nothing: log(4/4); y for log(4/2).
        check(&weighted, &[x, y], &[x, y], 1.0, 1.0);
        check(&weighted, &[x, y], &[y, (3, 1.0, 0.0)], 1.0, 1.0);
        check(&weighted, &[x, y], &[(3, 1.0, 0.0)], 1.0, d);
        check(&weighted, &[x], &[y], d, 0.0);
    }

    #[test]
    fn scores_are_rescaled_and_the_best_reference_counts() {
        let (x, y) = ((1, 1.0, 0.0), (2, 0.0, 1.0));
        let baseline = Some(Baseline { precision: 0.5, recall: 0.25, f1: 0.0 });
        let scorer = BertScorer { weights: TokenWeights::equal(), baseline };
        let plain = BertScorer::default();
        let references = [text(&[y]), text(&[x, y])];
        let (scores, raw) =
            (scorer.score(&references, &text(&[x])), plain.score(&references, &text(&[x])));
        assert_eq!(raw.precision, 1.0);
        let rescaled = Scores {
            precision: (raw.precision - 0.5) / 0.5,
            recall: (raw.recall - 0.25) / 0.75,
            f1: raw.f1,
        };
        assert!(near(scores, rescaled));
        let second = plain.score(&references[1..], &text(&[x]));
        assert!(near(raw, second));
    }

    proptest! {
        #[test]
        fn swapping_mirrors_and_identity_is_1(
            a in prop::collection::vec((0..4u32, 0.1..1.0f32, -1.0..1.0f32), 1..9),
            b in prop::collection::vec((0..4u32, 0.1..1.0f32, -1.0..1.0f32), 1..9),
        ) {
            let (a, b) = (text(&a), text(&b));
            let scorer = BertScorer::default();
            let (there, back) = (scorer.score(std::slice::from_ref(&a), &b), scorer.score(&[b], &a));
            let Scores { precision, recall, f1 } = back;
            let mirrored = Scores { precision: recall, recall: precision, f1 };
            prop_assert!(near(there, mirrored));
            let own = scorer.score(std::slice::from_ref(&a), &a);
            let all = Scores { precision: 1.0, recall: 1.0, f1: 1.0 };
            prop_assert!(near(own, all));
        }
    }
}
