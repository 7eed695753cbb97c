//! Building and testing projects in Rust with `cargo`, whose progress and errors go to standard error.

use std::env;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::toolchain::tests_failed;
use crate::{Error, ErrorKind, Profile, Result};

const MANIFEST: &str = "Cargo.toml";

/// See [`crate::build`].
pub fn build(folder: &Path, profile: Profile) -> Result<PathBuf> {
    let manifest = manifest(folder);
    let mut command = command(folder, "build", profile);
    command.arg("--message-format=json-render-diagnostics").stdout(Stdio::piped());
    let mut child = command.spawn().map_err(no_cargo)?;
    let messages =
        child.stdout.take().map(|out| BufReader::new(out).lines().map_while(io::Result::ok));
    let library = messages.into_iter().flatten().filter_map(|m| library_in(&m, &manifest)).last();
    if !child.wait().map_err(no_cargo)?.success() {
        let message = format!("the plugin in {} does not build", folder.display());
        return Err(Error::new(ErrorKind::BuildFailed, message, "what the compiler says is above"));
    }
    library.ok_or_else(|| {
        let message = format!("what was built in {} has no dynamic library", folder.display());
        let help = "a plugin's Cargo.toml has [lib] with crate-type = [\"cdylib\", \"rlib\"]";
        Error::new(ErrorKind::NotAProject, message, help)
    })
}

/// See [`crate::test`].
pub fn test(folder: &Path, profile: Profile, gloss: &Path) -> Result<()> {
    let status = command(folder, "test", profile).env("GLOSS", gloss).status().map_err(no_cargo)?;
    if status.success() {
        return Ok(());
    }
    Err(tests_failed(folder))
}

/// Whether a folder is a project of `cargo`.
pub fn is_project(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// The manifest of the project, as `cargo` names it.
fn manifest(folder: &Path) -> PathBuf {
    canonical(&folder.join(MANIFEST))
}

fn command(folder: &Path, subcommand: &str, profile: Profile) -> Command {
    // Within a command of cargo, its own path is known.
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.arg(subcommand).current_dir(folder).stdin(Stdio::null());
    if profile == Profile::Release {
        command.arg("--release");
    }
    command
}

fn no_cargo(error: io::Error) -> Error {
    let message = format!("cargo, which builds plugins, cannot be started: {error}");
    Error::new(
        ErrorKind::NoCargo,
        message,
        "install Rust (https://rustup.rs) and open a new terminal",
    )
}

fn canonical(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The dynamic library of the package with this manifest, if a message of `cargo` is about that.
fn library_in(message: &str, manifest: &Path) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    let is_its = message["reason"] == "compiler-artifact"
        && canonical(Path::new(message["manifest_path"].as_str()?)) == manifest;
    let mut files = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
    is_its.then(|| files.find(|file| file.ends_with(env::consts::DLL_SUFFIX)))?.map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_library_is_found() {
        let check = |message: &str, expected: Option<&str>| {
            let message = message.replace("SUFFIX", env::consts::DLL_SUFFIX);
            let expected =
                expected.map(|path| PathBuf::from(path.replace("SUFFIX", env::consts::DLL_SUFFIX)));
            assert_eq!(library_in(&message, Path::new("/p/Cargo.toml")), expected, "{message}");
        };
        let of = |manifest: &str, file: &str| {
            format!(
                "{{\"reason\":\"compiler-artifact\",\"manifest_path\":{manifest:?},\"filenames\":[\"/t/libp.rlib\",{file:?}]}}"
            )
        };
        check(&of("/p/Cargo.toml", "/t/libpSUFFIX"), Some("/t/libpSUFFIX"));
        check(&of("/p/gloss-sdk/Cargo.toml", "/t/libpSUFFIX"), None);
        check(&of("/p/Cargo.toml", "/t/p"), None);
        check("{\"reason\":\"build-finished\",\"success\":true}", None);
        check("warning: no JSON", None);
    }
}
