//! Whether a document carries what a generated text, such as a summary, says of it.

mod calendar;
mod frames;
mod lexicon;
mod names;
mod numbers;
mod shallow;
mod tags;
mod words;
