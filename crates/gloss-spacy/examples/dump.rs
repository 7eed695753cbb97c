//! Reads JSON lines `{"text": ...}` from standard input and writes, for each, tokens and entities with
//! offsets in code points: `{"tokens": [[start, end, spacy]], "entities": [[start, end, label, margin]]}`.
//!
//! `cargo run --release --example dump -- MODEL_FOLDER < documents.jsonl`

use std::io::{BufRead, Write};

use gloss_spacy::{Pipeline, Scratch};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args().nth(1).ok_or("usage: dump MODEL_FOLDER < documents.jsonl")?;
    let pipeline = Pipeline::load(dir.as_ref())?;
    let mut scratch = Scratch::new(&pipeline);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let document: Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().ok_or("a line without \"text\"")?;
        let mut points = vec![0; text.len() + 1];
        let mut count = 0;
        for (at, c) in text.char_indices() {
            points[at] = count;
            count += 1;
            points[at + c.len_utf8()] = count;
        }
        let tokens = pipeline.tokenize(text, &mut scratch)?;
        let tokens: Vec<Value> =
            tokens.iter().map(|t| json!([points[t.start], points[t.end], t.spacy])).collect();
        let entities = pipeline.entities(text, &mut scratch)?;
        let entity = |e: &gloss_spacy::Entity| {
            json!([points[e.start], points[e.end], pipeline.labels()[e.label], e.margin])
        };
        let entities: Vec<Value> = entities.iter().map(entity).collect();
        writeln!(out, "{}", json!({ "tokens": tokens, "entities": entities }))?;
    }
    Ok(())
}
