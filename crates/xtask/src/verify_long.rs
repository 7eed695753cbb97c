//! What takes too long for every change. Each part is a test that does more when the environment
//! says so; `cargo xtask test` runs the same tests with less.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::root;

/// A part of it.
struct Part {
    name: &'static str,
    /// The test of `gloss-tests`.
    test: &'static str,
    /// What makes it long, unless the environment says otherwise.
    variables: &'static [(&'static str, &'static str)],
}

const PARTS: &[Part] = &[
    // Each of six kinds of runs is killed so often.
    Part { name: "kills", test: "resume", variables: &[("GLOSS_KILLS", "40")] },
];

/// Runs all parts, or those that are named.
pub fn run(names: &[String]) -> Result<()> {
    let known = |name: &&String| PARTS.iter().any(|part| part.name == name.as_str());
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("there is no part {unknown:?}; there are: {}", all.join(", "));
    }
    crate::run("cargo", &["build", "--workspace", "--locked"])?;
    for part in PARTS.iter().filter(|p| names.is_empty() || names.iter().any(|n| n == p.name)) {
        let arguments =
            ["test", "-p", "gloss-tests", "--test", part.test, "--locked", "--", "--nocapture"];
        let mut command = Command::new("cargo");
        command.args(arguments).current_dir(root());
        for (name, value) in part.variables {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        eprintln!("$ cargo {} ({})", arguments.join(" "), part.name);
        let status = command.status().context("cargo cannot be started")?;
        if !status.success() {
            bail!("{} failed ({status})", part.name);
        }
    }
    Ok(())
}
