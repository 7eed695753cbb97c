//! The choice of phrases on the vectors of `parity/relevance.py`, against what KeyBERT chooses.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

mod support;

use gloss_transformers::most_relevant;
use serde::Deserialize;
use support::draw;

#[derive(Deserialize)]
struct Case {
    seed: u64,
    count: usize,
    top: usize,
    diversity: f32,
    /// Positions with their cosines, rounded to four places, the nearest first.
    chosen: Vec<(usize, f32)>,
}

#[test]
fn what_is_chosen_is_what_keybert_chooses() {
    let json = std::env::var_os("GLOSS_RELEVANCE_CASES").map_or_else(
        || include_str!("relevance.json").to_owned(),
        |path| std::fs::read_to_string(path).unwrap(),
    );
    let cases: Vec<Case> = serde_json::from_str(&json).unwrap();
    assert!(cases.len() >= 60);
    for (number, case) in cases.iter().enumerate() {
        let mut seed = case.seed;
        let mut vector =
            || (0..6).map(|_| (draw(&mut seed) * 2.0 - 1.0) as f32).collect::<Vec<f32>>();
        let document = vector();
        let candidates: Vec<Vec<f32>> = (0..case.count).map(|_| vector()).collect();
        let mut found = most_relevant(&document, &candidates, case.top, case.diversity);
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        let same = found.len() == case.chosen.len()
            && found.iter().zip(&case.chosen).all(|(a, b)| a.0 == b.0 && (a.1 - b.1).abs() < 6e-5);
        assert!(same, "case {number}:\n{found:?}\n{:?}", case.chosen);
    }
}
