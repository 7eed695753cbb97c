//! Measures how fast a model turns sentences to vectors, tokenization included.
//!
//! ```console
//! $ cargo run --release -p gloss-encoder --example speed -- FOLDER [f32|int8] [THREADS] [KERNELS]
//! ```
//!
//! The first line of the standard input is a JSON list of texts. For each further line the texts are turned
//! to vectors, and the seconds that it took are printed, so that a caller can measure others in between.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use gloss_encoder::{Kernels, Model, Precision, Settings};

/// Texts that a worker gets at a time.
const BATCH: usize = 32;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name the folder of a model")?;
    let mut settings = Settings::default();
    if arguments.get(1).is_some_and(|name| name == "int8") {
        settings.precision = Precision::Int8;
    }
    let threads = arguments.get(2).map_or(Ok(1), |count| count.parse())?;
    if let Some(name) = arguments.get(3) {
        settings.kernels = Kernels::named(name).ok_or("this processor has no such kernels")?;
    }
    let start = Instant::now();
    let model = Model::load(Path::new(folder), &settings)?;
    let load = start.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "load_seconds": load }));
    let mut lines = stdin().lock().lines();
    let texts: Vec<String> = serde_json::from_str(&lines.next().ok_or("no texts")??)?;
    for line in lines {
        line?;
        let start = Instant::now();
        run(&model, &texts, threads)?;
        println!("{}", start.elapsed().as_secs_f64());
        stdout().flush()?;
    }
    Ok(())
}

/// Each thread takes every so-manieth batch.
fn run(model: &Model, texts: &[String], threads: usize) -> Result<(), gloss_encoder::Error> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads)
            .map(|first| {
                scope.spawn(move || {
                    let mut worker = model.worker();
                    for batch in texts.chunks(BATCH).skip(first).step_by(threads) {
                        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
                        worker.embed(&batch)?;
                    }
                    Ok(())
                })
            })
            .collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("a thread panicked"))
    })
}
