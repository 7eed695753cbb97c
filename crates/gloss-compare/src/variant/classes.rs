//! From a layer of classes to one class for each target, with its probabilities, and to numbers.

use std::collections::BTreeMap;

use gloss_doc::{Annotations, Classes, Document, Layer};

use super::targets::Targets;
use crate::corpus::{Class, Target, Value};
use crate::error::CompareError;

/// What a layer says of one target: rows of the layer.
type Rows = Vec<usize>;

/// How far sums of probabilities may be from 1: scores are stored in single precision, and rounded
/// in tables.
const ROUNDING: f64 = 0.01;

/// What the score of a layer of classes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// The probability of the label.
    Probability,
    /// A number that is compared as such, as a graded sentiment.
    Graded,
    /// Something else, that is not compared.
    Other,
}

impl Meaning {
    fn of(layer: &Layer) -> Meaning {
        let words = layer.schema.score.as_deref().unwrap_or_default().to_lowercase();
        if ["probability", "mean probability"].iter().any(|begin| words.starts_with(begin)) {
            Meaning::Probability
        } else if words.contains("-1 to 1") || words.starts_with("graded") {
            Meaning::Graded
        } else {
            Meaning::Other
        }
    }
}

/// The classes and numbers of a layer; `labels` gives the variant's label for one of the layer's.
pub fn of_layer(
    document: &Document,
    layer: &Layer,
    labels: &[u32],
) -> Result<(Vec<Class>, Vec<Value>), CompareError> {
    let Annotations::Classes(rows) = &layer.annotations else { return Ok(Default::default()) };
    let mut of_target: BTreeMap<Target, Rows> = BTreeMap::new();
    let targets = Targets::new(document, layer);
    for (row, &id) in rows.target.iter().enumerate() {
        of_target.entry(targets.stretch(id)?).or_default().push(row);
    }
    let meaning = Meaning::of(layer);
    let label = |row: usize| labels.get(*rows.label.get(row)? as usize).copied();
    let (mut classes, mut values) = (Vec::new(), Vec::new());
    for (target, all) in of_target {
        values.extend(graded(rows, &all, meaning).map(|value| Value { target, value }));
        // Without scores nothing says which of several is meant: aligning refuses them by name.
        let of_one = match best(rows, &all) {
            Some(row) => vec![row],
            None => all.clone(),
        };
        for row in of_one {
            let Some(label) = label(row) else { continue };
            let probabilities = probabilities(rows, &all, row, meaning);
            let named = |(row, p): (usize, f64)| Some((self::label(rows, labels, row)?, p));
            let probabilities = probabilities.into_iter().filter_map(named).collect();
            classes.push(Class { target, label, probabilities });
        }
    }
    Ok((classes, values))
}

fn label(rows: &Classes, labels: &[u32], row: usize) -> Option<u32> {
    labels.get(*rows.label.get(row)? as usize).copied()
}

fn score(rows: &Classes, row: usize) -> Option<f64> {
    rows.score.get(row).copied().filter(|score| score.is_finite()).map(f64::from)
}

/// The row with the highest score, the first of several; the only row, whatever it has.
fn best(rows: &Classes, all: &[usize]) -> Option<usize> {
    if let [one] = all {
        return Some(*one);
    }
    let scores = all.iter().map(|&row| score(rows, row)).collect::<Option<Vec<f64>>>()?;
    let best = scores.iter().enumerate().rev().max_by(|a, b| a.1.total_cmp(b.1))?;
    Some(all[best.0])
}

/// Rows with their probabilities: all where they add up to 1, else that of the chosen row.
fn probabilities(
    rows: &Classes,
    all: &[usize],
    chosen: usize,
    meaning: Meaning,
) -> Vec<(usize, f64)> {
    if meaning != Meaning::Probability {
        return Vec::new();
    }
    let scores: Vec<(usize, f64)> =
        all.iter().filter_map(|&row| Some((row, score(rows, row)?))).collect();
    let sum: f64 = scores.iter().map(|(_, p)| p).sum();
    if scores.len() > 1 && scores.len() == all.len() && (sum - 1.0).abs() <= ROUNDING {
        return scores;
    }
    scores.into_iter().filter(|(row, _)| *row == chosen).collect()
}

/// The number that is said of a target, where its score is one.
fn graded(rows: &Classes, all: &[usize], meaning: Meaning) -> Option<f64> {
    match (meaning, all) {
        (Meaning::Graded, [one]) => score(rows, *one),
        _ => None,
    }
}
