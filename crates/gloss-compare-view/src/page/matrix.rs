//! Every two variants in one table for each measure.

use gloss_compare::Comparison;
use gloss_compare::result::{
    ClassPair, Estimate, Interval, SpanPair, TextPair, ValuePair, VectorPair,
};
use gloss_compare::spans::Scheme;
use serde::Serialize;

use super::whisker::{self, Whisker};
use super::{differences, format, link};

/// Steps of shading.
const SHADES: f64 = 9.0;

/// One measure of every two variants.
#[derive(Serialize)]
pub struct Matrix {
    key: String,
    name: String,
    about: &'static str,
    /// A row and a column for each variant; `None` on the diagonal and where there is no number.
    rows: Vec<Vec<Option<Cell>>>,
    /// The variants against the gold, where there is one, drawn on one axis.
    against: Vec<Against>,
    axis: String,
}

#[derive(Serialize)]
struct Against {
    variant: String,
    score: String,
    interval: Option<String>,
    whisker: Whisker,
    link: String,
}

#[derive(Clone, Serialize)]
struct Cell {
    score: String,
    interval: Option<String>,
    /// From 0 to 9, of measures between 0 and 1; 0 for others.
    shade: u8,
    link: String,
}

/// What a measure is of a pair.
type Found = Option<(f64, Option<Interval>)>;

fn estimate(estimate: &Option<Estimate>) -> Found {
    estimate.map(|found| (found.value, found.interval))
}

/// All matrices that a comparison has, the most telling of each kind of annotation first.
pub fn matrices(comparison: &Comparison) -> Vec<Matrix> {
    let mut all = Vec::new();
    if let Some(spans) = &comparison.spans {
        let names = |pair: &SpanPair| (pair.left.clone(), pair.right.clone());
        for scheme in Scheme::ALL {
            let (name, about) = scheme_words(scheme);
            let of = |pair: &SpanPair| {
                let found = pair.schemes.iter().find(|found| found.scheme == scheme)?;
                Some((found.micro.f1, found.interval))
            };
            all.push(matrix(comparison, &spans.pairs, (name, about, true), names, of));
        }
        let of = |pair: &SpanPair| Some((pair.normalised?.f1, pair.normalised_interval));
        let words = ("Spans: normalised F1", "bounds and label, after the boundary rules", true);
        all.push(matrix(comparison, &spans.pairs, words, names, of));
    }
    if let Some(classes) = &comparison.classes {
        let names = |pair: &ClassPair| (pair.left.clone(), pair.right.clone());
        let mut add = |name, about, of: fn(&ClassPair) -> Found| {
            all.push(matrix(comparison, &classes.pairs, (name, about, true), names, of));
        };
        add("Classes: same label", "share of items with the same class", |p| estimate(&p.accuracy));
        add("Classes: macro F1", "mean F1 of the classes", |pair| {
            Some((pair.averages.unweighted.f1, pair.macro_interval))
        });
        add("Classes: Cohen’s κ", "agreement beyond chance", |pair| Some((pair.kappa?, None)));
        add("Classes: MCC", "Matthews’ correlation", |pair| Some((pair.mcc?, None)));
    }
    if let Some(values) = &comparison.values {
        let names = |pair: &ValuePair| (pair.left.clone(), pair.right.clone());
        let mut add = |name, about, shaded, of: fn(&ValuePair) -> Found| {
            all.push(matrix(comparison, &values.pairs, (name, about, shaded), names, of));
        };
        add("Numbers: Pearson’s r", "linear correlation", true, |pair| estimate(&pair.pearson));
        add("Numbers: Spearman’s ρ", "correlation of ranks", true, |pair| {
            Some((pair.spearman?, None))
        });
        add("Numbers: mean absolute difference", "in the numbers’ own unit", false, |pair| {
            estimate(&pair.mean_absolute_error)
        });
    }
    if let Some(texts) = &comparison.texts {
        let names = |pair: &TextPair| (pair.left.clone(), pair.right.clone());
        let measures = texts.pairs.first().map(|pair| &pair.measures[..]).unwrap_or_default();
        for metric in measures.iter().map(|measure| measure.metric) {
            let of = |pair: &TextPair| {
                let found = pair.measures.iter().find(|found| found.metric == metric)?;
                Some((found.estimate.value, found.estimate.interval))
            };
            let words = (format!("Texts: {}", differences::metric(metric)), "of their words", true);
            all.push(matrix(comparison, &texts.pairs, words, names, of));
        }
    }
    if let Some(vectors) = &comparison.vectors {
        let names = |pair: &VectorPair| (pair.left.clone(), pair.right.clone());
        let mut add = |name, about, of: fn(&VectorPair) -> Found| {
            all.push(matrix(comparison, &vectors.pairs, (name, about, true), names, of));
        };
        add("Vectors: cosine", "mean over items", |pair| estimate(&pair.cosine));
        add("Vectors: same neighbours", "mean share of the nearest neighbours", |pair| {
            estimate(&pair.neighbour_overlap)
        });
        add("Vectors: BERTScore F1", "of the texts’ tokens", |pair| {
            let f1 = pair.bertscore.as_ref()?.f1;
            Some((f1.value, f1.interval))
        });
    }
    let some = |matrix: &Matrix| matrix.rows.iter().flatten().any(Option::is_some);
    all.retain(some);
    for (number, matrix) in all.iter_mut().enumerate() {
        matrix.key = format!("m{number}");
    }
    all
}

fn scheme_words(scheme: Scheme) -> (&'static str, &'static str) {
    match scheme {
        Scheme::Strict => ("Spans: strict F1", "bounds and label are the same"),
        Scheme::Exact => ("Spans: exact F1", "bounds are the same, whatever the label"),
        Scheme::Partial => ("Spans: partial F1", "an overlap counts half, whatever the label"),
        Scheme::Type => ("Spans: type F1", "labels are the same, where spans overlap"),
    }
}

fn matrix<P>(
    comparison: &Comparison,
    pairs: &[P],
    (name, about, shaded): (impl Into<String>, &'static str, bool),
    names: impl Fn(&P) -> (String, String),
    of: impl Fn(&P) -> Found,
) -> Matrix {
    let variants: Vec<&str> = comparison.variants.iter().map(|v| v.name.as_str()).collect();
    let mut rows = vec![vec![None; variants.len()]; variants.len()];
    let mut against = Vec::new();
    let with_gold = pairs.iter().filter(|pair| comparison.gold.as_ref() == Some(&names(pair).0));
    let axis = whisker::axis(with_gold.filter_map(&of));
    for pair in pairs {
        let (left, right) = names(pair);
        let place = |name: &str| variants.iter().position(|variant| *variant == name);
        let (Some(row), Some(column), Some((value, interval))) =
            (place(&left), place(&right), of(pair))
        else {
            continue;
        };
        // Measures that end nowhere have no axis.
        if shaded && comparison.gold.as_ref() == Some(&left) {
            against.push(Against {
                variant: right.clone(),
                score: format::score(value),
                interval: interval.map(|interval| format::interval(interval, false)),
                whisker: Whisker::new(value, interval, axis),
                link: link::documents(&[("left", &left), ("right", &right)]),
            });
        }
        let shade = if shaded { (value.clamp(0.0, 1.0) * SHADES).round() as u8 } else { 0 };
        let cell = Cell {
            score: format::score(value),
            interval: interval.map(|interval| format::interval(interval, false)),
            shade,
            link: link::documents(&[("left", &left), ("right", &right)]),
        };
        rows[row][column] = Some(cell.clone());
        rows[column][row] = Some(cell);
    }
    let axis = whisker::ends(axis);
    Matrix { key: String::new(), name: name.into(), about, rows, against, axis }
}
