//! The models of rust-bert (<https://github.com/guillaume-be/rust-bert>) as extractors. This is the only crate
//! that knows of libtorch.
//!
//! What reads text with an encoder is shared with the plugin `gloss/transformers`: options, layers, tokens,
//! windows and what becomes of scores are the same, and only the network behind them is rust-bert's
//! ([`Torch`]). So the two are exchanged by one word of a pipeline file. What writes text is rust-bert's whole
//! pipeline.

mod architectures;
mod engine;
mod guard;
mod json_file;
mod network;
mod question_answering;
mod sentiment;
mod special_tokens;
mod summarization;
mod weights;

pub use engine::Torch;
pub use question_answering::{QuestionAnswering, QuestionAnsweringOptions};
pub use sentiment::{SentimentClassification, SentimentOptions};
pub use summarization::{Summarization, SummarizationOptions};

/// Entities.
pub type Ner = gloss_transformers::TokenClassification<Torch>;
/// Classes of documents or sentences.
pub type SequenceClassification = gloss_transformers::TextClassification<Torch>;
/// Classes that the user names.
pub type ZeroShotClassification = gloss_transformers::ZeroShot<Torch>;
/// Vectors of documents or sentences.
pub type Embeddings = gloss_transformers::Embeddings<Torch>;
/// The phrases that say what a document is about.
pub type Keywords = gloss_transformers::Keyphrases<Torch>;
/// Whether a document or sentence is well disposed.
pub type Sentiment = gloss_transformers::Reading<SentimentClassification, Torch>;

gloss_plugin::export! {
    id: "gloss/rust-bert",
    needs: "libtorch 2.4.0 in the folder libtorch beside its file: `cargo xtask rust-bert` makes it in .libtorch of the \
            sources; link or copy that folder",
    extractors: {
        "ner" => Ner,
        "sentiment" => Sentiment,
        "sequence-classification" => SequenceClassification,
        "zero-shot-classification" => ZeroShotClassification,
        "embeddings" => Embeddings,
        "keywords" => Keywords,
        "question-answering" => QuestionAnswering,
        "summarization" => Summarization,
    },
}
