//! Views of a comparison: a [`Comparison`](gloss_compare::Comparison) and the
//! [`Corpus`](gloss_compare::Corpus) that it was made of in, text out.
//!
//! [`terminal`] fits a screen, [`markdown`] a pull request; both show the same sections. [`csv`] is
//! all figures in long form, [`junit`] the gate and the warnings as test cases. Nothing here opens
//! files or prints, and without a gold nothing says which variant is better.

mod csv;
#[cfg(test)]
mod fixtures;
mod junit;
mod markdown;
mod numbers;
mod sections;
mod table;
mod terminal;
mod words;

pub use csv::csv;
pub use junit::junit;
pub use markdown::markdown;
pub use terminal::{Screen, terminal};
