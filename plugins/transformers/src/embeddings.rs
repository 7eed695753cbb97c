//! The extractor `embeddings`.

use gloss_encoder::{Embedding, Model as Encoder, Settings, Task, Worker};
use gloss_plugin::prelude::*;

use crate::engine::{self, Engine, Precision};
use crate::reading::Reader;
use crate::units::{Of, Seen, Stop, Unit};

/// How the vectors of tokens become one of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// The mean of all tokens.
    Mean,
    /// The first token, a special one.
    Cls,
    /// The largest number of all tokens, place by place.
    Max,
}

impl From<Pooling> for gloss_encoder::Pooling {
    fn from(pooling: Pooling) -> gloss_encoder::Pooling {
        match pooling {
            Pooling::Mean => gloss_encoder::Pooling::Mean,
            Pooling::Cls => gloss_encoder::Pooling::Cls,
            Pooling::Max => gloss_encoder::Pooling::Max,
        }
    }
}

/// Options of the extractor `embeddings`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EmbeddingsOptions {
    /// A name of the catalogue, or the folder of a model as sentence-transformers or transformers
    /// saves it.
    pub model: Model,
    /// What has a vector.
    pub of: Of,
    /// How the vectors of tokens become one; by default as the model's folder says, or the mean.
    pub pooling: Option<Pooling>,
    /// Whether vectors are scaled to length 1; by default as the model's folder says.
    pub normalize: Option<bool>,
    /// What is put before each text, such as "query: " for models of the E5 family.
    pub prefix: String,
    /// The numbers that the model's weights are kept in.
    pub precision: Precision,
    /// Tokens of a window, special ones included; by default as many as the model takes. A longer text
    /// is split, and its vector is the mean of those of its windows, weighted by their tokens.
    pub window: Option<usize>,
    /// Tokens that two windows of a text share at least.
    pub overlap: Option<usize>,
}

/// The model that people have come to expect of embeddings, small and fast.
pub const DEFAULT_MODEL: &str = "all-MiniLM-L6-v2";

impl Default for EmbeddingsOptions {
    fn default() -> Self {
        EmbeddingsOptions {
            model: Model(DEFAULT_MODEL.to_owned()),
            of: Of::default(),
            pooling: None,
            normalize: None,
            prefix: String::new(),
            precision: Precision::default(),
            window: None,
            overlap: None,
        }
    }
}

/// Vectors of documents or sentences.
pub struct Embeddings {
    model: Encoder,
    of: Of,
    prefix: String,
}

/// The position of the layer in the plan.
const VECTORS: usize = 0;

impl Reader for Embeddings {
    type Options = EmbeddingsOptions;
    type Found = Vec<f32>;

    fn describe() -> Description {
        Description {
            summary: "vectors of documents or sentences, by a Hugging Face model".to_owned(),
            reads: vec!["sentences".to_owned()],
            gives: vec!["embeddings".to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &EmbeddingsOptions, models: &Models) -> Result<Plan> {
        let info = engine::info(models, Task::Embedding)?;
        let dimension = u32::try_from(info.vector_size)?;
        let vectors = layer::vectors("embeddings", dimension).description("embeddings");
        let provides = vec![options.of.target(vectors)];
        Ok(Plan { requires: options.of.requires(), provides, ..Plan::default() })
    }

    fn load<E: Engine>(options: EmbeddingsOptions, context: &LoadContext) -> Result<Embeddings> {
        let settings = Settings {
            pooling: options.pooling.map(Into::into),
            normalize: options.normalize,
            ..engine::settings(options.precision, options.window, options.overlap)
        };
        let model = engine::load::<E>(context, Task::Embedding, settings)?;
        Ok(Embeddings { model, of: options.of, prefix: options.prefix })
    }

    fn model(&self) -> &Encoder {
        &self.model
    }

    fn of(&self) -> Of {
        self.of
    }

    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Vec<f32>>>> {
        let prefixed: Vec<String>;
        let texts = if self.prefix.is_empty() {
            texts
        } else {
            prefixed = texts.iter().map(|text| format!("{}{text}", self.prefix)).collect();
            &prefixed.iter().map(String::as_str).collect::<Vec<_>>()
        };
        let embedded = worker.embed_unless(texts, stop).map_err(engine::engine_error)?;
        let seen = embedded
            .into_iter()
            .map(|Embedding { vector, windows }| Seen { found: vector, windows });
        Ok(seen.collect())
    }

    fn push(&self, unit: &Unit<'_>, found: Vec<f32>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let vector = out.vector(VECTORS, &found);
        match unit.sentence {
            Some(sentence) => vector.target(sentence).push()?,
            None => vector.push()?,
        };
        Ok(())
    }
}
