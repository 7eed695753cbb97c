//! Words that several views use.

use gloss_compare::result::{Metric, Test, VectorSettings};
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

/// What a BERTScore is of, without which it cannot be compared with another: model, layer, weights, baseline.
pub fn bertscore(settings: &VectorSettings) -> String {
    let options = &settings.options;
    let model = options.model.as_deref().unwrap_or("a model that is not named");
    let layer = match options.layer {
        None | Some(-1) => "last layer".to_owned(),
        Some(layer) => format!("layer {layer}"),
    };
    let prefix = match options.prefix.as_str() {
        "" => String::new(),
        prefix => format!(" behind {prefix:?}"),
    };
    let weights = if options.idf { "weights by IDF, " } else { "weights " };
    let baseline = match options.baseline {
        Some(of) => format!("rescaled by {}, {}, {} (P, R, F1)", of.precision, of.recall, of.f1),
        None => "not rescaled".to_owned(),
    };
    format!("BERTScore: {model}, {layer}{prefix}; {weights}{}; {baseline}", settings.weights)
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
    fn settings_of_bertscore() {
        let check = |options: serde_json::Value, expected: &str| {
            let mut settings = serde_json::json!({ "most_items": 9, "weights": "w" });
            settings.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
            let settings = serde_json::from_value(settings).unwrap();
            assert_eq!(bertscore(&settings), format!("BERTScore: {expected}"));
        };
        let options = serde_json::json!({ "model": "m" });
        check(options, "m, last layer; weights w; not rescaled");
        let baseline = serde_json::json!({ "precision": 0.5, "recall": 0.25, "f1": 0.375 });
        let options = serde_json::json!({
            "model": "m", "layer": 4, "idf": true, "prefix": " ", "baseline": baseline,
        });
        let expected =
            "m, layer 4 behind \" \"; weights by IDF, w; rescaled by 0.5, 0.25, 0.375 (P, R, F1)";
        check(options, expected);
    }

    #[test]
    fn words() {
        assert_eq!(metric(Metric::StrictF1), "strict F1");
        assert_eq!(metric(Metric::Accuracy), "accuracy");
        assert_eq!(name(&Metric::MacroF1), "macro_f1");
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c"), "a [2Jb c");
        assert_eq!(on_one_line(" a\n\t b "), "a b");
    }
}
