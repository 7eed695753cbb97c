//! What can go wrong between a model's name and its files.

use std::path::PathBuf;

use crate::error_kind::ErrorKind;

/// The result of every fallible call of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why one source of a model could not be used.
#[derive(Debug)]
pub struct SourceFailure {
    /// The source as it is named to the user.
    pub source: String,
    /// What happened there.
    pub error: Error,
}

/// An error of the model store. Its `Display` says what happened and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No entry of the catalogue has this name.
    #[error("there is no model `{name}` in the catalogue")]
    UnknownModel {
        /// The name or `name@version` that was asked for.
        name: String,
        /// The nearest names that exist, best first; may be empty.
        nearest: Vec<String>,
    },
    /// The text is neither `name`, `name@version` nor a path.
    #[error("`{reference}` is not a model reference")]
    BadReference {
        /// The reference as given.
        reference: String,
    },
    /// A catalogue says something that cannot be.
    #[error("{origin}: {reason}")]
    Catalogue {
        /// The file, or "the built-in catalogue".
        origin: String,
        /// What is wrong, with the model's name where it is known.
        reason: String,
    },
    /// The model is known, and not in the store.
    #[error("{name} {version} is not in the model store {}", root.display())]
    NotFetched {
        /// The model's name.
        name: String,
        /// The model's version.
        version: String,
        /// The store that was searched.
        root: PathBuf,
    },
    /// A download would be needed, and the store is offline.
    #[error("{name} {version} is not in the model store, and nothing is downloaded while offline")]
    Offline {
        /// The model's name.
        name: String,
        /// The model's version.
        version: String,
    },
    /// Every source was tried.
    #[error("{name} {version} could not be fetched:{}", list(failures))]
    AllSourcesFailed {
        /// The model's name.
        name: String,
        /// The model's version.
        version: String,
        /// One failure for each source, in the order tried.
        failures: Vec<SourceFailure>,
    },
    /// A file's content is not what the catalogue says, or was when it was recorded.
    #[error("{file} has SHA-256 {actual}, and must have {expected}")]
    WrongHash {
        /// The file, relative to the model's folder.
        file: String,
        /// Lower-case hex from the catalogue, a lock, or the store's record of the first fetch.
        expected: String,
        /// Lower-case hex of what was read.
        actual: String,
    },
    /// A file's length in bytes is not what the catalogue says, or was when it was recorded.
    #[error("{file} has {actual} bytes, and must have {expected}")]
    WrongSize {
        /// The file, relative to the model's folder.
        file: String,
        /// Bytes that are expected.
        expected: u64,
        /// Bytes found (for an archive's entry: declared or unpacked, the first that differs).
        actual: u64,
    },
    /// A file that the catalogue lists is not there, or is not a plain file.
    #[error("{file} is missing from {place}")]
    MissingFile {
        /// The file, relative to the model's folder.
        file: String,
        /// The archive or folder searched.
        place: String,
    },
    /// Files in the store changed after they were verified.
    #[error("{name} {version} in the model store is damaged: {}", problems.join("; "))]
    Damaged {
        /// The model's name.
        name: String,
        /// The model's version.
        version: String,
        /// One line for each file that differs.
        problems: Vec<String>,
    },
    /// An archive tries something that no honest model package needs.
    #[error("unsafe archive: {entry:?} {reason}")]
    UnsafeArchive {
        /// The offending entry's name.
        entry: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// An archive cannot be read: truncated, encrypted, unknown compression.
    #[error("cannot read the archive: {reason}")]
    BadArchive {
        /// The reader's reason.
        reason: String,
    },
    /// A server could not be reached, refused, or broke off.
    #[error("cannot download {url}: {reason}")]
    Download {
        /// The address asked.
        url: String,
        /// What happened.
        reason: String,
    },
    /// More bytes came, or were announced, than the catalogue allows.
    #[error("{url} holds more than the {limit} bytes allowed")]
    TooLarge {
        /// The address asked.
        url: String,
        /// The limit in bytes.
        limit: u64,
    },
    /// A connection stayed open and sent nothing.
    #[error("{url} sent nothing for {seconds} s")]
    Stalled {
        /// The address asked.
        url: String,
        /// How long it was waited for, in seconds.
        seconds: u64,
    },
    /// Neither pip nor uv is on the machine.
    #[error("no Python package installer was found (tried {tried})")]
    NoInstaller {
        /// The commands tried.
        tried: String,
    },
    /// The package installer ran and failed.
    #[error("`{command}` failed ({status}):\n{output}")]
    InstallerFailed {
        /// The command line.
        command: String,
        /// Its exit status in words.
        status: String,
        /// The end of its own output.
        output: String,
    },
    /// The caller asked to stop.
    #[error("the fetch was cancelled")]
    Cancelled,
    /// The file system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On which path.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The platform names no data folder (no home directory).
    #[error("no folder for models is known: this user has no home directory")]
    NoDataFolder,
    /// A lock file cannot be read, or contradicts the catalogue.
    #[error("{} cannot be used: {reason}", path.display())]
    Lock {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A model would have to be added to a lock file that is not to be changed.
    #[error("{name} {version} is not in {}", path.display())]
    NotLocked {
        /// The model's name.
        name: String,
        /// The model's version.
        version: String,
        /// The lock file.
        path: PathBuf,
    },
    /// A local model folder cannot be used.
    #[error("{} cannot be used as a model: {reason}", path.display())]
    LocalFolder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
}

fn list(failures: &[SourceFailure]) -> String {
    failures.iter().map(|failure| format!("\n- {}: {}", failure.source, failure.error)).collect()
}

impl Error {
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// What went wrong, without its particulars.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownModel { .. } => ErrorKind::UnknownModel,
            Self::BadReference { .. } => ErrorKind::BadReference,
            Self::Catalogue { .. } => ErrorKind::Catalogue,
            Self::NotFetched { .. } => ErrorKind::NotFetched,
            Self::Offline { .. } => ErrorKind::Offline,
            Self::AllSourcesFailed { .. } => ErrorKind::AllSourcesFailed,
            Self::WrongHash { .. } => ErrorKind::WrongHash,
            Self::WrongSize { .. } => ErrorKind::WrongSize,
            Self::MissingFile { .. } => ErrorKind::MissingFile,
            Self::Damaged { .. } => ErrorKind::Damaged,
            Self::UnsafeArchive { .. } => ErrorKind::UnsafeArchive,
            Self::BadArchive { .. } => ErrorKind::BadArchive,
            Self::Download { .. } => ErrorKind::Download,
            Self::TooLarge { .. } => ErrorKind::TooLarge,
            Self::Stalled { .. } => ErrorKind::Stalled,
            Self::NoInstaller { .. } => ErrorKind::NoInstaller,
            Self::InstallerFailed { .. } => ErrorKind::InstallerFailed,
            Self::Cancelled => ErrorKind::Cancelled,
            Self::Io { .. } => ErrorKind::Io,
            Self::NoDataFolder => ErrorKind::NoDataFolder,
            Self::Lock { .. } => ErrorKind::Lock,
            Self::NotLocked { .. } => ErrorKind::NotLocked,
            Self::LocalFolder { .. } => ErrorKind::LocalFolder,
        }
    }

    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// What the user can do about it, where that can be said.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::UnknownModel { nearest, .. } if !nearest.is_empty() => {
                format!("did you mean {}? `gloss models list` shows all", nearest.join(" or "))
            }
            Self::UnknownModel { .. } => "`gloss models list` shows the names".to_owned(),
            Self::BadReference { .. } => {
                "write `name`, `name@version`, or a path such as ./my-model".to_owned()
            }
            Self::NotFetched { name, version, .. } => {
                format!("run `gloss models fetch {name}@{version}`")
            }
            Self::Offline { name, version } => {
                format!("run `gloss models fetch {name}@{version}` once while online")
            }
            Self::Damaged { name, version, .. } => {
                format!("run `gloss models fetch {name}@{version}` to replace it")
            }
            Self::AllSourcesFailed { .. } => {
                "check the network, HTTPS_PROXY and the settings of pip; or unpack the model by \
                 hand and give its folder as a path"
                    .to_owned()
            }
            Self::NoInstaller { .. } => {
                "install Python with pip, or uv, and see that it is on PATH".to_owned()
            }
            Self::Lock { .. } => {
                "restore it from version control; or remove it, to record anew what is used now"
                    .to_owned()
            }
            Self::NotLocked { .. } => {
                "run it once without --locked, look at what was added, and keep the file".to_owned()
            }
            Self::NoDataFolder => "set GLOSS_MODELS to a folder".to_owned(),
            Self::WrongHash { .. } | Self::WrongSize { .. } | Self::MissingFile { .. } => {
                "the source holds something else than the model that is expected: do not use it"
                    .to_owned()
            }
            _ => return None,
        })
    }
}
