//! From valences to the four scores.

use super::Scores;

pub(super) fn summarize(valences: &[f64], text: &str) -> Scores {
    if valences.is_empty() {
        return Scores::default();
    }
    let emphasis = emphasis(text);
    let mut sum: f64 = valences.iter().sum();
    if sum > 0.0 {
        sum += emphasis;
    } else if sum < 0.0 {
        sum -= emphasis;
    }
    let (mut positive, mut negative, mut neutral) = (0.0, 0.0, 0.0);
    for v in valences {
        if *v > 0.0 {
            positive += v + 1.0;
        } else if *v < 0.0 {
            negative += 1.0 - v;
        } else {
            neutral += 1.0;
        }
    }
    if positive > negative {
        positive += emphasis;
    } else if positive < negative {
        negative += emphasis;
    }
    let total = positive + negative + neutral;
    Scores {
        compound: round((sum / (sum * sum + 15.0).sqrt()).clamp(-1.0, 1.0), 4),
        positive: round(positive / total, 3),
        neutral: round(neutral / total, 3),
        negative: round(negative / total, 3),
        words: Vec::new(),
    }
}

/// Marks in descriptions of emoji count too, such as that of "UP! button", as in the original.
fn emphasis(text: &str) -> f64 {
    let count = |mark: u8| text.bytes().filter(|b| *b == mark).count();
    let questions = match count(b'?') {
        0 | 1 => 0.0,
        n @ (2 | 3) => n as f64 * 0.18,
        _ => 0.96,
    };
    count(b'!').min(4) as f64 * 0.292 + questions
}

/// Decimal formatting rounds the exact binary value, ties to even, as Python's `round` does.
fn round(value: f64, decimals: usize) -> f64 {
    format!("{value:.decimals$}").parse().unwrap_or(value)
}
