//! Projects in Python, which are not built: what `gloss` starts is named by a manifest.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use toml_edit::{DocumentMut, Item};

use crate::toolchain::tests_failed;
use crate::{Error, ErrorKind, Result};

/// How manifests are called.
const SUFFIX: &str = ".gloss.toml";

/// How Python ends when there are no tests, from 3.12 on.
const NO_TESTS: i32 = 5;

/// Whether a folder has the manifest of a program.
pub fn is_project(folder: &Path) -> bool {
    !manifests(folder).is_empty()
}

/// The manifest of the project.
pub fn manifest(folder: &Path) -> Result<PathBuf> {
    let mut found = manifests(folder);
    match (found.pop(), found.pop()) {
        (Some(path), None) => Ok(path),
        _ => {
            let message = format!("{} has several manifests of plugins", folder.display());
            let help = "name one of the files (*.gloss.toml), or keep each in a folder of its own";
            Err(Error::new(ErrorKind::NotAProject, message, help))
        }
    }
}

fn manifests(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| path.to_string_lossy().ends_with(SUFFIX) && path.is_file()).collect()
}

/// See [`crate::test`]. The tests are those of `unittest`; a program that is not run by Python has
/// none that could be known.
pub fn test(folder: &Path, gloss: &Path) -> Result<()> {
    let Some(python) = interpreter(&manifest(folder)?) else { return Ok(()) };
    let mut command = Command::new(&python);
    command.args(["-m", "unittest", "discover", "--verbose"]).env("GLOSS", gloss);
    // As when it is run by `gloss`, nothing is to be written into the plugin's folder.
    command.current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1").stdin(Stdio::null());
    let status = command.status().map_err(|e| no_python(&python, &e))?;
    if status.success() || status.code() == Some(NO_TESTS) {
        return Ok(());
    }
    Err(tests_failed(folder))
}

/// The Python that a manifest names. What else is wrong with the manifest is told by who reads it.
fn interpreter(manifest: &Path) -> Option<String> {
    let document: DocumentMut = fs::read_to_string(manifest).ok()?.parse().ok()?;
    let program = document.get("command").and_then(Item::as_array)?.get(0)?.as_str()?;
    let name = Path::new(program).file_name()?.to_str()?;
    let folder = manifest.parent()?.canonicalize().ok()?;
    name.starts_with("python").then(|| program.replace("{folder}", &folder.to_string_lossy()))
}

fn no_python(program: &str, error: &io::Error) -> Error {
    let message = format!("{program}, which runs the plugin, cannot be started: {error}");
    let help = "install Python 3.9 or newer, or name another in the manifest's `command`";
    Error::new(ErrorKind::NoPython, message, help)
}
