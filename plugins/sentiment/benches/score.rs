//! Sentences a second, and seconds for a text far longer than any article.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use gloss_sentiment::vader::Vader;
use std::hint::black_box;

fn bench(criterion: &mut Criterion) {
    let sentences: Vec<&str> = include_str!("../tests/sentences.txt").lines().collect();
    let vader = Vader::new();
    let mut group = criterion.benchmark_group("vader");
    group.throughput(Throughput::Elements(sentences.len() as u64));
    group.bench_function("sentences", |b| {
        b.iter(|| {
            for sentence in &sentences {
                black_box(vader.score(sentence, &[]));
            }
        });
    });
    // The second is ten times the first: their times per byte show whether the cost is linear.
    for copies in [300, 3000] {
        let text = sentences.join(" ").repeat(copies);
        group.sample_size(10).throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("one text of {} KB", text.len() / 1000), |b| {
            b.iter(|| black_box(vader.score(&text, &[])));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
