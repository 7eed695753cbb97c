use serde_json::Value;

use super::*;
use crate::align::{AlignOptions, WarningKind, align};
use crate::compare::{Options, compare};
use crate::error::ErrorKind;
use crate::{Class, Comparison, Corpus, Span, Text, Variant, VariantDocument};

/// A variant of 40 documents, whose span is wrong in the first `wrong` of them.
fn variant(name: &str, wrong: usize, fields: impl Fn(usize) -> Value) -> Variant {
    let document = |number: usize| VariantDocument {
        id: number.to_string(),
        text: Some("Añón 😀 met Bo.".into()),
        metadata: fields(number).as_object().cloned().unwrap_or_default(),
        spans: vec![Span { start: 0, end: if number < wrong { 11 } else { 6 }, label: 0 }],
        ..VariantDocument::default()
    };
    Variant {
        name: name.into(),
        labels: vec!["P<E>R".into()],
        documents: (0..40).map(document).collect(),
    }
}

fn run(variants: Vec<Variant>, gold: Option<&str>) -> Result<(Corpus, Comparison), ErrorKind> {
    let (corpus, alignment) = align(variants, &AlignOptions::default()).unwrap();
    let options =
        Options { gold: gold.map(str::to_owned), resamples: 100, threads: 1, ..Options::default() };
    let comparison = compare(&corpus, alignment, &options).map_err(|error| error.kind)?;
    Ok((corpus, comparison))
}

fn plain(_: usize) -> Value {
    Value::Null
}

#[test]
fn a_sample_has_two_strata_that_do_not_overlap() {
    let (corpus, comparison) =
        run(vec![variant("a", 0, plain), variant("b", 12, plain)], None).unwrap();
    let check = |count, random_share, expected: Result<(usize, usize), ErrorKind>| {
        let options = SampleOptions { count, random_share, seed: 5 };
        let found = sample(&corpus, &comparison, &options).map_err(|error| error.kind);
        if let Ok(sample) = &found {
            assert!(sample.random.iter().all(|number| !sample.disagreements.contains(number)));
            assert!(sample.disagreements.iter().all(|&number| number < 12));
            assert_eq!(sample.population, 40);
        }
        assert_eq!(found.map(|s| (s.random.len(), s.disagreements.len())), expected, "{count}");
    };
    check(10, 0.5, Ok((5, 5)));
    check(10, 1.0, Ok((10, 0)));
    check(8, 0.25, Ok((2, 6)));
    check(0, 0.5, Err(ErrorKind::BadSample));
    check(41, 0.5, Err(ErrorKind::BadSample));
    check(5, 1.5, Err(ErrorKind::BadSample));
    // More are asked for than differ.
    let all = SampleOptions { count: 40, random_share: 0.0, seed: 5 };
    assert_eq!(sample(&corpus, &comparison, &all).unwrap().disagreements.len(), 12);
}

#[test]
fn tasks_count_code_points_and_name_every_variant() {
    let (corpus, comparison) =
        run(vec![variant("a", 0, plain), variant("b", 12, plain)], None).unwrap();
    let options = SampleOptions { count: 4, random_share: 0.5, seed: 5 };
    let sample = sample(&corpus, &comparison, &options).unwrap();
    let LabelStudio { tasks, config } = label_studio(&corpus, &sample, None).unwrap();
    let tasks: Vec<Value> = serde_json::from_str(&tasks).unwrap();
    assert_eq!(tasks.len(), 4);
    let first = &tasks[0];
    assert_eq!(first["data"]["gloss_stratum"], "disagreement");
    assert_eq!(
        (&first["data"]["id"], &first["data"]["gloss_population"]),
        (&"0".into(), &40.into())
    );
    let value = &first["predictions"][1]["result"][0]["value"];
    assert_eq!(first["predictions"][1]["model_version"], "b");
    assert_eq!((&value["start"], &value["end"]), (&0.into(), &6.into()));
    assert_eq!((&value["text"], &value["labels"][0]), (&"Añón 😀".into(), &"P<E>R".into()));
    assert!(config.contains("<Label value=\"P&lt;E>R\"/>"), "{config}");
}

#[test]
fn what_cannot_be_corrected_makes_no_tasks() {
    let check = |change: &dyn Fn(&mut VariantDocument), expected: &str| {
        let mut variants = vec![variant("a", 0, plain), variant("b", 12, plain)];
        variants.iter_mut().flat_map(|variant| &mut variant.documents).for_each(change);
        let (corpus, comparison) = run(variants, None).unwrap();
        let options = SampleOptions { count: 4, random_share: 1.0, seed: 5 };
        let sample = sample(&corpus, &comparison, &options).unwrap();
        let error = label_studio(&corpus, &sample, None).unwrap_err();
        assert_eq!(error.kind, ErrorKind::BadSample);
        assert!(error.message.contains(expected), "{error}");
    };
    let class = Class { target: Some((0, 6)), label: 0, probabilities: Vec::new() };
    check(&|document| document.classes = vec![class.clone()], "classes of stretches");
    let text = Text { text: "Bo.".into(), ..Text::default() };
    let texts = |document: &mut VariantDocument| {
        document.spans.clear();
        document.texts = vec![text.clone()];
    };
    check(&texts, "no variant has spans or classes");
    check(&|document| document.text = None, "has no text");
}

#[test]
fn a_gold_that_is_a_sample_counts_in_its_random_part_alone() {
    // The variant is wrong in the 12 documents that were taken for it, and in none of the random ones.
    let stratum = |number: usize| {
        let name = if number < 12 { "disagreement" } else { "random" };
        serde_json::json!({ "gloss_stratum": name, "gloss_population": 560 })
    };
    let variants = vec![variant("a", 12, plain), variant("gold", 0, stratum)];
    let (_, comparison) = run(variants, Some("gold")).unwrap();
    let spans = comparison.spans.unwrap();
    assert_eq!((spans.pairs[0].tally.equal, spans.pairs[0].schemes[0].micro.f1), (28, 1.0));
    assert_eq!(comparison.disagreements.differing_documents, 12);
    let summary = comparison.sample.unwrap();
    assert_eq!((summary.random, summary.disagreements, summary.population), (28, 12, Some(560)));
    let told = comparison.warnings.iter().find(|w| w.kind == WarningKind::Sample).unwrap();
    assert!(told.message.contains("28 random documents, 5.0% of the 560"), "{}", told.message);
    let only = |_| serde_json::json!({ "gloss_stratum": "disagreement" });
    let refused = run(vec![variant("a", 12, plain), variant("gold", 0, only)], Some("gold"));
    assert_eq!(refused.err(), Some(ErrorKind::BadSample));
    // Without a gold nothing is estimated of all documents that could be wrong.
    let (_, comparison) = run(vec![variant("a", 12, plain), variant("b", 0, only)], None).unwrap();
    assert_eq!(comparison.sample, None);
}
