//! Differences of two variants' scores against the gold, drawn on one axis.

use gloss_compare::result::{Difference, Metric, Test};
use serde::Serialize;

use super::format;
use super::whisker::{Whisker, reach};

/// All differences of one kind of annotation.
#[derive(Serialize)]
pub struct DifferenceTable {
    rows: Vec<Row>,
    /// The axis goes from minus this to this.
    reach: String,
}

#[derive(Serialize)]
struct Row {
    metric: &'static str,
    first: String,
    second: String,
    first_value: String,
    second_value: String,
    difference: String,
    interval: Option<String>,
    whisker: Whisker,
    p_value: String,
    adjusted: String,
    test: &'static str,
    smallest_detectable: Option<String>,
    /// Whether the adjusted p-value is below 5%.
    told_apart: bool,
}

/// The table of differences; `None` where there are none.
pub fn table(differences: &[Difference]) -> Option<DifferenceTable> {
    let reach = reach(differences.iter().map(|found| (found.difference, found.interval)));
    let row = |found: &Difference| Row {
        metric: metric(found.metric),
        first: found.first.clone(),
        second: found.second.clone(),
        first_value: format::measured(found.first_value),
        second_value: format::measured(found.second_value),
        difference: format::signed(found.difference),
        interval: found.interval.map(|interval| format::interval(interval, true)),
        whisker: Whisker::new(found.difference, found.interval, (-reach, reach)),
        p_value: format::p_value(found.p_value),
        adjusted: format::p_value(found.adjusted_p_value),
        test: test(found.test),
        smallest_detectable: found.smallest_detectable.map(format::score),
        told_apart: found.adjusted_p_value < 0.05,
    };
    let rows: Vec<Row> = differences.iter().map(row).collect();
    (!rows.is_empty()).then(|| DifferenceTable { rows, reach: reach.to_string() })
}

/// The metric's name.
pub fn metric(metric: Metric) -> &'static str {
    match metric {
        Metric::StrictF1 => "Strict F1",
        Metric::ExactF1 => "Exact F1",
        Metric::PartialF1 => "Partial F1",
        Metric::TypeF1 => "Type F1",
        Metric::NormalisedF1 => "Normalised F1",
        Metric::Accuracy => "Accuracy",
        Metric::MacroF1 => "Macro F1",
        Metric::Rouge1F1 => "ROUGE-1 F1",
        Metric::Rouge2F1 => "ROUGE-2 F1",
        Metric::RougeLF1 => "ROUGE-L F1",
        Metric::RougeLsumF1 => "ROUGE-Lsum F1",
        Metric::Chrf => "chrF",
        Metric::BertScoreF1 => "BERTScore F1",
        Metric::Cosine => "Cosine",
        Metric::Words => "Words",
        Metric::Compression => "Compression",
        Metric::Coverage => "Coverage",
        Metric::Density => "Density",
        Metric::Novelty1 => "Novel words",
        Metric::Novelty2 => "Novel pairs of words",
        Metric::Novelty3 => "Novel triples of words",
        Metric::Novelty4 => "Novel quadruples of words",
    }
}

fn test(test: Test) -> &'static str {
    match test {
        Test::RandomisationExact => "all swaps of documents",
        Test::Randomisation => "random swaps of documents",
        Test::McnemarExact => "McNemar, exact",
        Test::McnemarChiSquared => "McNemar, χ²",
    }
}
