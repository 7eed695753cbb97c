//! What can go wrong while a model is loaded or run.

use std::path::PathBuf;

/// An error of a model file, of a schema, or of one call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file could not be read.
    #[error("cannot read {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// The file does not hold what it should.
    #[error("{place}: {reason}; the file is damaged or no GGUF model: fetch it again")]
    Invalid {
        /// The metadata field, the tensor or the byte.
        place: String,
        /// What is wrong there.
        reason: String,
    },
    /// The model needs something that this crate does not have.
    #[error(
        "this model needs {what}, which is not supported; use a model of the Llama architecture with a \
         byte-level BPE vocabulary"
    )]
    Unsupported {
        /// The name of what is missing.
        what: String,
    },
    /// The model's chat template could not be rendered.
    #[error("tokenizer.chat_template: {reason}")]
    Template {
        /// What the renderer says.
        reason: String,
    },
    /// The tokenizer gave up on a text.
    #[error("the tokenizer failed on a text of {bytes} bytes: {reason}")]
    Tokenizer {
        /// The length of the text in bytes.
        bytes: usize,
        /// What it says.
        reason: String,
    },
    /// A prompt and what is to be generated do not fit into what the model can look at.
    #[error(
        "a prompt of {prompt} tokens and {generated} to generate are more than the {context} that the \
         model can look at; shorten one of them"
    )]
    TooLong {
        /// The prompt's tokens.
        prompt: usize,
        /// The most tokens to generate.
        generated: usize,
        /// The most that the model takes.
        context: usize,
    },
    /// A prompt without tokens.
    #[error("the prompt is empty; a model continues a text of at least one token")]
    EmptyPrompt,
    /// The schema uses something that cannot be kept to.
    #[error("schema{place}: {reason}")]
    Schema {
        /// A JSON pointer into the schema.
        place: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// The caller asked for an end.
    #[error("stopped because it was told to")]
    Cancelled,
}

impl Error {
    pub(crate) fn invalid(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { place: place.into(), reason: reason.into() }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }
}
