//! How long a pipeline takes to load, in milliseconds: the first time in this process, and the median of
//! twenty more.
//!
//! `cargo run --release --example load -- MODEL_FOLDER ...`

use std::io::Write;
use std::time::Instant;

use gloss_spacy::{ModelInfo, Pipeline, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    if folders.is_empty() {
        return Err("usage: load MODEL_FOLDER ...".into());
    }
    for folder in &folders {
        let mut whole = Settings::default();
        whole.parts = whole.parts.intersection(ModelInfo::read(folder.as_ref(), &whole)?.available);
        for (name, settings) in [("entities", Settings::entities_alone()), ("whole", whole)] {
            let mut times = Vec::new();
            for _ in 0..21 {
                let start = Instant::now();
                let pipeline = Pipeline::load(folder.as_ref(), &settings)?;
                times.push(start.elapsed().as_secs_f64() * 1e3);
                drop(pipeline);
            }
            let first = times.remove(0);
            times.sort_by(f64::total_cmp);
            let (best, median) = (times[0], times[times.len() / 2]);
            let mut out = std::io::stdout();
            writeln!(out, "{folder} {name}: first {first:.1}, best {best:.1}, median {median:.1}")?;
        }
    }
    Ok(())
}
