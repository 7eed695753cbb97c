//! The extractor `embeddings`.

use gloss_encoder::{Embedding, Model as Encoder, Settings, Task, TokenVectors, Worker};
use gloss_plugin::prelude::*;

use crate::engine::{self, Engine, Precision};
use crate::reading::Reader;
use crate::subwords::{self, SUBWORDS};
use crate::units::{Of, Seen, Stop, Unit};

/// What has a vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Embedded {
    /// The document; of a long one it is the mean of those of its windows.
    #[default]
    Document,
    /// Each sentence. Requires a stage that provides sentences.
    Sentences,
    /// Each token of the model, in a layer `subwords`; of a long document from the window where it is
    /// farthest from an end.
    Tokens,
}

impl Embedded {
    /// What the model looks at in one piece.
    fn pieces(self) -> Of {
        match self {
            Embedded::Document | Embedded::Tokens => Of::Document,
            Embedded::Sentences => Of::Sentences,
        }
    }
}

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
    /// The folder of an adapter (LoRA), as `peft` saves it, for this model.
    pub adapter: Option<Model>,
    /// What has a vector.
    pub of: Embedded,
    /// The model's layer that vectors are of, as `hidden_states` of transformers counts: 0 are the embeddings,
    /// n is what comes out of the nth layer, -1 is the last; by default the last.
    pub layer: Option<i32>,
    /// Whether tokens that the model puts around a text, as `[CLS]` and `[SEP]`, have a vector as well, with
    /// an empty subword; of tokens alone.
    pub special_tokens: bool,
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
            adapter: None,
            of: Embedded::default(),
            layer: None,
            special_tokens: false,
            pooling: None,
            normalize: None,
            prefix: String::new(),
            precision: Precision::default(),
            window: None,
            overlap: None,
        }
    }
}

/// Vectors of documents, sentences or tokens.
pub struct Embeddings {
    model: Encoder,
    of: Embedded,
    special_tokens: bool,
    prefix: String,
}

/// The vectors of a piece.
pub enum Found {
    /// One for all of it.
    Whole(Vec<f32>),
    /// One for each token of it, the prefix included.
    Tokens(TokenVectors),
}

/// The position of the layer in the plan.
pub(crate) const VECTORS: usize = 0;

impl Reader for Embeddings {
    type Options = EmbeddingsOptions;
    type Found = Found;

    fn describe() -> Description {
        Description {
            summary: "vectors of documents, sentences or tokens, by a Hugging Face model"
                .to_owned(),
            reads: vec!["sentences".to_owned()],
            gives: vec!["embeddings".to_owned(), SUBWORDS.to_owned()],
            ignores_id: true,
            ..Description::default()
        }
    }

    fn plan(options: &EmbeddingsOptions, models: &Models) -> Result<Plan> {
        let info = engine::info(models, Task::Embedding)?;
        if let Some(layer) = options.layer {
            info.depth(layer).map_err(engine::engine_error)?;
        }
        let dimension = u32::try_from(info.vector_size)?;
        let vectors = layer::vectors("embeddings", dimension).description("embeddings");
        let pieces = options.of.pieces();
        let provides = match options.of {
            Embedded::Tokens => vec![vectors.target(SUBWORDS), subwords::layer()],
            Embedded::Document | Embedded::Sentences => vec![pieces.target(vectors)],
        };
        Ok(Plan { requires: pieces.requires(), provides, ..Plan::default() })
    }

    fn load<E: Engine>(options: EmbeddingsOptions, context: &LoadContext) -> Result<Embeddings> {
        let settings = Settings {
            pooling: options.pooling.map(Into::into),
            normalize: options.normalize,
            layer: options.layer,
            ..engine::settings(options.precision, options.window, options.overlap)
        };
        let model = engine::load::<E>(context, Task::Embedding, settings)?;
        let EmbeddingsOptions { of, special_tokens, prefix, .. } = options;
        Ok(Embeddings { model, of, special_tokens, prefix })
    }

    fn model(&self) -> &Encoder {
        &self.model
    }

    fn of(&self) -> Of {
        self.of.pieces()
    }

    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Found>>> {
        let prefixed: Vec<String>;
        let texts = if self.prefix.is_empty() {
            texts
        } else {
            prefixed = texts.iter().map(|text| format!("{}{text}", self.prefix)).collect();
            &prefixed.iter().map(String::as_str).collect::<Vec<_>>()
        };
        if self.of == Embedded::Tokens {
            let found = worker.token_vectors_unless(texts, stop).map_err(engine::engine_error)?;
            let seen = found.into_iter().map(|tokens| {
                let windows = tokens.windows;
                Seen { found: Found::Tokens(tokens), windows }
            });
            return Ok(seen.collect());
        }
        let embedded = worker.embed_unless(texts, stop).map_err(engine::engine_error)?;
        let seen = embedded
            .into_iter()
            .map(|Embedding { vector, windows }| Seen { found: Found::Whole(vector), windows });
        Ok(seen.collect())
    }

    fn push(&self, unit: &Unit<'_>, found: Found, out: &mut DocumentOutput<'_>) -> Result<()> {
        let found = match found {
            Found::Whole(found) => found,
            Found::Tokens(tokens) => {
                let width = self.model.vector_size();
                let prefix = self.prefix.len();
                return subwords::push(&tokens, (unit, prefix, width), self.special_tokens, out);
            }
        };
        let vector = out.vector(VECTORS, &found);
        match unit.sentence {
            Some(sentence) => vector.target(sentence).push()?,
            None => vector.push()?,
        };
        Ok(())
    }
}
