//! Hugging Face models of the BERT family, without Python: classes of texts, labelled spans, classes
//! that the user names, embeddings, keyphrases.
//!
//! The names of extractors and their options are those of transformers' pipelines, where these have
//! them. The models run in `gloss-encoder`.

mod aggregation;
mod candidates;
mod embeddings;
mod engine;
mod keyphrases;
mod labels;
mod relevance;
mod scores;
mod text_classification;
mod token_classification;
mod units;
mod zero_shot;

pub use aggregation::{Aggregation, Entity, ScoredToken, WordRule};
pub use candidates::{Candidate, Phrases};
pub use embeddings::{Embeddings, EmbeddingsOptions, Pooling};
pub use engine::Precision;
pub use keyphrases::{Keyphrases, KeyphrasesOptions};
pub use labels::{LabelScheme, Role, Tag};
pub use relevance::most_relevant;
pub use scores::{sigmoid, softmax};
pub use text_classification::{Activation, TextClassification, TextClassificationOptions};
pub use token_classification::{TokenClassification, TokenClassificationOptions};
pub use units::Of;
pub use zero_shot::{ZeroShot, ZeroShotOptions};

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
