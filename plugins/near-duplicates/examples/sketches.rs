//! Why sketches are made as they are: error and time of three ways, for sets of several sizes.
//!
//! ```sh
//! cargo run --release -p gloss-near-duplicates --example sketches
//! ```

// An example prints.
#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use gloss_near_duplicates::sketch::{estimate, sketch};

const LENGTH: usize = 128;
const PAIRS: u64 = 4000;

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    x = (x ^ (x >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    x ^ (x >> 33)
}

/// Independent permutations by multiply-shift (Dietzfelbinger 1996).
fn permutations(elements: &[u64]) -> Vec<u16> {
    let mut least = [u32::MAX; LENGTH];
    let factors: [(u64, u64); LENGTH] =
        std::array::from_fn(|i| (mix(2 * i as u64 + 1) | 1, mix(2 * i as u64 + 2)));
    for element in elements {
        let x = element >> 32;
        for (least, (a, b)) in least.iter_mut().zip(&factors) {
            let hash = (a.wrapping_mul(x).wrapping_add(*b) >> 32) as u32;
            *least = (*least).min(hash);
        }
    }
    least.iter().map(|&x| mix(u64::from(x)) as u16).collect()
}

/// One permutation with optimal densification (Shrivastava 2017): an empty place takes over what
/// is in the place that a hash of its number and of the attempt says.
fn one_permutation(elements: &[u64]) -> Vec<u16> {
    let mut places = [u64::MAX; LENGTH];
    for element in elements {
        let hash = mix(element ^ 0x1234_5678);
        let place = ((hash >> 32) as usize * LENGTH) >> 32;
        places[place] = places[place].min(hash & 0xFFFF_FFFF);
    }
    let filled = places;
    for (i, place) in places.iter_mut().enumerate().filter(|(_, p)| **p == u64::MAX) {
        for attempt in 0u64.. {
            let from = mix((i as u64) << 32 | attempt) as usize % LENGTH;
            if filled[from] != u64::MAX {
                *place = filled[from];
                break;
            }
        }
    }
    places.iter().map(|&x| mix(x) as u16).collect()
}

fn pair(size: usize, similarity: f64, seed: u64) -> (Vec<u64>, Vec<u64>, f64) {
    let common = (2.0 * size as f64 * similarity / (1.0 + similarity)).round() as usize;
    let element = |i: usize| mix(seed.wrapping_mul(1_000_003).wrapping_add(i as u64));
    let a = (0..size).map(element).collect();
    let b = (0..common).chain(size..size + size - common).map(element).collect();
    (a, b, common as f64 / (2 * size - common) as f64)
}

fn main() {
    type Make = fn(&[u64]) -> Vec<u16>;
    let ways: [(&str, Make); 3] = [
        ("fast similarity sketching", |set| sketch(set, LENGTH).unwrap_or_default()),
        ("128 permutations", permutations),
        ("one permutation, densified", one_permutation),
    ];
    println!("| way | shingles | error at 0.5 | at 0.8 | microseconds |");
    println!("| --- | --- | --- | --- | --- |");
    for size in [10, 30, 100, 300, 1000] {
        for (name, make) in ways {
            let error = |similarity: f64| {
                let squares = (0..PAIRS).map(|seed| {
                    let (a, b, exact) = pair(size, similarity, seed);
                    (estimate(&make(&a), &make(&b)) - exact).powi(2)
                });
                (squares.sum::<f64>() / PAIRS as f64).sqrt()
            };
            let (half, near) = (error(0.5), error(0.8));
            let (set, _, _) = pair(size, 0.5, 1);
            // The least of many short times, because other programs run too.
            let time = || {
                let begin = Instant::now();
                (0..20).for_each(|_| drop(black_box(make(black_box(&set)))));
                begin.elapsed().as_secs_f64() * 1e6 / 20.0
            };
            let micros = (0..200).map(|_| time()).fold(f64::INFINITY, f64::min);
            println!("| {name} | {size} | {half:.3} | {near:.3} | {micros:.2} |");
        }
    }
}
