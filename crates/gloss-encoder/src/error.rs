//! What can go wrong while a model is loaded or a text is run.

use std::path::PathBuf;

/// An error of a model folder (found while loading) or of one text (found while running).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file of the model folder could not be read.
    #[error("cannot read {path}: {source}; the folder must hold {needs}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
        /// The files that a folder needs.
        needs: &'static str,
    },
    /// A file of the model folder does not hold what it should.
    #[error("{file}: {field}: {reason}; the model folder is damaged or mixes several models")]
    Invalid {
        /// The file, relative to the model folder.
        file: String,
        /// The field or tensor within it.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The model needs something that this crate does not have.
    #[error("{file}: this model needs {what}, which is not supported; use another model")]
    Unsupported {
        /// The file that says so, relative to the model folder.
        file: String,
        /// The name of what is missing.
        what: String,
    },
    /// Another's network cannot be loaded, or cannot compute something.
    #[error("{file}: {reason}")]
    Network {
        /// The file that it is of, relative to the model folder.
        file: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A setting does not fit the model.
    #[error("the setting {setting} does not fit this model: {reason}")]
    Setting {
        /// The setting's name.
        setting: &'static str,
        /// Why not, and what would fit.
        reason: String,
    },
    /// The model has no head for what was asked.
    #[error("config.json: the model is for {found}, not for {asked}; choose a model made for it")]
    Task {
        /// What was asked for.
        asked: &'static str,
        /// What the model is for.
        found: &'static str,
    },
    /// The tokenizer gave up on a text.
    #[error("the tokenizer failed on a text of {bytes} bytes: {reason}")]
    Tokenizer {
        /// The length of the text in bytes.
        bytes: usize,
        /// What it says.
        reason: String,
    },
    /// The caller asked to stop.
    #[error("it was stopped")]
    Stopped,
    /// The second text of a pair leaves no room for the first.
    #[error(
        "the second text of a pair has {tokens} tokens, but at most {most} leave room for the first in a \
         window of {window}; make it shorter"
    )]
    SecondTooLong {
        /// The tokens of the second text.
        tokens: usize,
        /// How many it may have.
        most: usize,
        /// The tokens of a window.
        window: usize,
    },
}

impl Error {
    pub(crate) fn invalid(file: &str, field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { file: file.to_owned(), field: field.to_owned(), reason: reason.into() }
    }

    pub(crate) fn unsupported(file: &str, what: impl Into<String>) -> Self {
        Self::Unsupported { file: file.to_owned(), what: what.into() }
    }
}
