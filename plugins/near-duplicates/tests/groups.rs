//! Groups against the exact similarity of all pairs, and independence of order and split.

// Helpers of tests are tests, which the lint cannot see.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use gloss_doc::{Annotations, AttributeValues, Document};
use gloss_near_duplicates::{
    Error, Findings, NearDuplicates, NearDuplicatesOptions, Shingler, State, Unit, Verdict,
    Verification,
};
use gloss_plugin::harness::CorpusHarness;
use proptest::prelude::*;
use serde_json::json;

/// A small generator, so that texts are the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n
    }
}

/// Texts of about 120 words, of which each third is a copy of another with some words changed.
fn texts(count: usize, seed: u64) -> Vec<String> {
    let mut random = Random(seed);
    let mut texts: Vec<Vec<String>> = Vec::new();
    for i in 0..count {
        let mut words: Vec<String> = match i % 3 {
            2 => {
                let from = random.below(texts.len());
                texts[from].clone()
            }
            _ => (0..100 + random.below(40)).map(|_| format!("w{}", random.below(3000))).collect(),
        };
        if i % 3 == 2 {
            for _ in 0..random.below(6) {
                let at = random.below(words.len());
                words[at] = format!("x{}", random.below(3000));
            }
        }
        texts.push(words);
    }
    texts.into_iter().map(|words| words.join(" ")).collect()
}

/// For each text the least of its group, by comparing all pairs.
fn brute_force(options: &NearDuplicatesOptions, texts: &[String]) -> Vec<usize> {
    let shingler = Shingler::new(options.unit, options.shingle());
    let set = |text: &String| shingler.shingles(text).into_iter().collect::<BTreeSet<u64>>();
    let sets: Vec<BTreeSet<u64>> = texts.iter().map(set).collect();
    let mut first: Vec<usize> = (0..texts.len()).collect();
    for a in 0..texts.len() {
        for b in 0..a {
            let common = sets[a].intersection(&sets[b]).count();
            let similarity = common as f64 / (sets[a].len() + sets[b].len() - common).max(1) as f64;
            if similarity >= options.threshold {
                let (least, other) = (first[a].min(first[b]), first[a].max(first[b]));
                first.iter_mut().filter(|f| **f == other).for_each(|f| *f = least);
            }
        }
    }
    first
}

fn found(options: &NearDuplicatesOptions, texts: &[String]) -> Vec<usize> {
    let shingler = Shingler::new(options.unit, options.shingle());
    let id = |i: usize| format!("{i:06}");
    let mut state = State::default();
    for (i, text) in texts.iter().enumerate() {
        state.observe(options, &shingler, &id(i), text);
    }
    let findings = Findings::new(&state, options, &|| false).unwrap();
    let first = |(i, text): (usize, &String)| match findings.verdict(&id(i), text).unwrap() {
        Verdict::Grouped { group, .. } => group.representative.parse().unwrap(),
        Verdict::Unique | Verdict::Empty => i,
    };
    texts.iter().enumerate().map(first).collect()
}

/// How many texts may be grouped otherwise than by exact similarity of all pairs.
fn check(options: &NearDuplicatesOptions, allowed: usize) {
    let texts = texts(600, 7);
    let (expected, found) = (brute_force(options, &texts), found(options, &texts));
    let groups = expected.iter().enumerate().filter(|(i, first)| i != *first).count();
    assert!(groups > 60, "only {groups} copies are near their originals");
    let wrong = expected.iter().zip(&found).filter(|(a, b)| a != b).count();
    assert!(wrong <= allowed, "{wrong} of {} texts, {options:?}", texts.len());
}

#[test]
fn groups_are_those_of_exact_similarity() {
    let options = |threshold, verify| NearDuplicatesOptions {
        threshold,
        verify,
        ..NearDuplicatesOptions::default()
    };
    // Of pairs at the threshold the bands may miss 1 in 100; of those that are here, none.
    for threshold in [0.5, 0.7, 0.8] {
        check(&options(threshold, Verification::Exact), 0);
    }
    // Estimates err near the threshold, and only there.
    check(&options(0.7, Verification::Estimate), 60);
    let precise =
        NearDuplicatesOptions { permutations: 1024, ..options(0.7, Verification::Estimate) };
    check(&precise, 24);
}

fn check_label(options: serde_json::Value, texts: &[&str], expected: &str) {
    let harness = CorpusHarness::<NearDuplicates>::new(options.clone()).unwrap();
    let documents = CorpusHarness::<NearDuplicates>::documents(texts.iter().copied());
    harness.check_independence(&documents).unwrap();
    let annotated = harness.run(&[&documents]).unwrap();
    let label = |document: &Document| {
        let Annotations::Classes(classes) = &document.layers[0].annotations else { panic!() };
        let name = &document.layers[0].schema.labels[classes.label[0] as usize];
        name.chars().next().unwrap()
    };
    assert_eq!(annotated.iter().map(label).collect::<String>(), expected, "{options} {texts:?}");
}

#[test]
fn labels_of_small_sets() {
    check_label(json!({}), &[], "");
    check_label(json!({}), &["a b c"], "u");
    check_label(json!({}), &["", " —", "a"], "eeu");
    check_label(json!({}), &["a b c", "A b; c.", "a c b"], "odu");
    check_label(json!({"shingle": 1}), &["a b c", "A b; c.", "a c b"], "odd");
    check_label(
        json!({"shingle": 1, "threshold": 0.5, "verify": "exact"}),
        &["a b c", "b c d", "x"],
        "odu",
    );
    // 1 and 2 are near, and 2 and 3; so all are a group.
    let chain = ["a b c d e", "b c d e f", "c d e f g"];
    check_label(json!({"shingle": 1, "threshold": 0.6, "verify": "exact"}), &chain, "odd");
    check_label(json!({"shingle": 1, "threshold": 0.7, "verify": "exact"}), &chain, "uuu");
    let japanese =
        ["東京都知事は今日、新しい計画を発表した。", "東京都知事は今日新しい計画を発表した"];
    check_label(json!({"unit": "characters"}), &japanese, "od");
    check_label(json!({"threshold": 1.0}), &["a b", "a b", "a b c"], "odu");
}

#[test]
fn attributes_name_the_group() {
    let harness = CorpusHarness::<NearDuplicates>::new(json!({})).unwrap();
    let documents = CorpusHarness::<NearDuplicates>::documents(["a b", "x", "a b"]);
    let annotated = harness.run(&[&documents]).unwrap();
    let strings = |document: usize, attribute: usize| match &annotated[document].layers[0]
        .attributes[attribute]
        .values
    {
        AttributeValues::String(strings) => strings.get(0).to_owned(),
        other => panic!("{other:?}"),
    };
    assert_eq!((strings(0, 1), strings(2, 1)), ("0".to_owned(), "0".to_owned()));
    assert_eq!(strings(0, 0), strings(2, 0));
    assert_eq!(strings(0, 0).len(), 16);
    assert_eq!(annotated[1].layers[0].attributes[0].valid, [0]);
    assert_eq!(annotated[2].layers[0].attributes[2].values, AttributeValues::Float(vec![1.0]));
    assert_eq!(annotated[2].layers[0].attributes[3].values, AttributeValues::Int(vec![2]));
}

#[test]
fn documents_that_were_not_observed_fail_and_bad_options_are_named() {
    let harness = CorpusHarness::<NearDuplicates>::new(json!({})).unwrap();
    let documents = CorpusHarness::<NearDuplicates>::documents(["a b"]);
    let failure = harness.annotate([], &documents).unwrap_err();
    assert!(failure.to_string().contains("not observed"), "{failure}");
    let check = |options, place: &str| {
        assert_eq!(CorpusHarness::<NearDuplicates>::new(options).err().unwrap().place, place);
    };
    check(json!({"threshold": 0.1}), "threshold");
    check(json!({"threshold": 1.1}), "threshold");
    check(json!({"shingle": 0}), "shingle");
    check(json!({"permutations": 8}), "permutations");
    check(json!({"unit": "lines"}), "unit");
}

#[test]
fn a_document_that_is_observed_twice_counts_once() {
    let options = NearDuplicatesOptions::default();
    let shingler = Shingler::new(Unit::Words, 5);
    let mut state = State::default();
    state.observe(&options, &shingler, "a", "one two");
    let twice = state.clone();
    state.merge(&twice);
    assert_eq!(Findings::new(&state, &options, &|| true).err(), Some(Error::Cancelled));
    let findings = Findings::new(&state, &options, &|| false).unwrap();
    assert_eq!(findings.verdict("a", "one two").unwrap(), Verdict::Unique);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_comes_out_depends_on_the_set_alone(
        seed: u64,
        exact: bool,
        count in 1usize..40,
    ) {
        let verify = if exact { "exact" } else { "estimate" };
        let options = json!({ "threshold": 0.6, "verify": verify });
        let harness = CorpusHarness::<NearDuplicates>::new(options).unwrap();
        let documents = CorpusHarness::<NearDuplicates>::documents(texts(count, seed));
        prop_assert!(harness.check_independence(&documents).is_ok());
    }

    #[test]
    fn any_text_has_as_many_shingles_as_windows(text in "\\PC{0,60}", length in 1u32..6) {
        let count = |unit| Shingler::new(unit, length).shingles(&text).len();
        let characters = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).count();
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count();
        let windows = |n: usize| if n == 0 { 0 } else { (n + 1).saturating_sub(length as usize).max(1) };
        prop_assert_eq!(count(Unit::Characters), windows(characters));
        prop_assert_eq!(count(Unit::Words), windows(words));
        prop_assert_eq!(Shingler::new(Unit::Words, length).has_any(&text), words > 0);
    }
}
