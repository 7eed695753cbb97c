//! Vectors of sentences by rust-bert and by this project's own encoder: how far apart they are, and how fast each is.
//!
//! `beside_encoder MODEL SENTENCES [THREADS]`: the folder of a model for embeddings, and a file with a sentence in
//! each line. Prints the largest difference of two numbers, then sentences per second, the best of three rounds of
//! both in turns. Fails where a difference is above 1e-4.

#![allow(clippy::print_stdout)]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use gloss_encoder::{Model, Settings, Task};
use gloss_rust_bert::Torch;
use gloss_transformers::{Engine, Native};

const ROUNDS: usize = 3;
const ALLOWED: f32 = 1e-4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, sentences, rest @ ..] = arguments.as_slice() else {
        return Err("usage: beside_encoder MODEL SENTENCES [THREADS]".into());
    };
    let threads = rest.first().map_or(Ok(1), |threads| threads.parse())?;
    let text = std::fs::read_to_string(sentences)?;
    let sentences: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let folder = Path::new(folder);
    let ours = Native::load(folder, Task::Embedding, &Settings::default(), threads)?;
    let theirs = Torch::load(folder, Task::Embedding, &Settings::default(), threads)?;
    let (mut best, mut most) = ([f64::INFINITY; 2], 0.0_f32);
    for _ in 0..ROUNDS {
        let (expected, took) = embed(&ours, &sentences)?;
        best[0] = best[0].min(took);
        let (found, took) = embed(&theirs, &sentences)?;
        best[1] = best[1].min(took);
        for (a, b) in expected.iter().flatten().zip(found.iter().flatten()) {
            most = most.max((a - b).abs());
        }
    }
    let rate = |took: f64| sentences.len() as f64 / took;
    println!("{} sentences: largest difference {most:.1e}", sentences.len());
    println!("sentences/s: the encoder {:.0}, rust-bert {:.0}", rate(best[0]), rate(best[1]));
    if most > ALLOWED || most.is_nan() { Err("they differ".into()) } else { Ok(()) }
}

/// Vectors, and the seconds that they took.
type Embedded = (Vec<Vec<f32>>, f64);

/// Vectors, and how many seconds they took.
fn embed(model: &Model, sentences: &[&str]) -> Result<Embedded, Box<dyn Error>> {
    let mut worker = model.worker();
    let begun = Instant::now();
    let found = worker.embed(sentences)?;
    let took = begun.elapsed().as_secs_f64();
    Ok((found, took))
}
