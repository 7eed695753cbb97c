//! Rows of tables by label, and by the values of a field.

use gloss_compare::result::{Interval, Slice};
use gloss_compare::spans::{LabelTally, Scores};
use serde::Serialize;

use super::whisker::Whisker;
use super::{format, link};

/// A label's row.
#[derive(Clone, Serialize)]
pub struct LabelRow {
    pub label: String,
    link: String,
    left: u64,
    right: u64,
    equal: u64,
    other_bounds: Option<u64>,
    precision: String,
    recall: String,
    f1: String,
    interval: Option<String>,
    whisker: Whisker,
}

impl LabelRow {
    /// The row of a label in the comparison of two variants.
    pub fn new(
        label: &str,
        tally: &LabelTally,
        scores: &Scores,
        interval: Option<Interval>,
        names: (&str, &str),
    ) -> LabelRow {
        let parameters = [("left", names.0), ("right", names.1), ("label", label), ("only", "1")];
        LabelRow {
            label: label.to_owned(),
            link: link::documents(&parameters),
            left: tally.left,
            right: tally.right,
            equal: tally.equal,
            other_bounds: None,
            precision: format::score(scores.precision),
            recall: format::score(scores.recall),
            f1: format::score(scores.f1),
            interval: interval.map(|interval| format::interval(interval, false)),
            whisker: Whisker::of_score(scores.f1, interval),
        }
    }

    /// The row of a label of spans, of which so many have other bounds.
    pub fn with_other_bounds(self, count: u64) -> LabelRow {
        LabelRow { other_bounds: Some(count), ..self }
    }
}

/// A slice's row.
#[derive(Serialize)]
pub struct SliceRow {
    field: String,
    value: Option<String>,
    documents: u64,
    score: String,
    interval: Option<String>,
    whisker: Whisker,
    link: String,
}

impl SliceRow {
    /// The row of a slice in the comparison of two variants.
    pub fn new(slice: &Slice, (left, right): (&str, &str)) -> SliceRow {
        let mut parameters = vec![("left", left), ("right", right), ("field", &slice.field)];
        // Without a value: documents that lack the field.
        parameters.push(slice.value.as_ref().map_or(("lacking", "1"), |value| ("value", value)));
        let (value, interval) = (slice.estimate.value, slice.estimate.interval);
        SliceRow {
            field: slice.field.clone(),
            value: slice.value.clone(),
            documents: slice.documents,
            score: format::score(value),
            interval: interval.map(|interval| format::interval(interval, false)),
            whisker: Whisker::of_score(value, interval),
            link: link::documents(&parameters),
        }
    }
}
