//! Words that several views use.

use gloss_compare::result::{Metric, Test};
use gloss_compare::spans::Scheme;
use serde::Serialize;

/// The name by which JSON, the gate and the table know a metric, a scheme, or another of their words.
pub fn name(word: &impl Serialize) -> String {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// The metric in words: `strict F1`.
pub fn metric(metric: Metric) -> String {
    let words = name(&metric).replace('_', " ");
    words.replace(" f1", " F1")
}

/// The scheme in words.
pub fn scheme(scheme: Scheme) -> String {
    name(&scheme)
}

/// How a p-value was made.
pub fn test(test: Test) -> &'static str {
    match test {
        Test::RandomisationExact => "exact randomisation",
        Test::Randomisation => "randomisation",
        Test::McnemarExact => "McNemar, exact",
        Test::McnemarChiSquared => "McNemar, chi-squared",
    }
}

/// Without what would move a terminal's cursor, change its colours or turn its text around.
pub fn plain(text: &str) -> String {
    let is_bidi = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || is_bidi(c) { ' ' } else { c }).collect()
}

/// The same on one line, with single spaces.
pub fn on_one_line(text: &str) -> String {
    plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words() {
        assert_eq!(metric(Metric::StrictF1), "strict F1");
        assert_eq!(metric(Metric::Accuracy), "accuracy");
        assert_eq!(name(&Metric::MacroF1), "macro_f1");
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c"), "a [2Jb c");
        assert_eq!(on_one_line(" a\n\t b "), "a b");
    }
}
