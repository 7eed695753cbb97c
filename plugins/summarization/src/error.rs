//! What can go wrong: options out of range, or sentence ranges that do not fit the text.

/// Why a summarizer could not be made or could not run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option has a value outside its range.
    #[error("option `{option}` is {value}; it must be {allowed}")]
    Option {
        /// Name of the field of `SummaryOptions`.
        option: &'static str,
        /// The value that was given.
        value: f64,
        /// The values that are accepted, in words.
        allowed: &'static str,
    },
    /// The vectors of the sentences are missing, or do not fit them.
    #[error("the method `embeddings` needs a vector for each sentence: {problem}")]
    Vectors {
        /// What is wrong with those that were given.
        problem: String,
    },
    /// A sentence range is reversed, outside the text, inside a character, or overlaps the one
    /// before it.
    #[error(
        "sentence {index} has the byte range {start}..{end}, which does not fit: ranges must lie \
         inside the text ({length} bytes), on character boundaries, in order, without overlap"
    )]
    Range {
        /// Position of the sentence in the list, from 0.
        index: usize,
        /// First byte.
        start: usize,
        /// One past the last byte.
        end: usize,
        /// Length of the text in bytes.
        length: usize,
    },
}
