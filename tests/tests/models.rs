//! Models that are not there, or not what they were.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fs;

use gloss_tests::{Ran, Sandbox, copy, models_folder};

const PIPELINE: &str = "[[stage]]\nextractor = \"ner\"\n";
const MODEL: &str = "en_core_web_sm";

/// Each part must be in what was said, and the exit code be that of an error.
fn check(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    for part in parts {
        assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
    }
}

/// A sandbox with a copy of the fetched model, in a store of its own.
fn with_model() -> Sandbox {
    let sandbox = Sandbox::new();
    let fetched = models_folder().join(MODEL);
    assert!(fetched.exists(), "`cargo xtask test` fetches the model");
    copy(&fetched, &sandbox.path().join("models").join(MODEL));
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("a.txt", "Angela Merkel was in Berlin.");
    sandbox
}

fn gloss(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.gloss(&[&["--offline", "--models-folder", "models"], arguments].concat(), b"")
}

#[test]
fn offline_with_nothing_fetched() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("a.txt", "One.");
    let missing = ["en_core_web_sm 3.8.0", "gloss models fetch en_core_web_sm@3.8.0"];
    // A pipeline's error has its own code and names that of the store.
    let in_pipeline = [&["G0114", "G0403", "p.toml:1"], missing.as_slice()].concat();
    check(&gloss(&sandbox, &["run", "p.toml", "a.txt"]), &in_pipeline);
    check(&gloss(&sandbox, &["check", "p.toml"]), &in_pipeline);
    check(&gloss(&sandbox, &["models", "path", MODEL]), &["G0403", missing[1]]);
    check(&gloss(&sandbox, &["models", "verify", MODEL]), &["G0403", missing[1]]);
    check(&gloss(&sandbox, &["models", "fetch", MODEL]), &["G0404", "once while online"]);
}

/// The environment says it in the way that people say yes there.
#[test]
fn offline_by_the_environment() {
    let sandbox = Sandbox::new();
    for yes in ["1", "true", "yes"] {
        let mut command = sandbox.command(&["--models-folder", "models", "models", "fetch", MODEL]);
        let output = command.env("GLOSS_OFFLINE", yes).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains("G0404"), "{yes}: {stderr}");
    }
}

#[test]
fn a_model_whose_files_changed() {
    let sandbox = with_model();
    assert_eq!(gloss(&sandbox, &["models", "verify", MODEL]).code, 0);
    assert_eq!(gloss(&sandbox, &["run", "p.toml", "a.txt"]).code, 0);

    let weights = sandbox.path().join("models/en_core_web_sm/3.8.0/ner/model");
    let mut bytes = fs::read(&weights).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xFF;
    // The size is the same: only the content tells.
    fs::write(&weights, bytes).unwrap();

    let damaged = ["G0409", "ner/model", "gloss models fetch en_core_web_sm@3.8.0"];
    check(&gloss(&sandbox, &["models", "verify", MODEL]), &damaged);
    let in_pipeline = [&["G0114", "p.toml:1"], damaged.as_slice()].concat();
    check(&gloss(&sandbox, &["run", "p.toml", "a.txt"]), &in_pipeline);

    fs::remove_file(&weights).unwrap();
    check(&gloss(&sandbox, &["models", "verify", MODEL]), &damaged);
    check(&gloss(&sandbox, &["run", "p.toml", "a.txt"]), &["G0114"]);
}
