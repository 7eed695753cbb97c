//! All figures of a comparison in long form: a row for each.

use csv::Writer;
use gloss_compare::cost::VariantCost;
use gloss_compare::result::{
    ClassPair, Difference, Estimate, Interval, Slice, SpanPair, TextMeasure, ValuePair,
};
use gloss_compare::spans::Scores;
use gloss_compare::{Comparison, Verdict};

use crate::words::{name, scheme};

/// The columns.
const HEAD: [&str; 10] =
    ["table", "left", "right", "metric", "label", "other_label", "value", "low", "high", "n"];

/// The comparison as CSV (RFC 4180), with a head. Tables are `spans`, `span_labels`, `span_errors`,
/// `span_confusion`, `span_slices`, the same of classes, `class_calibration`, `values`,
/// `texts`, `text_slices`, `vectors`, `differences`, `p_values`, `adjusted_p_values`, `disagreements`, `cost` and `gate`. `low` and `high` are
/// the ends of the 95% interval; `n` counts the spans, items or documents that a figure is of.
#[must_use]
pub fn csv(comparison: &Comparison) -> String {
    let mut rows = Rows::default();
    for pair in comparison.spans.iter().flat_map(|found| &found.pairs) {
        span_pair(pair, &mut rows);
    }
    for pair in comparison.classes.iter().flat_map(|found| &found.pairs) {
        class_pair(pair, &mut rows);
    }
    for row in comparison.classes.iter().flat_map(|found| &found.calibration) {
        let (of, n) = (Row::new("class_calibration", "", &row.variant), row.calibration.count);
        rows.add(of.clone().metric("expected_error").value(row.calibration.expected_error).n(n));
        rows.add(of.metric("brier").maybe(row.calibration.brier).n(n));
    }
    for pair in comparison.values.iter().flat_map(|found| &found.pairs) {
        value_pair(pair, &mut rows);
    }
    texts(comparison, &mut rows);
    let of_spans = comparison.spans.iter().flat_map(|found| &found.differences);
    let of_classes = comparison.classes.iter().flat_map(|found| &found.differences);
    let of_texts = comparison
        .texts
        .iter()
        .flat_map(|found| found.differences.iter().chain(&found.profile_differences));
    let of_vectors = comparison.vectors.iter().flat_map(|found| &found.differences);
    let all = of_spans.chain(of_classes).chain(of_texts).chain(of_vectors);
    all.for_each(|found| difference(found, comparison, &mut rows));
    for document in &comparison.disagreements.documents {
        let row = Row::new("disagreements", "", "").metric("score").label(&document.document);
        rows.add(row.value(document.score).n(document.differing));
    }
    comparison.cost.iter().for_each(|found| cost(found, &mut rows));
    if let Some(gate) = &comparison.gate {
        let verdict = match gate.verdict {
            Verdict::Passed => "passed",
            Verdict::Dropped => "dropped",
            Verdict::Undecided => "undecided",
        };
        let metric = name(&gate.rule.metric);
        let row = Row::new("gate", &gate.rule.baseline, &gate.rule.candidate).metric(&metric);
        rows.add(row.label(verdict).value(gate.difference).interval(gate.interval));
    }
    rows.finish()
}

fn cost(found: &VariantCost, rows: &mut Rows) {
    let of = |metric: &str| Row::new("cost", "", &found.variant).metric(metric);
    let n = found.runs as u64;
    for (metric, rate) in [
        ("documents_per_second", found.documents_per_second),
        ("words_per_second", found.words_per_second),
    ] {
        rows.add(of(metric).value(rate.value).interval(rate.interval).n(n));
    }
    for latency in &found.latencies {
        for (metric, seconds) in [
            ("p50_seconds", latency.p50),
            ("p95_seconds", latency.p95),
            ("p99_seconds", latency.p99),
        ] {
            rows.add(of(metric).label(&latency.stage).value(seconds));
        }
    }
    rows.add(of("peak_memory_bytes").maybe(found.peak_memory.map(|bytes| bytes as f64)));
    rows.add(of("model_bytes").value(found.model_bytes as f64));
}

fn span_pair(pair: &SpanPair, rows: &mut Rows) {
    let of = |table| Row::new(table, &pair.left, &pair.right);
    let (left, right) = (pair.tally.left(), pair.tally.right());
    for found in &pair.schemes {
        let metric = |part: &str| of("spans").metric(&format!("{}_{part}", scheme(found.scheme)));
        scores(&found.micro, (left, right), found.interval, metric, rows);
        let means =
            [("macro_f1", found.averages.unweighted), ("weighted_f1", found.averages.weighted)];
        means.into_iter().for_each(|(part, scores)| rows.add(metric(part).value(scores.f1)));
    }
    if let Some(found) = &pair.normalised {
        let metric = |part: &str| of("spans").metric(&format!("normalised_{part}"));
        scores(found, (left, right), pair.normalised_interval, metric, rows);
    }
    let tally = &pair.tally;
    for (error, count) in [
        ("same", tally.equal),
        ("boundary", tally.other_bounds),
        ("type", tally.other_label),
        ("boundary_and_type", tally.other_both),
        ("missing", tally.left_only),
        ("spurious", tally.right_only),
    ] {
        rows.add(of("span_errors").metric(error).value(count as f64));
    }
    for found in &pair.labels {
        let (tally, row) =
            (found.tally, |metric| of("span_labels").metric(metric).label(&found.label));
        let n = tally.left + tally.right;
        rows.add(row("strict_precision").value(found.strict.precision).n(tally.right));
        rows.add(row("strict_recall").value(found.strict.recall).n(tally.left));
        rows.add(row("strict_f1").value(found.strict.f1).interval(found.interval).n(n));
        rows.add(row("partial_f1").value(found.partial.f1).n(n));
        rows.add(row("type_f1").value(found.overlap.f1).n(n));
    }
    for cell in &pair.confusion {
        let row = of("span_confusion").metric("count").value(cell.count as f64);
        rows.add(row.labels(cell.left.as_deref(), cell.right.as_deref()));
    }
    slices(&pair.slices, "strict_f1", &of("span_slices"), rows);
}

/// Precision, recall and F1, each with what it is a share of.
fn scores(
    found: &Scores,
    (left, right): (u64, u64),
    interval: Option<Interval>,
    row: impl Fn(&str) -> Row,
    rows: &mut Rows,
) {
    rows.add(row("precision").value(found.precision).n(right));
    rows.add(row("recall").value(found.recall).n(left));
    rows.add(row("f1").value(found.f1).interval(interval).n(left + right));
}

fn slices(slices: &[Slice], metric: &str, of: &Row, rows: &mut Rows) {
    for slice in slices {
        let row = of.clone().metric(metric).labels(Some(&slice.field), slice.value.as_deref());
        rows.add(row.estimate(Some(slice.estimate)).n(slice.documents));
    }
}

fn class_pair(pair: &ClassPair, rows: &mut Rows) {
    let of = |table| Row::new(table, &pair.left, &pair.right);
    let row = |metric: &str| of("classes").metric(metric).n(pair.items);
    rows.add(row("accuracy").estimate(pair.accuracy));
    let unweighted = &pair.averages.unweighted;
    rows.add(row("macro_precision").value(unweighted.precision));
    rows.add(row("macro_recall").value(unweighted.recall));
    rows.add(row("macro_f1").value(unweighted.f1).interval(pair.macro_interval));
    rows.add(row("weighted_f1").value(pair.averages.weighted.f1));
    for (metric, value) in [
        ("mcc", pair.mcc),
        ("kappa", pair.kappa),
        ("kappa_linear", pair.kappa_linear),
        ("kappa_quadratic", pair.kappa_quadratic),
    ] {
        rows.add(row(metric).maybe(value));
    }
    for found in &pair.labels {
        let row = |metric| of("class_labels").metric(metric).label(&found.label);
        rows.add(row("precision").value(found.scores.precision).n(found.tally.right));
        rows.add(row("recall").value(found.scores.recall).n(found.tally.left));
        let n = found.tally.left + found.tally.right;
        rows.add(row("f1").value(found.scores.f1).interval(found.interval).n(n));
    }
    for cell in &pair.confusion {
        let row = of("class_confusion").metric("count").value(cell.count as f64);
        rows.add(row.labels(cell.left.as_deref(), cell.right.as_deref()));
    }
    slices(&pair.slices, "accuracy", &of("class_slices"), rows);
}

fn value_pair(pair: &ValuePair, rows: &mut Rows) {
    let row = |metric| Row::new("values", &pair.left, &pair.right).metric(metric).n(pair.items);
    rows.add(row("pearson").estimate(pair.pearson));
    rows.add(row("spearman").maybe(pair.spearman));
    rows.add(row("mean_absolute_error").estimate(pair.mean_absolute_error));
}

fn texts(comparison: &Comparison, rows: &mut Rows) {
    let measure = |of: Row, found: &TextMeasure, rows: &mut Rows| {
        let metric = name(&found.metric);
        let row = |part: &str| of.clone().metric(&format!("{metric}{part}")).n(found.texts);
        rows.add(row("_precision").maybe(found.precision));
        rows.add(row("_recall").maybe(found.recall));
        rows.add(row("").estimate(Some(found.estimate)));
        slices(&found.slices, &metric, &of.named("text_slices"), rows);
    };
    for pair in comparison.texts.iter().flat_map(|found| &found.pairs) {
        for found in &pair.measures {
            measure(Row::new("texts", &pair.left, &pair.right), found, rows);
        }
    }
    for profile in comparison.texts.iter().flat_map(|found| &found.profiles) {
        for found in &profile.measures {
            measure(Row::new("texts", "", &profile.variant), found, rows);
        }
    }
    for pair in comparison.vectors.iter().flat_map(|found| &found.pairs) {
        let row =
            |metric| Row::new("vectors", &pair.left, &pair.right).metric(metric).n(pair.items);
        rows.add(row("cosine").estimate(pair.cosine));
        rows.add(row("neighbour_overlap").estimate(pair.neighbour_overlap));
        rows.add(row("cka").maybe(pair.cka));
        let tokens = pair.bertscore.as_ref();
        let row = |metric| row(metric).n(tokens.map_or(0, |found| found.texts));
        rows.add(row("bertscore_precision").maybe(tokens.map(|found| found.precision)));
        rows.add(row("bertscore_recall").maybe(tokens.map(|found| found.recall)));
        rows.add(row("bertscore_f1").estimate(tokens.map(|found| found.f1)));
    }
}

fn difference(found: &Difference, comparison: &Comparison, rows: &mut Rows) {
    let metric = name(&found.metric);
    let row = |table| {
        let row = Row::new(table, &found.first, &found.second).metric(&metric);
        row.n(comparison.documents as u64)
    };
    rows.add(row("differences").value(found.difference).interval(found.interval));
    rows.add(row("p_values").label(&name(&found.test)).value(found.p_value));
    rows.add(row("adjusted_p_values").label("holm").value(found.adjusted_p_value));
}

/// A row that is being made; a row without a value is left out.
#[derive(Clone, Debug, Default)]
struct Row {
    words: [String; 6],
    value: Option<f64>,
    interval: Option<Interval>,
    n: Option<u64>,
}

impl Row {
    fn new(table: &str, left: &str, right: &str) -> Row {
        let mut row = Row::default();
        row.words[..3].clone_from_slice(&[table, left, right].map(str::to_owned));
        row
    }

    fn named(mut self, table: &str) -> Row {
        table.clone_into(&mut self.words[0]);
        self
    }

    fn metric(mut self, metric: &str) -> Row {
        metric.clone_into(&mut self.words[3]);
        self
    }

    fn label(mut self, label: &str) -> Row {
        label.clone_into(&mut self.words[4]);
        self
    }

    fn labels(mut self, left: Option<&str>, right: Option<&str>) -> Row {
        self.words[4] = left.unwrap_or_default().to_owned();
        self.words[5] = right.unwrap_or_default().to_owned();
        self
    }

    fn value(self, value: f64) -> Row {
        self.maybe(Some(value))
    }

    fn maybe(self, value: Option<f64>) -> Row {
        Row { value, ..self }
    }

    fn interval(self, interval: Option<Interval>) -> Row {
        Row { interval, ..self }
    }

    fn estimate(self, estimate: Option<Estimate>) -> Row {
        let interval = estimate.and_then(|estimate| estimate.interval);
        self.maybe(estimate.map(|estimate| estimate.value)).interval(interval)
    }

    fn n(self, n: u64) -> Row {
        Row { n: Some(n), ..self }
    }
}

/// Rows that are written.
struct Rows(Writer<Vec<u8>>);

impl Default for Rows {
    fn default() -> Rows {
        let mut rows = Rows(Writer::from_writer(Vec::new()));
        rows.write(&HEAD.map(str::to_owned));
        rows
    }
}

impl Rows {
    fn add(&mut self, row: Row) {
        let Some(value) = row.value else { return };
        let number = |number: Option<f64>| number.map_or(String::new(), |n| n.to_string());
        let [table, left, right, metric, label, other] = row.words;
        let (low, high) = row.interval.unzip();
        let n = row.n.map_or(String::new(), |n| n.to_string());
        let [value, low, high] = [Some(value), low, high].map(number);
        self.write(&[table, left, right, metric, label, other, value, low, high, n]);
    }

    fn write(&mut self, fields: &[String; 10]) {
        // Rows are equally long, and writing to memory cannot fail.
        let _ = self.0.write_record(fields);
    }

    fn finish(self) -> String {
        String::from_utf8(self.0.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "csv_tests.rs"]
mod tests;
