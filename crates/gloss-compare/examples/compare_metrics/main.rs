//! Computes metrics of cases in JSON, for the parity script and for programs in other languages.
//!
//! ```console
//! $ cargo run --release -p gloss-compare --example compare_metrics < cases.jsonl
//! ```
//!
//! Each line of the standard input is a case, `{"metric": ..., ...}` as in [`Case`]; each line of the
//! standard output is what came of it, in the order of the cases.

mod texts;

use std::io::{BufRead, Write, stdin, stdout};

use gloss_compare::align::{AlignOptions, align};
use gloss_compare::classes::{
    Confusion, Level, Prediction, Weights, calibration, cohen_kappa, fleiss_kappa,
    krippendorff_alpha, mean_absolute_error, pearson, spearman,
};
use gloss_compare::compare::{Options, compare};
use gloss_compare::spans::{Averages, Scheme, Scores};
use gloss_compare::statistics::{RatioInterval, Table, bootstrap, holm, mcnemar, randomise};
use gloss_compare::{Span, Variant, VariantDocument};
use serde::Deserialize;
use serde_json::{Value, json};

/// Spans of a document: first, behind the last, label.
type Spans = Vec<(u32, u32, u32)>;

#[derive(Deserialize)]
#[serde(tag = "metric", rename_all = "snake_case")]
enum Case {
    /// Spans of documents on two sides: the first pair of a comparison with the left side as gold.
    Spans { labels: Vec<String>, left: Vec<Spans>, right: Vec<Spans> },
    /// Labels of items on two sides.
    Classes { labels: usize, left: Vec<u32>, right: Vec<u32> },
    /// Labels that raters gave items.
    Fleiss { labels: usize, items: Vec<Vec<u32>> },
    /// Values that raters gave units.
    Alpha { units: Vec<Vec<f64>> },
    /// Pairs of numbers.
    Numbers { pairs: Vec<(f64, f64)> },
    /// Confidence, whether it is right, squared distance over all labels.
    Calibration { predictions: Vec<(f64, bool, f64)>, bins: usize },
    /// Items that one side alone has right.
    Mcnemar { first_only: u64, second_only: u64 },
    /// p-values of a family.
    Holm { p_values: Vec<f64> },
    /// A count for each document on two sides; their mean difference is tested and bootstrapped.
    Means { first: Vec<u32>, second: Vec<u32>, resamples: usize },
    /// Parts of a ratio for each document.
    Ratio { x: Vec<f64>, y: Vec<f64> },
    /// Words to stem.
    Stems { words: Vec<String> },
    /// Texts with references and sources.
    Texts(texts::Texts),
    /// Texts with references, whose tokens have vectors.
    Bertscore(texts::BertScore),
    /// Vectors of the same items in two spaces.
    Spaces(texts::Spaces),
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        writeln!(out, "{}", answer(serde_json::from_str(&line?)?)?)?;
    }
    Ok(())
}

fn answer(case: Case) -> Result<Value, Box<dyn std::error::Error>> {
    Ok(match case {
        Case::Spans { labels, left, right } => spans(labels, [left, right])?,
        Case::Classes { labels, left, right } => classes(labels, &left, &right),
        Case::Fleiss { labels, items } => json!(fleiss_kappa(labels, &items)),
        Case::Alpha { units } => {
            json!(
                [Level::Nominal, Level::Ordinal, Level::Interval]
                    .map(|level| krippendorff_alpha(&units, level))
            )
        }
        Case::Numbers { pairs } => {
            json!([pearson(&pairs), spearman(&pairs), mean_absolute_error(&pairs)])
        }
        Case::Calibration { predictions, bins } => {
            let predictions = predictions.into_iter();
            let predictions: Vec<Prediction> = predictions
                .map(|(confidence, correct, squared)| Prediction {
                    confidence,
                    correct,
                    squared_distance: Some(squared),
                })
                .collect();
            json!(calibration(&predictions, bins))
        }
        Case::Mcnemar { first_only, second_only } => json!(mcnemar(first_only, second_only)),
        Case::Holm { p_values } => json!(holm(&p_values)),
        Case::Means { first, second, resamples } => means(&first, &second, resamples),
        Case::Ratio { x, y } => {
            let mut sums = RatioInterval::default();
            x.iter().zip(&y).for_each(|(&x, &y)| sums.add(x, y));
            json!(sums.interval())
        }
        Case::Stems { words } => {
            json!(words.iter().map(|word| gloss_compare::texts::stem(word)).collect::<Vec<_>>())
        }
        Case::Texts(texts) => texts.scores()?,
        Case::Bertscore(texts) => texts.scores(),
        Case::Spaces(spaces) => spaces.scores(),
    })
}

fn spans(labels: Vec<String>, sides: [Vec<Spans>; 2]) -> Result<Value, Box<dyn std::error::Error>> {
    let document = |(number, spans): (usize, Spans)| VariantDocument {
        id: number.to_string(),
        spans: spans.into_iter().map(|(start, end, label)| Span { start, end, label }).collect(),
        ..VariantDocument::default()
    };
    let [left, right] = sides.map(|documents| documents.into_iter().enumerate().map(document));
    let variants = vec![
        Variant { name: "left".into(), labels: labels.clone(), documents: left.collect() },
        Variant { name: "right".into(), labels, documents: right.collect() },
    ];
    let (corpus, alignment) = align(variants, &AlignOptions::default())?;
    let options =
        Options { gold: Some("left".into()), resamples: 0, threads: 1, ..Options::default() };
    let spans = compare(&corpus, alignment, &options)?.spans;
    Ok(json!(spans.map(|spans| json!(spans.pairs[0]))))
}

fn classes(labels: usize, left: &[u32], right: &[u32]) -> Value {
    let confusion = Confusion::of(labels, left.iter().copied().zip(right.iter().copied()));
    let ranks: Vec<u32> = (0..labels as u32).collect();
    let tallies = confusion.tallies();
    let scores: Vec<Scores> =
        tallies.iter().map(|tally| Scores::of_label(Scheme::Strict, tally)).collect();
    let kappas = [Weights::None, Weights::Linear, Weights::Quadratic]
        .map(|weights| cohen_kappa(&confusion, weights, &ranks));
    json!({
        "accuracy": confusion.accuracy(),
        "mcc": confusion.mcc(),
        "kappas": kappas,
        "labels": scores,
        "averages": Averages::of(Scheme::Strict, &tallies),
    })
}

fn means(first: &[u32], second: &[u32], resamples: usize) -> Value {
    let settings = (resamples, 1, 1);
    let n = first.len() as f64;
    let test = randomise((first, second, 1), settings, |sums| vec![sums[0] as f64 / n]);
    let mut table = Table::new(2);
    first.iter().zip(second).for_each(|(&a, &b)| table.push(&[a, b]));
    let means = bootstrap(&table, settings, 2, |sums, values| {
        values[0] = sums[0] as f64 / n;
        values[1] = sums[1] as f64 / n;
    });
    json!({ "test": test[0], "interval": means.difference(0, 1) })
}
