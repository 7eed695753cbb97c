//! How vectors are like each other.

mod options;

pub use options::{Baseline, VectorOptions};
