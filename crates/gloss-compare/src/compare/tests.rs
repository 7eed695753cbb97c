use proptest::prelude::*;

use super::*;
use crate::align::{AlignOptions, align};
use crate::result::{Metric, SpanPair, Test};
use crate::spans::{Scheme, Tally};
use crate::{Class, Span, Value, Variant, VariantDocument, Verdict};

const TEXT: &str = "the quick brown fox jumps over the lazy dog and runs off again";

fn variant(name: &str, documents: Vec<VariantDocument>) -> Variant {
    Variant { name: name.into(), labels: vec!["A".into(), "B".into(), "C".into()], documents }
}

fn document(number: usize, spans: &[(u32, u32, u32)]) -> VariantDocument {
    let spans = spans.iter().map(|&(start, end, label)| Span { start, end, label });
    VariantDocument {
        id: number.to_string(),
        text: Some(TEXT.into()),
        spans: spans.collect(),
        ..VariantDocument::default()
    }
}

fn class(label: u32) -> Class {
    Class { target: None, label, probabilities: Vec::new() }
}

fn classified(labels: &[u32]) -> Vec<VariantDocument> {
    let of = |(number, &label): (usize, &u32)| VariantDocument {
        classes: vec![class(label)],
        ..document(number, &[])
    };
    labels.iter().enumerate().map(of).collect()
}

pub fn quick() -> Options {
    Options { resamples: 200, threads: 2, ..Options::default() }
}

pub fn run(variants: Vec<Variant>, options: &Options) -> Comparison {
    let (corpus, alignment) = align(variants, &AlignOptions::default()).unwrap();
    compare(&corpus, alignment, options).unwrap()
}

pub fn with_gold(name: &str) -> Options {
    Options { gold: Some(name.into()), ..quick() }
}

#[test]
fn errors_are_told_apart_and_normalised() {
    let gold =
        variant("gold", vec![document(0, &[(0, 9, 0), (16, 19, 1), (40, 43, 1), (44, 47, 2)])]);
    let mine =
        variant("mine", vec![document(0, &[(4, 9, 0), (16, 19, 2), (40, 43, 1), (53, 56, 0)])]);
    let comparison = run(vec![mine, gold], &with_gold("gold"));
    let spans = comparison.spans.unwrap();
    let pair = &spans.pairs[0];
    assert_eq!((pair.left.as_str(), pair.right.as_str()), ("gold", "mine"));
    let expected = Tally {
        equal: 1,
        other_label: 1,
        other_bounds: 1,
        other_both: 0,
        left_only: 1,
        right_only: 1,
    };
    assert_eq!(pair.tally, expected);
    let f1: Vec<f64> = pair.schemes.iter().map(|scheme| scheme.micro.f1).collect();
    assert_eq!(f1, [0.25, 0.5, 0.625, 0.5]);
    // "the quick" is "quick" by the rules.
    assert_eq!(pair.normalised.unwrap().f1, 0.5);
    let none: Vec<_> = pair.confusion.iter().filter(|c| c.right.is_none()).collect();
    assert_eq!((none.len(), none[0].left.as_deref()), (1, Some("C")));
    assert_eq!(pair.labels[2].strict.f1, 0.0);
    assert_eq!(pair.schemes[0].interval, None);
    assert_eq!(comparison.warnings[0].kind, WarningKind::FewDocuments);
    assert_eq!(comparison.disagreements.differing_items, 4);
}

#[test]
fn a_real_difference_is_found_and_the_gate_decides() {
    let spans = [(4, 9, 0), (16, 19, 1)];
    let gold = (0..60).map(|i| document(i, &spans)).collect();
    let good =
        (0..60).map(|i| document(i, if i % 10 == 0 { &spans[..1] } else { &spans })).collect();
    let bad = (0..60).map(|i| document(i, if i % 2 == 0 { &spans[..1] } else { &spans })).collect();
    let variants = || -> Vec<Variant> {
        let copy = |documents: &Vec<VariantDocument>| documents.clone();
        vec![variant("gold", copy(&gold)), variant("good", copy(&good)), variant("bad", copy(&bad))]
    };
    let check = |baseline: &str, candidate: &str, expected| {
        let gate = GateRule {
            metric: Metric::StrictF1,
            baseline: baseline.into(),
            candidate: candidate.into(),
            margin: 0.02,
            minimum_documents: 30,
        };
        let comparison = run(variants(), &Options { gate: Some(gate), ..with_gold("gold") });
        let result = comparison.gate.unwrap();
        assert_eq!(result.verdict, expected, "{}", result.reading);
        let spans = comparison.spans.unwrap();
        let difference = &spans.differences[0];
        assert_eq!((difference.metric, difference.test), (Metric::StrictF1, Test::Randomisation));
        assert!(difference.p_value < 0.01 && difference.adjusted_p_value >= difference.p_value);
        let (low, high) = difference.interval.unwrap();
        assert!(low < difference.difference && difference.difference < high && high < 0.0);
        assert!(difference.smallest_detectable.unwrap() > 0.0);
    };
    check("good", "bad", Verdict::Dropped);
    check("bad", "good", Verdict::Passed);
}

#[test]
fn documents_without_spans_do_not_help_a_gate() {
    let of = |name: &str| {
        let spans = |i: usize| if i < 4 { vec![(4, 9, 0)] } else { vec![] };
        variant(name, (0..60).map(|i| document(i, &spans(i))).collect())
    };
    let gate = GateRule {
        metric: Metric::StrictF1,
        baseline: "old".into(),
        candidate: "new".into(),
        margin: 0.02,
        minimum_documents: 30,
    };
    let options = Options { gate: Some(gate), ..with_gold("gold") };
    let result = run(vec![of("gold"), of("old"), of("new")], &options).gate.unwrap();
    assert_eq!(result.verdict, Verdict::Undecided, "{}", result.reading);
    assert!(result.reading.contains("4 documents"), "{}", result.reading);
}

#[test]
fn classes_are_compared() {
    let gold: Vec<u32> = (0..40).map(|i| i % 3).collect();
    let first: Vec<u32> =
        gold.iter().enumerate().map(|(i, &l)| if i < 10 { 0 } else { l }).collect();
    let second: Vec<u32> =
        gold.iter().enumerate().map(|(i, &l)| if i < 2 { 2 } else { l }).collect();
    let order = ["A", "B", "C"].map(String::from).to_vec();
    let variants = vec![
        variant("gold", classified(&gold)),
        variant("first", classified(&first)),
        variant("second", classified(&second)),
    ];
    let comparison = run(variants, &Options { label_order: order, ..with_gold("gold") });
    let classes = comparison.classes.unwrap();
    let accuracies: Vec<f64> = classes.pairs.iter().map(|p| p.accuracy.unwrap().value).collect();
    assert_eq!(accuracies[..2], [34.0 / 40.0, 38.0 / 40.0]);
    let difference = &classes.differences[0];
    assert_eq!((difference.metric, difference.test), (Metric::Accuracy, Test::McnemarExact));
    // The second alone is right of 5, the first alone of 1.
    let expected = 2.0 * 7.0 / 64.0;
    assert!((difference.p_value - expected).abs() < 1e-12, "{}", difference.p_value);
    assert!(classes.pairs[0].kappa_quadratic.is_some() && classes.alpha_ordinal.is_some());
    assert_eq!(classes.pairs[0].labels.len(), 3);
}

#[test]
fn documents_of_many_items_are_swapped_whole() {
    let many = |wrong: usize| -> Vec<VariantDocument> {
        let of = |number: usize| {
            let of_target = |target: u32| Class {
                target: Some((target, target + 1)),
                ..class(u32::from(number < wrong))
            };
            VariantDocument { classes: (0..5).map(of_target).collect(), ..document(number, &[]) }
        };
        (0..6).map(of).collect()
    };
    let variants = vec![variant("gold", many(0)), variant("a", many(0)), variant("b", many(4))];
    let classes = run(variants, &with_gold("gold")).classes.unwrap();
    // 20 items, but 4 documents: both extremes of 16 ways to swap.
    assert_eq!(classes.differences[0].p_value, 2.0 / 16.0);
    assert_eq!(classes.differences[0].test, Test::RandomisationExact);
}

#[test]
fn probabilities_and_numbers() {
    let mut gold = classified(&[0, 1, 1]);
    let mut mine = classified(&[0, 1, 0]);
    for (at, document) in mine.iter_mut().enumerate() {
        let label = document.classes[0].label;
        document.classes[0].probabilities = vec![(label, 0.8), (1 - label, 0.2)];
        document.values = vec![Value { target: None, value: at as f64 }];
    }
    for (at, document) in gold.iter_mut().enumerate() {
        document.values = vec![Value { target: None, value: 2.0 * at as f64 }];
    }
    let comparison = run(vec![variant("gold", gold), variant("mine", mine)], &with_gold("gold"));
    let calibration = &comparison.classes.unwrap().calibration[0].calibration;
    assert!((calibration.expected_error - (0.8 - 2.0 / 3.0)).abs() < 1e-12);
    assert!((calibration.brier.unwrap() - (0.08 + 0.08 + 1.28) / 3.0).abs() < 1e-12);
    let values = &comparison.values.unwrap().pairs[0];
    assert!((values.pearson.unwrap().value - 1.0).abs() < 1e-12);
    assert!((values.spearman.unwrap() - 1.0).abs() < 1e-12);
    assert_eq!(values.mean_absolute_error.unwrap().value, 1.0);
}

#[test]
fn slices_are_of_the_metadata_of_any_variant() {
    let mut gold: Vec<VariantDocument> = (0..8).map(|i| document(i, &[(4, 9, 0)])).collect();
    for (at, document) in gold.iter_mut().enumerate().take(6) {
        document.metadata.insert("even".into(), (at % 2 == 0).into());
    }
    let of = |i: usize| document(i, if i.is_multiple_of(2) { &[(4, 9, 0)] } else { &[] });
    let mine = || (0..8).map(of).collect::<Vec<_>>();
    let options = Options { slices: vec!["even".into()], ..with_gold("gold") };
    let comparison = run(vec![variant("mine", mine()), variant("gold", gold.clone())], &options);
    let slices = &comparison.spans.unwrap().pairs[0].slices;
    let found: Vec<_> =
        slices.iter().map(|s| (s.value.as_deref(), s.documents, s.estimate.value)).collect();
    assert_eq!(found, [(None, 2, 2.0 / 3.0), (Some("false"), 3, 0.0), (Some("true"), 3, 1.0)]);
    assert!(!comparison.warnings.iter().any(|warning| warning.message.contains("even")));
    let options = Options { slices: vec!["evn".into()], ..with_gold("gold") };
    let comparison = run(vec![variant("mine", mine()), variant("gold", gold)], &options);
    let told = |warning: &crate::align::Warning| warning.message.contains("did you mean \"even\"?");
    assert!(comparison.warnings.iter().any(told));
}

#[test]
fn options_that_cannot_be_followed_are_refused() {
    let variants = || {
        let others = ["mine", "other"].map(|name| variant(name, classified(&[1])));
        [vec![variant("gold", classified(&[0]))], others.into()].concat()
    };
    let check = |options: Options, kind: ErrorKind, said: &str| {
        let (corpus, alignment) = align(variants(), &AlignOptions::default()).unwrap();
        let error = compare(&corpus, alignment, &options).unwrap_err();
        let text = format!("{} {}", error.message, error.help);
        assert!(error.kind == kind && text.contains(said), "{error:?}");
    };
    check(with_gold("glod"), ErrorKind::UnknownGold, "did you mean \"gold\"?");
    let gate = |metric, candidate: &str, margin| {
        let (baseline, candidate) = ("other".into(), candidate.into());
        Some(GateRule { metric, baseline, candidate, margin, minimum_documents: 30 })
    };
    let of = |gate| Options { gate, ..with_gold("gold") };
    let bad = ErrorKind::BadOption;
    check(
        of(gate(Metric::Accuracy, "mien", 0.1)),
        bad,
        "did you mean \"mine\"? variants are mine, other",
    );
    check(of(gate(Metric::StrictF1, "mine", 0.1)), bad, "can be on accuracy, macro_f1");
    check(of(gate(Metric::Accuracy, "gold", 0.1)), bad, "which is the gold");
    check(of(gate(Metric::Accuracy, "other", 0.1)), bad, "with itself");
    check(Options { gate: gate(Metric::Accuracy, "mine", 0.1), ..quick() }, bad, "needs a gold");
    check(of(gate(Metric::Accuracy, "mine", -0.1)), ErrorKind::BadOption, "0 or more");
    let order = Options { label_order: vec!["D".into()], ..quick() };
    check(order, ErrorKind::BadOption, "\"D\"");
}

#[test]
fn the_result_is_read_as_it_was_written() {
    let variants = vec![variant("a", classified(&[0, 1])), variant("b", classified(&[1, 1]))];
    let comparison = run(variants, &quick());
    let json = serde_json::to_string(&comparison).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&json).unwrap(), comparison);
    assert!(json.starts_with("{\"version\":1,"));
}

#[cfg(feature = "schema")]
#[test]
fn the_schema_names_every_part() {
    let schema = serde_json::to_value(schemars::schema_for!(Comparison)).unwrap();
    let variants = vec![variant("a", classified(&[0, 1])), variant("b", classified(&[1, 1]))];
    let comparison = serde_json::to_value(run(variants, &quick())).unwrap();
    for part in comparison.as_object().unwrap().keys() {
        assert!(schema["properties"].get(part).is_some(), "{part}");
    }
}

/// Every pair of a hostile document overlaps: it is solved in bounded time, and said.
#[test]
fn hostile_documents_are_warned_about() {
    let spans = |by: u32| (0..1200).map(|i| (i % 30, 40 + i % 7 + by, i % 3)).collect::<Vec<_>>();
    let of = |name: &str, by| variant(name, vec![document(0, &spans(by))]);
    let comparison = run(vec![of("a", 0), of("b", 8)], &quick());
    assert_eq!(comparison.spans.unwrap().pairs[0].approximate, ["0"]);
    assert!(comparison.warnings.iter().any(|warning| warning.kind == WarningKind::Approximate));
}

fn some_documents() -> impl Strategy<Value = Vec<Vec<(u32, u32, u32)>>> {
    let span =
        (0..50u32, 1..12u32, 0..3u32).prop_map(|(start, n, label)| (start, start + n, label));
    prop::collection::vec(prop::collection::vec(span, 0..8), 1..6)
}

fn documents_of(spans: &[Vec<(u32, u32, u32)>], count: usize) -> Vec<VariantDocument> {
    let none = Vec::new();
    (0..count).map(|i| document(i, spans.get(i).unwrap_or(&none))).collect()
}

fn mirrored(pair: &SpanPair) -> Tally<u64> {
    Tally { left_only: pair.tally.right_only, right_only: pair.tally.left_only, ..pair.tally }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_spans_and_documents_changes_nothing(
        a in some_documents(), b in some_documents(), seed in 0..100usize,
    ) {
        let count = a.len().max(b.len());
        let variants = || {
            vec![variant("a", documents_of(&a, count)), variant("b", documents_of(&b, count))]
        };
        let mut shuffled = variants();
        for document in shuffled.iter_mut().flat_map(|variant| &mut variant.documents) {
            let by = seed % document.spans.len().max(1);
            document.spans.rotate_left(by);
            document.spans.reverse();
        }
        shuffled[1].documents.reverse();
        prop_assert_eq!(run(variants(), &with_gold("a")), run(shuffled, &with_gold("a")));
    }

    #[test]
    fn swapping_two_variants_mirrors(a in some_documents(), b in some_documents()) {
        let count = a.len().max(b.len());
        let of = |name: &str, spans| variant(name, documents_of(spans, count));
        let there = run(vec![of("a", &a), of("b", &b)], &quick());
        let back = run(vec![of("b", &b), of("a", &a)], &quick());
        let (Some(there_spans), Some(back_spans)) = (there.spans, back.spans) else { return Ok(()) };
        let (there_pair, back_pair) = (&there_spans.pairs[0], &back_spans.pairs[0]);
        prop_assert_eq!(there_pair.tally, mirrored(back_pair));
        for (x, y) in there_pair.schemes.iter().zip(&back_pair.schemes) {
            prop_assert_eq!((x.micro.f1, x.interval), (y.micro.f1, y.interval));
            prop_assert_eq!((x.micro.precision, x.micro.recall), (y.micro.recall, y.micro.precision));
        }
        let swapped = |pair: &SpanPair, swap: bool| {
            let mut cells: Vec<_> = pair.confusion.iter().map(|cell| {
                let (l, r) = (cell.left.clone(), cell.right.clone());
                if swap { (r, l, cell.count) } else { (l, r, cell.count) }
            }).collect();
            cells.sort();
            cells
        };
        prop_assert_eq!(swapped(there_pair, false), swapped(back_pair, true));
        prop_assert_eq!(there.disagreements.differing_items, back.disagreements.differing_items);
    }

    #[test]
    fn a_side_against_itself_agrees(a in some_documents()) {
        let of = |name: &str| variant(name, documents_of(&a, a.len()));
        let comparison = run(vec![of("a"), of("b")], &quick());
        prop_assert_eq!(comparison.disagreements.differing_documents, 0);
        if let Some(spans) = comparison.spans {
            prop_assert_eq!(spans.pairs[0].schemes[0].scheme, Scheme::Strict);
            prop_assert_eq!(spans.pairs[0].schemes[0].micro.f1, 1.0);
        }
    }
}
