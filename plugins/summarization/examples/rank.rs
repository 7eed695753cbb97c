//! Prints scores and summaries of a text that has one sentence a line, as one JSON object.
//! `scripts/compare_ranks.py` checks the scores against dense matrices.
//!
//! ```text
//! cargo run --release -p gloss-summarization --example rank -- sentences.txt
//! ```

use std::io::Write;
use std::ops::Range;

use gloss_summarization::{Analyzer, Method, Summarizer, SummaryOptions};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(std::env::args().nth(1).ok_or("give a file")?)?;
    let mut start = 0;
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            ranges.push(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    let analyzer = Analyzer::new("en");
    let terms: Vec<Vec<String>> =
        ranges.iter().map(|range| analyzer.terms(&text[range.clone()]).collect()).collect();
    let mut object = serde_json::json!({ "terms": terms });
    for (name, method) in
        [("lexrank", Method::LexRank), ("textrank", Method::TextRank), ("lead", Method::Lead)]
    {
        let options = SummaryOptions { method, tolerance: 1e-14, ..SummaryOptions::default() };
        let damping = options.damping;
        let summarizer = Summarizer::new(options)?;
        let summary = summarizer.summarize(&text, &ranges)?;
        let weights = summarizer.weights(&text, &ranges)?;
        let weights: serde_json::Map<String, serde_json::Value> =
            weights.into_iter().map(|(term, weight)| (term, weight.into())).collect();
        object["damping"] = damping.into();
        object["idf"] = weights.into();
        object["scores"][name] = summarizer.scores(&text, &ranges)?.into();
        object["summaries"][name] = summary
            .sentences
            .iter()
            .map(|s| serde_json::json!([s.index, s.score, &text[s.range.clone()]]))
            .collect();
    }
    writeln!(std::io::stdout().lock(), "{object}")?;
    Ok(())
}
