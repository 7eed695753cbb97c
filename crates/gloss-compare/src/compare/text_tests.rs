use proptest::prelude::*;

use super::tests::{quick, run, with_gold};
use super::*;
use crate::align::{AlignOptions, align};
use crate::result::{TextMeasure, TextPair};
use crate::texts::{TextOptions, Tokenizer};
use crate::{Target, Text, Variant, VariantDocument};

const SOURCE: &str = "The quick brown fox jumps over the lazy dog and runs off again.";

fn text(target: Target, text: &str) -> Text {
    Text { target, text: text.into(), sentences: Vec::new() }
}

fn document(number: usize, texts: &[&str]) -> VariantDocument {
    VariantDocument {
        id: number.to_string(),
        text: Some(SOURCE.into()),
        texts: texts.iter().map(|own| text(None, own)).collect(),
        ..VariantDocument::default()
    }
}

fn variant(name: &str, texts: &[&[&str]]) -> Variant {
    let documents = texts.iter().enumerate().map(|(at, texts)| document(at, texts));
    Variant { name: name.into(), labels: Vec::new(), documents: documents.collect() }
}

fn measure(measures: &[TextMeasure], metric: Metric) -> &TextMeasure {
    measures.iter().find(|measure| measure.metric == metric).unwrap()
}

fn f1(pair: &TextPair, metric: Metric) -> f64 {
    measure(&pair.measures, metric).estimate.value
}

#[test]
fn variants_are_compared_with_a_gold() {
    let gold: Vec<&[&str]> = vec![&["the fox jumps over the dog"]; 40];
    let good: Vec<&[&str]> = (0..40)
        .map(|i| -> &[&str] {
            if i % 4 == 0 { &["the fox runs"] } else { &["the fox jumps over the dog"] }
        })
        .collect();
    let bad: Vec<&[&str]> = vec![&["a lazy fox jumps"]; 40];
    let variants = vec![variant("gold", &gold), variant("good", &good), variant("bad", &bad)];
    let gate = GateRule {
        metric: Metric::RougeLF1,
        baseline: "good".into(),
        candidate: "bad".into(),
        margin: 0.02,
        minimum_documents: 30,
    };
    let comparison = run(variants, &Options { gate: Some(gate), ..with_gold("gold") });
    assert_eq!(comparison.gate.unwrap().verdict, crate::Verdict::Dropped);
    let texts = comparison.texts.unwrap();
    let pair = &texts.pairs[0];
    assert_eq!((pair.texts, pair.identical, pair.measures.len()), (40, 30, 5));
    // A quarter of the texts has two of three words, and of six.
    let quarter = 2.0 * (2.0 / 3.0) * (2.0 / 6.0) / (2.0 / 3.0 + 2.0 / 6.0);
    assert!((f1(pair, Metric::Rouge1F1) - (0.75 + 0.25 * quarter)).abs() < 1e-9);
    let rouge = measure(&pair.measures, Metric::Rouge1F1);
    assert!((rouge.precision.unwrap() - (0.75 + 0.25 * 2.0 / 3.0)).abs() < 1e-12);
    let (low, high) = rouge.estimate.interval.unwrap();
    assert!(low < rouge.estimate.value && rouge.estimate.value < high);
    let metrics: Vec<Metric> = texts.differences.iter().map(|d| d.metric).collect();
    let expected = [Metric::Rouge1F1, Metric::Rouge2F1, Metric::RougeLF1, Metric::RougeLsumF1];
    assert_eq!(metrics, [&expected[..], &[Metric::Chrf]].concat());
    assert!(texts.differences.iter().all(|d| d.difference < 0.0 && d.p_value < 0.01));
    let settings = comparison.settings.texts.unwrap();
    assert_eq!(settings.tokenizer, Tokenizer::Unicode);
}

#[test]
fn of_several_references_the_nearest_counts() {
    let gold: &[&[&str]] = &[&["the lazy dog", "a quick fox"]];
    let of = |text: &'static str| vec![variant("gold", gold), variant("mine", &[&[text]])];
    let check = |text, expected: f64| {
        let texts = run(of(text), &with_gold("gold")).texts.unwrap();
        assert_eq!(f1(&texts.pairs[0], Metric::Rouge1F1), expected, "{text}");
        assert_eq!(f1(&texts.pairs[0], Metric::Chrf), expected, "{text}");
    };
    check("a quick fox", 1.0);
    check("the lazy dog", 1.0);
    // Elsewhere several texts of one target are refused.
    let variants = vec![variant("a", gold), variant("b", gold)];
    let (corpus, alignment) = align(variants, &AlignOptions::default()).unwrap();
    let error = compare(&corpus, alignment, &quick()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::DuplicateTarget);
}

#[test]
fn texts_are_measured_against_their_source() {
    let variants = vec![
        variant("a", &[&["the quick brown fox sleeps"], &["… "]]),
        variant(
            "b",
            &[
                &[SOURCE],
                &["the quick brown fox jumps over and over and over again and the \
                                     lazy dog sleeps"],
            ],
        ),
    ];
    let comparison = run(variants, &quick());
    let texts = comparison.texts.unwrap();
    let value = |at: usize, metric| measure(&texts.profiles[at].measures, metric).estimate.value;
    assert_eq!((value(0, Metric::Words), texts.profiles[0].without_words), (2.5, 1));
    assert_eq!(value(0, Metric::Compression), 13.0 / 5.0);
    assert!((value(0, Metric::Coverage) - 0.8).abs() < 1e-9);
    assert!((value(0, Metric::Density) - 16.0 / 5.0).abs() < 1e-8);
    assert_eq!(texts.profiles[1].longer_than_source, 1);
    let metrics: Vec<Metric> = texts.profile_differences.iter().map(|d| d.metric).collect();
    assert_eq!(metrics.len(), 8, "{metrics:?}");
    assert!(comparison.warnings.iter().any(|w| w.message.contains("1 of the 2 texts of \"a\"")));
}

#[test]
fn texts_about_stretches_are_joined_by_target() {
    let of = |name: &str, targets: &[(u32, u32)]| {
        let mut own = variant(name, &[&[]]);
        let texts = targets
            .iter()
            .map(|&(start, end)| text(Some((start, end)), &SOURCE[start as usize..end as usize]));
        own.documents[0].texts = texts.collect();
        own
    };
    let comparison =
        run(vec![of("a", &[(10, 19), (4, 9)]), of("b", &[(4, 9), (26, 30)])], &quick());
    let texts = comparison.texts.unwrap();
    let pair = &texts.pairs[0];
    assert_eq!((pair.texts, pair.left_only, pair.right_only), (1, 1, 1));
    assert_eq!(f1(pair, Metric::Rouge1F1), 1.0);
    // The source of each is what it is about.
    let coverage = measure(&texts.profiles[0].measures, Metric::Compression);
    assert_eq!((coverage.texts, coverage.estimate.value), (2, 1.0));
    assert_eq!(comparison.disagreements.texts.len(), 2);
    assert_eq!(comparison.disagreements.texts[0].words, [Some(2), None]);
}

#[test]
fn nothing_in_common_is_said() {
    let comparison =
        run(vec![variant("a", &[&["one"], &[]]), variant("b", &[&[], &["two"]])], &quick());
    let said = |what: &str| comparison.warnings.iter().any(|w| w.message.contains(what));
    assert!(said("no texts about the same"));
    let pair = &comparison.texts.as_ref().unwrap().pairs[0];
    assert_eq!((pair.texts, pair.measures.len()), (0, 0));
    let json = serde_json::to_string(&comparison).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&json).unwrap(), comparison);
}

#[test]
fn words_that_ascii_breaks_are_warned_about() {
    let check = |tokenizer, expected: bool| {
        let variants = vec![variant("a", &[&["Rodríguez"]]), variant("b", &[&["Rodriguez"]])];
        let texts = TextOptions { tokenizer, stem: false };
        let comparison = run(variants, &Options { texts, ..quick() });
        let said = comparison.warnings.iter().any(|w| w.message.contains("1 words of \"a\""));
        assert_eq!(said, expected);
    };
    check(Tokenizer::Ascii, true);
    check(Tokenizer::Unicode, false);
}

#[test]
fn disagreements_and_slices_of_texts() {
    let mut a = variant("a", &[&["the fox"], &["the dog"], &["the fox runs"], &["dog"]]);
    let b = variant("b", &[&["the fox"], &["a fox"], &["the fox"], &["dog"]]);
    a.documents[1].metadata.insert("kind".into(), "odd".into());
    let comparison = run(vec![a, b], &Options { slices: vec!["kind".into()], ..quick() });
    let found: Vec<_> =
        comparison.disagreements.texts.iter().map(|d| d.document.as_str()).collect();
    assert_eq!(found, ["1", "2"]);
    assert_eq!(comparison.disagreements.texts[0].agreement, 0.0);
    let texts = comparison.texts.unwrap();
    assert_eq!(texts.pairs[0].measures.len(), 4, "chrF needs a gold");
    let slices = &measure(&texts.pairs[0].measures, Metric::Rouge1F1).slices;
    let values: Vec<_> = slices.iter().map(|s| (s.value.as_deref(), s.estimate.value)).collect();
    assert_eq!(values, [(None, (1.0 + 0.8 + 1.0) / 3.0), (Some("odd"), 0.0)]);
}

#[test]
fn sentences_are_checked() {
    let check = |sentence: (u32, u32), said: &str| {
        let mut bad = variant("a", &[&["né"]]);
        bad.documents[0].texts[0].sentences = vec![sentence];
        let error =
            align(vec![bad, variant("b", &[&["a"]])], &AlignOptions::default()).unwrap_err();
        assert!(error.kind == ErrorKind::BadSpan && error.message.contains(said), "{error}");
    };
    check((0, 4), "ends outside the text, which has 3 bytes");
    check((0, 2), "cuts a character");
    check((1, 1), "is empty");
}

fn some_texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[abc\n ]{0,20}", 3)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn swapping_two_variants_mirrors(a in some_texts(), b in some_texts()) {
        let of = |name: &str, texts: &[String]| {
            let texts: Vec<Vec<&str>> = texts.iter().map(|text| vec![text.as_str()]).collect();
            let texts: Vec<&[&str]> = texts.iter().map(Vec::as_slice).collect();
            variant(name, &texts)
        };
        let there = run(vec![of("a", &a), of("b", &b)], &quick()).texts.unwrap();
        let back = run(vec![of("b", &b), of("a", &a)], &quick()).texts.unwrap();
        for (x, y) in there.pairs[0].measures.iter().zip(&back.pairs[0].measures) {
            prop_assert_eq!(x.estimate, y.estimate);
            prop_assert_eq!((x.precision, x.recall), (y.recall, y.precision));
        }
        for (x, y) in there.profile_differences.iter().zip(&back.profile_differences) {
            prop_assert_eq!((x.difference, x.p_value), (-y.difference, y.p_value));
        }
    }
}
