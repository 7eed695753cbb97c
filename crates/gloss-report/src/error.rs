//! The error of reports.

gloss_codes::error_kinds! {
    /// The record of a run cannot be read, or is none.
    Record = "G0900",
    /// No document has the layer that a report is to be made of, or it is of another kind.
    Layer = "G0901",
    /// A page cannot be made.
    Page = "G0902",
}

/// Why there is no report. Holds no text of documents.
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
