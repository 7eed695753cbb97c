//! One pass over all documents: what every two variants' vectors are to each other.

use super::class_pass::joined;
use super::means::DocumentScores;
use super::options::Options;
use super::pairs::Pairs;
use crate::corpus::{Annotations, Corpus, TokenVectors, Vector};
use crate::statistics::stream;
use crate::threads::in_chunks;
use crate::vectors::{BertScorer, TokenWeights, cosine, linear_cka, neighbour_overlap};

/// Scores of a pair: cosine, F1 of BERTScore, overlap of neighbours, precision and recall of
/// BERTScore.
pub const SCORES: usize = 5;
pub const COSINE: usize = 0;
pub const F1: usize = 1;
pub const OVERLAP: usize = 2;
pub const PRECISION: usize = 3;
pub const RECALL: usize = 4;

/// Items that neighbours and CKA look at: more take time with the square.
pub const MOST_ITEMS: usize = 2000;

/// What both sides have, and what one alone has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sides {
    pub both: u64,
    pub left_only: u64,
    pub right_only: u64,
}

/// What was counted of one pair of variants.
#[derive(Clone, Debug, Default)]
pub struct VectorPairPass {
    pub items: Sides,
    pub texts: Sides,
    pub cka: Option<f64>,
    /// Whether vectors of both sides have different dimensions: of items, and of tokens.
    pub other_dimension: (bool, bool),
}

/// What was counted of all.
pub struct VectorPass {
    pub pairs: Vec<VectorPairPass>,
    /// [`SCORES`] for each pair: means over the document's items.
    pub scores: DocumentScores,
}

pub fn vector_pass(corpus: &Corpus, pairs: &Pairs, options: &Options) -> VectorPass {
    let mut scores = DocumentScores::new(SCORES * pairs.all.len());
    corpus.documents.iter().for_each(|_| {
        scores.push();
    });
    let mut pass = VectorPass { pairs: Vec::new(), scores };
    for (number, &(left, right)) in pairs.all.iter().enumerate() {
        let pair = Pair { corpus, left, right, gold: pairs.gold, options };
        let mut counts = VectorPairPass::default();
        let mut columns = pair.items(&mut counts);
        columns.extend(pair.tokens(&mut counts));
        for (at, column) in columns {
            for (document, score) in column.into_iter().enumerate() {
                pass.scores.row_mut(document)[SCORES * number + at] = score;
            }
        }
        pass.pairs.push(counts);
    }
    pass
}

struct Pair<'a> {
    corpus: &'a Corpus,
    left: usize,
    right: usize,
    gold: Option<usize>,
    options: &'a Options,
}

/// A score of each document.
type Column = (usize, Vec<f64>);

/// Vectors of items that both sides have, item after item.
#[derive(Default)]
struct Items<'a> {
    documents: Vec<usize>,
    vectors: Vec<(&'a Vector, &'a Vector)>,
}

impl<'a> Pair<'a> {
    fn sides<T: 'a>(
        &self,
        of: fn(&Annotations) -> &Vec<T>,
    ) -> impl Iterator<Item = (&'a [T], &'a [T])> {
        let (left, right) = (self.left, self.right);
        self.corpus.documents.iter().map(move |document| {
            let [left, right] = [left, right].map(|at| of(&document.annotations[at]).as_slice());
            (left, right)
        })
    }

    fn items(&self, counts: &mut VectorPairPass) -> Vec<Column> {
        let mut items = Items::default();
        for (document, (left, right)) in self.sides(|a| &a.vectors).enumerate() {
            for (a, b) in joined(left, right, |vector: &Vector| vector.target) {
                counts.items.count(a.is_some(), b.is_some());
                if let Some(both) = a.zip(b) {
                    items.documents.push(document);
                    items.vectors.push(both);
                }
            }
        }
        let Some((a, b)) = items.vectors.first() else { return Vec::new() };
        counts.other_dimension.0 = a.values.len() != b.values.len();
        let mut columns = Vec::new();
        if !counts.other_dimension.0 {
            let cosines = items.vectors.iter().map(|(a, b)| cosine(&a.values, &b.values));
            columns.push((COSINE, self.means(items.documents.iter().copied().zip(cosines))));
        }
        let sample = sample(items.vectors.len(), self.options.seed);
        let rows = |of: fn(&(&'a Vector, &'a Vector)) -> &'a Vector| -> Vec<f32> {
            sample.iter().flat_map(|&item| &of(&items.vectors[item]).values).copied().collect()
        };
        let (a, b) = (rows(|both| both.0), rows(|both| both.1));
        let Options { threads, ref vectors, .. } = *self.options;
        counts.cka = linear_cka((&a, &b), sample.len(), threads);
        if let Some(shares) = neighbour_overlap((&a, &b), sample.len(), vectors.neighbours, threads)
        {
            let documents = sample.iter().map(|&item| items.documents[item]);
            columns.push((OVERLAP, self.means(documents.zip(shares))));
        }
        columns
    }

    fn tokens(&self, counts: &mut VectorPairPass) -> Vec<Column> {
        let sides: Vec<_> = self.sides(|a| &a.token_vectors).collect();
        if sides.iter().all(|(left, right)| left.is_empty() && right.is_empty()) {
            return Vec::new();
        }
        let both = self.token_dimension(self.left).zip(self.token_dimension(self.right));
        counts.other_dimension.1 = both.is_some_and(|(left, right)| left != right);
        let scorer = self.scorer(&sides);
        let chunks = in_chunks(sides.len(), self.options.threads, |range| {
            let mut texts = Sides::default();
            let mut rows = Vec::with_capacity(range.len());
            for document in range {
                rows.push(score_tokens(sides[document], &scorer, &mut texts));
            }
            (texts, rows)
        });
        let mut rows: Vec<[f64; 3]> = Vec::with_capacity(sides.len());
        for (texts, chunk) in chunks {
            counts.texts.both += texts.both;
            counts.texts.left_only += texts.left_only;
            counts.texts.right_only += texts.right_only;
            rows.extend(chunk);
        }
        if counts.other_dimension.1 {
            return Vec::new();
        }
        let column =
            |(at, number): (usize, usize)| (at, rows.iter().map(|row| row[number]).collect());
        [F1, PRECISION, RECALL].into_iter().zip(0..).map(column).collect()
    }

    fn token_dimension(&self, variant: usize) -> Option<usize> {
        let mut all =
            self.corpus.documents.iter().flat_map(|d| &d.annotations[variant].token_vectors);
        all.find_map(|vectors| vectors.values.len().checked_div(vectors.tokens.len()))
    }

    fn scorer(&self, sides: &[(&[TokenVectors], &[TokenVectors])]) -> BertScorer {
        let left = sides.iter().flat_map(|sides| sides.0);
        let weights = if !self.options.vectors.idf {
            TokenWeights::equal()
        } else if Some(self.left) == self.gold {
            TokenWeights::inverse_frequencies(left)
        } else {
            TokenWeights::inverse_frequencies(left.chain(sides.iter().flat_map(|sides| sides.1)))
        };
        BertScorer { weights, baseline: self.options.vectors.baseline }
    }

    /// The mean of each document's scores; NaN where it has none.
    fn means(&self, scores: impl Iterator<Item = (usize, f64)>) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0f64); self.corpus.documents.len()];
        for (document, score) in scores {
            sums[document] = (sums[document].0 + score, sums[document].1 + 1.0);
        }
        sums.into_iter().map(|(sum, count)| sum / count).collect()
    }
}

impl Sides {
    fn count(&mut self, left: bool, right: bool) {
        self.both += u64::from(left && right);
        self.left_only += u64::from(left && !right);
        self.right_only += u64::from(right && !left);
    }
}

/// Mean F1, precision and recall of a document's texts.
fn score_tokens(
    (left, right): (&[TokenVectors], &[TokenVectors]),
    scorer: &BertScorer,
    texts: &mut Sides,
) -> [f64; 3] {
    let (mut sums, mut count) = ([0.0; 3], 0.0);
    let references: Vec<&[TokenVectors]> = left.chunk_by(|a, b| a.target == b.target).collect();
    let candidates: Vec<&[TokenVectors]> = right.chunk_by(|a, b| a.target == b.target).collect();
    for (references, text) in joined(&references, &candidates, |side| side[0].target) {
        texts.count(references.is_some(), text.is_some());
        if let Some((references, text)) = references.zip(text) {
            let scores = scorer.score(references, &text[0]);
            let parts = [scores.f1, scores.precision, scores.recall];
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
            count += 1.0;
        }
    }
    sums.map(|sum| sum / count)
}

/// Numbers of items, all or [`MOST_ITEMS`] that the seed draws, in order.
fn sample(items: usize, seed: u64) -> Vec<usize> {
    use rand_core::Rng;
    if items <= MOST_ITEMS {
        return (0..items).collect();
    }
    let mut drawn: Vec<(u64, usize)> =
        (0..items).map(|item| (stream(seed, item).next_u64(), item)).collect();
    drawn.sort_unstable();
    let mut sample: Vec<usize> = drawn[..MOST_ITEMS].iter().map(|&(_, item)| item).collect();
    sample.sort_unstable();
    sample
}
