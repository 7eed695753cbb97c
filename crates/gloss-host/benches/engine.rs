//! Documents per second through the engine, with extractors that do next to nothing:
//! `cargo build --release -p gloss-unruly && cargo bench -p gloss-host`.

#![allow(missing_docs)]

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use gloss_doc::Document;
use gloss_host::{
    Catalogue, Control, Input, IsolationOptions, Outcome, Pipeline, PipelineFile, RunOptions,
    SearchPath,
};

const DOCUMENTS: usize = 10_000;
const BYTES: usize = 2048;

/// The library beside the benchmark: target/release/deps/THIS, target/release/LIBRARY.
fn library() -> PathBuf {
    let this = std::env::current_exe().expect("the benchmark's own path");
    let folder = this.parent().and_then(Path::parent).expect("target/PROFILE");
    folder.join(format!("{DLL_PREFIX}gloss_unruly{DLL_SUFFIX}"))
}

fn pipeline(library: &Path, stages: &[&str], threads: usize) -> Pipeline {
    let stage =
        |(i, name): (usize, &&str)| format!("[[stage]]\nid = \"s{i}\"\nextractor = \"{name}\"\n");
    let text: String = stages.iter().enumerate().map(stage).collect();
    let file = PipelineFile::parse(Path::new("bench.toml"), text).expect("a pipeline");
    let catalogue = Catalogue::search(&[SearchPath::File(library.to_owned())]);
    let no_models = |name: &str| Err((format!("no model {name}"), None));
    let isolation = IsolationOptions::default();
    let mut pipeline =
        Pipeline::plan(file, &catalogue, &no_models, &isolation).expect("a planned pipeline");
    pipeline.load(threads).expect("a loaded pipeline");
    pipeline
}

fn documents() -> Vec<Input> {
    let text = "Ms. Smith paid $3 million in Paris. ".repeat(BYTES / 36);
    let document =
        |i: usize| Document { id: i.to_string(), text: text.clone(), ..Document::default() };
    (0..DOCUMENTS).map(|i| Ok(document(i))).collect()
}

fn engine(criterion: &mut Criterion) {
    let library = library();
    if !library.exists() {
        criterion.bench_function("skipped: cargo build --release -p gloss-unruly", |_| {});
        return;
    }
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(DOCUMENTS as u64)).sample_size(10);
    for (name, stages) in
        [("no-op", ["no-op"].as_slice()), ("four no-ops", &["no-op"; 4]), ("74 spans", &["spans"])]
    {
        for threads in [1, 2] {
            let pipeline = pipeline(&library, stages, threads);
            let options = RunOptions { threads, ..RunOptions::default() };
            group.bench_function(format!("{name}, {threads} threads"), |bencher| {
                bencher.iter_batched(
                    documents,
                    |documents| {
                        let mut annotated = 0;
                        let count = |outcome| {
                            annotated += usize::from(matches!(outcome, Outcome::Annotated(_)));
                            Ok::<(), gloss_host::Error>(())
                        };
                        let control = Control::default();
                        let run = pipeline.run(documents.into_iter(), &options, &control, count);
                        assert!(run.is_ok() && annotated == DOCUMENTS);
                    },
                    BatchSize::LargeInput,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, engine);
criterion_main!(benches);
