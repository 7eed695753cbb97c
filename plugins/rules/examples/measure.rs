//! Runs the extractor's matcher over a file and prints what it took, for `parity/compare.py`.
//!
//!     measure GAZETTEER.csv TEXT.txt OPTIONS.json SPANS.tsv
//!
//! Writes `start`, `end` (bytes) and the entry's number of each match, and prints JSON: seconds to
//! build and to search, bytes of the automaton, peak memory in KiB (Linux).

// A program for developers: what fails may fail loudly.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;
use std::io::Write;
use std::time::Instant;

use gloss_plugin::ResolvedFile;
use gloss_rules::measuring::{Options, Prepared};

fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, gazetteer, text, options, spans] = arguments.as_slice() else {
        panic!("measure GAZETTEER TEXT OPTIONS SPANS");
    };
    let text = fs::read_to_string(text).unwrap();
    let options: Options = serde_json::from_str(&fs::read_to_string(options).unwrap()).unwrap();
    let file =
        ResolvedFile { name: gazetteer.clone(), path: gazetteer.into(), digest: String::new() };
    let before = peak();
    let start = Instant::now();
    let prepared = Prepared::new(&options, file).unwrap();
    let build = start.elapsed().as_secs_f64();
    let built = peak();
    let mut search = f64::INFINITY;
    let mut found = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        found = prepared.find(&text).unwrap();
        search = search.min(start.elapsed().as_secs_f64());
    }
    let mut out = std::io::BufWriter::new(fs::File::create(spans).unwrap());
    for (start, end, entry) in &found {
        writeln!(out, "{start}\t{end}\t{entry}").unwrap();
    }
    let json = serde_json::json!({
        "build": build, "search": search, "automaton": prepared.memory(), "matches": found.len(),
        "peak_kib": peak(), "built_kib": built - before,
    });
    println!("{json}");
}
