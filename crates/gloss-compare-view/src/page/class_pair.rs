//! The classes and the numbers of two variants.

use gloss_compare::result::{ClassPair, ClassScore, Estimate, ValuePair, VariantCalibration};
use serde::Serialize;

use super::confusion::{self, ConfusionTable};
use super::label_row::{LabelRow, SliceRow};
use super::span_pair::slices;
use super::whisker::Whisker;
use super::{format, link};

/// A pair of variants that classify.
#[derive(Serialize)]
pub struct ClassSection {
    left: String,
    right: String,
    with_gold: bool,
    link: String,
    items: u64,
    left_only: u64,
    right_only: u64,
    measures: Vec<Measure>,
    labels: Vec<LabelRow>,
    confusion: ConfusionTable,
    slices: Vec<SliceRow>,
}

/// A pair of variants that give numbers.
#[derive(Serialize)]
pub struct ValueSection {
    left: String,
    right: String,
    link: String,
    items: u64,
    left_only: u64,
    right_only: u64,
    measures: Vec<Measure>,
}

/// One number about a pair.
#[derive(Serialize)]
struct Measure {
    name: &'static str,
    value: String,
    interval: Option<String>,
    /// On an axis from 0 to 1, or from -1 to 1 for correlations.
    whisker: Option<Whisker>,
}

impl Measure {
    fn new(name: &'static str, value: Option<f64>, interval: Option<(f64, f64)>) -> Option<Self> {
        let value = value?;
        Some(Measure {
            name,
            value: format::score(value),
            interval: interval.map(|interval| format::interval(interval, false)),
            whisker: Some(Whisker::of_score(value, interval)),
        })
    }

    /// A measure between -1 and 1.
    fn signed(name: &'static str, estimate: Option<Estimate>) -> Option<Measure> {
        let Estimate { value, interval } = estimate?;
        let whisker = Some(Whisker::new(value, interval, (-1.0, 1.0)));
        Some(Measure { whisker, ..Measure::new(name, Some(value), interval)? })
    }
}

fn bare(value: Option<f64>) -> Option<Estimate> {
    value.map(|value| Estimate { value, interval: None })
}

impl ClassSection {
    /// The names of the two, and the rows of their labels.
    pub fn labelled(&self) -> (&str, &str, &[LabelRow]) {
        (&self.left, &self.right, &self.labels)
    }

    /// What is shown of a pair; `gold` is the name of the gold.
    pub fn new(pair: &ClassPair, gold: Option<&str>) -> ClassSection {
        let names = (pair.left.as_str(), pair.right.as_str());
        let with_gold = gold == Some(names.0);
        let accuracy = if with_gold { "Accuracy" } else { "Same label" };
        let f1 = pair.averages.unweighted.f1;
        let measures = [
            Measure::new(
                accuracy,
                pair.accuracy.map(|found| found.value),
                pair.accuracy.and_then(|found| found.interval),
            ),
            Measure::new("Macro F1", Some(f1), pair.macro_interval),
            Measure::new("Weighted F1", Some(pair.averages.weighted.f1), None),
            Measure::signed("Cohen’s κ", bare(pair.kappa)),
            Measure::signed("κ, linear weights", bare(pair.kappa_linear)),
            Measure::signed("κ, quadratic weights", bare(pair.kappa_quadratic)),
            Measure::signed("MCC", bare(pair.mcc)),
        ];
        let label = |found: &ClassScore| {
            LabelRow::new(&found.label, &found.tally, &found.scores, found.interval, names)
        };
        ClassSection {
            left: pair.left.clone(),
            right: pair.right.clone(),
            with_gold,
            link: link::documents(&[("left", names.0), ("right", names.1)]),
            items: pair.items,
            left_only: pair.left_only,
            right_only: pair.right_only,
            measures: measures.into_iter().flatten().collect(),
            labels: pair.labels.iter().map(label).collect(),
            confusion: confusion::table(&pair.confusion, names.0, names.1),
            slices: slices(&pair.slices, names),
        }
    }
}

impl ValueSection {
    /// What is shown of a pair.
    pub fn new(pair: &ValuePair) -> ValueSection {
        let difference = pair.mean_absolute_error.and_then(|found| {
            let measure =
                Measure::new("Mean absolute difference", Some(found.value), found.interval)?;
            // It has the numbers' own unit, so there is no axis that it ends at.
            Some(Measure { whisker: None, ..measure })
        });
        let measures = [
            Measure::signed("Pearson’s r", pair.pearson),
            Measure::signed("Spearman’s ρ", bare(pair.spearman)),
            difference,
        ];
        ValueSection {
            left: pair.left.clone(),
            right: pair.right.clone(),
            link: link::documents(&[("left", &pair.left), ("right", &pair.right)]),
            items: pair.items,
            left_only: pair.left_only,
            right_only: pair.right_only,
            measures: measures.into_iter().flatten().collect(),
        }
    }
}

/// Whether probabilities mean what they say, drawn.
#[derive(Serialize)]
pub struct CalibrationChart {
    variant: String,
    count: u64,
    expected_error: String,
    brier: Option<String>,
    brier_of_label: String,
    bins: Vec<Bin>,
}

/// A bin with predictions: in a square of 100, up is more accurate.
#[derive(Serialize)]
struct Bin {
    x: f64,
    y: f64,
    radius: f64,
    count: u64,
    confidence: String,
    accuracy: String,
}

impl CalibrationChart {
    /// The chart of a variant.
    pub fn new(found: &VariantCalibration) -> CalibrationChart {
        let calibration = &found.calibration;
        let bins = calibration.bins.iter().filter(|bin| bin.count > 0).map(|bin| Bin {
            x: 100.0 * bin.confidence,
            y: 100.0 * (1.0 - bin.accuracy),
            // The area is the share of the predictions.
            radius: 1.5 + 8.0 * (bin.count as f64 / calibration.count.max(1) as f64).sqrt(),
            count: bin.count,
            confidence: format::score(bin.confidence),
            accuracy: format::score(bin.accuracy),
        });
        CalibrationChart {
            variant: found.variant.clone(),
            count: calibration.count,
            expected_error: format::score(calibration.expected_error),
            brier: calibration.brier.map(format::score),
            brier_of_label: format::score(calibration.brier_of_label),
            bins: bins.collect(),
        }
    }
}
