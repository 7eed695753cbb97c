//! Aggregation on the scores of `parity/aggregation.py`, against what transformers makes of them.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

mod support;

use gloss_transformers::{Aggregation, LabelScheme, ScoredToken, WordRule, softmax};
use serde::Deserialize;
use serde_json::Value;
use support::draw;

/// All that the script writes; see there.
#[derive(Deserialize)]
struct Cases {
    schemes: Vec<Vec<String>>,
    tokenized: Vec<Tokenized>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Tokenized {
    text: String,
    rule: String,
    /// Start, end, entry of the vocabulary, whether it is the unknown one.
    tokens: Vec<(usize, usize, String, u8)>,
}

#[derive(Deserialize)]
struct Case {
    tokens: usize,
    scheme: usize,
    seed: u64,
    favoured: Vec<usize>,
    #[serde(flatten)]
    expected: std::collections::BTreeMap<String, Vec<(usize, usize, String, f32)>>,
}

/// The probabilities of each token's labels.
fn scores(case: &Case, labels: usize) -> Vec<Vec<f32>> {
    let mut seed = case.seed;
    let row = |&best: &usize| {
        let logit = |label| draw(&mut seed) * 6.0 - 3.0 + if label == best { 3.0 } else { 0.0 };
        let mut row: Vec<f32> = (0..labels).map(logit).map(|x| x as f32).collect();
        softmax(&mut row);
        row
    };
    case.favoured.iter().map(row).collect()
}

#[test]
fn entities_are_those_of_the_pipeline_of_transformers() {
    let json = std::env::var_os("GLOSS_AGGREGATION_CASES").map_or_else(
        || include_str!("aggregation.json").to_owned(),
        |path| std::fs::read_to_string(path).unwrap(),
    );
    let cases: Cases = serde_json::from_str(&json).unwrap();
    assert!(cases.cases.len() >= 36);
    for (number, case) in cases.cases.iter().enumerate() {
        let scheme = LabelScheme::new(&cases.schemes[case.scheme]);
        let of = &cases.tokenized[case.tokens];
        let rule = if of.rule == "prefix" { WordRule::Prefix } else { WordRule::Blank };
        let scores = scores(case, scheme.labels().len());
        let token = |((start, end, entry, unknown), scores): (&(usize, usize, String, u8), _)| {
            let range = *start..*end;
            let continues = rule.continues(&of.text, &range, entry, *unknown == 1);
            ScoredToken { range, continues, scores }
        };
        let scores = scores.iter().map(Vec::as_slice);
        let tokens: Vec<ScoredToken<'_>> = of.tokens.iter().zip(scores).map(token).collect();
        assert_eq!(case.expected.len(), 5);
        for (strategy, expected) in &case.expected {
            let aggregation: Aggregation =
                serde_json::from_value(Value::from(&**strategy)).unwrap();
            let found = aggregation.apply(&tokens, &scheme);
            let labels = aggregation.labels(&scheme);
            let near = |a: f32, b: f32| (a - b).abs() <= 1e-5 * b.abs();
            let same = found.len() == expected.len()
                && found.iter().zip(expected).all(|(found, (start, end, label, score))| {
                    found.range == (*start..*end)
                        && labels[found.label] == *label
                        && near(found.score, *score)
                });
            assert!(same, "case {number}, {strategy}:\n{found:?}\n{expected:?}\n{labels:?}");
        }
    }
}
