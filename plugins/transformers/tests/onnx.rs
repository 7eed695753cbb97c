//! Extractors say the same with a model's ONNX file as with its `model.safetensors`. The files are made by
//! `crates/gloss-onnx/parity/fixtures.py`.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use gloss_plugin::Extractor;
use gloss_plugin::harness::Harness;
use gloss_plugin::harness::gloss_doc::Annotations;
use gloss_transformers::{
    Embeddings, Keyphrases, TextClassification, TokenClassification, ZeroShot,
};
use serde_json::{Value, json};
use support::{classes, folder, near, vectors, with, with_folder};
use tempfile::TempDir;

const TEXT: &str = "Angela Merkel met Emmanuel Macron in Zürich on Friday.";

/// An extractor with a model, and with the ONNX file of the same.
fn both<E: Extractor>(model: &str, options: Value) -> (Harness<E>, Harness<E>, TempDir) {
    let copy = tempfile::tempdir().unwrap();
    for file in ["config.json", "tokenizer.json"] {
        std::fs::copy(folder(model).join(file), copy.path().join(file)).unwrap();
    }
    let onnx = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/onnx/{model}.onnx"));
    std::fs::copy(onnx, copy.path().join("model.onnx")).unwrap();
    let second = with_folder(copy.path().to_owned(), options.clone());
    let second = second.unwrap_or_else(|failure| panic!("{model}: {failure}"));
    (with(model, options), second, copy)
}

/// Classes or spans of the only layer, as places, labels and scores.
fn rows<E: Extractor>(extractor: &Harness<E>, spanned: bool) -> Vec<(usize, usize, String, f32)> {
    let document = extractor.run(TEXT).unwrap();
    let layer = &document.layers[0];
    if spanned {
        // Keyphrases have no label.
        let Annotations::Spans(spans) = &layer.annotations else { panic!("no spans") };
        let label = |at: usize| match spans.label.get(at) {
            Some(&label) => layer.schema.labels.get(label as usize).cloned().unwrap_or_default(),
            None => String::new(),
        };
        let places = spans.start.iter().zip(&spans.end).zip(&spans.score).enumerate();
        return places
            .map(|(at, ((&start, &end), &score))| (start as usize, end as usize, label(at), score))
            .collect();
    }
    let classes = classes(layer).into_iter();
    classes.map(|(target, label, score)| (target as usize, 0, label.to_owned(), score)).collect()
}

fn check<E: Extractor>(model: &str, options: Value, spanned: bool) {
    let (native, onnx, _folder) = both::<E>(model, options);
    let (expected, found) = (rows(&native, spanned), rows(&onnx, spanned));
    assert!(!expected.is_empty(), "{model}");
    assert_eq!(found.len(), expected.len(), "{model}");
    for (a, b) in found.iter().zip(&expected) {
        assert!((a.0, a.1, &a.2) == (b.0, b.1, &b.2) && near(a.3, b.3), "{model}: {a:?} {b:?}");
    }
}

#[test]
fn both_doors_lead_to_the_same() {
    check::<TextClassification>("topics", json!({ "all_scores": true }), false);
    check::<TextClassification>("topics", json!({ "all_scores": true, "window": 8 }), false);
    let options = json!({ "labels": ["politics", "sport"] });
    check::<ZeroShot>("inference", options, false);
    check::<TokenClassification>("entities", json!({ "ignore_labels": [] }), true);
    check::<Keyphrases>("vectors", json!({ "top": 3 }), true);
    let (native, onnx, _folder) = both::<Embeddings>("vectors", json!({}));
    let (expected, found) = (native.run(TEXT).unwrap(), onnx.run(TEXT).unwrap());
    let (expected, found) = (vectors(&expected.layers[0]), vectors(&found.layers[0]));
    assert_eq!(found.len(), 1);
    for ((_, a), (_, b)) in found.iter().zip(&expected) {
        assert!(a.len() == b.len() && a.iter().zip(*b).all(|(a, b)| near(*a, *b)), "{a:?} {b:?}");
    }
}

/// A model that has scores alone gives no vectors, and that is said when it is loaded.
#[test]
fn vectors_are_not_made_of_scores() {
    let (_, _, folder) = both::<TextClassification>("topics", json!({}));
    let failure = with_folder::<Embeddings>(folder.path().to_owned(), json!({})).map(|_| ());
    let failure = failure.unwrap_err().to_string();
    assert!(failure.contains("not for embeddings"), "{failure}");
}

/// A graph gives what comes out of its last layer, and another layer is refused when it is loaded.
#[test]
fn vectors_of_tokens_are_of_the_last_layer() {
    let (native, onnx, folder) = both::<Embeddings>("vectors", json!({ "of": "tokens" }));
    let (expected, found) = (native.run(TEXT).unwrap(), onnx.run(TEXT).unwrap());
    let (expected, found) = (vectors(&expected.layers[0]), vectors(&found.layers[0]));
    assert!(found.len() > 5 && found.len() == expected.len());
    for ((_, a), (_, b)) in found.iter().zip(&expected) {
        assert!(a.iter().zip(*b).all(|(a, b)| near(*a, *b)), "{a:?} {b:?}");
    }
    let options = json!({ "of": "tokens", "layer": 0 });
    let failure = with_folder::<Embeddings>(folder.path().to_owned(), options).map(|_| ());
    let failure = failure.unwrap_err().to_string();
    assert!(failure.contains("the last layer alone"), "{failure}");
}
