use super::*;
use crate::fixtures::{compared, variants};

#[test]
fn every_figure_has_a_row() {
    let (comparison, _) = compared(variants(), Some("gold"));
    let text = csv(&comparison);
    let mut reader = ::csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let value = |words: [&str; 5]| {
        let found = rows.iter().find(|row| {
            [&row[0], &row[1], &row[2], &row[3], &row[4]]
                .into_iter()
                .zip(words)
                .all(|(a, b)| a == b)
        });
        found.unwrap_or_else(|| panic!("{words:?} is not in\n{text}"))[6].parse::<f64>().unwrap()
    };
    let spans = comparison.spans.as_ref().unwrap();
    let strict = &spans.pairs[0].schemes[0];
    let check =
        |words, expected: f64| assert!((value(words) - expected).abs() < 1e-12, "{words:?}");
    check(["spans", "gold", "old", "strict_f1", ""], strict.micro.f1);
    check(["span_errors", "gold", "old", "boundary", ""], 10.0);
    check(["span_labels", "gold", "old", "strict_f1", "LOC"], spans.pairs[0].labels[0].strict.f1);
    check(["class_labels", "gold", "new", "f1", "good|bad"], 1.0);
    check(["differences", "old", "new", "strict_f1", ""], spans.differences[0].difference);
    check(
        ["adjusted_p_values", "old", "new", "strict_f1", "holm"],
        spans.differences[0].adjusted_p_value,
    );
    check(
        ["gate", "old", "new", "strict_f1", "dropped"],
        comparison.gate.as_ref().unwrap().difference,
    );
    assert!(rows.iter().any(|row| row[0] == "span_slices" && row[4] == "desk" && row[5] == "news"));
}
