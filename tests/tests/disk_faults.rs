//! Files that cannot be written or read: one clear error each, and what can be gone on with stays.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::Stdio;

use gloss_tests::runs::begin;
use gloss_tests::{Ran, Sandbox, documents};

fn jsonl(count: usize) -> String {
    let words = "word ".repeat(40);
    let line = |i: usize| {
        let bad = if i % 10 == 3 { "BAD" } else { "" };
        format!("{{\"id\":\"{i}\",\"text\":\"{words}{i}{bad}\"}}\n")
    };
    (0..count).map(line).collect()
}

const PIPELINE: &str =
    "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"error\", trigger = \"BAD\" }\n";

fn sandbox(count: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("in.jsonl", jsonl(count));
    sandbox
}

/// Runs `gloss` where no file may be longer than so many KiB. That is what a full disk is to a
/// program, and needs no right to mount one.
fn limited(sandbox: &Sandbox, kib: usize, arguments: &[&str]) -> Ran {
    let gloss = sandbox.command(&[]).get_program().to_owned();
    // Else the signal ends the process before it can say anything.
    let script = format!("trap '' XFSZ; ulimit -f {kib}; exec \"$0\" \"$@\"");
    let mut command = sandbox.command_of(Path::new("bash"), &["-c", &script]);
    let output = command.arg(gloss).args(arguments).output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn check_error(ran: &Ran, parts: &[&str]) {
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for part in parts {
        assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
    }
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
}

const RUN: &[&str] =
    &["run", "p.toml", "in.jsonl", "-o", "out.jsonl", "-j", "2", "--checkpoint-every", "1"];

#[test]
fn a_full_disk_leaves_a_run_that_can_be_gone_on_with() {
    let check = |kib: usize, more: &[&str], parts: &[&str]| {
        let sandbox = sandbox(400);
        let run = [RUN, more].concat();
        assert_eq!(sandbox.gloss(&run, b"").code, 3);
        let quarantine = *more.get(1).unwrap_or(&"out.jsonl.quarantine.jsonl");
        let whole = (sandbox.read("out.jsonl"), sandbox.read(quarantine));
        fs::remove_file(sandbox.path().join("out.jsonl")).unwrap();
        let ran = limited(&sandbox, kib, &run);
        check_error(&ran, &[parts, &["ulimit -f", "go on with `--resume`"]].concat());
        assert!(!sandbox.path().join("out.jsonl").exists());
        let ran = sandbox.gloss(&[run.as_slice(), &["--resume"]].concat(), b"");
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(whole == (sandbox.read("out.jsonl"), sandbox.read(quarantine)), "{kib} KiB");
    };
    // The output is the longest file.
    check(300, &[], &["G0700", "out.jsonl"]);
}

#[test]
fn a_full_disk_before_anything_is_settled_leaves_nothing() {
    let sandbox = sandbox(400);
    // Without a checkpoint after every document.
    let run = ["run", "p.toml", "in.jsonl", "-o", "out.jsonl", "-j", "2"];
    let ran = limited(&sandbox, 8, &run);
    check_error(&ran, &["G0700", "out.jsonl"]);
    assert!(!ran.stderr.contains("--resume"), "{}", ran.stderr);
    let names: Vec<_> =
        fs::read_dir(sandbox.path()).unwrap().flatten().map(|e| e.file_name()).collect();
    assert!(names.iter().all(|n| !n.to_string_lossy().contains("out.jsonl.part")), "{names:?}");
    assert!(names.iter().all(|n| !n.to_string_lossy().contains("journal")), "{names:?}");
}

#[test]
fn each_file_that_is_full_is_named() {
    // Of many inputs the journal is the first file that is long.
    let sandbox = sandbox(400);
    for i in 0..60 {
        sandbox.file(&format!("a-folder-with-a-name-that-is-not-short/{i:04}.txt"), "One.");
    }
    let folder = "a-folder-with-a-name-that-is-not-short";
    let ran = limited(&sandbox, 2, &["run", "p.toml", folder, "-o", "out.jsonl"]);
    check_error(&ran, &["G0702", ".out.jsonl.journal", "ulimit -f"]);
    // Standard output and the quarantine on a device that is full.
    let script = "\"$0\" run p.toml in.jsonl > /dev/full";
    let gloss = sandbox.command(&[]).get_program().to_owned();
    let mut command = sandbox.command_of(Path::new("bash"), &["-c", script]);
    let output = command.arg(gloss).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("G0700") && said.contains("standard output"), "{said}");
    let ran = sandbox.gloss(&[RUN, &["--quarantine", "/dev/full"]].concat(), b"");
    check_error(&ran, &["G0701", "/dev/full", "free space"]);
    assert!(Path::new("/dev/full").exists());
    // A record that cannot be written comes last: the results are there, and the rest can be done
    // again.
    sandbox.file("folder/x", "");
    let ran = sandbox.gloss(&[RUN, &["--restart", "--record", "folder"]].concat(), b"");
    check_error(&ran, &["G0703", "folder", "--resume"]);
    let ran = sandbox.gloss(&[RUN, &["--resume"]].concat(), b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let record: serde_json::Value =
        serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    assert_eq!((&record["annotated"], &record["failed"]), (&360.into(), &40.into()));
    assert_eq!(record["stages"][0]["documents"], 400);
}

#[test]
fn a_full_disk_between_two_passes_is_named() {
    let sandbox = sandbox(400);
    sandbox.file("p.toml", "[[stage]]\nextractor = \"tally\"\n");
    let ran = limited(&sandbox, 40, RUN);
    check_error(&ran, &["G0510", "--temporary-folder"]);
    assert_eq!(sandbox.gloss(RUN, b"").code, 0);
}

#[test]
fn a_small_disk_that_is_full() {
    let sandbox = sandbox(400);
    let disk = sandbox.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let gloss = sandbox.command(&[]).get_program().to_owned();
    let script = "mount -t tmpfs -o size=200k none disk || exit 77\n\
                  \"$0\" run p.toml in.jsonl -o disk/out.jsonl --checkpoint-every 1; echo \"full: $?\"\n\
                  mount -o remount,size=2m disk\n\
                  \"$0\" run p.toml in.jsonl -o disk/out.jsonl --checkpoint-every 1 --resume; echo \"free: $?\"\n\
                  cp disk/out.jsonl .\n\
                  mount -o remount,ro disk\n\
                  \"$0\" run p.toml in.jsonl -o disk/b.jsonl; echo \"read-only: $?\"\n";
    let mut command = sandbox.command_of(Path::new("unshare"), &["-rm", "sh", "-c", script]);
    let Ok(output) = command.arg(gloss).stdin(Stdio::null()).output() else { return };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !printed.contains("full:") {
        println!("not tested: no file system may be mounted here: {said}");
        return;
    }
    assert_eq!(printed, "full: 1\nfree: 3\nread-only: 1\n", "{said}");
    for part in ["G070", "No space left", "free space there", "--resume", "Read-only"] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert_eq!(documents(&sandbox.read("out.jsonl")).len(), 360);
}

#[test]
fn a_folder_that_cannot_be_written_to_is_refused_at_once() {
    let sandbox = sandbox(4);
    for output in ["none/out.jsonl", "/proc/out.jsonl"] {
        let ran = sandbox.gloss(&["run", "p.toml", "in.jsonl", "-o", output], b"");
        check_error(&ran, &["G0700", output]);
    }
}

#[test]
fn an_input_that_vanishes_costs_no_other() {
    let sandbox = sandbox(0);
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"sleep\", sleep_ms = 1 }\n",
    );
    // More than are read ahead.
    for i in 0..3000 {
        sandbox.file(&format!("d/{i:04}.txt"), "One.");
    }
    let run = ["run", "p.toml", "d", "-o", "out.jsonl", "-j", "1", "--checkpoint-every", "1"];
    let child = begin(&sandbox, &run);
    fs::remove_file(sandbox.path().join("d/2999.txt")).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(documents(&sandbox.read("out.jsonl")).len(), 2999);
    let quarantine = documents(&sandbox.read("out.jsonl.quarantine.jsonl"));
    assert_eq!(
        (&quarantine[0]["id"], &quarantine[0]["position"]),
        (&"d/2999.txt".into(), &2999.into())
    );
    assert_eq!(quarantine[0]["errors"][0]["code"], "G0201");
}
