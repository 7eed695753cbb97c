//! The extractors with a small model of random weights: what they say is nonsense, but where it stands and when
//! they refuse is not.
#![allow(clippy::unwrap_used)]

#[path = "../../../crates/gloss-llama/tests/common/mod.rs"]
mod common;

use common::Tiny;
use gloss_llm::{Prompt, Summarize};
use gloss_plugin::harness::gloss_doc::{Annotations, Document};
use gloss_plugin::harness::{Failure, Harness};
use gloss_plugin::{Extractor, ModelFiles};
use serde_json::{Value, json};
use tempfile::TempDir;

fn with<E: Extractor>(options: Value) -> Result<(Harness<E>, TempDir), Failure> {
    let folder = tempfile::tempdir().unwrap();
    Tiny::new().write(folder.path());
    let files = ModelFiles {
        name: "model".to_owned(),
        version: String::new(),
        path: folder.path().to_owned(),
        digest: String::new(),
    };
    Ok((Harness::with(options, [("model".to_owned(), files)].into(), &[])?, folder))
}

/// Texts of the only layer.
fn texts(document: &Document) -> Vec<String> {
    let Annotations::Texts(texts) = &document.layers[0].annotations else { panic!("no texts") };
    (0..texts.text.len()).map(|at| texts.text.get(at).to_owned()).collect()
}

const NEWS: &str = "The bridge is closed. Shops fear for their customers. Rain is expected.";

fn refused<E: Extractor>(options: Value, parts: &[&str]) {
    let failure = with::<E>(options.clone()).map(|_| ()).unwrap_err();
    for part in parts {
        assert!(failure.to_string().contains(part), "{part:?} is not in {failure} for {options}");
    }
}

#[test]
fn options_that_make_no_sense_are_refused() {
    refused::<Summarize>(json!({ "sentences": 2, "words": 9 }), &["words", "keep one"]);
    refused::<Summarize>(json!({ "sentences": 0 }), &["sentences"]);
    refused::<Summarize>(json!({ "prompt": "Summarize!" }), &["no place for the document"]);
    refused::<Summarize>(json!({ "temperature": -1.0 }), &["temperature"]);
    refused::<Summarize>(json!({ "top_p": 0.0 }), &["top_p"]);
    refused::<Summarize>(json!({ "max_tokens": 0 }), &["max_tokens"]);
    refused::<Summarize>(json!({ "unsupported": "skip" }), &["unsupported", "retry"]);
    refused::<Summarize>(json!({ "attempts": 2 }), &["attempts", "only for \"retry\""]);
    refused::<Summarize>(
        json!({ "unsupported": "retry", "attempts": 1 }),
        &["attempts", "no second attempt"],
    );
    refused::<Prompt>(json!({}), &["prompt", "not set"]);
    refused::<Prompt>(json!({ "prompt": "{text" }), &["prompt", "single {"]);
    refused::<Prompt>(json!({ "prompt": "{title}" }), &["there is no {title}"]);
    refused::<Prompt>(json!({ "prompt": "{length} {text}" }), &["{length}"]);
    refused::<Prompt>(
        json!({ "prompt": "x", "schema": { "type": "string", "pattern": "a" } }),
        &["schema", "pattern"],
    );
}

#[test]
fn an_empty_document_has_no_summary() {
    let (summarize, _folder) = with::<Summarize>(json!({ "max_tokens": 20 })).unwrap();
    for text in ["", " \n\t"] {
        assert!(texts(&summarize.run(text).unwrap()).is_empty());
    }
    let document = summarize.run(NEWS).unwrap();
    assert!(texts(&document).len() <= 1);
}

/// Nonsense is not carried by anything.
#[test]
fn an_unsupported_summary_is_left_out_and_said_to_be() {
    for (unsupported, attempts) in [("drop", 1), ("retry", 3)] {
        let options = json!({ "unsupported": unsupported, "max_tokens": 20 });
        let (summarize, _folder) = with::<Summarize>(options).unwrap();
        let names: Vec<&str> = summarize.plan().provides.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["summary", "unsupported"]);
        let document = summarize.run(NEWS).unwrap();
        assert!(texts(&document).is_empty());
        let Annotations::Texts(left_out) = &document.layers[1].annotations else { panic!() };
        assert!(!left_out.text.is_empty());
        let notes = document.notes.join("\n");
        assert!(notes.contains("there is no summary"), "{notes}");
        assert_eq!(notes.contains(&format!("of {attempts} attempts")), attempts > 1, "{notes}");
        assert_eq!(summarize.run(NEWS).unwrap().notes, document.notes);
    }
}

#[test]
fn summaries_of_parts_are_judged_too() {
    let options = json!({ "unsupported": "drop", "window": 300, "max_tokens": 10 });
    let (summarize, _folder) = with::<Summarize>(options).unwrap();
    let document = summarize.run(&NEWS.repeat(20)).unwrap();
    assert!(texts(&document).is_empty());
    let notes = document.notes.join("\n");
    assert!(notes.contains("nothing is left of the summaries of parts"), "{notes}");
    assert!(notes.contains("sentences of the summaries of parts are not carried"), "{notes}");
}

#[test]
fn long_documents_are_asked_about_in_parts() {
    let options = json!({ "prompt": "{text}", "window": 160, "max_tokens": 10,
        "schema": { "type": "object", "required": ["a"], "properties": { "a": { "type": "string" } } } });
    let (prompt, _folder) = with::<Prompt>(options).unwrap();
    let long = format!("{}{}{}", NEWS.repeat(6), "x".repeat(900), " 🙂é ".repeat(60));
    let document = prompt.run(&long).unwrap();
    let answers = texts(&document);
    assert!(answers.len() > 5, "{answers:?}");
    for answer in &answers {
        let value: Value = serde_json::from_str(answer).unwrap();
        assert!(value["a"].is_string(), "{answer}");
    }
    let notes = document.notes.join("\n");
    assert!(notes.contains(&format!("asked about {} parts", answers.len())), "{notes}");
    assert!(notes.contains("its JSON was closed"), "{notes}");
    assert_eq!(texts(&prompt.run(&long).unwrap()), answers);
    // The window leaves no room.
    let (prompt, _folder) =
        with::<Prompt>(json!({ "prompt": "{text}", "window": 40, "max_tokens": 30 })).unwrap();
    let failure = prompt.run(NEWS).unwrap_err().to_string();
    assert!(failure.contains("window"), "{failure}");
}

#[test]
fn a_prompt_may_be_of_metadata_alone() {
    let options = json!({ "prompt": "{{}} {metadata.title}, {metadata.year}", "layer": "guess", "max_tokens": 5 });
    let (prompt, _folder) = with::<Prompt>(options).unwrap();
    assert_eq!(prompt.plan().metadata, ["title", "year"]);
    let document = prompt.run(NEWS).unwrap();
    assert_eq!(document.layers[0].schema.layer_type, "guess");
    assert_eq!(texts(&document).len(), 1);
}

/// Whatever a document is of, its parts have all of it but white space, in order, and no byte twice.
#[test]
fn parts_cover_a_document() {
    let options = json!({ "prompt": "{text}", "window": 100, "max_tokens": 1 });
    let (prompt, _folder) = with::<Prompt>(options).unwrap();
    let palette =
        ["a", "the ", ". ", "é", "🙂", " ", "\n\n", "xxxxxxxxxxxxxxxxxxxxxxxx", "\u{3000}", "!? "];
    let mut seed = 11;
    for _ in 0..40 {
        let count = common::random(&mut seed) as usize % 300;
        let mut piece = || palette[common::random(&mut seed) as usize % palette.len()];
        let text: String = (0..count).map(|_| piece()).collect();
        let document = prompt.run(&text).unwrap();
        let Annotations::Texts(texts) = &document.layers[0].annotations else { panic!("no texts") };
        if texts.sources.len() < 2 {
            continue;
        }
        let mut from = 0;
        for sources in &texts.sources {
            let &[(start, to)] = sources.as_slice() else { panic!("{sources:?}") };
            let (start, to) = (start as usize, to as usize);
            assert!(text[from..start].trim().is_empty() && start < to, "{from} {start} {to}");
            from = to;
        }
        assert!(text[from..].trim().is_empty(), "{text:?} from {from}");
    }
}
