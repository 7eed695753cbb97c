//! A plugin that breaks its process takes nothing else along, when it runs in a process of its own.
//!
//! `GLOSS_STRESS_DOCUMENTS` sets the number of documents of each fault; one in a hundred is at fault.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Duration;

use gloss_tests::random::number;
use gloss_tests::{Ran, Sandbox, build_folder, documents};
use serde_json::Value;

/// Documents of which every hundredth is at fault, from the seventh on.
fn corpus(count: usize) -> (String, Vec<String>) {
    let culprit = |i: usize| i % 100 == 7;
    let line = |i: usize| {
        let text = if culprit(i) { "one BANG three" } else { "one two three" };
        format!("{{\"id\":\"d{i}\",\"text\":\"{text}\"}}\n")
    };
    let culprits = (0..count).filter(|&i| culprit(i)).map(|i| format!("d{i}")).collect();
    ((0..count).map(line).collect(), culprits)
}

/// So many documents, unless the environment says otherwise.
fn documents_or(count: u64) -> usize {
    number("GLOSS_STRESS_DOCUMENTS", count) as usize
}

/// A program in place of `gloss-worker` that notes each start, and is it then.
fn counting_worker(sandbox: &Sandbox) -> PathBuf {
    let (starts, worker) = (sandbox.path().join("starts"), build_folder().join("gloss-worker"));
    let script = format!("#!/bin/sh\necho >> {starts:?}\nexec {worker:?} \"$@\"\n");
    let path = sandbox.file("counting-worker", script);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// How often it was started.
fn starts(sandbox: &Sandbox) -> usize {
    sandbox.read("starts").lines().count()
}

/// Runs the corpus through a stage with this fault; `keys` are further keys of the stage.
fn run(sandbox: &Sandbox, fault: &str, keys: &str) -> Ran {
    sandbox.file(
        "p.toml",
        format!(
            "[[stage]]\nextractor = \"unruly\"\nisolation = \"process\"\n{keys}\n\
             options = {{ fault = \"{fault}\", trigger = \"BANG\" }}\n"
        ),
    );
    let _ = fs::remove_file(sandbox.path().join("starts"));
    let mut command = sandbox.command(&["run", "p.toml", "c.jsonl", "-o", "out.jsonl", "-j", "2"]);
    let output = command.env("GLOSS_WORKER", counting_worker(sandbox)).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn read(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    documents(&std::fs::read_to_string(sandbox.path().join(name)).unwrap_or_default())
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["id"].as_str()).collect()
}

/// Every document but those at fault is annotated, in order, as in a run without a fault, and each of
/// those is reported with its stage, one of the codes, and all of the words. No more processes are
/// started than it takes.
fn check(count: usize, fault: &str, keys: &str, codes: &[&str], words: &str) {
    let sandbox = Sandbox::new();
    let (lines, culprits) = corpus(count);
    sandbox.file("c.jsonl", lines);
    let ran = run(&sandbox, "none", keys);
    assert_eq!(ran.code, 0, "{fault}: {}", ran.stderr);
    let undisturbed = starts(&sandbox);
    let is_culprit = |line: &&str| line.contains("\"one BANG three\"");
    let whole = sandbox.read("out.jsonl");
    let expected: Vec<&str> = whole.lines().filter(|line| !is_culprit(line)).collect();
    assert_eq!(expected.len() + culprits.len(), count, "{fault}");

    let ran = run(&sandbox, fault, keys);
    assert_eq!(ran.code, 3, "{fault}: {}", ran.stderr);
    assert_eq!(ran.stdout, "", "{fault}");
    let found = sandbox.read("out.jsonl");
    // What made it differs in its options alone, which documents do not tell.
    assert!(found.lines().eq(expected), "{fault}: documents are missing, or annotated otherwise");
    // One process ends with the batch, and one with the document alone.
    let most = undisturbed + 2 * culprits.len();
    assert!(starts(&sandbox) <= most, "{fault}: {} starts, of {most}", starts(&sandbox));
    let quarantine = read(&sandbox, "out.jsonl.quarantine.jsonl");
    assert_eq!(ids(&quarantine), culprits, "{fault}");
    for line in &quarantine {
        let error = &line["errors"][0];
        assert_eq!(error["stage"], "unruly", "{fault}");
        assert!(codes.contains(&error["code"].as_str().unwrap_or("")), "{fault}: {error}");
        let message = error["message"].as_str().unwrap_or("");
        assert!(message.contains(words), "{fault}: {message}");
        assert!(!message.contains("BANG"), "the text is in the message: {message}");
    }
}

#[test]
fn faults_that_end_the_process() {
    let count = documents_or(1000);
    check(count, "segfault", "", &["G0503"], "signal 11 (SIGSEGV");
    check(count, "abort", "", &["G0503"], "signal 6 (SIGABRT");
    check(count, "exit", "", &["G0503"], "exit code 0");
    check(count, "stack-overflow", "", &["G0503"], "signal 6 (SIGABRT");
}

#[test]
fn a_hang_ends_at_the_deadline() {
    check(documents_or(300), "hang", "timeout = \"300ms\"", &["G0504"], "within 0.3 s");
}

#[test]
fn memory_is_limited() {
    check(documents_or(300), "eat-memory", "memory = \"300MB\"", &["G0505"], "286 MiB");
}

/// What it hits is a matter of luck: the connection, or its own log.
#[test]
fn garbage_on_the_connection_is_no_answer() {
    check(documents_or(300), "garbage", "timeout = \"2s\"", &["G0506", "G0503", "G0504"], "plugin");
}

#[test]
fn faults_that_leave_the_process_standing() {
    check(documents_or(300), "panic", "", &["G0501"], "panicked: as it was told");
    check(documents_or(300), "error", "", &["G0500"], "failed as it was told");
    check(documents_or(300), "outside", "", &["G0502"], "lies outside the text");
    check(documents_or(300), "undeclared-label", "", &["G0502"], "label 99 was never declared");
    check(documents_or(300), "push-after-finish", "", &["G0502"], "pushed after finish");
    check(documents_or(300), "unfinished", "", &["G0502"], "neither finished nor failed");
}

#[test]
fn what_a_plugin_prints_stays_out_of_the_results() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"print\" }\n");
    sandbox.file("a.txt", "one two");
    let ran = sandbox.gloss(&["run", "--isolate", "p.toml", "a.txt"], b"");
    assert_eq!((ran.code, documents(&ran.stdout).len()), (0, 1), "{}{}", ran.stdout, ran.stderr);
    let ran = sandbox.gloss(&["run", "--isolate", "-vv", "p.toml", "a.txt"], b"");
    assert!(ran.stderr.contains("printed: a plugin must not write here"), "{}", ran.stderr);
}

#[test]
fn failures_before_the_first_document() {
    let check = |stage: &str, code: &str, words: &str| {
        let sandbox = Sandbox::new();
        sandbox.file("p.toml", format!("[[stage]]\nextractor = \"unruly\"\n{stage}\n"));
        sandbox.file("a.txt", "one two");
        let ran = sandbox.gloss(&["run", "p.toml", "a.txt"], b"");
        assert_eq!(ran.code, 1, "{stage}: {}", ran.stderr);
        let found = ran.stderr.contains(code) && ran.stderr.contains(words);
        assert!(found, "{stage}: {}", ran.stderr);
    };
    let process = "isolation = \"process\"\n";
    check(&format!("{process}options = {{ fault = \"panic-in-load\" }}"), "G0308", "panicked");
    check(&format!("{process}options = {{ fault = \"panic-in-plan\" }}"), "G0115", "panicked");
    check("timeout = \"3s\"", "G0116", "p.toml:3");
    check("isolation = \"thread\"", "G0103", "\"none\" or \"process\"");
}

#[test]
fn without_the_program_for_it_isolation_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"\nisolation = \"process\"\n");
    sandbox.file("a.txt", "One.");
    let mut command = sandbox.command(&["run", "p.toml", "a.txt"]);
    let output = command.env("GLOSS_WORKER", sandbox.path().join("none")).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(1) && stderr.contains("G0117"), "{stderr}");
}

/// A plugin that never works ends the run all the same.
#[test]
fn a_plugin_that_always_crashes_is_given_up() {
    let sandbox = Sandbox::new();
    let line = |i: usize| format!("{{\"id\":\"d{i}\",\"text\":\"BANG\"}}\n");
    sandbox.file("c.jsonl", (0..200).map(line).collect::<String>());
    let ran = run(&sandbox, "segfault", "");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let quarantine = read(&sandbox, "out.jsonl.quarantine.jsonl");
    assert_eq!(quarantine.len(), 200);
    let last = quarantine[199]["errors"][0]["message"].as_str().unwrap().to_owned();
    let why = last.contains("is not started again; the last time: the plugin's process");
    assert!(why && last.contains("signal 11"), "{last}");
    // Each of 32 failures in a row is one start.
    assert!(starts(&sandbox) <= 40, "{} starts", starts(&sandbox));
}

/// The second Ctrl-C tells the plugin to stop, and ends one that does not listen.
#[test]
fn a_run_with_a_hung_plugin_can_be_cancelled() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"unruly\"\nisolation = \"process\"\noptions = { fault = \"hang\" }\n",
    );
    sandbox.file("a.txt", "one two");
    let mut child =
        sandbox.interruptible(&["run", "p.toml", "a.txt", "-o", "out.jsonl"]).spawn().unwrap();
    let interrupt = || {
        let pid = child.id().to_string();
        std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
    };
    std::thread::sleep(Duration::from_secs(2));
    interrupt();
    std::thread::sleep(Duration::from_millis(500));
    interrupt();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(130));
    assert_eq!(read(&sandbox, "out.jsonl").len(), 0);
    assert!(sandbox.path().join("out.jsonl.run.json").exists());
}

/// However the host ends, no process of it stays behind.
#[cfg(target_os = "linux")]
#[test]
fn children_die_with_their_host() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"unruly\"\nisolation = \"process\"\noptions = { fault = \"hang\" }\n",
    );
    sandbox.file("a.txt", "one two");
    let mut host = sandbox.command(&["run", "p.toml", "a.txt"]).spawn().unwrap();
    let children = || {
        let here = std::fs::canonicalize(sandbox.path()).unwrap();
        let processes = std::fs::read_dir("/proc").unwrap().filter_map(|e| Some(e.ok()?.path()));
        processes.filter(|p| std::fs::read_link(p.join("cwd")).is_ok_and(|cwd| cwd == here)).count()
    };
    // Long enough to be in the middle of a batch that never ends.
    std::thread::sleep(Duration::from_secs(2));
    assert!(children() >= 2, "no child runs");
    host.kill().unwrap();
    host.wait().unwrap();
    let gone = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        children() == 0
    });
    assert!(gone, "{} processes stayed behind", children());
}
