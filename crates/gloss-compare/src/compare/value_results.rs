//! The results about numbers.

use std::collections::BTreeMap;

use super::class_pass::joined;
use super::options::Options;
use super::pairs::Pairs;
use crate::classes::{Level, krippendorff_alpha, mean_absolute_error, pearson, spearman};
use crate::corpus::{Corpus, Target, Value};
use crate::result::{Estimate, ValuePair, ValueResults};
use crate::statistics::resample;

pub fn value_results(corpus: &Corpus, pairs: &Pairs, options: &Options) -> Option<ValueResults> {
    let values =
        |document: &crate::Document| document.annotations.iter().any(|a| !a.values.is_empty());
    if !corpus.documents.iter().any(values) {
        return None;
    }
    let results = pairs.all.iter().map(|&pair| pair_result(corpus, pair, options)).collect();
    let others = pairs.without_gold(corpus);
    let mut units = Vec::new();
    for document in &corpus.documents {
        let mut of_target: BTreeMap<Target, Vec<f64>> = BTreeMap::new();
        for value in others.iter().flat_map(|&at| &document.annotations[at].values) {
            of_target.entry(value.target).or_default().push(value.value);
        }
        units.extend(of_target.into_values());
    }
    Some(ValueResults {
        pairs: results,
        alpha_interval: krippendorff_alpha(&units, Level::Interval),
    })
}

fn pair_result(corpus: &Corpus, (left, right): (usize, usize), options: &Options) -> ValuePair {
    let (mut left_only, mut right_only) = (0, 0);
    let mut by_document: Vec<Vec<(f64, f64)>> = Vec::new();
    for document in &corpus.documents {
        let [a, b] = [left, right].map(|at| &document.annotations[at].values);
        let mut both = Vec::new();
        for (a, b) in joined(a, b, |value: &Value| value.target) {
            left_only += u64::from(b.is_none());
            right_only += u64::from(a.is_none());
            both.extend(a.zip(b).map(|(a, b)| (a.value, b.value)));
        }
        by_document.push(both);
    }
    let all: Vec<(f64, f64)> = by_document.iter().flatten().copied().collect();
    let intervals = intervals(&by_document, &all, options);
    let estimate = |value: Option<f64>, interval| value.map(|value| Estimate { value, interval });
    ValuePair {
        left: corpus.variants[left].clone(),
        right: corpus.variants[right].clone(),
        items: all.len() as u64,
        left_only,
        right_only,
        pearson: estimate(pearson(&all), intervals.0),
        spearman: spearman(&all),
        mean_absolute_error: estimate(mean_absolute_error(&all), intervals.1),
    }
}

type Intervals = (Option<(f64, f64)>, Option<(f64, f64)>);

/// Intervals of Pearson's correlation and of the mean absolute error, from sums over documents.
fn intervals(by_document: &[Vec<(f64, f64)>], all: &[(f64, f64)], options: &Options) -> Intervals {
    let n = all.len().max(1) as f64;
    // About the means, so that sums of squares keep their digits.
    let mean_a = all.iter().map(|pair| pair.0).sum::<f64>() / n;
    let mean_b = all.iter().map(|pair| pair.1).sum::<f64>() / n;
    let sums = |pairs: &Vec<(f64, f64)>| {
        pairs.iter().fold([0.0; 7], |sums: [f64; 7], &(a, b)| {
            let error = (a - b).abs();
            let (a, b) = (a - mean_a, b - mean_b);
            let parts = [1.0, a, b, a * a, b * b, a * b, error];
            std::array::from_fn(|at| sums[at] + parts[at])
        })
    };
    let rows: Vec<[f64; 7]> = by_document.iter().map(sums).collect();
    let resamples = resample(rows.len(), options.draws(), 2, |draws, values| {
        let mut s = [0.0; 7];
        for document in draws {
            for (sum, part) in s.iter_mut().zip(&rows[document]) {
                *sum += part;
            }
        }
        let spread = |sum: f64, squares: f64| squares - sum * sum / s[0];
        let product = s[5] - s[1] * s[2] / s[0];
        // Not a number where a resample has no pairs, or one number throughout: left out later.
        values[0] = product / (spread(s[1], s[3]) * spread(s[2], s[4])).sqrt();
        values[1] = s[6] / s[0];
    });
    (resamples.interval(0), resamples.interval(1))
}
