//! The valence of each token in its context.

use super::tokens::Token;

const CAPITALS: f64 = 0.733;
const NEGATION: f64 = -0.74;
const BIGRAM: f64 = -0.293;

pub(super) fn valences(tokens: &[Token]) -> Vec<f64> {
    let upper = tokens.iter().filter(|t| t.upper).count();
    let mixed = 0 < upper && upper < tokens.len();
    (0..tokens.len()).map(|i| valence(tokens, i, mixed)).collect()
}

fn name(tokens: &[Token], i: usize) -> &'static str {
    tokens.get(i).map_or("", |t| t.entry.name)
}

fn valence(tokens: &[Token], i: usize, mixed: bool) -> f64 {
    let token = &tokens[i];
    let Some(base) = token.entry.valence else { return 0.0 };
    if token.entry.booster != 0.0 || (name(tokens, i) == "kind" && name(tokens, i + 1) == "of") {
        return 0.0;
    }
    let mut valence = after_no(tokens, i, base);
    if token.upper && mixed {
        valence += if valence > 0.0 { CAPITALS } else { -CAPITALS };
    }
    for back in 1..=i.min(3) {
        let before = &tokens[i - back];
        if before.entry.valence.is_some() {
            continue;
        }
        valence += boost(before, valence, mixed) * [1.0, 0.95, 0.9][back - 1];
        valence = negate(tokens, i, back, valence);
        if back == 3 {
            valence = idioms(tokens, i, valence);
        }
    }
    least(tokens, i, valence)
}

fn after_no(tokens: &[Token], i: usize, base: f64) -> f64 {
    let before = |back: usize| if i >= back { name(tokens, i - back) } else { "" };
    if before(1) == "no"
        || before(2) == "no"
        || (before(3) == "no" && matches!(before(1), "or" | "nor"))
    {
        return base * NEGATION;
    }
    let next_counts = tokens.get(i + 1).is_some_and(|t| t.entry.valence.is_some());
    if before(0) == "no" && next_counts { 0.0 } else { base }
}

fn boost(word: &Token, valence: f64, mixed: bool) -> f64 {
    let mut scalar = word.entry.booster;
    if scalar == 0.0 {
        return 0.0;
    }
    if valence < 0.0 {
        scalar = -scalar;
    }
    if word.upper && mixed {
        scalar += if valence > 0.0 { CAPITALS } else { -CAPITALS };
    }
    scalar
}

fn negate(tokens: &[Token], i: usize, back: usize, valence: f64) -> f64 {
    let far = name(tokens, i - back);
    let near = |b: usize, words: [&str; 2]| words.contains(&name(tokens, i - b));
    let emphatic = match back {
        2 => far == "never" && near(1, ["so", "this"]),
        // As in the original, "so" or "this" right before the word needs no "never" here.
        3 => (far == "never" && near(2, ["so", "this"])) || near(1, ["so", "this"]),
        _ => false,
    };
    if emphatic {
        return valence * 1.25;
    }
    let doubtless = far == "without" && (1..back).any(|b| name(tokens, i - b) == "doubt");
    if !doubtless && tokens[i - back].entry.negates { valence * NEGATION } else { valence }
}

fn special(words: &[&str]) -> Option<f64> {
    Some(match words {
        ["the", "shit" | "bomb"] | ["to", "die", "for"] => 3.0,
        ["bad", "ass"] => 1.5,
        ["bus", "stop"] => 0.0,
        ["yeah", "right"] => -2.0,
        ["kiss", "of", "death"] => -1.5,
        ["beating", "heart"] => 3.5,
        _ => return None,
    })
}

/// Only called with three words before `i`.
fn idioms(tokens: &[Token], i: usize, mut valence: f64) -> f64 {
    let at = |k: usize| name(tokens, k);
    let (three, two, one, zero) = (at(i - 3), at(i - 2), at(i - 1), at(i));
    let (next, after) = (at(i + 1), at(i + 2));
    valence = special(&[one, zero])
        .or_else(|| special(&[two, one, zero]))
        .or_else(|| special(&[two, one]))
        .or_else(|| special(&[three, two, one]))
        .or_else(|| special(&[three, two]))
        .unwrap_or(valence);
    valence = special(&[zero, next]).unwrap_or(valence);
    valence = special(&[zero, next, after]).unwrap_or(valence);
    for pair in [(three, two), (two, one)] {
        if matches!(pair, ("just", "enough") | ("kind" | "sort", "of")) {
            valence += BIGRAM;
        }
    }
    valence
}

fn least(tokens: &[Token], i: usize, valence: f64) -> f64 {
    let alone = i > 0 && name(tokens, i - 1) == "least" && tokens[i - 1].entry.valence.is_none();
    if !alone || (i > 1 && matches!(name(tokens, i - 2), "at" | "very")) {
        return valence;
    }
    valence * NEGATION
}
