//! The error of this crate.

use std::path::Path;

use rusqlite::ErrorCode;

gloss_codes::error_kinds! {
    /// The folder of the cache cannot be made.
    Folder = "G0800",
    /// The file of the cache belongs to another program.
    Foreign = "G0801",
    /// The cache is of another version of Gloss.
    OtherVersion = "G0802",
    /// The file of the cache is damaged.
    Damaged = "G0803",
    /// The cache cannot be read or written.
    Database = "G0804",
}

/// Why a cache cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} ({}); {help}", kind.code())]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What happened, with the file's path.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: String, help: &str) -> Error {
        Error { kind, message, help: help.to_owned() }
    }

    /// What SQLite said of a file.
    pub(crate) fn of(path: &Path, error: &rusqlite::Error) -> Error {
        let code = error.sqlite_error_code();
        let message = format!("{}: {error}", path.display());
        let (kind, help) = match code {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                (ErrorKind::Damaged, "remove it with `gloss cache clear`")
            }
            Some(ErrorCode::DiskFull) => {
                (ErrorKind::Database, "make room, or name another folder in GLOSS_CACHE")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (ErrorKind::Database, "another process has held it for long: try again later")
            }
            _ => (
                ErrorKind::Database,
                "check the rights of the folder, or name another in GLOSS_CACHE; it must be on a \
                 disk of this machine",
            ),
        };
        Error::new(kind, message, help)
    }
}
