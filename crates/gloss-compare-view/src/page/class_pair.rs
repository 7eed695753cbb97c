//! The classes of two variants.

use gloss_compare::result::{ClassPair, ClassScore, Estimate, Interval};
use serde::Serialize;

use super::confusion::{self, ConfusionTable};
use super::label_row::{LabelRow, Labelled, SliceTable};
use super::measure::{Measure, bare};
use super::{link, whisker};

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
    label_axis: String,
    confusion: ConfusionTable,
    slices: Option<SliceTable>,
}

impl ClassSection {
    /// The rows of its labels, with what they are of.
    pub fn labelled(&self) -> Labelled<'_> {
        (&self.left, &self.right, &self.labels, &self.label_axis)
    }

    /// What is shown of pairs, all on the same axes; `gold` is the name of the gold.
    pub fn all(pairs: &[ClassPair], gold: Option<&str>) -> Vec<ClassSection> {
        let labels = pairs.iter().flat_map(|pair| &pair.labels);
        let axis = whisker::axis(labels.map(|label| (label.scores.f1, label.interval)));
        pairs.iter().map(|pair| ClassSection::new(pair, gold, axis)).collect()
    }

    fn new(pair: &ClassPair, gold: Option<&str>, axis: Interval) -> ClassSection {
        let names = (pair.left.as_str(), pair.right.as_str());
        let with_gold = gold == Some(names.0);
        let accuracy = if with_gold { "Accuracy" } else { "Same label" };
        let macro_f1 =
            Estimate { value: pair.averages.unweighted.f1, interval: pair.macro_interval };
        let measures = [
            Measure::share(accuracy, pair.accuracy),
            Measure::share("Macro F1", Some(macro_f1)),
            Measure::share("Weighted F1", bare(Some(pair.averages.weighted.f1))),
            Measure::signed("Cohen’s κ", bare(pair.kappa)),
            Measure::signed("κ, linear weights", bare(pair.kappa_linear)),
            Measure::signed("κ, quadratic weights", bare(pair.kappa_quadratic)),
            Measure::signed("MCC", bare(pair.mcc)),
        ];
        let label = |found: &ClassScore| {
            LabelRow::new(&found.label, &found.tally, &found.scores, found.interval, (names, axis))
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
            label_axis: whisker::ends(axis),
            confusion: confusion::table(&pair.confusion, names.0, names.1),
            slices: SliceTable::new(&pair.slices, names),
        }
    }
}
