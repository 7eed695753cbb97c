//! The error of this crate.

gloss_codes::error_kinds! {
    /// A comparison is to be shown with documents that it was not made of.
    OtherCorpus = "G1100",
    /// A page cannot be made.
    Page = "G1101",
}

/// Why a comparison cannot be shown. Holds no text of documents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, help: &str) -> Error {
        Error { kind, message: message.into(), help: help.to_owned() }
    }
}
