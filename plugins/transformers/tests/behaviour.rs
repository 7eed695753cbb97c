//! What extractors do with options, long texts, texts without anything, and models that do not fit.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

mod support;

use std::path::Path;

use gloss_plugin::Extractor;
use gloss_plugin::harness::gloss_doc::{Annotations, AttributeValues, Document};
use gloss_transformers::{
    Embeddings, Keyphrases, TextClassification, TokenClassification, ZeroShot,
};
use serde_json::{Value, json};
use support::{classes, folder, sentences, spans, vectors, with, with_folder, with_models};

const TEXT: &str = "Angela Merkel met Emmanuel Macron in Zürich on Friday.";

/// Much longer than the 70 tokens that the models take.
fn long() -> String {
    format!("{TEXT} ").repeat(40)
}

#[test]
fn classes_that_are_kept() {
    #[track_caller]
    fn check(model: &str, options: Value, expected: usize) {
        let patient = with::<TextClassification>(model, options);
        let document = patient.run(TEXT).unwrap();
        assert_eq!(classes(document.layer("test/categories").unwrap()).len(), expected);
    }
    check("topics", json!({}), 1);
    check("topics", json!({ "top": 2 }), 2);
    check("topics", json!({ "top": 9 }), 3);
    check("topics", json!({ "top": 9, "threshold": 0.5 }), 1);
    check("topics", json!({ "threshold": 1.1 }), 0);
    check("topics", json!({ "threshold": 1.1, "all_scores": true }), 3);
    check("topics", json!({ "activation": "sigmoid", "threshold": 0.0 }), 3);
    check("tags", json!({}), 1);
    check("tags", json!({ "threshold": 0.1 }), 3);
    check("tags", json!({ "activation": "softmax" }), 1);
    check("rating", json!({}), 1);
}

#[test]
fn a_long_text_is_split_and_said_to_be() {
    #[track_caller]
    fn check<E: Extractor>(model: &str, options: Value) -> Document {
        let document = with::<E>(model, options).run(&long()).unwrap();
        assert_eq!(document.notes.len(), 1, "{:?}", document.notes);
        assert!(document.notes[0].starts_with("split into "), "{:?}", document.notes);
        document
    }
    check::<TextClassification>("topics", json!({}));
    check::<ZeroShot>("inference", json!({ "labels": ["a", "b"] }));
    check::<Embeddings>("vectors", json!({}));
    check::<Keyphrases>("vectors", json!({}));
    let document = check::<TokenClassification>("entities", json!({ "aggregation": "first" }));
    let found = spans(document.layer("test/entities").unwrap());
    // Tokens of the last sentence are judged as well, and no span is there twice.
    assert!(found.iter().any(|span| span.0 > long().len() - TEXT.len()), "{found:?}");
    assert!(found.is_sorted_by(|a, b| a.1 <= b.0), "{found:?}");
}

#[test]
fn long_sentences_are_counted() {
    #[track_caller]
    fn check(texts: &[&str], note: Option<&str>) {
        let options = json!({ "of": "sentences", "window": 20 });
        let patient = with::<Embeddings>("vectors", options);
        let document = patient.run_document(sentences(texts)).unwrap();
        assert_eq!(document.notes.first().map(String::as_str), note);
        assert_eq!(vectors(document.layer("test/embeddings").unwrap()).len(), texts.len());
    }
    check(&["Paris won."], None);
    check(&["Paris won.", TEXT], Some("a sentence was split into 2 windows"));
    check(&[TEXT, "Paris won.", TEXT], Some("2 sentences were split into 4 windows"));
}

#[test]
fn texts_without_anything_have_nothing() {
    #[track_caller]
    fn check<E: Extractor>(model: &str, options: Value) {
        let patient = with::<E>(model, options);
        for text in ["", " ", "\n\t\u{a0}"] {
            let document = patient.run(text).unwrap();
            assert!(document.layers.iter().all(|layer| layer.annotations.is_empty()));
            assert!(document.notes.is_empty());
        }
        let document = patient.run_document(sentences(&[])).unwrap();
        assert!(document.layers.iter().all(|layer| layer.annotations.is_empty()));
    }
    check::<TextClassification>("topics", json!({}));
    check::<TextClassification>("topics", json!({ "of": "sentences" }));
    check::<TokenClassification>("entities", json!({}));
    check::<ZeroShot>("inference", json!({ "labels": ["a"] }));
    check::<Embeddings>("vectors", json!({ "of": "sentences" }));
    check::<Keyphrases>("vectors", json!({}));
}

#[test]
fn one_endless_word_is_a_text_like_others() {
    #[track_caller]
    fn check<E: Extractor>(model: &str, options: Value) {
        let patient = with::<E>(model, options);
        for text in ["x".repeat(100_000), "é".repeat(50_000), "ab-".repeat(33_000)] {
            let document = patient.run(&text).unwrap();
            assert_eq!(document.layers.len(), 1);
        }
    }
    check::<TextClassification>("topics", json!({}));
    check::<ZeroShot>("inference", json!({ "labels": ["a"] }));
    check::<TokenClassification>("entities", json!({}));
    check::<TokenClassification>("entities-bytes", json!({ "aggregation": "average" }));
    check::<Embeddings>("vectors", json!({}));
    check::<Keyphrases>("vectors", json!({}));
}

#[test]
fn spans_of_sentences_are_of_the_document() {
    let options = json!({ "of": "sentences", "ignore_labels": [], "aggregation": "first" });
    let patient = with::<TokenClassification>("entities", options);
    let document = sentences(&["Zürich won.", "Paris lost."]);
    let text = document.text.clone();
    let document = patient.run_document(document).unwrap();
    let found = spans(document.layer("test/entities").unwrap());
    assert!(found.iter().any(|span| text[span.0..span.1].starts_with("Paris")), "{found:?}");
    assert!(found.iter().all(|span| !text[span.0..span.1].contains(". P")), "{found:?}");
}

#[test]
fn labels_that_are_ignored_are_not_in_the_plan() {
    #[track_caller]
    fn check(options: Value, expected: &[&str]) {
        let patient = with::<TokenClassification>("entities", options);
        assert_eq!(patient.plan().provides[0].labels, expected);
        let document = patient.run(TEXT).unwrap();
        let layer = document.layer("test/entities").unwrap();
        assert!(spans(layer).iter().all(|span| expected.contains(&span.2)));
    }
    check(json!({}), &["PER", "LOC"]);
    check(json!({ "ignore_labels": [] }), &["O", "PER", "LOC"]);
    check(json!({ "ignore_labels": ["O", "LOC"] }), &["PER"]);
    check(json!({ "aggregation": "none" }), &["B-PER", "I-PER", "B-LOC", "I-LOC"]);
}

#[test]
fn keyphrases_are_where_their_phrases_are() {
    let patient = with::<Keyphrases>("vectors", json!({ "top": 3, "max_words": 2 }));
    let text =
        "The harbour bridge is closed. Engineers found cracks; the Harbour Bridge needs work.";
    let document = patient.run(text).unwrap();
    let layer = document.layer("test/keyphrases").unwrap();
    let AttributeValues::String(phrases) = &layer.attributes[0].values else { panic!("phrases") };
    let AttributeValues::Int(ranks) = &layer.attributes[1].values else { panic!("ranks") };
    let gloss_plugin::harness::gloss_doc::Annotations::Spans(spans) = &layer.annotations else {
        panic!("spans")
    };
    let mut seen = std::collections::BTreeSet::new();
    for (at, (&start, &end)) in spans.start.iter().zip(&spans.end).enumerate() {
        let stands = &text[start as usize..end as usize];
        assert_eq!(stands.to_lowercase(), phrases.get(at).to_lowercase());
        assert!((-1.0..=1.0).contains(&spans.score[at]));
        seen.insert(ranks[at]);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [1, 2, 3]);
    assert!(spans.score.is_sorted_by(|a, b| a >= b), "{:?}", spans.score);

    let few = with::<Keyphrases>("vectors", json!({ "candidates": 2 }));
    let document = few.run(text).unwrap();
    assert!(document.notes[0].starts_with("2 of "), "{:?}", document.notes);
}

#[test]
fn a_prefix_is_part_of_what_is_embedded() {
    let vector = |options, text: &str| {
        let document = with::<Embeddings>("vectors", options).run(text).unwrap();
        vectors(document.layer("test/embeddings").unwrap())[0].1.to_vec()
    };
    let with_prefix = vector(json!({ "prefix": "Reuters: " }), "UBS hired.");
    assert_eq!(with_prefix, vector(json!({}), "Reuters: UBS hired."));
    assert_ne!(with_prefix, vector(json!({}), "UBS hired."));
    let length: f32 = vector(json!({ "normalize": true }), TEXT).iter().map(|x| x * x).sum();
    assert!((length - 1.0).abs() < 1e-5, "{length}");
}

/// The one error, with each part in what it says.
#[track_caller]
fn refused<E: Extractor>(model: &str, options: Value, parts: &[&str]) {
    let failure = with_folder::<E>(folder(model), options).err().unwrap().to_string();
    for part in parts {
        assert!(failure.contains(part), "{part:?} is not in: {failure}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    refused::<TextClassification>(
        "entities",
        json!({}),
        &["config.json", "classification of tokens"],
    );
    refused::<TokenClassification>(
        "topics",
        json!({}),
        &["config.json", "classification of texts"],
    );
    refused::<TextClassification>("vectors", json!({}), &["config.json", "embeddings"]);
    refused::<ZeroShot>("topics", json!({ "labels": ["a"] }), &["entail", "news, sport, other"]);
    refused::<ZeroShot>("inference", json!({}), &["labels"]);
    refused::<ZeroShot>("inference", json!({ "labels": ["a", "a"] }), &["labels", "twice"]);
    refused::<ZeroShot>(
        "inference",
        json!({ "labels": ["a"], "template": "x" }),
        &["template", "{}"],
    );
    let endless = "a ".repeat(40);
    refused::<ZeroShot>(
        "inference",
        json!({ "labels": [endless] }),
        &["labels", "half of a window"],
    );
    refused::<Embeddings>("vectors", json!({ "window": 1000 }), &["window", "1000"]);
    refused::<Embeddings>("vectors", json!({ "window": 10, "overlap": 10 }), &["overlap"]);
    refused::<Keyphrases>("vectors", json!({ "diversity": 1.5 }), &["diversity"]);
    refused::<Keyphrases>("vectors", json!({ "min_words": 3, "max_words": 2 }), &["min_words"]);
    refused::<Embeddings>("no-such-model", json!({}), &["no-such-model"]);
}

#[test]
fn an_adapter_changes_the_model_and_brings_its_head() {
    // The small models of gloss-encoder's tests, whose numbers are held to those of peft there.
    let fixtures =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/gloss-encoder/tests/fixtures");
    let models = |adapter: &str| {
        [("model", fixtures.join("bert")), ("adapter", fixtures.join("adapters").join(adapter))]
    };
    let options = json!({ "adapter": "given", "all_scores": true });
    let adapted = with_models::<TextClassification>(&models("sequence"), options).unwrap();
    let bare =
        with_folder::<TextClassification>(fixtures.join("bert"), json!({ "all_scores": true }));
    let (adapted, bare) = (adapted.run(TEXT).unwrap(), bare.unwrap().run(TEXT).unwrap());
    let scores = |document: &Document| {
        let found = classes(document.layer("test/categories").unwrap());
        let mut scores: Vec<(String, f32)> =
            found.iter().map(|(_, label, score)| ((*label).to_owned(), *score)).collect();
        scores.sort_by(|a, b| a.0.cmp(&b.0));
        scores
    };
    assert_eq!(scores(&adapted).len(), 3);
    assert!(scores(&adapted).iter().zip(&scores(&bare)).any(|(a, b)| (a.1 - b.1).abs() > 0.01));

    let options = json!({ "adapter": "given", "aggregation": "none", "ignore_labels": [] });
    let tokens = with_models::<TokenClassification>(&models("casing"), options).unwrap();
    let document = tokens.run("Ada was in Berlin.").unwrap();
    let labels = &document.layer("test/entities").unwrap().schema.labels;
    assert_eq!(labels, &["O", "B-PER", "I-PER"]);

    let refused =
        with_models::<TextClassification>(&models("token"), json!({ "adapter": "given" }));
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("classification of tokens"), "{refused}");
    let refused = with_models::<Embeddings>(&models("missing"), json!({ "adapter": "given" }));
    let refused = refused.err().unwrap().to_string();
    assert!(refused.contains("adapter_config.json"), "{refused}");
}

#[test]
fn results_do_not_depend_on_precision_much() {
    let scores = |precision| {
        let options = json!({ "all_scores": true, "precision": precision });
        let document = with::<TextClassification>("topics", options).run(TEXT).unwrap();
        let mut found: Vec<_> = classes(document.layer("test/categories").unwrap())
            .iter()
            .map(|(_, label, score)| ((*label).to_owned(), *score))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        found
    };
    for (exact, rough) in scores("f32").iter().zip(scores("int8")) {
        assert!((exact.1 - rough.1).abs() < 0.1, "{exact:?} {rough:?}");
    }
}

#[test]
fn tokens_have_a_vector_each_and_a_place() {
    let document =
        |options: Value, text: &str| with::<Embeddings>("vectors", options).run(text).unwrap();
    let tokens = |document: &Document| -> Vec<(usize, usize, Option<i64>)> {
        let layer = document.layer("test/subwords").unwrap();
        let Annotations::Spans(spans) = &layer.annotations else { panic!("no spans") };
        let AttributeValues::Int(ids) = &layer.attributes[0].values else { panic!("no numbers") };
        let id = |row: usize| (layer.attributes[0].valid.get(row) == Some(&1)).then(|| ids[row]);
        let rows = spans.start.iter().zip(&spans.end).enumerate();
        rows.map(|(row, (&start, &end))| (start as usize, end as usize, id(row))).collect()
    };
    let found = document(json!({ "of": "tokens" }), TEXT);
    let plain = tokens(&found);
    assert!(plain.iter().all(|&(start, end, id)| start < end && id.is_some()));
    assert!(plain.iter().all(|&(start, end, _)| TEXT.get(start..end).is_some()));
    let layer = found.layer("test/embeddings").unwrap();
    assert_eq!(layer.schema.target.as_deref(), Some("subwords"));
    let targets: Vec<u32> = vectors(layer).iter().map(|vector| vector.0).collect();
    assert_eq!(targets, (0..plain.len() as u32).collect::<Vec<_>>());
    // Special tokens are empty, at both ends, and have no number.
    let special = tokens(&document(json!({ "of": "tokens", "special_tokens": true }), TEXT));
    let end = (TEXT.len(), TEXT.len(), None);
    assert_eq!(special, [&[(0, 0, None)], &plain[..], &[end]].concat());
    // The model sees a prefix, which has no tokens here.
    let prefixed = document(json!({ "of": "tokens", "prefix": "met: " }), TEXT);
    assert_eq!(tokens(&prefixed), plain);
    assert_ne!(vectors(&prefixed.layers[0]), vectors(&found.layers[0]));
    // Long texts are seen in windows, and every token is there once.
    let long = document(json!({ "of": "tokens" }), &long());
    assert!(long.notes[0].starts_with("split into "));
    assert!(tokens(&long).len() >= 40 * (plain.len() - 2));
    assert_eq!(document(json!({ "of": "tokens" }), " ").layers[0].annotations.len(), 0);
}

#[test]
fn vectors_are_of_the_layer_that_is_named() {
    let run = |layer: Value| {
        let options = json!({ "of": "tokens", "layer": layer });
        with_folder::<Embeddings>(folder("vectors"), options).map(|patient| {
            let document = patient.run(TEXT).unwrap();
            vectors(&document.layers[0]).iter().flat_map(|vector| vector.1.to_vec()).collect()
        })
    };
    let last: Vec<f32> = run(Value::Null).unwrap();
    assert_eq!(run(json!(-1)).unwrap(), last);
    assert_ne!(run(json!(0)).unwrap(), last);
    let refused = run(json!(50)).unwrap_err().to_string();
    assert!(refused.contains("layer") && refused.contains("there is no layer 50"), "{refused}");
}
