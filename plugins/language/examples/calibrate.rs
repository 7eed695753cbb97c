//! Fits the probabilities of `all_scores` to the lines of a file, `CODE<tab>TEXT`, and says how far
//! those that are in the code, and those that were fitted, are right for the lines of others.
//! `cargo run --release -p gloss-language --example calibrate FIT [CHECK...]`

// An example prints.
#![allow(clippy::print_stdout)]

use gloss_language::{Calibration, Identifier};

/// Bins of probabilities, for the expected calibration error (Guo et al. 2017).
const BINS: usize = 15;

/// Scores of candidates, the number of trigrams, and which candidate is right.
struct Case {
    scores: Vec<f64>,
    trigrams: usize,
    right: Option<usize>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let identifier = Identifier::new(&[""; 0])?;
    let mut fitted = None;
    for path in std::env::args().skip(1) {
        let cases = cases(&identifier, &std::fs::read_to_string(&path)?);
        let fit = *fitted.get_or_insert_with(|| fit(&cases));
        println!("{path}: {} texts in scripts of several languages", cases.len());
        for (name, calibration) in [("as it is", Calibration::DEFAULT), ("fitted", fit)] {
            let (loss, error) = (loss(&cases, calibration), calibration_error(&cases, calibration));
            println!("  {name}: {calibration:?}");
            println!(
                "    log loss {loss:.4} nats, expected calibration error {:.1}%",
                error * 100.0
            );
        }
    }
    Ok(())
}

fn cases(identifier: &Identifier, lines: &str) -> Vec<Case> {
    let case = |line: &str| {
        let (code, text) = line.split_once('\t')?;
        // Nothing is known of languages that are no candidates.
        identifier.codes().binary_search(&code).ok()?;
        let (scores, trigrams) = identifier.scores(text)?;
        let right = scores.iter().position(|(of, _)| *of == code);
        let scores: Vec<f64> = scores.into_iter().map(|(_, score)| score).collect();
        (scores.len() > 1).then_some(Case { scores, trigrams, right })
    };
    lines.lines().filter_map(case).collect()
}

/// Mean of the negative logarithms of the probabilities of what is right.
fn loss(cases: &[Case], calibration: Calibration) -> f64 {
    let loss = |case: &Case| {
        let mut probabilities = calibration.probabilities(&case.scores, case.trigrams);
        let right = case.right.and_then(|right| probabilities.nth(right)).unwrap_or(0.0);
        -right.max(1e-9).ln()
    };
    cases.iter().map(loss).sum::<f64>() / cases.len() as f64
}

/// How far the probability of the first is from how often that is right, on average.
fn calibration_error(cases: &[Case], calibration: Calibration) -> f64 {
    let mut bins = [[0.0; 2]; BINS];
    for case in cases {
        let first = calibration.probabilities(&case.scores, case.trigrams).next().unwrap_or(0.0);
        let bin = ((first * BINS as f64) as usize).min(BINS - 1);
        bins[bin][0] += first;
        bins[bin][1] += f64::from(case.right == Some(0));
    }
    bins.iter().map(|[said, right]| (said - right).abs()).sum::<f64>() / cases.len() as f64
}

/// The two numbers with the least loss, by a grid that becomes finer.
fn fit(cases: &[Case]) -> Calibration {
    let mut best = Calibration { scale: 10.0, power: 0.5 };
    let (mut factor, mut step) = (2.0_f64, 0.25);
    for _ in 0..40 {
        let around = |by: f64| Calibration { scale: best.scale * factor.powf(by), ..best };
        let mut next = best;
        for moved in [-1.0, 0.0, 1.0].map(around) {
            for power in [-step, 0.0, step].map(|by| moved.power + by) {
                let tried = Calibration { power, ..moved };
                if loss(cases, tried) < loss(cases, next) {
                    next = tried;
                }
            }
        }
        if next == best {
            (factor, step) = (factor.sqrt(), step / 2.0);
        }
        best = next;
    }
    best
}
