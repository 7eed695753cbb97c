//! The error of this crate: a stable code, what happened, where, and what to do.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

gloss_codes::error_kinds! {
    /// The pipeline file cannot be read.
    PipelineUnreadable = "G0100",
    /// The pipeline file is not TOML.
    PipelineSyntax = "G0101",
    /// The pipeline file has a key that is not known.
    UnknownKey = "G0102",
    /// A key of the pipeline file has a value of the wrong type.
    WrongType = "G0103",
    /// The pipeline file lacks a key.
    MissingKey = "G0104",
    /// Two stages have one id.
    DuplicateStage = "G0105",
    /// A stage's id has characters that are not allowed.
    BadStageId = "G0106",
    /// No plugin that was found provides the extractor.
    UnknownExtractor = "G0107",
    /// Several plugins provide the extractor.
    AmbiguousExtractor = "G0108",
    /// The extractor has no such option.
    UnknownOption = "G0109",
    /// An option has an unusable value.
    BadOption = "G0110",
    /// No stage provides a layer that a stage requires.
    MissingLayer = "G0111",
    /// Several stages provide a layer that a stage requires.
    AmbiguousLayer = "G0112",
    /// Stages require each other's layers in a circle.
    Cycle = "G0113",
    /// A model that an option names is not to be had.
    Model = "G0114",
    /// The extractor refused to plan, for another reason than its options.
    Plan = "G0115",
    /// A limit is set on a stage that runs in the host's own process, where it cannot be kept.
    NeedsIsolation = "G0116",
    /// A stage is to run in a process of its own, and that cannot be had.
    NoIsolation = "G0117",
    /// A stage is told to keep a layer that it does not provide.
    UnknownLayer = "G0118",
    /// A plugin that is a program is to run in the host's own process.
    ProgramInHost = "G0119",
    /// A file that an option names cannot be read.
    DataFile = "G0120",
    /// Results of a stage are to be kept that observes all documents.
    NotCached = "G0121",
    /// The file is not a dynamic library.
    NotALibrary = "G0300",
    /// The library is not a Gloss plugin.
    NotAPlugin = "G0301",
    /// The plugin was built against another version of the plugin interface.
    AbiVersion = "G0302",
    /// The plugin was built for another platform.
    Platform = "G0303",
    /// The plugin's file is not the one that was installed.
    Changed = "G0304",
    /// Two files are one and the same plugin by their id.
    DuplicatePlugin = "G0305",
    /// The operating system cannot load the library.
    LoadLibrary = "G0306",
    /// The plugin failed to initialise or to describe itself.
    PluginInit = "G0307",
    /// The extractor failed to load.
    ExtractorLoad = "G0308",
    /// The plugin cannot be installed.
    Install = "G0309",
    /// No plugin of this name is installed, or several are.
    NotInstalled = "G0310",
    /// The manifest of a program cannot be used.
    ProgramManifest = "G0311",
    /// An extractor reported that it cannot process a document.
    Document = "G0500",
    /// An extractor panicked.
    Panic = "G0501",
    /// An extractor broke a rule of the plugin interface.
    Rule = "G0502",
    /// The process that runs an extractor ended: the extractor crashed it, or ended it.
    Crash = "G0503",
    /// The process that runs an extractor did not answer in time and was ended.
    Timeout = "G0504",
    /// The process that runs an extractor used more memory than it may and was ended.
    Memory = "G0505",
    /// The process that runs an extractor sent what is no answer.
    Frame = "G0506",
    /// Documents cannot be kept between two passes over them.
    Spool = "G0510",
    /// An extractor failed with all that it had observed.
    Observation = "G0511",
    /// A saved state is missing, damaged, or of another plugin or pipeline.
    SavedState = "G0512",
    /// A stage failed with a document, and is told to stop the run then.
    StoppedByFailure = "G0520",
    /// More documents failed than may.
    TooManyFailures = "G0521",
    /// A file of a plugin, of its model or of the user was changed or removed while it was in use.
    ChangedInUse = "G0522",
}

/// Where in a file an error is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: PathBuf,
    /// Bytes of the file, where it is a text file.
    pub span: Option<Range<usize>>,
    /// Line and column in characters, from 1, where nobody else knows the file's text.
    pub position: Option<(u32, u32)>,
}

/// Why a plugin or a pipeline cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What went wrong.
    pub kind: ErrorKind,
    /// What happened, in one sentence.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
}

impl Error {
    /// An error without place and help.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Error {
        Error { kind, message: message.into(), place: None, help: None }
    }

    /// Adds the file.
    #[must_use]
    pub fn in_file(self, file: impl Into<PathBuf>) -> Error {
        Error { place: Some(Place { file: file.into(), span: None, position: None }), ..self }
    }

    /// Adds the file and the bytes in it.
    #[must_use]
    pub fn at(self, file: impl Into<PathBuf>, span: Option<Range<usize>>) -> Error {
        Error { place: Some(Place { file: file.into(), span, position: None }), ..self }
    }

    /// Adds where it is.
    #[must_use]
    pub fn at_place(self, place: Place) -> Error {
        Error { place: Some(place), ..self }
    }

    /// Adds the file, the bytes in it and, from its text, line and column.
    pub(crate) fn at_text(
        self,
        file: impl Into<PathBuf>,
        span: Option<Range<usize>>,
        text: &str,
    ) -> Error {
        let position = span.as_ref().and_then(|span| {
            let before = text.get(..span.start)?;
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Some((u32::try_from(line).ok()?, u32::try_from(column).ok()?))
        });
        Error { place: Some(Place { file: file.into(), span, position }), ..self }
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Error {
        Error { help: Some(help.into()).filter(|help| !help.is_empty()), ..self }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        match self.position {
            Some((line, column)) => write!(f, ":{line}:{column}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.code(), self.message)?;
        if let Some(place) = &self.place {
            write!(f, " ({place})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
