//! Whether a document carries what a text, such as a summary, says of it: which sentence carries each clause
//! best, and what it does not carry. For English, by rules and word lists, without a model.
//!
//! This is what the field calls faithfulness (Maynez and others 2020, "On Faithfulness and Factuality in
//! Abstractive Summarization"): what is true, but not in the document, is not carried by it.
//!
//! ```
//! use gloss_faithfulness::{Annotations, Label, Limits, Source, sentences};
//!
//! let text = "The court freed Ana Ruiz on Friday. The police had arrested her in Porto in May.";
//! let source = Source::read(text, &sentences(text), &Annotations::default());
//! let summary = "Ruiz was released by the court. The police arrested Ruiz in Lisbon.";
//! let verdicts = source.verify(summary, Limits::default(), &|| false);
//! let labels: Vec<Label> = verdicts.iter().map(|sentence| sentence.label()).collect();
//! assert_eq!(labels, [Label::Supported, Label::Unsupported]);
//! assert_eq!(verdicts[1].clauses[0].verdict.missing_names, ["Lisbon"]);
//! ```

mod analysis;
mod annotations;
mod arcs;
mod calendar;
mod check;
mod clauses;
mod frames;
mod lexicon;
mod names;
mod numbers;
mod relations;
mod sentences;
mod shallow;
mod source;
mod tags;
mod verdict;
mod verify;
mod words;

pub use annotations::{Annotations, Token};
pub use sentences::sentences;
pub use source::Source;
pub use verdict::{Label, Limits, Verdict};
pub use verify::{ClauseVerdict, SentenceVerdict};

/// Builds the tables of words, which else the first [`Source`] does.
pub fn warm_up() {
    lexicon::Lexicon::english();
}

#[cfg(test)]
mod tests;
