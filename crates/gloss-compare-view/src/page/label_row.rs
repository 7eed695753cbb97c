//! Rows of tables by label, and by the values of a field.

use gloss_compare::result::{Interval, Slice};
use gloss_compare::spans::{LabelTally, Scores};
use serde::Serialize;

use super::whisker::{self, Whisker};
use super::{format, link};

/// The names of two variants, the rows of their labels, and the axis of these.
pub type Labelled<'a> = (&'a str, &'a str, &'a [LabelRow], &'a str);

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
        (names, axis): ((&str, &str), Interval),
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
            whisker: Whisker::new(scores.f1, interval, axis),
        }
    }

    /// The row of a label of spans, of which so many have other bounds.
    pub fn with_other_bounds(self, count: u64) -> LabelRow {
        LabelRow { other_bounds: Some(count), ..self }
    }
}

/// A slice's row.
#[derive(Serialize)]
struct SliceRow {
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
    fn new(slice: &Slice, (left, right): (&str, &str), axis: Interval) -> SliceRow {
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
            whisker: Whisker::new(value, interval, axis),
            link: link::documents(&parameters),
        }
    }
}

/// Slices of a pair on an axis of their own.
#[derive(Serialize)]
pub struct SliceTable {
    axis: String,
    rows: Vec<SliceRow>,
}

impl SliceTable {
    /// The table; `None` where there are no slices.
    pub fn new(slices: &[Slice], names: (&str, &str)) -> Option<SliceTable> {
        let axis = whisker::axis(slices.iter().map(|s| (s.estimate.value, s.estimate.interval)));
        let rows: Vec<SliceRow> =
            slices.iter().map(|slice| SliceRow::new(slice, names, axis)).collect();
        (!rows.is_empty()).then(|| SliceTable { axis: whisker::ends(axis), rows })
    }
}
