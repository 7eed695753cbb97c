//! The error of readers and writers.

use std::io;

use gloss_doc::Source;

gloss_codes::error_kinds! {
    /// An input path does not exist, or a pattern matches nothing.
    NotFound = "G0200",
    /// An input file cannot be read.
    Unreadable = "G0201",
    /// A text is not UTF-8.
    NotUtf8 = "G0202",
    /// A line of a JSONL file is not a document.
    BadJson = "G0203",
    /// A document has 4 GiB or more.
    TooLong = "G0204",
    /// An input pattern is malformed.
    BadPattern = "G0205",
    /// An output file cannot be written.
    Unwritable = "G0206",
    /// There is no such input format, or it cannot be had from there.
    UnknownFormat = "G0220",
    /// There is no such encoding.
    UnknownEncoding = "G0221",
    /// A text is not in the encoding that it is said to be in.
    NotInEncoding = "G0222",
    /// A table has no such column.
    NoColumn = "G0223",
    /// A row of a table, or an object, is not a document.
    BadRow = "G0224",
    /// Rows of a Parquet file cannot be read.
    BadParquet = "G0225",
    /// A page is too large, or nested too deeply, to be read.
    BadPage = "G0226",
    /// An input ends before it is complete.
    CutOff = "G0227",
    /// Compressed data is damaged.
    Damaged = "G0228",
    /// An input was changed while it was read.
    ChangedInput = "G0229",
    /// Results cannot be written in this format, to this place, or with these options.
    BadOutput = "G0230",
    /// An output cannot be gone on with: it is not as the interrupted run left it.
    CannotResume = "G0231",
    /// Annotations of another tool do not fit their text, or their format.
    BadAnnotation = "G0232",
    /// A file is not of the format that it is said to be in.
    NotOfFormat = "G0233",
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
    /// What the system said, if it was the system that refused.
    pub system: Option<io::ErrorKind>,
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
            system: None,
        }
    }

    pub(crate) fn system(mut self, error: &io::Error) -> Error {
        self.system = Some(error.kind());
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Error {
        self.help = help.into();
        self
    }
}
