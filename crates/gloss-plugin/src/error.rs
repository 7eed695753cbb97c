//! The error of extractors.

use std::fmt;

use gloss_abi::FailureKind;

/// What extractors return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an extractor cannot go on. Made from any error by `?`, or by the functions here, which let
/// the user be told where to look.
///
/// An error returned from [`Extractor::extract`](crate::Extractor::extract) is one of that document: others go on.
pub struct Error {
    pub(crate) kind: FailureKind,
    pub(crate) message: String,
    pub(crate) place: String,
    pub(crate) help: String,
    /// The host refused a push and has already failed the document.
    pub(crate) rejected: bool,
}

impl Error {
    /// An error of no particular sort.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Error {
        Error {
            kind: FailureKind::OTHER,
            message: message.into(),
            place: String::new(),
            help: String::new(),
            rejected: false,
        }
    }

    /// An option has an unusable value. `option` is its name, dotted where it is nested.
    #[must_use]
    pub fn option(option: &str, message: impl Into<String>) -> Error {
        Error { kind: FailureKind::OPTIONS, place: option.to_owned(), ..Error::new(message) }
    }

    /// A model cannot be used. `file` says which of its files, or is empty.
    #[must_use]
    pub fn model(file: &str, message: impl Into<String>) -> Error {
        Error { kind: FailureKind::MODEL, place: file.to_owned(), ..Error::new(message) }
    }

    /// Adds what the user can do.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Error {
        Error { help: help.into(), ..self }
    }

    /// What a call returns that ends because the run was cancelled.
    #[must_use]
    pub fn cancelled() -> Error {
        Error::new("stopped because it was told to")
    }

    pub(crate) fn panic(message: String) -> Error {
        Error { kind: FailureKind::PANIC, ..Error::new(message) }
    }

    pub(crate) fn rejected() -> Error {
        Error { rejected: true, ..Error::new("the host refused what the extractor pushed") }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        f.write_str(&self.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

// `Error` itself is no `std::error::Error`, so that this conversion can exist.
impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Error {
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            message = format!("{message}: {cause}");
            source = cause.source();
        }
        Error::new(message)
    }
}
