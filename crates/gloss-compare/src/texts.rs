//! How texts are like each other, and like what they are made from.

mod options;

pub use options::{TextOptions, Tokenizer};
