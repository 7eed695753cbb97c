//! How texts are like each other, and like what they are made from.
//!
//! ```
//! use gloss_compare::texts::{RougeScorer, TextOptions, Vocabulary};
//!
//! let mut vocabulary = Vocabulary::new(TextOptions::default());
//! let reference = vocabulary.read("Police killed the gunman.", &[]);
//! let text = vocabulary.read("Police kill the gunman.", &[]);
//! let rouge = RougeScorer::default().score(&reference, &text, &vocabulary);
//! assert_eq!(rouge.rouge1.f1, 0.75);
//! ```

mod chrf;
mod grams;
mod lcs;
mod options;
mod porter;
mod rouge;
mod source;
mod words;

pub use chrf::{ChrfCounts, SIGNATURE as CHRF_SIGNATURE};
pub use grams::Grams;
pub use options::{TextOptions, Tokenizer};
pub use porter::stem;
pub use rouge::{MOST_STEPS, Rouge, RougeScorer};
pub use source::{MOST_COMPARISONS, SourceMeasures, SourceScorer};
pub use words::{Vocabulary, Words};
