//! `gloss plugin validate`: plugins that keep every rule pass, and a plugin that breaks one is
//! found by one check.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(target_os = "linux")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use gloss_tests::{Sandbox, build_folder, c};
use serde_json::Value;

/// What keeps runs short and the same: long enough for every check to mean something.
const ARGUMENTS: [&str; 6] = ["--seed", "7", "--long-text", "200000", "--jobs", "2"];

/// Breaks of `plugins/broken/broken.c`, the check that finds each, and how it ends.
const BREAKS: &[(&str, &str, &str)] = &[
    ("MANIFEST", "manifest", "failed"),
    ("VERSION", "manifest-version", "warned"),
    ("NAME", "extractor-names", "failed"),
    ("NAMES_DIFFER", "manifest-matches-code", "failed"),
    ("MAGIC", "entry-table", "failed"),
    ("ABI", "entry-table", "failed"),
    ("LACKS_FUNCTION", "entry-table", "failed"),
    ("INIT", "entry-table", "failed"),
    ("LOADS_TWICE", "loads-twice", "failed"),
    ("EXTENSION", "unknown-extensions", "failed"),
    ("DESCRIBE", "describe", "failed"),
    ("SUMMARY", "describe-summary", "failed"),
    ("DESCRIBE_VARIES", "describe-stable", "failed"),
    ("SCHEMA", "options-schema", "failed"),
    ("DEFAULT", "option-defaults", "failed"),
    ("PLAN", "plan", "failed"),
    ("GIVES", "plan-agrees", "failed"),
    ("PLAN_VARIES", "plan-stable", "failed"),
    ("LABELS_TWICE", "plan-layers", "failed"),
    ("TARGET_UNKNOWN", "plan-references", "failed"),
    ("DEFAULTS_DIFFER", "plan-defaults", "failed"),
    ("ACCEPTS_UNKNOWN", "option-unknown", "failed"),
    ("PLACE", "option-unknown", "failed"),
    ("ACCEPTS_TYPES", "option-types", "failed"),
    ("ACCEPTS_LIMITS", "option-limits", "failed"),
    ("LOAD", "load", "failed"),
    ("LOAD_ACCEPTS", "load-refusal", "failed"),
    ("PRINTS_ON_LOAD", "load-quiet", "failed"),
    ("ONE_INSTANCE", "side-by-side", "failed"),
    ("UNLOAD", "workers", "crashed"),
    ("EXTRACT", "extract", "failed"),
    ("PANIC", "extract", "failed"),
    ("DOCUMENT", "documents-known", "failed"),
    ("UNENDED", "documents-ended", "failed"),
    ("AFTER_FINISH", "finish-last", "failed"),
    ("NULL_POINTER", "pointers", "failed"),
    ("MISALIGNED", "pointers", "failed"),
    ("LAYER", "layers-known", "failed"),
    ("KIND", "layers-known", "failed"),
    ("RANGE", "ranges", "failed"),
    ("LABEL", "labels", "failed"),
    ("SCORE", "scores", "failed"),
    ("TARGET", "references", "failed"),
    ("VECTOR", "vectors", "failed"),
    ("ENCODING", "encoding", "failed"),
    ("ATTRIBUTE", "attributes", "failed"),
    ("ATTRIBUTE_TWICE", "attributes", "failed"),
    ("EMPTY", "text-empty", "crashed"),
    ("WHITESPACE", "text-whitespace", "failed"),
    ("ONE_CHARACTER", "text-one-character", "crashed"),
    ("EMOJI", "text-emoji", "failed"),
    ("COMBINING", "text-combining", "crashed"),
    ("RIGHT_TO_LEFT", "text-right-to-left", "failed"),
    ("CONTROLS", "text-controls", "crashed"),
    ("LINE_ENDS", "text-line-ends", "crashed"),
    ("UNBROKEN", "text-unbroken", "crashed"),
    ("RANDOM", "text-random", "crashed"),
    ("LONG", "text-long", "crashed"),
    ("INPUTS_EMPTY", "inputs-empty", "crashed"),
    ("INPUTS_ABSENT", "inputs-absent", "crashed"),
    ("INPUTS_ODD", "inputs-odd", "crashed"),
    ("METADATA", "metadata", "crashed"),
    ("REPEATS", "repeats", "failed"),
    ("FRESH_WORKER", "fresh-worker", "failed"),
    ("BATCH", "batch-or-single", "failed"),
    ("BATCH_ORDER", "batch-order", "failed"),
    ("CONCURRENT", "concurrent-workers", "failed"),
    ("MOVES", "worker-moves", "failed"),
    ("CANCEL_BEFORE", "cancel-before", "failed"),
    ("CANCEL_STATUS", "cancel-before", "failed"),
    ("IGNORES_CANCEL", "cancel-before", "warned"),
    ("CANCEL_MEANWHILE", "cancel-meanwhile", "failed"),
    ("REFUSED", "refused-pushes", "crashed"),
    ("STDOUT", "extract-quiet", "failed"),
    ("STDERR", "extract-quiet", "warned"),
    ("LOGS_TEXT", "no-text-in-messages", "failed"),
    ("SHARDS", "corpus-shards", "failed"),
    ("RESTORE", "corpus-restore", "failed"),
    ("LEAK", "memory", "warned"),
    ("THREADS", "thread-budget", "warned"),
];

/// Compiles the plugin with these arguments.
fn compile(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins/broken/broken.c");
    let library = sandbox.path().join(format!("{name}.so"));
    let output = Command::new("cc")
        .args(["-std=gnu11", "-O1", "-Wall", "-Wno-unused", "-shared", "-fPIC", "-pthread"])
        .args(arguments)
        .arg("-I")
        .arg(c::include())
        .arg("-o")
        .args([&library, &source])
        .output()
        .expect("a C compiler");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    library
}

fn validate(sandbox: &Sandbox, plugin: &Path, arguments: &[&str]) -> (i32, Value) {
    let plugin = plugin.to_str().expect("UTF-8");
    let words = [&["plugin", "validate", plugin, "--json"], &ARGUMENTS[..], arguments].concat();
    let ran = sandbox.gloss(&words, b"");
    let report = serde_json::from_str(&ran.stdout);
    (ran.code, report.unwrap_or_else(|e| panic!("{e}: {}{}", ran.stdout, ran.stderr)))
}

/// The checks that neither passed nor were skipped, each with how it ended.
fn findings(report: &Value) -> Vec<(&str, &str)> {
    let checks = report["plugins"][0]["checks"].as_array().expect("checks");
    checks
        .iter()
        .map(|c| (c["check"].as_str().expect("name"), c["status"].as_str().expect("status")))
        .filter(|(_, status)| !matches!(*status, "passed" | "skipped"))
        .collect()
}

#[test]
fn each_break_is_found_by_its_check_alone() {
    let sandbox = Sandbox::new();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(&(name, check, status)) = BREAKS.get(next.fetch_add(1, Ordering::Relaxed)) {
            let broken = format!("-DBREAK_{name}");
            let corpus = ["-DCORPUS", broken.as_str()];
            let flags = &corpus[usize::from(!check.starts_with("corpus-"))..];
            let library = compile(&sandbox, name, flags);
            let limit = if name == "WHITESPACE" { "6" } else { "20" };
            let (code, report) = validate(&sandbox, &library, &["--timeout", limit]);
            let found = findings(&report);
            let expected = if status == "warned" { 0 } else { 3 };
            if found != [(check, status)] || code != expected {
                wrong.lock().unwrap().push(format!("{name}: exit {code}, {found:?}"));
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(work);
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_finds_something() {
    let sandbox = Sandbox::new();
    let ran = sandbox.gloss(&["plugin", "validate", "--list", "--json"], b"");
    let checks: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    for check in &checks {
        let name = check["check"].as_str().unwrap();
        assert!(BREAKS.iter().any(|(_, check, _)| *check == name), "no break for {name}");
    }
}

#[test]
fn plugins_that_keep_the_rules_pass() {
    let sandbox = Sandbox::new();
    let whole = compile(&sandbox, "whole", &[]);
    let corpus = compile(&sandbox, "corpus", &["-DCORPUS"]);
    let check = |plugin: &Path, expected: &[(&str, &str)]| {
        let (code, report) = validate(&sandbox, plugin, &[]);
        assert_eq!(findings(&report), expected, "{}", plugin.display());
        assert_eq!(code, 0, "{}", plugin.display());
        assert!(report["totals"]["passed"].as_u64().unwrap() > 40, "{report}");
    };
    check(&whole, &[]);
    check(&corpus, &[]);
    let built = |name: &str| build_folder().join(format!("libgloss_{name}.so"));
    check(&built("sentences"), &[]);
    check(&built("sentiment"), &[]);
    // It needs sentences in order, without overlap, and says so of each document.
    check(&built("summarization"), &[("inputs-odd", "warned")]);
    check(&built("ner"), &[]);
    check(&built("near_duplicates"), &[]);
    for name in ["dates", "mentions", "quotes", "rules", "support"] {
        check(&built(name), &[]);
    }
}
