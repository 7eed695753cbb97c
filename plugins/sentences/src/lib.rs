//! Sentence boundaries as a Gloss plugin: rules of our own, no model, linear time.
//!
//! ```
//! use gloss_sentences::{SplitOptions, Splitter};
//! let splitter = Splitter::new("en", SplitOptions::default())?;
//! assert_eq!(splitter.split("Mr. Hale left. He smiled."), [0..14, 15..25]);
//! # Ok::<(), gloss_sentences::Error>(())
//! ```

mod abbreviations;
mod chars;
mod error;
mod extractor;
mod language;
mod layout;
mod rules;
mod splitter;

pub use error::Error;
pub use extractor::{Sentences, SentencesOptions};
pub use language::LANGUAGES;
pub use splitter::{Newline, SplitOptions, Splitter};
