//! Comparisons for people to look at.
//!
//! Pure: a [`Comparison`](gloss_compare::Comparison) and the [`Corpus`](gloss_compare::Corpus) that
//! it was made of go in, text comes out. Who calls opens the files.

mod error;
mod page;

pub use error::{Error, ErrorKind};
pub use page::{PageOptions, page};
