//! `gloss run`: documents in, annotations out.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Sandbox, documents};

const PIPELINE: &str = r#"
[input]
header = true
[[stage]]
extractor = "sentences"
[[stage]]
extractor = "ner"
[[stage]]
extractor = "sentiment"
options = { mask_entities = true }
[[stage]]
extractor = "summarization"
"#;

const ARTICLE: &str = " date 2026-01-11 The United States praised Angela Merkel in Berlin on Friday. \
Mr. Añón called the plan a terrible mistake. It would cost $3 million.";

/// The labelled spans of a layer, as text and label.
fn spans<'d>(document: &'d serde_json::Value, layer: &str) -> Vec<(&'d str, &'d str)> {
    let annotations = document["layers"][layer]["annotations"].as_array().expect("annotations");
    let text = |a: &'d serde_json::Value, key: &str| a[key].as_str().unwrap_or("");
    annotations.iter().map(|a| (text(a, "text"), text(a, "label"))).collect()
}

#[test]
fn an_article_becomes_annotations() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("a.txt", ARTICLE);
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let documents = documents(&ran.stdout);
    let document = &documents[0];
    assert_eq!(document["metadata"]["date"], "2026-01-11");
    assert_eq!(document["source"]["offset"], 17);
    assert_eq!(document["offsets"], "byte");
    assert_eq!(document["text"].as_str().unwrap(), &ARTICLE[17..]);
    assert_eq!(spans(document, "sentences/sentences").len(), 3);
    // As spaCy 3.8 with en_core_web_sm 3.8.0 and only its entity recogniser finds them.
    assert_eq!(
        spans(document, "ner/entities"),
        [
            ("The United States", "GPE"),
            ("Angela Merkel", "PERSON"),
            ("Berlin", "GPE"),
            ("Friday", "DATE"),
            ("Añón", "PERSON"),
            ("$3 million", "MONEY"),
        ]
    );
    let sentiment = &document["layers"]["sentiment/sentiment"]["annotations"];
    assert_eq!(sentiment[1]["label"], "negative");
    assert_eq!(sentiment[1]["target"], 1);
    // "United" in "United States" is masked; "praised" remains.
    assert_eq!(spans(document, "sentiment/sentiment-words")[0], ("praised", "positive"));
    assert_eq!(
        document["layers"]["summarization/summary"]["annotations"][0]["sources"][0]["start"],
        0
    );
}

#[test]
fn offsets_come_in_the_unit_that_is_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"");
    let check = |unit: &str, expected: (u64, u64)| {
        let ran = sandbox.gloss(&["run", "p.toml", "-", "--offsets", unit], "Añ😀. Ja.".as_bytes());
        let document = &documents(&ran.stdout)[0];
        let second = &document["layers"]["sentences/sentences"]["annotations"][1];
        assert_eq!(document["offsets"], unit);
        assert_eq!(
            (second["start"].as_u64(), second["end"].as_u64()),
            (Some(expected.0), Some(expected.1))
        );
    };
    check("byte", (9, 12));
    check("codepoint", (5, 8));
    check("utf16", (6, 9));
}

#[test]
fn unreadable_documents_are_kept_and_the_others_finish() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"");
    sandbox.file("d/a.txt", "One.");
    sandbox.file("d/b.txt", b"Tw\xFFo.");
    sandbox.file("d/c.txt", "");
    sandbox.file("d/e.txt", "\u{FEFF}Three.\r\nFour.\0");
    let ran = sandbox.gloss(&["run", "p.toml", "d", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let read = |name: &str| std::fs::read_to_string(sandbox.path().join(name)).unwrap();
    let ids: Vec<_> = documents(&read("out.jsonl"))
        .iter()
        .map(|d| d["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, ["d/a.txt", "d/c.txt", "d/e.txt"]);
    let quarantine = documents(&read("out.jsonl.quarantine.jsonl"));
    assert_eq!(quarantine[0]["errors"][0]["code"], "G0202");
    assert!(quarantine[0]["errors"][0]["message"].as_str().unwrap().contains("byte 2"));
    let record: serde_json::Value = serde_json::from_str(&read("out.jsonl.run.json")).unwrap();
    assert_eq!((&record["annotated"], &record["unreadable"]), (&3.into(), &1.into()));
    assert_eq!(record["stages"][0]["sha256"].as_str().unwrap().len(), 64);
}

#[test]
fn output_does_not_depend_on_threads() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    let lines: String = (0..200)
        .map(|i| {
            format!(
                "{{\"id\":\"{i}\",\"text\":\"Ms. Smith paid ${i} million in Paris. Great {i}!\"}}\n"
            )
        })
        .collect();
    sandbox.file("a.jsonl", lines);
    let run = |threads: &str| {
        let ran = sandbox.gloss(&["run", "p.toml", "a.jsonl", "-j", threads], b"");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.stdout
    };
    let one = run("1");
    assert_eq!(documents(&one).len(), 200);
    assert_eq!(one, run("4"));
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"");
    sandbox.file("a.jsonl", "{\"text\":\"One. Two. Three.\"}\n".repeat(20_000));
    let mut child = sandbox
        .command(&["run", "p.toml", "a.jsonl"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// As with `gloss plugin list | head -1`.
#[test]
fn nothing_panics_when_nobody_reads() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"");
    sandbox.file("a.txt", "One.");
    for arguments in [
        &["run", "p.toml", "a.txt", "--format", "pretty"] as &[&str],
        &["check", "p.toml"],
        &["plugin", "list"],
        &["plugin", "info", "sentences"],
        &["plugin", "validate", "--list"],
        &["models", "list"],
        &["schema", "pipeline"],
        &["completions", "bash"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = sandbox.command(arguments).stdout(writer).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn the_output_keeps_the_layers_that_are_asked_for() {
    let check = |layers: &str, wanted: &str, expected: &[&str]| {
        let sandbox = Sandbox::new();
        let pipeline = format!(
            "[[stage]]\nextractor = \"sentences\"\nlayers = []\n\
             [[stage]]\nid = \"a\"\nextractor = \"relay\"\n{layers}\n\
             options = {{ reads = [\"sentences\"], gives = [\"x\", \"y\", \"z\"], wanted = {wanted} }}\n\
             [[stage]]\nid = \"b\"\nextractor = \"relay\"\noptions = {{ reads = [\"y\"], gives = [\"w\"] }}\n"
        );
        sandbox.file("p.toml", pipeline);
        let ran = sandbox.gloss(&["run", "p.toml", "-"], b"One. Two.");
        assert_eq!(ran.code, 0, "{layers}: {}", ran.stderr);
        let document = &documents(&ran.stdout)[0];
        let layers = document["layers"].as_object().unwrap();
        let names: Vec<_> = layers.keys().map(String::as_str).collect();
        assert_eq!(names, expected);
        // What feeds another stage is made, also when it is not kept.
        assert_eq!(layers["b/w"]["annotations"].as_array().unwrap().len(), 2);
    };
    check("", "[\"x\", \"y\", \"z\"]", &["a/x", "a/y", "a/z", "b/w"]);
    check("layers = [\"x\"]", "[\"x\", \"y\"]", &["a/x", "b/w"]);
    check("layers = []", "[\"y\"]", &["b/w"]);
}
