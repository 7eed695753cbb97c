//! Words per second of the tokenizer, of entities alone and of the whole pipeline, one thread.
//!
//! `GLOSS_SPACY_MODEL=folder GLOSS_SPACY_DOCUMENTS=documents.jsonl cargo bench -p gloss-spacy`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gloss_spacy::{Pipeline, Scratch, Settings};

fn pipeline(criterion: &mut Criterion) {
    let (Ok(model), Ok(documents)) =
        (std::env::var("GLOSS_SPACY_MODEL"), std::env::var("GLOSS_SPACY_DOCUMENTS"))
    else {
        criterion
            .bench_function("skipped: GLOSS_SPACY_MODEL or GLOSS_SPACY_DOCUMENTS not set", |_| {});
        return;
    };
    let load = |settings| Pipeline::load(model.as_ref(), &settings).expect("a model folder");
    let (pipeline, whole) = (load(Settings::entities_alone()), load(Settings::default()));
    let lines = std::fs::read_to_string(documents).expect("a file of JSON lines");
    let text = |line: &str| {
        let document: serde_json::Value = serde_json::from_str(line).expect("JSON");
        document["text"].as_str().expect("text").to_owned()
    };
    let texts: Vec<String> = lines.lines().map(text).collect();
    let words = texts.iter().map(|text| text.split_whitespace().count() as u64).sum();
    let mut scratch = Scratch::new(&pipeline);
    let mut group = criterion.benchmark_group("words");
    group.throughput(Throughput::Elements(words)).sample_size(10);
    group.bench_function("tokenize", |bencher| {
        bencher.iter(|| {
            texts
                .iter()
                .map(|t| pipeline.tokenize(t, &mut scratch).expect("tokens").len())
                .sum::<usize>()
        });
    });
    for (name, pipeline) in [("entities", &pipeline), ("whole pipeline", &whole)] {
        let mut scratch = Scratch::new(pipeline);
        let mut count = |text: &String| {
            let analysis = pipeline.analyze(text, &mut scratch).expect("an analysis");
            analysis.tokens().len() + analysis.entities().count()
        };
        group.bench_function(name, |bencher| {
            bencher.iter(|| texts.iter().map(&mut count).sum::<usize>());
        });
    }
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
