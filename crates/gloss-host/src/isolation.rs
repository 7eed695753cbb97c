//! Whether a stage runs in a process of its own, and within which limits.

use std::path::PathBuf;

use gloss_process::{Limits, Program, Runtime};
use gloss_protocol::Description;

use crate::{Error, ErrorKind, PipelineFile, PluginIdentity, StageSpec};

/// Where a stage runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isolation {
    /// In the host's own process: fastest, but a plugin that crashes takes everything along.
    None,
    /// In processes of its own.
    Process,
}

/// What the host may use to run stages in processes of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IsolationOptions {
    /// What it takes to start them; `None` where they cannot be had.
    pub runtime: Option<Runtime>,
    /// Where descriptions of plugins are kept, so that each plugin is asked once.
    pub descriptions: Option<PathBuf>,
    /// Run every stage so.
    pub all: bool,
}

/// The program and the limits of a stage that runs apart; `None` for one that does not.
pub fn decide(
    file: &PipelineFile,
    spec: &StageSpec,
    plugin: &PluginIdentity,
    description: &Description,
    options: &IsolationOptions,
) -> Result<Option<(Program, Limits)>, Error> {
    if plugin.is_program() && spec.isolation == Some(Isolation::None) && !options.all {
        let message = format!(
            "stage {:?}: the plugin {} is a program and cannot run in the host's own process",
            spec.id, plugin.manifest.id
        );
        return Err(Error::new(ErrorKind::ProgramInHost, message)
            .at(&file.path, spec.span_of("isolation"))
            .with_help("remove isolation = \"none\""));
    }
    let apart = description.native_libraries || plugin.is_program();
    let by_default = if apart { Isolation::Process } else { Isolation::None };
    let wanted =
        if options.all { Isolation::Process } else { spec.isolation.unwrap_or(by_default) };
    if wanted == Isolation::None {
        let limit = [("timeout", spec.timeout.is_some()), ("memory", spec.memory.is_some())];
        return match limit.iter().find(|(_, set)| *set) {
            None => Ok(None),
            Some((key, _)) => Err(Error::new(
                ErrorKind::NeedsIsolation,
                format!("stage {:?}: {key:?} cannot be kept in the host's own process", spec.id),
            )
            .at(&file.path, spec.span_of(key))
            .with_help("add isolation = \"process\", or run with --isolate")),
        };
    }
    let Some(program) = plugin.program(options.runtime.as_ref()) else {
        let message = format!(
            "stage {:?} is to run in a process of its own, and gloss-worker is not there",
            spec.id
        );
        return Err(Error::new(ErrorKind::NoIsolation, message)
            .at(&file.path, spec.span_of("isolation"))
            .with_help("put gloss-worker beside gloss, or name it in GLOSS_WORKER"));
    };
    let default = Limits::default();
    let timeout = spec.timeout.unwrap_or(default.timeout);
    Ok(Some((program, Limits { timeout, memory: spec.memory })))
}
