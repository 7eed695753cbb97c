//! The error of this crate: a code, what happened and where, and what to do.

use std::io;
use std::path::Path;

gloss_codes::error_kinds! {
    /// The output of a run cannot be written.
    Output = "G0700",
    /// The quarantine file of a run cannot be written.
    Quarantine = "G0701",
    /// The journal of a run cannot be written.
    Journal = "G0702",
    /// The record of a run cannot be written or read.
    Record = "G0703",
    /// Another run is writing the same files.
    Busy = "G0704",
    /// An earlier run of the same output is not whole.
    Unfinished = "G0705",
    /// What is there was made by another pipeline, or of other inputs, or with other options.
    Different = "G0706",
    /// The files of a run that is not whole are damaged.
    Damaged = "G0707",
    /// A run cannot be gone on with.
    NotResumable = "G0708",
    /// A line is not one of a quarantine file.
    NotQuarantine = "G0709",
    /// A document that failed cannot be had again.
    NotRetried = "G0710",
    /// Shards do not make up a whole.
    Shards = "G0711",
}

/// Why a run with files cannot begin or go on. Holds no text of documents.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The pipeline failed.
    #[error(transparent)]
    Pipeline(#[from] gloss_host::Error),
    /// Inputs cannot be read, or results cannot be written as is asked.
    #[error(transparent)]
    Io(#[from] gloss_io::Error),
    /// Something about the files.
    #[error("{message}")]
    Files {
        /// What went wrong.
        kind: ErrorKind,
        /// What happened, with its place.
        message: String,
        /// What to do.
        help: String,
        /// What the system reported, if it was the system.
        #[source]
        source: Option<io::Error>,
    },
}

/// What the functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Error {
        Error::Files { kind, message: message.into(), help: help.into(), source: None }
    }

    /// A file that the system refused; `what` is it, as the subject of a sentence.
    pub(crate) fn system(
        kind: ErrorKind,
        what: &str,
        path: &Path,
        error: io::Error,
        help: &str,
    ) -> Error {
        let help = match (error.kind(), help) {
            (io::ErrorKind::NotFound, "") if kind == ErrorKind::Output => {
                "make the folder that is to hold it"
            }
            (io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::IsADirectory, "") => {
                "name a new file or folder"
            }
            (io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, _) => "free space there",
            (io::ErrorKind::FileTooLarge, _) => "raise the limit of file sizes (`ulimit -f`)",
            (io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem, "") => {
                "write to a folder in which you may"
            }
            (_, help) => help,
        };
        Error::Files {
            kind,
            message: format!("{what} {}: {error}", path.display()),
            help: help.to_owned(),
            source: Some(error),
        }
    }

    /// Says also what to do then.
    pub(crate) fn and_then(mut self, then: &str) -> Error {
        let help = match &mut self {
            Error::Files { help, .. } => help,
            // Where a stage is told to stop it would be told so again.
            Error::Pipeline(e) if e.kind != gloss_host::ErrorKind::StoppedByFailure => {
                e.help.get_or_insert_default()
            }
            _ => return self,
        };
        if !help.is_empty() {
            help.push_str(", then ");
        }
        help.push_str(then);
        self
    }

    /// What went wrong with the files, if it was those.
    #[must_use]
    pub fn kind(&self) -> Option<ErrorKind> {
        match self {
            Error::Files { kind, .. } => Some(*kind),
            Error::Pipeline(_) | Error::Io(_) => None,
        }
    }
}
