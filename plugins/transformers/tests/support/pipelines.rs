//! The extractors on small models, with any engine, against what transformers' pipelines say with these.

use gloss_transformers::{Embeddings, Engine, TextClassification, TokenClassification, ZeroShot};
use serde_json::{Value, json};

use super::{classes, near, sentences, spans, vectors, with};

fn expected() -> Value {
    serde_json::from_str(include_str!("../pipelines.json")).unwrap()
}

fn texts(expected: &Value) -> Vec<String> {
    serde_json::from_value(expected["texts"].clone()).unwrap()
}

/// What was found is what was expected, the best first.
fn same_classes(found: &[(u32, &str, f32)], expected: &Value, what: &str) {
    let scores = expected.as_object().unwrap();
    assert_eq!(found.len(), scores.len(), "{what}");
    for (_, label, score) in found {
        let expected = scores[*label].as_f64().unwrap() as f32;
        assert!(near(*score, expected), "{what}: {label} {score}, and not {expected}");
    }
    assert!(found.is_sorted_by(|a, b| a.2 >= b.2), "{what}: {found:?}");
}

pub fn text_classification<E: Engine>() {
    let expected = expected();
    for model in ["topics", "tags", "rating"] {
        let patient = with::<TextClassification<E>>(model, json!({ "all_scores": true }));
        for (at, text) in texts(&expected).iter().enumerate() {
            let document = patient.run(text).unwrap();
            let found = classes(document.layer("test/categories").unwrap());
            assert!(found.iter().all(|(target, ..)| *target == u32::MAX));
            same_classes(&found, &expected[model]["all"][at], model);
            assert!(document.notes.is_empty());
        }
    }
}

pub fn text_classification_of_sentences<E: Engine>() {
    let expected = expected();
    let texts = texts(&expected);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let options = json!({ "all_scores": true, "of": "sentences", "layer": "topics" });
    let patient = with::<TextClassification<E>>("topics", options);
    let document = patient.run_document(sentences(&texts)).unwrap();
    let found = classes(document.layer("test/topics").unwrap());
    for at in 0..texts.len() {
        let of: Vec<_> = found.iter().copied().filter(|one| one.0 as usize == at).collect();
        same_classes(&of, &expected["topics"]["all"][at], "sentence");
    }
}

pub fn zero_shot_classification<E: Engine>() {
    let expected = expected();
    for (kind, multi_label) in [("single", false), ("multi", true)] {
        let options = json!({
            "labels": expected["candidates"], "template": "This is about {}.", "multi_label": multi_label,
        });
        let patient = with::<ZeroShot<E>>("inference", options);
        for (at, text) in texts(&expected).iter().enumerate() {
            let document = patient.run(text).unwrap();
            let found = classes(document.layer("test/categories").unwrap());
            same_classes(&found, &expected["inference"][kind][at], kind);
        }
    }
}

/// Without the blanks that some tokenizers count to a token; nothing of a token that is a blank alone.
fn trimmed(text: &str, row: (usize, usize, String, f32)) -> Option<(usize, usize, String, f32)> {
    let (start, stretch) = (row.0, &text[row.0..row.1]);
    let start = start + stretch.len() - stretch.trim_start().len();
    let end = start + stretch.trim().len();
    (start < end).then_some((start, end, row.2, row.3))
}

pub fn token_classification<E: Engine>() {
    let expected = expected();
    for model in ["entities", "entities-bytes"] {
        for (strategy, documents) in expected[model].as_object().unwrap() {
            let patient = with::<TokenClassification<E>>(model, json!({ "aggregation": strategy }));
            for (at, text) in texts(&expected).iter().enumerate() {
                let document = patient.run(text).unwrap();
                let found = spans(document.layer("test/entities").unwrap());
                let rows: Vec<(usize, usize, String, f32)> =
                    serde_json::from_value(documents[at].clone()).unwrap();
                let rows: Vec<_> = rows.into_iter().filter_map(|row| trimmed(text, row)).collect();
                let same = found.len() == rows.len()
                    && found.iter().zip(&rows).all(|(found, row)| {
                        (found.0, found.1, found.2) == (row.0, row.1, row.2.as_str())
                            && near(found.3, row.3)
                    });
                assert!(same, "{model} {strategy} {text:?}\n{found:?}\n{rows:?}");
            }
        }
    }
}

pub fn embeddings<E: Engine>() {
    let expected = expected();
    for pooling in ["mean", "cls", "max"] {
        let options = json!({ "pooling": pooling, "normalize": false });
        let patient = with::<Embeddings<E>>("vectors", options);
        for (at, text) in texts(&expected).iter().enumerate() {
            let document = patient.run(text).unwrap();
            let found = vectors(document.layer("test/embeddings").unwrap());
            let row: Vec<f32> =
                serde_json::from_value(expected["vectors"]["pooled"][at][pooling].clone()).unwrap();
            assert_eq!((found.len(), found[0].0, found[0].1.len()), (1, u32::MAX, row.len()));
            let same = found[0].1.iter().zip(&row).all(|(a, b)| near(*a, *b));
            assert!(same, "{pooling} {text:?}\n{found:?}\n{row:?}");
        }
    }
}
