//! Words per second of each stage of a whole pipeline, of entities alone and of the whole; one thread.
//!
//! `GLOSS_SPACY_MODEL=folder GLOSS_SPACY_DOCUMENTS=documents.jsonl cargo bench -p gloss-spacy --features internals`
//!
//! Embedding is of words that are not in the cache, encoding of words that are.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use gloss_spacy::{Pipeline, Scratch, Settings, Stages};

fn pipeline(criterion: &mut Criterion) {
    let (Ok(model), Ok(documents)) =
        (std::env::var("GLOSS_SPACY_MODEL"), std::env::var("GLOSS_SPACY_DOCUMENTS"))
    else {
        criterion
            .bench_function("skipped: GLOSS_SPACY_MODEL or GLOSS_SPACY_DOCUMENTS not set", |_| {});
        return;
    };
    let load = |settings| Pipeline::load(model.as_ref(), &settings).expect("a model folder");
    let (entities, whole) = (load(Settings::entities_alone()), load(Settings::default()));
    let lines = std::fs::read_to_string(documents).expect("a file of JSON lines");
    let text = |line: &str| {
        let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
        document["text"].as_str().expect("text").to_owned()
    };
    let texts: Vec<String> = lines.lines().map(text).collect();
    let words = texts.iter().map(|text| text.split_whitespace().count() as u64).sum();
    let mut group = criterion.benchmark_group("words");
    group.throughput(Throughput::Elements(words)).sample_size(10);
    stages(&mut group, &whole, &texts);
    for (name, pipeline) in [("entities alone", &entities), ("whole pipeline", &whole)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut scratch = Scratch::new(pipeline);
                for text in &texts {
                    black_box(pipeline.analyze(text, &mut scratch).expect("an analysis"));
                }
            });
        });
    }
    group.finish();
}

fn stages(group: &mut BenchmarkGroup<'_, WallTime>, pipeline: &Pipeline, texts: &[String]) {
    group.bench_function("tokenizer", |bencher| {
        bencher.iter(|| {
            let mut scratch = Scratch::new(pipeline);
            for text in texts {
                black_box(pipeline.tokenize(text, &mut scratch).expect("tokens"));
            }
        });
    });
    let mut stages = Stages::new(pipeline, texts).expect("vectors");
    group.bench_function("embedding", |bencher| bencher.iter(|| stages.embed()));
    stages.encode();
    group.bench_function("encoding", |bencher| bencher.iter(|| stages.encode()));
    group.bench_function("parser", |bencher| bencher.iter(|| stages.parse().expect("arcs")));
    group.bench_function("recogniser", |bencher| {
        bencher.iter(|| stages.recognize().expect("entities"));
    });
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
