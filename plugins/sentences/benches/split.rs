//! Throughput on news-like text, and on the two texts that tempt a splitter into quadratic time.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gloss_sentences::{SplitOptions, Splitter};

fn split(criterion: &mut Criterion) {
    let splitter = Splitter::new("en", SplitOptions::default()).expect("en is a language tag");
    let news = include_str!("../tests/data/development.txt").replace('‖', "");
    let texts = [
        ("news", news.repeat(1 + 1_000_000 / news.len())),
        ("no full stop", "word ".repeat(200_000)),
        ("only full stops", ".".repeat(1_000_000)),
    ];
    let mut group = criterion.benchmark_group("split");
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |bencher| bencher.iter(|| splitter.split(black_box(text))));
    }
    group.finish();
}

criterion_group!(benches, split);
criterion_main!(benches);
