//! Judging what an extractor made of a batch.

use std::collections::BTreeSet;

use gloss_boundary::{BatchResult, DocumentResult, Failure, FailureKind, LayerData, Rule};
use gloss_doc::{Annotations, AttributeColumn, AttributeValues};

use crate::finding::{Finding, Verdict};

/// The rules that were broken with a batch, each with what was seen.
pub fn broken_rules(result: &BatchResult) -> Vec<(Rule, String)> {
    let mut broken: Vec<(Rule, String)> = Vec::new();
    let mut add = |failure: &Failure| {
        if let Some(rule) = failure.rule {
            broken.push((rule, failure.to_string()));
        }
    };
    result.reported.iter().for_each(&mut add);
    for document in &result.documents {
        match document {
            DocumentResult::Failed(failure) => add(failure),
            DocumentResult::Unfinished if result.failure.is_none() => add(&Failure::broken(
                Rule::Ended,
                "",
                "extract returned OK and had neither finished nor failed a document",
            )),
            _ => {}
        }
    }
    broken
}

/// Whether an extractor copes with a batch: fails when it panics, breaks a rule that is not
/// `excused`, or stops unasked; warns when it gives a document up.
pub fn judge(what: &str, result: &BatchResult, excused: &BTreeSet<Rule>) -> Verdict {
    if result.poisoned {
        let message = result.failure.as_ref().map_or("no message", |f| f.message.as_str());
        return Err(Finding::failed(format!("{what}: it panicked: {message}")));
    }
    let broken = broken_rules(result);
    if let Some((_, message)) = broken.iter().find(|(rule, _)| !excused.contains(rule)) {
        return Err(Finding::failed(format!("{what}: {message}")));
    }
    let reported = result.documents.iter().filter_map(|d| match d {
        DocumentResult::Failed(failure) if failure.rule.is_none() => Some(failure),
        _ => None,
    });
    for failure in result.failure.iter().chain(reported) {
        match failure.kind {
            FailureKind::Panic => {
                return Err(Finding::failed(format!("{what}: it reports a panic: {failure}")));
            }
            FailureKind::Cancelled => {
                let message = format!("{what}: it stopped as if it had been told to");
                return Err(Finding::failed(message));
            }
            _ if broken.is_empty() => {
                return Err(Finding::warned(format!(
                    "{what}: it gives the document up: {failure}"
                )));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether two results of one document are the same, scores within the tolerance; or else how
/// they differ, without the document's text.
pub fn same(a: &DocumentResult, b: &DocumentResult, tolerance: f32) -> Result<(), String> {
    match (a, b) {
        (
            DocumentResult::Finished { layers: a, notes: first },
            DocumentResult::Finished { layers: b, notes: second },
        ) => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                same_layer(a, b, tolerance).map_err(|how| format!("layer {index}: {how}"))?;
            }
            if first == second { Ok(()) } else { Err("the notes differ".to_owned()) }
        }
        (DocumentResult::Failed(a), DocumentResult::Failed(b)) if a.kind == b.kind => Ok(()),
        (DocumentResult::Unfinished, DocumentResult::Unfinished) => Ok(()),
        _ => Err(format!("once it was {}, once {}", ending(a), ending(b))),
    }
}

/// Whether two batches have the same results.
pub fn same_all<'r>(
    a: impl IntoIterator<Item = &'r DocumentResult>,
    b: impl IntoIterator<Item = &'r DocumentResult>,
    tolerance: f32,
) -> Result<(), String> {
    a.into_iter().zip(b).enumerate().try_for_each(|(i, (a, b))| {
        same(a, b, tolerance).map_err(|how| format!("document {i}, {how}"))
    })
}

fn ending(result: &DocumentResult) -> &'static str {
    match result {
        DocumentResult::Finished { .. } => "finished",
        DocumentResult::Failed(_) => "failed",
        DocumentResult::Unfinished => "left unfinished",
    }
}

fn same_layer(a: &LayerData, b: &LayerData, tolerance: f32) -> Result<(), String> {
    let (rows, others) = (a.annotations.len(), b.annotations.len());
    if rows != others {
        return Err(format!("once {rows} annotations, once {others}"));
    }
    same_annotations(&a.annotations, &b.annotations, tolerance)?;
    let columns = a.attributes.iter().zip(&b.attributes).enumerate();
    for (index, (a, b)) in columns {
        if !same_column(a, b, tolerance) {
            return Err(format!("the values of attribute {index} differ"));
        }
    }
    Ok(())
}

fn same_annotations(a: &Annotations, b: &Annotations, tolerance: f32) -> Result<(), String> {
    let number = |equal: bool, what: &str| {
        if equal { Ok(()) } else { Err(format!("the {what} differ")) }
    };
    let scores = |a: &[f32], b: &[f32], what| number(close(a, b, tolerance), what);
    match (a, b) {
        (Annotations::Spans(a), Annotations::Spans(b)) => {
            number(a.start == b.start && a.end == b.end, "offsets")?;
            number(a.label == b.label, "labels")?;
            scores(&a.score, &b.score, "scores")
        }
        (Annotations::Classes(a), Annotations::Classes(b)) => {
            number(a.target == b.target, "targets")?;
            number(a.label == b.label, "labels")?;
            scores(&a.score, &b.score, "scores")
        }
        (Annotations::Texts(a), Annotations::Texts(b)) => {
            number(a.target == b.target, "targets")?;
            number(a.text == b.text, "texts")?;
            number(a.sources == b.sources, "sources")?;
            scores(&a.score, &b.score, "scores")
        }
        (Annotations::Vectors(a), Annotations::Vectors(b)) => {
            number(a.target == b.target, "targets")?;
            scores(&a.values, &b.values, "numbers of the vectors")
        }
        (Annotations::Relations(a), Annotations::Relations(b)) => {
            number(a.head == b.head && a.tail == b.tail, "ends")?;
            number(a.label == b.label, "labels")?;
            scores(&a.score, &b.score, "scores")
        }
        _ => Err("the kinds differ".to_owned()),
    }
}

/// NaN means "none" and equals itself.
fn close(a: &[f32], b: &[f32], tolerance: f32) -> bool {
    let equal =
        |(a, b): (&f32, &f32)| a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance;
    a.len() == b.len() && a.iter().zip(b).all(equal)
}

fn same_column(a: &AttributeColumn, b: &AttributeColumn, tolerance: f32) -> bool {
    a.valid == b.valid
        && match (&a.values, &b.values) {
            (AttributeValues::Float(a), AttributeValues::Float(b)) => {
                let equal = |(a, b): (&f64, &f64)| a == b || (a - b).abs() <= f64::from(tolerance);
                a.len() == b.len() && a.iter().zip(b).all(equal)
            }
            (a, b) => a == b,
        }
}

#[cfg(test)]
mod tests {
    use gloss_doc::{Kind, LayerSchema, Spans};

    use super::*;

    #[test]
    fn results_are_compared() {
        let spans = |start: u32, label: u32, score: f32| DocumentResult::Finished {
            layers: vec![LayerData {
                annotations: Annotations::Spans(Spans {
                    start: vec![start],
                    end: vec![9],
                    label: vec![label],
                    score: vec![score],
                }),
                attributes: Vec::new(),
            }],
            notes: Vec::new(),
        };
        let none = || DocumentResult::Finished {
            layers: vec![LayerData {
                annotations: Annotations::empty(&LayerSchema::new("s", Kind::Spans)),
                attributes: Vec::new(),
            }],
            notes: Vec::new(),
        };
        let check = |a: DocumentResult, b: DocumentResult, tolerance, expected: Option<&str>| {
            assert_eq!(same(&a, &b, tolerance).err().as_deref(), expected);
        };
        check(spans(1, 0, f32::NAN), spans(1, 0, f32::NAN), 0.0, None);
        check(spans(1, 0, 0.5), spans(1, 0, 0.6), 0.2, None);
        check(spans(1, 0, 0.5), spans(1, 0, 0.6), 0.0, Some("layer 0: the scores differ"));
        check(spans(1, 0, 0.5), spans(1, 1, 0.5), 0.0, Some("layer 0: the labels differ"));
        check(spans(1, 0, 0.5), spans(2, 0, 0.5), 0.0, Some("layer 0: the offsets differ"));
        check(spans(1, 0, 0.5), none(), 0.0, Some("layer 0: once 1 annotations, once 0"));
        let failed = DocumentResult::Failed(Failure::new(FailureKind::Document, "no"));
        check(none(), failed, 0.0, Some("once it was finished, once failed"));
    }
}
