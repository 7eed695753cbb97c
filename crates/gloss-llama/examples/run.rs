//! Runs a model for the scripts that compare it with llama.cpp.
//!
//! ```console
//! $ cargo run --release -p gloss-llama --example run -- FILE [speed THREADS | KERNELS]
//! ```
//!
//! Each line of the standard input is a JSON list of tokens, or a text. For a text the tokens are printed; for
//! tokens the logits of the next one, and 32 tokens that continue them greedily. With `speed`, tokens
//! per second of a prompt of 1,100 and of 128 that are generated, in all threads together.
#![allow(clippy::print_stdout)]

use std::io::BufRead;
use std::path::Path;
use std::time::Instant;

use gloss_llama::{Kernels, Model, Request, Sampling, Session};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let file = Path::new(arguments.first().ok_or("name a GGUF file")?);
    let mode = arguments.get(1).map_or("", String::as_str);
    let kernels = Kernels::named(mode).unwrap_or_default();
    let start = Instant::now();
    let model = Model::load_with(file, kernels)?;
    if mode == "speed" {
        let threads = arguments.get(2).map_or(Ok(1), |count| count.parse())?;
        return speed(&model, start.elapsed().as_secs_f64(), threads);
    }
    for line in std::io::stdin().lock().lines() {
        match serde_json::from_str(&line?)? {
            Value::String(text) => println!("{}", json!(model.tokenizer().encode(&text)?)),
            ids => {
                let ids: Vec<u32> = serde_json::from_value(ids)?;
                let mut session = Session::default();
                let logits = session.read(&model, &ids, 32, &mut || false)?.to_vec();
                let next = generate(&model, &mut session, &ids, 32)?;
                println!("{}", json!({ "logits": logits, "next": next }));
            }
        }
    }
    Ok(())
}

fn generate(
    model: &Model,
    session: &mut Session,
    prompt: &[u32],
    max_tokens: usize,
) -> Result<Vec<u32>, gloss_llama::Error> {
    let sampling = Sampling::default();
    let request = Request { prompt, max_tokens, sampling: &sampling, schema: None };
    Ok(model.generate(session, request, &mut || false)?.tokens)
}

/// Each thread has a text of its own.
fn speed(model: &Model, load: f64, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let ids: Vec<u32> = (0..1100).map(|at| 1000 + at * 37 % 20_000).collect();
    let seconds = |run: &(dyn Fn() -> Result<(), gloss_llama::Error> + Sync)| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("a thread panicked"))
        })
        .map(|()| start.elapsed().as_secs_f64() / threads as f64)
    };
    let prompt = seconds(&|| {
        Session::default().read(model, &ids, 0, &mut || false)?;
        Ok(())
    })?;
    let short = |more| {
        move || {
            let mut session = Session::default();
            generate(model, &mut session, &[5, 6, 7], more).map(|_| ())
        }
    };
    let (one, many) = (seconds(&short(1))?, seconds(&short(129))?);
    let result = json!({
        "load_seconds": load,
        "prompt_per_second": 1100.0 / prompt,
        "generated_per_second": 128.0 / (many - one),
    });
    println!("{result}");
    Ok(())
}
