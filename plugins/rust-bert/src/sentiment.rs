//! The extractor `sentiment`: a classifier of texts whose layer stands where other sentiment does.

use gloss_encoder::{Model as Encoder, Worker};
use gloss_plugin::prelude::*;
use gloss_transformers::{
    Engine, Of, Reader, Seen, Stop, TextClassificationOptions, TextClassifier, Unit,
};

/// Options of the extractor `sentiment`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SentimentOptions {
    /// A name of the catalogue, or the folder of a model for classification of sequences.
    pub model: Model,
    /// What is classified.
    pub of: Of,
    /// Name of the layer, and its type.
    #[schemars(length(min = 1))]
    pub layer: String,
    /// Every class with its score, and not only the best.
    pub all_scores: bool,
    /// Tokens of a window, special ones included; by default as many as the model takes. A longer text
    /// is split, and its raw scores are the mean of those of its windows.
    pub window: Option<usize>,
    /// Tokens that two windows of a text share at least.
    pub overlap: Option<usize>,
}

impl Default for SentimentOptions {
    fn default() -> Self {
        let TextClassificationOptions { model, of, all_scores, window, overlap, .. } =
            TextClassificationOptions::default();
        SentimentOptions { model, of, layer: "sentiment".to_owned(), all_scores, window, overlap }
    }
}

impl From<SentimentOptions> for TextClassificationOptions {
    fn from(options: SentimentOptions) -> Self {
        let SentimentOptions { model, of, layer, all_scores, window, overlap } = options;
        let others = TextClassificationOptions::default();
        TextClassificationOptions { model, of, layer, all_scores, window, overlap, ..others }
    }
}

/// A classifier of texts with the options of sentiment.
pub struct SentimentClassification(TextClassifier);

impl Reader for SentimentClassification {
    type Options = SentimentOptions;
    /// A score for each class.
    type Found = Vec<f32>;

    fn describe() -> Description {
        Description {
            summary: "sentiment of documents or sentences, by a Hugging Face model".to_owned(),
            gives: vec!["sentiment".to_owned()],
            ..TextClassifier::describe()
        }
    }

    fn plan(options: &SentimentOptions, models: &Models) -> Result<Plan> {
        TextClassifier::plan(&options.clone().into(), models)
    }

    fn load<E: Engine>(options: SentimentOptions, context: &LoadContext) -> Result<Self> {
        TextClassifier::load::<E>(options.into(), context).map(Self)
    }

    fn model(&self) -> &Encoder {
        self.0.model()
    }

    fn of(&self) -> Of {
        self.0.of()
    }

    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Vec<f32>>>> {
        self.0.read(worker, texts, stop)
    }

    fn push(&self, unit: &Unit<'_>, found: Vec<f32>, out: &mut DocumentOutput<'_>) -> Result<()> {
        self.0.push(unit, found, out)
    }
}
