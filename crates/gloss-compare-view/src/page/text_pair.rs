//! The texts of two variants, and of each by itself.

use gloss_compare::result::{TextDisagreement, TextMeasure, TextPair, TextProfile};
use serde::Serialize;

use super::differences::metric;
use super::label_row::SliceTable;
use super::measure::Measure;
use super::{format, link};

/// Texts that agree least, of which so many are shown.
const MOST_TEXTS: usize = 12;

/// A pair of variants that write texts.
#[derive(Serialize)]
pub struct TextSection {
    left: String,
    right: String,
    with_gold: bool,
    link: String,
    texts: u64,
    left_only: u64,
    right_only: u64,
    identical: u64,
    measures: Vec<Measure>,
    /// By metadata, of the first measure.
    slices: Option<SliceTable>,
    sliced: Option<&'static str>,
}

impl TextSection {
    /// What is shown of a pair; `gold` is the name of the gold.
    pub fn new(pair: &TextPair, gold: Option<&str>) -> TextSection {
        let names = (pair.left.as_str(), pair.right.as_str());
        let measure = |found: &TextMeasure| {
            let measure = Measure::share(metric(found.metric), Some(found.estimate))?;
            Some(measure.of(found.precision, found.recall))
        };
        let sliced = pair.measures.iter().find(|measure| !measure.slices.is_empty());
        TextSection {
            left: pair.left.clone(),
            right: pair.right.clone(),
            with_gold: gold == Some(names.0),
            link: link::documents(&[("left", names.0), ("right", names.1)]),
            texts: pair.texts,
            left_only: pair.left_only,
            right_only: pair.right_only,
            identical: pair.identical,
            measures: pair.measures.iter().filter_map(measure).collect(),
            slices: sliced.and_then(|measure| SliceTable::new(&measure.slices, names)),
            sliced: sliced.map(|found| metric(found.metric)),
        }
    }
}

/// Every variant by itself: a row for each measure, a column for each variant.
#[derive(Serialize)]
pub struct ProfileTable {
    variants: Vec<String>,
    rows: Vec<(&'static str, Vec<Option<Value>>)>,
}

#[derive(Serialize)]
struct Value {
    value: String,
    interval: Option<String>,
}

/// The table; `None` where no variant has texts.
pub fn profiles(profiles: &[TextProfile]) -> Option<ProfileTable> {
    let metrics: Vec<_> = profiles.first()?.measures.iter().map(|found| found.metric).collect();
    let row = |wanted| {
        let cell = |profile: &TextProfile| {
            let found = profile.measures.iter().find(|found| found.metric == wanted)?;
            Some(Value {
                value: format::measured(found.estimate.value),
                interval: found.estimate.interval.map(|(low, high)| {
                    format!("{}–{}", format::measured(low), format::measured(high))
                }),
            })
        };
        (metric(wanted), profiles.iter().map(cell).collect())
    };
    Some(ProfileTable {
        rows: metrics.into_iter().map(row).collect(),
        variants: profiles.iter().map(|profile| profile.variant.clone()).collect(),
    })
}

/// A target of which variants say different texts.
#[derive(Serialize)]
pub struct TextPlace {
    document: String,
    agreement: String,
    /// Words of each variant's text.
    words: Vec<(String, Option<u64>)>,
    link: String,
}

/// The first of the comparison's texts that differ.
pub fn text_places(found: &[TextDisagreement], variants: &[String]) -> Vec<TextPlace> {
    let place = |text: &TextDisagreement| TextPlace {
        document: text.document.clone(),
        agreement: format::score(text.agreement),
        words: variants.iter().cloned().zip(text.words.iter().copied()).collect(),
        link: link::documents(&[("doc", &text.document)]),
    };
    found.iter().take(MOST_TEXTS).map(place).collect()
}
