//! The codes of the errors of the model store.

gloss_codes::error_kinds! {
    /// No model of the catalogue has the name.
    UnknownModel = "G0400",
    /// A model reference is neither a name nor a path.
    BadReference = "G0401",
    /// A catalogue of models says something that cannot be.
    Catalogue = "G0402",
    /// A model is known, and not in the model store.
    NotFetched = "G0403",
    /// A model would have to be downloaded, which `--offline` forbids.
    Offline = "G0404",
    /// No source of a model could be used.
    AllSourcesFailed = "G0405",
    /// A file has another SHA-256 than the catalogue or a lock says.
    WrongHash = "G0406",
    /// A file has another length than the catalogue or a lock says.
    WrongSize = "G0407",
    /// A file that the catalogue lists is missing.
    MissingFile = "G0408",
    /// Files of a model in the store are missing or changed.
    Damaged = "G0409",
    /// An archive tries something that no honest model package needs.
    UnsafeArchive = "G0410",
    /// An archive cannot be read.
    BadArchive = "G0411",
    /// A server could not be reached, refused, or broke off.
    Download = "G0412",
    /// A download has more bytes than the catalogue allows.
    TooLarge = "G0413",
    /// A connection stayed open and sent nothing.
    Stalled = "G0414",
    /// Neither pip nor uv is on the machine.
    NoInstaller = "G0415",
    /// The package installer ran and failed.
    InstallerFailed = "G0416",
    /// Fetching was cancelled.
    Cancelled = "G0417",
    /// The file system refused a file of the model store.
    Io = "G0418",
    /// No folder for models is known.
    NoDataFolder = "G0419",
    /// A local folder cannot be used as a model.
    LocalFolder = "G0420",
    /// A lock file cannot be read, or contradicts the catalogue.
    Lock = "G0421",
    /// A model is not in the lock file, which `--locked` leaves as it is.
    NotLocked = "G0422",
}
