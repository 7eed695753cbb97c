//! What is wrong with a model is said before the first document, as an error and not as the end of the process.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

// The same helpers as those of the plugin that most extractors are from.
#[path = "../../transformers/tests/support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;

use gloss_plugin::Extractor;
use gloss_plugin::harness::Harness;
use gloss_rust_bert::{
    Embeddings, Ner, QuestionAnswering, SequenceClassification, Summarization, Torch,
};
use gloss_transformers::Engine;
use serde_json::{Value, json};
use support::with_folder;

/// What is said of a model of the tests whose file is changed.
fn said<E: Extractor>(
    model: &str,
    file: &str,
    change: impl FnOnce(Vec<u8>) -> Option<Vec<u8>>,
    options: Value,
) -> String {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(model);
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(models).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let path = folder.path().join(file);
    match change(fs::read(&path).unwrap()) {
        Some(bytes) => fs::write(&path, bytes).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    }
    let made: Result<Harness<E>, _> = with_folder(folder.path().to_owned(), options);
    made.err().map_or_else(|| "nothing".to_owned(), |failure| failure.to_string())
}

/// A change of `config.json`.
fn config(change: fn(&mut Value)) -> impl FnOnce(Vec<u8>) -> Option<Vec<u8>> {
    move |bytes| {
        let mut value: Value = serde_json::from_slice(&bytes).unwrap();
        change(&mut value);
        Some(serde_json::to_vec(&value).unwrap())
    }
}

/// Another name of one tensor, of the same length, so that nothing else of the file changes.
fn renamed(from: &'static str, to: &'static str) -> impl FnOnce(Vec<u8>) -> Option<Vec<u8>> {
    assert_eq!(from.len(), to.len());
    move |mut bytes| {
        let at = bytes.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
        Some(bytes)
    }
}

const WEIGHTS: &str = "model.safetensors";

#[track_caller]
fn says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{said:?} lacks {part:?}");
    }
}

#[test]
fn files_that_are_broken() {
    let cut = |bytes: Vec<u8>| Some(bytes[..bytes.len() / 2].to_vec());
    let none = json!({});
    let found = said::<SequenceClassification>("classes-roberta", WEIGHTS, cut, none.clone());
    says(&found, &[WEIGHTS, "damaged"]);
    let found = said::<Summarization>("writes-bart", WEIGHTS, cut, none.clone());
    says(&found, &["rust-bert cannot load the model"]);
    let huge = |mut bytes: Vec<u8>| {
        bytes[..8].copy_from_slice(&u64::MAX.to_le_bytes());
        Some(bytes)
    };
    let found = said::<Ner>("entities-electra", WEIGHTS, huge, none.clone());
    says(&found, &[WEIGHTS, "damaged"]);
    let found = said::<Ner>("entities-electra", WEIGHTS, |_| None, none.clone());
    says(&found, &["model.safetensors or rust_model.ot"]);
    let found = said::<Ner>("entities-electra", "config.json", cut, none.clone());
    says(&found, &["config.json"]);
    let found = said::<Summarization>("writes-t5", "config.json", cut, none.clone());
    says(&found, &["config.json"]);
    let found = said::<Summarization>("writes-t5", "tokenizer.json", cut, none);
    says(&found, &["tokenizer.json"]);
}

#[test]
fn weights_that_do_not_fit() {
    let missing = renamed("classifier.weight", "classifier.weighs");
    let found = said::<Ner>("entities-electra", WEIGHTS, missing, json!({}));
    says(&found, &[WEIGHTS, "classifier.weight is missing"]);
    let wider = config(|config| config["intermediate_size"] = json!(48));
    let found = said::<Ner>("entities-electra", "config.json", wider, json!({}));
    says(&found, &[WEIGHTS, "the shape"]);
    let missing = renamed("shared.weight", "shared.weighs");
    let found = said::<Summarization>("writes-t5", WEIGHTS, missing, json!({}));
    says(&found, &["rust-bert cannot load the model", "shared.weight"]);
}

#[test]
fn models_for_something_else() {
    let same = |bytes: Vec<u8>| Some(bytes);
    let found = said::<Ner>("classes-roberta", WEIGHTS, same, json!({}));
    says(&found, &["the model is made for classification of texts"]);
    let asked = json!({ "questions": ["Who?"] });
    let found = said::<QuestionAnswering>("classes-roberta", WEIGHTS, same, asked);
    says(&found, &["question answering", "RobertaForSequenceClassification"]);
    let found = said::<Summarization>("classes-roberta", WEIGHTS, same, json!({}));
    says(&found, &["none that writes summaries"]);
    let found = said::<Embeddings>("writes-t5", WEIGHTS, same, json!({}));
    says(&found, &["config.json"]);
}

#[test]
fn configurations_that_say_too_little() {
    let nameless = config(|config| {
        config.as_object_mut().unwrap().remove("architectures");
    });
    let found = said::<Ner>("entities-electra", "config.json", nameless, json!({}));
    says(&found, &["config.json", "architectures"]);
    let short = config(|config| {
        config.as_object_mut().unwrap().remove("hidden_dropout_prob");
    });
    let found = said::<Ner>("entities-electra", "config.json", short, json!({}));
    says(&found, &["config.json", "hidden_dropout_prob"]);
    let odd = config(|config| config["num_attention_heads"] = json!(3));
    let found = said::<Ner>("entities-electra", "config.json", odd, json!({}));
    says(&found, &["config.json"]);
}

#[test]
fn numbers_of_8_bits_are_refused() {
    let same = |bytes: Vec<u8>| Some(bytes);
    let options = json!({ "precision": "int8" });
    let found = said::<SequenceClassification>("classes-roberta", WEIGHTS, same, options);
    says(&found, &["precision", "32 bits"]);
    const { assert!(Torch::NATIVE_LIBRARIES) };
}
