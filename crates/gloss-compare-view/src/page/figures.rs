//! All figures of a comparison as the page shows them.

use gloss_compare::{Comparison, Corpus, Verdict};
use serde::Serialize;

use crate::words;

use super::calibration::CalibrationChart;
use super::choice::Choice;
use super::class_pair::ClassSection;
use super::differences::{self, DifferenceTable};
use super::format;
use super::label_row::{LabelRow, Labelled};
use super::matrix::{Matrix, matrices};
use super::places::{Place, places};
use super::span_pair::SpanSection;
use super::text_pair::{ProfileTable, TextPlace, TextSection, profiles, text_places};
use super::value_pair::MeasureSection;

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
    values: Vec<MeasureSection>,
    texts: Vec<TextSection>,
    text_profiles: Option<ProfileTable>,
    text_differences: Option<DifferenceTable>,
    profile_differences: Option<DifferenceTable>,
    text_places: Vec<TextPlace>,
    vectors: Vec<MeasureSection>,
    /// What BERTScore is of, where there is one.
    bertscore: Option<String>,
    vector_differences: Option<DifferenceTable>,
    places: Vec<Place>,
    gate: Option<Gate>,
    cost: Option<CostSection>,
    shown: usize,
    left_out: usize,
    differing_left_out: usize,
}

/// Labels down, pairs across.
#[derive(Serialize)]
struct LabelColumns {
    axis: String,
    pairs: Vec<(String, String)>,
    rows: Vec<(String, Vec<Option<LabelRow>>)>,
}

/// Tables of words and numbers, with a sentence.
#[derive(Serialize)]
struct CostSection {
    tables: Vec<(Vec<String>, Vec<Vec<String>>, usize)>,
    notes: Vec<String>,
}

fn cost(comparison: &Comparison) -> Option<CostSection> {
    let section = crate::sections::cost::cost(comparison);
    let tables = section.tables.into_iter().map(|table| (table.head, table.rows, table.words));
    let notes = section.notes.into_iter().map(|note| note.text).collect();
    let tables: Vec<_> = tables.collect();
    (!tables.is_empty()).then_some(CostSection { tables, notes })
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
        let texts = comparison.texts.as_ref();
        let vectors = comparison.vectors.as_ref();
        let sections = SpanSection::all(spans.map_or(&[], |spans| &spans.pairs), gold);
        let class_sections = ClassSection::all(classes.map_or(&[], |found| &found.pairs), gold);
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
            values: values.iter().flat_map(|v| &v.pairs).map(MeasureSection::of_values).collect(),
            texts: texts
                .iter()
                .flat_map(|texts| &texts.pairs)
                .map(|pair| TextSection::new(pair, gold))
                .collect(),
            text_profiles: texts.and_then(|texts| profiles(&texts.profiles)),
            text_differences: texts.and_then(|texts| differences::table(&texts.differences)),
            profile_differences: texts
                .and_then(|texts| differences::table(&texts.profile_differences)),
            text_places: text_places(&comparison.disagreements.texts, &corpus.variants),
            vectors: vectors
                .iter()
                .flat_map(|v| &v.pairs)
                .map(MeasureSection::of_vectors)
                .collect(),
            bertscore: comparison
                .settings
                .vectors
                .as_ref()
                .filter(|_| {
                    let pairs = vectors.iter().flat_map(|found| &found.pairs);
                    pairs.into_iter().any(|pair| pair.bertscore.is_some())
                })
                .map(words::bertscore),
            vector_differences: vectors.and_then(|v| differences::table(&v.differences)),
            places: places(comparison, corpus),
            gate: gate(comparison),
            cost: cost(comparison),
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
    pairs: impl Iterator<Item = Labelled<'a>>,
) -> Option<LabelColumns> {
    let pairs: Vec<_> = pairs.filter(|pair| gold.is_none_or(|gold| gold == pair.0)).collect();
    if !(2..=MOST_COLUMNS).contains(&pairs.len()) {
        return None;
    }
    let mut labels: Vec<&str> =
        pairs.iter().flat_map(|pair| pair.2.iter().map(|row| row.label.as_str())).collect();
    labels.sort_unstable();
    labels.dedup();
    let row = |label: &str| {
        let cell = |rows: &[LabelRow]| rows.iter().find(|row| row.label == label).cloned();
        (label.to_owned(), pairs.iter().map(|pair| cell(pair.2)).collect())
    };
    Some(LabelColumns {
        rows: labels.into_iter().map(row).collect(),
        axis: pairs[0].3.to_owned(),
        pairs: pairs.iter().map(|pair| (pair.0.to_owned(), pair.1.to_owned())).collect(),
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
