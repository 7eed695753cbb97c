//! Hugging Face models of the BERT family, without Python.

mod aggregation;
mod candidates;
mod labels;
mod relevance;
mod scores;

pub use aggregation::{Aggregation, Entity, ScoredToken, WordRule};
pub use candidates::{Candidate, Phrases};
pub use labels::{LabelScheme, Role, Tag};
pub use relevance::most_relevant;
pub use scores::{sigmoid, softmax};
