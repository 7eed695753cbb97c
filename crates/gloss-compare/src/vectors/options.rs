//! How vectors are compared.

use serde::{Deserialize, Serialize};

/// What texts that have nothing to do with each other score: BERTScore is rescaled so that this is 0.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// Of the precision; below 1.
    pub precision: f64,
    /// Of the recall.
    pub recall: f64,
    /// Of the F1.
    pub f1: f64,
}

/// How vectors are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct VectorOptions {
    /// The model that gives vectors of the tokens of texts: with one, texts have a BERTScore.
    pub model: Option<String>,
    /// The model's layer that these vectors are of: 0 are its embeddings, n is what comes out of the nth layer,
    /// -1 is the last; by default the last.
    pub layer: Option<i32>,
    /// What is put before each text for the model; its tokens count for nothing. bert-score puts a blank before
    /// texts for models of RoBERTa.
    pub prefix: String,
    /// Whether tokens weigh more in BERTScore the fewer references have them.
    pub idf: bool,
    /// What BERTScore is rescaled by, if anything.
    pub baseline: Option<Baseline>,
    /// How many nearest neighbours of an item are looked at.
    pub neighbours: usize,
}

impl Default for VectorOptions {
    fn default() -> VectorOptions {
        VectorOptions {
            model: None,
            layer: None,
            prefix: String::new(),
            idf: false,
            baseline: None,
            neighbours: 10,
        }
    }
}
