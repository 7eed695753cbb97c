//! What a child runs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use tracing::level_filters::LevelFilter;

use crate::Runtime;

/// The variable that tells a program how much it should log, as `--log` tells `gloss-worker`.
const LOG_VARIABLE: &str = "GLOSS_PLUGIN_LOG";

/// What a child runs: `gloss-worker` with a plugin's library, or a program that is the plugin itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    command: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(String, String)>,
    /// The library that `gloss-worker` is to load.
    library: Option<PathBuf>,
    /// The plugin's files, the first of which names it.
    files: Vec<PathBuf>,
    /// What the user can do when it does not start.
    help: String,
}

impl Program {
    /// A plugin's library, run by `gloss-worker`.
    #[must_use]
    pub fn library(runtime: &Runtime, plugin: &Path) -> Program {
        Program {
            command: runtime.worker.clone(),
            arguments: Vec::new(),
            environment: Vec::new(),
            library: Some(plugin.to_owned()),
            files: vec![plugin.to_owned()],
            help: "gloss-worker lies beside gloss; build or install it again".to_owned(),
        }
    }

    /// A program that speaks frames itself. `command` is a path, or a name that is looked up in the
    /// folders of `PATH`; `files` are the plugin's own, its manifest first.
    #[must_use]
    pub fn of_its_own(command: PathBuf, arguments: Vec<OsString>, files: Vec<PathBuf>) -> Program {
        let (environment, help) = (Vec::new(), String::new());
        Program { command, arguments, environment, library: None, files, help }
    }

    /// Sets variables for it.
    #[must_use]
    pub fn with_environment(self, environment: Vec<(String, String)>) -> Program {
        Program { environment, ..self }
    }

    /// Adds what the user can do when it does not start.
    #[must_use]
    pub fn with_help(self, help: String) -> Program {
        Program { help, ..self }
    }

    /// The command that starts it, without its streams.
    pub(crate) fn command(&self) -> Command {
        let level = LevelFilter::current().to_string();
        let mut command = Command::new(&self.command);
        match &self.library {
            Some(plugin) => command.args(["--log", &level]).arg(plugin),
            None => command
                .args(&self.arguments)
                .envs(self.environment.iter().map(|(name, value)| (name, value)))
                .env(LOG_VARIABLE, level),
        };
        command
    }

    /// The program, for messages.
    pub(crate) fn path(&self) -> &Path {
        &self.command
    }

    /// Name of the plugin's file, for the log.
    pub(crate) fn name(&self) -> String {
        let file = self.files.first().and_then(|f| f.file_name()).unwrap_or_default();
        file.to_string_lossy().into_owned()
    }

    pub(crate) fn help(&self) -> &str {
        &self.help
    }

    /// Whether it is the plugin itself.
    pub(crate) fn is_its_own(&self) -> bool {
        self.library.is_none()
    }

    /// The plugin's files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(PathBuf::as_path)
    }
}
