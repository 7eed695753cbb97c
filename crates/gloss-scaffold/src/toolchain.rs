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

/// What a project is built with.
enum Toolchain {
    Cargo,
    Python,
}

impl Toolchain {
    fn of(folder: &Path) -> Result<Toolchain> {
        if cargo::is_project(folder) {
            return Ok(Toolchain::Cargo);
        }
        if python::is_project(folder) {
            return Ok(Toolchain::Python);
        }
        let message = format!(
            "{} is not the project of a plugin: it has no Cargo.toml and no manifest (*.gloss.toml)",
            folder.display()
        );
        let help = "name the folder of a plugin, or make one: gloss plugin new NAME --kind spans";
        Err(Error::new(ErrorKind::NotAProject, message, help))
    }
}

/// Whether a folder is the project of a plugin.
#[must_use]
pub fn is_project(folder: &Path) -> bool {
    Toolchain::of(folder).is_ok()
}

/// Builds the plugin in `folder` and gives the path of what `gloss` loads: a library, or the manifest
/// of a program, for which nothing is to be done.
///
/// # Errors
/// When the folder is not a plugin's, `cargo` is missing, or it does not compile.
pub fn build(folder: &Path, profile: Profile) -> Result<PathBuf> {
    match Toolchain::of(folder)? {
        Toolchain::Cargo => cargo::build(folder, profile),
        Toolchain::Python => python::manifest(folder),
    }
}

/// Runs the tests of the plugin in `folder`, which find the program `gloss` by the environment
/// variable `GLOSS`.
///
/// # Errors
/// As [`build`], or when a test fails.
pub fn test(folder: &Path, profile: Profile, gloss: &Path) -> Result<()> {
    match Toolchain::of(folder)? {
        Toolchain::Cargo => cargo::test(folder, profile, gloss),
        Toolchain::Python => python::test(folder, gloss),
    }
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
