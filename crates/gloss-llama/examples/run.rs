//! Runs a model for the scripts that compare it with llama.cpp.
//!
//! ```console
//! $ cargo run --release -p gloss-llama --example run -- FILE [speed THREADS | KERNELS]
//! ```
//!
//! Each line of the standard input is a JSON list of tokens, or a text. For a text the tokens are printed; for
//! tokens the logits of the next one, and 32 tokens that continue them greedily. With `speed`, tokens
//! per second of a prompt of 1,100 and of 128 that are generated: of one text for which all threads work, and of
//! a text for each thread, together.
#![allow(clippy::print_stdout)]

use std::io::BufRead;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use gloss_llama::{Kernels, Model, Request, Sampling, Session, Team};
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

fn speed(model: &Model, load: f64, threads: usize) -> Result<(), Box<dyn std::error::Error>> {
    let count = NonZero::new(threads).ok_or("no threads")?;
    let team = Arc::new(Team::new(count));
    let (prompt, generated) = rates(model, 1, &|| Session::with_team(Arc::clone(&team)))?;
    let (prompts_apart, generated_apart) = rates(model, threads, &Session::default)?;
    let result = json!({
        "load_seconds": load,
        "prompt_per_second": prompt,
        "generated_per_second": generated,
        "prompts_apart_per_second": prompts_apart,
        "generated_apart_per_second": generated_apart,
    });
    println!("{result}");
    Ok(())
}

/// Tokens per second of so many texts at once: read, and generated.
fn rates(
    model: &Model,
    texts: usize,
    session: &(dyn Fn() -> Session + Sync),
) -> Result<(f64, f64), gloss_llama::Error> {
    let ids: Vec<u32> = (0..1100).map(|at| 1000 + at * 37 % 20_000).collect();
    let seconds = |run: &(dyn Fn() -> Result<(), gloss_llama::Error> + Sync)| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..texts).map(|_| scope.spawn(run)).collect();
            threads.into_iter().try_for_each(|thread| thread.join().expect("a thread panicked"))
        })
        .map(|()| start.elapsed().as_secs_f64() / texts as f64)
    };
    let prompt = seconds(&|| session().read(model, &ids, 0, &mut || false).map(|_| ()))?;
    let short = |more| move || generate(model, &mut session(), &[5, 6, 7], more).map(|_| ());
    let (one, many) = (seconds(&short(1))?, seconds(&short(129))?);
    Ok((1100.0 / prompt, 128.0 / (many - one)))
}
