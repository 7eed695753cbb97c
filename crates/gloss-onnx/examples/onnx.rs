//! Prints what a model gives, for comparison with other implementations, or how long it takes.
//!
//! ```console
//! $ cargo run --release -p gloss-onnx --example onnx -- FOLDER [f32|int8] [dump|speed]
//! ```
//!
//! Each line of the standard input is a text as a JSON string, or a list of two texts. For each a line is
//! printed: an object with the numbers of the model's output and how many windows there were. With `speed`, each
//! line is a JSON list of texts instead, and what is printed is the seconds in which they became vectors.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::time::Instant;

use gloss_encoder::{Precision, Settings, Task, Worker};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name the folder of a model")?;
    let mut settings = Settings::default();
    if arguments.get(1).is_some_and(|name| name == "int8") {
        settings.precision = Precision::Int8;
    }
    let speed = arguments.get(2).is_some_and(|name| name == "speed");
    let model = gloss_onnx::load(Path::new(folder), &settings)?;
    let mut worker = model.worker();
    for line in stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let found = if speed { seconds(&mut worker, &line)? } else { numbers(&mut worker, &line)? };
        println!("{found}");
        stdout().flush()?;
    }
    Ok(())
}

fn seconds(worker: &mut Worker, texts: &Value) -> Result<Value, Box<dyn std::error::Error>> {
    let texts = texts.as_array().ok_or("no list of texts")?;
    let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
    let start = Instant::now();
    worker.embed(&texts)?;
    Ok(json!(start.elapsed().as_secs_f64()))
}

fn numbers(worker: &mut Worker, texts: &Value) -> Result<Value, Box<dyn std::error::Error>> {
    let (first, second) = match texts {
        Value::String(text) => (text.as_str(), None),
        texts => (texts[0].as_str().ok_or("no text")?, texts[1].as_str()),
    };
    let (numbers, windows) = match worker.model().task() {
        Task::Embedding => {
            let found = worker.embed_unless(&[first], &|| false)?.remove(0);
            (found.vector, found.windows)
        }
        Task::SequenceClassification => {
            let found = worker.classify(&[(first, second)])?.remove(0);
            (found.logits, found.windows)
        }
        Task::TokenClassification => {
            let found = worker.classify_tokens(&[first])?.remove(0);
            (found.logits, found.windows)
        }
    };
    Ok(json!({ "numbers": numbers, "windows": windows }))
}
