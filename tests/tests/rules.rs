//! The plugin `rules` in the real binary: gazetteers of the user's, resolved, hashed, and refused.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::{Ran, Sandbox, documents};
use serde_json::{Value, json};

const PIPELINE: &str = r#"
[[stage]]
extractor = "rules"
options = { gazetteers = ["names/places.csv"], patterns = [{ regex = 'G\d{4}', label = "CODE" }] }
"#;
const TEXT: &[u8] = "In São Paulo, not in Sao Paulo, G0110.".as_bytes();

/// A folder with a pipeline, whose gazetteer lies beside it and not beside the current folder.
fn sandbox(places: impl AsRef<[u8]>) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("project/p.toml", PIPELINE);
    sandbox.file("project/names/places.csv", places);
    sandbox
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    sandbox.gloss(&[&["run", "project/p.toml", "-"], arguments].concat(), TEXT)
}

fn spans(document: &Value) -> Vec<(&str, &str)> {
    let annotations = document["layers"]["rules/entities"]["annotations"].as_array().unwrap();
    annotations
        .iter()
        .map(|a| (a["text"].as_str().unwrap(), a["label"].as_str().unwrap()))
        .collect()
}

#[test]
fn a_gazetteer_is_found_from_the_pipeline_file() {
    let sandbox = sandbox("text,label,id\nSão Paulo,GPE,Q174\n");
    for arguments in [&[][..], &["--isolate"]] {
        let ran = run(&sandbox, arguments);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let document = &documents(&ran.stdout)[0];
        assert_eq!(spans(document), [("São Paulo", "GPE"), ("G0110", "CODE")]);
        let layer = &document["layers"]["rules/entities"];
        assert_eq!(layer["type"], "entities");
        assert_eq!(layer["annotations"][0]["attributes"], json!({ "id": "Q174" }));
        assert_eq!(layer["producer"]["files"][0]["name"], "names/places.csv");
    }
    let ran = sandbox.gloss(&["check", "project/p.toml"], b"");
    assert!(ran.stdout.contains("gazetteers: names/places.csv"), "{}", ran.stdout);
    assert!(ran.stdout.contains("rules/entities (spans, 2 labels; id, entry)"), "{}", ran.stdout);
}

#[test]
fn a_changed_gazetteer_is_seen() {
    let sandbox = sandbox("text,label\nSão Paulo,GPE\n");
    let hash = || {
        let ran = run(&sandbox, &["-o", "out.jsonl"]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let document = &documents(&sandbox.read("out.jsonl"))[0];
        let record: Value = serde_json::from_str(&sandbox.read("out.jsonl.run.json")).unwrap();
        let file = &record["stages"][0]["files"]["gazetteers"][0];
        let hash = document["layers"]["rules/entities"]["producer"]["files"][0]["hash"].clone();
        let hash = hash.as_str().unwrap().to_owned();
        assert!(file["digest"].as_str().unwrap().starts_with(&hash), "{file}");
        hash
    };
    let first = hash();
    assert_eq!(first, hash());
    sandbox.file("project/names/places.csv", "text,label\nSao Paulo,GPE\n");
    assert_ne!(first, hash());
}

#[test]
fn bad_lines_are_named() {
    let check = |places: &[u8], expected: &[&str]| {
        let sandbox = sandbox(places);
        let ran = sandbox.gloss(&["check", "project/p.toml"], b"");
        assert_eq!(ran.code, 1, "{}", ran.stdout);
        for part in expected {
            assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
        }
        // The option is shown where it stands.
        assert!(ran.stderr.contains("p.toml:4:"), "{}", ran.stderr);
    };
    check(
        b"text,label\n,GPE\nParis\nLyon,GPE\n\xFF,GPE\n",
        &[
            "error[G0110]",
            "3 things are wrong",
            "names/places.csv, line 2: the text is empty",
            "names/places.csv, line 3: there is no label",
            "names/places.csv, line 5: byte 1 of the line is not UTF-8",
        ],
    );
    check(b"name\nParis\n", &["error[G0110]", "the header has no column \"text\""]);
}

#[test]
fn a_missing_file_is_told() {
    let sandbox = Sandbox::new();
    sandbox.file("project/p.toml", PIPELINE);
    sandbox.file("names/places.csv", "text,label\nParis,GPE\n");
    let ran = sandbox.gloss(&["check", "project/p.toml"], b"");
    assert_eq!(ran.code, 1);
    for part in ["error[G0120]", "\"names/places.csv\" cannot be read", "counts from project"] {
        assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
    }
}

#[test]
fn the_plugin_keeps_the_rules_of_the_interface() {
    let sandbox = Sandbox::new();
    sandbox.file("names.csv", "text,label,country\nthe,WORD,x\nof the,WORD,\né,LETTER,y\n");
    let plugin = gloss_tests::plugin_file("gloss_rules");
    let plugin = plugin.to_str().unwrap();
    let options = r#"{ "gazetteers": ["names.csv"], "case": "insensitive",
        "patterns": [{ "regex": "\\w+(?<last>\\w)", "label": "ANY" }] }"#;
    for options in ["{}", options] {
        let arguments = ["plugin", "validate", plugin, "--options", options, "--seed", "7"];
        let ran = sandbox.gloss(&[&arguments[..], &["--long-text", "200000"]].concat(), b"");
        assert_eq!(ran.code, 0, "{}\n{}", ran.stdout, ran.stderr);
        assert!(ran.stdout.contains(" 0 warned, 0 failed, 0 crashed"), "{}", ran.stdout);
    }
}
