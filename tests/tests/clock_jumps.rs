//! A time of day that jumps at every call changes nothing but what the record shows of it.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(all(target_os = "linux", target_env = "gnu"))]

use std::path::Path;
use std::process::{Child, Stdio};

use gloss_tests::runs::{Left, OUTPUT, end, record, wait_for};
use gloss_tests::{Sandbox, c, documents};

/// Stages in this process and in others, with deadlines, and documents that fail.
const PIPELINE: &str = "[[stage]]\nid = \"slow\"\nextractor = \"unruly\"\n\
                        options = { fault = \"sleep\", sleep_ms = 1 }\n\
                        [[stage]]\nextractor = \"unruly\"\nisolation = \"process\"\n\
                        timeout = \"60s\"\noptions = { fault = \"error\", trigger = \"BAD\" }\n";

fn start(sandbox: &Sandbox, clock: &Path, arguments: &[&str]) -> Child {
    let run = [
        "run",
        "p.toml",
        "in.jsonl",
        "-j",
        "2",
        "-o",
        OUTPUT,
        "--checkpoint-every",
        "1",
        "--batch-documents",
        "20",
    ];
    let mut command = sandbox.command(&[&run, arguments].concat());
    command.env("LD_PRELOAD", clock).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn a_clock_that_jumps_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    let line = |i: usize| {
        let word = if i % 50 == 9 { "BAD" } else { "good" };
        format!("{{\"id\":\"{i}\",\"text\":\"a {word} document\"}}\n")
    };
    sandbox.file("in.jsonl", (0..3000).map(line).collect::<String>());
    let clock = c::plugin(&sandbox, &c::source("jumping_clock.c"), &c::include(), &["-std=gnu99"]);
    // What says the time says another one each time.
    let mut date = sandbox.command_of(Path::new("date"), &["+%F"]);
    let days: Vec<Vec<u8>> =
        (0..2).map(|_| date.env("LD_PRELOAD", &clock).output().unwrap().stdout).collect();
    let today = sandbox.command_of(Path::new("date"), &["+%F"]).output().unwrap().stdout;
    assert!(days.iter().any(|day| *day != today), "the clock does not jump: {days:?}");

    sandbox.gloss(&["run", "p.toml", "in.jsonl", "-o", OUTPUT], b"").said(3, &[]);
    let expected = Left::by(&sandbox);
    end(start(&sandbox, &clock, &["--restart"])).said(3, &["60 documents failed"]);
    assert!(Left::by(&sandbox) == expected);

    // Killed in the middle, and gone on with.
    let mut child = start(&sandbox, &clock, &["--restart"]);
    let part = sandbox.path().join(".out.jsonl.part");
    wait_for(&mut child, || std::fs::metadata(&part).is_ok_and(|m| m.len() > 0));
    child.kill().unwrap();
    child.wait().unwrap();
    end(start(&sandbox, &clock, &["--resume"])).said(3, &["going on behind"]);
    assert!(Left::by(&sandbox) == expected);
    assert_eq!(documents(&sandbox.read(OUTPUT)).len(), 2940);
    // Durations are not of the time of day.
    let seconds = record(&sandbox)["seconds"].as_f64().unwrap();
    assert!((0.0..3600.0).contains(&seconds), "{seconds}");
}
