//! Classes: accuracy or agreement, labels, what is taken for what, calibration.

use gloss_compare::Comparison;
use gloss_compare::result::{ClassPair, ClassResults};

use super::spans::{pair_name, slices};
use super::{Extent, is_against_gold};
use crate::numbers::{count, interval, score};
use crate::table::{Section, Table};
use crate::words::plain;

/// Pairs of labels that are listed.
const CONFUSIONS: usize = 5;

pub fn classes(comparison: &Comparison, found: &ClassResults, extent: &Extent) -> Vec<Section> {
    let shown: Vec<&ClassPair> =
        found.pairs.iter().filter(|pair| is_against_gold(comparison, &pair.left)).collect();
    let gold = comparison.gold.is_some();
    let names = |pair: &&ClassPair| pair_name(&pair.left, &pair.right, gold);
    let of_slices: Vec<_> = shown.iter().map(|pair| (names(pair), &pair.slices[..])).collect();
    let by_metadata = if gold { "Accuracy by metadata" } else { "Equal classes by metadata" };
    vec![
        scores(&shown, found, gold),
        labels(&shown, gold, extent),
        confusion(&shown, gold),
        calibration(found),
        slices(by_metadata, &of_slices, extent),
    ]
}

fn scores(pairs: &[&ClassPair], found: &ClassResults, gold: bool) -> Section {
    let title = if gold {
        "Classes against the gold, 95% interval"
    } else {
        "Agreement on classes, 95% interval"
    };
    let mut section = Section::new(title);
    let mut table = Table::new(
        1,
        &["", "items", if gold { "accuracy" } else { "equal" }, "", "macro F1", "MCC", "kappa"],
    );
    for pair in pairs {
        let accuracy = pair.accuracy;
        table.rows.push(vec![
            pair_name(&pair.left, &pair.right, gold),
            count(pair.items),
            score(accuracy.map(|estimate| estimate.value)),
            interval(accuracy.and_then(|estimate| estimate.interval)),
            score(Some(pair.averages.unweighted.f1)),
            score(pair.mcc),
            score(pair.kappa),
        ]);
        let alone = pair.left_only + pair.right_only;
        if alone > 0 {
            let name = pair_name(&pair.left, &pair.right, false);
            section.note(format!("{name}: {} items have a class on one side alone.", count(alone)));
        }
    }
    section.tables.push(table);
    let of_all = [
        ("Fleiss' kappa", found.fleiss_kappa),
        ("Krippendorff's alpha", found.alpha_nominal),
        ("ordinal alpha", found.alpha_ordinal),
    ];
    let of_all: Vec<String> = of_all
        .into_iter()
        .filter_map(|(name, v)| Some(format!("{name} {}", score(Some(v?)))))
        .collect();
    if !of_all.is_empty() {
        let whom = if gold { "All variants but the gold" } else { "All variants" };
        section.note(format!("{whom}: {}.", of_all.join(", ")));
    }
    section
}

fn labels(pairs: &[&ClassPair], gold: bool, extent: &Extent) -> Section {
    let mut section = Section::new("F1 by class, lowest first");
    for pair in pairs {
        let mut rows: Vec<_> = pair.labels.iter().collect();
        rows.sort_by(|a, b| a.scores.f1.total_cmp(&b.scores.f1).then(a.label.cmp(&b.label)));
        let head =
            [&pair_name(&pair.left, &pair.right, gold)[..], "left", "right", "F1", "", "P", "R"];
        let mut table = Table::new(1, &head);
        for row in rows.iter().take(extent.labels) {
            table.rows.push(vec![
                plain(&row.label),
                count(row.tally.left),
                count(row.tally.right),
                score(Some(row.scores.f1)),
                interval(row.interval),
                score(Some(row.scores.precision)),
                score(Some(row.scores.recall)),
            ]);
        }
        section.tables.push(table);
    }
    section
}

fn confusion(pairs: &[&ClassPair], gold: bool) -> Section {
    let mut section = Section::new("Most often different");
    for pair in pairs {
        let cells = pair.confusion.iter().filter(|cell| cell.left != cell.right);
        let name = |label: &Option<String>| label.as_deref().map_or("none".to_owned(), plain);
        let cells: Vec<String> = cells
            .take(CONFUSIONS)
            .map(|cell| {
                format!("{} → {} {}", name(&cell.left), name(&cell.right), count(cell.count))
            })
            .collect();
        if !cells.is_empty() {
            let pair = pair_name(&pair.left, &pair.right, gold);
            section.note(format!("{pair}: {}", cells.join(", ")));
        }
    }
    section
}

fn calibration(found: &ClassResults) -> Section {
    let mut section = Section::new("Calibration");
    if found.calibration.is_empty() {
        return section;
    }
    let mut table = Table::new(1, &["", "items", "expected error", "Brier"]);
    for row in &found.calibration {
        let calibration = &row.calibration;
        table.rows.push(vec![
            plain(&row.variant),
            count(calibration.count),
            score(Some(calibration.expected_error)),
            score(calibration.brier),
        ]);
    }
    section.tables.push(table);
    section
}
