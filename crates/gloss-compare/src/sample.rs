//! From disagreement to gold: documents to be corrected by hand, and what estimates may be made of
//! them.
//!
//! A sample has two strata. One is drawn uniformly from all documents, so that what is counted in it
//! is an estimate of what would be counted in all. The other is of the documents in which variants
//! differ most: it is worth correcting, and tells nothing of the rest. Tasks carry their stratum in
//! the metadata ([`STRATUM`]); where a gold brings it back, [`compare`](crate::compare::compare)
//! counts in the random stratum alone and shows both.

mod draw;
mod label_studio;
mod strata;

pub use draw::{Sample, SampleOptions, sample};
pub use label_studio::{LabelStudio, label_studio};
pub(crate) use strata::read_back;

/// The field of the metadata that holds a document's stratum: `random` or `disagreement`.
pub const STRATUM: &str = "gloss_stratum";
/// The field of the metadata that holds the number of documents that were drawn from.
pub const POPULATION: &str = "gloss_population";
/// The stratum that was drawn from all documents.
const RANDOM: &str = "random";
/// The stratum of documents in which variants differ.
const DISAGREEMENT: &str = "disagreement";

#[cfg(test)]
mod tests;
