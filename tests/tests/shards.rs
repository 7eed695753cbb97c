//! Shards of the input, run apart and merged, are what one run writes.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Ran, Sandbox, documents};
use serde_json::Value;

fn jsonl(count: usize) -> String {
    let line = |i: usize| {
        let subject = if i % 5 == 4 { i - 1 } else { i };
        let words: Vec<String> = (0..40).map(|w| format!("s{subject}w{w}")).collect();
        let bad = if i % 9 == 3 { "BAD" } else { "" };
        let text = format!("{} {bad}.", words.join(" "));
        if i % 17 == 2 {
            "{}\n".to_owned()
        } else {
            serde_json::json!({ "text": text }).to_string() + "\n"
        }
    };
    (0..count).map(line).collect()
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.gloss(&[&["run", "p.toml", "in", "-j", "2"], arguments].concat(), b"")
}

fn record(sandbox: &Sandbox, output: &str) -> Value {
    serde_json::from_str(&sandbox.read(&format!("{output}.run.json"))).unwrap()
}

/// Output and quarantine are byte for byte the same, and the counts of the records.
fn same(sandbox: &Sandbox, one: &str, other: &str) {
    assert!(sandbox.read(one) == sandbox.read(other), "{one} and {other} differ");
    let quarantine = |output: &str| sandbox.read(&format!("{output}.quarantine.jsonl"));
    assert!(quarantine(one) == quarantine(other), "the quarantines of {one} and {other} differ");
    let (one, other) = (record(sandbox, one), record(sandbox, other));
    for key in ["annotated", "failed", "unreadable", "observed", "bytes", "pipeline_text"] {
        assert_eq!(one[key], other[key], "{key}");
    }
    for key in ["id", "documents", "observed", "failed", "sha256"] {
        assert_eq!(one["stages"][0][key], other["stages"][0][key], "{key}");
    }
}

#[test]
fn shards_make_what_one_run_makes() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"error\", trigger = \"BAD\" }\n",
    );
    sandbox.file("in/a.jsonl", jsonl(100));
    sandbox.file("in/b.txt", "One.");
    sandbox.file("in/c.txt", b"\xFF");
    sandbox.file("in/d.jsonl", jsonl(31));
    assert_eq!(run(&sandbox, &["-o", "whole.jsonl"]).code, 3);
    for count in [1, 3, 7, 200] {
        let name = |number: usize| format!("{number}.jsonl");
        let mut outputs: Vec<String> = (1..=count.min(20)).map(name).collect();
        if count == 200 {
            // More shards than documents: the last ones are empty.
            let ran = run(&sandbox, &["-o", "200.jsonl", "--shard", "200/200"]);
            assert_eq!((ran.code, sandbox.read("200.jsonl").as_str()), (0, ""), "{}", ran.stderr);
            continue;
        }
        for (i, output) in outputs.iter().enumerate() {
            let shard = format!("{}/{count}", i + 1);
            let ran = run(&sandbox, &["-o", output, "--shard", &shard]);
            assert_eq!(ran.code, 3, "{}", ran.stderr);
        }
        if count == 1 {
            same(&sandbox, "1.jsonl", "whole.jsonl");
            continue;
        }
        outputs.rotate_left(2);
        let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
        let merge = [&["merge", "-o", "merged.jsonl"], outputs.as_slice()].concat();
        let ran = sandbox.gloss(&merge, b"");
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        assert!(ran.stderr.contains("merged.jsonl.quarantine.jsonl"), "{}", ran.stderr);
        same(&sandbox, "merged.jsonl", "whole.jsonl");
        assert_eq!(record(&sandbox, "merged.jsonl")["shards"].as_array().unwrap().len(), count);
        // The last of them is missing.
        let ran = sandbox.gloss(&merge[..merge.len() - 1], b"");
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        assert!(ran.stderr.contains("G0711"), "{}", ran.stderr);
    }
}

#[test]
fn states_are_merged_across_shards() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"near-duplicates\"\n[[stage]]\nextractor = \"tally\"\n",
    );
    sandbox.file("in/a.jsonl", jsonl(90));
    assert_eq!(run(&sandbox, &["-o", "whole.jsonl"]).code, 3);
    let alone = run(&sandbox, &["-o", "1.jsonl", "--shard", "1/3"]);
    assert_eq!(alone.code, 1, "{}", alone.stderr);
    for part in ["G0711", "--observe-only", "--merge-states"] {
        assert!(alone.stderr.contains(part), "{part} is not in {}", alone.stderr);
    }
    let shards = ["1/3", "2/3", "3/3"];
    for shard in shards {
        let states = format!("states/{}", &shard[..1]);
        let ran = run(&sandbox, &["--observe-only", "--states", &states, "--shard", shard]);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
    }
    let merge = ["--merge-states", "states/1", "states/2", "states/3"];
    for shard in shards {
        let output = format!("{}.jsonl", &shard[..1]);
        let arguments = [&["-o", &output, "--shard", shard], &merge[..]].concat();
        let ran = run(&sandbox, &arguments);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        // It is whole, so to resume it is nothing to do.
        let ran = run(&sandbox, &[&arguments[..], &["--resume"]].concat());
        assert!(ran.stderr.contains("whole already"), "{}", ran.stderr);
    }
    let ran = sandbox.gloss(&["merge", "1.jsonl", "2.jsonl", "3.jsonl", "-o", "merged.jsonl"], b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    same(&sandbox, "merged.jsonl", "whole.jsonl");
    let missing = run(&sandbox, &["-o", "4.jsonl", "--shard", "1/3", "--merge-states", "states/2"]);
    assert_eq!(missing.code, 1, "{}", missing.stderr);
    assert!(missing.stderr.contains("shard 3/3 is missing"), "{}", missing.stderr);
    assert_eq!(documents(&sandbox.read("merged.jsonl")).len(), 84);
}
