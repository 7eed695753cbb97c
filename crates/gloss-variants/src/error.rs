//! The error of this crate.

use gloss_host::Place;

gloss_codes::error_kinds! {
    /// A comparison file cannot be read.
    Unreadable = "G1120",
    /// A comparison file is not TOML, or a value in it is of the wrong type.
    Syntax = "G1121",
    /// A comparison file has a key that is not known.
    UnknownKey = "G1122",
    /// A variant is not described as it must be.
    BadVariant = "G1123",
    /// Pipelines are to be run, and no documents are named that can be read several times.
    NoDocuments = "G1124",
    /// Two variants have one name.
    DuplicateName = "G1125",
    /// What is named as gold is neither a variant nor a file.
    BadGold = "G1126",
    /// BERTScore is asked for, and what is compared are no texts.
    NoTexts = "G1127",
}

/// Why there are no variants to compare. Holds no text of documents.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What is said of the variants cannot be followed.
    #[error("{message}")]
    Variants {
        /// What went wrong.
        kind: ErrorKind,
        /// What happened.
        message: String,
        /// What to do, or empty.
        help: String,
        /// Where it stands, if in a file.
        place: Option<Place>,
    },
    /// A pipeline cannot be planned, loaded or run.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Pipeline(Vec<gloss_host::Error>),
    /// Documents cannot be read.
    #[error(transparent)]
    Io(#[from] gloss_io::Error),
    /// Annotations cannot be compared.
    #[error(transparent)]
    Compare(#[from] gloss_compare::CompareError),
}

impl From<gloss_host::Error> for Error {
    fn from(error: gloss_host::Error) -> Error {
        Error::Pipeline(vec![error])
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>, help: &str) -> Error {
        Error::Variants { kind, message: message.into(), help: help.to_owned(), place: None }
    }

    pub(crate) fn at(self, at: Place) -> Error {
        match self {
            Error::Variants { kind, message, help, .. } => {
                Error::Variants { kind, message, help, place: Some(at) }
            }
            other => other,
        }
    }
}
