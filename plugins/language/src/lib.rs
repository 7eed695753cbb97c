//! Language identification as a Gloss plugin: trigrams and alphabets, by the crate `whatlang`.
//!
//! ```
//! use gloss_language::Identifier;
//! let identifier = Identifier::new(&["en", "fr", "de"])?;
//! let found = identifier.identify("Où est passée la clé de la cave ?").map(|found| found.code);
//! assert_eq!(found, Some("fr"));
//! # Ok::<(), gloss_language::UnknownLanguage>(())
//! ```

mod codes;
mod extractor;
mod identify;
mod probability;
mod sample;

pub use codes::UnknownLanguage;
pub use extractor::{Language, LanguageOptions, Part};
pub use identify::{Identified, Identifier, UNDETERMINED};
pub use probability::Calibration;
