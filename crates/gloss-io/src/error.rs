//! The error of readers and writers.

use gloss_doc::Source;

/// What went wrong; each has a stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A path does not exist, or a pattern matches nothing.
    NotFound,
    /// A file cannot be read.
    Unreadable,
    /// A text is not UTF-8.
    NotUtf8,
    /// A line is not a document in JSON.
    BadJson,
    /// A document is too long for the offsets.
    TooLong,
    /// A pattern is malformed.
    BadPattern,
    /// A file cannot be written.
    Unwritable,
}

impl ErrorKind {
    /// All of them, in the order of their codes.
    pub const ALL: &[ErrorKind] = &[
        ErrorKind::NotFound,
        ErrorKind::Unreadable,
        ErrorKind::NotUtf8,
        ErrorKind::BadJson,
        ErrorKind::TooLong,
        ErrorKind::BadPattern,
        ErrorKind::Unwritable,
    ];

    /// The code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            ErrorKind::NotFound => "G0200",
            ErrorKind::Unreadable => "G0201",
            ErrorKind::NotUtf8 => "G0202",
            ErrorKind::BadJson => "G0203",
            ErrorKind::TooLong => "G0204",
            ErrorKind::BadPattern => "G0205",
            ErrorKind::Unwritable => "G0206",
        }
    }

    /// What it means, for the list of codes.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            ErrorKind::NotFound => "An input path does not exist, or a pattern matches nothing.",
            ErrorKind::Unreadable => "An input file cannot be read.",
            ErrorKind::NotUtf8 => "A text is not UTF-8.",
            ErrorKind::BadJson => "A line of a JSONL file is not a document.",
            ErrorKind::TooLong => "A document has 4 GiB or more.",
            ErrorKind::BadPattern => "An input pattern is malformed.",
            ErrorKind::Unwritable => "An output file cannot be written.",
        }
    }
}

/// Why something cannot be read or written. Holds no text of documents.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What happened, with its place.
    pub message: String,
    /// What to do, or empty.
    pub help: String,
    /// The document's id, as far as one is known.
    pub id: String,
    /// Where the document was to be read from.
    pub place: Box<Source>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, path: &str, message: impl Into<String>) -> Error {
        let place = Source { path: path.to_owned(), offset: None, line: None };
        Error {
            kind,
            message: message.into(),
            help: String::new(),
            id: path.to_owned(),
            place: Box::new(place),
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Error {
        self.help = help.into();
        self
    }
}
