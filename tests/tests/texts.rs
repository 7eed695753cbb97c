//! Texts that are odd but legal: every stage must take them, and every offset must be right.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const PIPELINE: &str = "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"ner\"\n\
[[stage]]\nextractor = \"sentiment\"\noptions = { mask_entities = true }\n\
[[stage]]\nextractor = \"summarization\"\n";

/// Every span must be the stretch of the text that it claims to be.
fn check_offsets(document: &Value) {
    let text = document["text"].as_str().unwrap();
    for (name, layer) in document["layers"].as_object().unwrap() {
        for annotation in layer["annotations"].as_array().unwrap() {
            if layer["schema"]["kind"] == "spans" {
                let offset = |key: &str| annotation[key].as_u64().unwrap() as usize;
                let covered = text.get(offset("start")..offset("end"));
                assert_eq!(covered, annotation["text"].as_str(), "{name}");
            }
        }
    }
}

/// The document's text, and the texts of its sentences and entities.
fn check(contents: &[u8], text: &str, sentences: &[&str], entities: &[&str]) {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("a.txt", contents);
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt"], b"");
    let shown = String::from_utf8_lossy(contents);
    assert_eq!(ran.code, 0, "{shown:?}: {}", ran.stderr);
    let document = &documents(&ran.stdout)[0];
    assert_eq!(document["text"], text, "{shown:?}");
    check_offsets(document);
    let spans = |layer: &str| -> Vec<String> {
        let annotations = document["layers"][layer]["annotations"].as_array().unwrap();
        annotations.iter().map(|a| a["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(spans("sentences/sentences"), sentences, "{shown:?}");
    assert_eq!(spans("ner/entities"), entities, "{shown:?}");
    let summary = document["layers"]["summarization/summary"]["annotations"].as_array().unwrap();
    assert_eq!(summary.is_empty(), sentences.is_empty(), "{shown:?}");
}

#[test]
fn nothing_to_find() {
    check(b"", "", &[], &[]);
    check(b" ", " ", &[], &[]);
    check("\r\n\t \u{A0}\u{2028}\n".as_bytes(), "\r\n\t \u{A0}\u{2028}\n", &[], &[]);
}

#[test]
fn characters_that_are_easily_miscounted() {
    let merkel = "Angela Merkel was in Berlin.";
    check(b"Angela Merkel was in Berlin.", merkel, &[merkel], &["Angela Merkel", "Berlin"]);
    // A byte order mark is of the file, not of the text.
    let marked = format!("\u{FEFF}{merkel}");
    check(marked.as_bytes(), merkel, &[merkel], &["Angela Merkel", "Berlin"]);
    // Line ends stay as they are.
    let lines = "Angela Merkel was in Berlin.\r\n\r\nShe left Paris on Friday.\r\n";
    let sentences = [merkel, "She left Paris on Friday."];
    check(lines.as_bytes(), lines, &sentences, &["Angela Merkel", "Berlin", "Paris", "Friday"]);
    // NUL is a character like others.
    let nul = "He was\0 in Berlin. She was in Paris.";
    check(nul.as_bytes(), nul, &["He was\0 in Berlin.", "She was in Paris."], &["Berlin", "Paris"]);
    // Combining marks, emoji of several code points, and text from right to left.
    let marks = "Zoe\u{308} Mu\u{308}ller was in Berlin. 👩‍👩‍👧‍👦🇩🇪 Great!";
    let sentences = ["Zoe\u{308} Mu\u{308}ller was in Berlin. 👩‍👩‍👧‍👦🇩🇪", "Great!"];
    check(marks.as_bytes(), marks, &sentences, &["Zoe\u{308} Mu\u{308}ller", "Berlin"]);
    let hebrew = "שלום. He was in Berlin.";
    check(hebrew.as_bytes(), hebrew, &["שלום.", "He was in Berlin."], &["Berlin"]);
}

/// A document of many megabytes goes through in time and memory that are in proportion.
#[test]
fn fifty_megabytes() {
    let sandbox = Sandbox::new();
    let pipeline = "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"spans\"\n";
    sandbox.file("p.toml", pipeline);
    let paragraph = "Ms. Añón paid $3 million. Was it a mistake? \"Great work!\", she said.\n\n";
    let count = 50_000_000 / paragraph.len();
    sandbox.file("a.txt", paragraph.repeat(count));
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt", "-o", "out.jsonl"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = &documents(&sandbox.read("out.jsonl"))[0];
    assert_eq!(document["text"].as_str().unwrap().len(), paragraph.len() * count);
    let annotations =
        |layer: &str| document["layers"][layer]["annotations"].as_array().unwrap().len();
    assert_eq!(annotations("sentences/sentences"), 3 * count);
    assert_eq!(annotations("spans/spans"), 74);
    check_offsets(document);
}
