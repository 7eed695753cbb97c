//! Runs the fuzz targets of all crates and plugins, each for `GLOSS_FUZZ_SECONDS`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::table::Table;
use crate::root;

/// How long each target runs unless the environment says otherwise, in seconds.
const SECONDS: &str = "600";
const QUICK_SECONDS: &str = "5";
/// The limits that the targets' descriptions name: memory in MiB, and seconds for one input.
const LIMITS: [&str; 2] = ["-rss_limit_mb=2048", "-timeout=10"];

/// Runs them all; a target that finds something is a row that should not be, and the others run too.
pub fn run(part: &str, quick: bool, table: &mut Table) -> Result<()> {
    let default = if quick { QUICK_SECONDS } else { SECONDS };
    let seconds = std::env::var("GLOSS_FUZZ_SECONDS").unwrap_or_else(|_| default.to_owned());
    if seconds.parse::<u64>().is_err() {
        bail!("GLOSS_FUZZ_SECONDS is {seconds:?}, and no number of seconds");
    }
    let tool = fuzz().arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !tool.is_ok_and(|status| status.success()) {
        let needs =
            "not run: it needs `rustup toolchain install nightly` and `cargo install cargo-fuzz`";
        table.add(part, "all targets", needs, "", Some(false));
        return Ok(());
    }
    for folder in folders(&root())? {
        let of = folder.strip_prefix(root()).unwrap_or(&folder).display().to_string();
        if let Some(why) = seeds(&folder) {
            table.add(part, &format!("{of}: seeds"), &why, "", None);
        }
        for target in targets(&folder)? {
            eprintln!("$ cargo +nightly fuzz run {target} ({of}, {seconds} s)");
            let status = fuzz()
                .args(["run", &target, "--"])
                .args(LIMITS)
                .arg(format!("-max_total_time={seconds}"))
                .current_dir(&folder)
                .status()
                .context("cargo fuzz cannot be started")?;
            let found = format!("{seconds} s");
            table.add(part, &format!("{of}: {target}"), &found, "", Some(status.success()));
        }
    }
    Ok(())
}

/// Makes the inputs that fuzzing begins with, where a folder has a program for that. Says why there are
/// none: without them fuzzing takes longer to come to anything.
fn seeds(folder: &Path) -> Option<String> {
    let program = Path::new("fuzz/seeds.py");
    if !folder.join(program).is_file() {
        return None;
    }
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let why = match Command::new(&python).arg(program).current_dir(folder).output() {
        Ok(ran) if ran.status.success() => return None,
        Ok(ran) => {
            let said = String::from_utf8_lossy(&ran.stderr);
            said.lines().last().unwrap_or_default().to_owned()
        }
        Err(error) => error.to_string(),
    };
    Some(format!("not made: {} says: {why}; the variable PYTHON names another", python.display()))
}

fn fuzz() -> Command {
    let mut command = Command::new("cargo");
    command.args(["+nightly", "fuzz"]);
    command
}

/// Folders of crates and plugins that have fuzz targets.
fn folders(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in ["crates", "plugins"].map(|folder| root.join(folder)) {
        let entries = fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        let paths = entries.flatten().map(|entry| entry.path());
        found.extend(paths.filter(|path| path.join("fuzz/Cargo.toml").is_file()));
    }
    found.sort_unstable();
    Ok(found)
}

/// The names of a folder's targets.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let output = fuzz().arg("list").current_dir(folder).output().context("cargo fuzz list")?;
    if !output.status.success() {
        bail!("{}: {}", folder.display(), String::from_utf8_lossy(&output.stderr));
    }
    let names = String::from_utf8(output.stdout)?;
    Ok(names.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_with_targets_are_found() {
        let found = folders(&root()).unwrap();
        let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
        assert!(names.contains(&"gloss-io") && names.contains(&"gloss-spacy"), "{names:?}");
        assert!(!names.contains(&"gloss-cli"), "{names:?}");
    }
}
