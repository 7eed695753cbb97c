//! How vectors are like each other.
//!
//! A cosine of two vectors of items is called a cosine. BERTScore is what [`BertScorer`] computes from
//! the vectors of tokens, and nothing else.

mod bertscore;
mod cka;
mod cosine;
mod neighbours;
mod options;

pub use bertscore::{BertScorer, TokenWeights};
pub use cka::linear_cka;
pub use cosine::cosine;
pub use neighbours::neighbour_overlap;
pub use options::{Baseline, VectorOptions};
