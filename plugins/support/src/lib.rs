//! Whether a document carries what a generated text, such as a summary, says of it.

mod analysis;
mod arcs;
mod calendar;
mod check;
mod clauses;
mod extractor;
mod frames;
mod given;
mod inputs;
mod lexicon;
mod names;
mod numbers;
mod options;
mod relations;
mod shallow;
mod source;
mod tags;
mod verify;
mod words;

pub use extractor::Support;
pub use given::{GivenOptions, GivenSummary};
pub use options::Options;

gloss_plugin::export! {
    id: "gloss/support",
    extractors: { "support" => Support, "given-summary" => GivenSummary },
}

#[cfg(test)]
mod tests;
