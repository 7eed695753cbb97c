//! `gloss run --retry`: documents of a quarantine file are tried again.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const STRICT: &str =
    "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"error\", trigger = \"BAD\" }\n";
const LENIENT: &str = "[[stage]]\nextractor = \"unruly\"\n";

fn field<'d>(lines: &'d [Value], pointer: &str) -> Vec<&'d Value> {
    lines.iter().map(|line| line.pointer(pointer).unwrap_or(&Value::Null)).collect()
}

/// Documents of which four fail: two with a stage, a line that is no document, a text that is no
/// UTF-8.
fn failed_run(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.file("p.toml", STRICT);
    sandbox.file(
        "in/a.jsonl",
        "{\"id\":\"first\",\"text\":\"Good.\"}\n{\"id\":\"second\",\"text\":\"BAD.\",\
         \"metadata\":{\"k\":1}}\n{\"txt\":\"\"}\n",
    );
    sandbox.file("in/b.txt", b"W\xFFrst");
    sandbox.file("in/c.txt", "BAD too.");
    let ran = sandbox.gloss(&["run", "p.toml", "in", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    documents(&sandbox.read("out.jsonl.quarantine.jsonl"))
}

#[test]
fn what_failed_is_tried_again() {
    let sandbox = Sandbox::new();
    let quarantine = failed_run(&sandbox);
    assert_eq!(field(&quarantine, "/position"), [1, 2, 3, 4]);
    assert_eq!(field(&quarantine, "/schema"), ["gloss.quarantine/1"; 4]);
    let ids = ["second", "in/a.jsonl:3", "in/b.txt", "in/c.txt"];
    assert_eq!(field(&quarantine, "/id"), ids);
    // The stage and one file are mended.
    sandbox.file("p.toml", LENIENT);
    sandbox.file("in/b.txt", "Better.");
    let retry = ["run", "p.toml", "--retry", "out.jsonl.quarantine.jsonl", "-o", "again.jsonl"];
    let ran = sandbox.gloss(&retry, b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let again = documents(&sandbox.read("again.jsonl"));
    assert_eq!(field(&again, "/id"), ["second", "in/b.txt", "in/c.txt"]);
    assert_eq!(field(&again, "/text"), ["BAD.", "Better.", "BAD too."]);
    assert_eq!(field(&again, "/source/path"), ["in/a.jsonl", "in/b.txt", "in/c.txt"]);
    assert_eq!((&again[0]["metadata"]["k"], &again[0]["source"]["line"]), (&1.into(), &2.into()));
    // What a run over such inputs makes of them is the same.
    sandbox.gloss(&["run", "p.toml", "in", "-o", "whole.jsonl"], b"");
    let whole = sandbox.read("whole.jsonl");
    assert!(sandbox.read("again.jsonl").lines().all(|line| whole.contains(line)));
    let still = documents(&sandbox.read("again.jsonl.quarantine.jsonl"));
    assert_eq!(field(&still, "/id"), ["in/a.jsonl:3"]);
    assert_eq!((&still[0]["position"], &still[0]["source"]["line"]), (&2.into(), &3.into()));
    let record: Value = serde_json::from_str(&sandbox.read("again.jsonl.run.json")).unwrap();
    assert_eq!(record["retried"], "out.jsonl.quarantine.jsonl");
    assert_eq!((&record["annotated"], &record["unreadable"]), (&3.into(), &1.into()));
    // And once more, from what is left.
    sandbox.file("in/a.jsonl", "\n\n{\"id\":\"third\",\"text\":\"Good.\"}\n");
    let ran = sandbox.gloss(
        &["run", "p.toml", "--retry", "again.jsonl.quarantine.jsonl", "-o", "last.jsonl"],
        b"",
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(documents(&sandbox.read("last.jsonl"))[0]["id"], "third");
}

#[test]
fn what_is_no_quarantine_is_one_error_a_line() {
    let sandbox = Sandbox::new();
    failed_run(&sandbox);
    let ran = sandbox.gloss(&["run", "p.toml", "--retry", "out.jsonl", "-o", "no.jsonl"], b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let quarantine = documents(&sandbox.read("no.jsonl.quarantine.jsonl"));
    assert_eq!(field(&quarantine, "/errors/0/code"), ["G0709"]);
    assert_eq!(field(&quarantine, "/source/path"), ["out.jsonl"]);
    assert_eq!(sandbox.read("no.jsonl"), "");
}

#[test]
fn a_quarantine_is_not_overwritten_while_it_is_read() {
    let sandbox = Sandbox::new();
    failed_run(&sandbox);
    let before = (sandbox.read("out.jsonl"), sandbox.read("out.jsonl.quarantine.jsonl"));
    let retry = ["run", "p.toml", "--retry", "out.jsonl.quarantine.jsonl", "-o", "out.jsonl"];
    let ran = sandbox.gloss(&retry, b"");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("G0701"), "{}", ran.stderr);
    assert!(before == (sandbox.read("out.jsonl"), sandbox.read("out.jsonl.quarantine.jsonl")));
    let ran = sandbox.gloss(&["run", "p.toml", "--retry", "none.jsonl"], b"");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(ran.stderr.contains("none.jsonl"), "{}", ran.stderr);
    let ran = sandbox.gloss(&["run", "p.toml"], b"");
    assert_eq!(ran.code, 2, "{}", ran.stderr);
}
