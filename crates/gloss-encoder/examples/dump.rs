//! Prints what a model gives, for comparison with other implementations.
//!
//! ```console
//! $ cargo run --release -p gloss-encoder --example dump -- FOLDER [f32|int8] [KERNELS]
//! ```
//!
//! Each line of the standard input is a text as a JSON string, or a list of two texts. For each a line is
//! printed: an object with the numbers that the model's head gives (a vector, scores of classes, or scores of
//! classes for each token), and how many windows there were.
#![allow(clippy::print_stdout)]

use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;

use gloss_encoder::{Kernels, Model, Precision, Settings, Task};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().ok_or("name the folder of a model")?;
    let mut settings = Settings::default();
    if arguments.get(1).is_some_and(|name| name == "int8") {
        settings.precision = Precision::Int8;
    }
    if let Some(name) = arguments.get(2) {
        settings.kernels = Kernels::named(name).ok_or("this processor has no such kernels")?;
    }
    let model = Model::load(Path::new(folder), &settings)?;
    let mut worker = model.worker();
    let mut out = stdout().lock();
    for line in stdin().lock().lines() {
        let texts: Value = serde_json::from_str(&line?)?;
        let (first, second) = match &texts {
            Value::String(text) => (text.as_str(), None),
            texts => (texts[0].as_str().ok_or("no text")?, texts[1].as_str()),
        };
        let found = match model.task() {
            Task::Embedding => {
                let found = &worker.embed_unless(&[first], &|| false)?[0];
                json!({ "numbers": found.vector, "windows": found.windows })
            }
            Task::SequenceClassification => {
                let found = &worker.classify(&[(first, second)])?[0];
                json!({ "numbers": found.logits, "windows": found.windows })
            }
            Task::TokenClassification => {
                let found = &worker.classify_tokens(&[first])?[0];
                json!({
                    "numbers": found.logits, "windows": found.windows, "ids": found.tokens.ids,
                    "starts": found.tokens.offsets.iter().map(|o| o.start).collect::<Vec<_>>(),
                })
            }
        };
        writeln!(out, "{found}")?;
    }
    Ok(())
}
