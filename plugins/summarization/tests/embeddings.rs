//! Summaries by embeddings: what is ranked, and which vectors are refused.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use std::ops::Range;
use std::sync::Arc;

use gloss_doc::{Annotations, Document, Kind, Layer, LayerSchema, Producer, Vectors};
use gloss_plugin::harness::{self, Harness};
use gloss_summarization::{Budget, Method, Summarization, Summarizer, SummaryOptions};
use proptest::prelude::*;
use serde_json::json;

/// What is left of ranking when only vectors count.
fn options(count: usize) -> SummaryOptions {
    SummaryOptions {
        method: Method::Embeddings,
        budget: Budget::Sentences(count),
        position_weight: 0.0,
        dangling_penalty: 0.0,
        mmr_lambda: 1.0,
        skip_fragments: false,
        ..SummaryOptions::default()
    }
}

/// A text of so many sentences of one letter.
fn text(count: usize) -> (String, Vec<Range<usize>>) {
    ("a ".repeat(count), (0..count).map(|at| 2 * at..2 * at + 1).collect())
}

fn chosen(options: SummaryOptions, vectors: &[Option<&[f32]>]) -> Vec<usize> {
    let (text, sentences) = text(vectors.len());
    let summarizer = Summarizer::new(options).unwrap();
    let summary = summarizer.summarize_embedded(&text, &sentences, vectors).unwrap();
    summary.sentences.iter().map(|sentence| sentence.index).collect()
}

#[test]
fn the_nearest_to_the_centroid_are_chosen() {
    #[track_caller]
    fn check(options: SummaryOptions, vectors: &[Option<&[f32]>], expected: &[usize]) {
        assert_eq!(chosen(options, vectors), expected);
    }
    let (x, y, both): (&[f32], &[f32], &[f32]) = (&[9.0, 0.0], &[0.0, 0.1], &[1.0, 1.0]);
    check(options(1), &[Some(x), Some(both), Some(y)], &[1]);
    check(options(2), &[Some(x), Some(both), Some(x), Some(y)], &[0, 1]);
    check(options(1), &[None, Some(x)], &[1]);
    check(options(9), &[None, Some(x), Some(&[0.0, 0.0])], &[0, 1, 2]);
    check(options(9), &[], &[]);
    // With redundancy counted, a near-copy is never chosen, nor the same text.
    let apart = SummaryOptions { mmr_lambda: 0.9, ..options(9) };
    let (text, sentences) = ("One. Two. Tri.", [0..4, 5..9, 10..14]);
    let vectors: [Option<&[f32]>; 3] = [Some(x), Some(&[9.0, 0.1]), Some(y)];
    let summary = Summarizer::new(apart).unwrap().summarize_embedded(text, &sentences, &vectors);
    let found: Vec<usize> = summary.unwrap().sentences.iter().map(|s| s.index).collect();
    assert_eq!(found.len(), 2);
    assert!(found.contains(&2), "{found:?}");
}

#[test]
fn vectors_that_do_not_fit_are_refused() {
    #[track_caller]
    fn check(vectors: &[Option<&[f32]>], says: &str) {
        let (text, sentences) = text(2);
        let summarizer = Summarizer::new(options(1)).unwrap();
        let error = summarizer.summarize_embedded(&text, &sentences, vectors).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    check(&[None], "1 for 2 sentences");
    check(&[Some(&[1.0]), Some(&[1.0, 2.0])], "of 2 and of 1 numbers");
    let (text, sentences) = text(2);
    assert!(Summarizer::new(options(1)).unwrap().summarize(&text, &sentences).is_err());
}

fn sentences() -> Layer {
    harness::spans(LayerSchema::new("sentences", Kind::Spans), [(0..4, 0), (5..9, 0), (10..14, 0)])
}

fn embeddings(target: Option<&str>, vectors: &[(u32, [f32; 2])]) -> Layer {
    let schema = LayerSchema {
        target: target.map(str::to_owned),
        dimension: Some(2),
        ..LayerSchema::new("embeddings", Kind::Vectors)
    };
    Layer {
        name: "other/embeddings".to_owned(),
        schema: Arc::new(schema),
        producer: Arc::new(Producer::default()),
        annotations: Annotations::Vectors(Vectors {
            target: vectors.iter().map(|(target, _)| *target).collect(),
            values: vectors.iter().flat_map(|(_, vector)| *vector).collect(),
            dimension: 2,
        }),
        attributes: Vec::new(),
    }
}

const OPTIONS: &str = r#"{ "method": "embeddings", "budget": { "sentences": 1 }, "min_words": 0,
    "position_weight": 0.0 }"#;

#[test]
fn the_extractor_reads_the_vectors_of_its_sentences() {
    let options: serde_json::Value = serde_json::from_str(OPTIONS).unwrap();
    // In another order than the sentences, and not of all.
    let vectors = embeddings(Some("other/sentences"), &[(2, [1.0, 0.9]), (0, [0.0, 1.0])]);
    let layers = vec![sentences(), vectors];
    let patient = Harness::<Summarization>::with(options, [].into(), &layers).unwrap();
    let text = "One. Two. Tri.".to_owned();
    let document = patient.run_document(Document { text, layers, ..Document::default() }).unwrap();
    let summary = &document.layer("test/summary").unwrap().annotations;
    let Annotations::Texts(texts) = summary else { panic!("{summary:?}") };
    assert_eq!((texts.text.get(0), &texts.sources[0]), ("Tri.", &vec![(10, 14)]));
}

#[test]
fn vectors_of_something_else_are_refused_when_loading() {
    #[track_caller]
    fn check(target: Option<&str>, says: &str) {
        let layers = [sentences(), embeddings(target, &[])];
        let options = json!({ "method": "embeddings" });
        let failure = Harness::<Summarization>::with(options, [].into(), &layers).err().unwrap();
        assert!(failure.to_string().contains(says), "{failure}");
    }
    check(None, "of = \"sentences\"");
    check(Some("pipeline/sentences"), "pipeline/sentences");
}

proptest! {
    /// Up to a factor the cosine to the centroid is the sum of the cosines to all.
    #[test]
    fn rank_is_that_of_the_degree(
        rows in proptest::collection::vec(proptest::array::uniform3(-1.0_f32..1.0), 2..12),
    ) {
        let unit = |row: &[f32; 3]| {
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-9);
            row.map(|x| f64::from(x / length))
        };
        let units: Vec<[f64; 3]> = rows.iter().map(unit).collect();
        let dot = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let degree: Vec<f64> = units.iter().map(|a| units.iter().map(|b| dot(a, b)).sum()).collect();
        let vectors: Vec<Option<&[f32]>> = rows.iter().map(|row| Some(row.as_slice())).collect();
        let best = chosen(options(1), &vectors)[0];
        // Below nothing all are as good as the first.
        let most = degree.iter().copied().fold(0.0, f64::max);
        prop_assert!(degree[best].max(0.0) > most - 1e-5, "{best} of {degree:?}");
    }
}
