//! Ctrl-C: once finishes what was begun, twice gives it up, three times ends the process.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gloss_tests::{Sandbox, documents};

/// More documents than a run gets through before it is interrupted.
const DOCUMENTS: usize = 50_000;

fn interrupt(child: &Child) {
    signal(child, "-INT");
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

fn start(sandbox: &Sandbox, sleep_ms: u64, arguments: &[&str]) -> Child {
    start_with(sandbox, &format!("{{ fault = \"sleep\", sleep_ms = {sleep_ms} }}"), arguments)
}

fn start_with(sandbox: &Sandbox, options: &str, arguments: &[&str]) -> Child {
    sandbox.file("p.toml", format!("[[stage]]\nextractor = \"unruly\"\noptions = {options}"));
    let text = "word ".repeat(400);
    let line = |i: usize| format!("{{\"id\":\"{i}\",\"text\":\"{text}\"}}\n");
    sandbox.file("a.jsonl", (0..DOCUMENTS).map(line).collect::<String>());
    sandbox
        .interruptible(&[&["run", "p.toml", "a.jsonl"], arguments].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The output must be the first documents, whole, and what is said of them (they `are` so) and
/// recorded must agree.
fn check_output(sandbox: &Sandbox, output: &str, are: &str, stderr: &str) {
    let written = documents(output);
    assert!(!written.is_empty() && written.len() < DOCUMENTS, "{} documents", written.len());
    for (i, document) in written.iter().enumerate() {
        assert_eq!(document["id"].as_str(), Some(i.to_string().as_str()));
        let words = document["layers"]["unruly/words"]["annotations"].as_array().unwrap();
        assert_eq!(words.len(), 400);
    }
    let said = format!("interrupted: {} documents are {are}", written.len());
    assert!(stderr.contains(&said), "{said:?} is not in:\n{stderr}");
    let record: serde_json::Value = serde_json::from_str(&sandbox.read("record.json")).unwrap();
    assert_eq!(record["annotated"], written.len());
    assert_eq!((&record["stopped"], &record["interrupted"]), (&true.into(), &0.into()));
}

#[test]
fn finishes_what_was_begun_when_it_writes_to_a_pipe() {
    let sandbox = Sandbox::new();
    let mut child = start(&sandbox, 2, &["--record", "record.json"]);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut output = String::new();
    stdout.read_line(&mut output).unwrap();
    interrupt(&child);
    stdout.read_to_string(&mut output).unwrap();
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("finishing the documents in flight"), "{stderr}");
    check_output(&sandbox, &output, "written", &stderr);
}

#[test]
fn finishes_what_was_begun_when_it_writes_to_a_file() {
    let sandbox = Sandbox::new();
    let child = start(&sandbox, 2, &["-o", "out.jsonl", "--record", "record.json"]);
    let written = || {
        let entries = std::fs::read_dir(sandbox.path()).unwrap().flatten();
        let part = |name: &str| name.starts_with(".out.jsonl") && name.ends_with(".part");
        let mut parts = entries.filter(|e| part(&e.file_name().to_string_lossy()));
        parts.next().is_some_and(|e| e.metadata().unwrap().len() > 0)
    };
    wait_until("something is written", written);
    interrupt(&child);
    let ended = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{stderr}");
    // It appears when it is whole; what becomes of it then is in `resume.rs`.
    assert!(!sandbox.path().join("out.jsonl").exists());
    check_output(&sandbox, &sandbox.read(".out.jsonl.part"), "kept", &stderr);
}

#[test]
fn gives_up_what_was_begun_when_told_twice() {
    let sandbox = Sandbox::new();
    // The first document would take an hour.
    let mut child = start(&sandbox, 3_600_000, &["--record", "record.json"]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    // A signal before it is handled would end the process at once.
    wait_until("the signal is handled", || handles_interrupts(&child));
    // Soon after that the first documents are read.
    std::thread::sleep(Duration::from_millis(500));
    interrupt(&child);
    let mut said = String::new();
    read_until(&mut stderr, "again to give them up", &mut said);
    interrupt(&child);
    stderr.read_to_string(&mut said).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{said}");
    assert!(said.contains("interrupted: 0 documents are written"), "{said}");
    assert!(ended.stdout.is_empty());
    let record: serde_json::Value = serde_json::from_str(&sandbox.read("record.json")).unwrap();
    assert_eq!((&record["annotated"], &record["stopped"]), (&0.into(), &true.into()));
    assert!(record["interrupted"].as_u64().unwrap() > 0, "{record}");
}

/// A stage that never returns and polls no token holds its thread in this process for ever.
#[test]
fn ends_a_hung_stage_when_told_three_times() {
    let sandbox = Sandbox::new();
    let mut child = start_with(&sandbox, "{ fault = \"hang\" }", &[]);
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    wait_until("the signal is handled", || handles_interrupts(&child));
    let mut said = String::new();
    // What service managers send counts as Ctrl-C does.
    signal(&child, "-TERM");
    read_until(&mut stderr, "again to give them up", &mut said);
    interrupt(&child);
    read_until(&mut stderr, "a third time to end at once", &mut said);
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
}

fn read_until(stderr: &mut impl BufRead, words: &str, said: &mut String) {
    while !said.contains(words) {
        assert!(stderr.read_line(said).unwrap() > 0, "{said}");
    }
}

/// Whether the process catches SIGINT, as far as the system tells.
fn handles_interrupts(child: &Child) -> bool {
    let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", child.id())) else {
        std::thread::sleep(Duration::from_secs(5));
        return true;
    };
    let caught = status.lines().find_map(|l| l.strip_prefix("SigCgt:")).unwrap_or("0");
    u64::from_str_radix(caught.trim(), 16).is_ok_and(|mask| mask & 0b10 != 0)
}

fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(120), "waited two minutes until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
