//! What can go wrong while a model is loaded or a document is run.

use std::path::PathBuf;

/// An error of a model folder (found while loading) or of one document (found while running).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file of the model folder could not be read.
    #[error("cannot read {path}: {source}; is this the folder that holds config.cfg?")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file of the model folder does not hold what it should.
    #[error("{file}: {field}: {reason}; the model folder is damaged or of another spaCy version")]
    Invalid {
        /// The file, relative to the model folder.
        file: String,
        /// The field or parameter within it.
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
    /// The pipeline has no component that gives what was asked for.
    #[error("{file}: {what}, but the pipeline has no component {component} that runs")]
    Absent {
        /// The file that says so, relative to the model folder.
        file: String,
        /// What was asked for, as the beginning of a sentence.
        what: String,
        /// The component that would give it.
        component: &'static str,
    },
    /// A regular expression of the model gave up on this document (its backtracking limit).
    #[error("the model's pattern {pattern} gave up on a chunk of {bytes} bytes: {reason}")]
    Pattern {
        /// The model's name of the pattern, such as `suffix_search`.
        pattern: &'static str,
        /// The length of the text that it was matched against, in bytes.
        bytes: usize,
        /// What the matcher says.
        reason: String,
    },
    /// The caller of [`Pipeline::analyze_unless`](crate::Pipeline::analyze_unless) asked to stop.
    #[error("stopped within a document, as was asked for")]
    Stopped,
}

impl Error {
    pub(crate) fn invalid(file: &str, field: &str, reason: impl Into<String>) -> Self {
        Self::Invalid { file: file.to_owned(), field: field.to_owned(), reason: reason.into() }
    }

    pub(crate) fn absent(what: &str, component: &'static str) -> Self {
        Self::Absent { file: "config.cfg".to_owned(), what: what.to_owned(), component }
    }

    pub(crate) fn unsupported(file: &str, what: impl Into<String>) -> Self {
        Self::Unsupported { file: file.to_owned(), what: what.into() }
    }
}
