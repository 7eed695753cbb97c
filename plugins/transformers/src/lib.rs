//! Hugging Face models of the BERT family, without Python: classes of texts, labelled spans, classes
//! that the user names, embeddings, keyphrases.
//!
//! The names of extractors and their options are those of transformers' pipelines, where these have
//! them. The models run in `gloss-encoder`, ONNX files in `gloss-onnx`; as a library, without the feature
//! `export`, in what another plugin brings ([`Engine`]).

mod aggregation;
mod candidates;
mod embeddings;
mod engine;
mod keyphrases;
mod labels;
mod reading;
mod relevance;
mod scores;
mod subwords;
mod text_classification;
mod token_classification;
mod units;
mod zero_shot;

pub use aggregation::{Aggregation, Entity, ScoredToken, WordRule};
pub use candidates::{Candidate, Phrases};
pub use embeddings::{Embedded, EmbeddingsOptions, Pooling};
pub use engine::{Engine, Native, Precision};
pub use keyphrases::{Keyphrases, KeyphrasesOptions};
pub use labels::{LabelScheme, Role, Tag};
pub use reading::{Reader, Reading};
pub use relevance::most_relevant;
pub use scores::{sigmoid, softmax};
pub use text_classification::{
    Activation, TextClassification as TextClassifier, TextClassificationOptions,
};
pub use token_classification::TokenClassificationOptions;
pub use units::{Of, Seen, Stop, Unit};
pub use zero_shot::ZeroShotOptions;

/// Classes of documents or sentences.
pub type TextClassification<E = Native> = Reading<text_classification::TextClassification, E>;
/// Labelled stretches of the text.
pub type TokenClassification<E = Native> = Reading<token_classification::TokenClassification, E>;
/// Classes that the user names.
pub type ZeroShot<E = Native> = Reading<zero_shot::ZeroShot, E>;
/// Vectors of documents, sentences or tokens.
pub type Embeddings<E = Native> = Reading<embeddings::Embeddings, E>;

#[cfg(feature = "export")]
gloss_plugin::export! {
    id: "gloss/transformers",
    extractors: {
        "text-classification" => TextClassification,
        "token-classification" => TokenClassification,
        "zero-shot-classification" => ZeroShot,
        "embeddings" => Embeddings,
        "keyphrases" => Keyphrases,
    },
}
