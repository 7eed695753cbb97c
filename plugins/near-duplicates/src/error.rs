//! The one error of this crate.

/// Why near-duplicates cannot be sought.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An option has a value outside its range.
    #[error("{option} is {value}; it must be {allowed}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// The value that was given.
        value: f64,
        /// The values that are accepted, in words.
        allowed: &'static str,
    },
    /// A saved state is damaged.
    #[error("the saved state is damaged: {0}")]
    Damaged(&'static str),
    /// A saved state was made with other options.
    #[error("the saved state was made with other options")]
    OtherOptions,
    /// The run was cancelled while groups were sought.
    #[error("cancelled")]
    Cancelled,
    /// A document was not among those that were observed.
    #[error("the document was not observed, or its text has changed since")]
    Unobserved,
}
