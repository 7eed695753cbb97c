//! Building and testing a project, in whatever language it is.

use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind, Result, cargo, python};

/// How a plugin is compiled, where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quickly; it runs slowly, and checks more.
    Debug,
    /// As users get it.
    Release,
}

/// Whether a folder is the project of a plugin.
#[must_use]
pub fn is_project(folder: &Path) -> bool {
    cargo::is_project(folder) || python::is_project(folder)
}

/// Builds the plugin in `folder` and gives the path of what `gloss` loads: a library, or the manifest
/// of a program, for which nothing is to be done.
///
/// # Errors
/// When the folder is not a plugin's, `cargo` is missing, or it does not compile.
pub fn build(folder: &Path, profile: Profile) -> Result<PathBuf> {
    if cargo::is_project(folder) {
        cargo::build(folder, profile)
    } else if python::is_project(folder) {
        python::manifest(folder)
    } else {
        Err(no_project(folder))
    }
}

/// Runs the tests of the plugin in `folder`, which find the program `gloss` by the environment
/// variable `GLOSS`.
///
/// # Errors
/// As [`build`], or when a test fails.
pub fn test(folder: &Path, profile: Profile, gloss: &Path) -> Result<()> {
    if cargo::is_project(folder) {
        cargo::test(folder, profile, gloss)
    } else if python::is_project(folder) {
        python::test(folder, gloss)
    } else {
        Err(no_project(folder))
    }
}

fn no_project(folder: &Path) -> Error {
    let folder = folder.display();
    let message = format!(
        "{folder} is not the project of a plugin: it has no Cargo.toml and no manifest (*.gloss.toml)"
    );
    let help = "name the folder of a plugin, or make one: gloss plugin new NAME --kind spans";
    Error::new(ErrorKind::NotAProject, message, help)
}

/// That tests failed: what did, the tests have said.
pub fn tests_failed(folder: &Path) -> Error {
    let message = format!("tests of the plugin in {} fail, or do not build", folder.display());
    Error::new(ErrorKind::TestsFailed, message, "what failed is above")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_that_are_no_project() {
        let folder = tempfile::tempdir().unwrap();
        for path in [folder.path().to_owned(), folder.path().join("none")] {
            assert!(!is_project(&path));
            assert_eq!(build(&path, Profile::Debug).unwrap_err().kind, ErrorKind::NotAProject);
        }
    }
}
