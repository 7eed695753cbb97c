//! A plugin that breaks the rules costs the documents that it breaks them with, and no others.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Sandbox, documents};

/// Text with `BAD` in it, which the plugin is told to stumble over.
const BAD: &str = "Un été BAD à la plage.";

fn pipeline(fault: &str) -> String {
    format!(
        "[[stage]]\nextractor = \"unruly\"\noptions = {{ fault = \"{fault}\", trigger = \"BAD\" }}\n\
         [[stage]]\nextractor = \"sentences\"\n"
    )
}

/// Runs a fault in the middle of three documents; the quarantine file must have the code and the
/// message, and the output the two others.
fn check(fault: &str, code: &str, message: &str) {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline(fault));
    let lines = ["One two.", BAD, "Three four."].map(|t| format!("{{\"text\":\"{t}\"}}\n"));
    sandbox.file("a.jsonl", lines.concat());
    let ran = sandbox.gloss(&["run", "p.toml", "a.jsonl", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 3, "{fault}: {}", ran.stderr);
    assert!(ran.stderr.contains("1 document failed; see out.jsonl.quarantine.jsonl"));
    assert!(!ran.stderr.contains("plage"), "{fault}: text of a document in: {}", ran.stderr);

    let annotated = documents(&sandbox.read("out.jsonl"));
    let texts: Vec<_> = annotated.iter().map(|d| d["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["One two.", "Three four."], "{fault}");
    for document in &annotated {
        let words = document["layers"]["unruly/words"]["annotations"].as_array().unwrap();
        assert_eq!(words.len(), 2, "{fault}");
    }

    let quarantine = documents(&sandbox.read("out.jsonl.quarantine.jsonl"));
    assert_eq!(quarantine.len(), 1, "{fault}");
    let error = &quarantine[0]["errors"][0];
    assert_eq!((&error["stage"], &error["code"]), (&"unruly".into(), &code.into()), "{fault}");
    let said = error["message"].as_str().unwrap();
    assert!(said.contains(message), "{fault}: {said}");
    assert!(!said.contains("plage"), "{fault}: text of a document in: {said}");
    // What is kept is enough to try the document again.
    assert_eq!(quarantine[0]["document"]["text"], BAD);

    let record: serde_json::Value =
        serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
    assert_eq!((&record["annotated"], &record["failed"]), (&2.into(), &1.into()), "{fault}");
}

#[test]
fn faults_of_one_document() {
    check("panic", "G0501", "panicked: as it was told (tests/plugins/unruly/src/faults.rs:");
    check("error", "G0500", "failed as it was told");
    check("outside", "G0502", "words: the span 0..26 lies outside the text of 25 bytes");
    check("inside-character", "G0502", "words: the span 4..25 begins or ends inside a character");
    check("undeclared-label", "G0502", "words: label 99 was never declared; the layer has 2");
    check("push-after-finish", "G0502", "words: it pushed after finish");
    check("unfinished", "G0502", "neither finished nor failed");
}

#[test]
fn a_plugin_that_prints_does_no_harm_to_an_output_file() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline("print"));
    sandbox.file("a.txt", BAD);
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(documents(&sandbox.read("out.jsonl")).len(), 1);
}

/// A fault before the first document is an error of the pipeline, with the stage's place.
fn check_refused(fault: &str, code: &str, message: &str) {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline(fault));
    sandbox.file("a.txt", "One.");
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 1, "{fault}: {}", ran.stderr);
    for part in [code, message, "p.toml:2:13", "\"unruly\"", "report it to its author"] {
        assert!(ran.stderr.contains(part), "{fault}: {part:?} is not in:\n{}", ran.stderr);
    }
    assert!(!sandbox.path().join("out.jsonl").exists());
}

#[test]
fn faults_before_the_first_document() {
    check_refused("panic-in-load", "G0308", "panicked: in load, as it was told");
    check_refused("panic-in-plan", "G0115", "panicked: in plan, as it was told");
}

#[test]
fn a_batch_that_fails_is_tried_document_by_document() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline("panic"));
    // Each panic takes the batch along; every good document of it must come out all the same.
    let line = |i: usize| {
        format!("{{\"id\":\"{i}\",\"text\":\"{}\"}}\n", if i % 3 == 1 { "BAD" } else { "Good." })
    };
    sandbox.file("a.jsonl", (0..100).map(line).collect::<String>());
    let ran = sandbox.gloss(&["run", "p.toml", "a.jsonl", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    let ids = |name: &str| -> Vec<usize> {
        documents(&sandbox.read(name))
            .iter()
            .map(|d| d["id"].as_str().unwrap().parse().unwrap())
            .collect()
    };
    assert_eq!(ids("out.jsonl"), (0..100).filter(|i| i % 3 != 1).collect::<Vec<_>>());
    assert_eq!(
        ids("out.jsonl.quarantine.jsonl"),
        (0..100).filter(|i| i % 3 == 1).collect::<Vec<_>>()
    );
}
