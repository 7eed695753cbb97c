//! Hugging Face models of the BERT family, without Python: classes of texts, labelled spans, classes
//! that the user names, embeddings, keyphrases.
//!
//! The names of extractors and their options are those of transformers' pipelines, where these have
//! them. The models run in `gloss-encoder`, ONNX files in
//! `gloss-onnx`.

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
pub use engine::Precision;
pub use keyphrases::{Keyphrases, KeyphrasesOptions};
pub use labels::{LabelScheme, Role, Tag};
pub use reading::Reading;
pub use relevance::most_relevant;
pub use scores::{sigmoid, softmax};
pub use text_classification::{Activation, TextClassificationOptions};
pub use token_classification::TokenClassificationOptions;
pub use units::Of;
pub use zero_shot::ZeroShotOptions;

/// Classes of documents or sentences.
pub type TextClassification = Reading<text_classification::TextClassification>;
/// Labelled stretches of the text.
pub type TokenClassification = Reading<token_classification::TokenClassification>;
/// Classes that the user names.
pub type ZeroShot = Reading<zero_shot::ZeroShot>;
/// Vectors of documents, sentences or tokens.
pub type Embeddings = Reading<embeddings::Embeddings>;

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
