//! Comparisons for the tests of this crate.

use gloss_compare::align::{AlignOptions, align};
use gloss_compare::compare::{Options, compare};
use gloss_compare::result::Metric;
use gloss_compare::{
    Class, Comparison, Corpus, GateRule, Span, Text, Value, Variant, VariantDocument, Vector,
};

pub const TEXT: &str =
    "The <b>quick</b> fox | met Ada Lovelace\u{1b}[2J in Bonn, and @everyone ran.";

/// A variant of 40 documents; `spans` and `class` say what of each. Ada is from 27 to 39, Bonn from 47 to 51.
pub fn variant(
    name: &str,
    spans: impl Fn(usize) -> Vec<(u32, u32, u32)>,
    class: impl Fn(usize) -> Option<u32>,
) -> Variant {
    let document = |number: usize| VariantDocument {
        id: format!("d{number}"),
        text: Some(TEXT.into()),
        metadata: desk(number),
        spans: spans(number)
            .iter()
            .map(|&(start, end, label)| Span { start, end, label })
            .collect(),
        classes: class(number)
            .map(|label| Class { target: None, label, probabilities: vec![(label, 0.75)] })
            .into_iter()
            .collect(),
        ..VariantDocument::default()
    };
    Variant {
        name: name.into(),
        labels: ["PER", "LOC", "good|bad", "so-so"].map(String::from).into(),
        documents: (0..40).map(document).collect(),
    }
}

fn desk(number: usize) -> serde_json::Map<String, serde_json::Value> {
    [("desk".to_owned(), ["sport", "news"][number % 2].into())].into_iter().collect()
}

/// The gold, and two variants that miss some of it.
pub fn variants() -> Vec<Variant> {
    let all = |_| vec![(27, 39, 0), (47, 51, 1)];
    let short = |n: usize| {
        if n.is_multiple_of(4) { vec![(27, 30, 0)] } else { vec![(27, 39, 0), (47, 51, 1)] }
    };
    let swapped =
        |n: usize| if n.is_multiple_of(5) { vec![(27, 39, 1)] } else { vec![(27, 39, 0)] };
    vec![
        variant("gold", all, |n| Some(2 + (n % 2) as u32)),
        variant("old", short, |n| Some(2 + (n % 3 == 0) as u32)),
        variant("new", swapped, |n| Some(2 + (n % 2) as u32)),
    ]
}

pub fn compared(variants: Vec<Variant>, gold: Option<&str>) -> (Comparison, Corpus) {
    let gate = gold.map(|_| GateRule {
        metric: Metric::StrictF1,
        baseline: variants[1].name.clone(),
        candidate: variants[2].name.clone(),
        margin: 0.01,
        minimum_documents: 30,
    });
    let options = Options {
        gold: gold.map(str::to_owned),
        slices: vec!["desk".into()],
        resamples: 200,
        threads: 1,
        gate,
        ..Options::default()
    };
    let (corpus, alignment) = align(variants, &AlignOptions::default()).unwrap();
    let comparison = compare(&corpus, alignment, &options).unwrap();
    (comparison, corpus)
}

/// A gold and five variants, each of which has spans of many labels, classes, numbers, texts and vectors.
pub fn of_every_kind() -> Vec<Variant> {
    let names =
        ["gold", "old model", "new model", "rules", "language model", "vote of all of them"];
    names.iter().zip(0..).map(|(name, step)| of_each_kind(name, step)).collect()
}

/// Such a variant: the higher the step, the less it agrees with that of step 0.
fn of_each_kind(name: &str, step: u32) -> Variant {
    let words: Vec<(u32, u32)> =
        TEXT.match_indices(' ').map(|(at, _)| at as u32).map(|at| (at - 3, at)).collect();
    let document = |number: u32| {
        let other = u32::from(step > 0 && number.is_multiple_of(step + 1));
        let spans = words.iter().zip(0..).map(|(&(start, end), at)| {
            let label = (number + at + other) % 20;
            Span { start, end, label: label + 4 }
        });
        let text = ["A fox met Ada in Bonn.", "Everyone ran from a fox."][other as usize];
        VariantDocument {
            id: format!("d{number}"),
            text: Some(TEXT.into()),
            metadata: desk(number as usize),
            spans: spans.collect(),
            classes: vec![Class { target: None, label: 2 + other, probabilities: Vec::new() }],
            values: vec![Value { target: None, value: f64::from(other) / 2.0 }],
            texts: vec![Text { text: text.to_owned(), ..Text::default() }],
            vectors: vec![Vector { target: None, values: vec![1.0, other as f32] }],
            ..VariantDocument::default()
        }
    };
    let labels = ["PER", "LOC", "good", "bad"].map(String::from).into_iter();
    let many = (0..20).map(|number| format!("LABEL-{number}"));
    let documents = (0..40).map(document).collect();
    Variant { name: name.into(), labels: labels.chain(many).collect(), documents }
}
