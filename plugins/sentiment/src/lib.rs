//! Sentiment by VADER as a Gloss plugin.

mod extractor;
pub mod vader;

pub use extractor::{Aggregation, Sentiment, SentimentOptions};
