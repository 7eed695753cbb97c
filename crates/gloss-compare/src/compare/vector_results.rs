//! The results about vectors.

use super::differences::{Rivalry, Tests, differences};
use super::means::{COLUMNS, table_of};
use super::options::Options;
use super::pairs::Pairs;
use super::slices::Slices;
use super::vector_pass::{
    COSINE, F1, MOST_ITEMS, OVERLAP, PRECISION, RECALL, SCORES, VectorPairPass, VectorPass,
    vector_pass,
};
use crate::align::{Warning, WarningKind};
use crate::corpus::Corpus;
use crate::result::{BertScores, Estimate, Metric, VectorPair, VectorResults, VectorSettings};
use crate::statistics::{Resamples, bootstrap};

/// Statistics of a pair that the bootstrap follows: the first of its scores, two of which are tested.
const FOLLOWED: usize = 3;

const METRICS: [Metric; 2] = [Metric::Cosine, Metric::BertScoreF1];

pub fn vector_settings(options: &Options) -> VectorSettings {
    let weights = if options.vectors.idf {
        "log((n + 1) / (m + 1)) of a token that m of n references have; without a gold, of all texts \
         of the two"
    } else {
        "all the same"
    };
    VectorSettings {
        options: options.vectors.clone(),
        most_items: MOST_ITEMS as u64,
        weights: weights.to_owned(),
    }
}

pub fn vector_results(
    corpus: &Corpus,
    pairs: &Pairs,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Option<VectorResults> {
    let vectors = |document: &crate::Document| {
        document.annotations.iter().any(|a| !(a.vectors.is_empty() && a.token_vectors.is_empty()))
    };
    if !corpus.documents.iter().any(vectors) {
        return None;
    }
    let pass = vector_pass(corpus, pairs, options);
    warn(corpus, pairs, &pass, warnings);
    let groups = pairs.all.len();
    let place = |pair: usize, score: usize| SCORES * pair + score;
    let (table, scales) = table_of(&pass.scores, groups, FOLLOWED, place);
    let resamples = bootstrap(&table, options.draws(), FOLLOWED * groups, |sums, values| {
        let sums = sums.chunks_exact(COLUMNS);
        for ((value, sums), scale) in values.iter_mut().zip(sums).zip(scales.iter().cycle()) {
            *value = scale.mean(sums);
        }
    });
    let slices = Slices::new(corpus, &options.slices);
    let context = Context { pass: &pass, resamples: &resamples, slices: &slices };
    let pair = |(number, &(left, right)): (usize, &(usize, usize))| {
        let [left, right] = [left, right].map(|at| corpus.variants[at].clone());
        context.pair(number, left, right, options)
    };
    let found = pairs.all.iter().enumerate().map(pair).collect();
    let differences = differences(
        &Rivalry::with_gold(corpus, pairs, &METRICS, FOLLOWED, &resamples),
        &Tests {
            table: &table,
            columns: FOLLOWED * COLUMNS,
            options,
            statistics: &|sums: &[i64]| {
                let sums = sums.chunks_exact(COLUMNS).zip(&scales);
                sums.map(|(sums, scale)| scale.mean(sums)).collect()
            },
            one_item: None,
        },
    );
    Some(VectorResults { pairs: found, differences })
}

struct Context<'a> {
    pass: &'a VectorPass,
    resamples: &'a Resamples,
    slices: &'a Slices,
}

impl Context<'_> {
    fn pair(&self, number: usize, left: String, right: String, options: &Options) -> VectorPair {
        let counts = &self.pass.pairs[number];
        let cosine = self.estimate(number, COSINE);
        VectorPair {
            left,
            right,
            items: counts.items.both,
            left_only: counts.items.left_only,
            right_only: counts.items.right_only,
            slices: cosine.map(|_| self.slices(number, COSINE)).unwrap_or_default(),
            cosine,
            neighbour_overlap: self.estimate(number, OVERLAP),
            cka: counts.cka,
            bertscore: self.bertscore(number, counts, options),
        }
    }

    fn estimate(&self, number: usize, score: usize) -> Option<Estimate> {
        let value = self.pass.scores.mean(SCORES * number + score)?;
        Some(Estimate { value, interval: self.resamples.interval(FOLLOWED * number + score) })
    }

    fn slices(&self, number: usize, score: usize) -> Vec<crate::result::Slice> {
        self.slices.means(|document| self.pass.scores.part(document, SCORES * number + score))
    }

    fn bertscore(
        &self,
        number: usize,
        counts: &VectorPairPass,
        options: &Options,
    ) -> Option<BertScores> {
        let mean = |score: usize| self.pass.scores.mean(SCORES * number + score);
        Some(BertScores {
            texts: counts.texts.both,
            left_only: counts.texts.left_only,
            right_only: counts.texts.right_only,
            precision: mean(PRECISION)?,
            recall: mean(RECALL)?,
            f1: self.estimate(number, F1)?,
            baseline: options.vectors.baseline,
            slices: self.slices(number, F1),
        })
    }
}

fn warn(corpus: &Corpus, pairs: &Pairs, pass: &VectorPass, warnings: &mut Vec<Warning>) {
    for (&(left, right), counts) in pairs.all.iter().zip(&pass.pairs) {
        let [left, right] = [left, right].map(|at| &corpus.variants[at]);
        let mut say = |message: String| {
            warnings.push(Warning::new(WarningKind::Vectors, message));
        };
        if counts.other_dimension.0 {
            say(format!(
                "vectors of {left:?} and {right:?} have different dimensions: there is no cosine"
            ));
        }
        if counts.other_dimension.1 {
            say(format!(
                "vectors of tokens of {left:?} and {right:?} have different dimensions: there is no \
                 BERTScore"
            ));
        }
        for (sides, what) in [(&counts.items, "items"), (&counts.texts, "texts")] {
            let alone = sides.left_only + sides.right_only;
            if alone > 0 && sides.both == 0 {
                say(format!("{left:?} and {right:?} have no vectors of the same {what}"));
            } else if alone > 0 {
                say(format!(
                    "vectors of {} {what} of {left:?} and of {} of {right:?} have none beside them in \
                     the other, and are not part of its scores",
                    sides.left_only, sides.right_only
                ));
            }
        }
    }
}
