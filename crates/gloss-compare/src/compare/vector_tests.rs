use super::tests::{quick, run, with_gold};
use super::*;
use crate::align::{AlignOptions, align};
use crate::result::Test;
use crate::vectors::{Baseline, VectorOptions};
use crate::{Token, TokenVectors, Variant, VariantDocument, Vector};

/// Documents with one vector each, at these angles.
fn circle(name: &str, angles: &[f32]) -> Variant {
    let document = |(number, angle): (usize, &f32)| VariantDocument {
        id: number.to_string(),
        vectors: vec![Vector { target: None, values: vec![angle.cos(), angle.sin()] }],
        ..VariantDocument::default()
    };
    let documents = angles.iter().enumerate().map(document).collect();
    Variant { name: name.into(), labels: Vec::new(), documents }
}

/// Documents with texts of tokens, all of them along one of three directions.
fn tokens(name: &str, texts: &[&[u32]]) -> Variant {
    let document = |(number, ids): (usize, &&[u32])| {
        let token = |(at, &id): (usize, &u32)| Token { start: at as u32, end: at as u32 + 1, id };
        let vectors = TokenVectors {
            target: None,
            tokens: ids.iter().enumerate().map(token).collect(),
            values: ids
                .iter()
                .flat_map(|&id| (0..3).map(move |at| f32::from(u8::from(at == id))))
                .collect(),
        };
        VariantDocument {
            id: number.to_string(),
            token_vectors: vec![vectors],
            ..VariantDocument::default()
        }
    };
    let documents = texts.iter().enumerate().map(document).collect();
    Variant { name: name.into(), labels: Vec::new(), documents }
}

#[test]
fn vectors_of_items_are_compared() {
    let angles: Vec<f32> = (0..20u8).map(|i| f32::from(i) * f32::from(i) * 0.013).collect();
    let turned: Vec<f32> = angles.iter().map(|angle| angle + 0.5).collect();
    let options = VectorOptions { neighbours: 3, ..VectorOptions::default() };
    let comparison = run(
        vec![circle("a", &angles), circle("b", &turned)],
        &Options { vectors: options, ..quick() },
    );
    let pair = &comparison.vectors.unwrap().pairs[0];
    let cosine = pair.cosine.unwrap();
    assert!((cosine.value - 0.5f64.cos()).abs() < 1e-6);
    assert!((pair.cka.unwrap() - 1.0).abs() < 1e-6);
    assert!(pair.neighbour_overlap.unwrap().value > 0.9);
    assert_eq!((pair.items, &pair.bertscore), (20, &None));
    assert_eq!(comparison.settings.vectors.unwrap().options.neighbours, 3);
}

#[test]
fn other_dimensions_have_neighbours_and_no_cosine() {
    let mut wide = circle("b", &[0.0, 0.5, 1.0, 2.0]);
    for document in &mut wide.documents {
        document.vectors[0].values.push(0.0);
    }
    let options = VectorOptions { neighbours: 1, ..VectorOptions::default() };
    let comparison = run(
        vec![circle("a", &[0.0, 0.5, 1.0, 2.0]), wide],
        &Options { vectors: options, ..quick() },
    );
    let pair = &comparison.vectors.unwrap().pairs[0];
    assert_eq!((pair.cosine, pair.neighbour_overlap.unwrap().value), (None, 1.0));
    let said = comparison.warnings.iter().any(|w| w.message.contains("there is no cosine"));
    assert!(said);
}

#[test]
fn tokens_make_a_bertscore() {
    let gold = tokens("gold", &[&[0, 1], &[0, 2], &[1, 2]]);
    let good = tokens("good", &[&[0, 1], &[0, 2], &[1]]);
    let bad = tokens("bad", &[&[0], &[1], &[0]]);
    let check = |vectors: VectorOptions, expected: [f64; 3]| {
        let variants = vec![gold.clone(), good.clone(), bad.clone()];
        let comparison = run(variants, &Options { vectors, ..with_gold("gold") });
        let vectors = comparison.vectors.unwrap();
        let scores = vectors.pairs[0].bertscore.as_ref().unwrap();
        let found = [scores.precision, scores.recall, scores.f1.value];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?}");
        assert_eq!(vectors.differences.len(), 1);
        let difference = &vectors.differences[0];
        assert_eq!(
            (difference.metric, difference.test),
            (Metric::BertScoreF1, Test::RandomisationExact)
        );
        assert!(difference.difference < 0.0);
    };
    let f1 = (1.0 + 1.0 + 2.0 / 3.0) / 3.0;
    check(VectorOptions::default(), [1.0, 2.5 / 3.0, f1]);
    let idf = VectorOptions { idf: true, ..VectorOptions::default() };
    // Every token is in two of the three references.
    check(idf, [1.0, 2.5 / 3.0, f1]);
    let baseline = Some(Baseline { precision: 0.5, recall: 0.5, f1: 0.5 });
    let rescaled = VectorOptions { baseline, ..VectorOptions::default() };
    check(rescaled, [1.0, 2.0 / 3.0, 2.0 * f1 - 1.0]);
}

#[test]
fn bad_vectors_are_refused() {
    let check = |spoil: fn(&mut VariantDocument), kind: ErrorKind, said: &str| {
        let mut bad = circle("bad", &[0.0, 1.0]);
        spoil(&mut bad.documents[1]);
        let other = circle("other", &[0.0, 1.0]);
        let error = align(vec![bad, other], &AlignOptions::default()).unwrap_err();
        assert!(error.kind == kind && error.message.contains(said), "{error:?}");
    };
    check(|d| d.vectors[0].values.push(1.0), ErrorKind::BadVector, "of 3 numbers, others have 2");
    check(|d| d.vectors[0].values[0] = f32::NAN, ErrorKind::BadNumber, "\"1\" of \"bad\"");
    check(|d| d.vectors.push(d.vectors[0].clone()), ErrorKind::DuplicateTarget, "two vectors");
    check(
        |d| {
            d.token_vectors.push(TokenVectors {
                target: None,
                tokens: vec![Token { start: 0, end: 1, id: 0 }; 2],
                values: vec![1.0; 3],
            });
        },
        ErrorKind::BadVector,
        "3 numbers for 2 tokens",
    );
}

#[test]
fn options_of_vectors_are_checked() {
    let check = |vectors: VectorOptions, said: &str| {
        let variants = vec![circle("a", &[0.0]), circle("b", &[0.0])];
        let (corpus, alignment) = align(variants, &AlignOptions::default()).unwrap();
        let error = compare(&corpus, alignment, &Options { vectors, ..quick() }).unwrap_err();
        assert!(error.kind == ErrorKind::BadOption && error.message.contains(said), "{error:?}");
    };
    check(VectorOptions { neighbours: 0, ..VectorOptions::default() }, "no neighbours");
    let baseline = Some(Baseline { precision: 0.1, recall: 1.0, f1: 0.1 });
    check(VectorOptions { baseline, ..VectorOptions::default() }, "baseline is 1");
}
