//! The shell that a page's commands are run in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::{env, fs};

use tempfile::TempDir;

use crate::c::repository;
use crate::{Sandbox, build_folder, cargo_variables, copy, plugin_file, projects_folder};

/// What users have beside each other after a build: `gloss`, its worker, and the plugins, without
/// those for tests.
#[derive(Debug)]
pub struct Programs {
    folder: TempDir,
}

impl Default for Programs {
    fn default() -> Programs {
        Programs::new()
    }
}

impl Programs {
    /// Copies of what was built.
    ///
    /// # Panics
    /// When something was not built.
    #[must_use]
    pub fn new() -> Programs {
        // Not in the system's folder, which may be on another file system, where no links lead.
        let folder = TempDir::new_in(build_folder()).expect("a temporary folder");
        let mut files = vec![build_folder().join("gloss"), build_folder().join("gloss-worker")];
        for entry in fs::read_dir(repository().join("plugins")).expect("plugins").flatten() {
            // The package for Python is no library, and what is a workspace of its own is not built with the rest.
            let manifest = fs::read_to_string(entry.path().join("Cargo.toml")).unwrap_or_default();
            if manifest.is_empty() || manifest.contains("\n[workspace]") {
                continue;
            }
            let name = entry.file_name().to_string_lossy().replace('-', "_");
            files.push(plugin_file(&format!("gloss_{name}")));
        }
        for file in files {
            let copied = folder.path().join(file.file_name().expect("a file"));
            if fs::hard_link(&file, &copied).is_err() {
                copy(&file, &copied);
            }
        }
        Programs { folder }
    }
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub struct Printed {
    /// Both streams in the order in which they were written, without spaces at the ends of lines.
    pub output: String,
    /// The exit status; -1 for a signal.
    pub status: i32,
}

/// A shell that keeps its folder, its variables and the last exit status from one command to the
/// next. Each command has a process of its own, so none can take the others along.
#[derive(Debug)]
pub struct Session {
    sandbox: Sandbox,
    path: OsString,
    status: i32,
}

/// Runs before each command: what the last one left is read, and will be kept when this one ends.
const BEGIN: &str = r#"
exec 2>&1
[ ! -e "$GLOSS_DOCS_STATE" ] || { . "$GLOSS_DOCS_STATE"; cd "$PWD"; }
trap 'code=$?; export -p >"$GLOSS_DOCS_STATE"; exit $code' EXIT
set -a
"#;

impl Session {
    /// A shell in an empty folder.
    pub fn new(programs: &Programs) -> Session {
        let sandbox = Sandbox::new();
        fs::create_dir(sandbox.path().join("page")).expect("a folder");
        let search = env::var_os("PATH").unwrap_or_default();
        let first = programs.folder.path().to_owned();
        let folders = [first].into_iter().chain(env::split_paths(&search));
        let path = env::join_paths(folders).expect("folders without a separator in their names");
        Session { sandbox, path, status: 0 }
    }

    /// Where the reader is when the page begins.
    fn folder(&self) -> PathBuf {
        self.sandbox.path().join("page")
    }

    /// Runs a command and waits for it. It has no input.
    pub fn run(&mut self, command: &str) -> Printed {
        // A subshell sets what `$?` begins with.
        let script = format!("{BEGIN}(exit {})\n{command}\n", self.status);
        let output = self
            .sandbox
            .command_of(Path::new("sh"), &["-c", &script])
            .current_dir(self.folder())
            .env("PATH", &self.path)
            .env("GLOSS_OFFLINE", "true")
            .envs(cargo_variables())
            .env("GLOSS_DOCS_PROJECTS", projects_folder().join("page"))
            .env("GLOSS_DOCS_STATE", self.sandbox.path().join("shell"))
            // Messages and orders of other programs do not depend on whose machine it is.
            .env("LC_ALL", "C")
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::null())
            .output()
            .expect("sh starts");
        self.status = output.status.code().unwrap_or(-1);
        let output = String::from_utf8_lossy(&output.stdout);
        let output = output.lines().flat_map(|line| [line.trim_end(), "\n"]).collect();
        Printed { output, status: self.status }
    }

    /// Writes a file, where the shell is now. What it returns, if not nothing, is why it cannot.
    pub fn write(&mut self, name: &str, contents: &str) -> String {
        let (written, status) = (self.sandbox.file("written", contents), self.status);
        let script =
            format!("mkdir -p \"$(dirname '{name}')\" && cp '{}' '{name}'", written.display());
        let printed = self.run(&script);
        self.status = status;
        printed.output
    }

    /// Copies a file or folder of the repository to the same place in the page's folder.
    pub fn copy(&self, path: &str) -> Result<(), String> {
        let (from, to) = (repository().join(path), self.folder().join(path));
        if !from.exists() {
            return Err(format!("the repository has no {path}"));
        }
        fs::create_dir_all(to.parent().expect("a folder")).map_err(|e| format!("{path}: {e}"))?;
        copy(&from, &to);
        Ok(())
    }
}
