//! What a batch costs that crosses to a child process and back: 32 documents of 2 KB with 74 spans
//! each, against the same extractor in this process.
//!
//! Needs the plugin for tests and `gloss-worker`: `cargo build --release --workspace` first.

use std::hint::black_box;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gloss_boundary::{DocumentView, Failure};
use gloss_host::{Catalogue, SearchPath};
use gloss_process::{Limits, Program, RemoteExtractor, Runtime};
use gloss_protocol::{LoadRequest, PlanRequest};

const DOCUMENTS: usize = 32;

/// The folder of the build: `target/release`.
fn build_folder() -> PathBuf {
    let bench = std::env::current_exe().expect("the bench's own path");
    bench.ancestors().nth(2).expect("target/release/deps/BENCH").to_owned()
}

fn process(criterion: &mut Criterion) -> Result<(), Failure> {
    let folder = build_folder();
    let library =
        format!("{}gloss_unruly{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let plugin = folder.join(library);
    let request = PlanRequest { options: serde_json::json!({}), ..PlanRequest::default() };
    let load = LoadRequest {
        options: request.options.clone(),
        wanted: vec![true],
        threads: 1,
        ..LoadRequest::default()
    };
    let text = "The quick brown fox jumps over the lazy dog again. ".repeat(40);
    let ids: Vec<String> = (0..DOCUMENTS).map(|i| format!("document-{i}")).collect();
    let views: Vec<DocumentView<'_>> = ids
        .iter()
        .map(|id| DocumentView { id, text: &text, metadata: Vec::new(), inputs: Vec::new() })
        .collect();
    let cancel = AtomicBool::new(false);

    let catalogue = Catalogue::search(&[SearchPath::File(plugin.clone())]);
    let found = catalogue.plugins.first().expect("cargo build --release --workspace first");
    let loaded = found.load().expect("the plugin loads");
    let here = loaded.plugin.extractor("spans").expect("the extractor is there");
    let plan = here.plan(&request)?;
    let mut here = here.load(&plan, &load)?.worker()?;

    let runtime = Runtime { worker: folder.join("gloss-worker") };
    let remote = RemoteExtractor::new(Program::library(&runtime, &plugin), "spans".to_owned());
    let mut apart = remote.load(&plan, &load, Limits::default())?.worker()?;

    let mut group = criterion.benchmark_group("batch of 32 documents of 2 KB with 74 spans");
    group.throughput(Throughput::Elements(DOCUMENTS as u64));
    group
        .bench_function("in this process", |b| b.iter(|| black_box(here.extract(&views, &cancel))));
    group.bench_function("in a child process", |b| {
        b.iter(|| black_box(apart.extract(&views, &cancel)))
    });
    group.finish();
    Ok(())
}

fn bench(criterion: &mut Criterion) {
    if let Err(failure) = process(criterion) {
        panic!("{failure}");
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
