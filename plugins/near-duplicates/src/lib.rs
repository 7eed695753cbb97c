//! Near-duplicate documents as a Gloss plugin: MinHash sketches of shingles, found by
//! locality-sensitive hashing.
//!
//! The extractor sees every document before it annotates any. What is kept of a document is a
//! sketch of a few hundred bytes, whose agreement with another estimates the Jaccard similarity
//! of the two sets of shingles (Broder 1997).

mod bands;
mod error;
mod extractor;
mod findings;
mod groups;
mod options;
mod saved;
mod shingles;
pub mod sketch;
mod state;

pub use error::Error;
pub use extractor::NearDuplicates;
pub use findings::{Findings, Group, Verdict};
pub use options::{NearDuplicatesOptions, Unit, Verification};
pub use shingles::Shingler;
pub use state::State;
