//! The one error of this crate.

/// Why a splitter could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The language is not a well-formed BCP-47 tag.
    #[error(
        "sentences: language {tag:?} is not a BCP-47 tag; write a code such as \"en\" or \"pt-BR\""
    )]
    Language {
        /// The tag as it was given.
        tag: String,
    },
}
