//! Runs a model for the scripts that compare it with llama.cpp.
//!
//! ```console
//! $ cargo run --release -p gloss-llama --example run -- FILE [speed | KERNELS]
//! ```
//!
//! Each line of the standard input is a JSON list of tokens, or a text. For a text the tokens are printed; for
//! tokens the logits of the next one, and 32 tokens that continue them greedily. With `speed`, seconds for a
//! prompt of 1,100 tokens and for 128 that are generated behind 32.
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
        return speed(&model, start.elapsed().as_secs_f64());
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

fn speed(model: &Model, load: f64) -> Result<(), Box<dyn std::error::Error>> {
    let ids: Vec<u32> = (0..1100).map(|at| 1000 + at * 37 % 20_000).collect();
    let start = Instant::now();
    Session::default().read(model, &ids, 0, &mut || false)?;
    let prompt = start.elapsed().as_secs_f64();
    let mut session = Session::default();
    session.read(model, &ids[..32], 128, &mut || false)?;
    let start = Instant::now();
    let tokens = generate(model, &mut session, &ids[..32], 128)?.len();
    let each = start.elapsed().as_secs_f64() / tokens as f64;
    println!(
        "{}",
        json!({ "load_seconds": load, "prompt_seconds": prompt, "per_second": 1.0 / each })
    );
    Ok(())
}
