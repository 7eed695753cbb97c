//! The numbers and the vectors of two variants.

use gloss_compare::result::{ValuePair, VectorPair};
use serde::Serialize;

use super::link;
use super::measure::{Measure, bare};

/// A pair of variants that give numbers, or vectors.
#[derive(Serialize)]
pub struct MeasureSection {
    left: String,
    right: String,
    link: String,
    items: u64,
    left_only: u64,
    right_only: u64,
    measures: Vec<Measure>,
}

impl MeasureSection {
    /// What is shown of the numbers of a pair.
    pub fn of_values(pair: &ValuePair) -> MeasureSection {
        let measures = [
            Measure::signed("Pearson’s r", pair.pearson),
            Measure::signed("Spearman’s ρ", bare(pair.spearman)),
            Measure::plain("Mean absolute difference", pair.mean_absolute_error),
        ];
        let counts = [pair.items, pair.left_only, pair.right_only];
        MeasureSection::new((&pair.left, &pair.right), counts, measures)
    }

    /// What is shown of the vectors of a pair.
    pub fn of_vectors(pair: &VectorPair) -> MeasureSection {
        let bert = pair.bertscore.as_ref();
        // Rescaled by a baseline it may be below 0.
        let f1 = match bert {
            Some(bert) if bert.baseline.is_some() => {
                Measure::signed("BERTScore F1, rescaled", Some(bert.f1))
            }
            bert => Measure::share("BERTScore F1", bert.map(|bert| bert.f1)),
        };
        let measures = [
            Measure::signed("Cosine", pair.cosine),
            Measure::share("Same nearest neighbours", pair.neighbour_overlap),
            Measure::share("Linear CKA", bare(pair.cka)),
            f1.zip(bert).map(|(f1, bert)| f1.of(Some(bert.precision), Some(bert.recall))),
        ];
        let items = [pair.items, pair.left_only, pair.right_only];
        let counts = match bert {
            Some(bert) if items == [0; 3] => [bert.texts, bert.left_only, bert.right_only],
            _ => items,
        };
        MeasureSection::new((&pair.left, &pair.right), counts, measures)
    }

    fn new(
        (left, right): (&str, &str),
        [items, left_only, right_only]: [u64; 3],
        measures: impl IntoIterator<Item = Option<Measure>>,
    ) -> MeasureSection {
        MeasureSection {
            left: left.to_owned(),
            right: right.to_owned(),
            link: link::documents(&[("left", left), ("right", right)]),
            items,
            left_only,
            right_only,
            measures: measures.into_iter().flatten().collect(),
        }
    }
}
