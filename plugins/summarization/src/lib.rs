//! Extractive summaries: whole sentences of a text, chosen by rank and put in document order.
//!
//! [`Summarizer::new`] checks the options once; [`Summarizer::summarize`] takes a text and the
//! byte ranges of its sentences. Nothing is rewritten, so a summary is a list of ranges.
//!
//! Memory grows with the length of the text, never with the square of its number of sentences:
//! the similarity matrix is applied in factored form (see `graph`).

mod background;
mod error;
mod extractor;
mod graph;
mod openings;
mod options;
mod rows;
mod select;
mod summarizer;
mod terms;

pub use error::Error;
pub use extractor::Summarization;
pub use options::{Budget, Method, SummaryOptions};
pub use summarizer::{SelectedSentence, Summarizer, Summary};
pub use terms::Analyzer;
