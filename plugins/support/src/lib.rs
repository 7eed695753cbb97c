//! Whether a document carries what a generated text, such as a summary, says of it.

mod analysis;
mod calendar;
mod check;
mod clauses;
mod frames;
mod lexicon;
mod names;
mod numbers;
mod relations;
mod shallow;
mod source;
mod tags;
mod verify;
mod words;

#[cfg(test)]
mod tests;
