//! `cargo xtask rust-bert`: libtorch, and the plugin that needs it.

mod download;
mod libtorch;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::{root, run_in};

/// Where the plugin is built: not beside `gloss`, which would find it there.
const BUILT: &str = "target/rust-bert/release";

/// Makes the libtorch folder, builds the plugin and, if asked to, passes its lints and tests.
pub fn rust_bert(arguments: &[String]) -> Result<()> {
    let (mut test, mut cache) = (false, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--test" => test = true,
            "--cache" => cache = Some(arguments.next().context("--cache needs a folder")?.into()),
            other => bail!("rust-bert has no argument {other:?}"),
        }
    }
    libtorch::make(&root().join(".libtorch"), &cache.map_or_else(default_cache, Ok)?)?;
    let plugin = root().join("plugins/rust-bert");
    link()?;
    run_in(&plugin, "cargo", &["build", "--release", "--locked"])?;
    if test {
        run_in(&plugin, "cargo", &["fmt", "--check"])?;
        let lints = ["clippy", "--release", "--locked", "--all-targets", "--", "-D", "warnings"];
        run_in(&plugin, "cargo", &lints)?;
        // Its tests run the program as well.
        run_in(&root(), "cargo", crate::BUILD)?;
        run_in(&plugin, "cargo", &["test", "--release", "--locked"])?;
    }
    let library = Path::new(BUILT).join("libgloss_rust_bert.so");
    eprintln!("built {}: gloss --plugin-path {0} ...", library.display());
    Ok(())
}

/// Puts libtorch beside the plugin, where it looks for it.
fn link() -> Result<()> {
    let built = root().join(BUILT);
    let link = built.join("libtorch");
    if fs::symlink_metadata(&link).is_ok() {
        return Ok(());
    }
    fs::create_dir_all(&built).with_context(|| format!("cannot make {}", built.display()))?;
    #[cfg(unix)]
    std::os::unix::fs::symlink("../../../.libtorch", &link)
        .with_context(|| format!("cannot make the link {}", link.display()))?;
    Ok(())
}

/// Wheels are kept in the user's cache, for all checkouts of this user.
fn default_cache() -> Result<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(folder) = set("GLOSS_LIBTORCH_CACHE") {
        return Ok(folder.into());
    }
    let cache = match set("XDG_CACHE_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => {
            Path::new(&set("HOME").context("set GLOSS_LIBTORCH_CACHE to a folder")?).join(".cache")
        }
    };
    Ok(cache.join("gloss/libtorch"))
}
