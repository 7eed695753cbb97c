use gloss_doc::json::DocumentRecord;
use serde_json::{Value, json};

use super::*;
use crate::corpus::{Class, Target};
use crate::error::ErrorKind;

fn document(layers: Value) -> Document {
    let record = json!({ "id": "1", "text": "Añón met Bo. They left.", "offsets": "codepoint", "layers": layers });
    let record = record.to_string();
    let record: DocumentRecord<'_> = serde_json::from_str(&record).unwrap();
    Document::try_from(record).unwrap()
}

fn build(layer: &str, layers: Value) -> Result<Variant, CompareError> {
    let document = document(layers);
    let mut builder = VariantBuilder::new("v", layer);
    builder.add(&document, &document.text.as_str().into())?;
    Ok(builder.finish())
}

fn sentences() -> Value {
    json!({ "type": "sentences", "kind": "spans", "annotations": [{ "start": 0, "end": 12 }, { "start": 13, "end": 23 }] })
}

#[test]
fn spans_are_taken_in_bytes() {
    let entities = json!({ "type": "entities", "kind": "spans", "annotations": [
        { "start": 0, "end": 4, "label": "PER" }, { "start": 9, "end": 11, "label": "LOC" } ] });
    let variant = build("ner/entities", json!({ "ner/entities": entities })).unwrap();
    let spans: Vec<_> = variant.documents[0]
        .spans
        .iter()
        .map(|span| (span.start, span.end, variant.labels[span.label as usize].as_str()))
        .collect();
    assert_eq!(spans, [(0, 6, "PER"), (11, 13, "LOC")]);
    let variant = build("s/sentences", json!({ "s/sentences": sentences() })).unwrap();
    let span = variant.documents[0].spans[1];
    assert_eq!((span.start, span.end), (15, 25));
    assert_eq!(variant.labels[span.label as usize], "sentences");
}

#[test]
fn classes_have_targets_probabilities_and_numbers() {
    let check = |score: &str,
                 annotations: Value,
                 expected: &[(Target, &str, usize)],
                 numbers: &[f64]| {
        let classes = json!({ "type": "tone", "kind": "classes", "score": score, "target": "s/sentences", "annotations": annotations });
        let variant =
            build("c/tone", json!({ "s/sentences": sentences(), "c/tone": classes })).unwrap();
        let document = &variant.documents[0];
        let of = |class: &Class| {
            (class.target, variant.labels[class.label as usize].clone(), class.probabilities.len())
        };
        let found: Vec<_> = document.classes.iter().map(of).collect();
        let expected: Vec<_> =
            expected.iter().map(|&(target, label, p)| (target, label.to_owned(), p)).collect();
        assert_eq!(found, expected, "{score}");
        let found: Vec<f64> = document.values.iter().map(|value| value.value).collect();
        assert_eq!(found, numbers, "{score}");
    };
    let first = Some((0, 14));
    let one =
        json!([{ "label": "good", "score": 0.5, "target": 0 }, { "label": "bad", "score": -0.25 }]);
    check(
        "compound, from -1 to 1",
        one.clone(),
        &[(None, "bad", 0), (first, "good", 0)],
        &[-0.25, 0.5],
    );
    check("lead; no probability", one, &[(None, "bad", 0), (first, "good", 0)], &[]);
    let all = json!([
        { "label": "bad", "score": 0.25, "target": 0 }, { "label": "good", "score": 0.75, "target": 0 }]);
    check("probability; they add up to 1", all.clone(), &[(first, "good", 2)], &[]);
    let many = json!([
        { "label": "bad", "score": 0.5, "target": 0 }, { "label": "good", "score": 0.75, "target": 0 }]);
    check("probability of this class", many, &[(first, "good", 1)], &[]);
    let tied = json!([
        { "label": "bad", "score": 0.5, "target": 0 }, { "label": "good", "score": 0.5, "target": 0 }]);
    check("votes", tied, &[(first, "bad", 0)], &[]);
    let unscored = json!([{ "label": "bad", "target": 0 }, { "label": "good", "target": 0 }]);
    check("", unscored, &[(first, "bad", 0), (first, "good", 0)], &[]);
}

#[test]
fn a_target_that_is_not_there_is_refused_with_its_document() {
    let check = |target: &str, id: u32, part: &str| {
        let classes = json!({ "type": "tone", "kind": "classes", "target": target, "annotations": [{ "label": "good", "target": id }] });
        let error =
            build("c/tone", json!({ "s/sentences": sentences(), "c/tone": classes })).unwrap_err();
        assert_eq!(error.kind, ErrorKind::NoTarget);
        assert!(error.message.contains(part) && error.message.contains("\"1\""), "{error}");
    };
    check("x/sentences", 0, "x/sentences, which is not there");
    check("s/sentences", 2, "number 2 of s/sentences");
    check("c/tone", 0, "which holds no spans");
}

#[test]
fn a_document_without_the_layer_is_not_one_without_annotations() {
    let empty = json!({ "type": "entities", "kind": "spans", "annotations": [] });
    let check = |layers: Value, without: &[&str], documents: usize| {
        let document = document(layers);
        let mut builder = VariantBuilder::new("v", "ner/entities");
        builder.add(&document, &document.text.as_str().into()).unwrap();
        assert_eq!(builder.without_layer(), without);
        assert_eq!(builder.finish().documents.len(), documents);
    };
    check(json!({ "s/sentences": sentences() }), &["1"], 0);
    check(json!({ "ner/entities": empty }), &[], 1);
}

#[test]
fn texts_and_vectors_are_taken_with_their_targets() {
    let texts =
        json!({ "type": "summary", "kind": "texts", "annotations": [{ "text": "Añón left." }] });
    let variant = build("s/summary", json!({ "s/summary": texts })).unwrap();
    let text = &variant.documents[0].texts[0];
    assert_eq!((text.target, text.text.as_str()), (None, "Añón left."));
    let vectors = json!({ "type": "embeddings", "kind": "vectors", "target": "s/sentences", "annotations": [
        { "target": 1, "vector": [1.0, 2.0] }, { "target": 0, "vector": [3.0, 4.0] } ] });
    let layers = json!({ "s/sentences": sentences(), "e/embeddings": vectors });
    let variant = build("e/embeddings", layers).unwrap();
    let found: Vec<_> =
        variant.documents[0].vectors.iter().map(|v| (v.target, v.values.clone())).collect();
    assert_eq!(found, [(Some((15, 25)), vec![1.0, 2.0]), (Some((0, 14)), vec![3.0, 4.0])]);
}
