//! The results about classes.

use std::collections::BTreeMap;

use super::class_pass::{
    AGREEING, ClassPairPass, ClassPass, ITEMS, class_pass, class_scores, joined,
};
use super::differences::{Rivalry, Tests, differences};
use super::options::Options;
use super::pairs::Pairs;
use super::slices::Slices;
use super::span_results::confusion_cells;
use crate::align::{Warning, WarningKind};
use crate::classes::{
    Level, Prediction, Weights, calibration, cohen_kappa, fleiss_kappa, krippendorff_alpha,
};
use crate::corpus::{Class, Corpus, Target};
use crate::error::some_of;
use crate::result::{ClassPair, ClassResults, ClassScore, Estimate, Metric, VariantCalibration};
use crate::spans::{Averages, Scheme, Scores};
use crate::statistics::{Resamples, bootstrap};

/// Accuracy and macro F1.
const SCORES: usize = 2;

const METRICS: [Metric; SCORES] = [Metric::Accuracy, Metric::MacroF1];

pub fn class_results(
    corpus: &Corpus,
    pairs: &Pairs,
    options: &Options,
    ranks: Option<&[u32]>,
    warnings: &mut Vec<Warning>,
) -> Option<ClassResults> {
    let classes =
        |document: &crate::Document| document.annotations.iter().any(|a| !a.classes.is_empty());
    if !corpus.documents.iter().any(classes) {
        return None;
    }
    let ranks = ranks.filter(|ranks| all_ranked(corpus, options, ranks, warnings));
    let pass = class_pass(corpus, pairs);
    let columns = pass.columns;
    let scores = |sums: &[i128]| class_scores(sums);
    let resamples =
        bootstrap(&pass.table, options.draws(), SCORES * pairs.all.len(), |sums, values| {
            for (sums, values) in sums.chunks_exact(columns).zip(values.chunks_exact_mut(SCORES)) {
                let sums: Vec<i128> = sums.iter().map(|&sum| i128::from(sum)).collect();
                values.copy_from_slice(&scores(&sums));
            }
        });
    let slices = Slices::new(corpus, &options.slices);
    let context = Context { corpus, pairs, pass: &pass, resamples: &resamples, ranks };
    let results =
        (0..pairs.all.len()).map(|number| context.result(number, &slices)).collect::<Vec<_>>();
    let metrics = if context.has_labels() { &METRICS[..] } else { &METRICS[..1] };
    let rivals = Rivalry::with_gold(corpus, pairs, metrics, SCORES, &resamples);
    let differences = differences(
        &rivals,
        &Tests {
            table: &pass.table,
            columns,
            options,
            statistics: &|sums: &[i64]| {
                scores(&sums.iter().map(|&sum| i128::from(sum)).collect::<Vec<_>>()).to_vec()
            },
            one_item: Some((AGREEING, ITEMS)),
        },
    );
    let items = items_of_all(corpus, &pairs.without_gold(corpus));
    let complete: Vec<Vec<u32>> = items
        .iter()
        .filter(|item| item.len() == pairs.without_gold(corpus).len())
        .cloned()
        .collect();
    let alpha = |value: &dyn Fn(u32) -> f64, level| {
        let units: Vec<Vec<f64>> =
            items.iter().map(|item| item.iter().map(|&label| value(label)).collect()).collect();
        krippendorff_alpha(&units, level)
    };
    Some(ClassResults {
        pairs: results,
        fleiss_kappa: fleiss_kappa(corpus.labels.len(), &complete),
        alpha_nominal: alpha(&f64::from, Level::Nominal),
        alpha_ordinal: ranks
            .and_then(|ranks| alpha(&|label| f64::from(ranks[label as usize]), Level::Ordinal)),
        calibration: calibrations(corpus, pairs, options.calibration_bins),
        differences,
    })
}

/// Whether every class has its place in the order of labels; warned about where not.
fn all_ranked(
    corpus: &Corpus,
    options: &Options,
    ranks: &[u32],
    warnings: &mut Vec<Warning>,
) -> bool {
    let classes = corpus.documents.iter().flat_map(|d| &d.annotations).flat_map(|a| &a.classes);
    let mut without: Vec<u32> = classes
        .map(|class| class.label)
        .filter(|&label| ranks[label as usize] as usize == options.label_order.len())
        .collect();
    without.sort_unstable();
    without.dedup();
    if !without.is_empty() {
        let names = without.iter().map(|&label| corpus.labels[label as usize].as_str());
        let message = format!(
            "the order of labels lacks {}: there is no weighted kappa and no ordinal alpha",
            some_of(names)
        );
        warnings.push(Warning::new(WarningKind::Labels, message));
    }
    without.is_empty()
}

struct Context<'a> {
    corpus: &'a Corpus,
    pairs: &'a Pairs,
    pass: &'a ClassPass,
    resamples: &'a Resamples,
    ranks: Option<&'a [u32]>,
}

impl Context<'_> {
    fn has_labels(&self) -> bool {
        self.pass.columns > ITEMS + 1
    }

    fn result(&self, number: usize, slices: &Slices) -> ClassPair {
        let (left, right) = self.pairs.all[number];
        let counts = &self.pass.pairs[number];
        let confusion = &counts.confusion;
        let interval = |score: usize| self.resamples.interval(number * SCORES + score);
        let kappa = |weights| self.ranks.and_then(|ranks| cohen_kappa(confusion, weights, ranks));
        let of_document = |document: usize| {
            let row = &self.pass.table.row(document)[number * self.pass.columns..];
            (f64::from(row[AGREEING]), f64::from(row[ITEMS]))
        };
        ClassPair {
            left: self.corpus.variants[left].clone(),
            right: self.corpus.variants[right].clone(),
            items: confusion.items(),
            left_only: counts.left_only,
            right_only: counts.right_only,
            accuracy: confusion.accuracy().map(|value| Estimate { value, interval: interval(0) }),
            averages: Averages::of(Scheme::Strict, &confusion.tallies()),
            macro_interval: self.has_labels().then(|| interval(1)).flatten(),
            mcc: confusion.mcc(),
            kappa: cohen_kappa(confusion, Weights::None, &[]),
            kappa_linear: kappa(Weights::Linear),
            kappa_quadratic: kappa(Weights::Quadratic),
            labels: self.labels(counts),
            confusion: confusion_cells(&self.corpus.labels, confusion.cells()),
            slices: slices.estimates(of_document),
        }
    }

    fn labels(&self, counts: &ClassPairPass) -> Vec<ClassScore> {
        let tallies = counts.confusion.tallies();
        let rows = self.corpus.labels.iter().zip(tallies).zip(&counts.intervals);
        rows.filter(|((_, tally), _)| tally.left + tally.right > 0)
            .map(|((label, tally), interval)| ClassScore {
                label: label.clone(),
                tally,
                scores: Scores::of_label(Scheme::Strict, &tally),
                interval: interval.interval(),
            })
            .collect()
    }
}

/// For every target the labels that these variants give it.
fn items_of_all(corpus: &Corpus, variants: &[usize]) -> Vec<Vec<u32>> {
    let mut items = Vec::new();
    for document in &corpus.documents {
        let mut of_target: BTreeMap<Target, Vec<u32>> = BTreeMap::new();
        for class in variants.iter().flat_map(|&at| &document.annotations[at].classes) {
            of_target.entry(class.target).or_default().push(class.label);
        }
        items.extend(of_target.into_values());
    }
    items
}

fn calibrations(corpus: &Corpus, pairs: &Pairs, bins: usize) -> Vec<VariantCalibration> {
    let Some(gold) = pairs.gold else { return Vec::new() };
    let of_variant = |at: usize| {
        let mut predictions = Vec::new();
        for document in &corpus.documents {
            let [gold, own] = [gold, at].map(|at| &document.annotations[at].classes);
            for (gold, own) in joined(gold, own, |class: &Class| class.target) {
                predictions.extend(gold.zip(own).and_then(|(gold, own)| prediction(gold, own)));
            }
        }
        let calibration = calibration(&predictions, bins)?;
        Some(VariantCalibration { variant: corpus.variants[at].clone(), calibration })
    };
    pairs.without_gold(corpus).into_iter().filter_map(of_variant).collect()
}

/// How far from 1 probabilities of all labels may add up.
const SUM_TOLERANCE: f64 = 1e-3;

fn prediction(gold: &Class, own: &Class) -> Option<Prediction> {
    let probability =
        |label: u32| own.probabilities.iter().find(|(other, _)| *other == label).map(|(_, p)| *p);
    let sum: f64 = own.probabilities.iter().map(|(_, p)| p).sum();
    let known = (sum - 1.0).abs() <= SUM_TOLERANCE;
    let squared_distance = known.then(|| {
        let truth = |label: u32| f64::from(u8::from(label == gold.label));
        let named: f64 = own.probabilities.iter().map(|&(l, p)| (p - truth(l)).powi(2)).sum();
        // A label without a probability has 0.
        named + if probability(gold.label).is_none() { 1.0 } else { 0.0 }
    });
    Some(Prediction {
        confidence: probability(own.label)?,
        correct: own.label == gold.label,
        squared_distance,
    })
}
