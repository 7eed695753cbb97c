//! How fast texts are read: `cargo run --release -p gloss-dates --example throughput -- FILES`.
//!
//! Repeats the texts up to 20 MB, as documents of their own, and prints the best of five runs.

#![allow(clippy::print_stdout)]

use std::time::Instant;

use gloss_dates::Dates;
use gloss_doc::Document;
use gloss_plugin::harness::Harness;
use serde_json::json;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let texts: Result<Vec<String>, _> =
        std::env::args().skip(1).map(std::fs::read_to_string).collect();
    let texts = texts?;
    let bytes: usize = texts.iter().map(String::len).sum();
    if bytes == 0 {
        return Err("name files with text".into());
    }
    let harness = Harness::<Dates>::new(json!({})).map_err(|failure| failure.to_string())?;
    let times = 20_000_000_usize.div_ceil(bytes);
    let mut best = f64::INFINITY;
    let mut found = 0;
    for _ in 0..5 {
        let begin = Instant::now();
        found = 0;
        for text in texts.iter().cycle().take(times * texts.len()) {
            let mut document = Document { text: text.clone(), ..Document::default() };
            document.metadata.insert("date".to_owned(), "2026-01-11".into());
            let document = harness.run_document(document).map_err(|failure| failure.to_string())?;
            found += document.layers[0].annotations.len();
        }
        best = best.min(begin.elapsed().as_secs_f64());
    }
    let megabytes = (bytes * times) as f64 / 1e6;
    println!("{:.1} MB/s ({megabytes:.1} MB, {found} expressions)", megabytes / best);
    Ok(())
}
