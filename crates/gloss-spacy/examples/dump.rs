//! Reads JSON lines `{"text": ...}` from standard input and writes, for each, what the pipeline finds,
//! with offsets in code points.
//!
//! `cargo run --release --example dump -- MODEL_FOLDER [all|entities|senter|none] [KERNELS] < documents.jsonl`
//!
//! The word after the folder says what runs: the whole pipeline (the default), the entity recogniser alone,
//! the senter in place of the parser, or neither of the two. `KERNELS` is the name of the instructions to
//! compute with, by default the fastest that there are.

use std::io::{BufRead, Write};

use gloss_spacy::{Analysis, Kernels, ModelInfo, Pipeline, Scratch, Sentences, Settings};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let dir = arguments.next().ok_or("usage: dump MODEL_FOLDER [all|entities|senter|none]")?;
    let mut settings = match arguments.next().as_deref() {
        None | Some("all") => Settings::default(),
        Some("entities") => Settings::entities_alone(),
        Some("senter") => Settings { sentences: Sentences::Senter, ..Settings::default() },
        Some("none") => Settings { sentences: Sentences::None, ..Settings::default() },
        Some(other) => return Err(format!("unknown: {other}").into()),
    };
    if let Some(name) = arguments.next() {
        settings.kernels = Kernels::named(&name).ok_or("this processor has no such kernels")?;
    }
    let available = ModelInfo::read(dir.as_ref(), &settings)?.available;
    settings.parts = settings.parts.intersection(available);
    let pipeline = Pipeline::load(dir.as_ref(), &settings)?;
    let mut scratch = Scratch::new(&pipeline);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let document: Value = serde_json::from_str(&line?)?;
        let text = document["text"].as_str().ok_or("a line without \"text\"")?;
        let analysis = pipeline.analyze(text, &mut scratch)?;
        writeln!(out, "{}", describe(&pipeline, text, &analysis))?;
    }
    Ok(())
}

fn describe(pipeline: &Pipeline, text: &str, analysis: &Analysis<'_>) -> Value {
    let mut points = vec![0; text.len() + 1];
    let mut count = 0;
    for (at, c) in text.char_indices() {
        points[at] = count;
        count += 1;
        points[at + c.len_utf8()] = count;
    }
    let tokens = analysis.tokens();
    let each = |value: &dyn Fn(usize) -> Value| (0..tokens.len()).map(value).collect::<Vec<_>>();
    let entity = |e: gloss_spacy::Entity| {
        json!([points[e.start], points[e.end], pipeline.labels()[e.label], e.margin])
    };
    let range = |range: std::ops::Range<usize>| json!([range.start, range.end]);
    let label = |at| analysis.label(at).map(|label| pipeline.dependency_labels()[label].as_str());
    json!({
        "tokens": each(&|at| {
            let token = &tokens[at];
            json!([points[token.start], points[token.end], token.spacy])
        }),
        "tag": each(&|at| json!(analysis.tag(at))),
        "pos": each(&|at| json!(analysis.pos(at))),
        "morph": each(&|at| json!(analysis.morph(at))),
        "lemma": each(&|at| json!(analysis.lemma(at))),
        "head": each(&|at| json!(analysis.head(at))),
        "dep": each(&|at| json!(label(at))),
        "sentences": analysis.sentences().map(range).collect::<Vec<_>>(),
        "noun_chunks": analysis.noun_chunks().map(range).collect::<Vec<_>>(),
        "entities": analysis.entities().map(entity).collect::<Vec<_>>(),
    })
}
