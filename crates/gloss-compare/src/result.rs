//! What a comparison found, as it is written.

use serde::{Deserialize, Serialize};

use crate::align::{Alignment, Warning};
use crate::classes::Calibration;
use crate::cost::VariantCost;
use crate::gate::GateResult;
use crate::rules::BoundaryRules;
use crate::spans::{Averages, LabelScore, LabelTally, Scheme, Scores, Standing, Tally};

mod origin;
mod texts;
mod vectors;

pub use origin::{Origin, SampleSummary};
pub use texts::{TextDisagreement, TextMeasure, TextPair, TextProfile, TextResults, TextSettings};
pub use vectors::{BertScores, VectorPair, VectorResults, VectorSettings};

/// The version of the result's form. A change that readers of an earlier one cannot follow makes a
/// new number.
pub const VERSION: u32 = 1;

/// An interval: its low and its high end.
pub type Interval = (f64, f64);

/// All that a comparison found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// Version of this form.
    pub version: u32,
    /// The variants, in their order.
    pub variants: Vec<VariantSummary>,
    /// The variant that is taken to be right, if one is.
    pub gold: Option<String>,
    /// Documents that were compared.
    pub documents: usize,
    /// How it was compared.
    pub settings: Settings,
    /// How documents found together.
    pub alignment: Alignment,
    /// What readers should know.
    pub warnings: Vec<Warning>,
    /// Spans, where there are any.
    pub spans: Option<SpanResults>,
    /// Classes, where there are any.
    pub classes: Option<ClassResults>,
    /// Numbers, where there are any.
    pub values: Option<ValueResults>,
    /// Texts, where there are any.
    pub texts: Option<TextResults>,
    /// Vectors, of items or of tokens, where there are any.
    pub vectors: Option<VectorResults>,
    /// Where variants differ, most first.
    pub disagreements: Disagreements,
    /// Whether the gate is passed, where one was set.
    pub gate: Option<GateResult>,
    /// What variants cost, where that was measured.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cost: Vec<VariantCost>,
    /// Where the gold was made of a sample: all estimates are of its random part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleSummary>,
}

/// A variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VariantSummary {
    /// Its name.
    pub name: String,
    /// Its spans in the compared documents.
    pub spans: u64,
    /// Its classes there.
    pub classes: u64,
    /// Its numbers there.
    pub values: u64,
    /// Its texts there.
    #[serde(default)]
    pub texts: u64,
    /// Its vectors there, of items.
    #[serde(default)]
    pub vectors: u64,
    /// Texts there whose tokens have vectors.
    #[serde(default)]
    pub token_vectors: u64,
    /// Where they come from, as far as who compares knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// What is needed to repeat the comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settings {
    /// Seed of all random numbers.
    pub seed: u64,
    /// Resamples of the bootstrap, and rounds of randomisation.
    pub resamples: usize,
    /// Confidence of all intervals.
    pub confidence: f64,
    /// How intervals are made.
    pub intervals: String,
    /// What is cut off spans for the boundary-normalised score.
    pub boundaries: BoundaryRules,
    /// Labels from low to high, for ordinal agreement.
    pub label_order: Vec<String>,
    /// Bins of the calibration.
    pub calibration_bins: usize,
    /// How texts were compared, where there are any.
    pub texts: Option<TextSettings>,
    /// How vectors were compared, where there are any.
    pub vectors: Option<VectorSettings>,
}

/// A score with its 95% interval; `None` under two documents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Estimate {
    /// The score.
    pub value: f64,
    /// Where it may lie.
    pub interval: Option<Interval>,
}

/// What is compared between two variants, each against the gold; the lengths of texts, and how they
/// stand to their source, without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Micro F1 of spans, bounds and label.
    StrictF1,
    /// Micro F1 of spans, bounds.
    ExactF1,
    /// Micro F1 of spans, overlaps half right.
    PartialF1,
    /// Micro F1 of spans, label of overlaps.
    TypeF1,
    /// Micro F1 of spans, bounds and label, after the boundary rules.
    NormalisedF1,
    /// Share of items with the right class.
    Accuracy,
    /// Mean F1 of classes.
    MacroF1,
    /// Mean F1 of words of texts.
    #[serde(rename = "rouge1_f1")]
    Rouge1F1,
    /// Mean F1 of pairs of words of texts.
    #[serde(rename = "rouge2_f1")]
    Rouge2F1,
    /// Mean F1 of the longest common subsequence of texts' words.
    #[serde(rename = "rouge_l_f1")]
    RougeLF1,
    /// The same, sentence by sentence.
    #[serde(rename = "rouge_lsum_f1")]
    RougeLsumF1,
    /// F2 of strings of characters of texts, over the corpus, from 0 to 1.
    Chrf,
    /// Mean F1 of the tokens of texts by their vectors.
    #[serde(rename = "bertscore_f1")]
    BertScoreF1,
    /// Mean cosine of vectors of items.
    Cosine,
    /// Mean number of words of a text.
    Words,
    /// Mean of the source's words for each of the text's.
    Compression,
    /// Mean share of a text's words that are in stretches of the source.
    Coverage,
    /// Mean length of the stretch of the source that a text's word is in.
    Density,
    /// Mean share of a text's words that the source does not have.
    #[serde(rename = "novelty1")]
    Novelty1,
    /// The same of pairs of words.
    #[serde(rename = "novelty2")]
    Novelty2,
    /// The same of three words.
    #[serde(rename = "novelty3")]
    Novelty3,
    /// The same of four words.
    #[serde(rename = "novelty4")]
    Novelty4,
}

impl Metric {
    /// The name by which JSON and a gate know it.
    pub(crate) fn name(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => name,
            _ => String::new(),
        }
    }
}

/// How a p-value was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Test {
    /// Documents swapped in all ways.
    RandomisationExact,
    /// Documents swapped at random.
    Randomisation,
    /// McNemar's, by the binomial distribution.
    McnemarExact,
    /// McNemar's, by chi-squared with continuity correction.
    McnemarChiSquared,
}

/// The difference of two variants, each against the gold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Difference {
    /// Of what.
    pub metric: Metric,
    /// The one variant.
    pub first: String,
    /// The other.
    pub second: String,
    /// What the first has.
    pub first_value: f64,
    /// What the second has.
    pub second_value: f64,
    /// Second less first.
    pub difference: f64,
    /// 95% interval of the difference, by paired bootstrap; `None` under two documents.
    pub interval: Option<Interval>,
    /// Two-sided.
    pub p_value: f64,
    /// How the p-value was made.
    pub test: Test,
    /// The p-value, adjusted by Holm over the family of all differences of this kind of annotation.
    pub adjusted_p_value: f64,
    /// The smallest true difference that such a sample shows in 80% of cases, at 5%.
    pub smallest_detectable: Option<f64>,
}

/// A cell of a confusion table; `None` stands for nothing on that side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConfusionCell {
    /// What the left side says.
    pub left: Option<String>,
    /// What the right side says.
    pub right: Option<String>,
    /// How often.
    pub count: u64,
}

/// Spans under one scheme.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SchemeScore {
    /// What counts as right.
    pub scheme: Scheme,
    /// The counts.
    pub standing: Standing,
    /// Micro averages.
    pub micro: Scores,
    /// 95% interval of the micro F1.
    pub interval: Option<Interval>,
    /// Averages over labels.
    #[serde(flatten)]
    pub averages: Averages,
}

/// Documents that have one value in one field of their metadata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Slice {
    /// The field.
    pub field: String,
    /// Its value, in JSON where it is no string; `None` where documents lack the field.
    pub value: Option<String>,
    /// How many documents.
    pub documents: u64,
    /// Strict micro F1 of spans, accuracy of classes, or the measure of texts or vectors that it
    /// stands beside, with an interval by linearisation.
    pub estimate: Estimate,
}

/// The spans of two variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpanPair {
    /// The one; the gold, where it is one of the two.
    pub left: String,
    /// The other.
    pub right: String,
    /// Counts of pairs and errors.
    pub tally: Tally<u64>,
    /// The four schemes.
    pub schemes: Vec<SchemeScore>,
    /// Strict scores after the boundary rules; `None` where documents have no texts.
    pub normalised: Option<Scores>,
    /// 95% interval of its F1.
    pub normalised_interval: Option<Interval>,
    /// Label by label.
    pub labels: Vec<LabelScore>,
    /// What is called what, most often first.
    pub confusion: Vec<ConfusionCell>,
    /// By metadata.
    pub slices: Vec<Slice>,
    /// Documents with clusters too large for an optimal assignment.
    pub approximate: Vec<String>,
}

/// All about spans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpanResults {
    /// Every two variants, those with the gold first. Without gold an F1 is an agreement: it is the
    /// same whichever side is left.
    pub pairs: Vec<SpanPair>,
    /// Every two variants against the gold.
    pub differences: Vec<Difference>,
}

/// One class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassScore {
    /// The label.
    pub label: String,
    /// Its counts.
    pub tally: LabelTally,
    /// Precision, recall, F1.
    pub scores: Scores,
    /// 95% interval of the F1, by linearisation over documents.
    pub interval: Option<Interval>,
}

/// The classes of two variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassPair {
    /// The one; the gold, where it is one of the two.
    pub left: String,
    /// The other.
    pub right: String,
    /// Items that both classify.
    pub items: u64,
    /// Items that the left side alone classifies: not part of any score.
    pub left_only: u64,
    /// Items that the right side alone classifies.
    pub right_only: u64,
    /// Share with the same class.
    pub accuracy: Option<Estimate>,
    /// Averages over classes.
    #[serde(flatten)]
    pub averages: Averages,
    /// 95% interval of the macro F1; `None` over 32 labels.
    pub macro_interval: Option<Interval>,
    /// Matthews' correlation.
    pub mcc: Option<f64>,
    /// Cohen's kappa.
    pub kappa: Option<f64>,
    /// With linear weights, where the labels have an order.
    pub kappa_linear: Option<f64>,
    /// With quadratic weights.
    pub kappa_quadratic: Option<f64>,
    /// Class by class.
    pub labels: Vec<ClassScore>,
    /// What is called what, most often first.
    pub confusion: Vec<ConfusionCell>,
    /// By metadata.
    pub slices: Vec<Slice>,
}

/// Calibration of a variant against the gold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VariantCalibration {
    /// The variant.
    pub variant: String,
    /// Its calibration.
    pub calibration: Calibration,
}

/// All about classes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassResults {
    /// Every two variants, those with the gold first.
    pub pairs: Vec<ClassPair>,
    /// Fleiss' kappa of all variants but the gold, over items that all classify.
    pub fleiss_kappa: Option<f64>,
    /// Krippendorff's alpha of all variants but the gold, nominal.
    pub alpha_nominal: Option<f64>,
    /// Ordinal, where the labels have an order.
    pub alpha_ordinal: Option<f64>,
    /// Where probabilities are there, and a gold.
    pub calibration: Vec<VariantCalibration>,
    /// Every two variants against the gold.
    pub differences: Vec<Difference>,
}

/// The numbers of two variants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValuePair {
    /// The one; the gold, where it is one of the two.
    pub left: String,
    /// The other.
    pub right: String,
    /// Items that both give a number.
    pub items: u64,
    /// Items that the left side alone gives one.
    pub left_only: u64,
    /// Items that the right side alone gives one.
    pub right_only: u64,
    /// Pearson's correlation.
    pub pearson: Option<Estimate>,
    /// Spearman's; without interval.
    pub spearman: Option<f64>,
    /// Mean absolute difference.
    pub mean_absolute_error: Option<Estimate>,
}

/// All about numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ValueResults {
    /// Every two variants, those with the gold first.
    pub pairs: Vec<ValuePair>,
    /// Krippendorff's alpha of all variants but the gold, by intervals.
    pub alpha_interval: Option<f64>,
}

/// A document in which variants differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DocumentDisagreement {
    /// Its id.
    pub document: String,
    /// Spans and classes in which two variants differ, summed over every two.
    pub differing: u64,
    /// 1 less the share that agrees: F1 of all spans and classes, over every two variants.
    pub score: f64,
}

/// What one variant says of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Mark {
    /// Byte offset of the first byte; `None` for a class of the document.
    pub start: Option<u32>,
    /// Byte offset behind the last byte.
    pub end: Option<u32>,
    /// The label.
    pub label: String,
}

/// A stretch of spans, or a target of a class, of which variants say different things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ItemDisagreement {
    /// The document.
    pub document: String,
    /// 1 less the share that agrees, over every two variants.
    pub score: f64,
    /// What each variant says, in the order of the variants.
    pub marks: Vec<Vec<Mark>>,
}

/// Where variants differ, most first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Disagreements {
    /// Documents in which any two variants differ.
    pub differing_documents: u64,
    /// Items in which any two variants differ.
    pub differing_items: u64,
    /// The first of the documents: by how much differs, then by share.
    pub documents: Vec<DocumentDisagreement>,
    /// The first of the items: by share, then by how many marks there are.
    pub items: Vec<ItemDisagreement>,
    /// The first of the texts: those that agree least.
    #[serde(default)]
    pub texts: Vec<TextDisagreement>,
}

/// The JSON Schema of [`Comparison`].
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Comparison).to_value()
}
