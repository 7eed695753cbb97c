//! Inverse document frequency: from a committed table for English, else from the text itself.
//!
//! One article is too short to tell rare words from common ones; in it nearly every word occurs
//! in one sentence. `examples/make_background.rs` makes the table, and the README says from what.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::terms::Bags;

const ENGLISH: &str = include_str!("../data/background-en.tsv");

/// Number of sentences counted, and in how many of them each stem occurs.
struct Table {
    sentences: f64,
    counts: HashMap<&'static str, f64>,
}

fn english() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Table { sentences: 1.0, counts: HashMap::new() };
        for line in ENGLISH.lines().filter(|line| !line.starts_with('#')) {
            let Some((stem, count)) = line.split_once('\t') else { continue };
            let Ok(count) = count.parse::<f64>() else { continue };
            if stem.is_empty() {
                table.sentences = count;
            } else {
                table.counts.insert(stem, count);
            }
        }
        table
    })
}

/// The weight of each term of `bags`: the natural logarithm of sentences over sentences with the
/// term. A term that the table lacks weighs as if it had been in one sentence.
pub(crate) fn idf(language: &str, bags: &Bags) -> Vec<f64> {
    if language == "en" {
        let table = english();
        let weight = |name: &String| {
            let count = table.counts.get(name.as_str()).copied().unwrap_or(1.0);
            (table.sentences / count).ln()
        };
        return bags.names.iter().map(weight).collect();
    }
    let mut counts = vec![0.0_f64; bags.names.len()];
    for (term, _) in bags.rows.iter().flatten() {
        counts[*term as usize] += 1.0;
    }
    // Plus one, so that a word in every sentence still ties them together a little.
    let sentences = bags.rows.len() as f64;
    counts.iter().map(|count| (1.0 + sentences / count.max(1.0)).ln()).collect()
}
