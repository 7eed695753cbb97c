//! The error of this crate.

gloss_codes::error_kinds! {
    /// A plugin cannot have this name.
    BadName = "G0600",
    /// The folder of a new project exists.
    FolderExists = "G0601",
    /// The project's files cannot be written.
    Unwritable = "G0602",
    /// `cargo`, which builds plugins, cannot be started.
    NoCargo = "G0603",
    /// The folder is not the project of a plugin.
    NotAProject = "G0604",
    /// The plugin does not build.
    BuildFailed = "G0605",
    /// Tests of the plugin failed.
    TestsFailed = "G0606",
    /// Python, which runs the plugin, cannot be started.
    NoPython = "G0607",
}

/// Why a project cannot be made, built or tested.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What happened, with its place.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// What the functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Error {
        Error { kind, message: message.into(), help: help.into() }
    }
}
