//! Stages that must see every document before they annotate any.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;

use gloss_tests::{Ran, Sandbox, documents};
use serde_json::Value;

/// JSONL of `count` documents; each fifth is the one before it again. `extra` is put into the
/// text of the document with that number.
fn corpus(count: usize, extra: &[(usize, &str)]) -> String {
    let line = |i: usize| {
        let subject = if i % 5 == 4 { i - 1 } else { i };
        let words: Vec<String> = (0..40).map(|w| format!("s{subject}w{w}")).collect();
        let extra = extra.iter().find(|(at, _)| *at == i).map_or("", |(_, text)| *text);
        let text = format!("{} {extra}.", words.join(" "));
        format!("{}\n", serde_json::json!({"id": format!("{i:04}"), "text": text}))
    };
    (0..count).map(line).collect()
}

fn read(sandbox: &Sandbox, name: &str) -> String {
    std::fs::read_to_string(sandbox.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// The values of a field of the first annotation of a layer, by document.
fn first<'d>(documents: &'d [Value], layer: &str, field: &str) -> Vec<&'d Value> {
    let value = |d: &'d Value| &d["layers"][layer]["annotations"][0][field];
    documents.iter().map(value).collect()
}

fn assert_ok(ran: &Ran) {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn the_example_pipeline_finds_copies() {
    let sandbox = Sandbox::new();
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples");
    let pipeline = examples.join("near-duplicates.toml");
    for name in ["brief", "politics", "science", "sport", "business"] {
        sandbox.file(
            &format!("in/{name}.txt"),
            std::fs::read(examples.join(name).with_extension("txt")).unwrap(),
        );
    }
    let sport = std::fs::read_to_string(examples.join("sport.txt")).unwrap();
    sandbox.file("in/copy.txt", format!("{sport}\n\nMore follows."));
    sandbox.file("in/blank.txt", "\n");
    let run = |threads| {
        let ran = sandbox.gloss(&["run", pipeline.to_str().unwrap(), "in", "-j", threads], b"");
        assert_ok(&ran);
        ran.stdout
    };
    let output = run("1");
    assert_eq!(output, run("4"));
    let documents = documents(&output);
    let label = first(&documents, "near-duplicates/near-duplicates", "label");
    let of = |id: &str| documents.iter().position(|d| d["id"] == id).unwrap();
    assert_eq!(label[of("in/copy.txt")], "original");
    assert_eq!(label[of("in/sport.txt")], "duplicate");
    assert_eq!(label[of("in/brief.txt")], "unique");
    assert_eq!(label[of("in/blank.txt")], "empty");
    let sport = &documents[of("in/sport.txt")]["layers"];
    let annotation = &sport["near-duplicates/near-duplicates"]["annotations"][0];
    assert_eq!(annotation["attributes"]["representative"], "in/copy.txt");
    assert_eq!(annotation["attributes"]["size"], 2);
    assert!(annotation["attributes"]["similarity"].as_f64().unwrap() > 0.8);
    // The order of layers is that of the stages, though sentences ran in the second pass.
    assert!(sport["sentences/sentences"]["annotations"].as_array().unwrap().len() > 3);
}

/// Three passes: tally observes what near-duplicates found, echo reads what tally found.
const CHAIN: &str = r#"
[[stage]]
extractor = "echo"
[[stage]]
extractor = "sentences"
[[stage]]
extractor = "near-duplicates"
[[stage]]
extractor = "tally"
options = { after = true }
"#;

#[test]
fn passes_follow_each_other_and_keep_the_order() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", CHAIN);
    let corpus = corpus(300, &[(9, "and more words")]);
    let run = |threads| {
        let arguments =
            ["run", "p.toml", "-", "--input-format", "jsonl", "-j", threads, "--record", "r.json"];
        let ran = sandbox.gloss(&arguments, corpus.as_bytes());
        assert_ok(&ran);
        ran.stdout
    };
    let output = run("1");
    assert_eq!(output, run("4"));
    let documents = documents(&output);
    let ids: Vec<_> = documents.iter().map(|d| d["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..300).map(|i| format!("{i:04}")).collect::<Vec<_>>());
    for attributes in first(&documents, "tally/tally", "attributes") {
        assert_eq!(
            (&attributes["documents"], &attributes["duplicates"]),
            (&300.into(), &60.into())
        );
    }
    assert!(first(&documents, "echo/echo", "text").iter().all(|text| *text == "of 300"));
    assert!(first(&documents, "sentences/sentences", "start").iter().all(|start| **start == 0));
    let record: Value = serde_json::from_str(&read(&sandbox, "r.json")).unwrap();
    assert_eq!((&record["annotated"], &record["observed"]), (&300.into(), &300.into()));
    assert_eq!(record["stages"][2]["observed"], 300);
    assert_eq!(record["stages"][1]["observed"], Value::Null);
}

#[test]
fn one_bad_document_costs_no_other() {
    let check = |fault: &str, code: &str, counted: u64| {
        let sandbox = Sandbox::new();
        sandbox.file(
            "p.toml",
            format!(
                "[[stage]]\nextractor = \"tally\"\noptions = {{ fault = \"{fault}\", trigger = \"BAD\" }}"
            ),
        );
        sandbox.file("a.jsonl", corpus(100, &[(3, "BAD"), (70, "BAD")]));
        let arguments = ["run", "p.toml", "a.jsonl", "-o", "out.jsonl", "-j", "2"];
        let ran = sandbox.gloss(&arguments, b"");
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let documents_out = documents(&read(&sandbox, "out.jsonl"));
        assert_eq!(documents_out.len(), 98, "{fault}");
        for attributes in first(&documents_out, "tally/tally", "attributes") {
            assert_eq!(attributes["documents"], counted, "{fault}");
        }
        let quarantine = documents(&read(&sandbox, "out.jsonl.quarantine.jsonl"));
        let ids: Vec<_> = quarantine.iter().map(|q| q["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["0003", "0070"]);
        assert_eq!(quarantine[0]["errors"][0]["code"], code, "{fault}");
        assert!(quarantine[0]["document"]["text"].as_str().unwrap().contains("BAD"));
    };
    check("panic", "G0501", 98);
    check("error", "G0500", 98);
    // It was observed, and cannot be annotated.
    check("panic-in-annotate", "G0501", 100);
}

#[test]
fn a_stage_that_loses_what_it_observed_ends_the_run() {
    let check = |fault: &str, parts: &[&str]| {
        let sandbox = Sandbox::new();
        sandbox.file(
            "p.toml",
            format!("[[stage]]\nextractor = \"tally\"\noptions = {{ fault = \"{fault}\" }}"),
        );
        sandbox.file("a.jsonl", corpus(200, &[]));
        let ran = sandbox.gloss(&["run", "p.toml", "a.jsonl", "-o", "out.jsonl"], b"");
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        for part in parts.iter().chain(&["G0511", "tally", "as the options ask"]) {
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
        assert!(!sandbox.path().join("out.jsonl").exists());
    };
    check("panic-in-merge", &["merge"]);
    check("error-in-finish", &["finish"]);
}

const SHARDED: &str =
    "[[stage]]\nextractor = \"near-duplicates\"\n[[stage]]\nextractor = \"tally\"";

#[test]
fn shards_are_observed_apart() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", SHARDED);
    let all = corpus(90, &[]);
    let lines: Vec<&str> = all.split_inclusive('\n').collect();
    sandbox.file("all.jsonl", &all);
    for (name, part) in ["a", "b", "c"].iter().zip(lines.chunks(33)) {
        sandbox.file(&format!("{name}.jsonl"), part.concat());
    }
    let run = |arguments: &[&str]| {
        let ran = sandbox.gloss(&[&["run", "p.toml"], arguments].concat(), b"");
        assert_ok(&ran);
        ran.stdout
    };
    let expected = run(&["all.jsonl"]);
    let observed = run(&["a.jsonl", "--observe-only", "--states", "states/a"]);
    assert_eq!(observed, "");
    run(&["b.jsonl", "--observe-only", "--states", "states/b", "--merge-states", "states/a"]);
    // The state of b holds what a saved, so c needs that of b alone.
    let c = run(&["c.jsonl", "--merge-states", "states/b"]);
    let expected: String = expected.split_inclusive('\n').skip(66).collect();
    let layers = |output: &str| {
        documents(output).into_iter().map(|mut d| d["layers"].take()).collect::<Vec<_>>()
    };
    assert_eq!(layers(&c).len(), 24);
    for attributes in first(&documents(&c), "tally/tally", "attributes") {
        assert_eq!(attributes["documents"], 90);
    }
    assert_eq!(layers(&c), layers(&expected));
}

#[test]
fn states_that_do_not_fit_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", SHARDED);
    sandbox.file("a.jsonl", corpus(20, &[]));
    let save = ["run", "p.toml", "a.jsonl", "--observe-only", "--states", "s"];
    assert_ok(&sandbox.gloss(&save, b""));
    let check = |pipeline: &str, arguments: &[&str], parts: &[&str]| {
        sandbox.file("q.toml", pipeline);
        let ran = sandbox.gloss(&[&["run", "q.toml", "a.jsonl"], arguments].concat(), b"");
        assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.stderr);
        for part in parts {
            assert!(ran.stderr.contains(part), "{part} is not in {}", ran.stderr);
        }
    };
    let merge = ["--merge-states", "s"];
    let other =
        SHARDED.replace("\"near-duplicates\"", "\"near-duplicates\"\noptions = { shingle = 4 }");
    check(&other, &merge, &["G0512", "near-duplicates.state", "other options"]);
    check(
        SHARDED,
        &["--merge-states", "none"],
        &["G0512", "near-duplicates.state", "--observe-only"],
    );
    check(CHAIN, &merge, &["G0512", "shards cannot be observed apart"]);
    check("[[stage]]\nextractor = \"sentences\"", &merge, &["G0512", "no stage"]);
    let path = sandbox.path().join("s/tally.state");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.len() - 40;
    bytes[at] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    check(SHARDED, &merge, &["G0512", "tally.state", "damaged"]);
}

#[test]
fn a_folder_that_cannot_hold_the_documents_is_named() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"tally\"");
    let arguments = ["run", "p.toml", "-", "--temporary-folder", "no/such"];
    let ran = sandbox.gloss(&arguments, b"One.");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("G0510") && ran.stderr.contains("no/such"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_observing_writes_nothing() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"tally\"\noptions = { milliseconds = 20 }");
    sandbox.file("a.jsonl", corpus(5000, &[]));
    std::fs::create_dir(sandbox.path().join("tmp")).unwrap();
    let arguments = ["run", "p.toml", "a.jsonl", "-o", "out.jsonl", "--temporary-folder", "tmp"];
    let child = sandbox.interruptible(&arguments).stderr(Stdio::piped()).spawn().unwrap();
    // Before it has set its handler, the signal would end it at once.
    std::thread::sleep(Duration::from_secs(2));
    let begin = Instant::now();
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert!(stderr.contains("before all documents were observed"), "{stderr}");
    assert!(begin.elapsed() < Duration::from_secs(30), "it went on with all documents");
    assert!(!sandbox.path().join("out.jsonl").exists());
    assert_eq!(std::fs::read_dir(sandbox.path().join("tmp")).unwrap().count(), 0);
    let record: Value = serde_json::from_str(&read(&sandbox, "out.jsonl.run.json")).unwrap();
    assert_eq!((&record["annotated"], &record["stopped"]), (&0.into(), &true.into()));
    assert!(record["interrupted"].as_u64().unwrap() > 0, "{record}");
}
