//! All figures of a comparison as the page shows them.

use gloss_compare::{Comparison, Corpus, Verdict};
use serde::Serialize;

use super::choice::Choice;
use super::class_pair::{CalibrationChart, ClassSection, ValueSection};
use super::differences::{self, DifferenceTable};
use super::format;
use super::label_row::LabelRow;
use super::matrix::{Matrix, matrices};
use super::places::{Place, places};
use super::span_pair::SpanSection;

/// Pairs that stand side by side in one table of labels.
const MOST_COLUMNS: usize = 6;

/// All figures.
#[derive(Serialize)]
pub struct Figures {
    title: String,
    gold: Option<String>,
    matrices: Vec<Matrix>,
    spans: Vec<SpanSection>,
    span_labels: Option<LabelColumns>,
    span_differences: Option<DifferenceTable>,
    classes: Vec<ClassSection>,
    class_labels: Option<LabelColumns>,
    class_differences: Option<DifferenceTable>,
    calibration: Vec<CalibrationChart>,
    values: Vec<ValueSection>,
    places: Vec<Place>,
    gate: Option<Gate>,
    shown: usize,
    left_out: usize,
    differing_left_out: usize,
}

/// Labels down, pairs across.
#[derive(Serialize)]
struct LabelColumns {
    pairs: Vec<(String, String)>,
    rows: Vec<(String, Vec<Option<LabelRow>>)>,
}

#[derive(Serialize)]
struct Gate {
    metric: &'static str,
    /// For styles.
    verdict: &'static str,
    words: &'static str,
    reading: String,
}

impl Figures {
    /// The figures of a comparison, of which the page holds the chosen documents.
    pub fn new(
        comparison: &Comparison,
        corpus: &Corpus,
        title: Option<&str>,
        choice: &Choice,
    ) -> Figures {
        let gold = comparison.gold.as_deref();
        let spans = comparison.spans.as_ref();
        let classes = comparison.classes.as_ref();
        let values = comparison.values.as_ref();
        let span_pairs = || spans.iter().flat_map(|spans| &spans.pairs);
        let class_pairs = || classes.iter().flat_map(|classes| &classes.pairs);
        let sections: Vec<SpanSection> =
            span_pairs().map(|pair| SpanSection::new(pair, gold)).collect();
        let class_sections: Vec<ClassSection> =
            class_pairs().map(|pair| ClassSection::new(pair, gold)).collect();
        let calibrations = classes.iter().flat_map(|classes| &classes.calibration);
        Figures {
            title: title.map_or_else(|| made_title(comparison), str::to_owned),
            gold: comparison.gold.clone(),
            matrices: matrices(comparison),
            span_labels: columns(gold, sections.iter().map(SpanSection::labelled)),
            spans: sections,
            span_differences: spans.and_then(|spans| differences::table(&spans.differences)),
            class_labels: columns(gold, class_sections.iter().map(ClassSection::labelled)),
            classes: class_sections,
            class_differences: classes.and_then(|classes| differences::table(&classes.differences)),
            calibration: calibrations.map(CalibrationChart::new).collect(),
            values: values.iter().flat_map(|v| &v.pairs).map(ValueSection::new).collect(),
            places: places(comparison, corpus),
            gate: gate(comparison),
            shown: choice.documents.len(),
            left_out: choice.left_out,
            differing_left_out: choice.differing_left_out,
        }
    }
}

fn made_title(comparison: &Comparison) -> String {
    let gold = comparison.gold.as_deref();
    let names = comparison.variants.iter().map(|variant| variant.name.as_str());
    let others: Vec<&str> = names.filter(|name| Some(*name) != gold).collect();
    let others = match others.len() {
        0..=4 => format::listed(&others),
        more => format!("{more} variants"),
    };
    match gold {
        Some(gold) => format!("{others} against {gold}"),
        None => others,
    }
}

/// Labels of several pairs side by side: those with the gold, or all where there is none. One pair
/// has a table of its own, and many have no room.
fn columns<'a>(
    gold: Option<&str>,
    pairs: impl Iterator<Item = (&'a str, &'a str, &'a [LabelRow])>,
) -> Option<LabelColumns> {
    let pairs: Vec<_> =
        pairs.filter(|(left, _, _)| gold.is_none_or(|gold| gold == *left)).collect();
    if !(2..=MOST_COLUMNS).contains(&pairs.len()) {
        return None;
    }
    let mut labels: Vec<&str> =
        pairs.iter().flat_map(|(_, _, rows)| rows.iter().map(|row| row.label.as_str())).collect();
    labels.sort_unstable();
    labels.dedup();
    let row = |label: &str| {
        let cell = |rows: &[LabelRow]| rows.iter().find(|row| row.label == label).cloned();
        (label.to_owned(), pairs.iter().map(|(_, _, rows)| cell(rows)).collect())
    };
    Some(LabelColumns {
        rows: labels.into_iter().map(row).collect(),
        pairs: pairs.iter().map(|(left, right, _)| ((*left).into(), (*right).into())).collect(),
    })
}

fn gate(comparison: &Comparison) -> Option<Gate> {
    let gate = comparison.gate.as_ref()?;
    let (verdict, words) = match gate.verdict {
        Verdict::Passed => ("passed", "passed"),
        Verdict::Dropped => ("dropped", "not passed: there is such a drop"),
        Verdict::Undecided => ("undecided", "not passed: undecided"),
    };
    let metric = differences::metric(gate.rule.metric);
    Some(Gate { metric, verdict, words, reading: gate.reading.clone() })
}
