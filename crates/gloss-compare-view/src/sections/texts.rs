//! Texts and vectors: how far two variants' agree, and how texts stand to their source.

use gloss_compare::Comparison;
use gloss_compare::result::{Estimate, TextMeasure, TextResults, VectorResults};

use super::is_against_gold;
use super::spans::pair_name;
use crate::numbers::{count, interval, score};
use crate::table::{Section, Table};
use crate::words::{self, plain};

pub fn texts(comparison: &Comparison, found: &TextResults) -> Vec<Section> {
    let gold = comparison.gold.is_some();
    let title = if gold { "Texts against the gold" } else { "Agreement on texts" };
    let mut pairs = Section::new(format!("{title}, 95% interval"));
    let mut table = Table::new(2, &["", "", "texts", "P", "R", "F1", ""]);
    for pair in found.pairs.iter().filter(|pair| is_against_gold(comparison, &pair.left)) {
        let name = pair_name(&pair.left, &pair.right, gold);
        table.rows.extend(pair.measures.iter().map(|measure| row(&name, measure)));
        let alone = pair.left_only + pair.right_only;
        if alone > 0 {
            let name = pair_name(&pair.left, &pair.right, false);
            pairs.note(format!("{name}: {} have a text on one side alone.", count(alone)));
        }
    }
    if !table.rows.is_empty() {
        pairs.tables.push(table);
    }
    let mut profiles = Section::new("Texts by themselves, 95% interval");
    let mut table = Table::new(2, &["", "", "texts", "P", "R", "mean", ""]);
    for profile in &found.profiles {
        let name = plain(&profile.variant);
        table.rows.extend(profile.measures.iter().map(|measure| row(&name, measure)));
    }
    if !table.rows.is_empty() {
        // These have no precision and no recall.
        table.head.drain(3..5);
        table.rows.iter_mut().for_each(|row| drop(row.drain(3..5)));
        profiles.tables.push(table);
    }
    vec![pairs, profiles]
}

fn row(name: &str, measure: &TextMeasure) -> Vec<String> {
    vec![
        name.to_owned(),
        words::metric(measure.metric),
        count(measure.texts),
        score(measure.precision),
        score(measure.recall),
        score(Some(measure.estimate.value)),
        interval(measure.estimate.interval),
    ]
}

/// BERTScore, where tokens of texts have vectors.
pub fn bertscore(comparison: &Comparison, found: &VectorResults) -> Section {
    let gold = comparison.gold.is_some();
    let mut section = Section::new("BERTScore of texts, 95% interval");
    let mut table = Table::new(1, &["", "texts", "P", "R", "F1", ""]);
    for pair in found.pairs.iter().filter(|pair| is_against_gold(comparison, &pair.left)) {
        let Some(scores) = &pair.bertscore else { continue };
        table.rows.push(vec![
            pair_name(&pair.left, &pair.right, gold),
            count(scores.texts),
            score(Some(scores.precision)),
            score(Some(scores.recall)),
            score(Some(scores.f1.value)),
            interval(scores.f1.interval),
        ]);
    }
    if !table.rows.is_empty() {
        section.tables.push(table);
        if let Some(settings) = &comparison.settings.vectors {
            section.note(format!("{}.", plain(&words::bertscore(settings))));
        }
    }
    section
}

pub fn vectors(comparison: &Comparison, found: &VectorResults) -> Section {
    let gold = comparison.gold.is_some();
    let mut section = Section::new("Vectors, 95% interval");
    let mut table = Table::new(1, &["", "items", "cosine", "", "neighbours", "", "CKA"]);
    let value = |estimate: Option<Estimate>| score(estimate.map(|e| e.value));
    let bounds = |estimate: Option<Estimate>| interval(estimate.and_then(|e| e.interval));
    for pair in found.pairs.iter().filter(|pair| is_against_gold(comparison, &pair.left)) {
        if pair.items + pair.left_only + pair.right_only == 0 {
            continue;
        }
        table.rows.push(vec![
            pair_name(&pair.left, &pair.right, gold),
            count(pair.items),
            value(pair.cosine),
            bounds(pair.cosine),
            value(pair.neighbour_overlap),
            bounds(pair.neighbour_overlap),
            score(pair.cka),
        ]);
    }
    if !table.rows.is_empty() {
        section.tables.push(table);
    }
    section
}
