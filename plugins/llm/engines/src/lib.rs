//! How each engine is measured: one prompt, and what follows it greedily.
//!
//! A program is called with a file of the model, the number of threads and a file with a JSON list of tokens, and
//! prints a JSON object.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

/// Anything that goes wrong.
pub type Error = Box<dyn std::error::Error>;

/// Tokens that are generated after the first, whose time is the prompt's.
const GENERATED: usize = 128;

/// An engine with a model.
pub trait Engine: Sized {
    /// Loads a model, to be run by so many threads.
    fn load(file: &Path, threads: usize) -> Result<Self, Error>;

    /// Forgets what was read.
    fn forget(&mut self) -> Result<(), Error>;

    /// Reads on, and gives the likeliest next token.
    fn read(&mut self, ids: &[u32]) -> Result<u32, Error>;
}

/// Measures, and prints what was found.
pub fn measure<E: Engine>() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, threads, prompt] = arguments.as_slice() else {
        return Err("arguments: MODEL THREADS PROMPT".into());
    };
    let prompt: Vec<u32> = serde_json::from_str(&std::fs::read_to_string(prompt)?)?;
    let start = Instant::now();
    let mut engine = E::load(Path::new(file), threads.parse()?)?;
    let load = start.elapsed().as_secs_f64();

    // Pages of the file are touched, threads started and buffers made.
    let warm = &prompt[..prompt.len().min(16)];
    let next = engine.read(warm)?;
    engine.read(&[next])?;
    engine.forget()?;

    let start = Instant::now();
    let mut tokens = vec![engine.read(&prompt)?];
    let read = start.elapsed().as_secs_f64();
    let start = Instant::now();
    for at in 0..GENERATED {
        tokens.push(engine.read(&tokens[at..])?);
    }
    let generated = start.elapsed().as_secs_f64();
    let result = json!({
        "load_seconds": load,
        "prompt_per_second": prompt.len() as f64 / read,
        "generated_per_second": GENERATED as f64 / generated,
        "peak_mebibytes": peak_mebibytes()?,
        "tokens": tokens,
    });
    println!("{result}");
    Ok(())
}

/// The token with the highest logit, the first among equals.
pub fn likeliest(logits: &[f32]) -> Result<u32, Error> {
    let better = |best: usize, at: usize| if logits[at] > logits[best] { at } else { best };
    let best = (0..logits.len()).reduce(better).ok_or("no logits")?;
    Ok(u32::try_from(best)?)
}

/// The most memory that the process had at once, pages of mapped files with it (Linux: `VmHWM`).
fn peak_mebibytes() -> Result<u64, Error> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = peak.and_then(|rest| rest.split_whitespace().next()).ok_or("no VmHWM")?;
    Ok(kibibytes.parse::<u64>()? / 1024)
}
