//! What a comparison found about texts, as it is written.

use serde::{Deserialize, Serialize};

use super::{Difference, Estimate, Metric, Slice};
use crate::texts::Tokenizer;

/// What is needed to compute the scores of texts again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextSettings {
    /// What words are.
    pub tokenizer: Tokenizer,
    /// Whether words are stemmed, by Porter's rules as NLTK extends them.
    pub stem: bool,
    /// What words are, in a sentence.
    pub words: String,
    /// What the sentences of ROUGE-Lsum are, in a sentence.
    pub sentences: String,
    /// Which of several references counts, in a sentence.
    pub references: String,
    /// The settings of chrF, as sacrebleu signs them.
    pub chrf: String,
}

/// One measure of texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextMeasure {
    /// Of what.
    pub metric: Metric,
    /// Texts that it is the mean of, or over which it is computed.
    pub texts: u64,
    /// Mean precision, of measures that have one.
    pub precision: Option<f64>,
    /// Mean recall, of measures that have one.
    pub recall: Option<f64>,
    /// The measure, with a 95% interval by bootstrap.
    pub estimate: Estimate,
    /// By metadata.
    pub slices: Vec<Slice>,
}

/// The texts of two variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextPair {
    /// The one; the gold, where it is one of the two.
    pub left: String,
    /// The other.
    pub right: String,
    /// Targets that both have a text of.
    pub texts: u64,
    /// Targets that the left side alone has a text of: not part of any score.
    pub left_only: u64,
    /// Targets that the right side alone has a text of.
    pub right_only: u64,
    /// Texts that are the same on both sides, character by character.
    pub identical: u64,
    /// ROUGE-1, -2, -L and -Lsum, and with the gold chrF; none where no target has two texts.
    pub measures: Vec<TextMeasure>,
}

/// The texts of one variant, and how they stand to what they are made from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextProfile {
    /// The variant.
    pub variant: String,
    /// Its texts.
    pub texts: u64,
    /// Those without words.
    pub without_words: u64,
    /// Those with more words than their source.
    pub longer_than_source: u64,
    /// Words, compression, coverage, density and novelty; the last four where documents have texts.
    pub measures: Vec<TextMeasure>,
}

/// All about texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextResults {
    /// Every two variants, those with the gold first. Without gold an F1 is an agreement: it is the
    /// same whichever side is left.
    pub pairs: Vec<TextPair>,
    /// Every variant by itself.
    pub profiles: Vec<TextProfile>,
    /// Every two variants against the gold.
    pub differences: Vec<Difference>,
    /// Every two variants' profiles: a family of tests of its own.
    pub profile_differences: Vec<Difference>,
}

/// A target of which variants say different texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TextDisagreement {
    /// The document.
    pub document: String,
    /// Byte offset of the target's first byte; `None` for the document.
    pub start: Option<u32>,
    /// Byte offset behind its last byte.
    pub end: Option<u32>,
    /// Mean ROUGE-1 F1 of every two variants; 0 for two of which one has no text.
    pub agreement: f64,
    /// Words of each variant's text, in the order of the variants; `None` where it has none.
    pub words: Vec<Option<u64>>,
}
