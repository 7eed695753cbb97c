//! Measures the comparison of two long texts, each also against the other as its source.
//!
//! ```console
//! $ cargo run --release -p gloss-compare --example text_speed -- LEFT.txt RIGHT.txt [--gold] [--sentences]
//! ```
//!
//! With `--gold` the left one is the gold, so chrF is computed; with `--sentences` every stretch of 20 words is
//! a sentence, so that ROUGE-Lsum has many. Prints one line of JSON: words, seconds, the peak of memory in
//! MiB, what is known of the texts, and what is warned of.

use std::error::Error;
use std::io::{Write, stdout};
use std::time::Instant;

use gloss_compare::align::{AlignOptions, align};
use gloss_compare::compare::{Options, compare};
use gloss_compare::{Text, Variant, VariantDocument};
use serde_json::json;

/// Words of a made-up sentence.
const SENTENCE: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (flags, paths): (Vec<&String>, Vec<&String>) =
        arguments.iter().partition(|word| word.starts_with("--"));
    let has = |name: &str| flags.iter().any(|flag| *flag == name);
    let [left, right] = paths.as_slice() else { return Err("give two files".into()) };
    let texts = [std::fs::read_to_string(left)?, std::fs::read_to_string(right)?];
    let variant = |name: &str, text: &String| {
        let sentences = if has("--sentences") { sentences(text) } else { Vec::new() };
        let text = Text { target: None, text: text.clone(), sentences };
        let document = VariantDocument {
            id: "1".into(),
            text: Some(texts[0].as_str().into()),
            texts: vec![text],
            ..VariantDocument::default()
        };
        Variant { name: name.into(), labels: Vec::new(), documents: vec![document] }
    };
    let variants = vec![variant("left", &texts[0]), variant("right", &texts[1])];
    let options =
        Options { gold: has("--gold").then(|| "left".into()), threads: 1, ..Options::default() };
    let (corpus, alignment) = align(variants, &AlignOptions::default())?;
    let start = Instant::now();
    let comparison = compare(&corpus, alignment, &options)?;
    let seconds = start.elapsed().as_secs_f64();
    let found = comparison.texts.ok_or("there are no texts")?;
    let known = found.pairs[0].measures.iter().chain(&found.profiles[1].measures);
    let known: serde_json::Map<String, serde_json::Value> = known
        .map(|measure| (json!(measure.metric).to_string(), json!(measure.estimate.value)))
        .collect();
    let warnings: Vec<_> = comparison.warnings.iter().map(|warning| &warning.message).collect();
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak.lines().find_map(|line| line.strip_prefix("VmHWM:")).map(str::trim);
    let line = json!({ "seconds": seconds, "peak": peak, "known": known, "warnings": warnings });
    writeln!(stdout(), "{line}")?;
    Ok(())
}

/// Stretches of so many words, from one white space to another.
fn sentences(text: &str) -> Vec<(u32, u32)> {
    let spaces: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    let ends: Vec<usize> = spaces.into_iter().skip(SENTENCE).step_by(SENTENCE).collect();
    let begins = std::iter::once(0).chain(ends.iter().copied());
    let ends = ends.iter().copied().chain([text.len()]);
    begins.zip(ends).filter(|(begin, end)| begin < end).map(|(a, b)| (a as u32, b as u32)).collect()
}
