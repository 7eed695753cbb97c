//! Views of a comparison: a [`Comparison`](gloss_compare::Comparison) and the
//! [`Corpus`](gloss_compare::Corpus) that it was made of in, text out. Who calls opens the files.
//!
//! [`terminal`] fits a screen, [`markdown`] a pull request; both show the same sections. [`page`] is
//! one HTML page to look at the documents, [`csv`] all figures in long form, [`junit`] the gate and
//! the warnings as test cases. Without a gold nothing says which variant is better.

mod csv;
mod error;
mod fit;
#[cfg(test)]
mod fixtures;
mod junit;
mod markdown;
mod numbers;
mod page;
mod sections;
mod table;
mod terminal;
mod words;

pub use csv::csv;
pub use error::{Error, ErrorKind};
pub use junit::junit;
pub use markdown::markdown;
pub use page::{PageOptions, page};
pub use terminal::{Screen, terminal};
