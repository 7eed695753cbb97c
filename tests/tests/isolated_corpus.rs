//! Stages that must see every document first, in processes of their own: the same results, and a
//! document that ends its process costs no other.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Ran, Sandbox, documents};
use serde_json::Value;
use sha2::{Digest, Sha256};

const COUNT: usize = 300;

/// JSONL of documents of which each fifth is the one before it again.
fn corpus(bad: &[usize]) -> String {
    let line = |i: usize| {
        let subject = if i % 5 == 4 { i - 1 } else { i };
        let words: Vec<String> = (0..40).map(|w| format!("s{subject}w{w}")).collect();
        let bad = if bad.contains(&i) { "BAD" } else { "" };
        let text = format!("{} {bad}.", words.join(" "));
        format!("{}\n", serde_json::json!({"id": format!("{i:04}"), "text": text}))
    };
    (0..COUNT).map(line).collect()
}

fn read(sandbox: &Sandbox, name: &str) -> Vec<Value> {
    documents(&std::fs::read_to_string(sandbox.path().join(name)).unwrap_or_default())
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines.iter().filter_map(|line| line["id"].as_str()).collect()
}

/// Two stages that observe, one of them what the other found, and one that reads that.
const CHAIN: &str = "[[stage]]\nextractor = \"sentences\"\n\
                     [[stage]]\nextractor = \"near-duplicates\"\n\
                     [[stage]]\nextractor = \"tally\"\noptions = { after = true }\n\
                     [[stage]]\nextractor = \"echo\"\n";

#[test]
fn where_a_stage_runs_makes_no_difference() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", CHAIN);
    sandbox.file("c.jsonl", corpus(&[9]));
    let run = |arguments: &[&str]| {
        let ran = sandbox.gloss(&[&["run", "p.toml", "c.jsonl"], arguments].concat(), b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let expected = run(&["-j", "1"]);
    assert_eq!(documents(&expected).len(), COUNT);
    for threads in ["1", "4"] {
        assert!(run(&["--isolate", "-j", threads]) == expected, "{threads} threads");
    }
    // One process of each kind, and small batches.
    let single = CHAIN.replace("options", "workers = 1\noptions");
    sandbox.file("p.toml", single.replace("extractor = \"near", "workers = 1\nextractor = \"near"));
    assert!(run(&["--isolate", "-j", "4"]) == expected);
    sandbox.file("c.jsonl", "");
    assert_eq!(run(&["--isolate"]), "");
}

/// Shards observed here and there give what all documents give here.
#[test]
fn states_are_the_same_wherever_they_were_saved() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"near-duplicates\"\n[[stage]]\nextractor = \"tally\"",
    );
    let all = corpus(&[]);
    let lines: Vec<&str> = all.split_inclusive('\n').collect();
    sandbox.file("all.jsonl", &all);
    sandbox.file("a.jsonl", lines[..133].concat());
    sandbox.file("b.jsonl", lines[133..].concat());
    let run = |arguments: &[&str], isolate: bool| {
        let isolate: &[&str] = if isolate { &["--isolate"] } else { &[] };
        let ran = sandbox.gloss(&[&["run", "p.toml"], arguments, isolate].concat(), b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let expected: Vec<Value> =
        documents(&run(&["all.jsonl"], false)).into_iter().skip(133).collect();
    for (first, second) in [(true, true), (true, false), (false, true)] {
        let states = format!("s/{first}/{second}");
        let saved = run(&["a.jsonl", "--observe-only", "--states", &states], first);
        assert_eq!(saved, "");
        let merged = documents(&run(&["b.jsonl", "--merge-states", &states], second));
        let layers = |d: &[Value]| d.iter().map(|d| d["layers"].clone()).collect::<Vec<_>>();
        assert_eq!(layers(&merged), layers(&expected), "{first} {second}");
    }
}

/// Runs documents of which some are bad through a tally with this fault.
fn run(sandbox: &Sandbox, fault: &str, keys: &str, bad: &[usize], threads: &str) -> Ran {
    sandbox.file(
        "p.toml",
        format!(
            "[[stage]]\nextractor = \"tally\"\nisolation = \"process\"\n{keys}\n\
             options = {{ fault = \"{fault}\", trigger = \"BAD\" }}\n"
        ),
    );
    sandbox.file("c.jsonl", corpus(bad));
    sandbox.gloss(&["run", "p.toml", "c.jsonl", "-o", "out.jsonl", "-j", threads], b"")
}

/// The bad documents are in quarantine with one of the codes, all others come out, and the tally is of
/// so many.
fn check(fault: &str, keys: &str, codes: &[&str], counted: usize) {
    let bad = [3, 70, 71, 299];
    for threads in ["1", "3"] {
        let sandbox = Sandbox::new();
        let ran = run(&sandbox, fault, keys, &bad, threads);
        assert_eq!(ran.code, 3, "{fault}: {}", ran.stderr);
        let name = |i: &usize| format!("{i:04}");
        let good: Vec<String> = (0..COUNT).filter(|i| !bad.contains(i)).map(|i| name(&i)).collect();
        let annotated = read(&sandbox, "out.jsonl");
        assert_eq!(ids(&annotated), good, "{fault}");
        for document in &annotated {
            let attributes = &document["layers"]["tally/tally"]["annotations"][0]["attributes"];
            assert_eq!(attributes["documents"], counted, "{fault} {threads}");
        }
        let quarantine = read(&sandbox, "out.jsonl.quarantine.jsonl");
        assert_eq!(ids(&quarantine), bad.iter().map(name).collect::<Vec<_>>(), "{fault}");
        for line in &quarantine {
            let error = &line["errors"][0];
            assert!(codes.contains(&error["code"].as_str().unwrap_or("")), "{fault}: {error}");
            assert!(line["document"]["text"].as_str().unwrap_or("").contains("BAD"));
        }
    }
}

#[test]
fn a_document_that_ends_its_process_costs_no_other() {
    let good = COUNT - 4;
    check("abort", "", &["G0503"], good);
    check("panic", "", &["G0501"], good);
    check("error", "", &["G0500"], good);
    // They were observed, and cannot be annotated.
    check("abort-in-annotate", "", &["G0503"], COUNT);
    check("panic-in-annotate", "", &["G0501"], COUNT);
}

#[test]
fn deadlines_and_limits_of_memory_are_kept_while_observing() {
    check("hang", "timeout = \"300ms\"", &["G0504"], COUNT - 4);
    check("eat-memory", "memory = \"300MB\"", &["G0505"], COUNT - 4);
}

#[test]
fn a_stage_that_loses_what_it_observed_ends_the_run() {
    let check = |fault: &str, parts: &[&str]| {
        let sandbox = Sandbox::new();
        let ran = run(&sandbox, fault, "", &[], "2");
        assert_eq!(ran.code, 1, "{fault}: {}", ran.stderr);
        for part in parts.iter().chain(&["G0511", "tally"]) {
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
        assert!(!sandbox.path().join("out.jsonl").exists());
    };
    check("panic-in-merge", &["merge", "as the options ask"]);
    check("abort-in-merge", &["merge", "SIGABRT"]);
    check("error-in-finish", &["finish", "as the options ask"]);
}

/// A stage that never works ends all the same, and says which documents it failed with.
#[test]
fn a_plugin_that_always_crashes_is_given_up() {
    let sandbox = Sandbox::new();
    let all: Vec<usize> = (0..COUNT).collect();
    let ran = run(&sandbox, "abort", "", &all, "2");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let quarantine = read(&sandbox, "out.jsonl.quarantine.jsonl");
    assert_eq!(quarantine.len(), COUNT);
    let last = quarantine[COUNT - 1]["errors"][0]["message"].as_str().unwrap();
    assert!(last.contains("is not started again"), "{last}");
}

#[test]
fn a_damaged_state_is_refused_by_the_process() {
    let sandbox = Sandbox::new();
    let ran = run(&sandbox, "none", "", &[], "2");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let command = |more: &[&str]| {
        sandbox.gloss(&[&["run", "p.toml", "c.jsonl", "-o", "-"], more].concat(), b"")
    };
    assert_eq!(command(&["--observe-only", "--states", "s"]).code, 0);
    // Shorter than the plugin writes, with a hash that is right.
    let path = sandbox.path().join("s/tally.state");
    let bytes = std::fs::read(&path).unwrap();
    let content = &bytes[..bytes.len() - 32 - 4];
    std::fs::write(&path, [content, &Sha256::digest(content)].concat()).unwrap();
    let ran = command(&["--merge-states", "s"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
    for part in ["G0512", "refuses the state", "does not hold two numbers"] {
        assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
    }
}

/// The first Ctrl-C ends the making of findings: a plugin that does not listen is ended by force.
#[cfg(unix)]
#[test]
fn the_making_of_findings_can_be_cancelled() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::{Command, Stdio};

    let check = |fault: &str, isolation: &str| {
        let sandbox = Sandbox::new();
        sandbox.file("c.jsonl", corpus(&[]));
        sandbox.file(
            "p.toml",
            format!(
                "[[stage]]\nextractor = \"tally\"\nisolation = \"{isolation}\"\n\
                 options = {{ fault = \"{fault}\" }}\n"
            ),
        );
        let arguments = ["run", "-v", "p.toml", "c.jsonl", "-o", "out.jsonl", "-j", "2"];
        let mut child = sandbox.interruptible(&arguments).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains("making findings") {
            assert!(stderr.read_line(&mut said).unwrap() > 0, "{said}");
        }
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        stderr.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{fault} {isolation}: {said}");
        assert!(said.contains("nothing is written"), "{fault} {isolation}: {said}");
        assert!(!sandbox.path().join("out.jsonl").exists());
        let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
        assert_eq!(record["interrupted"], COUNT, "{fault} {isolation}");
    };
    check("slow-finish", "none");
    check("slow-finish", "process");
    check("hang-in-finish", "process");
}
