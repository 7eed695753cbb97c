//! Precision, recall and F1 under the four schemes of SemEval'13.

use serde::{Deserialize, Serialize};

use super::tally::{LabelTally, Tally};

/// What counts as right: Segura-Bedmar et al., "SemEval-2013 Task 9: Extraction of drug-drug
/// interactions from biomedical texts", 2013, as nervaluate computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Scheme {
    /// Bounds and label.
    Strict,
    /// Bounds, whatever the label.
    Exact,
    /// Bounds, whatever the label; an overlap is half right.
    Partial,
    /// The label, where the bounds overlap.
    Type,
}

impl Scheme {
    /// All four.
    pub const ALL: [Scheme; 4] = [Scheme::Strict, Scheme::Exact, Scheme::Partial, Scheme::Type];

    /// Twice what is right, so that halves are whole numbers.
    fn twice_right(self, tally: &Tally<u64>) -> u64 {
        let t = tally;
        match self {
            Scheme::Strict => 2 * t.equal,
            Scheme::Exact => 2 * (t.equal + t.other_label),
            Scheme::Partial => 2 * (t.equal + t.other_label) + t.other_bounds + t.other_both,
            Scheme::Type => 2 * (t.equal + t.other_bounds),
        }
    }

    fn twice_right_of_label(self, tally: &LabelTally) -> u64 {
        match self {
            Scheme::Strict | Scheme::Exact => 2 * tally.equal,
            Scheme::Partial => 2 * tally.equal + tally.other_bounds,
            Scheme::Type => 2 * (tally.equal + tally.other_bounds),
        }
    }
}

/// How the pairs and the rest stand under a scheme; nervaluate's five counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Standing {
    /// Right.
    pub correct: u64,
    /// Paired, and wrong.
    pub incorrect: u64,
    /// Half right; under `partial` alone.
    pub partial: u64,
    /// Of the left side alone.
    pub missed: u64,
    /// Of the right side alone.
    pub spurious: u64,
}

impl Standing {
    /// The counts of a tally under a scheme.
    #[must_use]
    pub fn of(scheme: Scheme, tally: &Tally<u64>) -> Standing {
        let correct = match scheme {
            Scheme::Strict => tally.equal,
            Scheme::Exact | Scheme::Partial => tally.equal + tally.other_label,
            Scheme::Type => tally.equal + tally.other_bounds,
        };
        let rest = tally.pairs() - correct;
        let (incorrect, partial) = if scheme == Scheme::Partial { (0, rest) } else { (rest, 0) };
        let (missed, spurious) = (tally.left_only, tally.right_only);
        Standing { correct, incorrect, partial, missed, spurious }
    }
}

/// Precision, recall and F1. Where there is nothing to divide by, 0, as seqeval, nervaluate and
/// scikit-learn have it; the counts beside it tell such a 0 from another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scores {
    /// Share of the right side that is right.
    pub precision: f64,
    /// Share of the left side that is found.
    pub recall: f64,
    /// Their harmonic mean, which is 2 right / (left + right).
    pub f1: f64,
}

pub(crate) fn ratio(numerator: f64, denominator: f64) -> f64 {
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}

impl Scores {
    pub(crate) fn of_counts(twice_right: u64, left: u64, right: u64) -> Scores {
        Scores {
            precision: ratio(twice_right as f64, 2.0 * right as f64),
            recall: ratio(twice_right as f64, 2.0 * left as f64),
            f1: ratio(twice_right as f64, (left + right) as f64),
        }
    }

    /// The scores of a tally: micro averages, each span counting the same.
    #[must_use]
    pub fn of(scheme: Scheme, tally: &Tally<u64>) -> Scores {
        Scores::of_counts(scheme.twice_right(tally), tally.left(), tally.right())
    }

    /// The scores of one label.
    #[must_use]
    pub fn of_label(scheme: Scheme, tally: &LabelTally) -> Scores {
        Scores::of_counts(scheme.twice_right_of_label(tally), tally.left, tally.right)
    }
}

/// One label's row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelScore {
    /// The label.
    pub label: String,
    /// Its counts.
    pub tally: LabelTally,
    /// Bounds and label.
    pub strict: Scores,
    /// Overlaps are half right.
    pub partial: Scores,
    /// Overlaps are right.
    #[serde(rename = "type")]
    pub overlap: Scores,
    /// 95% interval of the strict F1, by linearisation over documents
    /// ([`crate::statistics::RatioInterval`]); `None` under two documents that have the label.
    pub interval: Option<(f64, f64)>,
}

/// Means over labels that occur on either side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Averages {
    /// All labels the same.
    #[serde(rename = "macro")]
    pub unweighted: Scores,
    /// By the spans of the left side.
    pub weighted: Scores,
}

impl Averages {
    /// Means of the labels' scores under a scheme.
    #[must_use]
    pub fn of(scheme: Scheme, tallies: &[LabelTally]) -> Averages {
        let occurring = tallies.iter().filter(|tally| tally.left + tally.right > 0);
        let (mut labels, mut left) = (0.0, 0.0);
        let mut averages = Averages::default();
        for tally in occurring {
            let (scores, weight) = (Scores::of_label(scheme, tally), tally.left as f64);
            labels += 1.0;
            left += weight;
            add(&mut averages.unweighted, &scores, 1.0);
            add(&mut averages.weighted, &scores, weight);
        }
        divide(&mut averages.unweighted, labels);
        divide(&mut averages.weighted, left);
        averages
    }
}

fn add(sum: &mut Scores, scores: &Scores, weight: f64) {
    sum.precision += weight * scores.precision;
    sum.recall += weight * scores.recall;
    sum.f1 += weight * scores.f1;
}

fn divide(sum: &mut Scores, by: f64) {
    sum.precision = ratio(sum.precision, by);
    sum.recall = ratio(sum.recall, by);
    sum.f1 = ratio(sum.f1, by);
}
