//! What the screen and the page for a pull request show: the same sections in the same order.

mod classes;
pub mod cost;
mod differences;
mod overview;
mod places;
mod spans;
mod texts;
mod values;

use gloss_compare::{Comparison, Corpus};

use crate::table::{Rank, Section};

/// How much is shown.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Labels of each table, the worst first.
    pub labels: usize,
    /// Values of each field of the metadata.
    pub slices: usize,
    /// Differences of each kind of annotation.
    pub differences: usize,
    /// Places in which variants differ.
    pub places: usize,
    /// Characters of text around a place, on either side.
    pub around: usize,
}

/// All sections that hold something.
pub fn sections(comparison: &Comparison, corpus: &Corpus, extent: &Extent) -> Vec<Section> {
    let mut all = vec![overview::overview(comparison).ranked(Rank::Head)];
    // Of each kind the scores stand first.
    let findings = |sections: Vec<Section>| {
        let mut sections = sections.into_iter();
        let scores = sections.next();
        scores.into_iter().chain(sections.map(|section| section.ranked(Rank::Detail)))
    };
    if let Some(found) = &comparison.spans {
        all.extend(findings(spans::spans(comparison, found, extent)));
        all.push(differences::differences(&found.differences, "spans", extent));
    }
    if let Some(found) = &comparison.classes {
        all.extend(findings(classes::classes(comparison, found, extent)));
        all.push(differences::differences(&found.differences, "classes", extent));
    }
    if let Some(found) = &comparison.values {
        all.push(values::values(found));
    }
    if let Some(found) = &comparison.texts {
        all.extend(findings(texts::texts(comparison, found)));
        all.push(differences::differences(&found.differences, "texts", extent));
        let differences = &found.profile_differences;
        let section = differences::differences(differences, "texts by themselves", extent);
        all.push(section.ranked(Rank::Detail));
    }
    if let Some(found) = &comparison.vectors {
        all.push(texts::bertscore(comparison, found));
        all.push(texts::vectors(comparison, found));
        all.push(differences::differences(&found.differences, "vectors", extent));
    }
    all.push(cost::cost(comparison));
    all.push(places::places(comparison, corpus, extent));
    all.push(overview::gate(comparison).ranked(Rank::Head));
    all.retain(|section| !section.is_empty());
    all
}

/// Pairs that stand against the gold first; without a gold all of them.
fn is_against_gold(comparison: &Comparison, left: &str) -> bool {
    comparison.gold.as_deref().is_none_or(|gold| gold == left)
}
