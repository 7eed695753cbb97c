//! Compiles plugins and programs in C, with the compiler `cc` of the machine.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Sandbox;

/// Warnings are errors in everything that people may copy.
const STRICT: [&str; 5] = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror"];

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of the header.
#[must_use]
pub fn include() -> PathBuf {
    repository().join("crates/gloss-abi/include")
}

/// A source of `tests/plugins/c`.
#[must_use]
pub fn source(name: &str) -> PathBuf {
    repository().join("tests/plugins/c").join(name)
}

/// Runs the compiler; its messages are in the panic.
///
/// # Panics
/// When there is no such compiler, or it is not content.
pub fn compile<S: AsRef<OsStr>>(compiler: &str, arguments: &[S]) {
    let output = Command::new(compiler)
        .args(arguments)
        .output()
        .unwrap_or_else(|e| panic!("{compiler} cannot be started ({e}): a C compiler is needed"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Compiles a plugin into a library in the sandbox, with the header in `include`.
pub fn plugin(sandbox: &Sandbox, source: &Path, include: &Path, flags: &[&str]) -> PathBuf {
    let name = source.file_stem().and_then(OsStr::to_str).unwrap_or("plugin");
    let name = format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    build(source, include, &sandbox.path().join(name), &[flags, &["-shared", "-fPIC"]].concat())
}

/// Compiles a program into the sandbox.
pub fn program(sandbox: &Sandbox, source: &Path, flags: &[&str]) -> PathBuf {
    let name = source.file_stem().unwrap_or_else(|| OsStr::new("program"));
    build(source, &include(), &sandbox.path().join(name), flags)
}

fn build(source: &Path, include: &Path, to: &Path, flags: &[&str]) -> PathBuf {
    let mut arguments: Vec<&OsStr> = STRICT.iter().chain(flags).map(OsStr::new).collect();
    arguments.extend([OsStr::new("-I"), include.as_os_str(), OsStr::new("-o"), to.as_os_str()]);
    arguments.extend([source.as_os_str(), OsStr::new("-lm"), OsStr::new("-ldl")]);
    compile("cc", &arguments);
    to.to_owned()
}

/// The flags for a build that stops at the first access out of bounds, where the machine has what
/// that needs.
#[must_use]
pub fn sanitizers(sandbox: &Sandbox) -> &'static [&'static str] {
    const FLAGS: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g"];
    let source = sandbox.file("probe.c", "int main(void) { return 0; }\n");
    let probe = sandbox.path().join("probe");
    let compiled = Command::new("cc").args(FLAGS).arg("-o").arg(&probe).arg(source).output();
    let works = compiled.is_ok_and(|o| o.status.success())
        && Command::new(probe).status().is_ok_and(|s| s.success());
    if works { FLAGS } else { &[] }
}
