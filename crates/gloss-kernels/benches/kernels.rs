//! How fast the kernels are, by the kind of instructions: products in operations per second, of the sizes that
//! all-MiniLM-L6-v2 has.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use gloss_kernels::{Activation, Affine, ByteAffine, ByteRows, Kernels, Rows};

const ROWS: usize = 96;

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("products");
    for (inputs, outputs) in [(384, 1152), (384, 1536), (1536, 384)] {
        group.throughput(Throughput::Elements((2 * inputs * outputs * ROWS) as u64));
        let weight = |output: usize, input: usize| ((7 * output + 3 * input) % 13) as f32 - 6.0;
        let input = vec![0.5; inputs * ROWS];
        let rows = Rows { numbers: &input, stride: inputs, count: ROWS };
        let mut out = vec![0.0; outputs * ROWS];
        for kernels in Kernels::available() {
            let size = format!("{}/{inputs}x{outputs}", kernels.name());
            let layer = Affine::new(kernels, (inputs, outputs), weight, |_| 0.0);
            group.bench_function(BenchmarkId::new("f32", &size), |bencher| {
                bencher.iter(|| layer.product_into(black_box(rows), &mut out));
            });
            let layer = ByteAffine::new(kernels, (inputs, outputs), weight, |_| 0.0);
            let mut room = ByteRows::default();
            group.bench_function(BenchmarkId::new("bytes", &size), |bencher| {
                bencher.iter(|| layer.product_into(black_box(rows), &mut room, &mut out));
            });
        }
    }
}

fn one_by_one(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one by one");
    let numbers: Vec<f32> = (0..1536 * ROWS).map(|at| (at % 97) as f32 / 16.0 - 3.0).collect();
    group.throughput(Throughput::Elements(numbers.len() as u64));
    for kernels in Kernels::available() {
        let mut room = numbers.clone();
        group.bench_function(BenchmarkId::new("gelu", kernels.name()), |bencher| {
            bencher.iter(|| {
                room.copy_from_slice(&numbers);
                kernels.activate(Activation::Gelu, black_box(&mut room));
            });
        });
        group.bench_function(BenchmarkId::new("softmax of 48", kernels.name()), |bencher| {
            bencher.iter(|| {
                room.copy_from_slice(&numbers);
                kernels.softmax(black_box(&mut room), 48);
            });
        });
    }
}

criterion_group!(benches, products, one_by_one);
criterion_main!(benches);
