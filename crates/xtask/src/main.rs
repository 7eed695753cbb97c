//! The developer tool: `cargo xtask demo|test|rust-bert|verify-long|lint|generate|freeze`.

#![allow(clippy::print_stdout, clippy::print_stderr)]

#[cfg(feature = "generate")]
mod c_header;
#[cfg(feature = "generate")]
mod freeze;
#[cfg(feature = "generate")]
mod generate;
#[cfg(feature = "libtorch")]
mod rust_bert;
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
  rust-bert [--test] [--cache FOLDER]
            make libtorch in .libtorch, of wheels of the package index (0.8 GB, kept in FOLDER, or in
            $GLOSS_LIBTORCH_CACHE, or in the user's cache), build the plugin plugins/rust-bert in
            target/rust-bert, and with --test pass its lints and tests
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
        "rust-bert" => rust_bert(),
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

/// Builds what tests run, with all features as they have them: each other choice would be compiled once more.
const BUILD: &[&str] = &["build", "--workspace", "--all-features", "--locked"];

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
    run("cargo", BUILD)?;
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

#[cfg(not(feature = "generate"))]
fn from_code(_: &str) -> Result<()> {
    again_with("generate")
}

#[cfg(feature = "libtorch")]
fn rust_bert() -> Result<()> {
    rust_bert::rust_bert(&std::env::args().skip(2).collect::<Vec<_>>())
}

#[cfg(not(feature = "libtorch"))]
fn rust_bert() -> Result<()> {
    again_with("libtorch")
}

/// Builds this tool with what a command needs: who runs the others need not wait for it.
#[cfg(not(all(feature = "generate", feature = "libtorch")))]
fn again_with(feature: &str) -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let this = ["run", "-q", "-p", "xtask", "--features", feature, "--"];
    run("cargo", &[&this, &arguments[..]].concat())
}

fn run(program: &str, arguments: &[&str]) -> Result<()> {
    run_in(&root(), program, arguments)
}

fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Result<()> {
    eprintln!("$ {program} {}", arguments.join(" "));
    let status = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .status()
        .with_context(|| format!("{program} cannot be started"))?;
    if !status.success() {
        bail!("{program} {} failed ({status})", arguments.join(" "));
    }
    Ok(())
}
