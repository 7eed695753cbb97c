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

/// The pipeline and inputs of shards in other formats, and the undisturbed run in `format`.
fn in_formats(sandbox: &Sandbox) {
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"language\"\n\
         [[stage]]\nextractor = \"unruly\"\noptions = { fault = \"error\", trigger = \"BAD\" }\n",
    );
    sandbox.file("in/a.jsonl", jsonl(60));
}

/// Writes what one run and what three shards write, to names with this ending. What the last shard said.
fn shards_to(sandbox: &Sandbox, ending: &str, more: &[&str]) -> String {
    let mut said = String::new();
    for (name, shard) in
        [("whole", None), ("1", Some("1/3")), ("2", Some("2/3")), ("3", Some("3/3"))]
    {
        let output = format!("{name}{ending}");
        let mut arguments = vec!["-o", &output];
        arguments.extend(shard.into_iter().flat_map(|shard| ["--shard", shard]));
        let ran = run(sandbox, &[&arguments, more].concat());
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        said = ran.stderr;
    }
    said
}

fn merge(sandbox: &Sandbox, ending: &str, output: &str, more: &[&str]) -> Ran {
    let parts = ["1", "2", "3"].map(|number| format!("{number}{ending}"));
    let parts = parts.iter().map(String::as_str);
    sandbox.gloss(
        &["merge", "-o", output].into_iter().chain(parts).chain(more.to_vec()).collect::<Vec<_>>(),
        b"",
    )
}

/// The bytes of a file, or of all files in a folder, with their names.
fn contents(sandbox: &Sandbox, name: &str) -> Vec<(String, Vec<u8>)> {
    let path = sandbox.path().join(name);
    if path.is_file() {
        return vec![(String::new(), std::fs::read(path).unwrap())];
    }
    let mut files: Vec<_> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    files.sort_unstable();
    files
}

#[test]
fn shards_of_other_formats_are_merged() {
    let check = |ending: &str, more: &[&str]| {
        let sandbox = Sandbox::new();
        in_formats(&sandbox);
        shards_to(&sandbox, ending, more);
        let merged = format!("merged{ending}");
        let ran = merge(&sandbox, ending, &merged, &[]);
        assert_eq!(ran.code, 3, "{ending}: {}", ran.stderr);
        let whole = format!("whole{ending}");
        if ending.ends_with(".gz") {
            // Checkpoints, which end a member, are where the time says.
            let read = |name: &str| sandbox.gloss(&["run", "none.toml", name], b"").stdout;
            sandbox.file("none.toml", "[[stage]]\nextractor = \"no-op\"\n");
            assert_eq!(read(&merged), read(&whole));
        } else {
            assert!(contents(&sandbox, &merged) == contents(&sandbox, &whole), "{ending}");
        }
        let quarantine = |name: &str| sandbox.read(&format!("{name}.quarantine.jsonl"));
        assert_eq!(quarantine(&merged), quarantine(&whole), "{ending}");
        // It is what the run would have written, so there is nothing to resume.
        let resumed = run(&sandbox, &[&["-o", &merged, "--resume"], more].concat());
        assert!(resumed.stderr.contains("whole already"), "{}", resumed.stderr);
    };
    check(".jsonl.gz", &[]);
    check(".json", &["-f", "spacy"]);
    check(".jsonl", &["-f", "spacy"]);
    check(".csv", &["-f", "csv", "--rows", "documents"]);
    check(".parquet", &[]);
}

#[test]
fn shards_in_jsonl_are_merged_into_any_format() {
    let sandbox = Sandbox::new();
    in_formats(&sandbox);
    shards_to(&sandbox, ".jsonl", &[]);
    let check = |ending: &str, more: &[&str]| {
        let (merged, whole) = (format!("merged{ending}"), format!("one{ending}"));
        let ran = merge(&sandbox, ".jsonl", &merged, more);
        assert_eq!(ran.code, 3, "{ending}: {}", ran.stderr);
        assert_eq!(run(&sandbox, &[&["-o", &whole], more].concat()).code, 3);
        assert!(contents(&sandbox, &merged) == contents(&sandbox, &whole), "{ending} {more:?}");
        let resumed = run(&sandbox, &[&["-o", &merged, "--resume"], more].concat());
        assert!(resumed.stderr.contains("whole already"), "{}", resumed.stderr);
    };
    for ending in [".parquet", ".csv", ".tsv", ".conll", ".conllu", "-brat/"] {
        check(ending, &[]);
    }
    check("-spacy.jsonl", &["-f", "spacy"]);
    // JSONL does not say in which order an extractor has its labels, and so their colours are others.
    let ran = merge(&sandbox, ".jsonl", "merged.html", &[]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(run(&sandbox, &["-o", "one.html"]).code, 3);
    let words = |name: &str| sandbox.read(name).matches("<mark").count();
    assert_eq!(words("merged.html"), words("one.html"));
    check("-rows.parquet", &["--rows", "annotations"]);
}

#[test]
fn what_cannot_be_merged_says_what_can() {
    let sandbox = Sandbox::new();
    in_formats(&sandbox);
    let refused = |ending: &str, output: &str, more: &[&str], parts: &[&str]| {
        let ran = merge(&sandbox, ending, output, more);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{part:?} is not in {}", ran.stderr);
        }
        assert!(!sandbox.path().join(output).exists());
    };
    for (ending, format) in [(".csv", "csv"), (".conll", "conll"), (".html", "html"), ("/", "brat")]
    {
        let said = shards_to(&sandbox, ending, &[]);
        assert!(said.contains(&format!("shards in {format} cannot be merged")), "{said}");
        let output = format!("merged{ending}");
        refused(ending, &output, &[], &["G0230", &format!("{format} is "), "-f jsonl"]);
    }
    let said = shards_to(&sandbox, ".parquet", &[]);
    assert!(!said.contains("cannot be merged"), "{said}");
    refused(".parquet", "merged.csv", &[], &["G0230", "parquet", "not made into csv"]);
    shards_to(&sandbox, ".txt", &["-f", "pretty"]);
    refused(".txt", "merged.txt", &[], &["G0711", "\"pretty\"", "-f jsonl"]);
    shards_to(&sandbox, ".jsonl", &[]);
    refused(".jsonl", "merged.txt", &["-f", "pretty"], &["G0230", "merged.txt", "-f"]);
    refused(".jsonl", "merged.csv", &["--rows", "documents"], &["G0230", "--rows documents"]);
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
