//! What a comparison found about vectors, as it is written.

use serde::{Deserialize, Serialize};

use super::{Difference, Estimate, Slice};
use crate::vectors::{Baseline, VectorOptions};

/// What is needed to compute the scores of vectors again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VectorSettings {
    /// As they were asked for.
    #[serde(flatten)]
    pub options: VectorOptions,
    /// Items that neighbours and CKA look at: all, or so many drawn by the seed.
    pub sampled_items: u64,
}

/// BERTScore of two variants' texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BertScores {
    /// Targets of which both have texts whose tokens have vectors.
    pub texts: u64,
    /// Targets that the left side alone has.
    pub left_only: u64,
    /// Targets that the right side alone has.
    pub right_only: u64,
    /// Mean precision.
    pub precision: f64,
    /// Mean recall.
    pub recall: f64,
    /// Mean F1, with a 95% interval by bootstrap.
    pub f1: Estimate,
    /// What was taken off, if anything.
    pub baseline: Option<Baseline>,
    /// The F1 by metadata.
    pub slices: Vec<Slice>,
}

/// The vectors of two variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VectorPair {
    /// The one; the gold, where it is one of the two.
    pub left: String,
    /// The other.
    pub right: String,
    /// Targets that both have a vector of.
    pub items: u64,
    /// Targets that the left side alone has a vector of.
    pub left_only: u64,
    /// Targets that the right side alone has a vector of.
    pub right_only: u64,
    /// Mean cosine, with a 95% interval by bootstrap; `None` where the two have different
    /// dimensions. It means something only where one model made both.
    pub cosine: Option<Estimate>,
    /// Mean share of an item's nearest neighbours that are the same in both, whatever the
    /// dimensions; the interval takes neighbours as they are.
    pub neighbour_overlap: Option<Estimate>,
    /// Linear CKA: Kornblith et al., "Similarity of neural network representations revisited", 2019.
    pub cka: Option<f64>,
    /// The cosine by metadata.
    pub slices: Vec<Slice>,
    /// BERTScore, where tokens have vectors.
    pub bertscore: Option<BertScores>,
}

/// All about vectors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VectorResults {
    /// Every two variants, those with the gold first.
    pub pairs: Vec<VectorPair>,
    /// Every two variants against the gold.
    pub differences: Vec<Difference>,
}
