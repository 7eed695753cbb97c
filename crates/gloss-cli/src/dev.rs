//! `gloss dev`: builds, runs and shows what changed, whenever a source does.

mod outcome;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use console::style;
use gloss_host::read_manifest;
use gloss_scaffold::{Profile, Watched};

use crate::args::{Common, Dev};
use crate::diagnostics::{self, Coded};
use crate::say::say;
use outcome::Outcome;

/// Never returns but by an error at the start: Ctrl-C ends it.
pub fn dev(arguments: &Dev, common: &Common) -> Result<u8> {
    let projects = projects(arguments);
    let mut places = vec![arguments.pipeline.clone()];
    places.extend(arguments.documents.iter().map(PathBuf::from));
    places.extend(projects.iter().cloned());
    let mut watched = Watched::new(places);
    let mut last: Option<Outcome> = None;
    loop {
        let begin = Instant::now();
        match round(arguments, common, &projects) {
            Ok(Some(now)) => {
                match &last {
                    None => say!("{}", now.whole()),
                    Some(last) => print_difference(last, &now),
                }
                last = Some(now);
            }
            // The run has said what is wrong.
            Ok(None) => {}
            Err(error) => diagnostics::report(&error),
        }
        let seconds = begin.elapsed().as_secs_f64();
        let note = format!("{seconds:.1} s; watching {} files, Ctrl-C ends", watched.len());
        eprintln!("{}", style(note).dim());
        for path in watched.wait() {
            eprintln!("{} {}", style("changed:").bold(), path.display());
        }
    }
}

/// The projects to build: those that are named, or else the current folder if it is one.
fn projects(arguments: &Dev) -> Vec<PathBuf> {
    if arguments.plugin.is_empty() && gloss_scaffold::is_project(Path::new(".")) {
        vec![PathBuf::from(".")]
    } else {
        arguments.plugin.clone()
    }
}

/// Builds and runs once; `None` when the run ended with an error, which it printed.
fn round(arguments: &Dev, common: &Common, projects: &[PathBuf]) -> Result<Option<Outcome>> {
    let profile = if arguments.release { Profile::Release } else { Profile::Debug };
    let mut libraries = Vec::new();
    let mut ids = Vec::new();
    for project in projects {
        let library = gloss_scaffold::build(project, profile).map_err(Coded::from)?;
        ids.push(read_manifest(&library).map_err(Coded::from)?.id);
        libraries.push(library);
    }
    let folder = tempfile::tempdir().context("there is no place for the results")?;
    let files = ["out.jsonl", "quarantine.jsonl"].map(|name| folder.path().join(name));
    let status = run(arguments, common, &libraries, &files)?;
    // 3: documents failed, which is part of what is shown.
    if !matches!(status, Some(0 | 3)) {
        return Ok(None);
    }
    Outcome::read(&files, &ids).map(Some)
}

/// Runs the pipeline in a new process, for a library that was loaded is never unloaded.
fn run(
    arguments: &Dev,
    common: &Common,
    libraries: &[PathBuf],
    [output, quarantine]: &[PathBuf; 2],
) -> Result<Option<i32>> {
    let gloss = std::env::current_exe().context("this program cannot be found again")?;
    let mut command = Command::new(gloss);
    command.arg("run").arg(&arguments.pipeline).args(&arguments.documents);
    command.args(["--quiet", "--format", "jsonl", "--output"]).arg(output);
    command.arg("--quarantine").arg(quarantine);
    for path in libraries.iter().chain(&common.plugin_path) {
        command.arg("--plugin-path").arg(path);
    }
    for (flag, path) in
        [("--models-folder", &common.models_folder), ("--catalogue", &common.catalogue)]
    {
        if let Some(path) = path {
            command.arg(flag).arg(path);
        }
    }
    if common.offline {
        command.arg("--offline");
    }
    let status = command.stdin(Stdio::null()).status().context("the run cannot be started")?;
    Ok(status.code())
}

fn print_difference(last: &Outcome, now: &Outcome) {
    let (gone, new) = last.differences(now);
    if gone.is_empty() && new.is_empty() {
        say!("no difference");
    }
    for line in gone {
        say!("{}", style(format!("- {line}")).red());
    }
    for line in new {
        say!("{}", style(format!("+ {line}")).green());
    }
}
