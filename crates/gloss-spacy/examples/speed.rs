//! Times the pipeline over the documents of standard input, JSON lines `{"text": ...}`.
//!
//! `cargo run --release --example speed -- MODEL_FOLDER [all|entities] [THREADS] [PASSES] [KERNELS]`
//!
//! Writes a JSON line for each pass. Every pass begins with empty caches, and its time holds all that is
//! done for a text, from the tokenizer on; reading the documents is not in it.

use std::io::{Read, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use gloss_spacy::{Kernels, Pipeline, Scratch, Settings};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize, default| arguments.get(at).map_or(default, String::as_str);
    let mut settings = match argument(1, "entities") {
        "all" => Settings::default(),
        "entities" => Settings::entities_alone(),
        other => return Err(format!("unknown: {other}").into()),
    };
    if let Some(name) = arguments.get(4) {
        settings.kernels = Kernels::named(name).ok_or("this processor has no such kernels")?;
    }
    let start = Instant::now();
    let pipeline = Pipeline::load(argument(0, "").as_ref(), &settings)?;
    let load = start.elapsed().as_secs_f64();
    let mut lines = String::new();
    std::io::stdin().lock().read_to_string(&mut lines)?;
    let texts = lines.lines().map(text).collect::<Result<Vec<_>, _>>()?;
    let words: usize = texts.iter().map(|text| text.split_whitespace().count()).sum();
    let threads: usize = argument(2, "1").parse()?;
    for _ in 0..argument(3, "3").parse()? {
        let start = Instant::now();
        let tokens = pass(&pipeline, &texts, threads)?;
        let seconds = start.elapsed().as_secs_f64();
        let kernels = format!("{:?}", settings.kernels);
        let line = json!({
            "words": words, "tokens": tokens, "seconds": seconds, "words_per_second": words as f64 / seconds,
            "load_seconds": load, "threads": threads, "kernels": kernels,
        });
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(())
}

fn text(line: &str) -> Result<String, Failure> {
    let document: Value = serde_json::from_str(line)?;
    Ok(document["text"].as_str().ok_or("a line without \"text\"")?.to_owned())
}

/// Analyses every document once; gives the number of tokens.
fn pass(pipeline: &Pipeline, texts: &[String], threads: usize) -> Result<usize, Failure> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<usize, gloss_spacy::Error> {
        let mut scratch = Scratch::new(pipeline);
        let mut tokens = 0;
        while let Some(text) = texts.get(next.fetch_add(1, Ordering::Relaxed)) {
            tokens += pipeline.analyze(text, &mut scratch)?.tokens().len();
        }
        Ok(tokens)
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut tokens = 0;
        for worker in workers {
            tokens += worker.join().map_err(|_| "a worker panicked")??;
        }
        Ok(tokens)
    })
}
